import ContractPlan

/// The signature of a query: `name(label: Type, …) -> Result`.
struct QueryHead {
  struct Parameter {
    let name: String
    let type: TypeSyntax
    let offset: Int
  }

  let name: String
  let parameters: [Parameter]
  /// Nil without an arrow.
  let result: TypeSyntax?
}

/// A type as a head writes it, with where it stands in the file.
indirect enum TypeSyntax {
  case named([String], Int)
  case array(TypeSyntax)
  case optional(TypeSyntax)
  case row([QueryHead.Parameter], Int)

  var offset: Int {
    switch self {
    case .named(_, let offset), .row(_, let offset): offset
    case .array(let type), .optional(let type): type.offset
    }
  }
}

/// Why a head cannot be read, and where.
struct HeadError: Error {
  let message: String
  let offset: Int
  var help: String?
}

/// Reads a head from the text of its comment lines.
struct HeadReader {
  private let text: [(byte: UInt8, offset: Int)]
  private var position = 0
  private var depth = 0

  init(_ text: [(byte: UInt8, offset: Int)]) { self.text = text }

  mutating func read() throws(HeadError) -> QueryHead {
    guard word() == "query" else { throw error("a head begins with 'query'") }
    let offset = offset
    guard let name = word() else { throw error("a query needs a name") }
    guard name.utf8.first.map({ !(65...90).contains($0) }) == true, name != "init" else {
      throw HeadError(
        message: "'\(name)' is no name of a query", offset: offset, help: "it begins with a lower-case letter")
    }
    let parameters = try list("a parameter")
    var result: TypeSyntax?
    if take("-") {
      guard take(">") else { throw error("expected '->'") }
      result = try type()
    }
    skipSpace()
    guard position == text.count else {
      throw error("this cannot be read", help: "a head is 'query name(label: Type, …) -> Result'")
    }
    return QueryHead(name: name, parameters: parameters, result: result)
  }

  /// `(label: Type, …)`.
  private mutating func list(_ what: String) throws(HeadError) -> [QueryHead.Parameter] {
    guard take("(") else { throw error("expected '('", help: "a head is 'query name(label: Type, …) -> Result'") }
    var result: [QueryHead.Parameter] = []
    var names: Set<String> = []
    while !take(")") {
      if !result.isEmpty, !take(",") { throw error("expected ',' or ')'") }
      skipSpace()
      let offset = offset
      guard let name = word() else { throw error("\(what) needs a name", help: "write 'name: Type'") }
      guard name.utf8.first.map({ !(65...90).contains($0) }) == true else {
        throw HeadError(
          message: "'\(name)' is no name of \(what)", offset: offset, help: "it begins with a lower-case letter")
      }
      guard take(":") else { throw error("expected ':' and the type of '\(name)'") }
      if !names.insert(name).inserted {
        throw HeadError(message: "'\(name)' is declared twice", offset: offset)
      }
      result.append(QueryHead.Parameter(name: name, type: try type(), offset: offset))
    }
    return result
  }

  private mutating func type() throws(HeadError) -> TypeSyntax {
    depth += 1
    defer { depth -= 1 }
    guard depth < 16 else { throw error("this type nests too deep") }
    skipSpace()
    let offset = offset
    var type: TypeSyntax
    if take("[") {
      type = .array(try self.type())
      guard take("]") else { throw error("expected ']'") }
    } else if position < text.count, text[position].byte == UInt8(ascii: "(") {
      let fields = try list("a column")
      guard !fields.isEmpty else { throw error("a row has a column at least", help: "write '(label: Type, …)'") }
      type = .row(fields, offset)
    } else {
      guard var path = word().map({ [$0] }) else { throw error("a type is missing") }
      while take(".") {
        guard let part = word() else { throw error("a type is missing") }
        path.append(part)
      }
      type = .named(path, offset)
    }
    while take("?") { type = .optional(type) }
    return type
  }

  private var offset: Int { position < text.count ? text[position].offset : (text.last?.offset ?? 0) }

  private func error(_ message: String, help: String? = nil) -> HeadError {
    HeadError(message: message, offset: offset, help: help)
  }

  private mutating func skipSpace() {
    while position < text.count, [0x20, 0x09].contains(text[position].byte) { position += 1 }
  }

  private mutating func take(_ wanted: Unicode.Scalar) -> Bool {
    skipSpace()
    guard position < text.count, text[position].byte == UInt8(ascii: wanted) else { return false }
    position += 1
    return true
  }

  private mutating func word() -> String? {
    skipSpace()
    let start = position
    while position < text.count, Self.isWord(text[position].byte, isFirst: position == start) { position += 1 }
    return start == position ? nil : String(decoding: text[start..<position].map(\.byte), as: UTF8.self)
  }

  private static func isWord(_ byte: UInt8, isFirst: Bool) -> Bool {
    byte == UInt8(ascii: "_") || (97...122).contains(byte | 0x20) || !isFirst && (48...57).contains(byte)
  }
}

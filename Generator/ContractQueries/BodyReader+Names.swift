import ContractPlan
import ContractSource

/// `:name`, `:record.property`, `:record.*`, `:Record` and `alias.:Record`.
extension BodyReader {
  /// A value in Swift, and its type.
  typealias Found = (expression: String, type: QueryType)

  /// The splice for what begins at a token; moves on behind it.
  mutating func splice(at index: inout Int) -> QueryBody.Splice? {
    let token = tokens[index]
    index += 1
    if text.bytes[token.range.lowerBound] == UInt8(ascii: "$"), token.range.count > 1,
      (48...57).contains(text.bytes[token.range.lowerBound + 1])
    {
      error(.syntax, "parameters have names", token.range.lowerBound, "write ':name', as the head declares it")
      return nil
    }
    guard is_(":", token), index < tokens.count, tokens[index].range.lowerBound == token.range.upperBound,
      Self.isWordStart(text.bytes[tokens[index].range.lowerBound])
    else { return nil }
    let first = index - 1
    var path = [(text[tokens[index].range], tokens[index].range.lowerBound)]
    var end = tokens[index].range.upperBound
    var isSpread = false
    index += 1
    while index + 1 < tokens.count, is_(".", tokens[index]), tokens[index].range.lowerBound == end,
      tokens[index + 1].range.lowerBound == end + 1, !isSpread
    {
      let next = tokens[index + 1]
      isSpread = text.bytes[next.range.lowerBound] == UInt8(ascii: "*")
      guard isSpread || Self.isWordStart(text.bytes[next.range.lowerBound]) else { break }
      end = isSpread ? end + 2 : next.range.upperBound
      if !isSpread { path.append((text[next.range], next.range.lowerBound)) }
      index += 2
    }
    let range = token.range.lowerBound..<end
    if path[0].0.utf8.first.map({ (65...90).contains($0) }) == true {
      return isSpread ? nil : columns(path.map(\.0), range, first)
    }
    guard let found = resolve(path, binding(at: range.lowerBound)) else { return nil }
    let name = path.map(\.0).joined(separator: ".")
    return isSpread ? spread(found, name, range, first) : parameter(found, name, range, first, index)
  }

  private static func isWordStart(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "_") || (97...122).contains(byte | 0x20)
  }

  /// The value that a path names; reported where there is none.
  mutating func resolve(_ path: [(name: String, offset: Int)], _ binding: Binding?) -> Found? {
    guard let root = path.first, let parameter = declared[root.name] else {
      let name = path.first?.name ?? ""
      error(
        .brokenReference, "'\(name)' is not declared", path.first?.offset ?? 0,
        nearest(name, among: parameters.map(\.name)).map { "did you mean '\($0)'?" }
          ?? "declare it in the query's head: '\(name): Type'")
      return nil
    }
    used.insert(root.name)
    var (expression, type) = (parameter.label, parameter.type)
    var rest = path.dropFirst()
    if let binding, path.count >= binding.path.count, path.prefix(binding.path.count).map(\.name) == binding.path {
      (expression, type, rest) = (binding.local, binding.type, path.dropFirst(binding.path.count))
    }
    var isChained = false
    for (name, offset) in rest {
      guard let field = property(name, of: type, offset) else { return nil }
      if case .nullable = type { expression += ".value" }
      if type.isOptional { (expression, isChained) = (expression + "?", true) }
      expression += "." + field.name.unquoted
      type = field.type
    }
    if case .nullable(let value) = type { (expression, type) = (expression + ".value", .optional(value)) }
    return (expression, isChained ? .optional(type.present) : type)
  }

  private mutating func property(
    _ name: String, of type: QueryType, _ offset: Int
  ) -> (name: String, type: QueryType)? {
    guard case .record(let record) = type.present else {
      error(.wrongType, "there is no property '\(name)': this is \(type.swift)", offset)
      return nil
    }
    guard let field = record.field(name) else {
      let names = record.fields.map(QueryRecord.name)
      error(
        .unknownField, "\(record.swift) has no property '\(name)'", offset,
        nearest(name, among: names).map { "did you mean '\($0)'?" } ?? "it has \(names.joined(separator: ", "))")
      return nil
    }
    return (field.name, types.type(of: field, in: record))
  }

  // MARK: parameters

  private func isInsideUnnest(_ index: Int) -> Bool { openers[index].flatMap { word($0 - 1) } == "UNNEST" }

  /// Whether a parameter, or it alone in parentheses, is the operand of IS NULL or IS NOT NULL.
  private func isNullTest(_ first: Int, _ next: Int) -> Bool {
    let isEnclosed = first > 0 && next < tokens.count && openers[first] == first - 1 && is_(")", tokens[next])
    let next = isEnclosed ? next + 1 : next
    if let test = word(next), ["ISNULL", "NOTNULL"].contains(test) { return true }
    return word(next) == "IS" && (word(next + 1) == "NULL" || word(next + 1) == "NOT" && word(next + 2) == "NULL")
  }

  private mutating func parameter(
    _ found: Found, _ name: String, _ range: Range<Int>, _ first: Int, _ next: Int
  ) -> QueryBody.Splice? {
    guard let value = found.type.value else {
      error(.wrongType, "'\(name)' is \(found.type.swift), which is no value of SQL's", range.lowerBound)
      return nil
    }
    var pieces = [QueryBody.Piece.value(made(value, found.expression, name))]
    let isCast = next < tokens.count && text[tokens[next].range] == "::"
    if isInsideUnnest(first) {
      guard case .array = value else {
        error(
          .wrongType, "'\(name)' is \(found.type.swift), and unnest takes a list of scalars", range.lowerBound,
          { if case .array(.record) = found.type { "write ':\(name).*' for an array of each property" } else { nil } }()
        )
        return nil
      }
      if !isCast { pieces.append(.text("::" + value.sql)) }
    } else if isNullTest(first, next) {
      // IS NULL says nothing of a parameter's type.
      pieces.append(.text("::" + value.sql))
    }
    return QueryBody.Splice(range: range, pieces: pieces)
  }

  private func made(_ value: SQLValuePlan, _ expression: String, _ name: String) -> QueryBody.Value {
    QueryBody.Value(expression: value.written(expression), name: name, type: value.swift)
  }

  private mutating func spread(_ found: Found, _ name: String, _ range: Range<Int>, _ first: Int) -> QueryBody.Splice? {
    switch found.type {
    case .record(let record) where record.isPatch: return patch(record, found.expression, name, range)
    case .record(let record):
      let values = record.fields.compactMap { field -> QueryBody.Value? in
        let own = "\(name).\(QueryRecord.name(of: field))"
        let path = own.split(separator: ".").map { (String($0), range.lowerBound + 1) }
        guard let found = resolve(path, binding(at: range.lowerBound)) else { return nil }
        guard let value = found.type.value else {
          error(.wrongType, "'\(own)' is \(found.type.swift), which is no value of SQL's", range.lowerBound)
          return nil
        }
        return made(value, found.expression, own)
      }
      let pieces = values.map { [QueryBody.Piece.value($0)] }.joined(separator: [.text(", ")])
      return QueryBody.Splice(range: range, pieces: Array(pieces))
    case .array(.record(let record)) where isInsideUnnest(first):
      return arrays(record, found.expression, name, range)
    case .array(.record):
      error(
        .wrongType, "'\(name)' is \(found.type.swift), a list", range.lowerBound,
        "write 'unnest(:\(name).*) AS alias (…)' for its rows")
    case .optional(let type):
      error(
        .wrongType, "'\(name)' may not be there: it is \(type.swift)?", range.lowerBound,
        "send the line only where it is: '-- if :\(name)' at its end")
    default:
      error(
        .wrongType, "'\(name)' is \(found.type.swift), which has no properties", range.lowerBound, "write ':\(name)'")
    }
    return nil
  }

  /// An array for each property of a list of records.
  private mutating func arrays(
    _ record: QueryRecord, _ list: String, _ name: String, _ range: Range<Int>
  ) -> QueryBody.Splice? {
    var pieces: [QueryBody.Piece] = []
    for field in record.fields {
      let (own, type) = ("\(name).\(QueryRecord.name(of: field))", types.type(of: field, in: record))
      guard let value = type.value, !value.present.isArray else {
        error(
          .wrongType, "'\(own)' is \(type.swift), and unnest has no lists of lists", range.lowerBound,
          "send the list whole as JSON: 'jsonb_to_recordset(:\(name))'")
        return nil
      }
      var member = field.name.unquoted
      if case .nullable = type { member += ".value" }
      let written = value.written("$0.\(member)")
      let each = written == "$0.\(member)" ? "(\\.\(member))" : " { \(written) }"
      if !pieces.isEmpty { pieces.append(.text(", ")) }
      pieces.append(
        .value(QueryBody.Value(expression: "\(list).map\(each)", name: own, type: "[\(value.swift)]")))
      pieces.append(.text("::\(value.sql)[]"))
    }
    return QueryBody.Splice(range: range, pieces: pieces)
  }

  /// What a merge patch makes of each column: what is absent leaves it.
  private mutating func patch(
    _ record: QueryRecord, _ patch: String, _ name: String, _ range: Range<Int>
  ) -> QueryBody.Splice? {
    var pieces: [QueryBody.Piece] = []
    for field in record.fields {
      let (own, type) = ("\(name).\(QueryRecord.name(of: field))", types.type(of: field, in: record))
      if case .record(let inner) = type.present, inner.isPatch {
        error(
          .wrongType, "'\(own)' is a merge patch of its own, which no column is set to", range.lowerBound,
          "merge it in Swift by 'applied(to:)', and replace the record")
        return nil
      }
      guard let value = type.value else { return nil }
      let member = "\(patch).\(field.name.unquoted)"
      if !pieces.isEmpty { pieces.append(.text(", ")) }
      pieces += [
        .text("CASE WHEN "),
        .value(QueryBody.Value(expression: "(!\(member).isAbsent)", name: own + " is there", type: "Bool")),
        .text(" THEN "), .value(made(value, member + ".value", own)),
        .text(" ELSE \(Self.quoted(QueryRecord.name(of: field))) END"),
      ]
    }
    return QueryBody.Splice(range: range, pieces: pieces)
  }

  // MARK: columns

  private mutating func columns(_ path: [String], _ range: Range<Int>, _ first: Int) -> QueryBody.Splice? {
    let record: QueryRecord
    do throws(QueryTypes.Unknown) {
      guard case .record(let found) = try types.type(named: path) else {
        error(
          .wrongType, "\(path.joined(separator: ".")) is no record: it has no columns", range.lowerBound + 1)
        return nil
      }
      record = found
    } catch {
      let isParameter = declared[path[0].prefix(1).lowercased() + path[0].dropFirst()] != nil
      self.error(
        .brokenReference, error.message, range.lowerBound + 1,
        isParameter ? "parameters begin with a lower-case letter" : error.help)
      return nil
    }
    var (index, start) = (first, range.lowerBound)
    // An alias, or a schema and its table.
    while index > 1, is_(".", tokens[index - 1]), tokens[index - 1].range.upperBound == start,
      tokens[index - 2].range.upperBound == tokens[index - 1].range.lowerBound
    {
      index -= 2
      start = tokens[index].range.lowerBound
    }
    let prefix = text[start..<range.lowerBound]
    let named = lists[first].flatMap { namesInLists[$0] } ?? []
    let names = record.fields.map(QueryRecord.name).filter { !named.contains($0) }
    let columns = names.map { prefix + Self.quoted($0) }.joined(separator: ", ")
    return QueryBody.Splice(range: start..<range.upperBound, pieces: [.text(columns)], isColumns: true)
  }

  /// A name as SQL writes it: in quotes where it is a word of SQL's own.
  static func quoted(_ name: String) -> String {
    let isPlain = name.utf8.allSatisfy { $0 == 0x5F || (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) }
    return isPlain && !PostgresParser.isReserved(name) ? name : "\"\(name)\""
  }
}

extension SQLValuePlan {
  fileprivate var isArray: Bool { if case .array = self { true } else { false } }
}

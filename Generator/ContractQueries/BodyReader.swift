import ContractPlan
import ContractSource

/// Reads the SQL under a head: finds names in it, and puts parameters and columns in their place.
struct BodyReader {
  typealias Parameter = (name: String, label: String, type: QueryType, offset: Int)

  let text: SourceText
  let parameters: [Parameter]
  let declared: [String: Parameter]
  /// The names of the parameters in Swift.
  let labels: Set<String>
  let diagnostics: Diagnostics
  var types: QueryTypes
  /// What is no comment, up to the statement's end.
  var tokens: [SQLToken] = []
  /// For each token, the parenthesis around it, and the SELECT or RETURNING whose list it is in.
  private(set) var openers: [Int?] = []
  private(set) var lists: [Int?] = []
  /// The names that such a list gives its columns by AS.
  private(set) var namesInLists: [Int: Set<String>] = [:]
  private var end = 0
  var used: Set<String> = []
  /// The lines that are sent only where a condition holds, and the first that does not end before what is read.
  private var lines: [(range: Range<Int>, condition: QueryBody.Condition?, binding: Binding?)] = []
  private var nextLine = 0

  /// A value that is known to be there on a line.
  struct Binding {
    let path: [String]
    let local: String
    let type: QueryType
  }

  init(_ text: SourceText, _ parameters: [Parameter], _ types: QueryTypes, _ diagnostics: Diagnostics) {
    (self.text, self.parameters, self.types, self.diagnostics) = (text, parameters, types, diagnostics)
    declared = Dictionary(parameters.map { ($0.name, $0) }) { first, _ in first }
    labels = Set(parameters.map(\.label.unquoted))
  }

  /// Nil, and reported, where there is no SQL.
  mutating func read(_ block: QueryFile.Block, name: String) -> QueryBody? {
    tokens = block.tokens.filter { $0.kind != .comment }
    if let stop = tokens.firstIndex(where: { is_(";", $0) }) {
      if let next = tokens.dropFirst(stop + 1).first(where: { !is_(";", $0) }) {
        error(.syntax, "'\(name)' has a second statement", next.range.lowerBound, "a head has one statement under it")
      }
      tokens = Array(tokens.prefix(stop))
    }
    guard let first = tokens.first, let last = tokens.last else {
      error(.missingField, "there is no SQL under the head of '\(name)'", block.headOffset)
      return nil
    }
    let start = first.range.lowerBound
    end = last.range.upperBound
    findLists()
    readConditions(block.tokens, start)
    var splices = block.tokens.compactMap { $0.range.lowerBound > start ? removal(of: $0) : nil }
    var index = 0
    while index < tokens.count {
      if let splice = splice(at: &index) { splices.append(splice) }
    }
    for parameter in parameters where !used.contains(parameter.name) {
      error(
        .unused, "'\(parameter.name)' is declared and not used", parameter.offset,
        "write ':\(parameter.name)' in the SQL, or leave it out of the head")
    }
    return QueryBody(sections: sections(start, splices.sorted { $0.range.lowerBound < $1.range.lowerBound }[...]))
  }

  func error(_ code: Diagnostic.Code, _ message: String, _ offset: Int, _ help: String? = nil) {
    diagnostics.error(code, message, at: text.position(offset), help: help)
  }

  private mutating func findLists() {
    var open: [(opener: Int, list: Int?)] = []
    var list: Int?
    for (index, token) in tokens.enumerated() {
      if is_(")", token), let last = open.popLast() { list = last.list }
      openers.append(open.last?.opener)
      switch listWord(index) {
      case "SELECT", "RETURNING": list = index
      case "AS":
        if let list, index + 1 < tokens.count { namesInLists[list, default: []].insert(columnName(tokens[index + 1])) }
      case let word? where Self.listEnds.contains(word) && !(word == "FROM" && self.word(index - 1) == "DISTINCT"):
        list = nil
      default: break
      }
      lists.append(list)
      if is_("(", token) {
        open.append((index, list))
        list = nil
      }
    }
  }

  private static let listEnds: Set = [
    "FROM", "WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "FETCH", "FOR", "UNION", "EXCEPT", "INTERSECT",
    "WINDOW",
  ]

  /// A name behind a colon or point is no keyword, whatever it is: `:Order`.
  private func listWord(_ index: Int) -> String? {
    index > 0 && (is_(":", tokens[index - 1]) || is_(".", tokens[index - 1])) ? nil : word(index)
  }

  /// A name as PostgreSQL understands it.
  private func columnName(_ token: SQLToken) -> String {
    let name = text[token.range]
    return name.hasPrefix("\"") ? String(name.dropFirst().dropLast()) : name.lowercased()
  }

  func is_(_ sign: Unicode.Scalar, _ token: SQLToken) -> Bool {
    token.range.count == 1 && text.bytes[token.range.lowerBound] == UInt8(ascii: sign)
  }

  /// The word of a token in capitals; nil for what is none.
  func word(_ index: Int) -> String? {
    guard tokens.indices.contains(index), tokens[index].kind == .word else { return nil }
    return text[tokens[index].range].uppercased()
  }

  // MARK: lines

  /// A comment is not sent, nor what only separates it from the SQL before it.
  private func removal(of comment: SQLToken) -> QueryBody.Splice? {
    guard isLineComment(comment) else { return nil }
    var start = comment.range.lowerBound
    while start > 0, [0x20, 0x09].contains(text.bytes[start - 1]) { start -= 1 }
    // One that has its line for itself takes the line with it.
    if start > 0, text.bytes[start - 1] == 0x0A { start -= 1 }
    let stop = min(comment.range.upperBound, end)
    return start < stop ? QueryBody.Splice(range: start..<stop, pieces: []) : nil
  }

  private func isLineComment(_ token: SQLToken) -> Bool {
    token.kind == .comment && text.starts(token.range, with: "--")
  }

  private mutating func readConditions(_ all: [SQLToken], _ start: Int) {
    for (index, comment) in all.enumerated() where isLineComment(comment) {
      let words = text.comment(comment.range)
      let keyword = words.prefix { $0.isLetter }.lowercased()
      let rest = words.dropFirst(keyword.count).drop { $0 == " " || $0 == "\t" }
      guard keyword == "if" || keyword == "when" else { continue }
      guard rest.hasPrefix(":") else {
        if declared[String(rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" })] != nil, !rest.contains(" ") {
          error(
            .syntax, "this '\(keyword)' names no parameter", comment.range.lowerBound, "write '-- \(keyword) :\(rest)'")
        }
        continue
      }
      let lineStart = max(text.lineStart(text.line(of: comment.range.lowerBound)), start)
      let first = all[..<index].lastIndex { $0.range.lowerBound < lineStart } ?? -1
      guard comment.range.lowerBound > start, lineStart < end,
        all[(first + 1)..<index].contains(where: { $0.kind != .comment })
      else {
        error(.syntax, "this '\(keyword)' is on no line of SQL", comment.range.lowerBound, "write it at the line's end")
        continue
      }
      if first >= 0, all[first].range.upperBound > lineStart {
        error(
          .syntax, "this line begins inside a literal or comment, and cannot be left out", comment.range.lowerBound,
          "begin the line behind it")
        continue
      }
      let offset = text.bytes[comment.range].firstIndex(of: UInt8(ascii: ":")) ?? comment.range.lowerBound
      let range = max(start, lineStart - 1)..<min(comment.range.upperBound, end)
      let found = keyword == "if" ? presence(rest, offset) : equality(rest, offset)
      lines.append((range, found?.condition, found?.binding))
    }
  }

  /// What the line of an offset knows to be there. Offsets never come back.
  mutating func binding(at offset: Int) -> Binding? {
    while nextLine < lines.count, lines[nextLine].range.upperBound <= offset { nextLine += 1 }
    return nextLine < lines.count && lines[nextLine].range.contains(offset) ? lines[nextLine].binding : nil
  }

  private mutating func presence(
    _ words: Substring, _ offset: Int
  ) -> (condition: QueryBody.Condition, binding: Binding?)? {
    let path = words.dropFirst().split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard let found = resolve(path.map { ($0, offset + 1) }, nil) else { return nil }
    guard found.type.isOptional else {
      error(
        .contradiction, "'\(path.joined(separator: "."))' is always there: it is \(found.type.swift)", offset,
        "write 'if' about a value whose type is optional, or send the line always")
      return nil
    }
    let local = localName(path)
    let plan = QueryPlan.Condition.present(value: found.expression, local: local)
    return (
      QueryBody.Condition(plan: plan, subject: path.joined(separator: "."), values: []),
      Binding(path: path, local: local, type: found.type.present)
    )
  }

  /// A name for the value on its line: the last of its path, unless a parameter has it.
  private func localName(_ path: [String]) -> String {
    var name = SwiftName.member(path.last ?? "")
    if path.count == 1 || !labels.contains(name.unquoted) { return name }
    name = SwiftName.member(path.joined(separator: "_"))
    while labels.contains(name.unquoted) { name = name.unquoted + "Value" }
    return name
  }

  private mutating func equality(
    _ words: Substring, _ offset: Int
  ) -> (condition: QueryBody.Condition, binding: Binding?)? {
    let sides = words.split(separator: "=", maxSplits: 1).map { String($0).trimmed }
    let path = (sides.first ?? "").dropFirst().split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard let found = resolve(path.map { ($0, offset + 1) }, nil) else { return nil }
    guard case .enumeration(let plan, _) = found.type.present else {
      error(
        .wrongType, "'\(path.joined(separator: "."))' is \(found.type.swift), and 'when' compares enums", offset)
      return nil
    }
    guard sides.count == 2 else {
      error(.syntax, "expected '= VALUE'", offset, "write 'when :name = VALUE, VALUE'")
      return nil
    }
    var cases: [String] = []
    let values = sides[1].split(separator: ",").map { String($0).trimmed }
    for value in values {
      let listed = plan.cases.first { plan.isInteger ? $0.value == value : $0.value == SwiftName.literal(value) }
      guard let listed else {
        let names = plan.cases.map { plan.isInteger ? $0.value : String($0.value.dropFirst().dropLast()) }
        error(
          .badValue, "'\(value)' is no value of \(plan.name)", offset,
          nearest(value, among: names).map { "did you mean '\($0)'?" }
            ?? "its values are \(names.joined(separator: ", "))")
        return nil
      }
      cases.append(listed.name)
    }
    let subject = path.joined(separator: ".")
    return (
      QueryBody.Condition(plan: .equal(value: found.expression, cases: cases), subject: subject, values: values), nil
    )
  }

  private func sections(_ start: Int, _ splices: ArraySlice<QueryBody.Splice>) -> [QueryBody.Section] {
    var sections: [QueryBody.Section] = []
    var rest = splices
    func add(_ range: Range<Int>, _ condition: QueryBody.Condition?) {
      guard !range.isEmpty else { return }
      let own = rest.prefix { $0.range.lowerBound < range.upperBound }
      rest = rest.dropFirst(own.count)
      sections.append(.init(range: range, condition: condition, splices: Array(own)))
    }
    var position = start
    for (range, condition, _) in lines {
      guard let condition, range.lowerBound >= position else { continue }
      add(position..<range.lowerBound, nil)
      add(range, condition)
      position = range.upperBound
    }
    add(position..<max(position, end), nil)
    return sections
  }
}

extension String {
  /// The text without the spaces around it.
  var trimmed: String {
    var words = Substring(self)
    while words.first == " " || words.first == "\t" { words.removeFirst() }
    while words.last == " " || words.last == "\t" { words.removeLast() }
    return String(words)
  }
}

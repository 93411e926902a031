import ContractModel
import ContractValues

/// Prints a plan as Python.
struct PythonExporter {
  let plan: ExportPlan

  /// The names that the runtime parts declare or use; built-in names of Python that begin with a capital.
  static let reserved: Set<String> = [
    "Answer", "AnswerStream", "Any", "ArithmeticError", "AsyncIterator", "B", "BaseException", "BasicCredentials",
    "BinaryIO",
    "Callable",
    "CredentialError", "Decimal", "Dict", "Exception", "False", "FileInput", "FilePart", "Fraction", "Generic",
    "Iterable", "Iterator", "List", "Literal", "Mapping", "MediaValue", "NamedTuple", "None", "NotRequired", "Number",
    "Optional", "PageError", "RawBody", "Received", "RecursionError", "Request", "S", "Sequence", "ServerSentEvent",
    "StopAsyncIteration", "TimeoutError", "Transport", "True", "Tuple", "Type", "TypeAlias", "TypeError",
    "TypeGuard", "TypeVar",
    "TypedDict", "Unexpected", "UnicodeError", "Union", "ValidationError", "ValueError", "Violation",
  ]

  static let keywords: Set<String> = [
    "and", "as", "assert", "async", "await", "break", "case", "class", "continue", "def", "del", "elif", "else",
    "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "match", "nonlocal", "not",
    "or", "pass", "raise", "return", "try", "type", "while", "with", "yield",
  ]

  /// Names that annotations use, and that a class member would hide.
  static let hiding: Set<String> = ["bool", "bytes", "cast", "dict", "int", "list", "object", "str", "set"]

  static func reserved(withEvents: Bool) -> Set<String> {
    withEvents ? reserved.union(PythonEvents.reserved) : reserved
  }

  func text() -> String {
    var writer = LineWriter(indent: "    ")
    header(&writer)
    let hasOptional = plan.declarations.contains { Self.members($0.type)?.hasOptional ?? false }
    let (hasClients, hasEvents) = (!plan.clients.isEmpty, plan.events != nil)
    writer.raw(
      PythonTypes.imports(hasOptional: hasOptional, hasClients: hasClients, hasEvents: hasEvents) + "\n\n"
        + PythonTypes.number + "\n\n")
    let calls =
      hasClients ? [PythonTypes.answers, PythonTypes.violations, PythonTypes.calls] : [PythonTypes.violations]
    writer.raw((calls + (hasEvents ? [PythonEvents.types] : [])).joined(separator: "\n\n\n"))
    for declaration in plan.declarations { declare(declaration, &writer) }
    for client in plan.clients { results(client, &writer) }
    for client in plan.clients { self.client(client, &writer) }
    if let events = plan.events { eventTypes(events, &writer) }
    let client = hasClients ? [PythonRuntime.text, PythonBodies.text, PythonAnswers.text] : []
    let events = hasEvents ? [PythonEvents.text, PythonEventTexts.text] : []
    for text in [PythonRuntime.values] + client + [PythonValidator.text] + events {
      writer.raw("\n\n" + text)
    }
    writer.line()
    for client in plan.clients {
      let specs = client.operations.map { ExportSpec.tree($0, keys: argumentNames($0)) }
      writer.line("\(constant(client)): Any = " + Self.literal(.array(specs)))
    }
    writer.line("_SCHEMAS: Any = " + Self.literal(.array(plan.schemas)))
    if let events = plan.events { eventValues(events, &writer) }
    return writer.text
  }

  private func header(_ writer: inout LineWriter) {
    // The first two lines are fixed: Python looks for a file's encoding there.
    writer.line("# Made by `./charter export python`: change the contract, not this file.")
    writer.line("# For Python 3.11 and later; it needs nothing beside the standard library.")
    var lines = plan.sources + plan.validation
    for client in plan.clients {
      lines += client.missing.map { "Not in \(client.name): \($0)" } + client.limits.map { "In \(client.name): \($0)" }
    }
    docstring(Doc(text: lines), &writer)
  }

  // MARK: types

  /// The members of a type that is declared as a class; nil for another, and where a name is empty, which Python forbids.
  private static func members(_ type: ExportType) -> (fields: [ExportField], rest: ExportType?, hasOptional: Bool)? {
    guard case .record(let fields, let rest) = type, !fields.contains(where: \.name.isEmpty) else { return nil }
    return (fields, rest, fields.contains { !$0.isRequired })
  }

  private func declare(_ declaration: ExportPlan.Declaration, _ writer: inout LineWriter) {
    var doc = declaration.doc
    writer.line()
    guard let (fields, rest, _) = Self.members(declaration.type) else {
      let expression = type(declaration.type, &doc.notes)
      writer.line("\(declaration.name): TypeAlias = \(ExportText.python(expression))")
      return docstring(doc, &writer)
    }
    if let rest {
      let text = type(rest, &doc.notes)
      doc.notes.append("There may be further members (\(text)), which this type cannot say.")
    }
    let isPlain = fields.allSatisfy { field in
      ExportName.isPlain(field.name) && field.name.utf8.first.map { (97...122).contains($0) } ?? false
        && !Self.keywords.contains(field.name) && !Self.hiding.contains(field.name)
    }
    writer.line()
    if isPlain {
      writer.block("class \(declaration.name)(TypedDict):") { writer in
        docstring(doc, &writer)
        if fields.isEmpty && doc.text.isEmpty { writer.line("pass") }
        for field in fields { member(field, &writer) }
      }
    } else {
      writer.block("\(declaration.name) = TypedDict(\(ExportText.python(declaration.name)), {", "})") { writer in
        for field in fields { member(field, isQuoted: true, &writer) }
      }
      docstring(doc, &writer)
    }
  }

  private func member(_ field: ExportField, isQuoted: Bool = false, _ writer: inout LineWriter) {
    var notes: [String] = []
    let inner = type(field.type, &notes)
    let expression = field.isRequired ? inner : "NotRequired[\(inner)]"
    comment(field.doc, notes, &writer)
    writer.line(
      isQuoted ? "\(ExportText.python(field.name)): \(ExportText.python(expression))," : "\(field.name): \(expression)")
  }

  func type(_ type: ExportType, _ notes: inout [String]) -> String {
    switch type {
    case .any: return "Any"
    case .never:
      notes.append("No value fits.")
      return "Any"
    case .null: return "None"
    case .boolean: return "bool"
    case .integer: return "int"
    case .number: return "Number"
    case .text: return "str"
    case .bytes(let isSent): return isSent ? "RawBody" : "AnswerStream[bytes]"
    case .octets: return "bytes"
    case .file: return "FileInput"
    case .items(let item, let isSent): return "\(isSent ? "Iterable" : "AnswerStream")[\(self.type(item, &notes))]"
    case .event(let data): return "ServerSentEvent[\(self.type(data, &notes))]"
    case .media(let types, let isSent):
      return union(
        types.map { name, type in
          let tag = name.contains("*") ? "str" : "Literal[\(ExportText.python(name))]"
          return "\(isSent ? "Tuple" : "MediaValue")[\(tag), \(self.type(type, &notes))]"
        })
    case .literals(let values): return literals(values, &notes)
    case .open(let known):
      notes.append("Known values: " + known.joined(separator: ", ") + "; there may be others.")
      return "str"
    case .list(let item): return "List[\(self.type(item, &notes))]"
    case .tuple(let items, let rest, _):
      let types = (items + (rest.map { [$0] } ?? [])).map { self.type($0, &notes) }
      notes.append("A list of \(types.joined(separator: ", ")), in this order.")
      return "List[Any]"
    case .map(let value): return "Dict[str, \(self.type(value, &notes))]"
    case .record(let fields, _):
      if !fields.isEmpty {
        let members = fields.map { ExportText.json($0.name) + ($0.isRequired ? "" : " (optional)") }
        notes.append("An object with \(members.joined(separator: ", ")).")
      }
      return "Dict[str, Any]"
    case .union(let types): return union(types.map { self.type($0, &notes) })
    case .tagged(let name, let branches):
      let types = branches.map { self.type($0.type, &notes) }
      let told = zip(branches, types).map { "\($0.names.joined(separator: " or ")): \($1)" }
      notes.append("Told apart by '\(name)': \(told.joined(separator: ", ")).")
      return union(types)
    case .all(let types):
      let all = types.map { self.type($0, &notes) }
      notes.append("A value of all of these at once, which no type here can say: \(all.joined(separator: ", ")).")
      return all.first { $0 != "Any" } ?? "Any"
    case .patch(let type):
      notes.append("A patch (RFC 7396) of \(self.type(type, &notes)): what is absent stays, None removes.")
      return "Dict[str, Any]"
    case .named(let name): return name
    }
  }

  private func union(_ types: [String]) -> String {
    var seen: Set<String> = []
    let distinct = types.filter { seen.insert($0).inserted }
    return distinct.count == 1 ? distinct[0] : "Union[\(distinct.joined(separator: ", "))]"
  }

  private func literals(_ values: [JSONValue], _ notes: inout [String]) -> String {
    var literals: [String] = []
    var others: [String] = []
    for value in values {
      switch value {
      case .null, .boolean, .string: literals.append(Self.literal(JSONTree(value)))
      case .number(let number) where number.integer != nil && number.scale == 0:
        literals.append(number.description)
      case .number: others.append("Number")
      case .array: others.append("List[Any]")
      case .object: others.append("Dict[str, Any]")
      }
    }
    if !others.isEmpty { notes.append("One of: " + JSONTree(.array(values)).inline()) }
    let first = literals.isEmpty ? [] : ["Literal[\(literals.joined(separator: ", "))]"]
    let all = first + others
    return all.isEmpty ? "Any" : union(all)
  }

  // MARK: text

  static func literal(_ tree: JSONTree) -> String {
    var notation = JSONNotation()
    notation.string = ExportText.python
    notation.key = ExportText.python
    notation.words = ("None", "True", "False")
    notation.indent = "    "
    notation.trails = true
    return exact(tree).text(notation)
  }

  /// Numbers other than integers as Decimals; the text of one has only digits, a point and an exponent.
  private static func exact(_ tree: JSONTree) -> JSONTree {
    switch tree {
    case .number(let text) where text.utf8.contains { !((48...57).contains($0) || $0 == UInt8(ascii: "-")) }:
      .number("Decimal(\"\(text)\")")
    case .array(let items): .array(items.map(exact))
    case .mapping(let members): .object(members.map { ($0.key, exact($0.value)) })
    default: tree
    }
  }

  private func lines(_ doc: Doc) -> [String] {
    var lines = doc.text.flatMap(ExportText.lines)
    if !doc.limits.isEmpty { lines += ExportText.lines("Limits: " + doc.limits.joined(separator: ", ") + ".") }
    lines += doc.notes.flatMap(ExportText.lines)
    return doc.isDeprecated ? lines + ["Deprecated."] : lines
  }

  func docstring(_ doc: Doc, _ writer: inout LineWriter) {
    let lines = lines(doc).flatMap(ExportText.docstring)
    guard let first = lines.first else { return }
    if lines.count == 1 { return writer.line("\"\"\"\(first)\"\"\"") }
    writer.line("\"\"\"\(first)")
    writer.line()
    writer.lines(Array(lines.dropFirst()))
    writer.line("\"\"\"")
  }

  /// With a colon after the hash, so that no tool reads the text as its directive (`type: ignore`).
  private func comment(_ doc: Doc, _ notes: [String], _ writer: inout LineWriter) {
    var doc = doc
    doc.notes += notes
    for line in lines(doc) { writer.line("#: " + line) }
  }

  func constant(_ client: ClientPlan) -> String { "_\(client.name)_OPERATIONS" }
}

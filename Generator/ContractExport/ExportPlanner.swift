import ContractAnalysis
import ContractModel
import ContractSource
import ContractValues

/// Plans the types, names and schemas of an exported client.
struct ExportPlanner {
  let set: SchemaSet
  /// Whether there are bodies, which may have files.
  let hasClients: Bool
  /// Silent: what is unclear in a contract is reported where Swift is generated from it.
  var analysis: SchemaAnalysis
  private(set) var declarations: [ExportPlan.Declaration] = []
  private var names: ExportNameTable
  private var typeNames: [DirectedSchema: String] = [:]
  private var hints: [Int: String] = [:]
  private var pending: [DirectedSchema] = []
  private var isNamed: Set<Int> = []
  var table: SchemaTable
  /// What the client does not support, and what does not work everywhere, each with the lines of its contract.
  var missing = LocatedNotes()
  var limits = LocatedNotes()

  /// Plans clients for contracts, and the messages of AsyncAPI documents.
  ///
  /// - Parameters:
  ///   - reserved: names that no type may have.
  ///   - pattern: converts a pattern to the language; nil where it cannot.
  static func plan(
    _ contracts: [NamedContract], _ events: [EventContract], _ set: SchemaSet, reserved: Set<String>,
    pattern: @escaping (String) -> String?
  ) -> ExportPlan {
    var planner = ExportPlanner(set, hasClients: !contracts.isEmpty, reserved, pattern)
    planner.nameComponents(contracts.flatMap(\.contract.components) + events.flatMap(\.components))
    var plan = ExportPlan()
    plan.clients = contracts.map { planner.client($0) }
    if !events.isEmpty { plan.events = planner.events(events) }
    planner.drain()
    plan.declarations = planner.declarations
    plan.schemas = planner.table.finish()
    return plan
  }

  private init(
    _ set: SchemaSet, hasClients: Bool, _ reserved: Set<String>, _ pattern: @escaping (String) -> String?
  ) {
    (self.set, self.hasClients) = (set, hasClients)
    names = ExportNameTable(reserved: reserved)
    table = SchemaTable(set, pattern: pattern)
    analysis = SchemaAnalysis(set, diagnostics: Diagnostics())
  }

  // MARK: names

  /// Components are named first: a nested type never takes the name of one.
  private mutating func nameComponents(_ components: [(name: String, position: SourcePosition, schema: Int)]) {
    let ordered =
      components.filter { ExportName.type($0.name) == $0.name }
      + components.filter { ExportName.type($0.name) != $0.name }
    for component in ordered where isNamed.insert(component.schema).inserted {
      hints[component.schema] = ExportName.type(component.name)
      let target = DirectedSchema(index: component.schema, direction: .response)
      typeNames[target] = names.claim(ExportName.type(component.name), mark: "Value")
    }
    for component in components { _ = name(of: component.schema, .response) }
  }

  mutating func claim(_ name: String) -> String { names.claim(name, mark: "Value") }

  /// The name of the type of a schema, which is declared once, or in each direction where directions differ.
  mutating func name(of index: Int, _ direction: Direction) -> String {
    let target = DirectedSchema(index: index, direction: analysis.differsByDirection(index) ? direction : .response)
    let isNew = typeNames[target] == nil || !queued.contains(target)
    let name = typeNames[target] ?? names.claim(base(index) + target.direction.rawValue, mark: "Value")
    typeNames[target] = name
    if isNew {
      queued.insert(target)
      pending.append(target)
    }
    return name
  }

  private var queued: Set<DirectedSchema> = []

  private func base(_ index: Int) -> String {
    if let hint = hints[index] { return hint }
    let key = set[index].key
    var segments = key.segments[...]
    if segments.first == "components" { segments = segments.dropFirst(2) }
    let skipped: Set<String> = ["properties", "$defs", "definitions", "paths", "schema", "content"]
    let text = segments.filter { !skipped.contains($0) }.joined(separator: " ")
    let file = String((key.path.split(separator: "/").last ?? "").prefix { $0 != "." })
    return ExportName.type(text.isEmpty ? file : text)
  }

  private mutating func drain() {
    var next = 0
    while next < pending.count {
      let target = pending[next]
      next += 1
      let name = typeNames[target] ?? ""
      let type = build(target.index, target.direction, owner: name)
      var doc = doc(target.index)
      if target.direction == .request { doc.text.append("As it is sent in a request.") }
      declare(name, doc, type)
    }
  }

  // MARK: types

  mutating func declare(_ name: String, _ doc: Doc, _ type: ExportType) {
    declarations.append(ExportPlan.Declaration(name: name, doc: doc, type: type))
  }

  /// The type of a schema where it is used: its name, where it has one.
  mutating func use(_ index: Int, _ direction: Direction, named hint: String) -> ExportType {
    if isNamed.contains(index) { return .named(name(of: index, direction)) }
    if let target = set.keywords(index).reference, set.isPlainReference(index) {
      return reference(target, direction)
    }
    if isRecord(index) {
      if hints[index] == nil { hints[index] = hint }
      return .named(name(of: index, direction))
    }
    return build(index, direction, owner: hint)
  }

  mutating func reference(_ target: Int, _ direction: Direction) -> ExportType {
    isNamed.insert(target)
    return .named(name(of: target, direction))
  }

  private mutating func isRecord(_ index: Int) -> Bool { analysis.shape(index).isRecord(set) }
}

/// A contract and the name of its client's API, such as `Orders`.
public struct NamedContract {
  public let name: String
  public let contract: Contract

  public init(name: String, contract: Contract) {
    self.name = name
    self.contract = contract
  }
}

/// Notes about a contract, each once, with the lines that it is about.
struct LocatedNotes {
  private var lines: [String: [Int]] = [:]

  mutating func add(_ words: String, at position: SourcePosition) { lines[words, default: []].append(position.line) }

  /// In the order of the lines: `line 3: …`, `lines 3, 8: …`.
  var texts: [String] {
    lines.mapValues { Set($0).sorted() }.sorted { ($0.value[0], $0.key) < ($1.value[0], $1.key) }.map { words, lines in
      "\(lines.count == 1 ? "line" : "lines") \(lines.map(String.init).joined(separator: ", ")): \(words)"
    }
  }
}

extension Shape {
  /// Whether it is an object with listed properties, and no choice that lists others.
  func isRecord(_ set: SchemaSet) -> Bool {
    isObject && !properties.isEmpty
      && !parts.contains { part in
        let keywords = set.keywords(part)
        return (keywords.anyOf + keywords.oneOf).contains { !set.keywords($0).properties.isEmpty }
      }
  }
}

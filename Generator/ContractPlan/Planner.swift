import ContractAnalysis
import ContractModel
import ContractSource
import ContractValues

/// Plans the code that is generated for a set of contracts.
public struct Planner {
  var diagnostics: Diagnostics
  let set: SchemaSet
  /// The folder whose schemas are generated once, in a module of their own; nil when there is none.
  private let shared: (folder: String, module: String)?
  var declarations: [DeclarationPlan] = []
  private var aliases: [String: TypePlan] = [:]
  private var pending: [(target: DirectedSchema, form: Form, name: String)] = []
  private(set) var patterns: [String] = []
  private var patternNumbers: [ByteKey: Int] = [:]
  var embedded = EmbeddedProgram()
  private var imports: Set<String> = []
  private(set) var apiName = ""
  private var names = NameTable()
  private var typeNames: [DirectedSchema: String] = [:]
  private var shapes: [Int: Shape] = [:]
  private var forms: [Int: Form] = [:]
  private var dynamic: Set<Int>?
  private var marked: (request: Set<Int>, response: Set<Int>)?
  /// Lists and maps that contain themselves, by the names of their types; those of them that are declared.
  var wrappers: [Int: String] = [:]
  var wrapped: Set<Int> = []
  /// The schemas composed of several that all apply.
  var joins: [[Int]: Int] = [:]
  var methods = MemberNames()
  /// The endpoints that receive webhooks and callbacks.
  var receivers = MemberNames()
  var bodies: [BodyPlan] = []
  var multiparts: [MultipartPlan] = []
  var schemes: [SchemePlan] = []
  /// The records that are response bodies, by the names of their types.
  var bodyRecords: [String: DirectedSchema] = [:]
  /// `anonymous` is the case of a caller without credentials.
  var schemeNames = MemberNames(besides: ["anonymous"])
  var principals: [PrincipalPlan] = []
  private var queued: Set<DirectedSchema> = []
  /// The lists and maps being planned: one that is found again contains itself.
  var open: Set<Int> = []
  /// Default values still to be written as Swift: of records, whose fields must be known first.
  var defaults: [PendingDefault] = []
  lazy var program = set.program

  /// Plans one API.
  ///
  /// - Parameters:
  ///   - name: the API's name in Swift without a suffix, such as `Orders`.
  ///   - contracts: the API's documents, and the schemas they were read into.
  ///   - shared: the folder of contracts whose types are in another module, and that module.
  ///   - typesOnly: plans only the types that operations use, not the operations.
  public static func plan(
    name: String, contracts: [Contract], schemas: SchemaSet, shared: (folder: String, module: String)?,
    typesOnly: Bool, diagnostics: Diagnostics
  ) -> APIPlan {
    var planner = Planner(set: schemas, shared: shared, diagnostics: diagnostics)
    return planner.plan(name, contracts, typesOnly)
  }

  private init(set: SchemaSet, shared: (folder: String, module: String)?, diagnostics: Diagnostics) {
    self.set = set
    self.diagnostics = diagnostics
    self.shared = shared
  }

  private mutating func plan(_ name: String, _ contracts: [Contract], _ typesOnly: Bool) -> APIPlan {
    apiName = name
    names.reserve(
      [
        "Handlers", "Contract", "Endpoint", "Client", "Composition", "Servers", "Security", "Webhooks",
        "WebhookHandlers",
        "WebhookContract", "WebhookEndpoint",
      ].map { apiName + $0 })
    planComponents(contracts)
    var operations: [OperationPlan] = []
    var webhooks: [OperationPlan] = []
    for contract in contracts {
      if !typesOnly { planSchemes(contract) }
      for operation in contract.operations {
        guard let planned = plan(operation, in: contract, typesOnly) else { continue }
        if operation.kind == .route { operations.append(planned) } else { webhooks.append(planned) }
        webhooks += planCallbacks(operation, planned, in: contract)
      }
    }
    let servers = typesOnly ? [] : servers(contracts.first?.servers ?? [])
    operations = linked(operations, contracts.flatMap(\.operations))
    let groups = groups(&operations, contracts)
    drain()
    settleDefaults()
    settleRecursion()
    operations = paged(operations, contracts.flatMap(\.operations))
    operations = withFailures(operations)
    webhooks = withFailures(webhooks)
    checkRoutes(contracts)
    let first = contracts.first
    return APIPlan(
      name: name, service: first.map { Self.service(of: $0.path) } ?? "", sources: contracts.map(\.position.file.path),
      title: first?.title ?? name, version: first?.version ?? "", doc: doc(first?.summary, first?.description),
      basePath: first?.basePath ?? "", servers: servers, schemes: schemes, principals: principals,
      imports: imports.sorted(), types: declarations, aliases: aliases,
      bodies: bodies, multiparts: multiparts, groups: groups, operations: operations, webhooks: webhooks,
      patterns: patterns, program: embedded.json)
  }

  /// The groups of the handlers: one per tag, and one for operations without a tag; none where there would be only one.
  private mutating func groups(_ operations: inout [OperationPlan], _ contracts: [Contract]) -> [GroupPlan] {
    let names = operations.map(\.group)
    guard Set(names).count > 1 else {
      for index in operations.indices { operations[index].group = "" }
      return []
    }
    let tags = contracts.flatMap(\.tags)
    var members = MemberNames()
    var groups: [String: GroupPlan] = [:]
    var order: [GroupPlan] = []
    for (index, name) in names.enumerated() {
      if groups[name] == nil {
        let word = name.isEmpty ? "Other" : name
        let tag = tags.first { SwiftName.type($0.name) == name }
        let group = GroupPlan(
          type: claim(apiName + word + "Handlers"), member: members.claim(SwiftName.member(word)),
          part: claim("Part\(order.count + 1)"), doc: doc(tag?.description))
        groups[name] = group
        order.append(group)
      }
      operations[index].group = groups[name]?.type ?? ""
    }
    return order
  }

  private static func service(of path: String) -> String {
    let file = path.split(separator: "/").last ?? ""
    return String(file.prefix { $0 != "." })
  }

  /// Components are named first: a nested type never takes the name of one.
  private mutating func planComponents(_ contracts: [Contract]) {
    var seen: Set<Int> = []
    let components = contracts.flatMap(\.components).filter { seen.insert($0.schema).inserted }
    // A name that is valid Swift as written takes precedence over one that only becomes the same.
    let ordered =
      components.filter { SwiftName.type($0.name) == $0.name }
      + components.filter { SwiftName.type($0.name) != $0.name }
    for component in ordered where form(of: component.schema).isDeclared && !set.isPlainReference(component.schema) {
      let target = DirectedSchema(index: component.schema, direction: .response)
      typeNames[target] = names.claim(SwiftName.type(component.name))
    }
    for component in components where !isShared(component.schema) {
      let name = SwiftName.type(component.name)
      let type = use(component.schema, .response, named: name).type
      if type != .named(name) { aliases[name] = type }
      drain()
    }
  }

  /// Declares the types found and not declared yet.
  mutating func drain() {
    var next = 0
    while next < pending.count {
      let (target, form, name) = pending[next]
      next += 1
      declare(target, form, as: name)
    }
    pending.removeAll()
  }

  // MARK: names

  private func isShared(_ index: Int) -> Bool {
    shared.map { set[index].key.path.hasPrefix($0.folder + "/") } ?? false
  }

  mutating func claim(_ name: String) -> String { names.claim(name) }

  /// The name of a schema's declared type, wherever it is used.
  mutating func typeName(_ index: Int, _ form: Form, _ direction: Direction, named name: String) -> String {
    // Where the two directions do not differ there is one type.
    let direction = direction == .request && !isMarked(index) ? .response : direction
    let target = DirectedSchema(index: index, direction: direction)
    let key = set[index].key
    let base = set[index].isMerged ? name : SwiftName.component(key.segments, path: key.path) ?? name
    if isShared(index), let shared {
      imports.insert(shared.module)
      let name = base + direction.rawValue
      if names.isTaken(name) {
        diagnostics.error(
          .duplicate, "\(name) is a type of \(shared.module) and of this contract", at: set[index].position,
          help: "give one of the two another name")
      }
      return name
    }
    let wasNamed = typeNames[target]
    let own = wasNamed ?? names.claim(base + direction.rawValue)
    typeNames[target] = own
    if queued.insert(target).inserted { pending.append((target, form, own)) }
    return own
  }

  // MARK: what schemas mean

  mutating func shape(_ index: Int) -> Shape {
    if let known = shapes[index] { return known }
    var shape = Shape(index, set)
    if isDynamic(index) { shape.needsProgram = true }
    if shape.isTooLarge {
      diagnostics.error(
        .limit, "this combines more than \(Shape.partLimit) schemas by 'allOf'", at: set[index].position)
    }
    shapes[index] = shape
    return shape
  }

  mutating func form(of index: Int) -> Form {
    if let known = forms[index] { return known }
    let form = makeForm(of: index)
    forms[index] = form
    return form
  }

  /// Whether a schema differs between requests and responses.
  mutating func isMarked(_ index: Int) -> Bool {
    if marked == nil { marked = (marks(\.isReadOnly), marks(\.isWriteOnly)) }
    return marked.map { $0.request.contains(index) || $0.response.contains(index) } ?? false
  }

  /// Whether the meaning of a schema depends on the dynamic scope: only a whole value from here on can be validated.
  private mutating func isDynamic(_ index: Int) -> Bool {
    guard set.hasDynamicReferences else { return false }
    let all = dynamic ?? marks { $0.keywords.dynamicReference != nil }
    dynamic = all
    return all.contains(index)
  }

  /// Every schema from which a marked one can be reached.
  private func marks(_ isMarked: (Schema) -> Bool) -> Set<Int> {
    var users: [Int: [Int]] = [:]
    for index in set.all.indices {
      for child in set.keywords(index).children { users[child, default: []].append(index) }
    }
    var pending = set.all.indices.filter { isMarked(set[$0]) }
    var reached: Set<Int> = []
    while let next = pending.popLast() {
      for user in users[next] ?? [] where reached.insert(user).inserted { pending.append(user) }
    }
    return reached
  }

  /// Whether a property is omitted in this direction.
  func isSkipped(_ schemas: [Int], _ direction: Direction) -> Bool {
    schemas.contains { index in
      let ends = [set[index], set[set.resolved(index)]]
      return ends.contains { direction == .request ? $0.isReadOnly : $0.isWriteOnly }
    }
  }

  mutating func patternNumber(_ source: String) -> Int {
    if let known = patternNumbers[ByteKey(source)] { return known }
    patterns.append(source)
    patternNumbers[ByteKey(source)] = patterns.count - 1
    return patterns.count - 1
  }

  func doc(_ parts: String?...) -> [String] {
    let texts = parts.compactMap { $0 }.filter { !$0.isEmpty }
    return Array(texts.map(SwiftName.comment).joined(separator: [""]))
      .reversed().drop { $0.isEmpty }.reversed()
  }

  /// The documentation of a schema: its own, or that of the schema it refers to.
  func doc(_ index: Int) -> [String] {
    let (own, target) = (set[index], set[set.resolved(index)])
    return doc(own.title ?? target.title, own.description ?? target.description)
  }
}

/// Assigns unique names to types.
struct NameTable {
  private var taken: Set<String> = []

  mutating func reserve(_ names: [String]) { taken.formUnion(names) }

  func isTaken(_ name: String) -> Bool { taken.contains(name) }

  /// The name, or the first free one after it: `Pet`, `Pet2`.
  mutating func claim(_ name: String) -> String {
    var candidate = SwiftName.reserved.contains(name) ? name + "Value" : name
    var number = 2
    while !taken.insert(candidate).inserted {
      candidate = name + (name.last?.isNumber == true ? "_" : "") + String(number)
      number += 1
    }
    return candidate
  }
}

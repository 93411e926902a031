import ContractAnalysis
import ContractModel
import ContractSource

/// Plans the types of schemas: those of components, and those that are found where schemas are used.
struct TypePlanner {
  var analysis: SchemaAnalysis
  private(set) var diagnostics: Diagnostics
  private var shared: SharedTypes?
  var names = NameTable()
  private var queue = DeclarationQueue()
  var embedded = EmbeddedProgram()
  var containers = ContainerTypes()
  var declarations = Declarations()
  /// The types whose names their author gave, such as those of components.
  private var namedTypes: Set<String> = []
  /// Default values still to be written as Swift: of records, whose fields must be known first.
  var defaults: [PendingDefault] = []

  init(_ analysis: SchemaAnalysis, shared: SharedTypes?, diagnostics: Diagnostics) {
    self.analysis = analysis
    self.shared = shared
    self.diagnostics = diagnostics
  }

  var set: SchemaSet { analysis.set }

  /// The same without reports: for code that asks again what has been planned and reported.
  var silent: TypePlanner {
    var copy = self
    copy.diagnostics = Diagnostics()
    copy.analysis = analysis.silent
    return copy
  }

  /// The types that have been declared.
  var result: TypesPlan {
    TypesPlan(
      declarations: declarations, defaults: defaults, imports: shared.map { $0.isUsed ? [$0.module] : [] } ?? [],
      patterns: embedded.patterns, program: embedded.json, analysis: analysis, namedTypes: namedTypes)
  }

  /// Plans the types of components and returns those without a type of their own, by their names.
  ///
  /// Components are named first: a nested type never takes the name of one.
  mutating func planComponents(
    _ all: [(name: String, position: SourcePosition, schema: Int)]
  ) -> [String: TypePlan] {
    var seen: Set<Int> = []
    let components = all.filter { seen.insert($0.schema).inserted }
    // A name that is valid Swift as written takes precedence over one that only becomes the same.
    let ordered =
      components.filter { SwiftName.type($0.name) == $0.name }
      + components.filter { SwiftName.type($0.name) != $0.name }
    for component in ordered
    where analysis.form(of: component.schema).isDeclared && !set.isPlainReference(component.schema) {
      let target = DirectedSchema(index: component.schema, direction: .response)
      queue.names[target] = names.claim(SwiftName.type(component.name))
    }
    var aliases: [String: TypePlan] = [:]
    for component in components where !isShared(component.schema) {
      let name = SwiftName.type(component.name)
      let type = use(component.schema, .response, named: name).type
      if type != .named(name) { aliases[name] = type }
      drain()
    }
    return aliases
  }

  /// Declares the types found and not declared yet.
  mutating func drain() {
    var next = 0
    while next < queue.pending.count {
      let (target, form, name) = queue.pending[next]
      next += 1
      declare(target, form, as: name)
    }
    queue.pending.removeAll()
  }

  mutating func claim(_ name: String) -> String { names.claim(name) }

  private func isShared(_ index: Int) -> Bool {
    shared.map { set[index].key.path.hasPrefix($0.folder + "/") } ?? false
  }

  /// The name of a schema's declared type, wherever it is used.
  mutating func typeName(_ index: Int, _ form: Form, _ direction: Direction, named name: String) -> String {
    // Where the two directions do not differ there is one type.
    let direction = direction == .request && !analysis.differsByDirection(index) ? .response : direction
    let target = DirectedSchema(index: index, direction: direction)
    let key = set[index].key
    let base = set[index].isMerged ? name : SwiftName.component(key.segments, path: key.path) ?? name
    if isShared(index) { return sharedName(base + direction.rawValue, index) }
    let own = queue.names[target] ?? names.claim(base + direction.rawValue)
    if !set[index].isMerged, SwiftName.isGiven(key.segments) { namedTypes.insert(own) }
    queue.add(target, form, own)
    return own
  }

  /// The name of a type of the shared module.
  private mutating func sharedName(_ name: String, _ index: Int) -> String {
    shared?.isUsed = true
    if names.isTaken(name) {
      diagnostics.error(
        .duplicate, "\(name) is a type of \(shared?.module ?? "") and of this contract", at: set[index].position,
        help: "give one of the two another name")
    }
    return name
  }
}

/// The types of an API as schemas and operations use them, before defaults and sizes are settled.
struct TypesPlan {
  let declarations: Declarations
  let defaults: [PendingDefault]
  /// The modules of other APIs whose types are used.
  let imports: [String]
  let patterns: [String]
  /// The schemas that whole values are validated against, as JSON.
  let program: String
  let analysis: SchemaAnalysis
  /// The types whose names their author gave, such as those of components.
  let namedTypes: Set<String>
}

/// The folder whose schemas are generated once, in a module of their own.
struct SharedTypes {
  let folder: String
  let module: String
  /// Whether a type of it is used.
  var isUsed = false

  init(_ folder: String, _ module: String) { (self.folder, self.module) = (folder, module) }
}

/// The types that have names, and those of them that are still to be declared.
private struct DeclarationQueue {
  var names: [DirectedSchema: String] = [:]
  var pending: [(target: DirectedSchema, form: Form, name: String)] = []
  private var queued: Set<DirectedSchema> = []

  /// Queues a type the first time that it is used.
  mutating func add(_ target: DirectedSchema, _ form: Form, _ name: String) {
    names[target] = name
    if queued.insert(target).inserted { pending.append((target, form, name)) }
  }
}

/// Lists and maps that contain themselves: each needs a type of its own.
struct ContainerTypes {
  /// The lists and maps being planned: one that is found again contains itself.
  var open: Set<Int> = []
  /// Their names; those of them that are declared.
  var wrappers: [Int: String] = [:]
  var wrapped: Set<Int> = []
}

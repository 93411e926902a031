import ContractModel
import ContractSource
import ContractValues

/// Decides what is generated for a set of contracts.
public struct Planner {
  let diagnostics: Diagnostics
  private let schemas: [SchemaKey: Schema]
  /// The folder whose schemas are generated once, in a module of their own; nil when there is none.
  private let shared: (folder: String, module: String)?
  private var records: [RecordPlan] = []
  private var enums: [EnumPlan] = []
  var patterns: [String] = []
  private var imports: Set<String> = []
  private var apiName = ""
  /// Names given so far, with where each was given.
  private var names: [String: Place] = [:]
  private var typeNames: [SchemaKey: String] = [:]
  /// The lists whose items are being planned: one that comes up again holds itself.
  private var openLists: Set<SchemaKey> = []

  /// Plans one API.
  ///
  /// - Parameters:
  ///   - name: the API's name in Swift without a suffix, such as `Orders`.
  ///   - contracts: the API's documents.
  ///   - shared: the folder of contracts whose types stand in another module, and that module.
  public static func plan(
    name: String, contracts: [Contract], shared: (folder: String, module: String)?, diagnostics: Diagnostics
  ) -> APIPlan {
    var planner = Planner(contracts: contracts, shared: shared, diagnostics: diagnostics)
    return planner.plan(name, contracts)
  }

  private init(contracts: [Contract], shared: (folder: String, module: String)?, diagnostics: Diagnostics) {
    self.diagnostics = diagnostics
    self.shared = shared
    var known: [SchemaKey: Schema] = [:]
    for contract in contracts {
      for (key, schema) in contract.schemas { known[key] = schema }
    }
    schemas = known
  }

  private mutating func plan(_ name: String, _ contracts: [Contract]) -> APIPlan {
    apiName = name
    // Contracts of one API that refer to the same component have each met it.
    var met: Set<SchemaKey> = []
    let all = contracts.flatMap(\.schemas).filter { met.insert($0.key).inserted }
    for (key, schema) in all where isDeclared(schema) && !isShared(key) { nameComponent(key, schema) }
    for (key, schema) in all {
      guard let typeName = typeNames[key], !isShared(key) else { continue }
      declare(schema, as: typeName)
    }
    check(all)
    checkRecursion()
    let operations = contracts.flatMap { contract in contract.operations.map { plan($0, in: contract) } }
    checkRoutes(contracts.flatMap(\.operations))
    let first = contracts.first
    return APIPlan(
      name: name, service: first.map { Self.service(of: $0.path) } ?? "", sources: contracts.map(\.place.file.path),
      title: first?.title ?? name, version: first?.version ?? "", doc: doc(first?.summary, first?.description),
      basePath: first?.basePath ?? "",
      imports: imports.sorted(), records: records, enums: enums, operations: operations, patterns: patterns)
  }

  /// Plans what becomes no type of its own too, for its faults: it may be used nowhere yet.
  private mutating func check(_ schemas: [(key: SchemaKey, schema: Schema)]) {
    let before = self
    for (key, schema) in schemas where !isDeclared(schema) && !isShared(key) {
      _ = use(schema, named: SwiftName.type(key.name))
    }
    self = before
  }

  /// A struct cannot hold itself but in a list.
  private func checkRecursion() {
    let inside = Dictionary(
      uniqueKeysWithValues: Dictionary(grouping: records, by: \.name).map { name, records in
        (
          name,
          records.flatMap(\.fields).compactMap { field in if case .named(let type) = field.type { type } else { nil } }
        )
      })
    for (name, place) in names.sorted(by: { $0.key < $1.key }) where inside[name] != nil {
      var reached: Set<String> = []
      var pending = inside[name] ?? []
      while let next = pending.popLast() {
        if reached.insert(next).inserted { pending += inside[next] ?? [] }
      }
      if reached.contains(name) {
        diagnostics.error(
          .unsupported, "\(name) holds itself other than in a list, which is not supported yet", at: place)
      }
    }
  }

  private static func service(of path: String) -> String {
    let file = path.split(separator: "/").last ?? ""
    return String(file.prefix { $0 != "." })
  }

  // MARK: names

  private func isShared(_ key: SchemaKey) -> Bool {
    shared.map { key.path.hasPrefix($0.folder + "/") } ?? false
  }

  /// Whether a schema becomes a type of its own; others are written out where they are used.
  private func isDeclared(_ schema: Schema) -> Bool {
    schema.type == .object || (schema.type == .string && schema.cases != nil)
  }

  private mutating func nameComponent(_ key: SchemaKey, _ schema: Schema) {
    guard typeNames[key] == nil else { return }
    typeNames[key] = claim(SwiftName.type(key.name), at: schema.place)
  }

  mutating func claim(_ name: String, at place: Place) -> String {
    let own = ["Handlers", "Routes", "Endpoint", "Client"].map { apiName + $0 }
    if SwiftName.reserved.contains(name) || own.contains(name) {
      diagnostics.error(
        .duplicate, "a type cannot be called \(name), which generated code uses itself", at: place,
        help: "give it another name")
    }
    if let first = names[name] {
      diagnostics.error(
        .duplicate, "two types would be called \(name)", at: place,
        help: "the other stands at \(first.file.path):\(first.line); give one of them another name")
    }
    names[name] = place
    return name
  }

  func resolved(_ schema: Schema) -> (schema: Schema, key: SchemaKey?) {
    var (schema, key) = (schema, schema.key)
    var steps = 0
    while let reference = schema.reference, let target = schemas[reference] {
      (schema, key) = (target, reference)
      steps += 1
      if steps > 32 {
        diagnostics.error(.brokenReference, "a $ref that leads in a circle", at: schema.place)
        break
      }
    }
    return (schema, key)
  }

  // MARK: types

  private mutating func declare(_ schema: Schema, as name: String) {
    if let cases = schema.cases {
      if schema.pattern != nil || schema.minLength != nil || schema.maxLength != nil || schema.format != nil {
        diagnostics.error(
          .unsupported, "a length, pattern or format beside 'enum' is not supported yet", at: schema.place)
      }
      var seen: Set<String> = []
      let planned = cases.map { value in (name: SwiftName.enumCase(value), value: value) }
      for item in planned where !seen.insert(item.name).inserted {
        diagnostics.error(.duplicate, "two values of this enum would be called \(item.name) in Swift", at: schema.place)
      }
      enums.append(EnumPlan(name: name, doc: doc(schema.title, schema.description), cases: planned))
      return
    }
    var seen: [String: String] = [:]
    let fields = schema.properties.map { property in
      let field = self.field(
        property.name, property.schema, isRequired: schema.required.contains(property.name), owner: name,
        place: property.place)
      if let other = seen.updateValue(property.name, forKey: field.name) {
        diagnostics.error(
          .duplicate, "'\(property.name)' and '\(other)' would both be called \(field.name) in Swift",
          at: property.place)
      }
      return field
    }
    // Fields that must be given come first: an initializer then reads in that order.
    records.append(
      RecordPlan(name: name, doc: doc(schema.title, schema.description), fields: fields, isClosed: schema.isClosed))
  }

  mutating func field(
    _ wireName: String, _ schema: Schema, isRequired: Bool, owner: String, place: Place
  ) -> FieldPlan {
    let (type, rules) = use(schema, named: owner + SwiftName.type(wireName))
    let target = resolved(schema).schema
    var presence = isRequired ? Presence.required : .optional
    if let node = schema.defaultValue ?? target.defaultValue, !isRequired, let text = literal(node, type, target) {
      presence = .defaulted(text)
    }
    return FieldPlan(
      name: SwiftName.member(wireName), wireName: wireName, type: type, presence: presence, rules: rules,
      doc: doc(schema.description ?? target.description, nil))
  }

  /// The Swift type of a schema where it is used, and the constraints to check there.
  mutating func use(_ schema: Schema, named inlineName: String) -> (TypePlan, [RulePlan]) {
    let (target, key) = resolved(schema)
    if isDeclared(target) {
      return (.named(typeName(of: target, key, inlineName)), target.cases == nil ? [.value] : [])
    }
    switch target.type {
    case .boolean: return (.boolean, [])
    case .integer: return (.integer, rangeRules(target, integer: true) + stepRules(integerStep(target)))
    case .number: return number(target)
    case .string: return string(target)
    case .array:
      guard let items = target.items else { return (.array(.string), []) }
      if let key, !openLists.insert(key).inserted {
        diagnostics.error(.unsupported, "a list that holds itself is not supported yet", at: target.place)
        return (.array(.string), [])
      }
      defer { if let key { openLists.remove(key) } }
      let (element, elementRules) = use(items, named: inlineName + "Item")
      var rules: [RulePlan] = []
      if target.minItems != nil || target.maxItems != nil {
        rules.append(.count(min: target.minItems, max: target.maxItems))
      }
      if target.uniqueItems { rules.append(.unique) }
      if !elementRules.isEmpty { rules.append(.each(elementRules)) }
      return (.array(element), rules)
    case .object, nil: return (.string, [])
    }
  }

  private mutating func typeName(of schema: Schema, _ key: SchemaKey?, _ inlineName: String) -> String {
    guard let key else {
      let name = claim(inlineName, at: schema.place)
      declare(schema, as: name)
      return name
    }
    if isShared(key), let shared {
      imports.insert(shared.module)
      let name = SwiftName.type(key.name)
      if let own = names[name] {
        diagnostics.error(
          .duplicate, "\(name) is a type of \(shared.module) and of this contract", at: own,
          help: "give this one another name")
      }
      return name
    }
    return typeNames[key] ?? SwiftName.type(key.name)
  }

  func doc(_ parts: String?...) -> [String] {
    let texts = parts.compactMap { $0 }.filter { !$0.isEmpty }
    return Array(texts.map(SwiftName.comment).joined(separator: [""]))
      .reversed().drop { $0.isEmpty }.reversed()
  }
}

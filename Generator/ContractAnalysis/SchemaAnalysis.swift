import ContractModel
import ContractSource
import ContractValues

/// What follows from the schemas of a contract, whatever language is generated. Each answer is found once and retained.
public struct SchemaAnalysis {
  public let set: SchemaSet
  var diagnostics: Diagnostics
  private var shapes: [Int: Shape] = [:]
  private var forms: [Int: Form] = [:]
  /// The schemas composed of several that all apply.
  private var joins: [[Int]: Int] = [:]
  private var dynamic: Set<Int>?
  private var directed: Set<Int>?

  /// - Parameters:
  ///   - set: the schemas; combinations of them are added to it.
  ///   - diagnostics: where schemas are reported whose meaning is unclear.
  public init(_ set: SchemaSet, diagnostics: Diagnostics) {
    self.set = set
    self.diagnostics = diagnostics
  }

  /// The same without reports: for code that asks again what has been reported.
  public var silent: SchemaAnalysis {
    var copy = self
    copy.diagnostics = Diagnostics()
    return copy
  }

  /// The meaning of a schema after its references and `allOf` are resolved.
  public mutating func shape(_ index: Int) -> Shape {
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

  /// The kind of value that a schema describes.
  public mutating func form(of index: Int) -> Form {
    if let known = forms[index] { return known }
    let form = makeForm(of: index)
    forms[index] = form
    return form
  }

  /// The schema that this one adds nothing to, which may be itself.
  public mutating func unaliased(_ index: Int) -> Int {
    var index = index
    var steps = 0
    // Bounded: schemas may be aliases of each other in a circle, which is reported elsewhere.
    while case .alias(let next) = form(of: index), steps < 10_000 { (index, steps) = (next, steps + 1) }
    return index
  }

  /// Whether a schema, perhaps through others that it refers to, is an object with listed properties.
  public mutating func isRecord(_ index: Int) -> Bool {
    if case .record = form(of: unaliased(index)) { true } else { false }
  }

  /// One schema for several that all apply.
  public mutating func joined(_ schemas: [Int]) -> Int {
    guard schemas.count > 1 else { return schemas[0] }
    var targets: [Int] = []
    for schema in schemas where !targets.contains(set.resolved(schema)) { targets.append(set.resolved(schema)) }
    if targets.count == 1 { return schemas[0] }
    if let known = joins[schemas] { return known }
    var keywords = SchemaKeywords()
    keywords.allOf = schemas
    let index = set.add(keywords, like: schemas[0])
    joins[schemas] = index
    return index
  }

  /// The default of a schema: its own, or the first one of those that it is composed of.
  public mutating func defaultValue(_ schema: Int) -> Node? {
    let parts = [schema, set.resolved(schema)] + shape(schema).parts
    let all = parts.compactMap { set[$0].defaultValue }
    if let first = all.first, let other = all.first(where: { $0.json != first.json }) {
      diagnostics.warning(
        .contradiction, "this default is not applied: the same property has another one", at: other.position,
        help: "remove one of the two")
    }
    return all.first
  }

  // MARK: values

  /// Whether a value is valid against a schema.
  public mutating func admits(_ value: JSONValue, schema index: Int) -> Bool {
    set.program.admits(value, schema: index)
  }

  /// Whether a schema admits null beside values of other types.
  public mutating func admitsNull(_ index: Int) -> Bool {
    guard set.types(index).contains(.null), set.types(index) != .all else { return false }
    return admits(.null, schema: index)
  }

  // MARK: marks

  /// Whether a schema leads to a read-only or write-only one: it differs between requests and responses.
  public mutating func differsByDirection(_ index: Int) -> Bool {
    let all = directed ?? set.users(of: { $0.isReadOnly || $0.isWriteOnly })
    directed = all
    return all.contains(index)
  }

  /// Whether the meaning of a schema depends on the dynamic scope: only a whole value from here on can be validated.
  private mutating func isDynamic(_ index: Int) -> Bool {
    guard set.hasDynamicReferences else { return false }
    let all = dynamic ?? set.users(of: { $0.keywords.dynamicReference != nil })
    dynamic = all
    return all.contains(index)
  }
}

extension SchemaSet {
  /// Every schema from which a marked one can be reached.
  fileprivate func users(of isMarked: (Schema) -> Bool) -> Set<Int> {
    var users = [[Int]](repeating: [], count: all.count)
    for index in all.indices {
      for child in all[index].keywords.children { users[child].append(index) }
    }
    var pending = all.indices.filter { isMarked(self[$0]) }
    var reached: Set<Int> = []
    while let next = pending.popLast() {
      for user in users[next] where reached.insert(user).inserted { pending.append(user) }
    }
    return reached
  }

  /// Whether a property with these schemas is omitted in a direction.
  public func isSkipped(_ schemas: [Int], _ direction: Direction) -> Bool {
    schemas.contains { index in
      let ends = [self[index], self[resolved(index)]]
      return ends.contains { direction == .request ? $0.isReadOnly : $0.isWriteOnly }
    }
  }
}

/// Validates one value against schemas by JSON Schema 2020-12, reporting every violation.
struct SchemaCheck {
  /// The maximum depth of references: schemas may refer to each other without descending into the value.
  static let depthLimit = 512

  let program: SchemaProgram
  let assertsFormat: Bool
  /// Whether only the verdict is needed: inside `not`, `if` and the branches of a choice.
  var isQuiet: Bool {
    get { violations.isQuiet }
    set { violations.isQuiet = newValue }
  }
  var violations = Violations()
  /// Whether evaluated parts of a value are tracked, for `unevaluatedItems` and `unevaluatedProperties`.
  var tracksEvaluation: Bool
  /// The schema resources entered so far, outermost first: the dynamic scope that `$dynamicRef` searches.
  private var scope: [Int] = []
  private var depth = 0

  /// The key of a memoized validation of a list or object. Branches of choices reach the same parts again at each
  /// level: without memoization the work doubles with each level.
  private struct Visit: Hashable {
    let schema: Int
    let node: Int
    let scope: Int
  }

  private enum Verdict { case valid, refused, reported }
  private var visits: [Visit: (verdict: Verdict, evaluated: Evaluated)] = [:]
  /// The number of the current list or object, the next free number, and the number of the first part of each.
  private var node = 0
  private var nodes = 1
  private var parts: [Int: Int] = [:]
  /// Numbers for dynamic scopes, since `$dynamicRef` may resolve differently in each.
  private var scopes: [[Int]: Int] = [:]

  init(_ program: SchemaProgram, assertsFormat: Bool, isQuiet: Bool = false) {
    self.program = program
    self.assertsFormat = assertsFormat
    tracksEvaluation = program.tracksEvaluation
    self.isQuiet = isQuiet
  }

  /// The evaluated parts of one value (JSON Schema, section 11).
  struct Evaluated {
    var allItems = false
    var items = 0
    var contained: Set<Int> = []
    var allProperties = false
    var properties: Set<ByteKey> = []

    mutating func formUnion(_ other: Evaluated) {
      allItems = allItems || other.allItems
      items = max(items, other.items)
      contained.formUnion(other.contained)
      allProperties = allProperties || other.allProperties
      properties.formUnion(other.properties)
    }
  }

  /// Whether a schema admits the value.
  mutating func apply(_ index: Int, to value: JSONValue) -> Bool {
    var evaluated = Evaluated()
    return apply(index, to: value, &evaluated)
  }

  mutating func apply(_ index: Int, to value: JSONValue, _ evaluated: inout Evaluated) -> Bool {
    // A value without nested lists and objects cannot multiply the work: validating it again costs less than memoizing.
    guard value.isNested else { return applyUncached(index, value, &evaluated) }
    let visit = Visit(schema: index, node: node, scope: scopeNumber)
    if let (verdict, own) = visits[visit], verdict != .refused || isQuiet {
      evaluated.formUnion(own)
      if verdict != .valid { violations.failures &+= 1 }
      return verdict == .valid
    }
    var own = Evaluated()
    let isValid = applyUncached(index, value, &own)
    visits[visit] = (isValid ? .valid : isQuiet ? .refused : .reported, own)
    evaluated.formUnion(own)
    return isValid
  }

  /// Runs `body` with a part of the current list or object as the current value.
  mutating func inside<Value>(_ position: Int, of count: Int, _ body: (inout SchemaCheck) -> Value) -> Value {
    let parent = node
    if let first = parts[parent] {
      node = first + position
    } else {
      parts[parent] = nodes
      node = nodes + position
      nodes += count
    }
    defer { node = parent }
    return body(&self)
  }

  private var scopeNumber: Int {
    mutating get {
      guard program.hasDynamicReferences else { return 0 }
      var order: [Int] = []
      for resource in scope where !order.contains(resource) { order.append(resource) }
      if let number = scopes[order] { return number }
      scopes[order] = scopes.count
      return scopes.count - 1
    }
  }

  private mutating func applyUncached(_ index: Int, _ value: JSONValue, _ evaluated: inout Evaluated) -> Bool {
    guard let keywords = program.keywords(index), depth < Self.depthLimit else {
      return fail("$ref", "leads through too many schemas")
    }
    if let always = keywords.always { return always || fail("false", "nothing is allowed here") }
    depth += 1
    scope.append(keywords.resource)
    defer {
      depth -= 1
      scope.removeLast()
    }
    // For a value of the wrong type no other violation is worth reporting.
    guard checkTypes(keywords, value) else { return false }
    var isValid = true
    switch value {
    case .number(let number): if !checkNumber(keywords, number) { isValid = false }
    case .string(let text): if !checkText(keywords, text) { isValid = false }
    default: break
    }
    if isQuiet && !isValid { return false }
    if !applyInPlace(keywords, index, value, &evaluated) { isValid = false }
    if isQuiet && !isValid { return false }
    // Last, because `unevaluated…` depends on everything applied before.
    switch value {
    case .array(let items): if !checkItems(keywords, items, &evaluated) { isValid = false }
    case .object(let object): if !checkMembers(keywords, object, &evaluated) { isValid = false }
    default: break
    }
    return isValid
  }

  /// Records a violation of the current value; returns false, for use in a return statement.
  mutating func fail(_ rule: String, _ message: @autoclosure () -> String) -> Bool {
    violations.add(rule, message())
    return false
  }

  /// Applies a schema to a part of the value, with violations reported below `segment`.
  mutating func apply(_ index: Int, to value: JSONValue, at segment: @autoclosure () -> String) -> Bool {
    let mark = violations.count
    let isValid = apply(index, to: value)
    if violations.count > mark { violations.prefix(since: mark, segment: segment()) }
    return isValid
  }

  /// Whether a schema admits the value, without recording violations.
  mutating func admits(_ index: Int, _ value: JSONValue, _ evaluated: inout Evaluated) -> Bool {
    let (wasQuiet, failures) = (isQuiet, violations.failures)
    isQuiet = true
    defer { (isQuiet, violations.failures) = (wasQuiet, failures) }
    var own = Evaluated()
    guard apply(index, to: value, &own) else { return false }
    if tracksEvaluation { evaluated.formUnion(own) }
    return true
  }

  private mutating func applyInPlace(
    _ keywords: SchemaKeywords, _ index: Int, _ value: JSONValue, _ evaluated: inout Evaluated
  ) -> Bool {
    var isValid = true
    if let target = keywords.reference, !applyMerging(target, value, &evaluated) { isValid = false }
    if let dynamic = keywords.dynamicReference, !applyMerging(resolve(dynamic), value, &evaluated) { isValid = false }
    for branch in keywords.allOf where !applyMerging(branch, value, &evaluated) { isValid = false }
    if !keywords.anyOf.isEmpty || !keywords.oneOf.isEmpty {
      if !applyChoice(keywords, value, &evaluated) { isValid = false }
    }
    var ignored = Evaluated()
    if let not = keywords.not, admits(not, value, &ignored) {
      isValid = fail("not", "is just what is not allowed here")
    }
    if let condition = keywords.condition {
      let branch = admits(condition, value, &evaluated) ? keywords.then : keywords.otherwise
      if let branch, !applyMerging(branch, value, &evaluated) { isValid = false }
    }
    if case .object(let object) = value {
      for (key, schema) in keywords.dependentSchemas.map({ ($0.key, $0.value) }) where object[key] != nil {
        if !applyMerging(schema, value, &evaluated) { isValid = false }
      }
    }
    return isValid
  }

  /// Applies a schema and merges its evaluated parts, even where the value is invalid: the violation is then reported
  /// only once, where it occurs.
  private mutating func applyMerging(_ index: Int, _ value: JSONValue, _ evaluated: inout Evaluated) -> Bool {
    guard tracksEvaluation else { return apply(index, to: value) }
    var own = Evaluated()
    let isValid = apply(index, to: value, &own)
    evaluated.formUnion(own)
    return isValid
  }

  /// Resolves a dynamic reference: to the outermost resource in scope that has the anchor (section 8.2.3.2).
  private func resolve(_ dynamic: SchemaKeywords.DynamicReference) -> Int {
    for resource in scope {
      if let target = program.keywords(resource)?.dynamicAnchors[dynamic.anchor] { return target }
    }
    return dynamic.target
  }
}

extension JSONValue {
  /// Whether it contains a non-empty list or object.
  fileprivate var isNested: Bool {
    switch self {
    case .array(let items): items.contains(where: \.hasParts)
    case .object(let object): object.contains { $0.value.hasParts }
    default: false
    }
  }

  private var hasParts: Bool {
    switch self {
    case .array(let items): !items.isEmpty
    case .object(let object): !object.isEmpty
    default: false
    }
  }
}

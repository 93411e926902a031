/// One application of schemas to a value: JSON Schema 2020-12's validation, every violation told.
struct SchemaCheck {
  /// Schemas may lead to each other without going deeper into the value; further than this is no schema.
  static let depthLimit = 512

  let program: SchemaProgram
  let assertsFormat: Bool
  /// Whether only the verdict counts: inside `not`, `if` and the branches of a choice.
  var isQuiet: Bool {
    get { violations.isQuiet }
    set { violations.isQuiet = newValue }
  }
  var violations = Violations()
  /// Whether it is asked which parts of a value were looked at.
  var tracksEvaluation: Bool
  /// The resources entered on the way here, outermost first: what `$dynamicRef` looks through.
  private var scope: [Int] = []
  private var depth = 0

  init(_ program: SchemaProgram, assertsFormat: Bool, isQuiet: Bool = false) {
    self.program = program
    self.assertsFormat = assertsFormat
    tracksEvaluation = program.tracksEvaluation
    self.isQuiet = isQuiet
  }

  /// The parts of one value that its schemas have looked at (JSON Schema, section 11).
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
    // Of a value of another type nothing else is worth telling.
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
    // Last, for what they leave over depends on all that was applied before.
    switch value {
    case .array(let items): if !checkItems(keywords, items, &evaluated) { isValid = false }
    case .object(let object): if !checkMembers(keywords, object, &evaluated) { isValid = false }
    default: break
    }
    return isValid
  }

  /// Records a violation of the value at hand; false, so that a check can return it.
  mutating func fail(_ rule: String, _ message: @autoclosure () -> String) -> Bool {
    violations.add(rule, message())
    return false
  }

  /// Applies a schema to a part of the value, reporting below `segment`.
  mutating func apply(_ index: Int, to value: JSONValue, at segment: @autoclosure () -> String) -> Bool {
    let mark = violations.count
    let isValid = apply(index, to: value)
    if violations.count > mark { violations.prefix(since: mark, segment: segment()) }
    return isValid
  }

  /// Whether a schema admits the value, with nothing recorded.
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

  /// What it has looked at counts even where it turns the value down: that is told once, and there.
  private mutating func applyMerging(_ index: Int, _ value: JSONValue, _ evaluated: inout Evaluated) -> Bool {
    guard tracksEvaluation else { return apply(index, to: value) }
    var own = Evaluated()
    let isValid = apply(index, to: value, &own)
    evaluated.formUnion(own)
    return isValid
  }

  /// The schema a dynamic reference means here: that of the outermost resource that has the anchor (section 8.2.3.2).
  private func resolve(_ dynamic: SchemaKeywords.DynamicReference) -> Int {
    for resource in scope {
      if let target = program.keywords(resource)?.dynamicAnchors[dynamic.anchor] { return target }
    }
    return dynamic.target
  }
}

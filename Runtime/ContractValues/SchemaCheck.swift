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

  /// One application of a schema to a list or an object. Branches of choices lead to the same parts again, at each level
  /// anew: without remembering, the work doubles with each level.
  private struct Visit: Hashable {
    let schema: Int
    let node: Int
    let scope: Int
  }

  private enum Verdict { case valid, refused, reported }
  private var visits: [Visit: (verdict: Verdict, evaluated: Evaluated)] = [:]
  /// The number of the list or object at hand, how many have one, and the number of the first part of each.
  private var node = 0
  private var nodes = 1
  private var parts: [Int: Int] = [:]
  /// Ways by which `$dynamicRef` may lead elsewhere, numbered.
  private var scopes: [[Int]: Int] = [:]

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
    // What holds no lists and objects leads nowhere: to apply a schema again costs less than to remember.
    guard value.isNested else { return applyAnew(index, value, &evaluated) }
    let visit = Visit(schema: index, node: node, scope: scopeNumber)
    if let (verdict, own) = visits[visit], verdict != .refused || isQuiet {
      evaluated.formUnion(own)
      if verdict != .valid { violations.failures &+= 1 }
      return verdict == .valid
    }
    var own = Evaluated()
    let isValid = applyAnew(index, value, &own)
    visits[visit] = (isValid ? .valid : isQuiet ? .refused : .reported, own)
    evaluated.formUnion(own)
    return isValid
  }

  /// Goes into a part of the list or object at hand.
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

  private mutating func applyAnew(_ index: Int, _ value: JSONValue, _ evaluated: inout Evaluated) -> Bool {
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

extension JSONValue {
  /// Whether it holds a list or an object that is not empty.
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

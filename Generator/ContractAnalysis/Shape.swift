import ContractModel
import ContractValues

/// The meaning of a schema after its references and `allOf` are resolved.
public struct Shape: Sendable {
  /// The schemas that all apply, the schema itself first.
  public private(set) var parts: [Int] = []
  public private(set) var types: JSONTypes = .all
  /// Whether a `type`, an enum or a constant determines the kind of value.
  public private(set) var isTyped = false
  /// Every property with the schemas that apply to it.
  public private(set) var properties = JSONObject<[Int]>()
  public private(set) var required: [String] = []
  private var requiredNames: Set<ByteKey> = []
  /// The values that remain, where they are listed.
  public private(set) var values: [JSONValue]?
  /// The values of an extensible enum: known, and not asserted.
  public private(set) var knownValues: [String]?
  public private(set) var choices: [Choice] = []
  /// Keywords without a typed check: the whole value is validated against its schema.
  public internal(set) var needsProgram = false

  public struct Choice: Sendable {
    /// The part that the choice belongs to.
    public let part: Int
    public let rule: ChoiceRule
    public let branches: [Int]
  }

  /// The maximum number of schemas that one can be composed of.
  static let partLimit = 256
  private(set) var isTooLarge = false

  public init(_ index: Int, _ set: SchemaSet) {
    var pending = [index]
    var seen: Set<Int> = []
    while let next = pending.popLast() {
      guard seen.insert(next).inserted else { continue }
      guard parts.count < Self.partLimit else {
        isTooLarge = true
        break
      }
      parts.append(next)
      let keywords = set.keywords(next)
      merge(keywords, next, set)
      pending += keywords.allOf.reversed() + [keywords.reference].compactMap { $0 }
    }
    // Two choices at once have no type; the keywords beside them may have one.
    if closesOver(set) || choices.count > 1 { needsProgram = true }
  }

  private mutating func merge(_ keywords: SchemaKeywords, _ index: Int, _ set: SchemaSet) {
    if keywords.always == false { types = [] }
    if let own = keywords.types {
      types.formIntersection(own)
      isTyped = true
    }
    for listed in [keywords.enumeration, keywords.constant.map { [$0] }] {
      guard let listed else { continue }
      values = values.map { $0.filter(Set(listed).contains) } ?? listed
      types.formIntersection(listed.reduce(into: []) { $0.formUnion($1.types) })
      isTyped = true
    }
    knownValues = knownValues ?? set[index].knownValues
    for property in keywords.properties { properties[property.key, default: []].append(property.value) }
    for name in keywords.required where requiredNames.insert(ByteKey(name)).inserted { required.append(name) }
    for (rule, branches) in [(ChoiceRule.anyOf, keywords.anyOf), (.oneOf, keywords.oneOf)] where !branches.isEmpty {
      if branches.allSatisfy({ isConstraint($0, set) }) {
        needsProgram = true
      } else {
        choices.append(Choice(part: index, rule: rule, branches: branches))
      }
    }
    if keywords.not != nil || keywords.condition != nil && (keywords.then != nil || keywords.otherwise != nil)
      || !keywords.dependentSchemas.isEmpty || !keywords.dependentRequired.isEmpty || keywords.propertyNames != nil
      || keywords.contains != nil || keywords.unevaluatedItems != nil || !keywords.patternProperties.isEmpty
      || keywords.dynamicReference != nil || !keywords.prefixItems.isEmpty
    {
      needsProgram = true
    }
  }

  /// Whether a branch does not restrict the kind of value, only adds constraints.
  private func isConstraint(_ index: Int, _ set: SchemaSet, _ depth: Int = 0) -> Bool {
    let keywords = set.keywords(index)
    guard depth < 8, keywords.types == nil, keywords.enumeration == nil, keywords.constant == nil,
      keywords.reference == nil, keywords.items == nil, keywords.always == nil,
      keywords.properties.allSatisfy({ isConstraint($0.value, set, depth + 1) || set.values($0.value) != nil })
    else { return false }
    return (keywords.allOf + keywords.anyOf + keywords.oneOf).allSatisfy { isConstraint($0, set, depth + 1) }
  }

  /// Whether a part rejects properties that another part lists: merging them would lose that.
  private func closesOver(_ set: SchemaSet) -> Bool {
    let isConditional = !choices.isEmpty || needsProgram
    for part in parts {
      let keywords = set.keywords(part)
      if keywords.additionalProperties.map({ set.keywords($0).always != true }) ?? false, parts.count > 1,
        properties.contains(where: { keywords.properties[$0.key] == nil })
      {
        return true
      }
      if let rest = keywords.unevaluatedProperties, isConditional || set.keywords(rest).always == nil {
        // Several branches of `anyOf` may fit, and each sees the properties evaluated by the others.
        return choices.isEmpty || choices.contains { $0.rule == .anyOf } || set.keywords(rest).always == nil
      }
      // `unevaluatedProperties` of a nested part sees only that part's own properties.
      if keywords.unevaluatedProperties != nil, part != parts.first, parts.count > 1 { return true }
    }
    return false
  }

  /// Whether it is one object and nothing else: it has no choice, and its values are not listed.
  public var isObject: Bool {
    (types == .object || types == .all) && choices.isEmpty && values == nil && knownValues == nil
  }

  /// The schema of the properties that are not listed, where one is declared.
  public func others(_ set: SchemaSet) -> Int? {
    parts.lazy.compactMap { set.keywords($0).additionalProperties ?? set.keywords($0).unevaluatedProperties }.first
  }

  /// Whether an object must have this property.
  public func requires(_ property: String) -> Bool {
    requiredNames.contains(ByteKey(property))
  }
}

extension JSONObject {
  subscript(_ key: String, default fallback: Value) -> Value {
    get { self[key] ?? fallback }
    set { self[key] = newValue }
  }
}

/// The keywords of one schema (JSON Schema 2020-12), with subschemas as indices into a ``SchemaProgram``.
///
/// The generator reads contracts into this form, validates values with it, and embeds in generated code those schemas
/// that typed checks cannot express; the runtime applies them.
public struct SchemaKeywords: Sendable {
  /// Set for the schemas `true` and `false`.
  public var always: Bool?
  public var types: JSONTypes?
  public var enumeration: [JSONValue]?
  public var constant: JSONValue?

  public var minimum: ExactDecimal?
  public var maximum: ExactDecimal?
  public var exclusiveMinimum: ExactDecimal?
  public var exclusiveMaximum: ExactDecimal?
  public var multipleOf: ExactDecimal?
  /// `x-decimal-places`.
  public var decimalPlaces: Int?

  public var minLength: Int?
  public var maxLength: Int?
  public var pattern: Pattern?
  public var format: String?
  /// `contentEncoding` where it is asserted: `base64` or `base64url`.
  public var encoding: String?

  public var prefixItems: [Int] = []
  public var items: Int?
  public var contains: Int?
  public var minContains: Int?
  public var maxContains: Int?
  public var minItems: Int?
  public var maxItems: Int?
  public var uniqueItems = false
  public var unevaluatedItems: Int?

  public var properties = JSONObject<Int>()
  public var patternProperties: [(pattern: Pattern, schema: Int)] = []
  public var additionalProperties: Int?
  public var unevaluatedProperties: Int?
  public var propertyNames: Int?
  public var required: [String] = []
  public var minProperties: Int?
  public var maxProperties: Int?
  public var dependentRequired = JSONObject<[String]>()
  public var dependentSchemas = JSONObject<Int>()

  public var allOf: [Int] = []
  public var anyOf: [Int] = []
  public var oneOf: [Int] = []
  public var not: Int?
  public var condition: Int?
  public var then: Int?
  public var otherwise: Int?
  public var reference: Int?
  /// A `$dynamicRef` to a `$dynamicAnchor`: its name, and its target without a dynamic scope.
  public var dynamicReference: DynamicReference?
  public var discriminator: Discriminator?
  /// How the branches of `oneOf` or `anyOf` are distinguished, where they can be.
  public var dispatch: Dispatch?

  /// The root schema of the resource that this schema belongs to.
  public var resource = 0
  /// The `$dynamicAnchor`s of the resource whose root is this schema.
  public var dynamicAnchors = JSONObject<Int>()

  public init() {}

  /// Whether the bounds admit only non-negative integers, including some that exceed a signed 64-bit integer.
  public var isUnsigned: Bool {
    guard types == .integer, let least = minimum ?? exclusiveMinimum, least >= .zero else { return false }
    let limit = ExactDecimal(.max)
    return least > limit || (maximum ?? exclusiveMaximum).map { $0 > limit } ?? false
  }

  public struct DynamicReference: Sendable {
    public let anchor: String
    public let target: Int

    public init(anchor: String, target: Int) {
      self.anchor = anchor
      self.target = target
    }
  }

  /// OpenAPI's Discriminator Object (3.2, section 4.25): maps values of `property` to branches.
  public struct Discriminator: Sendable {
    public let property: String
    /// Every value that selects a branch, including the schemas' names, with the branch's index.
    public let branches: JSONObject<Int>
    /// The branch of a value without the property (`defaultMapping`, 3.2).
    public let fallback: Int?

    public init(property: String, branches: JSONObject<Int>, fallback: Int?) {
      self.property = property
      self.branches = branches
      self.fallback = fallback
    }
  }

  /// How the branches of a choice are distinguished. The selected branch may still refuse the value.
  public enum Dispatch: Sendable {
    /// The types that each branch admits; no type is in two branches.
    case types([JSONTypes])
    /// The values of a required property that each branch admits; no value is in two branches.
    case property(String, [[JSONValue]])
    /// The properties that each branch requires: a value that lacks one does not match that branch.
    case required([[String]])
  }

  /// All subschemas of all keywords.
  public var children: [Int] {
    var result = inPlace
    result += prefixItems
    result += [items, contains, unevaluatedItems, additionalProperties, unevaluatedProperties, propertyNames]
      .compactMap { $0 }
    result += properties.map(\.value)
    result += patternProperties.map(\.schema)
    return result
  }

  /// The subschemas that apply to the same value as this schema.
  public var inPlace: [Int] {
    var result = allOf
    result += anyOf
    result += oneOf
    if let not { result.append(not) }
    if let condition { result.append(condition) }
    if let then { result.append(then) }
    if let otherwise { result.append(otherwise) }
    if let reference { result.append(reference) }
    if let dynamicReference { result.append(dynamicReference.target) }
    result += dependentSchemas.map(\.value)
    return result
  }

  /// A copy with every subschema's index replaced by `newIndex` of it.
  public func renumbered(_ newIndex: (Int) -> Int) -> SchemaKeywords {
    var result = self
    result.prefixItems = prefixItems.map(newIndex)
    result.items = items.map(newIndex)
    result.contains = contains.map(newIndex)
    result.unevaluatedItems = unevaluatedItems.map(newIndex)
    result.properties = JSONObject(properties.map { ($0.key, newIndex($0.value)) })
    result.patternProperties = patternProperties.map { ($0.pattern, newIndex($0.schema)) }
    result.additionalProperties = additionalProperties.map(newIndex)
    result.unevaluatedProperties = unevaluatedProperties.map(newIndex)
    result.propertyNames = propertyNames.map(newIndex)
    result.dependentSchemas = JSONObject(dependentSchemas.map { ($0.key, newIndex($0.value)) })
    result.allOf = allOf.map(newIndex)
    result.anyOf = anyOf.map(newIndex)
    result.oneOf = oneOf.map(newIndex)
    result.not = not.map(newIndex)
    result.condition = condition.map(newIndex)
    result.then = then.map(newIndex)
    result.otherwise = otherwise.map(newIndex)
    result.reference = reference.map(newIndex)
    result.dynamicReference = dynamicReference.map { DynamicReference(anchor: $0.anchor, target: newIndex($0.target)) }
    return result
  }
}

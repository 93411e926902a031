/// One schema in JSON Schema's own words (2020-12), its subschemas given by their places in a ``SchemaProgram``.
///
/// The generator reads contracts into these, checks values by them, and puts into generated code those that
/// typed checks cannot stand for; the runtime applies them there.
public struct SchemaKeywords: Sendable {
  /// A schema that is `true` or `false`.
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
  /// `contentEncoding`, as far as it is asserted: `base64` or `base64url`.
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
  /// `$dynamicRef` that leads to a `$dynamicAnchor`: its name, and where it leads without a dynamic scope.
  public var dynamicReference: DynamicReference?
  public var discriminator: Discriminator?
  /// How the branches of `oneOf` or `anyOf` are told apart, where they can be.
  public var dispatch: Dispatch?

  /// The schema at the root of the resource that this one belongs to.
  public var resource = 0
  /// The `$dynamicAnchor`s of the resource that this schema is the root of.
  public var dynamicAnchors = JSONObject<Int>()

  public init() {}

  /// Whether bounds leave only integers from zero up, and some that 64 bits with a sign do not reach.
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

  /// OpenAPI's Discriminator Object (3.2, section 4.25): which branch a value of `property` names.
  public struct Discriminator: Sendable {
    public let property: String
    /// Every value that names a branch, those of the schemas' own names included, with the branch's number.
    public let branches: JSONObject<Int>
    /// The branch of a value without the property (`defaultMapping`, 3.2).
    public let fallback: Int?

    public init(property: String, branches: JSONObject<Int>, fallback: Int?) {
      self.property = property
      self.branches = branches
      self.fallback = fallback
    }
  }

  /// What tells the branches of a choice apart. A branch may still turn the value down.
  public enum Dispatch: Sendable {
    /// The types each branch admits, no type in two of them.
    case types([JSONTypes])
    /// The values of a required property that each branch admits, no value in two of them.
    case property(String, [[JSONValue]])
    /// The names each branch requires: a value that lacks one is not of that branch.
    case required([[String]])
  }

  /// Every subschema, by any keyword.
  public var children: [Int] {
    var result = inPlace
    result += prefixItems
    result += [items, contains, unevaluatedItems, additionalProperties, unevaluatedProperties, propertyNames]
      .compactMap { $0 }
    result += properties.map(\.value)
    result += patternProperties.map(\.schema)
    return result
  }

  /// The subschemas that apply to the very value this one applies to.
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

  /// These keywords with every subschema at the place that `place` gives for it.
  public func renumbered(_ place: (Int) -> Int) -> SchemaKeywords {
    var result = self
    result.prefixItems = prefixItems.map(place)
    result.items = items.map(place)
    result.contains = contains.map(place)
    result.unevaluatedItems = unevaluatedItems.map(place)
    result.properties = JSONObject(properties.map { ($0.key, place($0.value)) })
    result.patternProperties = patternProperties.map { ($0.pattern, place($0.schema)) }
    result.additionalProperties = additionalProperties.map(place)
    result.unevaluatedProperties = unevaluatedProperties.map(place)
    result.propertyNames = propertyNames.map(place)
    result.dependentSchemas = JSONObject(dependentSchemas.map { ($0.key, place($0.value)) })
    result.allOf = allOf.map(place)
    result.anyOf = anyOf.map(place)
    result.oneOf = oneOf.map(place)
    result.not = not.map(place)
    result.condition = condition.map(place)
    result.then = then.map(place)
    result.otherwise = otherwise.map(place)
    result.reference = reference.map(place)
    result.dynamicReference = dynamicReference.map { DynamicReference(anchor: $0.anchor, target: place($0.target)) }
    return result
  }
}

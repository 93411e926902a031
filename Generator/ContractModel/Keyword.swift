import ContractValues

/// Every keyword of a Schema Object, in OpenAPI 3.0 or in JSON Schema 2020-12 with OpenAPI's vocabulary.
enum Keyword: String, CaseIterable {
  case type, `enum`, const, format, `default`, title, description, deprecated, readOnly, writeOnly, example, examples
  case minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf
  case minLength, maxLength, pattern, contentEncoding, contentMediaType, contentSchema
  case items, prefixItems, contains, minContains, maxContains, minItems, maxItems, uniqueItems, unevaluatedItems
  case properties, patternProperties, additionalProperties, unevaluatedProperties, propertyNames, required
  case minProperties, maxProperties, dependentRequired, dependentSchemas
  case allOf, anyOf, oneOf, not, `if`, then, `else`, discriminator
  case ref = "$ref"
  case dynamicRef = "$dynamicRef"
  case dynamicAnchor = "$dynamicAnchor"
  case anchor = "$anchor"
  case id = "$id"
  case schema = "$schema"
  case vocabulary = "$vocabulary"
  case defs = "$defs"
  case comment = "$comment"
  case nullable, xml, externalDocs
  case extensibleEnum = "x-extensible-enum"
  case decimalPlaces = "x-decimal-places"

  static let byName = Dictionary(uniqueKeysWithValues: allCases.map { ($0.rawValue, $0) })

  /// The types of value that it applies to, and the section of JSON Schema that defines it; nil for any type.
  var scope: (types: JSONTypes, section: String)? {
    switch self {
    case .minimum, .maximum, .exclusiveMinimum, .exclusiveMaximum, .multipleOf, .decimalPlaces:
      ([.integer, .number], "validation, section 6.2")
    case .minLength, .maxLength, .pattern: (.string, "validation, section 6.3")
    case .contentEncoding, .contentMediaType, .contentSchema: (.string, "validation, section 8")
    case .minItems, .maxItems, .uniqueItems, .minContains, .maxContains: (.array, "validation, section 6.4")
    case .items, .prefixItems, .contains: (.array, "core, section 10.3.1")
    case .unevaluatedItems: (.array, "core, section 11.2")
    case .properties, .patternProperties, .additionalProperties, .propertyNames: (.object, "core, section 10.3.2")
    case .unevaluatedProperties: (.object, "core, section 11.3")
    case .required, .minProperties, .maxProperties, .dependentRequired: (.object, "validation, section 6.5")
    case .dependentSchemas: (.object, "core, section 10.2.2.4")
    default: nil
    }
  }

  /// Whether OpenAPI 3.0's Schema Object has it (3.0.4, section 4.7.24).
  var isIn30: Bool {
    switch self {
    case .const, .examples, .contentEncoding, .contentMediaType, .contentSchema, .prefixItems, .contains, .minContains,
      .maxContains, .unevaluatedItems, .patternProperties, .unevaluatedProperties, .propertyNames, .dependentRequired,
      .dependentSchemas, .if, .then, .else, .dynamicRef, .dynamicAnchor, .anchor, .id, .schema, .vocabulary, .defs,
      .comment:
      false
    default: true
    }
  }

  /// Whether it is only documentation.
  var isDocumentation: Bool {
    switch self {
    case .title, .description, .deprecated, .example, .examples, .comment, .xml, .externalDocs, .contentMediaType,
      .contentSchema, .vocabulary:
      true
    default: false
    }
  }

  /// Whether a format is asserted for the types; otherwise it is an annotation (validation, section 7.2.3).
  static func isAsserted(format: String, of types: JSONTypes) -> Bool {
    if Format(rawValue: format) != nil { return types.contains(.string) }
    if NumberFormat(rawValue: format) != nil { return !types.isDisjoint(with: [.integer, .number]) }
    return false
  }
}

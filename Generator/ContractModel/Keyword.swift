import ContractSource
import ContractValues

/// Every keyword of a Schema Object, in OpenAPI 3.0 or in JSON Schema 2020-12 with OpenAPI's vocabulary.
public enum Keyword: String, CaseIterable, Sendable {
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
  case definitions, dependencies, additionalItems
  /// draft-04's `$id`.
  case oldID = "id"
  case recursiveRef = "$recursiveRef"
  case recursiveAnchor = "$recursiveAnchor"
  case comment = "$comment"
  case nullable, xml, externalDocs
  case extensibleEnum = "x-extensible-enum"
  case decimalPlaces = "x-decimal-places"

  /// Charter's extensions among them.
  static let extensions: Set<String> = [extensibleEnum.rawValue, decimalPlaces.rawValue]

  static let byName = Dictionary(
    uniqueKeysWithValues: allCases.flatMap { keyword in
      extensions.contains(keyword.rawValue)
        ? [(keyword.rawValue, keyword), (Fields.longName(keyword.rawValue), keyword)] : [(keyword.rawValue, keyword)]
    })

  /// The types of value that it applies to, and the section of JSON Schema that defines it; nil for any type.
  var scope: (types: JSONTypes, section: String)? {
    switch self {
    case .minimum, .maximum, .exclusiveMinimum, .exclusiveMaximum, .multipleOf, .decimalPlaces:
      ([.integer, .number], "validation, section 6.2")
    case .minLength, .maxLength, .pattern: (.string, "validation, section 6.3")
    case .contentEncoding, .contentMediaType, .contentSchema: (.string, "validation, section 8")
    case .minItems, .maxItems, .uniqueItems, .minContains, .maxContains: (.array, "validation, section 6.4")
    case .items, .prefixItems, .additionalItems, .contains: (.array, "core, section 10.3.1")
    case .unevaluatedItems: (.array, "core, section 11.2")
    case .properties, .patternProperties, .additionalProperties, .propertyNames: (.object, "core, section 10.3.2")
    case .unevaluatedProperties: (.object, "core, section 11.3")
    case .required, .minProperties, .maxProperties, .dependentRequired: (.object, "validation, section 6.5")
    case .dependentSchemas, .dependencies: (.object, "core, section 10.2.2.4")
    default: nil
    }
  }

  /// Whether a dialect has it. Documentation is the same in all drafts of JSON Schema.
  func isKnown(in dialect: Dialect) -> Bool {
    if dialect == .openAPI30 { return isIn30 }
    switch self {
    case .nullable: return dialect == .draft2020
    case .discriminator: return dialect == .draft2020 || dialect == .asyncAPI
    case .oldID: return dialect == .draft4
    case .additionalItems: return dialect.hasItemLists
    case .recursiveRef, .recursiveAnchor: return dialect == .draft2019
    // Applied with a warning since 2019-09, which has two keywords for them.
    case .dependencies: return true
    case .definitions: return true
    case .prefixItems, .dynamicRef, .dynamicAnchor: return dialect == .draft2020
    case .anchor, .defs, .vocabulary, .dependentRequired, .dependentSchemas, .unevaluatedItems, .unevaluatedProperties,
      .minContains, .maxContains, .contentSchema:
      return dialect >= .draft2019
    case .if, .then, .else, .readOnly, .writeOnly, .contentEncoding, .contentMediaType: return dialect >= .draft7
    case .const, .contains, .propertyNames, .id: return dialect >= .draft6
    default: return true
    }
  }

  /// Whether OpenAPI 3.0's Schema Object has it (3.0.4, section 4.7.24).
  private var isIn30: Bool {
    switch self {
    case .const, .examples, .contentEncoding, .contentMediaType, .contentSchema, .prefixItems, .contains, .minContains,
      .maxContains, .unevaluatedItems, .patternProperties, .unevaluatedProperties, .propertyNames, .dependentRequired,
      .dependentSchemas, .definitions, .dependencies, .additionalItems, .oldID, .recursiveRef, .recursiveAnchor, .if,
      .then, .else, .dynamicRef, .dynamicAnchor, .anchor, .id, .schema, .vocabulary, .defs,
      .comment:
      false
    default: true
    }
  }

  /// How a keyword's value holds schemas.
  public enum Holding { case schema, list, members }

  /// How a value of it holds schemas; nil where it holds none.
  func holding(_ value: Node) -> Holding? {
    switch self {
    case .prefixItems, .allOf, .anyOf, .oneOf: .list
    case .items: value.items == nil ? .schema : .list
    case .additionalItems, .contains, .unevaluatedItems, .additionalProperties, .unevaluatedProperties, .propertyNames,
      .not, .if, .then, .else, .contentSchema:
      .schema
    case .properties, .patternProperties, .dependentSchemas, .dependencies, .defs, .definitions: .members
    default: nil
    }
  }

  /// Whether it only holds schemas, which are read when something refers to them.
  var isContainer: Bool { [.defs, .definitions, .schema].contains(self) }

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

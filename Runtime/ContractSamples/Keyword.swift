import ContractValues

/// The keywords of a schema that a value can satisfy or violate.
enum Keyword: String, Sendable {
  case type, minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf, minLength, maxLength, pattern, format
  case enumeration = "enum"
  case constant = "const"
  case decimalPlaces = "x-decimal-places"
  case encoding = "contentEncoding"
  case prefixItems, items, contains, maxContains, minItems, maxItems, uniqueItems, unevaluatedItems
  case properties, patternProperties, additionalProperties, unevaluatedProperties, propertyNames, required
  case minProperties, maxProperties, dependentRequired, dependentSchemas
  case allOf, anyOf, oneOf, not
  case condition = "if"
  case then
  case otherwise = "else"
  case reference = "$ref"
  case dynamicReference = "$dynamicRef"
  /// The schema `false`.
  case never = "false"
}

extension SchemaKeywords {
  /// The keywords that the schema has, each with the number of its parts: the names of `required`, the branches of
  /// `allOf`, and the ways in which a value may be of a wrong type or miss a pattern.
  var present: [(keyword: Keyword, parts: Int)] {
    let single: [(Keyword, Bool)] = [
      (.never, always == false), (.enumeration, enumeration != nil),
      (.constant, constant != nil),
      (.minimum, minimum != nil), (.maximum, maximum != nil), (.exclusiveMinimum, exclusiveMinimum != nil),
      (.exclusiveMaximum, exclusiveMaximum != nil), (.multipleOf, multipleOf != nil),
      (.decimalPlaces, decimalPlaces != nil), (.minLength, (minLength ?? 0) > 0), (.maxLength, maxLength != nil),
      (.encoding, encoding != nil), (.items, items != nil),
      (.contains, contains != nil && minContains != 0), (.maxContains, contains != nil && maxContains != nil),
      (.minItems, (minItems ?? 0) > 0), (.maxItems, maxItems != nil), (.uniqueItems, uniqueItems),
      (.unevaluatedItems, unevaluatedItems != nil), (.additionalProperties, additionalProperties != nil),
      (.unevaluatedProperties, unevaluatedProperties != nil), (.propertyNames, propertyNames != nil),
      (.minProperties, (minProperties ?? 0) > 0), (.maxProperties, maxProperties != nil), (.anyOf, !anyOf.isEmpty),
      (.oneOf, !oneOf.isEmpty), (.not, not != nil), (.condition, condition != nil && (then ?? otherwise) != nil),
      (.reference, reference != nil), (.dynamicReference, dynamicReference != nil),
    ]
    let several: [(Keyword, Int)] = [
      (.type, types.map { max(1, $0.others.count) } ?? 0), (.pattern, pattern == nil ? 0 : 3),
      (.format, format == nil ? 0 : 2),
      (.prefixItems, prefixItems.count), (.properties, properties.count),
      (.patternProperties, patternProperties.count), (.required, required.count),
      (.dependentRequired, dependencies.count), (.dependentSchemas, dependentSchemas.count), (.allOf, allOf.count),
    ]
    return single.compactMap { $0.1 ? ($0.0, 1) : nil } + several.filter { $0.1 > 0 }
  }

  /// `dependentRequired` as pairs: a name, and one that it needs beside it.
  var dependencies: [(name: String, needed: String)] {
    dependentRequired.flatMap { member in member.value.map { (member.key, $0) } }
  }

  func isListed(_ name: String) -> Bool {
    properties[name] != nil || patternProperties.contains { $0.pattern.matches(name) }
  }
}

extension JSONTypes {
  /// The types that values of these types do not have.
  var others: [JSONTypes] {
    [.string, .number, .boolean, .null, .array, .object].filter {
      expanded.isDisjoint(with: $0) && !($0 == .number && contains(.integer))
    }
  }

  /// With `integer` wherever `number` is, so that sets can be intersected.
  var expanded: JSONTypes { contains(.number) ? union(.integer) : self }
}

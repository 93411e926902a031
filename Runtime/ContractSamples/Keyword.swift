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
    let one = { (isThere: Bool) in isThere ? 1 : 0 }
    let counts: [(Keyword, Int)] = [
      (.never, one(always == false)), (.type, types.map { max(1, $0.others.count) } ?? 0),
      (.enumeration, one(enumeration != nil)), (.constant, one(constant != nil)), (.minimum, one(minimum != nil)),
      (.maximum, one(maximum != nil)), (.exclusiveMinimum, one(exclusiveMinimum != nil)),
      (.exclusiveMaximum, one(exclusiveMaximum != nil)), (.multipleOf, one(multipleOf != nil)),
      (.decimalPlaces, one(decimalPlaces != nil)), (.minLength, one((minLength ?? 0) > 0)),
      (.maxLength, one(maxLength != nil)), (.pattern, pattern == nil ? 0 : 3), (.format, format == nil ? 0 : 2),
      (.encoding, one(encoding != nil)), (.items, one(items != nil)),
      (.contains, one(contains != nil && minContains != 0)),
      (.maxContains, one(contains != nil && maxContains != nil)), (.minItems, one((minItems ?? 0) > 0)),
      (.maxItems, one(maxItems != nil)), (.uniqueItems, one(uniqueItems)),
      (.unevaluatedItems, one(unevaluatedItems != nil)), (.additionalProperties, one(additionalProperties != nil)),
      (.unevaluatedProperties, one(unevaluatedProperties != nil)), (.propertyNames, one(propertyNames != nil)),
      (.minProperties, one((minProperties ?? 0) > 0)), (.maxProperties, one(maxProperties != nil)),
      (.anyOf, one(!anyOf.isEmpty)), (.oneOf, one(!oneOf.isEmpty)), (.not, one(not != nil)),
      (.condition, one(condition != nil && (then ?? otherwise) != nil)), (.reference, one(reference != nil)),
      (.dynamicReference, one(dynamicReference != nil)), (.prefixItems, prefixItems.count),
      (.properties, properties.count), (.patternProperties, patternProperties.count), (.required, required.count),
      (.dependentRequired, dependencies.count), (.dependentSchemas, dependentSchemas.count), (.allOf, allOf.count),
    ]
    return counts.filter { $0.1 > 0 }.map { (keyword: $0.0, parts: $0.1) }
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

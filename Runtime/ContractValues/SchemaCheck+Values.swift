/// The keywords for a value itself: its type, number or text.
extension SchemaCheck {
  /// The type of a value, for messages.
  static func kind(_ value: JSONValue) -> String {
    value.types.contains(.integer) ? "integer" : value.types.names.last ?? ""
  }

  mutating func checkTypes(_ keywords: SchemaKeywords, _ value: JSONValue) -> Bool {
    var isValid = true
    if let types = keywords.types, types.isDisjoint(with: value.types) {
      return fail("type", "expected \(types.description), found \(Self.kind(value))")
    }
    if let constant = keywords.constant, constant != value {
      isValid = fail("const", "must be \(Self.text(constant))")
    }
    if let values = keywords.enumeration, !values.contains(value) {
      isValid = fail("enum", "must be one of \(values.map(Self.text).joined(separator: ", "))")
    }
    return isValid
  }

  private static func text(_ value: JSONValue) -> String { value.text ?? String(decoding: value.json, as: UTF8.self) }

  mutating func checkNumber(_ keywords: SchemaKeywords, _ value: ExactDecimal) -> Bool {
    let failures = violations.failures
    violations.range(
      "", value, min: keywords.minimum, max: keywords.maximum, above: keywords.exclusiveMinimum,
      below: keywords.exclusiveMaximum)
    if let step = keywords.multipleOf { violations.multiple("", value, of: step) }
    if let scale = keywords.decimalPlaces { violations.scale("", value, max: scale) }
    if assertsFormat { checkSize(keywords, value) }
    return violations.failures == failures
  }

  /// Checks that a number fits its format, or without a format its Swift type.
  private mutating func checkSize(_ keywords: SchemaKeywords, _ value: ExactDecimal) {
    let format = keywords.format.flatMap(NumberFormat.init)
    if let types = keywords.types, !types.isDisjoint(with: [.integer, .number]) {
      if !types.contains(.number), format != .uint64, value.scale == 0, value.integer == nil,
        !(keywords.isUnsigned && value.unsigned != nil)
      {
        return violations.fail("", "type", "expected an integer of at most 64 bits")
      }
      if types.contains(.number), format != .decimal, !value.isFiniteDouble {
        return violations.fail("", "type", "the number does not fit 64 bits of floating point")
      }
    }
    if let format, !format.holds(value) {
      violations.fail("", "format", "is not of the format \(format.rawValue)")
    }
  }

  mutating func checkText(_ keywords: SchemaKeywords, _ text: String) -> Bool {
    let failures = violations.failures
    violations.length("", text, min: keywords.minLength ?? 0, max: keywords.maxLength ?? .max)
    if let pattern = keywords.pattern { violations.pattern("", text, pattern, max: keywords.maxLength ?? .max) }
    if assertsFormat {
      if let format = keywords.format.flatMap(Format.init) { violations.format("", text, format) }
      if let encoding = keywords.encoding, Base64(text, isURLSafe: encoding == "base64url") == nil {
        violations.fail("", "contentEncoding", "is not of the encoding \(encoding)")
      }
    }
    return violations.failures == failures
  }
}

/// The number formats of OpenAPI's format registry, each a range.
public enum NumberFormat: String, Sendable, CaseIterable {
  case int32, int64, uint64, float, double, decimal

  package func holds(_ value: ExactDecimal) -> Bool {
    switch self {
    case .int32: value.integer.map { Int32(exactly: $0) != nil } ?? false
    case .int64: value.integer != nil
    case .uint64: value.unsigned != nil
    case .float: value.isFiniteDouble && value.double.map { Float($0).isFinite } ?? false
    case .double: value.isFiniteDouble
    case .decimal: true
    }
  }
}

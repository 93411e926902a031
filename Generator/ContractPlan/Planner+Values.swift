import ContractModel
import ContractSource
import ContractValues

/// What numbers, strings and their defaults become in Swift, and how they are checked.
extension Planner {
  func number(_ schema: Schema) -> (TypePlan, [RulePlan]) {
    guard schema.format == "decimal" else {
      if schema.multipleOf != nil {
        diagnostics.error(
          .unsupported, "'multipleOf' of a number that is not 'format: decimal' is not supported yet", at: schema.place)
      }
      return (.double, rangeRules(schema, integer: true))
    }
    let places = schema.decimalPlaces.map { [RulePlan.places($0)] } ?? []
    let step = multiple(schema).flatMap { ExactDecimal($0) }
    let rules =
      rangeRules(schema, integer: false) + places
      + stepRules(step.flatMap { decimal($0.description, at: schema.place) })
    // A step of 0.01 says as well as the extension does that two places are written.
    return (.decimal(places: schema.decimalPlaces ?? step?.decimalPlaces ?? 0), rules)
  }

  func stepRules(_ step: String?) -> [RulePlan] { step.map { [.multiple(of: $0)] } ?? [] }

  /// `multipleOf`, which must be above zero.
  private func multiple(_ schema: Schema) -> String? {
    guard let text = schema.multipleOf else { return nil }
    if let step = ExactDecimal(text), step > .zero { return text }
    diagnostics.error(.badValue, "'multipleOf' is \(text), and must be above zero", at: schema.place)
    return nil
  }

  func integerStep(_ schema: Schema) -> String? {
    guard let text = multiple(schema) else { return nil }
    if let step = ExactDecimal(text)?.integer { return String(step) }
    diagnostics.error(
      .unsupported, "'multipleOf' \(text) of an integer, which is no integer itself, is not supported yet",
      at: schema.place)
    return nil
  }

  func rangeRules(_ schema: Schema, integer isLiteral: Bool) -> [RulePlan] {
    func bound(_ text: String?) -> String? {
      guard let text else { return nil }
      if isLiteral {
        guard schema.type == .integer else { return text }
        if let value = ExactDecimal(text)?.integer { return String(value) }
        diagnostics.error(
          .unsupported, "the bound \(text) of an integer, which is not an integer of 64 bits, is not supported yet",
          at: schema.place)
        return nil
      }
      return decimal(text, at: schema.place)
    }
    var minimum = bound(schema.minimum)
    var maximum = bound(schema.maximum)
    if schema.format == "int32" {
      minimum = minimum ?? "-2147483648"
      maximum = maximum ?? "2147483647"
    }
    let above = bound(schema.exclusiveMinimum)
    let below = bound(schema.exclusiveMaximum)
    if let low = schema.minimum.flatMap({ ExactDecimal($0) }), let high = schema.maximum.flatMap({ ExactDecimal($0) }),
      low > high
    {
      diagnostics.error(
        .contradiction, "'minimum' \(low) is above 'maximum' \(high): nothing can fit", at: schema.place)
    }
    if minimum == nil, maximum == nil, above == nil, below == nil { return [] }
    return [.range(min: minimum, max: maximum, above: above, below: below)]
  }

  private func decimal(_ text: String, at place: Place) -> String? {
    guard let value = ExactDecimal(text) else {
      diagnostics.error(.badValue, "\(text) has more digits than a decimal can hold", at: place)
      return nil
    }
    return value.integer.map { "ExactDecimal(\($0))" }
      ?? "ExactDecimal(checked: \(SwiftName.literal(value.description)))"
  }

  mutating func string(_ schema: Schema) -> (TypePlan, [RulePlan]) {
    if schema.format == "uuid" || schema.format == "date-time" {
      if schema.pattern != nil || schema.minLength != nil || schema.maxLength != nil {
        diagnostics.error(
          .unsupported, "a length or a pattern beside the format '\(schema.format ?? "")' is not supported yet",
          at: schema.place)
      }
      return (schema.format == "uuid" ? .uuid : .timestamp, [])
    }
    var rules: [RulePlan] = []
    if schema.minLength != nil || schema.maxLength != nil {
      rules.append(.length(min: schema.minLength, max: schema.maxLength))
    }
    if let pattern = schema.pattern {
      let index = patterns.firstIndex(of: pattern) ?? patterns.count
      if index == patterns.count { patterns.append(pattern) }
      rules.append(.pattern(index))
    }
    if let format = schema.format { rules.append(.format(format)) }
    return (.string, rules)
  }

  /// Whether a default is within its schema's bounds.
  private func fits(_ node: Node, _ schema: Schema) -> Bool {
    switch node.value {
    case .string(let text):
      var check = Violations()
      check.length("", text, min: schema.minLength ?? 0, max: schema.maxLength ?? .max)
      if let pattern = schema.pattern { check.pattern("", text, Pattern(checked: pattern)) }
      if let format = schema.format.flatMap(Format.init) { check.format("", text, format) }
      return check.isEmpty
    case .number(let text):
      guard let value = ExactDecimal(text) else { return true }
      let bound = { (text: String?) in text.flatMap { ExactDecimal($0) } }
      var check = Violations()
      check.range(
        "", value, min: bound(schema.minimum), max: bound(schema.maximum), above: bound(schema.exclusiveMinimum),
        below: bound(schema.exclusiveMaximum))
      if let step = bound(schema.multipleOf), step > .zero { check.multiple("", value, of: step) }
      if let places = schema.decimalPlaces { check.places("", value, max: places) }
      return check.isEmpty
    case .sequence(let items): return items.count >= schema.minItems ?? 0
    default: return true
    }
  }

  func literal(_ node: Node, _ type: TypePlan, _ schema: Schema) -> String? {
    guard fits(node, schema) else {
      diagnostics.error(.contradiction, "this default breaks the constraints of its own schema", at: node.place)
      return nil
    }
    switch (type, node.value) {
    case (.string, .string(let text)): return SwiftName.literal(text)
    case (.boolean, .bool(let flag)): return flag ? "true" : "false"
    case (.integer, .number(let text)) where Int(text) != nil: return text
    case (.double, .number(let text)) where Double(text)?.isFinite == true: return text
    case (.decimal, .number(let text)): return decimal(text, at: node.place)
    case (.array, .sequence(let items)) where items.isEmpty: return "[]"
    case (.named, .string(let text)) where schema.cases?.contains(text) == true: return "." + SwiftName.enumCase(text)
    default: break
    }
    diagnostics.error(
      .badValue, "this default is not a value of its schema, or of a kind not supported yet", at: node.place)
    return nil
  }
}

import ContractAnalysis
import ContractModel
import ContractValues

/// Texts, numbers and booleans, with their constraints.
extension TypePlanner {
  mutating func scalar(_ index: Int, _ direction: Direction) -> UsePlan {
    let shape = analysis.shape(index)
    let parts = shape.parts.map(set.keywords)
    let types = shape.isTyped ? shape.types.subtracting(.null) : .all
    if shape.needsProgram || shape.values != nil || parts.contains(where: { $0.encoding != nil }) {
      let type = plainType(types, parts)
      return UsePlan(type: type, rules: [schemaRule(index, direction)])
    }
    let type = plainType(types, parts)
    if type == .unsigned, !parts.contains(where: { $0.format == "uint64" }) {
      return UsePlan(type: type, rules: [schemaRule(index, direction)])
    }
    var rules: [RulePlan] = []
    for part in shape.parts {
      guard let own = self.rules(set.keywords(part), type) else {
        return UsePlan(type: type, rules: [schemaRule(index, direction)])
      }
      rules += own.filter { !rules.contains($0) }
    }
    return UsePlan(type: type, rules: rules)
  }

  private func plainType(_ types: JSONTypes, _ parts: [SchemaKeywords]) -> TypePlan {
    let formats = Set(parts.compactMap(\.format))
    switch types {
    case .boolean: return .boolean
    case .string:
      let isPlain = parts.allSatisfy { $0.minLength == nil && $0.maxLength == nil && $0.pattern == nil }
      let isBase64 = formats.contains("byte") || parts.contains { $0.encoding == "base64" }
      if formats.count > 1 { return .string }
      if formats.contains("uuid") { return isPlain ? .uuid : .string }
      if formats.contains("date-time") { return isPlain ? .timestamp : .string }
      return isBase64 && isPlain ? .base64 : .string
    default:
      let integers = parts.filter { $0.types == .integer }
      if formats.contains("uint64") || !integers.isEmpty && integers.allSatisfy(\.isUnsigned) { return .unsigned }
      if types == .integer || formats.contains("int32") || formats.contains("int64") { return .integer }
      guard formats.contains("decimal") else { return .double }
      // A step of 0.01 means two decimal places, like the extension.
      return .decimal(scale: parts.compactMap { $0.decimalPlaces ?? $0.multipleOf?.scale }.max() ?? 0)
    }
  }

  /// The constraints of one schema's own keywords; nil when one of them cannot be a typed check.
  private mutating func rules(_ keywords: SchemaKeywords, _ type: TypePlan) -> [RulePlan]? {
    switch type {
    case .boolean, .uuid, .timestamp, .base64: return []
    case .string: return textRules(keywords)
    default: return numberRules(keywords, type)
    }
  }

  private mutating func textRules(_ keywords: SchemaKeywords) -> [RulePlan]? {
    var rules: [RulePlan] = []
    if keywords.minLength != nil || keywords.maxLength != nil {
      rules.append(.length(min: keywords.minLength, max: keywords.maxLength))
    }
    if let pattern = keywords.pattern {
      rules.append(.pattern(embedded.number(of: pattern.source), max: keywords.maxLength))
    }
    if let format = keywords.format.flatMap(Format.init) { rules.append(.format(format)) }
    return keywords.encoding == nil ? rules : nil
  }

  private func numberRules(_ keywords: SchemaKeywords, _ type: TypePlan) -> [RulePlan]? {
    var rules: [RulePlan] = []
    if keywords.format == "float" { return nil }
    let bounds = [keywords.minimum, keywords.maximum, keywords.exclusiveMinimum, keywords.exclusiveMaximum]
    let literals = bounds.map { $0.flatMap(type.literal) }
    // A bound that the Swift type cannot express cannot be written.
    guard zip(bounds, literals).allSatisfy({ ($0 == nil) == ($1 == nil) }) else { return nil }
    if bounds.contains(where: { $0 != nil }) {
      rules.append(.range(min: literals[0], max: literals[1], above: literals[2], below: literals[3]))
    }
    if keywords.format == "int32" { rules.append(.numberFormat(.int32)) }
    if let scale = keywords.decimalPlaces {
      guard case .decimal = type else { return nil }
      rules.append(.scale(scale))
    }
    if let step = keywords.multipleOf {
      guard let literal = (type == .double ? .decimal(scale: 0) : type).literal(step) else { return nil }
      rules.append(.multiple(of: literal))
    }
    return rules
  }
}

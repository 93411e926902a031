import ContractPlan

extension Emitter {
  /// The checks of fields, each at its own key.
  static func emitRules(_ fields: [FieldPlan], owner: String, _ swift: inout SwiftWriter) {
    for field in fields where !field.rules.isEmpty {
      if field.rules.first == .kept {
        swift.line("check.kept(\(SwiftName.literal(field.wireName)), \(field.value(of: owner)))")
      }
      let isOptional = field.presence == .optional || field.presence == .nullable
      emitRules(of: field, ownPart(field, of: owner), isOptional: isOptional, &swift)
    }
  }

  /// Whether fields with rules are checked when another, required field is missing or unreadable.
  static func checksParts(_ ruled: [FieldPlan], of fields: [FieldPlan]) -> Bool {
    let required = fields.filter { $0.presence == .required }
    return ruled.contains { field in required.contains { $0.name != field.name } }
  }

  /// The guard that returns nil when a required field is missing or unreadable, after checking the readable ones.
  static func emitGuard(_ required: [FieldPlan], _ parts: [String]?, in reader: String, _ swift: inout SwiftWriter) {
    guard !required.isEmpty else { return }
    let found = required.map { "let \($0.local)" }.joined(separator: ", ")
    guard let parts else { return swift.line("guard \(found) else { return nil }") }
    swift.block("guard \(found) else") { swift in
      emitCall("Self.validate", ["&\(reader).violations"] + parts, &swift)
      swift.line("return nil")
    }
  }

  /// The argument for a field in a call that checks the parts of a value: as it was read, or from the complete value.
  static func readPart(_ field: FieldPlan) -> String {
    field.presence == .nullable || field.type.isOptional ? "\(field.local) ?? nil" : field.local
  }

  static func ownPart(_ field: FieldPlan, of owner: String) -> String {
    field.value(of: owner) + (field.presence == .nullable ? ".value" : "")
  }

  /// The checks of a field's value at its key; one that is optional is checked if present.
  static func emitRules(
    of field: FieldPlan, _ value: String, isOptional: Bool = false, _ swift: inout SwiftWriter
  ) {
    let key = SwiftName.literal(field.wireName)
    for rule in field.rules where rule != .kept { emitRule(rule, key, value, isOptional: isOptional, &swift) }
  }

  /// The last arguments of a call that reads a list or map: limits on the number of items, and the contract's rules on
  /// items beyond those of their type. Nil when there are neither.
  static func itemRules(_ rules: [RulePlan], of type: TypePlan) -> String? {
    guard type.isContainer else { return nil }
    var limits = ""
    var items = SwiftWriter()
    let own = if case .present(let inner)? = rules.first { inner } else { rules }
    for rule in own {
      switch rule {
      case .count(let min, let max), .members(let min, let max): limits = bounds(min, max)
      case .each(let each):
        items.indented { for rule in each where rule != .value { emitRule(rule, "\"\"", "item", &$0) } }
      default: break
      }
    }
    if items.text.isEmpty { return limits.isEmpty ? nil : limits + ")" }
    return limits + ") { check, item in\n" + items.text + "}"
  }

  /// The checks of a value without a key: a body, an item, a part, a branch of a choice.
  static func emitRootRules(_ rules: [RulePlan], _ value: String, _ swift: inout SwiftWriter) {
    for rule in rules {
      if rule == .value { swift.line("\(value).validate(&check)") } else { emitRule(rule, "\"\"", value, &swift) }
    }
  }

  /// The arguments for a schema that a value is validated against while it is read.
  static func held(_ schema: Int?) -> String { schema.map { ", Schemas.program, \($0)" } ?? "" }

  /// The check of a value; one that is optional is checked if present.
  static func emitRule(
    _ rule: RulePlan, _ key: String, _ value: String, isOptional: Bool = false, _ swift: inout SwiftWriter
  ) {
    let count = value + (isOptional ? "?.count" : ".count")
    switch rule {
    case .length(let min, let max): swift.line("check.length(\(key), \(value)\(bounds(min, max)))")
    case .count(let min, let max): swift.line("check.count(\(key), \(count)\(bounds(min, max)))")
    case .members(let min, let max): swift.line("check.members(\(key), \(count)\(bounds(min, max)))")
    case .range(let min, let max, let above, let below):
      let bounds = [("min", min), ("max", max), ("above", above), ("below", below)]
      let arguments = bounds.compactMap { name, bound in bound.map { ", \(name): \($0)" } }.joined()
      swift.line("check.range(\(key), \(value)\(arguments))")
    case .pattern(let index, let max):
      swift.line("check.pattern(\(key), \(value), Patterns.p\(index)\(bounds(nil, max)))")
    case .format(let format): swift.line("check.format(\(key), \(value), .\(format))")
    case .numberFormat(let format): swift.line("check.format(\(key), \(value), .\(format))")
    case .multiple(let step): swift.line("check.multiple(\(key), \(value), of: \(step))")
    case .scale(let max): swift.line("check.scale(\(key), \(value), max: \(max))")
    case .unique: swift.line("check.unique(\(key), \(value))")
    case .schema(let index): swift.line("check.satisfies(\(key), \(value), Schemas.program, \(index))")
    case .kept: break
    case .written(let index): swift.line("check.written(\(key), \(value), Schemas.program, \(index))")
    case .value, .each([.value]): swift.line("check.value(\(key), \(value))")
    case .present(let rules):
      for rule in rules { emitRule(rule, key, value, isOptional: true, &swift) }
    case .each(let rules):
      swift.line("check.each(\(key), \(value)) { check, item in")
      swift.indented { swift in
        for rule in rules { emitRule(rule, "\"\"", "item", &swift) }
      }
      swift.line("}")
    }
  }

  private static func bounds(_ min: Int?, _ max: Int?) -> String {
    (min.map { ", min: \($0)" } ?? "") + (max.map { ", max: \($0)" } ?? "")
  }
}

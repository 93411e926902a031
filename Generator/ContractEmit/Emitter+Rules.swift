import ContractPlan

extension Emitter {
  /// The checks of fields, each at its own key. Optional ones are checked where they are there.
  static func emitRules(_ fields: [FieldPlan], owner: String, _ swift: inout SwiftWriter) {
    for field in fields where !field.rules.isEmpty {
      let key = SwiftName.literal(field.wireName)
      let value = field.value(of: owner)
      if field.rules.first == .kept { swift.line("check.kept(\(key), \(value))") }
      let rules = field.rules.filter { $0 != .kept }
      if rules.isEmpty { continue }
      switch field.presence {
      case .optional, .nullable:
        swift.block("if let value = \(value)\(field.presence == .nullable ? ".value" : "")") { swift in
          for rule in rules { emitRule(rule, key, "value", &swift) }
        }
      case .required, .defaulted:
        for rule in rules { emitRule(rule, key, value, &swift) }
      }
    }
  }

  /// The checks of a value that has no key: a body, an item, a part, a branch of a choice.
  static func emitRootRules(_ rules: [RulePlan], _ value: String, _ swift: inout SwiftWriter) {
    for rule in rules {
      if rule == .value { swift.line("\(value).validate(&check)") } else { emitRule(rule, "\"\"", value, &swift) }
    }
  }

  /// The arguments of a schema that a value is held against while it is read.
  static func held(_ schema: Int?) -> String { schema.map { ", Schemas.program, \($0)" } ?? "" }

  static func emitRule(_ rule: RulePlan, _ key: String, _ value: String, _ swift: inout SwiftWriter) {
    switch rule {
    case .length(let min, let max): swift.line("check.length(\(key), \(value)\(bounds(min, max)))")
    case .count(let min, let max): swift.line("check.count(\(key), \(value).count\(bounds(min, max)))")
    case .members(let min, let max): swift.line("check.members(\(key), \(value).count\(bounds(min, max)))")
    case .range(let min, let max, let above, let below):
      let bounds = [("min", min), ("max", max), ("above", above), ("below", below)]
      let arguments = bounds.compactMap { name, bound in bound.map { ", \(name): \($0)" } }.joined()
      swift.line("check.range(\(key), \(value)\(arguments))")
    case .pattern(let index): swift.line("check.pattern(\(key), \(value), Patterns.p\(index))")
    case .format(let name): swift.line("check.format(\(key), \(value), .\(name))")
    case .multiple(let step): swift.line("check.multiple(\(key), \(value), of: \(step))")
    case .places(let max): swift.line("check.places(\(key), \(value), max: \(max))")
    case .unique: swift.line("check.unique(\(key), \(value))")
    case .schema(let index): swift.line("check.satisfies(\(key), \(value), Schemas.program, \(index))")
    case .kept: break
    case .written(let index): swift.line("check.written(\(key), \(value), Schemas.program, \(index))")
    case .value, .each([.value]): swift.line("check.value(\(key), \(value))")
    case .present(let rules):
      swift.block("if let value = \(value)") { swift in
        for rule in rules { emitRule(rule, key, "value", &swift) }
      }
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

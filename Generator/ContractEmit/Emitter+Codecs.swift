import ContractPlan

extension Emitter {
  static func emitCodecs(_ plan: APIPlan, _ swift: inout SwiftWriter) {
    if !plan.patterns.isEmpty {
      swift.line()
      swift.block("enum Patterns") { swift in
        for (index, pattern) in plan.patterns.enumerated() {
          swift.line("static let p\(index) = Pattern(checked: \(SwiftName.literal(pattern)))")
        }
      }
    }
    for record in plan.records {
      swift.line()
      swift.block("extension \(record.name)") { swift in
        emitDecode(record, &swift)
        swift.line()
        emitEncode(record, &swift)
        if record.fields.contains(where: { !$0.rules.isEmpty }) {
          swift.line()
          swift.block("public func validate(_ check: inout Violations)") { swift in
            emitRules(record.fields, owner: "self", &swift)
          }
        }
      }
    }
  }

  private static func emitDecode(_ record: RecordPlan, _ swift: inout SwiftWriter) {
    let required = record.fields.filter { $0.presence == .required }
    swift.block("public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> \(record.name)?") {
      swift in
      swift.line("guard try json.beginObject() else { return nil }")
      if !required.isEmpty { swift.line("let mark = json.violations.count") }
      for field in record.fields { swift.line("var \(local(field)): \(field.type.swift)?") }
      swift.block("while let key = try json.nextKey()") { swift in
        swift.line("switch key {")
        for field in record.fields {
          let key = SwiftName.literal(field.wireName)
          swift.line("case \(key): \(local(field)) = try json.field(\(key), \(local(field)))")
        }
        let known = record.fields.map(\.wireName).joined(separator: ", ")
        swift.line(
          record.isClosed
            ? "default: try json.unknownField(key, known: \(SwiftName.literal(known)))" : "default: try json.skip()")
        swift.line("}")
      }
      for field in required {
        swift.line("json.require(\(local(field)), \(SwiftName.literal(field.wireName)), since: mark)")
      }
      if !required.isEmpty {
        swift.line("guard \(required.map { "let \(local($0))" }.joined(separator: ", ")) else { return nil }")
      }
      emitCall("return \(record.name)", record.fields.map { argument($0, local($0)) }, &swift)
    }
  }

  /// A call on one line where it fits, otherwise with an argument a line.
  static func emitCall(_ head: String, _ arguments: [String], _ swift: inout SwiftWriter) {
    let short = "\(head)(\(arguments.joined(separator: ", ")))"
    if short.utf8.count <= 100 { return swift.line(short) }
    swift.line(head + "(")
    swift.indented { swift in
      for (index, argument) in arguments.enumerated() {
        swift.line(argument + (index < arguments.count - 1 ? "," : ")"))
      }
    }
  }

  static func argument(_ field: FieldPlan, _ value: String) -> String {
    if case .defaulted(let fallback) = field.presence { return "\(field.name.label): \(value) ?? \(fallback)" }
    return "\(field.name.label): \(value)"
  }

  private static func emitEncode(_ record: RecordPlan, _ swift: inout SwiftWriter) {
    swift.block("public func encode(_ json: inout JSONWriter)") { swift in
      swift.line("json.beginObject()")
      for field in record.fields {
        let key = SwiftName.literal(jsonEscaped(field.wireName))
        if case .decimal(let places) = field.type {
          swift.line("json.field(\(key), self.\(field.name.unquoted), places: \(places))")
        } else {
          swift.line("json.field(\(key), self.\(field.name.unquoted))")
        }
      }
      swift.line("json.endObject()")
    }
  }

  private static func jsonEscaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\u{0}"..<" ":
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// The name of the variable that holds a field while it is read: never one that the function has itself.
  static func local(_ field: FieldPlan) -> String {
    ["json", "key", "mark", "check", "request", "response", "input", "output", "path", "query", "reader"].contains(
      field.name)
      ? "_" + field.name : field.name
  }

  /// The checks of fields, each at its own key. Optional ones are checked where they are there.
  static func emitRules(_ fields: [FieldPlan], owner: String, _ swift: inout SwiftWriter) {
    for field in fields where !field.rules.isEmpty {
      let key = SwiftName.literal(field.wireName)
      if field.presence == .optional {
        swift.block("if let value = \(owner).\(field.name.unquoted)") { swift in
          for rule in field.rules { emitRule(rule, key, "value", &swift) }
        }
      } else {
        for rule in field.rules { emitRule(rule, key, "\(owner).\(field.name.unquoted)", &swift) }
      }
    }
  }

  static func emitRule(_ rule: RulePlan, _ key: String, _ value: String, _ swift: inout SwiftWriter) {
    switch rule {
    case .length(let min, let max): swift.line("check.length(\(key), \(value)\(bounds(min, max)))")
    case .count(let min, let max): swift.line("check.count(\(key), \(value).count\(bounds(min, max)))")
    case .range(let min, let max, let above, let below):
      let bounds = [("min", min), ("max", max), ("above", above), ("below", below)]
      let arguments = bounds.compactMap { name, bound in bound.map { ", \(name): \($0)" } }.joined()
      swift.line("check.range(\(key), \(value)\(arguments))")
    case .pattern(let index): swift.line("check.pattern(\(key), \(value), Patterns.p\(index))")
    case .format(let name): swift.line("check.format(\(key), \(value), .\(name))")
    case .multiple(let step): swift.line("check.multiple(\(key), \(value), of: \(step))")
    case .places(let max): swift.line("check.places(\(key), \(value), max: \(max))")
    case .unique: swift.line("check.unique(\(key), \(value))")
    case .value, .each([.value]): swift.line("check.value(\(key), \(value))")
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

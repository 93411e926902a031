import ContractPlan

extension Emitter {
  static func emitRecord(_ record: RecordPlan, _ swift: inout SwiftWriter) {
    swift.doc(doc(record.doc, isDeprecated: record.isDeprecated))
    swift.block("public struct \(record.name): \(record.patched == nil ? "JSONCodable" : "MergePatch"), Equatable") {
      swift in
      if let patched = record.patched {
        swift.line("public typealias Patched = \(patched)")
        swift.line()
      }
      var fields = record.fields
      if case .kept(let name, let type, _) = record.rest {
        fields.append(
          FieldPlan(
            name: name, wireName: "", type: .map(type), presence: .defaulted("[:]"), rules: [],
            doc: ["The properties that the contract does not list."]))
      }
      emitFields(fields, &swift)
      swift.line()
      emitDecode(record, &swift)
      swift.line()
      emitEncode(record, &swift)
      emitValidate(record, &swift)
    }
  }

  /// Properties and a memberwise initializer.
  static func emitFields(_ fields: [FieldPlan], _ swift: inout SwiftWriter) {
    for field in fields {
      swift.doc(field.doc)
      guard field.held != field.name.unquoted else {
        swift.line("public let \(field.name): \(field.declared)")
        continue
      }
      if field.isDeprecated { swift.line("@available(*, deprecated)") }
      swift.line("public var \(field.name): \(field.declared) { \(field.held) }")
      if field.place != .parts { swift.line("let \(field.stored): \(storedType(field))") }
    }
    let parts = fields.filter { $0.place == .parts }
    if !parts.isEmpty { emitParts(parts, &swift) }
    if !fields.isEmpty { swift.line() }
    let parameters = fields.map { field in
      switch field.presence {
      case .required: "\(field.name.parameter): \(field.type.swift)"
      case .optional: "\(field.name.parameter): \(field.type.swift)? = nil"
      case .nullable: "\(field.name.parameter): Nullable<\(field.type.swift)> = .absent"
      case .defaulted(let value): "\(field.name.parameter): \(field.type.swift) = \(value)"
      }
    }
    guard !fields.isEmpty else { return swift.line("public init() {}") }
    emitSignature("public init", parameters, "", &swift) { swift in
      for field in fields where field.place != .parts {
        swift.line("self.\(field.stored) = \(field.place == .heap ? "Indirect(\(field.name))" : field.name)")
      }
      guard !parts.isEmpty else { return }
      let arguments = parts.map { "\($0.name.label): \($0.name)" }
      emitCall("self._parts = Indirect", ["_Parts(\(arguments.joined(separator: ", ")))"], &swift)
    }
  }

  /// The fields that are held behind one reference.
  private static func emitParts(_ fields: [FieldPlan], _ swift: inout SwiftWriter) {
    swift.line("let _parts: Indirect<_Parts>")
    swift.line()
    swift.block("struct _Parts: Sendable, Equatable") { swift in
      for field in fields { swift.line("let \(field.name): \(field.declared)") }
    }
  }

  private static func storedType(_ field: FieldPlan) -> String {
    field.place == .heap ? "Indirect<\(field.declared)>" : field.declared
  }

  private static func emitDecode(_ record: RecordPlan, _ swift: inout SwiftWriter) {
    let required = record.fields.filter { $0.presence == .required }
    swift.block("public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> \(record.name)?") {
      swift in
      emitSatisfies(record.schema, &swift)
      swift.line("guard try json.beginObject() else { return nil }")
      if !required.isEmpty { swift.line("let mark = json.violations.count") }
      for field in record.fields { swift.line("var \(field.local): \(readType(field))?") }
      var kept: String?
      if case .kept(let name, let type, let rules) = record.rest {
        kept = "_ = try json.member(\(unknownKey(record)), into: &\(SwiftName.local(name))"
        if case .each(let inner)? = rules.first, let schema = inner.schema { kept? += ", Schemas.program, \(schema)" }
        kept? += ")"
        swift.line("var \(SwiftName.local(name)) = JSONObject<\(type.swift)>()")
      }
      emitKeys(record, kept, &swift)
      for field in required {
        swift.line("json.require(\(field.local), \(SwiftName.literal(field.wireName)), since: mark)")
      }
      emitGuard(required, checksParts(record) ? readParts(record) : nil, in: "json", &swift)
      var arguments = record.fields.map { argument($0, $0.local) }
      if case .kept(let name, _, _) = record.rest { arguments.append("\(name.label): \(SwiftName.local(name))") }
      emitCall("return \(record.name)", arguments, &swift)
    }
  }

  private static func emitKeys(_ record: RecordPlan, _ kept: String?, _ swift: inout SwiftWriter) {
    let otherwise = kept ?? otherwise(record)
    guard !record.keys.isEmpty else {
      return swift.block("while let key = try json.nextKey()") { $0.line(otherwise) }
    }
    swift.line("var keys = json.keys(\(SwiftName.literal(record.keyList)))")
    swift.block("while let key = try json.next(&keys)") { swift in
      swift.line("switch key {")
      for (index, field) in record.fields.enumerated() {
        let key = SwiftName.literal(field.wireName)
        let label = "case \(index)"
        if let rules = itemRules(field.rules, of: field.type), field.schema == nil {
          swift.case(label) { $0.lines("try json.items(\(key), &\(field.local)\(rules)") }
        } else {
          swift.case(label, "try json.field(\(key), &\(field.local)\(held(field.schema)))")
        }
      }
      if !record.skipped.isEmpty { swift.line("case \(record.fields.count)...: try json.skip()") }
      swift.line("default: " + otherwise)
      swift.line("}")
    }
  }

  /// The expression for a key that is none of a record's own.
  private static func unknownKey(_ record: RecordPlan) -> String {
    record.keys.isEmpty ? "key" : "json.unknownKey"
  }

  private static func otherwise(_ record: RecordPlan) -> String {
    guard case .refused(let rule) = record.rest else { return "try json.skip()" }
    let known = SwiftName.literal(record.fields.map(\.wireName).joined(separator: ", "))
    return "try json.unknownField(\(unknownKey(record)), known: \(known), rule: \(SwiftName.literal(rule.rawValue)))"
  }

  /// The type that a field is read as: with an extra optional where the contract distinguishes null from absent.
  private static func readType(_ field: FieldPlan) -> String {
    field.presence == .nullable ? field.type.swift + "?" : field.type.swift
  }

  /// A call.
  static func emitCall(_ head: String, _ arguments: [String], _ swift: inout SwiftWriter) {
    swift.line("\(head)(\(arguments.joined(separator: ", ")))")
  }

  static func argument(_ field: FieldPlan, _ value: String) -> String {
    switch field.presence {
    case .defaulted(let fallback): "\(field.name.label): \(value) ?? \(fallback)"
    case .nullable: "\(field.name.label): Nullable(read: \(value))"
    case .required, .optional: "\(field.name.label): \(value)"
    }
  }

  private static func emitEncode(_ record: RecordPlan, _ swift: inout SwiftWriter) {
    swift.block("public func encode(_ json: inout JSONWriter)") { swift in
      swift.line("json.beginObject()")
      for field in record.fields {
        let key = SwiftName.literal(field.jsonName)
        let value = field.value(of: "self")
        switch (field.type, field.presence) {
        case (.optional, _), (_, .nullable): swift.line("json.nullable(\(key), \(value))")
        case (.decimal(let scale), _): swift.line("json.field(\(key), \(value), scale: \(scale))")
        default: swift.line("json.field(\(key), \(value))")
        }
      }
      if case .kept(let name, _, _) = record.rest {
        let names = record.keys.map(SwiftName.literal)
        let besides = names.isEmpty ? "" : ", besides: " + names.joined(separator: ", ")
        swift.line("json.members(self.\(name.unquoted)\(besides))")
      }
      swift.line("json.endObject()")
    }
  }

  private static func emitValidate(_ record: RecordPlan, _ swift: inout SwiftWriter) {
    let ruled = record.fields.filter { !$0.rules.isEmpty }
    guard record.schema != nil || !restRules(record).isEmpty || !ruled.isEmpty else { return }
    swift.line()
    swift.block("public func validate(_ check: inout Violations)") { swift in
      if let schema = record.schema { return swift.line("check.satisfies(\"\", self, Schemas.program, \(schema))") }
      guard checksParts(record) else {
        emitRules(record.fields, owner: "self", &swift)
        return emitRestRules(record, "self.", &swift)
      }
      emitCall("Self.validate", ["&check"] + ownParts(record), &swift)
    }
    guard checksParts(record) else { return }
    swift.line()
    let parameters =
      ruled.map { "_ \($0.local): \($0.type.swift)\($0.type.isOptional ? "" : "?")" } + restParameter(record)
    emitSignature("private static func validate", ["_ check: inout Violations"] + parameters, "", &swift) { swift in
      for field in ruled { emitRules(of: field, field.local, isOptional: true, &swift) }
      emitRestRules(record, "", &swift)
    }
  }

  /// Whether a record's properties are checked even where others are missing or unreadable, so that there is no value.
  private static func checksParts(_ record: RecordPlan) -> Bool {
    guard record.schema == nil, record.patched == nil else { return false }
    return checksParts(record.fields.filter { !$0.rules.isEmpty }, of: record.fields)
      || !restRules(record).isEmpty && record.fields.contains { $0.presence == .required }
  }

  private static func readParts(_ record: RecordPlan) -> [String] {
    record.fields.filter { !$0.rules.isEmpty }.map(readPart) + restParts(record)
  }

  private static func ownParts(_ record: RecordPlan) -> [String] {
    record.fields.filter { !$0.rules.isEmpty }.map { ownPart($0, of: "self") } + restParts(record).map { "self.\($0)" }
  }

  private static func restRules(_ record: RecordPlan) -> [RulePlan] {
    if case .kept(_, _, let rules) = record.rest { rules } else { [] }
  }

  private static func restParts(_ record: RecordPlan) -> [String] {
    guard case .kept(let name, _, let rules) = record.rest, !rules.isEmpty else { return [] }
    return [SwiftName.local(name)]
  }

  private static func restParameter(_ record: RecordPlan) -> [String] {
    guard case .kept(let name, let type, let rules) = record.rest, !rules.isEmpty else { return [] }
    return ["_ \(SwiftName.local(name)): JSONObject<\(type.swift)>"]
  }

  private static func emitRestRules(_ record: RecordPlan, _ owner: String, _ swift: inout SwiftWriter) {
    guard case .kept(let name, _, let rules) = record.rest else { return }
    let value = owner.isEmpty ? SwiftName.local(name) : owner + name.unquoted
    for rule in rules { emitRule(rule, "\"\"", value, &swift) }
  }
}

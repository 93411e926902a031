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
      guard field.stored != field.name.unquoted else {
        swift.line("public let \(field.name): \(declared(field))")
        continue
      }
      if field.isDeprecated { swift.line("@available(*, deprecated)") }
      let value = field.isIndirect ? read(field) : field.stored
      swift.line("public var \(field.name): \(declared(field)) { \(value) }")
      swift.line("let \(field.stored): \(storedType(field))")
    }
    swift.line()
    let parameters = fields.map { field in
      switch field.presence {
      case .required: "\(field.name.parameter): \(field.type.swift)"
      case .optional: "\(field.name.parameter): \(field.type.swift)? = nil"
      case .nullable: "\(field.name.parameter): Nullable<\(field.type.swift)> = .absent"
      case .defaulted(let value): "\(field.name.parameter): \(field.type.swift) = \(value)"
      }
    }
    emitSignature("public init", parameters, "", &swift) { swift in
      for field in fields {
        swift.line("self.\(field.stored) = \(field.isIndirect ? write(field) : field.name)")
      }
    }
  }

  static func declared(_ field: FieldPlan) -> String {
    switch field.presence {
    case .optional: field.type.swift + "?"
    case .nullable: "Nullable<\(field.type.swift)>"
    case .required, .defaulted: field.type.swift
    }
  }

  private static func storedType(_ field: FieldPlan) -> String {
    guard field.isIndirect else { return declared(field) }
    return "Indirect<\(declared(field))>"
  }

  private static func read(_ field: FieldPlan) -> String { "\(field.stored).value" }

  private static func write(_ field: FieldPlan) -> String { "Indirect(\(field.name))" }

  private static func emitDecode(_ record: RecordPlan, _ swift: inout SwiftWriter) {
    let required = record.fields.filter { $0.presence == .required }
    swift.block("public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> \(record.name)?") {
      swift in
      emitSatisfies(record.schema, &swift)
      swift.line("guard try json.beginObject() else { return nil }")
      if !required.isEmpty { swift.line("let mark = json.violations.count") }
      for field in record.fields { swift.line("var \(local(field)): \(readType(field))?") }
      var kept: String?
      if case .kept(let name, let type, let rules) = record.rest {
        kept = "_ = try json.member(\(unknownKey(record)), into: &\(localName(name))"
        if case .each(let inner)? = rules.first, let schema = inner.schema { kept? += ", Schemas.program, \(schema)" }
        kept? += ")"
        swift.line("var \(localName(name)) = JSONObject<\(type.swift)>()")
      }
      emitKeys(record, kept, &swift)
      for field in required {
        swift.line("json.require(\(local(field)), \(SwiftName.literal(field.wireName)), since: mark)")
      }
      emitGuard(required, checksParts(record) ? readParts(record) : nil, in: "json", &swift)
      var arguments = record.fields.map { argument($0, local($0)) }
      if case .kept(let name, _, _) = record.rest { arguments.append("\(name.label): \(localName(name))") }
      emitCall("return \(record.name)", arguments, &swift)
    }
  }

  private static func emitKeys(_ record: RecordPlan, _ kept: String?, _ swift: inout SwiftWriter) {
    let otherwise = kept ?? otherwise(record)
    let names = names(record)
    guard !names.isEmpty else {
      return swift.block("while let key = try json.nextKey()") { $0.line(otherwise) }
    }
    swift.line("var keys = json.keys(\(keyList(names)))")
    swift.block("while let key = try json.next(&keys)") { swift in
      swift.line("switch key {")
      for (index, field) in record.fields.enumerated() {
        let key = SwiftName.literal(field.wireName)
        let head = "case \(index): \(local(field)) = try json."
        if let rules = itemRules(field.rules, of: field.type), field.schema == nil {
          swift.lines(head + "items(\(key), \(local(field))\(rules)")
        } else {
          swift.line(head + "field(\(key), \(local(field))\(held(field.schema)))")
        }
      }
      if !record.skipped.isEmpty { swift.line("case \(record.fields.count)...: try json.skip()") }
      swift.line("default: " + otherwise)
      swift.line("}")
    }
  }

  /// The names of a record's keys in the order in which they are expected.
  private static func names(_ record: RecordPlan) -> [String] { record.fields.map(\.wireName) + record.skipped }

  /// The expression for a key that is none of a record's own.
  private static func unknownKey(_ record: RecordPlan) -> String {
    names(record).isEmpty ? "key" : "json.unknownKey"
  }

  private static func otherwise(_ record: RecordPlan) -> String {
    guard case .refused(let rule) = record.rest else { return "try json.skip()" }
    let known = SwiftName.literal(record.fields.map(\.wireName).joined(separator: ", "))
    return "try json.unknownField(\(unknownKey(record)), known: \(known), rule: \(SwiftName.literal(rule)))"
  }

  /// The type that a field is read as: with an extra optional where the contract distinguishes null from absent.
  private static func readType(_ field: FieldPlan) -> String {
    field.presence == .nullable ? field.type.swift + "?" : field.type.swift
  }

  /// A call on one line if it fits, otherwise with one argument per line.
  static func emitCall(_ head: String, _ arguments: [String], _ swift: inout SwiftWriter) {
    let short = "\(head)(\(arguments.joined(separator: ", ")))"
    if short.utf8.count <= 100 || arguments.isEmpty { return swift.line(short) }
    swift.line(head + "(")
    swift.indented { swift in
      for (index, argument) in arguments.enumerated() {
        swift.line(argument + (index < arguments.count - 1 ? "," : ")"))
      }
    }
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
        let key = SwiftName.literal(jsonEscaped(field.wireName))
        let value = field.value(of: "self")
        switch (field.type, field.presence) {
        case (.optional, _), (_, .nullable): swift.line("json.nullable(\(key), \(value))")
        case (.decimal(let scale), _): swift.line("json.field(\(key), \(value), scale: \(scale))")
        default: swift.line("json.field(\(key), \(value))")
        }
      }
      if case .kept(let name, _, _) = record.rest {
        let names = (record.fields.map(\.wireName) + record.skipped).map(SwiftName.literal)
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
    let parameters = ruled.map { "_ \(local($0)): \($0.type.swift)?" } + restParameter(record)
    emitSignature("private static func validate", ["_ check: inout Violations"] + parameters, "", &swift) { swift in
      for field in ruled { emitPartRules(field, &swift) }
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
    return [localName(name)]
  }

  private static func restParameter(_ record: RecordPlan) -> [String] {
    guard case .kept(let name, let type, let rules) = record.rest, !rules.isEmpty else { return [] }
    return ["_ \(localName(name)): JSONObject<\(type.swift)>"]
  }

  private static func emitRestRules(_ record: RecordPlan, _ owner: String, _ swift: inout SwiftWriter) {
    guard case .kept(let name, _, let rules) = record.rest else { return }
    let value = owner.isEmpty ? localName(name) : owner + name.unquoted
    for rule in rules { emitRule(rule, "\"\"", value, &swift) }
  }

  private static func jsonEscaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\u{0}"..<" ": result += jsonCode(scalar)
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// The names of a record's keys, as the runtime compares them with those of a text.
  private static func keyList(_ names: [String]) -> String {
    let listed = names.map { name in
      name.unicodeScalars.map { scalar in
        "\"\\,".unicodeScalars.contains(scalar) || scalar < " " ? jsonCode(scalar) : String(scalar)
      }.joined()
    }
    return SwiftName.literal(listed.joined(separator: ","))
  }

  private static func jsonCode(_ scalar: Unicode.Scalar) -> String {
    let digits = String(scalar.value, radix: 16)
    return "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
  }

  static func local(_ field: FieldPlan) -> String { localName(field.name) }

  /// The name of the variable that holds a field while it is read; never one that the function itself uses.
  private static func localName(_ name: String) -> String {
    let own = [
      "json", "key", "keys", "mark", "check", "request", "response", "input", "output", "path", "query", "reader",
      "exchange",
    ]
    // These prefixes and suffixes belong to the constants for the styles of parameters and forms.
    return own.contains(name) || name.hasPrefix("styled") || name.hasPrefix("header") || name.hasSuffix("Form")
      ? "_" + name : name
  }
}

extension FieldPlan {
  /// The name of the stored property.
  var stored: String { isIndirect || isDeprecated ? "_" + name.unquoted : name.unquoted }

  /// The expression for the value in an instance, which avoids deprecation warnings.
  func value(of owner: String) -> String { "\(owner).\(stored)" + (isIndirect ? ".value" : "") }
}

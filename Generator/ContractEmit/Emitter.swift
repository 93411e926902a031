import ContractPlan

/// Prints a plan as Swift. The set of files does not depend on the contract.
public enum Emitter {
  /// The names of all files, known before any contract is read.
  public static let fileNames = FileKind.allCases.flatMap(\.fileNames)

  public static func emit(_ plan: APIPlan) -> [(name: String, text: String)] {
    let head = header(plan)
    return FileKind.allCases.flatMap { kind in
      var files = ShardedFiles(count: kind.fileCount)
      emit(kind, plan, &files)
      return zip(kind.fileNames, files.texts).map { ($0, head + $1) }
    }
  }

  /// All files as one, with the declarations of a kind in the order of the contract.
  public static func emitWhole(_ plan: APIPlan) -> String {
    FileKind.allCases.reduce(into: header(plan)) { text, kind in
      var file = ShardedFiles(count: 1)
      emit(kind, plan, &file)
      text += file.texts.joined()
    }
  }

  private static func emit(_ kind: FileKind, _ plan: APIPlan, _ files: inout ShardedFiles) {
    switch kind {
    case .types: for type in plan.types { emit(type, like: plan.alike[type.name], &files[type.name]) }
    case .schemas: emitSchemas(plan, &files.first)
    case .operations: emitOperations(plan, &files)
    case .operationCodecs: emitOperationCodecs(plan, &files)
    case .server: emitServer(plan, &files)
    case .client: emitClient(plan, &files)
    case .events: emitEvents(plan, &files)
    }
  }

  private static func header(_ plan: APIPlan) -> String {
    var swift = SwiftWriter()
    let sources = plan.sources.map { SwiftName.comment($0).joined(separator: " ") }.joined(separator: ", ")
    swift.comment("//", ["Generated from \(sources). Edit the contract, not this file."])
    swift.line("// swift-format-ignore-file")
    swift.line("import ServiceCore")
    for module in plan.imports { swift.line("import \(module)") }
    return swift.text
  }

  private static func emit(_ declaration: DeclarationPlan, like other: String?, _ swift: inout SwiftWriter) {
    swift.line()
    if let other {
      swift.doc(doc(declaration.doc, isDeprecated: declaration.isDeprecated))
      return swift.line("public typealias \(declaration.name) = \(other)")
    }
    switch declaration {
    case .record(let plan): emitRecord(plan, &swift)
    case .enumeration(let plan): emitEnum(plan, &swift)
    case .choice(let plan): emitChoice(plan, &swift)
    case .wrapper(let plan): emitWrapper(plan, &swift)
    }
  }

  static func doc(_ lines: [String], isDeprecated: Bool) -> [String] {
    isDeprecated ? lines + (lines.isEmpty ? [] : [""]) + ["Deprecated by the contract."] : lines
  }

  private static func emitSchemas(_ plan: APIPlan, _ swift: inout SwiftWriter) {
    if !plan.patterns.isEmpty {
      swift.line()
      swift.block("enum Patterns") { swift in
        for (index, pattern) in plan.patterns.enumerated() {
          swift.line("static let p\(index) = Pattern(checked: \(SwiftName.literal(pattern)))")
        }
      }
    }
    guard !plan.program.isEmpty else { return }
    swift.line()
    swift.doc(["The schemas that values are validated against where types cannot express them."])
    swift.block("enum Schemas") { swift in
      swift.line("static let program = SchemaProgram(checked: \(SwiftName.literal(plan.program)))")
    }
  }

  private static func emitEnum(_ item: EnumPlan, _ swift: inout SwiftWriter) {
    swift.doc(doc(item.doc, isDeprecated: item.isDeprecated))
    if item.isOpen { return emitOpenEnum(item, &swift) }
    swift.block("public enum \(item.name): \(item.isInteger ? "Int, IntegerEnum" : "StringEnum")") { swift in
      for each in item.cases { swift.line(item.isInteger ? textCase(each.name, each.value) : "case \(each.name)") }
      emitRules(item, &swift)
      // Without a raw type: the compiler takes twice as long over what it derives from one.
      if !item.isInteger { emitRawValue(item, &swift) }
    }
  }

  /// A case of an enum; its text is its name unless it says otherwise.
  static func textCase(_ name: String, _ literal: String) -> String {
    literal == SwiftName.literal(name.unquoted) ? "case \(name)" : "case \(name) = \(literal)"
  }

  private static func emitRules(_ item: EnumPlan, _ swift: inout SwiftWriter) {
    let rules = [("brokenRule", item.rule, .enumeration), ("brokenTypeRule", item.typeRule, RuleName.type)]
    let own = rules.filter { $0.1 != $0.2 }
    if !own.isEmpty { swift.line() }
    for (name, rule, _) in own {
      swift.line("public static var \(name): String { \(SwiftName.literal(rule.rawValue)) }")
    }
  }

  private static func emitOpenEnum(_ item: EnumPlan, _ swift: inout SwiftWriter) {
    swift.block("public enum \(item.name): OpenStringEnum") { swift in
      for each in item.cases { swift.line("case \(each.name)") }
      swift.doc(["A value that the contract does not list."])
      swift.line("case other(String)")
      swift.line()
      let known = item.cases.map { "(\($0.value), .\($0.name.unquoted))" }.joined(separator: ", ")
      swift.line("public static let known: [(value: String, item: \(item.name))] = [\(known)]")
      emitRules(item, &swift)
      emitRawValue(item, &swift)
    }
  }

  private static func emitRawValue(_ item: EnumPlan, _ swift: inout SwiftWriter) {
    swift.line()
    swift.block("public var rawValue: String") { swift in
      swift.line("switch self {")
      for each in item.cases { swift.line("case .\(each.name.unquoted): \(each.value)") }
      if item.isOpen { swift.line("case .other(let value): value") }
      swift.line("}")
    }
  }

  private static func emitWrapper(_ item: WrapperPlan, _ swift: inout SwiftWriter) {
    swift.doc(item.doc)
    swift.block("public struct \(item.name): JSONCodable, Equatable") { swift in
      swift.line("public let value: \(item.type.swift)")
      swift.line()
      swift.line("public init(_ value: \(item.type.swift)) { self.value = value }")
      swift.line()
      swift.block("public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> \(item.name)?") {
        swift in
        emitSatisfies(item.schema, &swift)
        swift.line("return try \(item.type.expression).decode(&json).map { \(item.name)($0) }")
      }
      swift.line()
      swift.line("public func encode(_ json: inout JSONWriter) { self.value.encode(&json) }")
      guard !item.rules.isEmpty else { return }
      swift.line()
      swift.block("public func validate(_ check: inout Violations)") { swift in
        for rule in item.rules { emitRule(rule, "\"\"", "self.value", &swift) }
      }
    }
  }

  static func emitSatisfies(_ schema: Int?, _ swift: inout SwiftWriter) {
    if let schema { swift.line("guard try json.satisfies(Schemas.program, \(schema)) else { return nil }") }
  }

  /// A function's head and body.
  static func emitSignature(
    _ head: String, _ parameters: [String], _ tail: String, _ swift: inout SwiftWriter,
    _ body: (inout SwiftWriter) -> Void
  ) {
    swift.block("\(head)(\(parameters.joined(separator: ", ")))\(tail)", body)
  }
}

extension TypePlan {
  /// The type at the start of an expression, where an optional's postfix would be parsed as optional chaining.
  var expression: String {
    if case .optional(let value) = self { "Optional<\(value.swift)>" } else { swift }
  }
}

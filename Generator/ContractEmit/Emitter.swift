import ContractPlan

/// Prints a plan as Swift. The set of files does not depend on the contract.
public enum Emitter {
  /// The number of files that types are distributed over: both cores compile, and a changed type recompiles only its
  /// file.
  static let typeFiles = 8

  /// The names of all files, known before any contract is read.
  public static let fileNames =
    (0..<typeFiles).map { "Types\($0).swift" } + [
      "Schemas.swift", "Operations.swift", "OperationCodecs.swift", "Server.swift", "Client.swift",
    ]

  public static func emit(_ plan: APIPlan) -> [(name: String, text: String)] {
    var files = [SwiftWriter](repeating: SwiftWriter(), count: typeFiles)
    for type in plan.types { emit(type, &files[file(of: type.name)]) }
    for emitRest in [emitSchemas, emitOperations, emitOperationCodecs, emitServer, emitClient] {
      var swift = SwiftWriter()
      emitRest(plan, &swift)
      files.append(swift)
    }
    let head = header(plan)
    return zip(fileNames, files).map { ($0, head + $1.text) }
  }

  /// All files as one.
  public static func emitWhole(_ plan: APIPlan) -> String {
    let head = header(plan)
    return head + emit(plan).map { String($0.text.dropFirst(head.count)) }.joined()
  }

  private static func header(_ plan: APIPlan) -> String {
    var swift = SwiftWriter()
    let sources = plan.sources.map { SwiftName.comment($0).joined(separator: " ") }.joined(separator: ", ")
    swift.line("// Generated from \(sources). Edit the contract, not this file.")
    swift.line("// swift-format-ignore-file")
    swift.line("import ServiceCore")
    for module in plan.imports { swift.line("import \(module)") }
    return swift.text
  }

  /// The index of the file for a type, by an FNV-1a hash of its name, so that other types do not move it.
  private static func file(of name: String) -> Int {
    let hash = name.utf8.reduce(UInt64(0xcbf2_9ce4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    return Int(hash % UInt64(typeFiles))
  }

  private static func emit(_ declaration: DeclarationPlan, _ swift: inout SwiftWriter) {
    swift.line()
    switch declaration {
    case .record(let plan): emitRecord(plan, &swift)
    case .enumeration(let plan): emitEnum(plan, &swift)
    case .choice(let plan): emitChoice(plan, &swift)
    case .wrapper(let plan): emitWrapper(plan, &swift)
    }
  }

  static func doc(_ lines: [String], isDeprecated: Bool) -> [String] {
    isDeprecated ? lines + (lines.isEmpty ? [] : [""]) + ["Deprecated: the contract says that it will go."] : lines
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
    let raw = item.isInteger ? "Int, IntegerEnum" : "String, StringEnum"
    swift.block("public enum \(item.name): \(raw)") { swift in
      for (name, value) in item.cases { swift.line("case \(name) = \(value)") }
      emitRules(item, &swift)
    }
  }

  private static func emitRules(_ item: EnumPlan, _ swift: inout SwiftWriter) {
    if item.rule != "enum" { swift.line("public static var brokenRule: String { \(SwiftName.literal(item.rule)) }") }
    if item.typeRule != "type" {
      swift.line("public static var brokenTypeRule: String { \(SwiftName.literal(item.typeRule)) }")
    }
  }

  private static func emitOpenEnum(_ item: EnumPlan, _ swift: inout SwiftWriter) {
    swift.block("public enum \(item.name): OpenStringEnum") { swift in
      for (name, _) in item.cases { swift.line("case \(name)") }
      swift.doc(["A value that the contract does not know yet."])
      swift.line("case other(String)")
      swift.line()
      let known = item.cases.map { "(\($0.value), .\($0.name.unquoted))" }.joined(separator: ", ")
      swift.line("public static let known: [(value: String, item: \(item.name))] = [\(known)]")
      swift.line()
      emitRules(item, &swift)
      swift.block("public var rawValue: String") { swift in
        swift.line("switch self {")
        for (name, value) in item.cases { swift.line("case .\(name.unquoted): \(value)") }
        swift.line("case .other(let value): value")
        swift.line("}")
      }
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

  /// A function head on one line if it fits, otherwise with one parameter per line.
  static func emitSignature(
    _ head: String, _ parameters: [String], _ tail: String, _ swift: inout SwiftWriter,
    _ body: (inout SwiftWriter) -> Void
  ) {
    let short = "\(head)(\(parameters.joined(separator: ", ")))\(tail)"
    if short.utf8.count <= 100 { return swift.block(short, body) }
    swift.line(head + "(")
    swift.indented { swift in
      for (index, parameter) in parameters.enumerated() {
        swift.line(parameter + (index < parameters.count - 1 ? "," : ""))
      }
    }
    swift.block(")" + tail, body)
  }
}

extension TypePlan {
  /// The type at the start of an expression, where an optional's postfix would be parsed as optional chaining.
  var expression: String {
    if case .optional(let value) = self { "Optional<\(value.swift)>" } else { swift }
  }
}

import ContractAnalysis
import ContractPlan
import ContractValues

extension Emitter {
  static func emitChoice(_ choice: ChoicePlan, _ swift: inout SwiftWriter) {
    swift.doc(doc(choice.doc, isDeprecated: choice.isDeprecated))
    swift.block("public \(choice.isIndirect ? "indirect " : "")enum \(choice.name): JSONCodable, Equatable") { swift in
      for branch in choice.branches {
        swift.doc(branch.doc)
        swift.line("case \(branch.name)(\(branch.type.swift))")
      }
      swift.line()
      emitDecode(choice, &swift)
      swift.line()
      swift.block("public func encode(_ json: inout JSONWriter)") { swift in
        swift.line("switch self {")
        for branch in choice.branches {
          swift.line("case .\(branch.name.unquoted)(let value): value.encode(&json)")
        }
        swift.line("}")
      }
      emitValidate(choice, &swift)
    }
  }

  private static func emitDecode(_ choice: ChoicePlan, _ swift: inout SwiftWriter) {
    swift.block("public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> \(choice.name)?") {
      swift in
      emitSatisfies(choice.schema, &swift)
      switch choice.dispatch {
      case .kinds(let kinds): emitKinds(choice, kinds, &swift)
      case .property(let name, let values, let fallback): emitProperty(choice, name, values, fallback, &swift)
      case .tried(let schema):
        swift.line("switch try json.branch(Schemas.program, \(schema)) {")
        for index in choice.branches.indices { swift.case("case \(index)") { $0.lines(read(choice, index)) } }
        swift.line("default: return nil")
        swift.line("}")
      }
    }
  }

  private static func read(_ choice: ChoicePlan, _ index: Int) -> String {
    let branch = choice.branches[index]
    let rules = branch.rules.schema == nil ? itemRules(branch.rules, of: branch.type) : nil
    let decode = "\(branch.type.swift).decode(&json\(rules ?? ")").map { .\(branch.name.unquoted)($0) }"
    // A branch selected by trying was already validated against its schema.
    if case .tried = choice.dispatch { return "return try " + decode }
    return "return try "
      + (branch.rules.schema.map { "json.satisfies(Schemas.program, \($0)) ? \(decode) : nil" } ?? decode)
  }

  private static func emitKinds(_ choice: ChoicePlan, _ kinds: [[JSONReader.Kind]], _ swift: inout SwiftWriter) {
    swift.line("switch try json.kind() {")
    for (index, kinds) in kinds.enumerated() where !kinds.isEmpty {
      swift.case("case " + kinds.map { ".\($0)" }.joined(separator: ", ")) { $0.lines(read(choice, index)) }
    }
    if Set(kinds.joined()).count < 6 {
      swift.line(
        "default: return try json.refuse(\"type\", \(SwiftName.literal(kinds.joined().map(\.rawValue).joined(separator: ", "))))"
      )
    }
    swift.line("}")
  }

  private static func emitProperty(
    _ choice: ChoicePlan, _ name: String, _ values: [Discrimination.Text], _ fallback: Int?,
    _ swift: inout SwiftWriter
  ) {
    let key = SwiftName.literal(name)
    swift.line("switch try json.peek(\(key)) {")
    for (index, _) in choice.branches.enumerated() {
      let own = values.filter { $0.branch == index }.map { SwiftName.literal($0.value) + "?" }
      if !own.isEmpty { swift.case("case " + own.joined(separator: ", ")) { $0.lines(read(choice, index)) } }
    }
    let known = SwiftName.literal(values.map(\.value).joined(separator: ", "))
    let property = choice.isDiscriminated ? ", property: \(key)" : ""
    swift.line(
      "default: "
        + (fallback.map { read(choice, $0) }
          ?? "return try json.refuse(\(SwiftName.literal(choice.unmatched.rawValue)), \(known)\(property))")
    )
    swift.line("}")
  }

  private static func emitValidate(_ choice: ChoicePlan, _ swift: inout SwiftWriter) {
    let ruled = choice.branches.filter { !$0.rules.isEmpty }
    var whole = choice.schema
    if case .tried(let tried) = choice.dispatch { whole = whole ?? tried }
    guard whole != nil || !ruled.isEmpty else { return }
    swift.line()
    swift.block("public func validate(_ check: inout Violations)") { swift in
      if let whole { swift.line("check.satisfies(\"\", self, Schemas.program, \(whole))") }
      // Keywords beside a choice are checked together with each of its branches.
      guard choice.schema == nil, !ruled.isEmpty else { return }
      emitSwitch("self", ruled, of: choice.branches.count, { ".\($0.name.unquoted)(let value)" }, &swift) {
        branch, swift in
        emitRootRules(branch.rules, "value", &swift)
      }
    }
  }
}

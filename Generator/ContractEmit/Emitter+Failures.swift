import ContractPlan

/// The failures that a handler can throw: a factory for each status that its operation declares.
extension Emitter {
  static func emitFailures(_ operation: OperationPlan, _ swift: inout SwiftWriter) {
    guard !operation.failures.isEmpty else { return }
    let conformances = operation.failures.compactMap(\.conformance).joined(separator: ", ")
    swift.line()
    swift.block("extension \(operation.typeName)\(conformances.isEmpty ? "" : ": \(conformances)")") { swift in
      for (index, failure) in operation.failures.enumerated() {
        if index > 0 { swift.line() }
        emitFailure(failure, &swift)
      }
    }
  }

  private static func emitFailure(_ failure: FailurePlan, _ swift: inout SwiftWriter) {
    let status = failure.response.status.map(String.init) ?? "status"
    let head = "public static func \(failure.name)"
    let first = failure.response.status == nil ? ["status: Int"] : []
    swift.doc(failure.response.doc)
    guard let problem = failure.problem else {
      let values = payload(failure.response).map { item in
        guard !item.label.isEmpty else { return "_ body: \(item.type)" }
        let label = item.label == item.name ? item.label.parameter : "\(item.label.label) \(item.name)"
        return "\(label): \(item.type)" + (item.type.hasSuffix("?") ? " = nil" : "")
      }
      let passed = payload(failure.response).map { $0.label.isEmpty ? $0.name : "\($0.label.label): \($0.name)" }
      let made = ".\(failure.response.caseName)" + (passed.isEmpty ? "" : "(\(passed.joined(separator: ", ")))")
      return emitFactory(head, values, ["OperationFailure(self, \(status), \(made))"], &swift)
    }
    let members = problem.members.map { parameter($0, $0.name) }
    let headers = failure.headers.map { parameter($0.field, $0.parameter) }
    let detailed = first + ["_ detail: String"]
    let made = "OperationFailure(self, \(status), detail\(arguments(problem)))"
    emitFactory(head, detailed + members + headers, [made] + additions(failure, problem), &swift)
    // The runtime's protocol has the same factory with only a detail, but for standard problem details only.
    if failure.conformance != nil, !problem.isStandard, !(members + headers).isEmpty {
      swift.line()
      swift.doc(failure.response.doc)
      emitFactory(head, detailed, [made], &swift)
    }
  }

  private static func emitFactory(
    _ head: String, _ parameters: [String], _ made: [String], _ swift: inout SwiftWriter
  ) {
    let whole = made.joined()
    let head = "\(head)(\(parameters.joined(separator: ", "))) -> OperationFailure"
    if whole.utf8.count <= 110 || made.count == 1 { return swift.function(head, whole) }
    swift.block(head) { swift in
      swift.line(made[0])
      swift.indented { swift in for call in made.dropFirst() { swift.line(call) } }
    }
  }

  private static func arguments(_ problem: ProblemPlan) -> String {
    let other = problem.mediaType == "application/problem+json" ? "" : ", as: \(SwiftName.literal(problem.mediaType))"
    return other + (problem.omitted.isEmpty ? "" : ", omitting: \(SwiftName.literalList(problem.omitted))")
  }

  /// The calls that add what the runtime does not know.
  private static func additions(_ failure: FailurePlan, _ problem: ProblemPlan) -> [String] {
    let members = problem.members.map { member in
      // A required member is present even when it is null.
      let isNull = member.type.isOptional && member.presence == .required
      return ".adding(\(SwiftName.literal(member.wireName)), \(isNull ? ".some(\(member.name))" : member.name))"
    }
    let headers = failure.headers.map { name, field in
      let header =
        field.style == nil
        ? SwiftName.literal(field.headerName) : "Self." + failure.response.constant(field)
      return ".adding(header: \(header), \(name))"
    }
    return members + headers
  }

  private static func parameter(_ field: FieldPlan, _ name: String) -> String {
    "\(name.parameter): \(field.presence == .required ? field.type.swift : field.type.swift + "? = nil")"
  }
}

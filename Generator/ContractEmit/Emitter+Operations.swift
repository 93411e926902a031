import ContractAnalysis
import ContractPlan

extension Emitter {
  static func emitOperations(_ plan: APIPlan, _ files: inout ShardedFiles) {
    emitSecurity(plan, &files.first)
    for body in plan.bodies { emitBody(body, &files[body.choice ?? ""]) }
    for multipart in plan.multiparts { emitMultipart(multipart, &files[multipart.name]) }
    for operation in plan.operations + plan.webhooks {
      emitOperation(operation, plan, &files[operation.typeName])
    }
  }

  private static func emitOperation(_ operation: OperationPlan, _ plan: APIPlan, _ swift: inout SwiftWriter) {
    swift.line()
    if let accepted = operation.accepted { emitAccepted(accepted, &swift) }
    swift.doc(doc(operation.doc, isDeprecated: operation.policy.isDeprecated))
    swift.block("public enum \(operation.typeName): ContractOperation") { swift in
      swift.block("public struct Input: Sendable") { swift in emitFields(operation.inputFields, &swift) }
      swift.line()
      emitOutput(operation, &swift)
      swift.line()
      emitDescriptor(operation, plan, &swift)
      emitServers(operation.servers, in: "Servers", &swift)
      emitLinks(operation, &swift)
    }
    emitPaging(operation, &swift)
  }

  static func emitOperationCodecs(_ plan: APIPlan, _ files: inout ShardedFiles) {
    for operation in plan.operations + plan.webhooks { emitCodecs(operation, &files[operation.typeName]) }
  }

  private static func emitCodecs(_ operation: OperationPlan, _ swift: inout SwiftWriter) {
    swift.line()
    swift.block("extension \(operation.typeName)") { swift in
      emitStyles(operation, &swift)
      emitRequestDecode(operation, &swift)
      emitRequestValidate(operation, &swift)
      swift.line()
      emitRequestEncode(operation, &swift)
      swift.line()
      if operation.policy.idempotencyKey != nil {
        swift.line("public static func idempotencyKey(_ input: Input) -> String? { input.idempotencyKey }")
        swift.line()
      }
      emitResponseDecode(operation, &swift)
      emitResponseValidate(operation, &swift)
      swift.line()
      emitResponseEncode(operation, &swift)
      swift.line()
      emitStatus(operation, &swift)
    }
    emitFailures(operation, &swift)
  }

  private static func emitOutput(_ operation: OperationPlan, _ swift: inout SwiftWriter) {
    swift.block("public enum Output: Sendable") { swift in
      for response in operation.responses {
        swift.doc(response.doc)
        let values = payload(response).map { $0.label.isEmpty ? $0.type : "\($0.label.parameter): \($0.type)" }
        swift.line("case \(response.caseName)" + (values.isEmpty ? "" : "(\(values.joined(separator: ", ")))"))
      }
      emitGet(operation, &swift)
    }
  }

  /// The payload of a response's case: the status if it is not fixed, the body, the headers.
  static func payload(_ response: ResponsePlan) -> [(label: String, name: String, type: String)] {
    var result: [(label: String, name: String, type: String)] = []
    if response.status == nil { result.append(("status", "status", "Int")) }
    if let body = response.body { result.append(("", "body", body.type.swift)) }
    for header in response.headers { result.append((header.name, header.local, header.declared)) }
    return result
  }

  /// The function that returns the only successful response, for callers that treat any other as an error.
  private static func emitGet(_ operation: OperationPlan, _ swift: inout SwiftWriter) {
    guard let success = operation.onlySuccess else { return }
    swift.line()
    swift.doc([
      success.body == nil
        ? "Throws any response but the success." : "The body of the success response; any other response is thrown."
    ])
    let type = success.body.map { " -> \($0.type.swift)" } ?? ""
    swift.block("public func get() throws\(type)") { swift in
      let pattern = caseOf(success, binding: ["body"])
      swift.line("guard case \(pattern) = self else { throw ClientError.unexpected(\(operation.typeName).self, self) }")
      if success.body != nil { swift.line("return body") }
    }
  }

  private static func emitDescriptor(_ operation: OperationPlan, _ plan: APIPlan, _ swift: inout SwiftWriter) {
    var arguments = [
      "service: \(SwiftName.literal(plan.service))", "id: \(SwiftName.literal(operation.operationID))",
      "method: \"\(operation.method)\"", "path: [\(operation.path.map(segment).joined(separator: ", "))]",
    ]
    if let body = operation.body { arguments.append("body: .init(\(limits(of: body)))") }
    let fields =
      operation.fields(in: .header).map { $0.wireName.lowercased() }
      + (operation.fields(in: .cookie).isEmpty ? [] : ["cookie"]) + (operation.resumes ? ["last-event-id"] : [])
    if !fields.isEmpty { arguments.append("fields: \(SwiftName.literalList(fields))") }
    if let paging = operation.paging { arguments.append("cursor: \(SwiftName.literal(paging.cursor.wireName))") }
    arguments.append("responses: .init(\(responses(operation)))")
    let policy = policy(operation.policy, plan)
    if !policy.isEmpty { arguments.append("policy: .init(\(policy))") }
    emitCall("public static let descriptor = OperationDescriptor", arguments, &swift)
  }

  private static func limits(of body: BodyPlan) -> String {
    guard body.isStreamed else { return "" }
    let limit = body.contents.map { $0.limit ?? .max }.max() ?? .max
    return "limit: \(limit == .max ? ".max" : integer(limit)), isStreamed: true"
  }

  private static func responses(_ operation: OperationPlan) -> String {
    let statuses = (operation.upgrades ? [101] : []) + operation.responses.compactMap(\.status)
    var arguments = ["[\(statuses.map(String.init).joined(separator: ", "))]"]
    let ranges = operation.responses.compactMap(\.range).map(String.init).joined(separator: ", ")
    if !ranges.isEmpty { arguments.append("ranges: [\(ranges)]") }
    if operation.responses.contains(where: \.isDefault) { arguments.append("hasDefault: true") }
    var seen: Set<String> = []
    let mediaTypes = operation.responses.filter(\.isSuccess).flatMap { $0.body?.contents ?? [] }.map(\.mediaType)
      .filter { seen.insert($0).inserted }
    if !mediaTypes.isEmpty { arguments.append("mediaTypes: \(SwiftName.literalList(mediaTypes))") }
    if operation.streamsAnswer { arguments.append("isStreamed: true") }
    return arguments.joined(separator: ", ")
  }

  private static func segment(_ segment: PathSegment) -> String {
    switch segment {
    case .literal(let text): ".literal(\(SwiftName.literal(text)))"
    case .parameter(let name): ".parameter(\(SwiftName.literal(name)))"
    case .mixed(let pieces): ".mixed([\(pieces.map(Self.segment).joined(separator: ", "))])"
    }
  }
}

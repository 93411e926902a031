import ContractAnalysis
import ContractModel
import ContractSource

/// A failure that an operation declares, and the factory with which its handler throws it.
public struct FailurePlan: Sendable {
  /// The name of the response's case; `problem` for `default`.
  public let name: String
  public let response: ResponsePlan
  /// Nil where the body is not problem details: body and headers are then those of the response's case.
  public let problem: ProblemPlan?
  /// The headers, with parameter names that are not members of the problem.
  public let headers: [(parameter: String, field: FieldPlan)]
  /// The runtime's protocol of operations that declare the status; nil where the failure needs more than a detail.
  public let conformance: String?
}

/// Problem details (RFC 9457) as a contract declares them.
public struct ProblemPlan: Sendable {
  public let mediaType: String
  /// The members that the runtime cannot fill in.
  public let members: [FieldPlan]
  /// The members that the runtime would fill in, and that the schema forbids.
  public let omitted: [String]

  /// Whether the runtime can make the body from a detail, without generated code.
  public var isStandard: Bool { mediaType == "application/problem+json" && omitted.isEmpty }
}

extension Planner {
  /// The members that the runtime fills in, and those that it can fill in only as texts.
  private static let texts = ["type", "title", "detail", "instance", "request_id"]

  /// The operations with their failures.
  func withFailures(_ operations: [OperationPlan]) -> [OperationPlan] {
    // A copy: all types have been planned, and reading their properties again must not plan or report anything twice.
    var copy = self
    copy.diagnostics = Diagnostics()
    return operations.map { operation in
      var operation = operation
      operation.failures = operation.responses.filter(\.isFailure).map { copy.failure($0) }
      return operation
    }
  }

  /// Records the bodies of a response: one of them may be problem details.
  mutating func noteProblems(_ response: Response, _ body: BodyPlan?, _ direction: Direction) {
    for content in body?.contents ?? [] where content.codec == .json && !content.mediaType.contains("*") {
      guard case .named(let name) = content.use.type,
        var index = response.content.first(where: { $0.name == content.mediaType })?.schema
      else { continue }
      while case .alias(let next) = form(of: index) { index = next }
      if case .record = form(of: index) { bodyRecords[name] = DirectedSchema(index: index, direction: direction) }
    }
  }

  private mutating func failure(_ response: ResponsePlan) -> FailurePlan {
    let problem = problem(of: response)
    var names = MemberNames(besides: ["detail", "status"])
    let members = (problem?.members ?? []).map { member in
      var member = member
      member.name = names.claim(member.name)
      return member
    }
    let headers = response.headers.map { (names.claim($0.name), $0) }
    let needsMore = (members + response.headers).contains { $0.presence == .required }
    return FailurePlan(
      name: response.isDefault ? "problem" : response.caseName, response: response,
      problem: problem.map { ProblemPlan(mediaType: $0.mediaType, members: members, omitted: $0.omitted) },
      headers: headers, conformance: problem == nil || needsMore ? nil : Self.conformance(response))
  }

  private static func conformance(_ response: ResponsePlan) -> String? {
    let statuses: Set = [400, 401, 403, 404, 409, 410, 412, 422, 429, 503]
    if response.isDefault { return "DeclaresProblem" }
    guard let status = response.status, statuses.contains(status) else { return nil }
    return "Declares" + SwiftName.type(response.caseName)
  }

  /// The problem details among the media types of a response.
  private mutating func problem(of response: ResponsePlan) -> ProblemPlan? {
    for content in response.body?.contents ?? [] where content.codec == .json {
      switch content.use.type {
      case .named(let name):
        let target = bodyRecords[name]
        if let problem = target.flatMap({ problem($0, named: name, as: content.mediaType) }) { return problem }
      // A contract that lists no members allows those of RFC 9457.
      case .json, .map(.json):
        guard Self.isProblem(content.mediaType) else { continue }
        return ProblemPlan(mediaType: content.mediaType, members: [], omitted: [])
      default: continue
      }
    }
    return nil
  }

  /// Nil for a record that is not problem details: without the members of RFC 9457, or with others under their names.
  private mutating func problem(_ target: DirectedSchema, named name: String, as mediaType: String) -> ProblemPlan? {
    let shape = shape(target.index)
    var members: [FieldPlan] = []
    var filled: Set<String> = []
    for property in shape.properties where !isSkipped(property.value, target.direction) {
      let isRequired = shape.required.contains { $0.utf8.elementsEqual(property.key.utf8) }
      let field = field(
        property.key, joined(property.value), isRequired: isRequired, target.direction, owner: name, index: nil)
      if Self.isFilled(field) { filled.insert(property.key) } else { members.append(field) }
    }
    guard filled.isSuperset(of: Self.isProblem(mediaType) ? ["status"] : ["title", "status", "detail"]) else {
      return nil
    }
    let own = Self.texts + ["status"]
    for required in shape.required where shape.properties[required] == nil && !own.contains(required) {
      members.append(
        FieldPlan(
          name: SwiftName.member(required), wireName: required, type: .json, presence: .required, rules: [], doc: []))
    }
    let isOpen = shape.parts.map(set.keywords).allSatisfy {
      $0.additionalProperties == nil && $0.unevaluatedProperties == nil && $0.patternProperties.isEmpty
    }
    let omitted = isOpen ? [] : own.filter { !filled.contains($0) }
    return ProblemPlan(
      mediaType: mediaType, members: members,
      omitted: omitted.filter { name in !members.contains { $0.wireName == name } })
  }

  private static func isProblem(_ mediaType: String) -> Bool { mediaType.hasPrefix("application/problem+json") }

  /// Whether the runtime can fill in the value: a status may have any numeric type, the others must be texts.
  private static func isFilled(_ field: FieldPlan) -> Bool {
    switch field.type.present {
    case .string: texts.contains(field.wireName)
    case .integer, .unsigned, .double, .decimal, .named: field.wireName == "status"
    default: false
    }
  }
}

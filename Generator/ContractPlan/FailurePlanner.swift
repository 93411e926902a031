import ContractAnalysis
import ContractModel

/// Plans the failures that handlers throw, once the types of their bodies are declared.
struct FailurePlanner {
  /// A copy that reports nothing: the properties of problem details are asked for again, which must not plan or report
  /// anything twice.
  private var types: TypePlanner
  /// The records that are response bodies, by the names of their types.
  private let records: [String: DirectedSchema]

  init(_ types: TypePlanner, records: [String: DirectedSchema]) {
    self.types = types.silent
    self.records = records
  }

  /// The operations with their failures.
  mutating func applied(to operations: [OperationPlan]) -> [OperationPlan] {
    operations.map { operation in
      var operation = operation
      operation.failures = operation.responses.filter(\.isFailure).map { failure($0) }
      return operation
    }
  }

  /// The members that the runtime fills in, and those that it can fill in only as texts.
  private static let texts = ["type", "title", "detail", "instance", "request_id"]

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
        let target = records[name]
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
    let shape = types.analysis.shape(target.index)
    var members: [FieldPlan] = []
    var filled: Set<String> = []
    for property in shape.properties where !types.set.isSkipped(property.value, target.direction) {
      let isRequired = shape.requires(property.key)
      let field = types.field(
        property.key, types.analysis.joined(property.value), isRequired: isRequired, target.direction, owner: name,
        index: nil)
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
    let isOpen = shape.parts.map(types.set.keywords).allSatisfy {
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

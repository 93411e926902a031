import ContractAnalysis
import ContractModel
import ContractSource

/// Plans operations, webhooks and callbacks, with the bodies that they have.
struct OperationPlanner {
  var types: TypePlanner
  let security: SecurityPlan
  let diagnostics: Diagnostics
  private var routes: [OperationPlan] = []
  private var webhooks: [OperationPlan] = []
  var bodies: [BodyPlan] = []
  var multiparts: [MultipartPlan] = []
  /// The records that are response bodies, by the names of their types.
  var records: [String: DirectedSchema] = [:]
  /// The operations of a contract that do not declare what the runtime can respond with.
  var undeclared: [(operation: Operation, statuses: [Int])] = []
  /// The conventions beyond OpenAPI that were reported: once a contract is enough.
  var reported: Set<StyleConvention> = []
  private var methods = MemberNames()
  /// The endpoints that receive webhooks and callbacks.
  private var receivers = MemberNames()

  init(types: consuming TypePlanner, security: SecurityPlan, diagnostics: Diagnostics) {
    self.types = types
    self.security = security
    self.diagnostics = diagnostics
  }

  var result: OperationsPlan {
    OperationsPlan(routes: routes, webhooks: webhooks, bodies: bodies, multiparts: multiparts, records: records)
  }

  mutating func plan(_ contracts: [Contract]) {
    for contract in contracts {
      for operation in contract.operations {
        let planned = plan(operation, in: contract)
        if operation.kind == .route { routes.append(planned) } else { webhooks.append(planned) }
        webhooks += planCallbacks(operation, planned, in: contract)
      }
      reportUndeclaredResponses()
    }
  }

  /// Plans an operation; `request` is the operation whose request contains the address of this one.
  mutating func plan(
    _ operation: Operation, of request: (type: String, name: String, address: RuntimeTemplate)? = nil,
    in contract: Contract
  ) -> OperationPlan {
    let id = request.map { operation.id.isEmpty ? $0.name : operation.id } ?? operation.id
    let typeName = claim(SwiftName.type(id))
    let isOurs = operation.kind == .route
    let path =
      isOurs ? operation.route(in: contract) : [.literal(receivers.claim(SwiftName.member(id).unquoted))]
    let parameters = isOurs ? self.parameters(operation, owner: typeName) : []
    for parameter in operation.parameters where !isOurs {
      diagnostics.warning(
        .noEffect, "a request that the API sends has no parameters: '\(parameter.name)' has no effect",
        at: parameter.position)
    }
    let body = operation.body.flatMap {
      self.body($0.content, isRequired: $0.isRequired, isOurs ? .request : .response, named: typeName)
    }
    let responses = operation.responses.compactMap { plan($0, isOurs ? .response : .request, owner: typeName) }
    if isOurs { checkResponses(operation, responses) }
    if !isOurs, let link = operation.responses.flatMap(\.links).first {
      diagnostics.warning(
        .noEffect, "a link of a request that the API sends is not generated", at: link.position)
    }
    if operation.policy.replayWindow != nil, let body, body.isStreamed {
      diagnostics.error(
        .unsupported, "a streamed body cannot be signed",
        at: operation.body?.position ?? operation.position,
        help: "remove 'x-webhook-signature', or send JSON")
    }
    let isStored = responses.contains { $0.isSuccess && $0.body?.isStreamed == true } || body?.isStreamed == true
    if operation.policy.idempotencyKey != nil, isStored {
      diagnostics.error(
        .unsupported, "a streamed body cannot be stored under an idempotency key",
        at: operation.position, help: "remove 'x-idempotency-key', or make both bodies JSON, a form or a text")
    }
    let events = responses.contains { response in
      response.body?.contents.contains { MediaTypeName($0.mediaType).kind == .events } ?? false
    }
    let isDeclared = parameters.contains { $0.field.wireName.lowercased() == "last-event-id" }
    let planned = OperationPlan(
      typeName: typeName, methodName: methodName(id), operationID: id, method: operation.method, path: path,
      doc: DocComment.lines(operation.summary, operation.description), policy: security.policy(operation.policy),
      group: isOurs ? operation.tags.first.map(SwiftName.type) : nil, principal: security.principal(operation),
      servers: ServerPlan.plan(operation.servers), parameters: parameters, body: body,
      accepted: accepted(responses, owner: typeName), resumes: isOurs && events && !isDeclared, responses: responses,
      upgrades: operation.upgrades, links: [], paging: nil, address: request.map { ($0.type, $0.address) })
    return planned.distinct
  }

  /// The choice among several media types of one success response.
  private mutating func accepted(_ responses: [ResponsePlan], owner: String) -> AcceptedPlan? {
    let bodies = responses.filter(\.isSuccess).compactMap(\.body)
    guard bodies.contains(where: { $0.contents.count > 1 }) else { return nil }
    var members = MemberNames()
    var seen: Set<String> = []
    let contents = bodies.flatMap(\.contents).filter { seen.insert($0.mediaType).inserted }
    return AcceptedPlan(
      name: claim(owner + "Media"), cases: contents.map { (members.claim($0.caseName), $0.mediaType) })
  }

  /// A name that does not begin with a lower-case letter may also be a type's, which it would then hide.
  private mutating func methodName(_ id: String) -> String {
    let name = SwiftName.member(id)
    return methods.claim(name.unquoted.first?.isLowercase == true ? name : "call" + name.unquoted)
  }
}

/// The operations of an API, before what needs all of them is decided: groups, links, pages and failures.
struct OperationsPlan {
  let routes: [OperationPlan]
  /// The requests that the API itself sends: webhooks and callbacks.
  let webhooks: [OperationPlan]
  let bodies: [BodyPlan]
  let multiparts: [MultipartPlan]
  /// The records that are response bodies, by the names of their types.
  let records: [String: DirectedSchema]
}

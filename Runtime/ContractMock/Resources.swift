import ContractOutline
import ServiceCore
import Synchronization

/// Creates, reads, lists, changes and deletes the resources of a stateful mock, by what its contracts say of them.
final class Resources: Sendable {
  let plan: ResourcePlan
  let values: ValueMaker
  private let maker: ResponseMaker
  private let state: Mutex<State>

  private struct State: Sendable {
    var store = ResourceStore()
    /// The number of ids made.
    var made = 0
  }

  init(_ operations: [OutlinedOperation], _ values: ValueMaker, _ maker: ResponseMaker) {
    (self.values, self.maker) = (values, maker)
    plan = ResourcePlan(operations, values.shape)
    state = Mutex(State())
  }

  /// The response to a request about resources; nil for another request.
  func response(to request: MockedRequest) throws(RequestFault) -> HTTPResponse? {
    guard let (collection, role) = plan.roles[request.index], plan.collections.indices.contains(collection) else {
      return nil
    }
    let own = plan.collections[collection]
    switch role {
    case .create: return try create(own, request)
    case .list(let layout): return try list(own, layout, request)
    case .read, .replace, .change, .remove, .act:
      let id = request.pathValues.last?.value ?? .null
      let (key, found) = (key(own, request.routed.pathValues.dropLast()), id.plainText)
      let old = state.withLock { $0.store.resource(found, in: key) }
      switch role {
      case .replace where old != nil || own.takesNew: return try replace(own, key, id, old, request)
      case .change: if let old { return try change(own, key, old, request) }
      case .act: if let old { return try act(own, key, old, request) }
      case .remove:
        guard let old else { break }
        state.withLock { $0.store.remove(old.id, in: key) }
        return try success(old.members, request)
      default: if let old { return try success(old.members, request) }
      }
      return try missing(found, request)
    }
  }

  private func key(_ collection: ResourcePlan.Collection, _ pathValues: some Sequence<String>) -> String {
    ([collection.name] + pathValues).map { "\($0.utf8.count):\($0)" }.joined()
  }

  // MARK: creation

  private func create(
    _ collection: ResourcePlan.Collection, _ request: MockedRequest
  ) throws(RequestFault) -> HTTPResponse {
    let key = key(collection, request.routed.pathValues)
    let sent = request.members
    let given = collection.identifier.flatMap { sent[$0] }
    let id = given ?? newID(collection, key)
    guard let id else { return try maker.response(try request.choice(), to: request) }
    if given != nil, state.withLock({ $0.store.resource(id.plainText, in: key) }) != nil,
      let choice = request.operation.choice(of: 409, request.headers)
    {
      return try maker.response(
        choice, to: request, detail: "There is already a resource with the id '\(id.plainText)'.")
    }
    let members = stored(sent, collection, id, besides: nil, request)
    state.withLock { $0.store.put(id.plainText, members, in: key) }
    return located(try success(members, request), collection, id, request)
  }

  /// The response with the address of a resource, in a form that the contract admits.
  private func located(
    _ response: HTTPResponse, _ collection: ResourcePlan.Collection, _ id: JSONValue, _ request: MockedRequest
  ) -> HTTPResponse {
    guard collection.hasItems, response.status == 201 || response.headers["location"] != nil else { return response }
    let declared = request.operation.response(response.status)?.headers.first { $0.name.lowercased() == "location" }
    let path = request.path + "/" + PercentCoding.encode(id.plainText)
    let host = request.headers["host"] ?? "localhost"
    for address in [path, "http://" + host + path] {
      var changed = response
      changed.headers["location"] = address
      if declared?.read(changed.headers, values.program).violations.isEmpty ?? true { return changed }
    }
    return response
  }

  /// The response to a creation that has no effect: its address is that of its body.
  func located(_ response: HTTPResponse, _ body: JSONValue?, _ request: MockedRequest) -> HTTPResponse {
    guard let (index, role) = plan.roles[request.index], case .create = role, response.status < 300,
      plan.collections.indices.contains(index),
      let id = plan.collections[index].identifier.flatMap({ body?[$0] })
    else { return response }
    return located(response, plan.collections[index], id, request)
  }

  /// The members that a resource has: what was sent, its id, and what only a server knows.
  private func stored(
    _ sent: JSONObject<JSONValue>, _ collection: ResourcePlan.Collection, _ id: JSONValue,
    besides old: JSONObject<JSONValue>?, _ request: MockedRequest
  ) -> JSONObject<JSONValue> {
    let clients = request.operation.requestObject(values.shape).map { values.shape.properties(of: $0) } ?? [:]
    // What a client may send, and did not, is not there.
    func isOfServer(_ name: String) -> Bool { clients[name] == nil }
    var wanted = sent
    for member in old ?? [:] where isOfServer(member.key) { wanted[member.key] = member.value }
    // What is not there and must be has its default, or an example.
    for client in clients where wanted[client.key] == nil && values.shape.requires(client.key, collection.schema) {
      wanted[client.key] = values.examples(of: client.value).first
    }
    let variation = stableHash(collection.name, id.plainText)
    var members = values.fitted(wanted, to: collection.schema, variation, keeps: isOfServer) ?? wanted
    for parameter in request.pathValues where members[parameter.name] != nil {
      let forms = parameter.value.asIdentifiers
      members = values.setting(parameter.name, forms, in: members, collection.schema) ?? members
    }
    if let name = collection.identifier {
      members = values.setting(name, id.asIdentifiers, in: members, collection.schema) ?? members
    }
    return members
  }

  /// An id that no resource of the collection has.
  private func newID(_ collection: ResourcePlan.Collection, _ key: String) -> JSONValue? {
    for _ in 0..<20 {
      let number = state.withLock { state in
        state.made += 1
        return state.made
      }
      let made = stableHash(collection.name, String(number))
      var candidates: [JSONValue] = [.number(ExactDecimal(number)), .string(String(number))]
      if let schema = collection.identifierSchemas.first {
        candidates += [values.value(schema, made)].compactMap { $0 }
      }
      for id in candidates where collection.identifierSchemas.allSatisfy({ isID(id, $0) }) {
        if state.withLock({ $0.store.resource(id.plainText, in: key) }) == nil { return id }
      }
    }
    return nil
  }

  private func isID(_ id: JSONValue, _ schema: Int) -> Bool {
    id.asIdentifiers.contains { values.admits($0, schema) } && !id.plainText.isEmpty
  }

  // MARK: single resources

  private func replace(
    _ collection: ResourcePlan.Collection, _ key: String, _ id: JSONValue, _ old: ResourceStore.Resource?,
    _ request: MockedRequest
  ) throws(RequestFault) -> HTTPResponse {
    let members = stored(request.members, collection, id, besides: old?.members, request)
    state.withLock { $0.store.put(id.plainText, members, in: key) }
    return try success(members, request, isNew: old == nil)
  }

  private func change(
    _ collection: ResourcePlan.Collection, _ key: String, _ old: ResourceStore.Resource, _ request: MockedRequest
  ) throws(RequestFault) -> HTTPResponse {
    guard case .object(var members) = JSONValue.object(old.members).merging(.object(request.members)) else {
      return try missing(old.id, request)
    }
    if let name = collection.identifier, let id = old.members[name] { members[name] = id }
    let found = values.program.violations(of: .object(members), schema: collection.schema)
    guard found.isEmpty else { throw RequestFault(.badRequest(found)) }
    state.withLock { $0.store.put(old.id, members, in: key) }
    return try success(members, request)
  }

  /// A resource has from then on what the request says of its properties.
  private func act(
    _ collection: ResourcePlan.Collection, _ key: String, _ old: ResourceStore.Resource, _ request: MockedRequest
  ) throws(RequestFault) -> HTTPResponse {
    let properties = values.shape.properties(of: collection.schema)
    var members = old.members
    for member in request.members where properties[member.key] != nil && member.key != collection.identifier {
      members = values.setting(member.key, [member.value], in: members, collection.schema) ?? members
    }
    state.withLock { $0.store.put(old.id, members, in: key) }
    return try success(members, request)
  }

  /// The response that shows a resource, as far as its schema does.
  private func success(
    _ members: JSONObject<JSONValue>, _ request: MockedRequest, isNew: Bool = false
  ) throws(RequestFault) -> HTTPResponse {
    var choice = try request.choice()
    let created = OutlinedResponse.Status.code(201)
    if isNew != (choice.status == 201), request.operation.method == "PUT", request.preference.code == nil {
      let other = request.operation.responses.first { response in
        if case .code(let code) = response.status {
          code / 100 == 2 && (response.status == created) == isNew
        } else {
          false
        }
      }
      if case .code(let code)? = other?.status {
        choice = request.operation.choice(of: code, request.headers) ?? choice
      }
    }
    return try maker.response(choice, to: request, body: body(of: members, choice.content))
  }

  private func body(of members: JSONObject<JSONValue>, _ content: OutlinedContent?) -> JSONValue? {
    guard let content, content.kind == .json else { return nil }
    guard let schema = content.schema else { return .object(members) }
    guard values.shape.isObject(schema) else { return nil }
    return values.fitted(members, to: schema, stableHash(String(schema))).map { .object($0) }
  }

  private func missing(_ id: String, _ request: MockedRequest) throws(RequestFault) -> HTTPResponse {
    let detail = "There is no resource with the id '\(id)'."
    let declared = request.operation.responses.map(\.status)
    let status = !declared.contains(.code(404)) && declared.contains(.code(410)) ? 410 : 404
    guard let choice = request.operation.choice(of: status, request.headers) else {
      throw RequestFault(status, detail)
    }
    return try maker.response(choice, to: request, detail: detail)
  }

  // MARK: lists

  private func list(
    _ collection: ResourcePlan.Collection, _ layout: ListLayout, _ request: MockedRequest
  ) throws(RequestFault) -> HTTPResponse {
    let key = key(collection, request.routed.pathValues)
    let all = state.withLock { $0.store.all(in: key) }
    let page = try ListPage(all, layout, request, values)
    let choice = try request.choice()
    // A list that its schema does not admit, such as an empty one, is made up.
    guard let body = page.body(layout, values, request.variation) else {
      return try maker.response(choice, to: request)
    }
    return try maker.response(choice, to: request, body: body)
  }
}

extension MockedRequest {
  /// The members of the request's object.
  var members: JSONObject<JSONValue> {
    if case .json(.object(let members))? = values.body?.value { members } else { [:] }
  }

  func choice() throws(RequestFault) -> ResponseChoice { try operation.choice(preference, headers) }
}

extension JSONValue {
  /// Changed by a merge patch (RFC 7396, section 2).
  func merging(_ patch: JSONValue) -> JSONValue {
    guard case .object(let changes) = patch else { return patch }
    var old = JSONObject<JSONValue>()
    if case .object(let members) = self { old = members }
    var new = JSONObject(old.filter { changes[$0.key] == nil }.map { ($0.key, $0.value) })
    for change in changes where change.value != .null {
      new[change.key] = (old[change.key] ?? .null).merging(change.value)
    }
    return .object(new)
  }
}

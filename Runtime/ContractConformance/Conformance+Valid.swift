import ContractOutline
import ContractValues
import ServiceCore

/// Valid requests: each must get a response that the contract declares.
extension Conformance {
  typealias Exchange = ConformanceFailure.Exchange

  /// Creates a thing in each collection, so that later requests have ids to give. A second round creates what needed
  /// things of a collection that comes later.
  mutating func prepare() async {
    for round in 0..<2 {
      for collection in world.collections {
        guard let creator = collection.creator, mayCall(creator) else { continue }
        if round == 1, world.newest(of: collection) != nil { continue }
        _ = await created(in: collection)
      }
    }
  }

  /// Creates a thing; nil where no request succeeds.
  ///
  /// - Parameter depth: how many things may be created for it that it belongs to.
  mutating func created(
    in collection: Collection, depth: Int = 2
  ) async -> (thing: World.Thing, values: RequestValues, exchange: Exchange)? {
    guard let creator = collection.creator, mayCall(creator), !isOver else { return nil }
    var isRenewed = false
    // The richest first: there is the most to look for later. What is taken is not created twice: new ones follow.
    let all = valid(creator, count: 12).map { (values: $0, size: $0.body?.size ?? 0) }
    var pending = all.sorted(by: { $0.size > $1.size }).map(\.values)[...]
    var isExtended = false
    while true {
      if pending.isEmpty, !isExtended { (pending, isExtended) = (unsent(creator), true) }
      guard let values = pending.popFirst() else { return nil }
      let filled = world.filled(renewed(values, creator), for: creator, outline.program)
      guard let (request, response) = await exchange(creator, filled) else { continue }
      if response.status >= 300 {
        refusals[ObjectIdentifier(creator)] = "\(response.status): \(response.summary)"
        // What it belongs to may be taken.
        if !isRenewed, [404, 409, 422].contains(response.status) { await renewParents(of: creator, depth: depth) }
        isRenewed = true
        continue
      }
      let exchange = Exchange(request: request, response: response)
      guard let thing = thing(of: exchange, filled, collection) else { continue }
      world.add(thing, to: collection)
      return (thing, filled, exchange)
    }
  }

  /// Creates new things of the collections that a request of an operation refers to.
  mutating func renewParents(of operation: OutlinedOperation, depth: Int = 2) async {
    guard depth > 0 else { return }
    var names = Set(operation.parameters.map { World.plain($0.name) })
    for content in operation.body?.content ?? [] {
      names.formUnion(content.schema.map { outline.propertyNames(of: $0).map(World.plain) } ?? [])
    }
    for parent in world.collections where parent.creator !== operation {
      if operation.isBelow(parent) || !parent.names.isDisjoint(with: names) {
        _ = await created(in: parent, depth: depth - 1)
      }
    }
  }

  /// What a response says was created: by its `Location`, by a link, or by its body.
  func thing(of exchange: Exchange, _ values: RequestValues, _ collection: Collection) -> World.Thing? {
    guard let response = exchange.response, let creator = collection.creator else { return nil }
    var parameters: [String: JSONValue] = [:]
    for (index, parameter) in creator.parameters.enumerated() where parameter.location == .path {
      parameters[parameter.name] = values.parameters[index]
    }
    guard let id = location(response, collection) ?? linked(exchange, collection) ?? identity(response.body, collection)
    else { return nil }
    parameters[collection.parameter] = id
    return World.Thing(parameters: parameters, id: id)
  }

  private func location(_ response: HTTPResponse, _ collection: Collection) -> JSONValue? {
    guard let location = response.headers["location"],
      let item = collection.reader ?? collection.deleter ?? collection.replacer
    else { return nil }
    let request = HTTPRequest(
      method: item.method, path: Self.path(of: location, from: HTTPRequest(method: "POST", path: collection.path)))
    guard let routed = RoutedRequest(request, for: item.descriptor), let value = routed.pathValues.last else {
      return nil
    }
    return .string(value)
  }

  private func linked(_ exchange: Exchange, _ collection: Collection) -> JSONValue? {
    guard let response = exchange.response, let creator = collection.creator, let reader = collection.reader else {
      return nil
    }
    let links = creator.response(response.status)?.links ?? []
    guard let link = links.first(where: { $0.operation.utf8.elementsEqual(reader.id.utf8) }),
      let value = link.parameters.first(where: { $0.name.hasSuffix(collection.parameter) })?.value.text
    else { return nil }
    let context = ExpressionContext(exchange.request, creator.descriptor, response: response)
    return LinkedExchange(context).value(value, JSONValue.self)
  }

  private func identity(_ body: [UInt8], _ collection: Collection) -> JSONValue? {
    var reader = JSONReader(body)
    guard case .object(let members)? = try? JSONValue.decode(&reader) else { return nil }
    let names = collection.names.union([World.plain(collection.parameter), "id"])
    let own =
      members.first { $0.key.utf8.elementsEqual(collection.parameter.utf8) }
      ?? members.first { names.contains(World.plain($0.key)) }
    switch own?.value {
    case .string(let text)?: return text.isEmpty ? nil : .string(text)
    case .number(let number)?: return .number(number)
    default: return nil
    }
  }

  // MARK: sending

  /// Valid requests of an operation, the smallest first.
  mutating func valid(_ operation: OutlinedOperation, count: Int) -> ArraySlice<RequestValues> {
    let key = ObjectIdentifier(operation)
    let all = samples[key] ?? sampler.valid(operation, count: max(12, options.requests))
    samples[key] = all
    return all.prefix(count)
  }

  /// Valid requests that were not sent yet, as far as there are any.
  mutating func unsent(_ operation: OutlinedOperation) -> ArraySlice<RequestValues> {
    let key = ObjectIdentifier(operation)
    let (used, wanted) = (max(fresh[key] ?? 0, options.requests, 12), 6)
    if samples[key]?.count ?? 0 < used + wanted, used < 400 {
      samples[key] = sampler.valid(operation, count: max(2 * used, used + wanted))
    }
    let all = (samples[key] ?? []).dropFirst(used).prefix(wanted)
    fresh[key] = used + all.count
    return all
  }

  /// Writes, authorises and sends a request; nil where it cannot be written, or no response came.
  mutating func exchange(
    _ operation: OutlinedOperation, _ values: RequestValues, _ change: (inout HTTPRequest) -> Void = { _ in }
  ) async -> (request: HTTPRequest, response: HTTPResponse)? {
    guard var request = try? operation.write(values) else { return nil }
    do {
      try request.authorize(operation.descriptor.policy.security, with: options.credentials)
    } catch {
      skip(operation, "\(error)")
      return nil
    }
    if request.headers["accept"] == nil, let accept = operation.acceptField { request.headers["accept"] = accept }
    change(&request)
    return await send(operation, request).map { (request, $0) }
  }

  /// The request with an idempotency key of its own, where the operation takes one.
  mutating func renewed(_ values: RequestValues, _ operation: OutlinedOperation) -> RequestValues {
    var values = values
    if operation.descriptor.policy.idempotencyKey != .none {
      keys += 1
      values.idempotencyKey = "conform-\(options.seed)-\(marker)-\(keys)"
    }
    return values
  }

  // MARK: checks

  mutating func checkValid(_ operation: OutlinedOperation) async {
    let collection = world.collections.first { $0.deleter === operation }
    let owner = world.collections.first { $0.creator === operation }
    for (turn, values) in valid(operation, count: options.requests).enumerated() {
      if isOver { return }
      // What reads gets other things in turn; what changes, the newest.
      let chosen = operation.method == "GET" ? world.thing(for: operation, turn: turn) : nil
      var filled = world.filled(renewed(values, operation), for: operation, outline.program, with: chosen)
      let tag = await currentTag(for: operation, filled)
      if let tag { filled = filled.matching(tag, operation) }
      guard let (request, response) = await exchange(operation, filled) else { continue }
      if tag != nil, response.status == 412 {
        fail(
          .conditional, operation, operation.at, "If-Match with the current ETag was answered with 412",
          [Exchange(request: request, response: response)])
      }
      await checkHead(operation, filled, Exchange(request: request, response: response))
      if response.status < 300 { await checkEffect(operation, filled, Exchange(request: request, response: response)) }
      let isRight = check(operation, filled, request, response)
      if let owner, response.status < 300 {
        let creation = Exchange(request: request, response: response)
        await checkLocation(creation, operation)
        if let thing = thing(of: creation, filled, owner) {
          world.add(thing, to: owner)
          var exchanges = [creation]
          _ = await checkRead(thing, owner, written: filled, &exchanges)
        }
      }
      if isRight, let collection, response.status < 300, let thing = world.newest(of: collection) {
        world.remove(thing, from: collection)
        _ = await created(in: collection)
      }
    }
    if valid(operation, count: 1).isEmpty { skip(operation, "no valid request could be made") }
  }

  /// What a HEAD is answered with is what a GET is answered with, without the body (RFC 9110, section 9.3.2).
  private mutating func checkHead(_ operation: OutlinedOperation, _ values: RequestValues, _ head: Exchange) async {
    guard operation.method == "HEAD", let status = head.response?.status, status >= 400,
      let reader = outline.routes.first(where: { $0.method == "GET" && World.key($0.path) == World.key(operation.path) }
      ),
      mayCall(reader), let sample = valid(reader, count: 1).first,
      let (request, response) = await exchange(reader, sample.withPath(of: operation, values, for: reader)),
      response.status < 300
    else { return }
    fail(
      .validRefused, operation, operation.at, "HEAD is answered with \(status), and GET with \(response.status)",
      [head, Exchange(request: request, response: response)])
  }

  /// What a change is answered with is what is read then, and what was sent is in it.
  private mutating func checkEffect(
    _ operation: OutlinedOperation, _ values: RequestValues, _ change: Exchange
  ) async {
    guard operation.method != "GET", let response = change.response,
      let answered = ResponseCheck(outline, operation, response).value
    else { return }
    let isStoring =
      operation.method == "PUT" || response.status == 201 || world.collections.contains { $0.creator === operation }
    if isStoring, case .json(let sent)? = values.body?.value,
      let content = operation.body?.content[checked: values.body?.content ?? 0]
    {
      for difference in sent.differences(from: answered) where isStored(difference.name, writer: content, operation) {
        fail(
          .notStored, operation, content.at,
          "'\(difference.name)' was sent as \(difference.sent.short), and is answered as \(difference.read.short)",
          [change])
      }
    }
    guard let collection = world.collections.first(where: { operation.isBelow($0) }), let reader = collection.reader,
      mayCall(reader), outline.answersThing(operation, of: reader, response.status),
      let sample = valid(reader, count: 1).first,
      let (request, again) = await exchange(reader, sample.withPath(of: operation, values, for: reader)),
      again.status < 300, let read = ResponseCheck(outline, reader, again).value
    else { return }
    for difference in answered.differences(from: read) {
      fail(
        .notStored, operation, operation.at,
        "'\(difference.name)' is answered as \(difference.sent.short), and is read as \(difference.read.short)",
        [change, Exchange(request: request, response: again)])
    }
  }

  /// Sends a request about what is not there.
  mutating func checkUnknown(_ operation: OutlinedOperation) async {
    let inPath = operation.parameters.indices.filter { operation.parameters[$0].location == .path }
    let hasThings = world.collections.contains { collection in
      operation.isBelow(collection) && (collection.creator != nil || world.newest(of: collection) != nil)
    }
    guard !inPath.isEmpty, hasThings else { return }
    for sample in valid(operation, count: 12).dropFirst(2).prefix(6) {
      var values = world.filled(renewed(sample, operation), for: operation, outline.program)
      for index in inPath { values.parameters[index] = sample.parameters[index] }
      // What a contract shows may well be there.
      let shown = inPath.contains { index in
        let parameter = operation.parameters[index]
        let examples = parameter.examples.map(\.value) + (outline.schemas[checked: parameter.schema]?.values ?? [])
        return values.parameters[index].map(examples.contains) ?? false
      }
      if shown { continue }
      if operation.matchIndex != nil { values = values.matching("\"conform\"", operation) }
      guard let (request, response) = await exchange(operation, values) else { continue }
      let exchanges = [Exchange(request: request, response: response)]
      if response.status >= 500 {
        fail(.serverError, operation, operation.at, "what is not there was answered with \(response.status)", exchanges)
      } else if response.status < 300, operation.method == "GET" || operation.method == "DELETE",
        operation.responses.contains(where: { $0.status == .code(404) }), operation.itemParameter != nil
      {
        fail(
          .notDeleted, operation, operation.at, "what is not there was answered with \(response.status), not 404",
          exchanges)
      }
      for breach in ResponseCheck(outline, operation, response, method: request.method).breaches {
        fail(breach.check, operation, breach.at, breach.message, exchanges)
      }
    }
  }

  /// Checks the response to a valid request; false where it breaks the contract.
  @discardableResult mutating func check(
    _ operation: OutlinedOperation, _ values: RequestValues, _ request: HTTPRequest, _ response: HTTPResponse
  ) -> Bool {
    let exchanges = [Exchange(request: request, response: response)]
    if let (check, message) = refusal(operation, values, response) {
      fail(check, operation, operation.at, message, exchanges)
      return false
    }
    let found = ResponseCheck(outline, operation, response, method: request.method).breaches
    for breach in found { fail(breach.check, operation, breach.at, breach.message, exchanges) }
    return found.isEmpty
  }

  /// Why the status of a response to a valid request is wrong; nil where it may be right.
  private func refusal(
    _ operation: OutlinedOperation, _ values: RequestValues, _ response: HTTPResponse
  ) -> (ConformanceCheck, String)? {
    let status = response.status
    let isListed = operation.responses.contains { $0.status == .code(status) }
    switch status {
    case 500...: return isListed && status != 500 ? nil : (.serverError, "a valid request was answered with \(status)")
    case 400, 415,
      422 where operation.isInputRefusal(status), 405, 406:
      return (.validRefused, "a valid request was answered with \(status): \(response.summary)")
    case 401 where !operation.descriptor.policy.security.isEmpty:
      return (.credentialsRefused, "the credentials were refused with 401: \(response.summary)")
    case 404 where values.parameters.isEmpty && operation.body == nil && !isListed:
      return (.validRefused, "there is nothing at \(operation.path): 404")
    default: return nil
    }
  }
}

extension OutlinedOperation {
  /// The media types of its success responses.
  var acceptField: String? {
    let types = descriptor.responses.mediaTypes
    return types.isEmpty ? nil : (types + ["*/*;q=0.1"]).joined(separator: ", ")
  }

  /// Whether 422 says that a request breaks the contract, not a rule of the service: it does not where the contract
  /// describes it.
  func isInputRefusal(_ status: Int) -> Bool {
    status != 422 || !responses.contains { $0.status == .code(422) }
  }
}

extension HTTPResponse {
  /// The beginning of the body, on one line.
  var summary: String {
    if let coding = headers["content-encoding"] { return "\(body.count) bytes encoded with \(coding.prefix(20))" }
    let text = String(decoding: body.prefix(300), as: UTF8.self)
    let scalars = text.unicodeScalars.map { $0.value < 0x20 || (0x7F..<0xA0).contains($0.value) ? " " : $0 }
    return String(String.UnicodeScalarView(scalars))
  }

  /// The response with as much of its body as reports show.
  var cut: HTTPResponse {
    var response = self
    response.body = Array(body.prefix(400))
    return response
  }
}

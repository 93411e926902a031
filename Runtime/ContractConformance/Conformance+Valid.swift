import ContractOutline
import ContractValues
import ServiceCore

/// Valid requests: each must get a response that the contract declares.
extension Conformance {
  typealias Exchange = ConformanceFailure.Exchange

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
      let known = report.failures.count
      let isRight = check(operation, filled, request, response)
      if report.failures.count > known { await shrink(operation, filled, known) }
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
      let reader = outline.operation("GET", at: operation),
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
    if isStoring { compare(values, by: operation, to: answered, of: operation, [change]) }
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
      fail(ResponseCheck(outline, operation, response, method: request.method).breaches, operation, exchanges)
    }
  }

  /// Checks the response to a valid request; false where it breaks the contract.
  @discardableResult mutating func check(
    _ operation: OutlinedOperation, _ values: RequestValues, _ request: HTTPRequest, _ response: HTTPResponse
  ) -> Bool {
    let found = findings(operation, values, request, response)
    fail(found, operation, [Exchange(request: request, response: response)])
    return found.isEmpty
  }

  /// What is wrong with the response to a valid request.
  func findings(
    _ operation: OutlinedOperation, _ values: RequestValues, _ request: HTTPRequest, _ response: HTTPResponse
  ) -> [Breach] {
    if let (check, message) = refusal(operation, values, response) {
      return [Breach(check: check, at: operation.at, message: message)]
    }
    return ResponseCheck(outline, operation, response, method: request.method).breaches
  }

  /// Why the status of a response to a valid request is wrong; nil where it may be right.
  private func refusal(
    _ operation: OutlinedOperation, _ values: RequestValues, _ response: HTTPResponse
  ) -> (ConformanceCheck, String)? {
    let status = response.status
    let isListed = operation.responses.contains { $0.status == .code(status) }
    switch status {
    case 500...: return isListed && status != 500 ? nil : (.serverError, "a valid request was answered with \(status)")
    case 400 where operation.hasAnswersOfItsOwn(response): return nil
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
  /// Whether a 400 is of a media type that its contract has beside problem details: where a specification such as OAuth's
  /// says 400 for what no schema can tell.
  func hasAnswersOfItsOwn(_ response: HTTPResponse) -> Bool {
    let types = responses.first { $0.status == .code(400) }?.content.map(\.mediaType) ?? []
    let type = response.headers["content-type"]?.split(separator: ";").first.map(String.init)
    return types.contains("application/problem+json") && type != "application/problem+json"
      && types.contains { $0 == type }
  }

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

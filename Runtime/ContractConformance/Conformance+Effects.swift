import ContractOutline
import ContractValues
import ServiceCore

/// Requests with an idempotency key take effect once.
extension Conformance {
  mutating func checkIdempotency(of operation: OutlinedOperation) async {
    guard operation.descriptor.policy.idempotencyKey != .none else { return }
    let lister = world.collections.first { $0.creator === operation }?.lister
    for sample in valid(operation, count: 8).reversed() + unsent(operation) {
      await renewParents(of: operation)
      let values = world.filled(renewed(sample, operation), for: operation, outline.program)
      let before = await lister.asyncFlatMap { await self.items(of: $0, limit: nil) }
      guard let first = await exchange(operation, values), first.response.status < 300 else { continue }
      await checkRepeat(operation, values, first)
      await checkOtherBody(operation, values, first)
      if let lister, let before, before.isWhole, let after = await items(of: lister, limit: nil), after.isWhole,
        after.items.count > before.items.count + 1
      {
        fail(
          .idempotency, operation, operation.at,
          "a request and its repeat made \(after.items.count - before.items.count) things", after.exchanges)
      }
      await renewParents(of: operation)
      await checkTwins(operation, world.filled(renewed(sample, operation), for: operation, outline.program))
      return
    }
    skip(operation, "no request with an idempotency key succeeded")
  }

  private mutating func checkRepeat(
    _ operation: OutlinedOperation, _ values: RequestValues, _ first: (request: HTTPRequest, response: HTTPResponse)
  ) async {
    guard let again = await exchange(operation, values) else { return }
    if again.response.status != first.response.status || !again.response.hasBody(of: first.response) {
      fail(
        .idempotency, operation, operation.at,
        "a repeated request with the same key got another response: \(again.response.status)",
        [
          Exchange(request: first.request, response: first.response),
          Exchange(request: again.request, response: again.response),
        ])
    }
  }

  private mutating func checkOtherBody(
    _ operation: OutlinedOperation, _ values: RequestValues, _ first: (request: HTTPRequest, response: HTTPResponse)
  ) async {
    let others = valid(operation, count: 12)
    let (world, program) = (world, outline.program)
    let other = others.lazy.map { world.filled($0, for: operation, program) }
      .first { $0.body != values.body && $0.body != nil }
    guard var other else { return }
    (other.idempotencyKey, other.parameters) = (values.idempotencyKey, values.parameters)
    guard let (request, response) = await exchange(operation, other) else { return }
    if response.status < 400 || response.status >= 500 {
      fail(
        .idempotency, operation, operation.at,
        "the same key with another body was answered with \(response.status), not 422",
        [Exchange(request: first.request, response: first.response), Exchange(request: request, response: response)])
    }
  }

  /// Two requests with one key at the same time.
  private mutating func checkTwins(_ operation: OutlinedOperation, _ values: RequestValues) async {
    guard var request = try? operation.write(values),
      (try? request.authorize(operation.descriptor.policy.security, with: options.credentials)) != nil
    else { return }
    let (transport, descriptor, sent) = (transport, operation.descriptor, request)
    report.requests += 2
    async let one = try? transport.send(sent, descriptor)
    async let other = try? transport.send(sent, descriptor)
    let responses = [await one, await other].compactMap(\.self)
    let succeeded = responses.filter { $0.status < 300 }
    let exchanges = responses.map { Exchange(request: sent, response: $0) }
    if succeeded.count == 2, !succeeded[0].hasBody(of: succeeded[1]) {
      fail(.idempotency, operation, operation.at, "two requests at once with one key both took effect", exchanges)
    } else if responses.count == 2, !responses.allSatisfy({ $0.status < 300 || (400..<500).contains($0.status) }) {
      fail(
        .idempotency, operation, operation.at,
        "two requests at once with one key were answered with \(responses.map { String($0.status) }.joined(separator: " and "))",
        exchanges)
    }
  }
}

/// Conditional requests (RFC 9110, section 13) and ranges (section 14).
extension Conformance {
  mutating func checkConditions(of operation: OutlinedOperation) async {
    if operation.method == "GET", operation.responses.contains(where: { $0.status == .code(304) }) {
      await checkNotModified(operation)
    }
    if operation.method != "GET", operation.responses.contains(where: { $0.status == .code(412) }) {
      await checkPrecondition(operation)
    }
  }

  private mutating func checkNotModified(_ operation: OutlinedOperation) async {
    guard let sample = valid(operation, count: 1).first else { return }
    let values = world.filled(sample, for: operation, outline.program)
    guard let (request, response) = await exchange(operation, values), response.status == 200 else { return }
    let first = Exchange(request: request, response: response)
    guard let tag = response.headers["etag"] else {
      return fail(.conditional, operation, operation.at, "304 is declared, and the response has no ETag", [first])
    }
    guard let (again, unchanged) = await exchange(operation, values, { $0.headers["if-none-match"] = tag }) else {
      return
    }
    let second = Exchange(request: again, response: unchanged)
    if unchanged.status != 304 {
      fail(
        .conditional, operation, operation.at,
        "If-None-Match with the current ETag was answered with \(unchanged.status), not 304", [first, second])
    } else if !unchanged.body.isEmpty {
      fail(.conditional, operation, operation.at, "304 has a body", [first, second])
    }
    guard let (other, changed) = await exchange(operation, values, { $0.headers["if-none-match"] = "\"conform\"" })
    else { return }
    if changed.status != 200 {
      fail(
        .conditional, operation, operation.at,
        "If-None-Match with another ETag was answered with \(changed.status), not 200",
        [first, Exchange(request: other, response: changed)])
    }
  }

  private mutating func checkPrecondition(_ operation: OutlinedOperation) async {
    guard let sample = valid(operation, count: 3).last,
      world.collections.contains(where: { operation.isBelow($0) && world.newest(of: $0) != nil })
    else { return }
    let values = world.filled(renewed(sample, operation), for: operation, outline.program)
    guard let (request, response) = await exchange(operation, values, { $0.headers["if-match"] = "\"conform\"" }) else {
      return
    }
    if response.status != 412, response.status != 404, !response.isRefusedCaller {
      fail(
        .conditional, operation, operation.at,
        "If-Match with another ETag was answered with \(response.status), not 412",
        [Exchange(request: request, response: response)])
    }
  }

  /// The current ETag of what an operation changes, where the operation takes an `If-Match`.
  mutating func currentTag(for operation: OutlinedOperation, _ values: RequestValues) async -> String? {
    guard operation.matchIndex != nil, operation.method != "GET",
      let reader = outline.operation("GET", at: operation),
      let sample = valid(reader, count: 1).first
    else { return nil }
    return await exchange(reader, sample.withPath(of: operation, values, for: reader))?.response.headers["etag"]
  }

  /// Puts the largest of a few bodies where an operation reads one.
  private mutating func putSomething(at reader: OutlinedOperation) async {
    guard
      let writer = outline.operation("PUT", at: reader),
      mayCall(writer)
    else { return }
    let requests = valid(writer, count: 12).map { world.filled(renewed($0, writer), for: writer, outline.program) }
    let size = { (values: RequestValues) in if case .bytes(let bytes)? = values.body?.value { bytes.count } else { 0 } }
    for values in requests.sorted(by: { size($0) > size($1) }).prefix(3) {
      if let (_, response) = await exchange(writer, values), response.status < 300 { return }
    }
  }

  mutating func checkRanges(of operation: OutlinedOperation) async {
    guard operation.method == "GET", operation.responses.contains(where: { $0.status == .code(206) }),
      let sample = valid(operation, count: 1).first
    else { return }
    var values = world.filled(sample, for: operation, outline.program)
    if let index = operation.parameters.firstIndex(where: { $0.location == .header && $0.name.lowercased() == "range" })
    {
      values.parameters[index] = nil
    }
    await putSomething(at: operation)
    guard let (request, response) = await exchange(operation, values), response.status == 200, response.body.count > 4
    else {
      return skip(operation, "there was nothing to ask a range of")
    }
    let (whole, count) = (Exchange(request: request, response: response), response.body.count)
    let ranges = [
      ("bytes=0-1", 0...1), ("bytes=1-2", 1...2), ("bytes=-2", count - 2...count - 1), ("bytes=2-", 2...count - 1),
    ]
    for (field, range) in ranges {
      guard let (request, part) = await exchange(operation, values, { $0.headers["range"] = field }) else { return }
      let wanted = "bytes \(range.lowerBound)-\(range.upperBound)/\(count)"
      let exchanges = [whole, Exchange(request: request, response: part)]
      if part.status != 206 {
        fail(.range, operation, operation.at, "\(field) was answered with \(part.status), not 206", exchanges)
      } else if part.headers["content-range"] != wanted {
        fail(
          .range, operation, operation.at,
          "\(field): Content-Range is \(part.headers["content-range"] ?? "missing"), not \(wanted)", exchanges)
      } else if part.body != Array(response.body[range]) {
        fail(.range, operation, operation.at, "\(field): the bytes are not those of the whole", exchanges)
      }
    }
    guard let (beyond, refused) = await exchange(operation, values, { $0.headers["range"] = "bytes=\(count + 10)-" })
    else { return }
    if refused.status != 416 {
      fail(
        .range, operation, operation.at, "a range beyond the end was answered with \(refused.status), not 416",
        [whole, Exchange(request: beyond, response: refused)])
    }
  }
}

extension OutlinedOperation {
  /// The index of the parameter `If-Match`.
  var matchIndex: Int? { parameters.firstIndex { $0.location == .header && $0.name.lowercased() == "if-match" } }
}

extension RequestValues {
  /// The request with the path parameters of another one.
  func withPath(of other: OutlinedOperation, _ values: RequestValues, for own: OutlinedOperation) -> RequestValues {
    var result = self
    for (index, parameter) in own.parameters.enumerated() where parameter.location == .path {
      let same = other.parameters.firstIndex { $0.location == .path && $0.name == parameter.name }
      if let value = same.flatMap({ values.parameters[$0] }) { result.parameters[index] = value }
    }
    return result
  }

  /// The request with an `If-Match` where the operation takes one.
  func matching(_ etag: String, _ operation: OutlinedOperation) -> RequestValues {
    var values = self
    if let index = operation.matchIndex { values.parameters[index] = .string(etag) }
    return values
  }
}

extension BodyValues {
  /// How much there is in it.
  var size: Int { if case .json(let value) = self.value { value.json.count } else { 0 } }
}

extension HTTPResponse {
  /// Whether two bodies are the same, as JSON where they are JSON.
  func hasBody(of other: HTTPResponse) -> Bool {
    if body == other.body { return true }
    guard let own = json, let others = other.json else { return false }
    return own == others
  }
}

extension Optional {
  fileprivate func asyncFlatMap<Value>(_ body: (Wrapped) async -> Value?) async -> Value? {
    if let self { await body(self) } else { nil }
  }
}

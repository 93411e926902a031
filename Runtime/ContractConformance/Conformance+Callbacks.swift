import ContractOutline
import ContractValues
import ServiceCore

/// What the server sends by itself.
extension Conformance {
  mutating func checkCallbacks() async {
    let senders = callable.filter { !$0.callbacks.isEmpty }
    guard !senders.isEmpty else { return }
    guard let receiver else {
      return senders.forEach { skip($0, "nothing receives its callbacks") }
    }
    for operation in senders { await checkCallbacks(of: operation, receiver) }
  }

  private mutating func checkCallbacks(of operation: OutlinedOperation, _ receiver: any CallbackReceiver) async {
    for (name, callback) in operation.callbacks {
      guard let pointer = callback.path.bodyPointer else {
        skip(operation, "the address of the callback '\(name)' is not a property of the request's body")
        continue
      }
      for sample in valid(operation, count: 4) {
        var values = world.filled(renewed(sample, operation), for: operation, outline.program)
        guard case .json(let body)? = values.body?.value,
          let addressed = body.replacing(pointer[...], by: .string(receiver.origin + "/callback"))
        else { continue }
        values.body?.value = .json(addressed)
        guard let (request, response) = await exchange(operation, values), response.status < 300 else { continue }
        for collection in world.collections { _ = await created(in: collection) }
        let first = await receiver.received(within: .seconds(3))
        // What follows the first comes at once.
        let others = first.isEmpty ? [] : await receiver.received(within: .milliseconds(300))
        await check(first + others, callback, name, operation, Exchange(request: request, response: response))
        break
      }
    }
  }

  private mutating func check(
    _ requests: [HTTPRequest], _ callback: OutlinedOperation, _ name: String, _ operation: OutlinedOperation,
    _ cause: Exchange
  ) async {
    if requests.isEmpty {
      fail(.callback, operation, callback.at, "the callback '\(name)' did not arrive", [cause])
    }
    for request in requests {
      let exchanges = [cause, Exchange(request: request, response: nil)]
      if request.method != callback.method {
        fail(
          .callback, operation, callback.at, "the callback '\(name)' is a \(request.method), not a \(callback.method)",
          exchanges)
      }
      if let message = await signatureFault(request, callback) {
        fail(.callback, operation, callback.at, "the callback '\(name)' \(message)", exchanges)
      }
      guard let body = callback.body else { continue }
      let type = request.headers["content-type"] ?? ""
      guard let index = MediaRange.index(of: type, in: body.content.map(\.mediaType)) else {
        if body.isRequired || !request.body.isEmpty {
          fail(
            .callback, operation, callback.at, "the callback '\(name)' has the type '\(type)', which is not declared",
            exchanges)
        }
        continue
      }
      let content = body.content[index]
      for violation in content.read(request.body, mediaType: type, outline.program).violations {
        fail(
          .callback, operation, outline.position(of: violation.name, in: content) ?? content.at,
          "the callback '\(name)': \(violation.name) \(violation.message)", exchanges)
      }
    }
  }
}

extension Conformance {
  /// What is wrong with the signature of a callback; nil where nothing is, or it needs none.
  fileprivate func signatureFault(_ request: HTTPRequest, _ callback: OutlinedOperation) async -> String? {
    guard let signature = callback.descriptor.policy.signature else { return nil }
    let missing = WebhookSignature.fields.sorted().filter { request.headers[$0] == nil }
    guard missing.isEmpty else { return "is not signed: it has no \(missing.joined(separator: ", no "))" }
    do {
      _ = try await options.verifier?.verify(request, within: signature.window)
      return nil
    } catch let fault as RequestFault {
      return "has a wrong signature: \(fault.problem.detail)"
    } catch {
      return "has a signature that could not be verified: \(error)"
    }
  }
}

extension String {
  /// The segments of the pointer in `{$request.body#/url}`, where the address begins with one.
  fileprivate var bodyPointer: [String]? {
    guard hasPrefix("{$request.body#/"), let end = firstIndex(of: "}") else { return nil }
    return self[..<end].dropFirst("{$request.body#/".count).split(separator: "/").map(String.init)
  }
}

extension JSONValue {
  /// The value with another one at a path of members.
  func replacing(_ path: ArraySlice<String>, by value: JSONValue) -> JSONValue? {
    guard let first = path.first else { return value }
    guard case .object(var members) = self else { return nil }
    guard let inner = (members[first] ?? (path.count == 1 ? .null : [:])).replacing(path.dropFirst(), by: value) else {
      return nil
    }
    members[first] = inner
    return .object(members)
  }
}

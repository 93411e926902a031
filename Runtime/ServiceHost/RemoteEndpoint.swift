import ServiceCore
import ServiceHTTP
import Synchronization

/// Passes the requests of an operation on to its service.
struct RemoteEndpoint: ServiceEndpoint {
  private let operation: OperationDescriptor
  private let client: Upstream
  /// The header fields that are passed on.
  private let names: FieldNames
  private let upgradeNames: FieldNames
  /// What requests and responses are validated against; nil for what is passed on as it is.
  private let requestType: (any ContractOperation.Type)?
  private let responseType: (any ContractOperation.Type)?
  /// Whether a response is read before it is passed on, unless it is long.
  private let readsResponse: Bool
  /// Proves to the service who calls; nil where services verify that themselves.
  private let seal: (any CallerSeal)?
  /// Nil for an operation whose connections stay HTTP.
  private let handshake: WebSocketHandshake?

  init(
    _ operation: OperationDescriptor, _ type: (any ContractOperation.Type)?, _ settings: Settings, _ client: Upstream
  ) {
    (self.operation, self.client, seal) = (operation, client, settings.callerKeys)
    let checks = settings.checks
    handshake = operation.upgrades ? WebSocketHandshake(origins: settings.pageOrigins) : nil
    requestType = checks.contains(.requests) ? type : nil
    responseType = checks.contains(.responses) ? type : nil
    readsResponse = !operation.responses.isStreamed && (responseType != nil || operation.policy.cache != nil)
    let passed = Set(["content-type", "accept", "idempotency-key"] + operation.fields + operation.credentialFields)
    names = FieldNames(passed)
    upgradeNames = FieldNames(passed.union(WebSocketHandshake.fields))
  }

  func respond(to routed: RoutedRequest, operation index: Int, call: Call) async -> HTTPResponse {
    var request = routed.request
    let upgrades = handshake != nil && WebSocketHandshake.isRequested(by: request)
    if upgrades, let refusal = handshake?.refusal(of: request) {
      return refusal.response(instance: request.path, requestID: call.requestID)
    }
    do {
      if let requestType { try await Serving.check(requestType, routed) }
    } catch {
      return Serving.refusal(error, operation, call).response(instance: request.path, requestID: call.requestID)
    }
    var headers = request.headers
    headers.keep(only: upgrades ? upgradeNames : names)
    call.proof?.identities.first?.describe(in: &headers)
    headers["x-forwarded-for"] = request.clientAddress?.description
    request.headers = headers
    do {
      if let seal, let caller = caller(call) {
        let text = try seal.seal(caller, for: operation, at: call.logger.clock.now())
        if text.utf8.count <= SealedCaller.longest { request.headers[SealedCaller.header] = text }
      }
      var response =
        upgrades ? try await client.upgrade(request, operation) : try await client.forward(request, operation)
      if response.upgrade != nil { return response }
      if request.headers[SealedCaller.header] != nil, response.status == 401,
        response.headers["www-authenticate"]?.hasPrefix(SealedCaller.challenge) == true
      {
        // No fault of the caller, whose token is right.
        throw ConfigurationError(
          "the service does not believe what this gateway says of callers: compare CHARTER_CALLER_KEYS and the clocks")
      }
      if readsResponse, let stream = response.stream {
        try await response.read(stream, upTo: ResponseCache.largestBody)
      }
      if let responseType { try await Serving.check(responseType, response, isHead: request.method == "HEAD") }
      return response
    } catch {
      call.logger.log(
        .warning, "\(error)",
        ["service": operation.service, "operation": operation.id, "request_id": call.requestID])
      let problem =
        (error as? any ProblemConvertible)?.problem
        ?? ProblemDetails(502, "The service gave no usable response. The log says why, under this request id.")
      return problem.response(instance: request.path, requestID: call.requestID)
    }
  }

  /// Nil for one of whom nothing is known.
  private func caller(_ call: Call) -> SealedCaller? {
    call.proof?.proven(by: operation.policy.security).map { proven in
      SealedCaller(from: SealedCaller.gateway, identities: proven.map { ($0.scheme.name, $1) })
    }
  }
}

/// Requests of a service of this process to one of another, which it proves itself to.
struct SealedTransport: Transport {
  let upstream: Upstream
  let seal: any CallerSeal
  let caller: SealedCaller
  let clock: Clock

  func send(_ request: HTTPRequest, _ operation: OperationDescriptor) async throws -> HTTPResponse {
    var request = request
    request.headers[SealedCaller.header] = try seal.seal(caller, for: operation, at: clock.now())
    return try await upstream.send(request, operation)
  }
}

extension VerifiedIdentity {
  /// Tells a service who calls, by headers that the gateway takes from nobody: for services that do not read tokens.
  fileprivate func describe(in headers: inout HTTPFields) {
    var roles: String?
    if case .array(let list)? = claims.member("roles") {
      roles = list.compactMap(\.text).filter { !$0.utf8.contains(UInt8(ascii: ",")) }.joined(separator: ",")
    }
    // An address that anybody may have registered is nobody's.
    let email = claims.member("email_verified") == JSONValue.boolean(true) ? claims.member("email")?.text : nil
    for (name, value) in [("x-user-id", subject), ("x-user-email", email), ("x-user-role", roles)] {
      // An issuer may write anything into a claim.
      headers[name] = value.flatMap { FieldSyntax.isValue($0) ? $0 : nil }
    }
  }
}

extension HTTPResponse {
  /// Reads its body, unless that is longer: then it is a stream as before.
  fileprivate mutating func read(_ stream: ByteStream, upTo limit: Int) async throws {
    if let length = stream.length, length > limit { return }
    var bytes: [UInt8] = []
    let iterator = stream.makeAsyncIterator()
    while let piece = try await iterator.next() {
      bytes += piece
      guard bytes.count > limit else { continue }
      let first = FirstPiece(bytes)
      self.stream = ByteStream(length: stream.length) {
        if let piece = first.take() { return piece }
        return try await iterator.next()
      }
      return
    }
    (body, self.stream) = (bytes, nil)
  }
}

/// What was read of a body before it is passed on.
private final class FirstPiece: Sendable {
  private let piece: Mutex<[UInt8]?>

  init(_ piece: [UInt8]) { self.piece = Mutex(piece) }

  func take() -> [UInt8]? { piece.withLock { $0.take() } }
}

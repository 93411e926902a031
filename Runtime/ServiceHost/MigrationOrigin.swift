import ServiceCore
import ServiceHTTP
import ServiceLoop

/// The old system behind a migrated path: requests and responses pass as they are, with bodies of any size.
struct MigrationOrigin: ServiceEndpoint {
  let operation: OperationDescriptor
  private let client: Upstream
  /// How callers outside reach the gateway: `http` or `https`.
  private let scheme: String

  /// How long the old system may take, in milliseconds; for a body, the longest pause between two pieces.
  static let timeout = OperationPolicy.standardTimeout
  /// Connections of a loop: one for each request that waits for the old system.
  private static let connections = 256

  /// - Throws: ``ConfigurationError`` for a malformed origin.
  init(
    _ entry: MigrationEntry, scheme: String, loops: [Loop], tls: ClientTLS?, sleep: @escaping Host.Sleep
  ) throws {
    let segments = entry.path.utf8.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    operation = OperationDescriptor(
      service: "migration", id: entry.path, method: "ANY", path: segments.map { .literal(String(Substring($0))) },
      body: .passedOn, responses: .init([], hasDefault: true), policy: OperationPolicy(timeout: Self.timeout))
    var limits = HTTPClient.Limits()
    (limits.connections, limits.answer) = (Self.connections, Self.timeout)
    client = try Upstream("migration", at: [entry.origin], loops: loops, limits: limits, tls: tls, sleep: sleep)
    self.scheme = scheme
  }

  func respond(to routed: RoutedRequest, operation index: Int, call: Call) async -> HTTPResponse {
    await response(to: routed.request, call).response
  }

  /// The response for the caller, and whether the old system gave it.
  func response(to request: HTTPRequest, _ call: Call) async -> (response: HTTPResponse, isGiven: Bool) {
    do {
      return (try await ask(request), true)
    } catch {
      // A caller who has gone is no failure.
      if !Task.isCancelled {
        call.logger.log(
          .warning, "the old system gave no response: \(error)",
          ["path": operation.id, "request_id": call.requestID])
      }
      return (Self.problem(of: error).response(instance: request.path, requestID: call.requestID), false)
    }
  }

  private static func problem(of error: any Error) -> ProblemDetails {
    switch error {
    case ClientError.timedOut: ProblemDetails(504, "The system behind this path did not respond in time.")
    // The caller's body broke off.
    case let fault as RequestFault: fault.problem
    default:
      ProblemDetails(
        502, "The system behind this path gave no usable response. The log says why, under this request id.")
    }
  }

  /// Passes a request on.
  ///
  /// - Throws: ``ClientError``; ``RequestFault`` for a body that breaks off.
  func ask(_ request: HTTPRequest) async throws -> HTTPResponse {
    let passed = passed(request)
    // The time that is left is for Charter's own services: an old system knows nothing of it.
    var response = try await Deadline.$current.withValue(nil) { try await client.forward(passed, operation) }
    let length = response.headers["content-length"].flatMap { Int($0) }
    response.headers = Self.endToEnd(response.headers)
    // The length of the body that GET would have.
    if request.method == "HEAD" { response.stream = ByteStream(length: length) { nil } }
    return response
  }

  // MARK: header fields

  private func passed(_ request: HTTPRequest) -> HTTPRequest {
    var passed = request
    passed.headers = Self.endToEnd(request.headers)
    passed.headers["x-forwarded-for"] = request.forwardedOn
    passed.headers["x-forwarded-host"] = request.headers["host"]
    passed.headers["x-forwarded-proto"] = scheme
    // Where a request came from, and which path it is for, is said once: these would be what any caller wrote.
    for (name, _) in passed.headers.list where Self.isForged(name) { passed.headers[name] = nil }
    if passed.headers["x-real-ip"] != nil { passed.headers["x-real-ip"] = request.clientAddress?.description }
    if let stream = request.stream, let length = request.headers["content-length"].flatMap({ Int($0) }) {
      passed.stream = ByteStream(length: length) { try await stream.makeAsyncIterator().next() }
    }
    return passed
  }

  /// Whether a field would be taken for one that only a gateway writes. Many servers read `_` as `-`.
  private static func isForged(_ name: String) -> Bool {
    let written: Set = ["x-forwarded-for", "x-forwarded-host", "x-forwarded-proto"]
    return name.utf8.contains(UInt8(ascii: "_")) || ["forwarded", "x-original-url", "x-rewrite-url"].contains(name)
      || name.hasPrefix("x-forwarded-") && !written.contains(name)
  }

  /// What concerns one connection alone (RFC 9110, section 7.6.1). The server itself has responded to `expect`.
  private static let hops: Set<String> = [
    "connection", "expect", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te",
    "trailer",
    "transfer-encoding", "upgrade",
  ]

  private static func endToEnd(_ fields: HTTPFields) -> HTTPFields {
    let named = fields.connectionOptions
    var result = HTTPFields()
    for (name, value) in fields.list where !hops.contains(name) && !named.contains(name) { result.append(name, value) }
    return result
  }
}

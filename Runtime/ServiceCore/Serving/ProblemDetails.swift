/// A failure on the wire: problem details (RFC 9457).
public struct ProblemDetails: Sendable, CustomStringConvertible {
  public let status: Int
  /// What happened this time and what would be right. The caller sees it: no secrets, no stack traces.
  public let detail: String
  /// A URI that identifies the kind of problem.
  public let type = "about:blank"
  public let violations: [Violation]
  public let headers: HTTPFields

  /// The maximum number of characters in a detail or a message: they may quote input, or list a whole contract.
  static let textLimit = 2_000

  package init(_ status: Int, _ detail: String, violations: [Violation] = [], headers: HTTPFields = HTTPFields()) {
    self.status = status
    self.detail = detail
    self.violations = Array(violations.prefix(Violations.limit))
    self.headers = headers
  }

  /// 400: the request breaks its contract.
  package static func badRequest(_ violations: [Violation]) -> ProblemDetails {
    let count = violations.count
    return ProblemDetails(
      400, "The request breaks the contract in \(count) \(count == 1 ? "place" : "places").", violations: violations)
  }

  /// 503: the request can be retried after `seconds`.
  package static func unavailable(_ detail: String, retryAfter seconds: Int = 1) -> ProblemDetails {
    ProblemDetails(503, detail, headers: ["retry-after": String(seconds)])
  }

  public var description: String { "\(status) \(reasonPhrase(status)): \(detail)" }

  /// The response to `request` that carries this problem.
  public func response(instance: String?, requestID: String?) -> HTTPResponse {
    var json = JSONWriter()
    json.beginObject()
    encodeMembers(&json, instance: instance, requestID: requestID)
    if !violations.isEmpty {
      json.key("errors")
      json.beginArray()
      for violation in violations { violation.encode(&json) }
      json.endArray()
    }
    json.endObject()
    var headers = headers
    headers["content-type"] = "application/problem+json"
    return HTTPResponse(status: status, headers: headers, body: json.bytes)
  }

  /// Writes the members of RFC 9457 and the request's id, except those named in `omitted`.
  func encodeMembers(
    _ json: inout JSONWriter, instance: String?, requestID: String?, omitting omitted: Set<String> = []
  ) {
    func field(_ key: StaticString, _ value: some JSONCodable) {
      if !omitted.contains(key.description) { json.field(key, value) }
    }
    field("type", type)
    field("title", reasonPhrase(status))
    field("status", status)
    field("detail", Self.bounded(detail, to: Self.textLimit))
    if let instance { field("instance", Self.reference(instance)) }
    if let requestID { field("request_id", requestID) }
  }
}

extension ProblemDetails {
  /// The first characters of a text that may quote any input, without U+0000, which readers reject.
  static func bounded(_ text: String, to limit: Int) -> String {
    if text.utf8.count <= limit, !text.utf8.contains(0) { return text }
    return String(String.UnicodeScalarView(text.unicodeScalars.prefix(limit).filter { $0 != "\0" }))
  }

  /// A request's path as a URI reference: servers take characters in it that a URI has only percent-encoded.
  private static func reference(_ path: String) -> String {
    path.utf8.allSatisfy(isOfPath) ? path : PercentCoding.encode(path, where: isOfPath)
  }

  /// What a path may have in it (RFC 3986, section 3.3), percent signs as they are.
  private static func isOfPath(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "&")...UInt8(ascii: ";"),
      UInt8(ascii: "!"), UInt8(ascii: "$"), UInt8(ascii: "%"), UInt8(ascii: "="), UInt8(ascii: "@"), UInt8(ascii: "_"),
      UInt8(ascii: "~"):
      true
    default: false
    }
  }
}

extension Violation {
  func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("in", location.rawValue)
    // The caller chooses the name of an unknown property: it is truncated in the response.
    json.field(location == .body ? "pointer" : "name", ProblemDetails.bounded(name, to: 1_000))
    json.field("rule", rule)
    json.field("message", ProblemDetails.bounded(message, to: ProblemDetails.textLimit))
    json.endObject()
  }
}

/// An error of the runtime that a caller may see. Any other error that is not a declared failure is a logged 500.
package protocol ProblemConvertible: Error {
  var problem: ProblemDetails { get }
}

/// Why the runtime rejects or cannot serve a request; only the runtime makes one.
///
/// Thrown out of a handler, it becomes the response only if the operation declares its status.
public struct RequestFault: Error, CustomStringConvertible {
  public let problem: ProblemDetails
  /// Whether it was found in the request being served while its handler ran, in a streamed body or a cursor: such a
  /// fault becomes the response regardless of the contract.
  let isOfRequest: Bool
  /// Whether it was found in what a handler sends to another service: that is its own mistake, and never its caller's.
  private(set) var isOfCall = false

  package init(_ problem: ProblemDetails) {
    self.problem = problem
    isOfRequest = false
  }

  package init(_ status: Int, _ detail: String, violations: [Violation] = [], headers: HTTPFields = HTTPFields()) {
    self.init(ProblemDetails(status, detail, violations: violations, headers: headers))
  }

  /// A fault of the request being served, found while its handler runs.
  init(ofRequest problem: ProblemDetails) {
    self.problem = problem
    isOfRequest = true
  }

  /// What is wrong with a request that a client is about to send.
  init(calling operation: OperationDescriptor, _ fault: ProblemDetails) {
    let detail = "\(operation.name) cannot be called so: \(fault.detail)"
    problem = ProblemDetails(fault.status, detail, violations: fault.violations)
    (isOfRequest, isOfCall) = (false, true)
  }

  /// What is wrong with an event that a service is about to publish: its own mistake too.
  init(publishing message: MessageDescriptor, _ violations: [Violation]) {
    problem = ProblemDetails(
      500, "the event \(message.name) breaks its contract: \(violations.summary)", violations: violations)
    (isOfRequest, isOfCall) = (false, true)
  }

  /// Why the body of a request could not be read completely.
  init(reading error: any Error) {
    problem =
      (error as? any ProblemConvertible)?.problem ?? (error as? ContentFailure)?.problem
      ?? (error as? CodecError)?.problem ?? ProblemDetails(400, "The body broke off.")
    isOfRequest = true
  }

  public var description: String { problem.description }
}

extension RequestFault: ProblemConvertible {}

/// Thrown by a handler that is not implemented yet: the response is 501, which a contract need not declare.
public struct NotImplemented: Error, Sendable {
  public init() {}
}

extension NotImplemented: ProblemConvertible {
  package var problem: ProblemDetails { ProblemDetails(501, "The service does not implement this operation yet.") }
}

/// A failure as it goes over the wire: RFC 9457 problem details.
///
/// A handler throws it to answer with its status; the contract of the operation must declare that status.
public struct ProblemDetails: Error, Sendable, CustomStringConvertible {
  public var status: Int
  /// What happened this time and what would be right. Seen by the caller: no secret, no stack.
  public var detail: String
  /// A URI that names the kind of problem.
  public var type = "about:blank"
  public var violations: [Violation]
  public var headers: HTTPFields

  /// How many characters of a detail or a message are sent: one may quote what was given, or list a whole contract.
  static let textLimit = 2_000

  public init(_ status: Int, _ detail: String, violations: [Violation] = [], headers: HTTPFields = HTTPFields()) {
    self.status = status
    self.detail = detail
    self.violations = Array(violations.prefix(Violations.limit))
    self.headers = headers
  }

  /// 400: the request breaks its contract.
  public static func badRequest(_ violations: [Violation]) -> ProblemDetails {
    let count = violations.count
    return ProblemDetails(
      400, "The request breaks the contract in \(count) \(count == 1 ? "place" : "places").", violations: violations)
  }

  /// 404: there is nothing under the id that was asked for.
  public static func notFound(_ detail: String) -> ProblemDetails { ProblemDetails(404, detail) }

  /// 409: the state of things does not allow what was asked for.
  public static func conflict(_ detail: String) -> ProblemDetails { ProblemDetails(409, detail) }

  /// 501: nobody wrote the operation yet. A contract need not declare it.
  public static let notImplemented = ProblemDetails(501, "The service does not implement this operation yet.")

  /// 503: trying again in `seconds` is worth it.
  public static func unavailable(_ detail: String, retryAfter seconds: Int = 1) -> ProblemDetails {
    ProblemDetails(503, detail, headers: ["retry-after": String(seconds)])
  }

  public var description: String { "\(status) \(reasonPhrase(status)): \(detail)" }

  /// The response to `request` that carries this problem.
  public func response(instance: String?, requestID: String?) -> HTTPResponse {
    var json = JSONWriter()
    json.beginObject()
    json.field("type", type)
    json.field("title", reasonPhrase(status))
    json.field("status", status)
    json.field("detail", String(detail.unicodeScalars.prefix(Self.textLimit)))
    json.field("instance", instance)
    json.field("request_id", requestID)
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
}

extension Violation {
  func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("in", place.rawValue)
    // A caller chose the name of a property that is not known: what is sent back of it has an end.
    json.field(place == .body ? "pointer" : "name", String(location.unicodeScalars.prefix(1_000)))
    json.field("rule", rule)
    json.field("message", String(message.unicodeScalars.prefix(ProblemDetails.textLimit)))
    json.endObject()
  }
}

/// An error that knows how it is told to a caller. Any other error a handler throws is a logged 500.
public protocol ProblemConvertible: Error {
  var problem: ProblemDetails { get }
}

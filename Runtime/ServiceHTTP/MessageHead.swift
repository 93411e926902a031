import ServiceCore

/// The validated start line and fields of an HTTP/1.1 message.
public struct MessageHead: Sendable {
  public enum StartLine: Sendable {
    case request(method: String, target: String)
    case response(status: Int)
  }

  /// How the end of a message's body is determined (RFC 9112, section 6).
  public enum Framing: Sendable, Equatable {
    case none
    case length(Int)
    case chunked
    case untilClose
  }

  /// The head's bytes.
  package let received: ReceivedHead
  /// The status of a response; 0 for a request.
  package let status: Int
  public let framing: Framing
  public let isHTTP10: Bool
  /// Whether the connection stays open after this message.
  public let keepsAlive: Bool
  /// Whether the client waits for `100 Continue` before it sends the body.
  public let expectsContinue: Bool

  public var startLine: StartLine {
    status == 0 ? .request(method: received.method, target: received.targetText) : .response(status: status)
  }

  public var headers: HTTPFields { HTTPFields(received) }
}

extension MessageHead {
  /// Path and query of a target that is a URL; nil for one that is a path itself.
  var ownTarget: (path: String, query: String?)? {
    guard !received.hasPathTarget else { return nil }
    let target = received.targetText
    let origin = HostSyntax.origin(of: target)?.rest ?? target
    guard let mark = origin.utf8.firstIndex(of: UInt8(ascii: "?")) else { return (origin, nil) }
    return (String(origin[..<mark]), String(origin[origin.utf8.index(after: mark)...]))
  }
}

extension MessageHead: CustomStringConvertible {
  public var description: String {
    "\(startLine) \(headers.list) \(framing) \(isHTTP10) \(keepsAlive) \(expectsContinue)"
  }
}

/// A message that is refused. Its connection must not be reused.
public struct HTTPFault: Error, Sendable, Equatable {
  /// The status that a server responds with.
  public let status: Int
  public let message: String

  public init(_ status: Int, _ message: String) {
    self.status = status
    self.message = message
  }

  /// The response body that the client receives.
  var problem: ProblemDetails { status == 503 ? .unavailable(message) : ProblemDetails(status, message) }
}

/// Limits of one message, in bytes; `fields` is a number of fields.
public struct HTTPLimits: Sendable {
  public var startLine = 8_192
  public var fieldLine = 8_192
  public var head = 32_768
  public var fields = 100
  public var chunkLine = 256

  public init() {}
}

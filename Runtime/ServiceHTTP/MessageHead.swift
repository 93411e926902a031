import ServiceCore

/// The first line and the fields of an HTTP/1.1 message, checked.
public struct MessageHead: Sendable {
  public enum StartLine: Sendable {
    case request(method: String, target: String)
    case response(status: Int)
  }

  /// How a message says where its body ends (RFC 9112, section 6).
  public enum Framing: Sendable, Equatable {
    case none
    case length(Int)
    case chunked
    case untilClose
  }

  public let startLine: StartLine
  public let headers: HTTPFields
  public let framing: Framing
  /// Whether the connection lives on after this message.
  public let keepsAlive: Bool
  /// Whether the client waits for `100 Continue` before it sends the body.
  public let expectsContinue: Bool
}

/// A message that is refused. The connection it came on is not to be used again.
public struct HTTPFault: Error, Sendable, Equatable {
  /// What a server answers.
  public let status: Int
  public let message: String

  public init(_ status: Int, _ message: String) {
    self.status = status
    self.message = message
  }
}

/// The limits of one message, in bytes and fields.
public struct HTTPLimits: Sendable {
  public var startLine = 8_192
  public var fieldLine = 8_192
  public var head = 32_768
  public var fields = 100
  public var chunkLine = 256

  public init() {}
}

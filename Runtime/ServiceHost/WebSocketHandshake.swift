import ServiceCore
import ServiceHTTP

/// What a gateway requires of a request that asks to switch to the WebSocket protocol (RFC 6455, section 4.2.1).
struct WebSocketHandshake: Sendable {
  /// The header fields that are passed on, beside those of every request.
  static let fields: Set<String> = [
    "origin", "sec-websocket-extensions", "sec-websocket-key", "sec-websocket-protocol", "sec-websocket-version",
  ]
  private let origins: Set<ByteKey>

  /// - Parameter origins: of the pages that may open a WebSocket, such as `https://shop.example`.
  init(origins: [String]) { self.origins = Set(origins.map { ByteKey($0) }) }

  /// Whether a request asks for the switch. A field for another protocol, or outside of `Connection`, has no effect.
  static func isRequested(by request: HTTPRequest) -> Bool {
    request.method == "GET" && request.hasHeader("upgrade")
      && WebSocketSyntax.isUpgrade(request.headers, isList: true)
  }

  /// Why the request is refused; nil for one that is passed on.
  func refusal(of request: HTTPRequest) -> ProblemDetails? {
    guard request.headers.values("sec-websocket-version").map({ ByteKey($0) }) == [ByteKey("13")] else {
      return ProblemDetails(
        426, "The supported version of the WebSocket protocol is 13.",
        headers: ["upgrade": "websocket", "sec-websocket-version": "13"])
    }
    let keys = request.headers.values("sec-websocket-key")
    guard keys.count == 1, Base64(keys[0])?.bytes.count == 16, request.body.isEmpty, request.stream == nil else {
      return ProblemDetails(
        400, "A WebSocket begins with a request without a body, whose Sec-WebSocket-Key is 16 bytes in base64.")
    }
    // Browsers ask no server before a page opens a WebSocket, and send their user's cookies along: without this check a
    // page of anybody could act for that user. Programs send no origin.
    let given = request.headers.values("origin")
    guard given.isEmpty || given.count == 1 && origins.contains(ByteKey(given[0])) else {
      return ProblemDetails(403, "Pages of this origin may not open a WebSocket here.")
    }
    return nil
  }
}

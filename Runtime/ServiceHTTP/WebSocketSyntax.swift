import ServiceCore

/// The fields by which HTTP/1.1 switches to the WebSocket protocol (RFC 6455, section 4; RFC 9110, section 7.8).
package enum WebSocketSyntax {
  /// Whether the fields of a message name a switch to the WebSocket protocol.
  ///
  /// - Parameter isList: whether other protocols may be named beside it, as in a request.
  package static func isUpgrade(_ headers: HTTPFields, isList: Bool) -> Bool {
    let protocols = headers.values("upgrade").flatMap { FieldSyntax.list($0) }
    return (isList || protocols.count == 1) && protocols.contains { isSame($0, "websocket") }
      && headers.connectionOptions.contains("upgrade")
  }

  /// Whether a key is 16 bytes in base64.
  package static func isKey(_ text: String) -> Bool {
    text.utf8.count == 24 && text.hasSuffix("==") && text.utf8.dropLast(2).allSatisfy(isBase64)
  }

  private static func isSame(_ item: Substring, _ name: StaticString) -> Bool {
    var item = item
    return item.withUTF8 { $0.isSameInAnyCase(as: name) }
  }

  private static func isBase64(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"): true
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"): true
    default: false
    }
  }
}

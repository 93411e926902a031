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

  private static func isSame(_ item: Substring, _ name: StaticString) -> Bool {
    var item = item
    return item.withUTF8 { $0.isSameInAnyCase(as: name) }
  }
}

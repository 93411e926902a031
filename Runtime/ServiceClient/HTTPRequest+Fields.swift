import ServiceCore

extension HTTPRequest {
  /// Fields that say how a message is framed or where it goes, which only the transport itself writes.
  private static let own: Set<String> = [
    "connection", "content-length", "date", "expect", "host", "transfer-encoding", "x-request-id",
  ]

  /// The fields as libcurl takes them, one a line. No value adds a line of its own.
  var fieldLines: [String] {
    // A name with nothing behind its colon keeps libcurl from adding that field: a request says what its maker said,
    // and a body does not wait for `100 Continue`.
    var lines = ["Accept:", "Expect:"]
    for (name, value) in headers.list where !name.isEmpty && name.utf8.allSatisfy(FieldSyntax.isToken) {
      let name = name.lowercased()
      if !Self.own.contains(name) { lines.append(Self.line(name, value)) }
    }
    if !id.isEmpty { lines.append(Self.line("x-request-id", id)) }
    return lines
  }

  private static func line(_ name: String, _ value: String) -> String {
    let allowed = String(decoding: value.utf8.filter(FieldSyntax.isAllowed), as: UTF8.self)
    let value = FieldSyntax.trimmed(allowed[...])
    return value.isEmpty ? name + ";" : name + ": " + value
  }
}

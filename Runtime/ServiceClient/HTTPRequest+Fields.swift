import ServiceCore

extension HTTPRequest {
  /// Fields for framing and routing, which only the transport itself sets.
  private static let reserved: Set<String> = [
    "connection", "content-length", "date", "expect", "host", "transfer-encoding", "x-request-id",
  ]

  /// The fields in libcurl's form, one per line. No value can inject a line.
  var fieldLines: [String] {
    // A name without a value prevents libcurl from adding that field: only the fields of the request are sent, and a
    // body does not wait for `100 Continue`.
    var lines = ["Accept:", "Expect:"]
    for (name, value) in headers.list where !name.isEmpty && name.utf8.allSatisfy(FieldSyntax.isToken) {
      let name = name.lowercased()
      if !Self.reserved.contains(name) { lines.append(Self.line(name, value)) }
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

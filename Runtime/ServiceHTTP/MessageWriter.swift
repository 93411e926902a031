import ServiceCore

/// Writes HTTP/1.1 messages. No value that reaches it can add a line of its own.
enum MessageWriter {
  static func response(_ response: HTTPResponse, keepsAlive: Bool, answersHead: Bool, date: String) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(256 + response.body.count)
    bytes.append(contentsOf: "HTTP/1.1 ".utf8)
    bytes.append(contentsOf: String(response.status).utf8)
    bytes.append(UInt8(ascii: " "))
    bytes.append(contentsOf: reasonPhrase(response.status).utf8)
    bytes.append(contentsOf: "\r\ndate: ".utf8)
    bytes.append(contentsOf: date.utf8)
    bytes.append(contentsOf: "\r\n".utf8)
    append(response.headers, to: &bytes)
    if response.status >= 200 && response.status != 204 && response.status != 304 {
      bytes.append(contentsOf: "content-length: \(response.body.count)\r\n".utf8)
    }
    bytes.append(contentsOf: (keepsAlive ? "\r\n" : "connection: close\r\n\r\n").utf8)
    if !answersHead { bytes.append(contentsOf: response.body) }
    return bytes
  }

  static func request(_ request: HTTPRequest, host: String) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(256 + request.body.count)
    bytes.append(contentsOf: "\(request.method) \(request.target) HTTP/1.1\r\nhost: \(host)\r\n".utf8)
    append(request.headers, to: &bytes)
    if !request.body.isEmpty || request.method == "POST" || request.method == "PUT" || request.method == "PATCH" {
      bytes.append(contentsOf: "content-length: \(request.body.count)\r\n".utf8)
    }
    bytes.append(contentsOf: "\r\n".utf8)
    bytes.append(contentsOf: request.body)
    return bytes
  }

  /// Fields that say how a message is framed are the writer's own; control characters are left out.
  private static func append(_ fields: HTTPFields, to bytes: inout [UInt8]) {
    for (name, value) in fields.list {
      guard name != "content-length", name != "transfer-encoding", name != "connection", name != "date", name != "host",
        !name.isEmpty, name.utf8.allSatisfy(FieldParser.isToken)
      else { continue }
      bytes.append(contentsOf: name.utf8)
      bytes.append(contentsOf: ": ".utf8)
      bytes.append(contentsOf: value.utf8.lazy.filter { $0 == 9 || ($0 >= 0x20 && $0 != 0x7F) })
      bytes.append(contentsOf: "\r\n".utf8)
    }
  }

  /// A moment as HTTP writes it: `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, section 5.6.7).
  static func date(_ time: Timestamp) -> String {
    let text = time.description
    let names = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    let days = time.microseconds / 86_400_000_000
    let month = Int(text.dropFirst(5).prefix(2)) ?? 1
    return "\(names[days % 7]), \(text.dropFirst(8).prefix(2)) \(months[month - 1]) \(text.prefix(4)) "
      + "\(text.dropFirst(11).prefix(8)) GMT"
  }
}

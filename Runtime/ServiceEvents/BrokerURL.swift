/// The address of a broker: `nats://user:password@one:4222,two:4222?replicas=3`.
package struct BrokerURL: Sendable {
  package let scheme: String
  package let user: String?
  package let password: String?
  /// Each as `host:port`.
  package let servers: [String]
  package let parameters: [String: String]

  /// - Throws: ``TransportError/refused(_:)`` for a text that is no such URL. The message does not contain the password.
  package init(_ text: String, scheme: String, port: Int) throws {
    func fault(_ reason: String) -> TransportError {
      .refused("EVENTS_URL \(reason); expected \(scheme)://[user:password@]host[:port],…[?name=value&…]")
    }
    guard text.hasPrefix("\(scheme)://") else { throw fault("does not begin with \(scheme)://") }
    let rest = text.dropFirst(scheme.count + 3)
    let parts = rest.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    var authority = parts[0]
    if authority.hasSuffix("/") { authority = authority.dropLast() }
    var credentials: [String?] = []
    if let at = authority.lastIndex(of: "@") {
      let pair = authority[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      credentials = pair.map(Self.decoded)
      guard !credentials.contains(nil) else { throw fault("has a user or password that is not percent-encoded UTF-8") }
      authority = authority[authority.index(after: at)...]
    }
    let names = authority.split(separator: ",", omittingEmptySubsequences: false)
    guard !names.contains("") else { throw fault("names no host, or an empty one") }
    servers = names.map { Self.hasPort($0) ? String($0) : "\($0):\(port)" }
    (self.scheme, user) = (scheme, credentials.first ?? nil)
    password = credentials.count > 1 ? credentials[1] : nil
    var parameters: [String: String] = [:]
    for pair in parts.dropFirst().first?.split(separator: "&") ?? [] {
      let item = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard item.count == 2, let name = Self.decoded(item[0]), let value = Self.decoded(item[1]) else {
        throw fault("has a parameter that is not name=value")
      }
      parameters[name] = value
    }
    self.parameters = parameters
  }

  /// - Throws: ``TransportError/refused(_:)`` for parameters that are not among these.
  package func allow(_ names: [String]) throws {
    let unknown = parameters.keys.filter { !names.contains($0) }.sorted()
    guard unknown.isEmpty else {
      throw TransportError.refused(
        "EVENTS_URL has the unknown parameter \(unknown.joined(separator: ", ")); valid: \(names.joined(separator: ", "))"
      )
    }
  }

  /// A whole number, in a range.
  package func number(_ name: String, _ range: ClosedRange<Int>) throws -> Int? {
    guard let text = parameters[name] else { return nil }
    guard let number = Int(text), range.contains(number) else {
      throw TransportError.refused(
        "EVENTS_URL: \(name) must be a number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  /// A length of time, `500ms`, `30s`, `5m`, `12h` or `7d`, in milliseconds.
  package func duration(_ name: String) throws -> Int? {
    guard let text = parameters[name] else { return nil }
    let units = [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)]
    for (unit, factor) in units where text.hasSuffix(unit) {
      if let number = Int(text.dropLast(unit.count)), (1...1_000_000).contains(number) { return number * factor }
    }
    throw TransportError.refused("EVENTS_URL: \(name) must be a length of time such as 500ms, 30s or 7d")
  }

  private static func hasPort(_ server: Substring) -> Bool {
    // The colons of an IPv6 address are within brackets.
    guard let colon = server.lastIndex(of: ":") else { return false }
    return server.last != "]" && server[colon...].dropFirst().allSatisfy(\.isNumber)
  }

  private static func decoded(_ text: Substring) -> String? { PercentEncoding.decode(text.utf8) }
}

/// Percent-encoding (RFC 3986, section 2.1), as in URLs and in the headers of CloudEvents.
package enum PercentEncoding {
  /// Nil where a percent sign is without its two digits, and for what is not UTF-8.
  package static func decode(_ text: some Sequence<UInt8>) -> String? {
    var bytes: [UInt8] = []
    var rest = text.makeIterator()
    while let byte = rest.next() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard let high = rest.next().flatMap(digit), let low = rest.next().flatMap(digit) else { return nil }
      bytes.append(high << 4 | low)
    }
    return String(validating: bytes, as: UTF8.self)
  }

  /// Encodes what the HTTP binding of CloudEvents 1.0 encodes in headers (section 3.1.3.2): all but printable ASCII, and
  /// the space, the double quote and the percent sign.
  package static func header(_ text: String) -> String {
    let isPlain = text.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != 0x22 && $0 != 0x25 }
    if isPlain { return text }
    var bytes: [UInt8] = []
    let digits = Array("0123456789ABCDEF".utf8)
    for byte in text.utf8 {
      if (0x21...0x7E).contains(byte), byte != 0x22, byte != 0x25 {
        bytes.append(byte)
      } else {
        bytes += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}

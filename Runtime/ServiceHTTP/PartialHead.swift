import ServiceCore

/// A head that is being read line by line. Its positions are counted from its beginning, and it makes no strings.
struct PartialHead: Sendable {
  /// The size in bytes of the fields read so far.
  var bytes = 0
  /// Whether nothing was read yet, not even the empty line that may precede a request.
  var isUntouched = true
  private(set) var fields: [ReceivedHead.Field] = []
  private let role: MessageParser.Role
  private var methodEnd = 0
  private var target = 0..<0
  private var status = 0
  private var isHTTP10 = false
  /// The fields that determine framing, recorded while reading: looking them up afterwards costs more.
  private var hosts = Field()
  private var lengths = Field()
  private var codings = Field()
  private var expectations = Field()
  /// Whether `Connection` names what is not the version's default: `close`, or `keep-alive` for HTTP/1.0.
  private var namesConnection = false

  private struct Field {
    var count = 0
    /// The first value.
    var value = 0..<0

    mutating func add(_ range: Range<Int>) {
      count += 1
      if count == 1 { value = range }
    }
  }

  init(_ role: MessageParser.Role) { self.role = role }

  /// Begins the next head, in the memory of this one.
  private mutating func reset() {
    let fields = fields
    self = PartialHead(role)
    self.fields = fields
  }

  /// - Parameter line: the line in the bytes of the head.
  mutating func readStartLine(_ bytes: UnsafeBufferPointer<UInt8>, _ line: Range<Int>) -> HTTPFault? {
    if role == .request {
      RequestLine.read(bytes, line).map { (methodEnd, target, isHTTP10) = ($0.methodEnd, $0.target, $0.isHTTP10) }
    } else {
      StatusLine.read(bytes, line).map { (status, isHTTP10) = ($0.status, $0.isHTTP10) }
    }
  }

  /// Reads a field, whose name is changed to lower case where it is.
  mutating func readField(_ bytes: UnsafeMutableBufferPointer<UInt8>, _ line: Range<Int>) -> HTTPFault? {
    let field: FieldParser.Field
    switch FieldParser.field(bytes, line) {
    case .success(let parsed): field = parsed
    case .failure(let fault): return fault
    }
    let name = UnsafeBufferPointer(rebasing: bytes[field.name])
    switch name.count {
    case 4: if name.isSame(as: "host") { hosts.add(field.value) }
    case 6: if name.isSame(as: "expect") { expectations.add(field.value) }
    case 10: if name.isSame(as: "connection"), self.names(bytes, field.value) { namesConnection = true }
    case 14: if name.isSame(as: "content-length") { lengths.add(field.value) }
    case 17: if name.isSame(as: "transfer-encoding") { codings.add(field.value) }
    default: break
    }
    fields.append(ReceivedHead.Field(name: field.name, value: field.value))
    return nil
  }

  /// Whether a value of `Connection` has the item that is not the version's default.
  private func names(_ bytes: UnsafeMutableBufferPointer<UInt8>, _ value: Range<Int>) -> Bool {
    let value = UnsafeBufferPointer(rebasing: bytes[value])
    // What most services send.
    if value.isSame(as: "keep-alive") { return isHTTP10 }
    return value.split(separator: UInt8(ascii: ",")).contains { item in
      let bytes = item.filter { $0 != 0x20 && $0 != 0x09 }
      return bytes.withUnsafeBufferPointer { $0.isSameInAnyCase(as: isHTTP10 ? "keep-alive" : "close") }
    }
  }

  /// Completes the head and begins the next one.
  ///
  /// - Parameter head: becomes the head's bytes.
  mutating func finish(
    _ bytes: UnsafeBufferPointer<UInt8>, into head: ReceivedHead, answersHead: Bool
  ) -> Result<MessageHead, HTTPFault> {
    var framing: MessageHead.Framing
    switch self.framing(bytes) {
    case .success(let value): framing = value
    case .failure(let fault): return .failure(fault)
    }
    var expectsContinue = false
    if role == .request {
      if let fault = checkHost(bytes) { return .failure(fault) }
      if expectations.count > 0 {
        guard expectations.count == 1, self.bytes(bytes, expectations.value).isSameInAnyCase(as: "100-continue") else {
          return .failure(HTTPFault(417, "The only supported expectation is 100-continue."))
        }
        expectsContinue = !isHTTP10 && framing != .none
      }
    } else if answersHead || status < 200 || status == 204 || status == 304 {
      framing = .none
    }
    head.fill(bytes, fields: &fields, methodEnd: methodEnd, target: target)
    let whole = MessageHead(
      received: head, status: status, framing: framing, isHTTP10: isHTTP10,
      keepsAlive: isHTTP10 == namesConnection && framing != .untilClose, expectsContinue: expectsContinue)
    reset()
    return .success(whole)
  }

  private func bytes(_ head: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(rebasing: head[range])
  }

  // MARK: framing and host

  private func framing(_ bytes: UnsafeBufferPointer<UInt8>) -> Result<MessageHead.Framing, HTTPFault> {
    if codings.count > 0 {
      guard lengths.count == 0 else {
        return .failure(HTTPFault(400, "both content-length and transfer-encoding are given"))
      }
      guard !isHTTP10 else { return .failure(HTTPFault(400, "transfer-encoding is not allowed in HTTP/1.0")) }
      guard codings.count == 1, self.bytes(bytes, codings.value).isSameInAnyCase(as: "chunked") else {
        return .failure(HTTPFault(codings.count == 1 ? 501 : 400, "The only supported transfer coding is chunked."))
      }
      return .success(.chunked)
    }
    guard lengths.count > 0 else { return .success(role == .request ? .none : .untilClose) }
    let length = self.bytes(bytes, lengths.value)
    guard lengths.count == 1, (1...18).contains(length.count), length.allSatisfy({ (48...57).contains($0) }) else {
      return .failure(HTTPFault(400, "content-length is not a single decimal number"))
    }
    let count = length.reduce(0) { $0 * 10 + Int($1 - 48) }
    return .success(count == 0 ? .none : .length(count))
  }

  /// Requires one Host field with a host and an optional port, equal to that of an absolute target (RFC 9112, section
  /// 3.2).
  private func checkHost(_ bytes: UnsafeBufferPointer<UInt8>) -> HTTPFault? {
    guard hosts.count == 1 || (isHTTP10 && hosts.count == 0) else {
      return HTTPFault(400, "a request must have exactly one Host header")
    }
    let host = self.bytes(bytes, hosts.value)
    guard host.isEmpty ? isHTTP10 : HostSyntax.isHostAndPort(host) else {
      return HTTPFault(400, "the Host header is not a host with an optional port")
    }
    let target = self.bytes(bytes, target)
    if target.first == UInt8(ascii: "/") { return nil }
    if target.count == 1, target[0] == UInt8(ascii: "*"), methodEnd == 7,
      self.bytes(bytes, 0..<7).isSame(as: "OPTIONS")
    {
      return nil
    }
    guard let url = HostSyntax.origin(of: String(decoding: target, as: UTF8.self)),
      url.authority.lowercased() == String(decoding: host, as: UTF8.self).lowercased()
    else { return HTTPFault(400, "the request target is neither a path nor a URL of the Host header's host") }
    return nil
  }
}

extension UnsafeBufferPointer<UInt8> {
  @inline(__always) func isSame(as text: StaticString) -> Bool {
    guard count == text.utf8CodeUnitCount else { return false }
    var index = 0
    while index < count {
      if self[index] != text.utf8Start[index] { return false }
      index += 1
    }
    return true
  }

  /// The same regardless of the case of ASCII letters.
  ///
  /// - Parameter text: in lower case.
  func isSameInAnyCase(as text: StaticString) -> Bool {
    guard count == text.utf8CodeUnitCount else { return false }
    var index = 0
    while index < count {
      let byte = self[index]
      if ((65...90).contains(byte) ? byte | 0x20 : byte) != text.utf8Start[index] { return false }
      index += 1
    }
    return true
  }
}

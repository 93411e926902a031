import Foundation
import Glibc
import ServiceCore
import ServiceHTTP
import ServiceLoop
import Synchronization
import Testing

/// Text as bytes: each character of it, up to U+00FF, is one.
func bytes(_ text: String) -> [UInt8] { text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) } }

/// The system's sockets, blocking.
enum Raw {
  struct Failure: Error { let code = errno }

  static func socket() throws -> Int32 {
    let descriptor = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw Failure() }
    return descriptor
  }

  /// Calls with the address of a port of this machine.
  static func withLoopback(_ port: Int, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) throws {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    let size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let code = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, size) }
    }
    guard code == 0 else { throw Failure() }
  }

  /// Listens on a port of this machine that is free.
  static func listen() throws -> (descriptor: Int32, port: Int) {
    let descriptor = try socket()
    try withLoopback(0) { bind(descriptor, $0, $1) }
    var name = sockaddr_in()
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let code = withUnsafeMutablePointer(to: &name) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &size) }
    }
    guard code == 0, Glibc.listen(descriptor, 16) == 0 else { throw Failure() }
    return (descriptor, Int(in_port_t(bigEndian: name.sin_port)))
  }

  static func set(_ descriptor: Int32, _ level: Int32, _ option: Int32, _ value: some BitwiseCopyable) {
    withUnsafeBytes(of: value) { _ = setsockopt(descriptor, level, option, $0.baseAddress, socklen_t($0.count)) }
  }

  /// Writes all of it; ends early when nobody reads any more.
  static func send(_ descriptor: Int32, _ bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }

  /// What has come; empty at the end, nil when nothing came in time.
  static func receive(_ descriptor: Int32) -> [UInt8]? {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let count = recv(descriptor, &buffer, buffer.count, 0)
    if count >= 0 { return Array(buffer[..<count]) }
    return errno == EAGAIN ? nil : []
  }
}

/// A client that sends what it is told to.
final class RawClient {
  let descriptor: Int32
  let isHead: Bool
  private var received: [UInt8] = []

  /// How long a server may be silent before it is taken for one that waits, in seconds. No test that passes waits.
  static let patience = 60

  init(isHead: Bool = false) throws {
    let port = try #require(LiveService.current).port
    self.isHead = isHead
    descriptor = try Raw.socket()
    Raw.set(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, Int32(1))
    Raw.set(descriptor, SOL_SOCKET, SO_RCVTIMEO, timeval(tv_sec: Self.patience, tv_usec: 0))
    Raw.set(descriptor, SOL_SOCKET, SO_SNDTIMEO, timeval(tv_sec: Self.patience, tv_usec: 0))
    try Raw.withLoopback(port) { connect(descriptor, $0, $1) }
  }

  deinit { close(descriptor) }

  func send(_ text: String) { Raw.send(descriptor, bytes(text)) }

  /// Reads until the server closes, or until what came is enough; all that came since the beginning.
  func receive(until isEnough: (String) -> Bool = { _ in false }) -> Replies {
    while let more = Raw.receive(descriptor) {
      if more.isEmpty { return Replies(received, isHead: isHead, isClosed: true) }
      received += more
      if isEnough(String(decoding: received, as: UTF8.self)) { break }
    }
    return Replies(received, isHead: isHead, isClosed: false)
  }

  /// A request and its answer: whatever was sent to the server before has been read when it is back.
  func roundTrip() throws {
    received = []
    send(get("/get?q=fence"))
    let came = receive { $0.hasSuffix("got fence") }
    try #require(came.replies.map(\.text) == ["got fence"], "\(came)")
  }
}

/// What came back on a connection, read strictly: what is not an answer stays.
struct Replies: CustomStringConvertible {
  struct Reply: Equatable {
    let status: Int
    let fields: [String: [String]]
    var body: [UInt8] = []

    var text: String { String(decoding: body, as: UTF8.self) }
  }

  private(set) var interim: [Int] = []
  private(set) var replies: [Reply] = []
  let isClosed: Bool
  let bytes: [UInt8]
  private var rest: ArraySlice<UInt8>

  init(_ bytes: [UInt8], isHead: Bool, isClosed: Bool) {
    self.bytes = bytes
    self.isClosed = isClosed
    rest = bytes[...]
    while var reply = Self.head(&rest) {
      if reply.status < 200 {
        interim.append(reply.status)
        continue
      }
      let hasBody = reply.status != 204 && reply.status != 304 && !(isHead && replies.isEmpty)
      guard !hasBody || Self.body(&rest, &reply) else { break }
      replies.append(reply)
    }
  }

  var statuses: [Int] { replies.map(\.status) }
  /// Whether all that came is answers, and none is behind one that says it is the last.
  var isSound: Bool { rest.isEmpty && replies.dropLast().allSatisfy { $0.fields["connection"] != ["close"] } }
  var wasSmuggled: Bool { replies.contains { $0.fields["x-smuggled"] != nil } }

  /// Whether the same came, but for what each answer has of its own: a time and an id.
  func same(as other: Replies) -> Bool {
    interim == other.interim && statuses == other.statuses && isClosed == other.isClosed && isSound == other.isSound
      && zip(replies, other.replies).allSatisfy { one, other in
        one.fields.keys == other.fields.keys && (one.status != 200 || one.body == other.body)
      }
  }

  var description: String {
    "\(interim) \(statuses)\(isClosed ? ", closed" : ", open")\(isSound ? "" : ", with something else"): "
      + String(decoding: bytes, as: UTF8.self).prefix(1_000).debugDescription
  }

  /// Takes a head off; nil, and nothing taken, when there is none.
  static func head(_ rest: inout ArraySlice<UInt8>) -> Reply? {
    guard let end = rest.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
    let lines = String(decoding: rest[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
    let hasControl = lines.contains { $0.unicodeScalars.contains { $0.value < 0x20 && $0 != "\t" || $0.value == 0x7F } }
    guard !hasControl, lines[0].hasPrefix("HTTP/1.1 "), let status = Int(lines[0].dropFirst(9).prefix(3)),
      (100..<600).contains(status), lines[0].dropFirst(12).first == " "
    else { return nil }
    var fields: [String: [String]] = [:]
    for line in lines.dropFirst() {
      guard let colon = line.firstIndex(of: ":"), colon > line.startIndex,
        line[..<colon].utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
      else { return nil }
      let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
      fields[line[..<colon].lowercased(), default: []].append(value)
    }
    rest = rest[end.upperBound...]
    return Reply(status: status, fields: fields)
  }

  /// Takes a body off; false when it is not whole, or nobody can say where it ends.
  static func body(_ rest: inout ArraySlice<UInt8>, _ reply: inout Reply) -> Bool {
    let (lengths, codings) = (reply.fields["content-length"] ?? [], reply.fields["transfer-encoding"] ?? [])
    if codings == ["chunked"], lengths.isEmpty {
      while let end = rest.firstRange(of: Array("\r\n".utf8)),
        let size = Int(String(decoding: rest[..<end.lowerBound], as: UTF8.self), radix: 16),
        rest[end.upperBound...].count >= size + 2, rest[end.upperBound...].dropFirst(size).starts(with: [13, 10])
      {
        reply.body += rest[end.upperBound...].prefix(size)
        rest = rest[end.upperBound...].dropFirst(size + 2)
        if size == 0 { return true }
      }
      return false
    }
    guard codings.isEmpty, lengths.count == 1, let length = Int(lengths[0]), rest.count >= length else { return false }
    reply.body = Array(rest.prefix(length))
    rest = rest.dropFirst(length)
    return true
  }
}

// MARK: - a server not to be trusted

import Glibc

/// One connection to a server of this machine, on which requests are sent one after another.
struct BenchmarkClient: ~Copyable {
  private let descriptor: Int32
  private var received: [UInt8] = []

  /// - Returns: nil when nothing listens on the port.
  init?(port: Int) {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var (one, limit): (Int32, timeval) = (1, timeval(tv_sec: 30, tv_usec: 0))
    setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    guard withLoopback(port, { connect(descriptor, $0, $1) }) == 0 else { return nil }
  }

  deinit { close(descriptor) }

  /// A request of HTTP/1.1.
  static func request(_ method: String, _ path: String, body: String? = nil, fields: [String] = []) -> [UInt8] {
    let content = body.map { ["Content-Type: application/json", "Content-Length: \($0.utf8.count)"] } ?? []
    let head = ["\(method) \(path) HTTP/1.1", "Host: 127.0.0.1"] + fields + content
    return Array((head.joined(separator: "\r\n") + "\r\n\r\n" + (body ?? "")).utf8)
  }

  /// Sends a request, and reads the whole response.
  ///
  /// - Returns: the response's status.
  /// - Throws: ``Failure`` when the connection ends, or nothing arrives within 30 seconds.
  mutating func send(_ request: [UInt8]) throws -> Int {
    var rest = request[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { throw Failure("a request could not be sent: \(lastError())") }
      rest = rest.dropFirst(count)
    }
    let head = try readHead()
    let lines = head.split(separator: "\r\n")
    guard let status = lines.first?.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else {
      throw Failure("a response has no status: \(head.prefix(200))")
    }
    let length = lines.first { $0.lowercased().hasPrefix("content-length:") }
    let count = length?.split(separator: " ").last.flatMap { Int($0) } ?? 0
    while received.count < count { try receive() }
    received.removeFirst(count)
    return status
  }

  private mutating func readHead() throws -> String {
    let end = Array("\r\n\r\n".utf8)
    while true {
      if let range = received.firstRange(of: end) {
        defer { received.removeFirst(range.upperBound) }
        return String(decoding: received[..<range.lowerBound], as: UTF8.self)
      }
      try receive()
    }
  }

  private mutating func receive() throws {
    var chunk = [UInt8](repeating: 0, count: 16_384)
    let count = read(descriptor, &chunk, chunk.count)
    guard count > 0 else { throw Failure("the server ended a connection, or did not respond within 30 seconds") }
    received += chunk[..<count]
  }
}

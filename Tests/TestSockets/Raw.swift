import Glibc

/// Text as bytes: each character of it, up to U+00FF, is one.
public func bytes(_ text: String) -> [UInt8] { text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) } }

/// The system's sockets, blocking.
public enum Raw {
  /// A system call that failed.
  public struct Failure: Error {
    /// The value of `errno`.
    public let code = errno
  }

  /// A socket of IPv4.
  public static func socket() throws -> Int32 {
    let descriptor = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw Failure() }
    return descriptor
  }

  /// Calls with the address of a port of this machine.
  public static func withLoopback(_ port: Int, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) throws {
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
  ///
  /// - Parameter backlog: how many connections may wait to be accepted. Of others the system has the client ask again, a second
  ///     later.
  public static func listen(backlog: Int32 = 16) throws -> (descriptor: Int32, port: Int) {
    let descriptor = try socket()
    try withLoopback(0) { bind(descriptor, $0, $1) }
    var name = sockaddr_in()
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let code = withUnsafeMutablePointer(to: &name) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &size) }
    }
    guard code == 0, Glibc.listen(descriptor, backlog) == 0 else { throw Failure() }
    return (descriptor, Int(in_port_t(bigEndian: name.sin_port)))
  }

  /// Sets an option of a socket.
  public static func set(_ descriptor: Int32, _ level: Int32, _ option: Int32, _ value: some BitwiseCopyable) {
    withUnsafeBytes(of: value) { _ = setsockopt(descriptor, level, option, $0.baseAddress, socklen_t($0.count)) }
  }

  /// Writes all of it; ends early when nobody reads any more.
  public static func send(_ descriptor: Int32, _ bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }

  /// What has come; empty at the end, nil when nothing came in time.
  public static func receive(_ descriptor: Int32) -> [UInt8]? {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let count = recv(descriptor, &buffer, buffer.count, 0)
    if count >= 0 { return Array(buffer[..<count]) }
    return errno == EAGAIN ? nil : []
  }
}

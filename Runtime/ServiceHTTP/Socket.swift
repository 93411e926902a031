import Glibc
import ServiceCore
import ServiceLoop

/// The only wrapper of the system's sockets. All are non-blocking and closed on exec.
public enum Socket {
  public enum Transfer {
    case bytes(Int), wouldBlock
    /// The peer has closed its sending side in order.
    case closed
    /// The connection broke: data received before may be incomplete.
    case failed
  }

  /// Listens on a local address and port; port 0 chooses a free one.
  ///
  /// - Throws: ``SystemError``, for example when the port is in use.
  static func listen(address: String, port: Int) throws -> (descriptor: Int32, port: Int) {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | flags, 0)
    guard descriptor >= 0 else { throw SystemError("socket") }
    set(descriptor, SOL_SOCKET, SO_REUSEADDR)
    set(descriptor, SOL_SOCKET, SO_REUSEPORT)
    var name = sockaddr_in()
    name.sin_family = sa_family_t(AF_INET)
    name.sin_port = in_port_t(port).bigEndian
    guard inet_pton(AF_INET, address, &name.sin_addr) == 1 else { throw SystemError("address \(address)", EINVAL) }
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let bound = withUnsafeMutablePointer(to: &name) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(descriptor, address, size) == 0 && Glibc.listen(descriptor, 1_024) == 0
          && getsockname(descriptor, address, &size) == 0
      }
    }
    guard bound else {
      let error = SystemError("listen on \(address):\(port)")
      Glibc.close(descriptor)
      throw error
    }
    return (descriptor, Int(in_port_t(bigEndian: name.sin_port)))
  }

  /// Whether nothing listens on the port. The check is needed because SO_REUSEPORT would let a second process listen
  /// beside the first. Other errors of the address are reported by ``listen(address:port:)``.
  static func isFree(address: String, port: Int) -> Bool {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | flags, 0)
    guard descriptor >= 0 else { return true }
    defer { Glibc.close(descriptor) }
    set(descriptor, SOL_SOCKET, SO_REUSEADDR)
    var name = sockaddr_in()
    name.sin_family = sa_family_t(AF_INET)
    name.sin_port = in_port_t(port).bigEndian
    inet_pton(AF_INET, address, &name.sin_addr)
    return withUnsafePointer(to: &name) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0 && Glibc.listen(descriptor, 1) == 0
          || errno != EADDRINUSE
      }
    }
  }

  /// Accepts the next connection; nil when none is pending.
  ///
  /// - Throws: ``SystemError`` when the process or the system is out of descriptors.
  static func accept(_ listener: Int32) throws -> Int32? {
    let descriptor = Glibc.accept(listener, nil, nil)
    if descriptor >= 0 {
      _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
      _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
      set(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY)
      return descriptor
    }
    switch errno {
    case EMFILE, ENFILE, ENOBUFS, ENOMEM: throw SystemError("accept")
    default: return nil
    }
  }

  /// The address at the other end of a connection; nil once that is gone.
  static func peer(of descriptor: Int32) -> NetworkAddress? {
    var name = sockaddr_in()
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let code = withUnsafeMutablePointer(to: &name) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getpeername(descriptor, $0, &size) }
    }
    guard code == 0, name.sin_family == sa_family_t(AF_INET) else { return nil }
    return withUnsafeBytes(of: name.sin_addr.s_addr) { NetworkAddress(bytes: $0) }
  }

  /// Starts connecting; the socket becomes writable when the connection is established or has failed.
  static func connect(_ address: ResolvedAddress) throws -> Int32 {
    let descriptor = socket(address.family, Int32(SOCK_STREAM.rawValue) | flags, 0)
    guard descriptor >= 0 else { throw SystemError("socket") }
    set(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY)
    let code = address.bytes.withUnsafeBytes { bytes in
      Glibc.connect(descriptor, bytes.assumingMemoryBound(to: sockaddr.self).baseAddress, socklen_t(bytes.count))
    }
    guard code == 0 || errno == EINPROGRESS else {
      let error = SystemError("connect")
      Glibc.close(descriptor)
      throw error
    }
    return descriptor
  }

  /// The error of a finished connection attempt; 0 for none.
  static func pendingError(_ descriptor: Int32) -> Int32 {
    var code: Int32 = 0
    var size = socklen_t(MemoryLayout<Int32>.size)
    getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &size)
    return code
  }

  /// Reads available bytes into the loop's shared buffer and passes them to `take`.
  static func read(_ descriptor: Int32, on loop: Loop, _ take: (UnsafeRawBufferPointer) -> Void) -> Transfer {
    let count = recv(descriptor, loop.scratch.baseAddress, loop.scratch.count, 0)
    if count > 0 { take(UnsafeRawBufferPointer(rebasing: loop.scratch[..<count])) }
    return transfer(count)
  }

  /// Reads available bytes into a buffer.
  static func read(_ descriptor: Int32, into buffer: UnsafeMutableRawBufferPointer) -> Transfer {
    transfer(recv(descriptor, buffer.baseAddress, buffer.count, 0))
  }

  /// Writes `bytes` from an offset on, as many as the system accepts.
  static func write(_ descriptor: Int32, _ bytes: [UInt8], from offset: Int) -> Transfer {
    bytes.withUnsafeBytes { write(descriptor, UnsafeRawBufferPointer(rebasing: $0[offset...])) }
  }

  static func write(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Transfer {
    transfer(send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL)))
  }

  /// Whether an idle connection can be reused: nothing has arrived, and the peer has not closed it.
  static func isUsable(_ descriptor: Int32) -> Bool {
    var byte: UInt8 = 0
    return recv(descriptor, &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT)) < 0
      && (errno == EAGAIN || errno == EWOULDBLOCK)
  }

  static func shutdownWriting(_ descriptor: Int32) { shutdown(descriptor, Int32(SHUT_WR)) }

  static func close(_ descriptor: Int32) { Glibc.close(descriptor) }

  private static var flags: Int32 { Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue) }

  private static func set(_ descriptor: Int32, _ level: Int32, _ option: Int32) {
    var one: Int32 = 1
    setsockopt(descriptor, level, option, &one, socklen_t(MemoryLayout<Int32>.size))
  }

  private static func transfer(_ count: Int) -> Transfer {
    if count > 0 { return .bytes(count) }
    if count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) { return .wouldBlock }
    return count == 0 ? .closed : .failed
  }
}

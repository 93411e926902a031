import Glibc
import ServiceLoop

/// The one door to the system's sockets. All are non-blocking and closed on exec.
public enum Socket {
  public enum Transfer {
    case bytes(Int), wouldBlock
    /// The peer has ended in order.
    case closed
    /// The connection broke: what came before it may not be all.
    case failed
  }

  /// Listens on a port of an address of this machine; port 0 takes any that is free.
  ///
  /// - Throws: ``SystemError``, such as when the port is taken.
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

  /// Whether nothing listens on the port. With SO_REUSEPORT a second process could listen beside a first. What else is
  /// wrong with the address, ``listen(address:port:)`` reports.
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

  /// The next connection; nil when there is none.
  ///
  /// - Throws: ``SystemError`` when the process or the system has no more descriptors.
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

  /// Begins to connect; the socket is writable when it is done or has failed.
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

  /// The error a connection attempt ended with; 0 for none.
  static func pendingError(_ descriptor: Int32) -> Int32 {
    var code: Int32 = 0
    var size = socklen_t(MemoryLayout<Int32>.size)
    getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &size)
    return code
  }

  /// Reads what has come, into memory that all connections of a loop share, and hands it over.
  static func read(_ descriptor: Int32, on loop: Loop, _ take: (UnsafeRawBufferPointer) -> Void) -> Transfer {
    let count = recv(descriptor, loop.scratch.baseAddress, loop.scratch.count, 0)
    if count > 0 { take(UnsafeRawBufferPointer(rebasing: loop.scratch[..<count])) }
    return transfer(count)
  }

  /// Writes `bytes` from an offset on, as many as the system takes.
  static func write(_ descriptor: Int32, _ bytes: [UInt8], from offset: Int) -> Transfer {
    transfer(
      bytes.withUnsafeBytes { bytes in
        let rest = bytes[offset...]
        return send(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count, Int32(MSG_NOSIGNAL))
      })
  }

  /// Whether an idle connection can still be used: nothing came, and the peer has not closed.
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

/// An address of a host, as the system's resolver gives it.
struct ResolvedAddress: Sendable {
  let family: Int32
  let bytes: [UInt8]

  /// Asks the resolver, which may take seconds: call it where blocking is allowed.
  static func resolve(host: String, port: Int) -> ResolvedAddress? {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(host, String(port), &hints, &list) == 0, let first = list else { return nil }
    defer { freeaddrinfo(first) }
    // IPv4 goes first: it is what Charter's own servers listen on.
    var best = first
    var next: UnsafeMutablePointer<addrinfo>? = first
    while let entry = next {
      if entry.pointee.ai_family == AF_INET {
        best = entry
        break
      }
      next = entry.pointee.ai_next
    }
    let bytes = UnsafeRawBufferPointer(start: best.pointee.ai_addr, count: Int(best.pointee.ai_addrlen))
    return ResolvedAddress(family: best.pointee.ai_family, bytes: Array(bytes))
  }
}

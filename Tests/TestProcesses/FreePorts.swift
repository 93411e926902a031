import Foundation
import Synchronization

/// Ports that nothing listens on. Each is given once, so that tests that run at the same time have different ones.
public enum FreePorts {
  private static let given = Mutex<Set<Int>>([])

  public static func take(_ count: Int) throws -> [Int] { try (0..<count).map { _ in try take() } }

  /// A port for a program that keeps it from start to start. It is not one of those that the system gives out, so that nobody
  /// else gets it meanwhile.
  public static func lasting() throws -> Int {
    for _ in 0..<100 {
      let port = Int.random(in: 20_000..<30_000)
      if isFree(port), given.withLock({ $0.insert(port).inserted }) { return port }
    }
    throw POSIXError(.EADDRNOTAVAIL)
  }

  private static func isFree(_ port: Int) -> Bool {
    let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { Glibc.close(socket) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = in_addr_t(INADDR_ANY).bigEndian
    return withUnsafeBytes(of: &address) { bytes in
      bytes.withMemoryRebound(to: sockaddr.self) { bind(socket, $0.baseAddress, socklen_t(bytes.count)) == 0 }
    }
  }

  public static func take() throws -> Int {
    while true {
      let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      defer { Glibc.close(socket) }
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_addr.s_addr = inet_addr("127.0.0.1")
      var length = socklen_t(MemoryLayout<sockaddr_in>.size)
      let code = withUnsafeMutablePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
          bind(socket, pointer, length) == 0 ? getsockname(socket, pointer, &length) : -1
        }
      }
      guard code == 0 else { throw POSIXError(.EADDRNOTAVAIL) }
      let port = Int(UInt16(bigEndian: address.sin_port))
      if given.withLock({ $0.insert(port).inserted }) { return port }
    }
  }
}

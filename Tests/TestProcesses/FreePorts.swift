import Foundation
import Synchronization

/// Ports that nothing listens on. Each is given once, so that tests that run at the same time have different ones.
public enum FreePorts {
  private static let given = Mutex<Set<Int>>([])

  public static func take(_ count: Int) throws -> [Int] { try (0..<count).map { _ in try take() } }

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

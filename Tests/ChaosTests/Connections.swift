import Foundation
import Glibc
import Testing

/// A raw non-blocking connection, so that a test can drive many of them from one task.
final class RawConnection {
  let descriptor: Int32
  private(set) var received: [UInt8] = []
  /// The time at which the end of the connection was noticed.
  private(set) var ended: ContinuousClock.Instant?

  /// Nil when the connection cannot be established.
  init?(port: Int) {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    let descriptor = descriptor
    let code = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard descriptor >= 0, code == 0 else {
      if descriptor >= 0 { close(descriptor) }
      return nil
    }
    _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
  }

  deinit { close(descriptor) }

  /// Sends as much as the system accepts at once; returns the number of bytes.
  @discardableResult func send(_ text: String) -> Int {
    let bytes = Array(text.utf8)
    return max(0, Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)))
  }

  /// Reads all available bytes.
  func receive() {
    var buffer = [UInt8](repeating: 0, count: 16_384)
    while ended == nil {
      let count = recv(descriptor, &buffer, buffer.count, 0)
      if count > 0 {
        received += buffer[..<count]
      } else {
        if count == 0 || errno != EAGAIN { ended = .now }
        return
      }
    }
  }

  /// Discards the received bytes; returns their number.
  func takeReceived() -> Int {
    defer { received = [] }
    return received.count
  }

  var status: Int? {
    let text = String(decoding: received.prefix(12), as: UTF8.self)
    return text.hasPrefix("HTTP/1.1 ") ? Int(text.suffix(3)) : nil
  }

  /// Resets the connection, as a crashed client would.
  func reset() {
    var linger = linger(l_onoff: 1, l_linger: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout.size(ofValue: linger)))
    shutdown(descriptor, Int32(SHUT_RDWR))
  }
}

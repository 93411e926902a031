import ServiceCore
import Synchronization

/// The socket of a connection to a server that has switched protocols, until a tunnel takes it; closed if none does.
final class UpgradedSocket: UpgradedConnection {
  private let content: Mutex<Content?>

  struct Content: Sendable {
    let descriptor: Int32
    /// What the server has sent behind its response.
    let bytes: [UInt8]
  }

  /// - Parameter descriptor: no event of any loop waits for it any more.
  init(_ descriptor: Int32, _ bytes: [UInt8]) { content = Mutex(Content(descriptor: descriptor, bytes: bytes)) }

  /// Its content, which the caller closes from then on; nil where it was taken before.
  func take() -> Content? { content.withLock { $0.take() } }

  deinit {
    if let content = take() { Socket.close(content.descriptor) }
  }
}

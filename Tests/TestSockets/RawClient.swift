import Glibc

/// A client that sends any bytes, and blocks its thread while it reads.
public final class RawClient {
  /// Its socket, which is closed with it.
  public let descriptor: Int32
  private let isHead: Bool
  private var received: [UInt8] = []

  /// How long a server may be silent before it counts as one that waits, in seconds. No test that passes waits.
  private static let patience = 60

  /// Connects to a port of this machine.
  ///
  /// - Parameter isHead: whether its first request is HEAD, whose response has no body.
  public init(port: Int, isHead: Bool = false) throws {
    self.isHead = isHead
    descriptor = try Raw.socket()
    Raw.set(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, Int32(1))
    Raw.set(descriptor, SOL_SOCKET, SO_RCVTIMEO, timeval(tv_sec: Self.patience, tv_usec: 0))
    Raw.set(descriptor, SOL_SOCKET, SO_SNDTIMEO, timeval(tv_sec: Self.patience, tv_usec: 0))
    try Raw.withLoopback(port) { connect(descriptor, $0, $1) }
  }

  deinit { close(descriptor) }

  /// Sends a text as ``bytes(_:)``.
  public func send(_ text: String) { Raw.send(descriptor, bytes(text)) }

  /// Reads until the server closes, or until what came is enough; all that came since the beginning.
  public func receive(until isEnough: (String) -> Bool = { _ in false }) -> Replies {
    while let more = Raw.receive(descriptor) {
      if more.isEmpty { return Replies(received, isHead: isHead, isClosed: true) }
      received += more
      if isEnough(String(decoding: received, as: UTF8.self)) { break }
    }
    return Replies(received, isHead: isHead, isClosed: false)
  }

  /// Has what came until now be no part of what ``receive(until:)`` returns.
  public func forget() { received = [] }
}

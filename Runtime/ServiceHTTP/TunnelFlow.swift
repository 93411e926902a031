import ServiceLoop

/// One direction of a tunnel: passes the bytes of one socket on to another, unread.
///
/// The source is not read while the target takes no more: at most one read's bytes are in memory, beside those with which it
/// began.
struct TunnelFlow {
  private let source: Int32
  private let target: Int32
  private let readable: LoopEvent
  private let writable: LoopEvent
  /// The bytes for the target, and how many of them have been written.
  private var bytes: [UInt8]
  private var written = 0
  /// Whether the source has closed its sending side.
  private var isEnding = false
  /// Whether the target has all that the source has sent, and its end.
  private(set) var hasEnded = false

  enum Outcome {
    case passes
    /// The connection to the source, or to the target, broke.
    case sourceBroke, targetBroke
  }

  /// - Parameters:
  ///   - readable: an event for the source.
  ///   - writable: an event for the target.
  ///   - bytes: what the target gets first.
  init(from source: Int32, to target: Int32, readable: LoopEvent, writable: LoopEvent, _ bytes: [UInt8]) {
    (self.source, self.target, self.bytes) = (source, target, bytes)
    (self.readable, self.writable) = (readable, writable)
  }

  /// The bytes that the target has not got.
  var unwritten: ArraySlice<UInt8> { bytes[written...] }

  /// Passes on what the source has sent.
  mutating func receive(on loop: Loop) -> Outcome {
    switch Socket.read(source, on: loop, { bytes.append(contentsOf: $0) }) {
    case .wouldBlock: return .passes
    case .failed: return .sourceBroke
    case .closed: isEnding = true
    case .bytes: break
    }
    return send()
  }

  /// Writes to the target, and reads the source again once all is written.
  mutating func send() -> Outcome {
    while written < bytes.count {
      switch Socket.write(target, bytes, from: written) {
      case .bytes(let count): written += count
      case .closed, .failed: return .targetBroke
      case .wouldBlock:
        readable.remove()
        writable.add()
        return .passes
      }
    }
    // A tunnel that is silent keeps little memory.
    bytes.removeAll(keepingCapacity: bytes.capacity <= 4_096)
    written = 0
    writable.remove()
    if isEnding { end() } else { readable.add() }
    return .passes
  }

  /// Passes nothing on any more.
  mutating func abandon() {
    readable.remove()
    writable.remove()
    (bytes, written, hasEnded) = ([], 0, true)
  }

  private mutating func end() {
    readable.remove()
    Socket.shutdownWriting(target)
    hasEnded = true
  }
}

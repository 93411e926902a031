import Synchronization

/// A streamed response body: the transfers' thread fills it, and a task reads it.
final class Download: Sendable {
  /// The maximum number of buffered bytes.
  static let limit = 65_536

  private struct State {
    var bytes: [UInt8] = []
    var isFull = false
    var isEnded = false
    var failure: Failure?
    var readers: [CheckedContinuation<Void, Never>] = []
  }

  private let state = Mutex(State())

  /// Appends received bytes; false, without appending, when the buffer has no room yet.
  func add(_ bytes: [UInt8]) -> Bool {
    let (isAdded, readers) = state.withLock { state in
      guard state.bytes.isEmpty || state.bytes.count + bytes.count <= Self.limit else {
        state.isFull = true
        return (false, [CheckedContinuation<Void, Never>]())
      }
      if state.bytes.isEmpty { state.bytes = bytes } else { state.bytes += bytes }
      defer { state.readers = [] }
      return (true, state.readers)
    }
    for reader in readers { reader.resume() }
    return isAdded
  }

  /// Ends the body, complete or with a failure. Bytes received before are still delivered, unless it was cancelled.
  func end(_ failure: Failure?) {
    let readers = state.withLock { state in
      if !state.isEnded { (state.isEnded, state.failure) = (true, failure) }
      if case .cancelled? = failure { state.bytes = [] }
      defer { state.readers = [] }
      return state.readers
    }
    for reader in readers { reader.resume() }
  }

  private enum Step {
    case piece([UInt8], wasFull: Bool)
    case end(Failure?)
    case wait
  }

  /// The next piece; nil at the end.
  ///
  /// - Parameter resume: called when a full buffer has room again.
  func next(resume: () -> Void) async throws(Failure) -> [UInt8]? {
    while true {
      switch state.withLock({ Self.step(&$0) }) {
      case .piece(let bytes, let wasFull):
        if wasFull { resume() }
        return bytes
      case .end(let failure):
        if let failure { throw failure }
        return nil
      case .wait: await waitForChange()
      }
    }
  }

  private static func step(_ state: inout State) -> Step {
    if !state.bytes.isEmpty {
      defer { (state.bytes, state.isFull) = ([], false) }
      return .piece(state.bytes, wasFull: state.isFull)
    }
    return state.isEnded ? .end(state.failure) : .wait
  }

  private func waitForChange() async {
    await withCheckedContinuation { continuation in
      let hasChanged = state.withLock { state in
        if !state.bytes.isEmpty || state.isEnded { return true }
        state.readers.append(continuation)
        return false
      }
      if hasChanged { continuation.resume() }
    }
  }
}

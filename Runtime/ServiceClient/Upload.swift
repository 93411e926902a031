import ServiceCore
import Synchronization

/// A request's body that comes piece by piece: a task pulls the pieces, and the transfers' thread takes them.
///
/// One piece is held while the next one is made, however long the body is.
final class Upload: Sendable {
  enum Part {
    case bytes(ArraySlice<UInt8>)
    /// Nothing is there; who was told this is told through `wake` when there is.
    case notYet
    case end
  }

  private struct State {
    var piece: ArraySlice<UInt8> = []
    var isWhole = false
    var isClosed = false
    var isAwaited = false
    /// The task, until the piece before its next one is gone.
    var waiting: CheckedContinuation<Void, Never>?
    var task: Task<Void, Never>?
  }

  let length: Int?
  private let state = Mutex(State())

  init(length: Int?) { self.length = length }

  /// - Parameters:
  ///   - wake: is called when more has come, after a ``Part/notYet``.
  ///   - fail: is called when the body cannot be read, or is not what it was said to be.
  func start(
    _ stream: ByteStream, wake: @escaping @Sendable () -> Void, fail: @escaping @Sendable (Failure) -> Void
  ) {
    let task = Task { await pull(stream, wake, fail) }
    let isClosed = state.withLock { state in
      state.task = task
      return state.isClosed
    }
    if isClosed { task.cancel() }
  }

  private func pull(_ stream: ByteStream, _ wake: () -> Void, _ fail: (Failure) -> Void) async {
    var left = length
    do {
      for try await piece in stream where !piece.isEmpty {
        left? -= piece.count
        guard left ?? 0 >= 0, await offer(piece, wake) else { break }
      }
    } catch {
      return fail(.body(error))
    }
    guard left ?? 0 == 0 || isClosed else {
      return fail(.final("the request's body has another length than it was said to have"))
    }
    if change({ $0.isWhole = true }) { wake() }
  }

  private var isClosed: Bool { state.withLock { $0.isClosed } }

  /// Waits until the piece before is gone; false when nobody takes any more.
  private func offer(_ piece: [UInt8], _ wake: () -> Void) async -> Bool {
    await withCheckedContinuation { continuation in
      let isFree = state.withLock { state in
        if state.piece.isEmpty || state.isClosed { return true }
        state.waiting = continuation
        return false
      }
      if isFree { continuation.resume() }
    }
    guard !isClosed else { return false }
    if change({ $0.piece = piece[...] }) { wake() }
    return true
  }

  /// Changes what there is to take; true when that is waited for.
  private func change(_ body: (inout State) -> Void) -> Bool {
    state.withLock { state in
      body(&state)
      defer { state.isAwaited = false }
      return state.isAwaited
    }
  }

  /// The next part, of at most `limit` bytes.
  func take(atMost limit: Int) -> Part {
    let (part, waiting) = state.withLock { state -> (Part, CheckedContinuation<Void, Never>?) in
      if state.piece.isEmpty {
        if state.isWhole || state.isClosed { return (.end, nil) }
        state.isAwaited = true
        return (.notYet, nil)
      }
      let part = state.piece.prefix(limit)
      state.piece = state.piece.dropFirst(limit)
      guard state.piece.isEmpty else { return (.bytes(part), nil) }
      defer { state.waiting = nil }
      return (.bytes(part), state.waiting)
    }
    waiting?.resume()
    return part
  }

  /// Takes nothing more, and ends the task.
  func close() {
    let (task, waiting) = state.withLock { state in
      state.isClosed = true
      defer { (state.task, state.waiting) = (nil, nil) }
      return (state.task, state.waiting)
    }
    waiting?.resume()
    task?.cancel()
  }
}

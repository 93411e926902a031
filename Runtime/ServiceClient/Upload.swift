import ServiceCore
import Synchronization

/// A streamed request body: a task pulls its pieces, and the transfers' thread sends them.
///
/// At most one piece is buffered while the next one is produced.
final class Upload: Sendable {
  enum Part {
    case bytes(ArraySlice<UInt8>)
    /// Nothing is available yet; `wake` is called when there is.
    case notYet
    case end
  }

  private struct State {
    var piece: ArraySlice<UInt8> = []
    var isComplete = false
    var isClosed = false
    var isAwaited = false
    /// The pulling task, while it waits until the previous piece was taken.
    var waiting: CheckedContinuation<Void, Never>?
    var task: Task<Void, Never>?
  }

  let length: Int?
  private let state = Mutex(State())

  init(length: Int?) { self.length = length }

  /// - Parameters:
  ///   - wake: called when more is available after a ``Part/notYet``.
  ///   - fail: called when the body cannot be read, or its length differs from the announced one.
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
      return fail(.final("the length of the request's body differs from its content-length"))
    }
    if change({ $0.isComplete = true }) { wake() }
  }

  private var isClosed: Bool { state.withLock { $0.isClosed } }

  /// Waits until the previous piece was taken and offers the next one; false when the upload was closed.
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

  /// Changes the state; true when the transfers' thread waits for more.
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
        if state.isComplete || state.isClosed { return (.end, nil) }
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

  /// Stops taking pieces, and cancels the task.
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

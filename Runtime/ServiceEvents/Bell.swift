import Synchronization

/// Rings once for any number of events: the task that waits for it goes on.
final class Bell: Sendable {
  private struct State {
    var isRung = false
    var waiter: CheckedContinuation<Void, Never>?
  }

  private let state = Mutex(State())

  func ring() {
    let waiter = state.withLock { state in
      state.isRung = state.waiter == nil
      defer { state.waiter = nil }
      return state.waiter
    }
    waiter?.resume()
  }

  /// Waits for a ring, or returns at once if there was one since the last call; and when the task is cancelled.
  func wait() async {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let goesOn = state.withLock { state in
          // The cancellation may have come before.
          if state.isRung || Task.isCancelled || state.waiter != nil {
            state.isRung = false
            return true
          }
          state.waiter = continuation
          return false
        }
        if goesOn { continuation.resume() }
      }
    } onCancel: {
      ring()
    }
  }

  /// The same, for a time at most.
  func wait(milliseconds: Int, _ sleep: @escaping @Sendable (_ milliseconds: Int) async throws -> Void) async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await self.wait() }
      group.addTask { try? await sleep(milliseconds) }
      await group.next()
      group.cancelAll()
    }
  }
}

import CPostgres
import ServiceCore
import ServiceLoop

/// Statements that nobody waits for any more.
extension Connection {
  /// How many milliseconds after its cancellation a task's statement is aborted at the latest.
  private static let watchInterval = 10
  /// After how many milliseconds the server is asked again: a request that arrives before the server has begun is lost.
  private static let abortInterval = 50

  /// Looks regularly at whether the first statement's task is cancelled. A handler at each statement's task would cost
  /// more than many statements do.
  func watchCallers() {
    let event = LoopEvent(loop, .timer) { [weak self] in self?.here { $0.lookAtCaller() } }
    event.add(milliseconds: Self.watchInterval)
    watching = event
    idleTicks = 0
  }

  private func lookAtCaller() {
    guard let first = pending.first else {
      // It is kept for a second: a busy connection would start and stop it all the time.
      idleTicks += 1
      if idleTicks >= 1_000 / Self.watchInterval { watching = nil }
      return
    }
    idleTicks = 0
    guard first.task?.isCancelled == true, loop.now - abortAsked >= Self.abortInterval else { return }
    abortAsked = loop.now
    abortFirst()
  }

  /// Asks the server to abort the statement that it is running. The request uses a connection of its own, and blocks.
  private func abortFirst() {
    guard let pointer = handle?.pointer, let request = PQgetCancel(pointer) else { return }
    let cancellation = Cancellation(request)
    Task(executorPreference: loop) { await BlockingPool.shared.run { cancellation.send() } }
  }

  /// `@unchecked`: passed to one thread, the only one that uses it.
  private final class Cancellation: @unchecked Sendable {
    private let request: OpaquePointer

    init(_ request: OpaquePointer) { self.request = request }
    deinit { PQfreeCancel(request) }

    func send() {
      var message = [CChar](repeating: 0, count: 256)
      PQcancel(request, &message, Int32(message.count))
    }
  }
}

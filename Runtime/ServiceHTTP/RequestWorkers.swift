import ServiceCore
import ServiceLoop

/// The tasks in which one loop's requests are handled. A task handles one request after another: to create one costs as
/// much as the rest of a small request.
///
/// `@unchecked`: touched on its loop only, where no access overlaps another: its exclusivity need not be checked.
final class RequestWorkers: @unchecked Sendable {
  /// The executor of the tasks is the loop's: calls of actors of the same loop, and back, go through no queue.
  private let executor: Executor
  @exclusivity(unchecked) private var idle: [RequestWorker] = []
  @exclusivity(unchecked) private var isStopped = false
  /// The maximum number of tasks that wait for a request.
  private static let idleLimit = 32

  private actor Executor: LoopBound {
    nonisolated let loop: Loop

    init(_ loop: Loop) { self.loop = loop }

    /// Handles requests until the worker is released.
    func run(_ worker: RequestWorker, _ workers: RequestWorkers) async {
      while let work = worker.next() {
        await respond(to: work.exchange, of: work.connection)
        guard workers.isReusable(worker) else { return }
        await withUnsafeContinuation { continuation in
          worker.continuation = continuation
          workers.idle.append(worker)
        }
      }
    }

    /// Isolated, as are the closures in it, which have to capture the actor for that: handlers inherit it, and call other
    /// actors of the loop without a switch.
    private func respond(to exchange: ServerConnection.Exchange, of connection: ServerConnection) async {
      let number = exchange.number
      let response: HTTPResponse
      if let route = exchange.route {
        let routed = RoutedRequest(request: exchange.request, pathValues: exchange.pathValues)
        if let deadline = exchange.deadline {
          response = await Deadline.$current.withValue(deadline) {
            _ = self
            return await route.respond(to: routed)
          }
        } else {
          response = await route.respond(to: routed)
        }
      } else if let respond = exchange.respond {
        let request = exchange.request
        response = await Deadline.$current.withValue(exchange.deadline) {
          _ = self
          return await respond(request)
        }
      } else {
        return
      }
      guard let stream = connection.here({ $0.answered(response, number) }) else { return }
      await connection.send(stream, number)
    }
  }

  init(_ loop: Loop) { executor = Executor(loop) }

  /// Handles a request in a task, until that first suspends.
  func handle(_ exchange: ServerConnection.Exchange, of connection: ServerConnection) {
    if let worker = idle.popLast(), let continuation = worker.continuation {
      worker.continuation = nil
      worker.work = (connection, exchange)
      exchange.worker = worker
      return executor.loop.resumeNow(continuation)
    }
    let worker = RequestWorker()
    worker.work = (connection, exchange)
    exchange.worker = worker
    // Detached: it has nothing from the request in whose task it may be created.
    worker.task = Task.immediateDetached(executorPreference: executor.loop) { [executor, self] in
      await executor.run(worker, self)
    }
    if worker.isCancelled { worker.task?.cancel() }
  }

  /// A task that was cancelled stays so.
  private func isReusable(_ worker: RequestWorker) -> Bool {
    !worker.isCancelled && !isStopped && idle.count < Self.idleLimit
  }

  /// Ends the tasks.
  func stop() {
    isStopped = true
    while let worker = idle.popLast() {
      if let continuation = worker.continuation { executor.loop.resumeNow(continuation) }
    }
  }
}

/// A task that handles requests.
///
/// `@unchecked`: touched on its loop only, where no access overlaps another: its exclusivity need not be checked.
final class RequestWorker: @unchecked Sendable {
  @exclusivity(unchecked) fileprivate var task: Task<Void, Never>?
  @exclusivity(unchecked) fileprivate var work: (connection: ServerConnection, exchange: ServerConnection.Exchange)?
  @exclusivity(unchecked) fileprivate var continuation: UnsafeContinuation<Void, Never>?
  fileprivate private(set) var isCancelled = false

  /// Cancels the request that it handles, and ends with it.
  func cancel() {
    isCancelled = true
    task?.cancel()
  }

  fileprivate func next() -> (connection: ServerConnection, exchange: ServerConnection.Exchange)? {
    defer { work = nil }
    return work
  }
}

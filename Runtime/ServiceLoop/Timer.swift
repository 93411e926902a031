/// Sleeping on a loop.
extension Loop {
  /// Suspends without blocking the thread.
  ///
  /// - Throws: `CancellationError` as soon as the task is cancelled.
  public func sleep(milliseconds: Int) async throws {
    let sleeper = Sleeper(loop: self)
    try await withTaskCancellationHandler {
      try await sleeper.sleep(milliseconds)
    } onCancel: {
      Task(executorPreference: self) { await sleeper.cancel() }
    }
  }
}

private actor Sleeper: LoopBound {
  nonisolated let loop: Loop
  private var event: LoopEvent?
  private var continuation: CheckedContinuation<Void, any Error>?
  private var isCancelled = false

  init(loop: Loop) { self.loop = loop }

  func sleep(_ milliseconds: Int) async throws {
    try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
      if isCancelled { return continuation.resume(throwing: CancellationError()) }
      self.continuation = continuation
      let event = LoopEvent(loop, .once) { [weak self] in self?.assumeIsolated { $0.fire() } }
      event.add(milliseconds: milliseconds)
      self.event = event
    }
  }

  private func fire() {
    continuation?.resume()
    continuation = nil
    event = nil
  }

  func cancel() {
    isCancelled = true
    continuation?.resume(throwing: CancellationError())
    continuation = nil
    event = nil
  }
}

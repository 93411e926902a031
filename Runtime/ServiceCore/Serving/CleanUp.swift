/// Runs what must be undone or finished to its end, even if the task that asks for it was cancelled or has no time left.
///
/// In such a task every statement and every call to another service is refused at once: a handler whose client has
/// disconnected could free nothing of what it holds. `body` runs in a task that nobody cancels, on the same executor,
/// and with a deadline of its own in place of the call's. The caller waits for it.
///
/// - Parameter milliseconds: the deadline of the statements and calls in `body`.
public func cleanUp(within milliseconds: Int = 5_000, _ body: @escaping @Sendable () async -> Void) async {
  let executor = withUnsafeCurrentTask { $0?.unownedTaskExecutor?.asTaskExecutor() }
  let deadline = Deadline(in: milliseconds)
  await Task.immediate(executorPreference: executor) {
    await Deadline.$current.withValue(deadline) { await body() }
  }.value
}

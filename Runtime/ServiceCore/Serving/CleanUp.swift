/// Runs cleanup to completion, even if the calling task was cancelled or has no time left.
///
/// In such a task every statement and every call to another service is refused at once: a handler whose client has
/// disconnected could not release its resources. `body` runs in a task that is never cancelled, on the same executor,
/// with a deadline of its own instead of the call's. The caller waits for it.
///
/// - Parameter milliseconds: the deadline of the statements and calls in `body`.
public func cleanUp(within milliseconds: Int = 5_000, _ body: @escaping @Sendable () async -> Void) async {
  let executor = withUnsafeCurrentTask { $0?.unownedTaskExecutor?.asTaskExecutor() }
  let deadline = Deadline(in: milliseconds)
  await Task.immediate(executorPreference: executor) {
    await Deadline.$current.withValue(deadline) { await body() }
  }.value
}

import ServiceCore

/// An exceeded time limit. It names the operations that had not responded.
public struct TimeLimitError: Error, Sendable, CustomStringConvertible {
  public let description: String
}

/// Runs `body` in a task of its own, and waits for it no longer than `limit`.
///
/// - Parameter name: the name of a call.
/// - Throws: what `body` throws; ``TimeLimitError``, after which `body` is cancelled, and left running if it does not
///   end.
func limited<Value: Sendable>(
  to limit: Duration, of name: String? = nil, on executor: (any TaskExecutor)? = nil, _ record: TestRecord,
  _ body: @escaping @Sendable () async throws -> Value
) async throws -> Value {
  let (results, source) = AsyncStream<Result<Value, any Error>>.makeStream()
  if let name { record.begin(name) }
  let work = Task(executorPreference: executor) {
    let result = await Result { try await body() }
    if let name { record.end(name) }
    source.yield(result)
  }
  let timer = Task {
    try await Task.sleep(for: limit)
    source.yield(.failure(TimeLimitError(description: record.hang(name, limit))))
  }
  defer {
    work.cancel()
    timer.cancel()
  }
  for await result in results { return try result.get() }
  throw CancellationError()
}

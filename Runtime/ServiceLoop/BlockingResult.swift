import Glibc

/// Passes a value from a task to a thread that waits for it.
///
/// `@unchecked`: the value is written before the semaphore is posted, and read after it.
package final class BlockingResult<Value: Sendable>: @unchecked Sendable {
  private var value: Value?
  private let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

  package init() { sem_init(semaphore, 0, 0) }
  deinit { semaphore.deallocate() }

  package func give(_ value: Value) {
    self.value = value
    sem_post(semaphore)
  }

  /// Runs `body` on other threads, and waits for its result on this one.
  package static func wait(for body: @escaping @Sendable () async -> Value) -> Value {
    let result = BlockingResult()
    Task { result.give(await body()) }
    return result.take()
  }

  package func take() -> Value {
    while true {
      while sem_wait(semaphore) != 0 {}
      if let value { return value }
    }
  }
}

extension Result where Failure == any Error {
  /// The result or error of `body`.
  package init(_ body: () async throws -> Success) async {
    do {
      self = .success(try await body())
    } catch {
      self = .failure(error)
    }
  }
}

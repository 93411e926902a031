import Glibc
import ServiceCore
import Synchronization

/// A small thread pool for blocking work: name resolution, cancelling a query, reading files.
public final class BlockingPool: Sendable {
  public static let shared = BlockingPool(threads: 4)
  /// For work that may take seconds, such as migrations: it must not keep connections from being opened meanwhile.
  public static let administration = BlockingPool(threads: 4)

  private let state: Mutex<Jobs>
  private let signal: Signal

  private struct Jobs {
    var incoming: [@Sendable () -> Void] = []
    /// The jobs to run next, in reverse order. A job is moved from `incoming` at most once, so `take` is amortised
    /// constant.
    var next: [@Sendable () -> Void] = []

    mutating func take() -> (@Sendable () -> Void)? {
      if next.isEmpty { swap(&next, &incoming); next.reverse() }
      return next.popLast()
    }
  }

  public init(threads: Int) {
    state = Mutex(Jobs())
    signal = Signal()
    for _ in 0..<threads {
      var thread = pthread_t()
      // Its threads never end, and so it is never freed.
      let pointer = Unmanaged.passRetained(self).toOpaque()
      let code = pthread_create(
        &thread, nil,
        { pointer in
          if let pointer { Unmanaged<BlockingPool>.fromOpaque(pointer).takeUnretainedValue().work() }
          return nil
        }, pointer)
      if code == 0 { pthread_detach(thread) }
    }
  }

  /// Runs `body` on one of the pool's threads and waits for it without blocking the caller's.
  public func run<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
    await withCheckedContinuation { continuation in
      state.withLock { $0.incoming.append { continuation.resume(returning: body()) } }
      signal.post()
    }
  }

  private func work() {
    while true {
      signal.wait()
      let job = state.withLock { $0.take() }
      job?()
    }
  }
}

/// A POSIX counting semaphore.
///
/// `@unchecked`: a POSIX semaphore is safe to use from several threads, and its memory never moves.
private final class Signal: @unchecked Sendable {
  private let semaphore: UnsafeMutablePointer<sem_t>

  init() {
    semaphore = .allocate(capacity: 1)
    sem_init(semaphore, 0, 0)
  }

  func post() { sem_post(semaphore) }

  func wait() {
    while sem_wait(semaphore) != 0 && errno == EINTR {}
  }
}

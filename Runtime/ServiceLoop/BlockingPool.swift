import Glibc
import ServiceCore
import Synchronization

/// The few threads that do what blocks: name resolution, cancelling a query, reading files.
public final class BlockingPool: Sendable {
  public static let shared = BlockingPool(threads: 4)

  private let state: Mutex<Jobs>
  private let signal: Signal

  private struct Jobs {
    var coming: [@Sendable () -> Void] = []
    /// The next ones, the first of them last: none is moved more than once.
    var next: [@Sendable () -> Void] = []

    mutating func take() -> (@Sendable () -> Void)? {
      if next.isEmpty { swap(&next, &coming); next.reverse() }
      return next.popLast()
    }
  }

  public init(threads: Int) {
    state = Mutex(Jobs())
    signal = Signal()
    for _ in 0..<threads {
      var thread = pthread_t()
      let pointer = Unmanaged.passUnretained(self).toOpaque()
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
      state.withLock { $0.coming.append { continuation.resume(returning: body()) } }
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

/// A counting semaphore of the system's.
///
/// `@unchecked`: a semaphore is made to be used by many threads; its memory stays where it is.
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

import Glibc

/// Termination signals, received by polling instead of interrupting the program.
struct Signals: Sendable {
  private var set = sigset_t()

  /// Every signal that this program handles or ignores; children start with the default action for each.
  static let handled = [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE]

  /// Blocks SIGINT, SIGTERM, SIGHUP and SIGQUIT in this thread and those it starts from now on.
  ///
  /// No Swift task may run on the main thread at the same time: libdispatch's main loop unblocks all signals.
  init() {
    sigemptyset(&set)
    for number in Self.handled where number != SIGPIPE {
      sigaddset(&set, number)
      // Shells start background commands with SIGINT ignored, and an ignored signal is never received.
      signal(number, SIG_DFL)
    }
    pthread_sigmask(SIG_BLOCK, &set, nil)
    // A reader of the output such as `head` that ends early must not end this program before its children.
    signal(SIGPIPE, SIG_IGN)
  }

  /// The next signal; nil when none arrives within `milliseconds`.
  func received(within milliseconds: Int = 0) -> Int32? {
    var time = timespec(tv_sec: milliseconds / 1_000, tv_nsec: milliseconds % 1_000 * 1_000_000)
    var set = set
    let signal = sigtimedwait(&set, nil, &time)
    return signal > 0 ? signal : nil
  }
}

/// A lock on a data folder, which only one process may use at a time.
struct Lock {
  private let descriptor: Int32

  init(_ path: String) throws {
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
    guard descriptor >= 0 else { throw Failure("\(path) cannot be written: \(lastError())") }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      throw Failure("another ./charter uses this data folder: stop it, or use --data DIR")
    }
  }

  func release() { close(descriptor) }
}

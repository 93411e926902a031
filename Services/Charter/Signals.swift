import Glibc

/// The signals that end a program, taken one by one instead of interrupting it.
struct Signals: Sendable {
  private var set = sigset_t()

  /// Every signal that this program handles or ignores; its children start with the default of each.
  static let handled = [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE]

  /// Holds SIGINT, SIGTERM, SIGHUP and SIGQUIT back from now on, in this thread and those it starts.
  ///
  /// No task may run on the main thread beside it: libdispatch's main loop lets all signals through.
  init() {
    sigemptyset(&set)
    for number in Self.handled where number != SIGPIPE {
      sigaddset(&set, number)
      // A shell starts what runs in the background with SIGINT ignored, and what is ignored is never taken.
      signal(number, SIG_DFL)
    }
    pthread_sigmask(SIG_BLOCK, &set, nil)
    // A reader such as `head` that goes away must not end the program before its children.
    signal(SIGPIPE, SIG_IGN)
  }

  /// The next signal; nil when none comes in so many milliseconds.
  func received(within milliseconds: Int = 0) -> Int32? {
    var time = timespec(tv_sec: milliseconds / 1_000, tv_nsec: milliseconds % 1_000 * 1_000_000)
    var set = set
    let signal = sigtimedwait(&set, nil, &time)
    return signal > 0 ? signal : nil
  }
}

/// Keeps two of them from using one data folder.
struct Lock {
  private let descriptor: Int32

  init(_ path: String) throws {
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
    guard descriptor >= 0 else { throw Failure("\(path) cannot be written: \(lastError())") }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      throw Failure("another ./charter up runs on this data folder; stop it, or use --data DIR")
    }
  }

  func release() { close(descriptor) }
}

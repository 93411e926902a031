import Glibc
import ServiceCore
import Synchronization

/// The transfers of one transport and their thread, which ends when this object is no longer referenced.
final class Transfers: Sendable {
  let mailbox: Mailbox

  init(connections: Int) throws(ConfigurationError) {
    guard let multi = MultiHandle(connections: connections) else {
      throw ConfigurationError("libcurl cannot be initialised")
    }
    mailbox = Mailbox(multi)
    var thread = pthread_t()
    let pointer = Unmanaged.passRetained(mailbox).toOpaque()
    let code = pthread_create(
      &thread, nil,
      { pointer in
        if let pointer { Transfers.work(Unmanaged<Mailbox>.fromOpaque(pointer).takeRetainedValue()) }
        return nil
      }, pointer)
    guard code == 0 else {
      Unmanaged<Mailbox>.fromOpaque(pointer).release()
      throw ConfigurationError("cannot start the thread for transfers: error \(code)")
    }
    pthread_detach(thread)
  }

  deinit { mailbox.stop() }

  func post(_ command: Command) { mailbox.post(command) }

  private static func work(_ mailbox: Mailbox) {
    // Signals are for the program's own threads. Blocking SIGPIPE also turns a write to a closed connection into an
    // error instead of ending the program.
    var all = sigset_t()
    sigfillset(&all)
    pthread_sigmask(SIG_BLOCK, &all, nil)
    TransferLoop(mailbox).run()
  }
}

/// A command from a task to the transfers' thread.
enum Command: Sendable {
  case start(Exchange)
  /// More of the request body is available.
  case resumeSending(Exchange)
  /// There is room for more of the response body.
  case resumeReceiving(Exchange)
  /// The failure is nil when the response is complete.
  case end(Exchange, Failure?)
}

/// The queue of commands to the thread.
final class Mailbox: Sendable {
  private struct State {
    var commands: [Command] = []
    var isStopped = false
  }

  let multi: MultiHandle
  private let state = Mutex(State())

  init(_ multi: MultiHandle) { self.multi = multi }

  func post(_ command: Command) {
    let isFirst = state.withLock { state in
      guard !state.isStopped else { return false }
      state.commands.append(command)
      return state.commands.count == 1
    }
    if isFirst { multi.wake() }
  }

  func stop() {
    state.withLock { state in state.isStopped = true }
    multi.wake()
  }

  /// The commands since the last call; nil when the thread is to stop.
  func take() -> [Command]? {
    state.withLock { state in
      defer { state.commands = [] }
      return state.isStopped ? nil : state.commands
    }
  }
}

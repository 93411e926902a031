import Glibc
import ServiceCore
import Synchronization

/// The transfers of one transport, and the thread they run on. The thread ends when nobody holds this any more.
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
      throw ConfigurationError("the thread for transfers cannot be started: error \(code)")
    }
    pthread_detach(thread)
  }

  deinit { mailbox.stop() }

  func post(_ command: Command) { mailbox.post(command) }

  private static func work(_ mailbox: Mailbox) {
    // A signal of the program's is for the program's own threads; and a write to a connection that is gone is an
    // error here, not the program's end by SIGPIPE.
    var all = sigset_t()
    sigfillset(&all)
    pthread_sigmask(SIG_BLOCK, &all, nil)
    TransferLoop(mailbox).run()
  }
}

/// What tasks have the transfers' thread do.
enum Command: Sendable {
  case start(Exchange)
  /// More of the request's body is there.
  case resumeSending(Exchange)
  /// There is room for more of the answer's body.
  case resumeReceiving(Exchange)
  /// Nil when the answer is whole.
  case end(Exchange, Failure?)
}

/// Where commands wait for the thread.
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

  /// The commands since the last time; nil when there is nothing more to do.
  func take() -> [Command]? {
    state.withLock { state in
      defer { state.commands = [] }
      return state.isStopped ? nil : state.commands
    }
  }
}

import ServiceCore
import Synchronization

/// One attempt at a request: what a task and the transfers' thread tell each other.
final class Exchange: Sendable {
  enum Outcome: Sendable {
    case whole(HTTPResponse)
    /// The head came; the body follows, of a length that may be known.
    case streamed(HTTPResponse, length: Int?, Download)
    case failed(Failure)
  }

  /// What is to be sent, and what limits there are.
  struct Order: Sendable {
    let request: HTTPRequest
    let url: String
    let options: CurlTransport.Options
    let streamsAnswer: Bool
    /// libcurl sends a request again, without a word, when a connection that was used before turns out to be closed.
    /// What must not be done twice gets a connection that nothing has used.
    let usesOwnConnection: Bool
    /// By when the answer must be there.
    let deadline: Deadline
    /// How long a body that is a stream may stand still, in milliseconds.
    let patience: Int
  }

  private struct State {
    var outcome: Outcome?
    var waiting: CheckedContinuation<Outcome, Never>?
  }

  let order: Order
  let upload: Upload?
  private let state = Mutex(State())

  init(_ order: Order) {
    self.order = order
    upload = order.request.stream.map { Upload(length: $0.length) }
  }

  var isSettled: Bool { state.withLock { $0.outcome != nil } }

  /// Says what came of it. The first word counts.
  func settle(_ outcome: Outcome) {
    let waiting = state.withLock { state -> CheckedContinuation<Outcome, Never>? in
      guard state.outcome == nil else { return nil }
      state.outcome = outcome
      defer { state.waiting = nil }
      return state.waiting
    }
    waiting?.resume(returning: outcome)
  }

  /// Has `transfers` do it and waits for what comes of it. It ends with the task that waits.
  func run(on transfers: Transfers) async -> Outcome {
    let outcome = await withTaskCancellationHandler {
      transfers.post(.start(self))
      if let upload, let stream = order.request.stream {
        let mailbox = transfers.mailbox
        upload.start(stream) {
          mailbox.post(.resumeSending(self))
        } fail: {
          mailbox.post(.end(self, $0))
        }
      }
      return await withCheckedContinuation { continuation in
        let outcome = state.withLock { state in
          if state.outcome == nil { state.waiting = continuation }
          return state.outcome
        }
        if let outcome { continuation.resume(returning: outcome) }
      }
    } onCancel: {
      settle(.failed(.cancelled))
      transfers.post(.end(self, .cancelled))
    }
    return outcome
  }
}

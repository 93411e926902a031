import ServiceCore
import Synchronization

/// One attempt at a request: the state shared by the requesting task and the transfers' thread.
final class Exchange: Sendable {
  enum Outcome: Sendable {
    case complete(HTTPResponse)
    /// The head has arrived; the body follows as a stream, whose length may be known.
    case streamed(HTTPResponse, length: Int?, Download)
    case failed(Failure)
  }

  /// The request and its limits.
  struct Parameters: Sendable {
    let request: HTTPRequest
    let url: String
    let options: CurlTransport.Options
    let streamsAnswer: Bool
    /// Whether to use a fresh connection. When a reused connection turns out to be closed, libcurl silently sends the
    /// request again; this must not happen to a request that is not idempotent.
    let usesOwnConnection: Bool
    /// The time by which the response must have arrived.
    let deadline: Deadline
    /// The longest pause between pieces of a streamed body, in milliseconds.
    let idleTimeout: Int
  }

  private struct State {
    var outcome: Outcome?
    var waiting: CheckedContinuation<Outcome, Never>?
  }

  let parameters: Parameters
  let upload: Upload?
  private let state = Mutex(State())

  init(_ parameters: Parameters) {
    self.parameters = parameters
    upload = parameters.request.stream.map { Upload(length: $0.length) }
  }

  var isCompleted: Bool { state.withLock { $0.outcome != nil } }

  /// Completes the exchange. Only the first outcome counts.
  func complete(_ outcome: Outcome) {
    let waiting = state.withLock { state -> CheckedContinuation<Outcome, Never>? in
      guard state.outcome == nil else { return nil }
      state.outcome = outcome
      defer { state.waiting = nil }
      return state.waiting
    }
    waiting?.resume(returning: outcome)
  }

  /// Runs the exchange on `transfers` and returns its outcome. It is cancelled together with the calling task.
  func run(on transfers: Transfers) async -> Outcome {
    let outcome = await withTaskCancellationHandler {
      transfers.post(.start(self))
      if let upload, let stream = parameters.request.stream {
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
      complete(.failed(.cancelled))
      transfers.post(.end(self, .cancelled))
    }
    return outcome
  }
}

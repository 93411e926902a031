import ServiceCore
import Synchronization

/// Reads that two addresses are asked for, where one takes long.
extension Upstream {
  /// One attempt at a response.
  struct Attempt: Sendable {
    let request: HTTPRequest
    let operation: OperationDescriptor
    let end: Deadline
    let form: ResponseForm
    /// Whether it has most of the time that the contract gives it.
    var hadTime: Bool
    /// How often the request has been sent, this attempt included.
    var sends = 1

    init(
      _ request: HTTPRequest, _ operation: OperationDescriptor, _ end: Deadline, _ form: ResponseForm, hadTime: Bool
    ) {
      (self.request, self.operation, self.end) = (request, operation, end)
      (self.form, self.hadTime) = (form, hadTime)
    }

    /// The same behind a pause: one that has little time left is no address's fault.
    var late: Attempt {
      var late = self
      late.hadTime = hadTime && Upstream.isEnough(end.left, operation)
      return late
    }

    var isRead: Bool {
      (request.method == "GET" || request.method == "HEAD") && request.stream == nil && form != .upgraded
    }
  }

  /// Whether the other address of a hedged attempt is being asked.
  private final class Second: Sendable { let isAsked = Atomic(false) }

  /// Asks another address as well once no response has come for a while. The first usable one counts, and the
  /// other one is cancelled. It is a repetition as any other, and takes as much of their budget.
  func hedged(
    _ attempt: Attempt, at number: Int, _ client: HTTPClient, after milliseconds: Int, _ tried: inout Set<Int>
  ) async -> Result<HTTPResponse, ExchangeError> {
    let second = Second()
    let (result, other) = await withTaskGroup(of: (Result<HTTPResponse, ExchangeError>?, Int?).self) { [tried] group in
      group.addTask {
        // How often it was sent is of no importance for a read.
        var attempt = attempt
        return (await self.ask(&attempt, at: number, client), nil)
      }
      group.addTask {
        guard (try? await self.sleep(milliseconds)) != nil, !Task.isCancelled, attempt.end.left > 0,
          self.isLeft(besides: tried), self.takeRepetition(), let (other, client) = self.pick(besides: tried)
        else { return (nil, nil) }
        second.isAsked.store(true, ordering: .relaxed)
        var late = attempt.late
        return (await self.ask(&late, at: other, client), other)
      }
      defer { group.cancelAll() }
      var last: (Result<HTTPResponse, ExchangeError>, Int?) = (.failure(.cancelled), nil)
      for await (result, other) in group {
        guard let result else { continue }
        last = (result, other ?? last.1)
        // A failure is for the repetitions to deal with, unless the other one may still respond.
        if Self.isUnsent(result) == nil || !second.isAsked.load(ordering: .relaxed) { break }
      }
      return last
    }
    if let other { tried.insert(other) }
    return result
  }
}

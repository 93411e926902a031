import ServiceCore
import Synchronization

/// The responses to requests with an `Idempotency-Key`: a repeated request is answered as the first one was.
final class IdempotentResponses: Sendable {
  private struct Entry: Sendable {
    let request: Int
    /// Nil while the request runs.
    var response: HTTPResponse?
  }

  private struct State: Sendable {
    var entries: [ByteKey: Entry] = [:]
    /// The oldest first.
    var order: [ByteKey] = []
  }

  private static let limit = 1_000
  private let state = Mutex(State())

  /// Answers a request once for all that have its key.
  ///
  /// - Throws: 409 while another request with the key runs, 422 for another request with the key; errors of `body`.
  func once(
    _ key: String, _ request: HTTPRequest, of caller: String, _ body: () async throws -> HTTPResponse
  ) async throws -> HTTPResponse {
    let key = ByteKey(caller + "\n" + key)
    var hasher = Hasher()
    hasher.combine(request.target)
    hasher.combine(request.body)
    if var stored = try claim(key, hasher.finalize()) {
      stored.headers.append("idempotent-replay", "true")
      return stored
    }
    do {
      let response = try await body()
      finish(key, response.status < 400 ? response : nil)
      return response
    } catch {
      finish(key, nil)
      throw error
    }
  }

  /// The stored response; nil where there is none, and the key is then claimed.
  private func claim(_ key: ByteKey, _ request: Int) throws -> HTTPResponse? {
    try state.withLock { state in
      if let entry = state.entries[key] {
        guard entry.request == request else {
          throw RequestFault(422, "This Idempotency-Key was used with another request.")
        }
        guard let response = entry.response else {
          throw RequestFault(
            409, "A request with this Idempotency-Key is still running.", headers: ["retry-after": "1"])
        }
        return response
      }
      state.entries[key] = Entry(request: request)
      state.order.append(key)
      if state.order.count > Self.limit { state.entries[state.order.removeFirst()] = nil }
      return nil
    }
  }

  /// A request that failed may be sent again with its key.
  private func finish(_ key: ByteKey, _ response: HTTPResponse?) {
    state.withLock { state in
      if response == nil {
        state.order.removeAll { $0 == key }
        state.entries[key] = nil
      } else {
        state.entries[key]?.response = response
      }
    }
  }
}

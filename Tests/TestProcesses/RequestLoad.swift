import Foundation
import Synchronization

/// Clients that send requests one after another while something is done to the servers.
public final class RequestLoad: Sendable {
  private let state = Mutex((isOver: false, count: 0, failures: [String]()))

  /// How many requests have ended.
  public var count: Int { state.withLock(\.count) }
  /// What went wrong with some of them.
  public var failures: [String] { state.withLock(\.failures) }

  public init() {}

  /// Sends requests as long as `body` runs, and until the last ones have ended.
  ///
  /// - Parameters:
  ///   - rate: how many all clients together send in a second at most; nil for as many as they can.
  ///   - send: sends the request of this number of a client. Returns what is wrong with its response; nil for nothing.
  public func run(
    clients: Int = 8, rate: Double? = nil,
    _ send: @escaping @Sendable (_ client: Int, _ number: Int) async throws -> String?,
    while body: () async throws -> Void
  ) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for client in 0..<clients {
        group.addTask { [self] in
          var (number, next) = (0, ContinuousClock.now)
          while !state.withLock(\.isOver) {
            number += 1
            let failure: String?
            do { failure = try await send(client, number) } catch { failure = "\(error)" }
            state.withLock { state in
              state.count += 1
              if let failure { state.failures.append(failure) }
            }
            guard let rate else { continue }
            // What it is late by at most is sent at once.
            next = max(next + .seconds(Double(clients) / rate), ContinuousClock.now - .seconds(1))
            try await Task.sleep(until: next)
          }
        }
      }
      defer { state.withLock { $0.isOver = true } }
      try await body()
      state.withLock { $0.isOver = true }
      try await group.waitForAll()
    }
  }
}

/// A request for products: of three, two read and one has an effect.
public struct ProductRequest: Sendable {
  public let path: String
  /// The body of one that has an effect.
  public let draft: String?

  public init(client: Int, number: Int) {
    let isRead = number % 3 != 0
    path = isRead ? "/api/products?limit=1" : "/api/products"
    draft =
      isRead ? nil : #"{"name": "scarf \#(client)-\#(number)", "price": 1.5, "category": "clothing", "tags": []}"#
  }

  public var method: String { draft == nil ? "GET" : "POST" }
}

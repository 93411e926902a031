import ServiceCore
import Synchronization

/// The keys of an issuer of tokens, fetched when they are first needed and again from time to time.
///
/// A token that names an unknown key has them fetched again, at most every 30 seconds however many such tokens come.
/// While the issuer is away, the keys that were fetched last go on.
public final class IssuerKeys: Sendable {
  public typealias Fetch = @Sendable () async throws -> [JSONWebKey]

  private struct State {
    var keys: [JSONWebKey] = []
    /// Counts the sets that differ from the one before.
    var generation = 0
    /// When they were fetched last, and when that was tried last.
    var fetched: Timestamp?
    var tried: Timestamp?
    var fetching: Task<Void, Never>?
  }

  private let state = Mutex(State())
  private let clock: Clock
  private let fetch: Fetch
  /// How long a key that the issuer has withdrawn may still be used, in seconds.
  private let maxAge: Int
  /// The shortest time between two fetches that tokens ask for, in seconds.
  private static let pause = 30

  /// - Parameter maxAge: after how many seconds keys are fetched again.
  public init(maxAge: Int = 300, clock: Clock, fetch: @escaping Fetch) {
    (self.maxAge, self.clock, self.fetch) = (maxAge, clock, fetch)
  }

  /// The keys that may have signed a token, and the number of their set.
  ///
  /// - Parameter id: what the token's header says; nil where it says nothing, and then a set of one key decides.
  /// - Throws: ``VerificationError/unavailable(_:)`` where no keys were ever fetched.
  func candidates(for id: String?) async throws -> (keys: [JSONWebKey], generation: Int) {
    refreshIfOld()
    if state.withLock(\.fetched) == nil { await refresh() }
    if let found = found(id) { return found }
    await refresh()
    guard state.withLock(\.fetched) != nil else {
      throw VerificationError.unavailable("The issuer of tokens cannot be reached at the moment.")
    }
    return found(id) ?? ([], 0)
  }

  private func found(_ id: String?) -> (keys: [JSONWebKey], generation: Int)? {
    state.withLock { state in
      guard let id else { return state.keys.count == 1 ? (state.keys, state.generation) : nil }
      let keys = state.keys.filter { $0.id?.utf8.elementsEqual(id.utf8) ?? false }
      return keys.isEmpty ? nil : (keys, state.generation)
    }
  }

  /// Has keys that are too old fetched again, without waiting.
  ///
  /// - Returns: the number of the current set.
  @discardableResult func refreshIfOld() -> Int {
    let now = clock.now()
    return state.withLock { state in
      if let fetched = state.fetched, now.seconds(since: fetched) >= maxAge { _ = start(&state, now) }
      return state.generation
    }
  }

  private func refresh() async {
    let now = clock.now()
    await state.withLock { start(&$0, now) }?.value
  }

  /// The fetch in progress, or a new one, unless the last one is too recent.
  private func start(_ state: inout State, _ now: Timestamp) -> Task<Void, Never>? {
    if let running = state.fetching { return running }
    // One that failed before there were any keys is tried again soon: nobody can be let in meanwhile.
    let pause = state.fetched == nil ? 1 : Self.pause
    if let tried = state.tried, now.seconds(since: tried) < pause { return nil }
    state.tried = now
    let task = Task.detached { [self] in
      let keys = try? await fetch()
      self.state.withLock { state in
        state.fetching = nil
        guard let keys else { return }
        state.fetched = clock.now()
        let isSame = keys.map(\.json) == state.keys.map(\.json)
        if !isSame { (state.keys, state.generation) = (keys, state.generation + 1) }
      }
    }
    state.fetching = task
    return task
  }
}

extension Timestamp {
  func seconds(since earlier: Timestamp) -> Int { (microseconds - earlier.microseconds) / 1_000_000 }
}

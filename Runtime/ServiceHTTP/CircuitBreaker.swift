/// Whether a service that failed is called: `closed` lets calls through, `open` none, and `half-open` one at a time, to see
/// whether the service has recovered. A value without a clock: each call says when it is.
package struct CircuitBreaker: Sendable {
  package enum State: String, Sendable { case closed, open, halfOpen = "half-open" }

  /// What became of a call.
  package enum Outcome: Sendable {
    case success
    /// No response, none in time, or one with a status of 500 or more.
    case failure
    /// The service has no room for it at the moment: 503 with Retry-After.
    case refusal
    /// Nothing that is known of the service: the caller has gone, or has sent what cannot be sent.
    case nothing
  }

  /// The right to make one call.
  package struct Permit: Sendable {
    fileprivate let period: Int
    fileprivate let isProbe: Bool
  }

  /// It opens after so many failures within so many milliseconds, and closes after so many successes.
  package static let (failures, window, successes) = (5, 10_000, 3)
  /// How long it stays open, in milliseconds: twice as long each time, up to the longest.
  package static let (pause, longestPause) = (30_000, 300_000)

  private var failed: [Int] = []
  private var succeeded = 0
  private var isProbing = false
  private var openedAt: Int?
  private var refusals = Refusals()
  private var pause = Self.pause
  /// Counts its changes: a call that was let through before one says nothing about the time after it.
  private var period = 0

  package init() {}

  /// - Parameter now: in milliseconds.
  package func state(at now: Int) -> State {
    guard let openedAt else { return .closed }
    return now - openedAt < pause ? .open : .halfOpen
  }

  /// Nil where no call may be made.
  package mutating func admit(at now: Int) -> Permit? {
    switch state(at: now) {
    case .closed: return Permit(period: period, isProbe: false)
    case .open: return nil
    case .halfOpen:
      if isProbing { return nil }
      isProbing = true
      return Permit(period: period, isProbe: true)
    }
  }

  package mutating func end(_ permit: Permit, _ outcome: Outcome, at now: Int) {
    guard permit.period == period else { return }
    if permit.isProbe { isProbing = false }
    switch (outcome, permit.isProbe) {
    case (.nothing, _): break
    case (.success, false): refusals.end()
    case (.refusal, false) where !refusals.isFailure(at: now): break
    case (.failure, false), (.refusal, false):
      failed.append(now)
      failed.removeAll { now - $0 >= Self.window }
      if failed.count >= Self.failures { open(at: now, for: Self.pause) }
    case (.failure, true), (.refusal, true): open(at: now, for: min(pause * 2, Self.longestPause))
    case (.success, true):
      succeeded += 1
      if succeeded >= Self.successes { self = CircuitBreaker(after: period) }
    }
  }

  private init(after period: Int) { self.period = period + 1 }

  private mutating func open(at now: Int, for pause: Int) {
    self = CircuitBreaker(after: period)
    (openedAt, self.pause) = (now, pause)
  }
}

/// Refusals without a success in between. A service under load refuses what exceeds its capacity, and does the rest: they are
/// failures only once they have gone on for a second.
struct Refusals: Sendable {
  private static let patience = 1_000
  private var since: Int?

  /// Whether one more is a failure.
  mutating func isFailure(at now: Int) -> Bool {
    let first = since ?? now
    since = first
    return now - first >= Self.patience
  }

  mutating func end() { since = nil }
}

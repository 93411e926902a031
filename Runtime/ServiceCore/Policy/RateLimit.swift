import Synchronization

/// How often a caller may call (`x-rate-limit`): a bucket that is full at first, loses a token with each call, and is
/// refilled evenly, `requests` within `window`.
public struct RateLimit: Sendable, Hashable {
  /// Who has a bucket of their own.
  public enum Caller: Sendable {
    /// An address of IPv4, or a network of 64 bits of IPv6.
    case client
    /// The subject of the credentials; the client where there are none.
    case user
    /// An API key, wherever it is used; the user for other credentials.
    case key
  }

  /// The operations that share its buckets: all of a document, those of a path, or one.
  public let name: String
  public let requests: Int
  /// In milliseconds.
  public let window: Int
  /// How many tokens a bucket holds.
  public let burst: Int
  public let caller: Caller

  public init(name: String, requests: Int, window: Int, burst: Int? = nil, caller: Caller = .client) {
    self.name = name
    self.requests = max(1, requests)
    // Nobody waits for more than a year.
    self.window = min(max(1, window), 366 * 86_400_000)
    self.burst = max(1, burst ?? requests)
    self.caller = caller
  }
}

/// Buckets that several processes share, so that a limit counts what all of them let pass.
public protocol SharedBuckets: Sendable {
  /// Waits until they can be used, or are found to be away.
  func start() async
  /// Takes a token, if there is one.
  ///
  /// - Parameters:
  ///   - interval: in how many microseconds a token is refilled.
  ///   - depth: in how many microseconds an empty bucket is full.
  ///   - keeps: whether the token stays, for a call that only looks.
  /// - Returns: whether there was one, and in how many microseconds the bucket is full; nil while they are away.
  func take(_ key: String, interval: Int, depth: Int, keeps: Bool) async -> (isAllowed: Bool, missing: Int)?
  func stop() async
}

/// The buckets of all limits of a process.
package final class RateLimiter: Sendable {
  /// The state of a caller's bucket after a call.
  package struct Verdict: Sendable {
    package let isAllowed: Bool
    /// The calls that may follow at once.
    package let remaining: Int
    /// In how many seconds there is one more; 0 for a full bucket.
    package let next: Int
  }

  /// The buckets of one limit, by their callers: when each is full again, in nanoseconds of the clock (the generic cell
  /// rate algorithm, which needs no more than that). What is full needs no entry.
  package final class Buckets: Sendable {
    private struct State {
      var recent: [String: Int] = [:]
      var earlier: [String: Int] = [:]
    }

    private let state = Mutex(State())
    /// Nanoseconds in which a token is refilled, and all.
    private let interval: Int
    private let depth: Int
    private let capacity: Int
    private let now: @Sendable () -> Int
    /// What counts for all processes, what the keys there begin with, and this process's part while that is away.
    private let shared: (buckets: any SharedBuckets, prefix: String, own: Buckets)?

    init(
      _ limit: RateLimit, _ capacity: Int, _ now: @escaping @Sendable () -> Int,
      shared: (buckets: any SharedBuckets, prefix: String, own: Buckets)? = nil
    ) {
      self.shared = shared
      interval = max(1, limit.window * 1_000_000 / limit.requests)
      let depth = interval.multipliedReportingOverflow(by: limit.burst)
      // A bucket that takes a century to fill never does.
      self.depth = depth.overflow ? Int.max / 4 : min(depth.partialValue, Int.max / 4)
      (self.capacity, self.now) = (capacity, now)
    }

    /// How many callers are known.
    package var count: Int { state.withLock { $0.recent.count + $0.earlier.count } }

    /// Takes a token, if there is one.
    package func take(_ caller: String) -> Verdict {
      state.withLock { state in
        let now = now()
        let full = max(now, state.recent[caller] ?? state.earlier[caller] ?? now)
        guard full + interval - now <= depth else { return verdict(false, full - now) }
        // Callers that have not called for longest are forgotten: at most twice the capacity is kept.
        if state.recent.count >= capacity { (state.earlier, state.recent) = (state.recent, [:]) }
        state.recent[caller] = full + interval
        return verdict(true, full + interval - now)
      }
    }

    /// Whether calls have to wait for their verdict.
    package var isShared: Bool { shared != nil }

    /// Takes a token of the buckets that all processes share, or of this process's part while they are away.
    ///
    /// - Parameter keeps: whether it stays.
    package func share(_ caller: String, keeps: Bool = false) async -> Verdict {
      guard let shared else { return keeps ? look(caller) : take(caller) }
      let verdict = await shared.buckets.take(
        shared.prefix + caller, interval: max(1, interval / 1_000), depth: max(1, depth / 1_000), keeps: keeps)
      guard let verdict else { return keeps ? shared.own.look(caller) : shared.own.take(caller) }
      return self.verdict(verdict.isAllowed, verdict.missing * 1_000)
    }

    /// Whether there is a token, which stays.
    package func look(_ caller: String) -> Verdict {
      state.withLock { state in
        let now = now()
        let missing = max(0, (state.recent[caller] ?? state.earlier[caller] ?? now) - now)
        return verdict(missing + interval <= depth, missing)
      }
    }

    /// - Parameter missing: in how many nanoseconds the bucket is full.
    private func verdict(_ isAllowed: Bool, _ missing: Int) -> Verdict {
      let remaining = max(0, depth - missing) / interval
      let next = missing == 0 ? 0 : missing - depth + (remaining + 1) * interval
      return Verdict(isAllowed: isAllowed, remaining: remaining, next: (next + 999_999_999) / 1_000_000_000)
    }
  }

  private struct Key: Hashable {
    let service: String
    let limit: RateLimit
    let isOfFailures: Bool

    /// What the keys of its callers begin with. Limits with other numbers are other limits.
    var prefix: String {
      "charter:\(isOfFailures ? "refused" : "limit"):\(service):\(limit.name):\(limit.requests)/\(limit.window)/\(limit.burst):"
    }
  }

  private let buckets = Mutex<[Key: Buckets]>([:])
  private let capacity: Int
  private let now: @Sendable () -> Int
  /// Nil where each process counts for itself.
  package let shared: (any SharedBuckets)?
  private let processes: Int

  /// - Parameters:
  ///   - capacity: how many callers of one limit are known at least.
  ///   - shared: what counts for several processes together; nil where each counts for itself.
  ///   - processes: how many those are: each allows a part of a limit while `shared` is away.
  ///   - now: nanoseconds of a clock that never goes back.
  package init(
    capacity: Int = 100_000, shared: (any SharedBuckets)? = nil, processes: Int = 1, now: @escaping @Sendable () -> Int
  ) {
    (self.capacity, self.shared, self.processes, self.now) = (capacity, shared, max(1, processes), now)
  }

  /// The same buckets for all operations that share a limit.
  ///
  /// - Parameter failures: those of clients whose credentials were refused.
  package func buckets(of limit: RateLimit, in service: String, failures: Bool = false) -> Buckets {
    buckets.withLock { buckets in
      let key = Key(service: service, limit: limit, isOfFailures: failures)
      if let known = buckets[key] { return known }
      let new = Buckets(limit, capacity, now, shared: shared.map { ($0, key.prefix, part(of: limit)) })
      buckets[key] = new
      return new
    }
  }

  /// What one of the processes allows by itself.
  private func part(of limit: RateLimit) -> Buckets {
    let part = RateLimit(
      name: limit.name, requests: limit.requests / processes, window: limit.window, burst: limit.burst / processes,
      caller: limit.caller)
    return Buckets(part, capacity, now)
  }
}

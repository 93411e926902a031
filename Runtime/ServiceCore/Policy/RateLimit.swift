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

    init(_ limit: RateLimit, _ capacity: Int, _ now: @escaping @Sendable () -> Int) {
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
  }

  private let buckets = Mutex<[Key: Buckets]>([:])
  private let capacity: Int
  private let now: @Sendable () -> Int

  /// - Parameters:
  ///   - capacity: how many callers of one limit are known at least.
  ///   - now: nanoseconds of a clock that never goes back.
  package init(capacity: Int = 100_000, now: @escaping @Sendable () -> Int) {
    (self.capacity, self.now) = (capacity, now)
  }

  /// The same buckets for all operations that share a limit.
  ///
  /// - Parameter failures: those of clients whose credentials were refused.
  package func buckets(of limit: RateLimit, in service: String, failures: Bool = false) -> Buckets {
    buckets.withLock { buckets in
      let key = Key(service: service, limit: limit, isOfFailures: failures)
      if let known = buckets[key] { return known }
      let new = Buckets(limit, capacity, now)
      buckets[key] = new
      return new
    }
  }
}

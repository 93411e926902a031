import ContractValues
import Synchronization

/// How long a gateway may answer with what it has kept (`x-cache`). Times are in milliseconds.
public struct CachePolicy: Sendable, Equatable {
  public let maxAge: Int
  /// How long after that a kept response is given while a new one is asked for (RFC 5861, section 3).
  public let stale: Int

  public init(maxAge: Int, stale: Int = 0) {
    // Nothing is kept for longer than a year.
    (self.maxAge, self.stale) = (min(max(1, maxAge), 366 * 86_400_000), min(max(0, stale), 366 * 86_400_000))
  }
}

/// What a gateway has kept of a service's responses, in memory.
///
/// It is bounded: of two generations the older one is dropped when the younger one is full.
package final class ResponseCache: Sendable {
  /// What distinguishes the responses for one path, and the callers that they are for. Texts are compared by their bytes.
  package struct Variant: Hashable, Sendable {
    let operation: String
    let query: ByteKey
    /// The values of the header fields that the operation's contract reads.
    let fields: [ByteKey]
    /// What the credentials prove: what somebody may see is nobody else's.
    let caller: ByteKey

    var isForEverybody: Bool { caller.text.isEmpty }
    var bytes: Int { fields.reduce(query.text.utf8.count + caller.text.utf8.count) { $0 + $1.text.utf8.count } }
  }

  package enum Found: Sendable {
    /// A kept response, and its age in seconds; `refreshes` for the one call that has a new one asked for.
    case kept(HTTPResponse, age: Int, isStale: Bool, refreshes: CacheFill?)
    /// Another call has asked for it.
    case isAsked(CacheFill)
    /// Nothing is kept: this call asks for it.
    case asks(CacheFill)
    /// It cannot be kept.
    case passes
  }

  /// What comes of waiting for what another call has asked for.
  package enum Waited: Sendable {
    case response(HTTPResponse)
    /// It can be given to nobody else: each asks for itself.
    case passes
    /// The call that asked has gone: another one asks.
    case isOpen
  }

  private struct Kept {
    /// Nil where the last response could not be kept.
    let response: HTTPResponse?
    /// In nanoseconds.
    let stored: Int
    let freshUntil: Int
    let staleUntil: Int
  }

  private struct State {
    var young: [String: [Variant: Kept]] = [:]
    var old: [String: [Variant: Kept]] = [:]
    var youngBytes = 0
    /// What is being asked for, unless its path has changed meanwhile.
    var asked: [String: [Variant: CacheFill]] = [:]
    /// Who waits for what is asked for, by its number, and by a number of their own.
    var waiting: [Int: [Int: CheckedContinuation<Waited, Never>]] = [:]
    var number = 0

    mutating func next() -> Int {
      number += 1
      return number
    }
  }

  private let state = Mutex(State())
  private let paths: Set<String>
  private let capacity: Int
  private let now: @Sendable () -> Int
  /// The largest body that is kept, in bytes.
  package static let largestBody = 1_048_576
  /// The longest query, header fields and proof that a response is kept for, in bytes together.
  private static let largestVariant = 4_096
  /// What an entry takes besides its texts, in bytes.
  private static let overhead = 1_024
  /// How long it is remembered that a response could not be kept, in milliseconds at most.
  private static let memory = 10_000

  /// Nil where nothing is kept of these operations' responses.
  ///
  /// - Parameters:
  ///   - capacity: how much is kept, in bytes.
  ///   - now: nanoseconds of a clock that never goes back.
  package init?(
    of operations: [OperationDescriptor], capacity: Int = 64 * 1_048_576, now: @escaping @Sendable () -> Int
  ) {
    paths = Set(operations.filter { $0.policy.cache != nil }.map(\.template))
    if paths.isEmpty { return nil }
    (self.capacity, self.now) = (capacity, now)
  }

  /// Whether responses for an operation's path are kept, its own or another operation's.
  func covers(_ operation: OperationDescriptor) -> Bool { paths.contains(operation.template) }

  /// How many responses are kept.
  package var count: Int {
    state.withLock { state in
      (Array(state.young.values) + Array(state.old.values)).reduce(0) { $0 + $1.values.count { $0.response != nil } }
    }
  }

  /// - Parameters:
  ///   - names: the header fields that have a part in the variant.
  ///   - mayAsk: whether the call may ask for what is not kept, for all who wait for it.
  func find(
    _ path: String, _ variant: Variant, _ policy: CachePolicy, by names: Set<String>, mayAsk: Bool
  ) -> Found {
    guard variant.bytes <= Self.largestVariant else { return .passes }
    let now = now()
    return state.withLock { state in
      let asked = state.asked[path]?[variant]
      func ask() -> CacheFill {
        let fill = CacheFill(self, state.next(), path, variant, policy, names)
        state.asked[path, default: [:]][variant] = fill
        return fill
      }
      if let kept = state.young[path]?[variant] ?? state.old[path]?[variant] {
        let isFresh = now < kept.freshUntil
        if let response = kept.response, isFresh || now < kept.staleUntil {
          let refreshes = mayAsk && !isFresh && asked == nil
          return .kept(
            response, age: (now - kept.stored) / 1_000_000_000, isStale: !isFresh, refreshes: refreshes ? ask() : nil)
        }
        if kept.response == nil, isFresh { return .passes }
      }
      if let asked { return .isAsked(asked) }
      return mayAsk ? .asks(ask()) : .passes
    }
  }

  /// Waits for the response that another call has asked for.
  func wait(for fill: CacheFill) async -> Waited {
    let own = state.withLock { $0.next() }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isWaiting = state.withLock { state in
          guard state.asked[fill.path]?[fill.variant] === fill, !Task.isCancelled else { return false }
          state.waiting[fill.number, default: [:]][own] = continuation
          return true
        }
        if !isWaiting { continuation.resume(returning: .isOpen) }
      }
    } onCancel: {
      state.withLock { $0.waiting[fill.number]?.removeValue(forKey: own) }?.resume(returning: .isOpen)
    }
  }

  /// Ends what a call has asked for: the response is kept where it may be, and given to all who wait.
  func end(_ fill: CacheFill, _ response: HTTPResponse, isCancelled: Bool) {
    let (path, variant, policy, now) = (fill.path, fill.variant, fill.policy, now())
    let isKept = !isCancelled && response.status == 200 && fill.isForOthers(response)
    let waiting = state.withLock { state in
      let waiting = state.waiting.removeValue(forKey: fill.number)
      // What has changed meanwhile is not kept as it was before.
      guard state.asked[path]?[variant] === fill else { return waiting }
      state.asked[path]?[variant] = nil
      if state.asked[path]?.isEmpty == true { state.asked[path] = nil }
      guard response.status == 200, !isCancelled else { return waiting }
      let fresh = isKept ? policy.maxAge : min(policy.maxAge, Self.memory)
      let freshUntil = now + fresh * 1_000_000
      let kept = Kept(
        response: isKept ? response : nil, stored: now, freshUntil: freshUntil,
        staleUntil: freshUntil + policy.stale * 1_000_000)
      let bytes = Self.overhead + path.utf8.count + variant.bytes + (isKept ? response.bytes : 0)
      if state.youngBytes + bytes > capacity / 2 { (state.old, state.young, state.youngBytes) = (state.young, [:], 0) }
      state.young[path, default: [:]][variant] = kept
      state.youngBytes += bytes
      return waiting
    }
    let outcome: Waited =
      if isCancelled { .isOpen } else if isKept || fill.isOfEverybody(response) { .response(response) } else { .passes }
    for waiter in waiting?.values ?? [:].values { waiter.resume(returning: outcome) }
  }

  /// Forgets what is kept of a path, which something has changed (RFC 9111, section 4.4), and what is being asked for: who asks
  /// from now on must not get what was read before.
  package func forget(_ path: String) {
    state.withLock { state in
      (state.young[path], state.old[path], state.asked[path]) = (nil, nil, nil)
    }
  }
}

/// What one call has asked for on behalf of all who wait for the same.
package final class CacheFill: Sendable {
  fileprivate let cache: ResponseCache
  fileprivate let number: Int
  fileprivate let path: String
  fileprivate let variant: ResponseCache.Variant
  fileprivate let policy: CachePolicy
  private let names: Set<String>

  fileprivate init(
    _ cache: ResponseCache, _ number: Int, _ path: String, _ variant: ResponseCache.Variant, _ policy: CachePolicy,
    _ names: Set<String>
  ) {
    (self.cache, self.number, self.path, self.variant, self.policy) = (cache, number, path, variant, policy)
    self.names = names
  }

  /// Keeps the response, where it may be kept.
  ///
  /// - Parameter isCancelled: whether it is only that of a call whose caller has gone.
  /// - Returns: the response, with what to ask by later.
  func end(_ response: HTTPResponse, isCancelled: Bool) -> HTTPResponse {
    var response = response
    if response.status == 200, response.headers["etag"] == nil, isForOthers(response) {
      response.headers["etag"] = Self.tag(response.body)
    }
    cache.end(self, response, isCancelled: isCancelled)
    return response
  }

  /// Whether a response may be given to others who ask for the same.
  fileprivate func isForOthers(_ response: HTTPResponse) -> Bool {
    guard response.stream == nil, response.body.count <= ResponseCache.largestBody,
      response.headers["set-cookie"] == nil, Self.list(response.headers.values("vary")).isSubset(of: names)
    else { return false }
    let control = Self.list(response.headers.values("cache-control"))
    return !control.contains { directive in
      ["no-store", "no-cache", "max-age=0"].contains(directive) || directive.hasPrefix("no-cache=")
        || variant.isForEverybody && (directive == "private" || directive.hasPrefix("private="))
    }
  }

  /// Whether a response that is not kept would be the same for all who wait: the service fails, or there is nothing.
  fileprivate func isOfEverybody(_ response: HTTPResponse) -> Bool {
    response.stream == nil && response.headers["set-cookie"] == nil
      && (response.status >= 500 || [404, 410].contains(response.status))
  }

  private static func list(_ values: [String]) -> Set<String> {
    Set(values.flatMap { $0.lowercased().split(separator: ",") }.map { FieldSyntax.trimmed($0).description })
  }

  /// A tag of a body (RFC 9110, section 8.8.3). It tells bodies apart that nobody has made to have the same one.
  private static func tag(_ body: [UInt8]) -> String {
    "\"" + String(body.fnv1a, radix: 36) + "-" + String(body.count, radix: 36) + "\""
  }
}

extension HTTPResponse {
  /// What it takes in memory, about.
  fileprivate var bytes: Int {
    headers.list.reduce(body.count) { $0 + $1.name.utf8.count + $1.value.utf8.count + 64 }
  }
}

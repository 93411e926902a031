/// Refuses callers that call more often than the contract allows, and tells all of them how much they have left
/// (draft-ietf-httpapi-ratelimit-headers-10; RFC 6585, section 4).
package struct RateLimitStage: Stage {
  package static let kind = StageKind.rateLimit
  private let limit: RateLimit
  private let counter: CallCounter
  private let security: [SecurityRequirement]

  /// Nil for an operation without a limit for users or keys, and where nothing counts.
  package init?(_ operation: OperationDescriptor, _ template: Call) {
    guard let limit = operation.policy.rateLimit, limit.caller != .client, let limiter = template.limiter else {
      return nil
    }
    self.limit = limit
    counter = CallCounter(limit, limiter.buckets(of: limit, in: operation.service))
    security = operation.policy.security
  }

  package func enter(_ passage: inout Passage) throws -> StageResult {
    if counter.isShared { return .waits }
    try counter.count(caller(passage.call), &passage)
    return .passes
  }

  package func wait(_ passage: inout Passage) async throws -> StageResult {
    try await counter.share(caller(passage.call), &passage)
    return .passes
  }

  /// A user, a key, or an address: which of them it is begins it.
  private func caller(_ call: Call) -> String {
    guard let proof = call.proof, let first = proof.identities.first, let proven = proof.proven(by: security) else {
      return call.client
    }
    if limit.caller == .key, let key = proven.first(where: { $0.0.scheme.isAPIKey })?.1 {
      if case .string(let id)? = key.claims["key_id"] { return "key " + id }
      return "key of " + key.subject
    }
    return "user " + (proven.first { !$0.0.scheme.isAPIKey }?.1 ?? first).subject
  }
}

/// The limit of clients, before their credentials are looked at: also what is refused counts, and for a limit of users or
/// keys what is refused counts alone, so that nobody tries credentials faster than that.
package struct ClientLimitStage: Stage {
  package static let kind = StageKind.clientLimit
  private let countsAll: Bool
  private let counter: CallCounter

  /// Nil for an operation without a limit, and where nothing counts.
  package init?(_ operation: OperationDescriptor, _ template: Call) {
    guard let limit = operation.policy.rateLimit, let limiter = template.limiter else { return nil }
    countsAll = limit.caller == .client
    counter = CallCounter(limit, limiter.buckets(of: limit, in: operation.service, failures: !countsAll))
  }

  package func enter(_ passage: inout Passage) throws -> StageResult {
    if counter.isShared { return .waits }
    if countsAll {
      try counter.count(passage.call.client, &passage)
    } else if !counter.isEmpty {
      try counter.look(passage.call.client)
    }
    return .passes
  }

  package func wait(_ passage: inout Passage) async throws -> StageResult {
    if countsAll {
      try await counter.share(passage.call.client, &passage)
    } else {
      try await counter.look(passage.call.client)
    }
    return .passes
  }

  package func leave(_ passage: Passage, status: Int) -> Bool {
    // Who has given none tries none: a page that was never signed in must not lock out its network.
    guard !countsAll, status == 401, passage.hasCredentials else { return true }
    if counter.isShared { return false }
    counter.add(passage.call.client)
    return true
  }

  package func waitToLeave(_ passage: Passage, status: Int) async { await counter.addShared(passage.call.client) }
}

/// Counts the calls of one limit, and says so in their responses.
private struct CallCounter: Sendable {
  private let buckets: RateLimiter.Buckets
  private let name: String
  private let policy: String

  init(_ limit: RateLimit, _ buckets: RateLimiter.Buckets) {
    self.buckets = buckets
    name = FieldSyntax.quote(String(decoding: limit.name.utf8.filter { (0x20...0x7E).contains($0) }, as: UTF8.self))
    // The window is in whole seconds, and optional.
    let window = limit.window % 1_000 == 0 ? ";w=\(limit.window / 1_000)" : ""
    policy = "\(name);q=\(limit.requests)\(window)"
  }

  /// Whether it counts by waiting.
  var isShared: Bool { buckets.isShared }

  /// Whether nobody was counted yet.
  var isEmpty: Bool { buckets.count == 0 }

  func count(_ caller: String, _ passage: inout Passage) throws { try tell(buckets.take(caller), &passage) }

  func share(_ caller: String, _ passage: inout Passage) async throws {
    try tell(await buckets.share(caller), &passage)
  }

  private func tell(_ verdict: RateLimiter.Verdict, _ passage: inout Passage) throws {
    passage.answerHeaders["ratelimit-policy"] = policy
    // Interpolation takes longer, and this is done for each call.
    var state = name
    state += ";r="
    state += String(verdict.remaining)
    state += ";t="
    state += String(verdict.next)
    passage.answerHeaders["ratelimit"] = state
    if !verdict.isAllowed { throw Self.refusal(verdict) }
  }

  func look(_ caller: String) throws {
    let verdict = buckets.look(caller)
    if !verdict.isAllowed { throw Self.refusal(verdict) }
  }

  func look(_ caller: String) async throws {
    let verdict = await buckets.share(caller, keeps: true)
    if !verdict.isAllowed { throw Self.refusal(verdict) }
  }

  func add(_ caller: String) { _ = buckets.take(caller) }

  func addShared(_ caller: String) async { _ = await buckets.share(caller) }

  private static func refusal(_ verdict: RateLimiter.Verdict) -> RequestFault {
    let seconds = max(1, verdict.next)
    return RequestFault(
      429, "You have called this too often; you can again in \(seconds) s.", headers: ["retry-after": String(seconds)])
  }
}

extension Call {
  /// The address from which it came, of IPv6 the network.
  fileprivate var client: String { clientAddress?.network ?? "" }
}

extension SecurityScheme {
  fileprivate var isAPIKey: Bool { if case .apiKey = kind { true } else { false } }
}

import ContractValues

/// Answers with what the gateway has kept, and asks once for all who want the same (RFC 9111; `Cache-Status` of RFC 9211).
package struct CacheStage: Stage {
  package static let kind = StageKind.cache
  private let operation: OperationDescriptor
  private let cache: ResponseCache
  /// Nil for an operation that changes what is kept.
  private let policy: CachePolicy?
  /// The header fields that tell its responses apart.
  private let names: [String]
  /// And those that a response may say it depends on: the proof has a part, too, and encodings are made here.
  private let varying: Set<String>

  /// Nil for an operation whose responses are not kept, unless it changes those of another.
  package init?(_ operation: OperationDescriptor, _ template: Call) {
    guard let cache = template.cache, cache.covers(operation) else { return nil }
    let isSafe = ["GET", "HEAD", "OPTIONS", "TRACE", "QUERY"].contains(operation.method)
    guard operation.policy.cache != nil || !isSafe else { return nil }
    (self.operation, self.cache, policy) = (operation, cache, operation.policy.cache)
    names = operation.varyingFields
    varying = Set(names).union(operation.credentialFields).union(["accept-encoding", "origin"])
  }

  package func enter(_ passage: inout Passage) throws -> StageResult {
    guard let policy, case .request(let routed) = passage.arrival else { return .passes }
    // A connection that becomes a WebSocket is its caller's alone.
    if operation.upgrades, routed.request.hasHeader("upgrade") { return .passes }
    return result(find(routed, passage.call, policy), &passage)
  }

  package func wait(_ passage: inout Passage) async throws -> StageResult {
    guard let policy, case .request(let routed) = passage.arrival else { return .passes }
    var found = find(routed, passage.call, policy)
    while case .isAsked(let fill) = found {
      switch await cache.wait(for: fill) {
      case .response(let response):
        passage.answerHeaders["cache-status"] = "charter; fwd=miss; collapsed"
        return .responds(response)
      case .passes: return result(.passes, &passage)
      case .isOpen: try Task.checkCancellation()
      }
      found = find(routed, passage.call, policy)
    }
    return result(found, &passage)
  }

  package func leave(_ passage: Passage, status: Int) -> Bool {
    if policy == nil, (200..<400).contains(status), case .request(let routed) = passage.arrival {
      cache.forget(PercentCoding.normalized(routed.request.path))
    }
    return true
  }

  private func result(_ found: ResponseCache.Found, _ passage: inout Passage) -> StageResult {
    switch found {
    case .kept(let response, let age, let isStale, let refreshes):
      passage.answerHeaders["age"] = String(age)
      passage.answerHeaders["cache-status"] = isStale ? "charter; hit; detail=stale" : "charter; hit"
      passage.refreshes = refreshes
      return .responds(response)
    case .isAsked: return .waits
    case .asks(let fill):
      passage.answerHeaders["cache-status"] = "charter; fwd=miss"
      passage.fills = fill
      return .passes
    case .passes:
      passage.answerHeaders["cache-status"] = "charter; fwd=bypass"
      return .passes
    }
  }

  /// A response to HEAD has no body to keep.
  private func find(_ routed: RoutedRequest, _ call: Call, _ policy: CachePolicy) -> ResponseCache.Found {
    let request = routed.request
    let variant = ResponseCache.Variant(
      operation: operation.id, query: ByteKey(request.query.map { "?" + PercentCoding.normalized($0) } ?? ""),
      fields: names.map { ByteKey(request.headers.values($0).joined(separator: "\n")) },
      caller: ByteKey(call.proof.map(Self.text) ?? ""))
    return cache.find(
      PercentCoding.normalized(request.path), variant, policy, by: varying, mayAsk: request.method == "GET")
  }

  /// What a proof says of its caller, with nothing in it that changes from token to token.
  private static func text(_ proof: Proof) -> String {
    if proof.identities.isEmpty { return "" }
    let identities = proof.identities.map { identity in
      let claims = identity.claims.filter { !["iat", "exp", "nbf", "jti"].contains($0.key) }
      let parts: [JSONValue] = [
        .string(identity.subject), .array(identity.scopes.sorted().map { .string($0) }),
        .object(JSONObject(claims.map { ($0.key, $0.value) })),
      ]
      return String(decoding: JSONValue.array(parts).json, as: UTF8.self)
    }
    return "\(proof.alternative) " + identities.joined()
  }
}

extension OperationDescriptor {
  /// The header fields of a request that its response depends on, besides its credentials.
  fileprivate var varyingFields: [String] { fields + (responses.mediaTypes.count > 1 ? ["accept"] : []) }

  /// What tells clients, and caches on the way to them, how long they may keep a response, and what it depends on; nil for an
  /// operation without `x-cache`.
  var cacheFields: (control: String, vary: String)? {
    guard let cache = policy.cache else { return nil }
    let stale = cache.stale >= 1_000 ? ", stale-while-revalidate=\(cache.stale / 1_000)" : ""
    let isGuarded = !policy.security.isEmpty
    let names = Set(varyingFields).union(credentialFields).sorted()
    return ((isGuarded ? "private, " : "") + "max-age=\(cache.maxAge / 1_000)" + stale, names.joined(separator: ", "))
  }
}

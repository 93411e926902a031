import ServiceCore

/// Requests with keys (`x-idempotency-key`): one row per key, claimed before the handler runs, and completed with the
/// response after it.
extension Database {
  /// Claims a key that is new, or whose claim has no response and no live attempt.
  ///
  /// A claim is taken over when its process has not reported itself alive for five seconds (``beat(_:)``), or when it
  /// has expired: ten seconds after its call's deadline, since a transaction does not commit after that. A process that
  /// could not reach the database may still be running: its transaction then fails, because the key has another
  /// attempt's number.
  public func claim(_ key: String, operation: String, request: [UInt8]) async throws -> ClaimResult {
    let claim = IdempotencyClaim(operation: operation, key: key, attempt: .v7(at: clock.now()))
    let lifetime = (Deadline.current?.left ?? 50_000) + 10_000
    let claimed = try await execute(
      """
      INSERT INTO charter.idempotency_keys AS k (operation, key, request, attempt, process, expires_at)
      VALUES (\(operation), \(key), sha256(\(Bytes(request))), \(claim.attempt), \(process),
        now() + \(lifetime)::bigint * interval '1 millisecond')
      ON CONFLICT (operation, key) DO UPDATE SET attempt = excluded.attempt, request = excluded.request,
        process = excluded.process, backend = NULL, claimed_at = now(), expires_at = excluded.expires_at,
        status = NULL, headers = NULL, body = NULL
      WHERE k.claimed_at < now() - interval '24 hours'
        OR (k.status IS NULL AND k.request = excluded.request AND (k.expires_at < now()
          OR k.process IS NOT NULL AND NOT charter.is_alive(k.process)))
      """)
    if claimed == 1 { return .claimed(claim) }
    let rows = try await query(
      """
      SELECT request = sha256(\(Bytes(request))) AS is_same, status, headers, body
      FROM charter.idempotency_keys WHERE operation = \(operation) AND key = \(key)
      """)
    guard let row = rows.first else { return .running }
    guard try row.get("is_same", Bool.self) else { return .otherRequest }
    guard let status = try row.get("status", Int?.self) else { return .running }
    var headers = HTTPFields()
    let stored = try row.get("headers", [String].self)
    for index in stride(from: 0, to: stored.count - 1, by: 2) { headers.append(stored[index], stored[index + 1]) }
    return .answered(HTTPResponse(status: status, headers: headers, body: try row.get("body", Bytes.self).bytes))
  }

  public func release(_ claim: IdempotencyClaim) async {
    // If this fails too, the claim expires by itself.
    _ = try? await execute(
      """
      DELETE FROM charter.idempotency_keys
      WHERE operation = \(claim.operation) AND key = \(claim.key) AND attempt = \(claim.attempt) AND status IS NULL
      """)
  }

  /// Deletes expired keys.
  public func purgeKeys() async throws {
    try await execute("DELETE FROM charter.idempotency_keys WHERE claimed_at < now() - interval '24 hours'")
  }
}

extension PostgresTransaction {
  public func store(_ answer: HTTPResponse, for claim: IdempotencyClaim) async throws {
    let headers = answer.headers.list.flatMap { [$0.name, $0.value] }
    let stored = try await execute(
      """
      UPDATE charter.idempotency_keys
      SET status = \(answer.status), headers = \(headers), body = \(Bytes(answer.body))
      WHERE operation = \(claim.operation) AND key = \(claim.key) AND attempt = \(claim.attempt)
      """)
    // Another attempt took over from this slow one: the effect must not happen twice.
    guard stored == 1 else { throw RequestFault(.unavailable("A later request with this Idempotency-Key took over.")) }
  }
}

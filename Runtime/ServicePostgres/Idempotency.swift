import ServiceCore

/// Keyed requests (`x-idempotency-key`): a row a key, claimed before the handler runs, with the answer after it.
extension Database {
  /// Takes a key that is new, or whose claim has no answer and no attempt behind it any more.
  ///
  /// A claim is taken over when its backend has gone, and so the process of its attempt, or when it has expired: ten
  /// seconds after its call's deadline, since a transaction does not commit after that. Where a connection breaks and
  /// its process goes on, or a pooler stands in between, the attempt may still be at work: its transaction then fails,
  /// because the key has another attempt's number.
  public func claim(_ key: String, operation: String, request: [UInt8]) async throws -> ClaimResult {
    let claim = IdempotencyClaim(operation: operation, key: key, attempt: .v7(at: clock.now()))
    let lifetime = (Deadline.current?.left ?? 50_000) + 10_000
    let claimed = try await execute(
      """
      INSERT INTO charter.idempotency_keys AS k (operation, key, request, attempt, backend, expires_at)
      VALUES (\(operation), \(key), sha256(\(Bytes(request))), \(claim.attempt),
        (SELECT pid || '@' || extract(epoch FROM backend_start) FROM pg_stat_get_activity(pg_backend_pid())),
        now() + \(lifetime)::bigint * interval '1 millisecond')
      ON CONFLICT (operation, key) DO UPDATE SET attempt = excluded.attempt, request = excluded.request,
        backend = excluded.backend, claimed_at = now(), expires_at = excluded.expires_at,
        status = NULL, headers = NULL, body = NULL
      WHERE k.claimed_at < now() - interval '24 hours'
        OR (k.status IS NULL AND k.request = excluded.request AND (k.expires_at < now()
          OR k.backend IS NOT NULL AND NOT EXISTS (
            SELECT FROM pg_stat_get_activity(split_part(k.backend, '@', 1)::integer)
            WHERE pid || '@' || extract(epoch FROM backend_start) = k.backend)))
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
    // Where this fails too, the claim runs out by itself.
    _ = try? await execute(
      """
      DELETE FROM charter.idempotency_keys
      WHERE operation = \(claim.operation) AND key = \(claim.key) AND attempt = \(claim.attempt) AND status IS NULL
      """)
  }

  /// Forgets keys whose time is over.
  public func purgeKeys() async throws {
    try await execute("DELETE FROM charter.idempotency_keys WHERE claimed_at < now() - interval '24 hours'")
  }

  /// The runtime's own tables, in a schema of their own in each service's database.
  static let ownMigrations = [
    Migration(
      name: "charter-0001-idempotency-keys.sql",
      sql: """
        CREATE TABLE charter.idempotency_keys (
          operation text NOT NULL,
          key text NOT NULL,
          request bytea NOT NULL,
          attempt uuid NOT NULL,
          claimed_at timestamptz NOT NULL DEFAULT now(),
          status integer,
          headers text[],
          body bytea,
          PRIMARY KEY (operation, key)
        );
        CREATE INDEX idempotency_keys_by_time ON charter.idempotency_keys (claimed_at);
        """),
    Migration(
      name: "charter-0002-idempotency-backends.sql",
      sql: """
        ALTER TABLE charter.idempotency_keys
          -- The process id of the backend that made the claim, and when it began.
          ADD backend text,
          ADD expires_at timestamptz NOT NULL DEFAULT now() + interval '60 seconds';
        """),
  ]
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
    // Another attempt took over while this one was slow: its effect must not be there twice.
    guard stored == 1 else { throw ProblemDetails.unavailable("A later request with this Idempotency-Key took over.") }
  }
}

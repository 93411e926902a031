import ServiceCore

/// Keyed requests (`x-idempotency-key`): a row a key, claimed before the handler runs, with the answer after it.
extension Database {
  /// After this many seconds a claim without an answer is taken over: its process has died.
  private static let claimSeconds = 60

  public func claim(_ key: String, operation: String, request: [UInt8]) async throws -> ClaimResult {
    let claim = IdempotencyClaim(operation: operation, key: key, attempt: .v7(at: clock.now()))
    let claimed = try await execute(
      """
      INSERT INTO charter.idempotency_keys AS k (operation, key, request, attempt)
      VALUES (\(operation), \(key), sha256(\(Bytes(request))), \(claim.attempt))
      ON CONFLICT (operation, key) DO UPDATE SET attempt = excluded.attempt, claimed_at = now(), request = excluded.request
      WHERE k.claimed_at < now() - interval '24 hours'
        OR (k.status IS NULL AND k.request = excluded.request
          AND k.claimed_at < now() - make_interval(secs => \(Self.claimSeconds)))
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
        """)
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
    guard stored == 1 else {
      throw PostgresError.refused(code: "40003", message: "the idempotency key was taken over", constraint: nil)
    }
  }
}

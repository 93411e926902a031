import ServiceCore
import ServicePostgres

/// The state of a service's events, as its health reports it.
public struct EventStatus: Sendable {
  /// The events of the outbox that are not published; of very many, this number or more.
  public let unpublished: Int
  /// How long the first of them has waited, in milliseconds; 0 without any.
  public let age: Int
  public let parked: Int
  public let deadLetters: Int

  /// Not more than these are counted: counting must not cost more than publishing.
  private static let most = 100_000

  /// - Throws: ``PostgresError``.
  public init(of database: Database, at now: Timestamp) async throws {
    let row = try await database.query(
      """
      WITH waiting AS (
        SELECT time FROM charter.outbox o, coalesce((SELECT mark FROM charter.relay), '1:1:') AS mark,
          coalesce((SELECT target FROM charter.relay), mark) AS target,
          coalesce((SELECT last_id FROM charter.relay), 0) AS last
        WHERE xid >= pg_snapshot_xmin(mark) AND NOT pg_visible_in_snapshot(xid, mark)
          AND (id > last OR NOT pg_visible_in_snapshot(xid, target))
        LIMIT \(Self.most))
      SELECT (SELECT count(*) FROM waiting) AS unpublished, (SELECT min(time) FROM waiting) AS oldest,
        (SELECT count(*) FROM charter.parked) AS parked, (SELECT count(*) FROM charter.dead_letters) AS dead
      """)[0]
    unpublished = try row.get("unpublished")
    age = try row.get("oldest", Timestamp?.self).map { max(0, (now.microseconds - $0.microseconds) / 1_000) } ?? 0
    (parked, deadLetters) = (try row.get("parked"), try row.get("dead"))
  }
}

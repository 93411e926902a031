import ServiceCore
import ServicePostgres

/// Empties the slots of a service's outbox and inbox whose time is over: each as a whole, without dead rows.
public struct EventRetention: Sendable {
  private let database: Database
  /// The longest deduplication window of the service's consumers, in milliseconds.
  private let window: Int

  /// - Parameter receiving: the service's receive operations.
  public init(of database: Database, receiving operations: [ReceiveDescriptor]) {
    self.database = database
    window = operations.map(\.deduplicationWindow).max() ?? 0
  }

  /// Empties what may be emptied now. A slot that is in use is left for the next time: no one waits for it longer than
  /// 100 milliseconds.
  ///
  /// - Returns: the number of emptied slots.
  @discardableResult public func run(at now: Timestamp) async throws -> Int {
    var count = 0
    for slot in outboxSlots(at: now) where try await empty("outbox", slot, unless: Self.isUnpublished(slot)) {
      count += 1
    }
    for slot in inboxSlots(at: now) where try await empty("inbox", slot, unless: nil) { count += 1 }
    return count
  }

  /// The one whose events are a day old: it is the next to be used.
  private func outboxSlots(at now: Timestamp) -> [Int] {
    let number = now.microseconds / (OutboxRing.seconds * 1_000_000)
    return [(number + 1) % OutboxRing.slots]
  }

  private func inboxSlots(at now: Timestamp) -> [Int] {
    let current = InboxRing.number(of: now)
    let oldest = InboxRing.number(of: Timestamp(microseconds: now.microseconds - window * 1_000))
    // The ring holds the slots up to the next one.
    return ((current + 2 - InboxRing.slots)...(current + 1)).filter { $0 < oldest }.map { InboxRing.slot(number: $0) }
  }

  /// Whether a slot has events that the relay has not published: they are retained until it has.
  private static func isUnpublished(_ slot: Int) -> SQL {
    """
    SELECT EXISTS (
      SELECT FROM charter.outbox o LEFT JOIN charter.relay r ON true
      WHERE o.slot = \(slot) AND (r.mark IS NULL OR NOT pg_visible_in_snapshot(o.xid, r.mark)
        AND (r.target IS NULL OR o.id > r.last_id OR NOT pg_visible_in_snapshot(o.xid, r.target)))) AS is_needed
    """
  }

  /// Empties a slot that has rows.
  private func empty(_ table: String, _ slot: Int, unless isNeeded: SQL?) async throws -> Bool {
    // The name of a table cannot be a parameter; both parts of it are the runtime's own.
    let name = "charter.\(table)_\(slot)"
    let rows = try await database.query(SQL(compiled: "SELECT FROM \(name) LIMIT 1"))
    guard !rows.isEmpty else { return false }
    do {
      return try await database.sqlTransaction { transaction in
        try await transaction.execute("SET LOCAL lock_timeout = '100ms'")
        try await transaction.execute(SQL(compiled: "LOCK TABLE \(name) IN ACCESS EXCLUSIVE MODE"))
        if let isNeeded, try await transaction.query(isNeeded)[0].get("is_needed") { return false }
        try await transaction.execute(SQL(compiled: "TRUNCATE \(name)"))
        return true
      }
    } catch PostgresError.refused(code: "55P03", message: _, constraint: _) {
      return false
    }
  }
}

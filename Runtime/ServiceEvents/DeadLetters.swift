import ServiceCore
import ServicePostgres

/// An event that its consumer could not handle, or that the broker refused.
public struct DeadLetter: Sendable {
  public let id: Int
  /// The receive operation's name; empty for an event of the service's own that the broker refused.
  public let consumer: String
  /// The address of the channel that it came from.
  public let address: String
  public let record: EventRecord
  public let attempts: Int
  public let error: String
  public let failed: Timestamp

  init(_ row: ResultRow) throws {
    (id, consumer, address) = (try row.get("id"), try row.get("consumer"), try row.get("address"))
    record = try EventRecord(row, sequence: "sequence")
    (attempts, error, failed) = (try row.get("attempts"), try row.get("error"), try row.get("failed_at"))
  }
}

/// The dead letters of a service, in its database.
public struct DeadLetters: Sendable {
  private let database: Database

  public init(of database: Database) { self.database = database }

  /// The latest ones first.
  ///
  /// - Parameter id: of the dead letter that they are older than; nil for the latest.
  public func list(before id: Int? = nil, limit: Int = 100) async throws -> [DeadLetter] {
    try await database.query(
      "SELECT * FROM charter.dead_letters WHERE id < \(id ?? .max) ORDER BY id DESC LIMIT \(limit)"
    ).map { try DeadLetter($0) }
  }

  /// Nil where there is none with this id.
  public func find(_ id: Int) async throws -> DeadLetter? {
    try await database.query("SELECT * FROM charter.dead_letters WHERE id = \(id)").first.map { try DeadLetter($0) }
  }

  /// Sends one to its handler again, with new attempts, or to the broker; false where there is none with this id.
  ///
  /// Its handler gets it however old it is, and although later events with its key were handled; one whose effect was
  /// committed is recognized.
  public func redrive(_ id: Int, at now: Timestamp = Clock.system.now()) async throws -> Bool {
    try await database.sqlTransaction { transaction in
      let isOfConsumer = try await transaction.execute(
        """
        WITH dead AS (DELETE FROM charter.dead_letters WHERE id = \(id) AND consumer <> '' RETURNING *)
        INSERT INTO charter.parked (consumer, sequence, attempts, next_attempt, error, is_redriven, \(EventColumns.names))
        SELECT consumer, sequence, 0, \(now), error, true, \(EventColumns.names) FROM dead
        ON CONFLICT (consumer, source, event) DO UPDATE SET attempts = 0, next_attempt = \(now), is_redriven = true
        """)
      guard isOfConsumer == 0 else { return true }
      let isOfRelay = try await transaction.execute(
        """
        WITH dead AS (DELETE FROM charter.dead_letters WHERE id = \(id) RETURNING *)
        INSERT INTO charter.outbox (\(EventColumns.names)) SELECT \(EventColumns.names) FROM dead
        """)
      return isOfRelay > 0
    }
  }

  /// Deletes one; false where there is none with this id.
  public func discard(_ id: Int) async throws -> Bool {
    try await database.execute("DELETE FROM charter.dead_letters WHERE id = \(id)") > 0
  }

  public func count() async throws -> Int {
    try await database.query("SELECT count(*) AS count FROM charter.dead_letters")[0].get("count")
  }
}

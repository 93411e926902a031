import ServiceCore
import ServiceLoop
import ServicePostgres
import Synchronization

/// Carries events through tables of a PostgreSQL database of its own: the default transport.
///
/// Each channel is a log: its events have consecutive positions, and are divided into partitions by their keys. A group
/// has an offset for each partition, and leases partitions to its members. Events are stored in slots of time, which are
/// emptied as a whole: nothing is deleted one by one.
public final class PostgresLog: EventTransport {
  /// Times in milliseconds.
  public struct Settings: Sendable {
    /// How long events are kept at least. That of the process which ends a slot of time counts.
    public var retention = 604_800_000
    /// For how long a member has its partitions without a sign of life.
    public var lease = 10_000
    /// How often members look for events in case a wake-up was missed.
    public var poll = 1_000

    public init() {}
  }

  let database: Database
  /// That of members whose tasks run on none.
  let loop: Loop
  let settings: Settings
  let logger: Logger
  let sleep: @Sendable (_ milliseconds: Int) async throws -> Void
  let wakeUps: LogWakeUps
  let appends = Mutex(LogAppends())
  private let address: String
  private let state = Mutex(State())

  private struct State {
    var channels: [String: LogChannel] = [:]
    var preparation: Task<Void, any Error>?
    var tasks: [Task<Void, Never>] = []
    var isClosed = false
  }

  /// - Parameters:
  ///   - address: the connection string or URI of a database that has nothing else in it, for the role that owns it.
  ///   - loops: those whose tasks publish and consume.
  ///   - sleep: waits for the next poll; nil for a timer of the loop.
  public init(
    _ address: String, loops: [Loop], limits: Database.Limits = Database.Limits(), share: ConnectionShare? = nil,
    settings: Settings = Settings(), logger: Logger,
    sleep: (@Sendable (_ milliseconds: Int) async throws -> Void)? = nil
  ) {
    let database = Database(address, loops: loops, limits: limits, share: share, logger: logger)
    (self.address, self.database, self.settings, self.logger) = (address, database, settings, logger)
    loop = loops[0]
    self.sleep = sleep ?? { [loop = loops[0]] in try await loop.sleep(milliseconds: $0) }
    wakeUps = LogWakeUps { payload in
      // A notification that is not sent costs a poll's time.
      _ = try? await database.query(
        "SELECT pg_notify('charter_log', \(payload)), set_config('synchronous_commit', 'off', true)")
    }
  }

  public func prepare(_ channels: [ChannelDescriptor]) async throws -> [String: String] {
    try await reporting(channels) {
      try await ready()
      let found = try await declare(channels)
      return found.mapValues { $0.identity.description }
    }
  }

  public func close() async {
    let tasks = state.withLock { state in
      state.isClosed = true
      defer { state.tasks = [] }
      return state.tasks
    }
    for task in tasks { task.cancel() }
    await database.close()
  }

  // MARK: channels

  /// The channel's row, which is inserted at its first use.
  func channel(_ descriptor: ChannelDescriptor) async throws -> LogChannel {
    if let known = state.withLock({ $0.channels[descriptor.template] }) { return known }
    guard let channel = try await declare([descriptor])[descriptor.template] else {
      throw TransportError.lost(channels: [descriptor.template])
    }
    return channel
  }

  /// The next use reads the channel's row again.
  func forget(_ channel: String) { state.withLock { $0.channels[channel] = nil } }

  private func declare(_ channels: [ChannelDescriptor]) async throws -> [String: LogChannel] {
    let (templates, partitions) = (channels.map(\.template), channels.map { max(1, $0.partitions) })
    // Rows that are there are not inserted in vain: that would use up their numbers.
    try await database.execute(
      """
      INSERT INTO log.channels (template, partitions)
      SELECT c.template, c.partitions FROM unnest(\(templates)::text[], \(partitions)::integer[]) c(template, partitions)
      WHERE NOT EXISTS (SELECT FROM log.channels o WHERE o.template = c.template)
      ON CONFLICT DO NOTHING
      """)
    let rows = try await database.query(
      "SELECT id, template, identity, partitions FROM log.channels WHERE template = ANY(\(templates)::text[])")
    let found = try rows.map { row in
      LogChannel(
        id: try row.get("id"), template: try row.get("template"), identity: try row.get("identity"),
        partitions: try row.get("partitions"))
    }
    let byTemplate = Dictionary(found.map { ($0.template, $0) }) { first, _ in first }
    state.withLock { $0.channels.merge(byTemplate) { $1 } }
    return byTemplate
  }

  // MARK: the database

  /// Brings the tables up to date, and begins the work that every process shares, at the first call that succeeds.
  func ready() async throws {
    let preparation = state.withLock { state in
      if let preparation = state.preparation { return preparation }
      let preparation = Task { [address] in
        _ = try await Database.migrate(address, [], own: Self.migrations)
        self.begin()
      }
      state.preparation = preparation
      return preparation
    }
    do {
      try await preparation.value
    } catch {
      state.withLock { if $0.preparation == preparation { $0.preparation = nil } }
      throw error
    }
  }

  private func begin() {
    state.withLock { state in
      guard !state.isClosed, state.tasks.isEmpty else { return }
      let notifications = database.notifications(on: "charter_log")
      let listening = Task { [wakeUps] in
        for await notification in notifications {
          switch notification {
          case .listening: wakeUps.wakeAll()
          case .message(let payload): wakeUps.receive(payload)
          }
        }
      }
      let turning = Task { [weak self, sleep, pause = min(60_000, max(10, settings.slotLength / 4))] in
        while (try? await sleep(pause)) != nil {
          guard let self else { return }
          await self.turnLogging()
        }
      }
      state.tasks = [listening, turning]
    }
  }

  private func turnLogging() async {
    do { try await turn() } catch { logger.log(.warning, "the event log's slots could not be turned: \(error)") }
  }

  /// Converts what goes wrong into a ``TransportError``.
  func reporting<Value: Sendable>(
    _ channels: [ChannelDescriptor], _ body: () async throws -> Value
  ) async throws -> Value {
    do { return try await body() } catch let error as PostgresError {
      switch error {
      case .cancelled: throw CancellationError()
      case .unavailable, .busy, .connectionLost, .commitInDoubt, .deadlineExceeded:
        throw TransportError.unavailable("\(error)")
      case .refused(let code, _, _) where code == "42P01" || code == "3F000" || code == "3D000":
        // The database is another one than before, or its tables were dropped.
        state.withLock { ($0.preparation, $0.channels) = (nil, [:]) }
        throw TransportError.lost(channels: channels.map(\.template))
      // Connections, resources, conflicts with other transactions, an operator's intervention.
      case .refused(let code, _, _) where ["08", "53", "40", "55", "57"].contains(code.prefix(2)):
        throw TransportError.unavailable("\(error)")
      case .refused, .unexpectedColumn: throw TransportError.refused("\(error)")
      }
    } catch let error as AdministrationError {
      throw TransportError.unavailable("\(error)")
    } catch let error as MigrationError {
      throw TransportError.refused("\(error)")
    }
  }
}

/// A channel's row.
struct LogChannel: Sendable {
  let id: Int
  let template: String
  let identity: Uuid
  /// Their number when the channel was made: another one would give keys to other partitions, and lose their order.
  let partitions: Int

  /// The partition of a key (FNV-1a, 64 bits): the same in every process, for ever.
  func partition(of key: String) -> Int {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in key.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    // The low bits of similar keys are similar.
    return Int((hash ^ hash >> 32) % UInt64(max(1, partitions)))
  }
}

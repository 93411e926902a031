import Glibc

/// The databases of the events benchmark, and what happens in them.
struct EventDatabases {
  let bench: BenchmarkDatabase
  let service: BenchmarkDatabase
  let log: BenchmarkDatabase
  let session: BenchmarkSession

  /// The host with the service whose events are measured.
  func host() throws -> BenchmarkServer.Program {
    try ServeBenchmark.charter(
      session, bench, cores: "0-\(Machine.loadCore)",
      [
        "BENCH_EVENTS=1", "EVENT_BENCH_DB_CONNECTION=" + service.app, "EVENT_BENCH_DB_OWNER=" + service.owner,
        "EVENTS_URL=" + session.cluster.ownerURL(of: log.name, at: session.cluster.address("postgres")),
      ])
  }

  /// Emits events for some seconds, and returns how many were committed.
  ///
  /// - Parameters:
  ///   - count: the events of a transaction.
  ///   - pause: of each connection before each request, in milliseconds.
  func emit(_ count: Int, pause: Int, connections: Int, seconds: Int) throws -> Int {
    let (requests, _, failures) = try load(count, pause: pause, connections: connections).send(for: seconds, session)
    guard failures == 0 else { throw Failure("\(failures) of \(requests) requests failed") }
    // Those that were in progress when the load ended were committed, too.
    return try max(requests * count, Int(effects("SELECT count(*) FROM charter.outbox")) ?? 0)
  }

  /// The same while other work goes on.
  func startEmitting(seconds: Int) throws -> Child {
    let command = load(1, pause: 20, connections: 12).command(seconds: seconds, session)
    return try Child.start(
      command[0], Array(command.dropFirst()), hasOwnGroup: true, output: session.folder + "/load.log")
  }

  private func load(_ count: Int, pause: Int, connections: Int) -> BenchmarkLoad {
    BenchmarkLoad(
      path: "/api/event-bench/ticks", script: "ticks.lua", arguments: ["\(count)", "\(pause)"],
      connections: connections)
  }

  /// Removes the effects of earlier events.
  func forget() throws { _ = try effects("TRUNCATE handled, charter.outbox") }

  /// Waits until as many effects are there, or none is added any more.
  func waitForEffects(_ wanted: Int) throws -> Int {
    var (count, still) = (0, 0)
    while count < wanted, still < 50 {
      try session.pause(milliseconds: 200)
      let now = Int(try effects("SELECT count(*) FROM handled")) ?? 0
      still = now == count ? still + 1 : 0
      count = now
    }
    return count
  }

  /// Runs a statement in the service's database, as its owner.
  func effects(_ sql: String) throws -> String { try query(sql, in: service) }

  private func query(_ sql: String, in database: BenchmarkDatabase) throws -> String {
    let (code, text) = try Child.printed(
      session.cluster.program("psql"), ["-X", "-At", "-v", "ON_ERROR_STOP=1", "-d", database.owner, "-c", sql])
    guard code == 0 else { throw Failure("psql failed") }
    return text.split(separator: "\n").last.map(String.init) ?? ""
  }

  /// Rows a second of a bare INSERT with 100 rows a transaction.
  func bareInserts(seconds: Int) throws -> Double {
    _ = try effects(
      """
      CREATE TABLE bare (position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, address text NOT NULL,
        key text, id text NOT NULL, time timestamptz NOT NULL, headers text[] NOT NULL, data bytea NOT NULL)
      """)
    defer { _ = try? effects("DROP TABLE bare") }
    let (code, text) = try session.run([
      session.cluster.program("pgbench"), "-n", "-M", "prepared", "-c", "4", "-j", "1", "-T", "\(seconds)", "-f",
      session.sources + "/Load/bare.sql", service.owner,
    ])
    let line = text.split(separator: "\n").first { $0.hasPrefix("tps = ") }
    guard code == 0, let rate = line?.split(separator: " ").dropFirst(2).first.flatMap({ Double($0) }) else {
      throw Failure("pgbench failed: \(text)")
    }
    return rate * 100
  }

  /// The dead tuples and sizes of the runtime's tables in both databases.
  func tables(at second: Int) throws -> EventTables {
    let sql = """
      SELECT coalesce(sum(n_dead_tup), 0) || ' ' || coalesce(sum(pg_total_relation_size(relid)), 0)
      FROM pg_stat_user_tables WHERE schemaname = 'charter' OR schemaname = 'log'
      """
    let numbers = try [service, log].flatMap { database in
      try query(sql, in: database).split(separator: " ").map { Int($0) ?? 0 }
    }
    guard numbers.count == 4 else { throw Failure("the sizes of tables cannot be read") }
    return EventTables(second: second, dead: numbers[0] + numbers[2], bytes: numbers[1] + numbers[3])
  }
}

/// The tables that events pass, at one time.
struct EventTables {
  let second: Int
  /// Tuples that are deleted and not yet vacuumed.
  let dead: Int
  let bytes: Int
}

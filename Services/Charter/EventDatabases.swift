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
    let (requests, _, failures, _) = try load(count, pause: pause, connections: connections).send(for: seconds, session)
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

  /// Rows a second of a bare INSERT of the same bytes, which its clients send, with 100 rows a transaction.
  func bareInserts(seconds: Int) throws -> Double {
    _ = try effects(
      """
      CREATE TABLE bare (position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, template text NOT NULL,
        address text NOT NULL, key text, event text NOT NULL, source text NOT NULL, type text NOT NULL,
        time timestamptz NOT NULL, content_type text NOT NULL, trace_parent text, headers text[] NOT NULL,
        data bytea NOT NULL)
      """)
    defer { _ = try? effects("DROP TABLE bare") }
    func rows(_ value: String) -> String { "{" + Array(repeating: value, count: 100).joined(separator: ",") + "}" }
    let id = "0190f3d2-7c5e-7a3b-9c1d-2e4f6a8b0c1d"
    let payload = """
      {"id":"\(id)","key":"\(id)","emitted_at":"2026-01-31T12:00:00.000000Z","name":"Wool scarf, grey, of merino wool",\
      "note":"Sent with the other things of the same order, as soon as they are there","amount":19.99}
      """
    let hex = payload.utf8.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    let variables = [
      "template": rows("bench-ticks"), "id": rows(id), "source": rows("/api/event-bench"), "type": rows("tick"),
      "time": rows("2026-01-31T12:00:00Z"), "content_type": rows("application/json"),
      "trace_parent": rows("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"), "headers": rows(#""{}""#),
      "data": rows(#""\\x"# + hex + "\""),
    ]
    return 100 * (try Pgbench(session, service).rate(of: "bare.sql", variables, clients: 4, seconds: seconds))
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

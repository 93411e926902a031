import Glibc

/// `./charter bench events`: measures events from the transaction that emits them to the effect of their handler, on an
/// embedded PostgreSQL with fsync and synchronous_commit on.
struct EventsBenchmark {
  private var seconds = 20
  /// How long dead tuples are watched for; 0 for not at all.
  private var minutes = 0
  private let chart: String

  init(_ call: Command.Call) throws {
    chart = call.values["--chart"] ?? "charter-bench-events.svg"
    seconds = try call.number("--seconds", 2...600) ?? seconds
    minutes = try call.number("--minutes", 0...600) ?? minutes
  }

  func run() throws -> Int32 {
    let session = try BenchmarkSession(needing: ["wrk", "taskset"])
    defer { session.end() }
    let databases = EventDatabases(
      bench: try session.database("bench"), service: try session.database("event-bench"),
      log: try session.database("events"), session: session)
    say(Machine.description)
    say(
      "events of 300 bytes; service, PostgreSQL and load share \(Machine.loadCore + 1) cores; fsync and "
        + "synchronous_commit are on")
    let server = try BenchmarkServer(databases.host(), session)
    defer { server.stop() }
    let latency = try latency(databases)
    say("500 events/s, one a transaction: \(latency)")
    let chain = try throughput(databases)
    let bare = try databases.bareInserts(seconds: seconds)
    say(
      "sustained: \(chain.rate.text(digits: 0)) events/s through outbox, relay, log and an effect in batches; "
        + "\(chain.events) events, \(chain.lost) lost, \(chain.doubled) doubled")
    say(
      "a bare INSERT of the same rows, 100 a transaction: \(bare.text(digits: 0)) rows/s; ratio "
        + (chain.rate / max(1, bare)).text(digits: 2))
    guard minutes > 0 else { return chain.lost + chain.doubled == 0 ? 0 : 1 }
    try watch(databases, session)
    return chain.lost + chain.doubled == 0 ? 0 : 1
  }

  /// From just before the commit to the start of the handler, in milliseconds.
  private func latency(_ databases: EventDatabases) throws -> String {
    try databases.forget()
    let events = try databases.emit(1, pause: 20, connections: 12, seconds: seconds)
    _ = try databases.waitForEffects(events)
    let row = try databases.effects(
      """
      SELECT round((1000 * percentile_cont(0.5) WITHIN GROUP (ORDER BY s))::numeric, 1) || ' ms p50, '
        || round((1000 * percentile_cont(0.99) WITHIN GROUP (ORDER BY s))::numeric, 1) || ' ms p99, '
        || round(1000 * max(s), 1) || ' ms at most; ' || round(count(*) / extract(epoch FROM
          greatest(max(emitted_at) - min(emitted_at), interval '1 second'))) || ' events/s'
      FROM (SELECT extract(epoch FROM handled_at - emitted_at)::numeric AS s, emitted_at FROM handled) AS t
      """)
    return "commit to handler " + row
  }

  private func throughput(
    _ databases: EventDatabases
  ) throws -> (rate: Double, events: Int, lost: Int, doubled: Int) {
    try databases.forget()
    let events = try databases.emit(100, pause: 0, connections: 4, seconds: seconds)
    let handled = try databases.waitForEffects(events)
    let row = try databases.effects(
      """
      SELECT count(*) / extract(epoch FROM max(handled_at) - min(emitted_at)) || ' ' || count(*) - count(DISTINCT id)
      FROM handled
      """
    ).split(separator: " ")
    let doubled = row.last.flatMap { Int($0) } ?? 0
    return (row.first.flatMap { Double($0) } ?? 0, events, max(0, events - (handled - doubled)), doubled)
  }

  /// Watches dead tuples and sizes of all tables that the events pass, at 500 events a second.
  private func watch(_ databases: EventDatabases, _ session: BenchmarkSession) throws {
    var samples: [EventTables] = []
    let load = try databases.startEmitting(seconds: minutes * 60)
    say("watching dead tuples for \(minutes) minutes at 500 events/s")
    for step in 0..<(minutes * 6) {
      samples.append(try databases.tables(at: step * 10))
      try session.pause(milliseconds: 10_000)
    }
    _ = try session.wait(for: load)
    samples.append(try databases.tables(at: minutes * 60))
    let table = EventTablesChart(samples: samples)
    for line in table.lines { say(line) }
    try table.chart(Machine.description).write(to: chart)
    say("chart: \(chart)")
  }
}

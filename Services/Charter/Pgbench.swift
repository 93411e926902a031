/// PostgreSQL's own load generator, with the SELECT that the servers send: how many rows PostgreSQL gives when each of
/// 64 connections waits for its row.
struct Pgbench {
  static let name = "pgbench -M prepared"
  private let session: BenchmarkSession
  private let database: BenchmarkDatabase

  init(_ session: BenchmarkSession, _ database: BenchmarkDatabase) {
    (self.session, self.database) = (session, database)
  }

  /// Rows a second.
  func rate(seconds: Int) throws -> Double {
    let command = [
      "env", "PGPASSWORD=" + database.password, session.cluster.program("pgbench"), "-n", "-M", "prepared", "-c", "64",
      "-j", "1", "-T", "\(seconds)", "-f", session.sources + "/Load/items.sql", "-h", database.sockets, "-U",
      database.name + "_app", database.name,
    ]
    let (code, text) = try session.run(command, cores: "\(Machine.loadCore)")
    let line = text.split(separator: "\n").first { $0.hasPrefix("tps = ") }
    guard code == 0, let rate = line?.split(separator: " ").dropFirst(2).first.flatMap({ Double($0) }) else {
      throw Failure("pgbench failed: \(text)")
    }
    return rate
  }
}

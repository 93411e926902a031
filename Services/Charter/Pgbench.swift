/// PostgreSQL's own load generator: how often PostgreSQL runs a prepared statement for clients that do nothing else.
struct Pgbench {
  static let name = "pgbench -M prepared"
  private let session: BenchmarkSession
  private let database: BenchmarkDatabase

  init(_ session: BenchmarkSession, _ database: BenchmarkDatabase) {
    (self.session, self.database) = (session, database)
  }

  /// How often the statement is run in a second.
  ///
  /// - Parameters:
  ///   - script: the file in `Tests/Benchmarks/Load` with the statement.
  ///   - variables: the values of its parameters, in PostgreSQL's text form.
  ///   - cores: the cores that pgbench may run on; nil for all.
  func rate(
    of script: String, _ variables: [String: String] = [:], clients: Int, seconds: Int, cores: String? = nil
  ) throws -> Double {
    let command =
      [
        "env", "PGPASSWORD=" + database.password, session.cluster.program("pgbench"), "-n", "-M", "prepared", "-c",
        "\(clients)", "-j", "1", "-T", "\(seconds)", "-f", session.sources + "/Load/" + script, "-h",
        database.sockets, "-U", database.name + "_app",
      ] + variables.flatMap { ["-D", $0.key + "=" + $0.value] } + [database.name]
    let (code, text) = try session.run(command, cores: cores)
    let line = text.split(separator: "\n").first { $0.hasPrefix("tps = ") }
    guard code == 0, let rate = line?.split(separator: " ").dropFirst(2).first.flatMap({ Double($0) }) else {
      throw Failure("pgbench failed: \(text)")
    }
    return rate
  }
}

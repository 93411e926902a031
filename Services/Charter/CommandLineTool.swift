import Glibc

/// The commands of `./charter`. Exit codes: 0 done, 1 the answer is no, 2 wrong usage.
enum CommandLineTool {
  static let help = """
    usage: ./charter COMMAND [options]

      up [--port N] [--data DIR] [--only a,b]   run everything on port 8080, with a PostgreSQL of its own
      test [FILTER]                             run all tests, or those whose name matches
      test --chaos [--minutes N] [--seed S]     run what is timed, long or destructive, in about N minutes (10)
      test --sanitize address|thread            run the runtime's tests watched by a sanitizer
      test --sweep                              end and remove what test runs that were killed have left
      generate CONTRACT --output DIR [--types]  generate Swift from one contract; --types leaves its operations out
      check CONTRACT... [--ledger] [--json]     say what is wrong with contracts, and what became of each keyword
      check --data FILE --schema POINTER CONTRACT [--format annotation]
                                                hold a value against a schema of a contract
      export typescript|python|postman|openapi CONTRACT... [--output FILE]
                                                write a client for another language, a collection, or one document
      bench generate [CONTRACT...]              measure the generator, and the compiler on what it writes
      bench serve [--rounds N] [--seconds N] [--chart FILE.svg] [--install-peers]
                                                measure serving, side by side with FastAPI, Express and nginx
      psql [SERVICE]                            open the embedded PostgreSQL, or a service's database in it
      doctor                                    say what is missing or broken, and how to mend it
      help                                      this

    Settings: DB_CONNECTION (another PostgreSQL), LOG_LEVEL, SERVICE_PORT, <SERVICE>_URL (a service elsewhere).
    """

  static func run(_ arguments: [String]) -> Int32 {
    let rest = Array(arguments.dropFirst())
    // What this program was given open is not for a PostgreSQL that may outlive it.
    for descriptor in 3..<Int32(1_024) { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    do {
      switch arguments.first {
      case "up": return try Up(rest).run()
      case "test": return try TestRun(rest).run()
      case "generate":
        guard rest.contains("--output") else {
          throw UsageError(description: "generate takes CONTRACT --output DIR, and perhaps --name NAME and --types")
        }
        return try Child.run(tool("contractgen"), ["file"] + rest)
      case "check": return try Child.run(tool("contractgen"), ["check"] + rest)
      case "export": return try Child.run(tool("contractgen"), ["export"] + rest)
      case "bench":
        switch rest.first {
        case "generate": return try GenerateBenchmark(Array(rest.dropFirst())).run()
        case "serve": return try ServeBenchmark(Array(rest.dropFirst())).run()
        default: throw UsageError(description: "there is: bench generate [CONTRACT...], and bench serve")
        }
      case "psql": return try psql(rest)
      case "help", "--help", "-h":
        say(help)
        return 0
      default:
        complain(arguments.first.map { "unknown command '\($0)'" } ?? "no command")
        complain(help)
        return 2
      }
    } catch let error as UsageError {
      complain("error: \(error.description)")
      return 2
    } catch {
      complain("error: \(error)")
      return 1
    }
  }

  /// A program that was built beside this one.
  static func tool(_ name: String) throws -> String {
    guard let real = realpath("/proc/self/exe", nil) else { throw Failure("this program's own place is not known") }
    defer { free(real) }
    let path = String(cString: real)
    return path.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 } + "/" + name
  }

  private static func psql(_ arguments: [String]) throws -> Int32 {
    let cluster = try Cluster(data: Cluster.defaultData())
    guard cluster.exists else { throw Failure("there is no embedded PostgreSQL yet; ./charter up makes it") }
    let wasRunning = cluster.isRunning
    if !wasRunning { try cluster.start() }
    defer { if !wasRunning { cluster.stop() } }
    let database = arguments.first ?? "postgres"
    return try Child.run("/usr/bin/env", ["psql", try cluster.address(database)] + arguments.dropFirst())
  }
}

/// A call that is not as the help says.
struct UsageError: Error { let description: String }

/// What could not be done, in words for whoever asked for it.
struct Failure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

func say(_ text: String) { put(text, 1) }
func complain(_ text: String) { put(text, 2) }

private func put(_ text: String, _ descriptor: Int32) {
  let line = Array((text + "\n").utf8)
  _ = line.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
}

/// Text in a column of a table.
func padded(_ text: String, _ width: Int) -> String {
  text + String(repeating: " ", count: max(1, width - text.utf8.count))
}

/// Seconds of a clock that only ever goes forward.
func monotonicSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

/// - Throws: ``Failure`` when the file cannot be read.
func readFile(_ path: String) throws -> [UInt8] {
  guard let file = fopen(path, "r") else { throw Failure("\(path) cannot be read") }
  defer { fclose(file) }
  var bytes: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 65_536)
  while case let count = fread(&chunk, 1, chunk.count, file), count > 0 { bytes += chunk[..<count] }
  return bytes
}

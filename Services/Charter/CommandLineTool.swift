import Glibc

/// Runs the commands of `./charter` that neither the script nor the generator handles. Exit codes: 0 success, 1 failure
/// or a negative result, 2 wrong usage.
enum CommandLineTool {
  static func run(_ arguments: [String]) -> Int32 {
    // Inherited descriptors must not leak into a PostgreSQL that may outlive this program.
    for descriptor in 3..<Int32(1_024) { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    do {
      let length = ["bench", "events"].contains(arguments.first) ? 2 : 1
      guard let command = Commands.named(arguments.prefix(length).joined(separator: " ")) else {
        throw UsageError(
          description: "unknown command '\(arguments.joined(separator: " "))'; ./charter help lists them")
      }
      let call = try command.parse(Array(arguments.dropFirst(length)))
      switch command.name {
      case "up": return try Up(call).run()
      case "test": return try TestRun(call).run()
      case "bench generate": return try GenerateBenchmark(call).run()
      case "bench serve": return try ServeBenchmark(call).run()
      case "bench gateway": return try GatewayBenchmark(call).run()
      case "bench growth": return try GrowthBenchmark(call).run()
      case "bench events": return try EventsBenchmark(call).run()
      case "bench instructions": return try InstructionsBenchmark(call).run()
      case "conform": return try Conform(call).run()
      case "mock": return try MockServer(call).run()
      case let name where name.hasPrefix("events "): return try EventsCommand(call).run(name)
      case "psql": return try psql(call)
      case "token": return try TokenCommand(call).run()
      case "reset": return try reset(call)
      default:
        throw UsageError(
          description: "'\(command.name)' is a command of the ./charter script: run ./charter \(command.name)")
      }
    } catch let error as UsageError {
      complain("error: \(error.description)")
      return 2
    } catch {
      complain("error: \(error)")
      return 1
    }
  }

  /// The path of a program that was built together with this one.
  static func tool(_ name: String) throws -> String {
    guard let real = realpath("/proc/self/exe", nil) else {
      throw Failure("the path of this program cannot be read from /proc/self/exe")
    }
    defer { free(real) }
    let path = String(cString: real)
    return path.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 } + "/" + name
  }

  /// The data folder that the command line names, or the default one.
  static func data(_ call: Command.Call) throws -> String {
    guard let folder = call.values["--data"] else { return try Cluster.defaultData() }
    guard !folder.isEmpty else { throw UsageError(description: "--data needs the path of a folder") }
    return Cluster.absolute(folder)
  }

  /// Removes a data folder with all its databases, after confirmation.
  private static func reset(_ call: Command.Call) throws -> Int32 {
    let cluster = try Cluster(data: try data(call))
    guard access(cluster.data, F_OK) == 0 else {
      say("\(cluster.data) does not exist: nothing to remove")
      return 0
    }
    guard cluster.exists || access(cluster.data + "/secrets", F_OK) == 0 else {
      throw Failure("\(cluster.data) is not a data folder of ./charter up: not removed")
    }
    let lock = try Lock(cluster.data + "/lock")
    defer { lock.release() }
    if !call.flags.contains("--yes") {
      put(Array("remove \(cluster.data) and all its databases? [y/N] ".utf8)[...], 1)
      guard let reply = readLine(), ["y", "yes"].contains(reply.lowercased()) else {
        say("nothing was removed")
        return 1
      }
    }
    guard cluster.postmaster == nil || cluster.stop() else { return 1 }
    cluster.remove()
    say("removed \(cluster.data)")
    return 0
  }

  /// Runs psql, passing on all arguments that are not this program's own.
  private static func psql(_ call: Command.Call) throws -> Int32 {
    var rest = call.operands[...]
    let database = rest.first?.hasPrefix("-") == false ? rest.popFirst() : nil
    let cluster = try Cluster(data: try data(call))
    guard cluster.exists else {
      throw Failure("there is no PostgreSQL in \(cluster.data) yet; run ./charter up to create it")
    }
    // Ctrl-C must cancel a statement in psql, not end this process, which has to stop PostgreSQL afterwards.
    for number in [SIGINT, SIGQUIT, SIGPIPE] { signal(number, SIG_IGN) }
    let lock = cluster.postmaster == nil ? try Lock(cluster.data + "/lock") : nil
    if lock != nil { try cluster.start() }
    defer {
      if lock != nil { cluster.stop() }
      lock?.release()
    }
    // The password is passed in a file: other users can read arguments, and programs started by psql inherit the
    // environment.
    let passwords = cluster.data + "/secrets/pgpass-\(getpid())"
    try cluster.writeSecret(passwords, "*:*:*:*:" + cluster.secret("admin") + "\n")
    defer { unlink(passwords) }
    let address = try cluster.address(database ?? "postgres", password: false) + " passfile='\(passwords)'"
    return try Child.run(cluster.program("psql"), ["-d", address] + rest)
  }
}

/// A malformed command line.
struct UsageError: Error { let description: String }

/// An error with a message for the user.
struct Failure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

func say(_ text: String) { put(text, 1) }
func complain(_ text: String) { put(text, 2) }

private func put(_ text: String, _ descriptor: Int32) { put(Array((text + "\n").utf8)[...], descriptor) }

/// Writes bytes to one of this process's streams; gives up when the stream has no reader.
func put(_ bytes: ArraySlice<UInt8>, _ descriptor: Int32) {
  var rest = bytes
  while !rest.isEmpty {
    let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    guard count > 0 || errno == EINTR else { return }
    rest = rest.dropFirst(max(0, count))
  }
}

/// Pads text to the width of a table column.
func padded(_ text: String, _ width: Int) -> String {
  text + String(repeating: " ", count: max(1, width - text.utf8.count))
}

/// The time of a monotonic clock, in seconds.
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

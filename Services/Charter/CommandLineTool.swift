import Glibc

/// Carries out the commands of `./charter` that are not the script's own or the generator's. Exit codes: 0 done, 1 the
/// answer is no, 2 wrong usage.
enum CommandLineTool {
  static func run(_ arguments: [String]) -> Int32 {
    // What this program was given open is not for a PostgreSQL that may outlive it.
    for descriptor in 3..<Int32(1_024) { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    do {
      let length = arguments.first == "bench" ? 2 : 1
      guard let command = Commands.named(arguments.prefix(length).joined(separator: " ")) else {
        throw UsageError(
          description: "unknown command '\(arguments.joined(separator: " "))'; ./charter help lists them")
      }
      let call = try command.parse(Array(arguments.dropFirst(length)))
      switch command.name {
      case "up": return try Up(call).run()
      case "test": return try TestRun(call).run()
      case "bench generate": return try GenerateBenchmark(call.operands).run()
      case "bench serve": return try ServeBenchmark(call).run()
      case "psql": return try psql(call)
      case "reset": return try reset(call)
      default: throw UsageError(description: "'\(command.name)' is done by ./charter")
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

  /// The data folder that a call names, or the checkout's.
  static func data(_ call: Command.Call) throws -> String {
    guard let folder = call.values["--data"] else { return try Cluster.defaultData() }
    guard !folder.isEmpty else { throw UsageError(description: "--data needs the path of a folder") }
    return Cluster.absolute(folder)
  }

  /// Removes a data folder with all databases in it, once a person has said so.
  private static func reset(_ call: Command.Call) throws -> Int32 {
    let cluster = try Cluster(data: try data(call))
    guard access(cluster.data, F_OK) == 0 else {
      say("there is no \(cluster.data): nothing to remove")
      return 0
    }
    guard cluster.exists || access(cluster.data + "/secrets", F_OK) == 0 else {
      throw Failure("\(cluster.data) is no data folder of ./charter up: it is left as it is")
    }
    let lock = try Lock(cluster.data + "/lock")
    defer { lock.release() }
    if !call.flags.contains("--yes") {
      put(Array("remove \(cluster.data) with all databases in it? [y/N] ".utf8)[...], 1)
      guard let answer = readLine(), ["y", "yes"].contains(answer.lowercased()) else {
        say("nothing is removed")
        return 1
      }
    }
    guard cluster.postmaster == nil || cluster.stop() else { return 1 }
    cluster.remove()
    say("removed \(cluster.data)")
    return 0
  }

  /// What is not this program's own goes to psql as it is.
  private static func psql(_ call: Command.Call) throws -> Int32 {
    var rest = call.operands[...]
    let database = rest.first?.hasPrefix("-") == false ? rest.popFirst() : nil
    let cluster = try Cluster(data: try data(call))
    guard cluster.exists else {
      throw Failure("there is no PostgreSQL in \(cluster.data) yet; ./charter up makes it")
    }
    // Ctrl-C ends a statement in psql, not what has to stop PostgreSQL after it.
    for number in [SIGINT, SIGQUIT, SIGPIPE] { signal(number, SIG_IGN) }
    let lock = cluster.postmaster == nil ? try Lock(cluster.data + "/lock") : nil
    if lock != nil { try cluster.start() }
    defer {
      if lock != nil { cluster.stop() }
      lock?.release()
    }
    // Arguments and the environment are for everybody to see, or for what psql starts.
    let passwords = cluster.data + "/secrets/pgpass-\(getpid())"
    try cluster.writeSecret(passwords, "*:*:*:*:" + cluster.secret("admin") + "\n")
    defer { unlink(passwords) }
    let address = try cluster.address(database ?? "postgres", password: false) + " passfile='\(passwords)'"
    return try Child.run(cluster.program("psql"), ["-d", address] + rest)
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

private func put(_ text: String, _ descriptor: Int32) { put(Array((text + "\n").utf8)[...], descriptor) }

/// Writes bytes to one of this process's streams, as long as anybody takes them.
func put(_ bytes: ArraySlice<UInt8>, _ descriptor: Int32) {
  var rest = bytes
  while !rest.isEmpty {
    let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    guard count > 0 || errno == EINTR else { return }
    rest = rest.dropFirst(max(0, count))
  }
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

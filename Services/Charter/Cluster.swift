import Glibc
import ServicePostgres

/// The embedded PostgreSQL cluster: its folder, its process, its secrets.
///
/// It listens on a Unix socket only, in a folder of its own. PostgreSQL refuses to run as root, so there it runs
/// as the user `postgres`; where that user may not enter the data folder, the cluster lies in /var/lib/charter
/// and the data folder has a link to it.
struct Cluster {
  private let data: String
  private let folder: String
  private let sockets: String
  private let programs: String
  private let prefix: [String]
  /// Whether a crash of the machine may lose data, as tests do not mind.
  private let isFast: Bool

  /// - Throws: ``Failure`` when PostgreSQL is not installed or the folder cannot be had.
  init(data: String, fast: Bool = false) throws {
    self.data = data
    isFast = fast
    guard let programs = Self.programs() else {
      throw Failure("PostgreSQL is not installed; ./charter doctor says how to mend it")
    }
    self.programs = programs
    let id = String(Self.hash(data), radix: 36)
    sockets = "/tmp/charter-\(geteuid())-\(id)"
    let isRoot = geteuid() == 0
    prefix = isRoot ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] : []
    guard Self.makeFolder(data) else { throw Failure("\(data) cannot be made: \(String(cString: strerror(errno)))") }
    let inside = data + "/postgres"
    if isRoot, try Child.run("setpriv", prefix.dropFirst() + ["test", "-x", data]) != 0 {
      folder = "/var/lib/charter/\(id)/postgres"
      guard Self.makeFolder("/var/lib/charter/\(id)") else { throw Failure("/var/lib/charter/\(id) cannot be made") }
      symlink(folder, inside)
    } else {
      folder = inside
    }
  }

  /// `.charter` in the checkout this program was built in, or where CHARTER_DATA says.
  static func defaultData() throws -> String {
    if let given = getenv("CHARTER_DATA") { return String(cString: given) }
    let tool = try CommandLineTool.tool("")
    guard let range = tool.firstRange(of: "/.build/") else { throw Failure("--data DIR is needed outside a checkout") }
    return String(tool[..<range.lowerBound]) + "/.charter"
  }

  /// The folder of the socket it listens on.
  var socketFolder: String { sockets }

  var exists: Bool { access(folder + "/PG_VERSION", F_OK) == 0 }

  var isRunning: Bool {
    let code = try? control(["status", "-D", folder], output: "/dev/null")
    return code == 0
  }

  /// The address of a database for the cluster's superuser.
  func address(_ database: String) throws -> String {
    "host='\(sockets)' user='charter' password='\(try secret("admin"))' dbname='\(database)'"
  }

  /// A password of the cluster's, made when it is first asked for.
  func secret(_ name: String) throws -> String {
    let path = data + "/secrets/" + name
    if let bytes = try? readFile(path), !bytes.isEmpty { return String(decoding: bytes, as: UTF8.self) }
    guard Self.makeFolder(data + "/secrets"), chmod(data + "/secrets", 0o700) == 0 else {
      throw Failure("\(path) cannot be made")
    }
    let text = (0..<32).map { _ in String(UInt8.random(in: 0..<16), radix: 16) }.joined()
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    guard descriptor >= 0, write(descriptor, text, 32) == 32, close(descriptor) == 0 else {
      throw Failure("\(path) cannot be written")
    }
    return text
  }

  /// Makes the cluster if there is none, and starts it if it does not run. One left behind by a kill is adopted.
  func start() throws {
    if !exists { try initialize() }
    try makeSockets()
    if isRunning { return say("PostgreSQL runs already, and is adopted") }
    say("starting PostgreSQL (\(folder))")
    // After a kill its old processes may hold the shared memory a moment longer.
    for attempt in 1...10 {
      if try control(
        ["start", "-w", "-t", "60", "-D", folder, "-l", folder + "/server.log", "-o", options], output: "/dev/null")
        == 0
      {
        return
      }
      if attempt < 10 { usleep(500_000) }
    }
    throw Failure("PostgreSQL did not start; \(folder)/server.log says why")
  }

  /// Stops the cluster; connections are ended, and what was committed is on disk.
  func stop() {
    _ = try? control(["stop", "-m", "fast", "-w", "-D", folder], output: "/dev/null")
    rmdir(sockets)
  }

  func remove() {
    _ = try? Child.run("rm", ["-rf", folder, data, sockets])
  }

  private var options: String {
    var settings = [
      "listen_addresses=''", "unix_socket_directories='\(sockets)'", "max_connections=300", "shared_buffers=128MB",
      "timezone=UTC", "log_timezone=UTC",
    ]
    if isFast { settings += ["fsync=off", "synchronous_commit=off", "full_page_writes=off"] }
    return settings.map { "-c \($0)" }.joined(separator: " ")
  }

  private func initialize() throws {
    say("making a PostgreSQL cluster (\(folder))")
    // Made beside its place and moved there whole, so that a kill leaves none that is half made.
    let unfinished = folder + ".new"
    _ = try Child.run("rm", ["-rf", unfinished])
    guard Self.makeFolder(unfinished) else { throw Failure("\(unfinished) cannot be made") }
    let passwordFile = folder + ".password"
    let descriptor = open(passwordFile, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    let password = try secret("admin")
    guard descriptor >= 0, write(descriptor, password, password.utf8.count) > 0 else {
      throw Failure("\(passwordFile) cannot be written")
    }
    close(descriptor)
    defer { unlink(passwordFile) }
    if !prefix.isEmpty { _ = try Child.run("chown", ["postgres:postgres", unfinished, passwordFile]) }
    let log = data + "/initdb.log"
    let code = try run(
      "initdb",
      [
        "-D", unfinished, "-U", "charter", "--auth=scram-sha-256", "--pwfile=" + passwordFile, "--encoding=UTF8",
        "--locale=C.UTF-8", "--data-checksums",
      ], output: log)
    guard code == 0, rename(unfinished, folder) == 0 else { throw Failure("initdb failed; \(log) says why") }
  }

  /// The folder of the socket: only its owner may enter, and nobody else may have made it.
  private func makeSockets() throws {
    mkdir(sockets, 0o700)
    if !prefix.isEmpty { _ = try Child.run("chown", ["postgres:postgres", sockets]) }
    var status = stat()
    guard lstat(sockets, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, status.st_mode & 0o077 == 0,
      !prefix.isEmpty || status.st_uid == geteuid()
    else { throw Failure("\(sockets) is not this user's own folder; remove it") }
  }

  private func control(_ arguments: [String], output: String) throws -> Int32 {
    try run("pg_ctl", arguments, output: output)
  }

  private func run(_ name: String, _ arguments: [String], output: String) throws -> Int32 {
    // Not from this process's own folder, which `postgres` may not be allowed to enter.
    let command = prefix + ["env", "-C", "/", programs + "/" + name] + arguments
    return try Child.run(command[0], Array(command.dropFirst()), output: output)
  }

  /// The newest PostgreSQL's programs, where Debian puts them.
  private static func programs() -> String? {
    (13...18).reversed().map { "/usr/lib/postgresql/\($0)/bin" }.first { access($0 + "/initdb", X_OK) == 0 }
  }

  private static func makeFolder(_ path: String) -> Bool {
    var prefix = path.hasPrefix("/") ? "/" : ""
    for segment in path.split(separator: "/") {
      prefix += segment + "/"
      if mkdir(prefix, 0o755) != 0 && errno != EEXIST && access(prefix, F_OK) != 0 { return false }
    }
    return true
  }

  /// FNV-1a: the same on every run, unlike Swift's own hashes.
  private static func hash(_ text: String) -> UInt64 {
    text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }
}

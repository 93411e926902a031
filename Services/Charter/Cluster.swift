import Glibc
import ServicePostgres

/// The embedded PostgreSQL cluster: its folder, its process, its secrets.
///
/// It listens on a Unix socket only, in a folder that its own user and the host's may enter. PostgreSQL refuses to run
/// as root, so there it runs as the user `postgres`; where other users may not enter the data folder, the cluster lies
/// in /var/lib/charter and the data folder has a link to it.
struct Cluster {
  let data: String
  private let folder: String
  private let programs: String
  private let account: Account
  /// The user of the host, which is not root's either.
  let host: Account
  /// Where that lies which other users than root must reach: the data folder, or one in /var/lib/charter.
  let reachable: String
  /// Whether a crash of the machine may lose data, as tests do not mind.
  private let isFast: Bool

  /// Finds out where everything of a cluster is or will be; changes nothing.
  ///
  /// - Throws: ``Failure`` when PostgreSQL is not installed or the folder cannot be used.
  init(data: String, fast: Bool = false) throws {
    guard !data.isEmpty, !data.contains(where: { "\"$`\\\n".contains($0) }) else {
      throw Failure("'\(data)' is no data folder that PostgreSQL can use: --data DIR takes a path without \" $ ` \\")
    }
    self.data = data
    isFast = fast
    guard let programs = Self.programs() else {
      throw Failure(
        "there is no PostgreSQL 13 to 18 whose initdb, pg_ctl, postgres and psql can be run in /usr/lib/postgresql: "
          + "'apt-get install postgresql' installs it, 'apt-get install --reinstall postgresql-15' mends its version 15"
      )
    }
    self.programs = programs
    let hash = Self.hash(data)
    account = try Account.postgres()
    host = try Account.host(hash)
    reachable = try host.canEnter(data) ? data : "/var/lib/charter/" + String(hash, radix: 36)
    folder = reachable + "/postgres"
  }

  /// `.charter` in the checkout this program was built in, or where CHARTER_DATA says.
  static func defaultData() throws -> String {
    if let given = getenv("CHARTER_DATA") { return String(cString: given) }
    let tool = try CommandLineTool.tool("")
    guard let range = tool.firstRange(of: "/.build/") else { throw Failure("--data DIR is needed outside a checkout") }
    return String(tool[..<range.lowerBound]) + "/.charter"
  }

  /// A path as it is from the root, wherever this program is called.
  static func absolute(_ path: String) -> String {
    guard !path.hasPrefix("/"), !path.isEmpty, let folder = getcwd(nil, 0) else { return path }
    defer { free(folder) }
    return String(cString: folder) + "/" + path
  }

  var exists: Bool { access(folder + "/PG_VERSION", F_OK) == 0 }

  /// The server that runs; nil when none does.
  var postmaster: Postmaster? { Postmaster(folder: folder) }

  /// The folder of the socket it listens on.
  var socketFolder: String { postmaster?.sockets ?? "" }

  /// A program of the PostgreSQL that the cluster is of.
  func program(_ name: String) -> String { programs + "/" + name }

  /// The address of a database of the running cluster for its superuser.
  ///
  /// - Parameter password: false leaves it out, for what finds it in a file.
  func address(_ database: String, password: Bool = true) throws -> String {
    let secret = password ? " password='\(try secret("admin"))'" : ""
    let name = database.map { "'\\".contains($0) ? "\\\($0)" : String($0) }.joined()
    return "host='\(socketFolder)' user='charter'\(secret) dbname='\(name)'"
  }

  /// A password of the cluster's, made when it is first asked for.
  func secret(_ name: String) throws -> String {
    let path = data + "/secrets/" + name
    if let bytes = try? readFile(path), !bytes.isEmpty { return String(decoding: bytes, as: UTF8.self) }
    let text = (0..<32).map { _ in String(UInt8.random(in: 0..<16), radix: 16) }.joined()
    try writeSecret(path, text)
    return text
  }

  /// Writes a file that only this user can read, and whose folder only this user can enter.
  func writeSecret(_ path: String, _ text: String, for account: Account? = nil) throws {
    try Folder.make(data + "/secrets")
    try Folder.give(data + "/secrets", to: geteuid(), getegid(), mode: 0o700)
    unlink(path)
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw Failure("\(path) cannot be written: \(lastError())") }
    defer { close(descriptor) }
    guard write(descriptor, text, text.utf8.count) == text.utf8.count,
      account.map({ fchown(descriptor, $0.user, $0.group) == 0 }) ?? true
    else { throw Failure("\(path) cannot be written: \(lastError())") }
  }

  /// Makes the folder of all data, and checks that it is this user's own.
  func makeData() throws {
    try Folder.make(data)
    try Folder.checkOwn(data)
  }

  /// Makes the cluster if there is none, and starts it if it does not run. One left behind by a kill is adopted.
  ///
  /// - Parameter isGivenUp: asked again and again; true ends the start.
  /// - Throws: ``Failure`` saying what keeps it from starting.
  func start(unless isGivenUp: () -> Bool = { false }) throws {
    try makeData()
    try link()
    if !exists { try initialize() }
    while let postmaster, !postmaster.isReady, !isGivenUp() { usleep(20_000) }
    if isGivenUp() { return }
    if let postmaster {
      if try host.canEnter(postmaster.sockets) { return say("PostgreSQL runs already, and is adopted") }
      // One of an earlier version.
      say("PostgreSQL runs already, but keeps its socket in \(postmaster.sockets), which the host may not enter")
      guard stop() else { throw Failure("it has to be stopped first") }
    }
    say("starting PostgreSQL (\(folder))")
    for _ in 1...10 {
      var start = try beginStart()
      while !isGivenUp() {
        switch try start.step() {
        case .pending: usleep(20_000)
        case .started: return
        case .failed: usleep(500_000)
        }
        if start.isOver { break }
      }
      if isGivenUp() { return start.wait() }
    }
    throw Failure(startFailure)
  }

  var startFailure: String { "PostgreSQL did not start; \(folder)/server.log says why" }

  /// The start of a cluster that does not run.
  func beginStart() throws -> ClusterStart {
    let sockets = try makeSockets()
    let call = try command(
      "pg_ctl", ["start", "-w", "-t", "60", "-D", folder, "-l", folder + "/server.log", "-o", options(sockets)])
    return ClusterStart(folder: folder, sockets: sockets, command: call)
  }

  /// Stops the cluster; connections are ended, and what was committed is on disk.
  ///
  /// - Returns: false, with a word on standard error, when it still runs.
  @discardableResult func stop() -> Bool {
    if postmaster != nil {
      let code = try? run("pg_ctl", ["stop", "-m", "fast", "-w", "-D", folder], output: "/dev/null")
      if code != 0, let postmaster {
        complain(
          "error: PostgreSQL could not be stopped (process \(postmaster.pid)); \(folder)/server.log says why. "
            + "'kill -QUIT \(postmaster.pid)' ends it at once, and nothing that was committed is lost")
        return false
      }
    }
    removeSockets()
    return true
  }

  func remove() {
    removeSockets()
    _ = try? Child.run("rm", ["-rf", folder, data] + (reachable == data ? [] : [reachable]))
  }

  private func options(_ sockets: String) -> String {
    var settings = [
      "listen_addresses=''", "unix_socket_directories='\(sockets)'", "max_connections=300", "shared_buffers=128MB",
      "timezone=UTC", "log_timezone=UTC",
    ]
    // Each of some 2,000 files synchronized by itself takes a crash's recovery seconds. PostgreSQL 13 knows no other way.
    if !programs.hasSuffix("/13/bin") { settings.append("recovery_init_sync_method=syncfs") }
    if isFast { settings += ["fsync=off", "synchronous_commit=off", "full_page_writes=off"] }
    return settings.map { "-c \($0)" }.joined(separator: " ")
  }

  private func initialize() throws {
    say("making a PostgreSQL cluster (\(folder))")
    // Made beside its place and moved there whole, so that a kill leaves none that is half made.
    let unfinished = folder + ".new"
    _ = try Child.run("rm", ["-rf", unfinished])
    try Folder.make(unfinished)
    try Folder.give(unfinished, to: account.user, account.group, mode: 0o700)
    let passwordFile = folder + ".password"
    try writeSecret(passwordFile, try secret("admin"), for: account)
    defer { unlink(passwordFile) }
    let log = data + "/initdb.log"
    let code = try run(
      "initdb",
      [
        "-D", unfinished, "-U", "charter", "--auth=scram-sha-256", "--pwfile=" + passwordFile, "--encoding=UTF8",
        "--locale=C.UTF-8", "--data-checksums",
      ], output: log)
    guard code == 0 else { throw Failure("initdb failed; \(log) says why") }
    guard rename(unfinished, folder) == 0 else { throw Failure("\(folder) cannot be made: \(lastError())") }
  }

  /// Shows in the data folder where the cluster is, when that is elsewhere.
  private func link() throws {
    guard reachable != data else { return }
    let link = data + "/postgres"
    if symlink(folder, link) == 0 { return }
    var target = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    let count = readlink(link, &target, target.count - 1)
    let path = String(decoding: target.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    guard count > 0 else {
      throw Failure(
        "\(link) is a cluster that PostgreSQL cannot reach: let other users pass through the folders above it "
          + "('chmod a+x FOLDER'), or move it: 'mkdir -p \(reachable); mv \(link) \(folder)'")
    }
    guard path == folder else {
      throw Failure(
        "\(link) leads to \(path), the cluster of a data folder that was elsewhere. If that was moved here: "
          + "'rm -r \(folder); mv \(path) \(folder); rm \(link)'. If it was copied: 'rm \(link)'")
    }
  }

  private func command(_ name: String, _ arguments: [String]) throws -> [String] {
    // Not from this process's own folder, which `postgres` may not be allowed to enter.
    account.prefix + ["env", "-C", "/", program(name)] + arguments
  }

  private func run(_ name: String, _ arguments: [String], output: String) throws -> Int32 {
    let call = try command(name, arguments)
    return try Child.start(call[0], Array(call.dropFirst()), isApart: true, output: output).wait()
  }

  /// The newest PostgreSQL's programs, where Debian puts them.
  private static func programs() -> String? {
    (13...18).reversed().map { "/usr/lib/postgresql/\($0)/bin" }.first { folder in
      ["initdb", "pg_ctl", "postgres", "psql"].allSatisfy { access(folder + "/" + $0, X_OK) == 0 }
    }
  }

  /// FNV-1a: the same on every run, unlike Swift's own hashes.
  private static func hash(_ text: String) -> UInt64 {
    text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }
}

// MARK: sockets

extension Cluster {
  /// Where the socket's folder is written down when it is not beside the cluster.
  private var socketRecord: String { data + "/socket-folder" }

  /// The folder of the socket: beside the cluster, or where its path is too long for a socket's address, a new one
  /// whose name nobody could know before.
  private func makeSockets() throws -> String {
    var path = reachable + "/sockets"
    if Self.fits(path) {
      try Folder.make(path)
    } else {
      path = (try? readFile(socketRecord)).map { String(decoding: $0, as: UTF8.self) } ?? ""
      var status = stat()
      if path.isEmpty || lstat(path, &status) != 0 {
        let parent = Account.isRoot ? "/run" : "/tmp"
        guard let made = Folder.makeUnpredictable(parent + "/charter-") else {
          throw Failure("a folder for PostgreSQL's socket cannot be made in \(parent): \(lastError())")
        }
        path = made
      }
      try writeSecret(socketRecord, path)
    }
    try Folder.give(path, to: account.user, host.group, mode: 0o710)
    return path
  }

  /// Whether PostgreSQL takes a path for its socket: an address has 107 bytes, and some characters separate paths.
  private static func fits(_ folder: String) -> Bool {
    (folder + "/.s.PGSQL.5432").utf8.count <= 107
      && folder.utf8.allSatisfy {
        (0x30...0x39).contains($0) || (0x41...0x7A).contains($0 | 0x20) || "/._-+".utf8.contains($0)
      }
  }

  private func removeSockets() {
    if let record = try? readFile(socketRecord) { rmdir(String(decoding: record, as: UTF8.self)) }
    unlink(socketRecord)
    rmdir(reachable + "/sockets")
  }
}

import Glibc
import ServicePostgres

/// The embedded PostgreSQL cluster: its folder, its process and its passwords.
///
/// It listens only on a Unix socket, in a folder that only its own user and the host's may enter. PostgreSQL refuses to
/// run as root, so under root it runs as the user `postgres`. When other users cannot enter the data folder, the
/// cluster is in /var/lib/charter and the data folder has a link to it.
struct Cluster {
  let data: String
  private let folder: String
  private let programs: String
  private let account: Account
  /// The user that the host runs as, which is not root either.
  let host: Account
  /// The folder for files that users other than root must reach: the data folder, or one in /var/lib/charter.
  let reachable: String
  /// Whether a crash of the machine may lose data; acceptable for tests.
  private let isFast: Bool

  /// Determines the paths and users of a cluster; changes nothing.
  ///
  /// - Throws: ``Failure`` when PostgreSQL is not installed or the folder cannot be used.
  init(data: String, fast: Bool = false) throws {
    guard !data.isEmpty, !data.contains(where: { "\"$`\\\n".contains($0) }) else {
      throw Failure(
        "PostgreSQL cannot use the data folder '\(data)': --data DIR takes a path without \" $ ` \\ and line breaks")
    }
    self.data = data
    isFast = fast
    guard let programs = Self.programs() else {
      throw Failure(
        "no PostgreSQL 14 to 18 with executable initdb, pg_ctl, postgres and psql found in /usr/lib/postgresql: "
          + "install it with 'apt-get install postgresql', or repair version 15 with "
          + "'apt-get install --reinstall postgresql-15'"
      )
    }
    self.programs = programs
    let hash = Self.hash(data)
    account = try Account.postgres()
    host = try Account.host(hash)
    reachable = try host.canEnter(data) ? data : "/var/lib/charter/" + String(hash, radix: 36)
    folder = reachable + "/postgres"
  }

  /// The default data folder: CHARTER_DATA if set, otherwise `.charter` in the checkout that this program was built in.
  static func defaultData() throws -> String {
    if let given = getenv("CHARTER_DATA") { return String(cString: given) }
    let tool = try CommandLineTool.tool("")
    guard let range = tool.firstRange(of: "/.build/") else {
      throw Failure("this program is not in a checkout: use --data DIR")
    }
    return String(tool[..<range.lowerBound]) + "/.charter"
  }

  /// Makes a path absolute, relative to the current folder.
  static func absolute(_ path: String) -> String {
    guard !path.hasPrefix("/"), !path.isEmpty, let folder = getcwd(nil, 0) else { return path }
    defer { free(folder) }
    return String(cString: folder) + "/" + path
  }

  var exists: Bool { access(folder + "/PG_VERSION", F_OK) == 0 }

  /// The running server; nil when none runs.
  var postmaster: Postmaster? { Postmaster(folder: folder) }

  /// The folder of the server's socket; empty when it does not run.
  var socketFolder: String { postmaster?.sockets ?? "" }

  /// The path of a program of the cluster's PostgreSQL version.
  func program(_ name: String) -> String { programs + "/" + name }

  /// The superuser's connection string for a database of the running cluster.
  ///
  /// - Parameter password: false leaves the password out, for programs that read it from a file.
  func address(_ database: String, password: Bool = true) throws -> String {
    let secret = password ? " password='\(try secret("admin"))'" : ""
    let name = database.map { "'\\".contains($0) ? "\\\($0)" : String($0) }.joined()
    return "host='\(socketFolder)' user='charter'\(secret) dbname='\(name)'"
  }

  /// Makes a database and its two roles, or gives those that are there their passwords.
  ///
  /// - Parameter server: a connection string of a role that may create both.
  func provision(_ database: String, at server: String) throws -> (owner: String, app: String) {
    let passwords = (owner: try secret(database + "_owner"), app: try secret(database + "_app"))
    try Database.provision(server, name: database, passwords: passwords)
    return passwords
  }

  /// The URL of a database for the role that owns it.
  func ownerURL(of database: String, at server: String) throws -> String {
    let owner = database + "_owner"
    return try Database.url(server, database: database, user: owner, password: secret(owner))
  }

  /// A stored password by name, generated on first use.
  func secret(_ name: String) throws -> String {
    try secret(name) { (0..<32).map { _ in String(UInt8.random(in: 0..<16), radix: 16) }.joined() }
  }

  /// The key of the cursors that its hosts make, of 32 bytes in base64: the same at each start, so that they stay good.
  func cursorKey() throws -> String {
    try secret("cursor_keys") {
      let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
      // 42 digits have 252 bits; of the last digit's six bits the lower two are no part of the key.
      let key = (0..<42).map { _ in digits[Int.random(in: 0..<64)] } + [digits[4 * Int.random(in: 0..<16)]]
      return String(key) + "="
    }
  }

  private func secret(_ name: String, _ make: () -> String) throws -> String {
    let path = data + "/secrets/" + name
    if let bytes = try? readFile(path), !bytes.isEmpty { return String(decoding: bytes, as: UTF8.self) }
    let text = make()
    try writeSecret(path, text)
    return text
  }

  /// Writes a file that only this user, or the given account, can read, in a folder that only this user can enter.
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

  /// Creates the data folder, and checks that this user owns it.
  func makeData() throws {
    try Folder.make(data)
    try Folder.checkOwn(data)
  }

  /// Creates the cluster if it does not exist, and starts it if it does not run. A server left running by a killed
  /// supervisor is adopted.
  ///
  /// - Parameter isCancelled: polled during the start; true aborts it.
  /// - Throws: ``Failure`` with the reason why it cannot start.
  func start(unless isCancelled: () -> Bool = { false }) throws {
    try makeData()
    try link()
    if !exists { try initialize() }
    while let postmaster, !postmaster.isReady, !isCancelled() { usleep(20_000) }
    if isCancelled() { return }
    if let postmaster {
      if try host.canEnter(postmaster.sockets) { return say("PostgreSQL is already running: using it") }
      // Started by an earlier version of Charter.
      say(
        "PostgreSQL is already running, but the host cannot enter the folder of its socket, "
          + "\(postmaster.sockets): restarting it"
      )
      guard stop() else { throw Failure("the running PostgreSQL must be stopped first") }
    }
    say("starting PostgreSQL (\(folder))")
    for _ in 1...10 {
      var start = try beginStart()
      while !isCancelled() {
        switch try start.step() {
        case .pending: usleep(20_000)
        case .started: return
        case .failed: usleep(500_000)
        }
        if start.isOver { break }
      }
      if isCancelled() { return start.wait() }
    }
    throw Failure(startFailure)
  }

  var startFailure: String { "PostgreSQL did not start; see \(folder)/server.log" }

  /// Prepares the start of a cluster that is not running.
  func beginStart() throws -> ClusterStart {
    let sockets = try makeSockets()
    let call = try command(
      "pg_ctl", ["start", "-w", "-t", "60", "-D", folder, "-l", folder + "/server.log", "-o", options(sockets)])
    return ClusterStart(folder: folder, sockets: sockets, command: call)
  }

  /// Stops the cluster. Connections are closed, and committed data is on disk.
  ///
  /// - Returns: false, after an error message on standard error, when it is still running.
  @discardableResult func stop() -> Bool {
    if postmaster != nil {
      let code = try? run("pg_ctl", ["stop", "-m", "fast", "-w", "-D", folder], output: "/dev/null")
      if code != 0, let postmaster {
        complain(
          "error: PostgreSQL could not be stopped (process \(postmaster.pid)); see \(folder)/server.log. "
            + "'kill -QUIT \(postmaster.pid)' stops it at once without losing committed data")
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
      "listen_addresses=''", "unix_socket_directories='\(sockets)'", "shared_buffers=128MB",
      // Tests of many processes and services run at the same time.
      "max_connections=\(isFast ? 600 : 300)",
      "timezone=UTC", "log_timezone=UTC",
      // Syncing some 2,000 files one by one would add seconds to crash recovery.
      "recovery_init_sync_method=syncfs",
    ]
    if isFast { settings += ["fsync=off", "synchronous_commit=off", "full_page_writes=off"] }
    return settings.map { "-c \($0)" }.joined(separator: " ")
  }

  private func initialize() throws {
    say("creating a PostgreSQL cluster (\(folder))")
    // Created under another name and renamed when complete, so that a kill never leaves a partial cluster.
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
    guard code == 0 else { throw Failure("initdb failed; see \(log)") }
    guard rename(unfinished, folder) == 0 else { throw Failure("cannot create \(folder): \(lastError())") }
  }

  /// Creates a link to the cluster in the data folder when it is stored elsewhere.
  private func link() throws {
    guard reachable != data else { return }
    let link = data + "/postgres"
    if symlink(folder, link) == 0 { return }
    var target = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    let count = readlink(link, &target, target.count - 1)
    let path = String(decoding: target.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    guard count > 0 else {
      throw Failure(
        "\(link) is a cluster in a folder that PostgreSQL's user cannot enter: make its parent folders accessible "
          + "('chmod a+x FOLDER'), or move the cluster: 'mkdir -p \(reachable); mv \(link) \(folder)'")
    }
    guard path == folder else {
      throw Failure(
        "\(link) links to \(path), the cluster of another data folder. If that folder was moved here: "
          + "'rm -r \(folder); mv \(path) \(folder); rm \(link)'. If it was copied: 'rm \(link)'")
    }
  }

  private func command(_ name: String, _ arguments: [String]) throws -> [String] {
    // Not in the current folder, which the user `postgres` may not be able to enter.
    account.prefix + ["env", "-C", "/", program(name)] + arguments
  }

  private func run(_ name: String, _ arguments: [String], output: String) throws -> Int32 {
    let call = try command(name, arguments)
    return try Child.start(call[0], Array(call.dropFirst()), hasOwnGroup: true, output: output).wait()
  }

  /// The program folder of the newest PostgreSQL, where Debian installs it.
  private static func programs() -> String? {
    (14...18).reversed().map { "/usr/lib/postgresql/\($0)/bin" }.first { folder in
      ["initdb", "pg_ctl", "postgres", "psql"].allSatisfy { access(folder + "/" + $0, X_OK) == 0 }
    }
  }

  /// FNV-1a: stable across runs, unlike Swift's `Hasher`.
  private static func hash(_ text: String) -> UInt64 { text.utf8.fnv1a }
}

// MARK: sockets

extension Cluster {
  /// The file with the path of the socket's folder when that is not beside the cluster.
  private var socketRecord: String { data + "/socket-folder" }

  /// Creates the folder of the socket: beside the cluster, or, when that path is too long for a socket address, with an
  /// unpredictable name in /run or /tmp.
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
          throw Failure("cannot create a folder for PostgreSQL's socket in \(parent): \(lastError())")
        }
        path = made
      }
      try writeSecret(socketRecord, path)
    }
    try Folder.give(path, to: account.user, host.group, mode: 0o710)
    return path
  }

  /// Whether a path is usable as PostgreSQL's socket folder: an address has at most 107 bytes, and some characters
  /// separate paths in the setting.
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

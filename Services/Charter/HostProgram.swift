import Glibc

/// The program `host` that was built beside this one, run as a user without rights where this one is root.
struct HostProgram {
  private let path: String
  private let account: Account
  private var variables: [String] = []
  /// Where the process is written down, so that one that outlives this program is known to the next.
  private let record: String
  /// The names of all services, as the host knows them.
  let services: [String]

  /// - Throws: ``Failure`` when it does not run.
  init(_ cluster: Cluster) throws {
    let built = try CommandLineTool.tool("host")
    account = cluster.host
    record = cluster.data + "/host.pid"
    if let services = try Self.list(account.prefix + [built]) {
      (path, self.services) = (built, services)
      return
    }
    guard Account.isRoot else { throw Failure("\(built) does not run; its own words are above") }
    // Root may build where nobody else may enter, as below /root: what the host is made of is copied out of there.
    let folder = "/var/lib/charter/program-\(cluster.host.user)"
    let files = try [built] + Self.libraries(built).filter { try cluster.host.run(["test", "-r", $0]) != 0 }
    try Folder.make(folder)
    try Folder.checkOwn(folder)
    guard try Child.run("install", ["-m", "755", "-t", folder] + files) == 0 else {
      throw Failure("\(built) cannot be copied to \(folder), where user \(account.user) can run it")
    }
    path = folder + "/host"
    variables = ["LD_LIBRARY_PATH=" + folder]
    guard let services = try Self.list(account.prefix + ["env"] + variables + [path]) else {
      throw Failure("\(path) does not run as user \(account.user); its own words are above")
    }
    self.services = services
  }

  private static func list(_ command: [String]) throws -> [String]? {
    let (code, text) = try Child.printed(command[0], command.dropFirst() + ["--list"])
    return code == 0 ? text.split(separator: "\n").map(String.init) : nil
  }

  /// The paths of the shared libraries that a program is loaded with.
  private static func libraries(_ program: String) throws -> [String] {
    try Child.printed("ldd", [program]).text.split(separator: "\n").compactMap { line in
      // `libz.so.1 => /lib/x86_64-linux-gnu/libz.so.1 (0x00007f8ea8110000)`
      line.split(separator: " ").first { $0.hasPrefix("/") }.map(String.init)
    }
  }

  /// The host of a supervisor that was killed, which ends by itself as soon as it has answered what it was asked.
  var orphan: RunningProcess? { RunningProcess(recordedIn: record) }

  /// Waits until such a host has ended, and ends it after two seconds.
  func endOrphan() {
    guard let orphan else { return }
    say("waiting for the host of an earlier start to end")
    for _ in 0..<40 where orphan.isRunning { usleep(50_000) }
    if orphan.isRunning { kill(orphan.pid, SIGKILL) }
    while orphan.isRunning { usleep(20_000) }
  }

  /// Starts the host that serves.
  func serve(_ arguments: [String], environment: [String]) throws -> Child {
    let child = try start(arguments + ["--supervised"], environment: environment)
    if let process = RunningProcess(child.pid) { writeRecord(process.record) }
    return child
  }

  private func writeRecord(_ text: String) {
    let descriptor = open(record, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o644)
    guard descriptor >= 0 else { return }
    _ = write(descriptor, text, text.utf8.count)
    close(descriptor)
  }

  /// Starts it as a process to supervise: it ends when this one does.
  func start(_ arguments: [String], environment: [String]) throws -> Child {
    let command = account.prefix + [path] + arguments
    return try Child.start(
      command[0], Array(command.dropFirst()), environment: environment + variables, isApart: true, hasPipes: true)
  }
}

/// An address of this machine to listen on.
struct ListenAddress {
  let text: String

  /// - Throws: ``UsageError`` that says what an address is.
  init(_ text: String, _ name: String) throws {
    self.text = text
    var address = in_addr()
    guard inet_pton(AF_INET, text, &address) == 1 else {
      throw UsageError(
        description:
          "\(name) is '\(text)', which is not an IPv4 address; give one of this machine's, such as 127.0.0.1 "
          + "(for this machine alone), or 0.0.0.0 (for every network it is in)")
    }
  }

  /// Makes sure that a port can be listened on; port 0 is any that is free.
  ///
  /// - Throws: ``Failure`` that says why not, and what to do.
  func checkPort(_ port: Int, _ option: String) throws {
    guard port != 0 else { return }
    let code = bindError(port)
    let lowest = (try? readFile("/proc/sys/net/ipv4/ip_unprivileged_port_start")).flatMap { bytes in
      Int(String(decoding: bytes.filter { $0 > 32 }, as: UTF8.self))
    }
    switch code {
    // What root may do, the host may not.
    case EACCES,
      0 where Account.isRoot && port < lowest ?? 1_024:
      throw Failure(
        "port \(port) is for root alone, and the host does not run as root: use a port from \(lowest ?? 1_024) on "
          + "(\(option)) and have it forwarded to, or allow it by 'sysctl net.ipv4.ip_unprivileged_port_start=\(port)'")
    case 0: return
    case EADDRINUSE:
      throw Failure(
        "port \(port) of \(text) is in use: stop what listens there ('ss -ltnp' lists it), or use \(option)")
    case EADDRNOTAVAIL:
      throw Failure("\(text) is no address of this machine: 'ip address' lists them, 0.0.0.0 is all of them")
    default: throw Failure("port \(port) of \(text) cannot be listened on: \(String(cString: strerror(code)))")
    }
  }

  /// The error of listening on a port; 0 for none.
  private func bindError(_ port: Int) -> Int32 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return errno }
    defer { close(descriptor) }
    var one: Int32 = 1
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<Int32>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    inet_pton(AF_INET, text, &address.sin_addr)
    let isBound = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0 && listen(descriptor, 1) == 0
      }
    }
    return isBound ? 0 : errno
  }
}

import Glibc

/// The program `host` that was built together with this one. When this process is root, it runs as an unprivileged
/// user.
struct HostProgram {
  private let path: String
  private let account: Account
  private var variables: [String] = []
  /// The file that records the host's process, so that the next start finds a host that outlived its supervisor.
  private let record: String
  /// The names of all services in the host.
  let services: [String]
  /// Those of them that have a database.
  let databases: Set<String>

  /// - Throws: ``Failure`` when the program cannot be run.
  init(_ cluster: Cluster) throws {
    let built = try CommandLineTool.tool("host")
    account = cluster.host
    record = cluster.data + "/host.pid"
    if let listed = try Self.list(account.prefix + [built]) {
      (path, services, databases) = (built, listed.services, listed.databases)
      return
    }
    guard Account.isRoot else { throw Failure("\(built) cannot be run; see its output above") }
    // Root may have built in a folder that no other user can enter, such as one below /root: copy the program and its
    // libraries out of it.
    let folder = "/var/lib/charter/program-\(cluster.host.user)"
    let files = try [built] + Self.libraries(built).filter { try cluster.host.run(["test", "-r", $0]) != 0 }
    try Folder.make(folder)
    try Folder.checkOwn(folder)
    guard try Child.run("install", ["-m", "755", "-t", folder] + files) == 0 else {
      throw Failure("\(built) cannot be copied to \(folder), where user \(account.user) can run it")
    }
    path = folder + "/host"
    variables = ["LD_LIBRARY_PATH=" + folder]
    guard let listed = try Self.list(account.prefix + ["env"] + variables + [path]) else {
      throw Failure("\(path) cannot be run as user \(account.user); see its output above")
    }
    (services, databases) = (listed.services, listed.databases)
  }

  /// A line is a service's name, and `database` where it has one.
  private static func list(_ command: [String]) throws -> (services: [String], databases: Set<String>)? {
    let (code, text) = try Child.printed(command[0], command.dropFirst() + ["--list"])
    guard code == 0 else { return nil }
    let lines = text.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    return (lines.compactMap(\.first), Set(lines.filter { $0.last == "database" && $0.count == 2 }.map { $0[0] }))
  }

  /// The paths of the shared libraries that a program loads.
  private static func libraries(_ program: String) throws -> [String] {
    try Child.printed("ldd", [program]).text.split(separator: "\n").compactMap { line in
      // `libz.so.1 => /lib/x86_64-linux-gnu/libz.so.1 (0x00007f8ea8110000)`
      line.split(separator: " ").first { $0.hasPrefix("/") }.map(String.init)
    }
  }

  /// The running host of a killed supervisor. It ends by itself as soon as it has responded to its pending requests.
  var orphan: RunningProcess? { RunningProcess(recordedIn: record) }

  /// Waits for such a host to end, and kills it after two seconds.
  func endOrphan() {
    guard let orphan else { return }
    say("waiting for the host of an earlier run to end")
    for _ in 0..<40 where orphan.isRunning { usleep(50_000) }
    if orphan.isRunning { kill(orphan.pid, SIGKILL) }
    while orphan.isRunning { usleep(20_000) }
  }

  /// Starts the host to serve requests.
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

  /// Starts the host as a supervised process, which ends when this one does.
  func start(_ arguments: [String], environment: [String]) throws -> Child {
    let command = account.prefix + [path] + arguments
    return try Child.start(
      command[0], Array(command.dropFirst()), environment: environment + variables, hasOwnGroup: true, hasPipes: true)
  }
}

/// A local address to listen on.
struct ListenAddress {
  let text: String

  /// - Parameter name: the option or variable that the address was given by.
  /// - Throws: ``UsageError`` when `text` is not an IPv4 address.
  init(_ text: String, _ name: String) throws {
    self.text = text
    var address = in_addr()
    guard inet_pton(AF_INET, text, &address) == 1 else {
      throw UsageError(
        description:
          "\(name) is '\(text)', which is not an IPv4 address; use a local one such as 127.0.0.1 "
          + "(reachable from this machine only), or 0.0.0.0 (reachable from every network)")
    }
  }

  /// Checks that a port can be listened on; port 0 means any free one.
  ///
  /// - Throws: ``Failure`` with the reason and what to do.
  func checkPort(_ port: Int, _ option: String) throws {
    guard port != 0 else { return }
    let code = bindError(port)
    let lowest = (try? readFile("/proc/sys/net/ipv4/ip_unprivileged_port_start")).flatMap { bytes in
      Int(String(decoding: bytes.filter { $0 > 32 }, as: UTF8.self))
    }
    switch code {
    // Root could bind a privileged port, but the host does not run as root.
    case EACCES,
      0 where Account.isRoot && port < lowest ?? 1_024:
      throw Failure(
        "only root may listen on port \(port), and the host does not run as root: use a port "
          + "from \(lowest ?? 1_024) on (\(option)) and forward port \(port) to it, or allow it by "
          + "'sysctl net.ipv4.ip_unprivileged_port_start=\(port)'"
      )
    case 0: return
    case EADDRINUSE:
      throw Failure(
        "port \(port) of \(text) is in use: stop the process that listens on it ('ss -ltnp' lists it), or use \(option)"
      )
    case EADDRNOTAVAIL:
      throw Failure("\(text) is not an address of this machine: 'ip address' lists them; 0.0.0.0 stands for all")
    default: throw Failure("cannot listen on port \(port) of \(text): \(String(cString: strerror(code)))")
    }
  }

  /// The error code of listening on a port; 0 for success.
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

import Glibc
import ServicePostgres

/// What the benchmarks of serving share: a lock, a temporary folder, and a PostgreSQL of their own.
///
/// One benchmark at a time runs on a machine. A signal ends the program that is waited for, and the benchmark.
struct BenchmarkSession {
  /// The port of the measured servers.
  static let port = 18_080
  /// The port of what stands behind measured gateways.
  static let upstreamPort = 18_081
  /// Held by a socket while a benchmark runs, so that the lock ends with the process.
  private static let lockPort = 18_079

  /// The temporary folder, which PostgreSQL's user may enter, but not write to.
  let folder: String
  let cluster: Cluster
  /// The folder `Tests/Benchmarks` of the checkout.
  let sources: String
  private let signals: Signals
  private let lock: Int32

  /// - Parameter programs: what must be installed besides PostgreSQL.
  /// - Throws: ``Failure`` for a missing program, or when another benchmark runs.
  init(needing programs: [String]) throws {
    guard let root = getenv("CHARTER_ROOT") else {
      throw Failure("CHARTER_ROOT is not set: run this as ./charter bench")
    }
    sources = String(cString: root) + "/Tests/Benchmarks"
    for program in programs where try Child.run("sh", ["-c", "command -v \(program)"], output: "/dev/null") != 0 {
      throw Failure(
        "\(program) is not installed: as root, apt-get install \(program == "taskset" ? "util-linux" : program)")
    }
    lock = try Self.bound(
      Self.lockPort, otherwise: "another ./charter bench runs on this machine, or port \(Self.lockPort) is in use")
    guard let folder = Folder.makeUnpredictable("/tmp/charter-bench-"), chmod(folder, 0o755) == 0 else {
      throw Failure("cannot create a folder in /tmp: \(lastError())")
    }
    self.folder = folder
    signals = Signals()
    cluster = try Cluster(data: folder + "/data")
    do {
      try cluster.start()
    } catch {
      end()
      throw error
    }
  }

  /// Stops PostgreSQL, and removes the files.
  func end() {
    cluster.stop()
    cluster.remove()
    _ = try? Child.run("rm", ["-rf", folder])
    close(lock)
  }

  /// Creates a database with its roles. Returns the addresses for the service and for the owner of the schema.
  func database(_ name: String) throws -> BenchmarkDatabase {
    let admin = try cluster.address("postgres")
    let passwords = try cluster.provision(name, at: admin)
    return BenchmarkDatabase(
      name: name, sockets: cluster.socketFolder, password: passwords.app,
      app: try Database.address(admin, database: name, user: "\(name)_app", password: passwords.app),
      owner: try Database.address(admin, database: name, user: "\(name)_owner", password: passwords.owner))
  }

  /// Runs a program to its end. Returns its exit code, and what it printed.
  ///
  /// - Parameter cores: the cores that it may run on, as `taskset` takes them; nil for all.
  func run(_ command: [String], cores: String? = nil) throws -> (code: Int32, text: String) {
    let log = folder + "/output.log"
    unlink(log)
    let command = (cores.map { ["taskset", "-c", $0] } ?? []) + command
    let child = try Child.start(command[0], Array(command.dropFirst()), hasOwnGroup: true, output: log)
    let code = try wait(for: child)
    return (code, String(decoding: try readFile(log), as: UTF8.self))
  }

  /// Waits for a program to end.
  ///
  /// - Throws: ``Failure`` after a signal; the program is then ended.
  func wait(for child: Child) throws -> Int32 {
    while true {
      if let code = child.poll() { return code }
      do { try pause(milliseconds: 20) } catch {
        kill(-child.pid, SIGTERM)
        _ = child.wait()
        throw error
      }
    }
  }

  /// - Throws: ``Failure`` when a signal arrives.
  func pause(milliseconds: Int) throws {
    guard signals.received(within: milliseconds) == nil else { throw Failure("interrupted") }
  }

  /// Checks that no other server would be measured.
  func checkPort(_ port: Int = Self.port) throws {
    // The last server's connections may need a moment to close.
    for attempt in 1...50 {
      do {
        close(try Self.bound(port, otherwise: "port \(port) is in use: 'ss -ltnp' lists what listens on it"))
        return
      } catch  where attempt < 50 {
        try pause(milliseconds: 20)
      }
    }
  }

  /// A socket that has a port of 127.0.0.1.
  ///
  /// - Throws: ``Failure`` with `reason` when another has it.
  private static func bound(_ port: Int, otherwise reason: String) throws -> Int32 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var one: Int32 = 1
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<Int32>.size))
    guard withLoopback(port, { bind(descriptor, $0, $1) }) == 0, listen(descriptor, 1) == 0 else {
      close(descriptor)
      throw Failure(reason)
    }
    return descriptor
  }
}

/// A database of a benchmark's PostgreSQL.
struct BenchmarkDatabase {
  let name: String
  let sockets: String
  let password: String
  /// The address for the service's role, and for the role that owns the schema.
  let app: String
  let owner: String

  /// The address of the service's role as a URL, which peers take.
  var url: String { "postgresql://\(name)_app:\(password)@/\(name)?host=\(sockets)" }
}

/// Calls `body` with the address of a port of 127.0.0.1.
func withLoopback<Result>(_ port: Int, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_port = in_port_t(port).bigEndian
  address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
  return withUnsafePointer(to: &address) { pointer in
    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
  }
}

extension Command.Call {
  /// The value of an option that takes a whole number; nil when it is not given.
  ///
  /// - Throws: ``UsageError`` for a value that is not a number in the range.
  func number(_ option: String, _ range: ClosedRange<Int>) throws(UsageError) -> Int? {
    guard let text = values[option] else { return nil }
    guard let number = Int(text), range.contains(number) else {
      throw UsageError(
        description: "\(option) is '\(text)', which is not a number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }
}

import Glibc
import ServicePostgres

/// `./charter up`: PostgreSQL, then the host, until a signal.
struct Up {
  private var port = "8080"
  private var data: String?
  private var only: String?

  init(_ arguments: [String]) throws {
    var rest = arguments[...]
    while let option = rest.popFirst() {
      guard let value = rest.popFirst() else { throw UsageError(description: "\(option) needs a value") }
      switch option {
      case "--port": port = value
      case "--data": data = Self.absolute(value)
      case "--only": only = value
      default: throw UsageError(description: "unknown option \(option); there is --port N, --data DIR, --only a,b")
      }
    }
    guard let number = Int(port), (0..<65_536).contains(number) else {
      throw UsageError(description: "'\(port)' is not a port")
    }
  }

  private static func absolute(_ path: String) -> String {
    guard !path.hasPrefix("/"), let folder = getcwd(nil, 0) else { return path }
    defer { free(folder) }
    return String(cString: folder) + "/" + path
  }

  func run() throws -> Int32 {
    let signals = Signals()
    let host = try CommandLineTool.tool("host")
    let services = try placed(of: try Self.list(host))
    let data = try data ?? Cluster.defaultData()
    let cluster = try Cluster(data: data)
    let lock = try Lock(data + "/lock")
    defer { lock.release() }
    let foreign = getenv("DB_CONNECTION").map { String(cString: $0) }
    if foreign == nil { try cluster.start() }
    defer {
      if foreign == nil {
        say("stopping PostgreSQL")
        cluster.stop()
      }
      say("stopped")
    }
    if signals.received() != nil { return 0 }
    let environment = try self.environment(services, cluster, try foreign ?? cluster.address("postgres"))
    let arguments = ["--port", port, "--supervised"] + (only.map { ["--only", $0] } ?? [])
    return try supervise(signals) {
      try Child.start(host, arguments, environment: environment, supervised: true)
    }
  }

  /// The names of all services, as the host knows them.
  private static func list(_ host: String) throws -> [String] {
    guard let output = popen("'\(host)' --list", "r") else { throw Failure("\(host) cannot be started") }
    var text: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4_096)
    while case let count = fread(&chunk, 1, chunk.count, output), count > 0 { text += chunk[..<count] }
    guard pclose(output) == 0 else { throw Failure("\(host) does not run") }
    return String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  private func placed(of services: [String]) throws -> [String] {
    guard let only else { return services }
    let names = only.split(separator: ",").map(String.init)
    for name in names where name != "gateway" && !services.contains(name) {
      throw UsageError(
        description: "--only names '\(name)'; there is \((services + ["gateway"]).joined(separator: ", "))")
    }
    return services.filter(names.contains)
  }

  /// This process's environment, with a database for each service in place of one for all.
  private func environment(_ services: [String], _ cluster: Cluster, _ admin: String) throws -> [String] {
    var result = Child.environment(besides: ["DB_CONNECTION", "CHARTER_DATA"])
    if getenv("CHARTER_ACCESS_LOG") == nil {
      result.append("CHARTER_ACCESS_LOG=" + (try data ?? Cluster.defaultData()) + "/access.log")
    }
    for service in services {
      let (owner, app) = (service + "_owner", service + "_app")
      let passwords = (owner: try cluster.secret(owner), app: try cluster.secret(app))
      try Database.provision(admin, name: service, passwords: passwords)
      let variable = service.uppercased().split(separator: "-").joined(separator: "_")
      let addresses = [("DB_CONNECTION", app, passwords.app), ("DB_OWNER", owner, passwords.owner)]
      for (suffix, user, password) in addresses {
        result.append(
          "\(variable)_\(suffix)=" + (try Database.address(admin, database: service, user: user, password: password)))
      }
    }
    return result
  }

  /// Runs the host until a signal, which is passed on, and a second one too.
  ///
  /// One that crashes is started again, after a pause that doubles up to half a minute while it goes on crashing. One
  /// that ends with 1 or 2 has said what is wrong with how it was started: that does not mend itself.
  private func supervise(_ signals: Signals, _ start: () throws -> Child) throws -> Int32 {
    var pause = 1
    while true {
      let child = try start()
      let began = monotonicSeconds()
      var isStopping = false
      var code: Int32?
      while code == nil {
        code = child.poll()
        if code == nil, signals.received(within: 50) != nil {
          if !isStopping { say("stopping") }
          isStopping = true
          kill(child.pid, SIGTERM)
        }
      }
      close(child.input)
      guard let code, !isStopping else { return 0 }
      if code <= 2 {
        if code != 0 { complain("the host ended by itself with code \(code)") }
        return code
      }
      if monotonicSeconds() - began > 60 { pause = 1 }
      let reason = code > 128 ? "signal \(code - 128)" : "code \(code)"
      complain("the host ended by itself with \(reason); starting it again in \(pause) s")
      if signals.received(within: pause * 1_000) != nil { return 0 }
      pause = min(pause * 2, 30)
    }
  }
}

/// The signals that end a program, taken one by one instead of interrupting it.
struct Signals: Sendable {
  private var set = sigset_t()

  /// Holds SIGINT, SIGTERM and SIGHUP back from now on, in this thread and those it starts.
  ///
  /// No task may run on the main thread beside it: libdispatch's main loop lets all signals through.
  init() {
    sigemptyset(&set)
    for number in [SIGINT, SIGTERM, SIGHUP] {
      sigaddset(&set, number)
      // A shell starts what runs in the background with SIGINT ignored, and what is ignored is never taken.
      signal(number, SIG_DFL)
    }
    pthread_sigmask(SIG_BLOCK, &set, nil)
  }

  /// The next signal; nil when none comes in so many milliseconds.
  func received(within milliseconds: Int = 0) -> Int32? {
    var time = timespec(tv_sec: 0, tv_nsec: milliseconds * 1_000_000)
    var set = set
    let signal = sigtimedwait(&set, nil, &time)
    return signal > 0 ? signal : nil
  }
}

/// Keeps two of them from using one data folder.
struct Lock {
  private let descriptor: Int32

  init(_ path: String) throws {
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw Failure("\(path) cannot be written: \(String(cString: strerror(errno)))") }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      throw Failure("another ./charter up runs on this data folder; stop it, or use --data DIR")
    }
  }

  func release() { close(descriptor) }
}

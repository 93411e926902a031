import Glibc
import ServicePostgres

/// `./charter up`: starts PostgreSQL, applies the migrations, and runs the host until a signal arrives.
struct Up {
  private var port = 8080
  private var address: ListenAddress
  private var data: String
  private var only: String?

  init(_ call: Command.Call) throws {
    let given = getenv("CHARTER_ADDRESS").map { String(cString: $0) }
    address = try ListenAddress(given ?? "127.0.0.1", "CHARTER_ADDRESS")
    if let text = call.values["--address"] { address = try ListenAddress(text, "--address") }
    if let text = call.values["--port"] { port = try Self.port(text, "--port") }
    only = call.values["--only"]
    data = try CommandLineTool.data(call)
  }

  private static func port(_ text: String, _ name: String) throws -> Int {
    guard let number = Int(text), (0..<65_536).contains(number) else {
      throw UsageError(
        description: "\(name) is '\(text)', which is not a port: use a number from 0 (any free port) to 65535")
    }
    return number
  }

  func run() throws -> Int32 {
    let signals = Signals()
    let cluster = try Cluster(data: data)
    let program = try HostProgram(cluster)
    let services = try selected(of: program.services)
    try cluster.makeData()
    let lock = try Lock(data + "/lock")
    defer { lock.release() }
    // An orphaned host holds the port until it ends; the ports are then checked after waiting for it.
    if program.orphan == nil { try checkPorts() }
    let external = getenv("DB_CONNECTION").map { String(cString: $0) }
    let code: Int32
    do {
      code = try serve(services, program, external == nil ? cluster : nil, signals) {
        try environment(services.filter(program.databases.contains), cluster, external ?? cluster.address("postgres"))
      }
    } catch {
      if external == nil { cluster.stop() }
      throw error
    }
    if external == nil {
      say("stopping PostgreSQL")
      guard cluster.stop() else { return 1 }
    }
    say("stopped")
    return code
  }

  /// - Parameter cluster: the cluster to start and supervise; nil when an external PostgreSQL is used.
  private func serve(
    _ services: [String], _ program: HostProgram, _ cluster: Cluster?, _ signals: Signals,
    _ environment: () throws -> [String]
  ) throws -> Int32 {
    var isStopped = false
    let isCancelled = {
      if signals.received() != nil { isStopped = true }
      return isStopped
    }
    if let cluster {
      try cluster.start(unless: isCancelled)
      try Database.closeToPublic(cluster.address("postgres"))
    }
    if isCancelled() { return 0 }
    let environment = try environment()
    let arguments = ["--port", "\(port)", "--address", address.text] + (only.map { ["--only", $0] } ?? [])
    if let code = try migrate(program, arguments, environment, signals) { return code }
    // Database owners may change schemas: the serving host does not get their passwords.
    let serving = environment.filter { !$0.prefix { $0 != "=" }.hasSuffix("_DB_OWNER") }
    program.endOrphan()
    try checkPorts()
    var supervisor = Supervisor(signals: signals, cluster: cluster) {
      try program.serve(arguments, environment: serving)
    }
    return try supervisor.run()
  }

  /// Runs the host to apply the services' migrations.
  ///
  /// - Returns: the exit code to end with; nil to continue.
  private func migrate(
    _ program: HostProgram, _ arguments: [String], _ environment: [String], _ signals: Signals
  ) throws -> Int32? {
    let child = try program.start(arguments + ["--migrate"], environment: environment)
    defer { child.closePipes() }
    var isStopped = false
    while true {
      let code = child.poll()
      while let bytes = child.read() { put(bytes, 1) }
      if let code {
        if isStopped { return 0 }
        if code > 2 { complain("error: the migrations ended with code \(code); the next start continues them") }
        return code == 0 ? nil : min(code, 2)
      }
      if signals.received(within: 20) != nil {
        isStopped = true
        kill(child.pid, SIGTERM)
      }
    }
  }

  private func selected(of services: [String]) throws -> [String] {
    guard let only else { return services }
    let names = only.split(separator: ",").map(String.init)
    let valid = (services + ["gateway"]).joined(separator: ", ")
    guard !names.isEmpty else { throw UsageError(description: "--only names no service; valid names: \(valid)") }
    for name in names where name != "gateway" && !services.contains(name) {
      throw UsageError(description: "--only names '\(name)'; valid names: \(valid)")
    }
    return services.filter(names.contains)
  }

  /// Checks that the ports can be listened on, before anything is started or changed.
  private func checkPorts() throws {
    try address.checkPort(port, "--port N")
    guard let text = getenv("SERVICE_PORT").map({ String(cString: $0) }) else { return }
    let inner = try Self.port(text, "SERVICE_PORT")
    if inner != port { try address.checkPort(inner, "SERVICE_PORT=N") }
  }

  /// This process's environment, with a database address per service in place of the shared one.
  private func environment(_ services: [String], _ cluster: Cluster, _ admin: String) throws -> [String] {
    let unwanted = ["DB_CONNECTION", "CHARTER_DATA", "CHARTER_ADDRESS", "PGPASSWORD", "PGPASSFILE"]
    var result = Child.environment {
      unwanted.contains($0) || $0.hasSuffix("_DB_OWNER") || $0.hasSuffix("_DB_CONNECTION")
    }
    if getenv("NOTIFICATIONS_LOG_MAIL") == nil { result.append("NOTIFICATIONS_LOG_MAIL=true") }
    if getenv("CHARTER_CURSOR_KEYS") == nil { result.append("CHARTER_CURSOR_KEYS=" + (try cluster.cursorKey())) }
    if getenv("CHARTER_ACCESS_LOG") == nil { result.append("CHARTER_ACCESS_LOG=" + (try accessLog(cluster))) }
    if getenv("EVENTS_URL") == nil, !services.isEmpty { result.append("EVENTS_URL=" + (try eventsURL(cluster, admin))) }
    for service in services {
      let (owner, app) = (service + "_owner", service + "_app")
      let passwords = try cluster.provision(service, at: admin)
      let addresses = [("DB_CONNECTION", app, passwords.app), ("DB_OWNER", owner, passwords.owner)]
      for (suffix, user, password) in addresses {
        result.append(
          Self.variable(service, suffix) + "="
            + (try Database.address(admin, database: service, user: user, password: password)))
      }
    }
    return result
  }

  /// The address of the log of events: a database of its own, which the role that uses it owns, since it divides the log
  /// by time.
  private func eventsURL(_ cluster: Cluster, _ admin: String) throws -> String {
    _ = try cluster.provision(Self.eventsDatabase, at: admin)
    return try cluster.ownerURL(of: Self.eventsDatabase, at: admin)
  }

  /// `ORDERS_DB_OWNER` for the service `orders`.
  static func variable(_ service: String, _ suffix: String) -> String {
    service.uppercased().split(separator: "-").joined(separator: "_") + "_" + suffix
  }

  /// The database of the log of events. No service has this name, since its address would be EVENTS_URL too.
  static let eventsDatabase = "events"

  /// The path of the access log. The host owns its folder, since it renames old logs there.
  private func accessLog(_ cluster: Cluster) throws -> String {
    let folder = cluster.reachable + "/log"
    try Folder.make(folder)
    try Folder.give(folder, to: cluster.host.user, cluster.host.group, mode: 0o755)
    return folder + "/access.log"
  }
}

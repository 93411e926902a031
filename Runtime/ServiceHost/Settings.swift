import Glibc
import ServiceCore
import ServiceDefinition
import ServiceHTTP
import ServicePostgres
import ServiceSecurity

/// The configuration of a host, from its command line and its environment.
public struct Settings: Sendable {
  public var port: Int
  /// The IPv4 address of this machine to listen on; `0.0.0.0` means all of them.
  public var address = loopback
  /// The address at which callers outside reach the platform, such as `https://api.example.com`; the issuer of its tokens.
  public var publicURL: String
  /// The issuer of tokens that stands in the place of the platform's own, such as `https://id.example.com/realms/shop`, and
  /// the audience that its tokens must name.
  public var tokenIssuer: (url: String, audience: String)?
  /// The proxies whose `X-Forwarded-For` is believed: its last address that is none of theirs is then the client's.
  public var proxies: [NetworkAddress] = []
  /// The services to run here, including the gateway by its name.
  public var placed: Set<String>
  /// The origins of the services that run elsewhere, such as `http://10.0.0.7:8080`.
  public var urls: [String: String]
  /// Where other processes reach the services that run here, such as `http://10.0.0.7:8081`, as it is registered in the
  /// directory; nil where nothing is registered.
  public var advertised: String?
  /// A port on which services, but not the gateway, are served to other processes.
  public var servicePort: Int?
  /// The address of that port.
  public var serviceAddress = loopback
  /// Whether to apply the migrations of the placed services, and exit.
  public var migrates = false
  public var logLevel = Logger.Level.info
  /// Whether to stop at the end of standard input.
  public var isSupervised = false
  /// The access log file, with a line for each request; nil for none.
  public var accessLog: String?
  /// How long requests are still accepted after the signal to stop, in milliseconds.
  public var drain = 2_000
  /// The keys that seal the cursors of lists; nil where none are configured.
  public private(set) var cursorKeys: CursorKeyRing?
  /// The keys by which processes prove the caller to each other; nil where they do not.
  public private(set) var callerKeys: CallerKeyRing?
  /// What the issuer of tokens knows this process by, for calls to services of the platform that serve nobody; nil for
  /// none.
  public private(set) var client: OAuthClient?
  let clients: Clients
  /// What calls to `https` origins trust, and show; nil for the system's authorities, and nothing.
  public private(set) var tls: ClientTLS?
  /// The limits and timeouts of connections.
  public var http = HTTPServerSettings()
  /// Where events are published and consumed, such as `postgres://…`, `nats://…` or `kafka://…`; nil where no service
  /// here has events.
  public var events: String?
  /// What a gateway holds against the contract of what it passes on to other processes.
  public enum Check: String, Sendable, CaseIterable { case requests, responses }
  public var checks = Set(Check.allCases)
  /// Where rate limits are counted for all gateways together, such as `redis://…`; nil where each counts for itself. And how
  /// many gateways there are, each of which allows its part while that is away.
  public var limits: String?
  public var gateways = 1
  /// How services elsewhere are called.
  public var upstream = HTTPClient.Limits()
  /// The file that says which paths old systems serve; nil for none.
  public var migrationFile: String?
  /// The settings of the services that run here, by the service's name.
  package internal(set) var ofServices: [String: SettingValues] = [:]
  /// The maximum number of the process's connections to PostgreSQL, over all its services and loops.
  public var connections = ConnectionBudget.standard
  /// The guaranteed and maximum number of connections of a service, where it is configured.
  public var fixedConnections: [String: Int] = [:]
  /// Addresses of databases, by the name of their variable.
  private var databases: [String: String]
  /// Other addresses, such as those of external APIs, by the name of their variable.
  private var addresses: [String: String]
  /// How many of the services that run here have a database.
  private var databaseCount = 0

  static let gateway = "gateway"
  static let eventsVariable = "EVENTS_URL"
  private static let loopback = "127.0.0.1"

  /// Reads settings.
  ///
  /// - Parameters:
  ///   - arguments: `--port N`, `--address A`, `--only a,b`, `--migrate`, `--supervised`.
  ///   - services: all existing services.
  /// - Throws: ``ConfigurationError`` that says which setting is wrong, and what would be right.
  public init(arguments: [String], environment: [String: String], services: [any Service.Type]) throws {
    let names = services.map { $0.contract.name }
    try Self.checkDistinct(names)
    databases = environment.filter { $0.key.hasSuffix("DB_CONNECTION") || $0.key.hasSuffix("_DB_OWNER") }
    addresses = environment.filter { $0.key.hasSuffix("_URL") && $0.key != Self.eventsVariable }
    events = environment[Self.eventsVariable]
    clients = Self.clients(environment)
    port = 8080
    placed = Set(names + [Self.gateway])
    urls = [:]
    publicURL = ""
    if let text = environment["CHARTER_ADDRESS"] { address = try Self.address(text, "CHARTER_ADDRESS") }
    servicePort = try environment["SERVICE_PORT"].map { try Self.port($0, "SERVICE_PORT") }
    if let text = environment["CHARTER_SERVICE_ADDRESS"] {
      serviceAddress = try Self.address(text, "CHARTER_SERVICE_ADDRESS")
      if servicePort == nil {
        throw ConfigurationError("CHARTER_SERVICE_ADDRESS has no effect without SERVICE_PORT; set that too")
      }
    }
    try read(arguments)
    publicURL = try Self.publicURL(environment["CHARTER_PUBLIC_URL"], port)
    tokenIssuer = try Self.tokenIssuer(environment)
    advertised = try environment["CHARTER_ADVERTISE"].map(Self.advertised)
    if placed.contains(Self.gateway) {
      http.origins = try Self.origins(environment["CHARTER_ORIGINS"] ?? "")
      http.fields = Self.securityFields(publicURL: publicURL)
    }
    // A process without the gateway is behind one.
    proxies = try Self.proxies(environment["CHARTER_PROXIES"] ?? (placed.contains(Self.gateway) ? "" : Self.loopback))
    let level = environment["LOG_LEVEL"]?.lowercased() ?? "info"
    guard let known = Logger.Level(rawValue: level) else {
      throw ConfigurationError("LOG_LEVEL is '\(level)'; valid values: debug, info, warning, error")
    }
    logLevel = known
    accessLog = environment["CHARTER_ACCESS_LOG"].flatMap { $0.isEmpty || $0 == "off" ? nil : $0 }
    drain = try Self.number("CHARTER_DRAIN", environment, 0...60_000, "milliseconds") ?? drain
    for (name, limit) in Self.limits {
      if let number = try Self.number(name, environment, limit.range, limit.unit) { http[keyPath: limit.path] = number }
    }
    upstream.connections =
      try Self.number("CHARTER_UPSTREAM_CONNECTIONS", environment, 1...1_000_000, "connections") ?? upstream.connections
    checks = try Self.checks(environment["CHARTER_CHECKS"])
    self.limits = environment["CHARTER_LIMITS"].flatMap { $0.isEmpty ? nil : $0 }
    gateways = try Self.number("CHARTER_GATEWAYS", environment, 1...1_000, "processes") ?? gateways
    cursorKeys = try Self.keys("CHARTER_CURSOR_KEYS", environment, CursorKeyRing.init)
    callerKeys = try Self.keys("CHARTER_CALLER_KEYS", environment, CallerKeyRing.init)
    client = try clients("charter", tokenIssuer?.url ?? publicURL)
    tls = try Self.tls(environment)
    migrationFile = try Self.migrationFile(environment["CHARTER_MIGRATION"], placed)
    try readURLs(environment, names)
    try readConnections(environment, names)
    let unknown = environment.keys.filter { $0.hasPrefix("CHARTER_") && !Self.own.contains($0) && !Self.isForeign($0) }
    if let name = unknown.min() {
      throw ConfigurationError(
        "\(name) is not a setting of Charter's; valid settings: \(Self.own.sorted().joined(separator: ", "))")
    }
    let here = services.filter { placed.contains($0.contract.name) }
    databaseCount = here.filter { $0.database != nil }.count
    // Migrations need only addresses.
    if !migrates { try readSettings(of: here, environment, all: services) }
  }

  /// Reads the command line, which overrides the environment.
  private mutating func read(_ arguments: [String]) throws {
    let all = placed.sorted()
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      switch argument {
      case "--supervised": isSupervised = true
      case "--migrate": migrates = true
      case "--port", "--address", "--only":
        guard let value = rest.popFirst() else { throw ConfigurationError("\(argument) needs a value") }
        switch argument {
        case "--port": port = try Self.port(value, argument)
        case "--address": address = try Self.address(value, argument)
        default: placed = try Self.names(value, all)
        }
      default:
        throw ConfigurationError(
          "unknown option \(argument); valid options: --port N, --address A, --only a,b, --migrate, --supervised")
      }
    }
  }

  /// The host's settings whose names begin with `CHARTER_`.
  private static let own: Set<String> = Set(limits.keys).union([
    "CHARTER_ACCESS_LOG", "CHARTER_ADDRESS", "CHARTER_ADVERTISE", "CHARTER_CALLER_KEYS", "CHARTER_CA_FILE",
    "CHARTER_CHECKS", "CHARTER_CLIENT_CERTIFICATE", "CHARTER_CLIENT_ID", "CHARTER_CLIENT_KEY", "CHARTER_CLIENT_SECRET",
    "CHARTER_CLIENT_SECRET_FILE", "CHARTER_CURSOR_KEYS",
    "CHARTER_DB_CONNECTIONS", "CHARTER_DRAIN", "CHARTER_GATEWAYS", "CHARTER_LIMITS", "CHARTER_MIGRATION",
    "CHARTER_ORIGINS", "CHARTER_PROXIES", "CHARTER_PUBLIC_URL", "CHARTER_SERVICE_ADDRESS",
    "CHARTER_UPSTREAM_CONNECTIONS",
  ])

  /// Whether a variable belongs to another of Charter's programs, which may have started this one.
  private static func isForeign(_ name: String) -> Bool {
    ["CHARTER_TEST_", "CHARTER_CHAOS_"].contains { name.hasPrefix($0) }
      || ["CHARTER_CORPUS", "CHARTER_DATA", "CHARTER_FUZZ", "CHARTER_RECORD", "CHARTER_ROOT"].contains(name)
  }

  private struct Limit: Sendable {
    let path: WritableKeyPath<HTTPServerSettings, Int> & Sendable
    let range: ClosedRange<Int>
    let unit: String

    init(_ path: WritableKeyPath<HTTPServerSettings, Int> & Sendable, _ range: ClosedRange<Int>, _ unit: String) {
      self.path = path
      self.range = range
      self.unit = unit
    }
  }

  /// The settings of the HTTP server that the environment can change.
  private static let limits: [String: Limit] = [
    "CHARTER_HEAD_TIMEOUT": Limit(\.headTimeout, 100...600_000, "milliseconds"),
    "CHARTER_BODY_TIMEOUT": Limit(\.bodyTimeout, 100...600_000, "milliseconds"),
    "CHARTER_IDLE_TIMEOUT": Limit(\.idleTimeout, 100...3_600_000, "milliseconds"),
    "CHARTER_WRITE_TIMEOUT": Limit(\.writeTimeout, 100...3_600_000, "milliseconds"),
    "CHARTER_TUNNEL_IDLE": Limit(\.tunnelIdle, 100...86_400_000, "milliseconds"),
    "CHARTER_HEARTBEAT": Limit(\.heartbeat, 100...3_600_000, "milliseconds"),
    "CHARTER_CONNECTIONS": Limit(\.connections, 1...1_000_000, "connections"),
    "CHARTER_BODIES": Limit(\.bodies, 65_536...1_099_511_627_776, "bytes"),
    "CHARTER_COMPRESS_FROM": Limit(\.compressedFrom, 0...1_073_741_824, "bytes"),
    "CHARTER_REQUEST_LINE": Limit(\.limits.startLine, 256...1_048_576, "bytes"),
    "CHARTER_HEADER_LINE": Limit(\.limits.fieldLine, 256...1_048_576, "bytes"),
    "CHARTER_HEADERS": Limit(\.limits.head, 256...1_048_576, "bytes"),
    "CHARTER_HEADER_COUNT": Limit(\.limits.fields, 8...10_000, "headers"),
  ]

  /// - Throws: ``ConfigurationError`` for a value that is not a number in the range.
  private static func number(
    _ name: String, _ environment: [String: String], _ range: ClosedRange<Int>, _ unit: String
  ) throws -> Int? {
    guard let text = environment[name] else { return nil }
    guard let number = Int(text), range.contains(number) else {
      throw ConfigurationError(
        "\(name) is '\(text)', which is not a number of \(unit) from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  private static func keys<Keys>(
    _ name: String, _ environment: [String: String], _ read: (String) throws -> Keys
  ) throws -> Keys? {
    do { return try environment[name].map(read) } catch { throw ConfigurationError("\(name): \(error)") }
  }

  private static func port(_ text: String, _ name: String) throws -> Int {
    guard let port = Int(text), (0..<65_536).contains(port) else {
      throw ConfigurationError("\(name) is '\(text)', which is not a port")
    }
    return port
  }

  private static func address(_ text: String, _ name: String) throws -> String {
    var bytes = in_addr()
    guard inet_pton(AF_INET, text, &bytes) == 1 else {
      throw ConfigurationError(
        "\(name) is '\(text)', which is not an IPv4 address; give one of this machine, such as 127.0.0.1 to be "
          + "reached from this machine alone, or 0.0.0.0 for all of its addresses")
    }
    return text
  }

  private static func names(_ text: String, _ all: [String]) throws -> Set<String> {
    let names = text.split(separator: ",").map(String.init)
    for name in names where !all.contains(name) {
      throw ConfigurationError("--only names '\(name)'; valid names: \(all.joined(separator: ", "))")
    }
    guard !names.isEmpty else { throw ConfigurationError("--only names no service") }
    return Set(names)
  }

  /// - Throws: ``ConfigurationError`` for services whose variables could not be told apart.
  private static func checkDistinct(_ names: [String]) throws {
    let variables = names.map { variable($0, "URL") }
    for (index, name) in names.enumerated() {
      guard let first = variables[..<index].firstIndex(of: variables[index]) else { continue }
      throw ConfigurationError(
        name == names[first]
          ? "two services are called '\(name)': give the contract of one of them another name"
          : "the services '\(names[first])' and '\(name)' share the variable \(variables[index]): rename one of them")
    }
  }

  private mutating func readURLs(_ environment: [String: String], _ services: [String]) throws {
    let names = Dictionary(uniqueKeysWithValues: services.map { (Self.variable($0, "URL"), $0) })
    // A name that is near to one may be that of an API outside: it is misspelt where the right one is missing.
    let missing = names.filter { environment[$0.key] == nil && !placed.contains($0.value) }.keys
    if names[Self.eventsVariable] != nil {
      throw ConfigurationError(
        "a service is called 'events', whose address would be \(Self.eventsVariable), which is "
          + "that of the event broker: give its contract another name")
    }
    for (variable, url) in environment where variable.hasSuffix("_URL") && variable != Self.eventsVariable {
      if let service = names[variable] {
        urls[service] = url
      } else if let meant = missing.sorted().first(where: { Self.differLittle($0, variable) }) {
        throw ConfigurationError("\(variable) is not a service's address; did you mean \(meant)?")
      }
    }
  }

  /// The address of an API that no service here implements; nil where it is not set.
  func address(ofExternal name: String) -> String? { addresses[Self.variable(name, "URL")] }

  private mutating func readConnections(_ environment: [String: String], _ services: [String]) throws {
    let (own, range) = ("CHARTER_DB_CONNECTIONS", 1...10_000)
    connections = try Self.number(own, environment, range, "connections") ?? connections
    let names = Dictionary(uniqueKeysWithValues: services.map { (Self.variable($0, "DB_CONNECTIONS"), $0) })
    for variable in environment.keys.sorted() where variable.hasSuffix("_DB_CONNECTIONS") && variable != own {
      guard let service = names[variable] else {
        throw ConfigurationError(
          "\(variable) is not a service's number of connections; valid settings: "
            + ([own] + names.keys.sorted()).joined(separator: ", "))
      }
      // Settings of services that run elsewhere are for their own process.
      let number = try Self.number(variable, environment, range, "connections")
      if placed.contains(service) { fixedConnections[service] = number }
    }
    let sum = fixedConnections.values.reduce(0, +)
    guard sum > connections else { return }
    let fixed = fixedConnections.keys.sorted().map {
      "\(Self.variable($0, "DB_CONNECTIONS")) (\(fixedConnections[$0] ?? 0))"
    }
    throw ConfigurationError(
      "\(fixed.joined(separator: " and ")): \(sum) connections exceed the limit of the process: "
        + "lower them, or raise \(own) (\(connections))")
  }

  /// The maximum number of connections of a service.
  func connections(of service: String) -> Int {
    fixedConnections[service] ?? min(connections, ConnectionBudget.cap)
  }

  /// Whether two names differ by at most two letters, which is probably a typing error.
  static func differLittle(_ left: String, _ right: String) -> Bool {
    var row = Array(0...right.utf8.count)
    for (index, byte) in left.utf8.enumerated() {
      var next = [index + 1]
      for (column, other) in right.utf8.enumerated() {
        next.append(min(next[column] + 1, row[column + 1] + 1, row[column] + (byte == other ? 0 : 1)))
      }
      row = next
    }
    return row[right.utf8.count] <= 2
  }

  /// `ORDERS_URL` for the service `orders`.
  public static func variable(_ service: String, _ suffix: String) -> String {
    service.uppercased().split(separator: "-").joined(separator: "_") + "_" + suffix
  }

  /// The address of a service's database for the role that the service uses.
  ///
  /// - Throws: ``ConfigurationError`` when there is none.
  func database(of service: String) throws -> String {
    let name = Self.variable(service, "DB_CONNECTION")
    if let address = databases[name] ?? shared { return address }
    throw ConfigurationError("the service '\(service)' has no database: set \(name), or run it by ./charter up")
  }

  /// The address of a service's database for the role that owns its schema; nil where there is none.
  func owner(of service: String) -> String? {
    databases[Self.variable(service, "DB_OWNER")]
      ?? (databases[Self.variable(service, "DB_CONNECTION")] == nil ? shared : nil)
  }

  /// The only database of a process in which one service has a database: its role also owns the schema.
  private var shared: String? { databaseCount == 1 ? databases["DB_CONNECTION"] : nil }

  /// These settings without the addresses of the schemas' owners.
  func withoutOwners() -> Settings {
    var copy = self
    copy.databases = databases.filter { !$0.key.hasSuffix("_DB_OWNER") }
    return copy
  }

  /// Reads the process's environment. The addresses of the schemas' owners, the keys of cursors, the secrets of clients
  /// and the services' own are overwritten in it, so that neither `/proc/PID/environ` nor a child process has them
  /// afterwards.
  ///
  /// Call it before threads are created: C's environment has no lock.
  static func takeEnvironment(secrets: Set<String>) -> [String: String] {
    var result: [String: String] = [:]
    var entry = environ
    while let text = entry.pointee {
      let pair = String(cString: text).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if pair.count == 2 { result[String(pair[0])] = String(pair[1]) }
      // Only the bytes of the value are written: they begin after '=' and end before the text's NUL.
      let isSecret =
        pair[0].hasSuffix("_DB_OWNER") || pair[0].hasSuffix("_CLIENT_SECRET")
        || ["CHARTER_CALLER_KEYS", "CHARTER_CURSOR_KEYS", "CHARTER_LIMITS", eventsVariable].contains(String(pair[0]))
        || secrets.contains(String(pair[0]))
      if isSecret, let sign = strchr(text, Int32(UInt8(ascii: "="))) {
        memset(sign + 1, 0, strlen(sign + 1))
      }
      entry += 1
    }
    return result
  }
}

import Glibc
import ServiceCore
import ServiceHTTP

/// What a host is told by its command line and its environment.
public struct Settings: Sendable {
  public var port: Int
  /// The IPv4 address of this machine to listen on; `0.0.0.0` is all of them.
  public var address = loopback
  /// The services to run here, the gateway among them by name.
  public var placed: Set<String>
  /// Where the services are that run elsewhere: an origin such as `http://10.0.0.7:8080`.
  public var urls: [String: String]
  /// A port on which services, but not the gateway, are served to other processes.
  public var servicePort: Int?
  /// The address of that port.
  public var serviceAddress = loopback
  /// Whether to apply the migrations of the placed services, and end.
  public var migrates = false
  public var logLevel = Logger.Level.info
  /// Whether to stop when standard input ends.
  public var isSupervised = false
  /// The file that gets a line for each request; nil for none.
  public var accessLog: String?
  /// How long requests are still taken after the signal to stop, in milliseconds.
  public var drain = 2_000
  /// How connections are treated.
  public var http = HTTPServerSettings()
  /// Addresses of databases, by the name of the variable that gives them.
  private var databases: [String: String]

  static let gateway = "gateway"
  private static let loopback = "127.0.0.1"

  /// Reads settings.
  ///
  /// - Parameters:
  ///   - arguments: `--port N`, `--address A`, `--only a,b`, `--migrate`, `--supervised`.
  ///   - services: the names of all services there are.
  /// - Throws: ``ConfigurationError`` that says which setting is wrong, and what would be right.
  public init(arguments: [String], environment: [String: String], services: [String]) throws {
    databases = environment.filter { $0.key.hasSuffix("DB_CONNECTION") || $0.key.hasSuffix("_DB_OWNER") }
    port = 8080
    placed = Set(services + [Self.gateway])
    urls = [:]
    if let text = environment["CHARTER_ADDRESS"] { address = try Self.address(text, "CHARTER_ADDRESS") }
    servicePort = try environment["SERVICE_PORT"].map { try Self.port($0, "SERVICE_PORT") }
    if let text = environment["CHARTER_SERVICE_ADDRESS"] {
      serviceAddress = try Self.address(text, "CHARTER_SERVICE_ADDRESS")
      if servicePort == nil {
        throw ConfigurationError("CHARTER_SERVICE_ADDRESS has no effect without SERVICE_PORT; set that too")
      }
    }
    try read(arguments)
    let level = environment["LOG_LEVEL"]?.lowercased() ?? "info"
    guard let known = Logger.Level(rawValue: level) else {
      throw ConfigurationError("LOG_LEVEL is '\(level)'; there is debug, info, warning, error")
    }
    logLevel = known
    accessLog = environment["CHARTER_ACCESS_LOG"].flatMap { $0.isEmpty || $0 == "off" ? nil : $0 }
    drain = try Self.number("CHARTER_DRAIN", environment, 0...60_000, "milliseconds") ?? drain
    for (name, limit) in Self.limits {
      if let number = try Self.number(name, environment, limit.range, limit.unit) { http[keyPath: limit.path] = number }
    }
    try readURLs(environment, services)
    let unknown = environment.keys.filter { $0.hasPrefix("CHARTER_") && !Self.own.contains($0) && !Self.isForeign($0) }
    if let name = unknown.min() {
      throw ConfigurationError(
        "\(name) is not a setting of Charter's; valid settings: \(Self.own.sorted().joined(separator: ", "))")
    }
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
    "CHARTER_ACCESS_LOG", "CHARTER_ADDRESS", "CHARTER_DRAIN", "CHARTER_SERVICE_ADDRESS",
  ])

  /// Whether a variable is for another of Charter's programs, which may have started this one.
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

  /// What of the HTTP server the environment may set.
  private static let limits: [String: Limit] = [
    "CHARTER_HEAD_TIMEOUT": Limit(\.headTimeout, 100...600_000, "milliseconds"),
    "CHARTER_BODY_TIMEOUT": Limit(\.bodyTimeout, 100...600_000, "milliseconds"),
    "CHARTER_IDLE_TIMEOUT": Limit(\.idleTimeout, 100...3_600_000, "milliseconds"),
    "CHARTER_WRITE_TIMEOUT": Limit(\.writeTimeout, 100...3_600_000, "milliseconds"),
    "CHARTER_HEARTBEAT": Limit(\.heartbeat, 100...3_600_000, "milliseconds"),
    "CHARTER_CONNECTIONS": Limit(\.connections, 1...1_000_000, "connections"),
    "CHARTER_BODIES": Limit(\.bodies, 65_536...1_099_511_627_776, "bytes"),
    "CHARTER_COMPRESS_FROM": Limit(\.compressedFrom, 0...1_073_741_824, "bytes"),
    "CHARTER_REQUEST_LINE": Limit(\.limits.startLine, 256...1_048_576, "bytes"),
    "CHARTER_HEADER_LINE": Limit(\.limits.fieldLine, 256...1_048_576, "bytes"),
    "CHARTER_HEADERS": Limit(\.limits.head, 256...1_048_576, "bytes"),
    "CHARTER_HEADER_COUNT": Limit(\.limits.fields, 8...10_000, "headers"),
  ]

  /// - Throws: ``ConfigurationError`` for what is no number of the range.
  private static func number(
    _ name: String, _ environment: [String: String], _ range: ClosedRange<Int>, _ unit: String
  ) throws -> Int? {
    guard let text = environment[name] else { return nil }
    guard let number = Int(text), range.contains(number) else {
      throw ConfigurationError(
        "\(name) is '\(text)', which is no number of \(unit) from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
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

  private mutating func readURLs(_ environment: [String: String], _ services: [String]) throws {
    let names = Dictionary(uniqueKeysWithValues: services.map { (Self.variable($0, "URL"), $0) })
    for (variable, url) in environment where variable.hasSuffix("_URL") {
      if let service = names[variable] {
        urls[service] = url
      } else if let meant = names.keys.sorted().first(where: { Self.differLittle($0, variable) }) {
        throw ConfigurationError("\(variable) is no service's address; did you mean \(meant)?")
      }
    }
  }

  /// Whether two names differ by at most two letters, which is hardly meant.
  private static func differLittle(_ left: String, _ right: String) -> Bool {
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

  /// The address of a service's database for the role that works in it.
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

  /// The one database of a process with one service: its role works in it and owns its schema.
  private var shared: String? {
    placed.subtracting([Self.gateway]).count == 1 ? databases["DB_CONNECTION"] : nil
  }

  /// These settings without the addresses of the schemas' owners.
  func withoutOwners() -> Settings {
    var copy = self
    copy.databases = databases.filter { !$0.key.hasSuffix("_DB_OWNER") }
    return copy
  }

  /// Takes the process's environment. The addresses of the schemas' owners are overwritten in it, so that neither
  /// `/proc/PID/environ` nor a child process has them from then on.
  ///
  /// Call it before there are threads: C's environment has no lock.
  static func takeEnvironment() -> [String: String] {
    var result: [String: String] = [:]
    var entry = environ
    while let text = entry.pointee {
      let pair = String(cString: text).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if pair.count == 2 { result[String(pair[0])] = String(pair[1]) }
      // What is written are the value's own bytes: they begin behind '=' and end before the text's NUL.
      if pair[0].hasSuffix("_DB_OWNER"), let sign = strchr(text, Int32(UInt8(ascii: "="))) {
        memset(sign + 1, 0, strlen(sign + 1))
      }
      entry += 1
    }
    return result
  }
}

import Glibc
import ServiceCore
import ServiceHTTP

/// What a host is told by its command line and its environment.
public struct Settings: Sendable {
  public var port: Int
  /// The services to run here, the gateway among them by name.
  public var placed: Set<String>
  /// Where the services are that run elsewhere: an origin such as `http://10.0.0.7:8080`.
  public var urls: [String: String]
  /// A port on which services, but not the gateway, are served to other processes.
  public var servicePort: Int?
  public var logLevel: Logger.Level
  /// Whether to stop when standard input ends.
  public var isSupervised = false
  /// Whether to apply the migrations of the placed services, and to end then.
  public var isMigration = false
  /// The address that is listened on.
  public var address: String
  /// The file that gets a line for each request; nil for none.
  public var accessLog: String?
  /// How long requests are still taken after the signal to stop, in milliseconds.
  public var drain = 2_000
  /// How connections are treated.
  public var http = HTTPServerSettings()
  private let environment: [String: String]

  static let gateway = "gateway"

  /// Reads settings.
  ///
  /// - Parameters:
  ///   - arguments: `--port N`, `--only a,b`, `--supervised`.
  ///   - services: the names of all services there are.
  /// - Throws: ``ConfigurationError`` that says which setting is wrong, and what would be right.
  public init(arguments: [String], environment: [String: String], services: [String]) throws {
    self.environment = environment
    let all = services + [Self.gateway]
    port = 8080
    address = environment["CHARTER_ADDRESS"] ?? "127.0.0.1"
    placed = Set(all)
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      if argument == "--supervised" {
        isSupervised = true
        continue
      }
      if argument == "--migrate" {
        isMigration = true
        continue
      }
      guard let value = rest.popFirst() else { throw ConfigurationError("\(argument) needs a value") }
      switch argument {
      case "--port": port = try Self.port(value, argument)
      case "--only": placed = try Self.names(value, all)
      case "--address": address = value
      default: throw ConfigurationError("unknown option \(argument); there is --port N, --only a,b")
      }
    }
    servicePort = try environment["SERVICE_PORT"].map { try Self.port($0, "SERVICE_PORT") }
    let level = environment["LOG_LEVEL"]?.lowercased() ?? "info"
    guard let known = Logger.Level(rawValue: level) else {
      throw ConfigurationError("LOG_LEVEL is '\(level)'; there is debug, info, warning, error")
    }
    logLevel = known
    accessLog = environment["CHARTER_ACCESS_LOG"].flatMap { $0.isEmpty || $0 == "off" ? nil : $0 }
    drain = try Self.number("CHARTER_DRAIN", environment, 0...60_000, "milliseconds") ?? drain
    urls = [:]
    for (name, limit) in Self.limits {
      if let number = try Self.number(name, environment, limit.range, limit.unit) { http[keyPath: limit.path] = number }
    }
    try readURLs(services)
    for name in environment.keys where name.hasPrefix("CHARTER_") && !Self.own.contains(name) {
      throw ConfigurationError(
        "\(name) is not a setting of Charter's; there is \(Self.own.sorted().joined(separator: ", "))")
    }
  }

  /// Charter's own settings; those of tests and tools are let pass.
  private static let own: Set<String> = Set(limits.keys).union([
    "CHARTER_ACCESS_LOG", "CHARTER_ADDRESS", "CHARTER_CORPUS", "CHARTER_DATA", "CHARTER_DRAIN", "CHARTER_RECORD", "CHARTER_ROOT",
    "CHARTER_TEST_DATABASE",
    "CHARTER_TEST_PROGRAMS",
  ])

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

  private static func names(_ text: String, _ all: [String]) throws -> Set<String> {
    let names = text.split(separator: ",").map(String.init)
    for name in names where !all.contains(name) {
      throw ConfigurationError("--only names '\(name)'; there is \(all.sorted().joined(separator: ", "))")
    }
    guard !names.isEmpty else { throw ConfigurationError("--only names no service") }
    return Set(names)
  }

  private mutating func readURLs(_ services: [String]) throws {
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

  /// The address of a service's database, and the one for its owner, who may change the schema.
  ///
  /// - Throws: ``ConfigurationError`` when there is none.
  func database(of service: String) throws -> (app: String, owner: String?) {
    let name = Self.variable(service, "DB_CONNECTION")
    if let app = environment[name] { return (app, environment[Self.variable(service, "DB_OWNER")]) }
    if let app = environment["DB_CONNECTION"], placed.subtracting([Self.gateway]).count == 1 { return (app, app) }
    throw ConfigurationError("the service '\(service)' has no database: set \(name), or run it by ./charter up")
  }

  /// The process's environment.
  public static func environment() -> [String: String] {
    var result: [String: String] = [:]
    var entry = environ
    while let text = entry.pointee {
      let pair = String(cString: text).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if pair.count == 2 { result[String(pair[0])] = String(pair[1]) }
      entry += 1
    }
    return result
  }
}

import Foundation
import ServiceCore
import ServiceDefinition
import ServiceHost
import Testing

@Suite struct SettingsTests {
  private struct Orders: Service {
    enum API: ServiceContract {
      static let name = "orders"
      static let version = "1"
      static let operations: [OperationDescriptor] = []
    }

    enum Mode: String, CaseIterable, SettingValue { case fast, safe }

    static let limit = Setting(
      "ORDERS_OPEN_LIMIT", default: 20, in: 1...100, "How many orders a customer may have open.")
    static let patience = Setting<Duration>(
      "ORDERS_PATIENCE", default: .seconds(2), in: .zero ... .seconds(60), "How long to wait.")
    static let mode = Setting("ORDERS_MODE", default: Mode.safe, "What counts more.")
    static let mails = Setting("ORDERS_MAILS", default: true, "Whether customers get mail.")
    static let key = Setting<String>("PAYMENTS_KEY", isSecret: true, "The key of the payment provider.")
    static let settings: [any ServiceSetting] = [limit, patience, mode, mails, key]

    let values: String

    init(_ resources: Resources) throws {
      let (limit, patience) = (try resources[Self.limit], try resources[Self.patience])
      values =
        "\(limit) \(patience) \(try resources[Self.mode]) \(try resources[Self.mails]) \(try resources[Self.key])"
    }

    var endpoint: any ServiceEndpoint { Nothing() }
  }

  private struct Nothing: ServiceEndpoint {
    func respond(to request: RoutedRequest, operation index: Int, call: Call) async -> HTTPResponse {
      HTTPResponse(status: 404)
    }
  }

  private struct Plain<API: ServiceContract>: Service {
    init(_ resources: Resources) throws {}

    var endpoint: any ServiceEndpoint { Nothing() }
  }

  private enum OrdersAPI: ServiceContract {
    static let name = "orders"
    static let version = "1"
    static let operations: [OperationDescriptor] = []
  }

  private enum ProductsAPI: ServiceContract {
    static let name = "products"
    static let version = "1"
    static let operations: [OperationDescriptor] = []
  }

  private enum StockAPI: ServiceContract {
    static let name = "stock-keeping"
    static let version = "1"
    static let operations: [OperationDescriptor] = []
  }

  private struct Impolite: Service {
    enum API: ServiceContract {
      static let name = "impolite"
      static let version = "1"
      static let operations: [OperationDescriptor] = []
    }

    static let unlisted = Setting("IMPOLITE_LIMIT", default: 1, "It is not listed.")
    static let settings: [any ServiceSetting] = [
      Setting("CHARTER_LIMIT", default: 1, ""), Setting("IMPOLITE_URL", default: "", ""),
      Setting("limit", default: 1, ""),
    ]

    init(_ resources: Resources) throws { _ = try resources[Self.unlisted] }

    var endpoint: any ServiceEndpoint { Nothing() }
  }

  private func settings(
    _ environment: [String: String], _ arguments: [String] = [], _ services: [any Service.Type] = [Orders.self]
  ) throws -> Settings {
    let key = ["PAYMENTS_KEY": "sk-1234"]
    return try Settings(
      arguments: arguments, environment: environment.merging(key) { first, _ in first }, services: services)
  }

  // MARK: settings of services

  private func values(_ environment: [String: String]) throws -> String {
    try Orders(
      Resources(
        for: "orders", database: nil, clock: .system, logger: Logger(level: .error),
        settings: try settings(environment).ofServices["orders"] ?? SettingValues(),
        placement: { _ in .local { nil } })
    ).values
  }

  @Test func `a service's settings are typed, with defaults`() throws {
    #expect(try values([:]) == "20 2.0 seconds safe true sk-1234")
    let set = ["ORDERS_OPEN_LIMIT": "3", "ORDERS_PATIENCE": "1500", "ORDERS_MODE": "fast", "ORDERS_MAILS": "false"]
    #expect(try values(set) == "3 1.5 seconds fast false sk-1234")
  }

  @Test(arguments: [
    (["ORDERS_OPEN_LIMIT": "0"], "ORDERS_OPEN_LIMIT is '0', which is not a whole number from 1 to 100"),
    (["ORDERS_OPEN_LIMIT": ""], "ORDERS_OPEN_LIMIT is '', which is not a whole number from 1 to 100"),
    (["ORDERS_PATIENCE": "2s"], "ORDERS_PATIENCE is '2s', which is not a number of milliseconds from 0 to 60000"),
    (["ORDERS_PATIENCE": "9999999999999999999"], "is not a number of milliseconds from 0 to 60000"),
    (["ORDERS_MODE": "FAST"], "ORDERS_MODE is 'FAST', which is not one of fast, safe"),
    (["ORDERS_MAILS": "yes"], "ORDERS_MAILS is 'yes', which is not true or false"),
    (["PAYMENTS_KEY": ""], "PAYMENTS_KEY is not set: it is a text. The key of the payment provider."),
    (["ORDERS_OPEN_LIMITS": "3"], "ORDERS_OPEN_LIMITS is not a setting; did you mean ORDERS_OPEN_LIMIT?"),
  ])
  func `a service's setting that is wrong, missing or misspelt stops the start`(
    _ environment: [String: String], _ words: String
  ) throws {
    let error = #expect(throws: ConfigurationError.self) { try settings(environment) }
    #expect(error?.description.contains(words) == true, "\(String(describing: error))")
  }

  @Test func `all wrong settings are reported at once, those of services that run elsewhere are not`() throws {
    let wrong = ["ORDERS_MODE": "x", "ORDERS_MAILS": "y"]
    let error = #expect(throws: ConfigurationError.self) { try settings(wrong) }
    #expect(error?.description.split(separator: "\n").count == 2)
    _ = try settings(wrong, ["--only", "gateway"])
    // Who migrates needs the owner's address alone.
    _ = try Settings(arguments: ["--migrate"], environment: wrong, services: [Orders.self])
  }

  @Test func `what another service is set with is not taken for a misspelt setting`() throws {
    enum Other: ServiceContract {
      static let name = "other"
      static let version = "1"
      static let operations: [OperationDescriptor] = []
    }
    struct Neighbour: Service {
      typealias API = Other
      static let settings: [any ServiceSetting] = [Setting("BORDERS_MODE", default: "x", "")]
      let endpoint: any ServiceEndpoint = Nothing()

      init(_ resources: Resources) throws {}
    }
    _ = try settings(["BORDERS_MODE": "y"], ["--only", "orders"], [Orders.self, Neighbour.self])
  }

  @Test func `an address is misspelt only where the one that it is near to is missing`() throws {
    let environment = ["ORDER_URL": "http://a"]
    let error = #expect(throws: ConfigurationError.self) { try settings(environment, ["--only", "gateway"]) }
    #expect(error?.description == "ORDER_URL is not a service's address; did you mean ORDERS_URL?")
    // It may be that of an API outside.
    _ = try settings(environment)
    _ = try settings(environment.merging(["ORDERS_URL": "http://b"]) { $1 }, ["--only", "gateway"])
  }

  @Test func `services that share a name are refused, not trapped on`() throws {
    let error = #expect(throws: ConfigurationError.self) {
      try settings([:], [], [Orders.self, Plain<OrdersAPI>.self])
    }
    #expect(error?.description.hasPrefix("two services are called 'orders'") == true)
  }

  @Test func `a secret is in no description, and in no message`() throws {
    let settings = try settings([:])
    for text in ["\(settings)", String(reflecting: settings), "\(settings.ofServices)"] {
      #expect(!text.contains("sk-1234"), "\(text)")
    }
    var dumped = ""
    dump(settings, to: &dumped)
    #expect(!dumped.contains("sk-1234"))
    let number = Setting<Int>("PAYMENTS_PIN", isSecret: true, "Secret.")
    let error = #expect(throws: ConfigurationError.self) { try number.check("hunter2") }
    #expect(error?.description == "PAYMENTS_PIN is set to what is not a whole number")
  }

  @Test func `a setting may not have a name of the platform's, and is used only where it is listed`() throws {
    let error = #expect(throws: ConfigurationError.self) { try settings([:], [], [Impolite.self]) }
    let lines = error?.description.split(separator: "\n").map(String.init) ?? []
    #expect(lines.count == 3 && lines.allSatisfy { $0.hasPrefix("impolite has a setting ") }, "\(lines)")
    let unlisted = #expect(throws: ConfigurationError.self) {
      try Impolite(
        Resources(
          for: "impolite", database: nil, clock: .system, logger: Logger(level: .error),
          placement: { _ in .local { nil } })
      )
    }
    #expect(unlisted?.description.contains("IMPOLITE_LIMIT is used and not listed") == true)
  }

  @Test func `the settings of all services are printed with what they are for`() {
    let text = Settings.description(of: [Orders.self])
    let lines = text.split(separator: "\n").map { $0.drop { $0 == " " } }
    #expect(lines.first == "orders" && lines.count == 11, "\(text)")
    #expect(lines.contains("ORDERS_OPEN_LIMIT  a whole number from 1 to 100; 20"))
    #expect(lines.contains("ORDERS_MODE  one of fast, safe; safe"))
    #expect(lines.contains("PAYMENTS_KEY  a text; required, secret"))
    #expect(lines.contains("The key of the payment provider."))
  }

  // MARK: the host's own

  @Test func `limits come from the environment, and stay as they are without`() throws {
    let settings = try settings([
      "CHARTER_HEAD_TIMEOUT": "500", "CHARTER_HEADERS": "4096", "CHARTER_DRAIN": "0", "CHARTER_BODIES": "1048576",
    ])
    #expect(settings.http.headTimeout == 500 && settings.http.limits.head == 4_096 && settings.drain == 0)
    #expect(settings.http.bodies == 1_048_576)
    #expect(settings.http.bodyTimeout == 30_000 && settings.http.limits.fields == 100)
  }

  @Test(arguments: [
    ("CHARTER_HEAD_TIMEOUT", "soon"), ("CHARTER_HEAD_TIMEOUT", "0"), ("CHARTER_HEADERS", "99999999999999999999"),
    ("CHARTER_CONNECTIONS", "-1"), ("CHARTER_HEAD_TIMEOUTS", "500"), ("LOG_LEVEL", "loud"),
    ("SERVICE_PORT", "70000"), ("CHARTER_ADDRESS", "localhost"), ("CHARTER_ADDRESS", "::1"), ("CHARTER_ADDRESS", ""),
    ("CHARTER_ADDRESS", "127.0.0.1:80"), ("CHARTER_SERVICE_ADDRESS", "10.0.0"), ("CHARTER_ADDRES", "127.0.0.1"),
    ("CHARTER_SERVICE_ADDRESS", "127.0.0.1"), ("CHARTER_DB_CONNECTIONS", "0"), ("ORDERS_DB_CONNECTIONS", "many"),
    ("ORDERS_DB_CONNECTIONS", "81"), ("ORDER_DB_CONNECTIONS", "8"),
    ("CHARTER_CALLER_KEYS", ""), ("CHARTER_CALLER_KEYS", "secret"), ("CHARTER_CURSOR_KEYS", ""),
    ("CHARTER_CURSOR_KEYS", "secret"), ("CHARTER_CURSOR_KEY", "secret"),
  ])
  func `a setting that cannot be used is told by name`(_ name: String, _ value: String) throws {
    let error = #expect(throws: ConfigurationError.self) { try settings([name: value]) }
    #expect(error?.description.contains(name) == true)
    #expect(value != "secret" || error?.description.contains(value) == false)
  }

  @Test func `a host listens on loopback, where the environment says, or where the command line does`() throws {
    func address(_ arguments: [String], _ environment: [String: String]) throws -> [String] {
      let settings = try self.settings(environment, arguments)
      return [settings.address, settings.serviceAddress]
    }
    #expect(try address([], [:]) == ["127.0.0.1", "127.0.0.1"])
    let environment = ["CHARTER_ADDRESS": "0.0.0.0", "SERVICE_PORT": "1", "CHARTER_SERVICE_ADDRESS": "10.0.0.7"]
    #expect(try address([], environment) == ["0.0.0.0", "10.0.0.7"])
    #expect(try address(["--address", "127.0.0.2"], environment) == ["127.0.0.2", "10.0.0.7"])
    let error = #expect(throws: ConfigurationError.self) { try address(["--address", "everywhere"], [:]) }
    #expect(error?.description.contains("'everywhere', which is not an IPv4 address") == true)
    #expect(error?.description.contains("0.0.0.0 for all") == true)
  }

  @Test(arguments: [
    ["--adress", "127.0.0.1"], ["--address"], ["--only"], ["--only", "nobody"], ["--port", "x"], ["up"],
  ])
  func `an argument that cannot be used is told`(_ arguments: [String]) throws {
    let error = #expect(throws: ConfigurationError.self) {
      try settings([:], arguments)
    }
    #expect(error?.description.contains(arguments[0]) == true)
  }

  @Test func `who is outside, who issues tokens and who stands in front is said by addresses`() throws {
    #expect(try settings([:], ["--port", "9000"]).publicURL == "http://127.0.0.1:9000")
    #expect(try settings(["CHARTER_PUBLIC_URL": "https://shop.example"]).publicURL == "https://shop.example")
    for text in [
      "", "shop.example", "https://", "https://shop.example/", "https://shop.example/x", "ftp://a", "https://a b",
    ] {
      let error = #expect(throws: ConfigurationError.self) { try settings(["CHARTER_PUBLIC_URL": text]) }
      #expect(error?.description.contains("CHARTER_PUBLIC_URL is '\(text)'") == true)
    }
    let issuer = ["OIDC_ISSUER": "https://id.example/realms/shop", "OIDC_AUDIENCE": "shop"]
    #expect(try settings(issuer).tokenIssuer?.url == "https://id.example/realms/shop")
    #expect(try settings([:]).tokenIssuer == nil)
    for (name, text) in [("OIDC_AUDIENCE", ""), ("OIDC_ISSUER", "id.example"), ("OIDC_ISSUER", "")] {
      let error = #expect(throws: ConfigurationError.self) { try settings(issuer.merging([name: text]) { $1 }) }
      #expect(error?.description.contains(name) == true)
    }
    #expect(try settings([:]).proxies.isEmpty)
    #expect(try settings([:], ["--only", "orders"]).proxies == [NetworkAddress("127.0.0.1")])
    #expect(
      try settings(["CHARTER_ORIGINS": "https://shop.example,http://localhost:3000"]).http.origins
        == ["https://shop.example", "http://localhost:3000"])
    for origin in ["*", "null", "shop.example", "https://shop.example/", "https://shop.example:443", "http://a b"] {
      let error = #expect(throws: ConfigurationError.self) { try settings(["CHARTER_ORIGINS": origin]) }
      #expect(error?.description.contains("CHARTER_ORIGINS names '\(origin)'") == true)
    }
    let two = try settings(["CHARTER_PROXIES": "10.0.0.7,2001:db8::1"]).proxies
    #expect(two == [NetworkAddress("10.0.0.7"), NetworkAddress("2001:db8::1")])
    let error = #expect(throws: ConfigurationError.self) { try settings(["CHARTER_PROXIES": "10.0.0.0/8"]) }
    #expect(error?.description.contains("'10.0.0.0/8'") == true)
  }

  @Test func `a client of the issuer of tokens has an id and a secret, which a file may have`() throws {
    #expect(try settings([:]).client == nil)
    let own = try #require(
      try settings(["CHARTER_CLIENT_ID": "c1", "CHARTER_CLIENT_SECRET": "hunter2"], ["--port", "9000"]).client)
    #expect(own.id == "c1" && own.issuer == "http://127.0.0.1:9000")
    let file = NSTemporaryDirectory() + "charter-client-\(UUID())"
    defer { try? FileManager.default.removeItem(atPath: file) }
    try Data("hunter2\n".utf8).write(to: URL(filePath: file))
    let issuer = ["OIDC_ISSUER": "https://id.example/realms/shop", "OIDC_AUDIENCE": "shop"]
    let filed = ["CHARTER_CLIENT_ID": "c1", "CHARTER_CLIENT_SECRET_FILE": file].merging(issuer) { $1 }
    let settings = try settings(filed)
    #expect(settings.client?.issuer == "https://id.example/realms/shop")
    var dumped = ""
    dump(settings, to: &dumped)
    #expect(!dumped.contains("hunter2") && !"\(settings)".contains("hunter2"))
  }

  @Test(arguments: [
    (["CHARTER_CLIENT_ID": "c1"], "set CHARTER_CLIENT_SECRET, or CHARTER_CLIENT_SECRET_FILE"),
    (["CHARTER_CLIENT_SECRET": "hunter2"], "CHARTER_CLIENT_ID is missing"),
    (["CHARTER_CLIENT_ID": "", "CHARTER_CLIENT_SECRET": "hunter2"], "CHARTER_CLIENT_ID is missing, or empty"),
    (["CHARTER_CLIENT_ID": "c1", "CHARTER_CLIENT_SECRET": ""], "one of them is empty"),
    (
      ["CHARTER_CLIENT_ID": "c1", "CHARTER_CLIENT_SECRET": "hunter2", "CHARTER_CLIENT_SECRET_FILE": "x"],
      "are both set: unset one of them"
    ),
    (["CHARTER_CLIENT_ID": "c1", "CHARTER_CLIENT_SECRET_FILE": "/nowhere"], "/nowhere cannot be opened"),
    (["CHARTER_CLIENT_ID": "c1", "CHARTER_CLIENT_SECRET_FILE": "/"], "/ is not a regular file"),
    (["CHARTER_CLIENT_ID": "c1", "CHARTER_CLIENT_SECRET_FILE": "/dev/null"], "is not a regular file"),
    (["CHARTER_CLIENT_IDS": "c1"], "CHARTER_CLIENT_IDS is not a setting"),
  ])
  func `half a client stops the start, and no message has its secret`(
    _ environment: [String: String], _ reason: String
  ) throws {
    let error = #expect(throws: ConfigurationError.self) { try settings(environment) }
    let words = error?.description ?? ""
    #expect(words.contains(reason) && !words.contains("hunter2"), "\(words)")
  }

  @Test func `what is trusted and shown over TLS is in files, which are read at the start`() throws {
    func error(_ environment: [String: String]) -> String {
      #expect(throws: ConfigurationError.self) { try settings(environment) }?.description ?? ""
    }
    #expect(try settings(["CHARTER_CA_FILE": "", "CHARTER_CLIENT_CERTIFICATE": ""]).tls == nil)
    #expect(
      error(["CHARTER_CA_FILE": "/none"]).hasPrefix("CHARTER_CA_FILE: '/none' is not a PEM file of authorities: "))
    for name in ["CHARTER_CLIENT_CERTIFICATE", "CHARTER_CLIENT_KEY"] {
      #expect(error([name: "/none"]).contains("have no effect alone; set both"))
    }
    let both = ["CHARTER_CLIENT_CERTIFICATE": "/none", "CHARTER_CLIENT_KEY": "/none.key"]
    #expect(
      error(both).hasPrefix("CHARTER_CLIENT_CERTIFICATE, CHARTER_CLIENT_KEY: '/none' is not a PEM file of a cert"))
  }

  @Test func `settings of Charter's other programs are let pass`() throws {
    let names = ["CHARTER_RECORD", "CHARTER_DATA", "CHARTER_TEST_DATABASE", "CHARTER_TEST_NEW", "CHARTER_CHAOS_SEED"]
    _ = try settings(Dictionary(uniqueKeysWithValues: names.map { ($0, "1") }))
  }

  @Test func `what services are given of the connections must fit the process`() throws {
    func settings(_ environment: [String: String], only: String = "orders,products") throws -> Settings {
      try Settings(
        arguments: ["--only", only], environment: environment,
        services: [Plain<OrdersAPI>.self, Plain<ProductsAPI>.self, Plain<StockAPI>.self])
    }
    let environment = ["ORDERS_DB_CONNECTIONS": "30", "STOCK_KEEPING_DB_CONNECTIONS": "60"]
    #expect(try settings([:]).connections == 80)
    #expect(try settings(environment).fixedConnections == ["orders": 30])
    let all = "orders,stock-keeping"
    #expect(
      try settings(environment.merging(["CHARTER_DB_CONNECTIONS": "90"]) { $1 }, only: all).fixedConnections.count == 2)
    let error = #expect(throws: ConfigurationError.self) { try settings(environment, only: all) }
    #expect(
      error?.description
        == "ORDERS_DB_CONNECTIONS (30) and STOCK_KEEPING_DB_CONNECTIONS (60): 90 connections exceed the limit of the "
        + "process: lower them, or raise CHARTER_DB_CONNECTIONS (80)")
  }
}

import ServiceCore
import ServiceHost
import Testing

@Suite struct SettingsTests {
  private func settings(_ environment: [String: String]) throws -> Settings {
    try Settings(arguments: [], environment: environment, services: ["orders"])
  }

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
    ("CHARTER_CONNECTIONS", "-1"), ("CHARTER_HEAD_TIMEOUTS", "500"), ("ORDER_URL", "http://a"), ("LOG_LEVEL", "loud"),
    ("SERVICE_PORT", "70000"), ("CHARTER_ADDRESS", "localhost"), ("CHARTER_ADDRESS", "::1"), ("CHARTER_ADDRESS", ""),
    ("CHARTER_ADDRESS", "127.0.0.1:80"), ("CHARTER_SERVICE_ADDRESS", "10.0.0"), ("CHARTER_ADDRES", "127.0.0.1"),
    ("CHARTER_SERVICE_ADDRESS", "127.0.0.1"),
  ])
  func `a setting that cannot be used is told by name`(_ name: String, _ value: String) throws {
    let error = #expect(throws: ConfigurationError.self) { try settings([name: value]) }
    #expect(error?.description.contains(name) == true)
  }

  @Test func `a host listens on loopback, where the environment says, or where the command line does`() throws {
    func address(_ arguments: [String], _ environment: [String: String]) throws -> [String] {
      let settings = try Settings(arguments: arguments, environment: environment, services: ["orders"])
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
      try Settings(arguments: arguments, environment: [:], services: ["orders"])
    }
    #expect(error?.description.contains(arguments[0]) == true)
  }

  @Test func `settings of Charter's other programs are let pass`() throws {
    let names = ["CHARTER_RECORD", "CHARTER_DATA", "CHARTER_TEST_DATABASE", "CHARTER_TEST_NEW", "CHARTER_CHAOS_SEED"]
    _ = try settings(Dictionary(uniqueKeysWithValues: names.map { ($0, "1") }))
  }
}

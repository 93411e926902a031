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
    ("SERVICE_PORT", "70000"),
  ])
  func `a setting that cannot be used is told by name`(_ name: String, _ value: String) throws {
    let error = #expect(throws: ConfigurationError.self) { try settings([name: value]) }
    #expect(error?.description.contains(name) == true)
  }
}

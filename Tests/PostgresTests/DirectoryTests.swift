import ServiceCore
import ServiceDefinition
import ServiceHTTP
import ServiceHost
import ServiceLoop
import Synchronization
import TestProcesses
import Testing

/// How processes find each other's services by a directory, or by the addresses of a name.
@Suite(.timeLimit(.minutes(10))) struct DirectoryTests {
  /// Says who it is.
  private struct Bell: Service {
    enum API: ServiceContract {
      static let name = "bell"
      static let version = "3"
      static let operations = [HostTests.operation("ring", "bell", "ring")]
    }

    @TaskLocal static var sound = ""
    let endpoint: any ServiceEndpoint = Ringing(sound: Bell.sound)

    init(_ resources: Resources) throws {}
  }

  private struct Ringing: ServiceEndpoint {
    let sound: String

    func respond(to request: RoutedRequest, operation index: Int, call: Call) async -> HTTPResponse {
      HTTPResponse(status: 200, body: Array(sound.utf8))
    }
  }

  /// The service that is the directory.
  private struct Book: Service {
    enum API: ServiceContract {
      static let name = "book"
      static let version = "1"
      static let operations = [HostTests.operation("look", "book", "look")]
    }

    let endpoint: any ServiceEndpoint = Ringing(sound: "")

    init(_ resources: Resources) throws {}
  }

  /// What the directory knows; all processes of a test ask the same one.
  private final class Entries: ServiceDirectory {
    struct State {
      var instances: [Uuid: ServiceInstance] = [:]
      var registrations = 0
      var questions = 0
      var isAway = false
      var isFull = false
    }

    let state = Mutex(State())

    var service: DirectoryService { DirectoryService("book") { _ in self } }
    var origins: [String] { state.withLock { $0.instances.values.map(\.origin).sorted() } }

    func register(_ instance: ServiceInstance) async throws -> Int {
      try state.withLock { state in
        if state.isAway || state.isFull { throw RequestFault(.unavailable("The directory is away.")) }
        state.instances[instance.id] = instance
        state.registrations += 1
        return 10
      }
    }

    func deregister(_ id: Uuid) async throws { state.withLock { _ = $0.instances.removeValue(forKey: id) } }

    func origins(of services: [String]) async throws -> [String: [String]] {
      try state.withLock { state in
        state.questions += 1
        if state.isAway { throw RequestFault(.unavailable("The directory is away.")) }
        let known = state.instances.values.filter { services.contains($0.service) }
        return Dictionary(grouping: known, by: \.service).mapValues { $0.map(\.origin) }
      }
    }
  }

  private static let services: [any Service.Type] = [Bell.self, Book.self]

  /// A host whose pauses are short.
  private static func host(
    _ placed: String, _ environment: [String: String], _ directory: DirectoryService?, port: Int = 0,
    log: HostTests.Lines = HostTests.Lines()
  ) throws -> Host {
    let settings = try Settings(
      arguments: ["--port", "\(port)", "--only", placed],
      environment: environment.merging(["CHARTER_DRAIN": "0"]) { $1 }, services: services)
    return try Host(
      settings: settings, services: services,
      gateway: { routes in
        let handler = RouteHandler(routes)
        return { handler.receive($0) }
      }, directory: directory, loops: 1, logger: Logger { log.add(String(decoding: $0, as: UTF8.self)) },
      sleep: { try await Task.sleep(for: .milliseconds(min($0, 20))) })
  }

  private final class Process: Sendable {
    let host: Host
    let port: Int

    init(bell sound: String, _ entries: Entries, _ more: [String: String] = [:]) async throws {
      port = try FreePorts.take()
      let environment = ["CHARTER_ADVERTISE": "http://127.0.0.1:\(port)", "BOOK_URL": "http://127.0.0.1:9"]
      host = try DirectoryTests.host("bell", environment.merging(more) { $1 }, entries.service, port: port)
      _ = try await Bell.$sound.withValue(sound) { [host] in try await host.start { _ in } }
    }

    func stop() async { await host.stop(within: 0) }
  }

  /// Calls the bell through a gateway that finds it; nil for any response but a ring.
  private static func ring(_ port: Int) async throws -> String? {
    let loop = try Loop()
    defer { loop.stop() }
    let client = try HTTPClient(origin: "http://127.0.0.1:\(port)", loops: [loop])
    let response = try await client.send(
      HTTPRequest(method: "GET", path: "/ring"), HostTests.operation("ring", "bell", "ring"))
    return response.status == 200 ? String(decoding: response.body, as: UTF8.self) : nil
  }

  /// Runs `body` with a gateway of its own.
  private static func withGateway(
    _ environment: [String: String], _ directory: DirectoryService?, _ body: (_ port: Int) async throws -> Void
  ) async throws {
    let host = try host("gateway", environment, directory)
    do {
      try await body(try await host.start { _ in })
    } catch {
      await host.stop(within: 0)
      throw error
    }
    await host.stop(within: 0)
  }

  @Test func `a service is called where it has registered, and no more once it has stopped`() async throws {
    let entries = Entries()
    let first = try await Process(bell: "ding", entries)
    try await eventually { entries.origins.count == 1 }
    let instance = try #require(entries.state.withLock { $0.instances.values.first })
    #expect(instance.service == "bell" && instance.version == "3")
    #expect(instance.origin == "http://127.0.0.1:\(first.port)")
    try await Self.withGateway(["BOOK_URL": "http://127.0.0.1:9"], entries.service) { port in
      // It has looked before it was ready.
      #expect(try await Self.ring(port) == "ding")
      let second = try await Process(bell: "dong", entries)
      try await eventually { try await Self.ring(port) == "dong" }
      await first.stop()
      #expect(entries.origins == ["http://127.0.0.1:\(second.port)"])
      for _ in 0..<20 { #expect(try await Self.ring(port) == "dong") }
      await second.stop()
      #expect(entries.origins.isEmpty)
      #expect(try await Self.ring(port) == nil)
    }
  }

  @Test func `while the directory is away, services are called where they were last`() async throws {
    let entries = Entries()
    let bell = try await Process(bell: "ding", entries)
    try await eventually { entries.origins.count == 1 }
    try await Self.withGateway(["BOOK_URL": "http://127.0.0.1:9"], entries.service) { port in
      entries.state.withLock { ($0.isAway, $0.questions) = (true, 0) }
      try await eventually { entries.state.withLock { $0.questions > 2 } }
      #expect(try await Self.ring(port) == "ding")
      // One that has lost everything is not believed at once, either.
      entries.state.withLock { ($0.isAway, $0.isFull, $0.instances, $0.questions) = (false, true, [:], 0) }
      try await eventually { entries.state.withLock { $0.questions > 2 } }
      #expect(try await Self.ring(port) == "ding")
      entries.state.withLock { $0.isFull = false }
      try await eventually { entries.origins.count == 1 }
    }
    await bell.stop()
  }

  @Test func `an instance that cannot be called keeps no other from being found`() async throws {
    let entries = Entries()
    let bell = try await Process(bell: "ding", entries)
    try await eventually { entries.origins.count == 1 }
    entries.state.withLock { state in
      for origin in ["ftp://a", "https://[::1]:80", "nonsense"] {
        let id = Uuid.v7(at: Clock.system.now())
        state.instances[id] = ServiceInstance(id: id, service: "bell", origin: origin, version: "3")
      }
    }
    try await Self.withGateway(["BOOK_URL": "http://127.0.0.1:9"], entries.service) { port async throws in
      for _ in 0..<5 { #expect(try await Self.ring(port) == "ding") }
    }
    await bell.stop()
  }

  @Test func `a process registers again and again, and a directory that is away stops nothing`() async throws {
    let entries = Entries()
    entries.state.withLock { $0.isAway = true }
    let bell = try await Process(bell: "ding", entries)
    entries.state.withLock { $0.isAway = false }
    try await eventually { entries.state.withLock { $0.registrations > 3 } }
    await bell.stop()
    let count = entries.state.withLock(\.registrations)
    #expect(entries.origins.isEmpty && entries.state.withLock(\.registrations) == count)
  }

  @Test func `every address of a name is called`() async throws {
    let entries = Entries()
    let bell = try await Process(bell: "ding", entries)
    try await Self.withGateway(["BELL_URL": "dns://localhost:\(bell.port)"], nil) { port in
      try await eventually { try await Self.ring(port) == "ding" }
    }
    await bell.stop()
  }

  @Test func `what cannot be found or told stops the start, in words`() async throws {
    func refusal(_ placed: String, _ environment: [String: String], _ directory: DirectoryService?) async -> String {
      await #expect(throws: ConfigurationError.self) {
        let host = try Self.host(placed, environment, directory)
        do {
          _ = try await host.start { _ in }
        } catch {
          await host.stop(within: 0)
          throw error
        }
        await host.stop(within: 0)
      }?.description ?? ""
    }
    let (entries, advertise) = (Entries(), ["CHARTER_ADVERTISE": "http://10.0.0.7:8081"])
    #expect(await refusal("bell", advertise, nil).contains("give Host.run one as 'directory'"))
    #expect(await refusal("bell", advertise, entries.service).contains("add book to --only, or set BOOK_URL"))
    for text in ["10.0.0.7:8081", "http://10.0.0.7:8081/", "https://a/", "HTTP://A", "http://[::1]:80", ""] {
      #expect(await refusal("bell", ["CHARTER_ADVERTISE": text], entries.service).contains("CHARTER_ADVERTISE is"))
    }
    for text in ["dns://a", "dns://:1", "dns://a:0", "dns://a:1/b", "dns://a:1,dns://b:1"] {
      #expect(await refusal("gateway", ["BELL_URL": text], nil).contains("such as dns://orders.shop:8080"))
    }
  }
}

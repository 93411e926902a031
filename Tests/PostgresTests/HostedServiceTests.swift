import ServiceCore
import ServiceDefinition
import ServiceHTTP
import ServiceHost
import ServiceLoop
import ServicePostgres
import Synchronization
import Testing

/// What a host gives to services, and does for them.
@Suite(.timeLimit(.minutes(10))) struct HostedServiceTests {
  /// Grinds again and again, in a database of its own.
  private struct Mill: Service {
    enum API: ServiceContract {
      static let name = "mill"
      static let version = "1"
      static let operations = [HostTests.operation("getMill", "mill", "mill")]
    }

    @TaskLocal static var turn: @Sendable (Call) async throws -> Void = { _ in }
    @TaskLocal static var answer: @Sendable () async -> Void = {}
    @TaskLocal static var isNamed: @Sendable (Uuid) -> Void = { _ in }
    static let database: ServiceDatabase? = ServiceDatabase(migrations: [
      Migration(name: "0001-flour.sql", sql: "CREATE TABLE flour (sacks integer)")
    ])
    static let tasks: [RepeatingTask<Self>] = [
      RepeatingTask("grind", every: .milliseconds(1), within: .seconds(5)) { mill, call in try await mill.turn(call) }
    ]

    private let turn = Self.turn
    let endpoint: any ServiceEndpoint = Answer(wait: Self.answer)

    init(_ resources: Resources) throws { Self.isNamed(resources.process) }
  }

  private struct Answer: ServiceEndpoint {
    let wait: @Sendable () async -> Void

    func respond(to request: RoutedRequest, operation index: Int, call: Call) async -> HTTPResponse {
      await wait()
      return HTTPResponse(status: 200)
    }
  }

  /// Does the same without a database.
  private struct Forge: Service {
    enum API: ServiceContract {
      static let name = "forge"
      static let version = "1"
      static let operations = [HostTests.operation("getForge", "forge", "forge")]
    }

    static let tasks: [RepeatingTask<Self>] = [
      RepeatingTask("hammer", every: .seconds(30), within: .seconds(5)) { forge, call in try await forge.turn(call) }
    ]
    private let turn = Mill.turn
    let endpoint: any ServiceEndpoint = HostTests.Greeting()

    init(_ resources: Resources) throws {}
  }

  /// Has a task that may take as long as a number can say.
  private struct Eternal: Service {
    typealias API = Forge.API
    static let tasks: [RepeatingTask<Self>] = [
      RepeatingTask("wait", every: .seconds(30), within: .seconds(Int64.max)) { _, _ in }
    ]
    let endpoint: any ServiceEndpoint = HostTests.Greeting()

    init(_ resources: Resources) throws {}
  }

  /// Has no database to keep the answers to keyed requests in.
  private struct Forgetful: Service {
    enum API: ServiceContract {
      static let name = "forgetful"
      static let version = "1"
      static let operations = [
        OperationDescriptor(
          service: "forgetful", id: "pay", method: "POST", path: [.literal("pay")], responses: .init([200]),
          policy: .init(idempotencyKey: .optional))
      ]
    }

    let endpoint: any ServiceEndpoint = HostTests.Greeting()

    init(_ resources: Resources) throws {}
  }

  /// Asks for a database that it does not declare.
  private struct Greedy: Service {
    typealias API = Forge.API
    let endpoint: any ServiceEndpoint = HostTests.Greeting()

    init(_ resources: Resources) throws { _ = try resources.database }
  }

  /// Lets those call it whom a verifier knows, and sends what is signed.
  private struct Vault: Service {
    enum API: ServiceContract {
      static let name = "vault"
      static let version = "1"
      static let operations = [
        OperationDescriptor(
          service: "vault", id: "open", method: "GET", path: [.literal("vault")], responses: .init([200]),
          policy: .init(security: [
            SecurityRequirement(schemes: [(SecurityScheme(name: "key", kind: .apiKey(in: .header, name: "x-key")), [])])
          ]))
      ]
    }

    let endpoint: any ServiceEndpoint = HostTests.Greeting()

    init(_ resources: Resources) throws {}
  }

  private struct Doorman: CredentialVerifier {
    func verify(_ credential: Credential, for scheme: SecurityScheme) async throws -> VerifiedIdentity? { nil }
  }

  /// Shows what an API outside answers.
  private struct Window: Service {
    enum API: ServiceContract {
      static let name = "window"
      static let version = "1"
      static let operations = [HostTests.operation("look", "window", "look")]
    }

    let endpoint: any ServiceEndpoint

    init(_ resources: Resources) throws { endpoint = View(weather: try resources.client()) }
  }

  private struct View: ServiceEndpoint {
    let weather: WeatherClient

    func respond(to request: RoutedRequest, operation index: Int, call: Call) async -> HTTPResponse {
      guard case .remote(let transport) = weather.placement else { return HTTPResponse(status: 500) }
      let operation = HostTests.operation("getForge", "weather", "forge")
      return (try? await transport.send(HTTPRequest(method: "GET", path: "/forge"), operation))
        ?? HTTPResponse(status: 502)
    }
  }

  private struct WeatherClient: APIClient {
    static let service = "weather"
    @TaskLocal static var server: String?
    let placement: Placement

    init(_ placement: Placement) { self.placement = placement }
  }

  // MARK: hosts

  private final class Counter: Sendable {
    private let count = Mutex(0)

    func next() -> Int {
      count.withLock { count in
        count += 1
        return count
      }
    }
    var value: Int { count.withLock(\.self) }
  }

  /// Waits that end when a test says so.
  private final class Pauses: Sendable {
    private struct State {
      var time = 0
      var number = 0
      var waiting: [Int: (due: Int, continuation: CheckedContinuation<Void, any Error>)] = [:]
      var cancelled: Set<Int> = []
    }

    private let state = Mutex(State())
    /// How long each wait that has begun is.
    private let begun = AsyncStream.makeStream(of: Int.self)

    func sleep(_ milliseconds: Int) async throws {
      let number = state.withLock { state in
        state.number += 1
        return state.number
      }
      try await withTaskCancellationHandler {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
          let isCancelled = state.withLock { state in
            if state.cancelled.contains(number) { return true }
            state.waiting[number] = (state.time + milliseconds, continuation)
            return false
          }
          if isCancelled { continuation.resume(throwing: CancellationError()) }
          begun.continuation.yield(milliseconds)
        }
      } onCancel: {
        let found = state.withLock { state in
          state.cancelled.insert(number)
          return state.waiting.removeValue(forKey: number)
        }
        found?.continuation.resume(throwing: CancellationError())
      }
    }

    /// Returns once somebody waits for so long; each wait counts once.
    func reach(_ milliseconds: Int) async {
      for await length in begun.stream where length == milliseconds { return }
    }

    func advance(_ milliseconds: Int) {
      let due = state.withLock { state in
        state.time += milliseconds
        let due = state.waiting.filter { $0.value.due <= state.time }
        for number in due.keys { state.waiting[number] = nil }
        return due.values
      }
      for wait in due { wait.continuation.resume() }
    }
  }

  private func host(
    _ services: [any Service.Type], _ environment: [String: String], _ log: HostTests.Lines, _ pauses: Pauses,
    _ verifier: (any CredentialVerifier)? = nil
  ) throws -> Host {
    try Host(
      settings: Settings(
        arguments: ["--port", "0"], environment: environment.merging(["CHARTER_DRAIN": "0"]) { first, _ in first },
        services: services),
      services: services, verifier: verifier.map { verifier in { @Sendable _ in verifier } },
      gateway: { routes in
        let handler = RouteHandler(routes)
        return { handler.receive($0) }
      }, loops: 1, logger: Logger { log.add(String(decoding: $0, as: UTF8.self)) }, sleep: pauses.sleep)
  }

  /// Starts a host, and stops it behind `body`.
  private func run(
    _ services: [any Service.Type], _ environment: [String: String] = [:], log: HostTests.Lines = HostTests.Lines(),
    pauses: Pauses = Pauses(), verifier: (any CredentialVerifier)? = nil,
    _ body: (_ port: Int) async throws -> Void = { _ in }
  ) async throws {
    let host = try host(services, environment, log, pauses, verifier)
    do {
      try await body(try await host.start { _ in })
    } catch {
      await host.stop(within: 5)
      throw error
    }
    await host.stop(within: 5)
  }

  private func get(_ port: Int, _ path: String) async throws -> (status: Int, text: String) {
    try #require(try await HostTests.get("127.0.0.1", port, path))
  }

  /// The words by which services do not start.
  private func refusal(
    _ services: [any Service.Type], _ environment: [String: String] = [:]
  ) async throws -> String {
    let error = await #expect(throws: ConfigurationError.self) { try await run(services, environment) }
    return error?.description ?? ""
  }

  // MARK: resources

  @Test func `a service without a database needs no address of one, and is healthy`() async throws {
    try await run([Forge.self]) { port async throws in
      #expect(try await get(port, "/forge").status == 200)
      let health = try await get(port, "/health/forge")
      #expect(health.status == 200 && health.text.contains(#""status":"healthy""#))
      #expect(try await get(port, "/ready").status == 200)
    }
    // A process of two services, one of which has a database, may be given that as the one it has.
    try await withDatabase { test, environment async throws in
      try await run([Forge.self, Mill.self], ["DB_CONNECTION": test.address])
    }
  }

  @Test func `keyed operations and what asks for it need a database, and say so`() async throws {
    let keyed = try await refusal([Forgetful.self])
    for part in ["forgetful has x-idempotency-key at pay", "no database", "Migrations"] {
      #expect(keyed.contains(part), "\(keyed)")
    }
    #expect(try await refusal([Greedy.self]).contains("the service 'forge' asks for a database and has none"))
  }

  @Test func `a contract that says who may call needs a verifier`() async throws {
    #expect(try await refusal([Vault.self]).contains("give Host.run one as 'verifier'"))
    try await run([Vault.self], verifier: Doorman()) { port async throws in
      #expect(try await get(port, "/vault").status == 401)
    }
  }

  // MARK: APIs outside

  @Test func `an API outside is called at its URL, or where its contract says`() async throws {
    let missing = try await refusal([Window.self])
    #expect(missing.contains("window needs the API weather") && missing.contains("set WEATHER_URL"), "\(missing)")
    let wrong = try await refusal([Window.self], ["WEATHER_URL": "here"])
    #expect(wrong.contains("'here' is not an origin") && wrong.contains("WEATHER_URL"), "\(wrong)")
    try await run([Forge.self]) { outside async throws in
      let origin = "http://127.0.0.1:\(outside)"
      try await run([Window.self], ["WEATHER_URL": origin]) { port async throws in
        #expect(try await get(port, "/look") == (200, "hello"))
      }
      try await WeatherClient.$server.withValue(origin) {
        try await run([Window.self]) { port async throws in
          #expect(try await get(port, "/look") == (200, "hello"))
        }
        // The setting goes before the contract.
        try await run([Window.self], ["WEATHER_URL": "http://127.0.0.1:1"]) { port async throws in
          #expect(try await get(port, "/look").status == 502)
        }
      }
    }
  }

  // MARK: tasks

  private func withDatabase(_ body: (TestDatabase, [String: String]) async throws -> Void) async throws {
    let test = try await TestDatabase()
    do {
      try await body(test, ["MILL_DB_CONNECTION": test.app, "MILL_DB_OWNER": test.address])
    } catch {
      await test.end()
      throw error
    }
    await test.end()
  }

  private func next<Value: Sendable>(_ stream: AsyncStream<Value>) async -> Value? {
    for await value in stream { return value }
    return nil
  }

  @Test func `of two processes one runs a task at a time, and both know how it went`() async throws {
    let (turns, gate) = (AsyncStream.makeStream(of: String.self), AsyncStream.makeStream(of: Void.self))
    let count = Counter()
    let turn: @Sendable (Call) async throws -> Void = { call in
      let number = count.next()
      _ = try await call.sqlTransaction { try await $0.execute("INSERT INTO flour VALUES (\(number))") }
      turns.continuation.yield(call.requestID)
      for await _ in gate.stream { return }
    }
    let (one, other) = (Pauses(), Pauses())
    try await withDatabase { test, environment async throws in
      try await Mill.$turn.withValue(turn) {
        try await run([Mill.self], environment, pauses: one) { first async throws in
          let id = await next(turns.stream)
          #expect(id.flatMap { Uuid($0) } != nil)
          // The database counts signs of life and leases by its own clock, which a slow machine must not run out.
          try await test.database.execute("UPDATE charter.processes SET seen_at = now() + interval '1 day'")
          try await test.database.execute("UPDATE charter.tasks SET leased_until = now() + interval '1 day'")
          try await run([Mill.self], environment, pauses: other) { second async throws in
            // The second process leaves it to the first.
            await other.reach(1)
            #expect(count.value == 1)
            #expect(try await get(second, "/health/mill").text.contains(#""task":"grind","outcome":"running""#))
            gate.continuation.yield()
            await one.reach(1)
            for port in [first, second] {
              let health = try await get(port, "/health/mill")
              #expect(health.status == 200 && health.text.contains(#""outcome":"succeeded","started":"#), "\(health)")
              #expect(health.text.contains(#""ended":""#))
            }
            other.advance(1)
            #expect(await next(turns.stream) != nil)
            one.advance(1)
            await one.reach(1)
            #expect(count.value == 2)
            gate.continuation.yield()
            await other.reach(1)
          }
        }
      }
    }
  }

  @Test(arguments: [true, false])
  func `a task that fails leaves its service healthy, says why in the log, and runs again`(_ hasDatabase: Bool)
    async throws
  {
    struct Jammed: Error, CustomStringConvertible { let description = "the stone of 1871 is jammed" }
    let count = Counter()
    let turn: @Sendable (Call) async throws -> Void = { _ in if count.next() == 1 { throw Jammed() } }
    let (pauses, log) = (Pauses(), HostTests.Lines())
    let (name, task, period) = hasDatabase ? ("mill", "grind", 1) : ("forge", "hammer", 30_000)
    try await withDatabase { _, environment async throws in
      try await Mill.$turn.withValue(turn) {
        try await run([hasDatabase ? Mill.self : Forge.self], environment, log: log, pauses: pauses) {
          port async throws in
          await pauses.reach(period)
          let health = try await get(port, "/health/\(name)")
          #expect(health.status == 200 && health.text.contains(#""task":"\#(task)","outcome":"failed""#), "\(health)")
          #expect(!health.text.contains("jammed"))
          #expect(
            log.all.contains { $0.contains("the task '\(task)' failed: the stone of 1871 is jammed") }, "\(log.all)")
          pauses.advance(period)
          await pauses.reach(period)
          #expect(try await get(port, "/health/\(name)").text.contains(#""outcome":"succeeded""#))
        }
      }
    }
  }

  @Test func `a task that takes too long is cancelled, and one that is at work when the host stops`() async throws {
    let turn: @Sendable (Call) async throws -> Void = { _ in
      for await _ in AsyncStream<Void>.makeStream().stream {}
      try Task.checkCancellation()
    }
    let (pauses, log) = (Pauses(), HostTests.Lines())
    try await Mill.$turn.withValue(turn) {
      try await run([Forge.self], log: log, pauses: pauses) { port async throws in
        await pauses.reach(5_000)
        #expect(try await get(port, "/health/forge").text.contains(#""outcome":"running""#))
        pauses.advance(5_000)
        await pauses.reach(30_000)
        #expect(try await get(port, "/health/forge").text.contains(#""outcome":"failed""#))
        #expect(log.all.contains { $0.contains("it took more than its 5000 milliseconds") }, "\(log.all)")
        pauses.advance(30_000)
        await pauses.reach(5_000)
      }
    }
    #expect(log.all.filter { $0.contains("failed") }.count == 1, "\(log.all)")
  }

  @Test func `a task whose time no clock can count does not start`() async throws {
    #expect(try await refusal([Eternal.self]).contains("time limit that is not from a millisecond to a year"))
  }

  @Test func `a process is alive in the database of a service that asks for its id`() async throws {
    let (pauses, names) = (Pauses(), HostTests.Lines())
    try await withDatabase { test, environment async throws in
      try await Mill.$isNamed.withValue({ names.add($0.description) }) {
        try await run([Mill.self], environment, pauses: pauses) { _ async throws in
          let process = try #require(names.all.first.flatMap { Uuid($0) })
          func isAlive(_ id: Uuid) async throws -> Bool {
            try #require(try await test.database.query("SELECT charter.is_alive(\(id)) AS alive").first).get("alive")
          }
          #expect(try await test.database.query("SELECT FROM charter.processes WHERE id = \(process)").count == 1)
          #expect(try await !isAlive(.v7(at: Timestamp(microseconds: 0))))
          await pauses.reach(1_000)
          pauses.advance(1_000)
          await pauses.reach(1_000)
          #expect(try await isAlive(process))
        }
      }
    }
  }

  @Test func `a process is alive until its last request is answered`() async throws {
    let cancelled = AsyncStream.makeStream(of: Void.self)
    let (entered, gate) = (AsyncStream.makeStream(of: Void.self), AsyncStream.makeStream(of: Void.self))
    let turn: @Sendable (Call) async throws -> Void = { _ in
      for await _ in AsyncStream<Void>.makeStream().stream {}
      cancelled.continuation.yield()
    }
    let answer: @Sendable () async -> Void = {
      entered.continuation.yield()
      for await _ in gate.stream { return }
    }
    let pauses = Pauses()
    try await withDatabase { _, environment async throws in
      let host = try host([Mill.self], environment, HostTests.Lines(), pauses)
      let port = try await Mill.$turn.withValue(turn) {
        try await Mill.$answer.withValue(answer) { try await host.start { _ in } }
      }
      async let response = get(port, "/mill")
      _ = await next(entered.stream)
      await pauses.reach(1_000)
      async let stopped: Void = host.stop(within: 20)
      _ = await next(cancelled.stream)
      // It gives a sign of life, and waits to give the next one.
      pauses.advance(1_000)
      await pauses.reach(1_000)
      gate.continuation.yield()
      #expect(try await response.status == 200)
      await stopped
    }
  }
}

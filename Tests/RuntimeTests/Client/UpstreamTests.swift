import ServiceCore
import ServiceHTTP
import ServiceLoop
import Synchronization
import TestProcesses
import TestSockets
import Testing

/// What is done about a service elsewhere that fails: reliability F2, F3, F5 and F6.
@Suite(.timeLimit(.minutes(10))) struct UpstreamTests {
  private typealias Upstream = ServiceHTTP.Upstream

  /// A service that answers as it is told, and counts.
  private final class Fake: Sendable {
    struct State {
      /// Nil for one that never answers.
      var status: Int? = 200
      /// Whether it says that it has no room at the moment, and of so many requests responds to one all the same.
      var refuses: Int?
      var count = 0
      var running = 0
      var most = 0
    }

    let state = Mutex(State())
    let loop: Loop
    private let server = Mutex<HTTPServer?>(nil)

    init() throws { loop = try Loop() }

    var count: Int { state.withLock(\.count) }

    func answer(_ status: Int?) { state.withLock { $0.status = status } }

    var origin: String { server.withLock { "http://127.0.0.1:\($0?.port ?? 0)" } }

    func start() async throws {
      let server = try HTTPServer(
        loops: [loop], address: "127.0.0.1", port: 0, settings: .patient, logger: Logger(level: .error, sink: { _ in })
      ) { [self] _ in
        .receive(limit: 65_536, timeout: hangGuard) { [self] _ in
          let (status, isRefused) = state.withLock { state in
            state.count += 1
            state.running += 1
            state.most = max(state.most, state.running)
            return (state.status, state.refuses.map { state.count % $0 != 0 } ?? false)
          }
          if isRefused {
            state.withLock { $0.running -= 1 }
            return HTTPResponse(status: 503, headers: ["retry-after": "1"])
          }
          await Task.yield()
          // Until its client has gone.
          if status == nil { try? await Task.sleep(for: .seconds(3_600)) }
          state.withLock { $0.running -= 1 }
          return HTTPResponse(status: status ?? 500, body: [65])
        }
      }
      await server.start()
      self.server.withLock { $0 = server }
    }

    func stop() async {
      await server.withLock(\.self)?.stop(within: 0)
      loop.stop()
    }
  }

  /// Whether the clients of a test have asked enough, and how often they have.
  private final class Load: Sendable {
    let isOver = Mutex(false)
    let count = Mutex(0)
  }

  /// Time that passes when a test says so; pauses between attempts take none.
  private final class Time: Sendable {
    let now = Mutex(0)
    let pauses = Mutex<[Int]>([])
  }

  private func calling(
    _ count: Int = 1, unreachable: Int = 0, _ body: ([Fake], Upstream, Time) async throws -> Void
  ) async throws {
    let fakes = try (0..<count).map { _ in try Fake() }
    // A port that nothing listens on.
    var origins = (0..<unreachable).map { _ in "http://127.0.0.1:1" }
    for fake in fakes {
      try await fake.start()
      origins.append(fake.origin)
    }
    let (loop, time) = (try Loop(), Time())
    let upstream = try Upstream(
      "shop", at: origins, loops: [loop], limits: .patient, now: { time.now.withLock(\.self) },
      sleep: { milliseconds in time.pauses.withLock { $0.append(milliseconds) } })
    let result: Result<Void, any Error>
    do { result = .success(try await body(fakes, upstream, time)) } catch { result = .failure(error) }
    for fake in fakes { await fake.stop() }
    loop.stop()
    try result.get()
  }

  private func operation(
    _ method: String = "GET", attempts: Int = 1, breaks: Bool = false, key: OperationPolicy.KeyUse = .none
  ) -> OperationDescriptor {
    OperationDescriptor(
      service: "shop", id: "look", method: method, path: [.literal("x")], responses: .init([], hasDefault: true),
      policy: .init(timeout: hangGuard, attempts: attempts, breaksCircuit: breaks, idempotencyKey: key))
  }

  /// The status that comes, or nil where no response does.
  private func ask(_ upstream: Upstream, _ operation: OperationDescriptor, key: String? = nil) async -> Int? {
    var request = HTTPRequest(method: operation.method, path: "/x")
    request.headers["idempotency-key"] = key
    return try? await upstream.send(request, operation).status
  }

  @Test func `a read without a response is asked of another address as well, and the first response counts`()
    async throws
  {
    try await calling(2) { fakes, upstream, time in
      let read = OperationDescriptor(
        service: "shop", id: "look", method: "GET", path: [], responses: .init([], hasDefault: true),
        policy: .init(timeout: hangGuard, attempts: 2, hedge: 40))
      fakes[0].answer(nil)
      fakes[1].answer(nil)
      let both = Task { await ask(upstream, read) }
      try await eventually { fakes.allSatisfy { $0.state.withLock(\.running) > 0 } }
      #expect(time.pauses.withLock(\.self) == [40])
      both.cancel()
      _ = await both.value
      for slow in [0, 1] {
        fakes[slow].answer(nil)
        fakes[1 - slow].answer(200)
        for _ in 0..<5 { #expect(await ask(upstream, read) == 200) }
      }
      // Who was not waited for is told so, and is no fault of the address.
      try await eventually { fakes.allSatisfy { $0.state.withLock(\.running) == 0 } }
      #expect(upstream.faults.addressesLeftOut == 0)
      // What has an effect is never sent twice at the same time.
      fakes.forEach { $0.answer(200) }
      time.pauses.withLock { $0 = [] }
      let effect = OperationDescriptor(
        service: "shop", id: "pay", method: "POST", path: [], responses: .init([], hasDefault: true),
        policy: .init(timeout: hangGuard, hedge: 1))
      for _ in 0..<5 { #expect(await ask(upstream, effect) == 200) }
      #expect(time.pauses.withLock(\.self).isEmpty)
    }
  }

  @Test func `a service that moves is called where it is, and what is on its way ends where it was`() async throws {
    try await calling(2) { fakes, upstream, _ in
      let origins = upstream.origins
      #expect(origins == fakes.map(\.origin))
      try upstream.move(to: [origins[0]])
      fakes[0].answer(nil)
      let slow = Task { await ask(upstream, operation()) }
      try await eventually { fakes[0].state.withLock(\.running) > 0 }
      try upstream.move(to: [origins[1]])
      for _ in 0..<10 { #expect(await ask(upstream, operation()) == 200) }
      #expect(fakes[0].count == 1 && fakes[1].count == 10 && upstream.origins == [origins[1]])
      #expect(throws: ConfigurationError.self) { try upstream.move(to: [origins[0], "nowhere"]) }
      #expect(upstream.origins == [origins[1]])
      try upstream.move(to: [])
      let breaking = operation(breaks: true)
      for _ in 0..<10 { #expect(await ask(upstream, breaking) == nil) }
      // That nobody is there says nothing of who comes.
      fakes[0].answer(200)
      try upstream.move(to: origins)
      #expect(upstream.faults.circuits.isEmpty)
      #expect(await ask(upstream, breaking) == 200)
      slow.cancel()
      _ = await slow.value
    }
  }

  @Test func `a service that moves a thousand times loses no request, though none may be sent twice`() async throws {
    try await calling(2) { fakes, upstream, _ in
      let (origins, load) = (upstream.origins, Load())
      try await withThrowingTaskGroup(of: Int.self) { group in
        for _ in 0..<8 {
          group.addTask {
            var failures = 0
            while !load.isOver.withLock(\.self) {
              if await ask(upstream, operation("POST")) != 200 { failures += 1 }
              load.count.withLock { $0 += 1 }
            }
            return failures
          }
        }
        for number in 0..<1_000 {
          try upstream.move(to: number % 3 == 2 ? origins : [origins[number % 3]])
          // Something is on its way each time.
          let before = load.count.withLock(\.self)
          while load.count.withLock(\.self) < before + 2 { await Task.yield() }
        }
        load.isOver.withLock { $0 = true }
        #expect(try await group.reduce(0, +) == 0)
      }
      #expect(fakes.reduce(0) { $0 + $1.count } == load.count.withLock(\.self))
    }
  }

  @Test func `an operation that fails is not called for a while, and then one call at a time until it has recovered`()
    async throws
  {
    try await calling { fakes, upstream, time in
      let (fake, operation) = (fakes[0], operation(breaks: true))
      for _ in 0..<20 {
        fake.answer(500)
        for _ in 0..<5 { #expect(await ask(upstream, operation) == 500) }
        let before = fake.count
        let refused = await withTaskGroup(of: Int?.self) { group in
          for _ in 0..<64 { group.addTask { await ask(upstream, operation) } }
          return await group.reduce(into: [Int?]()) { $0.append($1) }
        }
        #expect(refused.allSatisfy { $0 == nil } && fake.count == before)
        #expect(upstream.faults.circuits.map(\.operation) == ["look"])
        // Other operations are called as before.
        let other = OperationDescriptor(
          service: "shop", id: "other", method: "GET", path: [], responses: .init([], hasDefault: true),
          policy: .init(timeout: hangGuard, breaksCircuit: true))
        #expect(await ask(upstream, other) == 500)
        time.now.withLock { $0 += 30_000 }
        fake.answer(200)
        fake.state.withLock { ($0.most, $0.count) = (0, 0) }
        while upstream.faults.circuits.contains(where: { $0.operation == "look" }) {
          let succeeded = await withTaskGroup(of: Int?.self) { group in
            for _ in 0..<64 { group.addTask { await ask(upstream, operation) } }
            return await group.reduce(into: 0) { $0 += $1 == nil ? 0 : 1 }
          }
          #expect(succeeded > 0)
          if upstream.faults.circuits.contains(where: { $0.operation == "look" }) {
            #expect(fake.state.withLock(\.most) == 1)
          }
        }
        #expect(await ask(upstream, operation) == 200)
        time.now.withLock { $0 += 20_000 }
      }
    }
  }

  @Test func `4xx and callers who go away open no circuit`() async throws {
    try await calling { fakes, upstream, _ in
      fakes[0].answer(404)
      for _ in 0..<20 { #expect(await ask(upstream, operation(breaks: true)) == 404) }
      for _ in 0..<20 {
        let task = Task { await ask(upstream, operation(breaks: true)) }
        task.cancel()
        _ = await task.value
      }
      #expect(upstream.faults.circuits.isEmpty)
    }
  }

  @Test func `a service that refuses most under load, and does the rest, is neither left out nor cut off`() async throws
  {
    try await calling(2) { fakes, upstream, time in
      for fake in fakes { fake.state.withLock { $0.refuses = 10 } }
      var served = 0
      for _ in 0..<1_000 {
        if await ask(upstream, operation(breaks: true)) == 200 { served += 1 }
        time.now.withLock { $0 += 10 }
      }
      #expect((90...110).contains(served) && upstream.faults.circuits.isEmpty && upstream.faults.addressesLeftOut == 0)
      // One that has done nothing for a second has failed.
      fakes[0].state.withLock { $0.refuses = .max }
      for _ in 0..<200 {
        _ = await ask(upstream, operation())
        time.now.withLock { $0 += 10 }
      }
      #expect(upstream.faults.addressesLeftOut == 1 && fakes[1].count > fakes[0].count)
      fakes[1].state.withLock { $0.refuses = .max }
      for _ in 0..<200 {
        _ = await ask(upstream, operation(breaks: true))
        time.now.withLock { $0 += 10 }
      }
      #expect(upstream.faults.circuits.map(\.operation) == ["look"])
    }
  }

  @Test func `what has been refused goes to another address, and not to the same one again`() async throws {
    try await calling(2) { fakes, upstream, _ in
      fakes[0].state.withLock { $0.refuses = .max }
      for _ in 0..<4 { #expect(await ask(upstream, operation(attempts: 3)) == 200) }
      #expect(fakes[0].count <= 4)
      fakes[1].state.withLock { $0.refuses = .max }
      let before = fakes[0].count + fakes[1].count
      for _ in 0..<5 { #expect(await ask(upstream, operation(attempts: 3)) == 503) }
      #expect(fakes[0].count + fakes[1].count == before + 10)
    }
  }

  @Test func `of three addresses a bad one is left out, and of three bad ones all are tried`() async throws {
    try await calling(3) { fakes, upstream, time in
      fakes[0].answer(500)
      for _ in 0..<100 { _ = await ask(upstream, operation()) }
      #expect(fakes[0].count == 5 && upstream.faults.addressesLeftOut == 1)
      #expect(fakes[1].count > 30 && fakes[2].count > 30)
      time.now.withLock { $0 += 30_000 }
      for fake in fakes { fake.answer(500) }
      for _ in 0..<100 { #expect(await ask(upstream, operation()) == 500) }
      #expect(fakes.allSatisfy { $0.count > 20 })
      // All have recovered, and are called again.
      for fake in fakes { fake.answer(200) }
      time.now.withLock { $0 += 300_000 }
      for _ in 0..<30 { #expect(await ask(upstream, operation()) == 200) }
      #expect(upstream.faults.addressesLeftOut == 0)
    }
  }

  @Test func `what did not arrive goes to another address, whatever it is`() async throws {
    try await calling(unreachable: 1) { fakes, upstream, time in
      for method in ["GET", "POST"] {
        for _ in 0..<10 { #expect(await ask(upstream, operation(method)) == 200, "\(method)") }
      }
      #expect(fakes[0].count == 20 && time.pauses.withLock(\.isEmpty))
    }
  }

  @Test func `an address that is away neither opens a circuit nor is left out for longer than once`() async throws {
    try await calling(unreachable: 1) { fakes, upstream, time in
      for _ in 0..<50 { #expect(await ask(upstream, operation(breaks: true)) == 200) }
      #expect(upstream.faults.circuits.isEmpty && upstream.faults.addressesLeftOut == 1 && fakes[0].count == 50)
      time.now.withLock { $0 += 30_000 }
      #expect(upstream.faults.addressesLeftOut == 0)
    }
  }

  @Test func `a service that does not answer in time has failed, also for callers who have used some of theirs`()
    async throws
  {
    try await calling { fakes, upstream, _ in
      fakes[0].answer(nil)
      let operation = OperationDescriptor(
        service: "shop", id: "slow", method: "GET", path: [.literal("x")], responses: .init([], hasDefault: true),
        policy: .init(timeout: 1_000, breaksCircuit: true))
      await withTaskGroup(of: Void.self) { group in
        for _ in 0..<5 {
          group.addTask {
            await Deadline.$current.withValue(Deadline(in: 900)) { #expect(await ask(upstream, operation) == nil) }
          }
        }
      }
      #expect(upstream.faults.circuits.map(\.operation) == ["slow"])
    }
  }

  @Test func `a caller without time is no fault of the service`() async throws {
    try await calling { _, upstream, _ in
      for _ in 0..<20 {
        await Deadline.$current.withValue(Deadline(in: 0)) {
          #expect(await ask(upstream, operation(breaks: true)) == nil)
        }
      }
      #expect(upstream.faults.circuits.isEmpty)
    }
  }

  @Test(arguments: [502, 503, 504])
  func `what may have been done is sent again if it may be, as often as the contract says`(_ status: Int) async throws {
    try await calling { fakes, upstream, _ in
      let fake = fakes[0]
      func sent(_ operation: OperationDescriptor, key: String? = nil) async -> Int {
        let before = fake.count
        _ = await ask(upstream, operation, key: key)
        return fake.count - before
      }
      fake.answer(status)
      #expect(await sent(operation()) == 1)
      #expect(await sent(operation(attempts: 2)) == 2)
      #expect(await sent(operation(attempts: 3)) == 3)
      #expect(await sent(operation("POST", attempts: 3)) == 1)
      #expect(await sent(operation("POST", attempts: 3, key: .optional)) == 1, "it has no key")
      #expect(await sent(operation("POST", attempts: 3, key: .optional), key: "k") == 3)
      // What is the caller's fault, or the service's own, is not repeated.
      for other in [400, 404, 409, 500] {
        fake.answer(other)
        #expect(await sent(operation(attempts: 3)) == 1)
      }
    }
  }

  @Test func `a repetition has a new connection, and leaves no more of them than there may be`() async throws {
    let service = try ScriptedServer(answering: "HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n")
    defer { service.stop() }
    let loop = try Loop()
    defer { loop.stop() }
    var limits = HTTPClient.Limits.patient
    limits.connections = 2
    let upstream = try Upstream("shop", at: [service.origin], loops: [loop], limits: limits, sleep: { _ in })
    for _ in 0..<40 { #expect(await ask(upstream, operation(attempts: 2)) == 503) }
    #expect(service.connections > 2)
    try await eventually { service.connections - service.endedConnections <= 2 }
  }

  @Test func `however many calls fail, repetitions are a fifth of them at most, each after a pause of its own`()
    async throws
  {
    try await calling { fakes, upstream, time in
      fakes[0].answer(503)
      for _ in 0..<1_000 { _ = await ask(upstream, operation(attempts: 3)) }
      #expect(fakes[0].count <= 1_000 + 200 + 10 && fakes[0].count > 1_150)
      let pauses = time.pauses.withLock(\.self)
      #expect(Set(pauses).count > 10 && pauses.allSatisfy { (1...100).contains($0) })
    }
  }

  @Test func `no address, or one that is malformed, stops the start`() throws {
    for origins in [[], ["ftp://x"], ["http://a:1", "b"]] {
      #expect(throws: ConfigurationError.self) { try Upstream("shop", at: origins, loops: [], sleep: { _ in }) }
    }
  }
}

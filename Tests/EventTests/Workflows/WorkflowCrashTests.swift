import ServiceCore
import ServicePostgres
import Synchronization
import Testing

@testable import ServiceEvents

/// Processes that end at every point, and processes that only seem to have ended.
@Suite(.timeLimit(.minutes(10))) struct WorkflowCrashTests {
  private struct Crash: Error {}

  /// A workflow with every kind of step, which fails at its end for the input `bad`.
  private static func play(_ world: FlowWorld) -> Play {
    var play = Play { input, flow in
      try await flow.step("one", within: FlowWorld.long) { step in
        try await world.did("one", flow.id, step.id)
      } compensate: { step in
        try await world.did("undo-one", flow.id, step.id)
      }
      try await flow.transaction("two", within: FlowWorld.long) { transaction in
        try await world.did("two", flow.id, in: transaction)
      } compensate: { transaction in
        try await world.did("undo-two", flow.id, in: transaction)
      }
      try await flow.sleep(for: .seconds(1))
      let word = try await flow.wait(for: "word", as: String.self, until: nil)
      return try await flow.step("three", within: FlowWorld.long) { step in
        try await world.did("three", flow.id, step.id)
        if input == "bad" { throw WorkflowFailure("It is bad.") }
        return word ?? "none"
      }
    }
    play.failed = { failure, transaction in
      try await transaction.execute("INSERT INTO deeds (what) VALUES (\("noted \(failure.reason)"))")
      return nil
    }
    return play
  }

  /// Starts and works on a workflow until it ends, or until its process ends at a point; returns whether it did.
  private static func runToPoint(_ point: Int, _ input: String, _ id: Uuid, _ world: FlowWorld) async throws -> Bool {
    let reached = Mutex(0)
    let hook: @Sendable (CrashPoint) async throws -> Void = { _ in
      let number = reached.withLock { reached in
        reached += 1
        return reached
      }
      // From there on, nothing of the process reaches the database.
      if number >= point { throw Crash() }
    }
    let outside = Workflows(world.database, now: { world.tested.clock.now })
    let process = try await world.process(play(world), id: 2 * point, isRunning: false)
    try await CrashPoint.$hook.withValue(hook) {
      process.run()
      try await world.until("it works") { process.runner.isServing }
      do { try await process.workflows.start(Play.self, input, id: id) } catch is Crash {}
    }
    try await world.until("it ends", advancing: 200) {
      if reached.withLock(\.self) >= point { return true }
      try await outside.send("word", "hello", to: id, messageID: "m")
      return ["completed", "failed"].contains(try await world.state(id))
    }
    try await world.bury(process)
    await process.stop()
    return reached.withLock(\.self) >= point
  }

  @Test(arguments: ["good", "bad"])
  func `an end of the process before or after any statement is made good by another one`(_ input: String) async throws {
    try await FlowWorld.run { world in
      let outside = Workflows(world.database, now: { world.tested.clock.now })
      for point in 1...400 {
        let id = Uuid.test(point)
        let isCrashed = try await Self.runToPoint(point, input, id, world)
        let other = try await world.process(Self.play(world), id: 2 * point + 1)
        // As a client that repeats its request.
        let handle = try await other.workflows.start(Play.self, input, id: id)
        let end = input == "good" ? "completed" : "failed"
        try await world.until("it ends, after a crash at point \(point)", advancing: 200) {
          try await outside.send("word", "hello", to: id, messageID: "m")
          return try await world.state(id) == end
        }
        if input == "good" { #expect(try await handle.result() == "hello") }
        try await Self.check(input, id, world, point)
        try await world.bury(other)
        await other.stop()
        if !isCrashed {
          // Three steps, a sleep, a message, and the end, at the least: before and after.
          #expect(point > 14)
          return
        }
      }
      Issue.record("it has more than 400 points")
    }
  }

  private static func check(_ input: String, _ id: Uuid, _ world: FlowWorld, _ point: Int) async throws {
    let rows = try await world.database.query(
      """
      SELECT what, count(*)::integer AS n, count(DISTINCT step)::integer AS steps FROM deeds
      WHERE workflow = \(id) GROUP BY what
      """)
    var found: [String: (n: Int, steps: Int)] = [:]
    for row in rows { found[try row.get("what")] = (try row.get("n"), try row.get("steps")) }
    let isBad = input == "bad"
    let calls = ["one", "three"] + (isBad ? ["undo-one"] : [])
    // What was called again was called with the same key; what is in the database is there once.
    for call in calls { #expect(found[call]?.steps == 1, "\(call) at point \(point)") }
    #expect(found["two"]?.n == 1, "at point \(point)")
    #expect(found["undo-two"]?.n == (isBad ? 1 : nil), "at point \(point)")
    #expect(found.count == calls.count + (isBad ? 2 : 1), "\(found.keys) at point \(point)")
    let deeds = try await world.deeds(id).split(separator: " ")
    if let undone = deeds.firstIndex(of: "undo-two"), let first = deeds.firstIndex(of: "undo-one") {
      #expect(undone < first, "at point \(point)")
    }
    let noted = try await world.count("SELECT count(*)::integer AS n FROM deeds WHERE what = 'noted It is bad.'")
    #expect(noted == (isBad ? point : 0), "the failure is noted once each time")
  }

  // MARK: leases

  /// A gate that a step waits at in one process.
  private struct Gate: Sendable {
    let opened: AsyncStream<Void>
    let open: AsyncStream<Void>.Continuation
    let entered: AsyncStream<Void>
    private let enter: AsyncStream<Void>.Continuation

    init() {
      (opened, open) = AsyncStream.makeStream()
      (entered, enter) = AsyncStream.makeStream()
    }

    func pass() async {
      enter.yield()
      for await _ in opened {}
    }
  }

  @Test(arguments: [RecordedStep.Kind.step, .transaction])
  func `a process that has lost its lease during a step records nothing, and does nothing more`(
    _ kind: RecordedStep.Kind
  ) async throws {
    try await FlowWorld.run { world in
      let gate = Gate()
      let id = Uuid.test(1)
      @Sendable func play(_ name: String, _ wait: @escaping @Sendable () async -> Void) -> Play {
        Play { input, flow in
          if kind == .step {
            try await flow.step("first", within: FlowWorld.long) { step in
              await wait()
              // A call that is on its way is not taken back where the process gives up.
              try await Task { try await world.did(name, flow.id, step.id) }.value
            }
          } else {
            try await flow.transaction("first", within: FlowWorld.long) { transaction in
              try await world.did(name, flow.id, in: transaction)
              await wait()
            }
          }
          try await flow.step("second", within: FlowWorld.long) { step in try await world.did(name, flow.id, step.id) }
          return name
        }
      }
      let slow = try await world.process(play("slow") { await gate.pass() }, id: 1)
      try await slow.workflows.start(Play.self, "", id: id)
      for await _ in gate.entered { break }
      let other = try await world.process(play("other") {}, id: 2)
      // While the first process is alive, it is not disturbed.
      for _ in 0..<3 {
        world.advance(by: 1_000)
        _ = await world.database.isHealthy()
      }
      #expect(try await world.deeds(id) == "")
      try await world.bury(slow)
      try await world.until(id, is: "completed", advancing: 500)
      gate.open.finish()
      try await world.until("the first one gives up") { slow.runner.running == 0 }
      #expect(try await other.workflows.handle(Play.self, id: id).result() == "other")
      // A call cannot be taken back, and came with the same key.
      #expect(try await world.deeds(id) == (kind == .step ? "other other slow" : "other other"))
      let steps = try await world.count(
        "SELECT count(DISTINCT step)::integer AS n FROM deeds WHERE step IS NOT NULL")
      #expect(steps == (kind == .step ? 2 : 1))
      let recorded = try #require(try await other.workflows.show(id)).steps
      #expect(recorded.map(\.name) == ["first", "second"])
    }
  }

  @Test func `of several processes each takes a workflow that is due alone`() async throws {
    try await FlowWorld.run { world in
      let play = Play { input, flow in
        try await flow.transaction("one", within: FlowWorld.long) { transaction in
          try await world.did(input, flow.id, in: transaction)
        }
        return input
      }
      let outside = Workflows(world.database, now: { world.tested.clock.now })
      for number in 1...100 { try await outside.start(Play.self, "\(number)", id: .test(number)) }
      for number in 1...3 { try await world.process(play, id: number, slots: 16) }
      try await world.until("all are done", advancing: 100) {
        try await world.count("SELECT count(*)::integer AS n FROM charter.workflows WHERE state = 'completed'") == 100
      }
      #expect(try await world.count("SELECT count(*)::integer AS n FROM deeds") == 100)
      #expect(try await world.count("SELECT max(lease)::integer AS n FROM charter.workflows") == 2)
    }
  }

  @Test func `a process that stops ends its step, and leaves the rest to others at once`() async throws {
    try await FlowWorld.run { world in
      let gate = Gate()
      let id = Uuid.test(1)
      @Sendable func play(_ name: String, _ wait: @escaping @Sendable () async -> Void) -> Play {
        Play { input, flow in
          try await flow.step("first", within: FlowWorld.long) { step in
            await wait()
            try await world.did(name, flow.id, step.id)
          }
          try await flow.step("second", within: FlowWorld.long) { step in try await world.did(name, flow.id, step.id) }
          return name
        }
      }
      let first = try await world.process(play("first") { await gate.pass() }, id: 1)
      try await first.workflows.start(Play.self, "", id: id)
      for await _ in gate.entered { break }
      async let stopped: Void = first.stop()
      try await world.until("it stops") { first.runner.isStopping }
      gate.open.finish()
      await stopped
      #expect(try await world.deeds(id) == "first")
      let owner = try await world.database.query("SELECT owner FROM charter.workflows")[0].get("owner", Uuid?.self)
      #expect(owner == nil)
      try await world.process(play("second") {}, id: 2)
      try await world.until(id, is: "completed", advancing: 100)
      #expect(try await world.deeds(id) == "first second")
    }
  }
}

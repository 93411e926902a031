import ServiceCore
import ServicePostgres
import Synchronization
import Testing

@testable import ServiceEvents

/// Steps that fail, and what is undone then.
@Suite(.timeLimit(.minutes(10))) struct WorkflowFailureTests {
  private static let id = Uuid.test(1)
  private static let operation = OperationDescriptor(
    service: "stock", id: "reserve", method: "PUT", path: [.literal("stock")], responses: .init([200], hasDefault: true)
  )

  /// Two steps that can be undone, and one that ends as a test says.
  private static func play(
    _ world: FlowWorld, retry: FlowRetry = FlowRetry(attempts: 3),
    _ last: @escaping @Sendable (FlowStep) async throws -> Void
  ) -> Play {
    Play { input, flow in
      try await flow.step("one", within: FlowWorld.long) { step in
        try await world.did("one", flow.id, step.id)
      } compensate: { step in
        #expect(step.undoes == Uuid(ofStep: 0, isUndo: false, of: flow.id) && step.id != step.undoes)
        try await world.did("undo-one", flow.id, step.id)
      }
      try await flow.transaction("two", within: FlowWorld.long) { transaction in
        try await world.did("two", flow.id, in: transaction)
      } compensate: { transaction in
        try await world.did("undo-two", flow.id, in: transaction)
      }
      try await flow.step("last", within: FlowWorld.long, retry: retry) { step in
        try await world.did("last", flow.id, step.id)
        try await last(step)
      } compensate: { step in
        try await world.did("undo-last", flow.id, step.id)
      }
      return input
    }
  }

  private static func run(
    _ world: FlowWorld, _ play: Play, ends state: String = "failed", advancing milliseconds: Int = 200
  ) async throws -> FlowProcess {
    let process = try await world.process(play)
    try await process.workflows.start(Play.self, "done", id: id)
    try await world.until(id, is: state, advancing: milliseconds)
    return process
  }

  @Test func `a refusal fails the workflow, and its steps are undone in reverse order`() async throws {
    try await FlowWorld.run { world in
      let refusal = HTTPResponse(
        status: 409, headers: ["content-type": "application/problem+json"],
        body: Array(#"{"status":409,"detail":"Only 2 are left."}"#.utf8))
      let process = try await Self.run(
        world, Self.play(world) { _ in throw ClientError.unexpected(Self.operation, refusal) })
      // What was refused had no effect.
      #expect(try await world.deeds(Self.id) == "one two last undo-two undo-one")
      let failure = await #expect(throws: WorkflowFailure.self) {
        try await process.workflows.handle(Play.self, id: Self.id).result()
      }
      #expect(failure?.message == "Only 2 are left." && failure?.code == "409")
      let history = try #require(try await process.workflows.show(Self.id))
      #expect(history.steps.map(\.outcome) == ["done", "done", "failed"])
      #expect(history.steps.map(\.isUndone) == [true, true, false])
    }
  }

  @Test func `a step whose outcome nobody knows is tried again with the same key, and then undone as well`()
    async throws
  {
    try await FlowWorld.run { world in
      let attempts = Mutex<[Int]>([])
      let process = try await Self.run(
        world,
        Self.play(world) { step in
          attempts.withLock { $0.append(step.attempt) }
          throw ClientError.timedOut(Self.operation)
        })
      #expect(attempts.withLock(\.self) == [1, 2, 3])
      #expect(try await world.deeds(Self.id) == "one two last last last undo-last undo-two undo-one")
      #expect(try await world.count("SELECT count(DISTINCT step)::integer AS n FROM deeds WHERE what = 'last'") == 1)
      let failure = await #expect(throws: WorkflowFailure.self) {
        try await process.workflows.handle(Play.self, id: Self.id).result()
      }
      // What callers of the service see says nothing of its inside.
      #expect(failure?.reason.contains("stock.reserve") == true && failure?.message.contains("stock") == false)
      let history = try #require(try await process.workflows.show(Self.id))
      #expect(history.steps.map(\.outcome) == ["done", "done", "unknown"])
    }
  }

  @Test func `a temporary failure is tried again after growing pauses`() async throws {
    try await FlowWorld.run { world in
      let times = Mutex<[Timestamp]>([])
      let process = try await world.process(
        Self.play(world, retry: FlowRetry(attempts: 5)) { step in
          times.withLock { $0.append(world.tested.clock.now) }
          if step.attempt < 4 { throw WorkflowFailure("Later.", isTemporary: true) }
        })
      let handle = try await process.workflows.start(Play.self, "done", id: Self.id)
      try await world.until(Self.id, is: "completed", advancing: 50)
      #expect(try await handle.result() == "done")
      let pauses = times.withLock { times in zip(times.dropFirst(), times).map { $0.milliseconds(since: $1) } }
      #expect(pauses.count == 3)
      for (pause, least) in zip(pauses, [800, 1_600, 3_200]) { #expect(pause >= least) }
    }
  }

  @Test func `a body may take another way when a step has failed, each time it runs`() async throws {
    try await FlowWorld.run { world in
      let process = try await world.process(
        Play { input, flow in
          var way = "first"
          do {
            try await flow.step("card", within: FlowWorld.long) { _ in throw WorkflowFailure("No.", code: "declined") }
          } catch let failure as WorkflowFailure where failure.code == "declined" {
            way = "second"
          }
          try await flow.sleep(for: .seconds(10))
          try await flow.step("wallet", within: FlowWorld.long) { _ in try await world.did("wallet", flow.id) }
          return way
        })
      let handle = try await process.workflows.start(Play.self, "", id: Self.id)
      try await world.until(Self.id, is: "completed", advancing: 1_000)
      #expect(try await handle.result() == "second")
      #expect(try await world.deeds(Self.id) == "wallet")
    }
  }

  @Test func `the service records a failure once, with events, before anything is undone`() async throws {
    try await FlowWorld.run { world in
      var play = Self.play(world) { _ in throw WorkflowFailure("No.", code: "no") }
      play.failed = { failure, transaction in
        try await world.did("noted-\(failure.code)", Self.id, in: transaction)
        return StepEffect(output: 0, steps: [Event(Step(key: failure.code, n: 1))])
      }
      _ = try await Self.run(world, play)
      #expect(try await world.deeds(Self.id) == "one two last noted-no undo-two undo-one")
      #expect(try await world.tested.emitted(Step.Message.self).map(\.payload) == [Step(key: "no", n: 1)])
    }
  }

  @Test func `what cannot be undone is tried for minutes, then stuck, and goes on when a person says so`() async throws
  {
    try await FlowWorld.run { world in
      let isAway = Mutex(true)
      let process = try await world.process(
        Play { input, flow in
          try await flow.step("one", within: FlowWorld.long) { _ in
            try await world.did("one", flow.id)
          } compensate: { _ in
            try await world.did("undo-one", flow.id)
          }
          try await flow.step("two", within: FlowWorld.long) { _ in
          } compensate: { step in
            if isAway.withLock(\.self) { throw ClientError.unreachable(Self.operation, "it is away") }
            try await world.did("undo-two", flow.id)
          }
          throw WorkflowFailure("No.")
        })
      try await process.workflows.start(Play.self, "", id: Self.id)
      let began = world.tested.clock.now
      try await world.until(Self.id, is: "stuck", advancing: 5_000)
      #expect(world.tested.clock.now.milliseconds(since: began) >= 240_000)
      let report = try #require(try await process.workflows.list([.stuck]).first)
      #expect(report.note?.contains("'two' cannot be undone") == true && report.failure?.reason == "No.")
      #expect(try await process.workflows.status() == (unfinished: 1, stuck: 1))
      #expect(try await world.deeds(Self.id) == "one")
      isAway.withLock { $0 = false }
      #expect(try await process.workflows.resume(Self.id))
      try await world.until(Self.id, is: "failed", advancing: 1_000)
      #expect(try await world.deeds(Self.id) == "one undo-two undo-one")
      #expect(try await !process.workflows.resume(Self.id))
    }
  }

  // MARK: time

  @Test func `an attempt that hangs is cancelled, and its step fails`() async throws {
    try await FlowWorld.run { world in
      let process = try await world.process(
        Play { input, flow in
          try await flow.step("hang", within: .seconds(30)) { _ in
            let (never, source) = AsyncStream<Void>.makeStream()
            for await _ in never {}
            withExtendedLifetime(source) {}
            try Task.checkCancellation()
          } compensate: { step in
            try await world.did("undo", flow.id, step.id)
          }
          return input
        })
      let handle = try await process.workflows.start(Play.self, "", id: Self.id)
      try await world.until(Self.id, is: "failed", advancing: 1_000)
      let failure = await #expect(throws: WorkflowFailure.self) { try await handle.result() }
      #expect(failure?.code == "time-limit")
      #expect(try await world.deeds(Self.id) == "undo")
    }
  }

  @Test func `an attempt that does not end when it is cancelled leaves its workflow stuck`() async throws {
    try await FlowWorld.run { world in
      let held = Mutex<CheckedContinuation<Void, Never>?>(nil)
      let process = try await world.process(
        Play { input, flow in
          try await flow.step("hang", within: .seconds(30)) { _ in
            await withCheckedContinuation { continuation in held.withLock { $0 = continuation } }
          }
          return input
        })
      try await process.workflows.start(Play.self, "", id: Self.id)
      try await world.until(Self.id, is: "stuck", advancing: 1_000)
      #expect(try await world.note(Self.id).contains("did not end"))
      held.withLock(\.self)?.resume()
      // What it does then is not recorded.
      try await world.until("it is left") { process.runner.running == 0 }
      #expect(try await world.state(Self.id) == "stuck")
      #expect(try await process.workflows.show(Self.id)?.steps.isEmpty == true)
    }
  }

  @Test func `a workflow that takes longer than it may fails, also in its sleep`() async throws {
    try await FlowWorld.run { world in
      let process = try await world.process(
        ShortPlay { input, flow in
          try await flow.step("one", within: FlowWorld.long) { _ in
          } compensate: { _ in
            try await world.did("undo", flow.id)
          }
          // A body cannot prevent it.
          try? await flow.sleep(for: .seconds(86_400))
          return input
        })
      let handle = try await process.workflows.start(ShortPlay.self, "", id: Self.id)
      let began = world.tested.clock.now
      try await world.until(Self.id, is: "failed", advancing: 60_000)
      #expect(world.tested.clock.now.milliseconds(since: began) >= 3_600_000)
      let failure = await #expect(throws: WorkflowFailure.self) { try await handle.result() }
      #expect(failure?.code == "time-limit")
      #expect(try await world.deeds(Self.id) == "undo")
    }
  }

  // MARK: what an error means

  @Test func `errors are temporary or not, and their effects known or not`() {
    func of(_ error: any Error) -> [Bool] {
      let attempt = AttemptFailure(error)
      return [attempt.failure.isTemporary, attempt.isUnknown]
    }
    func response(_ status: Int, _ headers: HTTPFields = [:]) -> ClientError {
      .unexpected(Self.operation, HTTPResponse(status: status, headers: headers))
    }
    #expect(of(ClientError.timedOut(Self.operation)) == [true, true])
    #expect(of(ClientError.unreachable(Self.operation, "")) == [true, true])
    #expect(of(ClientError.broken(Self.operation, [])) == [false, true])
    for status in [500, 502, 503, 504] { #expect(of(response(status)) == [true, true]) }
    for status in [400, 401, 402, 403, 404, 409, 422] { #expect(of(response(status)) == [false, false]) }
    #expect(of(response(429)) == [true, false])
    #expect(of(response(409, ["retry-after": "1"])) == [true, true])
    #expect(of(WorkflowFailure("a")) == [false, false])
    #expect(of(WorkflowFailure("a", isTemporary: true)) == [true, true])
    #expect(of(RequestFault(503, "busy")) == [true, false])
    #expect(of(PostgresError.refused(code: "23505", message: "", constraint: nil)) == [false, false])
    #expect(of(PostgresError.busy) == [true, false])
    struct Own: Error {}
    #expect(of(Own()) == [false, true])
    #expect(WorkflowFailure(of: Own()).code == "internal")
  }
}

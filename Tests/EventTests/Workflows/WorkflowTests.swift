import ServiceCore
import ServicePostgres
import Synchronization
import Testing

@testable import ServiceEvents

@Suite(.timeLimit(.minutes(10))) struct WorkflowTests {
  private static let id = Uuid.test(1)

  /// Three steps, each of which leaves a deed.
  private static func play(_ world: FlowWorld) -> Play {
    Play { input, flow in
      let first = try await flow.step("one", within: FlowWorld.long) { step in
        try await world.did("one", flow.id, step.id)
        return input + "1"
      }
      try await flow.transaction("two", within: FlowWorld.long) { transaction in
        try await world.did("two", flow.id, in: transaction)
      }
      return try await flow.step("three", within: FlowWorld.long) { step in
        try await world.did("three", flow.id, step.id)
        return first + "3"
      }
    }
  }

  @Test func `a workflow does its steps in order, and each is one commit`() async throws {
    try await FlowWorld.run { world in
      let process = try await world.process(Self.play(world))
      let statements = Mutex(0)
      let handle = try await CrashPoint.$hook.withValue({ point in
        if point == .beforeWorkflowStatement { statements.withLock { $0 += 1 } }
      }) {
        try await process.workflows.start(Play.self, "a", id: Self.id)
      }
      #expect(try await handle.result(within: FlowWorld.long) == "a13")
      #expect(try await world.deeds(Self.id) == "one two three")
      // The start, three steps, and the end.
      #expect(statements.withLock(\.self) == 5)
      let history = try #require(try await process.workflows.show(Self.id))
      #expect(history.workflow.state == .completed && history.input == "\"a\"" && history.output == "\"a13\"")
      #expect(history.steps.map(\.name) == ["one", "two", "three"])
      #expect(history.steps.map(\.kind) == ["step", "transaction", "step"])
      #expect(history.steps.map(\.result) == ["\"a1\"", "null", "\"a13\""])
      #expect(history.steps.allSatisfy { $0.outcome == "done" && !$0.isUndone })
      let called = try await world.database.query("SELECT step FROM deeds WHERE what = 'one'")[0]
      #expect(try called.get("step") == history.steps[0].id)
    }
  }

  @Test func `a second start with the same id does nothing, and another workflow cannot have it`() async throws {
    try await FlowWorld.run { world in
      let short = ShortPlay { input, _ in input }
      let process = try await world.process(Self.play(world), short)
      for _ in 0..<3 {
        let handle = try await process.workflows.start(Play.self, "a", id: Self.id)
        #expect(try await handle.result(within: FlowWorld.long) == "a13")
      }
      #expect(try await world.deeds(Self.id) == "one two three")
      let error = await #expect(throws: WorkflowError.self) {
        try await process.workflows.start(ShortPlay.self, "a", id: Self.id)
      }
      #expect(error?.description.contains("'play', not 'short'") == true)
    }
  }

  @Test func `a workflow begins with the commit of the transaction that starts it, and not without`() async throws {
    struct Failure: Error {}
    try await FlowWorld.run { world in
      let process = try await world.process(Self.play(world))
      await #expect(throws: Failure.self) {
        try await world.database.sqlTransaction { transaction in
          try await world.did("start", Self.id, in: transaction)
          try await process.workflows.start(Play.self, "a", id: Self.id, in: transaction)
          throw Failure()
        }
      }
      #expect(try await world.state(Self.id) == nil)
      let handle = try await world.database.sqlTransaction { transaction in
        try await world.did("start", Self.id, in: transaction)
        return try await process.workflows.start(Play.self, "a", id: Self.id, in: transaction)
      }
      #expect(try await handle.result(within: FlowWorld.long) == "a13")
      #expect(try await world.deeds(Self.id) == "start one two three")
    }
  }

  @Test func `a result is waited for up to a time`() async throws {
    try await FlowWorld.run { world in
      let process = try await world.process(
        Play { input, flow in
          try await flow.sleep(for: .seconds(60 * 86_400))
          if input == "bad" { throw WorkflowFailure("It is bad.", code: "bad") }
          return input
        })
      let good = try await process.workflows.start(Play.self, "good", id: .test(1))
      let bad = try await process.workflows.start(Play.self, "bad", id: .test(2))
      #expect(try await good.result() == nil)
      let isOver = Mutex(false)
      let early = Task {
        defer { isOver.withLock { $0 = true } }
        return try await good.result(within: .seconds(5))
      }
      try await world.until("its time is over", advancing: 100) { isOver.withLock(\.self) }
      #expect(try await early.value == nil)
      world.advance(by: 60 * 86_400_000)
      try await world.until(.test(1), is: "completed", advancing: 1_000)
      #expect(try await good.result() == "good")
      try await world.until(.test(2), is: "failed", advancing: 1_000)
      let failure = await #expect(throws: WorkflowFailure.self) { try await bad.result() }
      #expect(failure == WorkflowFailure("It is bad.", code: "bad"))
      let missing = process.workflows.handle(Play.self, id: .test(9))
      await #expect(throws: WorkflowError.self) { try await missing.result() }
    }
  }

  @Test func `three days of sleep pass in no time, and hold nothing in the process`() async throws {
    try await FlowWorld.run { world in
      let process = try await world.process(
        Play { input, flow in
          let began = flow.now
          try await flow.sleep(for: .seconds(3 * 86_400))
          try await world.did("woke", flow.id)
          return "\(flow.now.milliseconds(since: began) >= 3 * 86_400_000)"
        })
      let handle = try await process.workflows.start(Play.self, "", id: Self.id)
      try await world.until("it sleeps") {
        let row = try await world.database.query("SELECT owner FROM charter.workflows")[0]
        return try row.get("owner", Uuid?.self) == nil && process.runner.running == 0
      }
      world.advance(by: 3 * 86_400_000 - 5_000)
      // It is looked for, and not due.
      for _ in 0..<4 {
        world.advance(by: 1_000)
        _ = await world.database.isHealthy()
      }
      #expect(try await world.deeds(Self.id) == "")
      try await world.until(Self.id, is: "completed", advancing: 1_000)
      #expect(try await handle.result() == "true")
      #expect(try await world.deeds(Self.id) == "woke")
    }
  }

  @Test func `more workflows than slots wait in the database, and all come to their end`() async throws {
    try await FlowWorld.run { world in
      let most = Mutex(0)
      let current = Mutex(0)
      let process = try await world.process(
        Play { input, flow in
          try await flow.step("one", within: FlowWorld.long) { _ in
            let count = current.withLock { count in
              count += 1
              return count
            }
            most.withLock { $0 = max($0, count) }
            try await world.did("one", flow.id)
            current.withLock { $0 -= 1 }
          }
          return input
        }, slots: 4)
      for number in 1...60 { try await process.workflows.start(Play.self, "\(number)", id: .test(number)) }
      try await world.until("all have ended", advancing: 10) {
        try await world.count("SELECT count(*)::integer AS n FROM charter.workflows WHERE state = 'completed'") == 60
      }
      #expect(try await world.count("SELECT count(*)::integer AS n FROM deeds") == 60)
      // Those that are started at once may be a few more.
      #expect(most.withLock(\.self) <= 8)
    }
  }

  @Test func `a step's id is the same whenever it is made, and no other's`() {
    var ids: Set<Uuid> = []
    for workflow in 0..<200 {
      for position in 0..<50 {
        for isUndo in [false, true] {
          let id = Uuid(ofStep: position, isUndo: isUndo, of: .test(workflow))
          #expect(id == Uuid(ofStep: position, isUndo: isUndo, of: .test(workflow)))
          #expect(id.high >> 12 & 0xF == 8 && id.low >> 62 == 2)
          ids.insert(id)
        }
      }
    }
    #expect(ids.count == 200 * 50 * 2)
  }

  @Test func `an effect's events are emitted with the transaction of its step`() async throws {
    try await FlowWorld.run { world in
      let process = try await world.process(
        Play { input, flow in
          let n = try await flow.transaction("emit", within: FlowWorld.long) { transaction in
            try await world.did("emit", flow.id, in: transaction)
            return StepEffect(output: 7, steps: [Event(Step(key: input, n: 7))])
          }
          return "\(n)"
        })
      let handle = try await process.workflows.start(Play.self, "k", id: Self.id)
      #expect(try await handle.result(within: FlowWorld.long) == "7")
      #expect(try await world.tested.emitted(Step.Message.self).map(\.payload) == [Step(key: "k", n: 7)])
    }
  }
}

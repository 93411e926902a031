import ServiceCore
import ServicePostgres
import ServiceTesting
import Testing

@testable import ServiceEvents

/// Code that changes while workflows are unfinished, and what people do with those that are stuck.
@Suite(.timeLimit(.minutes(10))) struct WorkflowVersionTests {
  private static let id = Uuid.test(1)

  /// Steps with these names, which leave deeds, and a sleep of a day before the last one.
  private static func body(_ world: FlowWorld, _ names: String...) -> Play.Body {
    { input, flow in
      for name in names.dropLast() {
        try await flow.step(name, within: FlowWorld.long) { step in
          try await world.did(name, flow.id, step.id)
          return name
        }
      }
      try await flow.sleep(for: .seconds(86_400))
      return try await flow.step(names.last ?? "", within: FlowWorld.long) { step in
        try await world.did(names.last ?? "", flow.id, step.id)
        return input
      }
    }
  }

  /// Runs a workflow until it sleeps, and ends its process.
  private static func sleeper(_ world: FlowWorld, _ play: Play) async throws {
    let process = try await world.process(play)
    try await process.workflows.start(Play.self, "in", id: id)
    try await world.until("it sleeps") {
      try await world.count("SELECT count(*)::integer AS n FROM charter.workflows WHERE owner IS NULL") == 1
    }
    await process.stop()
  }

  @Test func `code that does something else than is recorded is found, and does nothing`() async throws {
    try await FlowWorld.run { world in
      try await Self.sleeper(world, Play(Self.body(world, "one", "two", "three")))
      let changed = try await world.process(Play(Self.body(world, "one", "new", "three")), id: 2, isRunning: false)
      let conflicts = try await changed.runner.check()
      #expect(conflicts.map(\.id) == [Self.id])
      #expect(conflicts.first?.reason == "its step 1 is recorded as step 'two', and the code has step 'new'")
      #expect(try await world.deeds(Self.id) == "one two")
      changed.run()
      world.advance(by: 86_400_000)
      try await world.until(Self.id, is: "stuck", advancing: 1_000)
      #expect(try await world.note(Self.id).contains("recorded as step 'two'"))
      #expect(try await world.deeds(Self.id) == "one two")
    }
  }

  @Test func `code that ends before what is recorded, or cannot read it, is found`() async throws {
    try await FlowWorld.run { world in
      try await Self.sleeper(world, Play(Self.body(world, "one", "two", "three")))
      let shorter = Play { input, flow in
        try await flow.step("one") { _ in "one" }
      }
      let other = Play { input, flow in
        let number = try await flow.step("one") { _ in 1 }
        return "\(number)"
      }
      let process = try await world.process(shorter, id: 2, isRunning: false)
      #expect(try await process.runner.check().first?.reason.contains("step 1, step 'two', is recorded") == true)
      let second = try await world.process(other, id: 3, isRunning: false)
      #expect(try await second.runner.check().first?.reason.contains("cannot be read as Int") == true)
      let third = try await world.process(id: 4, isRunning: false)
      #expect(try await third.runner.check().first?.reason.contains("no workflow of this name and version") == true)
    }
  }

  @Test func `steps that are added after what is recorded are no conflict`() async throws {
    try await FlowWorld.run { world in
      try await Self.sleeper(world, Play(Self.body(world, "one", "two")))
      let process = try await world.process(
        Play { input, flow in
          try await flow.step("one") { _ in "one" }
          try await flow.step("more", within: FlowWorld.long) { _ in try await world.did("more", flow.id) }
          return input
        }, id: 2, isRunning: false)
      #expect(try await process.runner.check().isEmpty)
      process.run()
      world.advance(by: 86_400_000)
      try await world.until(Self.id, is: "completed", advancing: 1_000)
      #expect(try await world.deeds(Self.id) == "one more")
    }
  }

  @Test func `a workflow goes on with the version that it began with, beside the next one`() async throws {
    try await FlowWorld.run { world in
      try await Self.sleeper(world, Play(Self.body(world, "one", "two")))
      let process = try await world.process(
        Play(Self.body(world, "one", "two")), SecondPlay(body: Self.body(world, "uno", "due")), id: 2)
      #expect(try await process.runner.check().isEmpty)
      try await process.workflows.start(SecondPlay.self, "", id: .test(2))
      try await world.until("the second one sleeps") { try await world.deeds(.test(2)) == "uno" }
      world.advance(by: 86_400_000)
      for number in 1...2 { try await world.until(.test(number), is: "completed", advancing: 60_000) }
      #expect(try await world.deeds(.test(1)) == "one two")
      #expect(try await world.deeds(.test(2)) == "uno due")
    }
  }

  @Test func `a workflow that no process knows is stuck after ten minutes`() async throws {
    try await FlowWorld.run { world in
      let outside = Workflows(world.database, now: { world.tested.clock.now })
      try await outside.start(SecondPlay.self, "", id: Self.id)
      try await world.process(Play { input, _ in input })
      try await world.until(Self.id, is: "stuck", advancing: 20_000)
      #expect(world.tested.clock.now.milliseconds(since: TestClock.start) >= 600_000)
      #expect(try await world.note(Self.id).contains("knows the workflow play of version 2"))
    }
  }

  @Test func `an input that cannot be read leaves the workflow stuck`() async throws {
    try await FlowWorld.run { world in
      let process = try await world.process(Play { input, _ in input })
      try await world.database.execute(
        """
        INSERT INTO charter.workflows (id, name, version, state, input, started_at, due_at, lease)
        VALUES (\(Self.id), 'play', 1, 'running', '{"a":', \(world.tested.clock.now), \(world.tested.clock.now), 1)
        """)
      process.workflows.wake()
      try await world.until(Self.id, is: "stuck", advancing: 100)
      #expect(try await world.note(Self.id) == "its input cannot be read as String")
    }
  }

  @Test func `two steps at the same time, or one in another, leave the workflow stuck`() async throws {
    try await FlowWorld.run { world in
      let process = try await world.process(
        Play { input, flow in
          try await flow.step("outer", within: FlowWorld.long) { _ in
            try await flow.step("inner") { _ in try await world.did("inner", flow.id) }
          }
          return input
        },
        SecondPlay { input, flow in
          let (entered, enter) = AsyncStream<Void>.makeStream()
          let (opened, open) = AsyncStream<Void>.makeStream()
          async let first: Void = flow.step("first", within: FlowWorld.long) { _ in
            enter.yield()
            for await _ in opened {}
          }
          for await _ in entered { break }
          do {
            try await flow.step("second") { _ in try await world.did("second", flow.id) }
          } catch {
            open.finish()
            throw error
          }
          try await first
          return input
        })
      try await process.workflows.start(Play.self, "", id: .test(1))
      try await process.workflows.start(SecondPlay.self, "", id: .test(2))
      for number in 1...2 {
        try await world.until(.test(number), is: "stuck")
        #expect(try await world.note(.test(number)).contains("while another step is in progress"))
        #expect(try await world.deeds(.test(number)) == "")
      }
    }
  }

  // MARK: operations

  @Test func `a stuck workflow goes on from a step under another id, with what it had done before`() async throws {
    try await FlowWorld.run { world in
      try await Self.sleeper(world, Play(Self.body(world, "one", "two", "three")))
      let process = try await world.process(Play(Self.body(world, "one", "new", "three")), id: 2)
      await #expect(throws: WorkflowError.self) { try await process.workflows.fork(Self.id, from: 1, as: .test(2)) }
      world.advance(by: 86_400_000)
      try await world.until(Self.id, is: "stuck", advancing: 1_000)
      await #expect(throws: WorkflowError.self) { try await process.workflows.fork(Self.id, from: 4, as: .test(2)) }
      await #expect(throws: WorkflowError.self) { try await process.workflows.fork(.test(7), from: 0, as: .test(2)) }
      try await process.workflows.fork(Self.id, from: 1, as: .test(2))
      #expect(try await world.state(Self.id) == "abandoned")
      try await world.until("it sleeps again", advancing: 1_000) { try await world.deeds(.test(2)) == "new" }
      world.advance(by: 86_400_000)
      try await world.until(.test(2), is: "completed", advancing: 60_000)
      #expect(try await world.deeds(.test(2)) == "new three")
      let (old, new) = try await (process.workflows.show(Self.id), process.workflows.show(.test(2)))
      // The key of what was done before stays, so that it can be undone.
      #expect(old?.steps.first?.id == new?.steps.first?.id && old?.steps[1].id != new?.steps[1].id)
    }
  }

  @Test func `what was undone is not copied`() async throws {
    try await FlowWorld.run { world in
      let process = try await world.process(
        Play { _, flow in
          try await flow.step("one", within: FlowWorld.long) { _ in
          } compensate: { _ in
          }
          throw WorkflowFailure("No.")
        })
      try await process.workflows.start(Play.self, "", id: Self.id)
      try await world.until(Self.id, is: "failed")
      let error = await #expect(throws: WorkflowError.self) {
        try await process.workflows.fork(Self.id, from: 1, as: .test(2))
      }
      #expect(error?.description.contains("undone its step 'one'") == true)
      try await process.workflows.fork(Self.id, from: 0, as: .test(2))
      try await world.until(.test(2), is: "failed")
    }
  }

  @Test func `an abandoned workflow is left as it is`() async throws {
    try await FlowWorld.run { world in
      let process = try await world.process(
        Play { _, flow in
          try await flow.step("one", within: FlowWorld.long) { _ in
            try await world.did("one", flow.id)
          } compensate: { _ in
            try await world.did("undo", flow.id)
          }
          _ = try await flow.wait(for: "word", as: String.self, until: nil)
          return ""
        })
      let handle = try await process.workflows.start(Play.self, "", id: Self.id)
      try await world.until("it waits") {
        try await world.count("SELECT count(*)::integer AS n FROM charter.workflows WHERE waits_for = 'word'") == 1
      }
      #expect(try await process.workflows.abandon(Self.id, "Done by hand."))
      #expect(try await !process.workflows.abandon(Self.id, "Again."))
      let failure = await #expect(throws: WorkflowFailure.self) { try await handle.result() }
      #expect(failure == WorkflowFailure("Done by hand.", code: "abandoned"))
      #expect(try await !process.workflows.send("word", "a", to: Self.id, messageID: "1"))
      #expect(try await world.deeds(Self.id) == "one")
    }
  }

  @Test func `workflows are listed by state and name, page by page, and forgotten`() async throws {
    try await FlowWorld.run { world in
      let process = try await world.process(
        Play { input, _ in input }, ShortPlay { _, _ in throw WorkflowFailure("No.") })
      for number in 1...5 { try await process.workflows.start(Play.self, "", id: .test(number)) }
      try await process.workflows.start(ShortPlay.self, "", id: .test(6))
      try await world.until("all have ended") {
        try await world.count("SELECT count(*)::integer AS n FROM charter.workflows WHERE ended_at IS NOT NULL") == 6
      }
      let workflows = process.workflows
      #expect(try await workflows.list().map(\.id) == (1...6).reversed().map { .test($0) })
      #expect(try await workflows.list([.failed]).map(\.name) == ["short"])
      #expect(try await workflows.list(name: "play", limit: 2).map(\.id) == [.test(5), .test(4)])
      #expect(try await workflows.list([.completed], before: .test(3)).map(\.id) == [.test(2), .test(1)])
      #expect(try await workflows.status() == (unfinished: 0, stuck: 0))
      #expect(try await workflows.forget(endedBefore: world.tested.clock.now) == 0)
      world.advance(by: 1)
      #expect(try await workflows.forget(endedBefore: world.tested.clock.now) == 6)
      #expect(try await workflows.list().isEmpty)
    }
  }

  @Test func `two workflows with the same name and version are refused`() async throws {
    try await FlowWorld.run { world in
      await #expect(throws: ConfigurationError.self) {
        try await world.process(Play { input, _ in input }, Play { input, _ in input }, isRunning: false)
      }
    }
  }
}

import ServiceCore
import ServicePostgres
import Testing

@testable import ServiceEvents

/// Messages to workflows, and their cancellation.
@Suite(.timeLimit(.minutes(10))) struct WorkflowMessageTests {
  private static let id = Uuid.test(1)

  /// Takes two words, each within a day.
  private static let words = Play { _, flow in
    let first = try await flow.wait(for: "word", as: String.self, within: .seconds(86_400))
    let second = try await flow.wait(for: "word", as: String.self, within: .seconds(86_400))
    return "\(first ?? "-") \(second ?? "-")"
  }

  private static func waits(_ world: FlowWorld) async throws {
    try await world.until("it waits") {
      try await world.count("SELECT count(*)::integer AS n FROM charter.workflows WHERE waits_for = 'word'") == 1
    }
  }

  @Test func `a message that was sent before it is waited for is received`() async throws {
    try await FlowWorld.run { world in
      let outside = Workflows(world.database, now: { world.tested.clock.now })
      let handle = try await outside.start(Play.self, "", id: Self.id)
      #expect(try await outside.send("word", "a", to: Self.id, messageID: "1"))
      #expect(try await outside.send("other", "x", to: Self.id, messageID: "2"))
      #expect(try await outside.send("word", "b", to: Self.id, messageID: "3"))
      try await world.process(Self.words)
      try await world.until(Self.id, is: "completed", advancing: 100)
      #expect(try await handle.result() == "a b")
      let history = try #require(try await outside.show(Self.id))
      #expect(history.messages.map(\.name) == ["other"])
      #expect(history.steps.map(\.kind) == ["message", "message"])
    }
  }

  @Test func `a message wakes a workflow that waits for it, and counts once however often it is sent`() async throws {
    try await FlowWorld.run { world in
      let process = try await world.process(Self.words)
      let handle = try await process.workflows.start(Play.self, "", id: Self.id)
      try await Self.waits(world)
      // Without time passing.
      for _ in 0..<3 { #expect(try await process.workflows.send("word", "a", to: Self.id, messageID: "1")) }
      try await world.until("it waits for the second one") {
        try await world.count(
          """
          SELECT count(*)::integer AS n FROM charter.workflows w
          WHERE owner IS NULL AND EXISTS (SELECT FROM charter.workflow_steps WHERE workflow = w.id)
          """) == 1
      }
      #expect(try await process.workflows.send("word", "b", to: Self.id, messageID: "2"))
      #expect(try await handle.result(within: FlowWorld.long) == "a b")
      #expect(try await !process.workflows.send("word", "c", to: Self.id, messageID: "3"))
      #expect(try await !process.workflows.send("word", "c", to: .test(2), messageID: "1"))
    }
  }

  @Test func `a message that does not come in time is nil, and one that comes later is for the next wait`() async throws
  {
    try await FlowWorld.run { world in
      let process = try await world.process(Self.words)
      let handle = try await process.workflows.start(Play.self, "", id: Self.id)
      try await Self.waits(world)
      world.advance(by: 86_400_000)
      try await world.until("the first time has passed", advancing: 1_000) {
        try await world.count("SELECT count(*)::integer AS n FROM charter.workflow_steps") == 1
      }
      #expect(try await process.workflows.send("word", "b", to: Self.id, messageID: "2"))
      #expect(try await handle.result(within: FlowWorld.long) == "- b")
    }
  }

  @Test func `a message is sent with its transaction, or not at all`() async throws {
    struct Failure: Error {}
    try await FlowWorld.run { world in
      let process = try await world.process(Self.words)
      let handle = try await process.workflows.start(Play.self, "", id: Self.id)
      try await Self.waits(world)
      for isCommitted in [false, true] {
        try? await world.database.sqlTransaction { transaction in
          for word in ["a", "b"] {
            try await process.workflows.send("word", word, to: Self.id, messageID: word, in: transaction)
          }
          if !isCommitted { throw Failure() }
        }
      }
      #expect(try await handle.result(within: FlowWorld.long) == "a b")
    }
  }

  @Test func `messages that come while a workflow goes to wait are not missed`() async throws {
    try await FlowWorld.run { world in
      let process = try await world.process(Self.words)
      for number in 1...40 {
        let id = Uuid.test(number)
        let handle = try await process.workflows.start(Play.self, "", id: id)
        async let first = process.workflows.send("word", "a", to: id, messageID: "1")
        async let second = process.workflows.send("word", "b", to: id, messageID: "2")
        _ = try await (first, second)
        let result = try #require(try await handle.result(within: FlowWorld.long))
        #expect(["a b", "b a"].contains(result))
      }
    }
  }

  @Test func `a message of another type leaves the workflow stuck`() async throws {
    try await FlowWorld.run { world in
      let process = try await world.process(Self.words)
      try await process.workflows.start(Play.self, "", id: Self.id)
      try await process.workflows.send("word", 12, to: Self.id, messageID: "1")
      try await world.until(Self.id, is: "stuck")
      let note = try await world.note(Self.id)
      #expect(note.contains("cannot be read as String"), "\(note)")
    }
  }

  // MARK: cancelling

  @Test func `a workflow that waits is cancelled at once, and undone`() async throws {
    try await FlowWorld.run { world in
      let process = try await world.process(
        Play { _, flow in
          try await flow.step("one", within: FlowWorld.long) { _ in
          } compensate: { _ in
            try await world.did("undo", flow.id)
          }
          _ = try await flow.wait(for: "word", as: String.self, until: nil)
          try await world.did("never", flow.id)
          return ""
        })
      let handle = try await process.workflows.start(Play.self, "", id: Self.id)
      try await Self.waits(world)
      #expect(try await process.workflows.cancel(Self.id, "The customer says no."))
      let failure = await #expect(throws: WorkflowFailure.self) { try await handle.result(within: FlowWorld.long) }
      #expect(failure == WorkflowFailure("The customer says no.", code: "cancelled"))
      try await world.until(Self.id, is: "failed")
      #expect(try await world.deeds(Self.id) == "undo")
      #expect(try await !process.workflows.cancel(Self.id, "Again."))
    }
  }

  @Test(arguments: [false, true])
  func `a workflow that is cancelled during a step stops after it, also when it is the last one`(
    _ isLast: Bool
  ) async throws {
    try await FlowWorld.run { world in
      let (entered, enter) = AsyncStream<Void>.makeStream()
      let (opened, open) = AsyncStream<Void>.makeStream()
      let process = try await world.process(
        Play { _, flow in
          try await flow.step("one", within: FlowWorld.long) { _ in
            enter.yield()
            for await _ in opened {}
            try await world.did("one", flow.id)
          } compensate: { _ in
            try await world.did("undo", flow.id)
          }
          if !isLast {
            try await flow.step("two", within: FlowWorld.long) { _ in try await world.did("two", flow.id) }
          }
          return ""
        })
      let handle = try await process.workflows.start(Play.self, "", id: Self.id)
      for await _ in entered { break }
      #expect(try await process.workflows.cancel(Self.id, "No."))
      open.finish()
      await #expect(throws: WorkflowFailure.self) { try await handle.result(within: FlowWorld.long) }
      try await world.until(Self.id, is: "failed")
      #expect(try await world.deeds(Self.id) == "one undo")
    }
  }
}

import ServiceLoop
import Synchronization
import Testing

/// Who waits for something there is too little of.
@Suite(.timeLimit(.minutes(10))) struct WaitingLineTests {
  /// Lets `count` tasks wait, each with its number, and gives what came of each.
  private func line(
    _ count: Int, _ body: @escaping @Sendable (WaitQueue<Int, String>, [Task<String?, Never>]) async -> Void
  ) async throws -> [String?] {
    let loop = try Loop()
    let line = WaitQueue<Int, String>(loop: loop)
    let outcomes = await Task(executorPreference: loop) {
      let tasks = (0..<count).map { number in
        Task(executorPreference: loop) { await line.wait(number, milliseconds: 60_000) }
      }
      while line.count < count { await Task.yield() }
      await body(line, tasks)
      var outcomes: [String?] = []
      for task in tasks { outcomes.append(await task.value) }
      return outcomes
    }.value
    loop.stop()
    return outcomes
  }

  @Test func `those who wait are served in their order, whoever leaves from between them`() async throws {
    let served = try await line(100) { line, tasks in
      for number in stride(from: 0, to: 100, by: 3) { tasks[number].cancel() }
      for number in stride(from: 0, to: 100, by: 3) { #expect(await tasks[number].value == nil) }
      #expect(line.first == 1 && line.last == 98)
      line.refuseLast()
      #expect(line.last == 97 && line.count == 65)
      var next = 0
      while line.serve("\(next)") { next += 1 }
      #expect(next == 65 && line.isEmpty && line.first == nil && line.last == nil)
    }
    let expected = (0..<100).filter { $0 % 3 != 0 && $0 != 98 }.enumerated()
    for (order, number) in expected { #expect(served[number] == "\(order)") }
    #expect(served.count { $0 == nil } == 35)
  }

  @Test func `those whose time is over leave, and those who joined later stay`() async throws {
    let loop = try Loop()
    let line = WaitQueue<Int, String>(loop: loop)
    let served = await Task(executorPreference: loop) {
      let patient = Task.immediate { await line.wait(0, milliseconds: 60_000) }
      let hasty = (1..<40).map { number in Task.immediate { await line.wait(number, milliseconds: number % 3) } }
      let last = Task.immediate { await line.wait(40, milliseconds: .max) }
      var served: [String?] = []
      for task in hasty { served.append(await task.value) }
      #expect(line.count == 2 && line.first == 0 && line.last == 40)
      line.serve("first")
      line.serve("last")
      #expect(!line.serve("nobody"))
      return [await patient.value, await last.value] + served
    }.value
    loop.stop()
    #expect(served == ["first", "last"] + [String?](repeating: nil, count: 39))
  }

  @Test func `a task that was cancelled before does not wait`() async throws {
    let served = try await line(1) { line, _ in
      let task = Task.immediate {
        withUnsafeCurrentTask { $0?.cancel() }
        return await line.wait(1, milliseconds: 60_000) { Issue.record("it has not joined") }
      }
      #expect(await task.value == nil)
      #expect(line.count == 1)
      line.serve("first")
    }
    #expect(served == ["first"])
  }

  @Test func `one that gives up late takes nobody's place who came after it`() async throws {
    let served = try await line(2) { line, tasks in
      // The last one is refused, and cancelled before it hears of it; its place is taken again at once.
      line.refuseLast()
      tasks[1].cancel()
      let next = Task.immediate { await line.wait(2, milliseconds: 60_000) }
      for _ in 0..<10 { await Task.yield() }
      #expect(line.count == 2)
      line.serve("first")
      line.serve("next")
      #expect(await next.value == "next")
    }
    #expect(served == ["first", nil])
  }
}

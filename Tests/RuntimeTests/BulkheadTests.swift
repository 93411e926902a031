import ServiceCore
import ServiceHost
import ServiceLoop
import Synchronization
import Testing

/// Who is let wait for a slot, and who is told at once that there is none.
@Suite(.timeLimit(.minutes(1))) struct BulkheadTests {
  private final class Time: Sendable {
    private let milliseconds = Mutex(0)

    var now: Int { milliseconds.withLock { $0 } }
    func advance(_ count: Int) { milliseconds.withLock { $0 += count } }
  }

  /// Lets `count` tasks ask for a slot of a bulkhead that has one, and it is taken; gives what each was told, in order.
  private func crowd(
    _ count: Int, _ body: @escaping @Sendable (Bulkhead, Time, _ entered: Slot) async -> Void,
    working milliseconds: @escaping @Sendable () -> Int = { 10 }
  ) async throws -> [Bool] {
    let loop = try Loop()
    let time = Time()
    var limits = Bulkhead.Limits()
    limits.waiting = 20
    let bulkhead = Bulkhead(loop: loop, slots: 1, limits: limits) { time.now }
    let work = Task(executorPreference: loop) {
      guard let first = await bulkhead.enter() else { return [Bool]() }
      return await withTaskGroup(of: (Int, Bool).self) { group in
        for number in 0..<count {
          group.addTask {
            guard let entered = await bulkhead.enter() else { return (number, false) }
            time.advance(milliseconds())
            bulkhead.leave(entered)
            return (number, true)
          }
        }
        // The children have begun, in order, once the loop has been round.
        for _ in 0..<10 { await Task.yield() }
        await body(bulkhead, time, first)
        var told = [Bool](repeating: false, count: count)
        for await (number, isIn) in group { told[number] = isIn }
        return told
      }
    }
    let told = await work.value
    loop.stop()
    return told
  }

  @Test func `a burst waits its turn, and what is beyond the queue is refused`() async throws {
    let told = try await crowd(25) { bulkhead, time, entered in
      time.advance(10)
      bulkhead.leave(entered)
    }
    #expect(told == (0..<25).map { $0 < 20 })
  }

  @Test func `a queue that stands for long is cut to what is worked off soon, the newest first`() async throws {
    let told = try await crowd(20) { bulkhead, time, entered in
      // The one slot was held for 1.2 s: with such requests no more than one may wait.
      time.advance(1_200)
      bulkhead.leave(entered)
    }
    #expect(told.first == true && told.count { $0 } == 1)
  }

  @Test func `a burst that can be worked off in time is served, however long its queue stands`() async throws {
    let told = try await crowd(20) { bulkhead, time, entered in
      time.advance(200)
      bulkhead.leave(entered)
    } working: {
      100
    }
    #expect(told == [Bool](repeating: true, count: 20))
  }

  @Test func `clients that ask again and again are served, although nobody ever finds the queue empty`()
    async throws
  {
    let loop = try Loop()
    let time = Time()
    let bulkhead = Bulkhead(loop: loop, slots: 1) { time.now }
    // With one slot and 100 ms a request each of twenty waits for 1.9 s, forty seconds long.
    let refused = await Task(executorPreference: loop) {
      await withTaskGroup(of: Int.self) { group in
        for _ in 0..<20 {
          group.addTask {
            var refused = 0
            for _ in 0..<20 {
              guard let entered = await bulkhead.enter() else {
                refused += 1
                continue
              }
              await Task.yield()
              time.advance(100)
              bulkhead.leave(entered)
            }
            return refused
          }
        }
        return await group.reduce(0, +)
      }
    }.value
    loop.stop()
    #expect(refused == 0)
  }

  @Test func `once more came than the queue takes, and it has stood, only those may wait who are worked off soon`()
    async throws
  {
    let newcomers = Mutex<[Bool]>([])
    let told = try await crowd(25) { bulkhead, time, entered in
      time.advance(100)
      bulkhead.leave(entered)
      while time.now < 1_500 { await Task.yield() }
      // Some of the crowd still wait.
      let isIn = await bulkhead.enter() != nil
      newcomers.withLock { $0.append(isIn) }
    } working: {
      100
    }
    #expect(told == (0..<25).map { $0 < 20 } && newcomers.withLock { $0 } == [false])
  }

  // MARK: requests that wait for another party

  /// Runs `body` on a loop with a bulkhead that has one slot.
  private func alone(_ body: @escaping @Sendable (Bulkhead, Time) async throws -> Void) async throws {
    let loop = try Loop()
    let time = Time()
    let work = Task(executorPreference: loop) { try await body(Bulkhead(loop: loop, slots: 1) { time.now }, time) }
    let result = await work.result
    loop.stop()
    try result.get()
  }

  @Test func `a request that waits for another party lets others in, and goes on before those that have not begun`()
    async throws
  {
    try await alone { bulkhead, time in
      let first = try #require(await bulkhead.enter(), "not in")
      bulkhead.pause(first)
      let second = try #require(await bulkhead.enter(), "the slot was kept")
      let third = Task.immediate(executorPreference: Loop.running) {
        let third = await bulkhead.enter()
        time.advance(1)
        if let third { bulkhead.leave(third) }
        return time.now
      }
      let resumed = Task.immediate(executorPreference: Loop.running) {
        await bulkhead.resume(first)
        time.advance(1)
        bulkhead.leave(first)
        return time.now
      }
      for _ in 0..<10 { await Task.yield() }
      bulkhead.leave(second)
      #expect(await resumed.value == 1)
      #expect(await third.value == 2)
    }
  }

  @Test func `a request whose parts wait at the same time takes one slot again, when the last of them goes on`()
    async throws
  {
    try await alone { bulkhead, _ in
      let first = try #require(await bulkhead.enter(), "not in")
      for _ in 0..<3 { bulkhead.pause(first) }
      for _ in 0..<2 { await bulkhead.resume(first) }
      // Its slot is still another's to have.
      let second = try #require(await bulkhead.enter(), "the slot was kept")
      bulkhead.leave(second)
      await bulkhead.resume(first)
      let waiting = Task.immediate(executorPreference: Loop.running) { await bulkhead.enter() }
      for _ in 0..<10 { await Task.yield() }
      bulkhead.leave(first)
      let third = try #require(await waiting.value, "refused")
      bulkhead.leave(third)
    }
  }

  @Test func `what comes back after its request has ended takes nothing`() async throws {
    try await alone { bulkhead, _ in
      for _ in 0..<3 {
        let first = try #require(await bulkhead.enter(), "not in")
        bulkhead.pause(first)
        bulkhead.leave(first)
        await bulkhead.resume(first)
        bulkhead.pause(first)
        bulkhead.leave(first)
      }
      let last = try #require(await bulkhead.enter(), "the slot was lost")
      let refused = await Deadline.$current.withValue(Deadline(in: 0)) { await bulkhead.enter() }
      #expect(refused == nil, "there are two slots now")
      bulkhead.leave(last)
    }
  }

  @Test func `a request that has no time left goes on without a slot`() async throws {
    try await alone { bulkhead, _ in
      let first = try #require(await bulkhead.enter(), "not in")
      bulkhead.pause(first)
      let second = try #require(await bulkhead.enter(), "the slot was kept")
      await Deadline.$current.withValue(Deadline(in: 0)) { await bulkhead.resume(first) }
      bulkhead.leave(first)
      let refused = await Deadline.$current.withValue(Deadline(in: 0)) { await bulkhead.enter() }
      #expect(refused == nil, "there are two slots now")
      bulkhead.leave(second)
      #expect(await bulkhead.enter() != nil)
    }
  }

  @Test func `the time in which a request waits for another party does not count as work`() async throws {
    let told = try await crowd(20) { bulkhead, time, entered in
      // For 1.2 s as in the test above, but it was not at work.
      bulkhead.pause(entered)
      time.advance(1_200)
      await bulkhead.resume(entered)
      bulkhead.leave(entered)
    }
    #expect(told.allSatisfy { $0 })
  }
}

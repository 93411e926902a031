import ServiceCore
import ServiceHost
import ServiceLoop
import Synchronization
import Testing

/// Who is let wait for a slot, and who is told at once that there is none.
@Suite(.timeLimit(.minutes(10))) struct BulkheadTests {
  private final class Time: Sendable {
    private let milliseconds = Mutex(0)

    var now: Int { milliseconds.withLock { $0 } }
    func advance(_ count: Int) { milliseconds.withLock { $0 += count } }
  }

  /// Lets `count` tasks ask for a slot of a bulkhead that has one, and it is taken; gives what each was told, in order.
  ///
  /// - Parameters:
  ///   - burst: how long waits must be long before that is overload, in milliseconds.
  ///   - wait: how long each may wait, in milliseconds of the clock of the test.
  private func crowd(
    _ count: Int, room: Int = 20, burst: Int = 1_000, within wait: Int = 5_000,
    _ body: @escaping @Sendable (Bulkhead, Time, _ entered: Slot) async -> Void,
    working milliseconds: @escaping @Sendable () -> Int = { 10 }
  ) async throws -> [Bool] {
    let loop = try Loop()
    let time = Time()
    var limits = Bulkhead.Limits()
    (limits.waiting, limits.burst) = (room, burst)
    let bulkhead = Bulkhead(loop: loop, slots: 1, limits: limits) { time.now }
    let work = Task(executorPreference: loop) {
      guard let first = await bulkhead.enter() else { return [Bool]() }
      return await withTaskGroup(of: (Int, Bool).self) { group in
        for number in 0..<count {
          group.addTask {
            guard let entered = await bulkhead.enter(within: wait) else { return (number, false) }
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

  @Test func `of requests that cannot all be completed in the time they have, the newest are refused`() async throws {
    // With 60 s of work for each, and 100 s of time, no more than one may wait: however long a burst may be.
    let told = try await crowd(20, burst: .max, within: 100_000) { bulkhead, time, entered in
      time.advance(60_000)
      bulkhead.leave(entered)
    }
    #expect(told.first == true && told.count { $0 } == 1)
  }

  @Test func `under overload a request that has less time than those before it take is refused at once`() async throws {
    let newcomers = Mutex<[Bool]>([])
    _ = try await crowd(40, room: 40, burst: 50) { bulkhead, time, entered in
      time.advance(10)
      bulkhead.leave(entered)
      while time.now < 350 { await Task.yield() }
      // Some five of the crowd still wait, of which each takes 10 ms.
      for wait in [25, 5_000] {
        let slot = await bulkhead.enter(within: wait)
        newcomers.withLock { $0.append(slot != nil) }
        if let slot { bulkhead.leave(slot) }
      }
    }
    #expect(newcomers.withLock(\.self) == [false, true])
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

  // MARK: quick requests

  /// Lets requests in without waiting, until no slot is free.
  private func fill(_ bulkhead: Bulkhead) async -> [Slot] {
    await Deadline.$current.withValue(Deadline(in: 0)) {
      var slots: [Slot] = []
      while slots.count < 1_000, let slot = await bulkhead.enter() { slots.append(slot) }
      return slots
    }
  }

  @Test func `as many are let in as are completed in ten milliseconds, but at least as many as there are slots`()
    async throws
  {
    try await alone(slots: 2, most: 8) { bulkhead, time in
      for (milliseconds, count) in [(0, 16), (1, 10), (3, 3), (6, 2), (100, 2)] {
        for _ in 0..<200 {
          let slot = try #require(await bulkhead.enter(), "not in")
          time.advance(milliseconds)
          bulkhead.leave(slot)
        }
        let slots = await fill(bulkhead)
        #expect(slots.count == count, "at \(milliseconds) ms")
        time.advance(milliseconds * slots.count)
        for slot in slots { bulkhead.leave(slot) }
      }
    }
  }

  @Test func `when requests become slow, no more are let in than there are slots`() async throws {
    try await alone(slots: 4, most: 8) { bulkhead, time in
      let first = try #require(await bulkhead.enter(), "not in")
      bulkhead.leave(first)
      var slots = await fill(bulkhead)
      #expect(slots.count == 32)
      // Four connections with statements of 40 ms.
      var more: [Slot] = []
      while !slots.isEmpty {
        time.advance(10)
        bulkhead.leave(slots.removeFirst())
        if slots.count >= 4 { more += await fill(bulkhead) }
      }
      #expect(more.count <= 4)
      for slot in more {
        time.advance(10)
        bulkhead.leave(slot)
      }
      #expect(await fill(bulkhead).count == 4)
    }
  }

  @Test func `the number of requests at work settles, although each takes longer the more there are`() async throws {
    try await alone(slots: 4, most: 8) { bulkhead, time in
      var working: [Slot] = []
      var counts: Set<Int> = []
      // A service that completes one request a millisecond, in the order in which they came.
      for step in 0..<400 {
        working += await fill(bulkhead)
        if step >= 200 { counts.insert(working.count) }
        time.advance(1)
        bulkhead.leave(working.removeFirst())
      }
      #expect(counts.allSatisfy { (9...11).contains($0) }, "\(counts.sorted())")
      for slot in working { bulkhead.leave(slot) }
    }
  }

  @Test func `requests that wait are let in once others turn out to be quick`() async throws {
    try await alone(slots: 2, most: 8) { bulkhead, time in
      let slots = await fill(bulkhead)
      let waiting = (0..<8).map { _ in Task.immediate(executorPreference: Loop.running) { await bulkhead.enter() } }
      time.advance(1)
      bulkhead.leave(slots[0])
      for task in waiting { #expect(await task.value != nil) }
    }
  }

  // MARK: requests that wait for another party

  /// Runs `body` on a loop with a bulkhead.
  private func alone(
    slots: Int = 1, most: Int = 1, _ body: @escaping @Sendable (Bulkhead, Time) async throws -> Void
  ) async throws {
    let loop = try Loop()
    let time = Time()
    var limits = Bulkhead.Limits()
    limits.most = most
    let bulkhead = Bulkhead(loop: loop, slots: slots, limits: limits) { time.now }
    let work = Task(executorPreference: loop) { try await body(bulkhead, time) }
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

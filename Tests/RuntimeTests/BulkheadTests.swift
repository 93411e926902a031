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
    _ count: Int, _ body: @escaping @Sendable (Bulkhead, Time, _ entered: Int) async -> Void,
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
}

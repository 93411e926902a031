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
    _ count: Int, _ body: @escaping @Sendable (Bulkhead, Time, _ entered: Int) async -> Void
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
            time.advance(10)
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
}

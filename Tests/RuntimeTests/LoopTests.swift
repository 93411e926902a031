import Foundation
import ServiceLoop
import Synchronization
import Testing

@Suite struct LoopTests {
  @Test func `a loop that has stopped writes to nobody's descriptor`() async throws {
    let loop = try Loop()
    loop.stop()
    // The lowest free numbers are given out first: the loop's own among them.
    let taken = (0..<64).map { _ -> [Int32] in
      var ends: [Int32] = [-1, -1]
      socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends)
      return ends
    }.flatMap(\.self)
    defer { for descriptor in taken { close(descriptor) } }
    Task(executorPreference: loop) {}
    for descriptor in taken {
      var bytes: UInt64 = 0
      #expect(recv(descriptor, &bytes, 8, Int32(MSG_DONTWAIT)) < 0)
    }
  }

  private final class Flag: Sendable {
    let isSet = Mutex(false)
  }

  @Test(.timeLimit(.minutes(10)))
  func `a task that yields again and again keeps nobody from the loop`() async throws {
    let loop = try Loop()
    let flag = Flag()
    let spinner = Task(executorPreference: loop) { while !flag.isSet.withLock(\.self) { await Task.yield() } }
    // Enqueued from another thread, as is what resumes a task that waits for one.
    await Task(executorPreference: loop) { flag.isSet.withLock { $0 = true } }.value
    await spinner.value
    loop.stop()
  }

  @Test func `of a loop that stood still a timeout comes after what was ready before it`() async throws {
    let loop = try Loop()
    let hasTimedOut = Flag()
    let late = try await Task(executorPreference: loop) {
      let timeout = LoopEvent(loop, .once) { hasTimedOut.isSet.withLock { $0 = true } }
      timeout.add(milliseconds: 50)
      // The standstill itself, of a process that is suspended.
      usleep(1_200_000)
      try await loop.sleep(milliseconds: 20)
      let late = hasTimedOut.isSet.withLock(\.self)
      while !hasTimedOut.isSet.withLock(\.self) { try await loop.sleep(milliseconds: 20) }
      timeout.remove()
      return late
    }.value
    loop.stop()
    #expect(!late)
  }
}

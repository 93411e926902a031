import Glibc
import ServiceLoop
import Testing

@Suite struct LoopTests {
  @Test func `a loop that has stopped writes to nobody's descriptor`() async throws {
    let loop = try Loop()
    loop.stop()
    // The lowest free numbers are given out first: the loop's own among them.
    let taken = (0..<64).map { _ in eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC)) }
    defer { for descriptor in taken { close(descriptor) } }
    Task(executorPreference: loop) {}
    for descriptor in taken {
      var count: UInt64 = 0
      #expect(read(descriptor, &count, 8) < 0 && errno == EAGAIN)
    }
  }
}

import Foundation
import TestProcesses
import Testing

extension ChaosTests {
  /// Events whose process ends between two steps, or whose broker is away for long.
  @Suite struct OutageChaos {
    @Test(arguments: ["before-commit", "before-publish", "before-mark", "before-acknowledge", "after-acknowledge"])
    func `I1: a process that ends at a point loses nothing, and publishes one copy more at most`(
      point: String
    ) async throws {
      let began = ContinuousClock.now
      let system = try await EventHosts(url: nil)
      await system.end(1)
      var codes: [Int32: Int] = [:]
      let rounds = Chaos.count(30, atLeast: 3)
      var result = (events: 0, lost: 0, doubled: 0)
      for _ in 0..<rounds {
        codes[try await system.crash(at: point), default: 0] += 1
        try await system.ready()
        let settled = try await system.settle()
        result = (settled.events, result.lost + settled.lost, settled.doubled)
      }
      let copies = try await system.copies()
      await system.stop()
      let hasPassed = result.lost + result.doubled == 0 && copies <= 2 && codes == [137: rounds]
      print(
        "I1t \(point)", hasPassed ? "pass" : "fail", "\(result.events) events",
        String(format: "%.1f s", (ContinuousClock.now - began).seconds),
        "exits \(codes), lost \(result.lost), doubled \(result.doubled), copies at most \(copies)")
      #expect(hasPassed)
    }

    @Test(.enabled(if: Broker.nats != nil, "needs nats-server: apt-get install nats-server"))
    func `J7: a broker that is away holds up no request, and what has piled up is then published`() async throws {
      guard let program = Broker.nats else { return }
      let began = ContinuousClock.now
      let broker = try Broker.nats(program)
      let system = try await EventHosts(url: broker.url)
      let time = max(15, Chaos.seconds(0.1))
      let before = try await system.measure(seconds: time / 3, events: 20)
      _ = try await system.settle()
      await broker.kill()
      let during = try await system.measure(seconds: time, events: 20)
      try broker.start()
      let back = ContinuousClock.now
      let result = try await system.settle()
      let drained = (ContinuousClock.now - back).seconds
      await system.stop()
      await broker.stop()
      func p99(_ times: [Double]) -> Double { times.isEmpty ? 0 : times[times.count * 99 / 100] }
      let piled = (during.times.count - during.failed) * 20
      let hasPassed = result.lost + result.doubled == 0 && before.failed + during.failed == 0
      print(
        "J7", hasPassed ? "pass" : "fail", "\(result.events) events",
        String(format: "%.1f s", (ContinuousClock.now - began).seconds),
        String(
          format: "p99 %.1f ms with the broker, %.1f ms without; %d events piled up, drained in %.1f s, %.0f/s;",
          p99(before.times), p99(during.times), piled, drained, Double(piled) / max(0.1, drained)),
        "failed \(before.failed + during.failed), lost \(result.lost), doubled \(result.doubled)")
      #expect(hasPassed)
    }
  }
}

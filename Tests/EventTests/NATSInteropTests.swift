#if NATS
  import Foundation
  import ServiceCore
  import ServiceEvents
  import ServiceLoop
  @testable import ServiceNATS
  import TestProcesses
  import Testing

  /// What other clients of NATS see of Charter, and Charter of them.
  @Suite(
    .timeLimit(.minutes(10)), .enabled(if: !NATSServers.programs.isEmpty, "needs nats-server"),
    .enabled(if: NATSServers.hasClient, "needs nats-py"))
  struct NATSInteropTests {
    private static let channel = ChannelDescriptor(
      name: "placed", address: [.literal("orders."), .parameter("region"), .literal(".placed")],
      orderingKey: "/order/id")

    private static func python(_ body: String, _ url: String) throws -> String {
      let lines = body.split(separator: "\n").map { "  " + $0 }.joined(separator: "\n")
      let program =
        "import asyncio, json, nats, sys\nasync def main():\n  nc = await nats.connect(sys.argv[1].split(','))\n"
        + "  js = nc.jetstream()\n\(lines)\n  await nc.close()\nasyncio.run(main())\n"
      let (code, output, errors) = try TestProcess.run(["python3", "-c", program, url])
      try #require(code == 0, "\(errors)")
      return output
    }

    private func with(_ body: (NATSServers, any EventTransport) async throws -> Void) async throws {
      let servers = try await NATSServers.started(NATSServers.programs[0].path, count: 1)
      let transport = try NATSTransport(servers.url)
      let result = await Result { try await body(servers, transport) }
      await transport.close()
      await servers.stop()
      try result.get()
    }

    @Test func `nats-py reads what Charter publishes`() async throws {
      try await with { servers, transport in
        let time = try #require(Timestamp("2026-01-02T03:04:05Z"))
        let record = EventRecord(
          id: "1", source: "/orders", type: "order-placed", time: time, key: "schlüssel", sequence: 7,
          traceParent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", headers: [("region", "eu")],
          data: Array(#"{"total":"1.00"}"#.utf8))
        try await transport.publish([
          AddressedRecord(channel: Self.channel, address: "orders.eu.placed", record: record)
        ])
        let output = try Self.python(
          """
          stream = await js.find_stream_name_by_subject("orders.eu.placed")
          sub = await js.pull_subscribe("charter.*.orders.*.placed", "reader", stream=stream)
          m = (await sub.fetch(1, timeout=5))[0]
          print(json.dumps({"subject": m.subject.split(".", 2)[2], "data": m.data.decode(), "headers": dict(m.headers)}))
          """, servers.url)
        var reader = JSONReader(Array(output.utf8))
        let value = try #require(try JSONValue.decode(&reader))
        #expect(value["subject"] == "orders.eu.placed" && value["data"]?.text == #"{"total":"1.00"}"#)
        let headers = try #require(value["headers"])
        let expected = [
          "ce-specversion": "1.0", "ce-id": "1", "ce-source": "/orders", "ce-type": "order-placed",
          "ce-time": "2026-01-02T03:04:05Z", "ce-partitionkey": "schl%C3%BCssel", "ce-sequence": "7",
          "content-type": "application/json", "region": "eu", "Nats-Msg-Id": "/orders/1",
          "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        ]
        for (name, text) in expected { #expect(headers[name]?.text == text, "\(name)") }
      }
    }

    @Test func `Charter consumes what nats-py publishes`() async throws {
      try await with { servers, transport in
        let member = try await transport.subscribe(
          Subscription(group: "g", channel: Self.channel, process: Uuid.v7(at: Clock.system.now())))
        _ = try Self.python(
          """
          await js.publish("orders.us.placed", b'{"order":{"id":"o-1"}}')
          await js.publish("orders.us.placed", b'[1', headers={
            "ce-id": "x", "ce-source": "/elsewhere", "ce-type": "t", "ce-time": "2026-01-02T03:04:05Z",
            "ce-partitionkey": "k", "other": "100%"})
          await js.publish("orders.us.placed", b"", headers={"ce-id": "y", "a": "", "ce-source": "/s"})
          """, servers.url)
        let events = try await member.take(3)
        let (plain, full) = (events[0], events[1])
        #expect(plain.address == "orders.us.placed" && plain.record.source == "orders.us.placed")
        #expect(plain.record.id.hasSuffix("/1") && plain.record.type.isEmpty && plain.record.key == "o-1")
        #expect(plain.record.time > Timestamp(microseconds: Clock.system.now().microseconds - 60_000_000))
        #expect(full.record.id == "x" && full.record.source == "/elsewhere" && full.record.type == "t")
        #expect(full.record.key == "k" && full.record.time == Timestamp("2026-01-02T03:04:05Z"))
        #expect(full.record.headers.map(\.value) == ["100%"] && full.record.data == Array("[1".utf8))
        #expect(events[2].record.id == "y" && events[2].record.source == "/s")
        #expect(events[2].record.headers.map(\.name) == ["a"] && events[2].record.headers.map(\.value) == [""])
        try await member.acknowledge(events)
        #expect(try await transport.lag().map(\.events) == [0])
      }
    }

    @Test func `an address that is no subject is refused`() async throws {
      let transport = try NATSTransport("nats://127.0.0.1:1")
      let record = EventRecord(
        id: "1", source: "/a", type: "t", time: Timestamp(microseconds: 0), data: [])
      for address in ["orders.a b.placed", "orders.*.placed", "orders..placed", "orders.a.b.placed"] {
        #expect(throws: TransportError.self) { try ChannelStream.check(address, of: Self.channel) }
      }
      await #expect(throws: TransportError.self) {
        try await transport.publish([
          AddressedRecord(channel: Self.channel, address: "orders.eu.placed", record: record)
        ])
      }
      await transport.close()
    }
  }
#endif

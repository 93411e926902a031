import Foundation
import ServiceCore
import ServiceEvents
import Testing

/// What every transport must do, whatever its broker.
@Suite(.timeLimit(.minutes(10))) struct ConformanceTests {
  private static let texts = ["", "a", "Grüße, 世界 🎉", "e\u{301} \u{FEFF} \u{10FFFF}", #""quoted" \ {,} NULL"#]

  /// Events whose attributes have every unusual form.
  private static func records(_ time: Timestamp) -> [EventRecord] {
    let data: [[UInt8]] = [
      [], Array(0...255), Array("{\"a\":1}".utf8), (0..<900_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) },
    ]
    return data.enumerated().map { index, data in
      EventRecord(
        id: "id-\(index)", source: "/conformance?a=b#c", type: index == 0 ? "" : "grüße-\(index)", time: time,
        key: index == 0 ? nil : Self.texts[index], sequence: index == 1 ? nil : index,
        contentType: "application/x-\(index)",
        traceParent: index == 2 ? nil : "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        traceState: index == 2 ? nil : "vendor=value",
        headers: index == 3 ? [] : [("first", "1"), ("second", Self.texts[index + 1]), ("third", "")], data: data)
    }
  }

  @Test(arguments: ConformanceBroker.all)
  func `every attribute, header and byte arrives`(_ broker: ConformanceBroker) async throws {
    try await ConformanceRun.run(broker) { run in
      let sent = Self.records(Timestamp(microseconds: Clock.system.now().microseconds))
      try await run.publish(sent.map(run.addressed))
      let got = try await run.join().take(sent.count)
      for record in sent {
        let event = try #require(got.first { $0.record.id == record.id })
        #expect(event.address == run.channel.name + ".eu" && event.channel === run.channel && event.attempt == 1)
        #expect(event.record.source == record.source && event.record.type == record.type)
        #expect(event.record.time == record.time && event.record.key == record.key)
        #expect(event.record.sequence == record.sequence && event.record.contentType == record.contentType)
        #expect(event.record.traceParent == record.traceParent && event.record.traceState == record.traceState)
        #expect(event.record.headers.map(\.name) == record.headers.map(\.name))
        #expect(event.record.headers.map(\.value) == record.headers.map(\.value))
        #expect(event.record.data == record.data)
      }
    }
  }

  @Test(arguments: ConformanceBroker.all)
  func `events of a key arrive in order, whoever of the group takes them`(_ broker: ConformanceBroker) async throws {
    try await ConformanceRun.run(broker) { run in
      let ledger = ConformanceLedger()
      let members = try await [run.join(), run.join(), run.join()]
      let publisher = try await run.connect()
      try await withThrowingTaskGroup(of: Void.self) { group in
        for (index, member) in members.enumerated() {
          group.addTask { try await ledger.consume(member, "member \(index)", until: 3_000) }
        }
        for batch in 0..<30 {
          let events = (0..<100).map { run.event("key-\($0 % 20)", batch * 5 + $0 / 20) }
          await ledger.sent(events)
          try await publisher.publishWhenAvailable(events)
        }
        try await group.waitForAll()
      }
      let findings = await ledger.findings
      #expect(findings.lost == 0 && findings.disordered == 0, "\(findings)")
    }
  }

  @Test(arguments: ConformanceBroker.all)
  func `a group that joins later gets what was published before`(_ broker: ConformanceBroker) async throws {
    try await ConformanceRun.run(broker) { run in
      try await run.publish((0..<10).map { run.event("a", $0) })
      #expect(try await run.join().take(10).map(\.number) == Array(0..<10))
    }
  }

  @Test(arguments: ConformanceBroker.all)
  func `each group gets every event`(_ broker: ConformanceBroker) async throws {
    try await ConformanceRun.run(broker) { run in
      let (first, second) = try await (run.join(), run.join(group: run.group + "-other"))
      try await run.publish((0..<50).map { run.event("key-\($0 % 5)", $0 / 5) })
      let taken = try await first.take(50)
      try await first.acknowledge(taken)
      #expect(Set(try await second.take(50).map(\.record.id)) == Set(taken.map(\.record.id)))
    }
  }

  @Test(arguments: ConformanceBroker.all)
  func `what a member leaves unacknowledged is delivered to another`(_ broker: ConformanceBroker) async throws {
    try await ConformanceRun.run(broker, partitions: 1) { run in
      let first = try await run.join()
      try await run.publish((0..<6).map { run.event("a", $0) })
      let taken = try await first.take(6)
      // The one in the middle is not acknowledged: those after it may come again, those before it do not.
      try await first.acknowledge([taken[4], taken[0], taken[1], taken[2]])
      await first.close()
      let second = try await run.join()
      var again: [DeliveredEvent] = []
      while again.last?.number != 5 { again += try await second.next(10) }
      #expect(again.first?.number == 3 && again.map(\.number).filter { $0 != 4 } == [3, 5])
      try await second.acknowledge(again)
      await second.close()
      try await run.publish([run.event("a", 6)])
      #expect(try await run.join().take(1).map(\.number) == [6])
    }
  }

  @Test(arguments: ConformanceBroker.all)
  func `preparing a channel again changes nothing`(_ broker: ConformanceBroker) async throws {
    try await ConformanceRun.run(broker) { run in
      let transport = try await run.connect()
      try await transport.publishWhenAvailable([run.event("a", 0)])
      let before = try await transport.prepare([run.channel])
      #expect(before.keys.map { $0 } == [run.channel.template] && before.values.allSatisfy { !$0.isEmpty })
      #expect(try await run.connect().prepare([run.channel]) == before)
      #expect(try await run.join().take(1).map(\.number) == [0])
    }
  }

  @Test(arguments: ConformanceBroker.all)
  func `a lost channel is noticed, made anew and used again`(_ broker: ConformanceBroker) async throws {
    try await ConformanceRun.run(broker) { run in
      let transport = try await run.connect()
      let before = try await transport.prepare([run.channel])
      try await transport.publishWhenAvailable([run.event("a", 0)])
      try await run.target.destroy(run.channel)
      // Either publishing says so, or the identity does; servers do not answer while they delete it.
      do {
        let event = run.event("a", 1)
        try await transport.publishWhenAvailable([event])
      } catch TransportError.lost(let channels) {
        #expect(channels == [run.channel.template])
      }
      let after = try await repeating { try await transport.prepare([run.channel]) }
      #expect(after.keys == before.keys && after[run.channel.template] != before[run.channel.template])
      let event = run.event("a", 2)
      try await transport.publishWhenAvailable([event])
      let member = try await run.join()
      var got: [Int] = []
      while got.last != 2 { got += try await member.next(10).map(\.number) }
      #expect(!got.contains(0))
    }
  }
}

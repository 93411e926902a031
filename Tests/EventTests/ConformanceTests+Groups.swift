import Foundation
import ServiceCore
import ServiceEvents
import Testing

extension ConformanceTests {
  @Test(arguments: ConformanceBroker.all)
  func `a member that keeps its lease keeps its events`(_ broker: ConformanceBroker) async throws {
    try await ConformanceRun.run(broker, partitions: 1) { run in
      let first = try await run.join()
      try await run.publish((0..<3).map { run.event("a", $0) })
      let taken = try await first.take(3)
      let second = try await run.join()
      // The lease is by the broker's clock.
      let end = ContinuousClock.now + .milliseconds(2 * run.target.lease)
      let waiting = Task { try await second.next(10, until: end) }
      while ContinuousClock.now < end {
        #expect(try await first.extend(taken).isEmpty)
        try await Task.sleep(for: .milliseconds(run.target.lease / 10))
      }
      #expect(try await waiting.value.isEmpty)
      try await first.acknowledge(taken)
      await first.close()
      try await run.publish([run.event("a", 3)])
      #expect(try await second.take(1).map(\.number) == [3])
    }
  }

  @Test(arguments: ConformanceBroker.all)
  func `a member that gives no sign of life loses its events`(_ broker: ConformanceBroker) async throws {
    try await ConformanceRun.run(broker, partitions: 1) { run in
      let first = try await run.join()
      try await run.publish((0..<3).map { run.event("a", $0) })
      let taken = try await first.take(3)
      let second = try await run.join()
      #expect(try await second.take(3).map(\.number) == [0, 1, 2])
      #expect(Set(try await first.extend(taken).map(\.number)) == [0, 1, 2])
      // It comes too late: the second one has not acknowledged, and so a third one gets them.
      try await first.acknowledge(taken)
      await first.close()
      await second.close()
      #expect(try await run.join().take(3).map(\.number) == [0, 1, 2])
    }
  }

  @Test(arguments: ConformanceBroker.all)
  func `a killed member's events go to the others`(_ broker: ConformanceBroker) async throws {
    try await ConformanceRun.run(broker) { run in
      let killed = try await run.connect()
      let subscription = Subscription(
        group: run.group, channel: run.channel, process: Uuid.v7(at: Clock.system.now()))
      let first = try await repeating { try await killed.subscribe(subscription) }
      let events = (0..<40).map { run.event("key-\($0 % 8)", $0 / 8) }
      try await run.publish(events)
      _ = try await first.take(40)
      await killed.close()
      let got = try await run.join().take(40)
      #expect(Set(got.map(\.record.id)) == Set(events.map(\.record.id)))
      for (_, numbers) in Dictionary(grouping: got, by: \.record.key).mapValues({ $0.map(\.number) }) {
        #expect(numbers == Array(0..<5))
      }
    }
  }

  @Test(arguments: ConformanceBroker.all)
  func `an event that is not acknowledged holds up no other key`(_ broker: ConformanceBroker) async throws {
    try await ConformanceRun.run(broker) { run in
      let member = try await run.join()
      let publisher = try await run.connect()
      try await publisher.publishWhenAvailable([run.event("slow", 0)])
      let slow = try await member.take(1)
      for number in 0..<20 {
        try await publisher.publishWhenAvailable((0..<8).map { run.event("key-\($0)", number) })
        let events = try await member.take(8)
        #expect(Set(events.compactMap(\.record.key)).count == 8 && events.allSatisfy { $0.number == number })
        try await member.acknowledge(events)
      }
      try await member.acknowledge(slow)
      await member.close()
      try await publisher.publishWhenAvailable([run.event("slow", 1)])
      #expect(try await run.join().take(1).map(\.number) == [1])
    }
  }

  @Test(arguments: ConformanceBroker.all)
  func `a member has no more unacknowledged events than its window`(_ broker: ConformanceBroker) async throws {
    try await ConformanceRun.run(broker) { run in
      try await run.publish((0..<30).map { run.event("key-\($0 % 3)", $0 / 3) })
      let member = try await run.join(window: 10)
      var taken = try await member.take(10)
      #expect(try await member.next(10, until: .now + .milliseconds(100)).isEmpty)
      try await member.acknowledge(taken)
      taken = try await member.take(10)
      try await member.acknowledge(Array(taken.prefix(4)))
      #expect(try await member.take(4).count == 4)
    }
  }

  @Test(arguments: ConformanceBroker.all)
  func `members that come and go share the keys, and lose and reorder nothing`(_ broker: ConformanceBroker) async throws
  {
    try await ConformanceRun.run(broker) { run in
      let ledger = ConformanceLedger()
      let publisher = try await run.connect()
      var members: [(member: any EventSubscription, task: Task<Void, any Error>)] = []
      func join(_ name: String) async throws {
        let member = try await run.join()
        members.append((member, Task { try await ledger.consume(member, name) }))
      }
      var sent = 0
      /// Publishes until each of the members has handled something of it.
      func load(_ names: Set<String>) async throws {
        await ledger.forgetHandlers()
        try await eventually("\(names.sorted()) all have events") {
          let events = (0..<40).map { run.event("key-\($0 % 40)", sent / 40) }
          sent += events.count
          await ledger.sent(events)
          try await publisher.publishWhenAvailable(events)
          return await ledger.handlers.isSuperset(of: names)
        }
      }
      try await join("a")
      try await load(["a"])
      try await join("b")
      try await join("c")
      try await load(["a", "b", "c"])
      // Its handlers have ended, as those of a process that stops.
      members[1].task.cancel()
      _ = await members[1].task.result
      await members[1].member.close()
      try await join("d")
      try await load(["a", "c", "d"])
      try await eventually("all are handled") { await ledger.findings.lost == 0 }
      for (_, task) in members { task.cancel() }
      for (_, task) in members { _ = await task.result }
      let findings = await ledger.findings
      #expect(findings.lost == 0 && findings.disordered == 0, "\(findings)")
    }
  }

  @Test(arguments: ConformanceBroker.all)
  func `a closed member gets nothing more`(_ broker: ConformanceBroker) async throws {
    try await ConformanceRun.run(broker) { run in
      let member = try await run.join()
      let waiting = Task { try await member.next(10) }
      await member.close()
      await #expect(throws: CancellationError.self) { try await waiting.value }
      await #expect(throws: CancellationError.self) { try await member.next(10) }
      await member.close()
    }
  }
}

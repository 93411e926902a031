import ContractSamples
import Foundation
import ServiceCore
import ServiceEvents
import Synchronization
import Testing

/// What operators ask for, and what happens while the broker has faults.
extension ConformanceTests {
  @Test(arguments: ConformanceBroker.all)
  func `the lag counts what is not acknowledged`(_ broker: ConformanceBroker) async throws {
    // It is asked for of all groups together, often.
    try await ConformanceRun.run(broker, alone: true) { run in
      let member = try await run.join()
      let observer = try await run.connect()
      func lag() async throws -> GroupLag? {
        // On a loaded machine this may take longer than the lease.
        _ = try await member.extend([])
        return try await observer.lag().first { $0.group == run.group && $0.channel == run.channel.template }
      }
      try await eventually("a group without events has no lag") { try await lag()?.events == 0 }
      #expect(try await lag()?.age == 0)
      try await run.publish((0..<12).map { run.event("a", $0) })
      let events = try await member.take(12)
      try await eventually("twelve are not acknowledged") { try await lag()?.events == 12 }
      try await eventually("they get older") { try await lag()?.age ?? 0 > 5 }
      try await member.acknowledge(Array(events.prefix(5)))
      try await eventually("seven are not acknowledged") { try await lag()?.events == 7 }
      try await member.acknowledge(Array(events.dropFirst(5)))
      try await eventually("all are acknowledged") { try await lag()?.events == 0 }
    }
  }

  /// Publishes five events, and five more after the returned time.
  private func publishTwice(_ run: ConformanceRun) async throws -> Timestamp {
    let publisher = try await run.connect()
    try await publisher.publishWhenAvailable((0..<5).map { run.event("a", $0) })
    // Brokers write times in milliseconds.
    try await Task.sleep(for: .milliseconds(20))
    let time = Clock.system.now()
    try await Task.sleep(for: .milliseconds(20))
    try await publisher.publishWhenAvailable((5..<10).map { run.event("a", $0) })
    return time
  }

  @Test(arguments: ConformanceBroker.all)
  func `a group that is rewound gets what was published since then again`(_ broker: ConformanceBroker) async throws {
    try await ConformanceRun.run(broker) { run in
      let member = try await run.join()
      let time = try await publishTwice(run)
      try await member.acknowledge(try await member.take(10))
      await member.close()
      let operation = try await run.connect()
      try await operation.rewind(run.group, run.channel, to: time)
      let again = try await run.join()
      #expect(try await again.take(5).map(\.number) == Array(5..<10))
      await #expect(throws: TransportError.self) {
        try await operation.rewind(run.group + "-unknown", run.channel, to: time)
      }
    }
  }

  @Test(arguments: ConformanceBroker.all)
  func `a channel can be read without a group, from any time on`(_ broker: ConformanceBroker) async throws {
    try await ConformanceRun.run(broker) { run in
      let time = try await publishTwice(run)
      let reader = try await run.connect()
      let read = Mutex<[Int]>([])
      let record: @Sendable (DeliveredEvent) async throws -> Void = { event in read.withLock { $0.append(event.number) }
      }
      try await reader.read(run.channel, from: nil, follows: false, record)
      #expect(read.withLock { $0 } == Array(0..<10))
      read.withLock { $0 = [] }
      try await reader.read(run.channel, from: time, follows: false, record)
      #expect(read.withLock { $0 } == Array(5..<10))
      read.withLock { $0 = [] }
      let following = Task { try await reader.read(run.channel, from: time, follows: true, record) }
      try await eventually("the first ones are read") { read.withLock { $0.count } == 5 }
      try await run.publish([run.event("a", 10)])
      try await eventually("the new one is read") { read.withLock { $0.last } == 10 }
      following.cancel()
      await #expect(throws: CancellationError.self) { try await following.value }
      // Reading moves no group's offset.
      #expect(try await run.join().take(11).first?.number == 0)
    }
  }

  @Test(arguments: ConformanceBroker.all)
  func `nothing is lost or reordered while the broker has faults`(_ broker: ConformanceBroker) async throws {
    var random = SplitMix64(1)
    try await ConformanceRun.run(broker, alone: true) { run in
      for fault in run.target.faults {
        let findings = try await Self.withFaults(run, fault, batches: 60, faults: 6, &random)
        #expect(findings.lost == 0 && findings.disordered == 0, "\(fault.name): \(findings)")
      }
    }
  }

  /// Publishes and consumes with two members while a fault is injected at random moments.
  static func withFaults(
    _ run: ConformanceRun, _ fault: ConformanceTarget.Fault, batches: Int, faults: Int, _ random: inout SplitMix64
  ) async throws -> ConformanceLedger.Findings {
    let ledger = ConformanceLedger()
    let publisher = try await run.connect()
    var members: [any EventSubscription] = []
    for _ in 0..<2 { members.append(try await repeating { try await run.join(group: run.group + fault.name) }) }
    let consuming = members.enumerated().map { index, member in
      Task { try await ledger.consume(member, "member \(index)", limit: 20) }
    }
    let prefix = UUID().uuidString
    let moments = (0..<faults).map { _ in Int.random(in: 0..<batches, using: &random) }
    for batch in 0..<batches {
      let events = (0..<50).map { run.event("\(prefix)-\($0 % 10)", batch * 5 + $0 / 10) }
      await ledger.sent(events)
      // At the same time as the publishing, so that it hits it anywhere.
      let injected = moments.filter { $0 == batch }.map { _ in Task { try await fault.inject() } }
      try await publisher.publishWhenAvailable(events)
      for task in injected { try await task.value }
    }
    try await eventually("all are handled", within: .seconds(300)) { await ledger.findings.lost == 0 }
    for task in consuming {
      task.cancel()
      _ = await task.result
    }
    for member in members { await member.close() }
    return await ledger.findings
  }
}

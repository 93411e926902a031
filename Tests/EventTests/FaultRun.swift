import Foundation
import ServiceCore
import ServiceEvents
import Synchronization
import Testing

/// Events under faults: a publisher that does what the relay does, and members of a group that do what consumers do,
/// while faults are injected one after another. It prints a line with what was lost, doubled or out of order.
struct FaultRun {
  let name: String
  let channel: ChannelDescriptor
  /// Connects as one more process.
  let connect: @Sendable () async throws -> any EventTransport
  /// Each is injected once in a round.
  let faults: [ConformanceTarget.Fault]
  /// Happens before the members leave.
  var end: @Sendable () async -> Void = {}

  /// Only some of the faults are injected without `--chaos`: all of them take a minute.
  static let rounds = EventChaos.minutes.map { max(1, Int($0)) }

  /// What the publisher has done.
  private final class Outbox: Sendable {
    struct State {
      var retained: [AddressedRecord] = []
      var counts = [Int](repeating: 0, count: 20)
      var isEnding = false
      var replays = 0
      /// The longest time without a successful call, in seconds.
      var gap = 0.0
    }
    let state = Mutex(State())
  }

  func run(publishing: Duration = .milliseconds(20)) async throws {
    let ledger = ConformanceLedger()
    let outbox = Outbox()
    let group = "group-\(UUID().uuidString)"
    let transports = try await [connect(), connect(), connect()]
    _ = try await repeating { try await transports[0].prepare([channel]) }
    var injected = 0
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      // Before any fault: to subscribe makes a lost channel anew, which hides the loss from the publisher for a while.
      for index in 1...2 {
        let subscription = Subscription(
          group: group, channel: channel, process: Uuid.v7(at: Clock.system.now()))
        let member = try await repeating { try await transports[index].subscribe(subscription) }
        tasks.addTask { try await Self.consume(member, ledger, "member \(index)") }
      }
      let publisher = Task { try await publish(transports[0], outbox, ledger, publishing) }
      defer { publisher.cancel() }
      try await eventually("events are handled", within: .seconds(180)) { await ledger.handledCount > 0 }
      for _ in 0..<(Self.rounds ?? 1) {
        for fault in Self.rounds == nil ? Array(faults.prefix(2)) : faults {
          try await Task.sleep(for: .milliseconds(500))
          try await fault.inject()
          injected += 1
          // The next fault comes when events flow again.
          let goal = outbox.state.withLock { $0.retained.count } + 20
          try await eventually("events are handled after: \(fault.name)", within: .seconds(180)) {
            await ledger.handledCount > goal
          }
        }
      }
      outbox.state.withLock { $0.isEnding = true }
      try await publisher.value
      let sent = outbox.state.withLock { $0.retained.count }
      var last = -1
      try await eventually("all events are handled", within: .seconds(180)) {
        last = await ledger.handledCount
        return last >= sent
      }
      tasks.cancelAll()
    }
    let findings = await ledger.findings
    let (replays, gap) = outbox.state.withLock { ($0.replays, $0.gap) }
    print(
      "\(name): faults \(injected), \(findings), replays \(replays), longest gap of publishing "
        + "\((gap * 10).rounded() / 10) s")
    #expect(findings.lost == 0 && findings.disordered == 0, "\(name): \(findings)")
    await end()
    for transport in transports { await transport.close() }
  }

  /// Publishes batches in order as the relay does: again after a failure, and all that is retained after a loss.
  private func publish(
    _ transport: any EventTransport, _ outbox: Outbox, _ ledger: ConformanceLedger, _ pause: Duration
  ) async throws {
    var next = 0
    var last = ContinuousClock.now
    var identity = try await repeating { try await transport.prepare([channel]) }
    while true {
      if !outbox.state.withLock({ $0.isEnding }) {
        let batch = (0..<10).map { _ in event(outbox) }
        await ledger.sent(batch)
        outbox.state.withLock { $0.retained += batch }
      }
      let retained = outbox.state.withLock { $0.retained }
      do {
        while next < retained.count {
          let batch = Array(retained[next..<min(next + 200, retained.count)])
          try await transport.publish(batch)
          next += batch.count
          let now = ContinuousClock.now
          let gap = Double((now - last).components.seconds) + Double((now - last).components.attoseconds) / 1e18
          last = now
          outbox.state.withLock { $0.gap = max($0.gap, gap) }
        }
        if outbox.state.withLock({ $0.isEnding }) {
          // A loss behind the last event is seen by the identity.
          let now = try await transport.prepare([channel])
          if now == identity { return }
          throw TransportError.lost(channels: [channel.template])
        }
      } catch TransportError.lost {
        identity = try await repeating { try await transport.prepare([channel]) }
        next = 0
        outbox.state.withLock { $0.replays += 1 }
      } catch TransportError.unavailable {
        try await Task.sleep(for: .milliseconds(50))
        // A broker that comes back may have lost what it held.
        if let now = try? await transport.prepare([channel]), now != identity {
          (identity, next) = (now, 0)
          outbox.state.withLock { $0.replays += 1 }
        }
      }
      try await Task.sleep(for: pause)
    }
  }

  private func event(_ outbox: Outbox) -> AddressedRecord {
    let (key, number) = outbox.state.withLock { state in
      let key = Int.random(in: 0..<state.counts.count)
      state.counts[key] += 1
      return (key, state.counts[key])
    }
    let now = Clock.system.now()
    return AddressedRecord(
      channel: channel, address: channel.template,
      record: EventRecord(
        id: Uuid.v7(at: now).description, source: "/faults", type: "counted", time: now, key: "key-\(key)",
        sequence: number, data: Array(#"{"number":\#(number)}"#.utf8)))
  }

  private static func consume(
    _ member: any EventSubscription, _ ledger: ConformanceLedger, _ name: String
  ) async throws {
    do {
      while !Task.isCancelled {
        do {
          let events = try await member.next(100)
          await ledger.handle(events, by: name)
          try await member.acknowledge(events)
        } catch is TransportError {
          try await Task.sleep(for: .milliseconds(100))
        }
      }
    } catch is CancellationError {}
  }
}

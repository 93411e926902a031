import ServiceCore
import ServiceEvents

/// Counts what was sent and what arrived: what is lost, doubled or out of order.
actor ConformanceLedger {
  struct Findings: Sendable, CustomStringConvertible {
    var sent = 0
    var lost = 0
    /// Deliveries of an event that had been handled.
    var doubled = 0
    /// Events that were handled first after a later one of their key.
    var disordered = 0

    mutating func add(_ other: Findings) {
      sent += other.sent
      lost += other.lost
      doubled += other.doubled
      disordered += other.disordered
    }

    var description: String { "events \(sent), lost \(lost), doubled \(doubled), out of order \(disordered)" }
  }

  private var sent: Set<String> = []
  private var handled: Set<String> = []
  /// The number of the last new event of each key.
  private var last: [String: Int] = [:]
  private var (doubled, disordered) = (0, 0)
  private(set) var handlers: Set<String> = []

  func sent(_ events: [AddressedRecord]) { for event in events { sent.insert(event.record.id) } }

  /// Handles events as a consumer with an inbox does: one that is delivered again has no further effect.
  func handle(_ events: [DeliveredEvent], by handler: String) {
    if !events.isEmpty { handlers.insert(handler) }
    for event in events {
      guard handled.insert(event.record.id).inserted else {
        doubled += 1
        continue
      }
      guard let key = event.record.key else { continue }
      if event.number <= last[key] ?? -1 { disordered += 1 }
      last[key] = max(last[key] ?? -1, event.number)
    }
  }

  func forgetHandlers() { handlers = [] }

  var handledCount: Int { handled.count }

  var findings: Findings {
    Findings(sent: sent.count, lost: sent.subtracting(handled).count, doubled: doubled, disordered: disordered)
  }

  /// Handles and acknowledges until so many events are handled by all members together, or the task is cancelled; the
  /// broker may be away now and then.
  nonisolated func consume(
    _ member: any EventSubscription, _ name: String, limit: Int = 100, until count: Int = .max
  ) async throws {
    while !Task.isCancelled, await handledCount < count {
      let events = try await repeating { try await member.next(limit, until: .now + .milliseconds(50)) }
      await handle(events, by: name)
      // Those that cannot be acknowledged now are so with the next ones, or delivered again.
      do { try await member.acknowledge(events) } catch TransportError.unavailable {}
    }
  }
}

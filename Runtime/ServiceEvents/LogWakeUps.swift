import ServiceCore
import Synchronization

/// Wakes those that wait for a channel's events: in this process at once, in others by a notification.
///
/// Notifications are sent outside of the transaction that stores events: PostgreSQL commits transactions that notify one
/// by one.
final class LogWakeUps: Sendable {
  /// What happened to a channel.
  enum Change: String {
    case events = ""
    /// Members of one of its groups came or went, or its offsets were set.
    case members = "!"
  }

  private struct Listener {
    let channel: Int
    let wake: @Sendable (Change) -> Void
  }

  private struct State {
    var listeners: [Int: Listener] = [:]
    var count = 0
    /// The payloads that are still to be sent.
    var unsent: Set<String> = []
    var isSending = false
  }

  private let state = Mutex(State())
  /// Sends one notification.
  private let notify: @Sendable (_ payload: String) async -> Void

  init(_ notify: @escaping @Sendable (_ payload: String) async -> Void) { self.notify = notify }

  /// Calls back whenever there may be something new; returns a number for ``remove(_:)``.
  func add(_ channel: Int, _ wake: @escaping @Sendable (Change) -> Void) -> Int {
    state.withLock { state in
      state.count += 1
      state.listeners[state.count] = Listener(channel: channel, wake: wake)
      return state.count
    }
  }

  func remove(_ number: Int) { state.withLock { $0.listeners[number] = nil } }

  /// Wakes all: notifications may have been missed.
  func wakeAll() { for listener in state.withLock({ Array($0.listeners.values) }) { listener.wake(.members) } }

  /// Reads a notification: `12 13!`.
  func receive(_ payload: String) {
    for word in payload.split(separator: " ") {
      let change = word.last == "!" ? Change.members : .events
      if let channel = Int(change == .members ? word.dropLast() : word) { wake(channel, change) }
    }
  }

  /// Wakes the listeners of this process at once. What changes while a notification is being sent goes with the next
  /// one.
  func publish(_ channel: Int, _ change: Change) {
    wake(channel, change)
    let starts = state.withLock { state in
      state.unsent.insert("\(channel)\(change.rawValue)")
      defer { state.isSending = true }
      return !state.isSending
    }
    if starts { Task { await send() } }
  }

  private func wake(_ channel: Int, _ change: Change) {
    let listeners = state.withLock { state in state.listeners.values.filter { $0.channel == channel } }
    for listener in listeners { listener.wake(change) }
  }

  private func send() async {
    while let payload = nextPayload() { await notify(payload) }
  }

  private func nextPayload() -> String? {
    state.withLock { state in
      if state.unsent.isEmpty {
        state.isSending = false
        return nil
      }
      // A notification holds at most 8,000 bytes.
      let words = state.unsent.prefix(300)
      state.unsent.subtract(words)
      return words.joined(separator: " ")
    }
  }
}

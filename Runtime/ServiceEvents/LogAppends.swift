/// Who waits for events to be stored, by channel.
struct LogAppends {
  struct Call: Sendable {
    let events: [AddressedRecord]
    let continuation: CheckedContinuation<Void, any Error>

    init(_ events: [AddressedRecord], _ continuation: CheckedContinuation<Void, any Error>) {
      (self.events, self.continuation) = (events, continuation)
    }
  }

  /// The waiting calls of the channels for which a statement is running.
  private var waiting: [String: [Call]] = [:]

  /// Returns whether nobody stores events of the channel yet.
  mutating func add(_ call: Call, to channel: String) -> Bool {
    let starts = waiting[channel] == nil
    waiting[channel, default: []].append(call)
    return starts
  }

  /// The calls whose events go together, at least one; none, and nobody stores any more, when none waits.
  mutating func next(of channel: String, atMost limit: Int) -> [Call] {
    guard let calls = waiting[channel], !calls.isEmpty else {
      waiting[channel] = nil
      return []
    }
    var (count, end) = (0, 0)
    while end < calls.count, end == 0 || count + calls[end].events.count <= limit {
      count += calls[end].events.count
      end += 1
    }
    waiting[channel] = Array(calls[end...])
    return Array(calls[..<end])
  }
}

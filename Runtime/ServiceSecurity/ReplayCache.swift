/// The ids of accepted deliveries, in a bounded number.
///
/// An id is retained for a window after its arrival, and at least for as long as its timestamp is valid. A full cache
/// refuses new ids: forgetting one early would allow a replay.
struct ReplayCache {
  enum Verdict {
    case remembered, replayed, full
    /// It arrived before with an earlier timestamp, and is being processed, or was processed.
    case inProgress, done
  }

  private struct Entry {
    /// The time in milliseconds from which its window counts.
    let start: Int
    var sent: Int
    var isDone = false
  }

  private let capacity: Int
  private var entries: [String: Entry] = [:]
  /// The longestWindow window used so far: an id that is valid under any window must not be forgotten under a shorter one.
  private var longestWindow = 0
  /// The second of the last search for expired ids.
  private var lastSearch: Int?

  init(capacity: Int) { self.capacity = capacity }

  /// - Parameters:
  ///   - sent: the delivery's timestamp; all times are in milliseconds.
  ///   - window: how long the timestamp is valid.
  mutating func remember(_ id: String, sent: Int, now: Int, window: Int) -> Verdict {
    longestWindow = max(longestWindow, window)
    if let entry = entries[id] {
      if now - entry.start <= window {
        // Only the sender can sign a later timestamp: an eavesdropper has only timestamps that were used already.
        guard sent > entry.sent else { return .replayed }
        entries[id]?.sent = sent
        return entry.isDone ? .done : .inProgress
      }
    } else if entries.count >= capacity {
      expire(now)
      guard entries.count < capacity else { return .full }
    }
    entries[id] = Entry(start: max(sent, now), sent: sent)
    return .remembered
  }

  mutating func finish(_ id: String, wasDone: Bool) {
    if wasDone { entries[id]?.isDone = true } else { entries[id] = nil }
  }

  /// Searches at most once a second: otherwise, while nothing expires, each delivery to a full cache would search all
  /// ids.
  private mutating func expire(_ now: Int) {
    guard lastSearch != now / 1_000 else { return }
    lastSearch = now / 1_000
    entries = entries.filter { now - $0.value.start <= longestWindow }
  }
}

/// The ids of deliveries that were accepted, in a bounded number.
///
/// An id stays for a window from when it came, and in any case for as long as its timestamp is good. When it is full it
/// takes no more: to forget one early would let it be replayed.
struct ReplayCache {
  enum Verdict {
    case remembered, replayed, full
    /// It came before under an earlier timestamp, and is being worked on, or done.
    case underway, done
  }

  private struct Entry {
    /// The moment in milliseconds from which its window counts.
    let moment: Int
    var sent: Int
    var isDone = false
  }

  private let capacity: Int
  private var entries: [String: Entry] = [:]
  /// The longest window that was asked for: what is good under any must not be forgotten under a shorter one.
  private var longest = 0
  /// The second of the last search for what has expired.
  private var searched: Int?

  init(capacity: Int) { self.capacity = capacity }

  /// - Parameters:
  ///   - sent: the delivery's timestamp, in milliseconds as the others.
  ///   - window: for how long the timestamp is good.
  mutating func remember(_ id: String, sent: Int, now: Int, window: Int) -> Verdict {
    longest = max(longest, window)
    if let entry = entries[id] {
      if now - entry.moment <= window {
        // Only the sender can sign a later timestamp: whoever listens in has none but those that were used.
        guard sent > entry.sent else { return .replayed }
        entries[id]?.sent = sent
        return entry.isDone ? .done : .underway
      }
    } else if entries.count >= capacity {
      expire(now)
      guard entries.count < capacity else { return .full }
    }
    entries[id] = Entry(moment: max(sent, now), sent: sent)
    return .remembered
  }

  mutating func finish(_ id: String, wasDone: Bool) {
    if wasDone { entries[id]?.isDone = true } else { entries[id] = nil }
  }

  /// Searches once a second at most: while nothing expires, a crowd must not have all ids searched again each time.
  private mutating func expire(_ now: Int) {
    guard searched != now / 1_000 else { return }
    searched = now / 1_000
    entries = entries.filter { now - $0.value.moment <= longest }
  }
}

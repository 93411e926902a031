/// The ids of deliveries that were accepted, in a bounded number.
///
/// An id stays for a window from when it came, and in any case for as long as its timestamp is good. When it is full it
/// takes no more: to forget one early would let it be replayed.
struct ReplayCache {
  enum Verdict { case remembered, replayed, full }

  private let capacity: Int
  /// Each id with the moment in milliseconds from which its window counts.
  private var moments: [String: Int] = [:]
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
    if let moment = moments[id] {
      guard now - moment > window else { return .replayed }
    } else if moments.count >= capacity {
      expire(now)
      guard moments.count < capacity else { return .full }
    }
    moments[id] = max(sent, now)
    return .remembered
  }

  mutating func forget(_ id: String) { moments[id] = nil }

  /// Searches once a second at most: while nothing expires, a crowd must not have all ids searched again each time.
  private mutating func expire(_ now: Int) {
    guard searched != now / 1_000 else { return }
    searched = now / 1_000
    moments = moments.filter { now - $0.value <= longest }
  }
}

/// The partitions that a member of a group has, and its events that are not acknowledged yet.
struct LogLeases {
  /// A partition's lease, as the database has it.
  struct Lease: Sendable {
    let partition: Int
    /// Its number: the partition's next lease has a greater one.
    let number: Int
    /// The group's offset.
    let position: Int
  }

  private struct Part {
    let number: Int
    /// All events up to here were delivered.
    var cursor: Int
    /// The offset in the database.
    var stored: Int
    /// The positions of the delivered events, from the first one that is not acknowledged.
    var delivered: [Int] = []
    var first = 0
    var acknowledged: Set<Int> = []
    /// Whether an event was acknowledged since the offset was stored.
    var isChanged = false
    /// Whether another member is to have it: nothing more is delivered of it.
    var isLeaving = false

    /// How far everything is acknowledged.
    var offset: Int { first < delivered.count ? delivered[first] - 1 : cursor }

    mutating func acknowledge(_ position: Int) {
      isChanged = true
      acknowledged.insert(position)
      while first < delivered.count, acknowledged.remove(delivered[first]) != nil { first += 1 }
      // Each position is moved once at most for each that was removed.
      if first > 64, first > delivered.count / 2 {
        delivered.removeFirst(first)
        first = 0
      }
    }
  }

  /// What to read next.
  struct Range: Sendable, Equatable {
    let partitions: [Int]
    /// Positions greater than this one,
    let after: Int
    /// and not greater than this one.
    let through: Int
  }

  private var parts: [Int: Part] = [:]
  /// The unacknowledged events by the numbers under which they were delivered.
  private var events: [UInt64: (partition: Int, position: Int)] = [:]
  private var count: UInt64 = 0

  var unacknowledged: Int { events.count }
  var partitions: Int { parts.count }
  var held: [Lease] { parts.map { Lease(partition: $0.key, number: $0.value.number, position: $0.value.stored) } }

  // MARK: leases

  mutating func take(_ leases: [Lease]) {
    for lease in leases {
      drop(lease.partition)
      parts[lease.partition] = Part(number: lease.number, cursor: lease.position, stored: lease.position)
    }
  }

  /// Only these were renewed: the others are lost, and their events are no longer this member's.
  mutating func keep(_ partitions: Set<Int>) {
    for partition in parts.keys where !partitions.contains(partition) { drop(partition) }
  }

  private mutating func drop(_ partition: Int) {
    guard parts.removeValue(forKey: partition) != nil else { return }
    events = events.filter { $0.value.partition != partition }
  }

  /// Chooses which partitions to leave to others, those without unacknowledged events first.
  mutating func limit(to quota: Int) {
    let order = parts.keys.sorted { left, right in
      let (isLeft, isRight) = (isIdle(left), isIdle(right))
      return isLeft == isRight ? left < right : isRight
    }
    for (index, partition) in order.enumerated() { parts[partition]?.isLeaving = index >= quota }
  }

  private func isIdle(_ partition: Int) -> Bool { parts[partition].map { $0.first == $0.delivered.count } ?? true }

  /// The partitions that can be left now: their events are acknowledged, and that is stored.
  var left: [Lease] {
    held.filter { lease in
      parts[lease.partition].map { $0.isLeaving && $0.offset == $0.stored } == true && isIdle(lease.partition)
    }
  }

  // MARK: delivery

  /// The events that come next: of the partitions that are furthest behind, up to where the next one is.
  var next: Range? {
    let active = parts.filter { !$0.value.isLeaving }
    guard let after = active.values.map(\.cursor).min() else { return nil }
    let through = active.values.map(\.cursor).filter { $0 > after }.min() ?? .max
    return Range(
      partitions: active.filter { $0.value.cursor == after }.map(\.key).sorted(), after: after, through: through)
  }

  /// Records that an event is delivered, and returns its number; nil for one whose partition was lost meanwhile.
  mutating func deliver(_ partition: Int, _ position: Int) -> UInt64? {
    guard let cursor = parts[partition]?.cursor, position > cursor else { return nil }
    parts[partition]?.cursor = position
    parts[partition]?.delivered.append(position)
    count += 1
    events[count] = (partition, position)
    return count
  }

  /// Records that there is nothing more of a range up to a position.
  mutating func pass(_ range: Range, to position: Int) {
    for partition in range.partitions {
      guard let cursor = parts[partition]?.cursor, cursor >= range.after, cursor < position else { continue }
      parts[partition]?.cursor = position
    }
  }

  // MARK: acknowledgement

  mutating func acknowledge(_ number: UInt64) {
    guard let event = events.removeValue(forKey: number) else { return }
    parts[event.partition]?.acknowledge(event.position)
  }

  func has(_ number: UInt64) -> Bool { events[number] != nil }

  /// The offsets to store: where events were acknowledged, or of all partitions, also those that only had none for long.
  func unstored(all: Bool) -> [Lease] {
    let leases = parts.compactMap { partition, part in
      part.offset > part.stored && (all || part.isChanged)
        ? Lease(partition: partition, number: part.number, position: part.offset) : nil
    }
    // Rows are locked in one order.
    return leases.sorted { $0.partition < $1.partition }
  }

  /// Of these offsets, those of the given partitions were stored; the leases of the others are lost.
  mutating func store(_ offsets: [Lease], in stored: Set<Int>) {
    for offset in offsets where parts[offset.partition]?.number == offset.number {
      if stored.contains(offset.partition) {
        parts[offset.partition]?.stored = offset.position
        if parts[offset.partition]?.offset == offset.position { parts[offset.partition]?.isChanged = false }
      } else {
        drop(offset.partition)
      }
    }
  }
}

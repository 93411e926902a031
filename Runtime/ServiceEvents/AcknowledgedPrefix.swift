/// The messages of one partition that a member of a group works on, and how far they are acknowledged without a gap: a
/// group's position in a log is one number, and messages are acknowledged in any order.
package struct AcknowledgedPrefix: Sendable {
  /// The position of the last message before which all are acknowledged.
  package private(set) var floor: Int
  /// The delivered positions after the floor, in order, from `first` on.
  private var delivered: [Int] = []
  private var first = 0
  private var acknowledged: Set<Int> = []

  package init(floor: Int) { self.floor = floor }

  /// How many delivered messages are not acknowledged.
  package var pending: Int { delivered.count - first - acknowledged.count }
  /// The position of the last message that was delivered.
  package var last: Int { delivered.last ?? floor }

  package mutating func deliver(_ position: Int) { delivered.append(position) }

  package mutating func acknowledge(_ position: Int) {
    guard position > floor else { return }
    acknowledged.insert(position)
    while first < delivered.count, acknowledged.remove(delivered[first]) != nil {
      floor = delivered[first]
      first += 1
    }
    // The room of what was passed is freed when it is half of all, so that each message is moved once on average.
    if first > 64, first * 2 > delivered.count {
      delivered.removeFirst(first)
      first = 0
    }
  }
}

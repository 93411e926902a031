/// How long a compiled query takes, by its runs outside of transactions on one loop.
///
/// A run lasts from when the query was sent until its result arrived, without the time for which results of earlier
/// statements on its connection were awaited. The clock's milliseconds suffice: a time of a tenth of one counts as 1 in
/// one run of ten.
package struct StatementTime: Equatable, Sendable {
  /// The mean in milliseconds.
  private var mean = 0.0
  /// The number of runs since the last slow one, which begins far below 0 then.
  private var runs = 0

  /// After how many runs a query is known, and with how much weight a run counts in the mean at least.
  private static let known = 16
  private static let memory = 64.0
  /// A longer run is slow, and the number of runs that must follow it without another.
  private static let slow = 10
  private static let probation = 256
  /// For how many milliseconds of work before it a query may wait, and the mean up to which it is quick.
  private static let wait = 2.0
  private static let quick = 0.5

  package init() {}

  package mutating func record(milliseconds: Int) {
    let time = Double(max(0, milliseconds))
    if milliseconds > Self.slow { runs = Self.known - Self.probation } else { runs = min(runs + 1, Int(Self.memory)) }
    // In the first runs the mean is that of all.
    mean += (time - mean) / (runs > 0 ? Double(runs) : Self.memory)
  }

  /// How many such queries may be in progress on one connection; nil for one that is not known to be quick.
  package func shared(most: Int) -> Int? {
    guard runs >= Self.known, mean < Self.quick else { return nil }
    return mean * Double(most) <= Self.wait ? most : max(1, Int(Self.wait / mean))
  }
}

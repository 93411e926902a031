import ServiceCore

extension ReceiveDescriptor.Retry {
  /// When an event is tried again that has failed so often; nil when it is not.
  ///
  /// The pause doubles with each attempt up to the longest, and is varied by a fifth, so that events that failed
  /// together are not tried again together.
  package func next(
    after attempts: Int, at now: Timestamp, using random: inout some RandomNumberGenerator
  ) -> Timestamp? {
    guard attempts < self.attempts else { return nil }
    var pause = min(max(0, delay), longestDelay)
    var doubled = 1
    while doubled < attempts, pause < longestDelay {
      pause = pause > longestDelay / 2 ? longestDelay : pause * 2
      doubled += 1
    }
    // A number of milliseconds that is still one of microseconds.
    let varied = min(Double(pause) * Double.random(in: 0.8...1.2, using: &random), 1e15)
    let (time, overflows) = now.microseconds.addingReportingOverflow(Int(varied * 1_000))
    return Timestamp(microseconds: overflows ? .max : time)
  }
}

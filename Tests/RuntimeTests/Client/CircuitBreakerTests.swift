import ServiceHTTP
import Testing

/// Reliability F1.
@Suite struct CircuitBreakerTests {
  /// What a breaker is meant to do, told from all that has happened so far.
  private struct Model {
    var opened: (at: Int, pause: Int)?
    var failures: [Int] = []
    var probes = (running: 0, succeeded: 0)
    var era = 0
    /// Those of the era since its last success.
    var refusals: [Int] = []

    func state(_ now: Int) -> CircuitBreaker.State {
      guard let opened else { return .closed }
      return now < opened.at + opened.pause ? .open : .halfOpen
    }

    mutating func admits(_ now: Int) -> (isProbe: Bool, era: Int)? {
      switch state(now) {
      case .closed: return (false, era)
      case .open: return nil
      case .halfOpen:
        guard probes.running == 0 else { return nil }
        probes.running = 1
        return (true, era)
      }
    }

    mutating func ended(_ call: (isProbe: Bool, era: Int), _ outcome: CircuitBreaker.Outcome, _ now: Int) {
      if call.era != era { return }
      if call.isProbe { probes.running = 0 }
      if outcome == .refusal, !call.isProbe {
        refusals.append(now)
        if now - refusals[0] < 1_000 { return }
      }
      if outcome == .success {
        refusals = []
        if call.isProbe { probes.succeeded += 1 }
        if probes.succeeded == 3 { change(nil) }
      } else if outcome != .nothing {
        if call.isProbe, let opened { return change((now, min(300_000, 2 * opened.pause))) }
        failures.append(now)
        if failures.count(where: { now - $0 < 10_000 }) >= 5 { change((now, 30_000)) }
      }
    }

    private mutating func change(_ opened: (at: Int, pause: Int)?) {
      (self.opened, failures, probes, era, refusals) = (opened, [], (0, 0), era + 1, [])
    }
  }

  @Test func `in ten thousand sequences of events it is in the state of its model at every step`() async {
    var random = SystemRandomNumberGenerator()
    for number in 0..<10_000 {
      if number % 100 == 0 { await Task.yield() }
      var (breaker, model, now) = (CircuitBreaker(), Model(), 0)
      var calls: [(permit: CircuitBreaker.Permit, own: (isProbe: Bool, era: Int))] = []
      let bias = Int.random(in: 1...9, using: &random)
      for _ in 0..<60 {
        now += [0, 1, 500, 3_000, 31_000].randomElement(using: &random) ?? 0
        if Bool.random(using: &random) || calls.isEmpty {
          let (permit, own) = (breaker.admit(at: now), model.admits(now))
          // No expectation for each step: half a million of them would keep other tests from their threads.
          guard (permit == nil) == (own == nil) else {
            Issue.record("one lets a call through, the other does not")
            return
          }
          if let permit, let own { calls.append((permit, own)) }
        } else {
          let call = calls.remove(at: Int.random(in: calls.indices, using: &random))
          let outcome: CircuitBreaker.Outcome =
            switch Int.random(in: 0..<10, using: &random) {
            case ..<bias: Bool.random(using: &random) ? .failure : .refusal
            case 9: .nothing
            default: .success
            }
          breaker.end(call.permit, outcome, at: now)
          model.ended(call.own, outcome, now)
        }
        guard breaker.state(at: now) == model.state(now) else {
          Issue.record("\(breaker.state(at: now)) is not \(model.state(now))")
          return
        }
      }
    }
  }

  @Test func `each time it opens again it stays open for twice as long, up to five minutes`() throws {
    var breaker = CircuitBreaker()
    for _ in 0..<5 {
      let permit = breaker.admit(at: 0)
      breaker.end(try #require(permit), .failure, at: 0)
    }
    var now = 0
    for pause in [30, 60, 120, 240, 300, 300] {
      let early = breaker.admit(at: now + pause * 1_000 - 1)
      #expect(breaker.state(at: now) == .open && early == nil)
      now += pause * 1_000
      let (probe, other) = (breaker.admit(at: now), breaker.admit(at: now))
      #expect(other == nil, "one at a time")
      breaker.end(try #require(probe), .failure, at: now)
    }
  }
}

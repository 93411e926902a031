import ContractSamples
import Foundation
import ServiceCore
import ServiceEvents
import Testing

/// The conformance suite's faults, repeated for a time: `./charter test --chaos`.
@Suite(.serialized, .enabled(if: EventChaos.minutes != nil, "run ./charter test --chaos")) struct ConformanceChaos {
  @Test(arguments: ConformanceBroker.all)
  func `nothing is lost or reordered, whatever happens to the broker`(_ broker: ConformanceBroker) async throws {
    let time = Duration.seconds((EventChaos.minutes ?? 0) * 60 * 0.1)
    for fault in try await faults(broker) {
      var random = SplitMix64(EventChaos.seed)
      var (sum, runs, failures) = (ConformanceLedger.Findings(), 0, 0)
      let end = ContinuousClock.now + time
      repeat {
        try await ConformanceRun.run(broker, alone: true) { run in
          guard let fault = run.target.faults.first(where: { $0.name == fault }) else { return }
          let findings = try await ConformanceTests.withFaults(run, fault, batches: 200, faults: 20, &random)
          sum.add(findings)
          if findings.lost > 0 || findings.disordered > 0 { failures += 1 }
        }
        runs += 1
      } while ContinuousClock.now < end
      print(
        "J \(broker.name), \(fault):", failures == 0 ? "pass" : "fail", "seed \(EventChaos.seed), runs \(runs),",
        "faults \(runs * 20),", sum)
      #expect(failures == 0, "\(broker.name), \(fault): \(sum)")
    }
  }

  private func faults(_ broker: ConformanceBroker) async throws -> [String] {
    let target = try await broker.start()
    await target.end()
    return target.faults.map(\.name)
  }
}

/// The arguments of `./charter test --chaos`.
enum EventChaos {
  private static let environment = ProcessInfo.processInfo.environment
  static let minutes = environment["CHARTER_CHAOS_MINUTES"].flatMap(Double.init)
  static let seed = environment["CHARTER_CHAOS_SEED"].flatMap(UInt64.init) ?? 1
}

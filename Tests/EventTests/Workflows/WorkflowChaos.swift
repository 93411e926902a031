import Foundation
import ServiceCore
import ServicePostgres
import Testing

@testable import ServiceEvents

/// What workflows cost: `./charter test --chaos EventTests`.
@Suite(.serialized, .enabled(if: EventChaos.minutes != nil, "run ./charter test --chaos"), .timeLimit(.minutes(30)))
struct WorkflowChaos {
  private static let play = Play { input, flow in
    if input == "sleep" { try await flow.sleep(for: .seconds(3 * 86_400)) }
    for name in ["one", "two", "three"] { try await flow.step(name, within: FlowWorld.long) { _ in name } }
    return input
  }

  /// The resident memory of this process, in kilobytes.
  private static func memory() throws -> Int {
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
    return line?.split(whereSeparator: { !$0.isNumber }).first.flatMap { Int($0) } ?? 0
  }

  /// Starts workflows, so many at a time.
  private static func start(
    _ input: String, _ ids: Range<Int>, at once: Int = 32, on process: FlowProcess
  ) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for starter in 0..<once {
        group.addTask {
          for number in ids where number % once == starter {
            try await process.workflows.start(Play.self, input, id: .test(number))
          }
        }
      }
      try await group.waitForAll()
    }
  }

  @Test func `ten thousand workflows that sleep take little memory`() async throws {
    try await FlowWorld.run { world in
      let process = try await world.process(Self.play)
      // What the pools and the statements take is there.
      try await Self.start("sleep", 0..<1_000, on: process)
      try await world.until("they sleep") { process.runner.running == 0 }
      let before = try Self.memory()
      try await Self.start("sleep", 1_000..<11_000, on: process)
      try await world.until("all sleep", advancing: 10) {
        try await world.count(
          "SELECT count(*)::integer AS n FROM charter.workflows WHERE owner IS NULL AND due_at > started_at") == 11_000
      }
      let more = try Self.memory() - before
      print("10,000 sleeping workflows: \(more) kB more")
      #expect(more <= 20_480)
    }
  }

  @Test func `workflows of three steps, beside bare commits`() async throws {
    try await FlowWorld.run { world in
      let process = try await world.process(Self.play)
      let clock = ContinuousClock()
      for count in [100, 5_000] {
        let time = try await clock.measure {
          try await Self.start("run", count * 10..<count * 10 + count, on: process)
          try await world.until("all have ended", advancing: 10) {
            try await world.count(
              "SELECT count(*)::integer AS n FROM charter.workflows WHERE ended_at IS NULL") == 0
          }
        }
        print("\(count) workflows of 3 steps: \(time)")
      }
      let time = try await clock.measure {
        try await withThrowingTaskGroup(of: Void.self) { group in
          for _ in 0..<32 {
            group.addTask {
              for _ in 0..<500 { try await world.database.execute("INSERT INTO deeds (what) VALUES ('bare')") }
            }
          }
          try await group.waitForAll()
        }
      }
      print("16,000 bare commits: \(time)")
    }
  }
}

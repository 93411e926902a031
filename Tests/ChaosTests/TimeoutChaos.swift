import ContractSamples
import Foundation
import ServiceCore
import Testing

extension ChaosTests {
  /// Groups F and K: timeouts, and clients that disconnect.
  @Suite struct TimeoutChaos {
    @Test func `F7: what takes longer than its time is 504 then, and ends in PostgreSQL too`() async throws {
      try await Chaos.run("F7") { host, findings in
        var late: [Double] = []
        for _ in 0..<max(2, Chaos.count(500, atLeast: 64) / 16) {
          let began = ContinuousClock.now
          let samples = await withTaskGroup(of: Sample.self) { group in
            for _ in 0..<16 { group.addTask { await host.sample("/naps/10000") } }
            return await group.reduce(into: []) { $0.append($1) }
          }
          findings.count += samples.count
          late += samples.map { $0.milliseconds - 1_000 }
          for sample in samples {
            findings.check(
              sample.status == 504 && (990...1_120).contains(sample.milliseconds),
              "\(sample.status) after \(sample.milliseconds) ms")
          }
          var sleeping = -1
          while sleeping != 0, ContinuousClock.now - began < .seconds(3) { sleeping = try await host.sleeping() }
          let seconds = (ContinuousClock.now - began).seconds
          findings.check(seconds <= 1.3, "PostgreSQL went on until \(seconds) s")
        }
        findings.note(String(format: "%.0f ms late at most", late.max() ?? 0))
      }
    }

    @Test func `F8: what has no time left in the queue is not begun`() async throws {
      try await Chaos.run("F8") { host, findings in
        var rounds = max(2, Chaos.count(500, atLeast: 64) / 32)
        while rounds > 0 {
          let holders = (0..<16).map { _ in Task { await host.sample("/naps/400") } }
          guard try await host.areSleeping(16, within: .milliseconds(300)) else {
            // The first have ended before the last had a connection; in the next round the connections are open
            // already.
            for holder in holders { _ = await holder.value }
            continue
          }
          rounds -= 1
          let samples = await Deadline.$current.withValue(Deadline(in: 100)) {
            await withTaskGroup(of: Sample.self) { group in
              for _ in 0..<32 { group.addTask { await host.sample("/naps/7") } }
              return await group.reduce(into: [Sample]()) { $0.append($1) }
            }
          }
          findings.count += samples.count
          findings.check(samples.allSatisfy { [503, 504, 0].contains($0.status) }, "a queued request was served")
          for holder in holders { findings.check(await holder.value.status == 200, "a holder was not served") }
        }
        let begun: Int = try await host.database.query("SELECT count(*) AS n FROM naps WHERE milliseconds = 7")[0].get(
          "n")
        findings.check(begun == 0, "\(begun) statements were executed")
      }
    }

    @Test func `F10: who goes away stops what was done for it, and nothing is lost by it`() async throws {
      try await Chaos.run("F10") { host, findings in
        _ = await host.sample("/greeting")
        let descriptors = host.descriptors
        var random = SplitMix64(salt: 10)
        let wanted = Chaos.count(10_000, atLeast: 160)
        while findings.count < wanted {
          let clients = (0..<16).compactMap { _ in RawConnection(port: host.port) }
          for client in clients { client.send("GET /api/bench/naps/900 HTTP/1.1\r\nhost: a\r\n\r\n") }
          if findings.count % 160 == 0 {
            _ = try await host.areSleeping(clients.count, within: .milliseconds(800))
          } else {
            try await Task.sleep(for: .milliseconds(Int.random(in: 0...30, using: &random)))
          }
          findings.count += clients.count
          for (number, client) in clients.enumerated() where number % 2 == 0 { client.reset() }
        }
        let began = ContinuousClock.now
        while try await host.sleeping() > 0, ContinuousClock.now - began < .seconds(3) {}
        let seconds = (ContinuousClock.now - began).seconds
        findings.note(String(format: "the last ended after %.0f ms", seconds * 1_000))
        findings.check(seconds <= 0.25, "the last went on for \(seconds) s")
        let taken: Int = try await host.database.query("SELECT count(*) AS n FROM naps")[0].get("n")
        findings.check(taken == 0, "\(taken) statements of disconnected clients were committed")
        let samples = await withTaskGroup(of: Sample.self) { group in
          for _ in 0..<16 { group.addTask { await host.sample("/naps/1") } }
          return await group.reduce(into: [Sample]()) { $0.append($1) }
        }
        findings.check(
          samples.allSatisfy { $0.status == 200 }, "not every connection is usable: \(samples.map(\.status))")
        findings.check(host.descriptors <= descriptors + 40, "\(host.descriptors) descriptors, from \(descriptors)")
      }
    }
  }
}

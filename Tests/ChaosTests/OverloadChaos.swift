import Foundation
import ServiceCore
import Testing

extension ChaosTests {
  /// Group G: overload. Sixteen concurrent sleeps of 40 ms are 400 requests per second.
  @Suite struct OverloadChaos {
    private static let path = "/naps/40"

    /// Sends requests at a fixed rate, without waiting for earlier responses.
    private func sendAtRate(_ host: ChaosHost, rate: Double, seconds: Double) async -> [Sample] {
      await withTaskGroup(of: Sample.self) { group in
        let began = ContinuousClock.now
        var sent = 0
        while case let passed = (ContinuousClock.now - began).seconds, passed < seconds {
          while Double(sent) < passed * rate {
            group.addTask { await host.sample(Self.path) }
            sent += 1
          }
          try? await Task.sleep(for: .milliseconds(5))
        }
        return await group.reduce(into: []) { $0.append($1) }
      }
    }

    private func capacity(_ host: ChaosHost) async -> (rate: Double, samples: [Sample]) {
      let seconds = 4.0
      let samples = await withTaskGroup(of: [Sample].self) { group in
        for _ in 0..<16 {
          group.addTask {
            var samples: [Sample] = []
            let end = ContinuousClock.now + .seconds(seconds)
            while ContinuousClock.now < end { samples.append(await host.sample(Self.path)) }
            return samples
          }
        }
        return await group.reduce(into: []) { $0 += $1 }
      }
      return (Double(samples.count) / seconds, samples)
    }

    @Test func `G: under several times its capacity a service does most of what it can, and refuses the rest at once`()
      async throws
    {
      try await Chaos.run("G") { host, findings in
        let (capacity, baseline) = await capacity(host)
        findings.note(String(format: "C %.0f/s, p99 %.0f ms", capacity, baseline.percentile(0.99)))
        findings.check(baseline.allSatisfy { $0.status == 200 }, "a request below the capacity failed")
        let seconds = max(8, Chaos.seconds(0.03))
        var memory = 0
        for times in [1.0, 2, 5, 10] {
          let health = Task {
            var slowest = 0.0
            while !Task.isCancelled {
              let began = ContinuousClock.now
              let status = try await host.client.send(HTTPRequest(method: "GET", path: "/health"), ChaosHost.operation)
                .status
              slowest = max(slowest, status == 200 ? (ContinuousClock.now - began).seconds * 1_000 : .infinity)
              try? await Task.sleep(for: .milliseconds(100))
            }
            return slowest
          }
          let began = ContinuousClock.now
          let samples = await sendAtRate(host, rate: capacity * times * (times == 1 ? 0.9 : 1), seconds: seconds)
          health.cancel()
          let slowest = try await health.value
          if times == 1 { memory = host.largestMemory }
          findings.count += samples.count
          // The first two seconds are excluded: the initial burst may wait in the queue.
          let steady = samples.filter { ($0.began - began).seconds > 2 }
          let served = steady.filter { $0.status == 200 }
          let refused = steady.filter { $0.status == 503 }
          let goodput = Double(served.count) / (seconds - 2) / capacity
          findings.note(
            String(
              format: "%.0fx: goodput %.2f C, p99 %.0f ms, refused p99 %.0f ms, health %.0f ms", times, goodput,
              served.percentile(0.99), refused.percentile(0.99), slowest))
          findings.check(served.count + refused.count == steady.count, "\(times)x: a status other than 200 and 503")
          let least = times == 2 ? 0.9 : times == 1 ? 0.85 : 0.8
          findings.check(goodput >= least, "\(times)x: goodput is \(goodput) of the capacity")
          findings.check(served.percentile(0.99) <= 200, "\(times)x: p99 is \(served.percentile(0.99)) ms")
          findings.check(refused.percentile(0.99) <= 50, "\(times)x: a refusal takes \(refused.percentile(0.99)) ms")
          findings.check(slowest <= 100, "\(times)x: health took \(slowest) ms")
        }
        findings.check(
          Double(host.largestMemory) <= 1.5 * Double(memory),
          "memory went from \(memory >> 20) to \(host.largestMemory >> 20) MiB")
        let after = await self.capacity(host).samples
        let (p50, calmP50) = (after.percentile(0.5), baseline.percentile(0.5))
        findings.check(after.allSatisfy { $0.status == 200 }, "a request after the load failed")
        findings.check(p50 <= calmP50 * 1.1, "after the load p50 is \(p50) ms, before it \(calmP50) ms")
      }
    }
  }
}

import Foundation
import ServiceCore
import ServiceHTTP
import Testing

extension ChaosTests {
  /// Group G: overload.
  @Suite struct OverloadChaos {
    /// What requests are sent to.
    private struct Target {
      let front: ChaosHost
      /// What is behind it, too.
      let hosts: [ChaosHost]
      let path: String
      /// How many requests the service works on at once.
      let slots: Int
      /// What must respond at all times.
      let vital: [String]
    }

    /// Sends requests at a fixed rate, without waiting for earlier responses.
    private func sendAtRate(_ target: Target, rate: Double, seconds: Double) async -> [Sample] {
      await withTaskGroup(of: Sample.self) { group in
        let began = ContinuousClock.now
        var sent = 0
        while case let passed = (ContinuousClock.now - began).seconds, passed < seconds {
          while Double(sent) < passed * rate {
            group.addTask { await target.front.sample(target.path) }
            sent += 1
          }
          try? await Task.sleep(for: .milliseconds(5))
        }
        return await group.reduce(into: []) { $0.append($1) }
      }
    }

    /// What so many clients get, each of which sends a request when it has its last response.
    private func measure(_ target: Target, clients: Int) async -> (rate: Double, samples: [Sample]) {
      let seconds = 4.0
      let samples = await withTaskGroup(of: [Sample].self) { group in
        for _ in 0..<clients {
          group.addTask {
            var samples: [Sample] = []
            let end = ContinuousClock.now + .seconds(seconds)
            while ContinuousClock.now < end { samples.append(await target.front.sample(target.path)) }
            return samples
          }
        }
        return await group.reduce(into: []) { $0 += $1 }
      }
      return (Double(samples.count) / seconds, samples)
    }

    /// The slowest response of what must respond at all times, in milliseconds, until it is cancelled; infinite where one was
    /// not 200.
    private func watch(_ target: Target) async -> Double {
      var (slowest, turn) = (0.0, 0)
      while !Task.isCancelled {
        let began = ContinuousClock.now
        let request = HTTPRequest(method: "GET", path: target.vital[turn % target.vital.count])
        let status = try? await target.front.client.send(request, ChaosHost.operation).status
        // The last one is not waited for, and has taken so long at least.
        let isOver = status == nil && Task.isCancelled
        slowest = max(slowest, status == 200 || isOver ? (ContinuousClock.now - began).seconds * 1_000 : .infinity)
        turn += 1
        try? await Task.sleep(for: .milliseconds(100))
      }
      return slowest
    }

    /// G1, G2 and G4.
    private func overload(_ target: Target, _ findings: inout Findings) async throws {
      let baseline = await measure(target, clients: target.slots)
      // The most that there is within 100 ms: a request may wait for its turn.
      let crowded = await measure(target, clients: target.slots * 2)
      let capacity = crowded.samples.percentile(0.99) <= 100 ? max(baseline.rate, crowded.rate) : baseline.rate
      findings.note(String(format: "C %.0f/s, p99 %.0f ms", capacity, baseline.samples.percentile(0.99)))
      findings.check((baseline.samples + crowded.samples).allSatisfy { $0.status == 200 }, "one below C failed")
      let seconds = max(8, Chaos.seconds(0.02))
      var memory = target.hosts.map(\.largestMemory)
      for times in [1.0, 2, 5, 10] {
        let watching = Task { await watch(target) }
        let began = ContinuousClock.now
        let samples = await sendAtRate(target, rate: capacity * times * (times == 1 ? 0.9 : 1), seconds: seconds)
        watching.cancel()
        if times == 1 { memory = target.hosts.map(\.largestMemory) }
        findings.count += samples.count
        // The first two seconds are excluded: the initial burst may wait in the queue.
        let steady = samples.filter { ($0.began - began).seconds > 2 }
        judge(steady, times, capacity * (seconds - 2), health: await watching.value, &findings)
      }
      for (host, before) in zip(target.hosts, memory) {
        findings.note("memory \(before >> 20) to \(host.largestMemory >> 20) MiB")
        findings.check(
          Double(host.largestMemory) <= 1.5 * Double(before),
          "memory went from \(before >> 20) to \(host.largestMemory >> 20) MiB")
      }
      let after = await measure(target, clients: target.slots).samples
      let (p50, calm) = (after.percentile(0.5), baseline.samples.percentile(0.5))
      findings.check(after.allSatisfy { $0.status == 200 }, "a request after the load failed")
      findings.check(p50 <= calm * 1.1, "after the load p50 is \(p50) ms, before it \(calm) ms")
    }

    /// - Parameter most: how many requests could be served in the time.
    private func judge(
      _ samples: [Sample], _ times: Double, _ most: Double, health: Double, _ findings: inout Findings
    ) {
      let served = samples.filter { $0.status == 200 }
      let refused = samples.filter { [429, 503].contains($0.status) && $0.retryAfter != nil }
      let goodput = Double(served.count) / most
      let (p99, refusal) = (served.percentile(0.99), refused.percentile(0.99))
      findings.note(
        String(
          format: "%.0fx: goodput %.2f C, p99 %.0f ms, refused p99 %.0f ms, health %.0f ms", times, goodput, p99,
          refusal, health))
      let others = samples.count - served.count - refused.count
      findings.check(
        others == 0, "\(times)x: \(others) were neither 200 nor refused with Retry-After: \(Set(samples.map(\.status)))"
      )
      let least = times == 2 ? 0.9 : times == 1 ? 0.85 : 0.8
      findings.check(goodput >= least, "\(times)x: goodput is \(goodput) of the capacity")
      findings.check(p99 <= 200, "\(times)x: p99 is \(p99) ms")
      findings.check(refusal <= 50, "\(times)x: a refusal takes \(refusal) ms")
      findings.check(health <= 100, "\(times)x: health took \(health) ms")
    }

    /// Sixteen concurrent sleeps of 40 ms are 400 requests per second.
    @Test func `G: under several times its capacity a service does most of what it can, and refuses the rest at once`()
      async throws
    {
      try await Chaos.run("G") { host, findings in
        let target = Target(front: host, hosts: [host], path: "/naps/40", slots: 16, vital: ["/health", "/ready"])
        try await overload(target, &findings)
      }
    }

    /// Eight concurrent sleeps of 20 ms are as many.
    @Test func `G: the same holds through a gateway, which keeps neither queue nor memory for what it cannot pass on`()
      async throws
    {
      try await Chaos.run("G gateway", service: ["BENCH_DB_CONNECTIONS": "8"]) { gateway, service, findings in
        let target = Target(
          front: gateway, hosts: [gateway, service], path: "/naps/20", slots: 8,
          vital: ["/health", "/ready", "/health/full", "/metrics"])
        try await overload(target, &findings)
      }
    }

    /// The gateway's own queue: in front of a service that would take everything, and respond to nothing in time.
    @Test func `G: a gateway that may send no more than a service can do refuses the rest at once`() async throws {
      let limit = ["CHARTER_UPSTREAM_CONNECTIONS": "8"]
      try await Chaos.run("G limit", service: ["BENCH_DB_CONNECTIONS": "8"], gateway: limit) {
        gateway, service, findings in
        let target = Target(
          front: gateway, hosts: [gateway, service], path: "/naps/20", slots: 8, vital: ["/health", "/ready"])
        try await overload(target, &findings)
      }
    }
  }
}

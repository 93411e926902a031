import ContractSamples
import Foundation
import ServiceCore
import ServiceHTTP
import TestProcesses
import Testing

extension ChaosTests {
  /// Group E: rate limits, of two gateways that share them in a real Redis. The callers' addresses are what a proxy in front
  /// would say.
  @Suite struct LimitChaos {
    /// A hundred requests a second, and a hundred at once.
    private static let limited = "/limited"
    private static let (rate, burst) = (100.0, 100.0)
    private static let hasRedis = RedisServer.isInstalled
    private static let noRedis: Comment = "redis-server is not installed: apt-get install redis-server"

    /// Two gateways with one Redis.
    private struct Scene {
      let redis: RedisServer
      let gateways: [ChaosHost]
    }

    private static func caller(_ number: Int) -> HTTPFields {
      ["x-forwarded-for": "10.\(number >> 16 & 255).\(number >> 8 & 255).\(number & 255)"]
    }

    /// - Parameter wrapper: what runs the second gateway.
    private func run(
      _ id: String, by wrapper: [String] = [], _ body: (Scene, inout Findings) async throws -> Void
    ) async throws {
      let redis = try RedisServer()
      try redis.start()
      while await redis.command("PING") == nil { try await Task.sleep(for: .milliseconds(20)) }
      let service = try await ChaosHost(isAlone: true)
      let settings = [
        "CHARTER_LIMITS": redis.url, "CHARTER_GATEWAYS": "2", "CHARTER_PROXIES": "127.0.0.1", "LOG_LEVEL": "warning",
      ]
      let gateways = [
        try await ChaosHost(before: service, environment: settings),
        try await ChaosHost(before: service, environment: settings, by: wrapper),
      ]
      await Chaos.report(id) { findings in
        defer { for gateway in gateways { findings.look(at: gateway.process) } }
        try await body(Scene(redis: redis, gateways: gateways), &findings)
      }
      for host in gateways + [service] { await host.stop() }
      redis.send(SIGCONT)
      redis.end()
    }

    /// What one caller gets on 200 connections within some seconds, each of which sends five requests a second.
    private func ask(_ gateways: [ChaosHost], as caller: Int, seconds: Double) async -> [Sample] {
      await withTaskGroup(of: [Sample].self) { group in
        for number in 0..<200 {
          group.addTask {
            var samples: [Sample] = []
            var next = ContinuousClock.now + .milliseconds(number)
            let end = ContinuousClock.now + .seconds(seconds)
            while next < end {
              try? await Task.sleep(until: next)
              samples.append(await gateways[number % gateways.count].sample(Self.limited, Self.caller(caller)))
              next = max(next + .milliseconds(200), .now)
            }
            return samples
          }
        }
        return await group.reduce(into: []) { $0 += $1 }
      }
    }

    /// E1: what passes of far more than the limit is what it says.
    private func exhaust(_ scene: Scene, as caller: Int, seconds: Double, _ findings: inout Findings) async throws {
      let samples = await ask(scene.gateways, as: caller, seconds: seconds)
      findings.count += samples.count
      let passed = samples.count { $0.status == 200 }
      let refused = samples.filter { $0.status == 429 && $0.retryAfter != nil }
      findings.check(
        passed + refused.count == samples.count, "neither 200 nor 429 with Retry-After: \(Set(samples.map(\.status)))")
      guard let first = samples.map(\.began).min(), let answered = samples.map(\.ended).min(),
        let last = samples.map(\.began).max(), let end = samples.map(\.ended).max(), let told = refused.last?.retryAfter
      else { return findings.add("nothing was refused") }
      let most = Self.burst + Self.rate * (end - first).seconds + 1
      let least = (Self.burst + Self.rate * (last - answered).seconds) * 0.99
      findings.note(String(format: "%d passed of %.1f that may, %.1f must", passed, most, least))
      findings.check(Double(passed) <= most && Double(passed) >= least, "\(passed) passed, of \(least) to \(most)")
      try await Task.sleep(for: .seconds(told))
      let later = await scene.gateways[0].sample(Self.limited, Self.caller(caller))
      findings.check(later.status == 200, "after the \(told) s that it was told to wait a caller gets \(later.status)")
    }

    @Test(.enabled(if: hasRedis, noRedis))
    func `E1: what two gateways let one caller have is what the limit says`() async throws {
      try await run("E1") { scene, findings in
        for round in 0..<Chaos.count(10, atLeast: 2) {
          try await exhaust(scene, as: round, seconds: 10, &findings)
        }
      }
    }

    @Test(
      .enabled(if: hasRedis, noRedis),
      .enabled(if: FakeTime.isInstalled, "faketime is not installed: apt-get install faketime"))
    func `E4: it is so when the clock of one gateway is an hour off`() async throws {
      for offset in ["+1h", "-1h"] {
        try await run("E4 \(offset)", by: FakeTime.wrapper(offset)) { scene, findings in
          try await expectClock(offset, scene.gateways, &findings)
          try await exhaust(scene, as: 0, seconds: 10, &findings)
        }
      }
    }

    /// The second gateway's own responses are of another hour.
    private func expectClock(_ offset: String, _ gateways: [ChaosHost], _ findings: inout Findings) async throws {
      let format = DateFormatter()
      (format.locale, format.timeZone) = (Locale(identifier: "en_US_POSIX"), TimeZone(identifier: "GMT"))
      format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
      let dates = try await [gateways[0].get("/greeting"), gateways[1].get("/greeting")].compactMap {
        $0.headers["date"].flatMap(format.date(from:))
      }
      let apart = dates.count == 2 ? dates[1].timeIntervalSince(dates[0]) : 0
      let wanted = offset == "+1h" ? 3_600.0 : -3_600
      findings.check(abs(apart - wanted) < 60, "the clocks are \(apart) s apart, not \(wanted)")
    }

    @Test(.enabled(if: hasRedis, noRedis))
    func `E2: a thousand callers at half of their limit are never refused`() async throws {
      try await run("E2") { scene, findings in
        // Each may call once a second.
        let seconds = max(10, min(30, Chaos.seconds(0.05)))
        let samples = await withTaskGroup(of: [Sample].self) { group in
          for caller in 0..<1_000 {
            group.addTask {
              var samples: [Sample] = []
              for turn in 0..<Int(seconds / 2) {
                try? await Task.sleep(for: .milliseconds(turn == 0 ? caller * 2 : 2_000))
                samples.append(await scene.gateways[(caller + turn) % 2].sample("/seldom", Self.caller(caller)))
              }
              return samples
            }
          }
          return await group.reduce(into: [Sample]()) { $0 += $1 }
        }
        findings.count = samples.count
        findings.note(String(format: "p99 %.1f ms", samples.percentile(0.99)))
        let wrong = samples.filter { $0.status != 200 }
        findings.check(wrong.isEmpty, "\(wrong.count) were not served: \(Set(wrong.map(\.status)))")
      }
    }

    // MARK: Redis is away

    enum Fault: String, CaseIterable, Sendable { case stopped, killed, full, slow }

    @Test(.enabled(if: hasRedis, noRedis), arguments: Fault.allCases)
    func `E3: while Redis is away nobody waits for it, and each gateway allows its part`(_ fault: Fault) async throws {
      try await run("E3 \(fault)") { scene, findings in
        var random = SplitMix64(salt: 3)
        let seconds = fault == .stopped ? 10.0 : 4
        var (added, slowest) = (0.0, 0.0)
        for _ in 0..<Chaos.count(5, atLeast: 1) {
          let calm = await measure(scene.gateways, &random, seconds: 3)
          let slowing = await inject(fault, scene.redis, seconds: seconds)
          let during = await measure(scene.gateways, &random, seconds: seconds)
          try await undo(fault, scene.redis)
          await slowing.value
          slowest = max(slowest, try await secondsUntilShared(scene.gateways, &random))
          findings.count += [calm.others, calm.greedy, during.others, during.greedy].map(\.count).reduce(0, +)
          added = max(added, during.others.percentile(0.99) - calm.others.percentile(0.99))
          findings.check((calm.others + during.others).allSatisfy { $0.status == 200 }, "others were refused")
          judge(during.greedy, fault, &findings)
        }
        findings.note(String(format: "%.1f ms more at p99, shared again after %.2f s", added, slowest))
        findings.check(added <= 50, "calls took \(added) ms more")
        findings.check(slowest <= 1, "limits were shared again after \(slowest) s")
      }
    }

    /// What a caller gets that takes all it can, and what others get meanwhile that are below their limit.
    private func measure(
      _ gateways: [ChaosHost], _ random: inout SplitMix64, seconds: Double
    ) async -> (others: [Sample], greedy: [Sample]) {
      let caller = Int.random(in: 1 << 20..<1 << 21, using: &random)
      let first = Int.random(in: 0..<1 << 19, using: &random)
      async let greedy = ask(gateways, as: caller, seconds: seconds)
      let others = await others(gateways, from: first, seconds: seconds)
      return (others, await greedy)
    }

    private func others(_ gateways: [ChaosHost], from first: Int, seconds: Double) async -> [Sample] {
      await withTaskGroup(of: Sample.self) { group in
        let began = ContinuousClock.now
        for number in 0..<Int(seconds * 100) {
          try? await Task.sleep(until: began + .milliseconds(number * 10))
          group.addTask { await gateways[number % 2].sample(Self.limited, Self.caller(first + number)) }
        }
        return await group.reduce(into: []) { $0.append($1) }
      }
    }

    /// - Returns: what goes on slowing it, until then.
    private func inject(_ fault: Fault, _ redis: RedisServer, seconds: Double) async -> Task<Void, Never> {
      switch fault {
      case .stopped: redis.send(SIGSTOP)
      case .killed: redis.send(SIGKILL)
      case .full: await redis.command("CONFIG SET maxmemory 1")
      case .slow:
        let end = ContinuousClock.now + .seconds(seconds - 0.5)
        return Task { while ContinuousClock.now < end { await redis.command("DEBUG SLEEP 0.5") } }
      }
      return Task {}
    }

    private func undo(_ fault: Fault, _ redis: RedisServer) async throws {
      switch fault {
      case .stopped: redis.send(SIGCONT)
      case .killed:
        redis.end()
        try redis.start()
      case .full: await redis.command("CONFIG SET maxmemory 0")
      case .slow: break
      }
      while await redis.command("PING") == nil { try await Task.sleep(for: .milliseconds(5)) }
    }

    /// Until a first call has a hundred left again, not a gateway's half of them.
    private func secondsUntilShared(_ gateways: [ChaosHost], _ random: inout SplitMix64) async throws -> Double {
      let began = ContinuousClock.now
      for gateway in gateways {
        while (ContinuousClock.now - began).seconds < 10 {
          let caller = Int.random(in: 1 << 21..<1 << 23, using: &random)
          let limit = try await gateway.get(Self.limited, Self.caller(caller)).headers["ratelimit"] ?? ""
          if limit.contains(";r=\(Int(Self.burst) - 1);") { break }
          try await Task.sleep(for: .milliseconds(10))
        }
      }
      return (ContinuousClock.now - began).seconds
    }

    /// A caller that takes all it can: as much as each gateway's part, once Redis is found to be away.
    private func judge(_ samples: [Sample], _ fault: Fault, _ findings: inout Findings) {
      let passed = Double(samples.count { $0.status == 200 })
      guard let first = samples.map(\.began).min(), let end = samples.map(\.ended).max() else {
        return findings.add("nothing was asked")
      }
      let share = Self.burst + Self.rate * (end - first).seconds
      // Where Redis is there for moments, what it allows then comes on top.
      let (least, most) = fault == .slow ? (share / 2, share * 2) : (share * 0.9, share + 2)
      findings.note(String(format: "%.0f passed of %.0f", passed, share))
      findings.check(samples.allSatisfy { [200, 429].contains($0.status) }, "got \(Set(samples.map(\.status)))")
      findings.check(passed >= least && passed <= most, "\(passed) passed, of \(least) to \(most)")
    }

    // MARK: many callers

    @Test func `E5: callers without end take no more memory than the first ones, and nobody can pretend to be many`()
      async throws
    {
      try await Chaos.run("E5", gateway: ["CHARTER_PROXIES": "127.0.0.1"]) { gateway, service, findings in
        _ = await gateway.sample(Self.limited)
        let before = gateway.memory
        let wanted = Chaos.count(1_000_000, atLeast: 5_000)
        while findings.count < wanted {
          let first = findings.count
          let statuses = await withTaskGroup(of: Int.self) { group in
            for number in first..<first + 50 {
              group.addTask { await gateway.sample(Self.limited, Self.caller(number)).status }
            }
            return await group.reduce(into: Set<Int>()) { $0.insert($1) }
          }
          findings.check(statuses == [200], "got \(statuses)")
          findings.count += 50
        }
        let grown = gateway.memory - before
        findings.note("\(wanted) callers, \(grown >> 10) KiB more")
        // At most 200,000 of them are known at a time.
        findings.check(grown <= 32 << 20, "memory grew by \(grown) bytes")
        await expectOneCaller("a proxy in front", gateway, &findings) { "10.1.\($0 / 250).\($0 % 250), 192.0.2.1" }
        // Without a proxy in front, what a caller says of itself says nothing.
        let plain = try await ChaosHost(before: service)
        await expectOneCaller("none", plain, &findings) { "10.2.\($0 / 250).\($0 % 250)" }
        await plain.stop()
      }
    }

    private func expectOneCaller(
      _ proxy: String, _ gateway: ChaosHost, _ findings: inout Findings, _ address: @escaping @Sendable (Int) -> String
    ) async {
      let began = ContinuousClock.now
      var passed = 0
      for number in 0..<400 {
        if await gateway.sample(Self.limited, ["x-forwarded-for": address(number)]).status == 200 { passed += 1 }
      }
      let most = Self.burst + Self.rate * (ContinuousClock.now - began).seconds + 1
      findings.note("with \(proxy): \(passed) passed of \(Int(most))")
      findings.check(Double(passed) <= most, "with \(proxy) \(passed) passed of \(most)")
    }
  }
}

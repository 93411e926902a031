import Foundation
import ProductsAPI
import ServiceCore
import ServiceHTTP
import TestProcesses
import Testing

extension EndToEnd {
  /// A part of the platform is killed under load, again and again: it comes back by itself, and what was acknowledged is
  /// there, once. `./charter test --chaos` kills more often, and by the clock.
  @Suite struct KillTests {
    enum Victim: String, CaseIterable, Sendable { case database, host, supervisor }

    private static let isTimed = ProcessInfo.processInfo.environment["CHARTER_CHAOS_MINUTES"] != nil
    private static let kills = isTimed ? 10 : 2
    /// Seconds until it is ready again.
    private static let limit: Double = isTimed ? 5 : 60

    @Test(arguments: Victim.allCases)
    func `what was acknowledged is there once, whatever is killed, and how often`(_ victim: Victim) async throws {
      let (data, port, ledger) = (try await Platform.preparedData(), try FreePorts.lasting(), Ledger())
      defer { removeData(data) }
      var slowest = 0.0
      // A supervisor that is killed is started again by its test.
      for _ in 0..<(victim == .supervisor ? Self.kills : 1) {
        let start = ContinuousClock.now
        slowest = try await withPlatform(data: data, port: port) { platform in
          if await ledger.product == nil {
            await ledger.sell(try await platform.product(stock: 1_000_000))
          } else {
            slowest = max(slowest, start.seconds)
          }
          return max(slowest, try await underLoad(platform, ledger) { try await kill(victim, of: platform, ledger) })
        }
      }
      try await withPlatform(data: data, port: port) { platform in
        try await settle(platform, ledger)
        try await expectSound(platform, ledger)
      }
      let isOver = try await eventually(within: 60) { processes(naming: data).isEmpty }
      #expect(isOver, "\(processes(naming: data)) still run")
      #expect(slowest <= Self.limit, "it was ready again after \(slowest) s")
      if Self.isTimed { print("kills", victim, Self.kills, String(format: "slowest %.1f s", slowest)) }
    }

    /// Runs `body` while several clients place orders, and gives what it gives.
    private func underLoad<Result: Sendable>(
      _ platform: Platform, _ ledger: Ledger, _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<4 {
          group.addTask {
            while !Task.isCancelled {
              let key = await ledger.next()
              let response = try? await send(key, platform, ledger)
              await ledger.took(key, response)
              // While it is away, trying without a pause would only slow its return.
              if response?.status != 201 { try? await Task.sleep(for: .milliseconds(20)) }
            }
          }
        }
        let result = try await body()
        group.cancelAll()
        return result
      }
    }

    private func send(_ key: Int, _ platform: Platform, _ ledger: Ledger) async throws -> HTTPResponse {
      let product = try #require(await ledger.product)
      let body = String(decoding: platform.draft(product, Ledger.quantity(key)).json, as: UTF8.self)
      return try await platform.send("POST", "/api/orders", body, key: "key-\(key)")
    }

    /// Kills one of the platform's processes, each time when some orders have been placed; the seconds that it was away
    /// for at most.
    private func kill(_ victim: Victim, of platform: Platform, _ ledger: Ledger) async throws -> Double {
      var slowest = 0.0
      for _ in 0..<(victim == .supervisor ? 1 : Self.kills) {
        let placed = await ledger.answers.count
        let hasPlaced = try await eventually(within: 60) { await ledger.answers.count >= placed + 25 }
        #expect(hasPlaced, "orders are not placed")
        let killed = try pid(of: victim, platform)
        let host = try platform.host()
        let start = ContinuousClock.now
        Foundation.kill(killed, SIGKILL)
        let isBack = try await eventually(within: max(Self.limit, 60)) {
          // A host without its supervisor ends by itself.
          if victim == .supervisor { return !platform.process.isRunning && Foundation.kill(host, 0) != 0 }
          guard let now = try? pid(of: victim, platform), now != killed else { return false }
          return (try? await platform.send("GET", "/ready").status) == 200
        }
        try #require(isBack, "the \(victim) did not come back: \(platform.lines.suffix(10))")
        if victim != .supervisor { slowest = max(slowest, start.seconds) }
      }
      return slowest
    }

    private func pid(of victim: Victim, _ platform: Platform) throws -> pid_t {
      switch victim {
      case .supervisor: return platform.process.pid
      case .host: return try platform.host()
      case .database: return try platform.postmaster()
      }
    }

    /// Sends again what has no answer yet, until it has one, and waits until nothing is half done.
    private func settle(_ platform: Platform, _ ledger: Ledger) async throws {
      let isAnswered = try await eventually(within: 60) {
        for key in await ledger.open { await ledger.took(key, try? await send(key, platform, ledger)) }
        return await ledger.open.isEmpty
      }
      let isSettled = try await eventually(within: 90) {
        try platform.psql("orders", "SELECT count(*) FROM orders WHERE NOT placed OR inventory_task IS NOT NULL") == "0"
      }
      #expect(isAnswered && isSettled)
    }

    private func expectSound(_ platform: Platform, _ ledger: Ledger) async throws {
      let (answers, statuses) = (await ledger.answers, await ledger.statuses)
      #expect(statuses.isSubset(of: [201, 409, 503, 504]), "\(statuses)")
      var ids: Set<String> = []
      for (key, answer) in answers {
        let again = try await send(key, platform, ledger)
        #expect(again.status == 201 && again.body == answer, "key \(key) is answered otherwise")
        let order = try JSONSerialization.jsonObject(with: Data(answer)) as? [String: Any]
        let id = try #require(order?["id"] as? String)
        #expect(ids.insert(id).inserted, "two keys have one order")
        #expect(try await platform.send("GET", "/api/orders/\(id)").status == 200)
      }
      let placed = try platform.psql("orders", "SELECT id FROM orders WHERE placed").split(separator: "\n")
      #expect(Set(placed.map(String.init)) == ids && placed.count == ids.count)
      let reserved = try platform.psql("inventory", "SELECT order_id FROM reservations WHERE status = 'RESERVED'")
      #expect(Set(reserved.split(separator: "\n").map(String.init)) == ids)
      let sum = answers.keys.reduce(0) { $0 + Ledger.quantity($1) }
      #expect(try platform.psql("inventory", "SELECT quantity, reserved_qty FROM stock") == "1000000|\(sum)")
      let moved = "SELECT sum(CASE direction WHEN 'IN' THEN quantity ELSE -quantity END) FROM inventory_transactions"
      #expect(try platform.psql("inventory", moved) == "1000000")
    }

    /// The processes that have the data folder in their arguments or environment.
    private func processes(naming data: String) -> [String] {
      let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
      return all.filter { Int($0) != nil }.compactMap { pid in
        let texts = ["cmdline", "environ"].map { FileManager.default.contents(atPath: "/proc/\(pid)/\($0)") ?? Data() }
        let named = texts.contains { $0.range(of: Data(data.utf8)) != nil }
        return named ? "\(pid) \(String(decoding: texts[0], as: UTF8.self))" : nil
      }
    }
  }
}

/// What clients have asked for, each under a key of its own, and the first answer that each got.
private actor Ledger {
  private(set) var product: Product?
  private(set) var answers: [Int: [UInt8]] = [:]
  private(set) var statuses: Set<Int> = []
  /// Keys that are to be sent again.
  private(set) var open: [Int] = []
  private var last = 0

  static func quantity(_ key: Int) -> Int { key % 3 + 1 }

  func sell(_ product: Product) { self.product = product }

  func next() -> Int {
    if let key = open.first {
      open.removeFirst()
      return key
    }
    last += 1
    return last
  }

  func took(_ key: Int, _ response: HTTPResponse?) {
    if let response { statuses.insert(response.status) }
    open.removeAll { $0 == key }
    guard let response, response.status == 201 else { return open.append(key) }
    answers[key] = response.body
  }
}

extension ContinuousClock.Instant {
  /// Seconds since then.
  fileprivate var seconds: Double { (ContinuousClock.now - self) / .seconds(1) }
}

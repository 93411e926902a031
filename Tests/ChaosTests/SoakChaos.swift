import ContractSamples
import Foundation
import ServiceCore
import Testing

extension ChaosTests {
  /// A mixed load with disconnects and errors must not leak memory or descriptors.
  @Suite struct SoakChaos {
    private static let order = """
      {"customer_name":"Ada","customer_email":"ada@example.com","items":[{"product_id":\
      "0190a0b0-0000-7000-8000-000000000001","name":"Scarf","quantity":2,"unit_price":19.99}]}
      """

    /// One random action of a client; false when its result is wrong.
    private func act(_ host: ChaosHost, _ random: inout SplitMix64) async -> Bool {
      func post(_ body: String) async -> Int {
        var request = HTTPRequest(method: "POST", path: "/api/bench/orders", body: Array(body.utf8))
        request.headers["content-type"] = "application/json"
        return (try? await host.client.send(request, ChaosHost.operation).status) ?? 0
      }
      switch Int.random(in: 0..<12, using: &random) {
      case 0..<3: return await host.sample("/greeting").status == 200
      case 3..<5: return await host.sample("/items/\(Int.random(in: 1...10_000, using: &random))").status == 200
      case 5..<7: return await post(Self.order) == 200
      case 7:
        let cut = Int.random(in: 0..<Self.order.utf8.count, using: &random)
        return await post(String(Self.order.prefix(cut))) == 400
      case 8: return await host.sample("/nowhere/\(Int.random(in: 0..<1_000_000, using: &random))").status == 404
      case 9:
        let raw = RawConnection(port: host.port)
        raw?.send("GET /api/bench/naps/\(Int.random(in: 1...50, using: &random)) HTTP/1.1\r\nhost: a\r\n\r\n")
        if Bool.random(using: &random) { raw?.reset() }
        return raw != nil
      case 10:
        let raw = RawConnection(port: host.port)
        let head =
          "POST /api/bench/orders HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 200\r\n\r\n"
        raw?.send(String((head + Self.order).prefix(Int.random(in: 1...250, using: &random))))
        return raw != nil
      default:
        let raw = RawConnection(port: host.port)
        let noise = (0..<Int.random(in: 1...400, using: &random)).map { _ in
          Unicode.Scalar(UInt8.random(in: 0...127, using: &random))
        }
        raw?.send(String(String.UnicodeScalarView(noise)))
        return raw != nil
      }
    }

    private func load(_ host: ChaosHost, seconds: Double, salt: UInt64) async -> (done: Int, wrong: Int) {
      await withTaskGroup(of: (Int, Int).self) { group in
        for worker in 0..<12 {
          group.addTask {
            var random = SplitMix64(salt: salt &* 100 &+ UInt64(worker))
            var (done, wrong) = (0, 0)
            let end = ContinuousClock.now + .seconds(seconds)
            while ContinuousClock.now < end {
              if await !act(host, &random) { wrong += 1 }
              done += 1
            }
            return (done, wrong)
          }
        }
        return await group.reduce(into: (0, 0)) { $0 = ($0.0 + $1.0, $0.1 + $1.1) }
      }
    }

    /// Waits for the load's connections to be closed.
    private func closeDown(_ host: ChaosHost) async throws -> (memory: Int, descriptors: Int) {
      try await Task.sleep(for: .seconds(2))
      return (host.memory, host.descriptors)
    }

    @Test func `a mixed load with disconnects and errors leaves memory and descriptors as they were`() async throws {
      try await Chaos.run("soak") { host, findings in
        let total = max(30, Chaos.seconds(0.5))
        _ = await load(host, seconds: total * 0.2, salt: 1)
        let before = try await closeDown(host)
        let (done, wrong) = await load(host, seconds: total * 0.8, salt: 2)
        let after = try await closeDown(host)
        findings.count = done
        findings.check(wrong == 0, "\(wrong) responses had an unexpected status")
        findings.note(
          "memory \(before.memory >> 10) to \(after.memory >> 10) KiB, descriptors \(before.descriptors) to \(after.descriptors)"
        )
        findings.check(Double(after.memory) <= Double(before.memory) * 1.1, "memory grew")
        findings.check(Double(after.descriptors) <= Double(before.descriptors) * 1.1 + 2, "descriptors were lost")
      }
    }
  }
}

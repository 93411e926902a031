import Foundation
import ServiceCore
import ServiceHTTP
import ServiceLoop
import ServiceSecurity
import Synchronization
import TestProcesses
import Testing

extension ChaosTests {
  /// Group H4: what gateways have read is changed under load, and read again.
  @Suite struct ReloadChaos {
    /// Requests a second, of all clients together.
    private static let rate = 500.0
    /// How many reloads are enough.
    private static let enough = 1_000
    private static let seconds = max(20, Chaos.seconds(0.05))

    /// Keys are fetched again when they are five minutes old, and for a key that nobody knows after thirty seconds: by a clock
    /// that runs faster, within a tenth and a hundredth of a second.
    @Test(.enabled(if: FakeTime.isInstalled, "faketime is not installed: apt-get install faketime"))
    func `H4: the keys that sign tokens are rotated again and again, and no request fails`() async throws {
      let (clock, port) = (FakeTime.wrapper("+0 x3000"), try FreePorts.lasting())
      let issuer = "http://127.0.0.1:\(port)"
      let shared = try ShopSystem()
      let identity = try await shared.start("identity", port: port, ["CHARTER_PUBLIC_URL": issuer], by: clock)
      let verifying = ["OIDC_ISSUER": issuer, "OIDC_AUDIENCE": issuer]
      let service = try await ChaosHost(environment: verifying, isAlone: true, by: clock)
      let gateways = [
        try await ChaosHost(before: service, environment: verifying, by: clock),
        try await ChaosHost(before: service, environment: verifying, by: clock),
      ]
      let keys = try IdentityKeys(shared.settings, issuer: issuer)
      await Chaos.report("H4 keys") { findings in
        defer { for gateway in gateways { findings.look(at: gateway.process) } }
        try await rotate(keys, gateways, &findings)
      }
      await keys.close()
      for host in gateways + [service] { await host.stop() }
      await identity.end()
    }

    private func rotate(_ keys: IdentityKeys, _ gateways: [ChaosHost], _ findings: inout Findings) async throws {
      var published = [try await keys.add()]
      let token = Mutex(try keys.token(by: published[0]))
      try await untilKnown(token.withLock(\.self), at: gateways)
      let (load, began) = (RequestLoad(), ContinuousClock.now)
      var rotations = 0
      try await load.run(clients: 16, rate: Self.rate) { client, _ in
        let text = token.withLock(\.self)
        let response = try await gateways[client % gateways.count].get("/guarded", ["authorization": "Bearer " + text])
        return ShopRequests.fault(of: response)
      } while: {
        while rotations < Self.enough, (ContinuousClock.now - began).seconds < Self.seconds {
          let key = try await keys.add()
          let next = try keys.token(by: key)
          published.append(key)
          // As an issuer does, who lets some time pass: it signs when all know it.
          try await untilKnown(next, at: gateways)
          token.withLock { $0 = next }
          rotations += 1
          if published.count > 4 { try await keys.drop(published.removeFirst()) }
        }
      }
      findings.note("\(rotations) rotations, each known to \(gateways.count) gateways and a service")
      findings.judge(load, rate: Self.rate, seconds: (ContinuousClock.now - began).seconds)
    }

    /// Waits until a token passes each gateway, and the service behind it.
    private func untilKnown(_ token: String, at gateways: [ChaosHost]) async throws {
      for gateway in gateways {
        let end = ContinuousClock.now + .seconds(60)
        while case let response = try await gateway.get("/guarded", ["authorization": "Bearer " + token]),
          response.status != 200
        {
          guard response.status == 401, ContinuousClock.now < end else {
            throw ClientError.unexpected(ChaosHost.operation, response)
          }
          try await Task.sleep(for: .milliseconds(2))
        }
      }
    }

    /// The registry and the file of the migration are looked at every second, and a name every ten. That a change was taken
    /// shows in the requests that reach the other address, and in what the gateway says of its migration.
    @Test func `H4: the addresses of services are changed again and again, and no request fails`() async throws {
      let places = try await MovedServices()
      await Chaos.report("H4 addresses") { findings in
        defer { for process in places.gateways { findings.look(at: process) } }
        let (load, began) = (RequestLoad(), ContinuousClock.now)
        let requests = ShopRequests(token: try await places.token())
        try await places.prepare(requests)
        var changes: [String: Int] = [:]
        try await load.run(clients: 16, rate: Self.rate) { client, number in
          ShopRequests.fault(of: try await places.send(requests, client, number))
        } while: {
          try await withThrowingTaskGroup(of: (String, Int).self) { group in
            let end = began + .seconds(Self.seconds)
            for kind in places.kinds { group.addTask { (kind.rawValue, try await places.change(kind, until: end)) } }
            for try await (kind, count) in group { changes[kind] = count }
          }
        }
        if !places.kinds.contains(.name) { findings.note("without names: 'unshare --mount' is not permitted") }
        findings.note(changes.sorted { $0.key < $1.key }.map { "\($0.value) times \($0.key)" }.joined(separator: ", "))
        findings.judge(load, rate: Self.rate, seconds: (ContinuousClock.now - began).seconds)
        findings.check(changes.values.allSatisfy { $0 > 0 }, "not everything has changed: \(changes)")
      }
      await places.stop()
    }
  }
}

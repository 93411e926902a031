import ContractSamples
import Foundation
import ServiceCore
import ServiceHTTP
import ServiceLoop
import Synchronization
import Testing

extension ChaosTests {
  /// Group B: limits and slow clients.
  @Suite struct SlowClientChaos {
    /// Samples of fifty well-behaved clients.
    private func normal(_ host: ChaosHost, seconds: Double) async -> [Sample] {
      await withTaskGroup(of: [Sample].self) { group in
        for _ in 0..<50 {
          group.addTask {
            var samples: [Sample] = []
            let end = ContinuousClock.now + .seconds(seconds)
            while ContinuousClock.now < end {
              samples.append(await host.sample("/greeting"))
              try? await Task.sleep(for: .milliseconds(50))
            }
            return samples
          }
        }
        return await group.reduce(into: []) { $0 += $1 }
      }
    }

    /// The kinds of slow client: the beginning of a request, the bytes sent repeatedly, and the seconds after which the
    /// server must close the connection.
    private static let slow: [(begin: String, drip: String, within: ClosedRange<Double>?)] = [
      ("GET /api/bench/greeting HTTP/1.1\r\nhost: a\r\nx-slow: ", "a", 9...12),
      (
        "POST /api/bench/orders HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n",
        " ", 28...33
      ),
      (
        "POST /api/bench/orders HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n1",
        "0", nil
      ),
      // Endless pipelined requests from a client that does not read responses.
      (
        "GET /api/bench/greeting HTTP/1.1\r\nhost: a\r\n\r\n",
        String(repeating: "GET /api/bench/greeting HTTP/1.1\r\nhost: a\r\n\r\n", count: 2), nil
      ),
    ]

    @Test func `B3: slow clients cost others nothing, and are ended in time`() async throws {
      try await Chaos.run("B3") { host, findings in
        _ = await normal(host, seconds: 2)
        let before = await normal(host, seconds: 5)
        let memory = host.memory
        let port = host.port
        let length = max(36, Chaos.seconds(0.05))
        let attack = Task.detached { () -> [(kind: Int, lasted: Double?, status: Int?)] in
          var connections: [(kind: Int, began: ContinuousClock.Instant, raw: RawConnection)] = []
          for number in 0..<1_000 {
            guard let raw = RawConnection(port: port) else { continue }
            raw.send(Self.slow[number % 4].begin)
            connections.append((number % 4, .now, raw))
          }
          let end = ContinuousClock.now + .seconds(length)
          while ContinuousClock.now < end {
            // Each connection sends twice a second.
            for (number, connection) in connections.enumerated() {
              // The pipelining client does not read.
              if connection.kind != 3 { connection.raw.receive() }
              if connection.raw.ended == nil { connection.raw.send(Self.slow[connection.kind].drip) }
              if number % 100 == 99 { try? await Task.sleep(for: .milliseconds(50)) }
            }
          }
          return connections.map { kind, began, raw in
            raw.receive()
            return (kind, raw.ended.map { ($0 - began).seconds }, raw.status)
          }
        }
        let during = await normal(host, seconds: length - 1)
        let ends = await attack.value
        findings.count = ends.count
        findings.check(ends.count == 1_000, "only \(ends.count) connections were established")
        for (kind, lasted, status) in ends {
          guard let within = Self.slow[kind].within else { continue }
          findings.check(
            lasted.map(within.contains) == true && (status == 408 || status == nil),
            "kind \(kind) lasted \(lasted ?? -1) s, with status \(status ?? 0)")
        }
        let endless = ends.filter { $0.kind == 2 && $0.lasted == nil }
        findings.check(endless.isEmpty, "\(endless.count) connections with endless chunk sizes were not closed")
        let others = during.filter { $0.status != 200 }
        findings.check(others.isEmpty, "well-behaved clients got \(Set(others.map(\.status))), \(others.count) times")
        let (calm, busy) = (before.percentile(0.99), during.percentile(0.99))
        findings.note(String(format: "p99 %.1f ms, %.1f ms beside them", calm, busy))
        findings.check(busy <= max(2 * calm, calm + 20), "p99 rose from \(calm) to \(busy) ms")
        let grown = host.largestMemory - memory
        findings.check(grown <= 64 << 20, "memory grew by \(grown >> 20) MiB")
      }
    }

    @Test func `B4: idle connections in crowds, and no descriptor left`() async throws {
      try await Chaos.run("B4 idle") { host, findings in
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        let wanted = min(20_000, Int(limit.rlim_cur) - 500)
        let memory = host.memory
        var idle: [RawConnection] = []
        while idle.count < wanted, let one = RawConnection(port: host.port) { idle.append(one) }
        findings.count = idle.count
        findings.check(idle.count == wanted, "\(idle.count) of \(wanted) connections were established")
        let response = await host.sample("/greeting")
        findings.check(response.status == 200, "a request beside them got \(response.status)")
        findings.note("\((host.memory - memory) / max(1, idle.count)) bytes each")
      }
      try await Chaos.run("B4 EMFILE", limit: 128) { host, findings in
        var crowd = (0..<400).compactMap { _ in RawConnection(port: host.port) }
        findings.count = crowd.count
        let used = host.processorTime
        try await Task.sleep(for: .seconds(3))
        let spent = host.processorTime - used
        findings.note(String(format: "%.2f s of processor time in 3 s", spent))
        findings.check(spent < 0.6, "accepting costs \(spent) s of processor time in 3 s")
        crowd.removeAll()
        let began = ContinuousClock.now
        var isBack = false
        while !isBack, ContinuousClock.now - began < .seconds(5) {
          isBack = await host.sample("/greeting").status == 200
        }
        let seconds = (ContinuousClock.now - began).seconds
        findings.check(isBack && seconds <= 1, "it took \(seconds) s to serve again")
      }
    }

    @Test func `G5: large answers to slow readers stand in nobody's memory`() async throws {
      try await Chaos.run("G5") { _, findings in
        let size = 10_000_000
        let operation = OperationDescriptor(
          service: "chaos", id: "large", method: "GET", path: [.literal("large")],
          responses: .init([200], hasDefault: true))
        let routes = RouteHandler([
          ServiceRoute(operation) { _ in
            let left = Mutex(size)
            return HTTPResponse(
              status: 200,
              stream: ByteStream(length: size) {
                let count = left.withLock { left in
                  let count = min(left, 65_536)
                  left -= count
                  return count
                }
                return count == 0 ? nil : [UInt8](repeating: 120, count: count)
              })
          }
        ])
        let loop = try Loop()
        let server = try HTTPServer(
          loops: [loop], address: "127.0.0.1", port: 0, logger: Logger(level: .error, sink: { _ in }),
          handler: { routes.receive($0) })
        await server.start()
        let before = Self.ownMemory
        let readers = (0..<200).compactMap { _ in RawConnection(port: server.port) }
        for reader in readers { reader.send("GET /large HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n") }
        try await Task.sleep(for: .seconds(3))
        let each = (Self.ownMemory - before) / max(1, readers.count)
        findings.count = readers.count
        findings.note("\(each >> 10) KiB for each")
        findings.check(each <= 256 << 10, "each slow reader costs \(each) bytes")
        try await expectRest(of: try #require(readers.last), size, &findings)
        await server.stop(within: 0)
        loop.stop()
      }
    }

    @Test func `G5: through a gateway neither it nor the service keeps them, and nobody else waits for them`()
      async throws
    {
      try await Chaos.run("G5 gateway") { gateway, service, findings in
        let size = 10_000_000
        for _ in 0..<50 { findings.check(await gateway.sample("/greeting").status == 200, "the gateway is not up") }
        let before = (gateway.memory, service.memory)
        let readers = (0..<200).compactMap { _ in RawConnection(port: gateway.port) }
        for reader in readers {
          reader.send("GET /api/bench/blobs?bytes=\(size) HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")
        }
        try await untilIdle([gateway, service])
        let others = await normal(gateway, seconds: 3)
        // The gateway has two connections for each of them.
        let count = max(1, readers.count)
        let each = ((gateway.memory - before.0) / count / 2, (service.memory - before.1) / count)
        findings.count = readers.count
        findings.note(
          String(
            format: "%d KiB for each connection of the gateway, %d KiB of the service; others' p99 %.1f ms",
            each.0 >> 10, each.1 >> 10, others.percentile(0.99)))
        findings.check(max(each.0, each.1) <= 256 << 10, "each connection costs \(each) bytes")
        findings.check(others.allSatisfy { $0.status == 200 }, "others were not served")
        findings.check(others.percentile(0.99) <= 100, "others' p99 is \(others.percentile(0.99)) ms")
        try await expectRest(of: try #require(readers.last), size, &findings)
      }
    }

    /// Waits until the system's buffers are full, which takes processors a while, and the hosts do nothing.
    private func untilIdle(_ hosts: [ChaosHost]) async throws {
      var (used, isIdle) = (-1.0, false)
      for _ in 0..<120 where !isIdle {
        try await Task.sleep(for: .milliseconds(500))
        let now = hosts.reduce(0) { $0 + $1.processorTime }
        isIdle = now - used < 0.02
        used = now
      }
    }

    /// A reader that starts late still gets the complete body.
    private func expectRest(of reader: RawConnection, _ size: Int, _ findings: inout Findings) async throws {
      var length = 0
      while reader.ended == nil {
        reader.receive()
        length += reader.takeReceived()
        await Task.yield()
      }
      findings.check(length > size && length < size + 1_000, "a reader got \(length) bytes")
    }

    private static var ownMemory: Int {
      let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
      let pages = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
      return pages * 4_096
    }

    @Test func `B9: paths and ids without end leave nothing in memory, and each one line in the log`() async throws {
      let log = NSTemporaryDirectory() + "charter-chaos-\(UUID()).log"
      defer { try? FileManager.default.removeItem(atPath: log) }
      try await Chaos.run("B9", environment: ["CHARTER_ACCESS_LOG": log]) { host, findings in
        _ = await host.sample("/greeting")
        let memory = host.memory
        let wanted = Chaos.count(100_000, atLeast: 2_000)
        var random = SplitMix64(salt: 9)
        while findings.count < wanted {
          let paths = (0..<50).map { _ in "/%22%0A%7B\(UInt64.random(in: 0...(.max), using: &random))%5C" }
          let statuses = await withTaskGroup(of: Int.self) { group in
            for path in paths { group.addTask { await host.sample(path).status } }
            return await group.reduce(into: Set<Int>()) { $0.insert($1) }
          }
          findings.check(statuses.isSubset(of: [400, 404]), "got \(statuses)")
          findings.count += paths.count
        }
        try await Task.sleep(for: .seconds(2))
        let lines = try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n")
        let expected = findings.count + 1
        findings.check(lines.count == expected, "\(lines.count) lines of \(expected)")
        for line in lines {
          let isObject = (try? JSONSerialization.jsonObject(with: Data(line.utf8))) is [String: Any]
          findings.check(isObject, "a line of the log is no JSON object: \(line.prefix(200))")
        }
        let grown = host.memory - memory
        findings.note("\(grown >> 10) KiB more")
        findings.check(grown <= 4 << 20, "memory grew by \(grown) bytes")
      }
    }
  }
}

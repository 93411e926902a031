import BenchAPI
import Foundation
import ServiceClient
import ServiceCore
import Testing

extension ChaosTests {
  /// Bodies larger than memory, and many event stream listeners, through a generated client and a generated server.
  @Suite struct StreamChaos {
    private static let gigabyte = 1 << 30
    private let call = Call(requestID: "chaos", logger: Logger(level: .error, sink: { _ in }))

    /// The peak memory of this process, in bytes.
    private var ownMemory: Int {
      let text = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
      let line = text.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
      return (Int(line.filter(\.isNumber)) ?? 0) << 10
    }

    private actor Source {
      private let piece = [UInt8](repeating: 7, count: 65_536)
      private var left: Int

      init(_ bytes: Int) { left = bytes }

      func next() -> [UInt8]? {
        guard left > 0 else { return nil }
        left -= piece.count
        return piece
      }
    }

    @Test func `S1: a gigabyte goes up and comes down, and neither side's memory grows`() async throws {
      try await Chaos.run("S1") { host, findings in
        let curl = try CurlTransport(origin: "http://127.0.0.1:\(host.port)")
        for (name, client) in [
          ("loop", BenchClient(.remote(host.client))), ("curl", BenchClient(.remote(curl))),
        ] {
          // A small body first, to warm up caches and buffers.
          for size in [1 << 20, Self.gigabyte] {
            let (own, server) = (ownMemory, host.largestMemory)
            let began = ContinuousClock.now
            let source = Source(size)
            let sent = try await client.sendBlob(
              .init(body: ByteStream(length: size) { await source.next() }), call
            ).get()
            findings.check(sent.bytes == size, "\(name): \(sent.bytes) of \(size) bytes were uploaded")
            let middle = ContinuousClock.now
            var received = 0
            for try await piece in try await client.getBlob(.init(bytes: size), call).get() { received += piece.count }
            findings.check(received == size, "\(name): \(received) of \(size) bytes were downloaded")
            findings.count += 2
            guard size == Self.gigabyte else { continue }
            let (up, down) = ((middle - began).seconds, (ContinuousClock.now - middle).seconds)
            let growth = (own: ownMemory - own, server: host.largestMemory - server)
            findings.note(
              String(
                format: "%@: up %.1f s, down %.1f s, client +%d KiB, server +%d KiB", name, up, down, growth.own >> 10,
                growth.server >> 10))
            findings.check(growth.own < 16 << 20, "\(name): the client grew by \(growth.own >> 20) MiB")
            findings.check(growth.server < 16 << 20, "\(name): the server grew by \(growth.server >> 20) MiB")
          }
        }
      }
    }

    @Test func `S2: a thousand listeners get every event`() async throws {
      try await Chaos.run("S2") { host, findings in
        let client = BenchClient(.remote(host.client))
        let before = host.memory
        let count = 10
        let listeners = 1_000
        let began = ContinuousClock.now
        let call = call
        let complete = await withTaskGroup(of: Bool.self) { group in
          for _ in 0..<listeners {
            group.addTask {
              var seen: [String] = []
              do {
                let ticks = try await client.getTicks(.init(count: count, pause: 500), call).get()
                for try await tick in ticks { seen.append(tick.data ?? "") }
              } catch {
                return false
              }
              return seen == (0..<count).map(String.init)
            }
          }
          return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        let seconds = (ContinuousClock.now - began).seconds
        findings.count = listeners * count
        findings.check(complete == listeners, "\(complete) of \(listeners) listeners got every event in order")
        findings.check(seconds < 15, "\(count) events at 2 a second took \(seconds) s")
        let each = (host.largestMemory - before) / listeners
        findings.note(String(format: "%d events in %.1f s, %d KiB a listener", count, seconds, each >> 10))
        findings.check(each < 64 << 10, "a listener takes \(each) bytes")
        let after = await host.sample("/greeting")
        findings.check(after.status == 200, "the host does not respond afterwards")
      }
    }
  }
}

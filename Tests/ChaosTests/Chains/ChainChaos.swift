import Foundation
import Testing

extension ChaosTests {
  /// Group A10: real servers before and behind the gateway, and between them what two servers could read differently.
  @Suite struct ChainChaos {
    @Test func `A10: between real servers no request arrives that a front did not send, and none has another body`()
      async throws
    {
      var ends = [try ChainEnd.recorder(), try await ChainEnd.service()]
      for peer in PeerServer.ends where peer.program != nil { ends.append(try await ChainEnd.peer(peer)) }
      let migration = try Self.migration(ends)
      defer { try? FileManager.default.removeItem(atPath: migration) }
      let service = ends.first { $0.prefix == nil }.map { "http://127.0.0.1:\($0.port)" }
      let settings = [
        "BENCH_URL": service ?? "", "CHARTER_MIGRATION": migration, "CHARTER_CHECKS": "none",
        "CHARTER_BODY_TIMEOUT": "5000", "CHARTER_ACCESS_LOG": "off",
      ]
      try await Chaos.run("A10", environment: settings, arguments: ["--only", "gateway"]) { host, findings in
        let missing = (PeerServer.fronts + PeerServer.ends).filter { $0.program == nil }
        if !missing.isEmpty {
          findings.note("skipped, not installed: " + Set(missing.map(\.package)).sorted().joined(separator: ", "))
        }
        var runs = [try await ChainRun(nil, to: host.port, ends, first: 0)]
        for front in PeerServer.fronts where front.program != nil {
          do {
            runs.append(try await ChainRun(front, to: host.port, ends, first: runs.reduce(0) { $0 + $1.cases.count }))
          } catch {
            findings.add("\(error)")
          }
          findings.check(host.process.isRunning, "the host has ended behind \(front.name)")
        }
        // What ends have recorded is whole when they have ended.
        var seen: [String: [SeenRequest]] = [:]
        for end in ends {
          do {
            let (requests, refused) = try await end.finish()
            for reason in refused { findings.add("\(end.name) was sent what is no request: \(reason)") }
            for request in requests { seen[ChainCase.mark(of: request.target), default: []].append(request) }
          } catch {
            findings.add("\(error)")
          }
        }
        for request in seen.removeValue(forKey: "") ?? [] { findings.add("nobody has sent \(request)") }
        for run in runs { run.verify(seen, &findings) }
      }
    }

    /// A file for the gateway by which each end has a path.
    private static func migration(_ ends: [ChainEnd]) throws -> String {
      let paths = ends.compactMap { end in
        end.prefix.map { ["path": "/" + $0, "origin": "http://127.0.0.1:\(end.port)"] }
      }
      let file = NSTemporaryDirectory() + "migration-\(UUID()).json"
      try JSONEncoder().encode(["paths": paths]).write(to: URL(filePath: file))
      return file
    }
  }
}

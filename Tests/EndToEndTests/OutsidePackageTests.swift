import Foundation
import ServiceCore
import ServiceHTTP
import ServiceLoop
import TestProcesses
import Testing

extension EndToEnd {
  /// A package of somebody else's, in `Tests/Outside`: built as its owner would, it calls the platform, and serves a
  /// contract of its own.
  @Suite struct OutsidePackageTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()

    @Test(.timeLimit(.minutes(10)))
    func `a package outside buys in the shop by the shop's contracts, and serves one of its own`() async throws {
      let (code, text) = try OutsidePackage.build(Self.root.appending(path: "Tests/Outside"))
      try #require(code == 0, "\(text.suffix(4_000))")
      #expect(!text.contains("warning: "), "\(text.suffix(4_000))")
      let programs = try #require(OutsidePackage.scratch).appending(path: "debug")
      try await withPlatform { platform async throws in
        let courier = try TestProcess.run([programs.appending(path: "courier").path, platform.origin])
        #expect(
          courier.output == """
            ordered once: true total: 39.98
            told: 404 Not Found
            refused here: ["/name minLength"]
            receipt: 39.98

            """, "\(courier.output + courier.errors)")
        #expect(courier.code == 0)
      }
      try await expectServed(by: programs.appending(path: "receipts").path)
    }

    /// The program is the one of the README, and is served as the platform's services are.
    private func expectServed(by program: String) async throws {
      let readme = try String(contentsOf: Self.root.appending(path: "README.md"), encoding: .utf8)
      let main = Self.root.appending(path: "Tests/Outside/Sources/receipts/main.swift")
      #expect(readme.contains(try String(contentsOf: main, encoding: .utf8)))
      var environment = ProcessInfo.processInfo.environment
      (environment["CHARTER_DRAIN"], environment["LOG_LEVEL"]) = ("0", "warning")
      let host = try TestProcess([program, "--port", "0"], environment: environment, errors: .inherited)
      defer { host.send(SIGKILL) }
      var printed = ""
      while !printed.contains("ready "), case let data = host.output.availableData, !data.isEmpty {
        printed += String(decoding: data, as: UTF8.self)
      }
      let origin = try #require(printed.firstMatch(of: /ready (http:\S+)\n/)?.1, "\(printed)")
      let loop = try Loop()
      let client = try HTTPClient(origin: String(origin), loops: [loop])
      func get(_ path: String) async throws -> (status: Int, text: String) {
        let operation = OperationDescriptor(
          service: "receipts", id: path, method: "GET", path: [], responses: .init([], hasDefault: true))
        let response = try await client.send(HTTPRequest(method: "GET", path: path), operation)
        return (response.status, String(decoding: response.body, as: UTF8.self))
      }
      let receipt = try await get("/receipts/0190f3d2-8a11-7f00-8c55-0d1e2f3a4b5c")
      #expect(receipt.status == 200 && receipt.text.contains("\"total\":19.99"))
      #expect(try await get("/receipts/none").status == 400)
      #expect(try await get("/health/receipts").status == 200)
      #expect(try await get("/metrics").text.contains("service=\"receipts\",operation=\"readReceipt\""))
      host.send(SIGTERM)
      #expect(await host.end() == 0)
      loop.stop()
    }
  }
}

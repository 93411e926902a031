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
        let courier = try TestProcess.run([
          programs.appending(path: "courier").path, platform.origin, try #require(platform.token),
        ])
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
      try await serving(program) { get in
        let receipt = try await get("GET", "/receipts/0190f3d2-8a11-7f00-8c55-0d1e2f3a4b5c", nil)
        #expect(receipt.status == 200 && String(decoding: receipt.body, as: UTF8.self).contains("\"total\":19.99"))
        #expect(try await get("GET", "/receipts/none", nil).status == 400)
        #expect(try await get("GET", "/health/receipts", nil).status == 200)
        let metrics = String(decoding: try await get("GET", "/metrics", nil).body, as: UTF8.self)
        #expect(metrics.contains("service=\"receipts\",operation=\"readReceipt\""))
      }
    }

    private typealias Ask = (_ method: String, _ path: String, _ token: String?) async throws -> HTTPResponse

    /// Runs a host for as long as `body` does.
    private func serving(_ program: String, _ body: (Ask) async throws -> Void) async throws {
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
      defer { loop.stop() }
      let client = try HTTPClient(origin: String(origin), loops: [loop])
      try await body { method, path, token in
        let operation = OperationDescriptor(
          service: "receipts", id: path, method: method, path: [], responses: .init([], hasDefault: true))
        var request = HTTPRequest(method: method, path: path)
        request.headers["authorization"] = token.map { "Bearer " + $0 }
        return try await client.send(request, operation)
      }
      host.send(SIGTERM)
      #expect(await host.end() == 0)
    }

    /// What a contract asks for holds after a build: its handler knows nothing of it, and no other file is touched.
    @Test(.timeLimit(.minutes(10)))
    func `an operation that is added is protected, limited and bounded as its contract says`() async throws {
      let files = FileManager.default
      let folder = files.temporaryDirectory.appending(path: "charter-added-\(UUID())")
      defer { try? files.removeItem(at: folder) }
      try files.copyItem(at: Self.root.appending(path: "Tests/Outside"), to: folder)
      func edit(_ path: String, _ changes: [(String, String)]) throws {
        let file = folder.appending(path: path)
        let text = try changes.reduce(String(contentsOf: file, encoding: .utf8)) { text, change in
          try #require(text.contains(change.0), "\(change.0)")
          return text.replacing(change.0, with: change.1)
        }
        try text.write(to: file, atomically: true, encoding: .utf8)
      }
      try edit("Package.swift", [("\"../..\"", "\"\(Self.root.path)\"")])
      try edit(
        "Contracts/receipts.yaml",
        [
          (
            "components:\n",
            """
              /copies:
                post:
                  operationId: copyReceipts
                  security: [{ user: [copy] }]
                  x-rate-limit: { requests: 3, per: 1h, by: user }
                  x-timeout: 200ms
                  responses:
                    "204": { description: They are copied. }
                    default: { description: A problem., content: { application/problem+json: { schema: { type: object } } } }
            components:
              securitySchemes: { user: { type: http, scheme: bearer } }

            """
          )
        ])
      try edit(
        "Sources/receipts/main.swift",
        [
          (
            "}\n\nexit(",
            """

              func copyReceipts(
                _ input: CopyReceipts.Input, _ principal: UserPrincipal, _ call: Call
              ) async throws -> CopyReceipts.Output {
                try await Task.sleep(for: .seconds(3_600))
                return .noContent
              }
            }

            /// Who a token belongs to is its text.
            struct Tokens: CredentialVerifier {
              func verify(_ credential: Credential, for scheme: SecurityScheme) -> VerifiedIdentity? {
                guard case .bearer(let token) = credential, token != "wrong" else { return nil }
                return VerifiedIdentity(subject: token, scopes: token == "ada" ? ["copy"] : [])
              }
            }

            exit(
            """
          ), ("GatewayHandler($0).receive }", "GatewayHandler($0).receive }, verifier: { _ in Tokens() }"),
        ])
      let (code, text) = try OutsidePackage.build(folder)
      try #require(code == 0, "\(text.suffix(4_000))")
      let program = try #require(OutsidePackage.scratch).appending(path: "debug/receipts")
      try await serving(program.path) { ask in
        #expect(try await ask("POST", "/copies", nil).status == 401)
        #expect(try await ask("POST", "/copies", "wrong").status == 401)
        #expect(try await ask("POST", "/copies", "bob").status == 403)
        for _ in 0..<3 { #expect(try await ask("POST", "/copies", "ada").status == 504) }
        let limited = try await ask("POST", "/copies", "ada")
        #expect(limited.status == 429 && limited.headers["retry-after"] != nil)
        #expect(try await ask("GET", "/receipts/0190f3d2-8a11-7f00-8c55-0d1e2f3a4b5c", nil).status == 200)
      }
    }
  }
}

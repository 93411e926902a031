import Foundation
import IdentityAPI
import ServiceCore
import ServiceHTTP
import ServiceLoop
import ServiceSecurity
import TestProcesses
import Testing

extension EndToEnd {
  /// Logging in to other programs, as a client of another make does it.
  @Suite struct OAuthTests {
    private static let hasJudges: Bool = {
      let run = try? TestProcess.run(["/bin/sh", "-c", "python3 -c 'import authlib, joserfc, requests'"])
      return run?.code == 0
    }()

    private static let hasProvider: Bool = {
      let run = try? TestProcess.run(["/bin/sh", "-c", "python3 -c 'import authlib, oidc_provider_mock, requests'"])
      return run?.code == 0
    }()

    @Test(.enabled(if: hasProvider, "oidc-provider-mock, Authlib and requests are not installed"))
    func `an outside provider logs users in`() async throws {
      let (port, provider) = (try FreePorts.lasting(), try FreePorts.lasting())
      let environment = [
        "CHARTER_PUBLIC_URL": "http://127.0.0.1:\(port)", "IDENTITY_PROVIDER": "http://127.0.0.1:\(provider)",
        "IDENTITY_PROVIDER_CLIENT": "platform", "IDENTITY_PROVIDER_SECRET": "secret",
      ]
      try await passes("provider.py", String(provider), port: port, environment)
    }

    @Test(.enabled(if: hasJudges, "Authlib, joserfc and requests are not installed"))
    func `Authlib logs users in to clients of every kind, through pages without script`() async throws {
      let port = try FreePorts.lasting()
      try await passes("oauth.py", port: port, ["CHARTER_PUBLIC_URL": "http://127.0.0.1:\(port)"])
    }

    @Test func `a program that acts for itself gets tokens of its own, and one that is not known is told why not`()
      async throws
    {
      let port = try FreePorts.lasting()
      let origin = "http://127.0.0.1:\(port)"
      try await withPlatform(port: port, environment: ["CHARTER_PUBLIC_URL": origin]) { platform in
        let loop = try Loop()
        defer { loop.stop() }
        func identity(_ id: String, _ secret: String) throws -> IdentityClient {
          let client = try OAuthClient(id: id, secret: secret, issuer: origin)
          let tokens = ClientTokens(of: client) { try HTTPClient(origin: $0, loops: [loop]) }
          return IdentityClient(
            .authorized(.remote(try HTTPClient(origin: origin, loops: [loop])), by: tokens))
        }
        let draft = ClientDraft(name: "Program", grants: [.clientCredentials], scopes: ["admin"])
        let new = try await platform.identity.registerClient(.init(body: draft), platform.call).get()
        let id = new.client.id.description
        let program = try identity(id, try #require(new.clientSecret))
        #expect(try await program.listUsers(.init(), platform.anonymous).get().items.isEmpty)
        let wrong = await #expect(throws: ClientError.self) {
          try await identity(id, "cs_" + String(repeating: "x", count: 40)).listUsers(.init(), platform.anonymous)
        }
        #expect(
          wrong?.description.contains("compare the client's id and secret") == true, "\(String(describing: wrong))")
        // Other scopes than those that it is registered for are asked for, and refused.
        let poor = ClientDraft(name: "Poor", grants: [.clientCredentials], scopes: ["user"])
        let other = try await platform.identity.registerClient(.init(body: poor), platform.call).get()
        let refused = await #expect(throws: ClientError.self) {
          try await identity(other.client.id.description, try #require(other.clientSecret))
            .listUsers(.init(), platform.anonymous)
        }
        #expect(refused?.description.contains("invalid_scope: allow the client the scopes 'admin'") == true)
      }
    }

    /// Runs a script of Clients with the platform's origin and an administrator's token.
    private func passes(_ name: String, _ more: String..., port: Int, _ environment: [String: String]) async throws {
      let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Clients/\(name)").path
      try await withPlatform(port: port, environment: environment) { platform in
        let token = try #require(platform.token)
        let run = try TestProcess.run(
          ["/bin/sh", "-c", "exec python3 \"$@\"", "sh", script, platform.origin, token] + more)
        #expect(run.code == 0 && run.output.contains("passed"), "\(run.output)\(run.errors)")
      }
    }
  }
}

import Foundation
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
      let (port, provider) = (try Platform.freePort(), try Platform.freePort())
      let environment = [
        "CHARTER_PUBLIC_URL": "http://127.0.0.1:\(port)", "IDENTITY_PROVIDER": "http://127.0.0.1:\(provider)",
        "IDENTITY_PROVIDER_CLIENT": "platform", "IDENTITY_PROVIDER_SECRET": "secret",
      ]
      try await passes("provider.py", String(provider), port: port, environment)
    }

    @Test(.enabled(if: hasJudges, "Authlib, joserfc and requests are not installed"))
    func `Authlib logs users in to clients of every kind, through pages without script`() async throws {
      let port = try Platform.freePort()
      try await passes("oauth.py", port: port, ["CHARTER_PUBLIC_URL": "http://127.0.0.1:\(port)"])
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

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

    @Test(.enabled(if: hasJudges, "Authlib, joserfc and requests are not installed"))
    func `Authlib logs users in to clients of every kind, through pages without script`() async throws {
      let port = try Platform.freePort()
      let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Clients/oauth.py").path
      let environment = ["CHARTER_PUBLIC_URL": "http://127.0.0.1:\(port)"]
      try await withPlatform(port: port, environment: environment) { platform in
        let token = try #require(platform.token)
        let run = try TestProcess.run(
          ["/bin/sh", "-c", "exec python3 \"$@\"", "sh", script, platform.origin, token])
        #expect(run.code == 0 && run.output.contains("passed"), "\(run.output)\(run.errors)")
      }
    }
  }
}

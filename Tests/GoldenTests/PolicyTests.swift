import Foundation
import Testing

/// The table of policies in the generator's page.
@Suite struct PolicyTests {
  /// What a row says: the policy as a contract writes it, and what becomes of it.
  static let rows: [(policy: String, fate: String)] = {
    let page = GoldenTests.folder.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Generator/README.md")
    let text = (try? String(contentsOf: page, encoding: .utf8)) ?? ""
    let section = text.split(separator: "\n## ").first { $0.hasPrefix("Policies\n") } ?? ""
    return section.matches(of: #/\n\| `([^`]+)` \| (\w+) \|/#).map { (String($0.1), String($0.2)) }
  }()

  @Test func `a policy is part of an operation, or refused, as its row says`() throws {
    #expect(Self.rows.count >= 10)
    for (policy, fate) in Self.rows {
      let isWhole = policy.contains(":")
      // The short name with such a value would be another tool's.
      let own = "x-charter-" + policy.dropFirst("x-".count)
      // What is about callers outside has no effect on what the API itself sends, and the other way round.
      let isSent = policy.hasPrefix("x-webhook")
      let run = try Sandbox.generate(
        """
        openapi: 3.1.0
        info: { title: T, version: "1" }
        \(isSent ? "webhooks" : "paths"):
          \(isSent ? "done" : "/done"):
            post:
              operationId: done
              \(isWhole ? policy : own + ": {}")
              \(policy.hasPrefix("x-deprecation") ? "deprecated: true" : "")
              responses: { default: { description: d } }
        components: { securitySchemes: { session: { type: http, scheme: bearer } } }
        """)
      if fate == "refused" {
        #expect(run.code == 1 && run.errors.contains("'\(own)' is not supported yet"), "\(policy): \(run.errors)")
      } else {
        #expect(run.code == 0 && run.output.contains("policy: .init("), "\(policy): \(run.errors)")
      }
    }
  }
}

import Foundation
import Testing

/// The table of policies in the generator's page.
@Suite struct PolicyTests {
  /// What the rows say: the policies as a contract writes them.
  static let policies: [String] = {
    let page = GoldenTests.folder.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Generator/README.md")
    let text = (try? String(contentsOf: page, encoding: .utf8)) ?? ""
    let section = text.split(separator: "\n## ").first { $0.hasPrefix("Policies\n") } ?? ""
    return section.matches(of: #/\n\| `([^`]+)` \| \w+ \|/#).map { String($0.1) }
  }()

  @Test func `each policy of the table is part of an operation`() throws {
    #expect(Self.policies.count >= 10)
    for policy in Self.policies {
      // What is about callers outside has no effect on what the API itself sends, and the other way round.
      let isSent = policy.hasPrefix("x-webhook")
      let run = try Sandbox.generate(
        """
        openapi: 3.1.0
        info: { title: T, version: "1" }
        \(isSent ? "webhooks" : "paths"):
          \(isSent ? "done" : "/done"):
            \(policy.hasPrefix("x-cache") ? "get" : "post"):
              operationId: done
              \(policy)
              \(policy.hasPrefix("x-deprecation") ? "deprecated: true" : "")
              responses: { default: { description: d } }
        components: { securitySchemes: { session: { type: http, scheme: bearer } } }
        """)
      #expect(run.code == 0 && run.output.contains("policy: .init("), "\(policy): \(run.errors)")
    }
  }
}

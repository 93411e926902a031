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

  @Test(
    arguments: [
      (
        "x-timeout: 100ms", "x-retry: { attempts: 2, hedge: 100ms }", ":10:38: error: 'hedge' is not shorter",
        "100ms [C041]"
      ),
      ("x-timeout: 101ms", "x-retry: { attempts: 2, hedge: 100ms }", nil, ""),
      ("summary: s", "x-retry: { attempts: 2, hedge: 30s }", ":10:38: error: 'hedge' is not shorter", "30000ms [C041]"),
      ("summary: s", "x-charter-retry: { attempts: 2, hedge: 29s }", nil, ""),
      ("x-timeout: 50ms", "description: d", ":8:7: warning: the 'hedge' of the path", "50ms [C062]"),
      ("x-timeout: 51ms", "description: d", nil, ""),
    ] as [(String, String, String?, String)])
  func `a hedge that would come when the time is over is reported where it is, and what would be right`(
    _ timeout: String, _ retry: String, _ fault: String?, _ end: String
  ) throws {
    let run = try Sandbox.generate(
      """
      openapi: 3.1.0
      info: { title: T, version: "1" }
      paths:
        /a:
          x-retry: { attempts: 2, hedge: 50ms }
          x-rate-limit: none
          get:
            operationId: a
            \(timeout)
            \(retry)
            responses: { default: { description: d } }
      """)
    #expect((run.code == 0) == (fault?.contains("error") != true), "\(run.errors)")
    #expect(run.errors.contains("hedge") == (fault != nil), "\(run.errors)")
    if let fault { #expect(run.errors.contains(fault) && run.errors.contains(end), "\(run.errors)") }
    // What has no effect is not passed on.
    #expect(run.output.contains("hedge:") == (fault == nil))
  }
}

import Glibc
import Synchronization

/// Where a test ends the process, or simulates its end: between two steps that must appear to be one.
package enum CrashPoint: String, Sendable {
  case beforeCommit = "before-commit"
  case beforePublish = "before-publish"
  case beforeMark = "before-mark"
  case beforeAcknowledge = "before-acknowledge"
  case afterAcknowledge = "after-acknowledge"
  /// Every statement of a workflow, those of its steps' own effects excepted.
  case beforeWorkflowStatement = "before-workflow-statement"
  case afterWorkflowStatement = "after-workflow-statement"

  #if DEBUG
    /// What happens instead of the end of the process.
    @TaskLocal package static var hook: (@Sendable (CrashPoint) async throws -> Void)?

    /// The point that `CRASH_AT` names, and how often it is reached until the process ends: `before-commit/3`.
    private static let chosen: (name: Substring, count: Int)? = getenv("CRASH_AT").map { value in
      let parts = String(cString: value).split(separator: "/", maxSplits: 1)
      return (parts.first ?? "", parts.count > 1 ? Int(parts[1]) ?? 1 : 1)
    }

    private static let reached = Atomic(0)
  #endif

  /// Ends the process with status 137 where `CRASH_AT` names this point. Builds for release do nothing here.
  package func reach() async throws {
    #if DEBUG
      if let hook = Self.hook { return try await hook(self) }
      guard let chosen = Self.chosen, chosen.name == rawValue else { return }
      if Self.reached.add(1, ordering: .relaxed).newValue >= chosen.count { _exit(137) }
    #endif
  }
}

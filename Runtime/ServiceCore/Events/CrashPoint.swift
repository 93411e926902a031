import Glibc

/// Where a test ends the process, or simulates its end: between two steps that must appear to be one.
package enum CrashPoint: String, Sendable {
  case beforeCommit = "before-commit"
  case beforePublish = "before-publish"
  case beforeMark = "before-mark"
  case beforeAcknowledge = "before-acknowledge"
  case afterAcknowledge = "after-acknowledge"

  #if DEBUG
    /// What happens instead of the end of the process.
    @TaskLocal package static var hook: (@Sendable (CrashPoint) async throws -> Void)?

    private static let chosen = getenv("CRASH_AT").map { String(cString: $0) }
  #endif

  /// Ends the process with status 137 where `CRASH_AT` names this point. Builds for release do nothing here.
  package func reach() async throws {
    #if DEBUG
      if let hook = Self.hook { return try await hook(self) }
      if Self.chosen == rawValue { _exit(137) }
    #endif
  }
}

import Foundation
import TestProcesses
import Testing

extension EndToEnd {
  /// A package of somebody else's, in `Tests/Outside`: built as its owner would, it calls the platform.
  @Suite struct OutsidePackageTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()

    @Test(.timeLimit(.minutes(10)))
    func `a package outside buys in the shop by the shop's contracts, and has one of its own`() async throws {
      // A folder of its own: the one of the tests is locked while they run.
      let scratch = FileManager.default.temporaryDirectory.appending(path: "charter-courier-\(UUID())")
      defer { try? FileManager.default.removeItem(at: scratch) }
      let package = ["--package-path", Self.root.appending(path: "Tests/Outside").path, "--scratch-path", scratch.path]
      let built = try TestProcess.run(["swift", "build", "--product", "courier"] + package)
      let told = built.output + built.errors
      try #require(built.code == 0, "\(told.suffix(4_000))")
      #expect(!told.contains("warning: "), "\(told.suffix(4_000))")
      try await withPlatform { platform async throws in
        let courier = try TestProcess.run([scratch.appending(path: "debug/courier").path, platform.origin])
        #expect(
          courier.output == """
            ordered once: true total: 39.98
            told: 404 Not Found
            refused here: ["/name minLength"]
            receipt: 39.98

            """, "\(courier.output + courier.errors)")
        #expect(courier.code == 0)
      }
    }
  }
}

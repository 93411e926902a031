import Foundation
import Testing

extension EndToEnd {
  /// A package of somebody else's, in `Tests/Outside`: built as its owner would, it calls the platform.
  @Suite struct OutsidePackageTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()

    private func run(_ arguments: [String]) throws -> (code: Int32, output: String) {
      let process = Process()
      process.executableURL = URL(filePath: "/usr/bin/env")
      process.arguments = arguments
      let pipe = Pipe()
      process.standardOutput = pipe
      process.standardError = pipe
      try process.run()
      let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      process.waitUntilExit()
      return (process.terminationStatus, output)
    }

    @Test(.timeLimit(.minutes(10)))
    func `a package outside buys in the shop by the shop's contracts, and has one of its own`() async throws {
      // A folder of its own: the one of the tests is locked while they run.
      let scratch = FileManager.default.temporaryDirectory.appending(path: "charter-courier-\(UUID())")
      defer { try? FileManager.default.removeItem(at: scratch) }
      let package = ["--package-path", Self.root.appending(path: "Tests/Outside").path, "--scratch-path", scratch.path]
      let built = try run(["swift", "build", "--product", "courier"] + package)
      try #require(built.code == 0, "\(built.output.suffix(4_000))")
      #expect(!built.output.contains("warning: "), "\(built.output.suffix(4_000))")
      try await withPlatform { platform async throws in
        let courier = try run([scratch.appending(path: "debug/courier").path, platform.origin])
        #expect(
          courier.output == """
            ordered once: true total: 39.98
            told: 404 Not Found
            refused here: ["/name minLength"]
            receipt: 39.98

            """, "\(courier.output)")
        #expect(courier.code == 0)
      }
    }
  }
}

import Foundation
import TestProcesses
import Testing

extension EndToEnd {
  /// Clients of other languages, exported from the contracts, call the platform.
  @Suite struct ExportedClientTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    private static let contracts: [String] = {
      let folder = root.deletingLastPathComponent().deletingLastPathComponent().path + "/Contracts/shop/"
      let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
      return files.filter { $0.hasSuffix(".yaml") && !$0.hasSuffix(".events.yaml") }.sorted().map { folder + $0 }
    }()

    /// Runs a program and gives what it printed; one that fails is an issue.
    private func run(_ program: String, _ arguments: [String], in folder: URL) throws -> String {
      let ended = try TestProcess.run([program] + arguments, in: folder)
      #expect(ended.code == 0, "\(program) \(arguments): \(ended.output + ended.errors)")
      return ended.output
    }

    private func export(_ format: String, to file: String, in folder: URL) throws {
      let programs = try #require(ProcessInfo.processInfo.environment["CHARTER_TEST_PROGRAMS"])
      _ = try run(programs + "/contractgen", ["export", format] + Self.contracts + ["--output", file], in: folder)
    }

    @Test func `exported clients are typed by their languages' own checkers, and call the platform`() async throws {
      let folder = FileManager.default.temporaryDirectory.appending(path: "charter-export-\(UUID())")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(at: folder) }
      for name in ["shop.py", "shop.ts"] {
        try FileManager.default.copyItem(
          at: Self.root.appending(path: "Clients/\(name)"), to: folder.appending(path: name))
      }
      try export("python", to: "shop_client.py", in: folder)
      try export("typescript", to: "shop_client.ts", in: folder)
      _ = try run("python3", ["-W", "error", "-m", "py_compile", "shop_client.py"], in: folder)
      _ = try run(
        "tsc",
        ["--strict", "--skipLibCheck", "--target", "es2022", "--module", "commonjs", "--lib", "es2022,dom", "shop.ts"],
        in: folder)
      try await withPlatform { platform async throws in
        let token = try #require(platform.token)
        #expect(try run("python3", ["shop.py", platform.origin, token], in: folder).contains("all is well"))
        #expect(try run("node", ["shop.js", platform.origin, token], in: folder).contains("all is well"))
      }
    }

    @Test func `a Postman collection and a bundle are JSON that stands alone`() throws {
      let folder = FileManager.default.temporaryDirectory.appending(path: "charter-export-\(UUID())")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(at: folder) }
      try export("postman", to: "shop.json", in: folder)
      try export("openapi", to: "bundle.json", in: folder)
      let collection = try JSONSerialization.jsonObject(with: Data(contentsOf: folder.appending(path: "shop.json")))
      let info = try #require((collection as? [String: Any])?["info"] as? [String: Any])
      #expect((info["schema"] as? String)?.contains("v2.1.0") == true)
      let bundle = try String(contentsOf: folder.appending(path: "bundle.json"), encoding: .utf8)
      let foreign = bundle.matches(of: #/"\$ref": *"([^"#][^"]*)"/#).map { String($0.1) }
      #expect(foreign.isEmpty, "the bundle refers to \(foreign)")
    }
  }
}

import Foundation
import Testing

/// What the build says of a service's migrations.
@Suite struct MigrationFileTests {
  /// Collects files as the build plugin does: the code, what is reported, and what is written.
  private func collect(_ files: [String: Data]) throws -> (code: Int32, errors: String, swift: String) {
    let programs = try #require(ProcessInfo.processInfo.environment["CHARTER_TEST_PROGRAMS"], "run ./charter test")
    let sandbox = try Sandbox()
    defer { sandbox.remove() }
    let folder = sandbox.folder.appending(path: "Services/Shop/Orders/Migrations")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let output = sandbox.folder.appending(path: "Migrations.swift")
    var arguments = ["migrations", "--root", sandbox.folder.path, "--output", output.path]
    for (name, data) in files {
      try data.write(to: folder.appending(path: name))
      arguments.append(folder.appending(path: name).path)
    }
    let result = try sandbox.run(programs + "/contractgen", arguments)
    return (result.code, result.errors, (try? String(contentsOf: output, encoding: .utf8)) ?? "")
  }

  @Test func `migrations are written in order, with their paths in the package`() throws {
    let result = try collect(["0002-b.sql": Data("SELECT \"2\";".utf8), "0001-a.sql": Data("SELECT 1;\n".utf8)])
    #expect(result.code == 0 && result.errors.isEmpty)
    let first = #"Migration(name: "0001-a.sql", path: "Services/Shop/Orders/Migrations/0001-a.sql", sql: "#
    let second = #"Migration(name: "0002-b.sql", path: "Services/Shop/Orders/Migrations/0002-b.sql", sql: "#
    let lines = result.swift.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
    #expect(lines.suffix(3).first?.hasPrefix(first) == true && lines.suffix(2).first?.hasPrefix(second) == true)
    #expect(!result.swift.contains(NSTemporaryDirectory()))
  }

  @Test func `files that are no migrations are reported with their path, all at once`() throws {
    let result = try collect([
      "0001_items.sql": Data(), "0002-a.sql": Data(), "0002-b.sql": Data("SELECT 1;\n\u{0}".utf8),
      "0003-c.sql": Data("SELECT 1;\n-- ".utf8 + [0xFF, 0x0A]), "notes.txt": Data(),
    ])
    let folder = "Services/Shop/Orders/Migrations/"
    let expected = [
      folder + "0001_items.sql:1:1: error: a migration is named NNNN-words.sql",
      folder + "0002-a.sql:1:1: error: there is no migration 0001",
      folder + "0002-b.sql:1:1: error: 0002-a.sql has this number too",
      folder + "0002-b.sql:2:1: error: this line is not UTF-8",
      folder + "0003-c.sql:2:1: error: this line is not UTF-8",
      folder + "notes.txt:1:1: error: a migration is named NNNN-words.sql",
    ]
    let lines = result.errors.split(separator: "\n").map(String.init)
    #expect(result.code == 1 && lines.count == expected.count && result.swift.isEmpty, "\(lines)")
    for (line, start) in zip(lines, expected) { #expect(line.hasPrefix(start), "\(line)") }
  }
}

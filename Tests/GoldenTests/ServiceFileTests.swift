import Foundation
import Testing

/// What the build makes of a service's folder.
@Suite struct ServiceFileTests {
  /// Describes a service with these migrations as the build plugin does: the code, what is reported, and what is written.
  private func describe(
    _ files: [String: Data], _ module: String = "OrdersService", hasQueries: Bool = false
  ) throws -> (code: Int32, errors: String, swift: String) {
    let programs = try #require(ProcessInfo.processInfo.environment["CHARTER_TEST_PROGRAMS"], "run ./charter test")
    let sandbox = try Sandbox()
    defer { sandbox.remove() }
    let folder = sandbox.folder.appending(path: "Services/Shop/Orders/Migrations")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let output = sandbox.folder.appending(path: "Service.swift")
    var arguments = [
      "service", module, "--root", sandbox.folder.path, "--contracts", sandbox.folder.path, "--output", output.path,
      "--receivers", sandbox.folder.path + "/Receivers.swift",
    ]
    if hasQueries { arguments += ["--queries", sandbox.folder.path + "/Queries.sql"] }
    for (name, data) in files {
      try data.write(to: folder.appending(path: name))
      arguments += ["--migration", folder.appending(path: name).path]
    }
    let result = try sandbox.run(programs + "/contractgen", arguments)
    return (result.code, result.errors, (try? String(contentsOf: output, encoding: .utf8)) ?? "")
  }

  @Test func `migrations are written in order, with their paths in the package`() throws {
    let result = try describe(["0002-b.sql": Data("SELECT \"2\";".utf8), "0001-a.sql": Data("SELECT 1;\n".utf8)])
    #expect(result.code == 0 && result.errors.isEmpty)
    let first = #"Migration(name: "0001-a.sql", path: "Services/Shop/Orders/Migrations/0001-a.sql", sql: "#
    let second = #"Migration(name: "0002-b.sql", path: "Services/Shop/Orders/Migrations/0002-b.sql", sql: "#
    let lines = result.swift.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
    let start = try #require(lines.firstIndex { $0.hasPrefix(first) })
    #expect(lines[start + 1].hasPrefix(second))
    #expect(lines.suffix(3) == ["],", "queries: [])", "}"])
    #expect(!result.swift.contains(NSTemporaryDirectory()))
  }

  @Test func `a host knows a service by one name, whatever its sources make public`() throws {
    let plain = try describe([:], "OrderItemsService")
    let constant = "public let orderItemsService: any Service.Type = OrderItems.self"
    #expect(plain.code == 0 && plain.swift.contains(constant), "\(plain)")
    // Without migrations and queries it has no database.
    #expect(!plain.swift.contains("extension"))
    let queried = try describe([:], "OrderItemsService", hasQueries: true)
    #expect(queried.swift.contains("queries: OrderItemsQueries.checks)"), "\(queried.swift)")
    // What the compiler shows where the type is not there says what is to be declared.
    for line in queried.swift.split(separator: "\n")
    where line.contains("OrderItems.self") || line.contains("extension") {
      #expect(line.hasSuffix("// declare in this target: struct OrderItems: OrderItemsHandlers, Service { … }"))
    }
    let misnamed = try describe([:], "OrderItems")
    #expect(misnamed.code == 2 && misnamed.errors.contains("name it <Name>Service"), "\(misnamed.errors)")
  }

  @Test func `files that are no migrations are reported with their path, all at once`() throws {
    let result = try describe([
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

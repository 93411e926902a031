import Foundation
import TestProcesses
import Testing

/// A case is a folder `queries-…`: a contract, `Queries.sql` and migrations, and `expected.swift` or, where it must fail,
/// `expected.txt`. `CHARTER_RECORD` is as for contracts. What is expected is compiled with `API`, the Swift of the case's
/// contract, and called by PostgresTests.
@Suite struct QueryTests {
  @Test(arguments: GoldenTests.names.filter { $0.hasPrefix("queries-") })
  func `queries are compiled as the folder says`(_ name: String) throws {
    let folder = GoldenTests.folder.appending(path: name)
    let run = try compile(folder)
    let isRecording = ProcessInfo.processInfo.environment["CHARTER_RECORD"] != nil
    let api = run.swift.isEmpty ? "" : try api(folder)
    for (file, made) in [("expected.swift", run.swift), ("expected.txt", run.errors), ("API/api.swift", api)] {
      let path = folder.appending(path: file)
      if isRecording {
        try? FileManager.default.removeItem(at: path)
        if !made.isEmpty { try made.write(to: path, atomically: true, encoding: .utf8) }
      }
      #expect(made == (try? String(contentsOf: path, encoding: .utf8)) ?? "", "\(name)/\(file) differs")
    }
    #expect(run.code == (run.errors.isEmpty ? 0 : 1) && run.swift.isEmpty == !run.errors.isEmpty)
    #expect(!isRecording, "recorded; run again without CHARTER_RECORD")
  }

  @Test func `a name that two contracts have is written with its module`() throws {
    let sandbox = try Sandbox()
    defer { sandbox.remove() }
    let contract = """
      openapi: 3.1.0
      info: { title: T, version: "1" }
      paths: {}
      components: { schemas: { Item: { type: object, required: [id], properties: { id: { type: integer } } } } }
      """
    for name in ["stock", "price-list"] { try write(contract, "Contracts/shop/\(name).yaml", sandbox) }
    let head = { (type: String) in "-- query item(id: Int) -> \(type)\nSELECT id FROM items WHERE id = :id;\n" }
    let refused = try compile(sandbox, head("Item"), ["StockAPI", "PriceListAPI"])
    #expect(refused.code == 1 && refused.swift.isEmpty)
    #expect(refused.errors.contains("Queries.sql:1:27: error: 'Item' is a type of two contracts"))
    #expect(refused.errors.contains("write 'StockAPI.Item' or 'PriceListAPI.Item'"))
    let taken = try compile(sandbox, head("PriceListAPI.Item"), ["StockAPI", "PriceListAPI"])
    #expect(taken.code == 0 && taken.errors.isEmpty)
    #expect(taken.swift.contains("func item(id: Int) async throws -> PriceListAPI.Item {"))
    #expect(taken.swift.contains("import PriceListAPI\n") && !taken.swift.contains("import StockAPI\n"))
  }

  @Test func `a broken contract is left to its own API to report`() throws {
    let sandbox = try Sandbox()
    defer { sandbox.remove() }
    try write("openapi: 3.1.0\ninfo: 3\n", "Contracts/stock.yaml", sandbox)
    let run = try compile(sandbox, "-- query one() -> Int\nSELECT 1;\n", ["StockAPI"])
    #expect(run.code == 1 && run.errors.isEmpty && run.swift.isEmpty)
  }

  @Test func `what has not changed is not written`() throws {
    let sandbox = try Sandbox()
    defer { sandbox.remove() }
    let output = sandbox.folder.appending(path: "Queries.swift").path
    var dates: [Date?] = []
    for _ in 0..<2 {
      #expect(try compile(sandbox, "-- query one() -> Int\nSELECT 1;\n", []).code == 0)
      dates.append(try FileManager.default.attributesOfItem(atPath: output)[.modificationDate] as? Date)
    }
    #expect(dates[0] != nil && dates[0] == dates[1])
  }

  @Test func `files of any bytes are read, in time that grows with their size`() throws {
    let sandbox = try Sandbox()
    defer { sandbox.remove() }
    let texts = [
      "", "--", "-- query", "-- query x(", "-- query x()", "-- query x()\n:", ":a", "-- query x() -> [", "\u{0}",
      "-- query x(a: Int)\nSELECT :a.", "-- query x(a: Int)\nSELECT :a.* :a.*.*;", "-- query x()\nSELECT 1 -- if :",
      "-- query x()\nSELECT 1 -- when :a =", "-- query x()\n;;;",
      "-- query x() -> " + String(repeating: "[", count: 10_000),
      "-- query x(" + (0..<2_000).map { "p\($0): Int" }.joined(separator: ",") + ")\nSELECT "
        + (0..<2_000).map { ":p\($0)" }.joined(separator: ",") + ";",
      "-- query x()\nSELECT " + String(repeating: "(", count: 5_000) + "1" + String(repeating: ")", count: 5_000),
      (0..<500).map { "-- query q\($0)(a: Int?)\nSELECT 1\nWHERE 1 = :a -- if :a\n;" }.joined(separator: "\n"),
    ]
    for text in texts {
      let run = try compile(sandbox, text, [])
      #expect(run.code == 0 || run.code == 1, "\(text.prefix(80)): \(run.code) \(run.errors.prefix(400))")
    }
  }

  @Test func `line ends, a byte order mark and the case of if say nothing else`() throws {
    let sandbox = try Sandbox()
    defer { sandbox.remove() }
    let text = """
      -- Doc.
      -- query one(a: Int?) -> [Int]
      SELECT 1 WHERE true -- always
        AND 1 = :a  -- if :a
        AND ':a
      ' <> '';\n
      """
    let plain = try compile(sandbox, text, [])
    #expect(plain.code == 0 && plain.errors.isEmpty)
    for other in [text.replacing("\n", with: "\r\n"), "\u{FEFF}" + text] {
      #expect(try compile(sandbox, other, []).swift == plain.swift)
    }
    let shouted = try compile(sandbox, text.replacing("-- if ", with: "--\tIF\t"), [])
    #expect(shouted.code == 0 && shouted.swift.contains("if let a {"))
    let lone = try compile(sandbox, text + "--\r SELECT 2;", [])
    #expect(lone.errors.contains("Queries.sql:7:1: error: this line is not UTF-8, or has a NUL or a lone carriage"))
    let position = try compile(sandbox, "\u{FEFF}-- query one() -> Int\r\n\tSELECT 'é' ||\t:b;\r\n", [])
    #expect(
      position.errors.contains("Queries.sql:2:17: error: 'b' is not declared [C030]\n  2 | \tSELECT 'é' ||\t:b;\n"))
    #expect(position.errors.contains("\n    | \t             \t ^\n"))
  }

  @Test func `a statement that nests too deep is refused, and no process ends`() throws {
    let sandbox = try Sandbox()
    defer { sandbox.remove() }
    for chain in ["+ 1", "::bigint", "UNION SELECT 1", "|| (1)"] {
      let text = Array(repeating: chain, count: 100_000).joined(separator: " ")
      let run = try compile(sandbox, "-- query one() -> [Int]\nSELECT 1 " + text + ";", [])
      #expect(run.code == 1 && run.errors.contains("the statement has more than 30000 words and signs"), "\(chain)")
    }
  }

  // MARK: running

  private func api(_ folder: URL) throws -> String {
    let module = folder.lastPathComponent.split(separator: "-").map(\.capitalized).joined()
    return try TestProcess.run(
      [try program(), "file", "contract.yaml", "--output", "-", "--name", module], in: folder
    ).output
  }

  private func compile(_ folder: URL) throws -> (code: Int32, swift: String, errors: String) {
    let sandbox = try Sandbox()
    defer { sandbox.remove() }
    let output = sandbox.folder.appending(path: "Queries.swift").path
    let migrations =
      (try? FileManager.default.contentsOfDirectory(atPath: folder.appending(path: "Migrations").path)) ?? []
    // A module is named for its contract's file.
    let module = folder.lastPathComponent.split(separator: "-").map(\.capitalized).joined()
    let contract = sandbox.folder.appending(path: folder.lastPathComponent + ".yaml")
    try FileManager.default.copyItem(at: folder.appending(path: "contract.yaml"), to: contract)
    // From inside the folder, so that messages name files as any checkout would.
    var arguments = [try program(), "queries", String(module.dropFirst("Queries".count)), "--package-root", "."]
    arguments += ["--root", sandbox.folder.path, "--queries", "Queries.sql", "--output", output]
    arguments += ["--api", module + "API", "--api", "OutsideAPI"]
    arguments += migrations.flatMap { ["--migration", "Migrations/" + $0] } + [contract.path]
    let run = try TestProcess.run(arguments, in: folder)
    return (run.code, (try? String(contentsOfFile: output, encoding: .utf8)) ?? "", run.errors)
  }

  private func compile(
    _ sandbox: Sandbox, _ queries: String, _ apis: [String]
  ) throws -> (code: Int32, swift: String, errors: String) {
    let root = sandbox.folder.appending(path: "Contracts").path
    let contracts = (FileManager.default.enumerator(atPath: root)?.allObjects as? [String] ?? [])
      .filter { $0.hasSuffix(".yaml") }.map { root + "/" + $0 }.sorted()
    try write(queries, "Queries.sql", sandbox)
    let (file, output) = (
      sandbox.folder.appending(path: "Queries.sql"), sandbox.folder.appending(path: "Queries.swift")
    )
    let run = try sandbox.run(
      "timeout",
      ["60", try program(), "queries", "Shop", "--package-root", sandbox.folder.path, "--root", root]
        + ["--queries", file.path, "--output", output.path] + apis.flatMap { ["--api", $0] } + contracts)
    return (run.code, (try? String(contentsOf: output, encoding: .utf8)) ?? "", run.errors)
  }

  private func write(_ text: String, _ path: String, _ sandbox: Sandbox) throws {
    let file = sandbox.folder.appending(path: path)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try text.write(to: file, atomically: true, encoding: .utf8)
  }

  private func program() throws -> String {
    try #require(ProcessInfo.processInfo.environment["CHARTER_TEST_PROGRAMS"], "run ./charter test") + "/contractgen"
  }
}

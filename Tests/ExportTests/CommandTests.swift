import Foundation
import TestProcesses
import Testing

/// What `contractgen` prints where, and with which code it ends: for people, for scripts, and for wrong calls.
@Suite struct CommandTests {
  private struct Run {
    let code: Int32
    let output: String
    let errors: String

    /// What is on standard output; nil unless that is one JSON object.
    var json: [String: Any]? {
      (try? JSONSerialization.jsonObject(with: Data(output.utf8))) as? [String: Any]
    }

    var diagnostics: [[String: Any]] { json?["diagnostics"] as? [[String: Any]] ?? [] }
  }

  private static let sound = """
    openapi: 3.1.0
    info: { title: Cats, version: "1" }
    paths:
      /cats:
        get:
          operationId: listCats
          responses:
            "200": { description: All., content: { application/json: { schema: { $ref: "#/components/schemas/Cat" } } } }
            default: { description: None. }
    components: { schemas: { Cat: { type: object, properties: { name: { type: string } } } } }
    """
  private static let events = """
    asyncapi: 3.0.0
    info: { title: Cats, version: "1" }
    channels: { cat-born: { address: cat-born, messages: { catBorn: { payload: { $ref: "cats.yaml#/components/schemas/Cat" } } } } }
    operations: { catBorn: { action: send, channel: { $ref: "#/channels/cat-born" } } }
    """
  private static let broken = sound.replacing("type: string", with: "type: strin")

  /// Runs it in a folder of its own with `cats.yaml`, which is sound, `dogs.yaml`, which is not, and a folder `empty`.
  private func run(
    _ arguments: String, in subfolder: String = ".", then look: (URL) throws -> Void = { _ in }
  ) throws -> Run {
    let folder = FileManager.default.temporaryDirectory.appending(path: "charter-command-\(UUID())")
    try FileManager.default.createDirectory(at: folder.appending(path: "empty"), withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Self.sound.write(to: folder.appending(path: "cats.yaml"), atomically: true, encoding: .utf8)
    try Self.broken.write(to: folder.appending(path: "dogs.yaml"), atomically: true, encoding: .utf8)
    try Self.events.write(to: folder.appending(path: "cats.events.yaml"), atomically: true, encoding: .utf8)
    for (name, text) in [
      ("sea/fish.yaml", Self.sound.replacing("#/", with: "../shared/cats.yaml#/")), ("shared/cats.yaml", Self.sound),
    ] {
      let file = folder.appending(path: "Contracts/\(name)")
      try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try text.write(to: file, atomically: true, encoding: .utf8)
    }
    try #"{"name": 1}"#.write(to: folder.appending(path: "cat.json"), atomically: true, encoding: .utf8)
    let programs = try #require(ProcessInfo.processInfo.environment["CHARTER_TEST_PROGRAMS"], "run ./charter test")
    let ended = try TestProcess.run(
      [programs + "/contractgen"] + arguments.split(separator: " ").map(String.init),
      in: folder.appending(path: subfolder))
    try look(folder)
    return Run(code: ended.code, output: ended.output, errors: ended.errors)
  }

  // MARK: export

  @Test(arguments: [
    ("typescript", "1 client, 1 operation, 1 type"), ("python", "1 client, 1 operation, 1 type"),
    ("postman", "1 request"), ("openapi", "1 contract, 1 operation"),
  ])
  func `an export says what it wrote where, and nothing on standard output`(_ format: String, _ contents: String) throws
  {
    let result = try run("export \(format) cats.yaml --output empty/cats.out") { folder in
      #expect(FileManager.default.fileExists(atPath: folder.appending(path: "empty/cats.out").path))
    }
    #expect(result.code == 0)
    #expect(result.output.isEmpty)
    #expect(result.errors == "empty/cats.out: \(contents)\n")
    let printed = try run("export \(format) cats.yaml")
    #expect(printed.code == 0)
    #expect(printed.errors.isEmpty && printed.output.contains("listCats"))
  }

  @Test(arguments: [
    (".", "Contracts/sea/fish.yaml"), ("Contracts", "sea/fish.yaml"), ("Contracts/sea", "fish.yaml"),
    ("empty", "../Contracts/sea/fish.yaml"),
  ])
  func `a contract may refer to its neighbour folders wherever the call is made`(_ folder: String, _ path: String)
    throws
  {
    let check = try run("check \(path)", in: folder)
    #expect(check.code == 0, "\(check.errors)")
    #expect(try run("export python \(path)", in: folder).code == 0)
  }

  @Test func `contracts of one folder are exported together, by whatever paths they are named`() throws {
    let result = try run(
      "export python sea/fish.yaml ../Contracts/shared/cats.yaml --output clients.py", in: "Contracts")
    #expect(result.errors == "clients.py: 2 clients, 2 operations, 2 types\n")
  }

  @Test(arguments: ["typescript", "python"])
  func `messages are exported with the contract that they share types with, or alone`(_ format: String) throws {
    #expect(
      try run("export \(format) cats.events.yaml --output cats").errors == "cats: 1 channel, 1 message, 1 type\n")
    #expect(
      try run("export \(format) cats.events.yaml cats.yaml --output cats").errors
        == "cats: 1 client, 1 operation, 1 channel, 1 message, 1 type\n")
  }

  // MARK: wrong calls

  @Test(arguments: [
    ("export", "a format and a contract are needed\n  help: export typescript|python|postman|openapi CONTRACT..."),
    ("export typescrpt cats.yaml", "there is no format 'typescrpt' here\n  help: did you mean 'typescript'?"),
    ("export java cats.yaml", "valid formats: typescript, python, postman, openapi"),
    ("export python cat.yaml bird.yaml", "there is no file bird.yaml"),
    ("export python there/cats.yaml", "there is no folder there"),
    ("export python empty", "empty is a folder, and a file is needed"),
    ("export python cats.yaml --output there/cats.py", "there is no folder there to write"),
    ("export python cats.yaml --output empty", "--output empty is a folder, and one file is written"),
    ("export python cats.yaml --output", "the option '--output' needs a value"),
    ("export python cats.yaml --output a --output b", "the option '--output' is given twice"),
    ("export python cats.yaml --outptu a", "no option '--outptu' here\n  help: did you mean '--output'?"),
    ("export python cats.yaml /etc/passwd", "/etc/passwd is not in the same folder of contracts"),
    ("export python cats.yaml ./cats.yaml", "./cats.yaml is named twice"),
    (
      "export postman cats.events.yaml",
      "cats.events.yaml is an AsyncAPI document, and 'postman' is about the operations"
    ),
    ("export openapi cats.yaml cats.events.yaml", "help: formats with messages: typescript, python"),
    ("export outline cats.events.yaml", "cats.events.yaml is an AsyncAPI document"),
    (
      "export python cats.yaml cats.events.yaml --include operation:listCats", "--include and --exclude are for OpenAPI"
    ),
    ("file cats.yaml", "one contract and a folder to write are needed"),
    ("file bird.yaml --output new", "there is no file bird.yaml"),
    ("file empty --output new", "empty is a folder, and a file is needed"),
    ("file cats.yaml --output cat.json", "--output cat.json is a file, and a folder is written"),
    ("file cats.yaml --output cat.json/new", "cat.json/new cannot be written: Not a directory"),
    ("check", "a contract is needed\n  help: check CONTRACT... [--ledger] [--json]"),
    ("check cats.yaml --jsno", "there is no option '--jsno' here\n  help: did you mean '--json'?"),
    ("check cats.yaml bird.yaml", "bird.yaml:1:1: error: there is no file bird.yaml"),
    ("check --data cat.json cats.yaml", "a value, a schema and one contract are needed together"),
    ("check --data cat.json --schema /x --format no cats.yaml", "there is no format 'no' here"),
    ("check --data dog.json --schema /components/schemas/Cat cats.yaml", "there is no file dog.json"),
    ("check --data cat.json --schema /paths/~1cats/get/responses/default cats.yaml", "there is no schema at '/paths/"),
  ])
  func `a wrong call is refused with what is wrong with it, and ends with 2`(_ arguments: String, _ message: String)
    throws
  {
    let result = try run(arguments)
    #expect(result.code == 2)
    #expect(result.output.isEmpty)
    #expect(result.errors.contains("error: ") && result.errors.contains(message), "\(result.errors)")
  }

  // MARK: check for programs

  @Test func `what cannot be read or is broken keeps no other contract from being checked`() throws {
    let result = try run("check --json bird.yaml dogs.yaml empty cats.yaml")
    #expect(result.code == 2)
    #expect(result.errors.isEmpty)
    let errors = result.diagnostics.filter { $0["severity"] as? String == "error" }
    #expect(errors.map { $0["file"] as? String } == ["bird.yaml", "dogs.yaml", "empty"])
    #expect(errors.map { $0["code"] as? String } == ["C002", "C013", "C002"])
    #expect(result.diagnostics.contains { $0["file"] as? String == "cats.yaml" } == false)
    #expect(try run("check --json dogs.yaml cats.yaml").code == 1)
    #expect(try run("check --json cats.yaml").code == 0)
  }

  @Test(arguments: [
    ("check --json cats.yaml", 0, "diagnostics"), ("check --json dogs.yaml", 1, "diagnostics"),
    ("check --json bird.yaml", 2, "diagnostics"),
    ("check --json --ledger dogs.yaml", 1, "diagnostics ledger"),
    ("check --json", 2, "diagnostics error"), ("check --json --data", 2, "diagnostics error"),
    ("check --json --nothing cats.yaml", 2, "diagnostics error"),
    ("check --json --data cat.json --schema /components/schemas/Cat cats.yaml", 1, "diagnostics violations"),
    ("check --json --data dog.json --schema /components/schemas/Cat cats.yaml", 2, "diagnostics"),
    ("check --json --data cat.json --schema /components/schemas/Cow cats.yaml", 2, "diagnostics"),
    ("check --json --data dogs.yaml --schema /components/schemas/Cat dogs.yaml", 2, "diagnostics"),
  ])
  func `with --json there is one object on standard output, whatever happens`(
    _ arguments: String, _ code: Int32, _ members: String
  ) throws {
    let result = try run(arguments)
    #expect(result.code == code)
    #expect(result.json?.keys.sorted().joined(separator: " ") == members, "\(result.output)")
    if code == 2 { #expect(!result.diagnostics.isEmpty || members.contains("error")) }
  }
}

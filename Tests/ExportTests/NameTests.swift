import ContractExport
import ContractModel
import ContractSource
import Foundation
import TestProcesses
import Testing

/// Contracts whose names are the languages' own, or none in them: what is exported is still valid.
@Suite struct NameTests {
  /// Names with other letters, without letters, and pairs that are one name once written in a language.
  private static let others = [
    "größe", "gro\u{308}ße", "価格", "a b", "a-b", "aB", "2x", "_", "-", "__proto__", "constructor", "$ref", "a\"b\\c",
    "self", "cls", "this", "arguments", "eval", "undefined", "any", "unknown", "never", "object", "symbol", "bigint",
    "Awaited", "Partial", "Required", "Readonly", "Record", "Pick", "Omit", "Exclude", "Extract", "NonNullable",
    "Parameters", "ReturnType", "InstanceType", "AsyncIterable", "AsyncGenerator", "Iterable", "ArrayLike", "BodyInit",
    "RequestInit", "BlobPart", "ResponseInit", "HeadersInit", "as", "declare", "interface", "keyof", "namespace",
    "type",
    "infer", "is", "readonly", "satisfies", "asserts", "module", "abstract", "implements", "package", "private",
    "protected", "public", "static", "get", "set", "async", "of", "let", "const", "function", "var", "void", "null",
    "switch", "default", "export", "extends", "super", "new", "delete", "typeof", "instanceof", "enum", "debugger",
  ]

  /// All names that the languages define: built-in ones, those of their modules that exports use, and keywords.
  private static func names() throws -> [String] {
    let python = """
      import builtins, decimal, keyword, ssl, typing
      print(*dir(builtins), *dir(typing), *keyword.kwlist, *keyword.softkwlist, *dir(object), "asyncio", "json", "re")
      """
    let programs = [["python3", "-c", python], ["node", "-p", "Object.getOwnPropertyNames(globalThis).join(' ')"]]
    let words = try programs.flatMap { program in
      try TestProcess.run(program).output.split { $0 == " " || $0 == "\n" }.map(String.init)
    }
    #expect(words.count > 400)
    // Names that differ only in signs and capitals are alike as names of methods, or of types.
    var seen: Set<String> = ["sampleclient", "asyncsampleclient"]
    let different = try (words + runtimeNames()).filter { word in
      seen.insert(word.filter { $0.isLetter || $0.isNumber }.lowercased()).inserted
    }
    return different + others.filter { other in !different.contains { $0.utf8.elementsEqual(other.utf8) } }
  }

  /// What the exported files declare besides a contract's types.
  private static func runtimeNames() throws -> [String] {
    let reading = try ExportTests.read(ExportTests.folder.appending(path: "events"))
    let texts = [
      Exporter.typescript(reading.contracts, events: reading.events, schemas: reading.schemas).text,
      Exporter.python(reading.contracts, events: reading.events, schemas: reading.schemas).text,
    ]
    let kinds: Set<Substring> = ["class", "interface", "type", "function", "const", "let", "def"]
    return texts.flatMap { $0.split(separator: "\n") }.compactMap { line in
      let words = line.split { !$0.isLetter && !$0.isNumber && $0 != "_" }.prefix(4)
      if words.dropFirst().first == "TypeAlias" { return words.first.map(String.init) }
      return words.firstIndex(where: kinds.contains).flatMap { words.dropFirst($0 + 1).first }.map(String.init)
    }
  }

  /// A contract that gives every name to a type, a property, an operation, a parameter and a header.
  private static func contract(_ names: [String]) -> String {
    let quoted = names.map { ExportTests.json($0) }
    let isComponent = { (name: String) in
      name.utf8.allSatisfy { byte in
        (48...57) ~= byte || (65...90) ~= byte || (97...122) ~= byte || "._-".utf8.contains(byte)
      }
    }
    let properties = quoted.map { "\($0): { type: [integer, 'null'] }" }.joined(separator: ", ")
    let types = zip(names, quoted).filter { isComponent($0.0) }.map { _, quoted in
      "    \(quoted): { type: object, required: [\(quoted)], properties: { \(quoted): { type: string } } }"
    }
    let paths = quoted.enumerated().map { number, name in
      """
        /\(number):
          get: { operationId: \(name), responses: { "204": { description: "" } } }
      """
    }
    let parameters = quoted.map { "        - { name: \($0), in: query, schema: { type: string } }" }
    return """
      openapi: 3.1.0
      info: { title: Names, version: "1" }
      paths:
      \(paths.joined(separator: "\n"))
        /all:
          get:
            operationId: everyName
            parameters:
      \(parameters.joined(separator: "\n"))
            responses: { "200": { description: "", content: { application/json: { schema: { type: object, properties: { \(properties) } } } } } }
      components:
        schemas:
      \(types.joined(separator: "\n"))
      """
  }

  /// The names as those of channels, messages, headers, members and operations.
  private static func events(_ names: [String]) -> String {
    let quoted = names.map(ExportTests.json)
    let channels = quoted.enumerated().map { number, name in
      """
        \(name):
          address: a\(number)
          messages:
            \(name):
              headers: { type: object, properties: { \(name): { type: string } } }
              payload: { type: object, properties: { \(name): { type: integer } } }
      """
    }
    let operations = quoted.enumerated().map { number, name in
      let channel = ExportTests.json(
        "#/channels/" + names[number].replacing("~", with: "~0").replacing("/", with: "~1"))
      return "  \(name): { action: send, channel: { $ref: \(channel) } }"
    }
    return """
      asyncapi: 3.0.0
      info: { title: Names, version: "1" }
      channels:
      \(channels.joined(separator: "\n"))
      operations:
      \(operations.joined(separator: "\n"))
      """
  }

  @Test func `names of the languages are names of types, members, methods and parameters`() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "charter-names-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let names = try Self.names()
    try Self.contract(names).write(
      to: folder.appending(path: "contract.yaml"), atomically: true, encoding: .utf8)
    try Self.events(names).write(
      to: folder.appending(path: "contract.events.yaml"), atomically: true, encoding: .utf8)
    let reading = try ExportTests.read(folder)
    try ExportTests.write(reading, to: folder)
    for checker in [Checker.tsc, .mypy] where checker.isInstalled { try checker.check(folder) }
    let program = """
      import typing, sample_client as sample
      from urllib.parse import parse_qsl
      seen = {}
      def transport(request):
          path, _, query = request.url.partition("?")
          seen[path] = [name for name, _ in parse_qsl(query)]
          return sample.Received(200 if path == "/all" else 204, [("content-type", "application/json")], b"{}")
      client = sample.SampleClient("", transport=transport)
      for name, method in vars(sample.SampleClient).items():
          if name.startswith("_"):
              continue
          hints = typing.get_type_hints(method, vars(sample))
          given = [name for name in hints if name not in ("return", "headers", "timeout", "validate")]
          assert method(client, **{name: "x" for name in given}).status in (200, 204), name
      assert len(seen) == \(names.count + 1) and len(set(seen["/all"])) == \(names.count), (len(seen), len(seen["/all"]))
      assert len(sample.CHANNELS) == len(sample.OPERATIONS) == \(names.count)
      for channel in sample.OPERATIONS.values():
          [message] = channel.messages
          event = message.event({message.type: 1}, {message.type: "x"})
          assert channel.from_kafka(*[getattr(channel.to_kafka(event, source="/"), part) for part in ("value", "headers")]).event == event
      """
    let ended = try TestProcess.run(["python3", "-W", "error", "-c", program], in: folder)
    #expect(ended.code == 0, "\(ended.output + ended.errors)")
  }
}

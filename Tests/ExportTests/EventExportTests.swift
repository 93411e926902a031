import ContractModel
import ContractSamples
import ContractValues
import Foundation
import TestProcesses
import Testing

/// Programs in TypeScript and Python read and write the messages of `Cases/events`.
@Suite struct EventExportTests {
  private static let source = ExportTests.folder.appending(path: "events")

  @Test func `a file of messages alone makes no calls`() throws {
    try withFolder(ExportTests.read(Self.source).ofEvents) { folder in
      let texts = try ["sample_client.ts", "sample_client.py"].map {
        try String(contentsOf: folder.appending(path: $0), encoding: .utf8)
      }
      for text in texts { #expect(!text.contains("Client") && text.contains("OrderPlacedMessage")) }
      #expect(!texts[0].contains("fetch(") && !texts[1].contains("http.client"))
    }
  }

  @Test func `both languages write what both and Swift read, and refuse what Swift refuses`() throws {
    let reading = try ExportTests.read(Self.source)
    try withFolder(reading) { folder in
      let samples = try writeSamples(reading, to: folder.appending(path: "samples.json"))
      _ = try run(Self.compiler + ["check.ts"], in: folder)
      let programs = [
        ("python.json", ["python3", "-W", "error", "check.py"]), ("typescript.json", ["node", "check.js"]),
      ]
      for (file, program) in programs {
        #expect(try run(program + ["write", file], in: folder) == "all is well\n")
        try expectValid(folder.appending(path: file), samples, reading)
      }
      for (file, program) in zip(programs.map(\.0).reversed(), programs.map(\.1)) {
        #expect(try run(program + ["read", file], in: folder) == "all is well\n")
      }
    }
  }

  // MARK: brokers

  @Test(.enabled("nats-server or nats-py is not installed") { isInstalled("nats-server --version", "import nats") })
  func `nats-py carries events through a server`() throws {
    try withFolder(ExportTests.read(Self.source)) { folder in
      let told = try run(["python3", "brokers.py", "nats"], in: folder)
      #expect(told == "all is well\n")
    }
  }

  @Test(.enabled("confluent-kafka is not installed") { isInstalled("python3 --version", "import confluent_kafka") })
  func `confluent-kafka carries events through a broker`() throws {
    try withFolder(ExportTests.read(Self.source)) { folder in
      let told = try run(["python3", "brokers.py", "kafka"], in: folder)
      #expect(told == "all is well\n")
    }
  }

  private static func isInstalled(_ program: String, _ module: String) -> Bool {
    [program.split(separator: " ").map(String.init), ["python3", "-c", module]].allSatisfy { command in
      (try? TestProcess.run(["/usr/bin/env"] + command).code) == 0
    }
  }

  // MARK: samples

  /// The payloads that programs read; those that are bytes are no JSON.
  private func writeSamples(_ reading: ExportTests.Reading, to file: URL) throws -> [String: [JSONValue]] {
    let events = try #require(reading.events.first)
    var sampler = SchemaSampler(reading.schemas.program, seed: 1, direction: .response)
    var all: [String: [JSONValue]] = [:]
    var texts: [String: [String: [String]]] = [:]
    for message in events.messages + events.channels.flatMap(\.messages).map(\.message) where texts[message.name] == nil
    {
      guard case .schema(let schema) = message.payload, message.contentType != "image/png" else {
        texts[message.name] = ["valid": [Data([0, 255, 10]).base64EncodedString()], "invalid": []]
        continue
      }
      // Of any value, programs compare only what each language has.
      let isAny = message.name == "anything"
      let valid =
        isAny ? [.null, .boolean(true), .string("é")] : sampler.valid(schema, count: 40).values.filter(Self.isPortable)
      let invalid = sampler.invalid(schema).samples.map(\.value)
      #expect(isAny || (valid.count > 10 && !invalid.isEmpty), "\(message.name)")
      all[message.name] = valid
      texts[message.name] = ["valid": valid.map(Self.text), "invalid": invalid.map(Self.text)]
    }
    try JSONEncoder().encode(texts).write(to: file)
    return all
  }

  /// Whether JavaScript's numbers are exactly those of a value: beyond 2^53 they are neighbours, which may break a rule.
  private static func isPortable(_ value: JSONValue) -> Bool {
    switch value {
    case .number(let number): number.integer.map { $0.magnitude <= 9_007_199_254_740_992 } ?? true
    case .array(let items): items.allSatisfy(isPortable)
    case .object(let members): members.allSatisfy { isPortable($0.value) }
    default: true
    }
  }

  private static func text(_ value: JSONValue) -> String { String(decoding: value.json, as: UTF8.self) }

  /// What a program has written is what it was given; JavaScript's numbers are near it.
  private func expectValid(
    _ file: URL, _ samples: [String: [JSONValue]], _ reading: ExportTests.Reading
  ) throws {
    struct Written: Decodable { let type: String, data: Data }
    let written = try JSONDecoder().decode([Written].self, from: try Data(contentsOf: file))
    let events = try #require(reading.events.first)
    for message in events.channels.flatMap(\.messages).map(\.message) {
      guard case .schema(let schema) = message.payload, let valid = samples[message.name] else { continue }
      let values = try written.filter { $0.type == message.name }.map { one in
        var reader = JSONReader([UInt8](one.data))
        return try #require(try JSONValue.decode(&reader))
      }
      // Each sample was written for Kafka and for NATS.
      #expect(values.count == 2 * valid.count, "\(message.name)")
      for value in values { #expect(reading.schemas.program.admits(value, schema: schema), "\(Self.text(value))") }
      if file.lastPathComponent == "python.json" { #expect(Set(values) == Set(valid), "\(message.name)") }
    }
  }

  // MARK: programs

  private static let compiler = [
    "tsc", "--strict", "--skipLibCheck", "--target", "es2022", "--module", "commonjs", "--lib", "es2022,dom",
  ]

  /// A folder with the exported files and the programs that use them.
  private func withFolder(_ reading: ExportTests.Reading, _ body: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "charter-events-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for name in ["check.py", "check.ts", "brokers.py"] {
      try FileManager.default.copyItem(at: Self.source.appending(path: name), to: folder.appending(path: name))
    }
    try ExportTests.write(reading, to: folder)
    try body(folder)
  }

  /// Runs a program and gives what it printed; one that fails is an issue.
  private func run(_ arguments: [String], in folder: URL) throws -> String {
    let ended = try TestProcess.run(arguments, in: folder)
    #expect(ended.code == 0, "\(arguments): \(ended.output + ended.errors)")
    return ended.output
  }
}

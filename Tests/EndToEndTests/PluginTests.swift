import Foundation
import TestProcesses
import Testing

extension EndToEnd {
  /// The build plugin in a package outside this one, as its users have it: built, edited, built again.
  @Suite struct PluginTests {
    @Test func `a build follows every edit of a contract, and nothing else`() throws {
      let outside = try OutsidePackage()
      defer { outside.remove() }
      try outside.write("Contracts/pets.yaml", outside.contract("pets", "name: { type: string }"))
      try outside.write("Contracts/others.yaml", outside.contract("others", "name: { type: string }"))
      let first = try outside.build()
      #expect(first.code == 0, "\(first.text)")

      // An unchanged build compiles nothing.
      #expect(try outside.build().compiled.isEmpty)

      // An edit compiles its own API alone, and who uses it hears of a property that is required now.
      try outside.write(
        "Contracts/pets.yaml",
        outside.contract("pets", "name: { type: string }, age: { type: integer }", required: "name, age"))
      let edited = try outside.build()
      #expect(edited.compiled.isSuperset(of: ["PetsAPI", "Shelter"]) && !edited.compiled.contains("OthersAPI"))
      #expect(
        edited.code != 0 && edited.text.contains("missing argument for parameter 'age' in call"), "\(edited.text)")
      try outside.write("Sources/Shelter/main.swift", outside.program("name: \"Rex\", age: 3"))
      #expect(try outside.build().code == 0)

      // A $ref that is added, and then an edit of the file it refers to, which no plan has been made for.
      let referring = outside.contract(
        "pets", "name: { type: string }, age: { $ref: \"parts/age.yaml#/Age\" }", required: "name, age")
      try outside.write("Contracts/parts/age.yaml", "Age: { type: integer, minimum: 1 }\n")
      try outside.write("Contracts/pets.yaml", referring)
      #expect(try outside.build().code == 0)
      #expect(try outside.generated().contains("min: 1"))
      try outside.write("Contracts/parts/age.yaml", "Age: { type: integer, minimum: 2 }\n")
      let followed = try outside.build()
      #expect(followed.compiled.contains("PetsAPI") && !followed.compiled.contains("OthersAPI"), "\(followed.text)")
      #expect(try outside.generated().contains("min: 2"))

      // A file beside the target's source names a folder that contracts may refer into, and what is left out.
      try outside.write("parts/age.yaml", "Age: { type: integer, minimum: 3 }\n")
      try outside.write("Generated/PetsAPI/api.yaml", "root: .  # the package\nexclude: { schemas: [Note] }\n")
      try outside.write(
        "Contracts/pets.yaml", referring.replacing("parts/age", with: "../parts/age") + "    Note: { type: object }\n")
      let settled = try outside.build()
      #expect(settled.code == 0 && !settled.text.contains("warning: "), "\(settled.text)")
      #expect(try outside.generated().contains("min: 3") && !outside.generated().contains("Note"))
      try outside.write("parts/age.yaml", "Age: { type: integer, minimum: 4 }\n")
      #expect(try outside.build().code == 0)
      #expect(try outside.generated().contains("min: 4"))

      // A contract that is gone, or has another name, is told at the line that names it.
      try FileManager.default.moveItem(
        at: outside.folder.appending(path: "Contracts/pets.yaml"),
        to: outside.folder.appending(path: "Contracts/pet.yaml"))
      let misnamed = try outside.build()
      #expect(
        misnamed.code != 0 && misnamed.text.contains("Generated/PetsAPI/PetsAPI.swift:1:1: error:"), "\(misnamed.text)")
      #expect(misnamed.text.contains("did you mean to name it for pet.yaml?"))
    }
  }
}

/// A package of its own in a temporary folder.
struct OutsidePackage {
  /// The build folder of all packages outside, one after the other: the platform, which each needs, is compiled for the
  /// first one only. It is not the one of the tests, which is locked where they run under `swift test`.
  static let scratch: URL? = {
    guard let programs = ProcessInfo.processInfo.environment["CHARTER_TEST_PROGRAMS"] else { return nil }
    let folder = URL(filePath: programs + "/../../../outside").standardizedFileURL
    try? FileManager.default.removeItem(at: folder)
    return folder
  }()
  let folder: URL

  init() throws {
    let tests = URL(filePath: #filePath).deletingLastPathComponent()
    let root = tests.deletingLastPathComponent().deletingLastPathComponent()
    folder = FileManager.default.temporaryDirectory.appending(path: "charter-outside-\(UUID())")
    let manifest = try String(contentsOf: tests.appending(path: "Package.swift.template"), encoding: .utf8)
    try write("Package.swift", manifest.replacing("CHARTER", with: root.path))
    try write("Contracts/Contracts.swift", "// A target, so that new contracts are seen.\n")
    for name in ["Pets", "Others"] {
      try write("Generated/\(name)API/\(name)API.swift", "// \(name.lowercased()).yaml\n")
    }
    try write("Sources/Shelter/main.swift", program("name: \"Rex\""))
  }

  func remove() { try? FileManager.default.removeItem(at: folder) }

  func contract(_ name: String, _ properties: String, required: String = "name") -> String {
    """
    openapi: 3.1.0
    info: { title: \(name), version: "1" }
    components:
      schemas:
        Thing: { type: object, required: [\(required)], properties: { \(properties) } }

    """
  }

  func program(_ arguments: String) -> String {
    "import PetsAPI\n\nlet thing = Thing(\(arguments))\nprint(thing.name)\n"
  }

  func write(_ path: String, _ text: String) throws {
    let url = folder.appending(path: path)
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try text.write(to: url, atomically: true, encoding: .utf8)
  }

  /// All that was generated for the API, whichever file it stands in.
  func generated() throws -> String {
    let package = folder.lastPathComponent.lowercased()
    let scratch = try #require(Self.scratch)
    let output = scratch.appending(path: "plugins/outputs/\(package)/PetsAPI/destination/ContractPlugin")
    let files = try FileManager.default.contentsOfDirectory(at: output, includingPropertiesForKeys: nil)
    return try files.map { try String(contentsOf: $0, encoding: .utf8) }.joined()
  }

  func build() throws -> (code: Int32, text: String, compiled: Set<String>) {
    let (code, text) = try Self.build(folder)
    let modules = text.matches(of: #/\] (?:Compiling|Emitting module) (\w+)/#).map { String($0.1) }
    return (code, text, Set(modules).subtracting(["plugin"]))
  }

  /// Builds the package in a folder, without what only a debugger or an editor needs.
  static func build(_ folder: URL) throws -> (code: Int32, text: String) {
    let scratch = try #require(Self.scratch, "run ./charter test")
    let built = try TestProcess.run([
      "swift", "build", "--package-path", folder.path, "--scratch-path", scratch.path, "--disable-index-store",
      "-Xswiftc", "-gnone",
    ])
    return (built.code, built.output + built.errors)
  }
}

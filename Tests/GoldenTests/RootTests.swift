import Foundation
import Testing

/// `--root`, and `root` in a target's `api.yaml`: the folder that contracts may refer into.
@Suite struct RootTests {
  private static let contract = ContractFolder.contract("Pet: { $ref: \"../common/age.yaml#/Age\" }")

  @Test func `a folder above the contract's own is read where it is named`() throws {
    let contracts = try ContractFolder([
      "apis/pets/pets.yaml": Self.contract, "apis/common/age.yaml": "Age: { type: integer, minimum: 1 }\n",
    ])
    defer { contracts.remove() }
    let refused = try contracts.run("check", "apis/pets/pets.yaml")
    #expect(refused.code == 1)
    #expect(
      refused.errors.contains(
        "apis/pets/pets.yaml:5:18: error: '../common/age.yaml#/Age' leads out of the contracts' folder 'apis/pets' [C031]"
      ), "\(refused.errors)")
    #expect(refused.errors.contains("help: name a folder that holds both files: --root DIR, or 'root: DIR' in"))
    for root in ["apis", "apis/", ".", "apis/pets/.."] {
      #expect(try contracts.run("check", "apis/pets/pets.yaml", "--root", root).code == 0)
    }
    let made = try contracts.run("file", "apis/pets/pets.yaml", "--output", "-", "--root", "apis")
    #expect(made.code == 0 && made.output.contains("// Generated from apis/pets/pets.yaml"), "\(made.output)")
    #expect(try contracts.run("export", "openapi", "apis/pets/pets.yaml", "--root", "apis").output.contains("minimum"))
    // What is wrong in a file outside the contract's folder is told by a path that can be opened.
    try contracts.write("apis/common/age.yaml", "Age: { type: integer, minimun: 1 }\n")
    #expect(
      try contracts.run("check", "apis/pets/pets.yaml", "--root", "apis").errors.contains(
        "apis/common/age.yaml:1:23: error: 'minimun'"))
  }

  @Test func `a link that leads out of a named folder is refused, and so is a folder without the contract`() throws {
    let contracts = try ContractFolder([
      "apis/pets/pets.yaml": Self.contract, "secret.yaml": "Age: { type: integer }\n", "other/x.yaml": "A: {}\n",
    ])
    defer { contracts.remove() }
    try FileManager.default.createDirectory(
      at: contracts.folder.appending(path: "apis/common"), withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      atPath: contracts.folder.path + "/apis/common/age.yaml", withDestinationPath: "../../secret.yaml")
    let linked = try contracts.run("check", "apis/pets/pets.yaml", "--root", "apis")
    #expect(linked.code == 1 && linked.errors.contains("is a link that leads out of the contracts' folder 'apis'"))
    for root in ["other", "nowhere"] {
      #expect(try contracts.run("check", "apis/pets/pets.yaml", "--root", root).code == 2)
    }
  }

  @Test func `files whose names differ only in their normal form are two`() throws {
    let contracts = try ContractFolder([
      "c.yaml": ContractFolder.contract(
        "Pet: { type: object, properties: { a: { $ref: \u{E9}.yaml }, b: { $ref: e\u{301}.yaml } } }"),
      "\u{E9}.yaml": "type: integer\n",
    ])
    defer { contracts.remove() }
    // Swift's dictionary would take it for the other.
    try contracts.write("e\u{301}.yaml", "type: string\n")
    let made = try contracts.run("file", "c.yaml", "--output", "-")
    #expect(made.output.contains("a: Int?") && made.output.contains("b: String?"), "\(made.errors)\(made.output)")
  }

  @Test func `a target's settings name the folder, relative to the package`() throws {
    let contracts = try ContractFolder([
      "pets/Contracts/pets.yaml": ContractFolder.contract("Pet: { $ref: \"../../common/age.yaml#/Age\" }"),
      "pets/Generated/PetsAPI/PetsAPI.swift": "// pets.yaml\n", "common/age.yaml": "Age: { type: integer }\n",
      "pets/Generated/PetsAPI/api.yaml": "root: ..\n",
    ])
    defer { contracts.remove() }
    let package = contracts.folder.path + "/pets"
    let settings = package + "/Generated/PetsAPI/api.yaml"
    let generate = { (more: [String]) in
      try contracts.run(
        arguments: [
          "api", "PetsAPI", "--root", package + "/Contracts", "--module-file", "Generated/PetsAPI/PetsAPI.swift",
          "--output", contracts.folder.path,
        ] + more + [package + "/Contracts/pets.yaml"])
    }
    let refused = try generate([])
    #expect(refused.code == 1 && refused.errors.contains("Contracts/pets.yaml:5:18: error:"), "\(refused.errors)")
    #expect(refused.errors.contains("leads out of the contracts' folder 'Contracts'"))
    #expect(try generate(["--settings", settings]).code == 0)
    try contracts.write("common/age.yaml", "Age: { type: int }\n")
    #expect(try generate(["--settings", settings]).errors.contains("../common/age.yaml:1:14: error:"))
    for (text, message) in [
      ("rot: ..\n", "api.yaml:1:1: error: 'rot' is not a field of the target's settings"),
      ("root: nowhere\n", "api.yaml:1:7: error: 'nowhere' is not a folder that holds the folder Contracts"),
      ("include:\n  tag: [a]\n", "api.yaml:2:3: error: 'tag' is not a field of the field 'include'"),
      ("include:\n  tags: []\n", "api.yaml:2:3: error: 'include' names nothing"),
      ("exclude:\n  schemas: [Pte]\n", "api.yaml:2:13: error: there is no schema 'Pte' in the contract"),
    ] {
      try contracts.write("pets/Generated/PetsAPI/api.yaml", text)
      let run = try generate(["--settings", settings])
      #expect(run.code == 1 && run.errors.contains("Generated/PetsAPI/" + message), "\(run.errors)")
    }
  }
}

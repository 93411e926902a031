import Foundation
import Testing

/// `--include` and `--exclude`; what becomes of them in Swift is the golden case `selection`.
@Suite struct SelectionTests {
  private func run(_ command: [String], _ arguments: [String]) throws -> (code: Int32, output: String, errors: String) {
    let text = try String(
      contentsOf: GoldenTests.folder.appending(path: "selection/contract.yaml"), encoding: .utf8)
    let contracts = try ContractFolder(["c.yaml": text])
    defer { contracts.remove() }
    return try contracts.run(arguments: command + ["c.yaml"] + arguments)
  }

  private func run(_ command: [String], _ arguments: String...) throws -> (code: Int32, output: String, errors: String)
  {
    try run(command, arguments)
  }

  private func swift(_ arguments: String...) throws -> String {
    let run = try run(["file", "--output", "-"], arguments)
    #expect(run.code == 0, "\(run.errors)")
    return run.output
  }

  @Test func `what is selected brings what it uses, and nothing else`() throws {
    let admin = try swift("--include", "tag:admin")
    #expect(["ReadAudit", "Event", "Pet", "Owner"].allSatisfy { admin.contains(" \($0): ") })
    #expect(!["GetPet", "DeletePet", "Extra", "Unused"].contains { admin.contains(" \($0): ") })
    // What only operations use that are left out goes with them; what no operation uses stays.
    let pets = try swift("--exclude", "tag:admin")
    #expect(["GetPet", "DeletePet", "Pet", "Extra", "Unused"].allSatisfy { pets.contains(" \($0): ") })
    #expect(!["ReadAudit", "Event"].contains { pets.contains(" \($0): ") })
    // Without operations there are only types.
    let types = try swift("--include", "schema:Pet")
    #expect(types.contains("struct Pet: ") && types.contains("struct Owner: "))
    #expect(!types.contains("Handlers") && !types.contains("Client") && !types.contains("struct Event: "))
  }

  @Test func `what is selected brings the events that it emits`() throws {
    let folder = GoldenTests.folder.appending(path: "events")
    let files = try ["contract.yaml", "contract.events.yaml"].map {
      ($0, try String(contentsOf: folder.appending(path: $0), encoding: .utf8))
    }
    let contracts = try ContractFolder(Dictionary(uniqueKeysWithValues: files))
    defer { contracts.remove() }
    let swift = { (arguments: String...) in
      let run = try contracts.run(arguments: ["file", "contract.yaml", "--output", "-"] + arguments)
      #expect(run.code == 0, "\(run.errors)")
      return run.output
    }
    let placing = try swift("--include", "operation:placeOrder")
    #expect(
      ["PlaceOrder", "OrderPlacedSend", "OrderLogSend", "OrderNotedMessage"].allSatisfy { placing.contains(" \($0): ") }
    )
    #expect(
      !["CancelOrder", "AskPriceSend", "PriceMessage", "OnOrderPlaced"].contains { placing.contains(" \($0): ") })
    let pricing = try swift("--include", "operation:quotePrice")
    #expect(["QuotePrice", "PriceMessage", "Found"].allSatisfy { pricing.contains(" \($0): ") })
    #expect(!["PlaceOrder", "Line", "OrderPlacedMessage"].contains { pricing.contains(" \($0): ") })
    let rest = try swift("--exclude", "operation:askPrice", "--exclude", "operation:quotePrice")
    #expect(rest.contains(" OrderPlacedMessage: ") && !rest.contains(" PriceMessage: "))
    let unknown = try contracts.run("file", "contract.yaml", "--output", "-", "--include", "operation:quotePric")
    #expect(unknown.errors.contains("did you mean 'quotePrice'?"), "\(unknown.errors)")
  }

  @Test func `a selection is one of the other languages too`() throws {
    for (format, kept, left) in [
      ("typescript", "getPet(", "readAudit("), ("python", "def get_pet(", "def read_audit("),
      ("postman", "/pets/", "/audit"),
    ] {
      let whole = try run(["export", format])
      #expect(whole.code == 0 && whole.output.contains(left), "\(format): \(whole.errors)")
      let part = try run(["export", format], "--include", "operation:getPet")
      #expect(part.code == 0 && part.output.contains(kept) && !part.output.contains(left), "\(format): \(part.errors)")
    }
    #expect(try run(["export", "openapi"], "--include", "operation:getPet").code == 2)
  }

  @Test(arguments: [
    ("tag:pet", "--include:1:5: error: there is no tag 'pet' in the contract", "did you mean 'pets'?"),
    ("operation:getPets", "--include:1:11: error: there is no operation 'getPets'", "did you mean 'getPet'?"),
    ("schema:Ownr", "--include:1:8: error: there is no schema 'Ownr'", "did you mean 'Owner'?"),
    ("pets", "--include pets does not say what it names", "tag:NAME"),
    ("tags:pets", "there is no kind 'tags' here", "did you mean 'tag'?"),
  ])
  func `a name that the contract does not have is refused`(_ name: String, _ message: String, _ help: String) throws {
    let run = try run(["file", "--output", "-"], "--include", name)
    #expect(run.code != 0 && run.output.isEmpty)
    #expect(run.errors.contains(message) && run.errors.contains(help), "\(run.errors)")
  }

  @Test(arguments: [
    (
      ["--include", "tag:pets", "--exclude", "tag:pets"],
      "--include:1:5: error: the tag 'pets' is included, and nothing of it is left", "excluded by the tag 'pets'"
    ),
    (
      ["--include", "operation:readAudit", "--include", "schema:Pet", "--exclude", "tag:admin"],
      "--include:1:11: error: the operation 'readAudit' is included, and nothing of it is left",
      "excluded by the tag 'admin'"
    ),
    (
      ["--include", "schema:Extra", "--exclude", "schema:Extra"],
      "--include:1:8: error: the schema 'Extra' is included, and nothing of it is left",
      "excluded by the schema 'Extra'"
    ),
  ])
  func `what is included in vain is refused`(_ arguments: [String], _ message: String, _ help: String) throws {
    for command in [["file", "--output", "-"], ["export", "typescript"]] {
      let run = try run(command, arguments)
      #expect(run.code == 1 && run.output.isEmpty)
      #expect(run.errors.contains(message) && run.errors.contains(help), "\(run.errors)")
    }
  }

  @Test func `exclusions that leave nothing are refused`() throws {
    let contracts = try ContractFolder([
      "c.yaml": """
      openapi: 3.1.0
      info: { title: A, version: 1.0.0 }
      paths: { /a: { get: { operationId: a, tags: [x, y], responses: { "204": { description: None. } } } } }
      """
    ])
    defer { contracts.remove() }
    let run = try contracts.run(
      arguments: ["file", "--output", "-", "c.yaml", "--exclude", "tag:x", "--exclude", "operation:a"])
    #expect(run.code == 1 && run.errors.contains("--exclude:1:5: error: nothing of the contract is left"))
    #expect(run.errors.contains("excluded: the tag 'x', the operation 'a'"), "\(run.errors)")
  }

  @Test func `a schema that is used cannot be left out`() throws {
    let run = try run(["file", "--output", "-"], "--exclude", "schema:Owner")
    #expect(run.code == 1 && run.errors.contains("'Owner' is excluded, and 'getPet', which is generated, uses it"))
    #expect(try self.run(["file", "--output", "-"], "--exclude", "schema:Unused").code == 0)
  }
}

import Foundation
import TestProcesses
import Testing

/// `vendor`: copies of what contracts refer to by URL; what becomes of them in Swift is the golden case `vendored`.
@Suite struct VendorTests {
  @Test func `what contracts refer to by URL is fetched once, and read without the network`() throws {
    let site = try Site([
      "pet.yaml": "Pet: { type: object, properties: { age: { $ref: \"parts/age.json#/Age\" } } }\n",
      "parts/age.json": "{ \"Age\": { \"$ref\": \"/years#/Years\" } }",
      // The server redirects from /years to /years/, against which the next reference is resolved.
      "years/index.html": "Years: { $ref: \"whole.yaml#/Whole\" }\n",
      "years/whole.yaml": "Whole: { type: integer, minimum: 7 }\n",
      "unused.yaml": "Unused: {}\n",
    ])
    let contracts = try ContractFolder([
      "pets.yaml": ContractFolder.contract("Pet: { $ref: \"\(site.origin)/pet.yaml#/Pet\" }")
    ])
    defer { contracts.remove() }
    let missing = try contracts.run("check", "pets.yaml")
    #expect(missing.code == 1)
    #expect(missing.errors.contains("pets.yaml:5:18: error: there is no copy of '\(site.origin)/pet.yaml'"))
    #expect(missing.errors.contains("help: fetch one into vendor: ./charter vendor CONTRACT"), "\(missing.errors)")

    let plain = try contracts.run("vendor", "pets.yaml")
    #expect(
      plain.code == 1 && plain.errors.contains("pets.yaml:5:18: error: '\(site.origin)/pet.yaml' cannot be fetched"))
    #expect(plain.errors.contains("help: refer to it by https, or fetch it without TLS: --insecure"), "\(plain.errors)")

    let fetched = try contracts.run("vendor", "pets.yaml", "--insecure")
    #expect(fetched.code == 0 && fetched.errors.contains("4 copies fetched, 4 listed"), "\(fetched.errors)")
    let lock = try contracts.text("vendor/lock.yaml")
    #expect(lock.contains("location: \"\(site.origin)/years/\"") && !lock.contains("unused"), "\(lock)")

    // From here on there is no network.
    site.stop()
    #expect(try contracts.run("vendor", "pets.yaml").errors.contains("0 copies fetched, 4 listed"))
    let swift = try contracts.run("file", "pets.yaml", "--output", "-")
    #expect(swift.code == 0 && swift.output.contains("min: 7"), "\(swift.errors)")
    let bundle = try contracts.run("export", "openapi", "pets.yaml")
    #expect(bundle.code == 0 && bundle.output.contains("\"minimum\": 7") && !bundle.output.contains(site.origin))

    // A copy that somebody has changed is not what was fetched.
    let copy = "vendor/127.0.0.1-\(site.port)/years/whole.yaml"
    try contracts.write(copy, "Whole: { type: integer, minimum: 8 }\n")
    let changed = try contracts.run("check", "pets.yaml")
    #expect(changed.code == 1 && changed.errors.contains("error: \(copy) is not the copy of '\(site.origin)/years/"))
    #expect(changed.errors.contains("./charter vendor --update CONTRACT"), "\(changed.errors)")
  }

  @Test func `an update fetches what is there already`() throws {
    let site = try Site(["age.yaml": "Age: { type: integer, minimum: 1 }\n"])
    let contracts = try ContractFolder([
      "pets.yaml": ContractFolder.contract(
        "Pet: { type: object, properties: { age: { $ref: \"\(site.origin)/age.yaml#/Age\" } } }")
    ])
    defer { contracts.remove() }
    #expect(try contracts.run("vendor", "pets.yaml", "--insecure").code == 0)
    try site.write("age.yaml", "Age: { type: integer, minimum: 2 }\n")
    #expect(try contracts.run("vendor", "pets.yaml", "--insecure").errors.contains("0 copies fetched"))
    #expect(
      try contracts.run("vendor", "pets.yaml", "--insecure", "--update").errors.contains("1 copy fetched, 1 listed"))
    #expect(try contracts.run("file", "pets.yaml", "--output", "-").output.contains("min: 2"))
    // What is not there is told at the reference, and nothing is lost.
    let before = try contracts.text("vendor/lock.yaml")
    try contracts.write("pets.yaml", ContractFolder.contract("Age: { $ref: \"\(site.origin)/none.yaml#/Age\" }"))
    let failed = try contracts.run("vendor", "pets.yaml", "--insecure")
    #expect(failed.code == 1 && failed.errors.contains("pets.yaml:5:18: error: '\(site.origin)/none.yaml' cannot be"))
    #expect(failed.errors.contains("404"), "\(failed.errors)")
    #expect(try contracts.text("vendor/lock.yaml") == before)
    site.stop()
  }

  @Test func `an update drops the copies that no contract of the folder uses`() throws {
    let site = try Site([
      "age.yaml": "Age: { type: integer }\n", "name.yaml": "Name: { type: string }\n",
      "color.yaml": "Color: { $ref: \"shade.yaml#/Shade\" }\n", "shade.yaml": "Shade: { type: string }\n",
      "size.yaml": "Size: { type: integer }\n",
    ])
    defer { site.stop() }
    let reference = { (name: String) in "\(name): { $ref: \"\(site.origin)/\(name.lowercased()).yaml#/\(name)\" }" }
    let contracts = try ContractFolder([
      "pets.yaml": ContractFolder.contract(reference("Age"), reference("Color"), reference("Size")),
      "more/people.yaml": ContractFolder.contract(reference("Name")),
    ])
    defer { contracts.remove() }
    #expect(try contracts.run("vendor", "pets.yaml", "more/people.yaml", "--root", ".", "--insecure").code == 0)
    let folder = "vendor/127.0.0.1-\(site.port)/"
    try contracts.write(folder + "size.yaml", "mine\n")
    try contracts.write("pets.yaml", ContractFolder.contract(reference("Age")))

    // Without --update nothing is dropped.
    let fetched = try contracts.run("vendor", "pets.yaml", "--insecure")
    #expect(fetched.code == 0 && fetched.errors.contains("0 copies fetched, 5 listed"), "\(fetched.errors)")
    // Where a contract cannot be read, what it uses is unknown.
    try contracts.write("broken.yaml", "openapi: [\n")
    let unknown = try contracts.run("vendor", "pets.yaml", "--insecure", "--update")
    #expect(unknown.errors.contains("broken.yaml cannot be read: no copy is dropped"), "\(unknown.errors)")
    #expect(unknown.code == 0 && unknown.errors.contains("1 copy fetched, 5 listed"), "\(unknown.errors)")
    try contracts.write("broken.yaml", "openapi: 3.1.0\n")

    let updated = try contracts.run("vendor", "pets.yaml", "--insecure", "--update")
    #expect(updated.code == 0 && updated.errors.contains("1 copy fetched, 2 listed"), "\(updated.errors)")
    for name in ["color", "shade", "size"] {
      #expect(updated.errors.contains("\(site.origin)/\(name).yaml: no longer used, dropped\n"), "\(updated.errors)")
    }
    // What another contract uses is left, and so is a file that is not what was fetched.
    let lock = try contracts.text("vendor/lock.yaml")
    #expect(lock.contains("name.yaml") && lock.contains("age.yaml") && !lock.contains("size"), "\(lock)")
    #expect(try contracts.text(folder + "size.yaml") == "mine\n")
    #expect(throws: (any Error).self) { try contracts.text(folder + "shade.yaml") }
    #expect(try contracts.run("check", "more/people.yaml", "--root", ".").code == 0)
  }

  @Test func `a lock file that is not one is told, and leads nowhere`() throws {
    let contracts = try ContractFolder([
      "a/pets.yaml": ContractFolder.contract("Age: { $ref: \"https://example.com/age.yaml#/Age\" }"),
      "secret.yaml": "Age: { type: integer }\n",
    ])
    defer { contracts.remove() }
    for (lock, message) in [
      ("url: x\n", "a/vendor/lock.yaml:1:1: error: the lock file is a list of copies"),
      ("- url: \"https://example.com/age.yaml\"\n", "a/vendor/lock.yaml:1:3: error: a copy has the fields"),
      (
        "- url: \"https://example.com/age.yaml\"\n  sha256: a\n  file: ../../secret.yaml\n",
        "'../../secret.yaml' is not the path of a copy in the folder 'vendor'"
      ),
    ] {
      try contracts.write("a/vendor/lock.yaml", lock)
      let run = try contracts.run("check", "a/pets.yaml")
      #expect(run.code == 1 && run.errors.contains(message), "\(run.errors)")
      // What cannot be read is not written anew: what it pins would be lost.
      let update = try contracts.run("vendor", "a/pets.yaml", "--update")
      #expect(update.code == 1 && update.errors.contains(message), "\(update.errors)")
      #expect(try contracts.text("a/vendor/lock.yaml") == lock)
      #expect(try contracts.text("secret.yaml") == "Age: { type: integer }\n")
    }
  }

  @Test func `a copy is not written through a link, nor fetched from what is no URL`() throws {
    let site = try Site(["age.yaml": "Age: { type: integer }\n"])
    let contracts = try ContractFolder([
      "a/pets.yaml": ContractFolder.contract("Age: { $ref: \"\(site.origin)/age.yaml#/Age\" }"),
      "a/odd.yaml": ContractFolder.contract("Age: { $ref: \"\(site.origin)/age.yaml\\n- x#/Age\" }"),
      "elsewhere/age.yaml": "mine\n", "a/vendor/README": "\n",
    ])
    defer { contracts.remove() }
    try FileManager.default.createSymbolicLink(
      at: contracts.folder.appending(path: "a/vendor/127.0.0.1-\(site.port)"),
      withDestinationURL: contracts.folder.appending(path: "elsewhere"))
    let linked = try contracts.run("vendor", "a/pets.yaml", "--insecure")
    #expect(linked.code == 1 && linked.errors.contains("is a link that leads out of"), "\(linked.errors)")
    #expect(try contracts.text("elsewhere/age.yaml") == "mine\n")
    let odd = try contracts.run("vendor", "a/odd.yaml", "--insecure")
    #expect(odd.code == 1 && odd.errors.contains("no control characters"), "\(odd.errors)")
    site.stop()
  }
}

/// A server of files on a port of its own.
private struct Site {
  private let files: ContractFolder
  private let server: TestProcess
  let port: String
  var origin: String { "http://127.0.0.1:\(port)" }

  init(_ texts: [String: String]) throws {
    files = try ContractFolder(texts)
    server = try TestProcess(
      ["python3", "-u", "-m", "http.server", "0", "--bind", "127.0.0.1", "--directory", files.folder.path])
    var printed = ""
    while !printed.contains("\n"), case let data = server.output.availableData, !data.isEmpty {
      printed += String(decoding: data, as: UTF8.self)
    }
    port = String(try #require(printed.firstMatch(of: /port (\d+)/)?.1, "\(printed)"))
  }

  func write(_ path: String, _ text: String) throws { try files.write(path, text) }

  func stop() {
    server.stop()
    files.remove()
  }
}

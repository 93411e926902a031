import Foundation
import TestProcesses
import Testing

/// `./charter new`, on a copy of the files that it reads and changes.
@Suite struct NewTests {
  @Test func `a new service is whole, and its contract and queries have no fault`() throws {
    let copy = try CheckoutCopy()
    defer { copy.remove() }
    let run = try copy.new("service", "shop/reviews", "product_id:uuid", "rating:integer", "text")
    #expect(run.code == 0, "\(run.errors)")
    let files = [
      "Contracts/shop/reviews.yaml", "Generated/ReviewsAPI/ReviewsAPI.swift", "Services/Shop/Reviews/Reviews.swift",
      "Services/Shop/Reviews/Queries.sql", "Services/Shop/Reviews/Migrations/0001-reviews.sql",
      "Tests/ServiceTests/Shop/ReviewsTests.swift",
    ]
    #expect(Set(try copy.changes()) == Set(files + ["Package.swift"]))
    for file in files { #expect(run.output.contains("wrote    \(file)\n")) }
    #expect(run.output.contains("changed  Package.swift\n") && run.output.contains("next:    ./charter test reviews"))
    #expect(try copy.text("Package.swift").contains("\"Inventory\"]),\n  (\"Reviews\", \"Shop\", [], []),\n]\n"))
    try copy.expectSound("shop/reviews", "Reviews")
  }

  @Test(arguments: [
    ("stay/rooms", [], "Room"),
    ("stay/order-lines", ["order", "group:decimal", "at:date-time", "ok:boolean"], "OrderLine"),
    ("shop/references", [], "Reference"), ("shop/categories", [], "Category"), ("shop/addresses", [], "Address"),
    ("shop/returns", [], "Return"), ("stay/locations", [], "Location"),
    ("shop/stock", ["--item", "stock-item"], "StockItem"),
    ("hotel-rooms/reservation-guest-notes", ["--item", "reservation-guest-record"], "ReservationGuestRecord"),
  ])
  func `names of services and of what they keep have the form of each place`(
    _ service: String, _ more: [String], _ item: String
  ) throws {
    let copy = try CheckoutCopy()
    defer { copy.remove() }
    let run = try copy.new(["service", service] + more)
    #expect(run.code == 0, "\(run.errors)")
    let (system, name) = (copy.type(service.split(separator: "/")[0]), copy.type(service.split(separator: "/")[1]))
    let swift = try copy.text("Services/\(system)/\(name)/\(name).swift")
    #expect(swift.contains("struct \(name): \(name)Handlers, Service {") && swift.contains("Create\(item).Input"))
    // No two names of one scope are alike, and none is a keyword.
    #expect(!swift.contains("`") && swift.matches(of: #/let location = /#).count == 1)
    try copy.expectSound(service, name)
  }

  @Test(arguments: [
    (["service"], "a system and a name of a service are needed"), (["service", "reviews"], "are needed"),
    (["service", "shop/Reviews"], "'Reviews' is not a name of a service"),
    (["service", "shop/../reviews"], "are needed"), (["service", "../reviews"], "'..' is not a name of a system"),
    (["service", "shop/order--lines"], "'order--lines' is not a name of a service"),
    (["service", "shop/products"], "there is a service 'products' already: Services/Shop/Products"),
    (["service", "stay/products"], "there is a service 'products' already"),
    (["service", "shared/reviews"], "the name 'shared' is reserved"),
    (["service", "gateway/reviews"], "the name 'gateway' is reserved"),
    (["service", "shop/gateway"], "the name 'gateway' is reserved"),
    (["service", "shop/stock"], "'stock' is no plural"),
    (["service", "shop/calls"], "the type 'Call' is one that all services use"),
    (["service", "shop/problems"], "Contracts/shared/problem.yaml has a schema 'Problem' already"),
    (["service", "shop/reviews", "rating:int"], "there is no type 'int' here"),
    (["service", "shop/reviews", "id"], "every item has the property 'id' already"),
    (["service", "shop/reviews", "a", "a:uuid"], "the property 'a' is given twice"),
    (["service", "shop/reviews", "--name", "x"], "there is no option '--name' here"),
    (["servce", "shop/reviews"], "did you mean 'service'?"), ([], "what is new is needed"),
    (["operation", "review", "GET", "/x", "getX"], "there is no service 'review' here"),
    (["operation", "products", "GET", "/products", "getAll"], "GET /products is there already"),
    (
      ["operation", "products", "POST", "/products/{id}", "putIt"],
      "this path is written '/products/{product_id}' there"
    ),
    (["operation", "products", "POST", "/products/x", "listProducts"], "has an operation 'listProducts' already"),
    (["operation", "products", "LIST", "/products", "listAll"], "there is no method 'LIST' here"),
    (["operation", "products", "GET", "products", "listAll"], "'products' is not a path"),
    (["operation", "products", "GET", "/products/{id", "listAll"], "is not a path"),
    (["operation", "products", "GET", "/products/x", "list-all"], "'list-all' is not a name of an operation"),
    (["migration", "products"], "a service and what the migration does are needed"),
    (["migration", "products", "Add stars"], "'Add stars' is not a name of a migration"),
  ])
  func `what cannot be carried out is refused in words, and nothing is written`(
    _ arguments: [String], _ message: String
  ) throws {
    let copy = try CheckoutCopy()
    defer { copy.remove() }
    for _ in 0..<2 {
      let run = try copy.new(arguments)
      #expect(run.code == 2 && run.errors.contains(message) && run.errors.contains("help: "), "\(run.errors)")
      #expect(try run.output.isEmpty && copy.changes().isEmpty)
    }
  }

  @Test func `a file that is in the way stays as it is, and nothing else is written`() throws {
    let copy = try CheckoutCopy()
    defer { copy.remove() }
    try copy.write("Services/Shop/Reviews/Queries.sql", "-- mine\n")
    let run = try copy.new("service", "shop/reviews")
    #expect(run.code == 2 && run.errors.contains("Services/Shop/Reviews/Queries.sql exists already"), "\(run.errors)")
    #expect(try copy.changes() == ["Services/Shop/Reviews/Queries.sql"])
    #expect(try copy.text("Services/Shop/Reviews/Queries.sql") == "-- mine\n")
  }

  @Test func `what fails half way is undone`() throws {
    let copy = try CheckoutCopy()
    defer { copy.remove() }
    // A file where a folder is needed: one of the last things to be written.
    try copy.write("Tests/ServiceTests/Stay", "a file\n")
    let run = try copy.new("service", "stay/rooms")
    #expect(run.code == 2 && run.errors.contains("cannot be written"), "\(run.errors)")
    #expect(try copy.changes() == ["Tests/ServiceTests/Stay"])
    #expect(!copy.exists("Services/Stay") && !copy.exists("Contracts/stay") && !copy.exists("Generated/RoomsAPI"))
  }

  @Test func `operations are added behind what the author has written, which stays as it is`() throws {
    let copy = try CheckoutCopy()
    defer { copy.remove() }
    #expect(try copy.new("service", "shop/reviews").code == 0)
    let path = "Contracts/shop/reviews.yaml"
    let marked = try copy.text(path)
      .replacing("      summary: Read a review\n", with: "      summary: Read a review   # mine\n      # the last\n\n")
      .replacing("components:\n", with: "# What follows is shared.\ncomponents:\n")
    try copy.write(path, marked)
    for arguments in [
      ["reviews", "GET", "/reviews", "listReviews"],
      ["shop/reviews", "delete", "/reviews/{review_id}", "deleteReview"],
      ["reviews", "POST", "/reviews/{review_id}/replies", "createReply"],
      ["reviews", "PUT", "/reviews/{review_id}/replies/{reply_id}", "replaceReply"],
      ["reviews", "POST", "/reviews/{review_id}/publish", "publishReview"],
      ["reviews", "GET", "/reviews/summary", "sum"],
    ] {
      let run = try copy.new(["operation"] + arguments)
      #expect(run.code == 0 && run.output.contains("changed  \(path)\n"), "\(run.errors)")
    }
    let text = try copy.text(path)
    // Every line that was there is there, in its order.
    var rest = text.split(separator: "\n", omittingEmptySubsequences: false)[...]
    for line in marked.split(separator: "\n", omittingEmptySubsequences: false) {
      let index = try #require(rest.firstIndex(of: line), "\(line) is gone")
      rest = rest[(index + 1)...]
    }
    #expect(text.contains("\n# What follows is shared.\ncomponents:\n"))
    #expect(text.contains("summary: Delete a review\n") && text.contains("x-pagination: {}\n"))
    let swift = try copy.text("Services/Shop/Reviews/Reviews.swift")
    #expect(
      swift.contains(
        """
          func createReply(_ input: CreateReply.Input, _ call: Call) async throws -> Committed<CreateReply.Output> {
            throw NotImplemented()
          }
        """))
    try copy.expectSound("shop/reviews", "Reviews")
  }

  @Test func `a contract in another style is added to in its style, or refused`() throws {
    let copy = try CheckoutCopy()
    defer { copy.remove() }
    #expect(try copy.new("service", "shop/reviews").code == 0)
    let contract = { (paths: String) in
      "openapi: 3.1.0\ninfo: { title: Reviews, version: \"1\" }\nservers: [{ url: /api }]\n\(paths)"
    }
    let handlers = "struct Reviews: ReviewsHandlers, Service {\n}\n"
    try copy.write("Services/Shop/Reviews/Reviews.swift", handlers)
    let path = "Contracts/shop/reviews.yaml"
    let operation = "operationId: ping\n            responses:\n                \"204\": { description: Done. }\n"
    // Four spaces a level, empty lines between paths, lines that end with CR LF, no end of the last line.
    let wide =
      contract("paths:\n    /one:\n        get:\n            \(operation)\n\n    /two:\n        get:\n            ")
      + operation.replacing("ping", with: "pong").trimmingCharacters(in: .newlines)
    try copy.write(path, wide.replacing("\n", with: "\r\n"))
    let run = try copy.new("operation", "reviews", "GET", "/reviews", "listReviews")
    #expect(run.code == 0, "\(run.errors)")
    let added = try copy.text(path)
    #expect(
      added.contains("}\r\n\r\n    /reviews:\r\n        get:\r\n            operationId: listReviews\r\n"), "\(added)")
    #expect(added.contains("\r\ncomponents:\r\n    schemas:\r\n        ReviewId:\r\n"), "\(added)")
    try copy.expectSound("shop/reviews", nil)
    try copy.write("Services/Shop/Reviews/Reviews.swift", handlers)
    try copy.write(
      path,
      contract(
        "paths:\n  /one:\n    get:\n      operationId: ping\n      responses: { \"204\": { description: D } }\n\n"))
    #expect(try copy.new("operation", "reviews", "GET", "/reviews", "listReviews").code == 0)
    #expect(try copy.text(path).contains("{ description: D } }\n  /reviews:\n    get:\n"))
    #expect(try copy.text(path).contains("/Problem\" }\ncomponents:\n  schemas:\n    ReviewId:\n"))
    #expect(try copy.text(path).hasSuffix("/PageCursor\"\n\n"))
    // An item of the author's own needs no id of ours.
    let own = "components:\n  schemas:\n    Review: { type: object, properties: { id: { type: integer } } }\n"
    try copy.write("Services/Shop/Reviews/Reviews.swift", handlers)
    try copy.write(
      path,
      contract(
        "paths:\n  /one:\n    get:\n      operationId: ping\n      responses: { \"204\": { description: D } }\n\(own)"))
    #expect(try copy.new("operation", "reviews", "GET", "/reviews", "listReviews").code == 0)
    #expect(try !copy.text(path).contains("ReviewId") && copy.text(path).contains("    ReviewPage:\n"))
    // What is not in block style cannot be added to line by line.
    for paths in [
      "paths: {}\n", "paths: { /one: { get: { operationId: ping, responses: { \"204\": { description: D } } } } }\n",
    ] {
      try copy.write(path, contract(paths))
      let refused = try copy.new("operation", "reviews", "GET", "/reviews", "listReviews")
      #expect(
        refused.code == 2 && refused.errors.contains("\(path):4: 'paths' is not in block style"), "\(refused.errors)")
      #expect(try copy.text(path) == contract(paths))
    }
    try copy.write(path, contract("pathes: {}\n"))
    let broken = try copy.new("operation", "reviews", "GET", "/reviews", "listReviews")
    #expect(broken.code == 1 && broken.errors.contains("\(path):4:1: error: 'pathes'"), "\(broken.errors)")
  }

  @Test func `migrations are numbered on`() throws {
    let copy = try CheckoutCopy()
    defer { copy.remove() }
    for (words, number) in [("add-stars", "0002"), ("drop-stars", "0003")] {
      let run = try copy.new("migration", "products", words)
      #expect(run.code == 0, "\(run.errors)")
      let file = "Services/Shop/Products/Migrations/\(number)-\(words).sql"
      #expect(try run.output.hasPrefix("wrote    \(file)\n") && copy.text(file).hasPrefix("-- "))
    }
    try copy.write("Services/Shop/Products/Migrations/0005-later.sql", "SELECT 1;\n")
    let run = try copy.new("migration", "products", "more")
    #expect(run.code == 2 && run.errors.contains("there is no migration 0004"), "\(run.errors)")
  }
}

/// What `new` reads and changes, in a temporary folder.
private struct CheckoutCopy {
  let folder = FileManager.default.temporaryDirectory.appending(path: "charter-new-\(UUID())")
  private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  private let program: String
  private let before: [String: String]

  init() throws {
    program =
      try #require(ProcessInfo.processInfo.environment["CHARTER_TEST_PROGRAMS"], "run ./charter test") + "/contractgen"
    for path in ["Package.swift", "Contracts", "Services/Shop", "Generated", "Tests/ServiceTests"] {
      let target = folder.appending(path: path)
      try FileManager.default.createDirectory(at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
      try FileManager.default.copyItem(at: Self.root.appending(path: path), to: target)
    }
    before = try Self.texts(folder)
  }

  func remove() { try? FileManager.default.removeItem(at: folder) }

  func new(_ arguments: String...) throws -> (code: Int32, output: String, errors: String) { try new(arguments) }

  func new(_ arguments: [String]) throws -> (code: Int32, output: String, errors: String) {
    try run(["new"] + arguments)
  }

  private func run(_ arguments: [String]) throws -> (code: Int32, output: String, errors: String) {
    let environment = ProcessInfo.processInfo.environment.merging(["CHARTER_ROOT": folder.path]) { $1 }
    return try TestProcess.run([program] + arguments, in: folder, environment: environment)
  }

  func text(_ path: String) throws -> String { try String(contentsOf: folder.appending(path: path), encoding: .utf8) }

  func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: folder.appending(path: path).path) }

  func write(_ path: String, _ text: String) throws {
    let file = folder.appending(path: path)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try text.write(to: file, atomically: true, encoding: .utf8)
  }

  /// The files that were written or changed.
  func changes() throws -> [String] {
    try Self.texts(folder).filter { before[$0.key] != $0.value }.keys.sorted()
  }

  private static func texts(_ folder: URL) throws -> [String: String] {
    let paths = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
    let files = paths.filter { !isFolder(folder.appending(path: $0)) }
    return Dictionary(
      uniqueKeysWithValues: try files.map { ($0, try String(contentsOf: folder.appending(path: $0), encoding: .utf8)) })
  }

  private static func isFolder(_ file: URL) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: file.path, isDirectory: &isFolder) && isFolder.boolValue
  }

  /// `OrderLines` of `order-lines`.
  func type(_ name: Substring) -> String { name.split(separator: "-").map(\.capitalized).joined() }

  /// The contract has no fault and no warning; the queries of a service compile; the format is the sources'.
  func expectSound(_ contract: String, _ name: String?) throws {
    let checked = try run(["check", "Contracts/\(contract).yaml"])
    #expect(checked.code == 0, "\(checked.errors)")
    guard let name else { return }
    #expect(checked.errors.contains("no errors, 0 warnings"), "\(checked.errors)")
    let services = folder.appending(path: "Services/\(type(contract.split(separator: "/")[0]))/\(name)").path
    let migrations = try FileManager.default.contentsOfDirectory(atPath: services + "/Migrations").flatMap {
      ["--migration", "\(services)/Migrations/\($0)"]
    }
    let compiled = try run(
      [
        "queries", name, "--package-root", folder.path, "--root", folder.path + "/Contracts", "--queries",
        services + "/Queries.sql", "--output", folder.path + "/queries.txt", "--api", name + "API", "--api",
        "SharedAPI",
      ] + migrations + ["problem", "paging"].map { "\(folder.path)/Contracts/shared/\($0).yaml" } + [
        "\(folder.path)/Contracts/\(contract).yaml"
      ])
    #expect(compiled.code == 0, "\(compiled.errors)")
    let format = try TestProcess.run(
      [
        "swift", "format", "lint", "--strict", "--recursive", "--configuration", Self.root.path + "/.swift-format", ".",
      ],
      in: folder)
    #expect(format.code == 0, "\(format.errors)")
  }
}

import ContractModel
import ContractPlan
import ContractQueries
import ContractSource

/// `new service`: a contract with one operation that adds and one that reads, and all that serves it.
struct NewService {
  private let tree: CheckoutTree
  private let system: NewName
  private let name: NewName
  private let item: NewItem

  /// - Throws: ``UsageError`` for names that cannot be taken.
  init(call: Arguments, tree: CheckoutTree) throws(UsageError) {
    let parts = (call.values.first ?? "").split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2 else {
      throw UsageError(
        message: "a system and a name of a service are needed",
        help: "new service shop/reviews [--item review] [product_id:uuid rating:integer text]")
    }
    self.tree = tree
    system = try NewName(parts[0], "a system")
    name = try NewName(parts[1], "a service")
    for taken in [system, name] where Self.reserved.contains(taken.kebab) {
      throw UsageError(message: "the name '\(taken.kebab)' is reserved by the platform", help: "choose another name")
    }
    let singular = try call.options["item"].map { text throws(UsageError) in try NewName(text, "an item") }
    guard let singular = singular ?? name.singular else {
      throw UsageError(
        message: "'\(name.kebab)' is no plural, so what the service keeps needs a name",
        help: "give it with --item, in the singular, such as: new service \(parts.joined(separator: "/")) --item item")
    }
    item = try NewItem(singular, properties: Array(call.values.dropFirst()))
    try checkNames()
  }

  /// Folders and modules that are no service's, and endpoints of the platform.
  private static let reserved: Set<String> = [
    "bench", "charter", "contracts", "external", "full", "gateway", "host", "platform", "shared",
  ]
  /// Types that a service's sources use by their names alone.
  private static let types: Set<String> = [
    "Clock", "Duration", "Logger", "Migration", "QueryCheck", "RepeatingTask", "Resources", "Result", "Service",
    "ServiceDatabase", "Setting", "SQL", "SQLSession", "Task", "TestClock", "Void",
  ]

  private func checkNames() throws(UsageError) {
    for type in [name.type, item.name.type] where SwiftName.isReserved(type) || Self.types.contains(type) {
      throw UsageError(
        message: "the type '\(type)' is one that all services use",
        help: type == name.type ? "choose another name" : "give what the service keeps another name with --item")
    }
    let own = ["", "Id", "Draft", "Page"].map { item.name.type + $0 }
    guard !own.contains(name.type) else {
      throw UsageError(
        message: "the service and what it keeps would both be called '\(name.type)'",
        help: "give what it keeps another name with --item")
    }
    if let row = try tree.services().first(where: { $0.name == name.type }) {
      throw UsageError(
        message: "there is a service '\(name.kebab)' already: Services/\(row.system)/\(row.name)",
        help: "choose another name, or add to it with: new operation")
    }
    for contract in tree.contracts() { try check(contract, own) }
  }

  /// Names and paths that another contract has.
  private func check(_ contract: (path: String, document: Node), _ own: [String]) throws(UsageError) {
    let path = "Contracts/" + contract.path
    guard !contract.path.hasSuffix("/\(name.kebab).yaml") else {
      throw UsageError(message: "there is a contract \(path) already", help: "choose another name")
    }
    let taken = contract.document["paths"]?.entries?.map(\.key) ?? []
    if let other = taken.first(where: { $0 == "/\(name.kebab)" || $0.hasPrefix("/\(name.kebab)/") }) {
      throw UsageError(message: "\(path) has the path '\(other)' already", help: "choose another name")
    }
    guard contract.path.hasPrefix("shared/") else { return }
    let schemas = contract.document["components"]?["schemas"]?.entries?.map(\.key) ?? []
    if let schema = schemas.first(where: own.contains) {
      throw UsageError(
        message: "\(path) has a schema '\(schema)' already",
        help: "give what the service keeps another name with --item")
    }
  }

  /// - Throws: ``UsageError`` when something of it exists or cannot be written.
  func write() throws(UsageError) -> Int32 {
    let (system, type) = (system.type, name.type)
    let folder = "Services/\(system)/\(type)"
    let contract = "Contracts/\(self.system.kebab)/\(name.kebab).yaml"
    let manifest = try tree.text("Package.swift")
    var lines = manifest.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    lines.insert("  (\"\(type)\", \"\(system)\", [], []),", at: try tree.services(in: manifest).end)
    return try tree.write(
      [
        NewFile(contract, contractText),
        NewFile("Generated/\(type)API/\(type)API.swift", "// The contract of this module is \(contract).\n"),
        NewFile("\(folder)/\(type).swift", handlers),
        NewFile("\(folder)/Queries.sql", queries),
        NewFile("\(folder)/Migrations/0001-\(name.kebab).sql", migration),
        NewFile("Tests/ServiceTests/\(system)/\(type)Tests.swift", tests),
        NewFile("Package.swift", lines.joined(separator: "\n"), replacing: manifest),
      ],
      next: """
        ./charter test \(name.kebab), then ./charter up, and in another terminal
                curl -s http://127.0.0.1:8080/api/\(name.kebab) -H 'content-type: application/json' -d '{\(samples)}'
        """)
  }

  // MARK: what is written

  private var samples: String { item.properties.map { "\"\($0.name)\": \($0.sample)" }.joined(separator: ", ") }
  /// What one item is called in Swift, `review`.
  private var variable: String { Self.variable(item.name, otherwise: "item") }

  /// What is called so beside it.
  private static let locals: Set<String> = [
    "answer", "body", "call", "client", "clock", "created", "id", "input", "insert", "location", "now", "problem",
    "queries", "read",
  ]

  private static func variable(_ name: NewName, otherwise: String) -> String {
    let last = SwiftName.member(String(name.kebab.split(separator: "-").last ?? ""))
    return last.hasPrefix("`") || locals.contains(last) || last.utf8.count > 12 ? otherwise : last
  }

  private func operation(_ verb: String) -> (type: String, method: String) {
    (verb.prefix(1).uppercased() + verb.dropFirst() + item.name.type, SwiftName.member(verb + item.name.type))
  }

  private static func imports(_ modules: String...) -> String {
    modules.sorted().map { "import \($0)" }.joined(separator: "\n")
  }

  private func handler(_ verb: String, _ output: (String) -> String) -> String {
    let (type, method) = operation(verb)
    return NewHandler.head(
      "func \(method)(_ input: \(type).Input, _ call: Call) async throws -> \(output(type + ".Output"))")
  }

  private var parameter: String { item.name.snake + "_id" }
  private var label: String { SwiftName.member(parameter) }

  private var handlers: String {
    let (type, variable, get) = (name.type, variable, operation("get").type)
    return """
      \(Self.imports(type + "API", "ServiceCore", "ServiceDefinition"))

      /// The \(name.words): how they are added and read.
      struct \(type): \(type)Handlers, Service {
        private let queries: \(type)Queries
        private let clock: Clock

        init(_ resources: Resources) throws {
          queries = try \(type)Queries(resources)
          clock = resources.clock
        }

      \(handler("create") { "Committed<\($0)>" }) {
          let now = clock.now()
          return try await call.transaction { queries in
            let \(variable) = try await queries.insert(id: .v7(at: now), draft: input.body, now: now)
            let location = try \(get).location(.init(\(label): \(variable).id))
            return .created(\(variable), location: location)
          }
        }

      \(handler("get") { $0 }) {
          guard let \(variable) = try await queries.\(variable)(id: input.\(label)) else {
      \(refusal)
          }
          return .ok(\(variable))
        }
      }

      """
  }

  private var refusal: String {
    let head = "      throw \(operation("get").type).notFound("
    let text = "\"No \(item.name.words) has the id \\(input.\(label)).\")"
    return (head + text).utf8.count <= 120 ? head + text : "\(head)\n        \(text)"
  }

  private var table: String { QueryCompiler.quoted(name.snake) }

  private var queries: String {
    let type = item.name.type
    return """
      -- The \(name.words): how they are added and read.

      -- query \(variable)(id: Uuid) -> \(type)?
      SELECT :\(type) FROM \(table) WHERE id = :id;

      -- query insert(id: Uuid, draft: \(type)Draft, now: Timestamp) -> \(type)
      INSERT INTO \(table) (id, :\(type)Draft, created_at)
      VALUES (:id, :draft.*, :now) RETURNING :\(type);

      """
  }

  private var migration: String {
    let columns = item.properties.map { "  \($0.column) \($0.columnType) NOT NULL,\n" }.joined()
    return "CREATE TABLE \(table) (\n  id uuid PRIMARY KEY,\n\(columns)  created_at timestamptz NOT NULL\n);\n"
  }

  private var tests: String {
    let (type, service, get) = (name.type, Self.variable(name, otherwise: "service"), operation("get"))
    let oneLine = "#\"{\(samples)}\"#"
    let several = item.properties.map { "\"\($0.name)\": \($0.sample)" }.joined(separator: ",\n          ")
    let body = oneLine.utf8.count < 90 ? oneLine : "\"\"\"\n        {\n          \(several)\n        }\n        \"\"\""
    return """
      \(Self.imports(type + "API", "ServiceCore", "ServiceTesting", "Testing"))

      @testable import \(type)Service

      @Suite struct \(type)Tests {
        @Test func `\(item.name.indefinite) that is added can be read where its location says`() async throws {
          try await withService(\(type).self) { \(service) in
            let body = \(body)
            let created = try await \(service).send("POST", "/api/\(name.kebab)", body: body)
            #expect(created.status == 201, "\\(created.text)")
            let location = try #require(created.headers["location"])
            let read = try await \(service).send("GET", location)
            #expect(read.status == 200 && read.text == created.text)
          }
        }

        @Test func `\(item.name.indefinite) that was never added is not found`() async throws {
          try await withService(\(type).self) { \(service) in
            let client = \(service).client(\(type)Client.self)
            let id = Uuid.v7(at: \(service).clock.now)
            let answer = try await client.\(get.method)(.init(\(label): id), \(service).call)
            guard case .notFound(let problem) = answer else {
              Issue.record("\\(answer)")
              return
            }
            #expect(problem.detail == "No \(item.name.words) has the id \\(id).")
          }
        }
      }

      """
  }

  private var contractText: String {
    let type = item.name.type
    let schemas = ["Id", "Draft", ""].compactMap { item.schema(type + $0) }.joined()
    return """
      openapi: 3.1.0
      info:
        title: \(name.title)
        version: 1.0.0
        summary: \(name.title) can be added and read.
      servers:
        - url: /api
      tags:
        - name: \(name.kebab)
          description: \(name.title)
      paths:
        /\(name.kebab):
          post:
            operationId: create\(type)
            tags: [\(name.kebab)]
            summary: Add \(item.name.indefinite)
      \(NewContract.indented(NewOperation.creation(of: item.name, location: "/api/\(name.kebab)/\(NewItem.uuid)"), by: 6))\
        /\(name.kebab)/{\(parameter)}:
          parameters:
            - $ref: "#/components/parameters/\(type)Id"
          get:
            operationId: get\(type)
            tags: [\(name.kebab)]
            summary: Read \(item.name.indefinite)
      \(NewContract.indented(NewOperation.reading(of: item.name, isOne: true), by: 6))\
      components:
        parameters:
          \(type)Id:
            name: \(parameter)
            in: path
            required: true
            description: The \(item.name.words)'s id.
            schema: { $ref: "#/components/schemas/\(type)Id" }
        schemas:
      \(NewContract.indented(schemas, by: 4))
      """
  }
}

/// The commands of `./charter`. Arguments are parsed by this table, and the script prints help and completions from it.
///
/// The script reads the table line by line before anything is built: each entry must be on one line and must not
/// contain double quotes in its texts.
enum Commands {
  static let all: [Command] = [
    Command(
      "up", "run everything on port 8080, with an embedded PostgreSQL",
      [
        .value("--port", "N", "the port; default: 8080"),
        .value("--address", "A", "the address to listen on, 0.0.0.0 for all; default: 127.0.0.1"),
        .value("--data", "DIR", "the data folder; default: .charter in the checkout"),
        .value("--only", "a,b", "the services to run, which may include gateway; default: all"),
      ]),
    Command("build", "build the programs that up runs", []),
    Command(
      "test", "run all tests, those of a service, or those whose name matches",
      [
        .operand("FILTER", "a service or a system, or a regular expression; the source format is then not checked"),
        .flag("--chaos", "run the timed, long and destructive tests instead"),
        .value("--minutes", "N", "the time limit of --chaos; default: 10"),
        .value("--seed", "S", "the random seed of --chaos; default: 1"),
        .value("--sanitize", "KIND", "run the runtime's tests under a sanitizer: address or thread"),
        .flag("--sweep", "remove the processes and files that killed test runs left behind"),
      ]),
    Command(
      "format", "format the sources",
      [
        .flag("--check", "report what is not formatted, without changing it")
      ]),
    Command(
      "check", "report errors in contracts",
      [
        .operand("CONTRACT...", "OpenAPI documents"),
        .flag("--ledger", "also report how each keyword was handled"),
        .flag("--json", "print one JSON object on standard output, for editors"),
        .flag("--types", "only schemas, no operations"),
        .flag("--strict", "warnings make it fail"),
        .value("--data", "FILE", "validate this JSON value against a schema of the contract"),
        .value("--schema", "POINTER", "the schema, such as /components/schemas/Product"),
        .value("--format", "HOW", "assertion, or annotation, which does not check formats"),
        .value("--root", "DIR", "the folder that contracts may refer into; default: that of the contract"),
      ]),
    Command(
      "generate", "generate Swift from one contract, without a build",
      [
        .operand("CONTRACT", "an OpenAPI document"),
        .value("--output", "DIR", "the folder to write"),
        .value("--name", "NAME", "the name of the API; default: the contract's file name"),
        .flag("--types", "only schemas, no operations"),
        .flag("--strict", "warnings make it fail, and nothing is written"),
        .value("--root", "DIR", "the folder that contracts may refer into; default: that of the contract"),
        .value("--include", "KIND:NAME", "only this, and what it uses: tag:pets, operation:getPet or schema:Pet"),
        .value("--exclude", "KIND:NAME", "all but this: tag:pets, operation:getPet or schema:Pet"),
      ]),
    Command(
      "export", "write clients and messages for another language, a collection, or one bundled document",
      [
        .operand("FORMAT", "typescript, python, postman or openapi"),
        .operand("CONTRACT...", "OpenAPI documents; for typescript and python AsyncAPI documents too"),
        .value("--output", "FILE", "the file to write; default: standard output"),
        .value("--root", "DIR", "the folder that contracts may refer into; default: that of the contract"),
        .value("--include", "KIND:NAME", "only this, and what it uses: tag:pets, operation:getPet or schema:Pet"),
        .value("--exclude", "KIND:NAME", "all but this: tag:pets, operation:getPet or schema:Pet"),
      ]),
    Command(
      "conform", "hold a running server against its contracts",
      [
        .operand("CONTRACT...", "OpenAPI documents"),
        .operand(
          "URL", "the server, such as http://127.0.0.1:8080; default: that of the contract, if it is on this machine"),
        .value("--credentials", "FILE", "JSON: a secret by scheme, and under insufficient those without scopes"),
        .value("--credentials-command", "CMD", "a shell command that prints the same"),
        .value("--seed", "N", "the same seed sends the same requests; default: 1"),
        .value("--requests", "N", "valid requests per operation; default: 20"),
        .value("--rate", "N", "the maximum number of requests per second"),
        .value("--time", "SECONDS", "nothing is sent after that; default: 600"),
        .value("--only", "a,b", "the ids of the operations to call"),
        .value("--except", "a,b", "the ids of operations not to call"),
        .flag("--unsafe", "also call operations with x-unsafe"),
        .flag("--internal", "also call operations with x-internal, which a gateway does not route"),
        .flag("--no-callbacks", "listen for no callbacks"),
        .flag("--json", "print one JSON object on standard output"),
        .value("--junit", "FILE", "write a JUnit report"),
        .value("--sarif", "FILE", "write a SARIF report"),
        .value("--root", "DIR", "the folder that contracts may refer into; default: that of the contract"),
      ]),
    Command(
      "mock", "stand in for a server, from its contracts alone",
      [
        .operand("CONTRACT...", "OpenAPI documents"),
        .value("--port", "N", "the port, 0 for any free one; default: 4010"),
        .flag("--stateful", "what is created can be read, listed, changed and deleted"),
        .value("--seed", "N", "another number makes other responses; default: 1"),
        .value("--chaos-rate", "P", "the share of requests that fail, such as 0.1; default: 0"),
        .value("--proxy", "URL", "forward to this server, and report what breaks the contract"),
        .value("--root", "DIR", "the folder that contracts may refer into; default: that of the contract"),
      ]),
    Command(
      "vendor", "fetch copies of what contracts refer to by URL, into the folder vendor beside them",
      [
        .operand("CONTRACT...", "OpenAPI documents"),
        .flag("--update", "fetch the copies that are there too"),
        .flag("--insecure", "also fetch http: URLs, without TLS"),
        .value("--root", "DIR", "the folder that contracts may refer into; default: that of the contract"),
      ]),
    Command(
      "queries print", "print a service's query as SQL to paste into psql",
      [
        .operand("NAME", "the query; SERVICE.NAME where several services have one of that name")
      ]),
    Command(
      "new service", "write the beginning of a service: contract, handlers, SQL and tests",
      [
        .operand("SYSTEM/NAME", "such as shop/reviews"),
        .operand("PROPERTY...", "what an item has, such as text or rating:integer; default: name"),
        .value("--item", "NAME", "what the service keeps, in the singular; default: from its name"),
      ]),
    Command(
      "new operation", "add an operation to a service's contract, and its handler",
      [
        .operand("SERVICE", "such as reviews"),
        .operand("METHOD", "GET, POST, PUT, PATCH or DELETE"),
        .operand("PATH", "such as '/reviews/{review_id}'"),
        .operand("NAME", "such as getReview"),
      ]),
    Command(
      "new migration", "write the next-numbered migration of a service",
      [
        .operand("SERVICE", "such as reviews"),
        .operand("WORDS", "what it does, such as add-stars"),
      ]),
    Command(
      "bench generate", "measure the generator, and the compilation of its output",
      [
        .operand("CONTRACT...", "OpenAPI documents; default: two large ones made here, and $CHARTER_CORPUS/openapi"),
        .flag("--compile", "compile the output too, which takes minutes"),
      ]),
    Command(
      "bench serve", "measure serving, compared with other servers",
      [
        .value("--with-peers", "a,b", "all, or such as hyper,go; default: nginx,fastapi,express"),
        .value("--rounds", "N", "rounds per server; default: 3"),
        .value("--seconds", "N", "seconds per round; default: 4"),
        .value("--chart", "FILE", "the SVG to write; default: charter-bench-serve.svg"),
        .flag("--install-peers", "install the peers by apt, and FastAPI by pip in the data folder, first"),
      ]),
    Command(
      "bench gateway", "measure the gateway, compared with others",
      [
        .value("--with-peers", "a,b", "default: nginx-gateway,envoy-gateway,fastapi-gateway"),
        .value("--rounds", "N", "rounds per gateway; default: 3"),
        .value("--seconds", "N", "seconds per round; default: 4"),
        .flag("--install-peers", "install nginx by apt, and Envoy and FastAPI by pip in the data folder, first"),
      ]),
    Command(
      "bench growth", "measure a request's cost with more connections, routes, bytes, services and cores",
      [
        .value("--rounds", "N", "rounds; default: 1"),
        .value("--seconds", "N", "seconds per figure; default: 3"),
        .value("--chart", "FILE", "the SVG to write; default: charter-bench-growth.svg"),
      ]),
    Command(
      "bench events", "measure events from their transaction to the effect of their handler",
      [
        .value("--seconds", "N", "seconds per figure; default: 20"),
        .value("--minutes", "N", "watch dead tuples for so long; default: 0"),
        .value("--chart", "FILE", "the SVG to write; default: charter-bench-events.svg"),
      ]),
    Command(
      "bench instructions", "count instructions and allocations per kind of request, compared with the recorded ones",
      [
        .flag("--record", "write them to Tests/Benchmarks/instructions.txt")
      ]),
    Command(
      "events topics", "list the topics of all contracts, and who sends and receives their messages",
      [
        .flag("--json", "print one JSON value on standard output"),
        .value("--contracts", "DIR", "the folder of contracts; default: Contracts in the checkout"),
        .value("--data", "DIR", "the data folder; default: .charter in the checkout"),
      ]),
    Command(
      "events tail", "print the messages of a topic as they are published",
      [
        .operand("TOPIC", "its address"),
        .value("--from", "TIME", "begin there: 2026-01-31T12:00:00Z, or an age such as 15m; default: now"),
        .flag("--no-follow", "end at the last message"),
        .flag("--json", "print a JSON object for each message"),
        .value("--contracts", "DIR", "the folder of contracts; default: Contracts in the checkout"),
        .value("--data", "DIR", "the data folder; default: .charter in the checkout"),
      ]),
    Command(
      "events lag", "print how far each consumer has come",
      [
        .flag("--json", "print one JSON value on standard output"),
        .value("--contracts", "DIR", "the folder of contracts; default: Contracts in the checkout"),
        .value("--data", "DIR", "the data folder; default: .charter in the checkout"),
      ]),
    Command(
      "events dead", "list the messages that could not be handled, show one, handle it again or discard it",
      [
        .operand("ACTION", "list, show, redrive or discard"),
        .operand("LETTER...", "such as inventory/17, or all of a consumer: inventory.releaseCancelled"),
        .value("--service", "NAME", "only those of this service"),
        .flag("--json", "print one JSON value on standard output"),
        .value("--contracts", "DIR", "the folder of contracts; default: Contracts in the checkout"),
        .value("--data", "DIR", "the data folder; default: .charter in the checkout"),
      ]),
    Command(
      "events replay", "give a consumer again what was published since a time",
      [
        .operand("CONSUMER", "such as inventory.releaseCancelled"),
        .value("--from", "TIME", "2026-01-31T12:00:00Z, or an age such as 2h"),
        .flag("--json", "print one JSON value on standard output"),
        .value("--contracts", "DIR", "the folder of contracts; default: Contracts in the checkout"),
        .value("--data", "DIR", "the data folder; default: .charter in the checkout"),
      ]),
    Command(
      "events publish", "publish a message from a JSON file that its contract accepts",
      [
        .operand("TOPIC", "its address"),
        .operand("FILE", "the payload"),
        .value("--type", "NAME", "the message; needed where a topic has several"),
        .flag("--json", "print one JSON value on standard output"),
        .value("--contracts", "DIR", "the folder of contracts; default: Contracts in the checkout"),
        .value("--data", "DIR", "the data folder; default: .charter in the checkout"),
      ]),
    Command(
      "token", "print an access token for development, signed by the running identity service's key",
      [
        .operand("EMAIL", "the user; default: developer@example.com, who need not have registered"),
        .value("--scope", "a,b", "scopes and roles; default: user"),
        .value("--minutes", "N", "for how long it is good; default: 60"),
        .value("--issuer", "URL", "the platform's address; default: CHARTER_PUBLIC_URL, or http://127.0.0.1:8080"),
        .value("--data", "DIR", "the data folder; default: .charter in the checkout"),
      ]),
    Command(
      "psql", "open the embedded PostgreSQL, or a service's database in it",
      [
        .operand("SERVICE", "the service; default: the database postgres"),
        .operand("ARGUMENT...", "arguments for psql, such as -c 'SELECT 1'"),
        .value("--data", "DIR", "the data folder; default: .charter in the checkout"),
      ], takesAny: true),
    Command(
      "reset", "remove the data folder and all its databases",
      [
        .value("--data", "DIR", "the data folder; default: .charter in the checkout"),
        .flag("--yes", "do not ask for confirmation"),
      ]),
    Command("doctor", "report what is missing or broken, and how to fix it", []),
    Command("help settings", "print the settings of all services", []),
    Command("completions", "print bash completions, for eval", []),
  ]

  static func named(_ name: String) -> Command? { all.first { $0.name == name } }
}

/// A command's name, summary and arguments.
struct Command: Sendable {
  enum Argument: Sendable {
    case flag(String, String)
    case value(String, String, String)
    case operand(String, String)

    /// The name of an option; nil for an operand.
    var option: String? {
      switch self {
      case .flag(let name, _), .value(let name, _, _): name
      case .operand: nil
      }
    }
  }

  let name: String
  let summary: String
  let arguments: [Argument]
  /// Whether arguments that are not listed are passed on to another program.
  let takesAny: Bool

  init(_ name: String, _ summary: String, _ arguments: [Argument], takesAny: Bool = false) {
    self.name = name
    self.summary = summary
    self.arguments = arguments
    self.takesAny = takesAny
  }

  /// A parsed command line.
  struct Call {
    fileprivate(set) var flags: Set<String> = []
    fileprivate(set) var values: [String: String] = [:]
    fileprivate(set) var operands: [String] = []
  }

  /// Parses the arguments after the command's name.
  ///
  /// - Throws: ``UsageError`` for an unknown option, a missing or repeated value, or an excess operand.
  func parse(_ arguments: [String]) throws(UsageError) -> Call {
    var call = Call()
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      switch self.arguments.first(where: { $0.option == argument }) {
      case .flag(let name, _): call.flags.insert(name)
      case .value(let name, let placeholder, _):
        guard let value = rest.popFirst(), !value.hasPrefix("--") else {
          throw UsageError(description: "\(name) needs a value: \(name) \(placeholder)")
        }
        guard call.values.updateValue(value, forKey: name) == nil else {
          throw UsageError(description: "\(name) is given twice")
        }
      case .operand, nil:
        if takesAny {
          call.operands.append(argument)
          if argument.hasPrefix("-") { call.operands += rest; return call }
        } else if argument.hasPrefix("-") {
          throw UsageError(description: "'\(argument)' is not an option of \(self.name); valid options: \(options)")
        } else {
          call.operands.append(argument)
        }
      }
    }
    if !takesAny { try check(call.operands) }
    return call
  }

  private func check(_ operands: [String]) throws(UsageError) {
    let known = arguments.compactMap { if case .operand(let name, _) = $0 { name } else { nil } }
    if known.contains(where: { $0.hasSuffix("...") }) { return }
    guard let extra = operands.dropFirst(known.count).first else { return }
    throw UsageError(description: "'\(extra)' is not an option of \(name); valid options: \(options)")
  }

  private var options: String {
    let names = arguments.compactMap(\.option)
    return names.isEmpty ? "none" : names.joined(separator: ", ")
  }
}

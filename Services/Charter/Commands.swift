/// The commands of `./charter`: arguments are parsed by this table, and `./charter` prints help and completions from it.
///
/// The script reads it before anything is built, line by line: an entry is on one line, without double quotes in it.
enum Commands {
  static let all: [Command] = [
    Command(
      "up", "run everything on port 8080, with a PostgreSQL of its own",
      [
        .value("--port", "N", "the port; 8080"),
        .value("--address", "A", "the address to listen on; 127.0.0.1, and 0.0.0.0 for every one"),
        .value("--data", "DIR", "the data folder; .charter in the checkout"),
        .value("--only", "a,b", "the services to run, gateway among them by name; all"),
      ]),
    Command("build", "build what up runs", []),
    Command(
      "test", "run all tests, or those whose name matches",
      [
        .operand("FILTER", "a regular expression; the format of the sources is then not checked"),
        .flag("--chaos", "what is timed, long or destructive instead"),
        .value("--minutes", "N", "how long that may take; 10"),
        .value("--seed", "S", "of its randomness; 1"),
        .value("--sanitize", "KIND", "address or thread: the tests of the runtime, watched by that sanitizer"),
        .flag("--sweep", "end and remove what test runs that were killed have left"),
      ]),
    Command(
      "format", "format the sources",
      [
        .flag("--check", "say what is not formatted, and change nothing")
      ]),
    Command(
      "check", "say what is wrong with contracts",
      [
        .operand("CONTRACT...", "OpenAPI documents"),
        .flag("--ledger", "what became of each keyword, too"),
        .flag("--json", "one JSON object on standard output, for editors"),
        .flag("--types", "schemas alone, without operations"),
        .value("--data", "FILE", "validate this JSON value against a schema of the one contract"),
        .value("--schema", "POINTER", "the schema, such as /components/schemas/Product"),
        .value("--format", "HOW", "assertion, or annotation: formats are not checked then"),
      ]),
    Command(
      "generate", "generate Swift from one contract, without a build",
      [
        .operand("CONTRACT", "an OpenAPI document"),
        .value("--output", "DIR", "the folder to write"),
        .value("--name", "NAME", "of the API; the contract's file name"),
        .flag("--types", "schemas alone, without operations"),
      ]),
    Command(
      "export", "write a client for another language, a collection, or one bundled document",
      [
        .operand("FORMAT", "typescript, python, postman or openapi"),
        .operand("CONTRACT...", "OpenAPI documents"),
        .value("--output", "FILE", "the file to write; standard output"),
      ]),
    Command(
      "bench generate", "measure the generator, and the compiler on what it writes",
      [
        .operand("CONTRACT...", "OpenAPI documents; those below $CHARTER_CORPUS/openapi")
      ]),
    Command(
      "bench serve", "measure serving, side by side with FastAPI, Express and nginx",
      [
        .value("--rounds", "N", "of each; 3"),
        .value("--seconds", "N", "a round; 4"),
        .value("--chart", "FILE", "the SVG to write; charter-bench-serve.svg"),
        .flag("--install-peers", "get the peers by apt and pip first"),
      ]),
    Command(
      "psql", "open the embedded PostgreSQL, or a service's database in it",
      [
        .operand("SERVICE", "the service; the cluster's own database"),
        .operand("ARGUMENT...", "psql's own, such as -c 'SELECT 1'"),
        .value("--data", "DIR", "the data folder; .charter in the checkout"),
      ], takesAny: true),
    Command(
      "reset", "remove the data folder, all databases in it",
      [
        .value("--data", "DIR", "the data folder; .charter in the checkout"),
        .flag("--yes", "do not ask"),
      ]),
    Command("doctor", "say what is missing or broken, and how to mend it", []),
    Command("completions", "print completions for bash, to be evaluated by it", []),
  ]

  static func named(_ name: String) -> Command? { all.first { $0.name == name } }
}

/// A command: its name, what it does, and what it takes.
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
  /// Whether what is not listed is handed on to another program.
  let takesAny: Bool

  init(_ name: String, _ summary: String, _ arguments: [Argument], takesAny: Bool = false) {
    self.name = name
    self.summary = summary
    self.arguments = arguments
    self.takesAny = takesAny
  }

  /// What a call says.
  struct Call {
    fileprivate(set) var flags: Set<String> = []
    fileprivate(set) var values: [String: String] = [:]
    fileprivate(set) var operands: [String] = []
  }

  /// Reads the arguments behind the command's name.
  ///
  /// - Throws: ``UsageError`` for an option that the command does not have or that has no value, and for an operand too
  ///   many.
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

import ContractEmit
import ContractModel
import ContractPlan
import ContractSource
import ContractValues
import Glibc

/// The generator's command line. People use `./charter generate`; the build plugins use the rest.
enum Command {
  static let usage = """
    usage: contractgen file CONTRACT --output DIR [--name NAME] [--types]
           contractgen export typescript|python|postman|openapi CONTRACT... [--output FILE]
           contractgen check CONTRACT... [--ledger] [--json] [--types]
           contractgen check --data FILE --schema POINTER [--format annotation] [--json] CONTRACT
           contractgen api MODULE --root DIR --module-file FILE --output DIR CONTRACT...
           contractgen contracts --root DIR --output FILE CONTRACT...
           contractgen migrations --root DIR --output FILE SQL...
           contractgen services --output FILE MODULE...
    """

  /// Runs one command; 0 done, 1 the contract is at fault, 2 the call is.
  static func run(_ arguments: [String]) -> Int32 {
    let rest = arguments.dropFirst()
    do throws(UsageError) {
      switch arguments.first {
      case "file": return try file(Arguments(rest, flags: ["types"], options: ["output", "name"]))
      case "export": return try Export(call: Arguments(rest, options: ["output"])).run()
      case "check":
        return try Check(
          call: Arguments(rest, flags: ["ledger", "json", "types"], options: ["data", "schema", "format"])
        ).run()
      case "api": return api(try Arguments(rest, options: ["root", "module-file", "output"]))
      case "contracts": return contracts(try Arguments(rest, options: ["root", "output"]))
      case "migrations": return migrations(try Arguments(rest, options: ["root", "output"]))
      case "services": return services(try Arguments(rest, options: ["output"]))
      default: return wrongUsage()
      }
    } catch {
      report(error.text)
      // A program that reads standard output finds JSON there whatever happens.
      if arguments.first == "check", rest.contains("--json") {
        Check.printJSON([], ["error": .string(error.message)])
      }
      return 2
    }
  }

  private static func wrongUsage() -> Int32 {
    report(usage)
    return 2
  }

  /// One contract, wherever it is: what it refers to must lie beside or below it.
  private static func file(_ call: Arguments) throws(UsageError) -> Int32 {
    guard let output = call.options["output"], call.values.count == 1 else {
      throw UsageError(
        message: "one contract and a folder to write are needed",
        help: "generate CONTRACT --output DIR [--name NAME] [--types]")
    }
    if let fault = readingFault(call.values[0]) { throw fault }
    let (root, file, display) = place(call.values[0])
    var generation = Generation(root: root, display: display)
    generation.typesOnly = call.flags.contains("types")
    guard output == "-" || makeFolder(output) else { return unwritable(output) }
    if output != "-", !isFolder(output) {
      throw UsageError(message: "--output \(output) is a file, and a folder is written", help: "name a folder")
    }
    let name = call.options["name"] ?? name(of: call.values[0])
    return generation.run(name: name, contracts: [file], shared: nil, output: output)
  }

  /// The name of a contract's API: its file's, in Swift.
  static func name(of path: String) -> String {
    SwiftName.type(String((path.split(separator: "/").last ?? "").prefix { $0 != "." }))
  }

  /// The folder that a contract may refer into, the contract's path in it, and how paths in it are shown.
  static func place(_ path: String) -> (root: String, file: String, display: (String) -> String) {
    let slash = path.lastIndex(of: "/")
    let folder = folder(of: path)
    let file = slash.map { String(path[path.index(after: $0)...]) } ?? path
    // A contract of a project may refer to its neighbour folders: the root is then the folder above.
    let segments = resolved(folder).split(separator: "/")
    let isNested = segments.dropLast().last == "Contracts"
    let root = !isNested ? folder : folder == "." ? ".." : folder + "/.."
    let inner = isNested ? (segments.last ?? "") + "/" + file : file
    return (root, inner, { inside in inside == inner ? path : root == "." ? inside : root + "/" + inside })
  }

  /// The API a module is named for: `FooBarAPI` is `foo-bar.yaml`, wherever it lies; `SharedAPI` is `shared/`.
  private static func api(_ call: Arguments) -> Int32 {
    guard let root = call.options["root"], let output = call.options["output"], let module = call.values.first,
      let moduleFile = call.options["module-file"], module.hasSuffix("API")
    else { return wrongUsage() }
    let all = call.values.dropFirst().map { $0.hasPrefix(root + "/") ? String($0.dropFirst(root.count + 1)) : $0 }
    let name = String(module.dropLast(3))
    let display = { (inside: String) in "Contracts/" + inside }
    if name == "Shared" {
      let files = all.filter { $0.hasPrefix("shared/") }.sorted()
      return Generation(root: root, display: display).run(name: name, contracts: files, shared: nil, output: output)
    }
    let wanted = kebab(name) + ".yaml"
    let found = all.filter { $0.split(separator: "/").last.map(String.init) == wanted }
    guard found.count == 1 else {
      let place = Place(file: SourceFile(path: moduleFile, bytes: readFile(moduleFile) ?? []), line: 1, column: 1)
      let diagnostics = Diagnostics()
      if found.isEmpty {
        let names = all.compactMap { $0.split(separator: "/").last.map(String.init) }
        diagnostics.error(
          .unreadable, "the module \(module) needs a contract \(wanted) below Contracts, and there is none", at: place,
          help: nearest(wanted, among: names).map { "did you mean to name it for \($0)?" })
      } else {
        diagnostics.error(
          .duplicate, "there are \(found.count) contracts \(wanted) below Contracts", at: place,
          help: found.map(display).joined(separator: ", "))
      }
      report(diagnostics.sorted.map { $0.rendered() }.joined(separator: "\n"))
      return 1
    }
    return Generation(root: root, display: display)
      .run(name: name, contracts: found, shared: ("shared", "SharedAPI"), output: output)
  }

  /// The names of all contracts: what the target that is the folder itself is made of.
  private static func contracts(_ call: Arguments) -> Int32 {
    guard let root = call.options["root"], let output = call.options["output"] else { return wrongUsage() }
    let names = call.values.map { SwiftName.literal(String($0.dropFirst(root.count + 1))) }.sorted()
    let text =
      "/// Every contract, by its path below Contracts.\npublic let contracts = [\n"
      + names.map { "  \($0),\n" }.joined() + "]\n"
    return writeIfChanged(output, text) ? 0 : unwritable(output)
  }

  /// `FooBar` as a contract's file name has it: `foo-bar`.
  private static func kebab(_ name: String) -> String {
    var result = ""
    for character in name {
      if character.isUppercase && !result.isEmpty { result += "-" }
      result += character.lowercased()
    }
    return result
  }

  /// A service's migrations as Swift literals, in the order of their file names; paths in it begin at the root.
  private static func migrations(_ call: Arguments) -> Int32 {
    guard let root = call.options["root"], let output = call.options["output"] else { return wrongUsage() }
    let files = call.values.sorted().map { path in
      let name = path.split(separator: "/").last.map(String.init) ?? path
      let isBelow = path.hasPrefix(root + "/")
      return (name: name, path: isBelow ? String(path.dropFirst(root.count + 1)) : name, bytes: readFile(path))
    }
    let misnamed = MigrationName.faults(in: files.map(\.name))
    var faults: [String] = []
    var text = "import ServicePostgres\n\nlet migrations: [Migration] = [\n"
    for (name, path, bytes) in files {
      faults += misnamed.filter { $0.name == name }.map { "\(path):1:1: error: \($0.message)" }
      guard let bytes else {
        faults.append("\(path):1:1: error: this migration cannot be read")
        continue
      }
      // PostgreSQL would take a NUL for the end.
      let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      if let line = lines.firstIndex(where: { $0.contains(0) || String(validating: $0, as: UTF8.self) == nil }) {
        faults.append("\(path):\(line + 1):1: error: this line is not UTF-8, or has a NUL in it")
      }
      let literals = [name, path, String(decoding: bytes, as: UTF8.self)].map(SwiftName.literal)
      text += "  Migration(name: \(literals[0]), path: \(literals[1]), sql: \(literals[2])),\n"
    }
    guard faults.isEmpty else {
      report(faults.joined(separator: "\n"))
      return 1
    }
    return writeIfChanged(output, text + "]\n") ? 0 : unwritable(output)
  }

  /// The list of services an executable hosts: every module whose name ends in `Service`.
  private static func services(_ call: Arguments) -> Int32 {
    guard let output = call.options["output"] else { return wrongUsage() }
    let modules = call.values.filter { $0.hasSuffix("Service") }.sorted()
    let names = modules.map { String($0.dropLast("Service".count)) }
    var text = "import ServicePostgres\n" + modules.map { "import \($0)\n" }.joined()
    text += "\nlet services: [any HostedService.Type] = [" + names.map { "\($0).self" }.joined(separator: ", ") + "]\n"
    return writeIfChanged(output, text) ? 0 : unwritable(output)
  }

  static func unwritable(_ path: String) -> Int32 {
    report("error: \(path) cannot be written: \(String(cString: strerror(errno)))")
    return 2
  }
}

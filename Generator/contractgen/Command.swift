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
           contractgen service MODULE --root DIR --output FILE [--queries FILE] [SQL...]
           contractgen queries SERVICE --package-root DIR --root DIR --queries FILE --output FILE
             [--api MODULE]... [--migration FILE]... CONTRACT...
           contractgen queries print [SERVICE.]NAME
           contractgen services --output FILE MODULE...
           contractgen new service SYSTEM/NAME [--item NAME] [PROPERTY[:TYPE]]...
           contractgen new operation SERVICE METHOD PATH NAME
           contractgen new migration SERVICE WORDS
    """

  /// Runs one command; 0 done, 1 a faulty contract, 2 an invalid command line.
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
      case "service": return try service(Arguments(rest, options: ["root", "output", "queries"]))
      case "services": return try services(Arguments(rest, options: ["output"]))
      case "queries": return try Queries.run(rest)
      case "new": return try New.run(rest)
      default: return wrongUsage()
      }
    } catch {
      report(error.text)
      // A program that reads standard output receives JSON in any case.
      if arguments.first == "check", rest.contains("--json") {
        Check.printJSON([], ["error": .string(error.message)])
      }
      return 2
    }
  }

  static func wrongUsage() -> Int32 {
    report(usage)
    return 2
  }

  /// One contract in any folder: what it refers to must be beside or below it.
  private static func file(_ call: Arguments) throws(UsageError) -> Int32 {
    guard let output = call.options["output"], call.values.count == 1 else {
      throw UsageError(
        message: "one contract and a folder to write are needed",
        help: "generate CONTRACT --output DIR [--name NAME] [--types]")
    }
    if let fault = readingFault(call.values[0]) { throw fault }
    let (root, file, display) = locate(call.values[0])
    var generation = Generation(root: root, display: display)
    generation.typesOnly = call.flags.contains("types")
    guard output == "-" || makeFolder(output) else { return unwritable(output) }
    if output != "-", !isFolder(output) {
      throw UsageError(message: "--output \(output) is a file, and a folder is written", help: "name a folder")
    }
    let name = call.options["name"] ?? name(of: call.values[0])
    return generation.run(name: name, contracts: [file], shared: nil, output: output)
  }

  /// The name of a contract's API: that of its file, as a Swift name.
  static func name(of path: String) -> String {
    SwiftName.type(String((path.split(separator: "/").last ?? "").prefix { $0 != "." }))
  }

  /// The folder that a contract may refer into, the contract's path in it, and how its paths are displayed.
  static func locate(_ path: String) -> (root: String, file: String, display: (String) -> String) {
    let slash = path.lastIndex(of: "/")
    let folder = folder(of: path)
    let file = slash.map { String(path[path.index(after: $0)...]) } ?? path
    // A contract of a project may refer to neighbouring folders: the root is then the parent folder.
    let segments = resolved(folder).split(separator: "/")
    let isNested = segments.dropLast().last == "Contracts"
    let root = !isNested ? folder : folder == "." ? ".." : folder + "/.."
    let inner = isNested ? (segments.last ?? "") + "/" + file : file
    return (root, inner, { inside in inside == inner ? path : root == "." ? inside : root + "/" + inside })
  }

  /// The API that a module is named after: `FooBarAPI` is `foo-bar.yaml` in any folder; `SharedAPI` is `shared/`.
  private static func api(_ call: Arguments) -> Int32 {
    guard let root = call.options["root"], let output = call.options["output"], let module = call.values.first,
      let moduleFile = call.options["module-file"], module.hasSuffix("API")
    else { return wrongUsage() }
    let all = call.values.dropFirst().map { inside(root, $0) }
    let name = String(module.dropLast(3))
    let display = { (inside: String) in "Contracts/" + inside }
    let found = LoadedContracts.files(of: module, among: all)
    if name == "Shared" {
      return Generation(root: root, display: display).run(name: name, contracts: found, shared: nil, output: output)
    }
    let wanted = LoadedContracts.fileName(of: name)
    guard found.count == 1 else {
      let position = SourcePosition(
        file: SourceFile(path: moduleFile, bytes: readFile(moduleFile) ?? []), line: 1, column: 1)
      let diagnostics = Diagnostics()
      if found.isEmpty {
        let names = all.compactMap { $0.split(separator: "/").last.map(String.init) }
        diagnostics.error(
          .unreadable, "the module \(module) needs a contract \(wanted) below Contracts, and there is none",
          at: position,
          help: nearest(wanted, among: names).map { "did you mean to name it for \($0)?" })
      } else {
        diagnostics.error(
          .duplicate, "there are \(found.count) contracts \(wanted) below Contracts", at: position,
          help: found.map(display).joined(separator: ", "))
      }
      report(diagnostics.sorted.map { $0.rendered() }.joined(separator: "\n"))
      return 1
    }
    return Generation(root: root, display: display)
      .run(name: name, contracts: found, shared: ("shared", "SharedAPI"), output: output)
  }

  /// The names of all contracts: the sources of the target of the contracts' folder itself.
  private static func contracts(_ call: Arguments) -> Int32 {
    guard let root = call.options["root"], let output = call.options["output"] else { return wrongUsage() }
    let names = call.values.map { SwiftName.literal(String($0.dropFirst(root.count + 1))) }.sorted()
    let text =
      "/// Every contract, by its path below Contracts.\npublic let contracts = [\n"
      + names.map { "  \($0),\n" }.joined() + "]\n"
    return writeIfChanged(output, text) ? 0 : unwritable(output)
  }

  /// `FooBar` as the name of a contract's file: `foo-bar`.
  private static func kebab(_ name: String) -> String {
    var result = ""
    for character in name {
      if character.isUppercase && !result.isEmpty { result += "-" }
      result += character.lowercased()
    }
    return result
  }

  static func unwritable(_ path: String) -> Int32 {
    report("error: \(path) cannot be written: \(String(cString: strerror(errno)))")
    return 2
  }
}

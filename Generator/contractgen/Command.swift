import ContractEmit
import ContractModel
import ContractPlan
import ContractSource
import ContractValues
import Glibc

/// The generator's command line. People use `./charter generate`; the build plugins use the rest.
enum Command {
  static let usage = """
    usage: contractgen file CONTRACT --output DIR [--name NAME] [--types] [--strict] [--root DIR]
             [--include KIND:NAME]... [--exclude KIND:NAME]...
           contractgen export typescript|python|postman|openapi CONTRACT... [--output FILE] [--root DIR]
             [--include KIND:NAME]... [--exclude KIND:NAME]...
           contractgen check CONTRACT... [--ledger] [--json] [--types] [--strict] [--root DIR]
           contractgen check --data FILE --schema POINTER [--format annotation] [--json] [--root DIR] CONTRACT
           contractgen vendor CONTRACT... [--root DIR] [--update] [--insecure]
           contractgen api MODULE --root DIR --module-file FILE --output DIR [--settings FILE] [--strict] CONTRACT...
           contractgen events CONTRACT... [--root DIR]
           contractgen contracts --root DIR --output FILE CONTRACT...
           contractgen service MODULE --root DIR --contracts DIR --output FILE --receivers FILE [--queries FILE]
             [--api MODULE]... [--settings MODULE=FILE]... [--migration FILE]... CONTRACT...
           contractgen queries SERVICE --package-root DIR --root DIR --queries FILE --output FILE
             [--api MODULE]... [--settings MODULE=FILE]... [--migration FILE]... CONTRACT...
           contractgen queries print [SERVICE.]NAME
           contractgen services --output FILE [--contracts DIR --contract FILE...] MODULE...
           contractgen new service SYSTEM/NAME [--item NAME] [PROPERTY[:TYPE]]...
           contractgen new operation SERVICE METHOD PATH NAME
           contractgen new migration SERVICE WORDS
    """

  /// Runs one command; 0 done, 1 a faulty contract, 2 an invalid command line.
  static func run(_ arguments: [String]) -> Int32 {
    let rest = arguments.dropFirst()
    do throws(UsageError) {
      switch arguments.first {
      case "file":
        return try file(
          Arguments(
            rest, flags: ["types", "strict"], options: ["output", "name", "root"], lists: ["include", "exclude"]))
      case "export":
        return try Export(
          call: Arguments(rest, options: ["output", "root"], lists: ["include", "exclude"])
        ).run()
      case "vendor":
        return try Vendor(call: Arguments(rest, flags: ["update", "insecure"], options: ["root"])).run()
      case "check":
        return try Check(
          call: Arguments(
            rest, flags: ["ledger", "json", "types", "strict"], options: ["data", "schema", "format", "root"])
        ).run()
      case "api":
        return api(try Arguments(rest, flags: ["strict"], options: ["root", "module-file", "output", "settings"]))
      case "events": return try EventsListing(call: Arguments(rest, options: ["root"])).run()
      case "contracts": return contracts(try Arguments(rest, options: ["root", "output"]))
      case "service":
        return try service(
          Arguments(
            rest, options: ["root", "contracts", "output", "receivers", "queries"],
            lists: ["api", "settings", "migration"]))
      case "services":
        return try services(Arguments(rest, options: ["output", "contracts"], lists: ["contract"]))
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

  /// One contract in any folder: what it refers to must be beside or below it, or in the folder of `--root`.
  private static func file(_ call: Arguments) throws(UsageError) -> Int32 {
    guard let output = call.options["output"], call.values.count == 1 else {
      throw UsageError(
        message: "one contract and a folder to write are needed",
        help: "generate CONTRACT --output DIR [--name NAME] [--types] [--strict] [--root DIR]")
    }
    if let fault = readingFault(call.values[0]) { throw fault }
    try checkRoot(call, of: call.values[...])
    let (root, file, display) = locate(call.values[0], root: call.options["root"])
    var generation = Generation(root: root, display: display)
    generation.typesOnly = call.flags.contains("types")
    generation.selection = try Selection(call)
    generation.isStrict = call.flags.contains("strict")
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

  /// Checks that the folder of `--root` exists and holds the contracts.
  static func checkRoot(_ call: Arguments, of contracts: ArraySlice<String>) throws(UsageError) {
    guard let root = call.options["root"] else { return }
    guard isFolder(root) else { throw UsageError(message: "there is no folder \(root) for --root") }
    for path in contracts where inside(resolved(root), resolved(path)) == resolved(path) {
      throw UsageError(
        message: "\(path) is not in --root \(root)", help: "name a folder that holds it and what it refers to")
    }
  }

  /// The folder that a contract may refer into, the contract's path in it, and how its paths are displayed.
  ///
  /// - Parameter given: the folder of `--root`; nil for the contract's own.
  static func locate(_ path: String, root given: String? = nil) -> (
    root: String, file: String, display: (String) -> String
  ) {
    if let given {
      let root = given.utf8.count > 1 && given.hasSuffix("/") ? String(given.dropLast()) : given
      let inner = inside(resolved(root), resolved(path))
      return (root, inner, { $0 == inner ? path : root == "." ? $0 : root + "/" + $0 })
    }
    let slash = path.lastIndex(of: "/")
    let folder = folder(of: path)
    let file = slash.map { String(path[path.index(after: $0)...]) } ?? path
    // A contract of a project may refer to neighbouring folders: the root is then the parent folder.
    let segments = resolved(folder).split(separator: "/")
    let isNested = segments.dropLast().last == "Contracts"
    let root = !isNested ? folder : parent(of: folder)
    let inner = isNested ? (segments.last ?? "") + "/" + file : file
    return (root, inner, { inside in inside == inner ? path : root == "." ? inside : root + "/" + inside })
  }

  /// The folder that a folder is in.
  private static func parent(of path: String) -> String {
    if path == "." { return ".." }
    // Behind a link, or a folder named by dots, the text before it is not its parent.
    let (last, parent) = (path.split(separator: "/").last ?? "", folder(of: path))
    return last.hasPrefix(".") || resolved(parent + "/" + last) != resolved(path) ? path + "/.." : parent
  }

  /// The API that a module is named after: `FooBarAPI` is `foo-bar.yaml` in any folder; `SharedAPI` is `shared/`.
  private static func api(_ call: Arguments) -> Int32 {
    guard let root = call.options["root"], let output = call.options["output"], let module = call.values.first,
      let moduleFile = call.options["module-file"], module.hasSuffix("API")
    else { return wrongUsage() }
    let diagnostics = Diagnostics()
    let found = ModuleContracts(
      module, among: call.values.dropFirst(), contracts: root, settings: call.options["settings"], diagnostics)
    if !found.hasOneContract {
      found.reportMissing(moduleFile: moduleFile, diagnostics)
    }
    guard !diagnostics.hasErrors else {
      report(diagnostics.sorted)
      return 1
    }
    var generation = Generation(root: found.root, display: found.display)
    generation.isStrict = call.flags.contains("strict")
    generation.selection = found.selection
    return generation.run(
      name: found.name, contracts: found.files, shared: found.shared, output: output,
      diagnostics: diagnostics)
  }

  /// The names of all contracts: the sources of the target of the contracts' folder itself.
  private static func contracts(_ call: Arguments) -> Int32 {
    guard let root = call.options["root"], let output = call.options["output"] else { return wrongUsage() }
    let paths = call.values.map { inside(root, $0) }.filter { !$0.hasPrefix(VendorLock.folder + "/") }
    let names = paths.map(SwiftName.literal).sorted()
    let text =
      "/// Every contract, by its path below Contracts.\npublic let contracts = [\n"
      + names.map { "  \($0),\n" }.joined() + "]\n"
    return writeIfChanged(output, text) ? 0 : unwritable(output)
  }

  static func unwritable(_ path: String) -> Int32 {
    report("error: \(path) cannot be written: \(String(cString: strerror(errno)))")
    return 2
  }
}

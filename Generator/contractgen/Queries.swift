import ContractEmit
import ContractPlan
import ContractQueries
import ContractSource

/// `queries`: a service's Queries.sql as Swift.
struct Queries {
  /// The service's name in Swift: `Products`.
  let service: String
  /// Queries.sql, and its path relative to the package's root.
  let path: String
  let display: String
  /// The folder of contracts, and the contracts.
  let root: String
  let contracts: [String]
  /// The modules of the APIs that the service's target depends on.
  let modules: [String]
  /// The files of the settings of these targets.
  let settings: [String: String]
  let migrations: [String]

  /// 0 written, 1 the queries or a contract are faulty, 2 a file cannot be read or written.
  static func run(_ arguments: ArraySlice<String>) throws(UsageError) -> Int32 {
    if arguments.first == "print" { return try QueryPrint(call: Arguments(arguments.dropFirst(), options: [])).run() }
    let call = try Arguments(
      arguments, options: ["package-root", "root", "output", "queries"], lists: ["api", "settings", "migration"])
    guard let package = call.options["package-root"], let root = call.options["root"],
      let output = call.options["output"], let path = call.options["queries"], let service = call.values.first
    else {
      report(Command.usage)
      return 2
    }
    let queries = Queries(
      service: service, path: path, display: inside(package, path), root: root,
      contracts: Array(call.values.dropFirst()), modules: call.lists["api"] ?? [],
      settings: Dictionary(
        (call.lists["settings"] ?? []).compactMap { pair in
          pair.firstIndex(of: "=").map { (String(pair[..<$0]), String(pair[pair.index(after: $0)...])) }
        }, uniquingKeysWith: { $1 }),
      migrations: (call.lists["migration"] ?? []).sorted())
    let diagnostics = Diagnostics()
    let plan = try queries.compiled(diagnostics)?.plan
    report(diagnostics.sorted)
    guard let plan, !diagnostics.hasErrors else { return 1 }
    return writeIfChanged(output, Emitter.emit(plan)) ? 0 : Command.unwritable(output)
  }

  /// The queries as psql accepts them; nil where they or a contract are faulty.
  func printed(_ diagnostics: Diagnostics) throws(UsageError) -> [PrintedQuery]? {
    let compiled = try compiled(diagnostics)
    return diagnostics.hasErrors ? nil : compiled?.printed
  }

  /// Nil where a contract is invalid, which the command of its own API reports.
  private func compiled(
    _ diagnostics: Diagnostics
  ) throws(UsageError) -> (plan: QueriesPlan, printed: [PrintedQuery])? {
    if let fault = readingFault(path) { throw fault }
    var isSound = true
    var shared: Set<String> = []
    let apis = modules.map { module in
      let plan = planned(module, &isSound)
      shared.formUnion(plan?.imports ?? [])
      return QueryAPI(module: module, plan: plan)
    }
    let others = shared.subtracting(modules).sorted().map { QueryAPI(module: $0, plan: planned($0, &isSound)) }
    guard isSound else { return nil }
    return QueryCompiler.plan(
      service: service, file: SourceFile(path: display, bytes: readFile(path) ?? []), apis: apis, shared: others,
      migrations: migrations.map { readFile($0) ?? [0] }, diagnostics: diagnostics)
  }

  /// The plan of an API; nil for one whose contract is not here.
  private func planned(_ module: String, _ isSound: inout Bool) -> APIPlan? {
    let diagnostics = Diagnostics()
    let found = ModuleContracts(
      module, among: contracts[...], contracts: root, settings: settings[module], diagnostics)
    guard !found.files.isEmpty else { return nil }
    let loaded = LoadedContracts(found.files, root: found.root, display: found.display, diagnostics)
    let plan = loaded.plan(name: found.name, shared: found.shared, selection: found.selection)
    if plan == nil || diagnostics.hasErrors || !found.hasOneContract { isSound = false }
    return plan
  }
}

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
  /// The modules of the APIs that the service's target depends on.
  let modules: [String]
  let apis: PlannedAPIs
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
      service: service, path: path, display: inside(package, path), modules: call.lists["api"] ?? [],
      apis: PlannedAPIs(root: root, call),
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
    var planned = apis
    var shared: Set<String> = []
    let apis = modules.map { module in
      let plan = planned.plan(module)
      shared.formUnion(plan?.imports ?? [])
      return QueryAPI(module: module, plan: plan)
    }
    let others = shared.subtracting(modules).sorted().map { QueryAPI(module: $0, plan: planned.plan($0)) }
    guard planned.isSound else { return nil }
    return QueryCompiler.plan(
      service: service, file: SourceFile(path: display, bytes: readFile(path) ?? []), apis: apis, shared: others,
      migrations: migrations.map { readFile($0) ?? [0] }, diagnostics: diagnostics)
  }
}

import ContractExport
import ContractModel
import ContractSource

/// `export`: contracts for other tools.
struct Export {
  static let formats = ["typescript", "python", "postman", "openapi"]
  /// The format that `conform` and `mock` read, which nobody else needs to know.
  private static let outline = "outline"

  let call: Arguments

  /// 0 written, 1 a contract is faulty, 2 a file cannot be read or written.
  ///
  /// - Throws: ``UsageError`` before any contract is read.
  func run() throws(UsageError) -> Int32 {
    let paths = call.values.dropFirst()
    let format = try self.format()
    let faults = paths.compactMap(readingFault) + [output.flatMap(writingFault)].compactMap { $0 }
    guard faults.isEmpty else {
      for fault in faults { report(fault.text) }
      return 2
    }
    try Command.checkRoot(call, of: paths)
    let located = paths.map { Command.locate($0, root: call.options["root"]) }
    let root = try commonRoot(Array(paths), located.map(\.root))
    let selection = try Selection(call)
    if format == "openapi", !selection.isEmpty {
      throw UsageError(
        message: "a bundled document is whole: --include and --exclude are for the other formats")
    }
    let diagnostics = Diagnostics()
    let loaded = LoadedContracts(
      located.map(\.file), root: root, display: { root == "." ? $0 : root + "/" + $0 }, diagnostics,
      withEvents: false)
    for document in loaded.events {
      diagnostics.error(
        .unsupported, "this is an AsyncAPI document, and exports are made of OpenAPI documents", at: document.position)
    }
    let documents = selection.applied(to: loaded.documents, loaded.schemas, diagnostics)
    report(diagnostics.sorted.filter { $0.severity == .error })
    guard loaded.isSound, !diagnostics.hasErrors, loaded.documents.count == located.count else { return 1 }
    let contracts = zip(paths, documents).map { NamedContract(name: Command.name(of: $0), contract: $1) }
    guard let (text, contents) = text(format, contracts, loaded) else { return 1 }
    guard let output else {
      print(text, terminator: "")
      return 0
    }
    guard writeIfChanged(output, text) else { return Command.unwritable(output) }
    report("\(output): \(contents)")
    return 0
  }

  /// The file to write; nil for standard output.
  private var output: String? { call.options["output"].flatMap { $0 == "-" ? nil : $0 } }

  private func format() throws(UsageError) -> String {
    if let format = call.values.first, !(Self.formats + [Self.outline]).contains(format) {
      throw Arguments.unknown("format", format, Self.formats)
    }
    guard let format = call.values.first, call.values.count > 1 else {
      throw UsageError(
        message: "a format and a contract are needed",
        help: "export \(Self.formats.joined(separator: "|")) CONTRACT... [--output FILE] [--root DIR]")
    }
    return format
  }

  /// The folder that all contracts are read from, so that shared parts are read once; each contract is listed once.
  private func commonRoot(_ paths: [String], _ roots: [String]) throws(UsageError) -> String {
    var named: Set<String> = []
    for path in paths where !named.insert(resolved(path)).inserted {
      throw UsageError(message: "\(path) is named twice", help: "name each contract once")
    }
    for (path, root) in zip(paths, roots) where resolved(root) != resolved(roots[0]) {
      throw UsageError(
        message: "\(path) is not in the same folder of contracts as \(paths[0])",
        help: "export them one by one, or name a folder that holds them: --root DIR")
    }
    return roots[0]
  }

  /// The text, and a summary of it; nil for contracts that cannot be bundled, which is reported.
  private func text(
    _ format: String, _ contracts: [NamedContract], _ loaded: LoadedContracts
  ) -> (text: String, contents: String)? {
    let routes = contracts.flatMap(\.contract.operations).count { $0.kind == .route }
    let operations = counted(routes, "operation")
    switch format {
    case "typescript", "python":
      let export = format == "python" ? Exporter.python : Exporter.typescript
      let (text, types) = export(contracts, loaded.schemas)
      return (text, "\(counted(contracts.count, "client")), \(operations), \(counted(types, "type"))")
    case Self.outline: return (Exporter.outline(contracts, schemas: loaded.schemas), operations)
    case "postman": return (Exporter.postman(contracts, schemas: loaded.schemas), counted(routes, "request"))
    default:
      let diagnostics = loaded.diagnostics
      guard let text = Exporter.openapi(contracts.map(\.contract.path), loaded.source, diagnostics) else {
        report(diagnostics.sorted.filter { $0.severity == .error })
        return nil
      }
      return (text, "\(counted(contracts.count, "contract")), \(operations)")
    }
  }
}

/// `1 client`, `2 clients`.
func counted(_ number: Int, _ noun: String, _ plural: String? = nil) -> String {
  "\(number) \(number == 1 ? noun : plural ?? noun + "s")"
}

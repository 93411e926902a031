import ContractExport
import ContractModel
import ContractSource

/// `export`: contracts for other tools.
struct Export {
  static let formats = ["typescript", "python", "postman", "openapi"]
  private static let formatsOfEvents = ["typescript", "python"]
  /// The format that `conform` and `mock` read, which nobody else needs to know.
  private static let outline = "outline"

  let call: Arguments

  /// 0 written, 1 a contract is faulty, 2 a file cannot be read or written.
  ///
  /// - Throws: ``UsageError`` for a call that means nothing.
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
    try checkEvents(loaded, format, selection)
    let documents = selection.applied(to: loaded.documents, loaded.schemas, diagnostics)
    report(diagnostics.sorted.filter { $0.severity == .error })
    guard loaded.isSound, !diagnostics.hasErrors, loaded.documents.count + loaded.events.count == located.count else {
      return 1
    }
    let contracts = documents.map { NamedContract(name: Command.name(of: $0.path), contract: $0) }
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

  /// An AsyncAPI document has messages, and none of the operations that the other formats are about.
  private func checkEvents(_ loaded: LoadedContracts, _ format: String, _ selection: Selection) throws(UsageError) {
    guard let document = loaded.events.first else { return }
    let name = document.position.file.path
    guard Self.formatsOfEvents.contains(format) else {
      throw UsageError(
        message: "\(name) is an AsyncAPI document, and '\(format)' is about the operations of OpenAPI documents",
        help: "formats with messages: \(Self.formatsOfEvents.joined(separator: ", "))")
    }
    guard selection.isEmpty else {
      throw UsageError(
        message: "\(name) is an AsyncAPI document, and --include and --exclude are for OpenAPI documents",
        help: "export it without them, into a file of its own")
    }
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
      let (text, types) = export(contracts, loaded.events, loaded.schemas)
      let clients = contracts.isEmpty ? [] : [counted(contracts.count, "client"), operations]
      let events = loaded.events.isEmpty ? [] : [self.contents(of: loaded.events)]
      return (text, (clients + events + [counted(types, "type")]).joined(separator: ", "))
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

extension Export {
  /// How many channels and messages documents have: what several refer to counts once.
  private func contents(of events: [EventContract]) -> String {
    let channels = Set(events.flatMap(\.channels).map(\.key)).count
    let messages = Set(events.flatMap { $0.messages + $0.channels.flatMap(\.messages).map(\.message) }.map(\.key)).count
    return "\(counted(channels, "channel")), \(counted(messages, "message"))"
  }
}

/// `1 client`, `2 clients`.
func counted(_ number: Int, _ noun: String, _ plural: String? = nil) -> String {
  "\(number) \(number == 1 ? noun : plural ?? noun + "s")"
}

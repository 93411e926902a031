import ContractExport
import ContractModel
import ContractSource

/// `export`: contracts for tools that are not Charter's.
struct Export {
  static let formats = ["typescript", "python", "postman", "openapi"]

  let call: Arguments

  /// 0 written, 1 a contract is at fault, 2 (as nil) wrong usage.
  func run() -> Int32? {
    guard let format = call.values.first, Self.formats.contains(format), let first = call.values.dropFirst().first
    else {
      return nil
    }
    let diagnostics = Diagnostics()
    let places = call.values.dropFirst().map(Command.place)
    // Contracts that are exported together are read from one folder, so that what they share is one thing.
    guard Set(places.map { normal($0.root) }).count == 1 else {
      report("error: contracts that are exported together must lie in one folder of contracts")
      return 1
    }
    let root = Command.place(first).root
    let source = SourceReader(root: root, diagnostics: diagnostics) { root == "." ? $0 : root + "/" + $0 }
    let reader = ContractReader(source: source, diagnostics: diagnostics)
    let contracts = zip(call.values.dropFirst(), places).compactMap { path, place in
      reader.read(place.file).map { NamedContract(name: Command.name(of: path), contract: $0) }
    }
    let isSound = SchemaChecks(reader.schemaSet, diagnostics).run()
    for diagnostic in diagnostics.sorted where diagnostic.severity == .error { report(diagnostic.rendered()) }
    guard isSound, !diagnostics.hasErrors, contracts.count == places.count else { return 1 }
    guard let text = text(format, contracts, reader.schemaSet, source) else { return 1 }
    return write(text)
  }

  private func text(
    _ format: String, _ contracts: [NamedContract], _ schemas: SchemaSet, _ source: SourceReader
  ) -> String? {
    switch format {
    case "typescript": return Exporter.typescript(contracts, schemas: schemas)
    case "python": return Exporter.python(contracts, schemas: schemas)
    case "postman": return Exporter.postman(contracts, schemas: schemas)
    default:
      let (text, problems) = Exporter.openapi(contracts.map(\.contract.path)) { source.document(at: $0) }
      for problem in problems { report("error: \(problem)") }
      return problems.isEmpty ? text : nil
    }
  }

  private func write(_ text: String) -> Int32 {
    guard let output = call.options["output"], output != "-" else {
      print(text, terminator: "")
      return 0
    }
    return writeIfChanged(output, text) ? 0 : Command.unwritable(output)
  }

  /// `Contracts/shop/..` and `Contracts/platform/..` are one folder.
  private func normal(_ root: String) -> String {
    var segments: [Substring] = []
    for segment in root.split(separator: "/") where segment != "." {
      if segment == "..", let last = segments.last, last != ".." {
        segments.removeLast()
      } else {
        segments.append(segment)
      }
    }
    return (root.hasPrefix("/") ? "/" : "") + segments.joined(separator: "/")
  }
}

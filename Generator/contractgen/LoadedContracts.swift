import ContractModel
import ContractPlan
import ContractSource

/// Contracts of one folder, read together, so that shared parts are read once.
struct LoadedContracts {
  let diagnostics: Diagnostics
  let source: SourceReader
  /// The contracts that could be read.
  let documents: [Contract]
  /// Those of AsyncAPI.
  let events: [EventContract]
  let schemas: SchemaSet
  let checks: SchemaChecks
  /// Whether their schemas are valid enough to plan, export or check them further.
  let isSound: Bool

  /// - Parameters:
  ///   - files: their paths in the folder.
  ///   - root: the folder, outside of which nothing is read.
  ///   - display: converts a path inside the root into the one that diagnostics print.
  init(_ files: [String], root: String, display: @escaping (String) -> String, _ diagnostics: Diagnostics) {
    self.init(files, SourceReader(root: root, diagnostics: diagnostics, display: display), diagnostics)
  }

  /// Those that a reader gives, which have the same diagnostics.
  init(_ files: [String], _ source: SourceReader, _ diagnostics: Diagnostics) {
    (self.source, self.diagnostics) = (source, diagnostics)
    let reader = ContractReader(source: source, diagnostics: diagnostics)
    let isEvents = { (file: String) in source.document(at: file)?["asyncapi"] != nil }
    documents = files.filter { !isEvents($0) }.compactMap { reader.read($0) }
    let eventReader = EventContractReader(beside: reader)
    events = files.filter(isEvents).compactMap { eventReader.read($0) }
    schemas = reader.schemaSet
    checks = SchemaChecks(schemas, diagnostics)
    isSound = checks.run()
  }

  /// The plan of their selected part as one API, of types alone where no operation is selected; nil where their schemas
  /// are invalid.
  func plan(
    name: String, shared: (folder: String, module: String)?, selection: Selection = Selection(), typesOnly: Bool = false
  ) -> APIPlan? {
    guard isSound else { return nil }
    let selected = selection.applied(to: documents, schemas, diagnostics)
    let hasOperations = selection.isEmpty || selected.contains { !$0.operations.isEmpty }
    return Planner.plan(
      name: name, contracts: selected, schemas: schemas, shared: shared, typesOnly: typesOnly || !hasOperations,
      diagnostics: diagnostics)
  }

  /// The paths of a module's contracts: `FooBarAPI` is `foo-bar.yaml` in any folder; `SharedAPI` is `shared/`.
  static func files(of module: String, among all: [String]) -> [String] {
    let name = String(module.dropLast(3))
    if name == "Shared" { return all.filter { $0.hasPrefix("shared/") }.sorted() }
    let wanted = fileName(of: name)
    return all.filter { !$0.hasPrefix(VendorLock.folder + "/") && $0.split(separator: "/").last == wanted[...] }
  }

  /// The file of an API's contract: `foo-bar.yaml` for `FooBar`.
  static func fileName(of name: String) -> String { word(of: name) + ".yaml" }

  /// `FooBar` as the name of a service in settings and on command lines: `foo-bar`.
  static func word(of name: String) -> String {
    var result = ""
    for character in name {
      if character.isUppercase && !result.isEmpty { result += "-" }
      result += character.lowercased()
    }
    return result
  }
}

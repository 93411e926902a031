import ContractModel
import ContractPlan
import ContractSource

/// Contracts of one folder, read together, so that shared parts are read once.
struct LoadedContracts {
  let diagnostics: Diagnostics
  let source: SourceReader
  /// The OpenAPI documents that could be read.
  let documents: [Contract]
  /// The AsyncAPI documents that could be read: those that were named, and those beside an OpenAPI document.
  let events: [EventContract]
  let schemas: SchemaSet
  let checks: SchemaChecks
  /// Whether their schemas are valid enough to plan, export or check them further.
  let isSound: Bool

  /// - Parameters:
  ///   - files: their paths in the folder.
  ///   - root: the folder, outside of which nothing is read.
  ///   - display: converts a path inside the root into the one that diagnostics print.
  init(
    _ files: [String], root: String, display: @escaping (String) -> String, _ diagnostics: Diagnostics,
    withEvents: Bool = true
  ) {
    let source = SourceReader(root: root, diagnostics: diagnostics, display: display)
    self.init(files, source, diagnostics, withEvents: withEvents)
  }

  /// Those that a reader gives, which have the same diagnostics.
  ///
  /// - Parameter withEvents: whether the events of an API, `orders.events.yaml` beside `orders.yaml`, are read too.
  init(_ files: [String], _ source: SourceReader, _ diagnostics: Diagnostics, withEvents: Bool = true) {
    (self.source, self.diagnostics) = (source, diagnostics)
    let reader = ContractReader(source: source, diagnostics: diagnostics)
    let eventReader = EventContractReader(beside: reader)
    var (documents, events): ([Contract], [EventContract]) = ([], [])
    for file in files {
      if source.isAboutEvents(file) {
        eventReader.read(file).map { events.append($0) }
        continue
      }
      reader.read(file).map { documents.append($0) }
      let beside = Self.eventsFile(beside: file)
      if withEvents, !files.contains(beside), source.hasFile(beside) {
        eventReader.read(beside).map { events.append($0) }
      }
    }
    (self.documents, self.events) = (documents, events)
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
    let selected = selection.applied(to: documents, schemas, diagnostics, events: events)
    let events = selection.applied(to: events, emittedBy: selected)
    let hasOperations =
      selection.isEmpty || selected.contains { !$0.operations.isEmpty } || events.contains { !$0.operations.isEmpty }
    return Planner.plan(
      name: name, contracts: selected, events: events, schemas: schemas, shared: shared,
      owner: { shared == nil ? nil : owner(of: $0) }, typesOnly: typesOnly || !hasOperations, diagnostics: diagnostics)
  }

  /// The module that the messages in a file are of, where it is the AsyncAPI document of another API.
  func owner(of path: String) -> String? {
    guard !events.contains(where: { $0.path == path }), source.isAboutEvents(path) else { return nil }
    return Command.name(of: path) + "API"
  }

  /// `shop/orders.events.yaml` for `shop/orders.yaml`.
  private static func eventsFile(beside path: String) -> String {
    let folder = path.lastIndex(of: "/").map { path[...$0] } ?? ""
    return folder + path.dropFirst(folder.count).prefix { $0 != "." } + ".events.yaml"
  }

  /// The paths of a module's contracts: `FooBarAPI` is `foo-bar.yaml` in any folder; `SharedAPI` is `shared/`.
  static func files(of module: String, among all: [String]) -> [String] {
    let name = String(module.dropLast(3))
    if name == "Shared" { return all.filter { $0.hasPrefix("shared/") }.sorted() }
    let own = all.filter { !$0.hasPrefix(VendorLock.folder + "/") }
    let named = { (wanted: String) in own.filter { $0.split(separator: "/").last == wanted[...] } }
    let files = named(fileName(of: name))
    // An API of events alone.
    return files.isEmpty ? named(word(of: name) + ".events.yaml") : files
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

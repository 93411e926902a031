import ContractModel
import ContractSource

/// Writes contracts for other tools: each function is contracts in, text out.
public enum Exporter {
  /// One TypeScript file without dependencies: types, a client per contract with optional validation, and the messages of
  /// AsyncAPI documents.
  ///
  /// - Parameters:
  ///   - contracts: the parsed contracts, each with the name of its API.
  ///   - events: the AsyncAPI documents.
  ///   - schemas: the set with the schemas of all of them.
  /// - Returns: the file, and how many types of the contracts it declares.
  public static func typescript(
    _ contracts: [NamedContract], events: [EventContract] = [], schemas: SchemaSet
  ) -> (text: String, types: Int) {
    let reserved = TypeScriptExporter.reserved(withEvents: !events.isEmpty)
    let plan = ExportPlanner.plan(contracts, events, schemas, reserved: reserved) { $0 }
    return (TypeScriptExporter(plan: plan).text(), plan.declarations.count)
  }

  /// One Python file for 3.11 and its standard library: types, clients (synchronous and for asyncio) with optional
  /// validation, and messages.
  ///
  /// - Returns: the file, and how many types of the contracts it declares.
  public static func python(
    _ contracts: [NamedContract], events: [EventContract] = [], schemas: SchemaSet
  ) -> (text: String, types: Int) {
    let reserved = PythonExporter.reserved(withEvents: !events.isEmpty)
    let plan = ExportPlanner.plan(contracts, events, schemas, reserved: reserved, pattern: PythonPattern.translated)
    return (PythonExporter(plan: plan).text(), plan.declarations.count)
  }

  /// One JSON text with what a program needs to hold a server against the contracts, or to stand in for one.
  public static func outline(_ contracts: [NamedContract], schemas: SchemaSet) -> String {
    var exporter = OutlineExporter(schemas)
    return exporter.text(contracts)
  }

  /// A Postman collection (v2.1): a folder per tag, requests with examples, and the responses as saved examples.
  public static func postman(_ contracts: [NamedContract], schemas: SchemaSet) -> String {
    PostmanExporter(schemas, contracts).text()
  }

  /// One OpenAPI document (JSON) without external references.
  ///
  /// - Parameters:
  ///   - paths: the contracts, by their paths below the contracts' folder; the others are merged into the first.
  ///   - source: reads them and what they refer to.
  /// - Returns: the text; nil, with diagnostics, where they cannot be one document that means the same.
  public static func openapi(_ paths: [String], _ source: SourceReader, _ diagnostics: Diagnostics) -> String? {
    var bundler = OpenAPIBundler(source, diagnostics)
    return bundler.bundle(paths).map { $0.text() + "\n" }
  }

  /// The same document in one line, with what callers outside may use.
  ///
  /// - Parameter title: of several contracts together.
  public static func publicDocument(
    _ paths: [String], titled title: String? = nil, _ source: SourceReader, _ diagnostics: Diagnostics
  ) -> String? {
    var bundler = OpenAPIBundler(source, diagnostics)
    bundler.isPublic = true
    guard let document = bundler.bundle(paths)?.withoutUnused().titled(title) else { return nil }
    for reference in Set(document.brokenReferences()).sorted() {
      diagnostics.error(
        .brokenReference, "'\(reference)' leads into an internal operation",
        at: SourcePosition(file: SourceFile(path: paths[0], bytes: []), line: 1, column: 1),
        help: "let what others refer to be a component")
    }
    return diagnostics.hasErrors ? nil : document.inline()
  }
}

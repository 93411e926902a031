import ContractModel
import ContractSource

/// Writes contracts for tools that are not Charter's: each function is contracts in, text out.
public enum Exporter {
  /// One TypeScript file without dependencies: types, a client for each contract, and checks by choice.
  ///
  /// - Parameters:
  ///   - contracts: what was read, each with the name of its API.
  ///   - schemas: the set that all of them were read into.
  /// - Returns: the file, and how many types of the contracts it declares.
  public static func typescript(_ contracts: [NamedContract], schemas: SchemaSet) -> (text: String, types: Int) {
    let plan = ExportPlanner.plan(contracts, schemas, reserved: TypeScriptExporter.reserved) { $0 }
    return (TypeScriptExporter(plan: plan).text(), plan.declarations.count)
  }

  /// One Python file for 3.11 and its standard library: types, clients (plain and for asyncio), checks by choice.
  ///
  /// - Returns: the file, and how many types of the contracts it declares.
  public static func python(_ contracts: [NamedContract], schemas: SchemaSet) -> (text: String, types: Int) {
    let plan = ExportPlanner.plan(
      contracts, schemas, reserved: PythonExporter.reserved, pattern: PythonPattern.translated)
    return (PythonExporter(plan: plan).text(), plan.declarations.count)
  }

  /// A Postman collection (v2.1): a folder a tag, requests with examples, and the answers as saved examples.
  public static func postman(_ contracts: [NamedContract], schemas: SchemaSet) -> String {
    PostmanExporter(schemas, contracts).text()
  }

  /// One OpenAPI document (JSON) that refers to nothing outside itself.
  ///
  /// - Parameters:
  ///   - paths: the contracts, by their paths below the contracts' folder; the first is the one others are put into.
  ///   - document: the document at such a path.
  /// - Returns: the text, and what could not be bundled: where that is not empty, the text is not to be used.
  public static func openapi(
    _ paths: [String], document: @escaping (String) -> Node?
  ) -> (text: String, problems: [String]) {
    var bundler = OpenAPIBundler(document: document)
    let tree = bundler.bundle(paths)
    return (tree.text() + "\n", bundler.problems)
  }
}

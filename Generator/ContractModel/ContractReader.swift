import ContractSource

/// Reads OpenAPI documents into ``Contract``; every fault is told, and reading goes on behind it.
public final class ContractReader {
  let diagnostics: Diagnostics
  private let source: SourceReader
  let schemas: SchemaReader

  public init(source: SourceReader, diagnostics: Diagnostics) {
    self.source = source
    self.diagnostics = diagnostics
    schemas = SchemaReader(source: source, diagnostics: diagnostics)
  }

  /// The contract in the file at `path`, counted from the contracts' folder; nil when it is not one.
  public func read(_ path: String) -> Contract? {
    guard let node = source.document(at: path), var fields = Fields(node, "OpenAPI Object", diagnostics) else {
      return nil
    }
    readVersion(&fields)
    let info = readInfo(&fields)
    let basePath = readServers(&fields)
    fields.document("tags", "externalDocs")
    readComponents(&fields, in: path)
    let operations = readPaths(&fields, in: path)
    fields.finish(notYet: ["webhooks", "security", "jsonSchemaDialect", "$self"])
    return Contract(
      path: path, place: node.place, title: info.title, version: info.version, summary: info.summary,
      description: info.description, basePath: basePath, operations: operations, schemas: schemas.components)
  }

  private func readVersion(_ fields: inout Fields) {
    guard let node = fields.require("openapi"), let text = fields.text(node, "openapi") else { return }
    if !text.hasPrefix("3.1.") {
      diagnostics.error(
        .unsupported, "OpenAPI \(text) is not supported yet", at: node.place, help: "write 'openapi: 3.1.0'")
    }
  }

  private func readInfo(
    _ fields: inout Fields
  ) -> (title: String, version: String, summary: String?, description: String?) {
    guard let node = fields.require("info"), var info = Fields(node, "Info Object", diagnostics) else {
      return ("", "", nil, nil)
    }
    let result = (
      title: info.requiredString("title") ?? "", version: info.requiredString("version") ?? "",
      summary: info.string("summary"), description: info.string("description")
    )
    info.document("termsOfService", "contact", "license")
    info.finish()
    return result
  }

  private func readServers(_ fields: inout Fields) -> String {
    let servers = fields.list("servers")
    if servers.count > 1 {
      diagnostics.error(.unsupported, "more than one server is not supported yet", at: servers[1].place)
    }
    guard let first = servers.first, var server = Fields(first, "Server Object", diagnostics) else { return "" }
    server.document("description")
    let url = server.require("url").flatMap { node -> String? in
      guard let text = server.text(node, "url") else { return nil }
      guard text.hasPrefix("/"), !text.contains("{") else {
        diagnostics.error(
          .unsupported, "a server other than a path is not supported yet", at: node.place, help: "write 'url: /api'")
        return nil
      }
      return text.hasSuffix("/") ? String(text.dropLast()) : text
    }
    server.finish(notYet: ["variables", "name"])
    return url ?? ""
  }

  private func readComponents(_ fields: inout Fields, in path: String) {
    guard let node = fields.take("components"), var components = Fields(node, "Components Object", diagnostics) else {
      return
    }
    for entry in components.map("schemas") {
      _ = schemas.component(SchemaKey(path: path, pointer: "/components/schemas/\(entry.key)"), entry.value)
    }
    // These are read where an operation refers to them, and once more here, so that an unused one is checked too.
    for entry in components.map("parameters") { _ = parameter(entry.value, in: path) }
    for entry in components.map("responses") { _ = response(entry.value, status: nil, in: path) }
    for entry in components.map("requestBodies") { _ = body(entry.value, in: path) }
    for entry in components.map("headers") { _ = header(entry.value, name: entry.key, in: path) }
    components.document("examples")
    components.finish(notYet: ["securitySchemes", "links", "callbacks", "pathItems", "mediaTypes"])
  }

  private func readPaths(_ fields: inout Fields, in path: String) -> [Operation] {
    var ids: [String: Place] = [:]
    var result: [Operation] = []
    for entry in fields.map("paths") {
      guard entry.key.hasPrefix("/") else {
        diagnostics.error(.badValue, "a path begins with '/'", at: entry.keyPlace)
        continue
      }
      for operation in readPathItem(entry, in: path) {
        if let first = ids[operation.id] {
          diagnostics.error(
            .duplicate, "the operationId '\(operation.id)' stands twice", at: operation.place,
            help: "it stands first in line \(first.line)")
        }
        if ids.updateValue(operation.place, forKey: operation.id) == nil { result.append(operation) }
      }
    }
    return result
  }

  private func readPathItem(_ entry: Node.Entry, in path: String) -> [Operation] {
    guard var fields = Fields(entry.value, "Path Item Object", diagnostics) else { return [] }
    fields.document("summary", "description")
    let shared = fields.list("parameters").compactMap { parameter($0, in: path) }
    let operations = Operation.Method.allCases.compactMap { method in
      fields.take(method.rawValue).flatMap { operation($0, method, entry, shared, in: path) }
    }
    fields.finish(notYet: ["$ref", "servers", "head", "options", "trace", "query", "additionalOperations"])
    return operations
  }

  /// The fields of an object that may be a Reference Object, followed to what it means.
  func referenced(_ node: Node, _ kind: String, in path: String) -> (fields: Fields, path: String)? {
    var (node, path) = (node, path)
    // A chain of references longer than this is a circle.
    for _ in 0..<32 {
      guard let reference = node["$ref"] else { return Fields(node, kind, diagnostics).map { ($0, path) } }
      guard var fields = Fields(node, "Reference Object", diagnostics) else { return nil }
      fields.document("$ref", "summary", "description")
      fields.finish()
      guard let text = fields.text(reference, "$ref"),
        let target = schemas.resolve(text, in: path, at: reference.place)
      else { return nil }
      (node, path) = (target.node, target.path)
    }
    diagnostics.error(.brokenReference, "a $ref that leads in a circle", at: node.place)
    return nil
  }
}

import ContractSource
import ContractValues

/// Reads OpenAPI documents into ``Contract``. Every problem is reported, and reading continues after it.
public final class ContractReader: DescriptionReader {
  public let diagnostics: Diagnostics
  let resolver: ReferenceResolver
  let schemas: SchemaReader
  var version = Contract.Version.v31
  /// Whether the table of styles is that of OpenAPI 3.0.0 to 3.0.3 and 3.1.0, which 3.0.4 and 3.1.1 corrected.
  var dotsLabels = false
  var samples: [(node: Node, schema: Int)] = []
  var securitySchemes = SecuritySchemes()
  /// The names of those that could not be read.
  var brokenSchemes: Set<ByteKey> = []
  /// The security requirements of operations that do not specify any.
  var defaultSecurity: [SecurityRequirement] = []
  /// The name of their callers.
  var defaultPrincipal: String?
  /// The rate limit of operations that neither have one nor their path.
  var defaults = Operation.Inherited()
  /// The callback nesting of the operation being read.
  var callbackDepth = 0

  public init(source: SourceReader, diagnostics: Diagnostics) {
    self.diagnostics = diagnostics
    resolver = ReferenceResolver(source: source, diagnostics: diagnostics)
    schemas = SchemaReader(resolver: resolver, diagnostics: diagnostics)
  }

  /// All schemas read so far.
  public var schemaSet: SchemaSet { schemas.set }

  /// The dialect of the document's schemas that do not name their own.
  private(set) var dialect = Dialect.draft2020

  /// The contract in the file at `path`, relative to the contracts' folder; nil when it is not a contract.
  public func read(_ path: String) -> Contract? {
    guard let root = resolver.document(path), var fields = Fields(root.node, "OpenAPI Object", diagnostics) else {
      return nil
    }
    (samples, securitySchemes, brokenSchemes) = ([], SecuritySchemes(), [])
    readVersion(&fields)
    dialect = resolver.dialect(of: root, referrer: .draft2020)
    let info = readInfo(&fields)
    let servers = readServers(&fields)
    let tags = readTags(&fields)
    fields.externalDocs()
    if version != .v30 {
      if let node = fields.take("jsonSchemaDialect") { schemas.checkDialect(node, "jsonSchemaDialect") }
      if version == .v32 { _ = fields.string("$self") }
    }
    readSecuritySchemes(root)
    defaultSecurity = security(&fields, root) ?? []
    defaultPrincipal = principal(&fields, of: defaultSecurity)
    defaults = inherited(&fields, named: "api", else: Operation.Inherited())
    let components = readComponents(&fields, root)
    let operations = readPaths(&fields, root)
    fields.finish()
    schemas.finish()
    for operation in operations { checkPagination(operation) }
    return Contract(
      path: path, position: root.node.position, specification: version, title: info.title, version: info.version,
      summary: info.summary, description: info.description, servers: servers, tags: tags, operations: operations,
      components: components,
      securitySchemes: securitySchemes.all, samples: samples)
  }

  /// The schema at a pointer in a contract or a bare JSON Schema; nil, with a diagnostic, when there is none.
  public func readSchema(_ path: String, pointer: String) -> Int? {
    guard let root = resolver.document(path) else { return nil }
    let position = root.node.position
    guard let at = resolver.resolve(pointer.hasPrefix("#") ? pointer : "#" + pointer, from: root, at: position) else {
      return nil
    }
    let index = schemas.schema(at, resolver.dialect(of: at, referrer: .draft2020))
    schemas.finish()
    return index
  }

  private func readVersion(_ fields: inout Fields) {
    if let swagger = fields.node["swagger"] {
      _ = fields.take("swagger")
      diagnostics.error(
        .unsupported, "Swagger 2.0 is not a version that Charter reads", at: swagger.position,
        help: "convert the contract to OpenAPI 3.0 or later")
    }
    guard let node = fields.require("openapi"), let text = fields.text(node, "openapi") else { return }
    let versions: [(String, Contract.Version)] = [("3.0.", .v30), ("3.1.", .v31), ("3.2.", .v32)]
    if let known = versions.first(where: { text.hasPrefix($0.0) }) {
      version = known.1
      dotsLabels = ["3.0.0", "3.0.1", "3.0.2", "3.0.3", "3.1.0"].contains(text)
    } else {
      diagnostics.error(
        .unsupported, "OpenAPI \(text) is not a version that Charter reads", at: node.position,
        help: "supported versions: 3.0, 3.1, 3.2; write 'openapi: 3.1.0'")
    }
  }

  private func readInfo(
    _ fields: inout Fields
  ) -> (title: String, version: String, summary: String?, description: String?) {
    guard let node = fields.require("info"), var info = Fields(node, "Info Object", diagnostics) else {
      return ("", "", nil, nil)
    }
    let title = info.requiredString("title") ?? ""
    let result = (
      title: title, version: info.requiredString("version") ?? "", summary: info.documentation("summary"),
      description: info.documentation("description")
    )
    info.address("termsOfService")
    info.contact()
    info.license(hasIdentifier: version != .v30)
    info.finish()
    return result
  }

  private func readComponents(_ fields: inout Fields, _ root: Location) -> [(
    name: String, position: SourcePosition, schema: Int
  )] {
    guard let node = fields.take("components"), var components = Fields(node, "Components Object", diagnostics) else {
      return []
    }
    let at = root.child(node, "components")
    let each = { (components: inout Fields, kind: String) in
      components.map(kind).map { (entry: $0, at: at.child($0.value, kind, $0.key)) }
    }
    let named = each(&components, "schemas").map { entry, at in
      (name: entry.key, position: entry.keyPosition, schema: schema(at))
    }
    // Components are read where an operation refers to them, and once more here, so that unused ones are checked too.
    for (_, at) in each(&components, "parameters") { _ = parameter(at) }
    for (_, at) in each(&components, "responses") { _ = response(at, status: .other) }
    for (_, at) in each(&components, "requestBodies") { _ = body(at) }
    for (entry, at) in each(&components, "headers") { _ = header(at, name: entry.key) }
    for (_, at) in each(&components, "callbacks") { _ = readCallback(at) }
    if version != .v30 { for (entry, at) in each(&components, "pathItems") { _ = readPathItem(at, entry, .webhook) } }
    if version == .v32 { for (_, at) in each(&components, "mediaTypes") { _ = mediaType(at, name: "") } }
    for (entry, at) in each(&components, "links") { _ = link(at, name: entry.key) }
    _ = components.map("securitySchemes")
    for (_, at) in each(&components, "examples") { _ = example(at) }
    components.finish()
    return named
  }

  private func readPaths(_ fields: inout Fields, _ root: Location) -> [Operation] {
    if version == .v30, fields.node["paths"] == nil { _ = fields.require("paths") }
    if version != .v30, fields.node["paths"] == nil, fields.node["components"] == nil, fields.node["webhooks"] == nil {
      _ = fields.require("paths")
    }
    var result: [Operation] = []
    for entry in fields.map("paths") {
      if entry.key.hasPrefix("x-") {
        Fields.checkExtension(entry, "Paths Object", known: [], diagnostics)
        continue
      }
      guard entry.key.hasPrefix("/") else {
        diagnostics.error(.badValue, "a path begins with '/'", at: entry.keyPosition)
        continue
      }
      result += readPathItem(root.child(entry.value, "paths", entry.key), entry, .route)
    }
    if version != .v30 {
      result += fields.map("webhooks").flatMap {
        readPathItem(root.child($0.value, "webhooks", $0.key), $0, .webhook)
      }
    }
    return unique(result)
  }

  /// The operations without those whose id is duplicated, which are reported. An operation that is referenced from two
  /// places counts once.
  private func unique(_ operations: [Operation]) -> [Operation] {
    var ids: [ByteKey: SourcePosition] = [:]
    func isFirst(_ operation: Operation) -> Bool {
      defer { for (_, callback) in operation.callbacks { _ = isFirst(callback) } }
      guard operation.hasOwnID, let first = ids[ByteKey(operation.id)] else {
        if operation.hasOwnID { ids[ByteKey(operation.id)] = operation.position }
        return true
      }
      if operation.kind == .callback, first.isSame(as: operation.position) {
        return true
      }
      diagnostics.error(
        .duplicate, "the operationId '\(operation.id)' is duplicated", at: operation.position,
        help: "its first occurrence is in line \(first.line)")
      return false
    }
    return operations.filter(isFirst)
  }

  /// The index of a schema outside of others, which is in the dialect of its document.
  func schema(_ at: Location) -> Int { schemas.schema(at, resolver.dialect(of: at, referrer: dialect)) }

  var hasScopesOfOAuthOnly: Bool { version == .v30 }
  var hasSchemesByURI: Bool { version == .v32 }

  func readSiblings(_ reference: inout Fields) {
    guard version == .v30 else { return reference.document("summary", "description") }
    for entry in reference.node.entries ?? [] where entry.key != "$ref" {
      reference.ignore(entry.key, because: "OpenAPI 3.0.4, section 4.7.23: siblings of $ref")
    }
  }
}

extension SourcePosition {
  /// Whether it is the same position of the same file: the same node, however it was reached.
  func isSame(as other: SourcePosition) -> Bool {
    (line, column) == (other.line, other.column) && file.path == other.file.path
  }
}

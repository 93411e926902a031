import ContractSource
import ContractValues

/// The schemas of one document that have their own URI or anchor.
struct DocumentIndex {
  private(set) var resources: [ByteKey: Location] = [:]
  /// Keyed by URI, `#` and name.
  private(set) var anchors: [ByteKey: Location] = [:]
  private(set) var dynamicAnchors: [ByteKey: [(name: String, location: Location)]] = [:]

  /// Whether it is an AsyncAPI document.
  private let isEvents: Bool

  init(_ root: Location) {
    resources[ByteKey(root.base)] = root
    let file = root.node.position.file
    let isDescription = ["openapi", "asyncapi", "components", "paths"].contains { root.node[$0] != nil }
    let named = root.node[isDescription ? "jsonSchemaDialect" : "$schema"]?.string
    isEvents = root.node["asyncapi"] != nil
    let dialect = named.flatMap(Dialect.init(uri:)) ?? (isEvents ? .asyncAPI : .draft2020)
    // The `id` of draft-04 is a common name of properties too: only a document that names the dialect is searched.
    let isOld = dialect == .draft4 || (file.mentions("$schema") && file.mentions("draft-04/schema"))
    guard
      isOld || file.mentions("$id") || file.mentions("$anchor") || file.mentions("$dynamicAnchor")
        || file.mentions("$recursiveAnchor")
    else { return }
    if isDescription { walk(root, dialect) } else { scan(root, dialect) }
  }

  /// Searches an API description for schemas.
  private mutating func walk(_ at: Location, _ dialect: Dialect) {
    for (index, item) in (at.node.items ?? []).enumerated() { walk(at.child(item, String(index)), dialect) }
    for entry in at.node.entries ?? [] where !["example", "examples", "default"].contains(entry.key) {
      let next = at.child(entry.value, entry.key)
      if ["schema", "itemSchema"].contains(entry.key) || (isEvents && ["payload", "headers"].contains(entry.key)) {
        scan(next, dialect)
      } else if at.pointer == "/components" && entry.key == "schemas" {
        for schema in entry.value.entries ?? [] { scan(next.child(schema.value, schema.key), dialect) }
      } else {
        walk(next, dialect)
      }
    }
  }

  private mutating func scan(_ given: Location, _ outer: Dialect) {
    let dialect = given.node["$schema"]?.string.flatMap(Dialect.init(uri:)) ?? outer
    let (base, anchor) = dialect.identity(given.node, base: given.base)
    let at = given.with(base: base)
    if base != given.base { resources[ByteKey(base)] = at }
    if let anchor { anchors[ByteKey(base + "#" + anchor)] = at }
    if let name = at.node["$anchor"]?.string { anchors[ByteKey(at.base + "#" + name)] = at }
    if let name = at.node["$dynamicAnchor"]?.string {
      anchors[ByteKey(at.base + "#" + name)] = at
      dynamicAnchors[ByteKey(at.base), default: []].append((name, at))
    }
    if dialect == .draft2019, case .bool(true)? = at.node["$recursiveAnchor"]?.value {
      dynamicAnchors[ByteKey(at.base), default: []].append((ReferenceResolver.recursiveAnchor, at))
    }
    for entry in at.node.entries ?? [] { scan(entry, at.child(entry.value, entry.key), dialect) }
  }

  /// Searches what a keyword holds.
  private mutating func scan(_ entry: Node.Entry, _ next: Location, _ dialect: Dialect) {
    switch Keyword.byName[entry.key]?.holding(entry.value) {
    case .list:
      for (index, item) in (entry.value.items ?? []).enumerated() { scan(next.child(item, String(index)), dialect) }
    case .schema: scan(next, dialect)
    case .members: for member in entry.value.entries ?? [] { scan(next.child(member.value, member.key), dialect) }
    case nil: break
    }
  }
}

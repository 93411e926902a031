import ContractModel
import ContractSource
import ContractValues

/// Schemas in a bundle: references are pointers, and what only names a schema is left out.
extension OpenAPIBundler {
  /// - Parameter isOutermost: whether it is in no other schema.
  mutating func schema(_ given: Location, _ context: Context, isOutermost: Bool = false) -> JSONTree {
    guard let entries = given.node.entries else { return JSONTree(given.node) }
    var context = context
    if isOutermost { context.dialect = resolver.dialect(of: given, referrer: context.dialect) }
    let own = context.dialect == .openAPI30 ? nil : given.node["$schema"]?.string.flatMap(Dialect.init(uri:))
    if let own { context.dialect = own }
    let at = given.with(base: context.dialect.identity(given.node, base: given.base).base)
    if !isWriting { visit(at, isResource: at.base != given.base, &context) }
    var members: [JSONTree.Member] = []
    if isOutermost, context.dialect != ownDialect {
      checkDialect(of: at, context.dialect)
      if own == nil, let uri = context.dialect.uri { members.append(("$schema", .string(uri))) }
    }
    if let uri = parts.ids[at.key] {
      context.resource = uri
      members.append((context.dialect.idKeyword, .string(uri)))
    }
    var further: [JSONTree] = []
    for entry in entries { members += keyword(entry, at, context, &further) }
    if !further.isEmpty {
      if let index = members.firstIndex(where: { $0.key == "allOf" }), case .array(let given) = members[index].value {
        members[index].value = .array(given + further)
      } else {
        members.append(("allOf", .array(further)))
      }
    }
    return .object(members)
  }

  private mutating func visit(_ at: Location, isResource: Bool, _ context: inout Context) {
    visited.insert(at.key)
    resources[ByteKey(at.base)] = resources[ByteKey(at.base)] ?? at
    // A resource in one that keeps its URI is not part of it, and keeps its own.
    if isResource, context.resource != nil { identify(at, as: at.base) }
  }

  private mutating func checkDialect(of at: Location, _ dialect: Dialect) {
    // A document that declares its version is compared with the first contract's as a whole.
    guard !isWriting, dialect == .openAPI30 || ownDialect == .openAPI30,
      resolver.document(at.path)?.node["openapi"] == nil
    else { return }
    diagnostics.error(
      .unsupported, "a schema of \(dialect.name) cannot be part of a document with those of \(ownDialect.name)",
      at: at.node.position)
  }

  /// What becomes of a member of a schema: itself, nothing, or another.
  private mutating func keyword(
    _ entry: Node.Entry, _ at: Location, _ context: Context, _ further: inout [JSONTree]
  ) -> [JSONTree.Member] {
    let below = at.child(entry.value, entry.key)
    let keyword = context.dialect.keyword(entry.key)
    let isIgnored = context.dialect.ignoresSiblings && at.node["$ref"] != nil
    switch (keyword, entry.value.value) {
    case (.id?, .string), (.oldID?, .string), (.anchor?, .string): return []
    case (.dynamicAnchor?, .string(let name)):
      return dynamicNames.contains(ByteKey(name)) ? [(entry.key, .string(name))] : []
    case (.recursiveAnchor?, .bool):
      return dynamicNames.contains(ByteKey(ReferenceResolver.recursiveAnchor))
        ? [(entry.key, JSONTree(entry.value))] : []
    case (.ref?, .string(let text)):
      return [(entry.key, .string(reference(text, entry.value.position, from: at, .schemas, context)))]
    case (.dynamicRef?, .string(let text)) where !isIgnored, (.recursiveRef?, .string(let text)) where !isIgnored:
      return dynamicReference(text, keyword ?? .dynamicRef, entry, at, context, &further)
    case (.discriminator?, .mapping) where !isIgnored:
      return [(entry.key, discriminator(entry.value, at, context))]
    case (let keyword?, _) where !isIgnored || keyword == .defs || keyword == .definitions:
      return [(entry.key, subschemas(entry, below, context))]
    default: return [(entry.key, unchanged(below, context))]
    }
  }

  private mutating func subschemas(_ entry: Node.Entry, _ at: Location, _ context: Context) -> JSONTree {
    switch (context.dialect.holding(entry), entry.value.value) {
    case (.schema, _): return schema(at, context)
    case (.list, .sequence(let items)):
      return .array(items.enumerated().map { schema(at.child($1, String($0)), context) })
    case (.members, .mapping(let entries)):
      return .object(entries.map { ($0.key, schema(at.child($0.value, $0.key), context)) })
    default: return unchanged(at, context)
    }
  }

  // MARK: the dynamic scope

  /// A `$dynamicRef` or `$recursiveRef`, which without a dynamic anchor at its target is a plain reference.
  private mutating func dynamicReference(
    _ text: String, _ keyword: Keyword, _ entry: Node.Entry, _ at: Location, _ context: Context,
    _ further: inout [JSONTree]
  ) -> [JSONTree.Member] {
    let position = entry.value.position
    guard let target = resolver.resolve(text, from: at, at: position) else { return [] }
    let uri = reference(text, position, from: at, .schemas, context)
    guard let name = ReferenceResolver.dynamicAnchor(of: keyword, text, to: target) else {
      guard at.node["$ref"] != nil else { return [("$ref", .string(uri))] }
      further.append(.object([("$ref", .string(uri))]))
      return []
    }
    dynamicNames.insert(ByteKey(name))
    let resource = parts.resource(of: target.key)?.uri
    return [(entry.key, .string((resource == context.resource ? "" : resource ?? "") + "#" + name))]
  }

  /// Keeps the resources that have the dynamic anchors in use, and what they refer to, which can be only resources too.
  mutating func keepResources() {
    var kept: Set<ByteKey> = []
    while true {
      let found = resources.sorted { $0.key.text.utf8.lexicographicallyPrecedes($1.key.text.utf8) }.filter { uri, at in
        resolver.dynamicAnchors(of: at).contains { dynamicNames.contains(ByteKey($0.name)) }
          && kept.insert(uri).inserted
      }
      if found.isEmpty { return }
      for (uri, at) in found {
        guard let root = resolver.resource(of: at) else { continue }
        if ["openapi", "components", "paths"].contains(where: { root.node[$0] != nil }) {
          keepDocument(root)
        } else {
          keep(root, as: uri.text)
        }
      }
      drain()
    }
  }

  private mutating func keep(_ root: Location, as uri: String) {
    var context = Context(contract: 0, dialect: resolver.dialect(of: root, referrer: ownDialect))
    parts.add(root, .schemas, context.dialect, in: 0, .component)
    identify(root, as: uri)
    context.resource = uri
    pending.append((root, .schemas, context))
  }

  /// The schemas of a document without URIs of their own are one resource: nothing can be added to it or taken out.
  private mutating func keepDocument(_ root: Location) {
    let anchor = resolver.dynamicAnchors(of: root).first { dynamicNames.contains(ByteKey($0.name)) }?.location ?? root
    documentAnchors[ByteKey(root.base)] = anchor
    if divided.contains(ByteKey(root.base)) || parts.order.contains(where: { ByteKey($0.path) != ByteKey(root.path) }) {
      refuse(anchor)
    }
  }

  func refuse(_ anchor: Location) {
    diagnostics.error(
      .unsupported, "the dynamic anchor of this schema would apply to others too in one document",
      at: anchor.node.position, help: "give the schema a URI of its own by '$id'")
  }

  // MARK: discriminators

  private mutating func discriminator(_ node: Node, _ at: Location, _ context: Context) -> JSONTree {
    let renamed = isWriting ? renamedBranches(of: at, context) : []
    var mapping: [JSONTree.Member] = []
    for entry in node["mapping"]?.entries ?? [] {
      mapping.append((entry.key, mapped(entry.value, at, context, renamed)))
    }
    mapping += renamed.filter { node["mapping"]?[$0.name] == nil }.map { ($0.name, .string($0.uri)) }
    var members: [JSONTree.Member] = []
    for entry in node.entries ?? [] where entry.key != "mapping" {
      let isDefault = entry.key == "defaultMapping"
      members.append((entry.key, isDefault ? mapped(entry.value, at, context, renamed) : JSONTree(entry.value)))
    }
    if node["mapping"] != nil || !mapping.isEmpty { members.append(("mapping", .object(mapping))) }
    return .object(members)
  }

  /// A component's name or a reference (OpenAPI 3.2, section 4.25.2).
  private mutating func mapped(
    _ node: Node, _ at: Location, _ context: Context, _ renamed: [(name: String, uri: String)]
  ) -> JSONTree {
    guard let text = node.string else { return JSONTree(node) }
    if let uri = renamed.first(where: { $0.name == text })?.uri { return .string(uri) }
    guard text.utf8.contains(where: { "/#".utf8.contains($0) }) else { return .string(text) }
    return .string(reference(text, node.position, from: at, .schemas, context))
  }

  /// The branches whose components have another name in the bundle: by their own names they are known without a mapping.
  private func renamedBranches(of at: Location, _ context: Context) -> [(name: String, uri: String)] {
    let keyword = at.node["oneOf"]?.items?.isEmpty == false ? "oneOf" : "anyOf"
    guard let list = at.node[keyword], let branches = list.items else { return [] }
    return branches.enumerated().compactMap { index, branch in
      var (end, given) = (at.child(branch, keyword, String(index)), String?.none)
      for _ in 0..<32 {
        guard let text = end.node["$ref"]?.string, SchemaSet.isPlainReference(end.node),
          let next = resolver.known(text, from: end)
        else { break }
        end = next
        given = end.key.segments.last ?? given
      }
      let name = end.key.segments.last ?? given ?? end.key.fileName
      guard let pointer = parts.pointer(to: end.key, in: context.contract),
        SchemaKey(path: "", pointer: pointer).segments.last != name
      else { return nil }
      return (name, uri(of: end, context))
    }
  }
}

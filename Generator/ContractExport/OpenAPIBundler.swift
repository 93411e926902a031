import ContractModel
import ContractSource
import ContractValues

/// Bundles OpenAPI documents, and everything that they refer to, into one.
///
/// What other files hold becomes components, each once; references become pointers in the bundle, so that schemas need
/// no URIs and anchors. Only where the dynamic scope decides (`$dynamicRef`, `$recursiveRef`), the resources that it
/// consists of keep their URIs.
///
/// All objects are visited twice: to find what they refer to, and when each has its place, to write them.
struct OpenAPIBundler {
  /// What applies at a position of a document.
  struct Context {
    /// The index of the contract whose names are meant.
    let contract: Int
    /// The dialect of schemas, as far as they do not name their own.
    var dialect: Dialect
    /// The URI, in the bundle, of the resource that references are resolved against; nil for the bundle itself.
    var resource: String?
  }

  let resolver: ReferenceResolver
  let diagnostics: Diagnostics
  var parts = BundleParts()
  /// Whether operations that are internal are left out.
  var isPublic = false
  /// Whether objects are written; before, what they refer to is found.
  var isWriting = false
  /// The names of dynamic anchors that references use.
  var dynamicNames: Set<ByteKey> = []
  /// The resources of the schemas that were visited, by their URIs.
  var resources: [ByteKey: Location] = [:]
  /// Dynamic anchors of whole documents, by the URI of the document.
  var documentAnchors: [ByteKey: Location] = [:]
  /// The URIs of the resources of which schemas have become resources of their own.
  var divided: Set<ByteKey> = []
  /// The documents to bundle.
  var contracts: [Location] = []
  /// The objects to visit, the first of which have been visited.
  var pending: [(at: Location, kind: BundleKind, context: Context)] = []
  private var visits = 0
  /// Of each contract, the paths that are written with the path of their server.
  private var wholeAddresses: [[String: String]] = []
  var visited: Set<SchemaKey> = []
  /// How many path items are being written in each other.
  private var insertions = 0

  init(_ source: SourceReader, _ diagnostics: Diagnostics) {
    resolver = ReferenceResolver(source: source, diagnostics: diagnostics)
    self.diagnostics = diagnostics
  }

  /// The bundle; nil, with diagnostics, where there can be none.
  mutating func bundle(_ paths: [String]) -> JSONTree? {
    contracts = paths.compactMap { resolver.document($0) }
    guard contracts.count == paths.count, let main = contracts.first else { return nil }
    wholeAddresses = findWholeAddresses()
    find()
    if !dynamicNames.isEmpty { keepResources() }
    guard !diagnostics.hasErrors else { return nil }
    var taken: [BundleKind: [String]] = [:]
    for kind in BundleKind.allCases where kind.isComponent {
      taken[kind] = (main.node["components"]?[kind.rawValue]?.entries ?? []).map(\.key)
    }
    let components = parts.name(besides: taken)
    isWriting = true
    var merge = BundleMerge(part(main, .document, context(0)).members, of: main.node, diagnostics)
    for index in contracts.indices.dropFirst() { add(index, to: &merge) }
    for (name, part, contract) in components {
      var context = context(contract)
      context.dialect = part.dialect
      merge.add(self.part(part.at, part.kind, context), name, in: part.kind)
    }
    return diagnostics.hasErrors ? nil : merge.tree.withUnitedSecurity()
  }

  /// An object as it is written.
  private mutating func part(_ at: Location, _ kind: BundleKind, _ context: Context) -> JSONTree {
    let part = tree(at, kind, context)
    return isPublic ? part.withoutInternal(kind) : part
  }

  private func context(_ contract: Int) -> Context {
    Context(contract: contract, dialect: resolver.dialect(of: contracts[contract], referrer: .draft2020))
  }

  /// The dialect of the bundle's schemas that do not name their own.
  var ownDialect: Dialect { context(0).dialect }

  // MARK: what belongs to the bundle

  private mutating func find() {
    parts.add(contracts[0], .document, ownDialect, in: 0, .pointer(""))
    visit(contracts[0], .document, context(0))
    for index in contracts.indices.dropFirst() {
      checkVersion(of: contracts[index].path, contracts[index].node["openapi"]?.position)
      let context = context(index)
      for (at, kind, place) in members(of: index) {
        parts.add(at, kind, context.dialect, in: index, place)
        visit(at, kind, context)
      }
    }
    drain()
  }

  /// The paths, webhooks and components of a contract that is merged into the first.
  private func members(of index: Int) -> [(at: Location, kind: BundleKind, place: BundleParts.Place)] {
    let root = contracts[index]
    var members: [(at: Location, kind: BundleKind, place: BundleParts.Place)] = []
    for section in ["paths", "webhooks"] {
      for item in items(of: section, in: index) {
        members.append((item.at, .pathItems, .pointer("/\(section)/" + Violations.escaped(item.name))))
      }
    }
    for kind in BundleKind.allCases where kind.isComponent {
      guard let components = root.node["components"], let section = components[kind.rawValue] else { continue }
      for entry in section.entries ?? [] {
        members.append((root.child(entry.value, "components", kind.rawValue, entry.key), kind, .component))
      }
    }
    return members
  }

  /// What a section of a contract has, each with its name in the bundle.
  private func items(of section: String, in index: Int) -> [(name: String, at: Location, position: SourcePosition)] {
    let root = contracts[index]
    let entries = (root.node[section]?.entries ?? []).filter { section == "webhooks" || !$0.key.hasPrefix("x-") }
    return entries.map {
      let name = section == "paths" ? wholeAddresses[index][$0.key] ?? $0.key : $0.key
      return (name, root.child($0.value, section, $0.key), $0.keyPosition)
    }
  }

  /// The paths of each contract that an earlier one has for another server: with the server's path before their own.
  private func findWholeAddresses() -> [[String: String]] {
    var servers: [ByteKey: String?] = [:]
    return contracts.map { contract in
      let server = Self.serverPath(of: contract.node)
      var addresses: [String: String] = [:]
      for entry in contract.node["paths"]?.entries ?? [] where !entry.key.hasPrefix("x-") {
        let identity = BundleMerge.identity(of: entry.key, in: "paths")
        guard let other = servers[identity] else {
          servers[identity] = .some(server)
          continue
        }
        if let server, other != server, entry.value["servers"] == nil { addresses[entry.key] = server + entry.key }
      }
      return addresses
    }
  }

  /// The path of a contract's only server, if that is all that its URL has.
  private static func serverPath(of root: Node) -> String? {
    guard let servers = root["servers"]?.items, let first = servers.first else { return "" }
    guard servers.count == 1, let url = first["url"]?.string, url.hasPrefix("/"), !url.hasPrefix("//"),
      !url.contains("{")
    else { return nil }
    return url.hasSuffix("/") ? String(url.dropLast()) : url
  }

  private mutating func add(_ index: Int, to merge: inout BundleMerge) {
    let (root, context) = (contracts[index], context(index))
    let security = root.node["security"].map { self.security($0, root, context) }
    merge.begin(root, security: security)
    for section in ["paths", "webhooks"] {
      for (name, at, position) in items(of: section, in: index) {
        let item = part(at, .pathItems, context)
        if isPublic && !item.isItem { continue }
        merge.add(item, name, in: section, isWhole: wholeAddresses[index].values.contains(name), at: position)
      }
    }
  }

  private mutating func visit(_ at: Location, _ kind: BundleKind, _ context: Context) { _ = tree(at, kind, context) }

  mutating func drain() {
    while visits < pending.count {
      let next = pending[visits]
      visits += 1
      if next.context.resource == nil, !next.kind.dependsOnContract, visited.contains(next.at.key) { continue }
      visit(next.at, next.kind, next.context)
    }
  }

  // MARK: objects

  /// An object as it is in the bundle; before objects are written, it is only visited.
  mutating func tree(_ at: Location, _ kind: BundleKind, _ context: Context) -> JSONTree {
    if kind == .schemas { return schema(at, context, isOutermost: true) }
    guard let entries = at.node.entries else { return JSONTree(at.node) }
    if !isWriting { visited.insert(at.key) }
    if kind.isComponent, let reference = at.node["$ref"], let text = reference.string {
      if kind == .pathItems { return pathItem(text, reference, at, context) }
      let members = entries.map { entry -> JSONTree.Member in
        guard entry.key == "$ref" else { return (entry.key, unchanged(at.child(entry.value, entry.key), context)) }
        return ("$ref", .string(self.reference(text, reference.position, from: at, kind, context)))
      }
      return .object(members)
    }
    return .object(entries.map { ($0.key, field($0, at.child($0.value, $0.key), kind, context)) })
  }

  private mutating func field(
    _ entry: Node.Entry, _ at: Location, _ kind: BundleKind, _ context: Context
  ) -> JSONTree {
    switch kind.content(of: entry.key) {
    case .one(let kind): return tree(at, kind, context)
    case .list(let kind):
      guard let items = at.node.items else { break }
      return .array(items.enumerated().map { tree(at.child($1, String($0)), kind, context) })
    case .map(let kind): return map(at, kind, context) { _ in true }
    case .extensibleMap(let kind): return map(at, kind, context) { !$0.hasPrefix("x-") }
    case .security: return security(at.node, at, context)
    case .uri: if isWriting, let text = at.node.string { return .string(uri(text, from: at, context)) }
    case nil: break
    }
    return unchanged(at, context)
  }

  private mutating func map(
    _ at: Location, _ kind: BundleKind, _ context: Context, where isName: (String) -> Bool
  ) -> JSONTree {
    guard let entries = at.node.entries else { return unchanged(at, context) }
    return .object(
      entries.map { entry in
        let below = at.child(entry.value, entry.key)
        return (entry.key, isName(entry.key) ? tree(below, kind, context) : unchanged(below, context))
      })
  }

  /// A value without references of its own; in it may be what references point to.
  mutating func unchanged(_ at: Location, _ context: Context) -> JSONTree {
    guard isWriting else { return .null }
    if let part = parts.all[at.key] {
      var context = context
      context.dialect = part.dialect
      return tree(part.at, part.kind, context)
    }
    if let items = at.node.items {
      return .array(items.enumerated().map { unchanged(at.child($1, String($0)), context) })
    }
    guard let entries = at.node.entries else { return JSONTree(at.node) }
    return .object(entries.map { ($0.key, unchanged(at.child($0.value, $0.key), context)) })
  }

  /// A path item that is referred to: in the bundle already, or inserted here.
  private mutating func pathItem(
    _ text: String, _ reference: Node, _ at: Location, _ context: Context
  ) -> JSONTree {
    guard let target = resolver.resolve(text, from: at, at: reference.position) else { return .null }
    guard isWriting else {
      checkVersion(of: target.path, reference.position)
      note(target, .pathItems, from: at, context)
      return .null
    }
    let pointer = parts.pointer(to: target.key, in: context.contract)
    // In other contracts than the first, each path item is written with the defaults of its document.
    guard pointer == parts.pointer(to: at.key, in: context.contract) || context.contract > 0 else {
      return .object([("$ref", .string(uri(of: target, context)))])
    }
    guard insertions < 32 else {
      diagnostics.error(.brokenReference, "a circular $ref", at: reference.position)
      return .null
    }
    insertions += 1
    defer { insertions -= 1 }
    return tree(target, .pathItems, context)
  }
}

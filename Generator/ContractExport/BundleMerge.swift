import ContractModel
import ContractSource
import ContractValues

/// A bundle that grows: the first contract, the paths of others, and the components of all.
struct BundleMerge {
  private var members: [JSONTree.Member]
  private let main: Node
  private let diagnostics: Diagnostics
  /// What is added to objects of the document, in order, by their names.
  private var added: [String: [JSONTree.Member]] = [:]
  private var components: [BundleKind: [JSONTree.Member]] = [:]
  private var tags: [JSONTree] = []
  private var bundled: [JSONTree] = []
  private var taken: [String: Set<ByteKey>] = [:]
  private var ids: Set<ByteKey> = []
  /// What the document declares for all its operations, and what the contract that is being merged declares.
  private let defaults: Defaults
  private var others: Defaults

  private struct Defaults {
    let servers: JSONTree
    let security: JSONTree
    /// The name of callers (`x-principal`), where there is one.
    let principal: [JSONTree.Member]
    /// What else it declares for all of its operations, such as how often a caller may call (`x-rate-limit`).
    let extensions: [JSONTree.Member]
    /// What tells the document from others.
    let name: String

    init(_ servers: JSONTree?, _ security: JSONTree?, _ root: Node) {
      // Without servers there is one whose URL is '/' (OpenAPI 3.1, section 4.8.1).
      let isEmpty = if case .array(let items)? = servers { items.isEmpty } else { true }
      self.servers = isEmpty ? .array([.object([("url", "/")])]) : servers ?? .null
      self.security = security ?? .array([])
      func extensions(_ names: [String]) -> [JSONTree.Member] {
        names.compactMap { name in root[name].map { (name, JSONTree($0)) } }
      }
      principal = extensions(BundleMerge.principalNames)
      self.extensions = extensions(BundleMerge.sharedNames.flatMap { ["x-charter-" + $0.name, "x-" + $0.name] })
      name = root.position.file.path
    }

    /// Those of some names, as its paths have them: a limit with a name, so that they still share it.
    func members(_ names: [String]) -> [JSONTree.Member] {
      extensions.filter { names.contains($0.key) }.map { key, value in
        value.members.isEmpty || value["name"] != nil
          ? (key, value) : (key, .object(value.members + [("name", .string(name))]))
      }
    }

    /// Whether operations without requirements of their own have the same.
    func isAsSecure(as other: Defaults) -> Bool {
      security.inline() == other.security.inline()
        && JSONTree.object(principal).inline() == JSONTree.object(other.principal).inline()
    }
  }

  private static let principalNames = ["x-charter-principal", "x-principal"]
  /// What a document may declare for all of its operations, and what says that there is none of it.
  private static var sharedNames: [(name: String, none: JSONTree)] {
    [("rate-limit", "none"), ("retry", .number("1")), ("circuit-breaker", .bool(false)), ("cache", "none")]
  }

  /// What the contract that is being merged declares for all of its operations, as a path of it has it: what the first
  /// document declares is not theirs.
  private func shared(besides item: JSONTree) -> [JSONTree.Member] {
    Self.sharedNames.flatMap { name, none -> [JSONTree.Member] in
      let names = ["x-charter-" + name, "x-" + name]
      let own = others.members(names)
      guard names.allSatisfy({ item[$0] == nil }), !(own + defaults.members(names)).isEmpty else { return [] }
      return own.isEmpty ? [("x-" + name, none)] : own
    }
  }

  init(_ members: [JSONTree.Member], of main: Node, _ diagnostics: Diagnostics) {
    (self.members, self.main, self.diagnostics) = (members, main, diagnostics)
    let tree = JSONTree.object(members)
    defaults = Defaults(tree["servers"], tree["security"], main)
    others = defaults
    for section in ["paths", "webhooks"] {
      let items = tree[section]?.members ?? []
      taken[section] = Set(items.map { Self.identity(of: $0.key, in: section) })
      ids.formUnion(items.flatMap { Self.ids($0.value).map(ByteKey.init) })
    }
  }

  /// Begins to merge a contract: adds its tags, and its info as an extension, since a document has only one.
  ///
  /// - Parameter security: its requirements, as they are written in the bundle.
  mutating func begin(_ root: Location, security: JSONTree?) {
    others = Defaults(root.node["servers"].map(JSONTree.init), security, root.node)
    if let version = root.node["openapi"] { raiseVersion(to: version) }
    for tag in root.node["tags"]?.items ?? [] {
      guard let name = tag["name"]?.string, !known(name) else { continue }
      tags.append(JSONTree(tag))
    }
    var words: [JSONTree.Member] = [("contract", .string(root.path))]
    let merged = ["openapi", "paths", "webhooks", "components", "tags", "servers", "security"]
    for entry in root.node.entries ?? [] where !merged.contains(entry.key) {
      words.append((entry.key, JSONTree(entry.value)))
    }
    bundled.append(.object(words))
  }

  private mutating func known(_ tag: String) -> Bool {
    if taken["tags"] == nil {
      taken["tags"] = Set((main["tags"]?.items ?? []).compactMap { $0["name"]?.string.map(ByteKey.init) })
    }
    return taken["tags"]?.insert(ByteKey(tag)).inserted == false
  }

  /// The document is of the latest version of all: that has the fields of the others too.
  private mutating func raiseVersion(to node: Node) {
    guard let index = members.firstIndex(where: { $0.key == "openapi" }), let version = node.string,
      let own = members[index].value.stringValue
    else { return }
    // The table of styles was corrected in between.
    let early = ["3.0.0", "3.0.1", "3.0.2", "3.0.3", "3.1.0"]
    if early.contains(own) != early.contains(version),
      [main, node].contains(where: { $0.position.file.mentions("label") })
    {
      diagnostics.error(
        .unsupported, "the style 'label' has another meaning in OpenAPI \(version) than in \(own)", at: node.position,
        help: "declare the same version in both contracts")
    }
    if version.prefix(4) > own.prefix(4) { members[index].value = .string(version) }
  }

  /// Adds a path item of the contract that is being merged, with what that declares for all of its operations.
  ///
  /// - Parameter isWhole: whether its key has the path of its server.
  mutating func add(_ item: JSONTree, _ key: String, in section: String, isWhole: Bool, at position: SourcePosition) {
    guard taken[section, default: []].insert(Self.identity(of: key, in: section)).inserted else {
      diagnostics.error(
        .duplicate, "the path \(key) is in two contracts", at: position,
        help: section == "paths" && key.contains("{") ? "the names of its parameters make no difference" : nil)
      return
    }
    for id in Self.ids(item) where !ids.insert(ByteKey(id)).inserted {
      diagnostics.error(.duplicate, "the operationId '\(id)' is in two contracts", at: position)
    }
    var item = item
    if section == "paths" {
      let servers = isWhole ? .array([.object([("url", "/")])]) : others.servers
      if item["servers"] == nil, defaults.servers.inline() != servers.inline() {
        item = .object([("servers", servers)] + item.members)
      }
      if !defaults.isAsSecure(as: others) { item = secured(item) }
      item = .object(item.members + shared(besides: item))
    }
    added[section, default: []].append((key, item))
  }

  mutating func add(_ component: JSONTree, _ name: String, in kind: BundleKind) {
    components[kind, default: []].append((name, component))
  }

  /// The document with all that was added.
  var tree: JSONTree {
    var members = members
    for section in ["paths", "webhooks"] { Self.append(.object(added[section] ?? []), to: section, of: &members) }
    Self.append(.array(tags), to: "tags", of: &members)
    Self.append(.array(bundled), to: "x-bundled", of: &members)
    var sections = members.first { $0.key == "components" }?.value.members ?? []
    for kind in BundleKind.allCases { Self.append(.object(components[kind] ?? []), to: kind.rawValue, of: &sections) }
    if let index = members.firstIndex(where: { $0.key == "components" }) {
      members[index].value = .object(sections)
    } else {
      Self.append(.object(sections), to: "components", of: &members)
    }
    return .object(members)
  }

  private static func append(_ new: JSONTree, to key: String, of members: inout [JSONTree.Member]) {
    if new.isEmpty { return }
    guard let index = members.firstIndex(where: { $0.key == key }) else { return members.append((key, new)) }
    switch (members[index].value, new) {
    case (.array(let old), .array(let items)): members[index].value = .array(old + items)
    case (let old, _): members[index].value = .object(old.members + new.members)
    }
  }

  /// What no two path items may share: templates that differ only in the names of parameters are the same path (OpenAPI
  /// 3.1, section 4.8.8.1).
  static func identity(of key: String, in section: String) -> ByteKey {
    guard section == "paths" else { return ByteKey(key) }
    var (text, isName) = ("", false)
    for scalar in key.unicodeScalars {
      isName = isName && scalar != "}"
      if !isName { text.unicodeScalars.append(scalar) }
      isName = isName || scalar == "{"
    }
    return ByteKey(text)
  }

  private static func ids(_ item: JSONTree) -> [String] {
    let others = item[JSONTree.otherMethods]?.members ?? []
    let operations = item.members.filter { Operation.methods.contains($0.key) } + others
    return operations.compactMap { $0.value["operationId"]?.stringValue }
  }

  private func secured(_ item: JSONTree) -> JSONTree {
    let secure = { (operation: JSONTree) in
      guard operation["security"] == nil else { return operation }
      let isNamed = Self.principalNames.contains { operation[$0] != nil }
      return JSONTree.object(operation.members + [("security", others.security)] + (isNamed ? [] : others.principal))
    }
    return .object(
      item.members.map { member in
        if member.key == JSONTree.otherMethods {
          return (member.key, .object(member.value.members.map { ($0.key, secure($0.value)) }))
        }
        return Operation.methods.contains(member.key) ? (member.key, secure(member.value)) : member
      })
  }
}

import ContractSource

/// Merges the paths and components of one document into another.
struct BundleMerge {
  private(set) var members: [JSONTree.Member]

  init(members: [JSONTree.Member]) { self.members = members }

  /// Adds a path item, with what its document declares for all of its operations.
  ///
  /// - Returns: the fault: the path or an operation's id already exists.
  mutating func add(
    _ item: JSONTree, _ path: String, _ section: String, _ root: Node, security: JSONTree?
  ) -> [String] {
    var all = member(section)?.members ?? []
    if all.contains(where: { $0.key == path }) { return ["the path \(path) stands in two contracts"] }
    let ids = Set(all.flatMap { Self.ids($0.value) })
    let twice = Self.ids(item).filter(ids.contains)
    var item = item
    if let servers = root["servers"].map(JSONTree.init), item["servers"] == nil, !isSame(servers, "servers") {
      item = .object([("servers", servers)] + item.members)
    }
    if let security, !isSame(security, "security") {
      item = Self.secured(item, security)
    }
    all.append((path, item))
    set(section, .object(all))
    return twice.map { "the operationId '\($0)' stands in two contracts" }
  }

  /// Adds tags, and the other contract's info as an extension, since a document has only one.
  mutating func addRest(of root: Node, path: String) {
    var tags: [JSONTree] = []
    if case .array(let items)? = member("tags") { tags = items }
    for tag in root["tags"]?.items ?? [] where !tags.contains(where: { $0["name"]?.stringValue == tag["name"]?.string })
    {
      tags.append(JSONTree(tag))
    }
    if !tags.isEmpty { set("tags", .array(tags)) }
    var bundled: [JSONTree] = []
    if case .array(let items)? = member("x-bundled") { bundled = items }
    var words: [JSONTree.Member] = [("contract", .string(path))]
    let merged = ["openapi", "paths", "webhooks", "components", "tags", "servers", "security"]
    for entry in root.entries ?? [] where !merged.contains(entry.key) {
      words.append((entry.key, JSONTree(entry.value)))
    }
    set("x-bundled", .array(bundled + [.object(words)]))
  }

  private func member(_ key: String) -> JSONTree? { members.first { $0.key == key }?.value }

  private mutating func set(_ key: String, _ value: JSONTree) {
    if let index = members.firstIndex(where: { $0.key == key }) {
      members[index].value = value
    } else {
      members.append((key, value))
    }
  }

  private func isSame(_ tree: JSONTree, _ key: String) -> Bool { member(key)?.inline() == tree.inline() }

  private static let methods: Set<String> = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace", "query",
  ]

  /// Methods without a field of their own (OpenAPI 3.2).
  private static let others = "additionalOperations"

  private static func ids(_ item: JSONTree) -> [String] {
    let operations = item.members.filter { methods.contains($0.key) } + (item[others]?.members ?? [])
    return operations.compactMap { $0.value["operationId"]?.stringValue }
  }

  private static func secured(_ item: JSONTree, _ security: JSONTree) -> JSONTree {
    let secure = { (operation: JSONTree) in
      operation["security"] == nil ? JSONTree.object(operation.members + [("security", security)]) : operation
    }
    return .object(
      item.members.map { member in
        if member.key == others {
          return (others, .object(member.value.members.map { ($0.key, secure($0.value)) }))
        }
        return methods.contains(member.key) ? (member.key, secure(member.value)) : member
      })
  }
}

import ContractSource
import ContractValues

/// Applies traits to an operation or a message by JSON Merge Patch (RFC 7396; AsyncAPI 3.0, Traits Merge Mechanism).
///
/// The result is a node as if everything was written in the object: its own members win over those of its traits, and a
/// later trait's over an earlier one's. In AsyncAPI 2 traits win over the object.
struct TraitMerge {
  private let diagnostics: Diagnostics
  /// The members of all results so far, and how many there may be: few objects with large traits can make many.
  private var size = 0
  private static let limit = 200_000
  private var isReported = false
  /// Copies of what is in other files, by the original.
  private var copies: [ObjectIdentifier: (original: Node, copy: Node)] = [:]

  init(_ diagnostics: Diagnostics) { self.diagnostics = diagnostics }

  /// - Parameters:
  ///   - traits: those of the object, in order.
  ///   - target: follows a reference; nil, with a diagnostic, where it leads nowhere.
  mutating func applied(
    _ traits: [Location], to own: Location, traitsWin: Bool, _ target: (Location) -> Location?
  ) -> Node {
    let all = traitsWin ? [own] + traits : traits + [own]
    for at in all { size += at.node.entries?.count ?? 0 }
    guard size <= Self.limit else { return exceeded(at: own.node) }
    let shared = Self.sharedNames(all)
    let parts = all.map { at -> Node in
      let part = local(at, to: own)
      guard let entries = part.entries, !shared.isEmpty else { return part }
      return Node(
        .mapping(
          entries.map { entry in
            guard shared.contains(ByteKey(entry.key)), let value = at.node[entry.key], value["$ref"] != nil,
              let end = target(at.child(value, entry.key))
            else { return entry }
            return Node.Entry(key: entry.key, keyPosition: entry.keyPosition, value: local(end, to: own))
          }), at: part.position)
    }
    guard var result = parts.first else { return own.node }
    for part in parts.dropFirst() { result = merged(result, part) }
    return Node(result.value, at: own.node.position)
  }

  /// The fields that several of the objects have, one of them by a reference: what they refer to is merged.
  private static func sharedNames(_ all: [Location]) -> Set<ByteKey> {
    var counts: [ByteKey: (count: Int, isReferred: Bool)] = [:]
    for entry in all.flatMap({ $0.node.entries ?? [] }) where entry.value.entries != nil {
      let count = counts[ByteKey(entry.key), default: (0, false)]
      counts[ByteKey(entry.key)] = (count.count + 1, count.isReferred || entry.value["$ref"] != nil)
    }
    return Set(counts.filter { $0.value.count > 1 && $0.value.isReferred }.keys)
  }

  /// A node as it must be written in another file to mean the same: its references by full URIs.
  private mutating func local(_ at: Location, to other: Location) -> Node {
    if ByteKey(at.base) == ByteKey(other.base) { return at.node }
    let identity = ObjectIdentifier(at.node)
    if let known = copies[identity] { return known.copy }
    size += at.node.entries?.count ?? 0
    let copy = Self.rebased(at.node, at.base)
    copies[identity] = (at.node, copy)
    return copy
  }

  /// Recursion is as deep as a document may be.
  private static func rebased(_ node: Node, _ base: String) -> Node {
    switch node.value {
    case .sequence(let items): return Node(.sequence(items.map { rebased($0, base) }), at: node.position)
    case .mapping(let entries):
      let copies = entries.map { entry in
        var value = rebased(entry.value, base)
        if entry.key == "$ref", let text = value.string {
          let (resource, fragment) = Reference.split(text)
          let uri = Reference.resolve(resource, against: base) ?? resource
          value = Node(.string(fragment.isEmpty ? uri : "\(uri)#\(fragment)"), at: value.position)
        }
        return Node.Entry(key: entry.key, keyPosition: entry.keyPosition, value: value)
      }
      return Node(.mapping(copies), at: node.position)
    default: return node
    }
  }

  private mutating func exceeded(at node: Node) -> Node {
    if !isReported {
      diagnostics.error(
        .limit, "traits add more than \(Self.limit) members to the objects of this document", at: node.position)
    }
    isReported = true
    return node
  }

  private mutating func merged(_ target: Node, _ patch: Node) -> Node {
    guard let old = target.entries, let new = patch.entries, target["$ref"] == nil, patch["$ref"] == nil else {
      return patch
    }
    size += old.count + new.count
    guard size <= Self.limit else { return exceeded(at: patch) }
    let changes = Dictionary(new.map { (ByteKey($0.key), $0) }) { first, _ in first }
    let known = Set(old.map { ByteKey($0.key) })
    var entries = old.compactMap { entry -> Node.Entry? in
      guard let change = changes[ByteKey(entry.key)] else { return entry }
      if case .null = change.value.value { return nil }
      return Node.Entry(key: entry.key, keyPosition: change.keyPosition, value: merged(entry.value, change.value))
    }
    entries += new.filter { !known.contains(ByteKey($0.key)) }
    return Node(.mapping(entries), at: patch.position)
  }
}

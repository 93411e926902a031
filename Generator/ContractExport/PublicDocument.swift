import ContractModel

/// What of a document is for callers outside.
extension JSONTree {
  /// This object of a document with every object in it changed, the innermost first.
  func mapped(as kind: BundleKind, _ change: (JSONTree, BundleKind) -> JSONTree) -> JSONTree {
    guard case .mapping = self else { return self }
    func all(_ object: JSONTree, _ kind: BundleKind, where isName: (String) -> Bool = { _ in true }) -> JSONTree {
      .object(object.members.map { ($0.key, isName($0.key) ? $0.value.mapped(as: kind, change) : $0.value) })
    }
    let members = members.map { key, value -> Member in
      switch (kind.content(of: key), value) {
      case (.one(let kind), _): (key, value.mapped(as: kind, change))
      case (.list(let kind), .array(let items)): (key, .array(items.map { $0.mapped(as: kind, change) }))
      case (.map(let kind), .mapping): (key, all(value, kind))
      case (.extensibleMap(let kind), .mapping): (key, all(value, kind) { !$0.hasPrefix("x-") })
      default: (key, value)
      }
    }
    return change(.object(members), kind)
  }

  /// An object of a document without operations that are internal.
  func withoutInternal(_ kind: BundleKind) -> JSONTree {
    mapped(as: kind) { object, kind in
      .object(
        object.members.compactMap { member in
          switch (kind, member.key) {
          case (.document, "paths"): (member.key, .object(member.value.members.filter { $0.value.isItem }))
          case (.pathItems, Self.otherMethods) where member.value.members.allSatisfy(\.value.isInternal): nil
          case (.pathItems, Self.otherMethods):
            (member.key, .object(member.value.members.filter { !$0.value.isInternal }))
          case (.pathItems, _) where Operation.methods.contains(member.key) && member.value.isInternal: nil
          default: member
          }
        })
    }
  }

  /// Whether it is a path item with operations, or refers to one.
  var isItem: Bool {
    members.contains { Operation.methods.contains($0.key) || $0.key == Self.otherMethods || $0.key == "$ref" }
  }

  /// The document without paths that have no operations, without links to what is not in it, and without components that
  /// nothing in it refers to.
  func withoutUnused() -> JSONTree {
    var ids: Set<String> = []
    let document = mapped(as: .document) { object, kind in
      if kind == .operations, let id = object["operationId"]?.stringValue { ids.insert(id) }
      guard kind == .document else { return object }
      return .object(
        object.members.map { member in
          ["paths", "webhooks"].contains(member.key)
            ? (member.key, .object(member.value.members.filter { hasOperations($0.value) })) : member
        })
    }
    let linked = document.mapped(as: .document) { object, kind in
      guard kind == .responses, object["links"] != nil else { return object }
      return .object(
        object.members.map { member in
          member.key == "links"
            ? (member.key, .object(member.value.members.filter { document.leads($0.value, to: ids) })) : member
        })
    }
    return linked.withUsedComponents()
  }

  /// The document with another title, and without what describes the first of its contracts alone.
  func titled(_ title: String?) -> JSONTree {
    guard let title else { return self }
    return .object(
      members.filter { $0.key != "x-bundled" }.map { member in
        member.key == "info" ? ("info", .object([("title", .string(title)), ("version", "1")])) : member
      })
  }

  /// References that lead to nothing in this document.
  func brokenReferences() -> [String] {
    var broken: [String] = []
    forEachReference { reference in
      if reference.hasPrefix("#/"), target(reference) == nil { broken.append(reference) }
    }
    return broken
  }

  /// Methods without a field of their own (OpenAPI 3.2).
  static let otherMethods = "additionalOperations"

  private var isInternal: Bool {
    ["x-internal", "x-charter-internal"].contains { name in
      if case .bool(true)? = self[name] { true } else { false }
    }
  }

  /// Whether a path item of this document, or what it refers to, has operations.
  private func hasOperations(_ item: JSONTree) -> Bool {
    var item = item
    // A chain of references that is longer is a circle.
    for _ in 0..<32 {
      guard let next = item["$ref"]?.stringValue.flatMap({ target($0) }) else { return item.isItem }
      item = next
    }
    return false
  }

  private func leads(_ link: JSONTree, to ids: Set<String>) -> Bool {
    let link = link["$ref"]?.stringValue.flatMap { target($0) } ?? link
    if let id = link["operationId"]?.stringValue { return ids.contains(id) }
    guard let reference = link["operationRef"]?.stringValue, reference.hasPrefix("#") else { return true }
    return target(reference) != nil
  }

  /// What a pointer of this document leads to.
  private func target(_ reference: String) -> JSONTree? {
    SchemaKey(path: "", pointer: Reference.decoded(String(reference.dropFirst()))).segments.reduce(self as JSONTree?) {
      if case .array(let items)? = $0 { return Int($1).flatMap { items.indices.contains($0) ? items[$0] : nil } }
      return $0?[$1]
    }
  }

  private func withUsedComponents() -> JSONTree {
    let outside = JSONTree.object(members.filter { $0.key != "components" })
    let used = used(from: outside)
    return .object(
      members.compactMap { member in
        guard member.key == "components" else { return member }
        let sections = member.value.members.map { section -> Member in
          // Schemes are referred to by their names, and resources also by their URIs.
          if section.key == "securitySchemes" { return section }
          return (
            section.key,
            .object(
              section.value.members.filter { used.contains("\(section.key)/\($0.key)") || $0.value.isResource })
          )
        }
        return (member.key, .object(sections.filter { !$0.value.isEmpty }))
      })
  }

  /// The components that a part of this document refers to, directly or by others: `schemas/Pet`.
  private func used(from part: JSONTree) -> Set<String> {
    var found: Set<String> = []
    var pending = [part]
    for section in self["components"]?.members ?? [] where section.key != "securitySchemes" {
      pending += section.value.members.map(\.value).filter(\.isResource)
    }
    while let next = pending.popLast() {
      next.forEachReference { reference in
        let segments = SchemaKey(path: "", pointer: Reference.decoded(String(reference.dropFirst()))).segments
        guard reference.hasPrefix("#/components/"), segments.count > 2,
          found.insert("\(segments[1])/\(segments[2])").inserted
        else { return }
        if let component = self["components"]?[segments[1]]?[segments[2]] { pending.append(component) }
      }
    }
    return found
  }

  private func forEachReference(_ body: (String) -> Void) {
    var pending = [self]
    while let next = pending.popLast() {
      switch next {
      case .array(let items): pending += items
      case .mapping(let members):
        for member in members {
          // A discriminator's mapping is of names to references.
          if member.key == "mapping" { for one in member.value.members { one.value.stringValue.map(body) } }
          if ["$ref", "$dynamicRef", "operationRef"].contains(member.key), let text = member.value.stringValue {
            body(text)
          } else {
            pending.append(member.value)
          }
        }
      default: break
      }
    }
  }

  /// Whether it is a schema that others refer to by a URI.
  private var isResource: Bool {
    var pending = [self]
    while let next = pending.popLast() {
      switch next {
      case .array(let items): pending += items
      case .mapping(let members):
        if ["$id", "$dynamicAnchor", "$recursiveAnchor"].contains(where: { next[$0]?.stringValue != nil }) {
          return true
        }
        pending += members.map(\.value)
      default: break
      }
    }
    return false
  }
}

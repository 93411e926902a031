import ContractModel
import ContractSource

/// Bundles OpenAPI documents, and everything that they refer to, into one.
///
/// The target of an external reference becomes a component with a unique name; everything else is unchanged.
struct OpenAPIBundler {
  /// The kind of component that a reference points to, by the reference's position in the document.
  enum Kind: String, CaseIterable {
    case schemas, responses, parameters, examples, requestBodies, headers, securitySchemes, links, callbacks, pathItems
    case mediaTypes
  }

  private struct Target: Hashable {
    let path: String
    let pointer: String
  }

  /// The problems of bundling, each with its position.
  private(set) var problems: [String] = []
  private let document: (String) -> Node?
  private let copy: (_ reference: String, _ path: String) -> String?
  private var main = ""
  private var names: [Target: String] = [:]
  private var taken: [Kind: Set<String>] = [:]
  /// The components from other files, an object for each kind.
  private var imported: [Kind: JSONTree] = [:]
  private var open: Set<Target> = []

  init(document: @escaping (String) -> Node?, copy: @escaping (_ reference: String, _ path: String) -> String?) {
    (self.document, self.copy) = (document, copy)
  }

  mutating func bundle(_ paths: [String]) -> JSONTree {
    guard let first = paths.first, let root = document(first) else {
      problems.append("there is no contract to bundle")
      return .null
    }
    main = first
    for kind in Kind.allCases {
      taken[kind] = Set((root["components"]?[kind.rawValue]?.entries ?? []).map(\.key))
    }
    // A schema's own anchor or base URI would have another meaning after the schema is moved.
    var members = rewrite(root, .schemas, in: first).members
    for path in paths.dropFirst() { members = merged(members, path) }
    return .object(withComponents(members))
  }

  /// Components are appended to the existing ones, or to the end of the document.
  private func withComponents(_ given: [JSONTree.Member]) -> [JSONTree.Member] {
    guard !imported.isEmpty else { return given }
    var members = given
    var components = members.first { $0.key == "components" }?.value.members ?? []
    for kind in Kind.allCases {
      guard let added = imported[kind]?.members else { continue }
      if let index = components.firstIndex(where: { $0.key == kind.rawValue }) {
        components[index].value = .object(components[index].value.members + added)
      } else {
        components.append((kind.rawValue, .object(added)))
      }
    }
    if let index = members.firstIndex(where: { $0.key == "components" }) {
      members[index].value = .object(components)
    } else {
      members.append(("components", .object(components)))
    }
    return members
  }

  // MARK: other contracts

  private mutating func merged(_ given: [JSONTree.Member], _ path: String) -> [JSONTree.Member] {
    guard let root = document(path) else {
      problems.append("\(path) cannot be read")
      return given
    }
    check(version: root, of: path)
    var merge = BundleMerge(members: given)
    for kind in Kind.allCases {
      for entry in root["components"]?[kind.rawValue]?.entries ?? [] {
        let pointer = "/components/\(kind.rawValue)/" + BundleReference.escaped(entry.key)
        _ = name(Target(path: path, pointer: pointer), kind)
      }
    }
    let security = root["security"].map { self.security($0, in: path) }
    for section in ["paths", "webhooks"] {
      for entry in root[section]?.entries ?? [] {
        let item = rewrite(entry.value, .pathItems, in: path)
        let told = merge.add(item, entry.key, section, root, security: security)
        problems += told.map { "\(entry.keyPosition.file.path):\(entry.keyPosition.line): \($0)" }
      }
    }
    merge.addRest(of: root, path: path)
    return merge.members
  }

  private mutating func check(version root: Node, of path: String) {
    let (own, other) = (document(main)?["openapi"]?.string ?? "", root["openapi"]?.string ?? "")
    // A schema has another meaning in 3.0 than in 3.1; a file without a version is read like the one that refers to it.
    if !other.isEmpty, own.hasPrefix("3.0") != other.hasPrefix("3.0") {
      problems.append("\(path) is of OpenAPI \(other), and \(main) of \(own): the two cannot be one document")
    }
  }

  // MARK: references

  private mutating func rewrite(_ node: Node, _ kind: Kind, in path: String) -> JSONTree {
    if let items = node.items { return .array(items.map { rewrite($0, kind, in: path) }) }
    guard let entries = node.entries else { return JSONTree(node) }
    if let reference = node["$ref"]?.string {
      return self.reference(reference, node, kind, in: path)
    }
    var members: [JSONTree.Member] = []
    for entry in entries { members.append((entry.key, member(entry, kind, in: path))) }
    return .object(members)
  }

  private mutating func member(_ entry: Node.Entry, _ kind: Kind, in path: String) -> JSONTree {
    if entry.key.hasPrefix("x-") { return JSONTree(entry.value) }
    switch BundleReference.meaning(of: entry.key, entry.value, in: kind) {
    case .value: return JSONTree(entry.value)
    case .one(let kind): return rewrite(entry.value, kind, in: path)
    case .names(let kind): return each(of: entry.value, kind, in: path)
    case .components: return components(entry.value, in: path)
    case .mapping: return mapping(entry.value, in: path)
    case .defaultMapping: return .string(mapped(entry.value, in: path))
    case .security: return security(entry.value, in: path)
    case .anchor:
      if path != main {
        problems.append("\(node(entry)): '\(entry.key)' would have another meaning in one document")
      }
      return JSONTree(entry.value)
    }
  }

  private mutating func each(of node: Node, _ kind: Kind, in path: String) -> JSONTree {
    guard let entries = node.entries else { return rewrite(node, kind, in: path) }
    var members: [JSONTree.Member] = []
    for entry in entries { members.append((entry.key, rewrite(entry.value, kind, in: path))) }
    return .object(members)
  }

  private mutating func components(_ node: Node, in path: String) -> JSONTree {
    var members: [JSONTree.Member] = []
    for section in node.entries ?? [] {
      let kind = Kind(rawValue: section.key)
      members.append((section.key, kind.map { each(of: section.value, $0, in: path) } ?? JSONTree(section.value)))
    }
    return .object(members)
  }

  private mutating func mapping(_ node: Node, in path: String) -> JSONTree {
    var members: [JSONTree.Member] = []
    for member in node.entries ?? [] {
      members.append((member.key, .string(mapped(member.value, in: path))))
    }
    return .object(members)
  }

  /// The plain name of a component stays unchanged.
  private mutating func mapped(_ node: Node, in path: String) -> String {
    let text = node.string ?? ""
    return text.utf8.contains { "/#".utf8.contains($0) } ? target(text, node, .schemas, in: path) : text
  }

  /// Requirements, with the names that another contract's schemes have here.
  private mutating func security(_ node: Node, in path: String) -> JSONTree {
    guard path != main, let items = node.items else { return JSONTree(node) }
    var requirements: [JSONTree] = []
    for item in items {
      var members: [JSONTree.Member] = []
      for entry in item.entries ?? [] {
        let pointer = "/components/securitySchemes/" + BundleReference.escaped(entry.key)
        let isOwn = document(path)?.at(pointer: pointer) != nil
        let name = isOwn ? name(Target(path: path, pointer: pointer), .securitySchemes) : entry.key
        members.append((name, JSONTree(entry.value)))
      }
      requirements.append(.object(members))
    }
    return .array(requirements)
  }

  private func node(_ entry: Node.Entry) -> String { "\(entry.keyPosition.file.path):\(entry.keyPosition.line)" }

  private mutating func reference(_ text: String, _ node: Node, _ kind: Kind, in path: String) -> JSONTree {
    // Before 3.1 a path item cannot be a component: it is inserted where it is referred to.
    if kind == .pathItems, let (file, fragment) = target(of: text, from: path), file != main {
      let target = Target(path: file, pointer: fragment)
      guard open.insert(target).inserted, let item = document(file)?.at(pointer: fragment) else {
        problems.append("\(node.position.file.path):\(node.position.line): '\(text)' points to nothing")
        return JSONTree(node)
      }
      defer { open.remove(target) }
      return rewrite(item, .pathItems, in: file)
    }
    var members: [JSONTree.Member] = []
    for entry in node.entries ?? [] {
      let isReference = entry.key == "$ref"
      let value = isReference ? .string(target(text, entry.value, kind, in: path)) : member(entry, kind, in: path)
      members.append((entry.key, value))
    }
    return .object(members)
  }

  /// The target of a reference; a document's own URI (`$self`, OpenAPI 3.2) means the document.
  private func target(of text: String, from path: String) -> (file: String, fragment: String)? {
    let resource = text.prefix { $0 != "#" }
    if let file = copy(String(resource), path) {
      return (file, Reference.decoded(String(text[resource.endIndex...].dropFirst())))
    }
    let isOwn = document(path)?["$self"]?.string.map { $0.utf8.elementsEqual(resource.utf8) } ?? false
    return BundleReference.resolve(isOwn ? String(text[resource.endIndex...]) : text, from: path)
  }

  /// A reference as written in the bundle.
  private mutating func target(_ text: String, _ node: Node, _ kind: Kind, in path: String) -> String {
    guard let (file, fragment) = target(of: text, from: path) else { return text }
    if file == main && path == main { return text.hasPrefix("#") ? text : "#" + BundleReference.encoded(fragment) }
    if file == main { return "#" + BundleReference.encoded(fragment) }
    guard fragment.isEmpty || fragment.hasPrefix("/"), document(file)?.at(pointer: fragment) != nil else {
      problems.append("\(node.position.file.path):\(node.position.line): '\(text)' is an anchor or points to nothing")
      return text
    }
    if let root = document(file) { check(version: root, of: file) }
    let segments = fragment.split(separator: "/").map(Node.unescaped)
    let told = segments.count == 3 && segments[0] == "components" ? Kind(rawValue: segments[1]) : nil
    let kind = told ?? kind
    let name = name(Target(path: file, pointer: fragment), kind)
    return "#/components/\(kind.rawValue)/" + BundleReference.encoded(BundleReference.escaped(name))
  }

  /// The component made from a position in another file; it is read when it is first needed.
  private mutating func name(_ target: Target, _ kind: Kind) -> String {
    if let known = names[target] { return known }
    let last = target.pointer.split(separator: "/").last.map(Node.unescaped)
    let file = String((target.path.split(separator: "/").last ?? "").prefix { $0 != "." })
    // OpenAPI allows these characters in the name of a component (3.1, section 4.8.7.1).
    let base = String(
      (last ?? file).map { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) ? $0 : "_" })
    var name = base
    var number = 2
    while !taken[kind, default: []].insert(name).inserted {
      name = base + (base.last?.isNumber == true ? "_" : "") + String(number)
      number += 1
    }
    names[target] = name
    guard let found = document(target.path)?.at(pointer: target.pointer) else { return name }
    // Its index is reserved before it is read, so that what it refers to comes after it.
    let index = imported[kind]?.members.count ?? 0
    put(name, .null, at: index, kind)
    let tree = rewrite(found, kind, in: target.path)
    put(name, tree, at: index, kind)
    return name
  }

  private mutating func put(_ name: String, _ value: JSONTree, at index: Int, _ kind: Kind) {
    var members = imported[kind]?.members ?? []
    if index < members.count { members[index].value = value } else { members.append((name, value)) }
    imported[kind] = .object(members)
  }
}

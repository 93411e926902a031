import ContractSource
import ContractValues

/// How the branches of a choice are distinguished.
extension SchemaReader {
  func settleChoices() {
    let isParent = set.all.contains {
      $0.discriminatorNode != nil && $0.keywords.oneOf.isEmpty && $0.keywords.anyOf.isEmpty
    }
    let heirs = isParent ? heirs() : [:]
    for number in set.all.indices {
      let keywords = set.all[number].keywords
      let branches = keywords.oneOf.isEmpty ? keywords.anyOf : keywords.oneOf
      if let node = set.all[number].discriminatorNode {
        set.all[number].keywords.discriminator = discriminator(node, number, branches, heirs)
      }
      if !branches.isEmpty, keywords.dispatch == nil { set.all[number].keywords.dispatch = set.dispatch(branches) }
    }
    // Schemas that are new here were referenced only by discriminators: each is already a branch, or was reported.
  }

  /// The schemas that include another by `allOf`, by the included one.
  private func heirs() -> [Int: [Int]] {
    var heirs: [Int: [Int]] = [:]
    for number in set.all.indices {
      for part in set.keywords(number).allOf where set.keywords(part).reference != nil {
        heirs[set.resolved(part), default: []].append(number)
      }
    }
    return heirs
  }

  private func discriminator(
    _ node: Node, _ number: Int, _ branches: [Int], _ heirs: [Int: [Int]]
  ) -> SchemaKeywords.Discriminator? {
    set.all[number].discriminatorNode = nil
    guard let (property, mapping, fallback) = parts(of: node, set.all[number].dialect) else { return nil }
    if branches.isEmpty {
      let position = set.all[number].position(of: "discriminator")
      diagnostics.note(
        "discriminator", .documentation, at: position, because: "OpenAPI 3.2, section 4.25: nothing to choose from here"
      )
      if let heirs = heirs[number] {
        let names = heirs.prefix(5).compactMap { set.all[$0].key.segments.last } + (heirs.count > 5 ? ["…"] : [])
        diagnostics.warning(
          .noEffect,
          "this discriminator does not choose among the schemas that include this one by 'allOf': "
            + names.joined(separator: ", "),
          at: position, help: "where a value may be any of them, write 'oneOf' of them with this discriminator")
      }
      return nil
    }
    let targets = branches.map { set.resolved($0) }
    var names = JSONObject<Int>()
    var unnamed: [Int] = []
    for (branch, target) in targets.enumerated() where set.keywords(branches[branch]).reference != nil {
      let listed = set.all[number].dialect == .asyncAPI ? texts(of: property, in: target) : []
      for text in listed { names[text] = branch }
      if !listed.isEmpty { continue }
      if let name = name(of: branches[branch], to: target) { names[name] = branch } else { unnamed.append(branch) }
    }
    let implicit = names
    for entry in mapping {
      guard let text = entry.value.string else { continue }
      names[entry.key] = branch(text, entry.value.position, number, targets, implicit)
    }
    let otherwise = fallback.flatMap { node in
      node.string.flatMap { branch($0, node.position, number, targets, implicit) }
    }
    let selected = Set(names.map(\.value) + [otherwise].compactMap { $0 })
    // What an invalid mapping was meant to select is unknown.
    let isComplete = mapping.allSatisfy { names[$0.key] != nil }
    for branch in unnamed where isComplete && !selected.contains(branch) {
      let name = set.all[targets[branch]].key.fileName
      diagnostics.warning(
        .noEffect, "this schema is a whole file, which has no name: '\(property)' selects it by '\(name)'",
        at: set.all[branches[branch]].position, help: "name it in 'mapping', such as \(name): ./\(name).yaml")
      if names[name] == nil { names[name] = branch }
    }
    return SchemaKeywords.Discriminator(property: property, branches: names, fallback: otherwise)
  }

  /// What a discriminator says: an object, or in AsyncAPI the name of the property alone.
  private func parts(
    of node: Node, _ dialect: Dialect
  ) -> (property: String, mapping: [Node.Entry], fallback: Node?)? {
    if dialect == .asyncAPI, let property = node.string { return (property, [], nil) }
    guard var fields = Fields(node, "Discriminator Object", diagnostics) else { return nil }
    if dialect == .asyncAPI {
      diagnostics.warning(
        .wrongType, "AsyncAPI's 'discriminator' is the name of a property, and this is OpenAPI's: it is read as that",
        at: node.position, help: "write the name alone, and each branch's value as its 'const'")
    }
    let property = fields.requiredString("propertyName")
    let mapping = fields.map("mapping")
    let fallback = fields.take("defaultMapping")
    fields.finish()
    for entry in mapping { _ = fields.text(entry.value, entry.key) }
    _ = fallback.flatMap { fields.text($0, "defaultMapping") }
    return property.map { ($0, mapping, fallback) }
  }

  /// The texts that a branch lists for the property by which it is chosen: they go before its name (AsyncAPI 3.0, Schema
  /// Object).
  private func texts(of property: String, in branch: Int) -> [String] {
    let values = set.parts(branch).lazy.compactMap { $0.properties[property].flatMap { self.set.values($0) } }.first
    return values?.compactMap(\.text) ?? []
  }

  /// The name of the last component on the way to a branch; nil where that is a file as a whole, and nothing names it.
  private func name(of branch: Int, to target: Int) -> String? {
    if let name = set.all[target].key.segments.last { return name }
    var (index, name) = (branch, String?.none)
    while index != target, let next = set.keywords(index).reference {
      index = next
      name = set.all[index].key.segments.last ?? name
    }
    return name
  }

  /// The branch that a mapping's value refers to, by a component's name or a reference (OpenAPI 3.2, section 4.25.2).
  private func branch(
    _ text: String, _ position: SourcePosition, _ number: Int, _ targets: [Int], _ implicit: JSONObject<Int>
  ) -> Int? {
    if let branch = implicit[text] { return branch }
    let help = nearest(text, among: implicit.keys).map { "did you mean '\($0)'?" }
    if text.utf8.contains(UInt8(ascii: "/")) || text.utf8.contains(UInt8(ascii: "#")) {
      guard let target = resolver.resolve(text, from: set.all[number].at, at: position) else { return nil }
      if let branch = targets.firstIndex(where: { set.all[$0].node === target.node }) { return branch }
      if let branch = targets.firstIndex(where: { leads(target.node, to: $0) }) { return branch }
    }
    diagnostics.error(
      .contradiction, "'\(text)' is not one of the schemas of this choice", at: position,
      help: help
        ?? (implicit.isEmpty
          ? "refer to one of its files by a path that begins with './'"
          : "valid values: \(implicit.keys.joined(separator: ", "))"))
    return nil
  }

  private func leads(_ node: Node, to target: Int) -> Bool {
    set.all.indices.contains { set.all[$0].node === node && set.resolved($0) == target }
  }
}

extension SchemaSet {
  private static let depthLimit = 512

  /// The end of a chain of plain references.
  public func resolved(_ start: Int) -> Int {
    var index = start
    var passed: [Int] = []
    while let next = all[index].keywords.reference, isPlainReference(index), passed.count < all.count {
      if let end = all[index].end {
        index = end
        break
      }
      passed.append(index)
      index = next
    }
    for step in passed { all[step].end = index }
    return index
  }

  /// Whether a schema is only a reference, perhaps with documentation.
  public func isPlainReference(_ index: Int) -> Bool {
    guard all[index].keywords.reference != nil, !all[index].isMerged else { return false }
    return Self.isPlainReference(all[index].node)
  }

  /// Whether a node with a `$ref` has nothing beside it that could constrain a value.
  public static func isPlainReference(_ node: Node) -> Bool {
    node.entries?.allSatisfy { entry in
      guard let keyword = Keyword.byName[entry.key] else { return true }
      return keyword == .ref || keyword.isDocumentation || keyword.isContainer || keyword == .default
        || keyword == .readOnly || keyword == .writeOnly || keyword == .nullable
    } ?? true
  }

  /// The types that a value may have, as far as they are known from the keywords. Memoized, since many schemas may
  /// refer to one.
  public func types(_ index: Int) -> JSONTypes {
    if let known = all[index].types { return known }
    // Circular references are reported elsewhere.
    guard inProgress.count < Self.depthLimit, inProgress.insert(index).inserted else { return .all }
    let types = makeTypes(all[index].keywords)
    inProgress.remove(index)
    all[index].types = types
    return types
  }

  private func makeTypes(_ keywords: SchemaKeywords) -> JSONTypes {
    if let always = keywords.always { return always ? .all : [] }
    var types = keywords.types ?? .all
    if let values = keywords.enumeration {
      types.formIntersection(values.reduce(into: []) { $0.formUnion($1.ownType) })
    }
    if let constant = keywords.constant { types.formIntersection(constant.ownType) }
    for branch in keywords.allOf + [keywords.reference].compactMap({ $0 }) {
      types.formIntersection(self.types(branch))
    }
    for branches in [keywords.anyOf, keywords.oneOf] where !branches.isEmpty {
      types.formIntersection(branches.reduce(into: []) { $0.formUnion(self.types($1)) })
    }
    return types
  }

  /// The schema and all schemas that it includes by references and `allOf`, each once.
  ///
  /// - Parameter limit: no more than one beyond so many are collected.
  func parts(_ index: Int, limit: Int = .max) -> [SchemaKeywords] {
    var seen: Set<Int> = [index]
    var pending = [index]
    var parts: [SchemaKeywords] = []
    while let next = pending.popLast(), parts.count <= limit {
      let keywords = all[next].keywords
      parts.append(keywords)
      pending += ([keywords.reference].compactMap { $0 } + keywords.allOf).reversed().filter {
        seen.insert($0).inserted
      }
    }
    return parts
  }

  /// The values that a schema admits, if it lists them.
  public func values(_ index: Int) -> [JSONValue]? {
    parts(index).lazy.compactMap { $0.constant.map { [$0] } ?? $0.enumeration }.first
  }

  /// The properties that every object must have.
  private func requiredNames(_ index: Int) -> [String] {
    var seen: Set<ByteKey> = []
    return parts(index).flatMap(\.required).filter { seen.insert(ByteKey($0)).inserted }
  }

  /// How the branches of a choice are distinguished; nil when they cannot be.
  public func dispatch(_ branches: [Int]) -> SchemaKeywords.Dispatch? {
    let types = branches.map { self.types($0) }
    if areDisjoint(types) { return .types(types) }
    let others = branches.indices.filter { types[$0] != .null }
    guard others.allSatisfy({ types[$0] == .object }) else { return nil }
    let names = branches.map { requiredNames($0) }
    guard let first = others.first else { return nil }
    for name in names[first] {
      let values = branches.indices.map { types[$0] == .null ? [] : constants(name, branches[$0]) }
      let listed = values.compactMap { $0 }
      if listed.count == branches.count, areDistinct(listed) { return .property(name, listed) }
    }
    let common = others.dropFirst().reduce(Set(names[first])) { $0.intersection(names[$1]) }
    let own = names.map { $0.filter { !common.contains($0) } }
    return others.allSatisfy { !own[$0].isEmpty } ? .required(own) : nil
  }

  /// The values of a property that every object must have; nil when it may be absent or is unrestricted.
  private func constants(_ name: String, _ branch: Int) -> [JSONValue]? {
    let parts = parts(branch)
    guard parts.contains(where: { $0.required.contains { $0.utf8.elementsEqual(name.utf8) } }) else { return nil }
    return parts.lazy.compactMap { $0.properties[name].flatMap { self.values($0) } }.first
  }

  private func areDisjoint(_ types: [JSONTypes]) -> Bool {
    var seen: JSONTypes = []
    for type in types {
      if !seen.isDisjoint(with: type) { return false }
      seen.formUnion(type)
    }
    return true
  }

  private func areDistinct(_ values: [[JSONValue]]) -> Bool {
    let all = values.flatMap { Set($0) }
    return Set(all).count == all.count
  }
}

extension JSONValue {
  /// The type of a single value: `integer` for a number without a fraction, otherwise unchanged.
  public var ownType: JSONTypes { types.contains(.integer) ? .integer : types }
}

import ContractValues

/// What schemas say of the members of a value, whichever schema says it: through references and `allOf`, and of a
/// choice its first branch with members.
struct SchemaShape: Sendable {
  let program: SchemaProgram

  private static let partLimit = 200

  /// The schemas that apply to the same value, the given one first.
  private func parts(_ schema: Int, branches: Bool = false) -> [SchemaKeywords] {
    var result: [SchemaKeywords] = []
    var seen: Set<Int> = []
    var pending = [schema]
    while let next = pending.popLast(), seen.count < Self.partLimit {
      guard seen.insert(next).inserted, let keywords = program.keywords(next) else { continue }
      result.append(keywords)
      var inner = [keywords.reference, keywords.dynamicReference?.target].compactMap { $0 } + keywords.allOf
      if branches {
        inner += [keywords.oneOf, keywords.anyOf].compactMap { list in
          list.first { !self.parts($0).allSatisfy(\.properties.isEmpty) } ?? list.first
        }
      }
      pending += inner.reversed()
    }
    return result
  }

  private func all(_ schema: Int) -> [SchemaKeywords] {
    let certain = parts(schema)
    return certain.contains { !$0.properties.isEmpty || $0.items != nil } ? certain : parts(schema, branches: true)
  }

  /// The properties by name, each with its first schema.
  func properties(of schema: Int) -> JSONObject<Int> {
    var result = JSONObject<Int>()
    for part in all(schema) {
      for member in part.properties where result[member.key] == nil { result[member.key] = member.value }
    }
    return result
  }

  func items(of schema: Int) -> Int? { all(schema).lazy.compactMap(\.items).first }

  func maxItems(of schema: Int) -> Int { parts(schema).compactMap(\.maxItems).min() ?? .max }

  /// Whether members without a schema of their own are described, or nothing is.
  func takesOthers(_ schema: Int) -> Bool {
    let parts = all(schema)
    if parts.allSatisfy(\.properties.isEmpty) { return true }
    return parts.contains {
      !$0.patternProperties.isEmpty || $0.additionalProperties.map { !program.isNever($0) } ?? false
    }
  }

  /// The keyword that forbids members without a schema of their own; nil for an open object.
  func closingKeyword(_ schema: Int) -> String? {
    let parts = all(schema)
    if parts.contains(where: { $0.additionalProperties.map(program.isNever) ?? false }) {
      return "additionalProperties"
    }
    let isClosed = parts.contains { $0.unevaluatedProperties.map(program.isNever) ?? false }
    return isClosed ? "unevaluatedProperties" : nil
  }

  func requires(_ name: String, _ schema: Int) -> Bool {
    parts(schema).contains { $0.required.contains { $0.utf8.elementsEqual(name.utf8) } }
  }

  /// The types that a value may have.
  func types(of schema: Int) -> JSONTypes {
    parts(schema).compactMap(\.types).reduce(.all) { $0.intersection($1.contains(.number) ? $1.union(.integer) : $1) }
  }

  func isObject(_ schema: Int) -> Bool {
    let types = types(of: schema)
    return types.contains(.object) && (types.isSubset(of: [.object, .null]) || !properties(of: schema).isEmpty)
  }

  /// The schemas that a reference leads to, the given one first: what annotates the value may be at any of them.
  func chain(_ schema: Int) -> [Int] {
    var result = [schema]
    while result.count < 16, let last = result.last, let next = program.keywords(last)?.reference,
      !result.contains(next)
    { result.append(next) }
    return result
  }

  /// The schemas that certainly apply to the same value.
  func schemas(of schema: Int) -> [Int] {
    var seen: Set<Int> = []
    var pending = [schema]
    while let next = pending.popLast(), seen.count < Self.partLimit {
      guard seen.insert(next).inserted, let keywords = program.keywords(next) else { continue }
      pending += [keywords.reference].compactMap { $0 } + keywords.allOf
    }
    return seen.sorted()
  }
}

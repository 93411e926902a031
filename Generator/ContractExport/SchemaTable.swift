import ContractModel
import ContractValues

/// The schemas that a client validates values against: JSON Schema's keywords, with subschemas as indices of the table.
struct SchemaTable {
  private let set: SchemaSet
  private let pattern: (String) -> String?
  private var indices: [Int: Int] = [:]
  private var order: [Int] = []

  init(_ set: SchemaSet, pattern: @escaping (String) -> String?) {
    self.set = set
    self.pattern = pattern
  }

  /// The index of a schema, which is added to the table with everything that it refers to.
  mutating func add(_ index: Int) -> Int {
    var pending = [index]
    while let next = pending.popLast() {
      if indices[next] != nil { continue }
      indices[next] = order.count
      order.append(next)
      pending += set.keywords(next).children.filter { indices[$0] == nil }.reversed()
    }
    return indices[index] ?? 0
  }

  func finish() -> [JSONTree] { order.map(schema) }

  private func schema(_ index: Int) -> JSONTree {
    var keywords = set.keywords(index)
    // A dynamic reference has its static target here; other possible targets are listed below.
    let dynamic = keywords.dynamicReference
    if let dynamic, keywords.reference == nil { keywords.reference = dynamic.target }
    (keywords.dynamicReference, keywords.dispatch, keywords.resource) = (nil, nil, 0)
    keywords.dynamicAnchors = [:]
    let whole = JSONTree(keywords.renumbered { indices[$0] ?? 0 }.json)
    guard keywords.always == nil else { return whole }
    var members: [JSONTree.Member] = whole.members.compactMap { rewritten($0, keywords) }
    if dynamic != nil {
      members.append(("$comment", .string("$dynamicRef is taken for the schema it leads to at first")))
    }
    members += hiddenMembers(keywords)
    return .object(members)
  }

  private func rewritten(_ given: JSONTree.Member, _ keywords: SchemaKeywords) -> JSONTree.Member? {
    switch given.key {
    case "type":
      let names = keywords.types?.names ?? []
      return ("type", .array(names.map { .string($0) }))
    case "pattern":
      guard let source = keywords.pattern?.sourceWithoutModifiers else { return nil }
      if let text = pattern(source) { return ("pattern", .string(text)) }
      return ("$comment", .string("not checked, for the language cannot say it: pattern " + source))
    case "patternProperties":
      let pairs = keywords.patternProperties.map { pair -> JSONTree in
        .array([
          .string(pattern(pair.pattern.sourceWithoutModifiers) ?? "(?!)"), .number(String(indices[pair.schema] ?? 0)),
        ])
      }
      return ("patternProperties", .array(pairs))
    default: return given
    }
  }

  /// The members that one direction omits, and so does not require.
  private func hiddenMembers(_ keywords: SchemaKeywords) -> [JSONTree.Member] {
    hidden("readOnly", keywords) { $0.isReadOnly } + hidden("writeOnly", keywords) { $0.isWriteOnly }
  }

  private func hidden(
    _ name: String, _ keywords: SchemaKeywords, _ isHidden: (Schema) -> Bool
  ) -> [JSONTree.Member] {
    let names = keywords.properties.filter { member in
      isHidden(set[member.value]) || isHidden(set[set.resolved(member.value)])
    }.map { JSONTree.string($0.key) }
    return names.isEmpty ? [] : [(name, .array(names))]
  }
}

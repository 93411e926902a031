import ContractModel
import ContractSource
import ContractValues

/// The kind of value that a schema describes, from which a type in any language follows.
public enum Form: Sendable {
  /// An object with listed properties.
  case record
  case enumeration(values: [JSONValue], isOpen: Bool)
  /// One of several schemas; `owner` is the schema whose branches they are.
  case choice(branches: [Int], rule: ChoiceRule, owner: Int)
  /// A list, with the schemas that apply to each item.
  case list(items: [Int])
  /// An object of any properties, with the schemas that apply to each value.
  case map(values: [Int])
  case scalar
  /// Any value, validated against the schema where that has constraints.
  case any
  /// Exactly another schema.
  case alias(Int)

  /// Whether a typed language declares a type of its own for it.
  public var isDeclared: Bool {
    switch self {
    case .record, .enumeration, .choice: true
    default: false
    }
  }
}

/// The keyword of a choice, which says how many branches must fit; a list in `type` is a choice with a branch per type.
public enum ChoiceRule: String, Sendable {
  case anyOf, oneOf, type
}

extension SchemaAnalysis {
  mutating func makeForm(of index: Int) -> Form {
    if set.keywords(index).always != nil { return .any }
    if set.isPlainReference(index) { return .alias(set.resolved(index)) }
    let shape = shape(index)
    if let other = alias(index) { return .alias(other) }
    var types = shape.types.subtracting(.null)
    if !shape.isTyped { types = impliedTypes(index, shape) }
    if let known = shape.knownValues, types == .string {
      return .enumeration(values: known.map { .string($0) }, isOpen: true)
    }
    if let values = shape.values {
      return form(values.filter { $0 != .null && shape.types.contains($0.ownType) }, types)
    }
    if shape.choices.count == 1, let choice = shape.choices.first, let form = form(choice, index, shape) { return form }
    if !shape.choices.isEmpty {
      if !shape.properties.isEmpty { return .record }
      diagnostics.warning(
        .untyped, "no type can express several choices at once: the value is stored as JSON, and validated",
        at: set[index].position, help: "list the properties beside the choices, or make them one choice")
      return .any
    }
    if types == [.integer, .number] || types == .integer { return .scalar }
    switch types {
    case .object: return object(index, shape)
    case .array: return list(shape)
    case .string, .boolean: return .scalar
    case []: return .any
    default: return shape.isTyped && shape.types != .all ? split(types, index) : .any
    }
  }

  private func form(_ values: [JSONValue], _ types: JSONTypes) -> Form {
    if values.isEmpty { return .any }
    if values.allSatisfy({ $0.ownType == .string }) { return .enumeration(values: values, isOpen: false) }
    let integers = values.compactMap { value in if case .number(let number) = value { number.integer } else { nil } }
    if integers.count == values.count { return .enumeration(values: values, isOpen: false) }
    let own = values.reduce(into: JSONTypes()) { $0.formUnion($1.ownType) }
    if own == .boolean || own.isSubset(of: [.integer, .number]) { return .scalar }
    return .any
  }

  /// The schema that this one adds nothing to, through an `allOf`, `anyOf` or `oneOf` with one member.
  private func alias(_ index: Int) -> Int? {
    let keywords = set.keywords(index)
    let one = [keywords.allOf, keywords.anyOf, keywords.oneOf].filter { !$0.isEmpty }
    guard one.count == 1, one[0].count == 1, keywords.reference == nil, set.saysNothingElse(index) else { return nil }
    return one[0][0]
  }

  /// Without a `type` JSON Schema admits other values too, which a type with properties could not express.
  private func impliedTypes(_ index: Int, _ shape: Shape) -> JSONTypes {
    let parts = shape.parts.map(set.keywords)
    var implied: JSONTypes = .all
    if !shape.properties.isEmpty || parts.contains(where: { $0.additionalProperties != nil }) {
      implied = .object
    } else if parts.contains(where: { $0.items != nil || !$0.prefixItems.isEmpty }) {
      implied = .array
    }
    if implied != .all {
      diagnostics.warning(
        .impliedType, "there is no 'type' here: it is read as \(implied.names[0]), to which its keywords apply",
        at: set[index].position, help: "write 'type: \(implied.names[0])'")
    }
    return implied
  }

  private func object(_ index: Int, _ shape: Shape) -> Form {
    if !shape.properties.isEmpty || !shape.required.isEmpty { return .record }
    let rest = shape.parts.compactMap {
      set.keywords($0).additionalProperties ?? set.keywords($0).unevaluatedProperties
    }
    if rest.contains(where: { set.keywords($0).always == false }) {
      return shape.parts.contains { !set.keywords($0).patternProperties.isEmpty } ? .map(values: []) : .record
    }
    return .map(
      values: shape.needsProgram && shape.parts.contains { !set.keywords($0).patternProperties.isEmpty } ? [] : rest)
  }

  private func list(_ shape: Shape) -> Form {
    let parts = shape.parts.map(set.keywords)
    // Items with different types by position have no list of one type.
    if parts.contains(where: { !$0.prefixItems.isEmpty }) { return .list(items: []) }
    return .list(items: parts.compactMap(\.items))
  }

  /// A schema with several types is a choice with a branch for each.
  private mutating func split(_ types: JSONTypes, _ index: Int) -> Form {
    var single = JSONTypes.names.map(\.type).filter { types.contains($0) }
    if types.contains(.number) { single.removeAll { $0 == .integer } }
    let branches = single.map { type in
      var keywords = SchemaKeywords()
      keywords.types = type == .number ? [.number, .integer] : type
      keywords.allOf = [index]
      return set.add(keywords, like: index)
    }
    return .choice(branches: branches, rule: .type, owner: index)
  }

  private mutating func form(_ choice: Shape.Choice, _ index: Int, _ shape: Shape) -> Form? {
    let isNull = { [set] (branch: Int) in set.types(branch) == .null }
    let branches = choice.branches.filter { !isNull($0) }
    if branches.isEmpty { return .any }
    if let form = enumeration(branches, choice) { return form }
    let isAlone = shape.parts.count == 1 && set.saysNothingElse(index)
    if isAlone && branches.count == 1 { return .alias(branches[0]) }
    // A discriminator refers to its branches by index.
    guard !isAlone else {
      return .choice(branches: choice.branches.filter { !isNull($0) }, rule: choice.rule, owner: choice.part)
    }
    if shape.isTyped && shape.types.subtracting(.null) != .object && shape.properties.isEmpty {
      return .choice(
        branches: branches.map { merge(index, shape, choice, $0) }, rule: choice.rule, owner: choice.part)
    }
    let merged = branches.map { merge(index, shape, choice, $0) }
    return merged.count == 1
      ? .alias(merged[0]) : .choice(branches: merged, rule: choice.rule, owner: choice.part)
  }

  /// The meaning of a branch together with the keywords beside the choice.
  private func merge(_ index: Int, _ shape: Shape, _ choice: Shape.Choice, _ branch: Int) -> Int {
    let strip = { [set] (part: Int) -> SchemaKeywords in
      var keywords = set.keywords(part)
      (keywords.allOf, keywords.reference) = ([], nil)
      if shape.needsProgram && choice.rule == .anyOf { keywords.unevaluatedProperties = nil }
      if part == choice.part {
        if choice.rule == .oneOf { keywords.oneOf = [] } else { keywords.anyOf = [] }
        (keywords.discriminator, keywords.dispatch) = (nil, nil)
      }
      return keywords
    }
    var root = strip(index)
    root.allOf = shape.parts.dropFirst().map { set.add(strip($0), like: $0) } + [branch]
    return set.add(root, like: branch)
  }

  /// Branches that only list texts are one enum; with a branch for any text it is an open one.
  private func enumeration(_ branches: [Int], _ choice: Shape.Choice) -> Form? {
    var values: [JSONValue] = []
    var isOpen = false
    for branch in branches {
      if let listed = set.values(branch) {
        guard listed.allSatisfy({ $0.ownType == .string && !values.contains($0) }) else { return nil }
        values += listed
      } else {
        guard choice.rule == .anyOf, !isOpen, set.isPlainString(branch) else { return nil }
        isOpen = true
      }
    }
    return values.isEmpty ? nil : .enumeration(values: values, isOpen: isOpen)
  }
}

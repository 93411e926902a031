import ContractAnalysis
import ContractModel
import ContractSource
import ContractValues

/// Enums with a case for each branch of a choice.
extension TypePlanner {
  mutating func declareChoice(
    _ index: Int, _ given: [Int], _ rule: ChoiceRule, _ owner: Int, _ direction: Direction, as name: String
  ) {
    var members = MemberNames()
    var branches: [ChoicePlan.Branch] = []
    var constants: [String?] = given.map { _ in nil }
    if case .property(_, let values)? = set.dispatch(given) { constants = values.map { $0.first?.text } }
    for (number, branch) in given.enumerated() {
      let label = branchName(branch, number, constants[number])
      let use = use(branch, direction, named: name + SwiftName.type(label))
      let type: TypePlan = if case .optional(let value) = use.type { value } else { use.type }
      branches.append(
        ChoicePlan.Branch(
          name: members.claim(SwiftName.member(label)), type: type,
          rules: type == use.type ? use.rules : use.rules.flattened(when: true), doc: set.doc(branch)))
    }
    let schema = analysis.shape(index).needsProgram ? schemaNumber(index, direction) : nil
    let dispatch = dispatch(analysis.discrimination(given, rule, owner: owner), direction)
    if rule == .anyOf, case .tried = dispatch { tellOverlap(given, owner) }
    let isDiscriminated = set.keywords(owner).discriminator != nil
    declarations.append(
      .choice(
        ChoicePlan(
          name: name, doc: set.doc(index), isDeprecated: set[index].isDeprecated,
          unmatched: isDiscriminated ? .discriminator : RuleName(rule), branches: branches, dispatch: dispatch,
          isDiscriminated: isDiscriminated, schema: schema)))
  }

  /// A value that fits two branches is read as one of them, and properties that only the other lists are dropped where
  /// unlisted properties are.
  private mutating func tellOverlap(_ branches: [Int], _ owner: Int) {
    let objects = branches.filter { set.types($0).contains(.object) }
    let isLossy = objects.contains { branch in
      analysis.shape(branch).parts.allSatisfy {
        let keywords = set.keywords($0)
        return keywords.additionalProperties == nil && keywords.unevaluatedProperties == nil
      }
    }
    guard objects.count > 1, isLossy else { return }
    diagnostics.warning(
      .untyped,
      "a value may fit several of these: it is read as the one that lists most of its properties, and loses the others'",
      at: set[owner].position(of: "anyOf"),
      help: "make it one object of optional properties, or say 'oneOf', or 'additionalProperties: true' to retain them")
  }

  /// A name for a branch: that of its component, its title, or the constant or type that identifies it.
  private func branchName(_ branch: Int, _ number: Int, _ constant: String?) -> String {
    let keywords = set.keywords(branch)
    // A merged branch is last in its list.
    let own = set[branch].isMerged ? keywords.allOf.last ?? branch : branch
    let target = set.resolved(own)
    let segments = set[target].key.segments
    if target != own, segments.count <= 3, let last = segments.last { return last }
    if let title = set[own].title, !SwiftName.member(title).isEmpty { return title }
    if let text = constant { return text }
    let types = set.types(branch)
    let named: [(JSONTypes, String)] = [
      (.string, "string"), (.integer, "integer"), ([.integer, .number], "number"), (.boolean, "boolean"),
      (.array, "array"), (.object, "object"),
    ]
    if let match = named.first(where: { $0.0 == types.subtracting(.null) }), match.0 != .object { return match.1 }
    return types.subtracting(.null) == .object ? "object" : "option \(number + 1)"
  }

  private mutating func dispatch(_ found: Discrimination, _ direction: Direction) -> ChoicePlan.Dispatch {
    switch found {
    case .types(let types): .kinds(types.map(kinds))
    case .property(let name, let values, let fallback): .property(name: name, values: values, fallback: fallback)
    case .tried(let schema): .tried(schemaNumber(schema, direction))
    }
  }

  private func kinds(_ types: JSONTypes) -> [JSONReader.Kind] {
    let kinds = types.names.filter { $0 != "integer" && $0 != "number" }.compactMap(JSONReader.Kind.init)
    return types.isDisjoint(with: [.integer, .number]) ? kinds : kinds + [.number]
  }
}

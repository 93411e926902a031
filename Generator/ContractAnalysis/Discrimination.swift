import ContractModel
import ContractValues

/// How the branch of a choice is found for a value. Branches are numbered in the order of the choice, without those that
/// admit only null.
public enum Discrimination: Sendable {
  /// By its JSON type: the types of each branch, no type in two of them. Either of `integer` and `number` stands for both.
  case types([JSONTypes])
  /// By the text in a property: the texts, each with the branch that it selects, and the branch of an object without the
  /// property.
  case property(name: String, values: [Text], fallback: Int?)
  /// By trying each branch: how many fit decides, as `schema` says, which is the choice without the keywords beside it and
  /// without null.
  case tried(schema: Int)

  /// The text of a property that selects a branch.
  public struct Text: Sendable, Hashable {
    public var value: String
    public let branch: Int
  }
}

extension SchemaAnalysis {
  /// How the branches of a choice are told apart. A Discriminator Object decides; otherwise disjoint types or the
  /// constants of a required property; otherwise each branch is tried.
  public func discrimination(_ branches: [Int], _ rule: ChoiceRule, owner: Int) -> Discrimination {
    if rule == .type { return .types(branches.map { set.types($0).kinds }) }
    let keywords = set.keywords(owner)
    let all = rule == .oneOf ? keywords.oneOf : keywords.anyOf
    let kept = all.filter { set.types($0) != .null }
    if let discriminator = keywords.discriminator {
      let index = { (branch: Int) in kept.firstIndex(of: all[branch]) }
      let values = discriminator.branches.compactMap { entry in
        index(entry.value).map { Discrimination.Text(value: entry.key, branch: $0) }
      }
      return .property(name: discriminator.property, values: values, fallback: discriminator.fallback.flatMap(index))
    }
    // A branch that admits null too makes two branches fit.
    let isNullTwice = kept.count < all.count && kept.contains { set.types($0).contains(.null) }
    return (isNullTwice ? nil : direct(kept)) ?? .tried(schema: choice(kept, rule, owner))
  }

  /// Nil where no type and no property tells the branches apart.
  private func direct(_ branches: [Int]) -> Discrimination? {
    switch set.dispatch(branches) {
    case .types(let types)?:
      let kinds = types.map(\.kinds)
      var seen: JSONTypes = []
      for kind in kinds {
        guard seen.isDisjoint(with: kind) else { return nil }
        seen.formUnion(kind)
      }
      return .types(kinds)
    case .property(let name, let values)?:
      var texts: [Discrimination.Text] = []
      for (branch, values) in values.enumerated() {
        for value in values {
          guard let text = value.text else { return nil }
          texts.append(Discrimination.Text(value: text, branch: branch))
        }
      }
      return .property(name: name, values: texts, fallback: nil)
    default: return nil
    }
  }

  /// The choice alone, without the keywords beside it and without null.
  private func choice(_ branches: [Int], _ rule: ChoiceRule, _ owner: Int) -> Int {
    var keywords = SchemaKeywords()
    if rule == .oneOf { keywords.oneOf = branches } else { keywords.anyOf = branches }
    keywords.dispatch = set.dispatch(branches)
    return set.add(keywords, like: owner)
  }
}

extension JSONTypes {
  /// The types besides null, and all numbers where there are any: a reader sees only that a number begins.
  fileprivate var kinds: JSONTypes {
    let others = subtracting(.null)
    let numbers: JSONTypes = [.integer, .number]
    return others.isDisjoint(with: numbers) ? others : others.union(numbers)
  }
}

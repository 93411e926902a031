import ContractValues

/// One declaration serves all inline types that are alike: contracts repeat the same address in hundreds of places, and
/// compiling each costs as much as the first.
extension Declarations {
  /// The types that are declared exactly like another, by their names, with the name of that other.
  ///
  /// - Parameter named: the types whose names their author gave: each is written out.
  func alike(except named: Set<String>) -> [String: String] {
    var firsts: [Likeness: String] = [:]
    var same: [String: String] = [:]
    var firstsOfNamed: Set<String> = []
    // A type is declared after the one that it was found in, so that from the last on, what a type consists of is settled.
    for declaration in list.reversed() {
      let name = declaration.name
      guard let likeness = Likeness(declaration, same) else { continue }
      let first = firsts[likeness] ?? name
      // A second named type is written out as well: what consists of one of the two is not like what consists of the other.
      if named.contains(name), !firstsOfNamed.insert(first).inserted { continue }
      if first == name { firsts[likeness] = name } else { same[name] = first }
    }
    var chosen: [String: String] = [:]
    for name in list.map(\.name) {
      let first = same[name] ?? name
      if chosen[first].map({ isBetter(name, than: $0, named) }) ?? true { chosen[first] = name }
    }
    return list.reduce(into: [:]) { alike, declaration in
      let name = declaration.name
      guard !named.contains(name), let other = chosen[same[name] ?? name], other != name else { return }
      alike[name] = other
    }
  }

  /// Whether a type is written out rather than another: one that was named, then the one with the shorter name.
  private func isBetter(_ name: String, than other: String, _ named: Set<String>) -> Bool {
    guard named.contains(name) == named.contains(other) else { return named.contains(name) }
    return !named.contains(name) && name.utf8.count < other.utf8.count
  }
}

/// What declarations that are alike have in common: all but their names.
private struct Likeness: Hashable {
  private let declaration: DeclarationPlan
  /// What the contract wrote, which Swift would compare by canonical equivalence.
  private var texts: [ByteKey] = []

  /// Nil for a declaration that no other is like.
  ///
  /// - Parameter names: other names for some of the types that it consists of.
  init?(_ declaration: DeclarationPlan, _ names: [String: String]) {
    switch declaration {
    case .record(let plan):
      guard plan.patched == nil else { return nil }
      self.declaration = .record(Self.unnamed(plan, names, &texts))
    case .enumeration(var plan):
      plan.name = ""
      Self.take(&plan.doc, &texts)
      self.declaration = .enumeration(plan)
    case .choice(let plan): self.declaration = .choice(Self.unnamed(plan, names, &texts))
    case .wrapper: return nil
    }
  }

  private static func unnamed(
    _ record: RecordPlan, _ names: [String: String], _ texts: inout [ByteKey]
  ) -> RecordPlan {
    var plan = record
    plan.name = ""
    take(&plan.doc, &texts)
    take(&plan.skipped, &texts)
    for index in plan.fields.indices {
      plan.fields[index].type.rename(names)
      take(&plan.fields[index].wireName, &texts)
      take(&plan.fields[index].doc, &texts)
    }
    if case .kept(let name, var type, let rules) = plan.rest {
      type.rename(names)
      plan.rest = .kept(name: name, type: type, rules: rules)
    }
    return plan
  }

  private static func unnamed(
    _ choice: ChoicePlan, _ names: [String: String], _ texts: inout [ByteKey]
  ) -> ChoicePlan {
    var plan = choice
    plan.name = ""
    take(&plan.doc, &texts)
    for index in plan.branches.indices {
      plan.branches[index].type.rename(names)
      take(&plan.branches[index].doc, &texts)
    }
    if case .property(var name, var values, let fallback) = plan.dispatch {
      take(&name, &texts)
      for index in values.indices { take(&values[index].value, &texts) }
      plan.dispatch = .property(name: name, values: values, fallback: fallback)
    }
    return plan
  }

  private static func take(_ text: inout String, _ texts: inout [ByteKey]) {
    texts.append(ByteKey(text))
    text = ""
  }

  /// The number of texts remains.
  private static func take(_ list: inout [String], _ texts: inout [ByteKey]) {
    for index in list.indices { take(&list[index], &texts) }
  }
}

extension TypePlan {
  fileprivate mutating func rename(_ names: [String: String]) {
    switch self {
    case .named(let name): if let other = names[name] { self = .named(other) }
    case .array(var item):
      item.rename(names)
      self = .array(item)
    case .map(var value):
      value.rename(names)
      self = .map(value)
    case .optional(var value):
      value.rename(names)
      self = .optional(value)
    default: break
    }
  }
}

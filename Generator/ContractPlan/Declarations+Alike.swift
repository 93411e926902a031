/// One declaration serves all inline types that are alike: contracts repeat the same address in hundreds of places, and
/// compiling each costs as much as the first.
extension Declarations {
  /// The types that are declared exactly like another, by their names, with the name of that other.
  ///
  /// - Parameter named: the types whose names their author gave: each is written out.
  func alike(except named: Set<String>) -> [String: String] {
    var firsts: [DeclarationPlan: String] = [:]
    var same: [String: String] = [:]
    // A type is declared after the one that it was found in, so that from the last on, what a type consists of is settled.
    for declaration in list.reversed() {
      guard let key = declaration.unnamed(with: same) else { continue }
      if let first = firsts[key] { same[declaration.name] = first } else { firsts[key] = declaration.name }
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

extension DeclarationPlan {
  /// The declaration without its name and with other names in place of some; nil for one that no other is like.
  fileprivate func unnamed(with names: [String: String]) -> DeclarationPlan? {
    switch self {
    case .record(var plan):
      if plan.patched != nil { return nil }
      plan.name = ""
      for index in plan.fields.indices { plan.fields[index].type.rename(names) }
      if case .kept(let name, var type, let rules) = plan.rest {
        type.rename(names)
        plan.rest = .kept(name: name, type: type, rules: rules)
      }
      return .record(plan)
    case .enumeration(var plan):
      plan.name = ""
      return .enumeration(plan)
    case .choice(var plan):
      plan.name = ""
      for index in plan.branches.indices { plan.branches[index].type.rename(names) }
      return .choice(plan)
    case .wrapper: return nil
    }
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

/// `anyOf` and `oneOf`, with violations reported by the branch that the value was meant for.
extension SchemaCheck {
  mutating func applyChoice(_ keywords: SchemaKeywords, _ value: JSONValue, _ evaluated: inout Evaluated) -> Bool {
    var isValid = true
    for (rule, branches) in [("anyOf", keywords.anyOf), ("oneOf", keywords.oneOf)] where !branches.isEmpty {
      if let discriminator = keywords.discriminator {
        guard let branch = choose(discriminator, branches, value) else { return false }
        if !applyBranch(branches[branch], value, &evaluated) { isValid = false }
        continue
      }
      let admitting = branches.indices.filter { admits(branches[$0], value, &evaluated) }
      if admitting.isEmpty {
        isValid = explain(rule, branches, keywords.dispatch, value)
      } else if rule == "oneOf" && admitting.count > 1 {
        let numbers = admitting.map { String($0 + 1) }.joined(separator: " and ")
        isValid = fail(rule, "fits the alternatives \(numbers), and only one may fit")
      }
    }
    return isValid
  }

  /// The branch that a value matches, by the same rules; nil, with a violation recorded, when there is none.
  mutating func choose(_ index: Int, _ value: JSONValue) -> Int? {
    guard let keywords = program.keywords(index) else { return nil }
    let (rule, branches) = keywords.oneOf.isEmpty ? ("anyOf", keywords.anyOf) : ("oneOf", keywords.oneOf)
    if let discriminator = keywords.discriminator { return choose(discriminator, branches, value) }
    // Of several matching branches, choose the one that defines most of the value's properties, so that the fewest are
    // lost.
    tracksEvaluation = true
    let admitting = branches.indices.compactMap { branch -> (branch: Int, known: Int)? in
      var evaluated = Evaluated()
      return admits(branches[branch], value, &evaluated) ? (branch, evaluated.properties.count) : nil
    }
    if rule == "anyOf" || admitting.count == 1, let most = admitting.map(\.known).max() {
      return admitting.first { $0.known == most }?.branch
    }
    if admitting.isEmpty {
      _ = explain(rule, branches, keywords.dispatch, value)
    } else {
      _ = fail(rule, "fits more than one alternative, and only one may fit")
    }
    return nil
  }

  private mutating func choose(
    _ discriminator: SchemaKeywords.Discriminator, _ branches: [Int], _ value: JSONValue
  ) -> Int? {
    let name = discriminator.property
    var branch = discriminator.fallback
    let given = value[name]
    if let text = given?.text { branch = discriminator.branches[text] ?? branch }
    if let branch, branches.indices.contains(branch) { return branch }
    guard case .object = value else {
      _ = fail("type", "expected an object with '\(name)'")
      return nil
    }
    let mark = violations.count
    let names = discriminator.branches.keys.joined(separator: ", ")
    _ = fail("discriminator", given == nil ? "is required: one of \(names)" : "must be one of \(names)")
    violations.prefix(since: mark, segment: name)
    return nil
  }

  private mutating func applyBranch(_ index: Int, _ value: JSONValue, _ evaluated: inout Evaluated) -> Bool {
    var own = Evaluated()
    guard apply(index, to: value, &own) else { return false }
    if tracksEvaluation { evaluated.formUnion(own) }
    return true
  }

  /// Reports why no branch matches: by the violations of the only possible branch, where branches can be distinguished.
  private mutating func explain(
    _ rule: String, _ branches: [Int], _ dispatch: SchemaKeywords.Dispatch?, _ value: JSONValue
  ) -> Bool {
    // Counted like every failure: callers that apply a schema to parts of a value check the count.
    if isQuiet { return fail(rule, "") }
    let candidates = branches.indices.filter { isCandidate($0, dispatch, value) }
    if dispatch != nil, candidates.count == 1 {
      _ = apply(branches[candidates[0]], to: value)
      return false
    }
    if case .types(let types)? = dispatch, candidates.isEmpty {
      let wanted = types.reduce(JSONTypes()) { $0.union($1) }
      return fail("type", "expected \(wanted.description), found \(Self.kind(value))")
    }
    return fail(rule, "fits none of the \(branches.count) alternatives")
  }

  private func isCandidate(_ branch: Int, _ dispatch: SchemaKeywords.Dispatch?, _ value: JSONValue) -> Bool {
    switch dispatch {
    case .types(let types): branch < types.count && !types[branch].isDisjoint(with: value.types)
    case .property(let name, let values):
      branch < values.count && value[name].map { values[branch].contains($0) } ?? false
    case .required(let names): branch < names.count && names[branch].allSatisfy { value[$0] != nil }
    case nil: true
    }
  }
}

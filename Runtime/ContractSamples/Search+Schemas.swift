import ContractValues

/// What a schema requires.
extension Search {
  mutating func addSchema(
    _ index: Int, _ scope: Requirement.Scope, _ demand: inout Demand, _ nesting: Int
  ) -> Bool {
    guard let keywords = program.keywords(index) else { return block(index, .reference) }
    if let always = keywords.always { return always || block(index, .never) }
    let scope = entering(keywords.resource, scope)
    guard demand.seen.insert(Demand.Visit(schema: index, scope: scope, isNegated: false)).inserted else { return true }
    if let wanted = breaks[index], !add(wanted, &demand, nesting) { return false }
    if let suggested = annotations[index]?.values { demand.suggested += suggested }
    addValues(keywords, &demand)
    guard demand.isPossible() else { return block(index, keywords.types == nil ? .enumeration : .type) }
    addNumbers(keywords, &demand)
    addTexts(keywords, &demand)
    addItems(keywords, scope, &demand)
    addMembers(keywords, scope, &demand)
    guard demand.isPossible() else { return block(index, keywords.present.first?.keyword ?? .type) }
    return addInPlace(index, keywords, scope, &demand, nesting)
  }

  func entering(_ resource: Int, _ scope: Requirement.Scope) -> Requirement.Scope {
    program.hasDynamicReferences && !scope.contains(resource) ? scope + [resource] : scope
  }

  private func addValues(_ keywords: SchemaKeywords, _ demand: inout Demand) {
    if let types = keywords.types {
      demand.limit(types)
      demand.hinted.formUnion(types.expanded)
    }
    if let constant = keywords.constant { demand.admitOnly([constant]) }
    if let values = keywords.enumeration { demand.admitOnly(values) }
  }

  private func addNumbers(_ keywords: SchemaKeywords, _ demand: inout Demand) {
    if let value = keywords.minimum { demand.raise(value, isOpen: false) }
    if let value = keywords.exclusiveMinimum { demand.raise(value, isOpen: true) }
    if let value = keywords.maximum { demand.lessen(value, isOpen: false) }
    if let value = keywords.exclusiveMaximum { demand.lessen(value, isOpen: true) }
    if let step = keywords.multipleOf { demand.steps.append(step) }
    if let step = Self.step(keywords.decimalPlaces) { demand.steps.append(step) }
    if keywords.minimum ?? keywords.maximum ?? keywords.multipleOf != nil { demand.hinted.insert(.number) }
    guard assertsFormat else { return }
    let format = keywords.format.flatMap(NumberFormat.init)
    if let format { demand.numberFormats.append(format) }
    let isInteger = keywords.types.map { $0.contains(.integer) && !$0.contains(.number) } ?? false
    if isInteger, format != .uint64 { demand.numberFormats.append(keywords.isUnsigned ? .uint64 : .int64) }
  }

  /// The least number of so many decimal places.
  static func step(_ scale: Int?) -> ExactDecimal? {
    scale.flatMap { (0...1_000).contains($0) ? ExactDecimal(1, -$0) : nil }
  }

  private func addTexts(_ keywords: SchemaKeywords, _ demand: inout Demand) {
    demand.minLength = max(demand.minLength, keywords.minLength ?? 0)
    demand.maxLength = min(demand.maxLength, keywords.maxLength ?? .max)
    if let pattern = keywords.pattern { demand.patterns.append(pattern) }
    if (keywords.minLength ?? keywords.maxLength) != nil || keywords.pattern != nil { demand.hinted.insert(.string) }
    guard assertsFormat else { return }
    if let format = keywords.format.flatMap(Format.init) {
      demand.hinted.insert(.string)
      demand.formats.append(format)
    }
    if let encoding = keywords.encoding { demand.encodings.append(encoding) }
  }

  private func addItems(_ keywords: SchemaKeywords, _ scope: Requirement.Scope, _ demand: inout Demand) {
    demand.minItems = max(demand.minItems, keywords.minItems ?? 0)
    demand.maxItems = min(demand.maxItems, keywords.maxItems ?? .max)
    if keywords.uniqueItems { demand.isUnique = true }
    if !keywords.prefixItems.isEmpty || keywords.items != nil {
      demand.hinted.insert(.array)
      demand.itemRules.append(
        Demand.ItemRule(prefix: keywords.prefixItems, rest: keywords.items, scope: scope))
      if let closed = keywords.prefixItems.firstIndex(where: isNever) { demand.maxItems = min(demand.maxItems, closed) }
      if let rest = keywords.items, isNever(rest) {
        demand.maxItems = min(demand.maxItems, keywords.prefixItems.count)
      }
    }
    if let schema = keywords.contains {
      demand.hinted.insert(.array)
      let least = keywords.minContains ?? 1
      demand.contains.append(
        Demand.ContainsRule(schema: schema, scope: scope, least: least, most: keywords.maxContains))
      demand.minItems = max(demand.minItems, least)
      demand.isUncertain = true
    }
    if let rest = keywords.unevaluatedItems {
      demand.unevaluatedItems.append(.schema(rest, scope))
      demand.isUncertain = true
    }
  }

  func isNever(_ schema: Int) -> Bool { program.isNever(schema) }

  private func addMembers(_ keywords: SchemaKeywords, _ scope: Requirement.Scope, _ demand: inout Demand) {
    for name in keywords.required { demand.require(name) }
    demand.minProperties = max(demand.minProperties, keywords.minProperties ?? 0)
    demand.maxProperties = min(demand.maxProperties, keywords.maxProperties ?? .max)
    demand.dependencies += keywords.dependencies
    if let names = keywords.propertyNames { demand.nameRules.append(.schema(names, scope)) }
    if let rest = keywords.unevaluatedProperties {
      demand.unevaluatedProperties.append(.schema(rest, scope))
      demand.isUncertain = true
    }
    if !keywords.required.isEmpty || !keywords.properties.isEmpty { demand.hinted.insert(.object) }
    guard !keywords.properties.isEmpty || !keywords.patternProperties.isEmpty || keywords.additionalProperties != nil
    else { return }
    demand.hinted.insert(.object)
    demand.memberRules.append(
      Demand.MemberRule(
        properties: keywords.properties, patterns: keywords.patternProperties,
        additional: keywords.additionalProperties, scope: scope))
    for member in keywords.properties where isNever(member.value) { demand.forbid(member.key) }
  }

  private mutating func addInPlace(
    _ index: Int, _ keywords: SchemaKeywords, _ scope: Requirement.Scope, _ demand: inout Demand, _ nesting: Int
  ) -> Bool {
    if let target = keywords.reference, !add(.schema(target, scope), &demand, nesting) { return false }
    if let dynamic = keywords.dynamicReference {
      guard add(.schema(resolve(dynamic, scope), scope), &demand, nesting) else { return false }
    }
    for branch in keywords.allOf where !add(.schema(branch, scope), &demand, nesting) { return false }
    for (keyword, branches) in [(Keyword.anyOf, keywords.anyOf), (.oneOf, keywords.oneOf)] where !branches.isEmpty {
      let alternatives = branchAlternatives(keyword, branches, keywords, scope)
      guard choose(alternatives, &demand, nesting) else { return block(index, keyword) }
    }
    if let not = keywords.not, !add(.fails(not, scope), &demand, nesting) { return block(index, .not) }
    if let condition = keywords.condition, keywords.then != nil || keywords.otherwise != nil {
      let then = keywords.then.map { [Requirement.schema($0, scope)] } ?? []
      let otherwise = keywords.otherwise.map { [Requirement.schema($0, scope)] } ?? []
      let alternatives = [[.schema(condition, scope)] + then, [.fails(condition, scope)] + otherwise]
      guard choose(alternatives, &demand, nesting) else { return block(index, .condition) }
    }
    for member in keywords.dependentSchemas {
      let alternatives: [[Requirement]] = [
        [.absent(member.key)], [.present(member.key), .schema(member.value, scope)],
      ]
      guard choose(alternatives, &demand, nesting) else { return block(index, .dependentSchemas) }
    }
    return true
  }

  /// Resolves a dynamic reference as the validator does.
  func resolve(_ dynamic: SchemaKeywords.DynamicReference, _ scope: Requirement.Scope) -> Int {
    for resource in scope {
      if let target = program.keywords(resource)?.dynamicAnchors[dynamic.anchor] { return target }
    }
    return dynamic.target
  }

  private func branchAlternatives(
    _ keyword: Keyword, _ branches: [Int], _ keywords: SchemaKeywords, _ scope: Requirement.Scope
  ) -> [[Requirement]] {
    if let discriminator = keywords.discriminator { return tagged(discriminator, branches, scope) }
    // Branches that are known to exclude each other need not be excluded by hand.
    let isExclusive = keyword == .anyOf || keywords.dispatch != nil || branches.count > 32
    return branches.indices.map { chosen in
      let others = isExclusive ? [] : branches.indices.filter { $0 != chosen }.map { branches[$0] }
      return [.schema(branches[chosen], scope)] + others.map { .fails($0, scope) }
    }
  }

  private func tagged(
    _ discriminator: SchemaKeywords.Discriminator, _ branches: [Int], _ scope: Requirement.Scope
  ) -> [[Requirement]] {
    let name = discriminator.property
    var alternatives: [[Requirement]] = branches.indices.compactMap { branch in
      let tags = discriminator.branches.filter { $0.value == branch }.map { JSONValue.string($0.key) }
      guard !tags.isEmpty else { return nil }
      return [.schema(branches[branch], scope), .present(name), .member(name, [.values(tags)])]
    }
    if let fallback = discriminator.fallback, branches.indices.contains(fallback) {
      alternatives.append([.schema(branches[fallback], scope), .absent(name)])
    }
    return alternatives
  }
}

import ContractValues

/// What the violation of a schema, or of one of its keywords, requires.
extension Search {
  mutating func addFailure(
    _ index: Int, _ scope: Requirement.Scope, _ demand: inout Demand, _ nesting: Int
  ) -> Bool {
    guard let keywords = program.keywords(index) else { return true }
    if let always = keywords.always { return !always || block(index, .not) }
    let inner = entering(keywords.resource, scope)
    guard demand.seen.insert(Demand.Visit(schema: index, scope: inner, isNegated: true)).inserted else { return true }
    demand.isUncertain = true
    var alternatives: [[Requirement]] = []
    for (keyword, parts) in keywords.present {
      for part in 0..<parts { alternatives += violations(of: keyword, part, index, keywords, inner) }
    }
    return choose(alternatives, isNegation: true, &demand, nesting) || block(index, .not)
  }

  /// The ways to violate one part of a keyword.
  private mutating func violations(
    of keyword: Keyword, _ part: Int, _ index: Int, _ keywords: SchemaKeywords, _ scope: Requirement.Scope
  ) -> [[Requirement]] {
    switch keyword {
    case .allOf: return [[.fails(keywords.allOf[part], scope)]]
    case .anyOf:
      let tag = keywords.discriminator.map {
        [[Requirement.present($0.property), .member($0.property, [.values([0])])]]
      }
      return [keywords.anyOf.map { .fails($0, scope) }] + (tag ?? [])
    case .oneOf: return oneOfViolations(keywords, scope)
    case .not: return keywords.not.map { [[.schema($0, scope)]] } ?? []
    case .reference: return keywords.reference.map { [[.fails($0, scope)]] } ?? []
    case .dynamicReference: return keywords.dynamicReference.map { [[.fails(resolve($0, scope), scope)]] } ?? []
    case .condition:
      guard let condition = keywords.condition else { return [] }
      let then = keywords.then.map { [[Requirement.schema(condition, scope), .fails($0, scope)]] } ?? []
      return then + (keywords.otherwise.map { [[.fails(condition, scope), .fails($0, scope)]] } ?? [])
    case .dependentSchemas:
      let member = keywords.dependentSchemas[part]
      return [[.present(member.key), .fails(member.value, scope)]]
    case .dependentRequired:
      let dependency = keywords.dependencies[part]
      return [[.present(dependency.name), .absent(dependency.needed)]]
    default: return [[.broken(index, keyword, part: part, scope)]]
    }
  }

  private mutating func oneOfViolations(_ keywords: SchemaKeywords, _ scope: Requirement.Scope) -> [[Requirement]] {
    var alternatives = [keywords.oneOf.map { Requirement.fails($0, scope) }]
    if let tag = keywords.discriminator?.property {
      alternatives.append([.present(tag), .member(tag, [.values([0])])])
    }
    guard keywords.dispatch == nil, keywords.discriminator == nil else { return alternatives }
    let branches = keywords.oneOf.prefix(6)
    if keywords.oneOf.count > branches.count { isCut = true }
    for (position, first) in branches.enumerated() {
      for second in branches.dropFirst(position + 1) {
        alternatives.append([.schema(first, scope), .schema(second, scope)])
      }
    }
    return alternatives
  }

  mutating func addBroken(
    _ index: Int, _ keyword: Keyword, _ part: Int, _ scope: Requirement.Scope, _ demand: inout Demand, _ nesting: Int
  ) -> Bool {
    guard let keywords = program.keywords(index) else { return false }
    demand.isUncertain = true
    switch keyword {
    case .never: return true
    case .type:
      demand.exclude(keywords.types ?? [])
      if let others = keywords.types?.others, part < others.count { demand.limit(others[part]) }
    case .enumeration: demand.excluded += keywords.enumeration ?? []
    case .constant: demand.excluded += keywords.constant.map { [$0] } ?? []
    case .minimum, .maximum, .exclusiveMinimum, .exclusiveMaximum, .multipleOf, .decimalPlaces:
      breakNumber(keyword, keywords, &demand)
    case .pattern where part > 0: return nearlyMatch(keywords, isInCase: part == 1, &demand)
    case .minLength, .maxLength, .pattern, .encoding: breakText(keyword, keywords, &demand)
    case .format where part == 1:
      guard assertsFormat, let format = keywords.format.flatMap(Format.init) else { return false }
      isCut = true
      demand.limit(.string)
      demand.admitOnly(FormatSamples.nearMisses(format).filter { !format.matches($0) }.map { .string($0) })
    case .format: breakFormat(keywords, &demand)
    case .items, .prefixItems, .contains, .maxContains, .minItems, .maxItems, .uniqueItems, .unevaluatedItems:
      return breakItems(keyword, part, keywords, scope, &demand)
    case .properties, .patternProperties, .additionalProperties, .unevaluatedProperties, .propertyNames, .required,
      .minProperties, .maxProperties:
      return breakMembers(keyword, part, keywords, scope, &demand)
    default:
      let alternatives = violations(of: keyword, part, index, keywords, scope)
      return choose(alternatives, isNegation: true, &demand, nesting)
    }
    return demand.isPossible()
  }

  private func breakNumber(_ keyword: Keyword, _ keywords: SchemaKeywords, _ demand: inout Demand) {
    demand.limit(.number)
    switch keyword {
    case .minimum: if let value = keywords.minimum { demand.lessen(value, isOpen: true) }
    case .maximum: if let value = keywords.maximum { demand.raise(value, isOpen: true) }
    case .exclusiveMinimum: if let value = keywords.exclusiveMinimum { demand.lessen(value, isOpen: false) }
    case .exclusiveMaximum: if let value = keywords.exclusiveMaximum { demand.raise(value, isOpen: false) }
    case .multipleOf: if let step = keywords.multipleOf { demand.brokenSteps.append(step) }
    default: if let step = Self.step(keywords.decimalPlaces) { demand.brokenSteps.append(step) }
    }
  }

  private func breakText(_ keyword: Keyword, _ keywords: SchemaKeywords, _ demand: inout Demand) {
    demand.limit(.string)
    switch keyword {
    case .minLength: demand.maxLength = min(demand.maxLength, (keywords.minLength ?? 0) - 1)
    case .maxLength:
      demand.minLength = max(demand.minLength, Self.above(keywords.maxLength))
      // As close to the bound as can be, unless something else decides on lengths.
      if keywords.pattern == nil, keywords.format == nil { demand.maxLength = min(demand.maxLength, demand.minLength) }
    case .pattern: demand.brokenPatterns += keywords.pattern.map { [$0] } ?? []
    default: demand.brokenEncodings += keywords.encoding.map { [$0] } ?? []
    }
  }

  /// A text that a pattern would match if it were not anchored, or if it ignored case.
  private mutating func nearlyMatch(_ keywords: SchemaKeywords, isInCase: Bool, _ demand: inout Demand) -> Bool {
    guard let pattern = keywords.pattern, let text = text(matching: pattern, lengths: 0...64, turn: 0) else {
      return false
    }
    isCut = true
    demand.limit(.string)
    demand.admitOnly(
      (isInCase
        ? ["x" + text, text + "x", " " + text, text + " ", text + "\n", text + text]
        : [text.lowercased(), text.uppercased()]).filter { !pattern.matches($0) }
        .map { .string($0) })
    return demand.isPossible()
  }

  private func breakFormat(_ keywords: SchemaKeywords, _ demand: inout Demand) {
    if let format = keywords.format.flatMap(Format.init) {
      demand.limit(.string)
      demand.brokenFormats.append(format)
    } else if let format = keywords.format.flatMap(NumberFormat.init) {
      demand.limit(.number)
      demand.brokenNumberFormats.append(format)
    }
    // Another format is an annotation.
    if !assertsFormat
      || keywords.format.flatMap(Format.init) == nil && keywords.format.flatMap(NumberFormat.init) == nil
    {
      demand.types = []
    }
  }

  private func breakItems(
    _ keyword: Keyword, _ part: Int, _ keywords: SchemaKeywords, _ scope: Requirement.Scope, _ demand: inout Demand
  ) -> Bool {
    demand.limit(.array)
    let rest = keywords.prefixItems.count
    func add(_ schema: Int, at index: Int) {
      demand.items.append((index, [.fails(schema, scope)]))
      demand.minItems = max(demand.minItems, index + 1)
    }
    switch keyword {
    case .items: if let schema = keywords.items { add(schema, at: rest) }
    case .prefixItems: add(keywords.prefixItems[part], at: part)
    case .unevaluatedItems: if let schema = keywords.unevaluatedItems { add(schema, at: rest) }
    case .contains, .maxContains:
      guard let schema = keywords.contains else { return false }
      let most = keyword == .contains ? (keywords.minContains ?? 1) - 1 : nil
      let least = keyword == .contains ? 0 : Self.above(keywords.maxContains)
      demand.contains.append(Demand.ContainsRule(schema: schema, scope: scope, least: least, most: most))
      demand.minItems = max(demand.minItems, least)
    case .minItems: demand.maxItems = min(demand.maxItems, (keywords.minItems ?? 0) - 1)
    case .maxItems: demand.minItems = max(demand.minItems, Self.above(keywords.maxItems))
    default:
      demand.hasDuplicate = true
      demand.minItems = max(demand.minItems, 2)
    }
    return demand.isPossible()
  }

  private mutating func breakMembers(
    _ keyword: Keyword, _ part: Int, _ keywords: SchemaKeywords, _ scope: Requirement.Scope, _ demand: inout Demand
  ) -> Bool {
    demand.limit(.object)
    func add(_ name: String, _ schema: Int) {
      demand.require(name)
      demand.members.append((name, [.fails(schema, scope)]))
    }
    switch keyword {
    case .properties: add(keywords.properties[part].key, keywords.properties[part].value)
    case .required: demand.forbid(keywords.required[part])
    case .minProperties: demand.maxProperties = min(demand.maxProperties, (keywords.minProperties ?? 0) - 1)
    case .maxProperties: demand.minProperties = max(demand.minProperties, Self.above(keywords.maxProperties))
    case .patternProperties:
      let (pattern, schema) = keywords.patternProperties[part]
      isCut = true
      guard let name = matchingName(pattern, besides: keywords) else { return false }
      add(name, schema)
    case .propertyNames:
      isCut = true
      guard let names = keywords.propertyNames,
        let name = make([.fails(names, scope), .values(Self.oddNames)], Place(depth: 1, mode: .minimal))?.text
          ?? make([.fails(names, scope), .text], Place(depth: 1, mode: .random))?.text
      else { return false }
      demand.require(name)
      demand.wrongName = name
    default:
      guard let schema = keywords.additionalProperties ?? keywords.unevaluatedProperties else { return false }
      isCut = true
      guard let name = Self.freshNames.first(where: { !keywords.isListed($0) && demand.required[$0] == nil }) else {
        return false
      }
      add(name, keyword == .unevaluatedProperties ? keywords.unevaluatedProperties ?? schema : schema)
    }
    return demand.isPossible()
  }

  /// A name that matches a pattern of `patternProperties`.
  mutating func matchingName(_ pattern: Pattern, besides keywords: SchemaKeywords?) -> String? {
    for turn in 0..<8 {
      guard let name = text(matching: pattern, lengths: 0...32, turn: turn) else { continue }
      if pattern.matches(name), keywords?.properties[name] == nil { return name }
    }
    return nil
  }

  /// The next number; there is none above the largest.
  private static func above(_ limit: Int?) -> Int { limit == .max ? .max : (limit ?? 0) + 1 }

  static let freshNames = ["extra", "other", "more", "note", "x", "a0", "A", "_", "zzzzzz", "1", "-"]
  static let oddNames: [JSONValue] =
    freshNames.map { .string($0) } + ["", " ", "a b", "É", "extra-long-name-of-a-property"]
}

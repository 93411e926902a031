import ContractValues

extension SchemaSampler {
  /// What the validator reports of a value.
  public struct Report: Sendable, Hashable {
    /// A JSON pointer.
    public let pointer: String
    public let rule: String
  }

  /// A value that violates a keyword.
  public struct InvalidSample: Sendable {
    public let value: JSONValue
    /// The keyword that is violated.
    public let keyword: KeywordLocation
    /// All that the validator reports of the value.
    public let reports: [Report]
    /// Whether the violation of the keyword is reported, and nothing else. Otherwise the keyword cannot be violated
    /// alone, or what is reported is that the value fits no branch of a choice.
    public let isExact: Bool
  }

  /// For each keyword that a schema applies, and each part of it, a value that violates it, and nothing else where that
  /// is possible; and the keywords for which no value was found.
  ///
  /// Keywords whose violations are not reported as such, such as those within `not` or `contains`, are none of them.
  public mutating func invalid(_ schema: Int) -> (samples: [InvalidSample], unbroken: [KeywordLocation]) {
    start(schema)
    let walk = SchemaWalk(search.program, from: schema, isWhole: false)
    var samples: [InvalidSample] = []
    var unbroken: [KeywordLocation] = []
    for (number, visit) in walk.visits.enumerated() where visit.depth <= 64 {
      guard let keywords = search.program.keywords(visit.schema) else { continue }
      let chain = walk.chain(to: number)
      for (keyword, parts) in keywords.present where keyword.isAssertion {
        for part in 0..<parts {
          let location = location(keyword, part, keywords, chain, walk)
          if let sample = sample(keyword, part, keywords, chain, walk, location) {
            samples.append(sample)
          } else if !isAnnotation(keyword, keywords), part == 0 || ![.type, .pattern, .format].contains(keyword) {
            unbroken.append(location)
          }
        }
      }
    }
    return (samples, unbroken)
  }

  private func isAnnotation(_ keyword: Keyword, _ keywords: SchemaKeywords) -> Bool {
    switch keyword {
    case .format:
      !search.assertsFormat
        || keywords.format.map { format in
          // Every number is a decimal.
          Format(rawValue: format) == nil && (NumberFormat(rawValue: format) ?? .decimal) == .decimal
        } ?? true
    case .encoding: !search.assertsFormat
    default: false
    }
  }

  private func location(
    _ keyword: Keyword, _ part: Int, _ keywords: SchemaKeywords, _ chain: [SchemaWalk.Visit], _ walk: SchemaWalk
  ) -> KeywordLocation {
    var pointer = walk.pointer(chain)
    if keyword != .never { pointer += "/" + keyword.rawValue }
    if keyword == .required { pointer += "/\(part)" }
    return KeywordLocation(
      schema: chain.last?.schema ?? 0, keyword: keyword == .never ? "false" : keyword.rawValue, pointer: pointer)
  }

  private mutating func sample(
    _ keyword: Keyword, _ part: Int, _ keywords: SchemaKeywords, _ chain: [SchemaWalk.Visit], _ walk: SchemaWalk,
    _ location: KeywordLocation
  ) -> InvalidSample? {
    guard let root = chain.first?.schema, let target = chain.last?.schema else { return nil }
    let expected = Expectation(keyword, part, keywords, chain, walk)
    var best: InvalidSample?
    // Which items others evaluate is only known when there are some.
    let mayMove = chain.contains { $0.keyword == .unevaluatedItems }
    // Where the schema's own keywords exclude that one alone is violated, they are given up.
    let moves = mayMove ? 6 : 0
    search.steps = search.limits.steps
    // Where the other keywords of the schema, or of those beside it, exclude that one alone is violated, they are given
    // up.
    for attempt in 0..<(moves + 3) {
      let violating =
        attempt <= moves ? keywords.without(keyword, part) : keywords.withoutAssertions(besides: keyword, part)
      defer {
        search.breaks = [:]
        search.program.truncate(to: search.count)
      }
      var clone = add(violating)
      search.breaks[clone] = .broken(target, keyword, part: part, [])
      for (parent, child) in zip(chain, chain.dropFirst()).reversed() {
        if attempt == moves + 2, child.keyword.isInPlace { continue }
        guard let keywords = search.program.keywords(parent.schema),
          let changed = reaching(clone, child, keywords)
        else { return best }
        let inner = clone
        clone = add(changed)
        if child.keyword == .unevaluatedItems {
          search.breaks[clone] = .item(keywords.prefixItems.count + attempt, [.schema(inner, [])])
        }
      }
      for turn in 0..<4 {
        guard let value = made(clone, turn == 0 ? .minimal : .random, turn) else { break }
        let found = search.program.violations(of: value, schema: root, assertsFormat: search.assertsFormat)
        let reports = found.map { Report(pointer: $0.name, rule: $0.rule) }
        let isExact = reports.count == 1 && expected.matches(reports[0])
        let sample = InvalidSample(value: value, keyword: location, reports: reports, isExact: isExact)
        if isExact { return sample }
        guard reports.contains(where: expected.includes) else { continue }
        if best.map({ $0.reports.count > reports.count }) ?? true { best = sample }
      }
    }
    return best
  }

  private mutating func add(_ keywords: SchemaKeywords) -> Int {
    search.program.append([keywords])
    return search.program.count - 1
  }

  /// A schema whose values have a part that another schema applies to, in place of the child that is visited.
  private mutating func reaching(_ clone: Int, _ child: SchemaWalk.Visit, _ keywords: SchemaKeywords) -> SchemaKeywords?
  {
    var result = keywords
    switch child.keyword {
    case .reference: result.reference = clone
    case .dynamicReference:
      result.dynamicReference = nil
      result.allOf.append(clone)
    case .allOf: result.allOf[child.part] = clone
    case .anyOf, .oneOf: return reachingBranch(clone, child, keywords)
    case .then, .otherwise:
      guard let condition = keywords.condition else { return nil }
      (result.condition, result.then, result.otherwise) = (nil, nil, nil)
      var failing = SchemaKeywords()
      failing.not = condition
      result.allOf += [child.keyword == .then ? condition : add(failing), clone]
    case .unevaluatedItems: result.unevaluatedItems = nil
    case .prefixItems, .items:
      let index = child.keyword == .prefixItems ? child.part : keywords.prefixItems.count
      if index < keywords.prefixItems.count {
        result.prefixItems[index] = clone
      } else {
        result.prefixItems.append(clone)
      }
      result.types = .array
      result.minItems = max(keywords.minItems ?? 0, index + 1)
    default: return reachingMember(clone, child, keywords)
    }
    return result
  }

  private mutating func reachingBranch(
    _ clone: Int, _ child: SchemaWalk.Visit, _ keywords: SchemaKeywords
  ) -> SchemaKeywords? {
    var result = keywords
    (result.anyOf, result.oneOf) = child.keyword == .anyOf ? ([], keywords.oneOf) : (keywords.anyOf, [])
    (result.dispatch, result.discriminator) = (nil, nil)
    result.allOf.append(clone)
    guard let discriminator = keywords.discriminator else { return result }
    let tags = discriminator.branches.filter { $0.value == child.part }.map { JSONValue.string($0.key) }
    guard !tags.isEmpty else { return nil }
    var (tag, tagged) = (SchemaKeywords(), SchemaKeywords())
    tag.enumeration = tags
    tagged.types = .object
    tagged.required = [discriminator.property]
    tagged.properties[discriminator.property] = add(tag)
    result.allOf.append(add(tagged))
    return result
  }

  private mutating func reachingMember(
    _ clone: Int, _ child: SchemaWalk.Visit, _ keywords: SchemaKeywords
  ) -> SchemaKeywords? {
    var result = keywords
    result.types = .object
    var name: String?
    switch child.keyword {
    case .properties:
      name = keywords.properties[child.part].key
      if let name { result.properties[name] = clone }
    case .dependentSchemas:
      name = keywords.dependentSchemas[child.part].key
      if let name { result.dependentSchemas[name] = clone }
    case .patternProperties:
      name = search.matchingName(keywords.patternProperties[child.part].pattern, besides: keywords)
      result.patternProperties[child.part].schema = clone
    default:
      let listed = keywords.required.first { !keywords.isListed($0) }
      name = listed ?? freshName(keywords)
      if let name { result.properties[name] = clone }
    }
    guard let name else { return nil }
    if !keywords.required.contains(where: { ByteKey($0) == ByteKey(name) }) { result.required.append(name) }
    return result
  }

  private mutating func freshName(_ keywords: SchemaKeywords) -> String? {
    let plain = Search.freshNames.filter { !keywords.isListed($0) }
    guard let names = keywords.propertyNames else { return plain.first }
    if let name = plain.first(where: { search.admits(.string($0), names) }) { return name }
    let made = search.make([.schema(names, []), .text], Search.Place(depth: 1, mode: .random))?.text
    return made.flatMap { keywords.isListed($0) ? nil : $0 }
  }
}

extension Keyword {
  /// Whether its subschemas apply to the same value.
  fileprivate var isInPlace: Bool {
    switch self {
    case .reference, .dynamicReference, .allOf, .anyOf, .oneOf, .then, .otherwise, .dependentSchemas: true
    default: false
    }
  }

  /// Whether its violation is reported by its own name, at the value that it applies to.
  fileprivate var isAssertion: Bool {
    switch self {
    case .reference, .dynamicReference, .allOf, .condition, .then, .otherwise, .properties, .patternProperties,
      .additionalProperties, .unevaluatedProperties, .prefixItems, .items, .unevaluatedItems, .dependentSchemas:
      false
    default: true
    }
  }
}

extension SchemaKeywords {
  /// The schema without one part of a keyword.
  fileprivate func without(_ keyword: Keyword, _ part: Int) -> SchemaKeywords {
    var result = self
    switch keyword {
    case .type, .never:
      // Of a value of another type nothing else is reported.
      result = SchemaKeywords()
      result.resource = resource
    case .enumeration, .constant: (result.enumeration, result.constant) = (nil, nil)
    case .minimum: result.minimum = nil
    case .maximum: result.maximum = nil
    case .exclusiveMinimum: result.exclusiveMinimum = nil
    case .exclusiveMaximum: result.exclusiveMaximum = nil
    case .multipleOf: result.multipleOf = nil
    case .decimalPlaces: result.decimalPlaces = nil
    case .minLength: result.minLength = nil
    case .maxLength: result.maxLength = nil
    case .pattern: result.pattern = nil
    case .format:
      // Integers of more than 64 bits have no other type.
      if let types, types.contains(.integer), !types.contains(.number), format.flatMap(NumberFormat.init) != nil {
        (result.types, result.multipleOf) = (nil, multipleOf ?? ExactDecimal(1))
      }
      result.format = nil
    case .encoding: result.encoding = nil
    case .contains: (result.contains, result.minContains, result.maxContains) = (nil, nil, nil)
    case .maxContains: result.maxContains = nil
    case .minItems: result.minItems = nil
    case .maxItems: result.maxItems = nil
    case .uniqueItems: result.uniqueItems = false
    case .propertyNames: result.propertyNames = nil
    case .required: result.required.remove(at: part)
    case .minProperties: result.minProperties = nil
    case .maxProperties: result.maxProperties = nil
    case .dependentRequired: result.dependentRequired = [:]
    case .anyOf: (result.anyOf, result.discriminator, result.dispatch) = ([], nil, nil)
    case .oneOf: (result.oneOf, result.discriminator, result.dispatch) = ([], nil, nil)
    case .not: result.not = nil
    default: break
    }
    return result
  }

  /// The schema without the part of a keyword, and without what else limits a value itself.
  fileprivate func withoutAssertions(besides keyword: Keyword, _ part: Int) -> SchemaKeywords {
    var result = without(keyword, part)
    (result.enumeration, result.constant, result.minimum, result.maximum) = (nil, nil, nil, nil)
    (result.exclusiveMinimum, result.exclusiveMaximum, result.multipleOf, result.decimalPlaces) = (nil, nil, nil, nil)
    (result.minLength, result.maxLength, result.pattern, result.format, result.encoding) = (nil, nil, nil, nil, nil)
    (result.minItems, result.maxItems, result.minProperties, result.maxProperties) = (nil, nil, nil, nil)
    (result.required, result.not, result.unevaluatedItems, result.unevaluatedProperties) = ([], nil, nil, nil)
    return result
  }
}

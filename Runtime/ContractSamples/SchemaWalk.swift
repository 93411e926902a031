import ContractValues

/// The schemas that one refers to, each with the shortest way to it.
struct SchemaWalk {
  struct Visit {
    let schema: Int
    /// The number of the visit that this one was reached from, by a part of one of its keywords.
    let parent: Int?
    let keyword: Keyword
    let part: Int
    let depth: Int
  }

  private(set) var visits: [Visit]
  private var numbers: [Int: Int] = [:]
  private let program: SchemaProgram

  /// - Parameter isWhole: also to schemas whose violations are not reported, such as that of `not`.
  init(_ program: SchemaProgram, from root: Int, isWhole: Bool) {
    self.program = program
    visits = [Visit(schema: root, parent: nil, keyword: .reference, part: 0, depth: 0)]
    numbers = [root: 0]
    var next = 0
    while next < visits.count {
      let visit = visits[next]
      guard let keywords = program.keywords(visit.schema) else { continue }
      for (keyword, part, schema) in Self.children(keywords, isWhole) where numbers[schema] == nil {
        numbers[schema] = visits.count
        visits.append(Visit(schema: schema, parent: next, keyword: keyword, part: part, depth: visit.depth + 1))
      }
      next += 1
    }
  }

  private static func children(_ keywords: SchemaKeywords, _ isWhole: Bool) -> [(Keyword, Int, Int)] {
    var result: [(Keyword, Int, Int)] = []
    func add(_ keyword: Keyword, _ schemas: [Int]) {
      for (part, schema) in schemas.enumerated() { result.append((keyword, part, schema)) }
    }
    add(.reference, [keywords.reference].compactMap { $0 })
    add(.dynamicReference, [keywords.dynamicReference?.target].compactMap { $0 })
    add(.properties, keywords.properties.map(\.value))
    add(.prefixItems, keywords.prefixItems)
    add(.items, [keywords.items].compactMap { $0 })
    add(.allOf, keywords.allOf)
    // The violations of a branch are reported only where it is known which branch was meant.
    if isWhole || keywords.dispatch != nil || keywords.discriminator != nil {
      add(.anyOf, keywords.anyOf)
      add(.oneOf, keywords.oneOf)
    }
    add(.patternProperties, keywords.patternProperties.map(\.schema))
    add(.additionalProperties, [keywords.additionalProperties].compactMap { $0 })
    add(.dependentSchemas, keywords.dependentSchemas.map(\.value))
    if keywords.condition != nil {
      add(.then, [keywords.then].compactMap { $0 })
      add(.otherwise, [keywords.otherwise].compactMap { $0 })
    }
    add(.unevaluatedItems, [keywords.unevaluatedItems].compactMap { $0 })
    add(.unevaluatedProperties, [keywords.unevaluatedProperties].compactMap { $0 })
    guard isWhole else { return result }
    add(.not, [keywords.not].compactMap { $0 })
    add(.condition, [keywords.condition].compactMap { $0 })
    add(.contains, [keywords.contains].compactMap { $0 })
    add(.propertyNames, [keywords.propertyNames].compactMap { $0 })
    return result
  }

  /// The visits from the first one to a visit.
  func chain(to number: Int) -> [Visit] {
    var result: [Visit] = []
    var next: Int? = number
    while let current = next {
      result.append(visits[current])
      next = visits[current].parent
    }
    return result.reversed()
  }

  func pointer(of schema: Int) -> String? { numbers[schema].map { pointer(chain(to: $0)) } }

  func pointer(_ chain: [Visit]) -> String {
    var text = ""
    for (parent, visit) in zip(chain, chain.dropFirst()) {
      text += "/" + visit.keyword.rawValue
      guard let keywords = program.keywords(parent.schema) else { continue }
      switch visit.keyword {
      case .properties: text += Self.segment(keywords.properties[visit.part].key)
      case .dependentSchemas: text += Self.segment(keywords.dependentSchemas[visit.part].key)
      case .patternProperties: text += Self.segment(keywords.patternProperties[visit.part].pattern.source)
      case .prefixItems, .allOf, .anyOf, .oneOf: text += "/\(visit.part)"
      default: break
      }
    }
    return text
  }

  /// A name as a segment of a JSON pointer.
  static func segment(_ name: String) -> String { "/" + Violations.escaped(name) }

  /// What the pointer of a violation at the end of the chain begins with: nil stands for any segment.
  func segments(_ chain: [Visit]) -> [String?] {
    zip(chain, chain.dropFirst()).compactMap { parent, visit -> String?? in
      switch visit.keyword {
      case .properties: program.keywords(parent.schema).map { Self.segment($0.properties[visit.part].key) }
      case .prefixItems: "/\(visit.part)"
      case .items, .patternProperties, .additionalProperties, .unevaluatedItems, .unevaluatedProperties: .some(nil)
      default: nil
      }
    }
  }
}

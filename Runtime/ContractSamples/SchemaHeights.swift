import ContractValues

/// How deep the smallest value of each schema is: where a value must end, the shallowest alternative is chosen.
struct SchemaHeights {
  /// The height of a schema that no value ends.
  static let endless = 1 << 20

  private(set) var values: [Int]
  /// Whether all heights are known, so that an endless schema has no value.
  private(set) var isSettled = false
  private let program: SchemaProgram

  init(_ program: SchemaProgram) {
    self.program = program
    values = Array(repeating: Self.endless, count: program.count)
    // A round settles at least one more level of nesting, and mostly more: what is nested is read later.
    for round in 0..<64 {
      var isChanged = false
      for index in round % 2 == 0 ? Array(values.indices.reversed()) : Array(values.indices) {
        let height = height(of: index)
        if height < values[index] {
          values[index] = height
          isChanged = true
        }
      }
      if !isChanged {
        isSettled = true
        break
      }
    }
  }

  private func of(_ index: Int) -> Int { values.indices.contains(index) ? values[index] : 0 }

  private func height(of index: Int) -> Int {
    guard let keywords = program.keywords(index) else { return 0 }
    if let always = keywords.always { return always ? 0 : Self.endless }
    var result = keywords.constant == nil && keywords.enumeration == nil ? ownHeight(keywords) : 0
    for target in keywords.allOf + [keywords.reference, keywords.dynamicReference?.target].compactMap({ $0 }) {
      result = max(result, of(target))
    }
    for branches in [keywords.anyOf, keywords.oneOf] where !branches.isEmpty {
      result = max(result, branches.map(of).min() ?? 0)
    }
    return min(result, Self.endless)
  }

  private func ownHeight(_ keywords: SchemaKeywords) -> Int {
    guard let types = keywords.types, types.isSubset(of: [.object, .array]) else { return 0 }
    var heights: [Int] = []
    if types.contains(.object) {
      heights.append(keywords.required.map { keywords.properties[$0].map { 1 + of($0) } ?? 0 }.max() ?? 0)
    }
    if types.contains(.array) {
      let least = keywords.minItems ?? 0
      let items =
        keywords.prefixItems.prefix(least)
        + (least > keywords.prefixItems.count ? [keywords.items].compactMap { $0 } : [])
      heights.append(items.map { 1 + of($0) }.max() ?? 0)
    }
    return heights.min() ?? 0
  }
}

extension Search {
  func height(_ requirements: [Requirement]) -> Int {
    requirements.reduce(0) { height, requirement in
      guard case .schema(let schema, _) = requirement, schema < heights.count else { return height }
      return max(height, heights[schema])
    }
  }
}

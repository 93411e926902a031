import ContractValues

/// How the violation of a keyword is reported.
struct Expectation {
  private var rules: Set<String>
  private var segments: [String?]
  private let isInChoice: Bool

  init(
    _ keyword: Keyword, _ part: Int, _ keywords: SchemaKeywords, _ chain: [SchemaWalk.Visit], _ walk: SchemaWalk
  ) {
    rules = [keyword.rawValue]
    segments = walk.segments(chain)
    isInChoice = chain.contains { $0.keyword == .anyOf || $0.keyword == .oneOf }
    switch keyword {
    case .format: if keywords.format.flatMap(NumberFormat.init) != nil { rules.insert("type") }
    case .contains: rules = [keywords.minContains == nil ? "contains" : "minContains"]
    case .required: segments.append(SchemaWalk.segment(keywords.required[part]))
    case .propertyNames: segments.append(nil)
    case .anyOf, .oneOf:
      if case .types? = keywords.dispatch { rules.insert("type") }
      if let discriminator = keywords.discriminator {
        rules = ["discriminator"]
        segments.append(SchemaWalk.segment(discriminator.property))
      }
    case .never:
      switch chain.last?.keyword {
      case .items, .additionalProperties, .unevaluatedItems, .unevaluatedProperties:
        if chain.count > 1 { rules = [chain.last?.keyword.rawValue ?? ""] }
      default: break
      }
    default: break
    }
  }

  /// Whether a report is that of the keyword, or of a choice that has no branch for such a value.
  func includes(_ report: SchemaSampler.Report) -> Bool {
    matches(report) || isInChoice && ["anyOf", "oneOf", "discriminator", "type"].contains(report.rule)
  }

  func matches(_ report: SchemaSampler.Report) -> Bool {
    guard rules.contains(report.rule) else { return false }
    let found = report.pointer.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).dropFirst()
    guard found.count == segments.count else { return false }
    return zip(found, segments).allSatisfy { own, wanted in
      wanted.map { own.elementsEqual($0.utf8.dropFirst()) } ?? true
    }
  }
}

import ContractSource
import ContractValues

/// Schemas that are put together by `allOf` or beside a `$ref`, and exclude each other.
extension SchemaChecks {
  /// More parts than this are not compared: the planner refuses them.
  private static let partLimit = 256

  func checkParts(_ index: Int) {
    let keywords = set.keywords(index)
    guard !keywords.allOf.isEmpty || keywords.reference != nil, !set.isPlainReference(index) else { return }
    let parts = set.parts(index, limit: Self.partLimit)
    guard parts.count > 1, parts.count <= Self.partLimit else { return }
    let types = set.types(index)
    // One of a schema with a type of its own is reported with its branches.
    if types.isEmpty, keywords.types != nil { return }
    guard let conflict = conflict(parts, types) else { return }
    diagnostics.warning(
      .contradiction, "\(conflict): nothing can fit",
      at: set[index].position(of: keywords.allOf.isEmpty ? "$ref" : "allOf"))
  }

  private func conflict(_ parts: [SchemaKeywords], _ types: JSONTypes) -> String? {
    if let conflict = valueConflict(parts) { return conflict }
    switch types {
    case []: return "the combined schemas admit no type in common"
    case .string: return countConflict(parts, ("minLength", \.minLength), ("maxLength", \.maxLength))
    case .array: return countConflict(parts, ("minItems", \.minItems), ("maxItems", \.maxItems))
    case .object:
      return countConflict(parts, ("minProperties", \.minProperties), ("maxProperties", \.maxProperties))
        ?? propertyConflict(parts)
    case .integer, .number, [.integer, .number]: return boundConflict(parts)
    default: return nil
    }
  }

  /// Constants and enums that have no value in common.
  private func valueConflict(_ parts: [SchemaKeywords]) -> String? {
    var common: Set<JSONValue>?
    for part in parts {
      guard let values = part.constant.map({ [$0] }) ?? part.enumeration, !values.isEmpty else { continue }
      let rest = common.map { $0.intersection(values) } ?? Set(values)
      if rest.isEmpty { return "the combined schemas have no value of 'enum' or 'const' in common" }
      common = rest
    }
    return nil
  }

  private typealias Count = (name: String, path: KeyPath<SchemaKeywords, Int?>)

  /// A lower count of one part above an upper count of another; within one part it is reported there.
  private func countConflict(_ parts: [SchemaKeywords], _ low: Count, _ high: Count) -> String? {
    if parts.contains(where: { ($0[keyPath: low.path] ?? 0) > ($0[keyPath: high.path] ?? .max) }) { return nil }
    guard let least = parts.compactMap({ $0[keyPath: low.path] }).max(),
      let most = parts.compactMap({ $0[keyPath: high.path] }).min(), least > most
    else { return nil }
    return "of the combined schemas, '\(low.name)' \(least) is above '\(high.name)' \(most)"
  }

  private func boundConflict(_ parts: [SchemaKeywords]) -> String? {
    guard let least = parts.flatMap({ [$0.minimum, $0.exclusiveMinimum] }).compactMap({ $0 }).max(),
      let most = parts.flatMap({ [$0.maximum, $0.exclusiveMaximum] }).compactMap({ $0 }).min()
    else { return nil }
    let isOpen = parts.contains { $0.exclusiveMinimum == least || $0.exclusiveMaximum == most }
    guard least > most || (least == most && isOpen) else { return nil }
    let isOwn = parts.contains { part in
      [part.minimum, part.exclusiveMinimum].contains(least) && [part.maximum, part.exclusiveMaximum].contains(most)
    }
    return isOwn ? nil : "of the combined schemas, the minimum \(least) leaves nothing under the maximum \(most)"
  }

  /// A required property that some part does not admit, or of which the parts admit no common type.
  private func propertyConflict(_ parts: [SchemaKeywords]) -> String? {
    for name in Set(parts.flatMap(\.required)).sorted() {
      var types = JSONTypes.all
      for part in parts {
        if let property = part.properties[name] {
          types.formIntersection(set.types(property))
        } else if let others = part.additionalProperties, set.keywords(others).always == false,
          part.patternProperties.isEmpty
        {
          return "'\(name)' is required, and one of the combined schemas admits no such property"
        }
      }
      if types.isEmpty { return "'\(name)' is required, and the combined schemas admit no common type of it" }
    }
    return nil
  }
}

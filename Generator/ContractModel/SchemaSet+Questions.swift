import ContractValues

/// Queries on schemas for the generator.
extension SchemaSet {
  /// Whether a schema is only a choice or an `allOf`, perhaps with documentation.
  public func saysNothingElse(_ index: Int) -> Bool {
    if all[index].isMerged { return false }
    return all[index].node.entries?.allSatisfy { entry in
      guard let keyword = Keyword.byName[entry.key] else { return true }
      switch keyword {
      case .allOf, .anyOf, .oneOf, .discriminator, .default, .readOnly, .writeOnly, .defs, .nullable, .id, .schema,
        .anchor, .dynamicAnchor:
        return true
      default: return keyword.isDocumentation
      }
    } ?? true
  }

  /// Whether a schema admits exactly all strings.
  public func isPlainString(_ index: Int) -> Bool {
    let target = resolved(index)
    let keywords = all[target].keywords
    return keywords.types == .string && keywords.enumeration == nil && keywords.constant == nil
      && keywords.minLength == nil && keywords.maxLength == nil && keywords.pattern == nil && keywords.format == nil
      && keywords.encoding == nil && keywords.inPlace.isEmpty && all[target].knownValues == nil
  }

  /// Whether a schema only says that the content is bytes.
  public func isBinary(_ schema: Int) -> Bool {
    let keywords = keywords(resolved(schema))
    if keywords.always == true { return true }
    guard keywords.properties.isEmpty, keywords.enumeration == nil, keywords.pattern == nil, keywords.minLength == nil,
      keywords.format == nil, keywords.inPlace.isEmpty
    else { return false }
    return keywords.types.map { $0 == .string } ?? true
  }

  /// Whether it has `format: binary`, an annotation for which no keyword is stored.
  public func hasBinaryFormat(_ schema: Int) -> Bool { self[resolved(schema)].node["format"]?.string == "binary" }
}

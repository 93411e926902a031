import ContractSource
import ContractValues

/// The keywords that hold schemas.
extension SchemaReader {
  func readApplicator(
    _ keyword: Keyword, _ entry: Node.Entry, _ at: Location, _ dialect: Dialect, into keywords: inout SchemaKeywords
  ) -> Bool {
    let below = at.child(entry.value, entry.key)
    let one = { self.schema(below, dialect) }
    switch keyword {
    case .items:
      guard entry.value.items != nil else {
        keywords.items = one()
        return true
      }
      if dialect.hasItemLists {
        keywords.prefixItems = entry.value.items?.isEmpty == true ? [] : many(entry, below, dialect)
        // The items after the listed ones.
        if let rest = at.node["additionalItems"] {
          keywords.items = additional(at.child(rest, "additionalItems"), dialect)
        }
      } else {
        diagnostics.error(
          .wrongType, "'items' must be one schema", at: entry.value.position, help: "a list of schemas is 'prefixItems'"
        )
      }
    case .additionalItems:
      if at.node["items"]?.items == nil {
        diagnostics.note(entry.key, .ignored, at: entry.keyPosition, because: "JSON Schema draft-07, section 6.4.2")
        diagnostics.warning(
          .noEffect, "'additionalItems' has no effect: 'items' beside it is not a list", at: entry.keyPosition)
      }
    case .dependencies: readDependencies(entry, below, dialect, into: &keywords)
    case .contains: keywords.contains = one()
    case .unevaluatedItems: keywords.unevaluatedItems = one()
    case .additionalProperties: keywords.additionalProperties = additional(below, dialect)
    case .unevaluatedProperties: keywords.unevaluatedProperties = one()
    case .propertyNames: keywords.propertyNames = one()
    case .not: keywords.not = one()
    case .if: keywords.condition = one()
    case .then: keywords.then = one()
    case .else: keywords.otherwise = one()
    case .prefixItems: keywords.prefixItems = many(entry, below, dialect)
    case .allOf: keywords.allOf += many(entry, below, dialect)
    case .anyOf: keywords.anyOf = many(entry, below, dialect)
    case .oneOf: keywords.oneOf = many(entry, below, dialect)
    case .properties: keywords.properties = map(entry, below, dialect)
    case .dependentSchemas: keywords.dependentSchemas = map(entry, below, dialect)
    case .patternProperties:
      for member in members(entry) {
        guard let pattern = pattern(member.key, at: member.keyPosition) else { continue }
        keywords.patternProperties.append((pattern, schema(below.child(member.value, member.key), dialect)))
      }
    default: return false
    }
    return true
  }

  /// Reads a schema or a boolean: OpenAPI 3.0 and draft-04 allow a boolean only here.
  private func additional(_ at: Location, _ dialect: Dialect) -> Int {
    guard !dialect.hasBooleanSchemas, case .bool = at.node.value else { return schema(at, dialect) }
    return schema(at, .draft2020)
  }

  /// Reads `dependencies`, whose members are lists of names or schemas.
  private func readDependencies(
    _ entry: Node.Entry, _ below: Location, _ dialect: Dialect, into keywords: inout SchemaKeywords
  ) {
    if !dialect.hasDependencies {
      diagnostics.warning(
        .noEffect, "'dependencies' is not a keyword of \(dialect.name): it is applied as it was before 2019-09",
        at: entry.keyPosition, help: "write 'dependentRequired' for lists of names, and 'dependentSchemas' for schemas")
    }
    for member in members(entry) {
      if member.value.items != nil {
        keywords.dependentRequired[member.key] = distinct(member)
      } else {
        keywords.dependentSchemas[member.key] = schema(below.child(member.value, member.key), dialect)
      }
    }
  }

  private func many(_ entry: Node.Entry, _ below: Location, _ dialect: Dialect) -> [Int] {
    guard let items = list(entry) else { return [] }
    if items.isEmpty {
      diagnostics.error(.badValue, "'\(entry.key)' needs at least one schema", at: entry.value.position)
    }
    return items.enumerated().map { schema(below.child($1, String($0)), dialect) }
  }

  private func map(_ entry: Node.Entry, _ below: Location, _ dialect: Dialect) -> JSONObject<Int> {
    JSONObject(members(entry).map { ($0.key, schema(below.child($0.value, $0.key), dialect)) })
  }
}

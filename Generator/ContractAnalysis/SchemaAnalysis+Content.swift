import ContractModel
import ContractValues

/// The schemas of content that is a sequence, and of forms.
extension SchemaAnalysis {
  /// The schema of each item of a sequence; nil where it is not described.
  public mutating func itemSchema(_ media: MediaType) -> Int? {
    if let item = media.itemSchema { return item }
    guard let schema = media.schema else { return nil }
    // `schema` describes all items as one array (OpenAPI 3.2, section 4.14.3). One that is not an array can only mean
    // an item, except for events: their text is not JSON.
    if case .list(let items) = form(of: set.resolved(schema)) { return items.first }
    return media.parsed.kind == .events ? nil : schema
  }

  /// Whether a schema has constraints on all items of a sequence together.
  public mutating func constrainsSequence(_ media: MediaType) -> Bool {
    guard media.itemSchema == nil, let schema = media.schema, case .list = form(of: set.resolved(schema)) else {
      return false
    }
    let keywords = set.keywords(set.resolved(schema))
    return keywords.minItems != nil || keywords.maxItems != nil || keywords.uniqueItems
  }

  /// The schema of the JSON in an event's `data`, where the event's schema declares it.
  public mutating func dataSchema(_ event: Int) -> Int? {
    guard let data = shape(set.resolved(event)).properties["data"]?.first else { return nil }
    return set.embedded(data)
  }

  /// The types of the texts of a form's unlisted members, where its schema describes them.
  public mutating func otherTypes(_ form: Int) -> JSONTypes? {
    let others = shape(set.resolved(form)).parts.compactMap { set.keywords($0).additionalProperties }.first
    guard let others, set.keywords(others).always == nil else { return nil }
    return set.textTypes(others)
  }
}

import ContractOutline
import ServiceCore

/// How an operation gives a list: where its items are, by which parameters it is read page by page, and which ones
/// filter it.
struct ListLayout: Sendable {
  /// The schema of the whole body, of the array, and of an item.
  let whole: Int
  let array: Int
  let item: Int
  /// The property that has the items; nil for a body that is the list.
  let member: String?
  /// The indices of parameters.
  let limit: Int?
  let cursor: Int?
  let offset: Int?
  let page: Int?
  /// The property that has the next page's cursor.
  let next: String?
  /// Parameters that are named as a property of an item, with that name.
  let filters: [(parameter: Int, property: String)]

  /// Nil for an operation without a list of objects.
  init?(_ operation: OutlinedOperation, _ shape: SchemaShape) {
    guard let schema = operation.successResponse?.content.first(where: { $0.kind == .json })?.schema else { return nil }
    let paging = operation.pagination
    guard let found = Self.array(schema, operation, shape), let item = shape.items(of: found.schema),
      shape.isObject(item)
    else { return nil }
    (whole, array, self.item, member) = (schema, found.schema, item, found.member)
    func index(_ names: [String]) -> Int? {
      operation.parameters.firstIndex { $0.location == .query && names.contains($0.name.lowercased()) }
    }
    limit = index(
      paging.map { [$0.limit.lowercased()] } ?? [
        "limit", "per_page", "perpage", "page_size", "pagesize", "page-size", "size", "max_results",
      ])
    cursor = paging.flatMap { index([$0.cursor.lowercased()]) }
    offset = paging == nil ? index(["offset", "skip"]) : nil
    page = paging == nil ? index(["page", "page_number", "pagenumber"]) : nil
    next = paging?.next
    let used = [limit, cursor, offset, page]
    let properties = shape.properties(of: item)
    filters = operation.parameters.enumerated().compactMap { index, parameter in
      guard parameter.location == .query, !used.contains(index), properties[parameter.name] != nil else { return nil }
      return (index, parameter.name)
    }
  }

  private static func array(
    _ schema: Int, _ operation: OutlinedOperation, _ shape: SchemaShape
  ) -> (schema: Int, member: String?)? {
    if shape.types(of: schema).contains(.array), shape.items(of: schema) != nil { return (schema, nil) }
    let properties = shape.properties(of: schema)
    let arrays = properties.filter { shape.types(of: $0.value).contains(.array) && shape.items(of: $0.value) != nil }
    var names = ["items", "data", "results", "values", "entries", "content"]
    if let own = operation.pagination?.items { names.insert(own, at: 0) }
    if case .literal(let segment)? = operation.descriptor.path.last { names.insert(segment, at: 0) }
    let named = names.lazy.compactMap { name in arrays.first { $0.key.utf8.elementsEqual(name.utf8) } }.first
    guard let found = named ?? (arrays.count == 1 ? arrays.first : nil) else { return nil }
    return (found.value, found.key)
  }
}

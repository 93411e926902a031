import ContractOutline
import ServiceCore

/// A page of a list of resources.
struct ListPage: Sendable {
  private let items: [ResourceStore.Resource]
  /// The cursor of the next page; nil on the last one.
  private let next: String?
  /// How many there are on all pages.
  private let total: Int

  static let sizeLimit = 1_000
  private static let standardSize = 20

  /// - Throws: 400 for a cursor that the mock did not make.
  init(
    _ all: [ResourceStore.Resource], _ layout: ListLayout, _ request: MockedRequest, _ values: ValueMaker
  ) throws(RequestFault) {
    let parameters = request.values.parameters
    func number(_ index: Int?) -> Int? {
      guard let index, case .number(let number)? = parameters[index] else { return nil }
      return number.integer.map { max(0, $0) }
    }
    let matching = all.filter { resource in
      layout.filters.allSatisfy { filter in
        parameters[filter.parameter].map { resource.members[filter.property]?.matches($0) ?? false } ?? true
      }
    }
    let isPaged = layout.limit != nil || layout.cursor != nil || layout.page != nil
    let standard = layout.limit.flatMap { index in
      values.examples(of: request.operation.parameters[index].schema).lazy.compactMap { value -> Int? in
        if case .number(let number) = value { number.integer.flatMap { $0 > 0 ? $0 : nil } } else { nil }
      }.first
    }
    let size = max(
      0,
      min(
        number(layout.limit) ?? (isPaged ? standard ?? Self.standardSize : Self.sizeLimit), Self.sizeLimit,
        values.shape.maxItems(of: layout.array)))
    var rest = matching[...]
    if let index = layout.cursor, let cursor = parameters[index] {
      let last = try Self.number(cursor.plainText, request)
      rest = rest.drop { $0.number <= last }
    }
    if let offset = number(layout.offset) { rest = rest.dropFirst(offset) }
    if let page = number(layout.page) {
      let (skipped, overflow) = max(0, page - 1).multipliedReportingOverflow(by: size)
      rest = rest.dropFirst(overflow ? .max : skipped)
    }
    items = Array(rest.prefix(size))
    total = matching.count
    next = items.count < rest.count ? items.last.map { Self.cursor($0.number) } : nil
  }

  static func cursor(_ number: Int) -> String { "after-\(number)" }

  /// Nil for a cursor that the mock did not make.
  static func number(ofCursor text: String) -> Int? {
    text.utf8.starts(with: "after-".utf8) ? Int(text.dropFirst(6)).flatMap { $0 < 0 ? nil : $0 } : nil
  }

  private static func number(_ cursor: String, _ request: MockedRequest) throws(RequestFault) -> Int {
    if let number = number(ofCursor: cursor) { return number }
    throw RequestFault(
      .badRequest([
        Violation(
          location: .query, name: request.operation.pagination?.cursor ?? "cursor", rule: "cursor",
          message: "is not a cursor of this list")
      ]))
  }

  // MARK: the body

  private static let totals = ["total", "total_count", "totalCount", "total_items", "totalItems", "count"]

  /// Nil where the schema does not admit the page.
  func body(_ layout: ListLayout, _ values: ValueMaker, _ variation: UInt64) -> JSONValue? {
    var list: [JSONValue] = []
    for item in items {
      guard let members = values.fitted(item.members, to: layout.item, stableHash(item.id)) else { return nil }
      list.append(.object(members))
    }
    guard let member = layout.member else {
      return values.admits(.array(list), layout.whole) ? .array(list) : nil
    }
    guard case .object(var whole)? = values.value(layout.whole, variation) else { return nil }
    whole[member] = .array(list)
    if let name = layout.next {
      whole[name] = next.map { .string($0) }
      if next == nil, !values.admits(.object(whole), layout.whole) { whole[name] = .null }
    }
    guard values.admits(.object(whole), layout.whole) else { return nil }
    for name in Self.totals where whole[name] != nil && name != member {
      whole = values.setting(name, [.number(ExactDecimal(total))], in: whole, layout.whole) ?? whole
    }
    return .object(whole)
  }
}

extension JSONValue {
  /// Whether a property of this value passes a filter: it is the value, or has it; of a list one of its values.
  fileprivate func matches(_ filter: JSONValue) -> Bool {
    if case .array(let values) = filter { return values.contains { matches($0) } }
    if case .array(let items) = self { return items.contains { $0.matches(filter) } }
    return self == filter || plainText.utf8.elementsEqual(filter.plainText.utf8)
  }
}

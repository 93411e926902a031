import ContractOutline
import ContractValues
import ServiceCore

/// Lists: pages, filters, and what they hold.
extension Conformance {
  /// How many items are read of a list.
  private static let itemLimit = 200

  mutating func checkPaging(of operation: OutlinedOperation) async {
    guard let pagination = operation.pagination, let limit = operation.index(of: pagination.limit) else { return }
    if let collection = world.collections.first(where: { $0.lister === operation }) {
      for _ in 0..<5 { _ = await created(in: collection) }
    }
    await checkCursor(operation, pagination)
    guard let whole = await items(of: operation, limit: nil), whole.items.count > 1 else { return }
    for size in 1...3 {
      guard outline.program.admits(.number(ExactDecimal(size)), schema: operation.parameters[limit].schema),
        let other = await items(of: operation, limit: size)
      else { continue }
      let count = min(whole.items.count, other.items.count)
      if whole.isWhole != other.isWhole && whole.items.count <= Self.itemLimit / 2
        || whole.items.prefix(count).map(\.identity) != other.items.prefix(count).map(\.identity)
        || whole.isWhole && other.isWhole && whole.items.count != other.items.count
      {
        fail(
          .paging, operation, pagination.at,
          "pages of \(size) hold other items than pages of the usual size: \(other.items.count) and \(whole.items.count)",
          other.exchanges)
        return
      }
    }
  }

  /// A cursor that nobody was given is refused, and fails nobody.
  private mutating func checkCursor(_ operation: OutlinedOperation, _ pagination: OutlinedOperation.Pagination) async {
    guard let cursor = operation.index(of: pagination.cursor), let sample = valid(operation, count: 1).first else {
      return
    }
    for text in ["conform", String(repeating: "A", count: 64)] {
      var values = world.filled(sample, for: operation, outline.program)
      values.parameters[cursor] = .string(text)
      guard let (request, response) = await exchange(operation, values), response.status >= 500 else { continue }
      fail(
        .serverError, operation, pagination.at, "a cursor that was made up was answered with \(response.status)",
        [Exchange(request: request, response: response)])
    }
  }

  /// The items of a list, page by page; nil where a page cannot be read.
  mutating func items(
    of operation: OutlinedOperation, limit: Int?, _ values: RequestValues? = nil
  ) async -> (items: [JSONValue], isWhole: Bool, exchanges: [Exchange])? {
    guard
      var values = values ?? valid(operation, count: 1).first.map({ world.filled($0, for: operation, outline.program) })
    else { return nil }
    let pagination = operation.pagination
    if let limit, let index = pagination.flatMap({ operation.index(of: $0.limit) }) {
      values.parameters[index] = .number(ExactDecimal(limit))
    }
    var (items, exchanges, cursors) = ([JSONValue](), [Exchange](), Set<JSONValue>())
    while items.count < Self.itemLimit, exchanges.count < Self.itemLimit {
      guard let (request, response) = await exchange(operation, values), response.status < 300 else { return nil }
      exchanges.append(Exchange(request: request, response: response))
      let check = ResponseCheck(outline, operation, response)
      fail(check.breaches, operation, exchanges)
      guard let body = check.value, let page = body.list(pagination?.items) else { return nil }
      items += page
      if let limit, let pagination, page.count > limit {
        fail(.paging, operation, pagination.at, "a page of at most \(limit) has \(page.count) items", exchanges)
      }
      guard let pagination, let next = body[pagination.next], next != .null else { return (items, true, exchanges) }
      guard cursors.insert(next).inserted else {
        fail(.paging, operation, pagination.at, "a cursor leads back to where it came from", exchanges)
        return (items, true, exchanges)
      }
      if page.isEmpty, exchanges.count > 20 {
        fail(
          .paging, operation, pagination.at, "the pages have no end: \(exchanges.count) of them, and the last is empty",
          exchanges.suffix(3))
        return nil
      }
      guard let cursor = operation.index(of: pagination.cursor) else { return nil }
      values.parameters[cursor] = next
    }
    return (items, false, exchanges)
  }

  /// Filters a list by the properties of a thing that is in it.
  mutating func checkFilters(of lister: OutlinedOperation, by thing: JSONValue) async {
    guard let start = valid(lister, count: 1).first else { return }
    for (index, parameter) in lister.parameters.enumerated() where parameter.location == .query {
      guard let value = thing[parameter.name],
        lister.pagination.map({ $0.limit != parameter.name && $0.cursor != parameter.name }) ?? true,
        outline.program.admits(value, schema: parameter.schema)
      else { continue }
      var values = world.filled(start, for: lister, outline.program)
      values.parameters[index] = value
      guard let found = await items(of: lister, limit: nil, values) else { continue }
      if let other = found.items.first(where: { !($0[parameter.name]?.isLike(value) ?? true) }) {
        fail(
          .filter, lister, parameter.at,
          "'\(parameter.name)' is \(value.short), and an item has \(other[parameter.name]?.short ?? "none")",
          found.exchanges)
      } else if found.isWhole, !found.items.contains(where: { $0[parameter.name]?.isLike(value) ?? false }) {
        fail(
          .filter, lister, parameter.at, "'\(parameter.name)' is \(value.short), and the item that has it is missing",
          found.exchanges)
      }
    }
  }
}

extension OutlinedOperation {
  /// The index of a query parameter.
  func index(of name: String) -> Int? {
    parameters.firstIndex { $0.location == .query && $0.name.utf8.elementsEqual(name.utf8) }
  }
}

extension JSONValue {
  /// The items of a list: of a page, of the body itself, or of the only list in it.
  func list(_ name: String?) -> [JSONValue]? {
    if let name { if case .array(let items)? = self[name] { return items } else { return nil } }
    switch self {
    case .array(let items): return items
    case .object(let members):
      let lists = members.compactMap { member -> [JSONValue]? in
        if case .array(let items) = member.value { items } else { nil }
      }
      return lists.count == 1 ? lists[0] : nil
    default: return nil
    }
  }

  /// What distinguishes an item from others: its id, where it has one.
  var identity: JSONValue { self["id"] ?? self }

  /// Whether a filter by this value may admit the other.
  func isLike(_ other: JSONValue) -> Bool {
    switch (self, other) {
    case (.string(let own), .string(let given)): own.lowercased().contains(given.lowercased())
    case (.array(let items), _): items.contains { $0.isLike(other) }
    default: self == other
    }
  }

  /// The value as JSON, cut.
  var short: String { String(decoding: json.prefix(80), as: UTF8.self) }
}

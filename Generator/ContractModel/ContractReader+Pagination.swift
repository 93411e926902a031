import ContractSource
import ContractValues

extension ContractReader {
  /// `x-pagination`: each name it leaves out is the default one.
  func pagination(_ fields: inout Fields) -> Pagination? {
    let known = ["cursor", "limit", "items", "next"]
    let entry = fields.takeExtension("x-pagination", shape: "an object of \(known.joined(separator: ", "))") { value in
      value.entries.map { $0.isEmpty || $0.contains { known.contains($0.key) } } ?? false
    }
    guard let entry, var names = Fields(entry.value, "pagination", diagnostics) else { return nil }
    let position = entry.keyPosition
    func name(_ field: String, _ text: String) -> Pagination.Name {
      let value = names.take(field)
      return Pagination.Name(
        text: value.flatMap { names.text($0, field) } ?? text, position: value?.position ?? position)
    }
    let pagination = Pagination(
      position: position, cursor: name("cursor", "cursor"), limit: name("limit", "limit"),
      items: name("items", "items"),
      next: name("next", "next_cursor"))
    names.finish()
    return pagination
  }

  /// Reports what an operation lacks for its `x-pagination`. Called when all schemas are read.
  func checkPagination(_ operation: Operation) {
    guard let pagination = operation.pagination else { return }
    if operation.policy.idempotencyKey != nil {
      diagnostics.error(
        .contradiction, "an operation with 'x-idempotency-key' changes something, and its pages cannot be read again",
        at: pagination.position, help: "leave 'x-pagination' or 'x-idempotency-key' out")
    }
    checkCursor(pagination, operation)
    checkLimit(pagination, operation)
    guard let page = page(pagination, operation) else { return }
    checkPage(page, pagination)
  }

  private func checkCursor(_ pagination: Pagination, _ operation: Operation) {
    guard let cursor = parameter(pagination.cursor, "cursor", operation) else { return }
    let hasDefault = [cursor.schema, schemaSet.resolved(cursor.schema)].contains { schemaSet[$0].defaultValue != nil }
    if cursor.isRequired || hasDefault {
      diagnostics.error(
        .contradiction, "the cursor '\(cursor.name)' must be optional and without a default: the first page has none",
        at: cursor.position)
    }
    checkAdmitsCursors(cursor.schema, "the parameter '\(cursor.name)'", at: cursor.position)
  }

  /// Without bounds a caller could ask for no items at all, or for all of them.
  private func checkLimit(_ pagination: Pagination, _ operation: Operation) {
    guard let limit = parameter(pagination.limit, "limit", operation) else { return }
    let parts = schemaSet.parts(limit.schema)
    let isPositive = parts.contains { $0.minimum.map { $0 >= ExactDecimal(1) } ?? false }
    let isBounded = parts.contains { $0.maximum != nil }
    if schemaSet.types(limit.schema) != .integer || !isPositive || !isBounded {
      diagnostics.error(
        .badValue, "the limit '\(limit.name)' must be an integer with a minimum of at least 1 and a maximum",
        at: limit.position, help: "write 'type: integer', 'minimum: 1' and 'maximum: 100'")
    }
  }

  private func parameter(_ name: Pagination.Name, _ field: String, _ operation: Operation) -> Parameter? {
    let query = operation.parameters.filter { $0.location == .query }
    if let parameter = query.first(where: { $0.name == name.text }) { return parameter }
    diagnostics.error(
      .missingField, "the operation has no query parameter '\(name.text)', its \(field) by 'x-pagination'",
      at: name.position,
      help: nearest(name.text, among: query.map(\.name)).map { "did you mean '\($0)'?" }
        ?? "declare it, or name the one that is the \(field): 'x-pagination: { \(field): NAME }'")
    return nil
  }

  /// The schema of the page that an operation answers.
  private func page(_ pagination: Pagination, _ operation: Operation) -> Int? {
    let successes = operation.responses.filter(\.status.isSuccess)
    guard successes.count == 1, let success = successes.first, let page = success.page else {
      diagnostics.error(
        .badValue, "'x-pagination' needs exactly one response that means success, with one body, of JSON: the page",
        at: pagination.position)
      return nil
    }
    for header in success.headers where header.isRequired {
      diagnostics.error(
        .contradiction, "the header '\(header.name)' is required, and a page is made without headers",
        at: header.position, help: "leave 'required: true' out")
    }
    return page
  }

  private func checkPage(_ page: Int, _ pagination: Pagination) {
    let required = Set(schemaSet.parts(page).flatMap(\.required).map(ByteKey.init))
    let isRequired = { (name: Pagination.Name) in required.contains(ByteKey(name.text)) }
    let items = property(pagination.items, "items", of: page)
    let next = property(pagination.next, "next", of: page)
    guard let items, let next else { return }
    if !isRequired(pagination.items) || schemaSet.types(items) != .array || schemaSet.items(items) == nil {
      diagnostics.error(
        .badValue, "the items '\(pagination.items.text)' must be a list with a schema of its items, and required",
        at: schemaSet[items].position)
    }
    if isRequired(pagination.next), !schemaSet.types(next).contains(.null) {
      diagnostics.error(
        .contradiction, "the next cursor '\(pagination.next.text)' must be optional: the last page has none",
        at: schemaSet[next].position, help: "leave it out of 'required', or let it be null")
    }
    checkAdmitsCursors(next, "the property '\(pagination.next.text)'", at: schemaSet[next].position)
    let others = required.map(\.text).filter { $0 != pagination.items.text && $0 != pagination.next.text }
    for name in others.sorted() {
      diagnostics.error(
        .contradiction, "'\(name)' is required, and a page is made of its items and the next cursor alone",
        at: schemaSet[page].position, help: "leave it out of 'required'")
    }
  }

  private func property(_ name: Pagination.Name, _ field: String, of page: Int) -> Int? {
    if let schema = schemaSet.property(name.text, of: page) { return schema }
    let names = schemaSet.parts(page).flatMap { $0.properties.map(\.key) }
    diagnostics.error(
      .missingField, "the page has no property '\(name.text)', its \(field) by 'x-pagination'", at: name.position,
      help: nearest(name.text, among: names).map { "did you mean '\($0)'?" }
        ?? "declare it, or name the one that is meant: 'x-pagination: { \(field): NAME }'")
    return nil
  }

  /// A cursor is base64url. One over a time and an id has 64 characters, and over texts as many more as these need.
  private func checkAdmitsCursors(_ schema: Int, _ what: String, at position: SourcePosition) {
    let parts = schemaSet.parts(schema)
    let sample = "AZaz09-_" + String(repeating: "A", count: 56)
    let isAdmitted = parts.allSatisfy { part in
      part.maxLength ?? .max >= 64 && part.minLength ?? 0 <= 28 && part.pattern?.matches(sample) ?? true
        && part.format == nil && part.enumeration == nil && part.constant == nil
    }
    if isAdmitted, schemaSet.types(schema).subtracting(.null) == .string { return }
    diagnostics.error(
      .badValue, "\(what) does not admit cursors: texts of A-Z, a-z, 0-9, '-' and '_' of 28 to 64 characters and more",
      at: position, help: "write 'type: string', 'maxLength: 1000' and 'pattern: ^[A-Za-z0-9_-]+$'")
  }
}

extension Operation {
  /// The schema of the page that it answers, and of each item; nil without `x-pagination`.
  public func page(in set: SchemaSet) -> (page: Int, item: Int)? {
    guard let pagination, let page = responses.first(where: \.status.isSuccess)?.page,
      let item = set.property(pagination.items.text, of: page).flatMap({ set.items($0) })
    else { return nil }
    return (page, item)
  }
}

extension Response {
  /// The schema of its body, where that is JSON and nothing else.
  fileprivate var page: Int? {
    guard case .code = status, content.count == 1, let only = content.first, only.itemSchema == nil,
      only.baseType == "application/json" || only.baseType.hasSuffix("+json")
    else { return nil }
    return only.schema
  }
}

extension Response.Status {
  public var isSuccess: Bool {
    switch self {
    case .code(let code): code < 300
    case .range(let digit): digit == 2
    case .other: false
    }
  }
}

extension SchemaSet {
  /// The schema of a property, also where `$ref` or `allOf` lead to it.
  func property(_ name: String, of index: Int) -> Int? {
    parts(index).lazy.compactMap { part in part.properties.first { $0.key.utf8.elementsEqual(name.utf8) }?.value }.first
  }

  /// The schema of a list's items.
  func items(_ index: Int) -> Int? { parts(index).lazy.compactMap(\.items).first }
}

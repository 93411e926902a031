import ContractModel
import ContractSource

/// Plans the pagination of lists, once the records of their pages are declared.
struct PagingPlanner {
  let declarations: Declarations
  let set: SchemaSet
  let diagnostics: Diagnostics

  /// The plans of these operations with the pagination of their lists.
  func applied(to plans: [OperationPlan], _ operations: [Operation]) -> [OperationPlan] {
    zip(plans, operations).map { plan, operation in
      guard let pagination = operation.pagination else { return plan }
      var plan = plan
      plan.paging = paging(pagination, plan, operation)
      return plan
    }
  }

  /// Nil where the contract is invalid, which is reported here or was when it was read.
  private func paging(_ pagination: Pagination, _ plan: OperationPlan, _ operation: Operation) -> PagingPlan? {
    if plan.streamsBody {
      diagnostics.error(
        .unsupported, "a streamed body cannot be sent again for each page",
        at: operation.body?.position ?? operation.position,
        help: "remove 'x-pagination', or make the body JSON, a form or a text")
    }
    guard operation.page(in: set) != nil, let body = plan.responses.first(where: \.isSuccess)?.body else { return nil }
    let record = page(body.type)
    let query = plan.fields(in: .query)
    let field = { (fields: [FieldPlan], name: Pagination.Name) in
      fields.first { $0.wireName.utf8.elementsEqual(name.text.utf8) }
    }
    guard let record, let items = field(record.fields, pagination.items), case .array(let item) = items.type,
      let next = field(record.fields, pagination.next), next.type.present == .string, !next.isDefaulted
    else {
      diagnostics.error(
        .unsupported, "this page has no type with a list of items and a text for the next cursor",
        at: pagination.position, help: "make it an object schema of this contract, with both among its properties")
      return nil
    }
    guard let cursor = field(query, pagination.cursor), cursor.type == .string,
      let limit = field(query, pagination.limit), limit.type == .integer
    else { return nil }
    return PagingPlan(
      cursor: cursor, limit: limit, page: record.name,
      members: record.fields.filter { [items.name, next.name].contains($0.name) }, items: items, item: item, next: next)
  }

  private func page(_ type: TypePlan) -> RecordPlan? {
    guard case .named(let name) = type, let index = declarations.index(of: name),
      case .record(let record) = declarations[index]
    else { return nil }
    return record
  }
}

extension FieldPlan {
  fileprivate var isDefaulted: Bool { if case .defaulted = presence { true } else { false } }
}

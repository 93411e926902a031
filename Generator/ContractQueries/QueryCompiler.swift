import ContractPlan
import ContractSource

/// Compiles `Queries.sql`: SQL whose parameters and rows have the types of contracts.
public struct QueryCompiler {
  private let diagnostics: Diagnostics
  private let schema: SchemaTables
  private var types: QueryTypes
  private var records: [RowPlan] = []
  private var printed: [PrintedQuery] = []
  private var rowNames: Set<String> = []

  /// Plans the queries of a service, and writes each as psql takes it.
  ///
  /// - Parameters:
  ///   - service: its name in Swift: `Products`.
  ///   - file: its Queries.sql, under the path from the package's root on.
  ///   - apis: those that the target depends on.
  ///   - shared: others, whose types those of `apis` are made of.
  ///   - migrations: the texts of the migrations, in their order.
  public static func plan(
    service: String, file: SourceFile, apis: [QueryAPI], shared: [QueryAPI], migrations: [[UInt8]],
    diagnostics: Diagnostics
  ) -> (plan: QueriesPlan, printed: [PrintedQuery]) {
    var compiler = QueryCompiler(
      diagnostics: diagnostics, schema: SchemaTables(migrations), types: QueryTypes(apis, shared: shared))
    var queries: [QueryPlan] = []
    var names: [String: String] = [:]
    if let parts = QueryFile(file, diagnostics) {
      for block in parts.blocks { queries += compiler.query(block, parts.text, &names).map { [$0] } ?? [] }
    }
    let modules = compiler.types.usedModules.union(["ServiceCore", "ServiceDefinition", "ServicePostgres"])
    let plan = QueriesPlan(
      service: service, source: file.path, imports: modules.sorted() + compiler.types.shadowed,
      records: compiler.records, queries: queries)
    return (plan, compiler.printed)
  }

  /// A name of a table or column as SQL writes it: in quotes where it is a word of SQL's own.
  public static func quoted(_ name: String) -> String { BodyReader.quoted(name) }

  private init(diagnostics: Diagnostics, schema: SchemaTables, types: QueryTypes) {
    (self.diagnostics, self.schema, self.types) = (diagnostics, schema, types)
  }

  private mutating func query(
    _ block: QueryFile.Block, _ text: SourceText, _ names: inout [String: String]
  ) -> QueryPlan? {
    let head: QueryHead
    do throws(HeadError) {
      var reader = HeadReader(block.head)
      head = try reader.read()
    } catch {
      diagnostics.error(.syntax, error.message, at: text.position(error.offset), help: error.help)
      return nil
    }
    if let other = names.updateValue(head.name, forKey: SwiftName.member(head.name)) {
      diagnostics.error(
        .duplicate,
        other == head.name
          ? "there are two queries '\(head.name)'" : "'\(other)' and '\(head.name)' are one name in Swift",
        at: text.position(block.headOffset), help: "give one of them another name")
    }
    checkLabels(head.parameters, text)
    let errors = diagnostics.list.count
    let parameters = head.parameters.compactMap { parameter in
      type(parameter.type, text).map { (parameter.name, SwiftName.member(parameter.name), $0, parameter.offset) }
    }
    let result = result(head, text)
    // With a type unknown, every name of it would be reported again.
    guard parameters.count == head.parameters.count else { return nil }
    var reader = BodyReader(text, parameters, types, diagnostics)
    let body = reader.read(block, name: head.name)
    types = reader.types
    guard let body, let first = body.sections.first else { return nil }
    var checks: [QueryCheckPlan] = []
    var tree: StatementTree?
    for choice in body.choices {
      let (check, columns) = body.rendered(choice, of: text)
      // Lines of several values make the same text for each.
      if checks.contains(where: { $0.text == check.text }) { continue }
      let parsed = parse(check, columns, body, text, choice, after: errors)
      if checks.isEmpty { tree = parsed }
      checks.append(check)
    }
    for choice in body.partialChoices {
      let (check, columns) = body.rendered(choice, of: text)
      _ = parse(check, columns, body, text, choice, after: errors)
    }
    guard let result = finished(result, head, tree, text) else { return nil }
    let position = text.position(first.range.lowerBound)
    printed.append(PrintedQuery(head.name, String(decoding: block.head.map(\.byte), as: UTF8.self).trimmed, body, text))
    let end = body.sections.last?.range.upperBound ?? first.range.upperBound
    return QueryPlan(
      name: SwiftName.member(head.name), doc: block.doc.flatMap(SwiftName.comment),
      parameters: parameters.map { (label: $0.1, type: $0.2.swift) }, result: result, parts: body.parts(of: text),
      source: QuerySource(line: position.line, column: position.column, text: text[first.range.lowerBound..<end]),
      checks: checks)
  }

  /// What PostgreSQL's parser makes of a text; what is wrong with it is reported where the file says it.
  private func parse(
    _ check: QueryCheckPlan, _ columns: [Range<Int>], _ body: QueryBody, _ text: SourceText,
    _ choice: QueryBody.Choice, after errors: Int
  ) -> StatementTree? {
    // Where a name was refused, what is left of it is no SQL either; and the forms of a query have faults in common.
    if diagnostics.list.dropFirst(errors).contains(where: { $0.code != .unused }) { return nil }
    do throws(SQLSyntaxError) {
      let parsed = try PostgresParser.parse(Array(check.text.utf8))
      guard let tree = StatementTree(parsed) else {
        if parsed != nil { throw SQLSyntaxError(message: "there is no SQL", offset: 0) }
        return nil
      }
      for fault in tree.faults(schema, columns: columns) {
        diagnostics.error(
          .brokenReference, fault.message, at: text.position(body.source(of: fault.offset, in: check)), help: fault.help
        )
      }
      return tree
    } catch {
      let help =
        switch (choice.isPresent, choice.exception) {
        case (true, nil): nil as String?
        case (false, nil): "so it is where the lines that may be left out are"
        case (true, let subject?): "so it is where the lines of ':\(subject)' are left out, and no others"
        case (false, let subject?):
          "so it is where of the lines that may be left out only those of ':\(subject)' are sent"
        }
      diagnostics.error(.syntax, error.message, at: text.position(body.source(of: error.offset, in: check)), help: help)
      return nil
    }
  }

  /// Names that are different in SQL and the same in Swift.
  private func checkLabels(_ parameters: [QueryHead.Parameter], _ text: SourceText) {
    var names: [String: String] = [:]
    for parameter in parameters {
      if let other = names.updateValue(parameter.name, forKey: SwiftName.member(parameter.name)) {
        diagnostics.error(
          .duplicate, "'\(other)' and '\(parameter.name)' are one name in Swift", at: text.position(parameter.offset))
      }
    }
  }

  // MARK: types

  private mutating func type(_ syntax: TypeSyntax, _ text: SourceText) -> QueryType? {
    switch syntax {
    case .array(let element): return type(element, text).map { .array($0) }
    case .optional(let value): return type(value, text).map { $0.isOptional ? $0 : .optional($0) }
    case .row(_, let offset):
      diagnostics.error(
        .wrongType, "a row can be declared only as the result", at: text.position(offset),
        help: "give each value as a parameter of its own")
      return nil
    case .named(let path, let offset):
      do throws(QueryTypes.Unknown) {
        return try types.type(named: path)
      } catch {
        diagnostics.error(.brokenReference, error.message, at: text.position(offset), help: error.help)
        return nil
      }
    }
  }

  /// What becomes of the rows, before it is known whether the statement gives any.
  private enum Outcome {
    case nothing, count
    case rows(QueryPlan.Row, offset: Int, wrap: @Sendable (QueryPlan.Row) -> QueryPlan.Result)
  }

  private mutating func result(_ head: QueryHead, _ text: SourceText) -> Outcome? {
    switch head.result {
    case nil: return .nothing
    case .named(["count"], _)?: return .count
    case .array(let element)?:
      return row(element, head, text).map { .rows($0, offset: element.offset) { .all($0) } }
    case .optional(let value)?:
      return row(value, head, text, isOptional: true).map { .rows($0, offset: value.offset) { .first($0) } }
    case let syntax?: return row(syntax, head, text).map { .rows($0, offset: syntax.offset) { .one($0) } }
    }
  }

  private mutating func row(
    _ syntax: TypeSyntax, _ head: QueryHead, _ text: SourceText, isOptional: Bool = false
  ) -> QueryPlan.Row? {
    if case .row(let fields, _) = syntax { return declared(fields, head, text) }
    guard let type = type(syntax, text) else { return nil }
    if case .record(let record) = type { return plan(record, syntax.offset, text).map { .record($0) } }
    guard let value = value(type, syntax.offset, text) else { return nil }
    // No row and one with NULL in it are the same. Its one column needs no name.
    let own = isOptional && !value.isOptional ? SQLValuePlan.optional(value) : value
    return .value(ColumnPlan(name: "", label: "", value: own), type: type.swift)
  }

  private func value(_ type: QueryType, _ offset: Int, _ text: SourceText) -> SQLValuePlan? {
    if let value = type.value { return value }
    diagnostics.error(.wrongType, "\(type.swift) is read from no column", at: text.position(offset))
    return nil
  }

  private mutating func declared(
    _ fields: [QueryHead.Parameter], _ head: QueryHead, _ text: SourceText
  ) -> QueryPlan.Row? {
    checkLabels(fields, text)
    var result: [QueryPlan.Field] = []
    var taken: [String: String] = [:]
    for field in fields {
      guard let type = type(field.type, text) else { return nil }
      let label = SwiftName.member(field.name)
      var columns = [SwiftName.column(field.name)]
      if case .record(let record) = type.present {
        guard let plan = plan(record, field.offset, text) else { return nil }
        columns = plan.columns.map(\.name)
        result.append(.init(label: label, type: type.swift, content: .record(plan, isOptional: type.isOptional)))
      } else {
        guard let value = value(type, field.offset, text) else { return nil }
        let column = ColumnPlan(name: columns[0], label: label, value: value)
        result.append(.init(label: label, type: type.swift, content: .value(column)))
      }
      for column in columns {
        if let other = taken.updateValue(field.name, forKey: column), SwiftName.member(other) != label {
          diagnostics.error(
            .duplicate, "'\(other)' and '\(field.name)' are both read from the column '\(column)'",
            at: text.position(field.offset), help: "read one of the two as single values of other names")
        }
      }
    }
    return .declared(name: rowName(head.name, fields, text), result)
  }

  /// The name of a query's own row: never one that hides a type of a contract's.
  private mutating func rowName(_ query: String, _ fields: [QueryHead.Parameter], _ text: SourceText) -> String {
    var name = SwiftName.type(query)
    var types = types
    while (try? types.type(named: [name])) != nil || SwiftName.isReserved(name)
      || QueriesPlan.runtimeNames[name] != nil || !rowNames.insert(name).inserted
    {
      name += "Row"
    }
    return name
  }

  private mutating func plan(_ record: QueryRecord, _ offset: Int, _ text: SourceText) -> RowPlan? {
    if record.isInput || record.isPatch {
      diagnostics.error(
        .wrongType,
        "\(record.swift) is \(record.isPatch ? "a merge patch" : "an operation's input"): no row is read as one",
        at: text.position(offset), help: "write a record, or a row in place: '(label: Type, …)'")
      return nil
    }
    if let known = records.first(where: { $0.type == record.swift }) { return known }
    var columns: [ColumnPlan] = []
    for field in record.fields {
      let type = types.type(of: field, in: record)
      guard let value = value(type, offset, text) else { return nil }
      var isNullable = false
      if case .nullable = type { isNullable = true }
      columns.append(
        ColumnPlan(name: QueryRecord.name(of: field), label: field.name, value: value, isNullable: isNullable))
    }
    let plan = RowPlan(type: record.swift, columns: columns)
    records.append(plan)
    return plan
  }

  /// The result, where the statement gives it.
  private func finished(
    _ outcome: Outcome?, _ head: QueryHead, _ tree: StatementTree?, _ text: SourceText
  ) -> QueryPlan.Result? {
    switch outcome {
    case nil: return nil
    case .nothing?: return .nothing
    case .count?: return .count
    case .rows(let row, let offset, let wrap)?:
      if let tree, !tree.givesRows {
        diagnostics.error(
          .contradiction, "the statement of '\(head.name)' gives no rows", at: text.position(offset),
          help: "end it with RETURNING, or write '-> count', or no result")
        return nil
      }
      // How many columns `*` is, the server knows.
      if case .value(_, let type) = row, let count = tree?.columnCount, count > 1 {
        diagnostics.error(
          .contradiction, "'\(head.name)' gives \(count) columns, and \(type) is read from one",
          at: text.position(offset),
          help: "write '(label: Type, …)' for several")
        return nil
      }
      return wrap(row)
    }
  }
}

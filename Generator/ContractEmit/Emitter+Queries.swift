import ContractPlan

/// A service's queries: one function each.
extension Emitter {
  public static func emit(_ plan: QueriesPlan) -> String {
    var swift = SwiftWriter()
    swift.comment(
      "//", ["Generated from \(SwiftName.comment(plan.source).joined(separator: " ")). Edit that, not this file."])
    swift.line("// swift-format-ignore-file")
    for module in plan.imports { swift.line("import \(module)") }
    swift.line()
    let type = plan.service + "Queries"
    swift.doc(["The queries of \(SwiftName.comment(plan.source).joined(separator: " "))."])
    swift.block("struct \(type): Sendable") { swift in
      swift.doc(["The database, or the transaction, that they are sent to."])
      swift.line("let session: any SQLSession")
      swift.line()
      swift.doc(["The queries of a database, or of a transaction."])
      swift.line("init(_ session: any SQLSession) { self.session = session }")
      swift.line()
      swift.doc(["- Throws: `ConfigurationError` where the service has no database."])
      swift.line("init(_ resources: Resources) throws { session = try resources.database }")
      for query in plan.queries { emitQuery(query, &swift) }
    }
    swift.line()
    emitTransaction(type, &swift)
    for record in plan.records { emitRow(record, &swift) }
    swift.line()
    swift.block("extension \(type)") { swift in emitChecks(plan, &swift) }
    return swift.text
  }

  private static func emitTransaction(_ type: String, _ swift: inout SwiftWriter) {
    swift.block("extension Call") { swift in
      swift.doc([
        "Runs `body` in one transaction of the service's database, and commits its result with its effect.", "",
        "- Throws: what `body` throws, after a rollback.",
      ])
      swift.line("func transaction<Value: Sendable>(")
      swift.line("  _ body: (\(type)) async throws -> Value")
      swift.block(") async throws -> Committed<Value>") { swift in
        swift.line("try await sqlTransaction { try await body(\(type)($0)) }")
      }
    }
  }

  private static func emitQuery(_ query: QueryPlan, _ swift: inout SwiftWriter) {
    swift.line()
    if case .declared(let name, let fields)? = query.result.row { emitDeclaredRow(name, fields, query, &swift) }
    if query.isFixed {
      emitLiteral("private static let \(textName(query)): SQL.Compiled = ", query.checks.first?.text ?? "", &swift)
      swift.line()
    }
    swift.doc(query.doc)
    if case .count = query.result { swift.line("@discardableResult") }
    let tail = resultType(query.result).map { " -> \($0)" } ?? ""
    let local = local(query)
    emitSignature(
      "func \(query.name)", query.parameters.map { "\($0.label.parameter): \($0.type)" }, " async throws" + tail, &swift
    ) { swift in
      if query.isFixed { emitFixed(query, local, &swift) } else { emitParts(query, local, &swift) }
      emitResult(query, local, &swift)
    }
  }

  /// The variable that holds the statement: never a name of a parameter, or of a value that a line asks for.
  private static func local(_ query: QueryPlan) -> String {
    var taken = Set(query.parameters.map(\.label.unquoted))
    for case .present(_, let local)? in query.parts.map(\.condition) { taken.insert(local.unquoted) }
    if let free = ["query", "statement", "sql"].first(where: { !taken.contains($0) }) { return free }
    var name = "query_"
    while taken.contains(name) { name += "_" }
    return name
  }

  private static func textName(_ query: QueryPlan) -> String { query.name.unquoted + "Text" }

  private static func emitFixed(_ query: QueryPlan, _ local: String, _ swift: inout SwiftWriter) {
    var values: [String] = []
    for case .value(let value, let number) in query.parts.flatMap(\.pieces) where number > values.count {
      // Without parentheses an optional chain would go on, and make the parameter optional.
      values.append((value.contains("?") ? "(\(value))" : value) + ".postgresParameter")
    }
    let head = "let \(local) = SQL(Self.\(textName(query))"
    guard !values.isEmpty else { return swift.line(head + ")") }
    let short = "\(head), [\(values.joined(separator: ", "))])"
    if short.utf8.count <= 100 { return swift.line(short) }
    swift.line("\(head), [")
    swift.indented { swift in for value in values { swift.line(value + ",") } }
    swift.line("])")
  }

  private static func emitParts(_ query: QueryPlan, _ local: String, _ swift: inout SwiftWriter) {
    var rest = query.parts[...]
    if let first = rest.first, first.condition == nil {
      emitLiteral("var \(local): SQL = ", literal(first.pieces), &swift, isWritten: true)
      rest.removeFirst()
    } else {
      swift.line("var \(local): SQL = \"\"")
    }
    for (condition, pieces) in rest {
      let head = "\(local) += "
      switch condition {
      case nil: emitLiteral(head, literal(pieces), &swift, isWritten: true)
      case .present(let value, let name):
        emitConditional("if let \(name)" + (name == value ? "" : " = \(value)"), head, literal(pieces), &swift)
      case .equal(let value, let cases):
        let test = cases.map { "\(value) == .\($0.unquoted)" }.joined(separator: " || ")
        emitConditional("if \(test)", head, literal(pieces), &swift)
      }
    }
  }

  private static func emitConditional(
    _ condition: String, _ head: String, _ text: String, _ swift: inout SwiftWriter
  ) {
    let line = head + oneLine(text)
    if condition.utf8.count + line.utf8.count <= 110 { return swift.line("\(condition) { \(line) }") }
    swift.block(condition) { swift in emitLiteral(head, text, &swift, isWritten: true) }
  }

  private static func emitResult(_ query: QueryPlan, _ local: String, _ swift: inout SwiftWriter) {
    let session = query.parameters.contains { $0.label == "session" } ? "self.session" : "session"
    let name = SwiftName.literal(query.name.unquoted)
    switch query.result {
    case .nothing: swift.line("try await \(session).execute(\(local))")
    case .count: swift.line("return try await \(session).execute(\(local))")
    case .one(let row): swift.line("return " + read(row, "session.one(\(local), \(name))", session))
    case .first(let row):
      // NULL in the one column and no row are the same to a caller.
      if case .value(let column, _) = row, column.value.isOptional {
        return swift.line("return try await \(session).query(\(local)).first.flatMap { try \(get(column, 0, "$0")) }")
      }
      swift.line("return try await \(session).query(\(local)).first.map\(reader(row))")
    case .all(let row): swift.line("return try await \(session).query(\(local)).map\(reader(row))")
    }
  }

  private static func read(_ row: QueryPlan.Row, _ call: String, _ session: String) -> String {
    let call = session == "session" ? call : "self." + call
    return switch row {
    case .record(let record): "try await \(record.type)(row: \(call))"
    case .declared(let name, _): "try await \(name)(row: \(call))"
    case .value(let column, _): "try await \(get(column, 0, call))"
    }
  }

  private static func reader(_ row: QueryPlan.Row) -> String {
    switch row {
    case .record(let record): "(\(record.type).init(row:))"
    case .declared(let name, _): "(\(name).init(row:))"
    case .value(let column, _): " { try \(get(column, 0, "$0")) }"
    }
  }

  private static func get(_ column: ColumnPlan, _ index: Int, _ row: String = "row") -> String {
    column.value.read("\(row).get(\(SwiftName.literal(column.name)), hint: \(index), \(column.value.swift).self)")
  }

  private static func resultType(_ result: QueryPlan.Result) -> String? {
    guard let row = result.row else {
      if case .count = result { return "Int" }
      return nil
    }
    let type =
      switch row {
      case .record(let record): record.type
      case .value(_, let type): type
      case .declared(let name, _): name
      }
    switch result {
    case .first: return type.hasSuffix("?") ? type : type + "?"
    case .all: return "[\(type)]"
    default: return type
    }
  }
}

// MARK: rows

extension Emitter {
  private static func emitRow(_ record: RowPlan, _ swift: inout SwiftWriter) {
    swift.line()
    swift.block("extension \(record.type)") { swift in
      swift.block("fileprivate init(row: ResultRow) throws") { swift in
        let arguments = record.columns.enumerated().map { index, column in
          let value = get(column, index)
          return "\(column.label.label): " + (column.isNullable ? "Nullable(read: .some(\(value)))" : value)
        }
        if arguments.isEmpty { return swift.line("self.init()") }
        swift.line("try self.init(")
        swift.indented { swift in
          for (index, argument) in arguments.enumerated() {
            swift.line(argument + (index < arguments.count - 1 ? "," : ")"))
          }
        }
      }
    }
  }

  private static func emitDeclaredRow(
    _ name: String, _ fields: [QueryPlan.Field], _ query: QueryPlan, _ swift: inout SwiftWriter
  ) {
    swift.doc(["A row of `\(query.name.unquoted)`."])
    swift.block("struct \(name): Sendable") { swift in
      for field in fields { swift.line("let \(field.label): \(field.type)") }
      swift.line()
      swift.block("fileprivate init(row: ResultRow) throws") { swift in
        var index = 0
        for field in fields {
          switch field.content {
          case .value(let column):
            swift.line("\(assigned(field)) = try \(get(column, index))")
            index += 1
          case .record(let record, let isOptional):
            if isOptional {
              emitOptionalRecord(field, record, index, &swift)
            } else {
              swift.line("\(assigned(field)) = try \(record.type)(row: row)")
            }
            index += record.columns.count
          }
        }
      }
    }
    swift.line()
  }

  private static func assigned(_ field: QueryPlan.Field) -> String {
    field.label == "row" ? "self.row" : field.label
  }

  /// Of a row that joined nothing all columns are NULL.
  private static func emitOptionalRecord(
    _ field: QueryPlan.Field, _ record: RowPlan, _ index: Int, _ swift: inout SwiftWriter
  ) {
    let tests = record.required.map { column in
      let hint = index + (record.columns.firstIndex { $0.name == column.name } ?? 0)
      let type = column.value.present.swift
      return "row.get(\(SwiftName.literal(column.name)), hint: \(hint), \(type)?.self) == nil"
    }
    let end = " ? nil : \(record.type)(row: row)"
    if tests.count == 1 { return swift.line("\(assigned(field)) = try \(tests[0])\(end)") }
    swift.line("\(assigned(field)) =")
    swift.indented { swift in
      for (number, test) in tests.enumerated() {
        swift.line((number == 0 ? "try " : "&& ") + test + (number == tests.count - 1 ? end : ""))
      }
    }
  }
}

// MARK: texts

extension Emitter {
  /// The pieces as the inside of a Swift literal whose interpolations are parameters.
  private static func literal(_ pieces: [QueryPlan.Piece]) -> String {
    pieces.map { piece in
      switch piece {
      case .text(let text): escaped(text)
      case .value(let value, _): "\\(\(value))"
      }
    }.joined()
  }

  /// Writes a text as a literal: of several lines where it has them.
  private static func emitLiteral(
    _ head: String, _ text: String, _ swift: inout SwiftWriter, isWritten: Bool = false, end: String = ""
  ) {
    let text = isWritten ? text : escaped(text)
    let line = head + oneLine(text) + end
    // What only begins with a line's end stays on one line.
    if !text.dropFirst().utf8.contains(UInt8(ascii: "\n")), line.utf8.count <= 100 { return swift.line(line) }
    swift.line(head + "\"\"\"")
    swift.indented { swift in
      for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
        let parts = wrapped(line.hasSuffix(" ") ? line.dropLast() + "\\u{20}" : String(line))
        for part in parts.dropLast() { swift.verbatim(part + " \\") }
        swift.verbatim(String(parts.last ?? ""))
      }
      swift.line("\"\"\"" + end)
    }
  }

  /// A line of a literal, cut behind commas where it is longer than is read at a glance; never in an interpolation.
  private static func wrapped(_ line: String) -> [Substring] {
    guard line.utf8.count > 110 else { return [line[...]] }
    var lines: [Substring] = []
    var (start, comma): (String.Index, String.Index?) = (line.startIndex, nil)
    var (width, depth, previous, isEscape) = (0, 0, UInt8(0), false)
    for index in line.utf8.indices {
      let byte = line.utf8[index]
      switch byte {
      case UInt8(ascii: "(") where depth > 0 || isEscape: depth += 1
      case UInt8(ascii: ")") where depth > 0: depth -= 1
      case UInt8(ascii: " ") where depth == 0 && previous == UInt8(ascii: ","): comma = index
      default: break
      }
      (isEscape, previous, width) = (byte == UInt8(ascii: "\\") && !isEscape, byte, width + 1)
      if width > 100, let end = comma {
        lines.append(line[start..<end])
        start = line.utf8.index(after: end)
        (width, comma) = (line.utf8.distance(from: start, to: index), nil)
      }
    }
    return lines + [line[start...]]
  }

  /// The inside of a literal of several lines: quotes stay where they are not three.
  private static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": result += "\\\\"
      case "\n": result += "\n"
      case "\"": result += result.hasSuffix("\"\"") ? "\\\"" : "\""
      case " "..."~": result.unicodeScalars.append(scalar)
      default: result += "\\u{" + String(scalar.value, radix: 16) + "}"
      }
    }
    return result
  }

  /// The same as a literal on one line.
  private static func oneLine(_ text: String) -> String {
    var result = ""
    var isEscaped = false
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\n": result += "\\n"
      case "\"" where !isEscaped: result += "\\\""
      default: result.unicodeScalars.append(scalar)
      }
      isEscaped = scalar == "\\" && !isEscaped
    }
    return "\"" + result + "\""
  }
}

// MARK: checks

extension Emitter {
  private static func emitChecks(_ plan: QueriesPlan, _ swift: inout SwiftWriter) {
    swift.doc(["Every text that can be sent, which is compared with the live schema at the start."])
    swift.line("static let checks: [QueryCheck] = [")
    swift.indented { swift in emitFilled(plan.queries.flatMap(checkNames), &swift) }
    swift.line("]")
    // Each by itself: the compiler's time on one long expression grows faster than that.
    for query in plan.queries {
      for (name, check) in zip(checkNames(query), query.checks) {
        swift.line()
        swift.line("private static let \(name) = QueryCheck(")
        swift.indented { swift in emitCheck(check, of: query, plan.source, &swift) }
      }
    }
    for query in plan.queries where !query.isFixed {
      swift.line()
      emitLiteral("private static let \(query.name.unquoted)Source = ", query.source.text, &swift)
    }
    for record in plan.records {
      swift.line()
      swift.line("private static let \(columnsName(record)): [QueryCheck.Column] = [")
      swift.indented { swift in emitFilled(record.columns.map(column), &swift) }
      swift.line("]")
    }
  }

  private static func checkNames(_ query: QueryPlan) -> [String] {
    let name = query.name.unquoted + "Check"
    return query.isFixed ? [name] : query.checks.indices.map { "\(name)\($0 + 1)" }
  }

  private static func emitCheck(
    _ check: QueryCheckPlan, of query: QueryPlan, _ path: String, _ swift: inout SwiftWriter
  ) {
    let source = query.source
    swift.line(
      "\(SwiftName.literal(query.name.unquoted)), path: \(SwiftName.literal(path)), line: \(source.line), "
        + "column: \(source.column),")
    if query.isFixed {
      emitLiteral("source: ", source.text, &swift, end: ",")
      swift.line("text: \(textName(query)).text,")
    } else {
      swift.line("source: \(query.name.unquoted)Source,")
      emitLiteral("text: ", check.text, &swift, end: ",")
    }
    emitList(
      "splices: ", check.splices.map { ".init(\($0.start), \($0.length), from: \($0.source), \($0.sourceLength))" },
      ",", &swift)
    emitList(
      "parameters: ", check.parameters.map { ".init(\(SwiftName.literal($0.name)), \($0.type).self)" }, ",", &swift)
    emitColumns(query.result, &swift)
  }

  private static func emitColumns(_ result: QueryPlan.Result, _ swift: inout SwiftWriter) {
    switch result.row {
    case nil: swift.line("columns: [])")
    case .record(let record)?: swift.line("columns: \(columnsName(record)))")
    case .value(let value, _)?: swift.line("columns: [\(column(value))])")
    case .declared(_, let fields)?:
      var records: [String] = []
      var others: [String] = []
      for field in fields {
        switch field.content {
        case .value(let value): others.append(column(value))
        case .record(let record, false): records.append(columnsName(record))
        case .record(let record, true):
          others += record.columns.map {
            column(ColumnPlan(name: $0.name, label: $0.label, value: .optional($0.value.present)))
          }
        }
      }
      let head = "columns: " + records.map { $0 + (others.isEmpty ? "" : " + ") }.joined()
      if others.isEmpty { swift.line(head + ")") } else { emitList(head, others, ")", &swift) }
    }
  }

  private static func columnsName(_ record: RowPlan) -> String {
    "columnsOf" + record.type.filter { $0 != "." }
  }

  private static func column(_ column: ColumnPlan) -> String {
    ".init(\(SwiftName.literal(column.name)), \(column.value.swift).self)"
  }

  private static func emitList(_ head: String, _ items: [String], _ end: String, _ swift: inout SwiftWriter) {
    let short = "\(head)[\(items.joined(separator: ", "))]\(end)"
    if short.utf8.count <= 100 { return swift.line(short) }
    swift.line(head + "[")
    swift.indented { swift in emitFilled(items, &swift) }
    swift.line("]" + end)
  }

  /// As many items a line as fit.
  private static func emitFilled(_ items: [String], _ swift: inout SwiftWriter) {
    var line = ""
    for item in items {
      if !line.isEmpty, line.utf8.count + item.utf8.count > 96 {
        swift.line(line)
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + item + ","
    }
    if !line.isEmpty { swift.line(line) }
  }
}

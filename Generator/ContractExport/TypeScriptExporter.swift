import ContractModel
import ContractValues

/// Prints a plan as TypeScript.
struct TypeScriptExporter {
  let plan: ExportPlan

  /// The names that the runtime parts declare or use.
  static let reserved: Set<String> = [
    "AbortController", "AbortSignal", "Array", "ArrayBuffer", "AsyncGenerator", "AsyncIterable", "BasicCredentials",
    "BigInt", "Blob", "BlobPart", "BodyInit", "BodyKind", "Boolean", "CallOptions", "Check", "ClientOptions",
    "ContentSpec", "ContentsSpec", "CredentialError", "Date", "Direction", "Error", "FileInput", "FilePart",
    "FormData", "Function", "Headers", "Infinity", "Iterable", "JSON", "Map", "Math", "MemberSpec", "MergePatch",
    "NaN", "Number", "Object", "OperationSpec", "PageError", "ParameterSpec", "Partial", "Prepared", "Promise",
    "RawBody",
    "ReadableStream", "Readonly", "Record", "RegExp", "Request", "RequestInit", "Required", "Response",
    "ResponseSpec", "Schema", "SchemeSpec", "Seen", "ServerSentEvent", "Set", "Settings", "String", "Symbol",
    "TextDecoder", "TextEncoder", "TimeoutError", "Timer", "Type", "URL", "URLSearchParams", "Uint8Array",
    "Unexpected", "ValidationError", "Violation",
  ]

  static func reserved(withEvents: Bool) -> Set<String> {
    withEvents ? reserved.union(TypeScriptEvents.reserved) : reserved
  }

  func text() -> String {
    var writer = LineWriter(indent: "  ")
    header(&writer)
    for declaration in plan.declarations { declare(declaration, &writer) }
    for client in plan.clients { self.client(client, &writer) }
    if let events = plan.events { eventTypes(events, &writer) }
    writer.line()
    for text in runtime {
      writer.raw(text)
      writer.line()
    }
    writer.line("const schemas: readonly (Schema | boolean)[] = " + schemas + ";")
    if let events = plan.events { eventValues(events, &writer) }
    return writer.text
  }

  private var runtime: [String] {
    let calls =
      plan.clients.isEmpty
      ? [TypeScriptEvents.bytesOnly] : [TypeScriptRuntime.text, TypeScriptBodies.text, TypeScriptAnswers.text]
    let events = plan.events == nil ? [] : [TypeScriptEvents.text, TypeScriptEventTexts.text]
    return [TypeScriptRuntime.violations] + calls + [TypeScriptValidator.text] + events
  }

  /// The table in parts: for a list of thousands TypeScript finds the type too complex (TS2590).
  private var schemas: String {
    let size = 1_000
    if plan.schemas.count <= size { return Self.literal(.array(plan.schemas)) }
    let pieces = stride(from: 0, to: plan.schemas.count, by: size).map { start in
      Self.literal(.array(Array(plan.schemas[start..<min(start + size, plan.schemas.count)])))
    }
    return "([] as (Schema | boolean)[]).concat(\(pieces.joined(separator: ", ")))"
  }

  private func header(_ writer: inout LineWriter) {
    writer.line("// Made by `./charter export typescript`: change the contract, not this file.")
    var lines = plan.sources
    lines.append("Numbers are JavaScript's: integers are exact up to 2^53, decimals are not exact.")
    lines += plan.validation
    for client in plan.clients {
      lines += client.missing.map { "Not in \(client.name): \($0)" } + client.limits.map { "In \(client.name): \($0)" }
    }
    comment(Doc(text: lines), &writer)
  }

  // MARK: types

  private func declare(_ declaration: ExportPlan.Declaration, _ writer: inout LineWriter) {
    writer.line()
    comment(declaration.doc, &writer)
    if case .record(let fields, let rest) = declaration.type, rest == nil {
      writer.block("export interface \(declaration.name) {", "}") { self.fields(fields, &$0) }
    } else if case .record(let fields, let rest?) = declaration.type {
      // Known members may have another type than unknown ones, which an index signature forbids.
      writer.block("export type \(declaration.name) = {", "} & { [name: string]: \(index(rest, fields)) };") {
        self.fields(fields, &$0)
      }
    } else {
      writer.line("export type \(declaration.name) = \(type(declaration.type));")
    }
  }

  private func index(_ rest: ExportType, _ fields: [ExportField]) -> String {
    let text = type(rest)
    if fields.isEmpty || text == "unknown" { return text }
    return "unknown /* further members: \(ExportText.blockComment(text).joined()) */"
  }

  private func fields(_ fields: [ExportField], _ writer: inout LineWriter) {
    for field in fields {
      comment(field.doc, &writer)
      writer.line("\(Self.key(field.name))\(field.isRequired ? "" : "?"): \(type(field.type));")
    }
  }

  func type(_ type: ExportType) -> String {
    switch type {
    case .any: "unknown"
    case .never: "never"
    case .null: "null"
    case .boolean: "boolean"
    case .integer, .number: "number"
    case .text: "string"
    case .bytes(let isSent): isSent ? "RawBody" : "Response"
    case .octets: "Uint8Array"
    case .file: "FileInput"
    case .items(let item, let isSent):
      (isSent ? "Iterable<\(self.type(item))> | " : "") + "AsyncIterable<\(self.type(item))>"
    case .event(let data): "ServerSentEvent<\(self.type(data))>"
    case .media(let types, _): union(types.map { "{ type: \(mediaType($0.name)); value: \(self.type($0.type)) }" })
    case .literals(let values): union(values.map(literal))
    case .open(let known): union(known.map(ExportText.json) + ["(string & {})"])
    case .list(let item): "\(grouped(item))[]"
    case .tuple(let items, let rest, let isShort):
      "["
        + (items.map { self.grouped($0) + (isShort ? "?" : "") } + (rest.map { ["...\(grouped($0))[]"] } ?? []))
        .joined(separator: ", ") + "]"
    case .map(let value): "{ [name: string]: \(self.type(value)) }"
    case .record(let fields, _): inline(fields)
    case .union(let types): union(types.map(self.grouped))
    case .tagged(let name, let branches): union(branches.map { tagged(name, $0.names, $0.type) })
    case .all(let types): types.map(grouped).joined(separator: " & ")
    case .patch(let type): "MergePatch<\(self.type(type))>"
    case .named(let name): name
    }
  }

  /// A media type as a type; for a range, any media type in it.
  private func mediaType(_ name: String) -> String {
    if !name.contains("*") { return ExportText.json(name) }
    if name.hasPrefix("*") { return "string" }
    let prefix = ExportText.json(String(name.prefix { $0 != "*" })).dropFirst().dropLast()
    return "`\(prefix.replacing("`", with: "\\`").replacing("$", with: "\\$"))${string}`"
  }

  private func inline(_ fields: [ExportField]) -> String {
    let members = fields.map { "\(Self.key($0.name))\($0.isRequired ? "" : "?"): \(type($0.type))" }
    return members.isEmpty ? "Record<string, never>" : "{ " + members.joined(separator: "; ") + " }"
  }

  private func tagged(_ name: String, _ values: [String], _ type: ExportType) -> String {
    guard !values.isEmpty else { return grouped(type) }
    return "(\(grouped(type)) & { \(Self.key(name)): \(union(values.map(ExportText.json))) })"
  }

  private func union(_ types: [String]) -> String {
    var seen: Set<String> = []
    let distinct = types.filter { seen.insert($0).inserted }
    return distinct.isEmpty ? "never" : distinct.joined(separator: " | ")
  }

  /// A type that does not bind differently next to other types.
  private func grouped(_ type: ExportType) -> String {
    switch type {
    case .literals, .open, .union, .tagged, .all, .media, .items(_, isSent: true): "(\(self.type(type)))"
    default: self.type(type)
    }
  }

  /// A value as a type; the literal type of a list is a tuple, that of an object an object type.
  private func literal(_ value: JSONValue) -> String {
    switch value {
    case .array(let items): "[" + items.map(literal).joined(separator: ", ") + "]"
    case .object(let object):
      "{ " + object.map { Self.key($0.key) + ": " + literal($0.value) }.joined(separator: "; ") + " }"
    default: JSONTree(value).inline()
    }
  }

  // MARK: text

  /// A member's name, in quotes where needed.
  static func key(_ name: String) -> String { ExportName.isPlain(name) ? name : ExportText.json(name) }

  /// JSON as an expression; `__proto__` in quotes would set the prototype.
  static func literal(_ tree: JSONTree) -> String {
    var notation = JSONNotation()
    notation.key = { $0 == "__proto__" ? "[\"__proto__\"]" : ExportText.json($0) }
    notation.trails = true
    return tree.text(notation)
  }

  func comment(_ doc: Doc, _ writer: inout LineWriter) {
    var lines = doc.text.flatMap(ExportText.blockComment)
    if ["int64", "uint64"].contains(doc.numberFormat) { lines.append("Of 64 bits; exact here up to 2^53.") }
    if doc.numberFormat == "decimal" { lines.append("A decimal: JavaScript's number is near it, and not always it.") }
    if !doc.limits.isEmpty { lines += ExportText.blockComment("Limits: " + doc.limits.joined(separator: ", ") + ".") }
    lines += doc.notes.flatMap(ExportText.blockComment)
    if doc.isDeprecated { lines.append("@deprecated") }
    guard !lines.isEmpty else { return }
    if lines.count == 1 { return writer.line("/** \(lines[0]) */") }
    writer.line("/**")
    for line in lines { writer.line(line.isEmpty ? " *" : " * \(line)") }
    writer.line(" */")
  }
}

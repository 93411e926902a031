import ContractSource
import ContractValues

extension SchemaReader {
  func readAssertion(_ keyword: Keyword, _ entry: Node.Entry, _ dialect: Dialect, into schema: Schema) {
    switch keyword {
    case .type: readTypes(entry, dialect, into: &schema.keywords)
    case .enum: readEnumeration(entry, into: &schema.keywords)
    case .const: schema.keywords.constant = value(entry)
    case .format: schema.keywords.format = text(entry)
    case .minimum: schema.keywords.minimum = number(entry)
    case .maximum: schema.keywords.maximum = number(entry)
    case .exclusiveMinimum where isFlag(entry, dialect): break
    case .exclusiveMaximum where isFlag(entry, dialect): break
    case .exclusiveMinimum: schema.keywords.exclusiveMinimum = number(entry)
    case .exclusiveMaximum: schema.keywords.exclusiveMaximum = number(entry)
    case .multipleOf: schema.keywords.multipleOf = step(entry)
    case .decimalPlaces: schema.keywords.decimalPlaces = count(entry)
    case .minLength: schema.keywords.minLength = count(entry)
    case .maxLength: schema.keywords.maxLength = count(entry)
    case .pattern: schema.keywords.pattern = text(entry).flatMap { pattern($0, at: entry.value.position) }
    case .contentEncoding:
      if let name = text(entry) { schema.keywords.encoding = encoding(name, entry) }
    case .minItems: schema.keywords.minItems = count(entry)
    case .maxItems: schema.keywords.maxItems = count(entry)
    case .uniqueItems: schema.keywords.uniqueItems = flag(entry) ?? false
    case .minContains: schema.keywords.minContains = count(entry)
    case .maxContains: schema.keywords.maxContains = count(entry)
    case .required: schema.keywords.required = distinct(entry)
    case .minProperties: schema.keywords.minProperties = count(entry)
    case .maxProperties: schema.keywords.maxProperties = count(entry)
    case .dependentRequired:
      for member in members(entry) { schema.keywords.dependentRequired[member.key] = distinct(member) }
    default: break
    }
  }

  private func readTypes(_ entry: Node.Entry, _ dialect: Dialect, into keywords: inout SchemaKeywords) {
    var types: JSONTypes = []
    let isList = entry.value.items != nil
    if isList && dialect == .openAPI30 {
      diagnostics.error(
        .wrongType, "'type' must be one type in OpenAPI 3.0", at: entry.value.position,
        help: "declare 'openapi: 3.1.0', or write 'nullable: true' for null")
    }
    let names = isList ? strings(entry) ?? [] : text(entry).map { [($0, entry.value.position)] } ?? []
    for (name, position) in names {
      let known = JSONTypes.names.map(\.name).filter { dialect != .openAPI30 || $0 != "null" }
      if known.contains(name), let type = JSONTypes(name: name) {
        types.formUnion(type)
      } else {
        // Continue with the type that was probably meant, so that the keywords inside are checked too.
        if let meant = nearest(name, among: known).flatMap(JSONTypes.init(name:)) { types.formUnion(meant) }
        diagnostics.error(
          .badValue, "'\(name)' is not a type", at: position,
          help: nearest(name, among: known).map { "did you mean '\($0)'?" }
            ?? "valid types: \(known.joined(separator: ", "))")
      }
    }
    if isList && names.isEmpty {
      diagnostics.error(.badValue, "'type' needs at least one type", at: entry.value.position)
    }
    if types.contains(.number) { types.formUnion(.integer) }
    if !types.isEmpty { keywords.types = types }
  }

  private func readEnumeration(_ entry: Node.Entry, into keywords: inout SchemaKeywords) {
    guard let items = list(entry) else { return }
    if items.isEmpty {
      diagnostics.warning(.contradiction, "an enum without values allows nothing", at: entry.value.position)
    }
    var values: [JSONValue] = []
    var seen: Set<JSONValue> = []
    for item in items {
      guard let value = value(item) else { continue }
      if seen.insert(value).inserted {
        values.append(value)
      } else {
        diagnostics.warning(
          .duplicate, "'\(value.text ?? String(decoding: value.json, as: UTF8.self))' is duplicated in this enum",
          at: item.position)
      }
    }
    keywords.enumeration = values
  }

  /// Whether the keyword is the boolean form of an exclusive bound, which ``combine(_:_:)`` reads.
  private func isFlag(_ entry: Node.Entry, _ dialect: Dialect) -> Bool {
    guard dialect.hasExclusiveFlags else { return false }
    _ = flag(entry)
    return true
  }

  private func step(_ entry: Node.Entry) -> ExactDecimal? {
    guard let step = number(entry) else { return nil }
    if step > .zero { return step }
    diagnostics.error(.badValue, "'multipleOf' is \(step), and must be above zero", at: entry.value.position)
    return nil
  }

  func distinct(_ entry: Node.Entry) -> [String] {
    var seen: Set<ByteKey> = []
    return (strings(entry) ?? []).filter { text, position in
      if seen.insert(ByteKey(text)).inserted { return true }
      diagnostics.warning(.duplicate, "'\(text)' is duplicated in '\(entry.key)'", at: position)
      return false
    }.map(\.text)
  }

  /// The encoding if it is asserted; others are annotations (validation, section 8.3).
  private func encoding(_ name: String, _ entry: Node.Entry) -> String? {
    if ["base64", "base64url"].contains(name) { return name }
    diagnostics.note(
      entry.key, .documentation, at: entry.keyPosition, because: "JSON Schema validation, section 8.3: an annotation")
    let known = ["base64", "base64url", "base32", "base16", "7bit", "8bit", "binary", "quoted-printable"]
    if !known.contains(name), let meant = nearest(name, among: known) {
      diagnostics.warning(
        .noEffect, "'\(name)' is not a known encoding", at: entry.value.position, help: "did you mean '\(meant)'?"
      )
    }
    return nil
  }

  // MARK: combinations of keywords in one schema

  func combine(_ schema: Schema, _ dialect: Dialect) {
    if dialect.hasExclusiveFlags { combineFlags(schema) }
    if dialect == .openAPI30 { combineNull(schema) }
    if let known = schema.knownValues {
      schema.knownValues = known.isEmpty ? schema.keywords.enumeration?.compactMap(\.text) : known
      schema.keywords.enumeration = nil
      schema.keywords.types = schema.keywords.types ?? .string
    }
    let types = schema.keywords.types ?? .all
    for entry in schema.node.entries ?? [] {
      guard let keyword = Keyword.byName[entry.key], keyword.isKnown(in: dialect), let scope = keyword.scope else {
        continue
      }
      if types.isDisjoint(with: scope.types) {
        ignore(entry, "it does not apply to \(types.names.joined(separator: " or "))", "JSON Schema \(scope.section)")
      }
    }
    settleFormat(schema, types)
    if let contains = schema.node["minContains"] ?? schema.node["maxContains"], schema.keywords.contains == nil {
      diagnostics.warning(.noEffect, "this has no effect without 'contains'", at: contains.position)
    }
    if schema.keywords.condition == nil, schema.keywords.then != nil || schema.keywords.otherwise != nil {
      let name = schema.keywords.then == nil ? "else" : "then"
      diagnostics.warning(.noEffect, "'\(name)' has no effect without 'if'", at: schema.position(of: name))
    }
  }

  private func ignore(_ entry: Node.Entry, _ reason: String, _ section: String) {
    diagnostics.note(entry.key, .ignored, at: entry.keyPosition, because: section)
    diagnostics.warning(.noEffect, "'\(entry.key)' has no effect: \(reason)", at: entry.keyPosition)
  }

  private func settleFormat(_ schema: Schema, _ types: JSONTypes) {
    guard let format = schema.keywords.format else { return }
    let position = schema.position(of: "format")
    guard !Keyword.isAsserted(format: format, of: types) else { return }
    let known = Format.allCases.map(\.rawValue) + NumberFormat.allCases.map(\.rawValue)
    diagnostics.note(
      "format", .documentation, at: position,
      because: "JSON Schema validation, section 7.2.3: not a format that is asserted")
    if known.contains(format) {
      diagnostics.warning(
        .noEffect, "the format '\(format)' has no effect on \(types.names.joined(separator: " or "))", at: position)
    } else if format.utf8.count > 3, let meant = nearest(format, among: known), !annotations.contains(format) {
      diagnostics.warning(
        .noEffect, "'\(format)' is not a format that is checked", at: position, help: "did you mean '\(meant)'?")
    }
    schema.keywords.format = nil
  }

  /// Applies the boolean exclusive bounds of OpenAPI 3.0 and draft-04 to the bounds beside them.
  private func combineFlags(_ schema: Schema) {
    for (flag, bound) in [("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")] {
      guard case .bool(true)? = schema.node[flag]?.value else { continue }
      if schema.node[bound] == nil {
        diagnostics.warning(.noEffect, "'\(flag)' has no effect without '\(bound)'", at: schema.position(of: flag))
      }
      if flag == "exclusiveMinimum" {
        (schema.keywords.exclusiveMinimum, schema.keywords.minimum) = (schema.keywords.minimum, nil)
      } else {
        (schema.keywords.exclusiveMaximum, schema.keywords.maximum) = (schema.keywords.maximum, nil)
      }
    }
  }

  /// Applies `nullable` of OpenAPI 3.0 (3.0.4, section 4.7.24).
  private func combineNull(_ schema: Schema) {
    guard case .bool(true)? = schema.node["nullable"]?.value else { return }
    if let types = schema.keywords.types {
      if schema.keywords.enumeration?.contains(.null) ?? true {
        schema.keywords.types = types.union(.null)
      } else {
        diagnostics.warning(
          .noEffect,
          "'nullable' has no effect: null is not one of the values of 'enum' (OpenAPI 3.0.4, section 4.7.24)",
          at: schema.position(of: "nullable"), help: "add null to the enum")
      }
    } else {
      diagnostics.note(
        "nullable", .ignored, at: schema.position(of: "nullable"),
        because: "OpenAPI 3.0.4, section 4.7.24: needs 'type'")
      diagnostics.warning(
        .noEffect, "'nullable' has no effect without 'type' beside it (OpenAPI 3.0.4, section 4.7.24)",
        at: schema.position(of: "nullable"))
    }
  }

  // MARK: values of keywords

  func text(_ entry: Node.Entry) -> String? {
    if let text = entry.value.string { return text }
    return wrong(entry, "a string", help: "put it in quotes if it is text")
  }

  func flag(_ entry: Node.Entry) -> Bool? {
    if case .bool(let flag) = entry.value.value { return flag }
    return wrong(entry, "true or false")
  }

  func list(_ entry: Node.Entry) -> [Node]? { entry.value.items ?? wrong(entry, "a list") }

  func members(_ entry: Node.Entry) -> [Node.Entry] { entry.value.entries ?? wrong(entry, "an object") ?? [] }

  func strings(_ entry: Node.Entry) -> [(text: String, position: SourcePosition)]? {
    list(entry)?.compactMap { item in
      if let text = item.string { return (text, item.position) }
      diagnostics.error(
        .wrongType, "'\(entry.key)' must be a list of strings, and this is \(item.kind)", at: item.position,
        help: "put it in quotes if it is text")
      return nil
    }
  }

  private func number(_ entry: Node.Entry) -> ExactDecimal? {
    guard case .number(let text) = entry.value.value else {
      // What JSON Schema had to draft-04.
      let isOld = entry.value.kind == "a boolean" && entry.key.hasPrefix("exclusive")
      return wrong(
        entry, "a number",
        help: isOld
          ? "write the limit here, in place of '\(entry.key == "exclusiveMinimum" ? "minimum" : "maximum")'" : nil)
    }
    if let value = ExactDecimal(text) { return value }
    diagnostics.error(.badValue, "\(text) has more digits than a decimal can hold", at: entry.value.position)
    return nil
  }

  private func count(_ entry: Node.Entry) -> Int? {
    if case .number(let text) = entry.value.value, let count = ExactDecimal(text)?.integer,
      (0...1_000_000_000_000).contains(count)
    {
      return count
    }
    let isTooLarge =
      if case .number(let text) = entry.value.value { text.utf8.allSatisfy { (48...57).contains($0) } } else { false }
    diagnostics.error(
      .badValue,
      isTooLarge
        ? "'\(entry.key)' is larger than 1000000000000, which no value reaches"
        : "'\(entry.key)' must be a non-negative integer", at: entry.value.position)
    return nil
  }

  private func value(_ entry: Node.Entry) -> JSONValue? { value(entry.value) }

  private func value(_ node: Node) -> JSONValue? {
    if let value = node.json { return value }
    diagnostics.error(.badValue, "a number here has more digits than a decimal can hold", at: node.position)
    return nil
  }

  private func wrong<Value>(_ entry: Node.Entry, _ wanted: String, help: String? = nil) -> Value? {
    diagnostics.error(
      .wrongType, "'\(entry.key)' must be \(wanted), and this is \(entry.value.kind)", at: entry.value.position,
      help: help
    )
    return nil
  }
}

/// Registered formats that are not asserted, listed so that none is taken for a misspelling.
private let annotations: Set<String> = [
  "binary", "password", "html", "commonmark", "char", "http-date", "media-range", "sf-string", "int8", "int16", "uint8",
  "uint16", "uint32", "decimal128", "double-int", "timestamp",
]

import ContractSource
import ContractValues

/// Reads schemas of all versions into one model, each once, however often it is referenced. A schema gets its index
/// before it is read, and pending schemas are kept in a list, so recursive schemas cause no recursion here.
///
/// A schema is given its number before it is read, and read from a list of what is still to be read: recursion in
/// schemas is no recursion here.
final class SchemaReader {
  enum Dialect { case openAPI30, json2020 }

  let resolver: ReferenceResolver
  let diagnostics: Diagnostics
  let set = SchemaSet()
  private var numbers: [ObjectIdentifier: Int] = [:]
  private var pending: [(number: Int, at: Location, dialect: Dialect)] = []
  private var resourceNumbers: [String: Int] = [:]
  private var patterns: [ByteKey: Pattern] = [:]

  init(resolver: ReferenceResolver, diagnostics: Diagnostics) {
    self.resolver = resolver
    self.diagnostics = diagnostics
  }

  /// The index of the schema at a location, which is read by the next call of ``finish()`` at the latest.
  func schema(_ at: Location, _ dialect: Dialect) -> Int {
    let identity = ObjectIdentifier(at.node)
    if let number = numbers[identity] { return number }
    var at = at
    if dialect == .json2020, let id = at.node["$id"]?.string {
      at = Reference.resolve(Reference.split(id).resource, against: at.base).map(at.with(base:)) ?? at
    }
    let number = set.all.count
    set.all.append(Schema(at))
    numbers[identity] = number
    pending.append((number, at, dialect))
    return number
  }

  /// Reads all pending schemas, then does the work that needs complete schemas.
  func finish() {
    while let (number, at, dialect) = pending.popLast() { read(number, at, dialect) }
    settleChoices()
  }

  // MARK: one schema

  private func read(_ number: Int, _ at: Location, _ dialect: Dialect) {
    // The root of a resource gets its anchors here, before it is copied.
    let resource = resource(of: at, dialect)
    var schema = set.all[number]
    schema.keywords.resource = resource
    if case .bool(let always) = at.node.value, dialect == .json2020 {
      schema.keywords.always = always
    } else if let entries = at.node.entries {
      if dialect == .openAPI30, let reference = entries.first(where: { $0.key == "$ref" }) {
        readReference(reference, at, dialect, into: &schema)
        ignoreSiblings(entries)
      } else {
        for entry in entries { read(entry, at, dialect, into: &schema) }
        combine(&schema, dialect)
      }
    } else {
      diagnostics.error(
        .wrongType,
        "the Schema Object must be an object\(dialect == .json2020 ? " or a boolean" : ""), "
          + "and this is \(at.node.kind)", at: at.node.position)
    }
    set.all[number] = schema
  }

  /// OpenAPI 3.0 ignores keywords beside `$ref` (3.0.4, section 4.7.23).
  private func ignoreSiblings(_ entries: [Node.Entry]) {
    for entry in entries where entry.key != "$ref" {
      diagnostics.note(
        entry.key, .ignored, at: entry.keyPosition, because: "OpenAPI 3.0.4, section 4.7.23: siblings of $ref")
      if Keyword.byName[entry.key]?.isDocumentation == false {
        diagnostics.warning(
          .noEffect, "'\(entry.key)' has no effect: OpenAPI 3.0 ignores keywords beside '$ref'",
          at: entry.keyPosition, help: "put the $ref into an 'allOf', or declare 'openapi: 3.1.0'")
      }
    }
  }

  private func read(_ entry: Node.Entry, _ at: Location, _ dialect: Dialect, into schema: inout Schema) {
    guard let keyword = Keyword.byName[entry.key], dialect == .json2020 || keyword.isIn30 else {
      return readUnknown(entry, dialect)
    }
    if keyword == .ref { return readReference(entry, at, dialect, into: &schema) }
    if keyword.isDocumentation || [.default, .readOnly, .writeOnly].contains(keyword) {
      readAnnotation(keyword, entry, into: &schema)
      if keyword == .contentSchema { schema.contentSchema = self.schema(at.child(entry.value, entry.key), dialect) }
      diagnostics.note(entry.key, keyword.isDocumentation ? .documentation : .enforced, at: entry.keyPosition)
      return
    }
    diagnostics.note(entry.key, .enforced, at: entry.keyPosition)
    if readCore(keyword, entry, at, dialect, into: &schema) { return }
    if readApplicator(keyword, entry, at, dialect, into: &schema.keywords) { return }
    readAssertion(keyword, entry, dialect, into: &schema)
  }

  private func readUnknown(_ entry: Node.Entry, _ dialect: Dialect) {
    if entry.key.hasPrefix("x-") {
      Fields.checkExtension(entry, "Schema Object", [], diagnostics)
      return
    }
    if Keyword.byName[entry.key] != nil {
      diagnostics.error(
        .unknownField, "'\(entry.key)' is not a field of OpenAPI 3.0's Schema Object", at: entry.keyPosition,
        help: "declare 'openapi: 3.1.0', which has it")
      return
    }
    let known = Keyword.allCases.filter { dialect == .json2020 || $0.isIn30 }.map(\.rawValue)
    let meant = nearest(entry.key, among: known).map { "did you mean '\($0)'?" }
    if meant != nil || dialect == .openAPI30 {
      diagnostics.error(
        .unknownField, "'\(entry.key)' is not a field of the Schema Object", at: entry.keyPosition, help: meant)
    } else {
      diagnostics.note(entry.key, .ignored, at: entry.keyPosition, because: "JSON Schema core, section 6.5")
      diagnostics.warning(
        .noEffect, "'\(entry.key)' is not a keyword of JSON Schema, and has no effect", at: entry.keyPosition)
    }
  }

  private func readAnnotation(_ keyword: Keyword, _ entry: Node.Entry, into schema: inout Schema) {
    switch keyword {
    case .title: schema.title = text(entry)
    case .description: schema.description = text(entry)
    case .deprecated: schema.isDeprecated = flag(entry) ?? false
    case .readOnly: schema.isReadOnly = flag(entry) ?? false
    case .writeOnly: schema.isWriteOnly = flag(entry) ?? false
    case .default: schema.defaultValue = entry.value
    case .contentMediaType: schema.contentMediaType = text(entry)
    case .example: schema.examples.append(entry.value)
    case .examples: schema.examples += list(entry) ?? []
    default: break
    }
  }

  // MARK: identity and references

  private func readReference(_ entry: Node.Entry, _ at: Location, _ dialect: Dialect, into schema: inout Schema) {
    guard let text = text(entry), let target = resolver.resolve(text, from: at, at: entry.value.position) else {
      return
    }
    diagnostics.note(entry.key, .enforced, at: entry.keyPosition)
    schema.keywords.reference = self.schema(target, self.dialect(of: target, referrer: dialect))
  }

  /// The dialect of a target: a file that does not specify one is read as the file that refers to it.
  private func dialect(of target: Location, referrer: Dialect) -> Dialect {
    guard let root = resolver.document(target.path)?.node else { return referrer }
    if let version = root["openapi"]?.string { return version.hasPrefix("3.0") ? .openAPI30 : .json2020 }
    return root["$schema"] != nil ? .json2020 : referrer
  }

  /// The root schema of a resource, in which `$dynamicRef` finds the resource's anchors.
  private func resource(of at: Location, _ dialect: Dialect) -> Int {
    if let number = resourceNumbers[at.base] { return number }
    let anchors = resolver.dynamicAnchors(of: at)
    var number = set.all.count
    if let root = resolver.resource(of: at), root.node === at.node, let own = numbers[ObjectIdentifier(at.node)] {
      number = own
    } else {
      // An API description is not a schema: a schema that admits everything takes the place of its root.
      set.all.append(Schema(at))
    }
    resourceNumbers[at.base] = number
    var members = JSONObject<Int>()
    for (name, location) in anchors { members[name] = schema(location, dialect) }
    set.all[number].keywords.dynamicAnchors = members
    return number
  }

  private func readCore(
    _ keyword: Keyword, _ entry: Node.Entry, _ at: Location, _ dialect: Dialect, into schema: inout Schema
  ) -> Bool {
    switch keyword {
    case .id, .anchor, .dynamicAnchor: _ = text(entry)
    case .schema: checkDialect(entry)
    case .defs:
      for member in members(entry) {
        _ = self.schema(at.child(entry.value, "$defs").child(member.value, member.key), dialect)
      }
    case .dynamicRef: readDynamicReference(entry, at, dialect, into: &schema.keywords)
    case .discriminator: schema.discriminatorNode = entry.value
    case .extensibleEnum: readExtensibleEnum(entry, into: &schema)
    case .nullable:
      if dialect == .json2020 {
        diagnostics.warning(
          .noEffect, "'nullable' has no effect: it is not a keyword since OpenAPI 3.1", at: entry.keyPosition,
          help: "write 'type: [..., \"null\"]'")
      }
    default: return false
    }
    return true
  }

  private func checkDialect(_ entry: Node.Entry) {
    guard let uri = text(entry) else { return }
    if !Self.isKnown(dialect: uri) {
      diagnostics.error(
        .unsupported, "the dialect '\(uri)' is not known here", at: entry.value.position,
        help: "supported dialect: https://json-schema.org/draft/2020-12/schema")
    }
  }

  /// Whether a dialect is JSON Schema 2020-12 or one of OpenAPI's based on it.
  static func isKnown(dialect uri: String) -> Bool {
    let plain = uri.hasSuffix("#") ? String(uri.dropLast()) : uri
    return plain == "https://json-schema.org/draft/2020-12/schema"
      || plain.hasPrefix("https://spec.openapis.org/oas/3.1/")
      || plain.hasPrefix("https://spec.openapis.org/oas/3.2/")
  }

  private func readDynamicReference(
    _ entry: Node.Entry, _ at: Location, _ dialect: Dialect, into keywords: inout SchemaKeywords
  ) {
    guard let text = text(entry), let target = resolver.resolve(text, from: at, at: entry.value.position) else {
      return
    }
    let number = schema(target, dialect)
    let name = Reference.split(text).fragment
    // Only a reference to a dynamic anchor uses the dynamic scope (core, section 8.2.3.2).
    if target.node["$dynamicAnchor"]?.string == name {
      set.hasDynamicReferences = true
      keywords.dynamicReference = SchemaKeywords.DynamicReference(anchor: name, target: number)
    } else if keywords.reference == nil {
      keywords.reference = number
    } else {
      keywords.allOf.append(number)
    }
  }

  private func readExtensibleEnum(_ entry: Node.Entry, into schema: inout Schema) {
    switch entry.value.value {
    case .bool(let isOpen): if isOpen { schema.knownValues = schema.knownValues ?? [] }
    case .sequence: schema.knownValues = strings(entry)?.map(\.text)
    default:
      diagnostics.error(
        .wrongType, "'x-extensible-enum' must be true beside an 'enum', or the list of known values",
        at: entry.value.position)
    }
  }

  // MARK: subschemas

  private func readApplicator(
    _ keyword: Keyword, _ entry: Node.Entry, _ at: Location, _ dialect: Dialect, into keywords: inout SchemaKeywords
  ) -> Bool {
    let below = at.child(entry.value, entry.key)
    let one = { self.schema(below, dialect) }
    switch keyword {
    case .items:
      if entry.value.items != nil {
        diagnostics.error(
          .wrongType, "'items' must be one schema", at: entry.value.position, help: "a list of schemas is 'prefixItems'"
        )
        return true
      }
      keywords.items = one()
    case .contains: keywords.contains = one()
    case .unevaluatedItems: keywords.unevaluatedItems = one()
    case .additionalProperties: keywords.additionalProperties = additional(below, dialect)
    case .unevaluatedProperties: keywords.unevaluatedProperties = one()
    case .propertyNames: keywords.propertyNames = one()
    case .not: keywords.not = one()
    case .if: keywords.condition = one()
    case .then: keywords.then = one()
    case .else: keywords.otherwise = one()
    case .prefixItems: keywords.prefixItems = many(entry, below, dialect)
    case .allOf: keywords.allOf += many(entry, below, dialect)
    case .anyOf: keywords.anyOf = many(entry, below, dialect)
    case .oneOf: keywords.oneOf = many(entry, below, dialect)
    case .properties: keywords.properties = map(entry, below, dialect)
    case .dependentSchemas: keywords.dependentSchemas = map(entry, below, dialect)
    case .patternProperties:
      for member in members(entry) {
        guard let pattern = pattern(member.key, at: member.keyPosition) else { continue }
        keywords.patternProperties.append((pattern, schema(below.child(member.value, member.key), dialect)))
      }
    default: return false
    }
    return true
  }

  /// Reads a schema or a boolean: OpenAPI 3.0 allows a boolean only here.
  private func additional(_ at: Location, _ dialect: Dialect) -> Int {
    guard dialect == .openAPI30, case .bool = at.node.value else { return schema(at, dialect) }
    return schema(at, .json2020)
  }

  private func many(_ entry: Node.Entry, _ below: Location, _ dialect: Dialect) -> [Int] {
    guard let items = list(entry) else { return [] }
    if items.isEmpty {
      diagnostics.error(.badValue, "'\(entry.key)' needs at least one schema", at: entry.value.position)
    }
    return items.enumerated().map { schema(below.child($1, String($0)), dialect) }
  }

  private func map(_ entry: Node.Entry, _ below: Location, _ dialect: Dialect) -> JSONObject<Int> {
    JSONObject(members(entry).map { ($0.key, schema(below.child($0.value, $0.key), dialect)) })
  }

  func pattern(_ text: String, at position: SourcePosition) -> Pattern? {
    if let known = patterns[ByteKey(text)] { return known }
    do {
      let pattern = try Pattern(text)
      patterns[ByteKey(text)] = pattern
      return pattern
    } catch {
      diagnostics.error(.badValue, "the pattern has \(error.description) (at character \(error.offset))", at: position)
      return nil
    }
  }
}

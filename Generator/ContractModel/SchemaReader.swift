import ContractSource
import ContractValues

/// Reads schemas of all versions into one model, each once, however often it is referenced. A schema gets its index
/// before it is read, and pending schemas are kept in a list, so recursive schemas cause no recursion here.
///
/// A schema is given its number before it is read, and read from a list of what is still to be read: recursion in
/// schemas is no recursion here.
final class SchemaReader {
  let resolver: ReferenceResolver
  let diagnostics: Diagnostics
  let set = SchemaSet()
  private var numbers: [ObjectIdentifier: Int] = [:]
  private var pending: [(number: Int, at: Location, dialect: Dialect)] = []
  private var resourceNumbers: [ByteKey: Int] = [:]
  private var patterns: [ByteKey: Pattern] = [:]

  init(resolver: ReferenceResolver, diagnostics: Diagnostics) {
    self.resolver = resolver
    self.diagnostics = diagnostics
  }

  /// The index of the schema at a location, which is read by the next call of ``finish()`` at the latest.
  func schema(_ at: Location, _ outer: Dialect) -> Int {
    let identity = ObjectIdentifier(at.node)
    if let number = numbers[identity] { return number }
    let own = outer == .openAPI30 ? nil : at.node["$schema"]?.string.flatMap(Dialect.init(uri:))
    let dialect = own ?? outer
    let at = at.with(base: dialect.identity(at.node, base: at.base).base)
    let number = set.all.count
    set.all.append(Schema(at, dialect))
    numbers[identity] = number
    pending.append((number, at, dialect))
    return number
  }

  /// A schema that admits every value, or every text, for what a contract describes by a media type alone.
  func unconstrained(_ at: Location, _ dialect: Dialect, _ types: JSONTypes?) -> Int {
    let schema = Schema(at, dialect)
    schema.keywords.types = types
    set.all.append(schema)
    return set.all.count - 1
  }

  /// Reads all pending schemas, then does the work that needs complete schemas.
  func finish() {
    while let (number, at, dialect) = pending.popLast() { read(number, at, dialect) }
    settleChoices()
  }

  // MARK: one schema

  private func read(_ number: Int, _ at: Location, _ dialect: Dialect) {
    let schema = set.all[number]
    schema.keywords.resource = resource(of: at, dialect)
    if case .bool(let always) = at.node.value, dialect.hasBooleanSchemas {
      schema.keywords.always = always
    } else if let entries = at.node.entries {
      if dialect.ignoresSiblings, let reference = entries.first(where: { $0.key == "$ref" }) {
        readReference(reference, at, dialect, into: schema)
        ignoreSiblings(entries, dialect)
      } else {
        for entry in entries { read(entry, at, dialect, into: schema) }
        combine(schema, dialect)
      }
    } else {
      diagnostics.error(
        .wrongType,
        "the Schema Object must be an object\(dialect.hasBooleanSchemas ? " or a boolean" : ""), "
          + "and this is \(at.node.kind)", at: at.node.position,
        help: at.node.missingSpace)
    }
  }

  /// OpenAPI 3.0 and JSON Schema before 2019-09 ignore keywords beside `$ref` (3.0.4, section 4.7.23; draft-07 core,
  /// section 8.3).
  private func ignoreSiblings(_ entries: [Node.Entry], _ dialect: Dialect) {
    let section =
      dialect == .openAPI30 ? "OpenAPI 3.0.4, section 4.7.23" : "JSON Schema draft-07 core, section 8.3"
    for entry in entries where entry.key != "$ref" {
      diagnostics.note(entry.key, .ignored, at: entry.keyPosition, because: section + ": siblings of $ref")
      guard let keyword = Keyword.byName[entry.key], !keyword.isDocumentation, !keyword.isContainer else { continue }
      diagnostics.warning(
        .noEffect, "'\(entry.key)' has no effect: \(dialect.name) ignores keywords beside '$ref'",
        at: entry.keyPosition,
        help: dialect == .openAPI30
          ? "put the $ref into an 'allOf', or declare 'openapi: 3.1.0'" : "put the $ref into an 'allOf'")
    }
  }

  private func read(_ entry: Node.Entry, _ at: Location, _ dialect: Dialect, into schema: Schema) {
    guard let keyword = Keyword.byName[entry.key], keyword.isKnown(in: dialect) else {
      return readUnknown(entry, dialect)
    }
    if isForeign(keyword, entry, at.node.entries ?? []) { return }
    if keyword == .ref { return readReference(entry, at, dialect, into: schema) }
    // A message has no direction: its receiver reads what its sender has written.
    if dialect == .asyncAPI, [.readOnly, .writeOnly].contains(keyword) {
      return diagnostics.note(entry.key, .documentation, at: entry.keyPosition)
    }
    if keyword.isDocumentation || [.default, .readOnly, .writeOnly].contains(keyword) {
      readAnnotation(keyword, entry, into: schema)
      if keyword == .contentSchema { schema.contentSchema = self.schema(at.child(entry.value, entry.key), dialect) }
      diagnostics.note(entry.key, keyword.isDocumentation ? .documentation : .enforced, at: entry.keyPosition)
      return
    }
    diagnostics.note(entry.key, .enforced, at: entry.keyPosition)
    if readCore(keyword, entry, at, dialect, into: schema) { return }
    if readApplicator(keyword, entry, at, dialect, into: &schema.keywords) { return }
    readAssertion(keyword, entry, dialect, into: schema)
  }

  private func readUnknown(_ entry: Node.Entry, _ dialect: Dialect) {
    if entry.key.hasPrefix("x-") {
      Fields.checkExtension(entry, "Schema Object", known: Keyword.extensions, diagnostics)
      return
    }
    if let keyword = Keyword.byName[entry.key], dialect != .openAPI30 {
      diagnostics.note(entry.key, .ignored, at: entry.keyPosition, because: "JSON Schema core, section 6.5")
      // `id` is a name like any other where it is no keyword.
      if keyword == .oldID { return }
      diagnostics.warning(
        .noEffect, "'\(entry.key)' has no effect: \(dialect.name) does not have it", at: entry.keyPosition,
        help: Self.newName(of: keyword))
      return
    }
    if Keyword.byName[entry.key] != nil {
      diagnostics.error(
        .unknownField, "'\(entry.key)' is not a field of OpenAPI 3.0's Schema Object", at: entry.keyPosition,
        help: "declare 'openapi: 3.1.0', which has it")
      return
    }
    let known = Keyword.allCases.filter { $0.isKnown(in: dialect) }.map(\.rawValue)
    let near = nearest(entry.key, among: known)
    // A short word is as likely another tool's keyword.
    let isMisspelt = near.map { $0.hasPrefix("$") == entry.key.hasPrefix("$") && entry.key.utf8.count >= 6 } ?? false
    let help = near.map { "did you mean '\($0)'?" }
    if isMisspelt || dialect == .openAPI30 {
      diagnostics.error(
        .unknownField, "'\(entry.key)' is not a field of the Schema Object", at: entry.keyPosition, help: help)
    } else {
      diagnostics.note(entry.key, .ignored, at: entry.keyPosition, because: "JSON Schema core, section 6.5")
      diagnostics.warning(
        .noEffect, "'\(entry.key)' is not a keyword of JSON Schema, and has no effect", at: entry.keyPosition,
        help: help)
    }
  }

  /// What replaces a keyword of another dialect.
  private static func newName(of keyword: Keyword) -> String? {
    switch keyword {
    case .additionalItems: "write 'prefixItems' for the first items, and 'items' for the others"
    case .recursiveRef: "write '$dynamicRef'"
    case .recursiveAnchor: "write '$dynamicAnchor'"
    case .nullable: "write 'type: [..., \"null\"]'"
    default: nil
    }
  }

  private func readAnnotation(_ keyword: Keyword, _ entry: Node.Entry, into schema: Schema) {
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
    case .externalDocs: Fields.checkExternalDocs(entry.value, diagnostics)
    default: break
    }
  }

  // MARK: identity and references

  private func readReference(_ entry: Node.Entry, _ at: Location, _ dialect: Dialect, into schema: Schema) {
    guard let text = text(entry), let target = resolver.resolve(text, from: at, at: entry.value.position) else {
      return
    }
    diagnostics.note(entry.key, .enforced, at: entry.keyPosition)
    // A Multi Format Schema Object (AsyncAPI 3.0) stands for the schema in it.
    let end =
      target.node["schemaFormat"]?.string.flatMap { SchemaFormat($0).dialect } == nil
      ? nil : target.node["schema"].map { target.child($0, "schema") }
    schema.keywords.reference = self.schema(end ?? target, resolver.dialect(of: end ?? target, referrer: dialect))
  }

  /// The root schema of a resource, in which `$dynamicRef` finds the resource's anchors.
  private func resource(of at: Location, _ dialect: Dialect) -> Int {
    if let number = resourceNumbers[ByteKey(at.base)] { return number }
    let anchors = resolver.dynamicAnchors(of: at)
    var number = set.all.count
    if let root = resolver.resource(of: at), root.node === at.node, let own = numbers[ObjectIdentifier(at.node)] {
      number = own
    } else {
      // An API description is not a schema: a schema that admits everything takes the place of its root.
      set.all.append(Schema(at, dialect))
    }
    resourceNumbers[ByteKey(at.base)] = number
    var members = JSONObject<Int>()
    for (name, location) in anchors { members[name] = schema(location, dialect) }
    set.all[number].keywords.dynamicAnchors = members
    return number
  }

  private func readCore(
    _ keyword: Keyword, _ entry: Node.Entry, _ at: Location, _ dialect: Dialect, into schema: Schema
  ) -> Bool {
    switch keyword {
    case .id, .oldID, .anchor, .dynamicAnchor: _ = text(entry)
    case .recursiveAnchor: _ = flag(entry)
    case .schema: checkDialect(entry.value, entry.key)
    case .defs, .definitions:
      for member in members(entry) {
        _ = self.schema(at.child(entry.value, entry.key).child(member.value, member.key), dialect)
      }
    case .dynamicRef, .recursiveRef: readDynamicReference(keyword, entry, at, dialect, into: &schema.keywords)
    case .discriminator: schema.discriminatorNode = entry.value
    case .extensibleEnum: readExtensibleEnum(entry, into: schema)
    case .nullable:
      if dialect != .openAPI30 {
        diagnostics.warning(
          .noEffect, "'nullable' has no effect: it is not a keyword since OpenAPI 3.1", at: entry.keyPosition,
          help: "write 'type: [..., \"null\"]'")
      }
    default: return false
    }
    return true
  }

  func checkDialect(_ node: Node, _ name: String) {
    guard let uri = node.string else {
      diagnostics.error(.wrongType, "'\(name)' must be a string, and this is \(node.kind)", at: node.position)
      return
    }
    if Dialect(uri: uri) == nil {
      diagnostics.error(
        .unsupported, "the dialect '\(uri)' is not known here", at: node.position,
        help: "supported dialects: \(Dialect.supported)")
    }
  }

  /// Reads a `$dynamicRef` or a `$recursiveRef`.
  private func readDynamicReference(
    _ keyword: Keyword, _ entry: Node.Entry, _ at: Location, _ dialect: Dialect, into keywords: inout SchemaKeywords
  ) {
    guard let text = text(entry), let target = resolver.resolve(text, from: at, at: entry.value.position) else {
      return
    }
    let number = schema(target, resolver.dialect(of: target, referrer: dialect))
    if let anchor = ReferenceResolver.dynamicAnchor(of: keyword, text, to: target) {
      set.hasDynamicReferences = true
      keywords.dynamicReference = SchemaKeywords.DynamicReference(anchor: anchor, target: number)
    } else if keywords.reference == nil {
      keywords.reference = number
    } else {
      keywords.allOf.append(number)
    }
  }

  private func readExtensibleEnum(_ entry: Node.Entry, into schema: Schema) {
    switch entry.value.value {
    case .bool(let isOpen): if isOpen { schema.knownValues = schema.knownValues ?? [] }
    case .sequence: schema.knownValues = strings(entry)?.map(\.text)
    default:
      diagnostics.error(
        .wrongType, "'\(entry.key)' must be true beside an 'enum', or the list of known values",
        at: entry.value.position)
    }
  }

  /// Whether the short name of one of Charter's extensions has a value of another shape, which is then another tool's.
  private func isForeign(_ keyword: Keyword, _ entry: Node.Entry, _ entries: [Node.Entry]) -> Bool {
    guard entry.key == keyword.rawValue, Keyword.extensions.contains(entry.key) else { return false }
    if entries.contains(where: { $0.key == Fields.longName(entry.key) }) {
      diagnostics.error(
        .contradiction, "'\(entry.key)' and '\(Fields.longName(entry.key))' are the same extension",
        at: entry.keyPosition, help: "remove one of the two")
      return false
    }
    let shape: String
    switch (keyword, entry.value.value) {
    case (.extensibleEnum, .bool), (.decimalPlaces, .number): return false
    case (.extensibleEnum, .sequence(let items)) where items.allSatisfy({ $0.string != nil }): return false
    case (.extensibleEnum, _): shape = "true or a list of strings"
    default: shape = "a number"
    }
    diagnostics.note(entry.key, .ignored, at: entry.keyPosition, because: Fields.extensionSection)
    Fields.warnForeign(entry, shape: shape, diagnostics)
    return true
  }

  func pattern(_ text: String, at position: SourcePosition) -> Pattern? {
    do {
      let known = patterns[ByteKey(text)]
      let pattern = if let known { known } else { try Pattern(text) }
      patterns[ByteKey(text)] = pattern
      for (text, meaning) in pattern.foreignSyntax {
        diagnostics.warning(.badValue, "'\(text)' is not ECMA-262: read as \(meaning)", at: position)
      }
      return pattern
    } catch {
      diagnostics.error(.badValue, "the pattern has \(error.description) (at character \(error.offset))", at: position)
      return nil
    }
  }
}

import ContractSource
import ContractValues

/// Reads schemas, following every `$ref` once, however many times and from wherever it is referred to.
final class SchemaReader {
  private let source: SourceReader
  private let diagnostics: Diagnostics
  /// Every component that was met, in the order it was met.
  private(set) var components: [(key: SchemaKey, schema: Schema)] = []
  private var known: [SchemaKey: Schema] = [:]
  private var depth = 0
  /// How long a chain of references is followed: each link is a frame of the stack.
  private static let depthLimit = 300

  init(source: SourceReader, diagnostics: Diagnostics) {
    self.source = source
    self.diagnostics = diagnostics
  }

  /// Follows `reference`, which stands in the file at `path`, to the node it means.
  func resolve(_ reference: String, in path: String, at place: Place) -> (node: Node, path: String, pointer: String)? {
    let parts = reference.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
    let file = String(parts[0])
    let pointer = parts.count > 1 ? String(parts[1]) : ""
    guard let target = file.isEmpty ? path : source.resolve(file, from: path, at: place),
      let document = source.document(at: target, referredFrom: place)
    else { return nil }
    guard let node = document.at(pointer: pointer) else {
      diagnostics.error(
        .brokenReference, "there is nothing at '\(reference)'", at: place, help: suggestion(pointer, in: document))
      return nil
    }
    return (node, target, pointer)
  }

  private func suggestion(_ pointer: String, in document: Node) -> String? {
    guard let slash = pointer.lastIndex(of: "/") else { return "a pointer begins with '#/'" }
    let parent = String(pointer[..<slash])
    guard let entries = document.at(pointer: parent)?.entries else { return "there is nothing at '#\(parent)' either" }
    let name = String(pointer[pointer.index(after: slash)...])
    return nearest(name, among: entries.map(\.key)).map { "did you mean '#\(parent)/\($0)'?" }
  }

  func component(_ key: SchemaKey, _ node: Node) -> Schema {
    if let schema = known[key] { return schema }
    let schema = Schema(at: node.place, key: key)
    // Known before it is read, so that a schema may refer to itself.
    known[key] = schema
    components.append((key, schema))
    read(node, into: schema, path: key.path)
    return schema
  }

  func schema(_ node: Node, in path: String) -> Schema {
    let schema = Schema(at: node.place, key: nil)
    read(node, into: schema, path: path)
    return schema
  }

  private func read(_ node: Node, into schema: Schema, path: String) {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.depthLimit else {
      diagnostics.error(.limit, "schemas that refer to each other more than \(Self.depthLimit) deep", at: node.place)
      return
    }
    if case .bool = node.value {
      diagnostics.error(.unsupported, "a boolean schema is not supported yet", at: node.place)
      return
    }
    guard var fields = Fields(node, "Schema Object", diagnostics) else { return }
    schema.title = fields.string("title")
    schema.description = fields.string("description")
    schema.isDeprecated = fields.bool("deprecated")
    fields.document("examples", "example", "externalDocs", "$comment")
    if let reference = fields.take("$ref") {
      if let text = fields.text(reference, "$ref"), let target = resolve(text, in: path, at: reference.place) {
        let key = SchemaKey(path: target.path, pointer: target.pointer)
        schema.reference = key
        _ = component(key, target.node)
      }
    } else {
      readType(&fields, into: schema)
      readKeywords(&fields, into: schema, path: path)
    }
    fields.finish(notYet: schema.reference == nil ? unsupportedKeywords : unsupportedKeywords.union(supportedKeywords))
  }

  private func readType(_ fields: inout Fields, into schema: Schema) {
    guard let node = fields.take("type") else {
      // A keyword that is not supported says more than the type that it stands in for.
      let entries = fields.node.entries ?? []
      guard !entries.contains(where: { unsupportedKeywords.contains($0.key) }) else { return }
      diagnostics.error(.unsupported, "a schema without 'type' is not supported yet", at: fields.node.place)
      return
    }
    if node.items != nil {
      diagnostics.error(.unsupported, "a list of types is not supported yet", at: node.place)
    } else if let text = fields.text(node, "type") {
      schema.type = Schema.TypeName(rawValue: text)
      if text == "null" {
        diagnostics.error(.unsupported, "the type null is not supported yet", at: node.place)
      } else if schema.type == nil {
        let names = Schema.TypeName.allCases.map(\.rawValue)
        // Read on as what was probably meant, so that what stands inside is checked too.
        schema.type = nearest(text, among: names).flatMap(Schema.TypeName.init)
        diagnostics.error(
          .badValue, "'\(text)' is not a type", at: node.place,
          help: nearest(text, among: names).map { "did you mean '\($0)'?" }
            ?? "there is \(names.joined(separator: ", "))")
      }
    }
  }

  private func readKeywords(_ fields: inout Fields, into schema: Schema, path: String) {
    schema.defaultValue = fields.take("default")
    switch schema.type {
    case .object: readObject(&fields, into: schema, path: path)
    case .array:
      schema.items = fields.require("items").map { self.schema($0, in: path) }
      schema.minItems = fields.count("minItems")
      schema.maxItems = fields.count("maxItems")
      schema.uniqueItems = fields.bool("uniqueItems")
      check(schema.minItems, schema.maxItems, "minItems", "maxItems", at: schema.place)
    case .string: readString(&fields, into: schema)
    case .integer, .number:
      schema.minimum = fields.number("minimum")
      schema.maximum = fields.number("maximum")
      schema.exclusiveMinimum = fields.number("exclusiveMinimum")
      schema.exclusiveMaximum = fields.number("exclusiveMaximum")
      schema.multipleOf = fields.number("multipleOf")
      schema.decimalPlaces = fields.count("x-decimal-places")
      readFormat(&fields, into: schema, schema.type == .integer ? ["int32", "int64"] : ["double", "decimal"])
      if schema.decimalPlaces != nil && schema.format != "decimal" {
        diagnostics.error(.contradiction, "'x-decimal-places' needs 'format: decimal'", at: schema.place)
      }
    case .boolean: break
    case nil:
      // Of a type that could not be read nothing is known: its keywords are not held against it.
      for name in supportedKeywords { fields.document(name) }
    }
    if schema.type != .string, let node = fields.take("enum") {
      diagnostics.error(.unsupported, "'enum' of values that are not strings is not supported yet", at: node.place)
    }
    if schema.type != nil {
      fields.ignore(supportedKeywords, because: "it does not apply to the type \(schema.type?.rawValue ?? "")")
    }
  }

  private func readObject(_ fields: inout Fields, into schema: Schema, path: String) {
    for entry in fields.map("properties") {
      schema.properties.append(
        Schema.Property(name: entry.key, place: entry.keyPlace, schema: self.schema(entry.value, in: path)))
    }
    let names = schema.properties.map(\.name)
    for name in fields.strings("required") {
      if !names.contains(name.text) {
        diagnostics.error(
          .contradiction, "'\(name.text)' is required and is not among the properties", at: name.place,
          help: nearest(name.text, among: names).map { "did you mean '\($0)'?" })
      }
      schema.required.insert(name.text)
    }
    for keyword in ["additionalProperties", "unevaluatedProperties"] {
      guard let node = fields.take(keyword) else { continue }
      guard case .bool(let allowed) = node.value else {
        diagnostics.error(.unsupported, "'\(keyword)' with a schema is not supported yet", at: node.place)
        continue
      }
      if !allowed { schema.isClosed = true }
    }
  }

  private func readString(_ fields: inout Fields, into schema: Schema) {
    schema.minLength = fields.count("minLength")
    schema.maxLength = fields.count("maxLength")
    check(schema.minLength, schema.maxLength, "minLength", "maxLength", at: schema.place)
    if let node = fields.take("pattern"), let text = fields.text(node, "pattern") {
      do {
        schema.pattern = try Pattern(text).source
      } catch {
        diagnostics.error(
          .badValue, "the pattern has \(error.description) (at character \(error.offset))", at: node.place)
      }
    }
    readFormat(&fields, into: schema, Format.allCases.map(\.rawValue) + ["uuid", "date-time"])
    guard fields.take("enum") != nil else { return }
    var seen: Set<String> = []
    schema.cases = fields.strings("enum").filter { text, place in
      if seen.insert(text).inserted { return true }
      diagnostics.error(.duplicate, "'\(text)' stands twice in this enum", at: place)
      return false
    }.map(\.text)
    if schema.cases?.isEmpty == true {
      diagnostics.error(.contradiction, "an enum without values allows nothing", at: schema.place)
    }
  }

  private func readFormat(_ fields: inout Fields, into schema: Schema, _ supported: [String]) {
    guard let node = fields.take("format"), let text = fields.text(node, "format") else { return }
    if supported.contains(text) {
      schema.format = text
    } else {
      diagnostics.error(
        .unsupported, "the format '\(text)' of the type \(schema.type?.rawValue ?? "") is not supported yet",
        at: node.place,
        help: nearest(text, among: supported).map { "did you mean '\($0)'?" }
          ?? "there is \(supported.joined(separator: ", "))")
    }
  }

  private func check(_ low: Int?, _ high: Int?, _ lowName: String, _ highName: String, at place: Place) {
    if let low, let high, low > high {
      diagnostics.error(
        .contradiction, "'\(lowName)' \(low) is above '\(highName)' \(high): nothing can fit", at: place)
    }
  }
}

private let supportedKeywords: Set<String> = [
  "type", "format", "enum", "default", "properties", "required", "additionalProperties", "unevaluatedProperties",
  "items",
  "minItems", "maxItems", "uniqueItems", "minLength", "maxLength", "pattern", "minimum", "maximum", "exclusiveMinimum",
  "exclusiveMaximum", "multipleOf", "x-decimal-places",
]

private let unsupportedKeywords: Set<String> = [
  "const", "prefixItems", "contains", "minContains", "maxContains", "patternProperties", "propertyNames",
  "minProperties", "maxProperties", "dependentRequired", "dependentSchemas", "allOf", "oneOf", "anyOf", "not", "if",
  "then", "else", "unevaluatedItems", "discriminator", "readOnly", "writeOnly", "contentEncoding", "contentMediaType",
  "contentSchema", "$defs", "$id", "$anchor", "$dynamicRef", "$dynamicAnchor", "$schema", "xml", "nullable",
  "x-extensible-enum",
]

extension Fields {
  /// Takes what the specification says has no effect here, with a warning: it is probably a mistake.
  fileprivate mutating func ignore(_ names: Set<String>, because reason: String) {
    for entry in node.entries ?? [] where names.contains(entry.key) && !isTaken(entry.key) {
      diagnostics.warning(.contradiction, "'\(entry.key)' has no effect: \(reason)", at: entry.keyPlace)
      document(entry.key)
    }
  }
}

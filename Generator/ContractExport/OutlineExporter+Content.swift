import ContractAnalysis
import ContractModel
import ContractValues

extension OutlineExporter {
  mutating func content(_ media: MediaType, _ direction: Direction) -> JSONValue {
    var outline: JSONObject<JSONValue> = ["mediaType": .string(media.name), "at": Self.position(media.position)]
    outline["examples"] = Self.examples(media.examples)
    var kind = set.kind(of: media)
    switch kind {
    case .json: outline["schema"] = json(media, direction, &outline)
    case .text:
      // Lists and objects have no text.
      if let schema = media.schema {
        if set.textTypes(schema) == nil {
          kind = .bytes
        } else {
          outline["schema"] = schemas.number(of: schema, direction)
        }
        outline["texts"] = set.textTypes(schema).map { .number(ExactDecimal(Int($0.rawValue))) }
      }
    case .events, .lines, .sequence: items(media, direction, &outline)
    case .form: if !form(media, direction, &outline) { kind = .bytes }
    case .multipart: if !multipart(media, direction, &outline) { kind = .bytes }
    case .bytes: break
    }
    if kind == .bytes, let limit = media.schema.flatMap(set.sizeLimit) {
      outline["limit"] = .number(ExactDecimal(limit))
    }
    outline["kind"] = .string(kind.rawValue)
    return .object(outline)
  }

  private mutating func json(
    _ media: MediaType, _ direction: Direction, _ outline: inout JSONObject<JSONValue>
  ) -> JSONValue? {
    guard let schema = media.schema else { return nil }
    // A patch describes changes to the value, so the value's schema does not apply to it (RFC 7396).
    if media.parsed.isMergePatch, direction == .request { outline["patch"] = true }
    return schemas.number(of: schema, direction)
  }

  private mutating func items(
    _ media: MediaType, _ direction: Direction, _ outline: inout JSONObject<JSONValue>
  ) {
    guard let item = analysis.itemSchema(media) else { return }
    if media.parsed.kind == .events, let data = analysis.dataSchema(item) {
      outline["data"] = schemas.number(of: data, direction)
    } else {
      outline["schema"] = schemas.number(of: item, direction)
    }
  }

  // MARK: forms

  /// False for a form whose members cannot all be written as pairs.
  private mutating func form(
    _ media: MediaType, _ direction: Direction, _ outline: inout JSONObject<JSONValue>
  ) -> Bool {
    guard let schema = media.schema else { return true }
    let root = set.resolved(schema)
    switch analysis.form(of: root) {
    case .record, .map: break
    default: return false
    }
    var members: [(String, JSONValue)] = []
    for property in analysis.shape(root).properties {
      guard let value = property.value.first else { continue }
      guard let plan = analysis.style(ofMember: value, media.encoding(of: property.key)) else { return false }
      members.append((property.key, Self.style(plan)))
    }
    outline["schema"] = schemas.number(of: schema, direction)
    outline["members"] = .object(JSONObject(members))
    outline["others"] = analysis.otherTypes(schema).map { .number(ExactDecimal(Int($0.rawValue))) }
    return true
  }

  // MARK: multipart

  /// False for parts that the schema does not describe.
  private mutating func multipart(
    _ media: MediaType, _ direction: Direction, _ outline: inout JSONObject<JSONValue>
  ) -> Bool {
    if media.itemSchema != nil || !media.prefixEncoding.isEmpty || media.itemEncoding != nil {
      positional(media, direction, &outline)
      return true
    }
    guard let schema = media.schema, case .record = analysis.form(of: set.resolved(schema)) else { return false }
    let shape = analysis.shape(set.resolved(schema))
    var parts: [JSONValue] = []
    for property in shape.properties where !set.isSkipped(property.value, direction) {
      let value = analysis.joined(property.value)
      let encoding = media.encoding(of: property.key)
      var (item, least, most) = (Int?.some(value), shape.requires(property.key) ? 1 : 0, Int?.some(1))
      let isNested = encoding?.contentType.map { MediaTypeName($0).kind == .multipart } ?? false
      if !isNested, case .list(let items) = analysis.form(of: set.resolved(value)) {
        let keywords = set.keywords(set.resolved(value))
        (least, most) = (least == 0 ? 0 : keywords.minItems ?? 0, keywords.maxItems)
        item = items.first
      }
      // Items without a description are bytes.
      parts.append(part(property.key, item ?? value, isAny: item == nil, encoding, direction, least, most))
    }
    let isClosed = shape.parts.map(set.keywords).contains { keywords in
      [keywords.additionalProperties, keywords.unevaluatedProperties].contains {
        $0.map { set.keywords($0).always == false } ?? false
      }
    }
    outline["parts"] = .array(parts)
    if isClosed { outline["closed"] = true }
    return true
  }

  private mutating func positional(
    _ media: MediaType, _ direction: Direction, _ outline: inout JSONObject<JSONValue>
  ) {
    let list = media.schema.map { set.keywords(set.resolved($0)) }
    let first = list?.prefixItems ?? []
    var parts: [JSONValue] = []
    for (index, schema) in first.enumerated() {
      let encoding = index < media.prefixEncoding.count ? media.prefixEncoding[index] : media.itemEncoding
      parts.append(part(nil, schema, encoding, direction, index < list?.minItems ?? 0 ? 1 : 0, 1))
    }
    let rest = media.itemSchema ?? list?.items
    let isClosed = rest.map { set.keywords($0).always == false } ?? false
    if let rest, !isClosed {
      parts.append(
        part(
          nil, rest, media.itemEncoding, direction, max(0, (list?.minItems ?? 0) - first.count),
          list?.maxItems.map { max(0, $0 - first.count) }))
    }
    outline["parts"] = .array(parts)
    outline["positional"] = true
    if isClosed { outline["closed"] = true }
  }

  private mutating func part(
    _ name: String?, _ schema: Int, isAny: Bool = false, _ encoding: Encoding?, _ direction: Direction, _ least: Int,
    _ most: Int?
  ) -> JSONValue {
    let types =
      encoding?.contentType.map { $0.split(separator: ",").map { $0.filter { $0 != " " }.lowercased() } } ?? []
    var outline: JSONObject<JSONValue> = [
      "schema": schemas.number(of: schema, direction), "min": .number(ExactDecimal(least)),
      "at": Self.position(set[schema].position),
    ]
    outline["name"] = name.map { .string($0) }
    outline["max"] = most.map { .number(ExactDecimal($0)) }
    let kind = isAny ? .bytes : partKind(schema, types, encoding, direction, &outline)
    let usual = kind == .json ? "application/json" : kind == .text ? "text/plain" : "application/octet-stream"
    outline["kind"] = .string(kind.rawValue)
    outline["contentTypes"] = .array((types.isEmpty ? [usual] : types).map { .string($0) })
    if kind == .bytes { outline["limit"] = set.sizeLimit(schema).map { .number(ExactDecimal($0)) } }
    if kind == .text { outline["texts"] = set.textTypes(schema).map { .number(ExactDecimal(Int($0.rawValue))) } }
    let headers = (encoding?.headers ?? []).filter { $0.name.lowercased() != "content-disposition" }
    if !headers.isEmpty { outline["headers"] = .array(headers.map { header($0, direction) }) }
    return .object(outline)
  }

  /// How a part is written, by its media type or else its schema (OpenAPI 3.1, section 4.8.15.1).
  private mutating func partKind(
    _ schema: Int, _ types: [String], _ encoding: Encoding?, _ direction: Direction,
    _ outline: inout JSONObject<JSONValue>
  ) -> MediaKind {
    if types.count == 1, let encoding, MediaTypeName(types[0]).kind == .multipart {
      var item: Int?
      if !encoding.isPositional, case .list(let items) = analysis.form(of: set.resolved(schema)) { item = items.first }
      let media = MediaType(
        nested: types[0], base: MediaTypeName(types[0]).base, schema: schema, itemSchema: item, encoding)
      var nested = JSONObject<JSONValue>()
      guard multipart(media, direction, &nested) else { return .bytes }
      outline["body"] = .object(nested)
      return .multipart
    }
    if let type = types.first {
      if types.count == 1, MediaTypeName(type).isJSON { return .json }
      return types.count == 1 && MediaTypeName(type).base == "text/plain" && set.textTypes(schema) != nil
        ? .text : .bytes
    }
    let target = set[set.resolved(schema)]
    if target.keywords.types == nil, set.isBinary(schema) { return .bytes }
    guard set.textTypes(schema) != nil else { return .json }
    let isFile = set.hasBinaryFormat(schema) || target.contentMediaType != nil
    return isFile && target.keywords.encoding == nil ? .bytes : .text
  }
}

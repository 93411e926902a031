import ContractAnalysis
import ContractModel
import ContractSource
import ContractValues

/// Bodies in Swift, planned by media type, which determines how they are written.
extension OperationPlanner {
  /// The body with these media types; nil where there is none.
  mutating func body(
    _ content: [MediaType], isRequired: Bool, _ direction: Direction, named owner: String
  ) -> BodyPlan? {
    var members = MemberNames()
    var seen: [String: SourcePosition] = [:]
    var contents: [ContentPlan] = []
    for media in content {
      let type = media.baseType
      guard let name = Self.caseName(of: type), media.name.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) else {
        diagnostics.error(
          .badValue, "'\(media.name)' is not a media type", at: media.position, help: "write it as application/json")
        continue
      }
      if let first = seen.updateValue(media.position, forKey: type) {
        diagnostics.warning(
          .noEffect, "'\(type)' is duplicated, except for its parameters: this one has no effect", at: media.position,
          help: "the first is in line \(first.line)")
        continue
      }
      let inner = content.count > 1 ? SwiftName.type(name) + "Body" : "Body"
      contents.append(plan(media, direction, caseName: members.claim(SwiftName.enumCase(name)), owner + inner))
    }
    guard !contents.isEmpty else { return nil }
    let choice = contents.count > 1 ? claim(owner + "Content") : nil
    let body = BodyPlan(choice: choice, contents: contents, isRequired: isRequired)
    if choice != nil { bodies.append(body) }
    return body
  }

  /// The name of a media type among others; nil for an invalid one (RFC 9110, section 8.3.1).
  private static func caseName(of type: String) -> String? {
    let parts = type.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy(ContractReader.isToken) else { return nil }
    let known = [
      "application/json": "json", "text/plain": "text", "application/x-www-form-urlencoded": "form",
      "application/octet-stream": "bytes", "text/event-stream": "events", "application/jsonl": "lines",
      "application/x-ndjson": "lines", "application/json-seq": "sequence", "application/merge-patch+json": "mergePatch",
      "application/problem+json": "problem", "*/*": "any", "multipart/form-data": "formData",
    ]
    if let name = known[type] { return name }
    return parts[1] == "*" ? "any " + parts[0] : String(parts[1])
  }

  private mutating func plan(
    _ media: MediaType, _ direction: Direction, caseName: String, _ name: String
  ) -> ContentPlan {
    let type = media.baseType
    let plan = { (codec: ContentPlan.Codec, use: UsePlan) in
      ContentPlan(
        caseName: caseName, mediaType: media.name, codec: codec, use: use, form: [], otherKinds: nil, limit: nil)
    }
    if let format = Self.itemFormat(of: type) { return items(media, format, direction, plan, name) }
    if let schema = media.itemSchema, !type.hasPrefix("multipart/") {
      diagnostics.warning(
        .noEffect, "'\(type)' is not a sequence of items: 'itemSchema' has no effect", at: set[schema].position)
    }
    switch type {
    case _ where Self.isJSON(type): return plan(.json, value(media, direction, name))
    case "application/x-www-form-urlencoded":
      if let form = form(media, direction, caseName, name) { return form }
    case _ where type.hasPrefix("multipart/"):
      if let multipart = multipart(media, direction, name) {
        return plan(.multipart, UsePlan(type: .named(multipart), rules: []))
      }
    case _ where type.hasPrefix("text/"):
      guard let schema = media.schema else { return plan(.text, UsePlan(type: .string, rules: [])) }
      let use = use(schema, direction, named: name)
      if isText(use.type, schema) { return plan(.text, use) }
    // An object with any media type means JSON.
    case "*/*" where isStructured(media.schema), "application/*" where isStructured(media.schema):
      return plan(.json, value(media, direction, name))
    default: break
    }
    tellUnchecked(media)
    return ContentPlan(
      caseName: caseName, mediaType: media.name, codec: type.hasSuffix("/*") ? .typedBytes : .bytes,
      use: UsePlan(type: .string, rules: []), form: [], otherKinds: nil, limit: media.schema.flatMap(sizeLimit))
  }

  private mutating func value(_ media: MediaType, _ direction: Direction, _ name: String) -> UsePlan {
    guard let schema = media.schema else { return UsePlan(type: .json, rules: []) }
    let isPatch = media.baseType == "application/merge-patch+json" && direction == .request
    return use(schema, isPatch ? .patch : direction, named: name)
  }

  static func isJSON(_ name: String) -> Bool {
    let type = name.prefix { $0 != ";" }.filter { $0 != " " }.lowercased()
    return type == "application/json" || type.hasSuffix("+json")
  }

  private static func itemFormat(of type: String) -> String? {
    switch type {
    case "text/event-stream": "events"
    case "application/jsonl", "application/x-ndjson", "application/ndjson", "application/json-lines": "lines"
    case "application/json-seq": "sequence"
    default: type.hasSuffix("+json-seq") ? "sequence" : nil
    }
  }

  private mutating func isStructured(_ schema: Int?) -> Bool {
    guard let schema else { return false }
    return !set.types(schema).contains(.string)
  }

  /// The maximum size of raw bytes: `maxLength` counts octets there (OpenAPI 3.1, section 4.8.14.1).
  func sizeLimit(_ schema: Int) -> Int? { set.keywords(set.resolved(schema)).maxLength }

  /// Content without a codec here is passed as bytes; its schema is otherwise ignored.
  private func tellUnchecked(_ media: MediaType) {
    diagnostics.note(
      media.name, .documentation, at: media.position, because: "there is no codec for it: it is passed as bytes")
    guard let schema = media.schema, !set.isBinary(schema) else { return }
    diagnostics.warning(
      .noEffect, "'\(media.name)' is passed as bytes: its schema is ignored", at: set[schema].position)
  }

  // MARK: items

  private mutating func items(
    _ media: MediaType, _ format: String, _ direction: Direction,
    _ plan: (ContentPlan.Codec, UsePlan) -> ContentPlan, _ name: String
  ) -> ContentPlan {
    // `schema` describes all items as one array (OpenAPI 3.2, section 4.14.3). One that is not an array can only mean
    // an item.
    var item = media.itemSchema
    if item == nil, let schema = media.schema {
      if case .list(let items) = form(of: set.resolved(schema)) {
        item = items.first
        let keywords = set.keywords(set.resolved(schema))
        if keywords.minItems != nil || keywords.maxItems != nil || keywords.uniqueItems {
          diagnostics.warning(
            .noEffect, "constraints on all items together are not checked: items are passed on as they arrive",
            at: set[schema].position)
        }
      } else if format != "events" {
        item = schema
      }
    }
    guard let item else {
      if format == "events" {
        if media.schema != nil { tellUnchecked(media) }
        return plan(.items("rawEvents"), UsePlan(type: .json, rules: []))
      }
      return plan(.items(format), UsePlan(type: .json, rules: []))
    }
    if format == "events", let data = dataSchema(item) {
      return plan(.items("typedEvents"), use(data, direction, named: name + "Data"))
    }
    return plan(.items(format), use(item, direction, named: name + "Item"))
  }

  /// The schema of the JSON in an event's `data`, where the item declares it.
  private mutating func dataSchema(_ item: Int) -> Int? {
    guard let data = shape(set.resolved(item)).properties["data"]?.first else { return nil }
    let schema = set[set.resolved(data)]
    guard let type = schema.contentMediaType, Self.isJSON(type) else { return nil }
    return schema.contentSchema
  }

  // MARK: forms

  private mutating func form(
    _ media: MediaType, _ direction: Direction, _ caseName: String, _ name: String
  ) -> ContentPlan? {
    guard let schema = media.schema else { return nil }
    switch form(of: set.resolved(schema)) {
    case .record, .map: break
    default: return nil
    }
    var members: [(name: String, style: StylePlan)] = []
    for property in shape(set.resolved(schema)).properties {
      guard let value = property.value.first else { continue }
      let encoding = media.encoding.first { $0.name == property.key }?.value
      guard let style = style(of: value, encoding) else {
        diagnostics.warning(
          .untyped, "'\(property.key)' cannot be expressed in a form: the body is passed as bytes",
          at: set[value].position,
          help: "give it an encoding with 'contentType: application/json'")
        return nil
      }
      members.append((property.key, style))
    }
    return ContentPlan(
      caseName: caseName, mediaType: media.name, codec: .form, use: use(schema, direction, named: name).present,
      form: members,
      otherKinds: otherKinds(schema), limit: nil)
  }

  /// The kinds of unlisted members, where the schema describes them.
  private mutating func otherKinds(_ schema: Int) -> [String]? {
    let others = shape(set.resolved(schema)).parts.compactMap { set.keywords($0).additionalProperties }.first
    guard let others, set.keywords(others).always == nil else { return nil }
    return kinds(others)
  }

  /// How a property of a form is written (OpenAPI 3.1, section 4.8.15.1).
  private mutating func style(of schema: Int, _ encoding: Encoding?) -> StylePlan? {
    let style = encoding?.style ?? "form"
    let isStyled = encoding?.style != nil || encoding?.explode != nil || encoding?.allowReserved != nil
    let plan = { (shape: StylePlan.Shape, style: String) in
      StylePlan(
        location: "body", style: style, explode: encoding?.explode ?? (style == "form"),
        allowReserved: encoding?.allowReserved ?? false, shape: shape)
    }
    if !isStyled, let type = encoding?.contentType, Self.isJSON(type) { return plan(.json, "form") }
    guard let shape = layout(schema) else {
      // Without a style an object is JSON, and a list has a pair for each of its items (OpenAPI 3.1.1, section 4.8.15).
      switch form(of: set.resolved(schema)) {
      case .record where !isStyled, .map where !isStyled: return plan(.json, "form")
      case .list where !isStyled: return plan(.jsonItems, "form")
      default: return nil
      }
    }
    if case .object = shape, !isStyled { return plan(.json, "form") }
    return plan(shape, style)
  }
}

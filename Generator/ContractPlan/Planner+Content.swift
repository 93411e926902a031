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
      let type = media.parsed
      guard type.isValid, media.name.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) else {
        diagnostics.error(
          .badValue, "'\(media.name)' is not a media type", at: media.position, help: "write it as application/json")
        continue
      }
      if let first = seen.updateValue(media.position, forKey: type.base) {
        diagnostics.warning(
          .noEffect, "'\(type.base)' is duplicated, except for its parameters: this one has no effect",
          at: media.position,
          help: "the first is in line \(first.line)")
        continue
      }
      let name = Self.caseName(of: type.base)
      let inner = content.count > 1 ? SwiftName.type(name) + "Body" : "Body"
      contents.append(plan(media, direction, caseName: members.claim(SwiftName.enumCase(name)), owner + inner))
    }
    guard !contents.isEmpty else { return nil }
    let choice = contents.count > 1 ? claim(owner + "Content") : nil
    let body = BodyPlan(choice: choice, contents: contents, isRequired: isRequired)
    if choice != nil { bodies.append(body) }
    return body
  }

  /// The name of a media type among others.
  private static func caseName(of type: String) -> String {
    let known = [
      "application/json": "json", "text/plain": "text", "application/x-www-form-urlencoded": "form",
      "application/octet-stream": "bytes", "text/event-stream": "events", "application/jsonl": "lines",
      "application/x-ndjson": "lines", "application/json-seq": "sequence", "application/merge-patch+json": "mergePatch",
      "application/problem+json": "problem", "*/*": "any", "multipart/form-data": "formData",
    ]
    if let name = known[type] { return name }
    let parts = type.split(separator: "/", maxSplits: 1)
    return parts.last == "*" ? "any " + (parts.first ?? "") : String(parts.last ?? "")
  }

  private mutating func plan(
    _ media: MediaType, _ direction: Direction, caseName: String, _ name: String
  ) -> ContentPlan {
    let kind = set.kind(of: media)
    let plan = { (codec: ContentPlan.Codec, use: UsePlan) in
      ContentPlan(
        caseName: caseName, mediaType: media.name, codec: codec, use: use, form: [], otherTypes: nil, limit: nil)
    }
    if kind.isSequence { return items(media, kind, direction, plan, name) }
    if let schema = media.itemSchema, kind != .multipart {
      diagnostics.warning(
        .noEffect, "'\(media.baseType)' is not a sequence of items: 'itemSchema' has no effect",
        at: set[schema].position)
    }
    switch kind {
    case .json: return plan(.json, value(media, direction, name))
    case .form:
      if let form = form(media, direction, caseName, name) { return form }
    case .multipart:
      if let multipart = multipart(media, direction, name) {
        return plan(.multipart, UsePlan(type: .named(multipart), rules: []))
      }
    case .text:
      guard let schema = media.schema else { return plan(.text, UsePlan(type: .string, rules: [])) }
      let use = use(schema, direction, named: name)
      if isText(use.type, schema) { return plan(.text, use) }
    case .bytes, .events, .lines, .sequence: break
    }
    tellUnchecked(media)
    return ContentPlan(
      caseName: caseName, mediaType: media.name, codec: media.parsed.isRange ? .typedBytes : .bytes,
      use: UsePlan(type: .string, rules: []), form: [], otherTypes: nil, limit: media.schema.flatMap(set.sizeLimit))
  }

  private mutating func value(_ media: MediaType, _ direction: Direction, _ name: String) -> UsePlan {
    guard let schema = media.schema else { return UsePlan(type: .json, rules: []) }
    let isPatch = media.parsed.isMergePatch && direction == .request
    return use(schema, isPatch ? .patch : direction, named: name)
  }

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
    _ media: MediaType, _ kind: MediaKind, _ direction: Direction,
    _ plan: (ContentPlan.Codec, UsePlan) -> ContentPlan, _ name: String
  ) -> ContentPlan {
    let format: ContentPlan.ItemFormat = kind == .events ? .events : kind == .lines ? .lines : .sequence
    if types.analysis.constrainsSequence(media), let schema = media.schema {
      diagnostics.warning(
        .noEffect, "constraints on all items together are not checked: items are passed on as they arrive",
        at: set[schema].position)
    }
    guard let item = types.analysis.itemSchema(media) else {
      if kind == .events {
        if media.schema != nil { tellUnchecked(media) }
        return plan(.items(.rawEvents), UsePlan(type: .json, rules: []))
      }
      return plan(.items(format), UsePlan(type: .json, rules: []))
    }
    if kind == .events, let data = types.analysis.dataSchema(item) {
      return plan(.items(.typedEvents), use(data, direction, named: name + "Data"))
    }
    return plan(.items(format), use(item, direction, named: name + "Item"))
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
      let encoding = media.encoding(of: property.key)
      guard let style = types.analysis.style(ofMember: value, encoding) else {
        diagnostics.warning(
          .untyped, "'\(property.key)' cannot be expressed in a form: the body is passed as bytes",
          at: set[value].position,
          help: "give it an encoding with 'contentType: application/json'")
        return nil
      }
      if style.isConvention { report(.deepObject, at: set[value].position) }
      members.append((property.key, style))
    }
    return ContentPlan(
      caseName: caseName, mediaType: media.name, codec: .form, use: use(schema, direction, named: name).present,
      form: members,
      otherTypes: types.analysis.otherTypes(schema), limit: nil)
  }
}

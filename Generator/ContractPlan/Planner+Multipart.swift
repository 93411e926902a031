import ContractAnalysis
import ContractModel
import ContractSource
import ContractValues

/// The parts of multipart bodies.
extension OperationPlanner {
  /// The name of the enum of a body's parts; nil where the schema does not describe them.
  mutating func multipart(_ media: MediaType, _ direction: Direction, _ name: String) -> String? {
    let plan: MultipartPlan?
    if media.itemSchema != nil || !media.prefixEncoding.isEmpty || media.itemEncoding != nil {
      plan = positional(media, direction, name)
    } else {
      plan = named(media, direction, name)
    }
    guard let plan else { return nil }
    multiparts.append(plan)
    return plan.name
  }

  private func subtype(_ media: MediaType) -> String { String(media.baseType.dropFirst("multipart/".count)) }

  /// An object: each property is a part, each item of a list a part of its own (RFC 7578, section 4.3).
  private mutating func named(_ media: MediaType, _ direction: Direction, _ name: String) -> MultipartPlan? {
    guard let schema = media.schema, case .record = form(of: set.resolved(schema)) else { return nil }
    let shape = shape(set.resolved(schema))
    let own = claim(name + "Part")
    var members = MemberNames()
    _ = members.claim("undeclared")
    var parts: [MultipartPlan.Part] = []
    for property in shape.properties where !set.isSkipped(property.value, direction) {
      let value = joined(property.value)
      let encoding = media.encoding(of: property.key)
      let isRequired = shape.requires(property.key)
      var (item, least, most) = (Int?.some(value), isRequired ? 1 : 0, Int?.some(1))
      let isNested = encoding?.contentType.map { MediaTypeName($0).kind == .multipart } ?? false
      if !isNested, case .list(let items) = form(of: set.resolved(value)) {
        let keywords = set.keywords(set.resolved(value))
        (least, most) = (isRequired ? keywords.minItems ?? 0 : 0, keywords.maxItems)
        item = items.first
        if !isRequired, keywords.minItems ?? 0 > 0 { tellUnheld("minItems of an optional list", value) }
      }
      // Items without a description are bytes.
      parts.append(
        part(
          item ?? value, isAny: item == nil, encoding, direction, members.claim(SwiftName.enumCase(property.key)),
          property.key,
          own + SwiftName.type(property.key), least, most))
    }
    for entry in media.encoding where shape.properties[entry.name] == nil {
      diagnostics.warning(
        .noEffect, "'\(entry.name)' is not a property of the body: its encoding has no effect", at: entry.value.position
      )
    }
    let bounds = shape.parts.map(set.keywords).contains { $0.minProperties != nil || $0.maxProperties != nil }
    if shape.needsProgram || bounds { tellUnheld("a constraint on all parts together", schema) }
    let isClosed = shape.parts.map(set.keywords).contains { keywords in
      [keywords.additionalProperties, keywords.unevaluatedProperties].contains {
        $0.map { set.keywords($0).always == false } ?? false
      }
    }
    return MultipartPlan(
      name: own, subtype: subtype(media), parts: parts, isPositional: false, isClosed: isClosed, restIndex: nil)
  }

  /// Parts by position (OpenAPI 3.2, section 4.14.4): the first ones by `prefixItems`, all others of one kind.
  private mutating func positional(_ media: MediaType, _ direction: Direction, _ name: String) -> MultipartPlan? {
    let list = media.schema.map { set.keywords(set.resolved($0)) }
    let own = claim(name + "Part")
    var parts: [MultipartPlan.Part] = []
    for (index, schema) in (list?.prefixItems ?? []).enumerated() {
      let encoding = index < media.prefixEncoding.count ? media.prefixEncoding[index] : media.itemEncoding
      parts.append(
        part(
          schema, encoding, direction, "part\(index + 1)", "", own + "\(index + 1)",
          index < list?.minItems ?? 0 ? 1 : 0, 1))
    }
    let rest = media.itemSchema ?? list?.items
    let isClosed = rest.map { set.keywords($0).always == false } ?? false
    var restIndex: Int?
    if let rest, !isClosed {
      restIndex = parts.count
      parts.append(
        part(
          rest, media.itemEncoding, direction, "item", "", own + "Item",
          max(0, (list?.minItems ?? 0) - parts.count), list?.maxItems.map { max(0, $0 - parts.count) }))
    }
    return MultipartPlan(
      name: own, subtype: subtype(media), parts: parts, isPositional: true, isClosed: isClosed || rest != nil,
      restIndex: restIndex)
  }

  private mutating func part(
    _ schema: Int, isAny: Bool = false, _ encoding: Encoding?, _ direction: Direction, _ caseName: String,
    _ wireName: String, _ owner: String, _ least: Int, _ most: Int?
  ) -> MultipartPlan.Part {
    let types =
      encoding?.contentType.map { $0.split(separator: ",").map { $0.filter { $0 != " " }.lowercased() } } ?? []
    let inner = isAny || types.count != 1 ? nil : nested(schema, types[0], encoding, direction, owner)
    if let encoding, inner == nil, encoding.isPositional || !encoding.encoding.isEmpty {
      diagnostics.warning(
        .noEffect,
        "the encodings of the part's own parts have no effect: it is not multipart, or its schema says nothing",
        at: encoding.position, help: "write 'contentType: multipart/mixed', and a schema of an object or a list")
    }
    let codec = inner != nil ? .multipart : isAny ? .bytes : codec(of: schema, types)
    // A part is present or absent: it cannot be null.
    let use =
      inner.map { UsePlan(type: .named($0), rules: []) }
      ?? (codec == .bytes
        ? UsePlan(type: .named("MultipartPart"), rules: []) : use(schema, direction, named: owner).present)
    if codec == .bytes, !isAny, !set.isBinary(schema) { tellUnheld("the schema of a part that is bytes", schema) }
    if let encoding, encoding.style != nil || encoding.explode != nil {
      diagnostics.warning(
        .noEffect, "'style' and 'explode' have no effect on a part: it is written by its media type",
        at: encoding.position
      )
    }
    let usual =
      codec == .json ? ["application/json"] : codec == .text ? ["text/plain"] : ["application/octet-stream"]
    return MultipartPlan.Part(
      caseName: caseName, wireName: wireName, doc: set.doc(schema), codec: codec, use: use,
      types: codec == .text ? set.textTypes(schema) ?? .string : [], contentTypes: types.isEmpty ? usual : types,
      headers: partHeaders(encoding?.headers ?? [], owner: owner),
      min: least, max: most, limit: codec == .bytes ? set.sizeLimit(schema) : nil)
  }

  /// The enum of the parts of a part that is itself multipart: the items of a list by position, or the properties of an
  /// object. Nil for another part.
  private mutating func nested(
    _ schema: Int, _ type: String, _ encoding: Encoding?, _ direction: Direction, _ owner: String
  ) -> String? {
    let name = MediaTypeName(type)
    guard name.kind == .multipart, let encoding else { return nil }
    var item: Int?
    if !encoding.isPositional, case .list(let items) = form(of: set.resolved(schema)) {
      guard let first = items.first else { return nil }
      item = first
    }
    let media = MediaType(nested: type, base: name.base, schema: schema, itemSchema: item, encoding)
    return multipart(media, direction, owner)
  }

  /// Parts arrive one after the other: rules that no part alone can be checked for are reported.
  private func tellUnheld(_ what: String, _ schema: Int) {
    diagnostics.warning(
      .noEffect, "\(what) is not checked: parts are passed on as they arrive", at: set[schema].position)
  }

  /// The headers of a part, each with one text; what would be more is passed as it is written.
  private mutating func partHeaders(_ headers: [Header], owner: String) -> [FieldPlan] {
    let own = headers.filter { $0.name.lowercased() != "content-disposition" }
    let plans = self.headers(own, owner: owner)
    return zip(own, plans).map { header, plan in
      guard plan.style != nil else { return plan }
      diagnostics.warning(
        .noEffect, "a header of a part is one text: this one is passed as it is written", at: header.position,
        help: "give it a string, a number or a boolean")
      return FieldPlan(
        name: plan.name, wireName: plan.wireName, type: .string, presence: plan.presence, rules: [], doc: plan.doc)
    }
  }

  /// The default media type of a part: it depends on its type (OpenAPI 3.1, section 4.8.15.1).
  private mutating func codec(of schema: Int, _ types: [String]) -> ContentPlan.Codec {
    let target = set[set.resolved(schema)]
    if let type = types.first {
      if types.count == 1, MediaTypeName(type).isJSON { return .json }
      let isText = types.count == 1 && MediaTypeName(type).base == "text/plain" && set.textTypes(schema) != nil
      return isText ? .text : .bytes
    }
    if target.keywords.types == nil, set.isBinary(schema) { return .bytes }
    guard set.textTypes(schema) != nil else { return .json }
    let isFile = set.hasBinaryFormat(schema) || target.contentMediaType != nil
    return isFile && target.keywords.encoding == nil ? .bytes : .text
  }
}

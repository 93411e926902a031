import ContractAnalysis
import ContractModel
import ContractValues

extension ExportPlanner {
  mutating func content(_ media: MediaType, _ direction: Direction, named hint: String) -> ContentExport {
    let content: ContentExport? =
      switch set.kind(of: media) {
      case .json: json(media, direction, hint)
      case .text: text(media, direction, hint)
      case .form: form(media, direction, hint)
      case .multipart: direction == .request ? multipart(media, hint) : nil
      case .events: direction == .request ? nil : events(media, hint)
      case .lines, .sequence: items(media, direction, hint)
      case .bytes: nil
      }
    return content ?? bytes(media, direction)
  }

  private mutating func json(_ media: MediaType, _ direction: Direction, _ hint: String) -> ContentExport {
    let type = media.schema.map { use($0, direction, named: hint) } ?? .any
    // A patch is not the value that it changes, so the value's schema does not apply to it.
    if media.parsed.isMergePatch {
      return ContentExport(mediaType: media.name, kind: .json, type: .patch(type))
    }
    return ContentExport(mediaType: media.name, kind: .json, schema: media.schema.map { table.add($0) }, type: type)
  }

  private mutating func text(_ media: MediaType, _ direction: Direction, _ hint: String) -> ContentExport? {
    guard let schema = media.schema else { return ContentExport(mediaType: media.name, kind: .text, type: .text) }
    let kind = set.textKind(schema)
    guard kind != .json else { return nil }
    var type = use(schema, direction, named: hint)
    if case .any = type { type = .text }
    return ContentExport(
      mediaType: media.name, kind: .text, schema: table.add(schema), type: type, textKind: kind)
  }

  /// Content without a codec here is passed as bytes; the rest of its schema is ignored.
  private mutating func bytes(_ media: MediaType, _ direction: Direction) -> ContentExport {
    let isMultipart = media.parsed.kind == .multipart
    if isMultipart || media.itemSchema != nil || media.schema.map({ !set.isBinary($0) }) ?? false {
      let boundary = isMultipart && direction == .request ? "; the header content-type needs its boundary" : ""
      leaveOut("what '\(media.name)' holds, which is passed as bytes\(boundary)", at: media.position)
    }
    return ContentExport(mediaType: media.name, kind: .bytes, type: .bytes(isSent: direction == .request))
  }

  // MARK: items

  private mutating func items(_ media: MediaType, _ direction: Direction, _ hint: String) -> ContentExport {
    let item = analysis.itemSchema(media)
    let type = item.map { use($0, direction, named: hint + "Item") } ?? .any
    return ContentExport(
      mediaType: media.name, kind: media.parsed.kind, schema: item.map { table.add($0) },
      type: .items(type, isSent: direction == .request))
  }

  private mutating func events(_ media: MediaType, _ hint: String) -> ContentExport {
    guard let item = analysis.itemSchema(media) else {
      return ContentExport(mediaType: media.name, kind: .events, type: .items(.event(.text), isSent: false))
    }
    if let data = analysis.dataSchema(item) {
      let type = use(data, .response, named: hint + "Data")
      return ContentExport(
        mediaType: media.name, kind: .events, schema: table.add(data), type: .items(.event(type), isSent: false),
        textKind: .json)
    }
    return ContentExport(
      mediaType: media.name, kind: .events, schema: table.add(item),
      type: .items(use(item, .response, named: hint + "Event"), isSent: false))
  }

  // MARK: forms

  private mutating func form(_ media: MediaType, _ direction: Direction, _ hint: String) -> ContentExport? {
    var content = ContentExport(mediaType: media.name, kind: .form, type: .map(.text))
    guard let schema = media.schema else { return content }
    let shape = analysis.shape(schema)
    guard shape.isForm(set) else { return nil }
    content.members = shape.properties.compactMap { member($0.key, $0.value[0], media.encoding(of: $0.key)) }
    if direction == .response, content.members.contains(where: { $0.style != nil }) {
      leaveOut("the styles of a response's members: '\(media.name)' is returned as text", at: media.position)
      return ContentExport(mediaType: media.name, kind: .text, type: .text)
    }
    (content.schema, content.type) = (table.add(schema), use(schema, direction, named: hint))
    return content
  }

  /// How a member of a form is written (OpenAPI 3.1, section 4.8.15.1); nil where it is a text.
  private func member(_ name: String, _ schema: Int, _ encoding: Encoding?) -> MemberExport? {
    var member = MemberExport(name: name, kind: set.textKind(schema))
    if encoding?.style != nil || encoding?.explode != nil || encoding?.allowReserved != nil {
      let style = encoding?.style.flatMap(ParameterStyle.init) ?? .form
      (member.style, member.explodes) = (style, encoding?.explode ?? style.explodes)
      return member
    }
    if let type = encoding?.contentType, MediaTypeName(type).isJSON {
      member.kind = .json
    } else if set.types(schema).subtracting(.null) == .array {
      member.isList = true
      member.kind = set.keywords(set.resolved(schema)).items.map { set.textKind($0) } ?? .text
    }
    return member.kind == .text && !member.isList ? nil : member
  }

  /// Parts distinguished by name; nil for parts by position, and where the schema does not describe them.
  private mutating func multipart(_ media: MediaType, _ hint: String) -> ContentExport? {
    guard media.itemSchema == nil, media.prefixEncoding.isEmpty, media.itemEncoding == nil, let schema = media.schema
    else { return nil }
    let shape = analysis.shape(schema)
    guard shape.isForm(set) else { return nil }
    var content = ContentExport(mediaType: media.name, kind: .multipart, schema: table.add(schema), type: .any)
    var files: [ByteKey: String] = [:]
    for property in shape.properties {
      let (name, schemas) = (property.key, property.value)
      let encoding = media.encoding(of: name)
      let type = encoding?.contentType.map { String($0.prefix { $0 != "," }) }
      if let type, !type.contains("*") { content.members.append(MemberExport(name: name, contentType: type)) }
      let headers = (encoding?.headers ?? []).map { $0.isRequired ? $0.name : $0.name + " (optional)" }
      if let encoding, isNested(encoding) {
        leaveOut(
          "the parts of the part '\(name)', which is passed as bytes; its content type needs its boundary",
          at: encoding.position)
      }
      if set.isFile(set.part(schemas[0]), type.map { MediaTypeName($0) }) {
        files[ByteKey(name)] = headers.isEmpty ? "" : "Its headers: \(headers.joined(separator: ", "))."
      } else if let encoding, !headers.isEmpty {
        leaveOut("the headers of the part '\(name)', which is not a file", at: encoding.position)
      }
    }
    let isTold = shape.properties.allSatisfy { property in
      files[ByteKey(property.key)].map { $0.isEmpty && set.hasBinaryFormat(set.part(property.value[0])) } ?? true
    }
    content.type = isTold ? use(schema, .request, named: hint) : declared(shape, media, files, hint)
    return content
  }

  /// Whether a part is itself multipart.
  private func isNested(_ encoding: Encoding) -> Bool {
    encoding.contentType.map { MediaTypeName($0).kind == .multipart } ?? false
  }

  /// A type of its own, where the schema alone does not determine which parts are files.
  private mutating func declared(
    _ shape: Shape, _ media: MediaType, _ files: [ByteKey: String], _ hint: String
  ) -> ExportType {
    var fields: [ExportField] = []
    for property in shape.properties where !set.isSkipped(property.value, .request) {
      let (name, schema) = (property.key, property.value[0])
      var doc = doc(schema)
      let type: ExportType
      if let words = files[ByteKey(name)] {
        if !words.isEmpty { doc.notes.append(words) }
        let isOne = set.part(schema) == schema || media.encoding(of: name).map(isNested) ?? false
        type = isOne ? .file : .list(.file)
      } else {
        type = use(schema, .request, named: hint + ExportName.type(name))
      }
      fields.append(ExportField(name: name, type: type, isRequired: shape.requires(name), doc: doc))
    }
    let name = claim(hint)
    declare(name, Doc(text: ["The parts of a multipart body."]), .record(fields, rest: nil))
    return .named(name)
  }
}

extension Shape {
  /// Whether it is an object whose properties can be the members of a form: listed, or described.
  func isForm(_ set: SchemaSet) -> Bool { isObject && (!properties.isEmpty || others(set) != nil) }
}

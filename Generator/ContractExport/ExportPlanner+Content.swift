import ContractAnalysis
import ContractModel
import ContractValues

extension BodyKind {
  /// The name without parameters.
  static func base(_ mediaType: String) -> String {
    mediaType.prefix { $0 != ";" }.filter { $0 != " " && $0 != "\t" }.lowercased()
  }

  static func isJSON(_ mediaType: String) -> Bool {
    let name = base(mediaType)
    return name == "application/json" || name.hasSuffix("+json")
  }

  init(_ mediaType: String) {
    let name = Self.base(mediaType)
    self =
      switch name {
      case _ where Self.isJSON(name): .json
      case "application/x-www-form-urlencoded": .form
      case "text/event-stream": .events
      case "application/jsonl", "application/x-ndjson", "application/ndjson", "application/json-lines": .lines
      case "application/json-seq": .sequence
      case _ where name.hasSuffix("+json-seq"): .sequence
      case _ where name.hasPrefix("multipart/"): .multipart
      case _ where name.hasPrefix("text/"): .text
      default: .bytes
      }
  }
}

extension ExportPlanner {
  mutating func content(_ media: MediaType, _ direction: Direction, named hint: String) -> ContentExport {
    let content: ContentExport? =
      switch BodyKind(media.name) {
      case .json: json(media, direction, hint)
      case .text: text(media, direction, hint)
      case .form: form(media, direction, hint)
      case .multipart: direction == .request ? multipart(media, hint) : nil
      case .events: direction == .request ? nil : events(media, hint)
      case .lines, .sequence: items(media, direction, hint)
      // An object with any media type means JSON.
      case .bytes: media.isAny && isStructured(media.schema) ? json(media, direction, hint) : nil
      }
    return content ?? bytes(media, direction)
  }

  private mutating func json(_ media: MediaType, _ direction: Direction, _ hint: String) -> ContentExport {
    let type = media.schema.map { use($0, direction, named: hint) } ?? .any
    // A patch is not the value that it changes, so the value's schema does not apply to it.
    if BodyKind.base(media.name) == "application/merge-patch+json" {
      return ContentExport(mediaType: media.name, kind: .json, type: .patch(type))
    }
    return ContentExport(mediaType: media.name, kind: .json, schema: media.schema.map { table.add($0) }, type: type)
  }

  private mutating func text(_ media: MediaType, _ direction: Direction, _ hint: String) -> ContentExport? {
    guard let schema = media.schema else { return ContentExport(mediaType: media.name, kind: .text, type: .text) }
    let kind = textKind(schema, listed: "json")
    guard kind != "json" else { return nil }
    var type = use(schema, direction, named: hint)
    if case .any = type { type = .text }
    return ContentExport(
      mediaType: media.name, kind: .text, schema: table.add(schema), type: type, textKind: kind)
  }

  /// Content without a codec here is passed as bytes; the rest of its schema is ignored.
  private mutating func bytes(_ media: MediaType, _ direction: Direction) -> ContentExport {
    let isMultipart = BodyKind(media.name) == .multipart
    if isMultipart || media.itemSchema != nil || media.schema.map({ !set.isBinary($0) }) ?? false {
      let boundary = isMultipart && direction == .request ? "; the header content-type needs its boundary" : ""
      leaveOut("what '\(media.name)' holds, which is passed as bytes\(boundary)", at: media.position)
    }
    return ContentExport(mediaType: media.name, kind: .bytes, type: .bytes(isSent: direction == .request))
  }

  private func isStructured(_ schema: Int?) -> Bool { schema.map { !set.types($0).contains(.string) } ?? false }

  // MARK: items

  private mutating func items(_ media: MediaType, _ direction: Direction, _ hint: String) -> ContentExport {
    let item = itemSchema(media)
    let type = item.map { use($0, direction, named: hint + "Item") } ?? .any
    return ContentExport(
      mediaType: media.name, kind: BodyKind(media.name), schema: item.map { table.add($0) },
      type: .items(type, isSent: direction == .request))
  }

  /// `schema` is of all items as one list (OpenAPI 3.2, section 4.14.3).
  private func itemSchema(_ media: MediaType) -> Int? {
    media.itemSchema ?? media.schema.flatMap { set.keywords(set.resolved($0)).items }
  }

  private mutating func events(_ media: MediaType, _ hint: String) -> ContentExport {
    guard let item = itemSchema(media) else {
      return ContentExport(mediaType: media.name, kind: .events, type: .items(.event(.text), isSent: false))
    }
    if let data = dataSchema(item) {
      let type = use(data, .response, named: hint + "Data")
      return ContentExport(
        mediaType: media.name, kind: .events, schema: table.add(data), type: .items(.event(type), isSent: false),
        textKind: "json")
    }
    return ContentExport(
      mediaType: media.name, kind: .events, schema: table.add(item),
      type: .items(use(item, .response, named: hint + "Event"), isSent: false))
  }

  /// The schema of the JSON in an event's `data`, where the item declares it.
  private func dataSchema(_ item: Int) -> Int? {
    guard let data = ExportRecord(set, item)?.members.first(where: { $0.name == "data" })?.schemas.first else {
      return nil
    }
    let schema = set[set.resolved(data)]
    guard let type = schema.contentMediaType, BodyKind.isJSON(type) else { return nil }
    return schema.contentSchema
  }

  // MARK: forms

  private mutating func form(_ media: MediaType, _ direction: Direction, _ hint: String) -> ContentExport? {
    var content = ContentExport(mediaType: media.name, kind: .form, type: .map(.text))
    guard let schema = media.schema else { return content }
    guard let record = ExportRecord(set, schema) else { return nil }
    content.members = record.members.compactMap { member in
      self.member(member.name, member.schemas[0], media.encoding(of: member.name))
    }
    if direction == .response, content.members.contains(where: { $0.style != nil }) {
      leaveOut("the styles of a response's members: '\(media.name)' is returned as text", at: media.position)
      return ContentExport(mediaType: media.name, kind: .text, type: .text)
    }
    (content.schema, content.type) = (table.add(schema), use(schema, direction, named: hint))
    return content
  }

  /// How a member of a form is written (OpenAPI 3.1, section 4.8.15.1); nil where it is a text.
  private func member(_ name: String, _ schema: Int, _ encoding: Encoding?) -> MemberExport? {
    var member = MemberExport(name: name, kind: textKind(schema, listed: "json"))
    if encoding?.style != nil || encoding?.explode != nil || encoding?.allowReserved != nil {
      let style = encoding?.style ?? "form"
      (member.style, member.explodes) = (style, encoding?.explode ?? (style == "form"))
      return member
    }
    if let type = encoding?.contentType, BodyKind.isJSON(type) {
      member.kind = "json"
    } else if set.types(schema).subtracting(.null) == .array {
      member.isList = true
      member.kind = set.keywords(set.resolved(schema)).items.map { textKind($0, listed: "json") } ?? ""
    }
    return member.kind.isEmpty && !member.isList ? nil : member
  }

  /// Parts distinguished by name; nil for parts by position, and where the schema does not describe them.
  private mutating func multipart(_ media: MediaType, _ hint: String) -> ContentExport? {
    guard media.itemSchema == nil, media.prefixEncoding.isEmpty, media.itemEncoding == nil, let schema = media.schema,
      let record = ExportRecord(set, schema)
    else { return nil }
    var content = ContentExport(mediaType: media.name, kind: .multipart, schema: table.add(schema), type: .any)
    var files: [ByteKey: String] = [:]
    for (name, schemas) in record.members {
      let encoding = media.encoding(of: name)
      let type = encoding?.contentType.map { String($0.prefix { $0 != "," }) }
      if let type, !type.contains("*") { content.members.append(MemberExport(name: name, contentType: type)) }
      let headers = (encoding?.headers ?? []).map { $0.isRequired ? $0.name : $0.name + " (optional)" }
      if set.isFile(set.part(schemas[0]), type) {
        files[ByteKey(name)] = headers.isEmpty ? "" : "Its headers: \(headers.joined(separator: ", "))."
      } else if let encoding, !headers.isEmpty {
        leaveOut("the headers of the part '\(name)', which is not a file", at: encoding.position)
      }
    }
    let isTold = record.members.allSatisfy { member in
      files[ByteKey(member.name)].map { $0.isEmpty && set.hasBinaryFormat(set.part(member.schemas[0])) } ?? true
    }
    content.type = isTold ? use(schema, .request, named: hint) : declared(record, files, hint)
    return content
  }

  /// A type of its own, where the schema alone does not determine which parts are files.
  private mutating func declared(_ record: ExportRecord, _ files: [ByteKey: String], _ hint: String) -> ExportType {
    var fields: [ExportField] = []
    for member in record.members where !isLeftOut(member.schemas, .request) {
      let schema = member.schemas[0]
      var doc = doc(schema)
      let type: ExportType
      if let words = files[ByteKey(member.name)] {
        if !words.isEmpty { doc.notes.append(words) }
        type = set.part(schema) == schema ? .file : .list(.file)
      } else {
        type = use(schema, .request, named: hint + ExportName.type(member.name))
      }
      let isRequired = record.required.contains(ByteKey(member.name))
      fields.append(ExportField(name: member.name, type: type, isRequired: isRequired, doc: doc))
    }
    let name = claim(hint)
    declare(name, Doc(text: ["The parts of a multipart body."]), .record(fields, rest: nil))
    return .named(name)
  }
}

extension MediaType {
  func encoding(of name: String) -> Encoding? { encoding.first { ByteKey($0.name) == ByteKey(name) }?.value }

  /// Whether it matches every media type, or every one of `application`.
  var isAny: Bool { ["*/*", "application/*"].contains(BodyKind.base(name)) }
}

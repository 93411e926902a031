import ContractSource
import ContractValues

/// Parameters, bodies, responses and headers.
extension ContractReader {
  func parameter(_ given: Location) -> Parameter? {
    guard case (var fields, let at)? = referenced(given, "Parameter Object") else { return nil }
    let name = fields.requiredString("name")
    var location: Parameter.Location?
    if let node = fields.require("in"), let text = fields.text(node, "in") {
      location = Parameter.Location(rawValue: text)
      if location == nil || (location == .querystring && version != .v32) {
        let locations = Parameter.Location.allCases.map(\.rawValue).filter { $0 != "querystring" || version == .v32 }
        diagnostics.error(
          .badValue, "'\(text)' is not a location of a parameter", at: node.position,
          help: nearest(text, among: locations).map { "did you mean '\($0)'?" }
            ?? "valid values: \(locations.joined(separator: ", "))")
      }
    }
    if let name, location == .header { checkFieldName(name, at: fields.node.position) }
    if let name, location == .cookie { checkCookieName(name, at: fields.node.position) }
    let isRequired = fields.bool("required")
    if location == .path && !isRequired {
      diagnostics.error(.missingField, "a parameter of the path needs 'required: true'", at: fields.node.position)
    }
    let style = fields.string("style")
    let explode = fields.take("explode") == nil ? nil : fields.bool("explode")
    let allowReserved = fields.bool("allowReserved")
    let allowsEmpty = fields.bool("allowEmptyValue")
    _ = fields.bool("deprecated", as: .documentation)
    let description = fields.documentation("description")
    let (schema, mediaType, examples) = schemaOrContent(&fields, at, isQuery: location == .querystring)
    fields.finish()
    guard let name, let location, let schema else { return nil }
    return Parameter(
      position: fields.node.position, name: name, location: location, isRequired: isRequired, description: description,
      style: style, explode: explode, dotsLabels: dotsLabels, allowReserved: allowReserved,
      allowsEmpty: allowsEmpty && location == .query, schema: schema, mediaType: mediaType, examples: examples)
  }

  /// Reads the schema of a parameter or header: it has either a schema or exactly one media type.
  ///
  /// - Parameter isQuery: whether it is a whole query, which may be a form.
  private func schemaOrContent(
    _ fields: inout Fields, _ at: Location, isQuery: Bool = false
  ) -> (schema: Int?, mediaType: String?, examples: [Example]) {
    let schema = fields.take("schema").map { self.schema(at.child($0, "schema")) }
    let examples = takeExamples(&fields, at, of: schema)
    let content = self.content(&fields, at)
    if let schema {
      if let first = content.first {
        diagnostics.error(.contradiction, "'schema' and 'content' exclude each other", at: first.position)
      }
      return (schema, nil, examples)
    }
    if content.isEmpty { _ = fields.require("schema") }
    if content.count > 1 {
      diagnostics.error(.contradiction, "'content' may have one media type here", at: content[1].position)
    }
    guard let first = content.first else { return (nil, nil, []) }
    let place = at.child(fields.node, "content")
    let isText = first.baseType.hasPrefix("text/")
    let isForm = isQuery && first.baseType == "application/x-www-form-urlencoded"
    if isText || isForm || first.baseType == "application/json" || first.baseType.hasSuffix("+json") {
      let types: JSONTypes? = isText ? .string : isForm ? .object : nil
      return (first.schema ?? schemas.unconstrained(place, dialect, types), first.name, first.examples)
    }
    diagnostics.warning(
      .noEffect, "'\(first.name)' has no codec in a parameter or header: it is passed as text, as it is written",
      at: first.position)
    return (schemas.unconstrained(place, dialect, .string), "text/plain", [])
  }

  func body(_ given: Location) -> Body? {
    guard case (var fields, let at)? = referenced(given, "Request Body Object") else { return nil }
    fields.document("description")
    let isRequired = fields.bool("required")
    let node = fields.require("content")
    let content = self.content(&fields, at)
    fields.finish()
    if let node, node.entries?.isEmpty == true {
      diagnostics.warning(
        .noEffect, "'content' has no media type: the request has no body", at: node.position,
        help: "name one, such as application/json, or remove 'requestBody'")
    }
    return node == nil || content.isEmpty
      ? nil : Body(position: fields.node.position, isRequired: isRequired, content: content)
  }

  func response(_ given: Location, status: Response.Status) -> Response? {
    guard case (var fields, let at)? = referenced(given, "Response Object") else { return nil }
    if version == .v32 { fields.document("summary") }
    if version != .v32 { _ = fields.require("description") }
    let description = fields.documentation("description") ?? ""
    let headers = self.headers(&fields, at)
    let content = self.content(&fields, at)
    let links = fields.map("links").compactMap { link(at.child($0.value, "links", $0.key), name: $0.key) }
    fields.finish()
    return Response(
      position: fields.node.position, status: status, description: description, headers: headers, content: content,
      links: links)
  }

  private func headers(_ fields: inout Fields, _ at: Location) -> [Header] {
    var seen: [String: SourcePosition] = [:]
    return fields.map("headers").compactMap { entry in
      checkFieldName(entry.key, at: entry.keyPosition)
      if let first = seen.updateValue(entry.keyPosition, forKey: entry.key.lowercased()) {
        diagnostics.error(
          .duplicate, "the header '\(entry.key)' is duplicated: header names are case-insensitive",
          at: entry.keyPosition,
          help: "its first occurrence is in line \(first.line)")
      }
      return header(at.child(entry.value, "headers", entry.key), name: entry.key)
    }
  }

  /// Checks the name of a cookie. RFC 6265, section 4.1.1, has tokens there, and browsers and servers also names such as
  /// `ids[]`.
  func checkCookieName(_ name: String, at position: SourcePosition) {
    if !name.isEmpty, name.utf8.allSatisfy({ (0x21...0x7E).contains($0) && !"\"=,;\\".utf8.contains($0) }) { return }
    diagnostics.error(
      .badValue, "'\(name)' is not the name of a cookie", at: position,
      help: "it consists of visible ASCII characters other than = ; , \\ and quotes, such as session_id")
  }

  /// Checks that the name of a header is a token (RFC 9110, section 5.1).
  func checkFieldName(_ name: String, at position: SourcePosition) {
    if Self.isToken(name) { return }
    diagnostics.error(
      .badValue, "'\(name)' is not the name of a header", at: position,
      help: "it consists of letters, digits and !#$%&'*+-.^_`|~, such as X-Request-Id")
  }

  /// Whether a text is a token (RFC 9110, section 5.6.2).
  public static func isToken(_ text: some StringProtocol) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy { byte in
        switch byte {
        case 48...57, 65...90, 97...122: true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
      }
  }

  func header(_ given: Location, name: String) -> Header? {
    guard case (var fields, let at)? = referenced(given, "Header Object") else { return nil }
    let isRequired = fields.bool("required")
    let description = fields.documentation("description")
    _ = fields.bool("deprecated", as: .documentation)
    fields.document("allowReserved", "allowEmptyValue")
    if let node = fields.take("style"), node.string != "simple" {
      diagnostics.error(.badValue, "the style of a header is 'simple' (OpenAPI 3.1, section 4.8.21)", at: node.position)
    }
    let explode = fields.bool("explode")
    let (schema, mediaType, _) = schemaOrContent(&fields, at)
    fields.finish()
    // The media type determines this header (OpenAPI 3.1, section 4.8.17).
    guard let schema, name.lowercased() != "content-type" else { return nil }
    return Header(
      position: fields.node.position, name: name, isRequired: isRequired, description: description, explode: explode,
      schema: schema, mediaType: mediaType)
  }

  private func content(_ fields: inout Fields, _ at: Location) -> [MediaType] {
    fields.map("content").compactMap { mediaType(at.child($0.value, "content", $0.key), name: $0.key) }
  }

  func mediaType(_ given: Location, name: String) -> MediaType? {
    let referred = version == .v32 ? referenced(given, "Media Type Object") : nil
    guard var fields = referred?.fields ?? Fields(given.node, "Media Type Object", diagnostics) else { return nil }
    let at = referred?.at ?? given
    let schema = fields.take("schema").map { self.schema(at.child($0, "schema")) }
    // An example in the media type's own syntax is not a value of the schema.
    let examples = takeExamples(&fields, at, of: Self.hasValues(name) ? schema : nil)
    let encodings = self.encodings(&fields, at)
    var itemSchema: Int?
    if version == .v32 {
      itemSchema = fields.take("itemSchema").map { self.schema(at.child($0, "itemSchema")) }
    }
    fields.finish()
    let name = name.lowercased()
    let base = name.utf8.prefix { $0 != UInt8(ascii: ";") }.trimmingBlanks
    return MediaType(
      position: fields.node.position, name: name, baseType: String(Substring(base)), schema: schema,
      itemSchema: itemSchema, encoding: encodings.named, prefixEncoding: encodings.prefix,
      itemEncoding: encodings.item.first, examples: examples)
  }

  /// Whether examples of a media type are JSON values, not texts in its own syntax.
  private static func hasValues(_ name: String) -> Bool {
    let type = name.lowercased().prefix { $0 != ";" }
    return type.isEmpty || type.contains("json") || type.contains("form") || type.hasPrefix("text/")
      || type.contains("*")
  }

  /// Reads the encodings of the parts of a body, or of a part: by name, or by position.
  private func encodings(
    _ fields: inout Fields, _ at: Location
  ) -> (named: [(name: String, value: Encoding)], prefix: [Encoding], item: [Encoding]) {
    let named = fields.map("encoding").compactMap { entry in
      encoding(at.child(entry.value, "encoding", entry.key)).map { (name: entry.key, value: $0) }
    }
    guard version == .v32 else { return (named, [], []) }
    let prefix = fields.list("prefixEncoding").enumerated().compactMap {
      encoding(at.child($1, "prefixEncoding", String($0)))
    }
    let item = fields.take("itemEncoding").flatMap { encoding(at.child($0, "itemEncoding")) }
    if let first = named.first, !prefix.isEmpty || item != nil {
      diagnostics.error(
        .contradiction, "encodings by name and by position exclude each other", at: first.value.position)
    }
    return (named, prefix, [item].compactMap { $0 })
  }

  private func encoding(_ at: Location) -> Encoding? {
    guard var fields = Fields(at.node, "Encoding Object", diagnostics) else { return nil }
    let contentType = fields.string("contentType")
    let headers = self.headers(&fields, at)
    let style = encodingStyle(&fields)
    let explode = fields.take("explode") == nil ? nil : fields.bool("explode")
    let allowReserved = fields.take("allowReserved") == nil ? nil : fields.bool("allowReserved")
    let parts = version == .v32 ? encodings(&fields, at) : ([], [], [])
    fields.finish()
    return Encoding(
      position: at.node.position, contentType: contentType, headers: headers, style: style, explode: explode,
      allowReserved: allowReserved, encoding: parts.0, prefixEncoding: parts.1, itemEncoding: parts.2)
  }

  /// Reads the style of a property, which is one of a query parameter's (OpenAPI 3.1, section 4.8.15.1).
  private func encodingStyle(_ fields: inout Fields) -> String? {
    guard let node = fields.take("style"), let text = fields.text(node, "style") else { return nil }
    let styles = ["form", "spaceDelimited", "pipeDelimited", "deepObject"]
    if styles.contains(text) { return text }
    diagnostics.error(
      .badValue, "'\(text)' is not a style of a property", at: node.position,
      help: nearest(text, among: styles).map { "did you mean '\($0)'?" }
        ?? "valid values: \(styles.joined(separator: ", "))"
    )
    return nil
  }

  func link(_ given: Location, name: String) -> Link? {
    guard case (var fields, let at)? = referenced(given, "Link Object") else { return nil }
    let id = fields.string("operationId")
    let reference = fields.string("operationRef")
    let parameters = fields.map("parameters").map { (name: $0.key, position: $0.keyPosition, value: $0.value) }
    let body = fields.take("requestBody")
    let description = fields.documentation("description")
    if let node = fields.take("server", as: .documentation) {
      diagnostics.warning(
        .noEffect, "a link's 'server' has no effect: the caller that follows the link chooses the client",
        at: node.position)
    }
    fields.finish()
    if (id == nil) == (reference == nil) {
      diagnostics.error(
        .contradiction, "a link has either 'operationId' or 'operationRef'", at: at.node.position)
      return nil
    }
    return Link(
      position: at.node.position, name: name, description: description, operationID: id, operationReference: reference,
      parameters: parameters, body: body)
  }
}

extension Substring.UTF8View {
  /// The text without spaces and tabs at its ends.
  fileprivate var trimmingBlanks: Substring.UTF8View {
    var text = drop { $0 == 0x20 || $0 == 9 }
    while let last = text.last, last == 0x20 || last == 9 { text = text.dropLast() }
    return text
  }
}

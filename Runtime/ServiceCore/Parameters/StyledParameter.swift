/// A parameter that is not simply one text under its name: its style, and the kinds of its texts.
///
/// A value is converted through JSON: its texts become a JSON value of the kinds that the contract allows, which its
/// type then reads as in a body. So every type that fits has the same rules and messages as there.
public struct StyledParameter: Sendable {
  /// The structure of the value. Of several kinds, a text is a number or boolean where it can be read as one.
  public enum Shape: Sendable {
    case primitive(JSONTypes)
    case array(JSONTypes)
    /// The kinds of the listed members, and of all others where others are allowed.
    case object(JSONObject<JSONTypes>, others: JSONTypes?)
    /// JSON in the text (`content: application/json`).
    case json
    /// A list whose items are each JSON in their text.
    case jsonItems
  }

  let codec: ParameterCodec
  let shape: Shape
  /// Whether it is the whole query (OpenAPI 3.2, `in: querystring`).
  let isWhole: Bool

  public init(
    _ name: String, in location: Violation.Location, style: ParameterStyle, explode: Bool, allowReserved: Bool = false,
    isWhole: Bool = false, _ shape: Shape
  ) {
    self.isWhole = isWhole
    codec = ParameterCodec(name, in: location, style: style, explode: explode, allowReserved: allowReserved)
    self.shape = shape
  }

  private var form: StyledValue.Shape {
    switch shape {
    case .primitive, .json: .primitive
    case .array, .jsonItems: .array
    case .object: .object
    }
  }

  // MARK: reading

  /// The parameter's value in a request, as JSON; nil when it is absent.
  func json(in reader: RequestReader) throws(CodecError) -> [UInt8]? {
    let request = reader.request
    let value: StyledValue?
    switch codec.location {
    case .path: value = try codec.read(path: reader.rawSegment(of: codec.name), as: form)
    case .header: value = try codec.read(header: request.headers.values(codec.name.lowercased()), as: form)
    case .cookie:
      let pairs = try ParameterCodec.cookies(request.headers.values("cookie"))
      value = try codec.read(pairs: pairs, as: form, isKey: isMember)
    case .query where isWhole && !isObject: return try whole(request.query)
    case .query, .body: return try json(pairs: try reader.pairs.get())
    }
    return value.map(json)
  }

  private var isObject: Bool { if case .object = shape { true } else { false } }

  private func whole(_ query: String?) throws(CodecError) -> [UInt8]? {
    guard let query, !query.isEmpty else { return nil }
    guard let text = PercentCoding.decode(query[...]) else { throw CodecError("is not percent-encoded UTF-8") }
    return json(.primitive(text))
  }

  /// The value among the headers of a response, as JSON; nil when it is absent.
  func json(header: HTTPFields) throws(CodecError) -> [UInt8]? {
    try codec.read(header: header.values(codec.name.lowercased()), as: form).map(json)
  }

  /// The value among the pairs of a query or a form, as JSON; nil when the parameter has none.
  func json(pairs: [RawPair]) throws(CodecError) -> [UInt8]? {
    try codec.read(pairs: pairs, as: form, isKey: isMember).map(json)
  }

  /// Whether a pair's name is that of a member that has a pair of its own.
  private func isMember(_ name: String) -> Bool {
    if case .object(let members, let others) = shape { members[name] != nil || others != nil } else { false }
  }

  /// Whether a query parameter with this name is this one.
  func takes(_ name: Substring) -> Bool {
    if isWhole, !isObject { return true }
    return codec.unescaped(name).map(takes(decoded:)) ?? false
  }

  func takes(decoded name: String) -> Bool {
    codec.takes(decoded: name) || codec.explode && codec.style == .form && isMember(name)
  }

  private func json(_ value: StyledValue) -> [UInt8] {
    var writer = JSONWriter()
    switch (shape, value) {
    case (.json, .primitive(let text)): return Array(text.utf8)
    case (.primitive(let types), .primitive(let text)): Self.write(text, types, &writer)
    case (.array(let types), .array(let items)):
      writer.beginArray()
      for item in items { Self.write(item, types, &writer) }
      writer.endArray()
    case (.jsonItems, .array(let items)):
      writer.beginArray()
      // A text that is not exactly one JSON value must not become several: it stays a text, which its type rejects.
      for item in items { if Self.isJSON(item) { writer.raw(item.utf8) } else { writer.string(item) } }
      writer.endArray()
    case (.object(let members, let others), .object(let pairs)):
      writer.beginObject()
      for (key, value) in pairs {
        writer.key(escaping: key)
        Self.write(value, members[key] ?? others ?? .string, &writer)
      }
      writer.endObject()
    default: break
    }
    return writer.bytes
  }

  /// Writes a text as a JSON value of the first of the kinds that it can be read as.
  static func write(_ text: String, _ types: JSONTypes, _ writer: inout JSONWriter) {
    if !types.isDisjoint(with: [.number, .integer]), isNumber(text) {
      writer.raw(text.utf8)
    } else if types.contains(.boolean), Bool(parameter: text) != nil {
      writer.raw(text.utf8)
    } else {
      writer.string(text)
    }
  }

  private static func isJSON(_ text: String) -> Bool {
    var reader = JSONReader(Array(text.utf8))
    return (try? reader.skip()) != nil && (try? reader.finish()) != nil
  }

  /// Whether the text is a JSON number (RFC 8259, section 6).
  private static func isNumber(_ text: String) -> Bool {
    guard let first = text.utf8.first, first == UInt8(ascii: "-") || (48...57).contains(first) else { return false }
    var reader = JSONReader(Array(text.utf8))
    guard let value = try? JSONValue.decode(&reader), (try? reader.finish()) != nil, case .number = value else {
      return false
    }
    return true
  }

  // MARK: writing

  /// A value as it is written in a path segment, a query, a header or a cookie.
  ///
  /// - Throws: ``RequestFault`` for a value that the style cannot express, such as a header with a line break.
  public func written(_ value: some JSONCodable) throws(RequestFault) -> String {
    do throws(CodecError) {
      return try written(json: value.json)
    } catch {
      throw RequestFault(
        .badRequest([
          Violation(location: codec.location, name: codec.name, rule: "style", message: error.reason)
        ]))
    }
  }

  /// A value, given as JSON, as it is written in a request.
  func written(json: [UInt8]) throws(CodecError) -> String { try codec.write(try styled(json)) }

  /// The text that is a whole query; nil where its members are pairs.
  func wholeText(_ value: some JSONCodable) -> String? {
    if isObject { return nil }
    var reader = JSONReader(value.json)
    if case .primitive = shape, case .string(let text)? = try? JSONValue.decode(&reader) { return text }
    return String(decoding: value.json, as: UTF8.self)
  }

  private func styled(_ json: [UInt8]) throws(CodecError) -> StyledValue {
    if case .json = shape { return .primitive(String(decoding: json, as: UTF8.self)) }
    var reader = JSONReader(json)
    guard let value = try? JSONValue.decode(&reader) else { throw CodecError("does not match its type") }
    switch value {
    case .array(let items):
      if case .jsonItems = shape { return .array(items.map { String(decoding: $0.json, as: UTF8.self) }) }
      return .array(try Self.texts(items))
    case .object(let members):
      let texts = try Self.texts(members.map(\.value))
      return .object(zip(members, texts).map { ($0.key, $1) })
    default: return .primitive(try Self.text(value))
    }
  }

  private static func texts(_ values: [JSONValue]) throws(CodecError) -> [String] {
    var result: [String] = []
    for value in values { result.append(try text(value)) }
    return result
  }

  /// The text of a string, number or boolean.
  static func text(_ value: JSONValue) throws(CodecError) -> String {
    switch value {
    case .string(let text): return text
    case .number, .boolean: return String(decoding: value.json, as: UTF8.self)
    case .null, .array, .object: throw CodecError("cannot be expressed as a text: it is null, a list or an object")
    }
  }
}

extension RequestReader {
  /// A parameter with a style; nil when it is absent, or invalid, which is recorded.
  public mutating func read<Value: JSONCodable>(
    _ parameter: StyledParameter, _ type: Value.Type, _ program: SchemaProgram? = nil, _ schema: Int = 0
  ) -> Value? {
    let codec = parameter.codec
    do throws(CodecError) {
      guard let bytes = try parameter.json(in: self) else { return nil }
      return decode(bytes, codec, type, program, schema)
    } catch {
      violations.add(Violation(location: codec.location, name: codec.name, rule: "style", message: error.reason))
      return nil
    }
  }

  private mutating func decode<Value: JSONCodable>(
    _ bytes: [UInt8], _ codec: ParameterCodec, _ type: Value.Type, _ program: SchemaProgram?, _ schema: Int
  ) -> Value? {
    var json = JSONReader(bytes)
    var value: Value?
    do {
      let isAdmitted = try program.map { try json.satisfies($0, schema) } ?? true
      if isAdmitted { value = try Value.decode(&json) }
      try json.finish()
    } catch {
      violations.add(
        Violation(location: codec.location, name: codec.name, rule: "json", message: "is not JSON: \(error)"))
      return nil
    }
    // The pointer of a member is retained: `filter/price` is the member `price` of `filter`.
    for var violation in json.violations.list {
      violation.location = codec.location
      violation.name = codec.name + violation.name
      violations.add(violation)
    }
    return value
  }

  /// Records that a required parameter is missing, unless another violation of it is recorded.
  public mutating func require<Value>(_ value: Value?, _ parameter: StyledParameter) {
    let (location, name) = (parameter.codec.location, parameter.codec.name)
    guard value == nil,
      !violations.list.contains(where: {
        $0.location == location
          && ($0.name.utf8.elementsEqual(name.utf8) || $0.name.utf8.starts(with: (name + "/").utf8))
      })
    else { return }
    violations.add(Violation(location: location, name: name, rule: "required", message: "is required"))
  }
}

extension HTTPRequest {
  /// Adds a parameter with a style; one without a value is omitted.
  ///
  /// - Throws: ``RequestFault`` for a value that the style cannot express.
  public mutating func add(_ parameter: StyledParameter, _ value: (some JSONCodable)?) throws(RequestFault) {
    guard let value else { return }
    if parameter.isWhole, let text = parameter.wholeText(value) {
      query = PercentCoding.encode(text)
      return
    }
    let text = try parameter.written(value)
    switch parameter.codec.location {
    case .header: headers.append(parameter.codec.name.lowercased(), text)
    case .cookie: headers["cookie"] = headers["cookie"].map { $0 + "; " + text } ?? text
    case .query, .body, .path: if !text.isEmpty { query = query.map { $0 + "&" + text } ?? text }
    }
  }
}

/// A parameter that is not simply one text under its name: how it is written, and what its texts are.
///
/// A value goes over JSON: its texts become a JSON value of the kinds the contract allows, which its type then reads as
/// it reads one in a body. So every type that fits has every rule and message it has there.
public struct StyledParameter: Sendable {
  /// What the value is made of. Of several kinds a text is a number or boolean where it reads as one.
  public enum Shape: Sendable {
    case primitive(JSONTypes)
    case array(JSONTypes)
    /// The kinds of the listed members, and of all others where there may be others.
    case object(JSONObject<JSONTypes>, others: JSONTypes?)
    /// JSON in the text (`content: application/json`).
    case json
    /// A list of which each item is JSON in its text.
    case jsonItems
  }

  let codec: ParameterCodec
  let shape: Shape
  /// Whether it is the whole query (OpenAPI 3.2, `in: querystring`).
  let isWhole: Bool

  public init(
    _ name: String, in place: Violation.Place, style: ParameterStyle, explode: Bool, allowReserved: Bool = false,
    isWhole: Bool = false, _ shape: Shape
  ) {
    self.isWhole = isWhole
    codec = ParameterCodec(name, in: place, style: style, explode: explode, allowReserved: allowReserved)
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

  /// The value that a request has for it, as JSON; nil when it has none.
  func json(in reader: RequestReader) throws(CodecError) -> [UInt8]? {
    let request = reader.request
    let value: StyledValue?
    switch codec.place {
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

  /// The value among the headers of an answer, as JSON; nil when there is none.
  func json(header: HTTPFields) throws(CodecError) -> [UInt8]? {
    try codec.read(header: header.values(codec.name.lowercased()), as: form).map(json)
  }

  /// The value among the pairs of a query or a form, as JSON; nil when none of them is the parameter's.
  func json(pairs: [RawPair]) throws(CodecError) -> [UInt8]? {
    try codec.read(pairs: pairs, as: form, isKey: isMember).map(json)
  }

  /// Whether a pair's name is that of a member which is a pair of its own.
  private func isMember(_ name: String) -> Bool {
    if case .object(let members, let others) = shape { members[name] != nil || others != nil } else { false }
  }

  /// Whether a parameter of the query that has the name is this one's.
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
      // What is not one JSON value must not become several: it is a text then, which its type refuses.
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

  /// Writes a text as the JSON value of one of the kinds that it reads as.
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

  /// A value as it stands in a segment of a path, a query, a header or a cookie.
  ///
  /// - Throws: ``ProblemDetails`` for a value that the style has no form for, such as a header with a line break.
  public func written(_ value: some JSONCodable) throws(ProblemDetails) -> String {
    do throws(CodecError) {
      return try written(json: value.json)
    } catch {
      throw .badRequest([
        Violation(place: codec.place, location: codec.name, rule: "style", message: error.reason)
      ])
    }
  }

  /// A value, given as JSON, as it stands in a request.
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
    guard let value = try? JSONValue.decode(&reader) else { throw CodecError("is not what its type says") }
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

  /// The text that stands for a value which is neither null nor made of others.
  static func text(_ value: JSONValue) throws(CodecError) -> String {
    switch value {
    case .string(let text): return text
    case .number, .boolean: return String(decoding: value.json, as: UTF8.self)
    case .null, .array, .object: throw CodecError("has no form as a text: it is null, or holds lists or objects")
    }
  }
}

extension RequestReader {
  /// A parameter that has a style; nil when it is absent, or wrong, which is recorded.
  public mutating func read<Value: JSONCodable>(
    _ parameter: StyledParameter, _ type: Value.Type, _ program: SchemaProgram? = nil, _ schema: Int = 0
  ) -> Value? {
    let codec = parameter.codec
    do throws(CodecError) {
      guard let bytes = try parameter.json(in: self) else { return nil }
      return decode(bytes, codec, type, program, schema)
    } catch {
      violations.add(Violation(place: codec.place, location: codec.name, rule: "style", message: error.reason))
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
        Violation(place: codec.place, location: codec.name, rule: "json", message: "is not JSON: \(error)"))
      return nil
    }
    // A member's pointer stays: `filter/price` is the member `price` of `filter`.
    for var violation in json.violations.list {
      violation.place = codec.place
      violation.location = codec.name + violation.location
      violations.add(violation)
    }
    return value
  }

  /// Records that a parameter must be given, unless something else is recorded of it.
  public mutating func require<Value>(_ value: Value?, _ parameter: StyledParameter) {
    let (place, name) = (parameter.codec.place, parameter.codec.name)
    guard value == nil,
      !violations.list.contains(where: {
        $0.place == place
          && ($0.location.utf8.elementsEqual(name.utf8) || $0.location.utf8.starts(with: (name + "/").utf8))
      })
    else { return }
    violations.add(Violation(place: place, location: name, rule: "required", message: "is required"))
  }
}

extension HTTPRequest {
  /// Adds a parameter that has a style; one without a value is left out.
  ///
  /// - Throws: ``ProblemDetails`` for a value that the style has no form for.
  public mutating func add(_ parameter: StyledParameter, _ value: (some JSONCodable)?) throws(ProblemDetails) {
    guard let value else { return }
    if parameter.isWhole, let text = parameter.wholeText(value) {
      query = PercentCoding.encode(text)
      return
    }
    let text = try parameter.written(value)
    switch parameter.codec.place {
    case .header: headers.append(parameter.codec.name.lowercased(), text)
    case .cookie: headers["cookie"] = headers["cookie"].map { $0 + "; " + text } ?? text
    case .query, .body, .path: if !text.isEmpty { query = query.map { $0 + "&" + text } ?? text }
    }
  }
}

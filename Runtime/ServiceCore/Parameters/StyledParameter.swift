/// A parameter that is not simply one text under its name: its style, and the kinds of its texts.
///
/// A value is converted through JSON: its texts become a JSON value of the kinds that the contract allows, which its
/// type then reads as in a body. So every type that fits has the same rules and messages as there.
///
/// Where the contract allows several structures, the texts decide: a name that is given several times, or a delimiter,
/// makes a list; pairs of members make an object; anything else is a text if it can be read as one of its kinds, and a
/// list of one item otherwise.
public struct StyledParameter: Sendable {
  let codec: ParameterCodec
  let shape: Shape
  /// Whether it is the whole query (OpenAPI 3.2, `in: querystring`).
  let isWhole: Bool
  /// The names of other parameters, which are not members of this one; one that ends in `[` is the beginning of names.
  private let taken: [String]

  /// - Parameter besides: the names of the other parameters, where this one takes pairs of any name.
  public init(
    _ name: String, in location: Violation.Location, style: ParameterStyle, explode: Bool, allowReserved: Bool = false,
    isWhole: Bool = false, besides taken: [String] = [], _ shape: Shape
  ) {
    self.isWhole = isWhole
    self.taken = taken
    codec = ParameterCodec(name, in: location, style: style, explode: explode, allowReserved: allowReserved)
    self.shape = shape
  }

  // MARK: reading

  /// The parameter's value in a request, as JSON; nil when it is absent.
  func json(in reader: RequestReader) throws(CodecError) -> [UInt8]? {
    let request = reader.request
    switch codec.location {
    case .path:
      let text = reader.rawSegment(of: codec.name)
      return json(try codec.read(path: text, as: try form(path: text)))
    case .header: return try json(header: request.headers)
    case .cookie: return try json(pairs: try ParameterCodec.cookies(request.headers.values("cookie")))
    case .query where isWhole && !isObject: return try whole(request.query)
    case .query, .body: return try json(pairs: try reader.pairs.get())
    }
  }

  private var isObject: Bool { shape.only == .object }

  private func whole(_ query: String?) throws(CodecError) -> [UInt8]? {
    guard let query, !query.isEmpty else { return nil }
    guard let text = PercentCoding.decode(query[...]) else { throw CodecError("is not percent-encoded UTF-8") }
    return json(.primitive(text))
  }

  /// The value among the headers of a response, as JSON; nil when it is absent.
  package func json(header: HTTPFields) throws(CodecError) -> [UInt8]? {
    let values = header.values(codec.name.lowercased())
    return try codec.read(header: values, as: try form(header: values)).map(json)
  }

  /// The value among the pairs of a query or a form, as JSON; nil when the parameter has none.
  func json(pairs: [RawPair]) throws(CodecError) -> [UInt8]? {
    if codec.style == .deepObject {
      let nested = try codec.nested(pairs)
      if nested.isEmpty { return nil }
      var writer = JSONWriter()
      try nested.write(shape, &writer)
      return writer.bytes
    }
    return try codec.read(pairs: pairs, as: try form(pairs: pairs), isKey: isMember).map(json)
  }

  /// Whether a pair's name is that of a member that has a pair of its own.
  func isMember(_ name: String) -> Bool { shape.member(name) != nil && !isTaken(name) }

  private func isTaken(_ name: String) -> Bool {
    taken.contains { other in
      other.utf8.last == UInt8(ascii: "[") ? name.utf8.starts(with: other.utf8) : name.utf8.elementsEqual(other.utf8)
    }
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
    switch value {
    case .primitive(let text) where shape.isJSON: return Array(text.utf8)
    case .primitive(let text): shape.write(text, &writer)
    case .array(let items):
      writer.beginArray()
      for item in items { shape.items?.write(item, &writer) }
      writer.endArray()
    case .object(let pairs):
      writer.beginObject()
      for (key, value) in pairs {
        writer.key(escaping: key)
        (shape.member(key) ?? .primitive(.string)).write(value, &writer)
      }
      writer.endObject()
    }
    return writer.bytes
  }

  // MARK: writing

  /// A value as it is written in a path segment, a query, a header or a cookie.
  ///
  /// - Throws: ``RequestFault`` for a value that the style cannot express, such as a header with a line break.
  public func written(_ value: some JSONCodable) throws(RequestFault) -> String {
    do throws(CodecError) {
      return try written(json: value.json)
    } catch {
      throw RequestFault(.badRequest([error.violation(codec.location, codec.name)]))
    }
  }

  /// A value, given as JSON, as it is written in a request.
  func written(json: [UInt8]) throws(CodecError) -> String {
    if codec.style != .deepObject {
      let value = try styled(json)
      let text = try codec.write(value)
      try checkStructure(of: text, value)
      return text
    }
    let value = try Self.value(json)
    switch value {
    case .array, .object: break
    default: if shape.texts.isEmpty { throw CodecError("is neither a list nor an object") }
    }
    return try codec.write(nested: value)
  }

  private static func value(_ json: [UInt8]) throws(CodecError) -> JSONValue {
    var reader = JSONReader(json)
    guard let value = try? JSONValue.decode(&reader) else { throw CodecError("does not match its type") }
    return value
  }

  /// The text that is a whole query; nil where its members are pairs.
  func wholeText(_ value: some JSONCodable) -> String? {
    if isObject { return nil }
    var reader = JSONReader(value.json)
    if !shape.isJSON, case .string(let text)? = try? JSONValue.decode(&reader) { return text }
    return String(decoding: value.json, as: UTF8.self)
  }

  private func styled(_ json: [UInt8]) throws(CodecError) -> StyledValue {
    if shape.isJSON { return .primitive(String(decoding: json, as: UTF8.self)) }
    let value = try Self.value(json)
    switch value {
    case .array(let items):
      if shape.items?.isJSON == true { return .array(items.map { String(decoding: $0.json, as: UTF8.self) }) }
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
  package static func text(_ value: JSONValue) throws(CodecError) -> String {
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
      violations.add(error.violation(codec.location, codec.name))
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

import ContractValues
import ServiceCore

extension OutlinedContent {
  /// Reads a body of this content.
  ///
  /// - Parameter mediaType: the content type that the message declares.
  /// - Returns: the value; nil where there is none, and then the violations, at pointers into it.
  public func read(
    _ body: [UInt8], mediaType: String, _ program: SchemaProgram
  ) -> (value: BodyValues.Value?, violations: [Violation]) {
    var check = Violations()
    let value = read(body, mediaType, program, &check)
    return (check.isEmpty ? value : nil, check.list)
  }

  private func read(
    _ body: [UInt8], _ mediaType: String, _ program: SchemaProgram, _ check: inout Violations
  ) -> BodyValues.Value? {
    do throws(CodecError) {
      switch kind {
      case .json:
        // A patch is not the value that it changes, so the value's schema does not apply to it.
        return check.json(body, isPatch ? nil : schema, program).map { .json($0) }
      case .text: return try check.text(body, texts, schema, program).map { .json($0) }
      case .form:
        return check.read(JSONValue.self, try form.object(body), schema.map { _ in program }, schema ?? 0)
          .map { .json($0) }
      case .multipart: return try parts?.read(body, mediaType, program, &check).map { .parts($0) } ?? .bytes(body)
      case .lines, .sequence, .events: return try items(body, program, &check).map { .items($0) }
      case .bytes:
        if let limit, body.count > limit {
          check.add("maxLength", "has \(body.count) bytes, at most \(limit) are allowed")
        }
        return .bytes(body)
      }
    } catch {
      check.add(error.violation(.body, ""))
      return nil
    }
  }

  private func items(
    _ body: [UInt8], _ program: SchemaProgram, _ check: inout Violations
  ) throws(CodecError) -> [JSONValue]? {
    var items: [JSONValue] = []
    for (index, text) in try texts(body).enumerated() {
      let mark = check.count
      if let item = item(text, program, &check) { items.append(item) }
      check.prefix(since: mark, index)
    }
    return items
  }

  private func item(_ text: [UInt8], _ program: SchemaProgram, _ check: inout Violations) -> JSONValue? {
    guard let data else { return check.json(text, schema, program) }
    let event = check.json(text, nil, program)
    let mark = check.count
    let value = (event?["data"]?.text).flatMap { check.json(Array($0.utf8), data, program) }
    check.prefix(since: mark, "data")
    // An event without data is not passed to a program.
    return event?["data"] == nil ? event : value
  }

  /// The JSON texts of a sequence; an event is one with its fields as members.
  private func texts(_ body: [UInt8]) throws(CodecError) -> [[UInt8]] {
    switch kind {
    case .lines: return try JSONLinesParser().all(body)
    case .events: return try EventStreamParser().all(body).map(\.json)
    default:
      return try JSONSequenceParser().all(body).map { text throws(CodecError) in
        guard case .whole(let json) = text else {
          throw CodecError("a JSON text is cut off, or does not begin with a record separator")
        }
        return json
      }
    }
  }
}

extension IncrementalParser {
  fileprivate consuming func all(_ bytes: [UInt8]) throws(CodecError) -> [Output] {
    var parser = self
    var outputs: [Output] = []
    parser.append(bytes)
    while let output = try parser.next() { outputs.append(output) }
    if let output = try parser.finish() { outputs.append(output) }
    return outputs
  }
}

extension OutlinedParts {
  /// How many of each part there may be.
  var layout: MultipartLayout {
    guard isPositional else {
      return MultipartLayout(
        parts: parts.map { ($0.name ?? "", min: $0.min, max: $0.max ?? .max) }, isClosed: isClosed)
    }
    let most = isClosed || parts.last?.max != nil ? Self.sum(parts.map { $0.max ?? .max }) : .max
    return MultipartLayout(min: Self.sum(parts.map(\.min)), max: most)
  }

  /// The sum, or the largest number there is.
  private static func sum(_ counts: [Int]) -> Int {
    counts.reduce(0) { sum, count in
      let (result, overflows) = sum.addingReportingOverflow(count)
      return overflows ? .max : result
    }
  }

  /// The part at a position, or with a name.
  private func index(_ name: String, _ position: Int) -> Int? {
    if isPositional { return parts.isEmpty ? nil : Swift.min(position, parts.count - 1) }
    return parts.firstIndex { ($0.name ?? "").utf8.elementsEqual(name.utf8) }
  }

  fileprivate func read(
    _ body: [UInt8], _ mediaType: String, _ program: SchemaProgram, _ check: inout Violations
  ) throws(CodecError) -> [PartValues]? {
    var parser = try MultipartParser(boundary: try MultipartParser.boundary(contentType: mediaType))
    parser.append(body)
    var counts = PartCounts(layout)
    var values: [PartValues] = []
    var (headers, content, position) = (HTTPFields(), [UInt8](), 0)
    func finish() throws(CodecError) {
      let part = try MultipartPart(headers: headers, content: ByteStream(content))
      let key = try counts.key(of: part)
      for violation in counts.add(key.name) { check.add(violation) }
      let mark = check.count
      if let index = index(key.name, position),
        let value = try parts[index].read(content, headers, program, &check)
      {
        values.append(PartValues(part: index, value.value, headers: value.headers))
      }
      check.prefix(since: mark, segment: key.segment)
      position += 1
    }
    var isEnded = false
    while let event = try parser.next() {
      switch event {
      case .part(let own): (headers, content) = (own, [])
      case .data(let bytes): content += bytes
      case .partEnd: try finish()
      case .end: isEnded = true
      }
    }
    if !isEnded, try parser.finish() == nil { throw CodecError("the body ends before its last boundary") }
    for violation in counts.missing { check.add(violation) }
    return values
  }
}

extension OutlinedPart {
  fileprivate func read(
    _ content: [UInt8], _ fields: HTTPFields, _ program: SchemaProgram, _ check: inout Violations
  ) throws(CodecError) -> (value: BodyValues.Value, headers: [Int: JSONValue])? {
    let type = fields["content-type"]
    let isAny = kind == .bytes && contentTypes == ["application/octet-stream"]
    if let given = type ?? (kind == .bytes || kind == .multipart ? "text/plain" : nil), !isAny,
      MediaRange.index(of: given, in: contentTypes) == nil
    {
      check.add("contentType", "must be \(contentTypes.joined(separator: " or ")), and is \(given.prefix(100))")
      return nil
    }
    let headers = headers(fields, program, &check)
    let value: BodyValues.Value? =
      switch kind {
      case .json: check.json(content, schema, program).map { .json($0) }
      case .text: try check.text(content, texts, schema, program).map { .json($0) }
      case .multipart: try nested?.read(content, type ?? "", program, &check).map { .parts($0) }
      default: .bytes(content)
      }
    if kind == .bytes, let limit, content.count > limit {
      check.add("maxLength", "has \(content.count) bytes, at most \(limit) are allowed")
    }
    return value.map { ($0, headers) }
  }

  private func headers(_ fields: HTTPFields, _ program: SchemaProgram, _ check: inout Violations) -> [Int: JSONValue] {
    var values: [Int: JSONValue] = [:]
    for (index, header) in headers.enumerated() {
      let (value, violations) = header.read(fields, program)
      for violation in violations {
        check.add(violation.rule, "the part's header \(header.name) \(violation.message)")
      }
      values[index] = value
    }
    return values
  }
}

extension OutlinedHeader {
  /// The value of the header among fields; nil where it is absent, or breaks the contract.
  public func read(_ fields: HTTPFields, _ program: SchemaProgram) -> (value: JSONValue?, violations: [Violation]) {
    var check = Violations()
    var value: JSONValue?
    do throws(CodecError) {
      if let text = try style?.json(header: fields) {
        value = check.json(text, schema, program)
      } else if isRequired, fields[name.lowercased()] == nil {
        check.add("required", "is missing")
      }
    } catch {
      check.add(error.violation(.header, name))
    }
    check.locate(since: 0, in: .header, name)
    return (check.isEmpty ? value : nil, check.list)
  }
}

extension Violations {
  /// A JSON text as a value, validated against a schema.
  fileprivate mutating func json(_ text: [UInt8], _ schema: Int?, _ program: SchemaProgram) -> JSONValue? {
    read(JSONValue.self, text, schema.map { _ in program }, schema ?? 0)
  }

  /// A text as a value of one of the types.
  fileprivate mutating func text(
    _ bytes: [UInt8], _ types: JSONTypes, _ schema: Int?, _ program: SchemaProgram
  ) throws(CodecError) -> JSONValue? {
    guard let text = String(validating: bytes, as: UTF8.self), !text.utf8.contains(0) else {
      add("encoding", "is not UTF-8, or contains U+0000")
      return nil
    }
    var writer = JSONWriter()
    StyledParameter.Shape.write(text, types, &writer)
    return json(writer.bytes, schema, program)
  }
}

/// Reads one part of a multipart body by the contract, collecting every violation.
public struct PartReader: Sendable {
  /// The maximum size in bytes of a part that is read as a whole value. A larger part must be a file, read in chunks.
  public static let wholeLimit = 1_048_576

  public let part: MultipartPart
  /// The form field that the part is the value of; empty when it has no name.
  public let name: String
  public var key: ByteKey { ByteKey(name) }
  /// How many parts precede it.
  public let index: Int
  /// At pointers relative to the part's value.
  public var violations = Violations()
  /// The segment of the part in a pointer: its name or its index.
  let segment: String
  private let failure: @Sendable (ContentFailure) -> any Error

  init(
    _ part: MultipartPart, _ key: (name: String, segment: String), _ index: Int,
    _ failure: @escaping @Sendable (ContentFailure) -> any Error
  ) {
    self.part = part
    (name, segment) = key
    self.index = index
    self.failure = failure
  }

  /// The part's content as JSON, validated against a schema first where no type can express it; nil, with the
  /// violations recorded, when it breaks its contract.
  ///
  /// - Parameter types: the media types that it may declare; one that declares none is taken for the first.
  /// - Throws: the failure for content above ``wholeLimit``; errors of reading the body.
  public mutating func json<Value: JSONCodable>(
    _ type: Value.Type, of types: [String], _ program: SchemaProgram? = nil, _ schema: Int = 0
  ) async throws -> Value? {
    guard isDeclared(types) else { return nil }
    return violations.read(type, try await whole(), program, schema)
  }

  /// The part's content as a text, converted to a JSON value of one of the kinds like a parameter; nil, with the
  /// violations recorded, when it breaks its contract.
  ///
  /// - Parameter types: the media types that it may declare; one that declares none is taken for the first.
  /// - Throws: the failure for content above ``wholeLimit``, or that is not UTF-8; errors of reading the body.
  public mutating func text<Value: JSONCodable>(
    _ type: Value.Type, of types: [String], _ kinds: JSONTypes, _ program: SchemaProgram? = nil, _ schema: Int = 0
  ) async throws -> Value? {
    guard isDeclared(types) else { return nil }
    guard let text = String(validating: try await whole(), as: UTF8.self) else {
      throw failure(.malformed(CodecError("the text of the part '\(segment)' is not UTF-8")))
    }
    var writer = JSONWriter()
    StyledParameter.Shape.write(text, kinds, &writer)
    return violations.read(type, writer.bytes, program, schema)
  }

  /// The parts of a part that is itself multipart, as they come; nil, with a violation recorded, when its media type is
  /// not allowed. Violations of them are reported below this part.
  ///
  /// - Throws: the failure for a content type without a boundary.
  public mutating func parts<Part: MultipartItem>(_ type: Part.Type, of types: [String]) throws -> ItemStream<Part>? {
    guard isType(part.contentType ?? "text/plain", oneOf: types) else { return nil }
    let (segment, failure) = (segment, failure)
    return try MultipartBody.decode(part.content, type, contentType: part.contentType) { failure($0.below(segment)) }
  }

  /// The part as a file; nil, with a violation recorded, when its media type is not allowed.
  public mutating func file(_ types: [String], limit: Int = .max) -> MultipartPart? {
    guard types == ["application/octet-stream"] || isType(part.contentType ?? "text/plain", oneOf: types) else {
      return nil
    }
    return limit == .max ? part : part.limited(to: limit, failure: failure)
  }

  /// A header of the part; nil when it is absent, or invalid, which is recorded.
  public mutating func header<Value: ParameterValue>(_ name: StaticString, _ type: Value.Type) -> Value? {
    guard let text = part.headers[name.description.lowercased()] else { return nil }
    if let value = Value(parameter: text) { return value }
    violations.add(.unreadable(text, as: type, .body, "", "the part's header \(name): "))
    return nil
  }

  /// A required header of the part; nil when it is absent or invalid, which is recorded.
  public mutating func requiredHeader<Value: ParameterValue>(_ name: StaticString, _ type: Value.Type) -> Value? {
    if part.headers[name.description.lowercased()] == nil {
      violations.add("required", "the part's header \(name) is required")
    }
    return header(name, type)
  }

  /// Whether the part declares one of these types, and UTF-8, or none (RFC 7578, section 4.4).
  private mutating func isDeclared(_ types: [String]) -> Bool {
    guard let given = part.contentType else { return true }
    let charset = MediaRange(given)?.charset ?? "utf-8"
    guard charset == "utf-8" || charset == "us-ascii" else {
      violations.add("contentType", "must be in UTF-8, and is \(given.prefix(100))")
      return false
    }
    return isType(given, oneOf: types)
  }

  private mutating func isType(_ given: String, oneOf types: [String]) -> Bool {
    if MediaRange.index(of: given, in: types) != nil { return true }
    violations.add("contentType", "must be \(types.joined(separator: " or ")), and is \(given.prefix(100))")
    return false
  }

  private func whole() async throws -> [UInt8] {
    var bytes: [UInt8] = []
    for try await piece in part.content {
      guard bytes.count + piece.count <= Self.wholeLimit else {
        throw failure(.malformed(CodecError(tooLarge: "The part '\(segment)' has more than \(Self.wholeLimit) bytes.")))
      }
      bytes += piece
    }
    return bytes
  }
}

/// Reads one part of a multipart body by the contract, collecting every violation.
public struct PartReader: Sendable {
  /// How many bytes a part has at most that is read as a whole value. What is larger is a file, read as it comes.
  public static let wholeLimit = 1_048_576

  public let part: MultipartPart
  /// The field of a form that the part is the value of; empty when it has no name.
  public let name: String
  public var key: ByteKey { ByteKey(name) }
  /// How many parts came before it.
  public let index: Int
  /// At pointers relative to the part's value.
  public var violations = Violations()
  /// The segment of a pointer that the part stands under: its name or its place.
  let segment: String
  private let failure: @Sendable (ContentFailure) -> any Error

  init(
    _ part: MultipartPart, _ place: (name: String, segment: String), _ index: Int,
    _ failure: @escaping @Sendable (ContentFailure) -> any Error
  ) {
    self.part = part
    (name, segment) = place
    self.index = index
    self.failure = failure
  }

  /// The part's content as JSON, held against a schema first where no type can stand for it; nil, and recorded, when it
  /// breaks its contract.
  ///
  /// - Throws: the failure for content above ``wholeLimit``; what reading the body throws.
  public mutating func json<Value: JSONCodable>(
    _ type: Value.Type, _ program: SchemaProgram? = nil, _ schema: Int = 0
  ) async throws -> Value? {
    violations.read(type, try await whole(), program, schema)
  }

  /// The part's content as a text, which becomes a JSON value of one of the kinds as a parameter's does; nil, and
  /// recorded, when it breaks its contract.
  ///
  /// - Throws: the failure for content above ``wholeLimit``, or that is not UTF-8; what reading the body throws.
  public mutating func text<Value: JSONCodable>(
    _ type: Value.Type, _ kinds: JSONTypes, _ program: SchemaProgram? = nil, _ schema: Int = 0
  ) async throws -> Value? {
    guard let text = String(validating: try await whole(), as: UTF8.self) else {
      throw failure(.malformed(CodecError("the text of the part '\(segment)' is not UTF-8")))
    }
    var writer = JSONWriter()
    StyledParameter.write(text, kinds, &writer)
    return violations.read(type, writer.bytes, program, schema)
  }

  /// The part as a file; nil, and recorded, when it is of none of the types that it may have.
  public mutating func file(_ types: [String], limit: Int = .max) -> MultipartPart? {
    let given = part.contentType ?? "text/plain"
    guard types == ["application/octet-stream"] || MediaRange.index(of: given, in: types) != nil else {
      violations.add("contentType", "must be \(types.joined(separator: " or ")), and is \(given.prefix(100))")
      return nil
    }
    return limit == .max ? part : part.limited(to: limit, failure: failure)
  }

  /// A header of the part; nil when it is absent, or wrong, which is recorded.
  public mutating func header<Value: ParameterValue>(_ name: StaticString, _ type: Value.Type) -> Value? {
    guard let text = part.headers[name.description.lowercased()] else { return nil }
    if let value = Value(parameter: text) { return value }
    violations.add("type", "the part's header \(name): expected \(Value.parameterKind)")
    return nil
  }

  /// A header that the part must have; nil when it is absent or wrong, which is recorded.
  public mutating func requiredHeader<Value: ParameterValue>(_ name: StaticString, _ type: Value.Type) -> Value? {
    if part.headers[name.description.lowercased()] == nil {
      violations.add("required", "the part's header \(name) is required")
    }
    return header(name, type)
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

/// Bytes with the media type they are of.
public struct Blob: Sendable {
  public let mediaType: String
  public let content: ByteStream

  public init(mediaType: String, content: ByteStream) {
    self.mediaType = mediaType
    self.content = content
  }
}

/// A request or an answer, as far as it has content.
public protocol HTTPMessage {
  var headers: HTTPFields { get set }
  var body: [UInt8] { get set }
  var stream: ByteStream? { get set }
}

extension HTTPRequest: HTTPMessage {}
extension HTTPResponse: HTTPMessage {}

/// Writes content as a contract's media types say.
extension HTTPMessage {
  public mutating func set(json value: some JSONCodable, as mediaType: String) {
    headers["content-type"] = mediaType
    body = value.json
  }

  /// A body that may be left out, or be null.
  public mutating func set<Value: JSONCodable>(json value: Nullable<Value>, as mediaType: String) {
    switch value {
    case .absent: break
    case .null:
      headers["content-type"] = mediaType
      body = Array("null".utf8)
    case .value(let value): set(json: value, as: mediaType)
    }
  }

  public mutating func set(text value: some ParameterValue, as mediaType: String) {
    headers["content-type"] = mediaType.utf8.contains(UInt8(ascii: ";")) ? mediaType : mediaType + "; charset=utf-8"
    body = Array(value.parameter.utf8)
  }

  /// - Throws: ``ProblemDetails`` for a value that has no form in a form.
  public mutating func set(form value: some JSONCodable, _ layout: FormLayout) throws {
    headers["content-type"] = "application/x-www-form-urlencoded"
    do { body = try layout.written(value) } catch { throw error.problem }
  }

  public mutating func set(bytes: ByteStream, as mediaType: String) {
    headers["content-type"] = mediaType
    stream = bytes
  }

  public mutating func set(blob: Blob) { set(bytes: blob.content, as: blob.mediaType) }

  public mutating func set<Part: MultipartItem>(parts: ItemStream<Part>) {
    let (contentType, bytes) = MultipartBody.encode(parts) { $0.problem }
    set(bytes: bytes, as: contentType)
  }

  public mutating func set<Item: JSONCodable>(
    items: ItemStream<Item>, _ format: ItemFormat, as mediaType: String,
    validate: @escaping @Sendable (Item, inout Violations) -> Void = { _, _ in }
  ) {
    set(bytes: format.encode(items, validate: validate) { $0.problem }, as: mediaType)
    if case .events = format { headers["cache-control"] = "no-store" }
  }

  public mutating func set(events: ItemStream<ServerSentEvent>) {
    set(bytes: ItemFormat.bytes(events), as: "text/event-stream")
    headers["cache-control"] = "no-store"
  }

  public mutating func set<Data: JSONCodable>(
    typedEvents events: ItemStream<TypedEvent<Data>>,
    validate: @escaping @Sendable (Data, inout Violations) -> Void = { _, _ in }
  ) {
    set(bytes: ItemFormat.bytes(events, validate: validate) { $0.problem }, as: "text/event-stream")
    headers["cache-control"] = "no-store"
  }
}

extension HTTPResponse {
  /// Adds a header that has a style; one without a value is left out.
  ///
  /// - Throws: ``ProblemDetails`` for a value that the style has no form for.
  public mutating func add(_ parameter: StyledParameter, _ value: (some JSONCodable)?) throws(ProblemDetails) {
    guard let value else { return }
    headers.append(parameter.codec.name.lowercased(), try parameter.written(value))
  }
}

/// Bytes with their media type.
public struct Blob: Sendable {
  /// For example `image/png`.
  public let mediaType: String
  /// Can be read once, by one reader.
  public let content: ByteStream

  /// Bytes with a media type, for a body whose contract allows any type of a range.
  public init(mediaType: String, content: ByteStream) {
    self.mediaType = mediaType
    self.content = content
  }
}

/// The content of a request or a response.
public protocol HTTPMessage {
  var headers: HTTPFields { get set }
  var body: [UInt8] { get set }
  var stream: ByteStream? { get set }
}

extension HTTPRequest: HTTPMessage {}
extension HTTPResponse: HTTPMessage {}

/// Writes content by the media types of a contract.
extension HTTPMessage {
  /// A JSON body.
  public mutating func set(json value: some JSONCodable, as mediaType: String) {
    headers["content-type"] = mediaType
    body = value.json
  }

  /// A body that may be omitted, or be null.
  public mutating func set<Value: JSONCodable>(json value: Nullable<Value>, as mediaType: String) {
    switch value {
    case .absent: break
    case .null:
      headers["content-type"] = mediaType
      body = Array("null".utf8)
    case .value(let value): set(json: value, as: mediaType)
    }
  }

  /// A body that is one UTF-8 text.
  public mutating func set(text value: some ParameterValue, as mediaType: String) {
    headers["content-type"] = mediaType.utf8.contains(UInt8(ascii: ";")) ? mediaType : mediaType + "; charset=utf-8"
    body = Array(value.parameter.utf8)
  }

  /// - Throws: ``RequestFault`` for a value that a form cannot express.
  public mutating func set(form value: some JSONCodable, _ layout: FormLayout) throws {
    headers["content-type"] = "application/x-www-form-urlencoded"
    do { body = try layout.written(value) } catch { throw RequestFault(error.problem) }
  }

  /// A body of bytes.
  public mutating func set(bytes: ByteStream, as mediaType: String) {
    headers["content-type"] = mediaType
    stream = bytes
  }

  /// A body of bytes with a media type of their own.
  public mutating func set(blob: Blob) { set(bytes: blob.content, as: blob.mediaType) }

  /// A multipart body; each part is validated against the contract before it is sent.
  public mutating func set<Part: MultipartItem>(parts: ItemStream<Part>) {
    let (contentType, bytes) = MultipartBody.encode(parts) { RequestFault($0.problem) }
    set(bytes: bytes, as: contentType)
  }

  /// A body of items; each is validated against the contract before it is sent.
  public mutating func set<Item: JSONCodable>(
    items: ItemStream<Item>, _ format: ItemFormat, as mediaType: String,
    validate: @escaping @Sendable (Item, inout Violations) -> Void = { _, _ in }
  ) {
    set(bytes: format.encode(items, validate: validate) { RequestFault($0.problem) }, as: mediaType)
    if case .events = format { headers["cache-control"] = "no-store" }
  }

  /// A stream of events.
  public mutating func set(events: ItemStream<ServerSentEvent>) {
    set(bytes: ItemFormat.bytes(events), as: "text/event-stream")
    headers["cache-control"] = "no-store"
  }

  /// A stream of events; the data of each is validated against the contract before it is sent.
  public mutating func set<Data: JSONCodable>(
    typedEvents events: ItemStream<TypedEvent<Data>>,
    validate: @escaping @Sendable (Data, inout Violations) -> Void = { _, _ in }
  ) {
    set(bytes: ItemFormat.bytes(events, validate: validate) { RequestFault($0.problem) }, as: "text/event-stream")
    headers["cache-control"] = "no-store"
  }
}

extension HTTPResponse {
  /// Adds a header with a style; one without a value is omitted.
  ///
  /// - Throws: ``RequestFault`` for a value that the style cannot express.
  public mutating func add(_ parameter: StyledParameter, _ value: (some JSONCodable)?) throws(RequestFault) {
    guard let value else { return }
    headers.append(parameter.codec.name.lowercased(), try parameter.written(value))
  }
}

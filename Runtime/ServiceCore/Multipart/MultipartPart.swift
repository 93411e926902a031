/// A part of a multipart body (RFC 2046, section 5.1), received or to be sent; typically a file.
public struct MultipartPart: Sendable {
  /// Names in lower case.
  public var headers: HTTPFields
  /// For a received part, read directly from the body: once, and before the next part is asked for.
  public let content: ByteStream

  /// - Parameters:
  ///   - name: the form field that the part is the value of.
  ///   - filename: the name of the file.
  ///   - headers: additional headers of the part.
  /// - Throws: for a name with control characters, which no header can carry.
  public init(
    name: String? = nil, filename: String? = nil, contentType: String? = nil, headers: HTTPFields = HTTPFields(),
    content: ByteStream
  ) throws(CodecError) {
    self.headers = headers
    self.content = content
    if name != nil || filename != nil {
      let type = name == nil ? "attachment" : "form-data"
      let disposition = ContentDisposition(type: type, name: name, filename: filename)
      self.headers["content-disposition"] = try disposition.field()
    }
    if let contentType { self.headers["content-type"] = contentType }
  }

  private init(headers: HTTPFields, content: ByteStream) {
    self.headers = headers
    self.content = content
  }

  /// The same part, with content limited to this many bytes.
  func limited(to limit: Int, failure: @escaping @Sendable (ContentFailure) -> any Error) -> MultipartPart {
    MultipartPart(
      headers: headers,
      content: content.limited(to: limit) { error in (error as? CodecError).map { failure(.malformed($0)) } ?? error })
  }

  /// A part whose content is a value as JSON.
  ///
  /// - Throws: for a name with control characters, which no header can carry.
  public init(
    name: String? = nil, json value: some JSONCodable, contentType: String = "application/json",
    headers: HTTPFields = HTTPFields()
  ) throws(CodecError) {
    try self.init(name: name, contentType: contentType, headers: headers, content: ByteStream(value.json))
  }

  /// A part whose content is the text of a string, number or boolean.
  ///
  /// - Throws: also for any other value.
  public init(
    name: String? = nil, text value: some JSONCodable, contentType: String? = nil, headers: HTTPFields = HTTPFields()
  ) throws(CodecError) {
    var json = JSONReader(value.json)
    let text = try StyledParameter.text((try? JSONValue.decode(&json)) ?? .null)
    try self.init(name: name, contentType: contentType, headers: headers, content: ByteStream(Array(text.utf8)))
  }

  /// A part that is itself a body of parts. Each is validated before it is written, as in a body.
  ///
  /// - Throws: for a name with control characters, which no header can carry.
  public init<Part: MultipartItem>(name: String? = nil, parts: ItemStream<Part>) throws(CodecError) {
    let (contentType, body) = MultipartBody.encode(parts) { $0 }
    try self.init(name: name, contentType: contentType, content: body)
  }

  /// The part as the value of a form field, under that field's name. It retains its file name and its type, where it
  /// has one.
  ///
  /// - Throws: for a name with control characters, which no header can carry.
  public func named(_ name: String?, contentType: String) throws(CodecError) -> MultipartPart {
    try MultipartPart(
      name: name, filename: filename, contentType: self.contentType ?? contentType, headers: headers, content: content)
  }

  /// The form field that the part is the value of.
  public var name: String? { disposition?.name }
  /// The sender's name for the file. It may contain anything, including `../` and line ends: never use it as a path.
  public var filename: String? { disposition?.filename }
  /// Without a type the content is `text/plain`.
  public var contentType: String? { headers["content-type"] }

  private var disposition: ContentDisposition? {
    headers["content-disposition"].flatMap { try? ContentDisposition($0) }
  }
}

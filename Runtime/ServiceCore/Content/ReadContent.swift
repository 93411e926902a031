/// Reads content on a server, by the media types of a contract.
extension RequestReader {
  /// Whether the request has no body.
  public var isBodyAbsent: Bool {
    request.body.isEmpty && (request.stream == nil || request.headers["content-type"] == nil)
  }

  /// Which of the contract's media types the body has.
  ///
  /// - Throws: 415 for any other media type, and for text that is not UTF-8; 400 for a malformed content type.
  @discardableResult
  public func expect(_ types: String...) throws(RequestFault) -> Int { try expected(types) }

  package func expected(_ types: [String]) throws(RequestFault) -> Int {
    let given = request.headers.values("content-type")
    guard given.count < 2 else { throw Self.unreadable("the header Content-Type is given more than once") }
    guard let field = given.first else { throw unsupported("The request needs a body of the type", types) }
    if let index = MediaRange.exactIndex(of: field, in: types) { return index }
    let type: MediaRange?
    do throws(CodecError) { type = try MediaRange(reading: field) } catch {
      throw Self.unreadable("the header Content-Type cannot be read: \(error.reason)")
    }
    // US-ASCII is a subset of UTF-8.
    if let type, type.isText, let charset = type.charset, charset != "utf-8", charset != "us-ascii" {
      throw unsupported("A text must be in UTF-8, and the request declares another charset; valid types:", types)
    }
    guard let index = type?.index(in: types) else {
      throw unsupported("The request's body has another type than", types)
    }
    return index
  }

  private static func unreadable(_ reason: String) -> RequestFault {
    RequestFault(
      .badRequest([Violation(location: .header, name: "Content-Type", rule: "type", message: reason)]))
  }

  private func unsupported(_ reason: String, _ types: [String]) -> RequestFault {
    let wanted = types.joined(separator: ", ")
    return RequestFault(
      415, "\(reason) \(wanted).", headers: [request.method == "PATCH" ? "accept-patch" : "accept": wanted])
  }

  /// Reads a whole body that arrives in chunks.
  public mutating func collect() async throws(RequestFault) {
    guard let stream = request.stream else { return }
    do {
      request.body = try await stream.collect(limit: PartReader.wholeLimit)
      request.stream = nil
    } catch {
      throw RequestFault(reading: error)
    }
  }

  /// A JSON body; nil, with the violations recorded, when it breaks its contract.
  public mutating func json<Value: JSONCodable>(
    _ type: Value.Type, _ program: SchemaProgram? = nil, _ schema: Int = 0
  ) throws(RequestFault) -> Value? {
    violations.read(type, request.body, program, schema)
  }

  /// A body that is one UTF-8 text.
  public mutating func text<Value: ParameterValue>(_ type: Value.Type) throws(RequestFault) -> Value? {
    guard let text = String(validating: request.body, as: UTF8.self), !text.utf8.contains(0) else {
      violations.add("encoding", "is not UTF-8, or contains U+0000")
      return nil
    }
    if let value = Value(parameter: text) { return value }
    violations.add(.unreadable(text, as: type))
    return nil
  }

  /// A form, read as the JSON object of its members; nil, with the violations recorded, when it breaks its contract.
  ///
  /// - Throws: 400 for a form that is not UTF-8, 413 for one of too many pairs.
  public mutating func form<Value: JSONCodable>(
    _ type: Value.Type, _ layout: FormLayout, _ program: SchemaProgram? = nil, _ schema: Int = 0
  ) throws(RequestFault) -> Value? {
    do throws(CodecError) {
      return violations.read(type, try layout.object(request.body), program, schema)
    } catch {
      throw RequestFault(error.problem)
    }
  }

  /// The body as it arrives.
  public func bytes(limit: Int = .max) -> ByteStream {
    (request.stream ?? ByteStream(request.body)).limited(to: limit) { RequestFault(reading: $0) }
  }

  /// The body as it arrives, with its declared media type.
  public func typedBytes(limit: Int = .max) -> Blob {
    Blob(mediaType: request.headers["content-type"] ?? "application/octet-stream", content: bytes(limit: limit))
  }

  /// The parts of a multipart body. Each is validated against the contract when it is read.
  ///
  /// - Throws: 400 for a content type without a boundary.
  public func parts<Part: MultipartItem>(_ type: Part.Type) throws(RequestFault) -> ItemStream<Part> {
    do {
      return try MultipartBody.decode(bytes(), type, contentType: request.headers["content-type"]) {
        RequestFault(reading: $0)
      }
    } catch {
      throw RequestFault(reading: error)
    }
  }

  /// The items of a body, each validated against the contract when it is read.
  ///
  /// - Parameter validate: adds the violations of an item.
  public func items<Item: JSONCodable>(
    _ format: ItemFormat, _ type: Item.Type, _ program: SchemaProgram? = nil, _ schema: Int = 0,
    validate: @escaping @Sendable (Item, inout Violations) -> Void = { _, _ in }
  ) -> ItemStream<Item> {
    format.decode(bytes(), type, program, schema, validate: validate) { RequestFault(reading: $0) }
  }

  /// The events of a body, unparsed.
  public func events() -> ItemStream<ServerSentEvent> { ItemFormat.events(bytes()) { RequestFault(reading: $0) } }

  /// The events of a body whose data is JSON of one type.
  ///
  /// - Parameter validate: adds the violations of an event's data.
  public func typedEvents<Data: JSONCodable>(
    _ type: Data.Type, _ program: SchemaProgram? = nil, _ schema: Int = 0,
    validate: @escaping @Sendable (Data, inout Violations) -> Void = { _, _ in }
  ) -> ItemStream<TypedEvent<Data>> {
    ItemFormat.events(bytes(), data: type, program, schema, validate: validate) { RequestFault(reading: $0) }
  }

  /// The event after which a stream of events resumes (WHATWG HTML, section 9.2.4).
  public func lastEventID() -> String? { request.headers["last-event-id"] }
}

/// Reads content in a client, by the media types of a contract.
extension ResponseReader {
  /// Which of the contract's media types the response has.
  ///
  /// - Throws: ``ClientError/unexpected(_:_:)`` for any other media type.
  @discardableResult
  public func expect(_ types: String...) throws -> Int {
    guard let index = MediaRange.index(of: response.headers["content-type"] ?? "", in: types) else {
      throw ClientError.unexpected(descriptor, response)
    }
    return index
  }

  /// Reads a whole response body that arrives in chunks.
  public mutating func collect() async throws {
    guard let stream = response.stream else { return }
    do {
      response.body = try await stream.collect(limit: 16_777_216)
    } catch let fault as RequestFault {
      throw broken([Violation(rule: "content", message: fault.problem.detail)])
    }
    response.stream = nil
  }

  /// A JSON response.
  ///
  /// - Throws: ``ClientError/broken(_:_:)`` for a value that breaks the contract, ``ClientError/unexpected(_:_:)`` for
  ///   malformed JSON.
  public func json<Value: JSONCodable>(
    _ type: Value.Type, _ program: SchemaProgram? = nil, _ schema: Int = 0
  ) throws -> Value {
    try json(response.body, type, program, schema)
  }

  func json<Value: JSONCodable>(
    _ bytes: [UInt8], _ type: Value.Type, _ program: SchemaProgram?, _ schema: Int
  ) throws -> Value {
    var json = JSONReader(bytes)
    if let program { _ = try? json.satisfies(program, schema) }
    guard json.violations.isEmpty, let value = try? Value.decode(&json), (try? json.finish()) != nil,
      json.violations.isEmpty
    else {
      let violations = json.violations.list
      throw violations.isEmpty
        ? ClientError.unexpected(descriptor, response) : ClientError.broken(descriptor, violations)
    }
    return value
  }

  /// A response that is one UTF-8 text.
  ///
  /// - Throws: ``ClientError/unexpected(_:_:)`` for text in another encoding.
  public func text<Value: ParameterValue>(_ type: Value.Type) throws -> Value {
    guard let value = String(validating: response.body, as: UTF8.self).flatMap({ Value(parameter: $0) }) else {
      throw ClientError.unexpected(descriptor, response)
    }
    return value
  }

  /// A response that is a form.
  ///
  /// - Throws: ``ClientError/broken(_:_:)``
  public func form<Value: JSONCodable>(
    _ type: Value.Type, _ layout: FormLayout, _ program: SchemaProgram? = nil, _ schema: Int = 0
  ) throws -> Value {
    let form: FormLayout.Object
    do throws(CodecError) { form = try layout.object(response.body) } catch { throw failure(.malformed(error)) }
    var check = Violations()
    if let value = check.read(type, form, program, schema) { return value }
    throw broken(check.list)
  }

  /// The response body as it arrives. Reading it throws ``ClientError/broken(_:_:)`` beyond the limit.
  public func bytes(limit: Int = .max) -> ByteStream {
    let failure = failure
    return (response.stream ?? ByteStream(response.body)).limited(to: limit) { error in
      (error as? CodecError).map { failure(.malformed($0)) } ?? error
    }
  }

  /// The response body as it arrives, with its media type.
  public func typedBytes(limit: Int = .max) -> Blob {
    Blob(mediaType: response.headers["content-type"] ?? "application/octet-stream", content: bytes(limit: limit))
  }

  private func broken(_ violations: [Violation]) -> ClientError { .broken(descriptor, violations) }

  private var failure: @Sendable (ContentFailure) -> any Error {
    let descriptor = descriptor
    return { ClientError.broken(descriptor, $0.violations) }
  }

  /// The parts of a multipart response. Reading them throws ``ClientError/broken(_:_:)`` for one that breaks the
  /// contract.
  public func parts<Part: MultipartItem>(_ type: Part.Type) throws -> ItemStream<Part> {
    try MultipartBody.decode(bytes(), type, contentType: response.headers["content-type"], failure: failure)
  }

  /// The items of a response. Reading them throws ``ClientError/broken(_:_:)`` for one that breaks the contract.
  public func items<Item: JSONCodable>(
    _ format: ItemFormat, _ type: Item.Type, _ program: SchemaProgram? = nil, _ schema: Int = 0,
    validate: @escaping @Sendable (Item, inout Violations) -> Void = { _, _ in }
  ) -> ItemStream<Item> {
    format.decode(bytes(), type, program, schema, validate: validate, failure: failure)
  }

  /// The events of a response, unparsed.
  public func events() -> ItemStream<ServerSentEvent> { ItemFormat.events(bytes(), failure: failure) }

  /// The events of a response whose data is JSON of one type; reading them throws like reading items.
  public func typedEvents<Data: JSONCodable>(
    _ type: Data.Type, _ program: SchemaProgram? = nil, _ schema: Int = 0,
    validate: @escaping @Sendable (Data, inout Violations) -> Void = { _, _ in }
  ) -> ItemStream<TypedEvent<Data>> {
    ItemFormat.events(bytes(), data: type, program, schema, validate: validate, failure: failure)
  }

  // MARK: headers with a style

  /// A header with a style; nil when it is absent.
  ///
  /// - Throws: ``ClientError/broken(_:_:)`` when the value does not fit its type.
  public func read<Value: JSONCodable>(
    _ parameter: StyledParameter, _ type: Value.Type, _ program: SchemaProgram? = nil, _ schema: Int = 0
  ) throws -> Value? {
    let bytes: [UInt8]?
    do throws(CodecError) { bytes = try parameter.json(header: response.headers) } catch {
      throw broken([error.violation(.header, parameter.codec.name)])
    }
    return try bytes.map { try json($0, type, program, schema) }
  }

  /// A required header with a style.
  ///
  /// - Throws: ``ClientError/broken(_:_:)`` when it is missing, or its value does not fit its type.
  public func required<Value: JSONCodable>(
    _ parameter: StyledParameter, _ type: Value.Type, _ program: SchemaProgram? = nil, _ schema: Int = 0
  ) throws -> Value {
    if let value = try read(parameter, type, program, schema) { return value }
    throw broken([Violation(location: .header, name: parameter.codec.name, rule: "required", message: "is missing")])
  }
}

/// Reads content as a contract's media types say, on a server.
extension RequestReader {
  /// Whether the request has no body.
  public var isBodyAbsent: Bool {
    request.body.isEmpty && (request.stream == nil || request.headers["content-type"] == nil)
  }

  /// Which of the contract's media types the body is of.
  ///
  /// - Throws: 415 for none of them, and for a text that is not in UTF-8; 400 for a type that cannot be read.
  public func expect(_ types: String...) throws(ProblemDetails) -> Int { try expected(types) }

  func expected(_ types: [String]) throws(ProblemDetails) -> Int {
    let given = request.headers.values("content-type")
    guard given.count < 2 else { throw Self.unreadable("the header Content-Type is given more than once") }
    guard let field = given.first else { throw unsupported("The request needs a body of the type", types) }
    if let index = MediaRange.exactIndex(of: field, in: types) { return index }
    let type: MediaRange?
    do throws(CodecError) { type = try MediaRange(reading: field) } catch {
      throw Self.unreadable("the header Content-Type cannot be read: \(error.reason)")
    }
    // US-ASCII is a part of UTF-8.
    if let type, type.isText, let charset = type.charset, charset != "utf-8", charset != "us-ascii" {
      throw unsupported("A text must be in UTF-8, and the request says otherwise; there is", types)
    }
    guard let index = type?.index(in: types) else {
      throw unsupported("The request says that its body is of another type than", types)
    }
    return index
  }

  private static func unreadable(_ reason: String) -> ProblemDetails {
    .badRequest([Violation(place: .header, location: "Content-Type", rule: "type", message: reason)])
  }

  private func unsupported(_ reason: String, _ types: [String]) -> ProblemDetails {
    let wanted = types.joined(separator: ", ")
    return ProblemDetails(
      415, "\(reason) \(wanted).", headers: [request.method == "PATCH" ? "accept-patch" : "accept": wanted])
  }

  /// Reads the whole of a body that comes piece by piece.
  public mutating func collect() async throws(ProblemDetails) {
    guard let stream = request.stream else { return }
    do {
      request.body = try await stream.collect(limit: PartReader.wholeLimit)
      request.stream = nil
    } catch {
      throw RequestFault(error).problem
    }
  }

  /// A body that is JSON; nil, and recorded, when it breaks its contract.
  public mutating func json<Value: JSONCodable>(
    _ type: Value.Type, _ program: SchemaProgram? = nil, _ schema: Int = 0
  ) throws(ProblemDetails) -> Value? {
    violations.read(type, request.body, program, schema)
  }

  /// A body that is one text, in UTF-8.
  public mutating func text<Value: ParameterValue>(_ type: Value.Type) throws(ProblemDetails) -> Value? {
    guard let text = String(validating: request.body, as: UTF8.self), !text.utf8.contains(0) else {
      throw ProblemDetails(400, "The body is not UTF-8, or holds U+0000.")
    }
    if let value = Value(parameter: text) { return value }
    violations.add(Violation(rule: "type", message: "expected \(Value.parameterKind)"))
    return nil
  }

  /// A form, read as the JSON object of its members; nil, and recorded, when it breaks its contract.
  ///
  /// - Throws: 400 for what is no form.
  public mutating func form<Value: JSONCodable>(
    _ type: Value.Type, _ layout: FormLayout, _ program: SchemaProgram? = nil, _ schema: Int = 0
  ) throws(ProblemDetails) -> Value? {
    do throws(CodecError) {
      return violations.read(type, try layout.json(request.body), program, schema)
    } catch {
      throw error.problem
    }
  }

  /// The body as it comes.
  public func bytes(limit: Int = .max) -> ByteStream {
    (request.stream ?? ByteStream(request.body)).limited(to: limit) { RequestFault($0) }
  }

  /// The body as it comes, with the media type that it says it is of.
  public func typedBytes(limit: Int = .max) -> Blob {
    Blob(mediaType: request.headers["content-type"] ?? "application/octet-stream", content: bytes(limit: limit))
  }

  /// The parts of a multipart body. Each is held to the contract when it is asked for.
  ///
  /// - Throws: 400 for a content type without a boundary.
  public func parts<Part: MultipartItem>(_ type: Part.Type) throws(ProblemDetails) -> ItemStream<Part> {
    do {
      return try MultipartBody.decode(bytes(), type, contentType: request.headers["content-type"]) {
        RequestFault($0.problem)
      }
    } catch {
      throw RequestFault(error).problem
    }
  }

  /// The items of a body, each held to the contract when it is asked for.
  ///
  /// - Parameter validate: adds what an item breaks.
  public func items<Item: JSONCodable>(
    _ format: ItemFormat, _ type: Item.Type, _ program: SchemaProgram? = nil, _ schema: Int = 0,
    validate: @escaping @Sendable (Item, inout Violations) -> Void = { _, _ in }
  ) -> ItemStream<Item> {
    format.decode(bytes(), type, program, schema, validate: validate) { RequestFault($0.problem) }
  }

  /// The events of a body, as they are.
  public func events() -> ItemStream<ServerSentEvent> { ItemFormat.events(bytes()) { RequestFault($0.problem) } }

  /// The events of a body whose data is JSON of a type.
  ///
  /// - Parameter validate: adds what an event's data breaks.
  public func typedEvents<Data: JSONCodable>(
    _ type: Data.Type, _ program: SchemaProgram? = nil, _ schema: Int = 0,
    validate: @escaping @Sendable (Data, inout Violations) -> Void = { _, _ in }
  ) -> ItemStream<TypedEvent<Data>> {
    ItemFormat.events(bytes(), data: type, program, schema, validate: validate) { RequestFault($0.problem) }
  }

  /// Where a stream of events is to go on (WHATWG HTML, section 9.2.4).
  public func lastEventID() -> String? { request.headers["last-event-id"] }
}

/// Reads content as a contract's media types say, in a client.
extension ResponseReader {
  /// Which of the contract's media types the answer is of.
  ///
  /// - Throws: ``ClientError/unexpected(_:_:)`` for none of them.
  public func expect(_ types: String...) throws -> Int {
    guard let index = MediaRange.index(of: response.headers["content-type"] ?? "", in: types) else {
      throw ClientError.unexpected(descriptor, response)
    }
    return index
  }

  /// Reads the whole of an answer that comes piece by piece.
  public mutating func collect() async throws {
    guard let stream = response.stream else { return }
    do {
      response.body = try await stream.collect(limit: 16_777_216)
    } catch let problem as ProblemDetails {
      throw broken([Violation(rule: "content", message: problem.detail)])
    }
    response.stream = nil
  }

  /// An answer that is JSON.
  ///
  /// - Throws: ``ClientError/broken(_:_:)`` for a value that breaks the contract, ``ClientError/unexpected(_:_:)`` for what is
  ///   no JSON.
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

  /// An answer that is one text, in UTF-8.
  ///
  /// - Throws: ``ClientError/unexpected(_:_:)`` for a text of another kind.
  public func text<Value: ParameterValue>(_ type: Value.Type) throws -> Value {
    guard let value = String(validating: response.body, as: UTF8.self).flatMap({ Value(parameter: $0) }) else {
      throw ClientError.unexpected(descriptor, response)
    }
    return value
  }

  /// An answer that is a form.
  ///
  /// - Throws: ``ClientError/broken(_:_:)``
  public func form<Value: JSONCodable>(
    _ type: Value.Type, _ layout: FormLayout, _ program: SchemaProgram? = nil, _ schema: Int = 0
  ) throws -> Value {
    let object: [UInt8]
    do throws(CodecError) { object = try layout.json(response.body) } catch { throw failure(.malformed(error)) }
    return try json(object, type, program, schema)
  }

  /// The answer as it comes. Reading it throws ``ClientError/broken(_:_:)`` behind the limit.
  public func bytes(limit: Int = .max) -> ByteStream {
    let failure = failure
    return (response.stream ?? ByteStream(response.body)).limited(to: limit) { error in
      (error as? CodecError).map { failure(.malformed($0)) } ?? error
    }
  }

  /// The answer as it comes, with its media type.
  public func typedBytes(limit: Int = .max) -> Blob {
    Blob(mediaType: response.headers["content-type"] ?? "application/octet-stream", content: bytes(limit: limit))
  }

  private func broken(_ violations: [Violation]) -> ClientError { .broken(descriptor, violations) }

  private var failure: @Sendable (ContentFailure) -> any Error {
    let descriptor = descriptor
    return { ClientError.broken(descriptor, $0.violations) }
  }

  /// The parts of a multipart answer. Reading them throws ``ClientError/broken(_:_:)`` for one that breaks the contract.
  public func parts<Part: MultipartItem>(_ type: Part.Type) throws -> ItemStream<Part> {
    try MultipartBody.decode(bytes(), type, contentType: response.headers["content-type"], failure: failure)
  }

  /// The items of an answer. Reading them throws ``ClientError/broken(_:_:)`` for one that breaks the contract.
  public func items<Item: JSONCodable>(
    _ format: ItemFormat, _ type: Item.Type, _ program: SchemaProgram? = nil, _ schema: Int = 0,
    validate: @escaping @Sendable (Item, inout Violations) -> Void = { _, _ in }
  ) -> ItemStream<Item> {
    format.decode(bytes(), type, program, schema, validate: validate, failure: failure)
  }

  /// The events of an answer, as they are.
  public func events() -> ItemStream<ServerSentEvent> { ItemFormat.events(bytes(), failure: failure) }

  /// The events of an answer whose data is JSON of a type; reading them throws as that of items does.
  public func typedEvents<Data: JSONCodable>(
    _ type: Data.Type, _ program: SchemaProgram? = nil, _ schema: Int = 0,
    validate: @escaping @Sendable (Data, inout Violations) -> Void = { _, _ in }
  ) -> ItemStream<TypedEvent<Data>> {
    ItemFormat.events(bytes(), data: type, program, schema, validate: validate, failure: failure)
  }

  // MARK: headers with a style

  /// A header that has a style; nil when it is absent.
  ///
  /// - Throws: ``ClientError/broken(_:_:)`` for what is not of its type.
  public func read<Value: JSONCodable>(
    _ parameter: StyledParameter, _ type: Value.Type, _ program: SchemaProgram? = nil, _ schema: Int = 0
  ) throws -> Value? {
    let bytes: [UInt8]?
    do throws(CodecError) { bytes = try parameter.json(header: response.headers) } catch {
      throw broken([
        Violation(place: .header, location: parameter.codec.name, rule: "style", message: error.reason)
      ])
    }
    return try bytes.map { try json($0, type, program, schema) }
  }

  /// A header that has a style, and must be there.
  ///
  /// - Throws: ``ClientError/broken(_:_:)`` where it is not, or not of its type.
  public func required<Value: JSONCodable>(
    _ parameter: StyledParameter, _ type: Value.Type, _ program: SchemaProgram? = nil, _ schema: Int = 0
  ) throws -> Value {
    if let value = try read(parameter, type, program, schema) { return value }
    throw broken([Violation(place: .header, location: parameter.codec.name, rule: "required", message: "is missing")])
  }
}

/// An event of a `text/event-stream` whose data is JSON of one type.
public struct TypedEvent<Data: JSONCodable>: Sendable {
  /// The id that a client sends as `Last-Event-ID` when it reconnects; an empty one makes it send none.
  public var id: String?
  /// The event's type; nil means `message`.
  public var event: String?
  /// How long a client waits before it reconnects, in milliseconds.
  public var retry: Int?
  public var data: Data

  public init(data: Data, event: String? = nil, id: String? = nil, retry: Int? = nil) {
    self.id = id
    self.event = event
    self.retry = retry
    self.data = data
  }
}

extension ItemFormat {
  /// The events of a body, unparsed.
  public static func events(
    _ bytes: ByteStream, failure: @escaping @Sendable (ContentFailure) -> any Error
  ) -> ItemStream<ServerSentEvent> {
    ItemStream(bytes, EventStreamParser(), failure: { failure(.malformed($0)) }) { $0 }
  }

  /// The body of events. It is aborted with a ``CodecError`` at one that cannot be written.
  public static func bytes(_ events: ItemStream<ServerSentEvent>) -> ByteStream {
    ByteStream(encoding: events) { try $0.encoded() }
  }

  /// The events of a body, the data of each read as JSON. Its violations are reported below the event's number:
  /// `/3/data/name`.
  ///
  /// - Parameters:
  ///   - program: a schema that the data is validated against first, where no type can express it.
  ///   - validate: adds further violations of the data.
  ///   - failure: makes the error.
  public static func events<Data: JSONCodable>(
    _ bytes: ByteStream, data type: Data.Type, _ program: SchemaProgram? = nil, _ schema: Int = 0,
    validate: @escaping @Sendable (Data, inout Violations) -> Void,
    failure: @escaping @Sendable (ContentFailure) -> any Error
  ) -> ItemStream<TypedEvent<Data>> {
    events(bytes, failure: failure).numbered { number, event in
      try checked(number, isRead: true, failure) { check in
        let data = check.read(Data.self, Array((event.data ?? "").utf8), program, schema)
        if let data { validate(data, &check) }
        check.prefix(since: 0, "data")
        return data.map { TypedEvent(data: $0, event: event.event, id: event.id, retry: event.retry) }
      }
    }
  }

  /// The body of events whose data is validated before it is written. Data that breaks its contract aborts the body
  /// with the failure, so that no reader takes it for complete.
  public static func bytes<Data: JSONCodable>(
    _ events: ItemStream<TypedEvent<Data>>, validate: @escaping @Sendable (Data, inout Violations) -> Void,
    failure: @escaping @Sendable (ContentFailure) -> any Error
  ) -> ByteStream {
    let pieces = events.numbered { number, event in
      try checked(number, isRead: false, failure) { check throws(CodecError) -> [UInt8]? in
        validate(event.data, &check)
        check.prefix(since: 0, "data")
        guard check.isEmpty else { return nil }
        let data = String(decoding: event.data.json, as: UTF8.self)
        return try ServerSentEvent(data: data, event: event.event, id: event.id, retry: event.retry).encoded()
      }
    }
    return ByteStream(encoding: pieces) { $0 }
  }
}

/// The object that OpenAPI 3.2, "Special Considerations for Server-Sent Events", defines for an event: fields that the
/// event does not have are absent, and a comment is never included.
extension ServerSentEvent: JSONCodable {
  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> ServerSentEvent? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var event = ServerSentEvent()
    while let key = try json.nextKey() {
      switch key {
      case "data": try json.field("data", &event.data)
      case "event": try json.field("event", &event.event)
      case "id": try json.field("id", &event.id)
      case "retry": try json.field("retry", &event.retry)
      default: try json.unknownField(key, known: "data, event, id, retry", rule: "additionalProperties")
      }
    }
    return json.violations.count == mark ? event : nil
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("data", data)
    json.field("event", event)
    json.field("id", id)
    json.field("retry", retry)
    json.endObject()
  }
}

/// How the JSON items of a body are separated.
public enum ItemFormat: Sendable {
  /// One per line: `application/jsonl`, `application/x-ndjson`.
  case lines
  /// `application/json-seq` (RFC 7464).
  case sequence
  /// `text/event-stream`: an item is the object that OpenAPI 3.2 defines for an event, with `data`, `event`, `id` and
  /// `retry` where the event has them.
  case events

  /// The items of a body.
  ///
  /// A body in another format fails as malformed; an item that breaks its contract fails as invalid, with its
  /// violations reported below its number: `/3/name`.
  /// - Parameters:
  ///   - program: a schema that each item is validated against first, where no type can express it.
  ///   - validate: adds further violations of an item, at pointers relative to it.
  ///   - failure: makes the error.
  public func decode<Item: JSONCodable>(
    _ bytes: ByteStream, _ type: Item.Type, _ program: SchemaProgram? = nil, _ schema: Int = 0,
    validate: @escaping @Sendable (Item, inout Violations) -> Void,
    failure: @escaping @Sendable (ContentFailure) -> any Error
  ) -> ItemStream<Item> {
    texts(bytes, failure).numbered { number, text in
      try Self.checked(number, isRead: true, failure) { check in
        let item = check.read(Item.self, text, program, schema)
        if let item { validate(item, &check) }
        return item
      }
    }
  }

  /// The body of items, each validated before it is written. One that breaks its contract aborts the body with the
  /// failure, so that no reader takes it for complete.
  public func encode<Item: JSONCodable>(
    _ items: ItemStream<Item>, validate: @escaping @Sendable (Item, inout Violations) -> Void,
    failure: @escaping @Sendable (ContentFailure) -> any Error
  ) -> ByteStream {
    let pieces = items.numbered { number, item in
      try Self.checked(number, isRead: false, failure) { check throws(CodecError) -> [UInt8]? in
        validate(item, &check)
        return check.isEmpty ? try record(item.json, &check) : nil
      }
    }
    return ByteStream(encoding: pieces) { $0 }
  }

  private func texts(
    _ bytes: ByteStream, _ failure: @escaping @Sendable (ContentFailure) -> any Error
  ) -> ItemStream<[UInt8]> {
    let malformed: @Sendable (CodecError) -> any Error = { failure(.malformed($0)) }
    switch self {
    case .lines: return ItemStream(bytes, JSONLinesParser(), failure: malformed) { $0 }
    case .sequence:
      return ItemStream(bytes, JSONSequenceParser(), failure: malformed) { text in
        guard case .whole(let json) = text else {
          throw malformed(CodecError("a JSON text is cut off, or does not begin with a record separator"))
        }
        return json
      }
    case .events: return ItemStream(bytes, EventStreamParser(), failure: malformed) { $0.json }
    }
  }

  private func record(_ json: [UInt8], _ check: inout Violations) throws(CodecError) -> [UInt8]? {
    switch self {
    case .lines: JSONFraming.lines.record(json)
    case .sequence: JSONFraming.sequence.record(json)
    case .events: try check.read(ServerSentEvent.self, json)?.encoded()
    }
  }

  /// The result of `body` for an item, unless `body` finds that the item breaks its contract.
  static func checked<Value>(
    _ number: Int, isRead: Bool, _ failure: (ContentFailure) -> any Error,
    _ body: (inout Violations) throws(CodecError) -> Value?
  ) throws -> Value {
    var check = Violations(isChecked: isRead)
    do throws(CodecError) {
      if let value = try body(&check), check.isEmpty { return value }
    } catch {
      throw failure(.malformed(error))
    }
    check.prefix(since: 0, number)
    throw failure(.invalid(check.list))
  }
}

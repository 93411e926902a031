import ContractValues

/// A request of an operation as values, before they are written.
public struct RequestValues: Sendable, Equatable {
  /// The value of each parameter, by its index in the operation; an absent one has none.
  public var parameters: [Int: JSONValue]
  public var body: BodyValues?
  /// Of an operation with `x-idempotency-key`.
  public var idempotencyKey: String?

  public init(parameters: [Int: JSONValue] = [:], body: BodyValues? = nil, idempotencyKey: String? = nil) {
    (self.parameters, self.body, self.idempotencyKey) = (parameters, body, idempotencyKey)
  }
}

/// A body as values, of a request or a response.
public struct BodyValues: Sendable, Equatable {
  public indirect enum Value: Sendable, Equatable {
    /// JSON, a text, or the object of a form.
    case json(JSONValue)
    /// The items or events of a sequence.
    case items([JSONValue])
    case parts([PartValues])
    case bytes([UInt8])
  }

  /// The index among the contents of the body or the response.
  public var content: Int
  public var value: Value
  /// One of the media type, where that is a range.
  public var mediaType: String?

  public init(content: Int, _ value: Value, mediaType: String? = nil) {
    (self.content, self.value, self.mediaType) = (content, value, mediaType)
  }
}

/// A part of a multipart body as values.
public struct PartValues: Sendable, Equatable {
  /// The index among the parts of the layout. One beyond them is a text that the layout does not list.
  public var part: Int
  public var value: BodyValues.Value
  /// By the index of the header.
  public var headers: [Int: JSONValue]
  /// One of the media types that the part may have; nil for the first.
  public var mediaType: String?

  public init(part: Int, _ value: BodyValues.Value, headers: [Int: JSONValue] = [:], mediaType: String? = nil) {
    (self.part, self.value, self.headers, self.mediaType) = (part, value, headers, mediaType)
  }
}

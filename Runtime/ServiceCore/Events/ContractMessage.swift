/// A message of a contract, as the generator writes it: its payload and headers, and their form on the wire.
public protocol ContractMessage: SendableMetatype {
  associatedtype Payload: Sendable
  /// ``NoHeaders`` for a message whose contract declares none.
  associatedtype Headers: Sendable = NoHeaders

  static var descriptor: MessageDescriptor { get }

  /// Reads a message. Nil, with violations in the reader, when it breaks its contract.
  static func decode(_ message: inout MessageReader) -> Event<Self>?
  static func validate(_ event: Event<Self>, _ check: inout Violations)
  /// - Throws: ``RequestFault`` for a header that its text cannot express.
  static func encode(_ event: Event<Self>) throws -> MessageContent
}

extension ContractMessage {
  /// Some messages constrain nothing but types.
  public static func validate(_ event: Event<Self>, _ check: inout Violations) {}
}

/// A message whose payload is JSON, and whose contract declares no headers.
public protocol JSONMessage: ContractMessage where Payload: JSONCodable, Headers == NoHeaders {}

extension JSONMessage {
  public static func decode(_ message: inout MessageReader) -> Event<Self>? {
    message.json(Payload.self).map { Event($0) }
  }

  public static func validate(_ event: Event<Self>, _ check: inout Violations) { event.payload.validate(&check) }

  public static func encode(_ event: Event<Self>) -> MessageContent { MessageContent(json: event.payload) }
}

/// What the runtime must know about a message before it reads one.
public struct MessageDescriptor: Sendable {
  /// Its name on the wire: the `type` of CloudEvents.
  public let name: String
  public let contentType: String
  public let isDeprecated: Bool

  public init(name: String, contentType: String = "application/json", isDeprecated: Bool = false) {
    self.name = name
    self.contentType = contentType
    self.isDeprecated = isDeprecated
  }
}

/// The headers of a message whose contract declares none.
public struct NoHeaders: Sendable, Equatable {
  public init() {}
}

/// One message: what a service sends, or the content of what it receives.
public struct Event<Message: ContractMessage>: Sendable {
  public let payload: Message.Payload
  public let headers: Message.Headers
  /// The time before which it is not published; nil for at once.
  public let notBefore: Timestamp?

  public init(_ payload: Message.Payload, headers: Message.Headers, notBefore: Timestamp? = nil) {
    self.payload = payload
    self.headers = headers
    self.notBefore = notBefore
  }
}

extension Event where Message.Headers == NoHeaders {
  public init(_ payload: Message.Payload, notBefore: Timestamp? = nil) {
    self.init(payload, headers: NoHeaders(), notBefore: notBefore)
  }
}

extension Event: Equatable where Message.Payload: Equatable, Message.Headers: Equatable {}

/// The bytes of a message's payload, and the headers that its contract declares.
public struct MessageContent: Sendable {
  public var data: [UInt8]
  public var headers: [(name: String, value: String)]

  public init(data: [UInt8], headers: [(name: String, value: String)] = []) {
    self.data = data
    self.headers = headers
  }

  /// A JSON payload.
  public init(json value: some JSONCodable) { self.init(data: value.json) }

  /// A payload that is one text.
  public init(text value: some ParameterValue) { self.init(data: Array(value.parameter.utf8)) }

  /// Adds a header; nil adds none.
  public mutating func add(_ name: String, _ value: (some ParameterValue)?) {
    if let value { headers.append((name, value.parameter)) }
  }

  /// Adds a header that is written as JSON; nil adds none.
  public mutating func add(_ name: String, json value: (some JSONCodable)?) {
    if let value { headers.append((name, String(decoding: value.json, as: UTF8.self))) }
  }
}

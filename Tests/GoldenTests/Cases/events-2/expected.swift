// Generated from contract.yaml. Edit the contract, not this file.
// swift-format-ignore-file
import ServiceCore

public struct Measurement: JSONCodable, Equatable {
  public let lumens: Int
  public let sentAt: Timestamp?

  public init(lumens: Int, sentAt: Timestamp? = nil) {
    self.lumens = lumens
    self.sentAt = sentAt
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Measurement? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var lumens: Int?
    var sentAt: Timestamp?
    var keys = json.keys("lumens,sentAt")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("lumens", &lumens)
      case 1: try json.field("sentAt", &sentAt)
      default: try json.skip()
      }
    }
    json.require(lumens, "lumens", since: mark)
    guard let lumens else { return nil }
    return Measurement(lumens: lumens, sentAt: sentAt)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("lumens", self.lumens)
    json.field("sentAt", self.sentAt)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.range("lumens", self.lumens, min: 0)
  }
}

public struct TurnOnOff: JSONCodable, Equatable {
  public let command: TurnOnOffCommand

  public init(command: TurnOnOffCommand) {
    self.command = command
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> TurnOnOff? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var command: TurnOnOffCommand?
    var keys = json.keys("command")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("command", &command)
      default: try json.skip()
      }
    }
    json.require(command, "command", since: mark)
    guard let command else { return nil }
    return TurnOnOff(command: command)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("command", self.command)
    json.endObject()
  }
}

public struct Dim: JSONCodable, Equatable {
  public let percent: Int

  public init(percent: Int) {
    self.percent = percent
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Dim? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var percent: Int?
    var keys = json.keys("percent")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("percent", &percent)
      default: try json.skip()
      }
    }
    json.require(percent, "percent", since: mark)
    guard let percent else { return nil }
    return Dim(percent: percent)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("percent", self.percent)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.range("percent", self.percent, min: 0, max: 100)
  }
}

public enum TurnOnOffCommand: StringEnum {
  case on
  case off

  public var rawValue: String {
    switch self {
    case .on: "on"
    case .off: "off"
    }
  }
}

/// The channels of Lights.
public enum PetsChannels {
  /// What lights measure.
  public static let lightLightIDMeasured = ChannelDescriptor(
    name: "light/{lightId}/measured", address: [.literal("light/"), .parameter("lightId"), .literal("/measured")])

  public static let lightLightIDCommand = ChannelDescriptor(
    name: "light/{lightId}/command", address: [.literal("light/"), .parameter("lightId"), .literal("/command")])

  public static let status = ChannelDescriptor(name: "status", address: [.literal("status")])
}

public enum LightMeasuredMessage: ContractMessage {
  public typealias Payload = Measurement

  public struct Headers: Sendable, Equatable {
    public let sentBy: String?

    public init(sentBy: String? = nil) {
      self.sentBy = sentBy
    }
  }

  public static let descriptor = MessageDescriptor(name: "LightMeasured")

  public static func decode(_ message: inout MessageReader) -> Event<Self>? {
    let sentBy = message.header("sent-by", String.self)
    let payload = message.json(Measurement.self)
    guard let payload else { return nil }
    return Event(payload, headers: Headers(sentBy: sentBy))
  }

  public static func validate(_ event: Event<Self>, _ check: inout Violations) {
    event.payload.validate(&check)
  }

  public static func encode(_ event: Event<Self>) -> MessageContent {
    var content = MessageContent(json: event.payload)
    content.add("sent-by", event.headers.sentBy)
    return content
  }
}

public enum TurnOnOffMessage: JSONMessage {
  public typealias Payload = TurnOnOff

  public static let descriptor = MessageDescriptor(name: "TurnOnOff")
}

public enum Command2Message: JSONMessage {
  public typealias Payload = Bool

  public static let descriptor = MessageDescriptor(name: "Command 2")
}

public enum DimMessage: JSONMessage {
  public typealias Payload = Dim

  public static let descriptor = MessageDescriptor(name: "Dim")
}

public enum FailureMessage: JSONMessage {
  public typealias Payload = String

  public static let descriptor = MessageDescriptor(name: "failure")
}

public enum CommandSend: SendOperation {
  public enum Message: Sendable {
    case turnOnOff(Event<TurnOnOffMessage>)
    case command2(Event<Command2Message>)
    case dim(Event<DimMessage>)
  }

  public struct Outgoing: Sendable {
    public let event: Message
    /// Messages have it at `$message.header#/light`.
    public let lightID: String

    public init(_ event: Message, lightID: String) {
      self.event = event
      self.lightID = lightID
    }
  }

  public static let id = "command"
  public static var channel: ChannelDescriptor { PetsChannels.lightLightIDCommand }

  public static func outgoing(_ event: Outgoing) throws -> OutgoingEvent {
    switch event.event {
    case .turnOnOff(let message): try OutgoingEvent(message, on: channel, ["lightId": event.lightID.parameter])
    case .command2(let message): try OutgoingEvent(message, on: channel, ["lightId": event.lightID.parameter])
    case .dim(let message): try OutgoingEvent(message, on: channel, ["lightId": event.lightID.parameter])
    }
  }
}

/// Publishes the events of a program without a database: services return them from transactions.
public struct PetsPublisher: Sendable {
  private let sink: any EventSink

  public init(_ sink: any EventSink) { self.sink = sink }

  public func command(_ event: CommandSend.Message, lightID: String) async throws {
    try await self.sink.publish([CommandSend.outgoing(CommandSend.Outgoing(event, lightID: lightID))])
  }
}

/// What a task of the service returns from a transaction: any of its events.
public struct PetsEffect<Output: Sendable>: EventEffect {
  public static var operation: String? { nil }

  public let output: Output
  public let command: [CommandSend.Outgoing]

  public init(_ output: Output, command: [CommandSend.Outgoing] = []) {
    self.output = output
    self.command = command
  }

  public func events() throws -> [OutgoingEvent] {
    try self.command.map(CommandSend.outgoing)
  }
}

extension PetsEffect where Output == Void {
  public init(command: [CommandSend.Outgoing] = []) {
    self.init((), command: command)
  }
}

/// Lights publish what they measure
public enum LightMeasured: ReceiveOperation {
  public typealias Incoming = ReceivedEvent<LightMeasuredMessage>

  public static let descriptor = ReceiveDescriptor(
    service: "contract",
    id: "lightMeasured",
    channel: PetsChannels.lightLightIDMeasured,
    messages: [LightMeasuredMessage.descriptor])

  public static func decode(_ event: DeliveredEvent, _ violations: inout Violations) -> Incoming? {
    Incoming(reading: event, &violations)
  }
}

public enum ReceiveStatus: ReceiveOperation {
  public enum Incoming: Sendable {
    case dim(ReceivedEvent<DimMessage>)
    case failure(ReceivedEvent<FailureMessage>)
  }

  public static let descriptor = ReceiveDescriptor(
    service: "contract",
    id: "receive status",
    channel: PetsChannels.status,
    messages: [DimMessage.descriptor, FailureMessage.descriptor])

  public static func decode(_ event: DeliveredEvent, _ violations: inout Violations) -> Incoming? {
    event.read(cases, &violations)
  }

  private static let cases: [MessageCase<Incoming>] = [
    MessageCase(DimMessage.self) { .dim($0) },
    MessageCase(FailureMessage.self) { .failure($0) },
  ]
}

/// Handles the events that Lights receives.
public protocol PetsReceivers: EventReceiver {
  /// Lights publish what they measure
  func lightMeasured(_ event: LightMeasured.Incoming, _ call: Call) async throws -> Committed<Void>
  func receiveStatus(_ event: ReceiveStatus.Incoming, _ call: Call) async throws -> Committed<Void>
}

/// Passes each event to the handler of its operation.
public struct PetsReceiverEndpoint<Receivers: PetsReceivers>: EventEndpoint {
  public static var operations: [ReceiveDescriptor] {
    [LightMeasured.descriptor, ReceiveStatus.descriptor]
  }

  private let receivers: Receivers

  public init(_ receivers: Receivers) { self.receivers = receivers }

  public func receive(_ events: [DeliveredEvent], operation index: Int, call: Call) async throws {
    switch index {
    case 0: try await Receiving.handle(LightMeasured.self, events, call) { try await receivers.lightMeasured($0, $1) }
    case 1: try await Receiving.handle(ReceiveStatus.self, events, call) { try await receivers.receiveStatus($0, $1) }
    default: break
    }
  }
}

extension PetsReceivers {
  public var eventEndpoint: any EventEndpoint { PetsReceiverEndpoint(self) }
}

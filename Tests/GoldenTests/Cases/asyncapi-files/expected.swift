// Generated from contract.yaml. Edit the contract, not this file.
// swift-format-ignore-file
import ServiceCore

public struct User: JSONCodable, Equatable {
  public let home: String?
  public let team: Team?

  public init(home: String? = nil, team: Team? = nil) {
    self.home = home
    self.team = team
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> User? {
    guard try json.beginObject() else { return nil }
    var home: String?
    var team: Team?
    var keys = json.keys("home,team")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("home", &home)
      case 1: try json.field("team", &team)
      default: try json.skip()
      }
    }
    return User(home: home, team: team)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("home", self.home)
    json.field("team", self.team)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.value("team", self.team)
  }
}

public struct Team: JSONCodable, Equatable {
  public let name: String?

  public init(name: String? = nil) {
    self.name = name
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Team? {
    guard try json.beginObject() else { return nil }
    var name: String?
    var keys = json.keys("name")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("name", &name)
      default: try json.skip()
      }
    }
    return Team(name: name)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("name", self.name)
    json.endObject()
  }
}

/// The channels of Files.
public enum PetsChannels {
  public static let users = ChannelDescriptor(name: "users", address: [.literal("users")])
}

public enum JoinedMessage: JSONMessage {
  public typealias Payload = User

  public static let descriptor = MessageDescriptor(name: "joined")
}

public enum JoinedSend: SendOperation {
  public typealias Outgoing = Event<JoinedMessage>

  public static let id = "joined"
  public static var channel: ChannelDescriptor { PetsChannels.users }

  public static func outgoing(_ event: Outgoing) throws -> OutgoingEvent {
    try OutgoingEvent(event, on: channel)
  }
}

/// Publishes the events of a program without a database: services return them from transactions.
public struct PetsPublisher: Sendable {
  private let sink: any EventSink

  public init(_ sink: any EventSink) { self.sink = sink }

  public func joined(_ event: Event<JoinedMessage>) async throws {
    try await self.sink.publish([JoinedSend.outgoing(event)])
  }
}

/// What a task of the service returns from a transaction: any of its events.
public struct PetsEffect<Output: Sendable>: EventEffect {
  public static var operation: String? { nil }

  public let output: Output
  public let joined: [Event<JoinedMessage>]

  public init(_ output: Output, joined: [Event<JoinedMessage>] = []) {
    self.output = output
    self.joined = joined
  }

  public func events() throws -> [OutgoingEvent] {
    try self.joined.map(JoinedSend.outgoing)
  }
}

extension PetsEffect where Output == Void {
  public init(joined: [Event<JoinedMessage>] = []) {
    self.init((), joined: joined)
  }
}

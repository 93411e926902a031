import ContractValues
import Testing

/// Names of AsyncAPI documents that try to become code, or to be those of the code beside them.
@Suite struct EventNamesTests {
  /// What the Swift of events uses itself.
  private static let own = """
    Event Message Payload Headers Incoming Outgoing Effect Reply ReceivedEvent OutgoingEvent DeliveredEvent MessageReader
    ContractMessage JSONMessage SendOperation ReceiveOperation EventEffect EventEndpoint Receivers Receiving Void
    event events message payload headers check content violations channel outgoing cases sink receivers index output
    operation notBefore address CChannels CPublisher CEffect CReceivers CReceiverEndpoint OnEvent EventSend
    """.split(whereSeparator: \.isWhitespace).map(String.init)

  private static let head: JSONObject<JSONValue> = [
    "asyncapi": "3.0.0", "info": ["title": "*/ fatalError() /*", "version": "1"],
  ]

  private func expectSound(_ names: [String], _ channel: (String) -> JSONValue, schemas: Bool = false) throws {
    var document = Self.head
    var (channels, operations, types) = (JSONObject<JSONValue>(), JSONObject<JSONValue>(), JSONObject<JSONValue>())
    for (index, name) in names.enumerated() {
      let reference: JSONValue = ["channel": ["$ref": .string("#/channels/c\(index)")]]
      guard case .object(var send) = reference else { continue }
      var receive = send
      (send["action"], receive["action"]) = ("send", "receive")
      receive["x-emits"] = [.string(name)]
      channels["c\(index)"] = channel(name)
      operations[name] = .object(send)
      operations["on " + name] = .object(receive)
      if schemas { types[name] = ["type": "object", "properties": [name: ["type": "string"]]] }
    }
    (document["channels"], document["operations"]) = (.object(channels), .object(operations))
    document["components"] = ["schemas": .object(types)]
    let sandbox = try Sandbox()
    defer { sandbox.remove() }
    try sandbox.expectSound(try sandbox.swift(document))
  }

  @Test func `names of messages, headers, properties and operations are Swift's, whatever they are`() throws {
    let names = HostileNames.unique.filter { !$0.isEmpty && !$0.contains { "/~\0".contains($0) } }
    try expectSound(Array(names.prefix(90)) + Self.own) { name in
      [
        "address": "a",
        "messages": [
          "m": [
            "name": .string(name), "title": .string(name), "correlationId": ["location": "$message.header#/id"],
            "headers": [
              "type": "object", "required": [.string(name)],
              "properties": [name: ["type": "string", "maxLength": 9], "id": ["type": "string"]],
            ],
            "payload": ["type": "object", "required": [.string(name)], "properties": [name: ["type": "integer"]]],
          ]
        ],
      ]
    }
  }

  @Test func `names of parameters and of their values are`() throws {
    try expectSound(Array(HostileNames.segments.prefix(60)) + Self.own) { name in
      [
        "address": .string("a.{\(name)}"), "parameters": [name: ["enum": [.string(name), "x"], "default": "x"]],
        "messages": ["m": ["payload": ["type": "string"]], "n": ["payload": ["type": "integer"]]],
      ]
    }
  }

  @Test func `components may have the names of the code for events`() throws {
    try expectSound(Self.own, { ["address": "a", "messages": ["m": ["name": .string($0)]]] }, schemas: true)
  }
}

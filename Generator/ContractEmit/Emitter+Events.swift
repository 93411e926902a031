import ContractAnalysis
import ContractPlan

/// The channels and messages of an API, and what it sends.
extension Emitter {
  static func emitEvents(_ plan: APIPlan, _ files: inout ShardedFiles) {
    let events = plan.events
    if !events.channels.isEmpty { emitChannels(events.channels, plan, &files.first) }
    for message in events.messages { emitMessage(message, &files[message.typeName]) }
    for send in events.sends { emitSend(send, &files[send.typeName]) }
    for reply in events.replies { emitReply(reply, events, &files[reply.typeName]) }
    if !events.sends.isEmpty { emitPublisher(plan, &files.first) }
    emitEffects(plan, &files)
    emitReceivers(events.receives, plan.name, plan.service, plan.title, &files)
  }

  // MARK: channels

  private static func emitChannels(_ channels: [ChannelPlan], _ plan: APIPlan, _ swift: inout SwiftWriter) {
    swift.line()
    swift.doc(["The channels of \(SwiftName.comment(plan.events.title).joined(separator: " "))."])
    swift.block("public enum \(plan.name)Channels") { swift in
      for (index, channel) in channels.enumerated() {
        if index > 0 { swift.line() }
        swift.doc(channel.doc)
        let pieces = channel.address.map { piece in
          switch piece {
          case .text(let text): ".literal(\(SwiftName.literal(text)))"
          case .parameter(let name): ".parameter(\(SwiftName.literal(name)))"
          }
        }
        var arguments = [
          "name: \(SwiftName.literal(channel.wireName))", "address: [\(pieces.joined(separator: ", "))]",
        ]
        if let key = channel.orderingKey { arguments.append("orderingKey: \(SwiftName.literal(key))") }
        if let count = channel.partitions { arguments.append("partitions: \(count)") }
        emitCall("public static let \(channel.name) = ChannelDescriptor", arguments, &swift)
      }
    }
  }

  // MARK: messages

  private static func emitMessage(_ message: MessagePlan, _ swift: inout SwiftWriter) {
    swift.line()
    swift.doc(doc(message.doc, isDeprecated: message.isDeprecated))
    swift.block("public enum \(message.typeName): ContractMessage") { swift in
      swift.line("public typealias Payload = \(message.payload.type.swift)")
      if !message.headers.isEmpty {
        swift.line()
        swift.block("public struct Headers: Sendable, Equatable") { emitFields(message.headers.map(\.field), &$0) }
      }
      swift.line()
      var arguments = ["name: \(SwiftName.literal(message.name))"]
      if message.contentType != "application/json" {
        arguments.append("contentType: \(SwiftName.literal(message.contentType))")
      }
      if message.isDeprecated { arguments.append("isDeprecated: true") }
      emitCall("public static let descriptor = MessageDescriptor", arguments, &swift)
      swift.line()
      emitDecode(message, &swift)
      emitValidate(message, &swift)
      swift.line()
      emitEncode(message, &swift)
    }
    guard let id = message.correlation else { return }
    for type in ["Event", "ReceivedEvent"] {
      swift.line()
      swift.block("extension \(type) where Message == \(message.typeName)") { swift in
        swift.doc(["The id by which a reply, or what follows, belongs to this message."])
        swift.line("public var correlationID: String\(id.isOptional ? "?" : "") { \(id.expression) }")
      }
    }
  }

  private static func emitDecode(_ message: MessagePlan, _ swift: inout SwiftWriter) {
    let type = message.payload.type.expression
    let read =
      switch message.codec {
      case .json: "message.json(\(type).self\(held(message.payload.schema)))"
      case .text: "message.text(\(type).self)"
      case .bytes: "message.bytes()"
      }
    swift.block("public static func decode(_ message: inout MessageReader) -> Event<Self>?") { swift in
      guard !message.headers.isEmpty else {
        return swift.line(message.codec == .bytes ? "Event(\(read))" : "\(read).map { Event($0) }")
      }
      for header in message.headers {
        let field = header.field
        let call = header.isJSON ? "jsonHeader" : "header"
        let name = SwiftName.literal(field.wireName)
        swift.line(
          "let \(field.local) = message.\(call)(\(name), \(field.type.expression).self\(held(field.schema)))")
      }
      let required = message.headers.map(\.field).filter { $0.presence == .required }
      for field in required {
        swift.line("message.require(\(field.local), header: \(SwiftName.literal(field.wireName)))")
      }
      swift.line("let payload = \(read)")
      let found = (message.codec == .bytes ? [] : ["payload"]) + required.map(\.local)
      if !found.isEmpty {
        swift.line("guard \(found.map { "let \($0)" }.joined(separator: ", ")) else { return nil }")
      }
      let arguments = message.headers.map { argument($0.field, $0.field.local) }.joined(separator: ", ")
      swift.line("return Event(payload, headers: Headers(\(arguments)))")
    }
  }

  private static func emitValidate(_ message: MessagePlan, _ swift: inout SwiftWriter) {
    let ruled = message.headers.map(\.field).filter { !$0.rules.isEmpty }
    guard !message.rules.isEmpty || !ruled.isEmpty else { return }
    swift.line()
    swift.block("public static func validate(_ event: Event<Self>, _ check: inout Violations)") { swift in
      emitRootRules(message.rules, "event.payload", &swift)
      for (index, field) in ruled.enumerated() {
        swift.line("\(index == 0 ? (ruled.count == 1 ? "let" : "var") + " " : "")mark = check.count")
        emitRules(of: field, field.value(of: "event.headers"), isOptional: field.presence == .optional, &swift)
        swift.line("check.locate(since: mark, in: .header, \(SwiftName.literal(field.wireName)))")
      }
    }
  }

  private static func emitEncode(_ message: MessagePlan, _ swift: inout SwiftWriter) {
    let made =
      switch message.codec {
      case .json: "MessageContent(json: event.payload)"
      case .text: "MessageContent(text: event.payload)"
      case .bytes: "MessageContent(data: event.payload)"
      }
    swift.block("public static func encode(_ event: Event<Self>) -> MessageContent") { swift in
      guard !message.headers.isEmpty else { return swift.line(made) }
      swift.line("var content = \(made)")
      for header in message.headers {
        let name = SwiftName.literal(header.field.wireName)
        swift.line("content.add(\(name), \(header.isJSON ? "json: " : "")\(header.field.value(of: "event.headers")))")
      }
      swift.line("return content")
    }
  }

  // MARK: sending

  private static func emitSend(_ send: SendPlan, _ swift: inout SwiftWriter) {
    swift.line()
    swift.doc(doc(send.doc, isDeprecated: send.isDeprecated))
    swift.block("public enum \(send.typeName): SendOperation") { swift in
      emitOutgoing(send, &swift)
      swift.line()
      swift.line("public static let id = \(SwiftName.literal(send.id))")
      swift.line("public static var channel: ChannelDescriptor { \(send.channel) }")
      swift.line()
      let choice = send.inputs.isEmpty ? "event" : "event.event"
      swift.block("public static func outgoing(_ event: Outgoing) throws -> OutgoingEvent") { swift in
        guard send.messages.count > 1 else { return swift.line(outgoing(choice, send)) }
        swift.line("switch \(choice) {")
        for message in send.messages {
          let value = send.inputs.isEmpty ? "event" : "message"
          swift.case("case .\(message.caseName.unquoted)(let \(value))") { $0.line(outgoing(value, send)) }
        }
        swift.line("}")
      }
    }
  }

  private static func outgoing(_ value: String, _ send: SendPlan) -> String {
    if send.isAddressed { return "try OutgoingEvent(\(value), on: channel, to: event.address)" }
    let values = send.inputs.map { "\(SwiftName.literal($0.wireName)): event.\($0.name.unquoted).parameter" }
    return "try OutgoingEvent(\(value), on: channel\(values.isEmpty ? "" : ", [\(values.joined(separator: ", "))]"))"
  }

  /// The type of what is sent: an event, a choice among several, or either with the parameters of its address.
  private static func emitOutgoing(_ send: SendPlan, _ swift: inout SwiftWriter) {
    guard !send.inputs.isEmpty else {
      if send.messages.count > 1 { return emitMessageCases("Outgoing", "Event", send.messages, &swift) }
      return swift.line("public typealias Outgoing = \(send.outgoing)")
    }
    let event = send.messages.count > 1 ? "Message" : "Event<\(send.messages.first?.type ?? "Never")>"
    if send.messages.count > 1 {
      emitMessageCases("Message", "Event", send.messages, &swift)
      swift.line()
    }
    swift.block("public struct Outgoing: Sendable") { swift in
      swift.line("public let event: \(event)")
      for field in send.inputs {
        swift.doc(field.doc)
        swift.line("public let \(field.name): \(field.type.swift)")
      }
      swift.line()
      emitSignature("public init", ["_ event: \(event)"] + send.inputs.map(parameter), "", &swift) { swift in
        swift.line("self.event = event")
        for field in send.inputs { swift.line("self.\(field.name.unquoted) = \(field.name)") }
      }
    }
  }

  private static func parameter(_ field: FieldPlan) -> String {
    if case .defaulted(let value) = field.presence {
      return "\(field.name.parameter): \(field.type.swift) = \(value)"
    }
    return "\(field.name.parameter): \(field.type.swift)"
  }

  /// An enum with a case for each of several messages.
  static func emitMessageCases(
    _ name: String, _ wrapper: String, _ messages: [MessageCasePlan], _ swift: inout SwiftWriter
  ) {
    swift.block("public enum \(name): Sendable") { swift in
      for message in messages {
        swift.doc(message.doc)
        swift.line("case \(message.caseName)(\(wrapper)<\(message.type)>)")
      }
    }
  }

  private static func emitPublisher(_ plan: APIPlan, _ swift: inout SwiftWriter) {
    swift.line()
    swift.doc(["Publishes the events of a program without a database: services return them from transactions."])
    swift.block("public struct \(plan.name)Publisher: Sendable") { swift in
      swift.line("private let sink: any EventSink")
      swift.line()
      swift.line("public init(_ sink: any EventSink) { self.sink = sink }")
      for send in plan.events.sends {
        let event =
          send.messages.count > 1
          ? "\(send.typeName).\(send.inputs.isEmpty ? "Outgoing" : "Message")"
          : "Event<\(send.messages.first?.type ?? "Never")>"
        let arguments = send.inputs.map { "\($0.name.label): \($0.name)" }
        let value =
          send.inputs.isEmpty
          ? "event" : "\(send.typeName).Outgoing(\((["event"] + arguments).joined(separator: ", ")))"
        swift.line()
        swift.doc(doc(send.doc, isDeprecated: send.isDeprecated))
        emitSignature(
          "public func \(send.methodName)", ["_ event: \(event)"] + send.inputs.map(parameter), " async throws", &swift
        ) { $0.line("try await self.sink.publish([\(send.typeName).outgoing(\(value))])") }
      }
    }
  }

  // MARK: replies

  private static func emitReply(_ reply: ReplyPlan, _ events: EventsPlan, _ swift: inout SwiftWriter) {
    swift.line()
    swift.doc(reply.doc)
    swift.block("public enum \(reply.typeName)") { swift in
      emitIncoming(reply.messages, &swift)
      if let channel = reply.channel {
        swift.line()
        swift.doc(["Where it is received."])
        swift.line("public static var channel: ChannelDescriptor { \(channel) }")
      }
      if let address = reply.addressInRequest, let request = reply.request {
        swift.line()
        swift.doc(["Where the request says that its reply goes."])
        swift.block(
          "public static func address(_ request: Event<\(request.type)>) -> String\(address.isOptional ? "?" : "")"
        ) { $0.line("request.\(address.expression)") }
      }
      swift.line()
      emitIncomingDecode(reply.messages, &swift)
    }
  }
}

import ContractPlan

/// The operations that receive events, and the handlers of a service.
extension Emitter {
  /// The handlers of events whose messages are of other APIs, for the module of the service.
  public static func emit(_ plan: ReceiversPlan) -> String {
    var file = ShardedFiles(count: 1)
    file.first.comment(
      "//", ["Generated from \(plan.sources.joined(separator: ", ")). Edit the contract, not this file."])
    file.first.line("// swift-format-ignore-file")
    for module in plan.imports { file.first.line("import \(module)") }
    emitReceivers(plan.receives, plan.name, plan.service, plan.title, &file)
    return file.texts.joined()
  }

  static func emitReceivers(
    _ receives: [ReceivePlan], _ name: String, _ service: String, _ title: String, _ files: inout ShardedFiles
  ) {
    guard !receives.isEmpty else { return }
    for receive in receives { emitReceive(receive, service, &files[receive.typeName]) }
    files.first.line()
    files.first.doc(["Handles the events that \(SwiftName.comment(title).joined(separator: " ")) receives."])
    files.first.block("public protocol \(name)Receivers: EventReceiver") { swift in
      for receive in receives {
        swift.doc(doc(receive.doc, isDeprecated: receive.isDeprecated))
        swift.line(receiver(receive))
      }
    }
    emitReceiverEndpoint(receives, name, &files.first)
    files.first.line()
    files.first.block("extension \(name)Receivers") { swift in
      swift.line("public var eventEndpoint: any EventEndpoint { \(name)ReceiverEndpoint(self) }")
    }
  }

  /// The declaration of an operation's handler.
  public static func receiver(_ receive: ReceivePlan) -> String {
    let incoming = "\(receive.typeName).Incoming"
    let event = receive.batch == nil ? "_ event: \(incoming)" : "_ events: [\(incoming)]"
    let result = receive.effect == nil ? "Void" : "\(receive.typeName).Effect"
    return "func \(receive.methodName)(\(event), _ call: Call) async throws -> Committed<\(result)>"
  }

  private static func emitReceiverEndpoint(_ receives: [ReceivePlan], _ name: String, _ swift: inout SwiftWriter) {
    swift.line()
    swift.doc(["Passes each event to the handler of its operation."])
    swift.block("public struct \(name)ReceiverEndpoint<Receivers: \(name)Receivers>: EventEndpoint") { swift in
      swift.block("public static var operations: [ReceiveDescriptor]") { swift in
        swift.line("[\(receives.map { "\($0.typeName).descriptor" }.joined(separator: ", "))]")
      }
      swift.line()
      swift.line("private let receivers: Receivers")
      swift.line()
      swift.line("public init(_ receivers: Receivers) { self.receivers = receivers }")
      swift.line()
      swift.line("public func receive(_ events: [DeliveredEvent], operation index: Int, call: Call) async throws {")
      swift.indented { swift in
        swift.line("switch index {")
        for (index, receive) in receives.enumerated() {
          swift.case("case \(index)") {
            $0.function(
              "try await Receiving.handle(\(receive.typeName).self, events, call)",
              "try await receivers.\(receive.methodName)($0, $1)")
          }
        }
        swift.line("default: break")
        swift.line("}")
      }
      swift.line("}")
    }
  }

  private static func emitReceive(_ receive: ReceivePlan, _ service: String, _ swift: inout SwiftWriter) {
    swift.line()
    swift.doc(doc(receive.doc, isDeprecated: receive.isDeprecated))
    swift.block("public enum \(receive.typeName): ReceiveOperation") { swift in
      emitIncoming(receive.messages, &swift)
      swift.line()
      emitDescriptor(receive, service, &swift)
      swift.line()
      emitIncomingDecode(receive.messages, &swift)
      guard let effect = receive.effect else { return }
      swift.line()
      emitEffect(effect, output: nil, &swift)
    }
  }

  private static func emitDescriptor(_ receive: ReceivePlan, _ service: String, _ swift: inout SwiftWriter) {
    var arguments = [
      "service: \(SwiftName.literal(service))", "id: \(SwiftName.literal(receive.id))", "channel: \(receive.channel)",
      "messages: [\(receive.messages.map { "\($0.type).descriptor" }.joined(separator: ", "))]",
    ]
    if !receive.others.isEmpty { arguments.append("others: \(SwiftName.literalList(receive.others))") }
    if let retry = receive.retry {
      arguments.append(
        "retry: .init(attempts: \(retry.attempts), delay: \(integer(retry.delay)), "
          + "longestDelay: \(integer(retry.longestDelay)))")
    }
    if let address = receive.deadLetter { arguments.append("deadLetter: \(SwiftName.literal(address))") }
    if let window = receive.deduplicationWindow { arguments.append("deduplicationWindow: \(integer(window))") }
    if let batch = receive.batch { arguments.append("batch: \(integer(batch))") }
    let settings =
      (receive.isDeprecated ? ["isDeprecated: true"] : []) + (receive.timeout.map { ["timeout: \(integer($0))"] } ?? [])
    if !settings.isEmpty { arguments.append("policy: .init(\(settings.joined(separator: ", ")))") }
    emitCall("public static let descriptor = ReceiveDescriptor", arguments, &swift)
  }

  // MARK: messages

  static func emitIncoming(_ messages: [MessageCasePlan], _ swift: inout SwiftWriter) {
    guard messages.count != 1 else {
      return swift.line("public typealias Incoming = ReceivedEvent<\(messages[0].type)>")
    }
    emitMessageCases("Incoming", "ReceivedEvent", messages, &swift)
  }

  static func emitIncomingDecode(_ messages: [MessageCasePlan], _ swift: inout SwiftWriter) {
    swift.block("public static func decode(_ event: DeliveredEvent, _ violations: inout Violations) -> Incoming?") {
      swift in
      guard messages.count != 1 else { return swift.line("Incoming(reading: event, &violations)") }
      swift.line("event.read(cases, &violations)")
    }
    guard messages.count != 1 else { return }
    swift.line()
    swift.line("private static let cases: [MessageCase<Incoming>] = [")
    for message in messages {
      swift.line("  MessageCase(\(message.type).self) { .\(message.caseName.unquoted)($0) },")
    }
    swift.line("]")
  }
}

import ContractModel

extension TypeScriptExporter {
  /// The types of messages, channels and operations, before the runtime parts.
  func eventTypes(_ events: EventsExport, _ writer: inout LineWriter) {
    for message in events.messages {
      writer.line()
      comment(message.doc, &writer)
      writer.line("export type \(message.typeName) = ContractEvent<\(arguments(message))>;")
    }
    for channel in events.channels {
      writer.line()
      comment(Doc(text: [channel.summary]), &writer)
      var seen: Set<Int> = []
      let types = channel.messages.filter { seen.insert($0).inserted }.map { events.messages[$0].typeName }
      writer.line("export type \(channel.eventName) = \(types.isEmpty ? "never" : types.joined(separator: " | "));")
    }
  }

  /// The messages, channels and operations themselves, after the classes that they are made of.
  func eventValues(_ events: EventsExport, _ writer: inout LineWriter) {
    for message in events.messages {
      writer.line()
      comment(message.doc, &writer)
      let type = "MessageType<\(arguments(message))>"
      writer.line(
        "export const \(constant(message.typeName)) = new \(type)(\(Self.literal(ExportSpec.tree(message))));")
    }
    for channel in events.channels {
      writer.line()
      comment(channel.documentation, &writer)
      let type = "EventChannel<\(channel.eventName), \(channel.parametersName ?? "NoParameters")>"
      let messages = channel.messages.map { constant(events.messages[$0].typeName) }.joined(separator: ", ")
      writer.line(
        "export const \(constant(channel.typeName)) = new \(type)(\(Self.literal(ExportSpec.tree(channel))), [\(messages)]);"
      )
    }
    table("channels", "The channels by their names.", events.channels.filter { $0.use == nil }, &writer) { $0.name }
    table("operations", "What is sent and received, by the operations' ids.", events.channels, &writer) { $0.operation }
  }

  private func table(
    _ name: String, _ words: String, _ channels: [ChannelExport], _ writer: inout LineWriter,
    key: (ChannelExport) -> String?
  ) {
    writer.line()
    comment(Doc(text: [words]), &writer)
    writer.block("export const \(name) = {", "};") { writer in
      var names = ExportNameTable()
      for channel in channels {
        guard let key = key(channel).map({ names.claim($0) }) else { continue }
        writer.line("\(key == "__proto__" ? "[\"__proto__\"]" : Self.key(key)): \(constant(channel.typeName)),")
      }
    }
  }

  private func arguments(_ message: MessageExport) -> String {
    "\(ExportText.json(message.name)), \(type(message.type)), \(message.headersName ?? "NoHeaders")"
  }

  private func constant(_ name: String) -> String { name.prefix(1).lowercased() + name.dropFirst() }
}

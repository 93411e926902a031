import ContractModel

extension PythonExporter {
  /// The types of messages, channels and operations, before the runtime parts.
  func eventTypes(_ events: EventsExport, _ writer: inout LineWriter) {
    for message in events.messages {
      var doc = message.doc
      let arguments = arguments(message, &doc.notes)
      writer.line()
      writer.line("\(message.typeName): TypeAlias = \(ExportText.python("ContractEvent[\(arguments)]"))")
      docstring(doc, &writer)
    }
    for channel in events.channels {
      var seen: Set<Int> = []
      let types = channel.messages.filter { seen.insert($0).inserted }.map { events.messages[$0].typeName }
      let union = types.count == 1 ? types[0] : types.isEmpty ? "Any" : "Union[\(types.joined(separator: ", "))]"
      writer.line()
      writer.line("\(channel.eventName): TypeAlias = \(ExportText.python(union))")
      docstring(Doc(text: [channel.summary]), &writer)
    }
  }

  /// The messages, channels and operations themselves, after the classes that they are made of.
  func eventValues(_ events: EventsExport, _ writer: inout LineWriter) {
    var names = ExportNameTable()
    let messages = events.messages.map { names.claim(ExportName.snake($0.typeName)) }
    for (message, name) in zip(events.messages, messages) {
      var doc = message.doc
      writer.line()
      writer.line("\(name): MessageType[\(arguments(message, &doc.notes))] = MessageType(")
      writer.raw("    " + Self.literal(ExportSpec.tree(message)) + ")")
      docstring(message.doc, &writer)
    }
    let channels = events.channels.map { names.claim(ExportName.snake($0.typeName)) }
    for (channel, name) in zip(events.channels, channels) {
      writer.line()
      let type = "EventChannel[\(channel.eventName), \(channel.parametersName ?? "NoParameters")]"
      let list = channel.messages.map { messages[$0] }.joined(separator: ", ")
      writer.line("\(name): \(type) = EventChannel(\(Self.literal(ExportSpec.tree(channel))), [\(list)])")
      docstring(channel.documentation, &writer)
    }
    let all = Array(zip(events.channels, channels))
    table("CHANNELS", "The channels by their names.", all, &writer) { $0.use == nil ? $0.name : nil }
    table("OPERATIONS", "What is sent and received, by the operations' ids.", all, &writer) { $0.operation }
  }

  private func table(
    _ name: String, _ words: String, _ channels: [(ChannelExport, String)], _ writer: inout LineWriter,
    key: (ChannelExport) -> String?
  ) {
    writer.line()
    writer.block("\(name): Dict[str, EventChannel[Any, Any]] = {", "}") { writer in
      var names = ExportNameTable()
      for (channel, value) in channels {
        guard let key = key(channel).map({ names.claim($0) }) else { continue }
        writer.line("\(ExportText.python(key)): \(value),")
      }
    }
    docstring(Doc(text: [words]), &writer)
  }

  private func arguments(_ message: MessageExport, _ notes: inout [String]) -> String {
    let name = ExportText.python(message.name)
    return "Literal[\(name)], \(type(message.type, &notes)), \(message.headersName ?? "NoHeaders")"
  }
}

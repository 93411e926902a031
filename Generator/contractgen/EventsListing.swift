import ContractModel
import ContractSource
import ContractValues

/// `events`: the channels of AsyncAPI documents as JSON, which `./charter events` reads.
struct EventsListing {
  let call: Arguments

  /// 0 printed, 1 a contract is faulty, 2 a file cannot be read.
  func run() throws(UsageError) -> Int32 {
    guard !call.values.isEmpty else {
      throw UsageError(message: "AsyncAPI documents are needed", help: "events CONTRACT... [--root DIR]")
    }
    for path in call.values { if let fault = readingFault(path) { throw fault } }
    try Command.checkRoot(call, of: call.values[...])
    let located = call.values.map { Command.locate($0, root: call.options["root"]) }
    let diagnostics = Diagnostics()
    let loaded = LoadedContracts(
      located.map(\.file), root: located[0].root, display: located[0].display, diagnostics)
    report(diagnostics.sorted.filter { $0.severity == .error })
    guard loaded.isSound, !diagnostics.hasErrors else { return 1 }
    let channels = channels(loaded.events, loaded.schemas)
    print(String(decoding: JSONValue.object(["channels": .array(channels)]).json, as: UTF8.self))
    return 0
  }

  /// Each channel once, with what all documents say of it.
  private func channels(_ documents: [EventContract], _ schemas: SchemaSet) -> [JSONValue] {
    var found: [(channel: Channel, senders: [JSONValue], consumers: [JSONValue])] = []
    for document in documents {
      for operation in document.operations {
        let name = JSONValue.string(Self.service(of: document) + "." + operation.id)
        let index = found.firstIndex { $0.channel.key == operation.channel.key } ?? found.count
        if index == found.count { found.append((operation.channel, [], [])) }
        switch operation.action {
        case .send: found[index].senders.append(name)
        case .receive: found[index].consumers.append(name)
        }
      }
      for channel in document.channels where !found.contains(where: { $0.channel.key == channel.key }) {
        found.append((channel, [], []))
      }
    }
    return found.filter { $0.channel.address != nil }.map {
      json($0.channel, $0.senders, $0.consumers, schemas)
    }
  }

  /// The name of the service whose file it is: `orders` for `shop/orders.events.yaml`.
  private static func service(of document: EventContract) -> String {
    SchemaKey(path: document.path, pointer: "").fileName
  }

  private func json(
    _ channel: Channel, _ senders: [JSONValue], _ consumers: [JSONValue], _ schemas: SchemaSet
  ) -> JSONValue {
    var object: JSONObject<JSONValue> = [
      "name": .string(channel.name), "address": .string(channel.address ?? ""),
      "contract": .string(channel.key.path), "senders": .array(senders), "consumers": .array(consumers),
      "messages": .array(channel.messages.map { json($0.message, schemas) }),
    ]
    if let key = channel.orderingKey { object["orderingKey"] = .string(key) }
    if let partitions = channel.bindings.partitions { object["partitions"] = .number(ExactDecimal(partitions)) }
    return .object(object)
  }

  private func json(_ message: Message, _ schemas: SchemaSet) -> JSONValue {
    var object: JSONObject<JSONValue> = [
      "name": .string(message.name), "contentType": .string(message.contentType),
    ]
    if case .schema(let index) = message.payload {
      let key = schemas[index].key
      (object["contract"], object["payload"]) = (.string(key.path), .string(key.pointer))
    }
    return .object(object)
  }
}

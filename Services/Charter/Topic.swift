import ContractValues
import Glibc
import ServiceCore
import ServiceEvents

/// A topic, as the contracts declare it.
struct Topic {
  let channel: ChannelDescriptor
  let messages: [Message]
  /// The operations that send to it, such as `orders.orderPlaced`.
  let senders: [String]
  /// Those that receive from it, which are the names of the consumers.
  let consumers: [String]
  /// As the generator printed it.
  let json: JSONValue

  struct Message {
    let name: String
    let contentType: String
    /// The contract with the schema of the payload, and the pointer to it; nil where the contract describes none.
    let schema: (contract: String, pointer: String)?
    let root: String
  }

  init?(_ json: JSONValue, in root: String) {
    guard let name = json["name"]?.text, let address = json["address"]?.text else { return nil }
    self.json = json
    senders = json["senders"].texts
    consumers = json["consumers"].texts
    let partitions: Int? = if case .number(let number)? = json["partitions"] { number.integer } else { nil }
    channel = ChannelDescriptor(
      name: name, address: ChannelDescriptor.address(of: address), orderingKey: json["orderingKey"]?.text,
      partitions: partitions ?? ChannelDescriptor.standardPartitions)
    guard case .array(let list)? = json["messages"] else { return nil }
    messages = list.map { message in
      let pointer = message["payload"]?.text
      return Message(
        name: message["name"]?.text ?? "", contentType: message["contentType"]?.text ?? "application/json",
        schema: pointer.map { (root + "/" + (message["contract"]?.text ?? ""), $0) }, root: root)
    }
  }

  /// - Throws: ``UsageError`` for a topic with parameters: only code knows their values.
  func address() throws(UsageError) -> String {
    guard channel.template.contains("{") else { return channel.template }
    throw UsageError(description: "the topic \(channel.template) has parameters, and a message needs their values")
  }

  /// The message of a name, or the only one.
  func message(_ name: String?) throws(UsageError) -> Message {
    let known = messages.map(\.name).joined(separator: ", ")
    if let name {
      guard let message = messages.first(where: { $0.name == name }) else {
        throw UsageError(description: "'\(name)' is no message of \(channel.template); its messages: \(known)")
      }
      return message
    }
    guard messages.count == 1, let message = messages.first else {
      throw UsageError(description: "\(channel.template) has several messages; name one with --type: \(known)")
    }
    return message
  }

  /// An event with a payload, sent by a person.
  ///
  /// - Throws: ``EmissionError`` for a payload without what the topic is ordered by.
  func record(of data: [UInt8], _ message: Message, at now: Timestamp) throws -> EventRecord {
    let event = OutgoingEvent(
      channel: channel, address: channel.template, message: MessageDescriptor(name: message.name),
      content: MessageContent(data: data), notBefore: nil)
    return EventRecord(
      id: Uuid.v7(at: now).description, source: "/charter/events", type: message.name, time: now, key: try event.key,
      contentType: message.contentType, data: data)
  }

  /// The program that reads contracts.
  static func generator() throws -> String {
    try getenv("CHARTER_GENERATOR").map { String(cString: $0) } ?? CommandLineTool.tool("contractgen")
  }
}

extension Topic.Message {
  /// Validates a file against the schema of the payload.
  ///
  /// - Throws: ``Failure`` for one that breaks it, which the generator has printed.
  func check(_ path: String) throws {
    guard let schema else { return }
    let arguments = ["check", "--data", path, "--schema", schema.pointer, "--root", root, schema.contract]
    guard try Child.run(try Topic.generator(), arguments, output: nil) == 0 else {
      throw Failure("\(path) is not a '\(name)': nothing was published")
    }
  }
}

extension JSONValue? {
  fileprivate var texts: [String] {
    if case .array(let items)? = self { items.compactMap(\.text) } else { [] }
  }
}

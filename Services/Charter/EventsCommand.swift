import ContractValues
import Glibc
import ServiceCore
import ServiceEvents
import ServiceLoop
import ServicePostgres
import ServiceTransports

/// `./charter events`: looks into the events of a running system, and repairs what could not be handled.
///
/// The broker is that of EVENTS_URL, or else the log in the embedded PostgreSQL.
struct EventsCommand {
  private let call: Command.Call
  private let printsJSON: Bool

  init(_ call: Command.Call) {
    self.call = call
    printsJSON = call.flags.contains("--json")
  }

  func run(_ name: String) throws -> Int32 {
    signal(SIGPIPE, SIG_IGN)
    let system = try EventSystem(call)
    defer { system.end() }
    switch name {
    case "events topics": return try topics(system)
    case "events tail": return try tail(system)
    case "events lag": return try lag(system)
    case "events dead": return try DeadLettersCommand(call, printsJSON: printsJSON).run(system)
    case "events replay": return try replay(system)
    default: return try publish(system)
    }
  }

  // MARK: topics

  private func topics(_ system: EventSystem) throws -> Int32 {
    let topics = try system.topics()
    if printsJSON { return printed(.array(topics.map(\.json))) }
    for topic in topics {
      say(padded(topic.channel.template, 28) + topic.messages.map(\.name).joined(separator: ", "))
      for sender in topic.senders { say("  from  " + sender) }
      for consumer in topic.consumers { say("  to    " + consumer) }
    }
    return 0
  }

  private func lag(_ system: EventSystem) throws -> Int32 {
    let lag = try system.wait { try await $0.lag() }
    if printsJSON {
      return printed(
        .array(
          lag.map {
            .object([
              "consumer": .string($0.group), "topic": .string($0.channel), "events": .number(ExactDecimal($0.events)),
              "age_ms": .number(ExactDecimal($0.age)),
            ])
          }))
    }
    say(padded("consumer", 40) + padded("topic", 28) + padded("events", 10) + "oldest")
    for group in lag {
      say(
        padded(group.group, 40) + padded(group.channel, 28) + padded("\(group.events)", 10)
          + (group.events == 0 ? "" : "\(Double(group.age / 100) / 10) s"))
    }
    return 0
  }

  private func tail(_ system: EventSystem) throws -> Int32 {
    let topic = try topic(system)
    let from = try time("--from")
    let follows = !call.flags.contains("--no-follow")
    let printsJSON = printsJSON
    try system.waitUntilSignal { transport in
      try await transport.read(topic.channel, from: from, follows: follows) { event in
        say(printsJSON ? event.json.jsonText : event.lines)
      }
    }
    return 0
  }

  private func replay(_ system: EventSystem) throws -> Int32 {
    guard let group = call.operands.first, let from = try time("--from") else {
      throw UsageError(description: "replay needs a consumer and a time: events replay CONSUMER --from TIME")
    }
    let topics = try system.topics()
    guard let topic = topics.first(where: { $0.consumers.contains(group) }) else {
      let known = topics.flatMap(\.consumers).sorted().joined(separator: ", ")
      throw UsageError(description: "no contract has the consumer '\(group)'; valid consumers: \(known)")
    }
    try system.wait { try await $0.rewind(group, topic.channel, to: from) }
    say(
      "\(group) gets the events of \(topic.channel.template) since \(from) again; those with an effect are recognized")
    return 0
  }

  private func publish(_ system: EventSystem) throws -> Int32 {
    guard call.operands.count == 2 else {
      throw UsageError(description: "publish needs a topic and a file: events publish TOPIC FILE [--type MESSAGE]")
    }
    let topic = try topic(system)
    let path = call.operands[1]
    let data = try readFile(path)
    let message = try topic.message(call.values["--type"])
    try message.check(path)
    let record = try topic.record(of: data, message, at: Clock.system.now())
    let address = try topic.address()
    try system.wait { transport in
      _ = try await transport.prepare([topic.channel])
      try await transport.publish([AddressedRecord(channel: topic.channel, address: address, record: record)])
    }
    printsJSON
      ? say(JSONValue.object(["id": .string(record.id)]).jsonText) : say("published \(record.id) to \(address)")
    return 0
  }

  // MARK: arguments

  private func topic(_ system: EventSystem) throws -> Topic {
    guard let name = call.operands.first else { throw UsageError(description: "a topic is needed") }
    let topics = try system.topics()
    if let topic = topics.first(where: { $0.channel.template == name || $0.channel.name == name }) { return topic }
    let known = topics.map(\.channel.template).joined(separator: ", ")
    throw UsageError(description: "no contract has the topic '\(name)'; valid topics: \(known)")
  }

  private func time(_ option: String) throws(UsageError) -> Timestamp? {
    guard let text = call.values[option] else { return nil }
    if let time = Timestamp(parameter: text) { return time }
    if let unit = text.last, let count = Int(text.dropLast()), count >= 0, count < 1_000_000,
      let seconds = ["s": 1, "m": 60, "h": 3_600, "d": 86_400][String(unit)]
    {
      return Timestamp(microseconds: Clock.system.now().microseconds - count * seconds * 1_000_000)
    }
    throw UsageError(
      description:
        "\(option) is '\(text)', which is neither a time such as 2026-01-31T12:00:00Z nor an age such as 90s, "
        + "15m, 2h or 7d")
  }

  private func printed(_ value: JSONValue) -> Int32 {
    say(value.jsonText)
    return 0
  }
}

extension JSONValue {
  /// As JSON text.
  var jsonText: String { String(decoding: json, as: UTF8.self) }
}

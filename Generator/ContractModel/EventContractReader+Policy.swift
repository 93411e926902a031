import ContractSource
import ContractValues

/// Charter's extensions of channels and operations.
extension EventContractReader {
  /// Reads what an operation says besides its data. Only a handler has more than `deprecated`.
  func policy(_ fields: inout Fields, _ action: EventOperation.Action?) -> EventOperation.Policy {
    let isDeprecated = fields.bool("deprecated", as: .documentation)
    guard action != .send else {
      return EventOperation.Policy(
        emits: [], timeout: nil, retry: nil, deadLetter: nil, deduplicationWindow: nil, batch: nil,
        isDeprecated: isDeprecated)
    }
    return EventOperation.Policy(
      emits: fields.emits(),
      timeout: time(&fields, "x-timeout", such: "2s", upTo: 600_000),
      retry: retry(&fields),
      deadLetter: deadLetter(&fields),
      deduplicationWindow: time(&fields, "x-deduplication-window", such: "7d", upTo: 30 * 86_400_000),
      batch: batch(&fields),
      isDeprecated: isDeprecated)
  }

  /// Reports what traits say of handlers, where they are applied to an operation that sends.
  func reportDropped(_ whole: Node, own: Node, of id: String) {
    for entry in whole.entries ?? [] where own[entry.key] == nil {
      guard Self.handlerExtensions.contains(where: { $0 == entry.key || Fields.longName($0) == entry.key }) else {
        continue
      }
      diagnostics.warning(
        .noEffect, "'\(entry.key)' of this trait has no effect on '\(id)', which sends", at: entry.keyPosition)
    }
  }

  private static let handlerExtensions = [
    "x-emits", "x-timeout", "x-retry", "x-dead-letter", "x-deduplication-window", "x-batch",
  ]

  private func time(_ fields: inout Fields, _ name: String, such example: String, upTo limit: Int) -> Int? {
    fields.takeExtension(name, shape: "a time such as \(example)") { $0.string != nil }
      .flatMap { fields.milliseconds($0.value, $0.key, upTo: limit) }
  }

  private static let attempts = 1...1_000
  private static let longestWait = 86_400_000

  private func retry(_ fields: inout Fields) -> Retry? {
    let entry = fields.takeExtension("x-retry", shape: "a number of attempts, or an object with them") {
      if case .number = $0.value { true } else { $0.entries != nil }
    }
    guard let entry else { return nil }
    if case .number = entry.value.value {
      return whole(entry.value, entry.key, in: Self.attempts).map {
        Retry(attempts: $0, delay: 1_000, longestDelay: 60_000)
      }
    }
    guard var object = Fields(entry.value, "value of '\(entry.key)'", diagnostics) else { return nil }
    let attempts = object.require("attempts").flatMap { whole($0, "attempts", in: Self.attempts) }
    let delay = object.take("delay").map { object.milliseconds($0, "delay", upTo: Self.longestWait) } ?? 1_000
    let longest = object.take("longest-delay").map { node in
      object.milliseconds(node, "longest-delay", upTo: Self.longestWait)
    }
    object.finish()
    guard let attempts, let delay, let longest = longest ?? max(delay, 60_000) else { return nil }
    if longest < delay {
      diagnostics.error(
        .contradiction, "'longest-delay' is shorter than 'delay'", at: entry.value.position,
        help: "the delay grows from 'delay' to 'longest-delay'")
    }
    return Retry(attempts: attempts, delay: delay, longestDelay: longest)
  }

  private func batch(_ fields: inout Fields) -> Int? {
    let entry = fields.takeExtension("x-batch", shape: "a number") {
      if case .number = $0.value { true } else { false }
    }
    return entry.flatMap { whole($0.value, $0.key, in: 1...10_000) }
  }

  private func whole(_ node: Node, _ name: String, in range: ClosedRange<Int>) -> Int? {
    if case .number(let text) = node.value, let number = Int(text), range.contains(number) { return number }
    diagnostics.error(
      .badValue, "'\(name)' must be a whole number from \(range.lowerBound) to \(range.upperBound)", at: node.position)
    return nil
  }

  /// The address of the channel that `x-dead-letter` names.
  private func deadLetter(_ fields: inout Fields) -> String? {
    let entry = fields.takeExtension("x-dead-letter", shape: "the name of a channel") { $0.string != nil }
    guard let entry, let name = fields.text(entry.value, entry.key) else { return nil }
    guard let root, let all = root.node["channels"], let node = all[name] else {
      diagnostics.error(
        .brokenReference, "there is no channel '\(name)'", at: entry.value.position,
        help: diagnostics.nearest(name, among: (root?.node["channels"]?.entries ?? []).lazy.map(\.key)).map {
          "did you mean '\($0)'?"
        }
          ?? "declare it under 'channels'")
      return nil
    }
    // A channel of AsyncAPI 2 is known by its address.
    let address = version == .v2 ? name : channel(root.child(node, "channels", name), name: name)?.address
    guard let address, !address.utf8.contains(UInt8(ascii: "{")) else {
      diagnostics.error(
        .contradiction, "the channel '\(name)' cannot take dead letters: its address is not fixed",
        at: entry.value.position, help: "name a channel with an address that has no parameters")
      return nil
    }
    return address
  }

  // MARK: ordering keys

  func orderingKey(_ fields: inout Fields) -> (string: String, position: SourcePosition)? {
    let entry = fields.takeExtension("x-ordering-key", shape: "a JSON pointer such as /order_id") { $0.string != nil }
    guard let entry, let text = fields.text(entry.value, entry.key) else { return nil }
    guard !text.isEmpty, Format.jsonPointer.matches(text) else {
      diagnostics.error(
        .badValue, "'\(text)' is not a JSON pointer into the payload (RFC 6901)", at: entry.value.position,
        help: "write it as /order_id, or as /order/id")
      return nil
    }
    return (text, entry.value.position)
  }

  /// Checks that every message of a channel has what it is ordered by.
  func checkOrderingKey(of channel: Channel, at position: SourcePosition) {
    guard let pointer = channel.orderingKey else { return }
    let names = pointer.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map(Node.unescaped)
    for (name, message) in channel.messages {
      let fault: String? =
        switch message.payload {
        case .schema(let schema): schemas.set.keyFault(names, schema)
        case .foreign: "its payload is bytes"
        case .any: "its payload is not described"
        }
      guard let fault else { continue }
      diagnostics.error(
        .contradiction, "the message '\(name)' has no ordering key at '\(pointer)': \(fault)", at: position,
        help: "it is a required property of every message of the channel: a string, a number or a boolean")
    }
  }
}

extension SchemaSet {
  /// Why there is no value at a chain of properties in every value of a schema; nil where there is one, or where that
  /// cannot be decided.
  fileprivate func keyFault(_ names: [String], _ schema: Int) -> String? {
    var index = schema
    for name in names {
      let parts = parts(index, limit: 1_000)
      guard types(index).contains(.object) else { return "the value that should have '\(name)' is not an object" }
      let isOpen = parts.contains { !$0.anyOf.isEmpty || !$0.oneOf.isEmpty || $0.condition != nil }
      guard let next = parts.lazy.compactMap({ $0.properties[name] }).first else {
        return isOpen ? nil : "there is no property '\(name)'"
      }
      guard isOpen || parts.contains(where: { $0.required.contains { ByteKey($0) == ByteKey(name) } }) else {
        return "the property '\(name)' is not required"
      }
      index = next
    }
    return types(index).isDisjoint(with: [.string, .integer, .number, .boolean]) ? "it is not a scalar value" : nil
  }
}

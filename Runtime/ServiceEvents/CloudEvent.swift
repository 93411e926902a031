import ServiceCore

/// The binary content mode of CloudEvents 1.0: the attributes are headers, and the data is the message's body.
extension EventRecord {
  /// The headers of a message, with the attributes' prefix of the protocol: `ce-` for NATS, `ce_` for Kafka.
  package func cloudEventHeaders(_ prefix: String) -> [(name: String, value: String)] {
    var all: [(name: String, value: String)] = [
      ("\(prefix)specversion", "1.0"), ("\(prefix)id", id), ("\(prefix)source", source), ("\(prefix)type", type),
      ("\(prefix)time", time.description), ("content-type", contentType),
    ]
    if let key { all.append(("\(prefix)partitionkey", key)) }
    if let sequence { all.append(("\(prefix)sequence", String(sequence))) }
    if let traceParent { all.append(("traceparent", traceParent)) }
    if let traceState { all.append(("tracestate", traceState)) }
    return all + headers
  }

  /// Reads a message of any sender.
  ///
  /// - Parameters:
  ///   - id: what the broker knows the message by: the id of a message that has none.
  ///   - key: what the broker orders it by, where it has such a thing.
  ///   - time: when the broker stored it.
  package init(
    headers: [(name: String, value: String)], data: [UInt8], prefix: String, channel: ChannelDescriptor,
    address: String, id: String, key: String?, time: Timestamp
  ) {
    self.init(id: id, source: address, type: "", time: time, key: key, data: data)
    for (name, value) in headers {
      let lower = name.lowercased()
      guard lower.hasPrefix(prefix) else {
        switch lower {
        case "content-type": contentType = value
        case "traceparent": traceParent = value
        case "tracestate": traceState = value
        default: self.headers.append((name, value))
        }
        continue
      }
      switch lower.dropFirst(prefix.count) {
      case "id": self.id = value
      case "source": source = value
      case "type": type = value
      case "time": if let time = Timestamp(value) { self.time = time }
      case "partitionkey": self.key = value
      case "sequence": sequence = Int(value)
      case "specversion": break
      default: self.headers.append((name, value))
      }
    }
    if self.key == nil, let pointer = channel.orderingKey { self.key = Self.text(at: pointer, in: data) }
  }

  /// The string, number or boolean that a JSON Pointer (RFC 6901) names in a payload.
  private static func text(at pointer: String, in data: [UInt8]) -> String? {
    var reader = JSONReader(data)
    guard var value = try? JSONValue.decode(&reader) else { return nil }
    for token in pointer.split(separator: "/", omittingEmptySubsequences: false).dropFirst() {
      let name = token.split(separator: "~1", omittingEmptySubsequences: false)
        .map { $0.split(separator: "~0", omittingEmptySubsequences: false).joined(separator: "~") }
        .joined(separator: "/")
      if case .array(let items) = value, let index = Int(name), items.indices.contains(index) {
        value = items[index]
      } else if let member = value[name] {
        value = member
      } else {
        return nil
      }
    }
    switch value {
    case .string(let text): return text
    case .number, .boolean: return String(decoding: value.json, as: UTF8.self)
    case .null, .array, .object: return nil
    }
  }
}

extension ChannelDescriptor {
  /// The part of a key's messages: the same in each process, and for each release (FNV-1a).
  package static func part(of key: String, among count: Int) -> Int {
    Int(hash(key.utf8) % UInt64(max(1, count)))
  }

  /// FNV-1a with 64 bits, its halves folded so that a small modulus sees all of them.
  package static func hash(_ bytes: some Sequence<UInt8>) -> UInt64 {
    let hash = bytes.fnv1a
    return (hash ^ hash >> 32) & 0xFFFF_FFFF
  }
}

extension ChannelDescriptor {
  /// A channel of which only the template is known.
  package convenience init(template: String) {
    var pieces: [OperationDescriptor.PathSegment.Piece] = []
    for part in template.split(separator: "{", omittingEmptySubsequences: false) {
      let halves = part.split(separator: "}", maxSplits: 1, omittingEmptySubsequences: false)
      if halves.count == 2 { pieces.append(.parameter(String(halves[0]))) }
      if let text = halves.last, !text.isEmpty { pieces.append(.literal(String(text))) }
    }
    self.init(name: template, address: pieces)
  }
}

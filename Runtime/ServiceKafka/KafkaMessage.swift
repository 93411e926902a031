#if Kafka
  import CKafka
  import ServiceCore
  import ServiceEvents

  /// A message in a topic.
  struct KafkaMessage: Sendable {
    let position: TopicPartition
    let offset: Int64
    /// When it was created or stored, as the topic is set.
    let time: Timestamp
    let key: [UInt8]?
    let headers: [(name: String, value: String)]
    let data: [UInt8]

    init?(_ message: UnsafePointer<rd_kafka_message_t>) {
      guard message.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR, let topic = rd_kafka_topic_name(message.pointee.rkt)
      else {
        return nil
      }
      position = TopicPartition(topic: String(cString: topic), partition: message.pointee.partition)
      offset = message.pointee.offset
      var kind = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE
      let milliseconds = rd_kafka_message_timestamp(message, &kind)
      time = Timestamp(microseconds: max(0, Int(clamping: milliseconds)) &* 1_000)
      key = message.pointee.key.map { Kafka.bytes($0, message.pointee.key_len) }
      data = Kafka.bytes(message.pointee.payload, message.pointee.len)
      headers = Self.headers(message)
    }

    private static func headers(_ message: UnsafePointer<rd_kafka_message_t>) -> [(name: String, value: String)] {
      var list: OpaquePointer?
      guard rd_kafka_message_headers(message, &list) == RD_KAFKA_RESP_ERR_NO_ERROR, let list else { return [] }
      return (0..<rd_kafka_header_cnt(list)).compactMap { index in
        var name: UnsafePointer<CChar>?
        var value: UnsafeRawPointer?
        var size = 0
        guard rd_kafka_header_get_all(list, index, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR, let name else {
          return nil
        }
        return (String(cString: name), String(decoding: Kafka.bytes(value, size), as: UTF8.self))
      }
    }

    func event(_ channel: ChannelDescriptor, token: UInt64) -> DeliveredEvent {
      let record = EventRecord(
        headers: headers, data: data, prefix: "ce_", channel: channel, address: position.topic,
        id: "\(position.topic)/\(position.partition)/\(offset)", key: key.map { String(decoding: $0, as: UTF8.self) },
        time: time)
      return DeliveredEvent(channel: channel, address: position.topic, record: record, token: token)
    }
  }

  extension ChannelDescriptor {
    /// The topics of the channel, as librdkafka takes them: one name, or a regular expression.
    var subscribedTopic: String {
      guard template.contains("{") else { return template }
      return "^"
        + address.map { piece in
          switch piece {
          case .literal(let text): text.split(separator: ".", omittingEmptySubsequences: false).joined(separator: "\\.")
          case .parameter: "[^.]+"
          }
        }.joined() + "$"
    }

    /// Whether an address is one of the channel's: a parameter's value has no dot.
    func hasAddress(_ text: String) -> Bool {
      var rest = text[...]
      for (index, piece) in address.enumerated() {
        switch piece {
        case .literal(let literal):
          guard rest.hasPrefix(literal) else { return false }
          rest = rest.dropFirst(literal.count)
        case .parameter:
          let next = address.dropFirst(index + 1).first
          var end = rest.firstIndex(of: ".") ?? rest.endIndex
          if case .literal(let literal)? = next, let first = literal.first {
            end = rest.firstIndex { $0 == first || $0 == "." } ?? rest.endIndex
          }
          guard end > rest.startIndex else { return false }
          rest = rest[end...]
        }
      }
      return rest.isEmpty
    }
  }
#endif

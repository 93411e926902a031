#if Kafka
  import CKafka
  import ServiceCore
  import ServiceEvents

  /// Reads partitions outside of any group. Its calls block; they run on ``Kafka/pool``.
  final class KafkaReader: Sendable {
    let handle: KafkaHandle
    private let options: KafkaOptions

    enum Item {
      case message(KafkaMessage)
      case end(TopicPartition)
      case nothing
    }

    init(_ options: KafkaOptions) throws {
      self.options = options
      handle = try KafkaHandle(
        RD_KAFKA_CONSUMER, options,
        [
          ("group.id", "charter.reader"), ("enable.auto.commit", "false"), ("enable.auto.offset.store", "false"),
          ("auto.offset.reset", "earliest"), ("enable.partition.eof", "true"), ("fetch.wait.max.ms", "100"),
          ("queued.max.messages.kbytes", "8192"),
        ])
      rd_kafka_poll_set_consumer(handle.pointer)
    }

    /// Begins at these offsets.
    func assign(_ positions: [(TopicPartition, Int64)]) throws {
      let list = PartitionList(positions)
      let code = rd_kafka_assign(handle.pointer, list.pointer)
      guard code == RD_KAFKA_RESP_ERR_NO_ERROR else { throw Kafka.error(code, "the topics cannot be read") }
    }

    /// The offsets of the first messages since a time; the end of a partition without any.
    func positions(_ parts: [TopicPartition], at time: Timestamp) throws -> [(TopicPartition, Int64)] {
      let milliseconds = Int64(max(0, time.microseconds / 1_000))
      let list = PartitionList(parts.map { ($0, milliseconds) })
      let code = rd_kafka_offsets_for_times(handle.pointer, list.pointer, Int32(clamping: options.timeout))
      guard code == RD_KAFKA_RESP_ERR_NO_ERROR else { throw Kafka.error(code, "the topics cannot be read") }
      return list.items
    }

    func next(_ milliseconds: Int32) throws -> Item {
      guard let pointer = rd_kafka_consumer_poll(handle.pointer, milliseconds) else { return .nothing }
      defer { rd_kafka_message_destroy(pointer) }
      if let message = KafkaMessage(pointer) { return .message(message) }
      switch pointer.pointee.err {
      case RD_KAFKA_RESP_ERR__PARTITION_EOF:
        guard let topic = rd_kafka_topic_name(pointer.pointee.rkt) else { return .nothing }
        return .end(TopicPartition(topic: String(cString: topic), partition: pointer.pointee.partition))
      case RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART,
        RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
        throw Kafka.error(pointer.pointee.err, "the topics cannot be read")
      default: return .nothing
      }
    }

    /// As many messages as there are, at most `limit`, and the partitions whose end was met.
    func batch(_ limit: Int) throws -> (messages: [KafkaMessage], ends: [TopicPartition]) {
      var (messages, ends): ([KafkaMessage], [TopicPartition]) = ([], [])
      while messages.count < limit {
        switch try next(messages.isEmpty && ends.isEmpty ? 200 : 0) {
        case .message(let message): messages.append(message)
        case .end(let part): ends.append(part)
        case .nothing: return (messages, ends)
        }
      }
      return (messages, ends)
    }
  }
#endif

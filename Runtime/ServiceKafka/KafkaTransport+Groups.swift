#if Kafka
  import CKafka
  import ServiceCore
  import ServiceEvents

  extension KafkaTransport {
    public func read(
      _ channel: ChannelDescriptor, from time: Timestamp?, follows: Bool,
      _ body: @Sendable (DeliveredEvent) async throws -> Void
    ) async throws {
      let topics = try topics
      let reader = try KafkaReader(options)
      var open = try await Kafka.pool.run {
        Result {
          let parts = try topics.partitions().filter { channel.hasAddress($0.key) }.flatMap { name, count in
            (0..<Int32(count)).map { TopicPartition(topic: name, partition: $0) }
          }
          let positions = try time.map { try reader.positions(parts, at: $0) } ?? parts.map { ($0, 0) }
          try reader.assign(positions)
          return Set(parts)
        }
      }.get()
      while follows || !open.isEmpty {
        try Task.checkCancellation()
        let (messages, ends) = try await Kafka.pool.run { Result { try reader.batch(500) } }.get()
        for message in messages { try await body(message.event(channel, token: 0)) }
        open.subtract(ends)
      }
    }
  }

  // What is known of groups.
  extension KafkaTransport {
    public func lag() async throws -> [GroupLag] {
      let topics = try topics
      let reader = try KafkaReader(options)
      return try await Kafka.pool.run {
        Result {
          let counts = try topics.partitions()
          return try reader.orders(counts).compactMap { order in
            guard case .join(let group, let template) = order else { return nil }
            let channel = ChannelDescriptor(template: template)
            let parts = counts.filter { channel.hasAddress($0.key) }.flatMap { name, count in
              (0..<Int32(count)).map { TopicPartition(topic: name, partition: $0) }
            }
            // What the group has not read begins at its first message.
            let committed = Dictionary(try topics.committed(group, parts), uniquingKeysWith: max)
            let (events, first) = try reader.lag(parts.map { ($0, committed[$0] ?? 0) })
            let age = first.map { max(0, (Clock.system.now().microseconds - $0.microseconds) / 1_000) } ?? 0
            return GroupLag(group: group, channel: template, events: events, age: age)
          }
        }
      }.get()
    }
  }

  extension KafkaReader {
    /// How many messages are behind these positions, and the time of the first one. The end of a partition is what a fetch
    /// from it says.
    fileprivate func lag(_ positions: [(TopicPartition, Int64)]) throws -> (Int, Timestamp?) {
      try assign(positions)
      defer { rd_kafka_assign(handle.pointer, nil) }
      var open = Dictionary(positions, uniquingKeysWith: max)
      var (events, first): (Int, Timestamp?) = (0, nil)
      let end = Deadline.now + 5_000
      while !open.isEmpty, Deadline.now < end {
        switch try next(100) {
        case .nothing: break
        case .end(let part): open[part] = nil
        case .message(let message):
          guard open.removeValue(forKey: message.position) != nil else { break }
          var (low, high): (Int64, Int64) = (0, 0)
          rd_kafka_get_watermark_offsets(
            handle.pointer, message.position.topic, message.position.partition, &low, &high)
          events += Int(max(1, high - message.offset))
          first = min(first ?? message.time, message.time)
        }
      }
      guard open.isEmpty else { throw TransportError.unavailable("the brokers do not say how far the topics are") }
      return (events, first)
    }
  }

  extension KafkaTopics {
    /// The positions of a group in these partitions, where it has one.
    func committed(_ group: String, _ parts: [TopicPartition]) throws -> [(TopicPartition, Int64)] {
      let list = PartitionList(parts.map { ($0, 0) })
      guard !parts.isEmpty, let item = rd_kafka_ListConsumerGroupOffsets_new(group, list.pointer) else { return [] }
      defer { rd_kafka_ListConsumerGroupOffsets_destroy(item) }
      return try request(RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPOFFSETS, rd_kafka_ListConsumerGroupOffsets, item) { event in
        var count = 0
        let result = rd_kafka_event_ListConsumerGroupOffsets_result(event)
        let groups = rd_kafka_ListConsumerGroupOffsets_result_groups(result, &count)
        guard count == 1, let group = groups?[0] else { return [] }
        return PartitionList.items(rd_kafka_group_result_partitions(group)).filter { $0.1 >= 0 }
      }
    }

    /// Sets the positions of a group without members.
    ///
    /// - Returns: whether it has none.
    func alter(_ group: String, _ positions: [(TopicPartition, Int64)]) throws -> Bool {
      let list = PartitionList(positions)
      guard let item = rd_kafka_AlterConsumerGroupOffsets_new(group, list.pointer) else { return false }
      defer { rd_kafka_AlterConsumerGroupOffsets_destroy(item) }
      return try request(
        RD_KAFKA_ADMIN_OP_ALTERCONSUMERGROUPOFFSETS, rd_kafka_AlterConsumerGroupOffsets, item
      ) { event in
        var count = 0
        let result = rd_kafka_event_AlterConsumerGroupOffsets_result(event)
        guard let group = rd_kafka_AlterConsumerGroupOffsets_result_groups(result, &count)?[0] else { return false }
        if let error = rd_kafka_group_result_error(group) {
          throw Kafka.error(rd_kafka_error_code(error), "the positions of the group cannot be set")
        }
        guard let partitions = rd_kafka_group_result_partitions(group), let first = partitions.pointee.elems else {
          return false
        }
        return UnsafeBufferPointer(start: first, count: Int(partitions.pointee.cnt)).allSatisfy {
          $0.err == RD_KAFKA_RESP_ERR_NO_ERROR
        }
      }
    }
  }
#endif

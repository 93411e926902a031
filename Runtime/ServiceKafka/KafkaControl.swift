#if Kafka
  import CKafka
  import ServiceCore
  import ServiceEvents

  // Sending a group back. Brokers let nobody set the positions of a group with members but these; so they are asked to, by
  // a message in a topic that each process with members reads. It also sets the positions of the partitions that no
  // member has at that moment.
  extension KafkaTransport {
    private static let control = "charter.control"

    public func rewind(_ group: String, _ channel: ChannelDescriptor, to time: Timestamp) async throws {
      let (topics, reader) = (try topics, try KafkaReader(options))
      let isDone = try await Kafka.pool.run {
        Result {
          let parts = try topics.partitions().filter { channel.hasAddress($0.key) }.flatMap { name, count in
            (0..<Int32(count)).map { TopicPartition(topic: name, partition: $0) }
          }
          guard !parts.isEmpty, try topics.groupIsEmpty(group) else { return parts.isEmpty }
          return try topics.alter(group, reader.positions(parts, at: time))
        }
      }.get()
      if isDone { return }
      let descriptor = ChannelDescriptor(name: "control", address: [.literal(Self.control)], partitions: 1)
      let order: JSONValue = [
        "group": .string(group), "channel": .string(channel.template), "time": .string(time.description),
      ]
      let record = EventRecord(
        id: Uuid.v7(at: Clock.system.now()).description, source: "/charter", type: "rewind", time: Clock.system.now(),
        key: group, data: order.json)
      try await publish([AddressedRecord(channel: descriptor, address: Self.control, record: record)])
    }

    /// Begins to read the topic, once.
    func watchControl() async throws {
      let isFirst = state.withLock { state in
        defer { state.isWatching = true }
        return !state.isWatching
      }
      guard isFirst else { return }
      let descriptor = ChannelDescriptor(name: "control", address: [.literal(Self.control)], partitions: 1)
      _ = try await prepare([descriptor])
      let reader = try KafkaReader(options)
      try reader.assign([(TopicPartition(topic: Self.control, partition: 0), Int64(RD_KAFKA_OFFSET_END))])
      Kafka.thread { [weak self] in
        while self?.state.withLock({ $0.isClosed }) == false {
          guard case .message(let message)? = try? reader.next(500) else { continue }
          self?.follow(message)
        }
      }
    }

    private func follow(_ message: KafkaMessage) {
      var json = JSONReader(message.data)
      guard let order = try? JSONValue.decode(&json), let group = order["group"]?.text,
        let channel = order["channel"]?.text, let time = order["time"]?.text.flatMap({ Timestamp($0) })
      else { return }
      for member in state.withLock({ $0.members })
      where member.subscription.group == group && member.subscription.channel.template == channel {
        member.rewind(to: time)
      }
    }
  }

  extension KafkaTopics {
    /// Whether a group has no members.
    fileprivate func groupIsEmpty(_ group: String) throws -> Bool {
      var list: UnsafePointer<rd_kafka_group_list>?
      let code = rd_kafka_list_groups(handle.pointer, group, &list, Int32(clamping: options.timeout))
      guard code == RD_KAFKA_RESP_ERR_NO_ERROR, let list else { throw Kafka.error(code, "the group cannot be read") }
      defer { rd_kafka_group_list_destroy(list) }
      return UnsafeBufferPointer(start: list.pointee.groups, count: Int(list.pointee.group_cnt))
        .allSatisfy { $0.member_cnt == 0 }
    }
  }
#endif

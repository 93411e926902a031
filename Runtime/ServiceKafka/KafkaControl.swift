#if Kafka
  import CKafka
  import ServiceCore
  import ServiceEvents

  /// What is written into the topic `charter.control`: which groups there are, because brokers do not say what the groups
  /// of channels with parameters subscribe to; and the orders to go back to a time, because brokers let nobody but the
  /// members set the positions of a group that has some.
  enum GroupOrder: Hashable {
    case join(group: String, channel: String)
    case rewind(group: String, channel: String, time: Timestamp)

    var json: JSONValue {
      switch self {
      case .join(let group, let channel): ["group": .string(group), "channel": .string(channel)]
      case .rewind(let group, let channel, let time):
        ["group": .string(group), "channel": .string(channel), "time": .string(time.description)]
      }
    }

    init?(_ message: KafkaMessage) {
      var json = JSONReader(message.data)
      guard let order = try? JSONValue.decode(&json), let group = order["group"]?.text,
        let channel = order["channel"]?.text
      else { return nil }
      if let time = order["time"]?.text.flatMap({ Timestamp($0) }) {
        self = .rewind(group: group, channel: channel, time: time)
      } else {
        self = .join(group: group, channel: channel)
      }
    }
  }

  extension KafkaTransport {
    static let control = "charter.control"

    private func write(_ order: GroupOrder, key: String) async throws {
      let now = Clock.system.now()
      let record = EventRecord(
        id: Uuid.v7(at: now).description, source: "/charter", type: "group", time: now, key: key, data: order.json.json)
      let channel = ChannelDescriptor(name: "control", address: [.literal(Self.control)], partitions: 1)
      try await publish([AddressedRecord(channel: channel, address: Self.control, record: record)])
    }

    /// Writes down that a group consumes a channel, and begins to read what else is written, once.
    func enroll(_ subscription: Subscription) async throws {
      let (group, template) = (subscription.group, subscription.channel.template)
      try await write(.join(group: group, channel: template), key: "\(group)\n\(template)")
      let isFirst = state.withLock { state in
        defer { state.isWatching = true }
        return !state.isWatching
      }
      guard isFirst else { return }
      let reader = try KafkaReader(options)
      try reader.assign([(TopicPartition(topic: Self.control, partition: 0), Int64(RD_KAFKA_OFFSET_END))])
      Kafka.thread { [weak self] in
        while self?.state.withLock({ $0.isClosed }) == false {
          if case .message(let message)? = try? reader.next(500) { self?.follow(message) }
        }
      }
    }

    private func follow(_ message: KafkaMessage) {
      guard case .rewind(let group, let channel, let time)? = GroupOrder(message) else { return }
      for member in state.withLock({ $0.members })
      where member.subscription.group == group && member.subscription.channel.template == channel {
        member.rewind(to: time)
      }
    }

    public func rewind(_ group: String, _ channel: ChannelDescriptor, to time: Timestamp) async throws {
      let (topics, reader) = (try topics, try KafkaReader(options))
      let isDone = try await Kafka.pool.run {
        Result {
          let counts = try topics.partitions()
          guard try reader.orders(counts).contains(.join(group: group, channel: channel.template)) else {
            throw TransportError.refused("no group \(group) has consumed \(channel.template)")
          }
          let parts = counts.filter { channel.hasAddress($0.key) }.flatMap { name, count in
            (0..<Int32(count)).map { TopicPartition(topic: name, partition: $0) }
          }
          guard !parts.isEmpty, try topics.isEmpty(group) else { return parts.isEmpty }
          return try topics.alter(group, reader.positions(parts, at: time))
        }
      }.get()
      if isDone { return }
      try await write(
        .rewind(group: group, channel: channel.template, time: time), key: "\(group)\n\(channel.template)\nrewind")
    }
  }

  extension KafkaReader {
    /// All that is written into the topic, each once.
    func orders(_ counts: [String: Int]) throws -> Set<GroupOrder> {
      guard counts[KafkaTransport.control] != nil else { return [] }
      try assign([(TopicPartition(topic: KafkaTransport.control, partition: 0), 0)])
      defer { rd_kafka_assign(handle.pointer, nil) }
      var orders: Set<GroupOrder> = []
      let end = Deadline.now + 10_000
      while Deadline.now < end {
        let (messages, ends) = try batch(500)
        orders.formUnion(messages.compactMap { GroupOrder($0) })
        if !ends.isEmpty { return orders }
      }
      throw TransportError.unavailable("the end of \(KafkaTransport.control) cannot be read")
    }
  }

  extension KafkaTopics {
    /// Whether a group has no members.
    fileprivate func isEmpty(_ group: String) throws -> Bool {
      var list: UnsafePointer<rd_kafka_group_list>?
      let code = rd_kafka_list_groups(handle.pointer, group, &list, Int32(clamping: options.timeout))
      guard code == RD_KAFKA_RESP_ERR_NO_ERROR, let list else { throw Kafka.error(code, "the group cannot be read") }
      defer { rd_kafka_group_list_destroy(list) }
      return UnsafeBufferPointer(start: list.pointee.groups, count: Int(list.pointee.group_cnt))
        .allSatisfy { $0.member_cnt == 0 }
    }
  }
#endif

#if Kafka
  import CKafka
  import Glibc
  import ServiceCore
  import ServiceEvents
  import Synchronization

  /// Events over Kafka, or any broker that speaks its protocol.
  ///
  /// The topic is the channel's address; a channel with parameters is all topics that fit, and a consumer subscribes to
  /// them by a regular expression. The key of a message is its event's, hashed as Java's clients do.
  public final class KafkaTransport: EventTransport {
    let options: KafkaOptions
    let state = Mutex(State())

    struct State {
      var producer: KafkaProducer?
      var client: KafkaHandle?
      /// The topics that are published to.
      var topics: [String: Known] = [:]
      /// The channels with parameters of which a topic was lost.
      var lost: Set<String> = []
      /// All channels that were used, by their templates.
      var channels: [String: ChannelDescriptor] = [:]
      var members: [KafkaSubscription] = []
      var isClosed = false
      /// Whether the topic is read by which groups are sent back.
      var isWatching = false
    }

    struct Known {
      let template: String
      let marker: String
      /// By the monotonic clock, in milliseconds.
      var checked: Int
    }

    /// Reads the URL; connections are opened at the first use. Its parameters are those of `KafkaOptions`:
    /// `kafka://user:password@host:9092,second:9092?replicas=3&retention=7d&lease=15s&timeout=10s&topics=given&tls=true&ca=FILE&cert=FILE&key=FILE&key-password=TEXT&mechanism=SCRAM-SHA-512`.
    ///
    /// - Throws: ``TransportError/refused(_:)`` for a URL that cannot be used.
    public convenience init(_ url: String) throws { self.init(try KafkaOptions(url)) }

    init(_ options: KafkaOptions) { self.options = options }

    var topics: KafkaTopics {
      get throws {
        let client = try state.withLock { state in
          guard !state.isClosed else { throw TransportError.unavailable("the connection to Kafka is closed") }
          let client = try state.client ?? KafkaHandle(RD_KAFKA_PRODUCER, options)
          state.client = client
          return client
        }
        return KafkaTopics(handle: client, options: options)
      }
    }

    public func subscribe(_ subscription: Subscription) async throws -> any EventSubscription {
      _ = try await prepare([subscription.channel])
      let member = try KafkaSubscription(subscription, options)
      state.withLock { $0.members.append(member) }
      try await enroll(subscription)
      return member
    }

    public func close() async {
      let (members, producer) = state.withLock { state in
        defer { (state.members, state.producer, state.client) = ([], nil, nil) }
        state.isClosed = true
        return (state.members, state.producer)
      }
      for member in members { await member.close() }
      producer?.giveUp()
    }
  }

  // Topics.
  extension KafkaTransport {
    /// For how long a topic is taken to be there, in milliseconds.
    private static let trust = 2_000

    public func prepare(_ channels: [ChannelDescriptor]) async throws -> [String: String] {
      let topics = try topics
      return try await Kafka.pool.run { [self] in
        Result {
          var identities: [String: String] = [:]
          for channel in channels {
            state.withLock { $0.channels[channel.template] = channel }
            identities[channel.template] = try identity(channel, topics)
          }
          return identities
        }
      }.get()
    }

    private func identity(_ channel: ChannelDescriptor, _ topics: KafkaTopics) throws -> String {
      let template = channel.template
      guard template.contains("{") else {
        let marker = try ensure(template, channel, topics)
        remember(template, channel, marker)
        return "kafka:\(topics.cluster)/\(template)@\(marker)"
      }
      // Topics of a channel with parameters come and go. Its identity is that of a topic beside them, in which a message
      // is written for each loss.
      let anchor = Self.anchor(template)
      let marker = try ensure(anchor, channel, topics, partitions: 1)
      for (name, known) in state.withLock({ $0.topics.filter { $0.value.template == template } })
      where try topics.marker(name) != known.marker {
        state.withLock { state in
          state.lost.insert(template)
          state.topics[name] = nil
        }
      }
      if state.withLock({ $0.lost.contains(template) }) {
        try mark(anchor)
        _ = state.withLock { $0.lost.remove(template) }
      }
      return
        "kafka:\(topics.cluster)/\(anchor)@\(marker)+\(try topics.end(TopicPartition(topic: anchor, partition: 0)))"
    }

    static func anchor(_ template: String) -> String {
      "charter.channel." + template.replacing("{", with: "_").replacing("}", with: "_")
    }

    /// Writes a message into a topic that counts losses. Blocks.
    private func mark(_ anchor: String) throws {
      let handle = try KafkaHandle(
        RD_KAFKA_PRODUCER, options, [("acks", "all"), ("message.timeout.ms", String(options.timeout))])
      let topic = rd_kafka_topic_new(handle.pointer, anchor, nil)
      defer { rd_kafka_topic_destroy(topic) }
      guard rd_kafka_produce(topic, 0, RD_KAFKA_MSG_F_COPY, nil, 0, nil, 0, nil) == 0,
        rd_kafka_flush(handle.pointer, Int32(clamping: options.timeout)) == RD_KAFKA_RESP_ERR_NO_ERROR
      else { throw TransportError.unavailable("the loss of topics cannot be written to \(anchor)") }
    }

    /// The marker of a topic, which is made where it is not there.
    private func ensure(
      _ name: String, _ channel: ChannelDescriptor, _ topics: KafkaTopics, partitions: Int? = nil
    ) throws -> String {
      for _ in 0..<20 {
        if let marker = try topics.marker(name) { return marker }
        try topics.create(name, partitions: partitions ?? max(1, channel.partitions), isCompacted: name == Self.control)
        // Brokers learn of it one after another.
        usleep(20_000)
      }
      throw TransportError.unavailable("the topic \(name) was made, and is not there")
    }

    private func remember(_ name: String, _ channel: ChannelDescriptor, _ marker: String) {
      state.withLock { state in
        state.topics[name] = Known(template: channel.template, marker: marker, checked: Deadline.now)
      }
    }

    /// Sees that a topic is still the one that was prepared. Blocks.
    private func check(_ name: String, _ channel: ChannelDescriptor, _ topics: KafkaTopics) throws {
      guard let known = state.withLock({ $0.topics[name] }) else {
        return remember(name, channel, try ensure(name, channel, topics))
      }
      guard Deadline.now - known.checked >= Self.trust else { return }
      guard try topics.marker(name) == known.marker else {
        _ = state.withLock { $0.lost.insert(channel.template) }
        throw TransportError.lost(channels: [channel.template])
      }
      state.withLock { $0.topics[name]?.checked = Deadline.now }
    }
  }

  // Publishing.
  extension KafkaTransport {
    public func publish(_ events: [AddressedRecord]) async throws {
      for event in events where !event.channel.hasAddress(event.address) {
        throw TransportError.refused(
          "\(event.address) is no topic of the channel \(event.channel.template): the value of a parameter must not be "
            + "empty or contain a dot")
      }
      try await checkTopics(events)
      let producer = try state.withLock { state in
        let producer = try state.producer ?? KafkaProducer(options)
        state.producer = producer
        return producer
      }
      let messages = events.map { event in
        KafkaProducer.Message(
          topic: event.address, key: event.record.key.map { Array($0.utf8) },
          headers: event.record.cloudEventHeaders("ce_"), data: event.record.data)
      }
      guard let failure = await producer.produce(messages, timeout: options.timeout) else { return }
      // What is under way behind the failed message must not pass it: the next call begins anew.
      state.withLock { if $0.producer === producer { $0.producer = nil } }
      producer.giveUp()
      state.withLock { state in for event in events { state.topics[event.address]?.checked = .min / 2 } }
      try await checkTopics(events)
      throw Kafka.error(failure, "\(events.count) events could not be published")
    }

    private func checkTopics(_ events: [AddressedRecord]) async throws {
      let topics = try topics
      let channels = Dictionary(events.map { ($0.address, $0.channel) }, uniquingKeysWith: { first, _ in first })
      let isKnown = state.withLock { state in
        channels.keys.allSatisfy { Deadline.now - (state.topics[$0]?.checked ?? .min / 2) < Self.trust }
      }
      if isKnown { return }
      try await Kafka.pool.run { [self] in
        Result { for (name, channel) in channels { try check(name, channel, topics) } }
      }.get()
    }
  }
#endif

#if Kafka
  import CKafka
  import Glibc
  import ServiceCore
  import ServiceEvents
  import Synchronization

  /// A process's part in a consumer group.
  ///
  /// A thread of its own polls, however slow the handlers are, so that the group does not take the member for dead; when
  /// enough waits to be returned, it pauses the partitions. What is committed of a partition is the position before which all
  /// is acknowledged. When a partition is to go to another member, the thread first waits until nothing of it is in hand,
  /// for most of a minute, so that the order of its keys holds.
  final class KafkaSubscription: EventSubscription {
    /// The subscriptions by their numbers, as for ``KafkaProducer``.
    private static let all = Mutex<(last: UInt, members: [UInt: KafkaSubscription])>((0, [:]))

    let subscription: Subscription
    let id: UInt
    let handle: KafkaHandle
    let options: KafkaOptions
    let pollInterval: Int
    let state = Mutex(State())
    let quiet = QuietTime()

    struct State {
      var parts: [TopicPartition: OwnedPartition] = [:]
      var buffer: [(term: Int, message: KafkaMessage)] = []
      var deliveries: [UInt64: (part: TopicPartition, term: Int, offset: Int64)] = [:]
      var token: UInt64 = 0
      var term = 0
      var waiter: CheckedContinuation<Void, any Error>?
      var waits = 0
      /// Counts what may end a wait: a message, an acknowledgement.
      var arrivals = 0
      var active = Deadline.now
      var isPaused = false
      var isClosed = false
      /// Since when a commit is under way, by the monotonic clock.
      var committing: Int?
      var isCommitting: Bool { committing != nil }
      /// When to commit what could not be committed.
      var retry: Int?
      var committed: [CheckedContinuation<Void, Never>] = []
      /// The time that the group was sent back to, until its positions are set.
      var rewind: Timestamp?
      var ended: [CheckedContinuation<Void, Never>] = []
      var hasEnded = false
    }

    struct OwnedPartition {
      let term: Int
      /// Begins with the first message that is delivered.
      var prefix: AcknowledgedPrefix?
      var committed = -1
      var inHand = 0
      var isLeaving = false

      /// The offset to commit; nil when it is committed.
      var position: Int? {
        guard let floor = prefix?.floor, floor > committed else { return nil }
        return floor
      }
    }

    init(_ subscription: Subscription, _ options: KafkaOptions) throws {
      (self.subscription, self.options) = (subscription, options)
      pollInterval = max(60_000, options.lease * 4)
      let id = Self.all.withLock { all in
        all.last += 1
        return all.last
      }
      self.id = id
      let settings: [(name: String, value: String)] = [
        ("group.id", subscription.group), ("enable.auto.commit", "false"), ("enable.auto.offset.store", "false"),
        ("auto.offset.reset", "earliest"), ("partition.assignment.strategy", "cooperative-sticky"),
        ("session.timeout.ms", String(max(6_000, options.lease))),
        ("heartbeat.interval.ms", String(max(500, options.lease / 5))),
        ("max.poll.interval.ms", String(pollInterval)), ("fetch.wait.max.ms", "100"),
        ("fetch.error.backoff.ms", "100"), ("queued.max.messages.kbytes", "16384"),
        // New topics of a channel with parameters are found by this.
        ("topic.metadata.refresh.interval.ms", "2000"),
      ]
      handle = try KafkaHandle(RD_KAFKA_CONSUMER, options, settings) { conf in
        rd_kafka_conf_set_opaque(conf, UnsafeMutableRawPointer(bitPattern: id))
        rd_kafka_conf_set_rebalance_cb(conf) { pointer, code, list, opaque in
          guard let pointer, let list else { return }
          KafkaSubscription.find(opaque)?.rebalance(pointer, code, list)
        }
        QuietTime.follow(conf, id)
      }
      Self.all.withLock { $0.members[id] = self }
      Kafka.thread { [self] in run() }
    }

    static func find(_ opaque: UnsafeMutableRawPointer?) -> KafkaSubscription? {
      all.withLock { $0.members[UInt(bitPattern: opaque)] }
    }
  }

  // The thread.
  extension KafkaSubscription {
    private func run() {
      var isJoined = false
      rd_kafka_poll_set_consumer(handle.pointer)
      while !state.withLock({ $0.isClosed }) {
        let isActive = state.withLock { state in
          if state.waiter != nil { state.active = Deadline.now }
          return Deadline.now - state.active < options.lease
        }
        if isActive != isJoined {
          // A member that does nothing leaves, and its partitions go to others.
          if isActive { join() } else { leave() }
          isJoined = isActive
        }
        throttle()
        seek()
        let (isCommitting, isDue) = state.withLock { ($0.isCommitting, Deadline.now >= $0.retry ?? .max) }
        if isCommitting { wake() } else if isDue { commit() }
        if let message = rd_kafka_consumer_poll(handle.pointer, 50) {
          take(message)
          rd_kafka_message_destroy(message)
        }
      }
      commitAndWait(state.withLock { Array($0.parts.keys) })
      drop(nil)
      rd_kafka_consumer_close(handle.pointer)
      _ = Self.all.withLock { $0.members.removeValue(forKey: id) }
      let waiting = state.withLock { state in
        state.hasEnded = true
        return state.ended + state.committed
      }
      for continuation in waiting { continuation.resume() }
    }

    private func join() {
      let topics = PartitionList([
        (TopicPartition(topic: subscription.channel.subscribedTopic, partition: -1), Int64(0))
      ])
      rd_kafka_subscribe(handle.pointer, topics.pointer)
    }

    private func leave() {
      drop(nil)
      rd_kafka_unsubscribe(handle.pointer)
    }

    /// Pauses when enough waits to be returned, and resumes when half of it is.
    private func throttle() {
      let change = state.withLock { state -> Bool? in
        let waiting = state.buffer.count
        guard state.isPaused ? waiting <= subscription.window / 2 : waiting >= max(1, subscription.window) else {
          return nil
        }
        state.isPaused.toggle()
        return state.isPaused
      }
      if let change { pause(state.withLock { Array($0.parts.keys) }, change) }
    }

    /// Pauses partitions, or resumes them.
    func pause(_ parts: [TopicPartition], _ isPaused: Bool) {
      let list = PartitionList(parts.map { ($0, 0) })
      if isPaused {
        rd_kafka_pause_partitions(handle.pointer, list.pointer)
      } else {
        rd_kafka_resume_partitions(handle.pointer, list.pointer)
      }
    }

    /// Forgets partitions: what is in hand of them was lost.
    func drop(_ list: [TopicPartition]?) {
      state.withLock { state in
        for part in list ?? Array(state.parts.keys) {
          guard let owned = state.parts.removeValue(forKey: part) else { continue }
          state.buffer.removeAll { $0.term == owned.term }
          state.deliveries = state.deliveries.filter { $0.value.term != owned.term }
        }
      }
    }
  }

  extension KafkaSubscription.State {
    mutating func takeWaiter() -> CheckedContinuation<Void, any Error>? {
      defer { waiter = nil }
      return waiter
    }
  }
#endif

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
    private let id: UInt
    private let handle: KafkaHandle
    private let options: KafkaOptions
    private let pollInterval: Int
    private let state = Mutex(State())

    fileprivate struct State {
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
      var committed: [CheckedContinuation<Void, Never>] = []
      /// The time that the group was sent back to, until its positions are set.
      var rewind: Timestamp?
      var ended: [CheckedContinuation<Void, Never>] = []
      var hasEnded = false
    }

    fileprivate struct OwnedPartition {
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
        ("topic.metadata.refresh.interval.ms", "2000"), ("allow.auto.create.topics", "true"),
      ]
      handle = try KafkaHandle(RD_KAFKA_CONSUMER, options, settings) { conf in
        rd_kafka_conf_set_opaque(conf, UnsafeMutableRawPointer(bitPattern: id))
        rd_kafka_conf_set_rebalance_cb(conf) { pointer, code, list, opaque in
          guard let pointer, let list else { return }
          KafkaSubscription.find(opaque)?.rebalance(pointer, code, list)
        }
      }
      Self.all.withLock { $0.members[id] = self }
      Kafka.thread { [self] in run() }
    }

    private static func find(_ opaque: UnsafeMutableRawPointer?) -> KafkaSubscription? {
      all.withLock { $0.members[UInt(bitPattern: opaque)] }
    }
  }

  // The thread.
  extension KafkaSubscription {
    private func run() {
      var isJoined = false
      rd_kafka_poll_set_consumer(handle.pointer)
      while !state.withLock({ $0.isClosed }) {
        let isActive = state.withLock { $0.waiter != nil || Deadline.now - $0.active < options.lease }
        if isActive != isJoined {
          // A member that does nothing leaves, and its partitions go to others.
          if isActive { join() } else { leave() }
          isJoined = isActive
        }
        throttle()
        seek()
        if state.withLock({ $0.isCommitting }) { wake() }
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
      guard let change else { return }
      let list = PartitionList(state.withLock { $0.parts.keys.map { ($0, 0) } })
      if change {
        rd_kafka_pause_partitions(handle.pointer, list.pointer)
      } else {
        rd_kafka_resume_partitions(handle.pointer, list.pointer)
      }
    }

    private func take(_ pointer: UnsafePointer<rd_kafka_message_t>) {
      guard let message = KafkaMessage(pointer) else { return fail(pointer.pointee.err) }
      let waiter = state.withLock { state -> CheckedContinuation<Void, any Error>? in
        guard var owned = state.parts[message.position] else { return nil }
        let offset = Int(message.offset)
        var prefix = owned.prefix ?? AcknowledgedPrefix(floor: offset - 1)
        // After a pause the library may deliver again what it had fetched.
        guard offset > prefix.last else { return nil }
        prefix.deliver(offset)
        owned.prefix = prefix
        if owned.committed < 0 { owned.committed = prefix.floor }
        state.parts[message.position] = owned
        state.buffer.append((owned.term, message))
        state.arrivals += 1
        return state.takeWaiter()
      }
      waiter?.resume()
    }

    private func fail(_ code: rd_kafka_resp_err_t) {
      switch code {
      case RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, RD_KAFKA_RESP_ERR__FATAL, RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED,
        RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, RD_KAFKA_RESP_ERR__AUTHENTICATION:
        let waiter = state.withLock { $0.takeWaiter() }
        waiter?.resume(throwing: Kafka.error(code, "the group \(subscription.group) gets no events"))
      default: break  // The library tries again by itself.
      }
    }

    /// Forgets partitions: what is in hand of them was lost.
    private func drop(_ list: [TopicPartition]?) {
      state.withLock { state in
        for part in list ?? Array(state.parts.keys) {
          guard let owned = state.parts.removeValue(forKey: part) else { continue }
          state.buffer.removeAll { $0.term == owned.term }
          state.deliveries = state.deliveries.filter { $0.value.term != owned.term }
        }
      }
    }
  }

  // The group.
  extension KafkaSubscription {
    private func rebalance(
      _ pointer: OpaquePointer, _ code: rd_kafka_resp_err_t,
      _ list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>
    ) {
      let isCooperative = String(cString: rd_kafka_rebalance_protocol(pointer)) == "COOPERATIVE"
      let parts = PartitionList.items(list).map(\.0)
      if code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS {
        begin(parts)
        state.withLock { state in
          for part in parts {
            state.term += 1
            state.parts[part] = OwnedPartition(term: state.term)
          }
          // The new ones are not paused: all are, when it is time.
          state.isPaused = false
        }
        if isCooperative {
          if let error = rd_kafka_incremental_assign(pointer, list) { rd_kafka_error_destroy(error) }
        } else {
          rd_kafka_assign(pointer, list)
        }
      } else {
        if code == RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS, rd_kafka_assignment_lost(pointer) == 0 { finish(parts) }
        drop(parts)
        if isCooperative {
          if let error = rd_kafka_incremental_unassign(pointer, list) { rd_kafka_error_destroy(error) }
        } else {
          rd_kafka_assign(pointer, nil)
        }
      }
    }

    /// Commits the beginning of partitions that the group has not read: its lag is known by it, and what is published
    /// before the first acknowledgement is not passed over.
    private func begin(_ parts: [TopicPartition]) {
      let list = PartitionList(parts.map { ($0, 0) })
      guard
        rd_kafka_committed(handle.pointer, list.pointer, Int32(clamping: options.timeout)) == RD_KAFKA_RESP_ERR_NO_ERROR
      else { return }
      let new = list.items.filter { $0.1 < 0 }.map { item, _ in
        var (low, high): (Int64, Int64) = (0, 0)
        rd_kafka_query_watermark_offsets(
          handle.pointer, item.topic, item.partition, &low, &high, Int32(clamping: options.timeout))
        return (item, low)
      }
      guard !new.isEmpty else { return }
      let first = PartitionList(new)
      rd_kafka_commit(handle.pointer, first.pointer, 1)
    }

    /// Waits until nothing of the partitions is in hand, and commits.
    private func finish(_ parts: [TopicPartition]) {
      let end = Deadline.now + pollInterval - 10_000
      let isDone = {
        self.state.withLock { state in
          for part in parts { state.parts[part]?.isLeaving = true }
          return state.isClosed || parts.allSatisfy { state.parts[$0]?.inHand ?? 0 == 0 }
        }
      }
      while !isDone(), Deadline.now < end {
        // Nothing is polled meanwhile, and so no commit ends.
        wake(after: 0)
        usleep(5_000)
      }
      commitAndWait(parts)
    }

    private func commitAndWait(_ parts: [TopicPartition]) {
      let positions = state.withLock { state in
        parts.compactMap { part in state.parts[part]?.position.map { (part, Int64($0) + 1) } }
      }
      guard !positions.isEmpty else { return }
      let list = PartitionList(positions)
      rd_kafka_commit(handle.pointer, list.pointer, 0)
    }

    /// Commits what is acknowledged, one request at a time.
    private func commit() {
      let dirty = state.withLock { state -> [(TopicPartition, Int64)] in
        guard !state.isCommitting, !state.isClosed else { return [] }
        let dirty = state.parts.compactMap { part, owned in owned.position.map { (part, Int64($0) + 1) } }
        if !dirty.isEmpty { state.committing = Deadline.now }
        return dirty
      }
      guard !dirty.isEmpty else { return wake() }
      let list = PartitionList(dirty)
      let queue = rd_kafka_queue_get_consumer(handle.pointer)
      defer { rd_kafka_queue_destroy(queue) }
      rd_kafka_commit_queue(
        handle.pointer, list.pointer, queue,
        { _, code, list, opaque in
          KafkaSubscription.find(opaque)?.committed(code, PartitionList.items(list))
        }, UnsafeMutableRawPointer(bitPattern: id))
    }

    private func committed(_ code: rd_kafka_resp_err_t, _ items: [(TopicPartition, Int64)]) {
      state.withLock { state in
        state.committing = nil
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else { return }
        for (part, offset) in items {
          guard let committed = state.parts[part]?.committed else { continue }
          state.parts[part]?.committed = max(committed, Int(offset) - 1)
        }
      }
      // What could not be committed is with the next acknowledgement.
      if code == RD_KAFKA_RESP_ERR_NO_ERROR { commit() } else { wake() }
    }

    /// Lets those go on that wait for a commit, when there is none under way.
    private func wake(after milliseconds: Int = 2_000) {
      let waiting = state.withLock { state -> [CheckedContinuation<Void, Never>] in
        // Without a coordinator a commit takes long: it is tried again with what is acknowledged next.
        guard Deadline.now - (state.committing ?? .min / 2) > milliseconds else { return [] }
        defer { state.committed = [] }
        return state.committed
      }
      for continuation in waiting { continuation.resume() }
    }

    /// Sends the member's partitions back to a time.
    func rewind(to time: Timestamp) { state.withLock { $0.rewind = time } }

    private func seek() {
      let (time, parts) = state.withLock { state in
        defer { state.rewind = nil }
        return (state.rewind, Array(state.parts.keys))
      }
      guard let time, !parts.isEmpty else { return }
      let milliseconds = Int64(max(0, time.microseconds / 1_000))
      let list = PartitionList(parts.map { ($0, milliseconds) })
      guard
        rd_kafka_offsets_for_times(handle.pointer, list.pointer, Int32(clamping: options.timeout))
          == RD_KAFKA_RESP_ERR_NO_ERROR
      else { return state.withLock { $0.rewind = time } }
      drop(parts)
      state.withLock { state in
        for part in parts {
          state.term += 1
          state.parts[part] = OwnedPartition(term: state.term)
        }
      }
      rd_kafka_commit(handle.pointer, list.pointer, 1)
      if let error = rd_kafka_seek_partitions(handle.pointer, list.pointer, Int32(clamping: options.timeout)) {
        rd_kafka_error_destroy(error)
      }
    }
  }

  extension KafkaSubscription.State {
    mutating func takeWaiter() -> CheckedContinuation<Void, any Error>? {
      defer { waiter = nil }
      return waiter
    }
  }

  // The messages.
  extension KafkaSubscription {
    func next(_ limit: Int) async throws -> [DeliveredEvent] {
      while true {
        try Task.checkCancellation()
        let (events, number, arrivals) = state.withLock { state in
          state.active = Deadline.now
          state.waits += 1
          return (state.isClosed ? nil : hand(max(1, limit), &state), state.waits, state.arrivals)
        }
        guard let events else { throw CancellationError() }
        if !events.isEmpty { return events }
        try await withTaskCancellationHandler {
          try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            let isReady = state.withLock { state in
              if state.isClosed || state.arrivals != arrivals || Task.isCancelled { return true }
              state.waiter = continuation
              return false
            }
            if isReady { continuation.resume() }
          }
        } onCancel: {
          let waiter = state.withLock { $0.waits == number ? $0.takeWaiter() : nil }
          waiter?.resume(throwing: CancellationError())
        }
      }
    }

    private func hand(_ limit: Int, _ state: inout State) -> [DeliveredEvent] {
      var events: [DeliveredEvent] = []
      let limit = min(limit, max(1, subscription.window) - state.parts.values.reduce(0) { $0 + $1.inHand })
      // What is in a partition that goes to another member is left to it.
      state.buffer.removeAll { item in
        let part = item.message.position
        guard events.count < limit, let owned = state.parts[part], !owned.isLeaving else { return false }
        state.token += 1
        state.deliveries[state.token] = (part, item.term, item.message.offset)
        state.parts[part]?.inHand += 1
        events.append(item.message.event(subscription.channel, token: state.token))
        return true
      }
      return events
    }

    func acknowledge(_ events: [DeliveredEvent]) async throws {
      let waiter = state.withLock { state in
        state.active = Deadline.now
        state.arrivals += 1
        for event in events {
          guard let (part, term, offset) = state.deliveries.removeValue(forKey: event.token),
            state.parts[part]?.term == term
          else { continue }
          state.parts[part]?.prefix?.acknowledge(Int(offset))
          state.parts[part]?.inHand -= 1
        }
        return state.takeWaiter()
      }
      waiter?.resume()
      await withCheckedContinuation { continuation in
        let isClosed = state.withLock { state in
          if !state.isClosed { state.committed.append(continuation) }
          return state.isClosed
        }
        if isClosed { continuation.resume() } else { commit() }
      }
    }

    func extend(_ events: [DeliveredEvent]) async throws -> [DeliveredEvent] {
      state.withLock { state in
        state.active = Deadline.now
        return events.filter { state.deliveries[$0.token] == nil }
      }
    }

    func close() async {
      await withCheckedContinuation { continuation in
        let (waiter, hasEnded) = state.withLock { state in
          state.isClosed = true
          if !state.hasEnded { state.ended.append(continuation) }
          return (state.takeWaiter(), state.hasEnded)
        }
        waiter?.resume(throwing: CancellationError())
        if hasEnded { continuation.resume() }
      }
    }
  }
#endif

#if NATS
  import ServiceCore
  import ServiceEvents

  /// A process's part in a group: the partitions that it owns, and their messages.
  ///
  /// Every second it counts up in the group's record, sees by the others' counts who lives, and takes or releases
  /// partitions, so that each member has its share. Who owns a partition alone reads it; to take it over is to write its
  /// record, after which the former owner can no longer write its position.
  actor NATSSubscription: EventSubscription {
    let subscription: Subscription
    let api: JetStream
    let store: GroupStore
    let me: String
    let name: String
    /// In milliseconds.
    let lease: Int

    var stream: ChannelStream
    /// Since when there is no stream, by the monotonic clock.
    var missing: Int?
    var record: (value: GroupRecord, revision: Int)?
    var epoch = 0
    /// The count of each member, and when it changed last.
    var seen: [String: (count: Int, at: Int)] = [:]
    var renewed = 0
    var active = Deadline.now
    var parts: [Int: OwnedPartition] = [:]
    /// The partitions whose records may name this member.
    var claimed: Set<Int> = []
    var buffer: [(part: Int, term: Int, message: StoredMessage)] = []
    var deliveries: [UInt64: (part: Int, term: Int, sequence: Int)] = [:]
    var token: UInt64 = 0
    var term = 0
    var waiter: CheckedContinuation<Void, any Error>?
    /// Numbers the calls that wait.
    var waits = 0
    var rooms: [Int: CheckedContinuation<Void, Never>] = [:]
    private var ticking: Task<Void, Never>?
    var storing: Task<Void, Never>?
    var isClosed = false

    struct OwnedPartition {
      /// Distinguishes this ownership of the partition from others.
      let term: Int
      var revision: Int
      var stored: Int
      var prefix: AcknowledgedPrefix
      /// How many events were returned and are not acknowledged.
      var inHand = 0
      /// Whether another member waits for it.
      var isLeaving = false
      let task: Task<Void, Never>
    }

    init(_ subscription: Subscription, _ api: JetStream) {
      (self.subscription, self.api) = (subscription, api)
      (store, me, lease) = (GroupStore(api: api), subscription.process.description, api.options.lease)
      name = ChannelStream.name(subscription.channel.template)
      stream = ChannelStream(channel: subscription.channel, name: name, created: "", last: 0, partitions: 1)
    }

    /// Joins the group.
    func join() async throws {
      stream = try await ChannelStream.ensure(subscription.channel, api)
      try await store.ensure()
      try await meet()
      let pause = min(1_000, max(20, lease / 5))
      ticking = Task { [weak self] in
        while !Task.isCancelled {
          try? await Task.sleep(for: .milliseconds(pause))
          guard let self else { return }
          await self.tick()
        }
      }
    }

    private func tick() async {
      guard !isClosed else { return }
      do {
        try await meet()
        await flush()
      } catch {
        if Deadline.now - renewed > lease * 4 / 5 { drop(parts.keys.map(\.self)) }
        // The caller learns of it when there is nothing to work on.
        if parts.isEmpty { wake(error) }
        if let known = error as? TransportError, case .unavailable = known { try? await store.ensure() }
      }
    }

    func close() async {
      guard !isClosed else { return }
      // Also when the caller's task is cancelled: otherwise the others would wait for the lease to end.
      await Task { await self.leave() }.value
    }

    private func leave() async {
      guard !isClosed else { return }
      await flush()
      isClosed = true
      ticking?.cancel()
      wake(CancellationError())
      let writes = parts.map { write($0.key, $0.value, owner: "") }
      drop(parts.keys.map(\.self))
      _ = try? await store.put(writes)
      let key = GroupRecord.key(subscription.group, name)
      for _ in 0..<10 {
        guard let entry = try? await store.get([key]).first, var value = GroupRecord(entry.value) else { return }
        value.members[me] = nil
        guard let written = try? await store.put([(key, value.json, entry.revision)]) else { return }
        if written[0] != nil { return }
      }
    }
  }
#endif

#if NATS
  import ServiceCore
  import ServiceEvents

  /// A process's part in a group: the partitions that it owns, and their messages.
  ///
  /// Every second it counts up in the group's record, sees by the others' counts who lives, and takes or releases
  /// partitions, so that each member has its share. Who owns a partition alone reads it; to take it over is to write its
  /// record, after which the former owner can no longer write its position.
  actor NATSSubscription: EventSubscription {
    private let subscription: Subscription
    private let api: JetStream
    private let store: GroupStore
    private let me: String
    private let name: String
    /// In milliseconds.
    private let lease: Int

    private var stream: ChannelStream
    private var record: (value: GroupRecord, revision: Int)?
    private var epoch = 0
    /// The count of each member, and when it changed last.
    private var seen: [String: (count: Int, at: Int)] = [:]
    private var renewed = 0
    private var active = Deadline.now
    private var parts: [Int: OwnedPartition] = [:]
    /// The partitions whose records may name this member.
    private var claimed: Set<Int> = []
    private var buffer: [(part: Int, term: Int, message: StoredMessage)] = []
    private var deliveries: [UInt64: (part: Int, term: Int, sequence: Int)] = [:]
    private var token: UInt64 = 0
    private var term = 0
    private var waiter: CheckedContinuation<Void, any Error>?
    /// Numbers the calls that wait.
    private var waits = 0
    private var rooms: [Int: CheckedContinuation<Void, Never>] = [:]
    private var ticking: Task<Void, Never>?
    private var storing: Task<Void, Never>?
    private var isClosed = false

    private struct OwnedPartition {
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
  }

  // The group.
  extension NATSSubscription {
    /// Shows that this member lives, and takes or releases partitions.
    private func meet() async throws {
      let now = Deadline.now
      if waiter != nil { active = now }
      // A member that does nothing is not counted up for, and its partitions go to others.
      guard now - active < lease else { return drop(parts.keys.map(\.self)) }
      guard let value = try await renew(now) else { return }
      if value.epoch != epoch {
        if epoch != 0 || !parts.isEmpty { drop(parts.keys.map(\.self)) }
        epoch = value.epoch
      }
      let members = value.members.keys.sorted()
      guard let index = members.firstIndex(of: me) else { return }
      let share = Set((0...stream.partitions).filter { $0 % members.count == index })
      try await release(claimed.subtracting(share).sorted())
      for part in share where parts[part]?.isLeaving == true {
        parts[part]?.isLeaving = false
        if let term = parts[part]?.term { rooms.removeValue(forKey: term)?.resume() }
        wake()
      }
      try await take(share.filter { parts[$0] == nil }.sorted(), members)
    }

    /// Counts up in the group's record.
    private func renew(_ now: Int) async throws -> GroupRecord? {
      let key = GroupRecord.key(subscription.group, name)
      for _ in 0..<10 where !isClosed {
        if record == nil {
          guard let entry = try await store.get([key]).first else { return nil }
          let value = GroupRecord(entry.value) ?? GroupRecord(subscription.group, subscription.channel.template)
          record = (value, entry.revision)
        }
        guard var (value, revision) = record else { return nil }
        for (member, count) in value.members where seen[member]?.count != count { seen[member] = (count, now) }
        value.members = value.members.filter { member, _ in member == me || now - (seen[member]?.at ?? now) < lease }
        value.members[me, default: 0] += 1
        record = nil
        if let written = try await store.put([(key, value.json, revision)])[0] {
          revision = written
          record = (value, revision)
          renewed = now
          return value
        }
      }
      return nil
    }

    private func take(_ wanted: [Int], _ members: [String]) async throws {
      guard !wanted.isEmpty else { return }
      let created = stream.created
      let keys = wanted.map { PartitionRecord.key(subscription.group, name, $0, of: stream.partitions) }
      var writes: [(part: Int, record: PartitionRecord, key: String, revision: Int)] = []
      for ((part, key), entry) in zip(zip(wanted, keys), try await store.get(keys)) {
        var record = PartitionRecord(entry.value, in: created)
        guard record.owner.isEmpty || record.owner == me || !members.contains(record.owner) else { continue }
        record.owner = me
        writes.append((part, record, key, entry.revision))
      }
      // Before the write: it may be stored although its reply is lost.
      claimed.formUnion(writes.map(\.part))
      let revisions = try await store.put(writes.map { ($0.key, $0.record.json, $0.revision) })
      guard !isClosed, stream.created == created else { return }
      for (write, revision) in zip(writes, revisions) where parts[write.part] == nil {
        if let revision { begin(write.part, write.record.position, revision) }
      }
    }

    private func begin(_ part: Int, _ position: Int, _ revision: Int) {
      term += 1
      let (term, stream, api) = (term, stream, api)
      let task = Task { [weak self] in
        let cursor = MessageCursor(api, stream, filter: stream.filter(part), start: .after(position))
        defer { cursor.close() }
        while !Task.isCancelled, let room = await self?.room(part, term) {
          do {
            let messages = try await cursor.next(room)
            guard await self?.deliver(part, term, messages) == true else { return }
          } catch is MessageCursor.StreamChanged {
            try? await self?.follow(stream)
            try? await Task.sleep(for: .milliseconds(100))
          } catch {
            try? await Task.sleep(for: .milliseconds(200))
          }
        }
      }
      parts[part] = OwnedPartition(
        term: term, revision: revision, stored: position, prefix: AcknowledgedPrefix(floor: position), task: task)
    }

    /// Goes on with the stream that is there now: another one has the name of the one before, or none, and then it is made
    /// again.
    private func follow(_ former: ChannelStream) async throws {
      guard stream.created == former.created else { return }
      let found = try await ChannelStream.ensure(subscription.channel, api)
      guard stream.created == former.created, found.created != former.created else { return }
      stream = found
      drop(parts.keys.map(\.self))
    }

    /// Gives partitions to others, as soon as nothing of them is in hand: those that this member owns, and those whose
    /// records name it from a time when it lost them.
    private func release(_ list: [Int]) async throws {
      for part in list { parts[part]?.isLeaving = true }
      let free = list.filter { parts[$0]?.inHand ?? 0 == 0 }
      guard !free.isEmpty else { return }
      let keys = free.map { PartitionRecord.key(subscription.group, name, $0, of: stream.partitions) }
      var writes: [(part: Int, key: String, value: JSONValue, revision: Int)] = []
      for ((part, key), entry) in zip(zip(free, keys), try await store.get(keys)) {
        var record = PartitionRecord(entry.value, in: stream.created)
        guard record.owner == me else {
          claimed.remove(part)
          drop([part])
          continue
        }
        if let owned = parts[part], owned.revision == entry.revision { record.position = owned.prefix.floor }
        record.owner = ""
        writes.append((part, key, record.json, entry.revision))
      }
      for (write, revision) in zip(writes, try await store.put(writes.map { ($0.key, $0.value, $0.revision) })) {
        drop([write.part])
        if revision != nil { claimed.remove(write.part) }
      }
    }

    private func write(
      _ part: Int, _ owned: OwnedPartition, owner: String
    ) -> (key: String, value: JSONValue, revision: Int) {
      let record = PartitionRecord(owner: owner, position: owned.prefix.floor, stream: stream.created)
      let key = PartitionRecord.key(subscription.group, name, part, of: stream.partitions)
      return (key, record.json, owned.revision)
    }

    private func drop(_ list: [Int]) {
      for part in list {
        guard let owned = parts.removeValue(forKey: part) else { continue }
        owned.task.cancel()
        rooms.removeValue(forKey: owned.term)?.resume()
        buffer.removeAll { $0.term == owned.term }
        deliveries = deliveries.filter { $0.value.term != owned.term }
      }
    }
  }

  // The messages.
  extension NATSSubscription {
    /// How many unacknowledged messages of one partition are fetched: the window counts what was returned of all.
    private var prefetch: Int {
      let window = max(1, subscription.window)
      return min(window, max(100, window / max(1, parts.count)))
    }

    /// Waits until a partition may have more messages, and returns how many; nil when it is no longer owned.
    private func room(_ part: Int, _ term: Int) async -> Int? {
      while let owned = parts[part], owned.term == term {
        let room = prefetch - owned.prefix.pending
        if room > 0, !owned.isLeaving { return room }
        await withCheckedContinuation { rooms[term] = $0 }
      }
      return nil
    }

    private func deliver(_ part: Int, _ term: Int, _ messages: [StoredMessage]) -> Bool {
      guard parts[part]?.term == term, !isClosed else { return false }
      for message in messages {
        parts[part]?.prefix.deliver(message.sequence)
        buffer.append((part, term, message))
      }
      wake()
      return true
    }

    /// Ends the wait of ``next(_:)``; with an error only the one that the error is of.
    private func wake(_ error: (any Error)? = nil, _ number: Int? = nil) {
      guard let waiter, number == nil || number == waits else { return }
      self.waiter = nil
      if let error { waiter.resume(throwing: error) } else { waiter.resume() }
    }

    func next(_ limit: Int) async throws -> [DeliveredEvent] {
      while true {
        active = Deadline.now
        try Task.checkCancellation()
        guard !isClosed else { throw CancellationError() }
        let events = hand(max(1, limit))
        if !events.isEmpty { return events }
        waits += 1
        let number = waits
        try await withTaskCancellationHandler {
          try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            if Task.isCancelled { continuation.resume(throwing: CancellationError()) } else { waiter = continuation }
          }
        } onCancel: {
          Task { await self.wake(CancellationError(), number) }
        }
      }
    }

    private func hand(_ limit: Int) -> [DeliveredEvent] {
      var events: [DeliveredEvent] = []
      let limit = min(limit, max(1, subscription.window) - parts.values.reduce(0) { $0 + $1.inHand })
      // What is in a partition that another member waits for is left to it.
      buffer.removeAll { item in
        guard events.count < limit, let owned = parts[item.part], !owned.isLeaving else { return false }
        token += 1
        deliveries[token] = (item.part, item.term, item.message.sequence)
        parts[item.part]?.inHand += 1
        events.append(item.message.event(subscription.channel, token: token))
        return true
      }
      return events
    }

    func acknowledge(_ events: [DeliveredEvent]) async throws {
      active = Deadline.now
      for event in events {
        guard let (part, term, sequence) = deliveries.removeValue(forKey: event.token), parts[part]?.term == term else {
          continue
        }
        parts[part]?.prefix.acknowledge(sequence)
        parts[part]?.inHand -= 1
        rooms.removeValue(forKey: term)?.resume()
      }
      wake()
      await flush()
    }

    func extend(_ events: [DeliveredEvent]) async throws -> [DeliveredEvent] {
      active = Deadline.now
      if active - renewed > lease { drop(parts.keys.map(\.self)) }
      return events.filter { deliveries[$0.token] == nil }
    }

    /// Stores the positions. Calls at the same time share the next write.
    private func flush() async {
      // It may have begun before the positions were these.
      await storing?.value
      guard parts.values.contains(where: { $0.prefix.floor > $0.stored }) else { return }
      let task =
        storing
        ?? Task {
          await storePositions()
          storing = nil
        }
      storing = task
      await task.value
    }

    private func storePositions() async {
      let dirty = parts.filter { $0.value.prefix.floor > $0.value.stored }
      let writes = dirty.map { write($0.key, $0.value, owner: me) }
      // Without the server the positions are stored by a later call; until then the events may be delivered again.
      guard let revisions = try? await store.put(writes) else {
        // The writes may have been stored all the same.
        return await reread(dirty.keys.map(\.self))
      }
      for ((part, owned), revision) in zip(dirty, revisions) where parts[part]?.term == owned.term {
        guard let revision else {
          drop([part])
          continue
        }
        parts[part]?.revision = revision
        parts[part]?.stored = owned.prefix.floor
      }
    }

    /// Reads the revisions of partitions after a write whose outcome is not known.
    private func reread(_ list: [Int]) async {
      let keys = list.map { PartitionRecord.key(subscription.group, name, $0, of: stream.partitions) }
      guard let entries = try? await store.get(keys) else { return }
      for (part, entry) in zip(list, entries) {
        let record = PartitionRecord(entry.value, in: stream.created)
        guard let owned = parts[part] else { continue }
        if record.owner == me, (owned.stored...owned.prefix.floor).contains(record.position) {
          parts[part]?.revision = entry.revision
        } else {
          drop([part])
        }
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

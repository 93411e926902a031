#if NATS
  import ServiceCore
  import ServiceEvents

  // Who of the group owns which partition.
  extension NATSSubscription {
    /// Shows that this member lives, and takes or releases partitions.
    func meet() async throws {
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

    /// Goes on with the stream that is there now: another one that has the name of the one before.
    ///
    /// Without one it is left to the publisher to make it, who then publishes again what is lost. If a member made it, the
    /// publisher could store its next message before it sees the loss, and that message would come before the lost ones
    /// of its key. It is made here when no publisher takes the one before to be there any more.
    private func follow(_ former: ChannelStream) async throws {
      guard stream.created == former.created else { return }
      var found = try await ChannelStream.find(subscription.channel, api)
      if found == nil {
        let since = missing ?? Deadline.now
        missing = since
        guard Deadline.now - since > NATSTransport.trust + api.options.timeout else { return }
        found = try await ChannelStream.ensure(subscription.channel, api)
      }
      guard let found, stream.created == former.created else { return }
      missing = nil
      guard found.created != former.created else { return }
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

    func drop(_ list: [Int]) {
      for part in list {
        guard let owned = parts.removeValue(forKey: part) else { continue }
        owned.task.cancel()
        rooms.removeValue(forKey: owned.term)?.resume()
        buffer.removeAll { $0.term == owned.term }
        deliveries = deliveries.filter { $0.value.term != owned.term }
      }
    }
  }
#endif

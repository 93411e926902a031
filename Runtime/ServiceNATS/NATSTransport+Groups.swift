#if NATS
  import ServiceCore
  import ServiceEvents

  // What is known of groups, and what is done to them from outside.
  extension NATSTransport {
    public func lag() async throws -> [GroupLag] {
      let store = GroupStore(api: api)
      let keys = try await store.keys().filter { $0.hasSuffix(".members") }
      let groups = try await store.get(keys).compactMap { GroupRecord($0.value) }
      var all: [GroupLag] = []
      for start in stride(from: 0, to: groups.count, by: Self.lagWidth) {
        all += try await withThrowingTaskGroup(of: GroupLag.self) { tasks in
          for group in groups[start...].prefix(Self.lagWidth) {
            tasks.addTask { try await self.lag(group, store) }
          }
          return try await tasks.reduce(into: []) { $0.append($1) }
        }
      }
      return all.sorted { ($0.group, $0.channel) < ($1.group, $1.channel) }
    }

    /// How many groups are looked at at a time.
    private static let lagWidth = 16

    private func lag(_ group: GroupRecord, _ store: GroupStore) async throws -> GroupLag {
      let (events, first) = try await pending(group, store)
      let age = first.map { max(0, (Clock.system.now().microseconds - $0.microseconds) / 1_000) } ?? 0
      return GroupLag(group: group.group, channel: group.channel, events: events, age: age)
    }

    /// The messages that a group has not acknowledged, and the time of the first one.
    private func pending(_ group: GroupRecord, _ store: GroupStore) async throws -> (Int, Timestamp?) {
      let channel = ChannelDescriptor(template: group.channel)
      guard let stream = try await ChannelStream.find(channel, api) else { return (0, nil) }
      let keys = (0...stream.partitions).map {
        PartitionRecord.key(group.group, stream.name, $0, of: stream.partitions)
      }
      let starts = try await store.get(keys).enumerated().map { part, entry in
        (filter: stream.filter(part), position: PartitionRecord(entry.value, in: stream.created).position)
      }
      var first: Timestamp?
      let events = try await withThrowingTaskGroup(of: Int.self) { tasks in
        for (start, time) in zip(starts, try await times(stream.name, starts)) {
          guard let time else { continue }
          first = min(first ?? time, time)
          tasks.addTask { try await self.count(stream.name, start.filter, after: start.position) }
        }
        return try await tasks.reduce(0, +)
      }
      return (events, first)
    }

    /// When the first messages after positions were stored; nil where there are none.
    private func times(_ stream: String, _ starts: [(filter: String, position: Int)]) async throws -> [Timestamp?] {
      let queries = starts.map { filter, position -> JSONValue in
        ["seq": JSONValue(position + 1), "next_by_subj": .string(filter)]
      }
      do {
        return try await api.messages(stream, queries).map { $0?["time"]?.text.flatMap { Timestamp($0) } }
      } catch let failure as JetStream.Failure {
        guard failure.reason == JetStream.Failure.streamNotFound else { throw failure.transportError }
        return starts.map { _ in nil }
      }
    }

    /// How many messages there are after a position. Only a consumer tells.
    private func count(_ stream: String, _ filter: String, after position: Int) async throws -> Int {
      do {
        let made = try await MessageCursor.create(api, stream, filter, .after(position))
        _ = try? await api.api("CONSUMER.DELETE.\(stream).\(made.name)")
        return made.pending
      } catch is MessageCursor.StreamChanged {
        return 0
      }
    }

    public func rewind(_ group: String, _ channel: ChannelDescriptor, to time: Timestamp) async throws {
      let stream = try await ChannelStream.ensure(channel, api)
      let store = GroupStore(api: api)
      try await store.ensure()
      guard let known = try await store.get([GroupRecord.key(group, stream.name)]).first, known.revision > 0 else {
        throw TransportError.refused("no group \(group) has consumed \(channel.template)")
      }
      let made: MessageCursor.Created
      do {
        made = try await MessageCursor.create(api, stream.name, nil, .time(time))
      } catch is MessageCursor.StreamChanged {
        throw TransportError.lost(channels: [channel.template])
      }
      _ = try? await api.api("CONSUMER.DELETE.\(stream.name).\(made.name)")
      for part in 0...stream.partitions {
        try await store.change(PartitionRecord.key(group, stream.name, part, of: stream.partitions)) { value in
          var record = PartitionRecord(value, in: stream.created)
          record.position = made.position
          return record.json
        }
      }
      // The members see it when they count up next.
      try await store.change(GroupRecord.key(group, stream.name)) { value in
        var record = GroupRecord(value) ?? GroupRecord(group, channel.template)
        record.epoch += 1
        return record.json
      }
    }

    public func read(
      _ channel: ChannelDescriptor, from time: Timestamp?, follows: Bool,
      _ body: @Sendable (DeliveredEvent) async throws -> Void
    ) async throws {
      let stream = try await ChannelStream.ensure(channel, api)
      let cursor = MessageCursor(
        api, stream, filter: nil, start: time.map { .time($0) } ?? .after(0), follows: follows)
      defer { cursor.close() }
      while true {
        do {
          let messages = try await cursor.next(500)
          if messages.isEmpty { return }
          for message in messages { try await body(message.event(channel, token: 0)) }
        } catch is MessageCursor.StreamChanged {
          throw TransportError.lost(channels: [channel.template])
        } catch let error as TransportError where follows {
          guard case .unavailable = error else { throw error }
          try await Task.sleep(for: .milliseconds(500))
        }
      }
    }
  }

  extension GroupStore {
    /// Writes a key over what is there, as often as another process is faster.
    func change(_ key: String, _ body: (JSONValue) -> JSONValue) async throws {
      for _ in 0..<100 {
        guard let entry = try await get([key]).first else { continue }
        if try await put([(key, body(entry.value), entry.revision)])[0] != nil { return }
      }
      throw TransportError.unavailable("\(key) is written by others all the time")
    }
  }
#endif

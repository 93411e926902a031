#if NATS
  import ServiceCore
  import ServiceEvents

  // What is known of groups, and what is done to them from outside.
  extension NATSTransport {
    public func lag() async throws -> [GroupLag] {
      let store = GroupStore(api: api)
      let keys = try await store.keys().filter { $0.hasSuffix(".members") }
      var all: [GroupLag] = []
      for group in try await store.get(keys).compactMap({ GroupRecord($0.value) }) {
        let (events, first) = try await pending(group, store)
        let age = first.map { max(0, (Clock.system.now().microseconds - $0.microseconds) / 1_000) } ?? 0
        all.append(GroupLag(group: group.group, channel: group.channel, events: events, age: age))
      }
      return all
    }

    /// The messages that a group has not acknowledged, and the time of the first one.
    private func pending(_ group: GroupRecord, _ store: GroupStore) async throws -> (Int, Timestamp?) {
      let channel = ChannelDescriptor(template: group.channel)
      guard let stream = try await ChannelStream.find(channel, api) else { return (0, nil) }
      let parts = Array(0...stream.partitions)
      let keys = parts.map { PartitionRecord.key(group.group, stream.name, $0, of: stream.partitions) }
      var (events, first): (Int, Timestamp?) = (0, nil)
      for (part, entry) in zip(parts, try await store.get(keys)) {
        let position = PartitionRecord(entry.value, in: stream.created).position
        guard position < stream.last else { continue }
        let filter = stream.filter(part)
        let made: MessageCursor.Created
        do {
          made = try await MessageCursor.create(api, stream.name, filter, .after(position))
        } catch is MessageCursor.StreamChanged {
          return (0, nil)
        }
        _ = try? await api.api("CONSUMER.DELETE.\(stream.name).\(made.name)")
        guard made.pending > 0 else { continue }
        events += made.pending
        if let time = try await time(stream.name, after: position, filter) { first = min(first ?? time, time) }
      }
      return (events, first)
    }

    /// When the first message after a position was stored.
    private func time(_ stream: String, after position: Int, _ filter: String) async throws -> Timestamp? {
      do {
        let reply = try await api.api(
          "STREAM.MSG.GET.\(stream)", ["seq": JSONValue(position + 1), "next_by_subj": .string(filter)])
        return reply["message"]?["time"]?.text.flatMap { Timestamp($0) }
      } catch is JetStream.Failure {
        return nil
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

#if NATS
  import ServiceCore
  import ServiceEvents
  import Synchronization

  /// Events over NATS JetStream, of servers since 2.9.
  ///
  /// A channel is a stream (``ChannelStream``), and a group reads it as a log: each partition has one owner in the group
  /// and one position, both in a key-value bucket (``GroupStore``). It does not use durable consumers with their
  /// acknowledgements, because those lose the order of a key when a partition gets another owner: such a consumer hands on
  /// the next message while the one before it still waits for its redelivery, and only servers since 2.11 bind a consumer
  /// to one client. A position that is written over the revision that was read also fences the former owner off.
  ///
  /// A publisher has one message of a key under way at a time: a server may lose one message and store the next, for
  /// example while a stream elects its leader.
  public final class NATSTransport: EventTransport {
    let api: JetStream
    private let streams = Mutex<[String: Known]>([:])

    /// A stream that messages are published to.
    private struct Known {
      var stream: ChannelStream
      /// The greatest sequence that the server acknowledged.
      var last: Int
      /// By the monotonic clock, in milliseconds.
      var checked: Int
      /// How often the connection had been lost then.
      var losses: Int
    }

    /// Reads the URL; the connection is opened at the first use. Its parameters are those of `NATSOptions`:
    /// `nats://user:password@host:4222,second:4222?replicas=3&retention=7d&lease=15s&timeout=5s&tls=true&ca=FILE&cert=FILE&key=FILE&credentials=FILE&token=TEXT`.
    ///
    /// - Throws: ``TransportError/refused(_:)`` for a URL that cannot be used.
    public init(_ url: String) throws { api = JetStream(try NATSOptions(url)) }

    public func prepare(_ channels: [ChannelDescriptor]) async throws -> [String: String] {
      var identities: [String: String] = [:]
      for channel in channels {
        let stream = try await ChannelStream.ensure(channel, api)
        remember(stream, losses: try await api.connection().losses)
        identities[channel.template] = stream.identity
      }
      return identities
    }

    private func remember(_ stream: ChannelStream, losses: Int) {
      streams.withLock {
        $0[stream.channel.template] = Known(stream: stream, last: stream.last, checked: Deadline.now, losses: losses)
      }
    }

    public func subscribe(_ subscription: Subscription) async throws -> any EventSubscription {
      let member = NATSSubscription(subscription, api)
      try await member.join()
      return member
    }

    public func close() async { await api.close() }
  }

  // Publishing.
  extension NATSTransport {
    /// How many messages are under way at most.
    private static let width = 500
    /// For how long a stream is taken to be there, in milliseconds.
    static let trust = 2_000

    public func publish(_ events: [AddressedRecord]) async throws {
      let connection = try await api.connection()
      let channels = Dictionary(
        events.map { ($0.channel.template, $0.channel) }, uniquingKeysWith: { first, _ in first })
      for channel in channels.values { try await check(channel, connection.losses) }
      let floors = streams.withLock { $0.mapValues(\.last) }
      let messages = try events.map { try message($0, largest: connection.largest) }
      for wave in Self.waves(messages) {
        for start in stride(from: 0, to: wave.count, by: Self.width) {
          let part = wave[start..<min(start + Self.width, wave.count)]
          let replies = await connection.request(part.map(\.message), timeout: api.options.timeout)
          for (sent, reply) in zip(part, replies) {
            try await acknowledged(sent.channel, reply, after: floors[sent.channel.template] ?? 0)
          }
        }
      }
    }

    private struct Pending: Sendable {
      let channel: ChannelDescriptor
      /// Nil for an event without a key, which goes at any time.
      let key: String?
      let message: NATSConnection.Outgoing
    }

    /// The first messages of all keys, the second ones, and so on.
    private static func waves(_ messages: [Pending]) -> [[Pending]] {
      var counts: [String: Int] = [:]
      var waves: [[Pending]] = []
      for message in messages {
        let index = message.key.map { counts[$0, default: 0] } ?? 0
        if let key = message.key { counts[key] = index + 1 }
        if index == waves.count { waves.append([]) }
        waves[index].append(message)
      }
      return waves
    }

    private func message(_ event: AddressedRecord, largest: Int) throws -> Pending {
      try ChannelStream.check(event.address, of: event.channel)
      let count = streams.withLock { $0[event.channel.template]?.stream.partitions } ?? event.channel.partitions
      let record = event.record
      let id = "\(record.source)/\(record.id)"
      let partition = ChannelDescriptor.part(of: record.key ?? id, among: count)
      var headers: [(name: String, value: String)] = [("Nats-Msg-Id", PercentEncoding.header(id))]
      // libnats takes the line after an empty header for its value: those are only named.
      headers += record.cloudEventHeaders("ce-").map { ($0.name, PercentEncoding.header($0.value)) }
        .filter { !$0.1.isEmpty }
      let names = record.headers.map(\.name) + (record.key == "" ? ["ce-partitionkey"] : [])
      if !names.isEmpty { headers.append((StoredMessage.order, names.joined(separator: ","))) }
      guard names.allSatisfy(Self.isToken) else {
        throw TransportError.refused("the event \(id) has a header whose name is no token (RFC 9110, section 5.6.2)")
      }
      let size = headers.reduce(record.data.count + 16) { $0 + $1.name.utf8.count + $1.value.utf8.count + 4 }
      guard size <= largest else {
        throw TransportError.refused(
          "the event \(id) has \(size) bytes, and the server takes \(largest): raise its max_payload, or send less")
      }
      return Pending(
        channel: event.channel, key: record.key.map { "\(event.channel.template)\n\($0)" },
        message: NATSConnection.Outgoing(
          subject: "charter.\(partition).\(event.address)", headers: headers, data: record.data))
    }

    private static func isToken(_ name: String) -> Bool {
      !name.isEmpty
        && name.utf8.allSatisfy { byte in
          (0x21...0x7E).contains(byte) && !#"(),/:;<=>?@[\]{}""#.utf8.contains(byte)
        }
    }

    /// Sees that the stream is still the one that was prepared.
    private func check(_ channel: ChannelDescriptor, _ losses: Int) async throws {
      let known = streams.withLock { $0[channel.template] }
      if let known, Deadline.now - known.checked < Self.trust, known.losses == losses { return }
      guard let known else {
        return remember(try await ChannelStream.ensure(channel, api), losses: losses)
      }
      guard let found = try await ChannelStream.find(channel, api), found.created == known.stream.created else {
        throw TransportError.lost(channels: [channel.template])
      }
      streams.withLock {
        $0[channel.template]?.checked = Deadline.now
        $0[channel.template]?.losses = losses
      }
    }

    private func acknowledged(_ channel: ChannelDescriptor, _ reply: NATSMessage, after floor: Int) async throws {
      if reply.status == 503 {
        // Nothing listens: the stream is gone, or has no leader at this moment.
        streams.withLock { $0[channel.template]?.checked = .min / 2 }
        try await check(channel, (try? await api.connection().losses) ?? 0)
        throw TransportError.unavailable("the stream of \(channel.template) does not respond")
      }
      do {
        let value = try JetStream.value(reply)
        guard let sequence = value["seq"]?.integer else {
          throw TransportError.unavailable("the acknowledgement of \(channel.template) has no sequence")
        }
        if sequence <= floor, value["duplicate"] != true {
          // It counts anew: another stream has the name of the one that was prepared.
          streams.withLock { $0[channel.template]?.checked = .min / 2 }
          throw TransportError.lost(channels: [channel.template])
        }
        streams.withLock {
          let last = $0[channel.template]?.last ?? 0
          $0[channel.template]?.last = max(last, sequence)
        }
      } catch let failure as JetStream.Failure {
        throw failure.transportError
      }
    }
  }
#endif

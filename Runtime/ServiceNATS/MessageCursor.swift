#if NATS
  import ServiceCore
  import ServiceEvents

  /// A message in a stream.
  struct StoredMessage: Sendable {
    let stream: String
    let sequence: Int
    let time: Timestamp
    /// The position among those that the consumer delivered, from 1.
    let delivery: Int
    /// How many messages the consumer had after it.
    let pending: Int
    var message: NATSMessage

    /// Reads what the server writes into the reply subject. Nil for a status.
    init?(_ message: NATSMessage) {
      guard let tokens = Self.tokens(message.reply), let sequence = Int(tokens[3]), let delivery = Int(tokens[4]),
        let time = Int(tokens[5]), let pending = Int(tokens[6])
      else { return nil }
      stream = String(tokens[0])
      (self.sequence, self.delivery, self.pending, self.message) = (sequence, delivery, pending, message)
      self.time = Timestamp(microseconds: time / 1_000)
    }

    /// Which consumer delivers the message that has a reply subject, as `stream.consumer`. Nil for a status.
    static func consumer(_ reply: String) -> String? { tokens(reply).map { "\($0[0]).\($0[1])" } }

    /// What follows the first tokens of a reply subject (ADR-15): `$JS.ACK.[domain.account.]stream.consumer.deliveries.
    /// sequence.delivery.time.pending[.token]`.
    private static func tokens(_ reply: String) -> [Substring]? {
      guard reply.hasPrefix("$JS.ACK.") else { return nil }
      let tokens = reply.split(separator: ".")
      guard tokens.count == 9 || tokens.count >= 11 else { return nil }
      return Array(tokens.dropFirst(tokens.count == 9 ? 2 : 4))
    }

    /// The event, whose address is the subject without what Charter writes before it.
    func event(_ channel: ChannelDescriptor, token: UInt64) -> DeliveredEvent {
      let tokens = message.subject.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
      let address = tokens.count == 3 && tokens[0] == "charter" ? String(tokens[2]) : message.subject
      var headers = Self.ordered(message.headers.filter { !$0.name.lowercased().hasPrefix("nats-") })
      for index in headers.indices {
        // A sender that does not encode may write a percent sign that begins no code.
        headers[index].value = PercentEncoding.decode(headers[index].value.utf8) ?? headers[index].value
      }
      let record = EventRecord(
        headers: headers, data: message.data, prefix: "ce-", channel: channel, address: address,
        id: "\(stream)/\(sequence)", key: nil, time: time)
      return DeliveredEvent(channel: channel, address: address, record: record, token: token)
    }
  }

  extension StoredMessage {
    /// Names the headers of the event in their order, which libnats does not keep, and those that are empty.
    static let order = "charter-headers"

    /// Whether libnats may have read the headers wrongly: it takes the line after an empty one for its value. Charter
    /// writes no empty ones.
    var isDoubtful: Bool {
      message.isUnreadable
        || !message.subject.hasPrefix("charter.") && message.headers.contains { Self.mayBeLine($0.value) }
    }

    private static func mayBeLine(_ value: String) -> Bool {
      guard let colon = value.firstIndex(of: ":"), colon > value.startIndex, Timestamp(value) == nil else {
        return false
      }
      return value[..<colon].utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }

    private static func ordered(_ headers: [(name: String, value: String)]) -> [(name: String, value: String)] {
      guard let order = headers.first(where: { $0.name == order })?.value else { return headers }
      var values: [Substring: ArraySlice<String>] = [:]
      for (name, value) in headers { values[name[...], default: []].append(value) }
      let first = order.split(separator: ",").map { name in
        (name: String(name), value: values[name]?.popFirst() ?? "")
      }
      let rest = headers.map(\.name).filter { $0 != Self.order }.compactMap { name in
        values[name[...]]?.popFirst().map { (name: name, value: $0) }
      }
      return first + rest
    }
  }

  /// Reads the messages of a stream from one position on, in order and without gaps, by a consumer of the server that is in
  /// memory and acknowledges nothing: when it is lost, another one continues behind the last message. Used by one task.
  final class MessageCursor {
    enum Start {
      case after(Int)
      case time(Timestamp)
    }

    /// The stream is gone, or another one has its name.
    struct StreamChanged: Error {}

    private let api: JetStream
    private let stream: ChannelStream
    private let filter: String?
    private var start: Start
    private let follows: Bool

    private var consumer: (name: String, connection: NATSConnection, box: Mailbox)?
    private var deliveries = 0
    /// The sequence before the next message.
    private var position = 0
    /// How many messages the consumer has after that, as it last said.
    private var pending = 0
    /// How many messages the server was asked for and did not deliver yet.
    private var outstanding = 0

    private static let lifetime = 30_000_000_000
    /// The server says every two seconds that it has nothing; after five without a word the consumer is lost.
    private static let heartbeat = 2_000_000_000
    private static let silence = 5_000

    init(_ api: JetStream, _ stream: ChannelStream, filter: String?, start: Start, follows: Bool = true) {
      (self.api, self.stream, self.filter, self.start, self.follows) = (api, stream, filter, start, follows)
    }

    /// Waits for messages, and returns at most `limit` of them; none at the end for a cursor that does not follow.
    ///
    /// - Throws: ``StreamChanged``; `CancellationError`; ``TransportError``, after which it can be called again.
    func next(_ limit: Int) async throws -> [StoredMessage] {
      while true {
        try Task.checkCancellation()
        let box = try await pull(limit)
        guard let message = await box.next() else { throw CancellationError() }
        var batch: [StoredMessage] = []
        var outcome = take(message, &batch)
        while outcome == .go, batch.count < limit, let more = box.poll() { outcome = take(more, &batch) }
        if outcome == .lost { close() }
        if !batch.isEmpty { return try await completed(batch) }
        if outcome == .end, try await isAtEnd() { return [] }
        if outcome != .go { try await Task.sleep(for: .milliseconds(100)) }
      }
    }

    /// Asks the server for messages, unless it still has to deliver some. Returns where they arrive.
    private func pull(_ limit: Int) async throws -> Mailbox {
      let (box, connection, name) = try await open()
      guard outstanding == 0 else { return box }
      // With `no_wait` a server says nothing when it has delivered all that it has and was asked for more.
      outstanding = follows ? limit : min(limit, max(1, pending))
      var pull: JSONObject<JSONValue> = ["batch": JSONValue(outstanding)]
      if follows {
        pull["expires"] = JSONValue(Self.lifetime)
        pull["idle_heartbeat"] = JSONValue(Self.heartbeat)
      } else {
        pull["no_wait"] = true
      }
      await connection.send(
        NATSConnection.Outgoing(
          subject: "$JS.API.CONSUMER.MSG.NEXT.\(stream.name).\(name)", data: JSONValue.object(pull).json),
        replies: box)
      return box
    }

    /// Whether the stream's leader has no more messages either: the consumer may be at a server that is behind.
    private func isAtEnd() async throws -> Bool {
      do {
        let query: JSONValue = ["seq": JSONValue(position + 1), "next_by_subj": .string(filter ?? ">")]
        return try await api.messages(stream.name, [query]) == [nil]
      } catch let failure as JetStream.Failure {
        throw failure.reason == JetStream.Failure.streamNotFound ? StreamChanged() : failure.transportError
      }
    }

    /// Reads the headers again that libnats may not have read.
    private func completed(_ batch: [StoredMessage]) async throws -> [StoredMessage] {
      var batch = batch
      let doubtful = batch.indices.filter { batch[$0].isDoubtful }
      guard !doubtful.isEmpty else { return batch }
      do {
        let messages = try await api.messages(
          stream.name, doubtful.map { ["seq": JSONValue(batch[$0].sequence)] })
        for (index, message) in zip(doubtful, messages) {
          // One that was removed meanwhile is delivered without headers.
          let bytes = message?["hdrs"]?.text.flatMap { Base64($0)?.bytes } ?? []
          batch[index].message.headers = NATSMessage.headers(bytes)
        }
        return batch
      } catch {
        // The next call returns these messages.
        close()
        start = .after(batch[0].sequence - 1)
        throw (error as? JetStream.Failure)?.transportError ?? error
      }
    }

    private enum Outcome { case go, end, lost }

    private func take(_ message: NATSMessage, _ batch: inout [StoredMessage]) -> Outcome {
      guard let stored = StoredMessage(message) else {
        switch message.status {
        case 100: return .go
        case 404, 408:
          outstanding = 0
          return follows ? .go : .end
        default: return .lost
        }
      }
      guard stored.delivery == deliveries + 1 else { return .lost }
      deliveries += 1
      outstanding -= 1
      pending = stored.pending
      // A server that is behind begins with what it has last, although that is before the start.
      guard stored.sequence > position else { return .go }
      position = stored.sequence
      start = .after(position)
      batch.append(stored)
      return .go
    }

    private func open() async throws -> (Mailbox, NATSConnection, String) {
      if let consumer { return (consumer.box, consumer.connection, consumer.name) }
      guard let current = try await ChannelStream.find(stream.channel, api), current.created == stream.created else {
        throw StreamChanged()
      }
      let made = try await Self.create(api, stream.name, filter, start)
      let connection = try await api.connection()
      let box = connection.mailbox(silence: Self.silence, consumer: "\(stream.name).\(made.name)")
      consumer = (made.name, connection, box)
      (deliveries, outstanding) = (0, 0)
      pending = made.pending
      position = if case .after(let sequence) = start { sequence } else { made.position }
      return (box, connection, made.name)
    }

    /// Forgets the server's consumer, which ends by itself when nobody asks it for messages.
    func close() {
      guard let (name, connection, box) = consumer else { return }
      consumer = nil
      connection.remove(box)
      let (api, stream) = (api, stream.name)
      Task { _ = try? await api.api("CONSUMER.DELETE.\(stream).\(name)") }
    }

    deinit { if let consumer { consumer.connection.remove(consumer.box) } }

    /// A consumer of the server, and what it knows when it begins.
    struct Created {
      let name: String
      /// The sequence before its first message.
      let position: Int
      let pending: Int
    }

    static func create(_ api: JetStream, _ stream: String, _ filter: String?, _ start: Start) async throws -> Created {
      var config: JSONObject<JSONValue> = [
        "ack_policy": "none", "replay_policy": "instant", "inactive_threshold": JSONValue(lifetime),
        "mem_storage": true,
        "num_replicas": 1, "max_deliver": -1,
      ]
      if let filter { config["filter_subject"] = .string(filter) }
      switch start {
      case .after(let sequence):
        config["deliver_policy"] = "by_start_sequence"
        config["opt_start_seq"] = JSONValue(sequence + 1)
      case .time(let time):
        config["deliver_policy"] = "by_start_time"
        config["opt_start_time"] = .string(time.description)
      }
      do {
        let made = try await api.api(
          "CONSUMER.CREATE.\(stream)", ["stream_name": .string(stream), "config": .object(config)])
        guard let name = made["name"]?.text, let position = made["delivered"]?["stream_seq"]?.integer,
          let pending = made["num_pending"]?.integer
        else { throw TransportError.unavailable("the server's description of a consumer of \(stream) is incomplete") }
        return Created(name: name, position: position, pending: pending)
      } catch let failure as JetStream.Failure {
        if failure.reason == JetStream.Failure.streamNotFound { throw StreamChanged() }
        throw failure.transportError
      }
    }
  }
#endif

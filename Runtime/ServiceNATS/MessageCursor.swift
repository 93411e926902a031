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
    var message: NATSMessage

    /// Reads what the server writes into the reply subject (ADR-15): `$JS.ACK.[domain.account.]stream.consumer.
    /// deliveries.sequence.delivery.time.pending[.token]`. Nil for a status.
    init?(_ message: NATSMessage) {
      let tokens = message.reply.split(separator: ".")
      guard message.reply.hasPrefix("$JS.ACK."), tokens.count == 9 || tokens.count >= 11 else { return nil }
      let start = tokens.count == 9 ? 2 : 4
      guard let sequence = Int(tokens[start + 3]), let delivery = Int(tokens[start + 4]),
        let time = Int(tokens[start + 5])
      else { return nil }
      stream = String(tokens[start])
      (self.sequence, self.delivery, self.message) = (sequence, delivery, message)
      self.time = Timestamp(microseconds: time / 1_000)
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
        let (box, connection, name) = try await open()
        if outstanding == 0 {
          outstanding = limit
          let pull: JSONValue =
            follows
            ? [
              "batch": JSONValue(limit), "expires": JSONValue(Self.lifetime),
              "idle_heartbeat": JSONValue(Self.heartbeat),
            ] : ["batch": JSONValue(limit), "no_wait": true]
          await connection.send(
            NATSConnection.Outgoing(subject: "$JS.API.CONSUMER.MSG.NEXT.\(stream.name).\(name)", data: pull.json),
            replies: box)
        }
        guard var message = await box.next() else { throw CancellationError() }
        var batch: [StoredMessage] = []
        while true {
          switch take(message, &batch) {
          case .go: break
          case .end: return try await complete(batch)
          case .lost:
            close()
            if batch.isEmpty { try await Task.sleep(for: .milliseconds(100)) }
          }
          guard consumer != nil, batch.count < limit, let more = box.poll() else { break }
          message = more
        }
        if !batch.isEmpty { return try await complete(batch) }
      }
    }

    /// Reads the headers again that libnats cannot read.
    private func complete(_ batch: [StoredMessage]) async throws -> [StoredMessage] {
      var batch = batch
      for index in batch.indices where batch[index].message.isUnreadable {
        do {
          let reply = try await api.api(
            "STREAM.MSG.GET.\(stream.name)", ["seq": JSONValue(batch[index].sequence)])
          let bytes = reply["message"]?["hdrs"]?.text.flatMap { Base64($0)?.bytes } ?? []
          batch[index].message.headers = NATSMessage.headers(bytes)
        } catch let failure as JetStream.Failure {
          // It was removed meanwhile: it is delivered without headers.
          guard failure.reason == JetStream.Failure.noMessage else { throw failure.transportError }
        }
      }
      return batch
    }

    private enum Outcome { case go, end, lost }

    private func take(_ message: NATSMessage, _ batch: inout [StoredMessage]) -> Outcome {
      guard let stored = StoredMessage(message) else {
        switch message.status {
        case 100: return .go
        case 404 where !follows:
          outstanding = 0
          return .end
        case 404, 408:
          outstanding = 0
          return .go
        default: return .lost
        }
      }
      guard stored.delivery == deliveries + 1 else { return .lost }
      deliveries += 1
      outstanding -= 1
      start = .after(stored.sequence)
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
      let box = connection.mailbox(silence: Self.silence)
      consumer = (made.name, connection, box)
      (deliveries, outstanding) = (0, 0)
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

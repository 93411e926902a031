#if NATS
  import CNATS
  import Glibc
  import ServiceCore
  import ServiceEvents
  import ServiceLoop

  /// A message as the server delivers it. A status, such as "no messages", is a message without data.
  struct NATSMessage: Sendable {
    var subject = ""
    var reply = ""
    var headers: [(name: String, value: String)] = []
    var data: [UInt8] = []
    /// Whether it has headers that libnats does not read.
    var isUnreadable = false

    /// Reads headers as they are on the wire (ADR-4).
    static func headers(_ bytes: [UInt8]) -> [(name: String, value: String)] {
      bytes.split(separator: UInt8(ascii: "\n")).dropFirst().compactMap { line in
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > line.startIndex else { return nil }
        let space: Set<UInt8> = [UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r")]
        let value = line[line.index(after: colon)...].drop { space.contains($0) }
        let end = value.lastIndex { !space.contains($0) }.map { value.index(after: $0) } ?? value.startIndex
        return (
          String(decoding: line[..<colon], as: UTF8.self),
          String(decoding: value[value.startIndex..<end], as: UTF8.self)
        )
      }
    }

    func header(_ name: String) -> String? { headers.first { $0.name.lowercased() == name }?.value }
    var status: Int? { data.isEmpty ? header("status").flatMap { Int($0) } : nil }
    var statusText: String { header("description") ?? "" }

    /// The library's own statuses: the connection was lost, and a mailbox was without a message for its time.
    static let disconnected = NATSMessage(headers: [("status", "598"), ("description", "the connection was lost")])
    static let silent = NATSMessage(headers: [("status", "599"), ("description", "no response in time")])
  }

  /// A connection to a server or a cluster. All of it is requests and their replies: those to one inbox, which names the
  /// request in its last token. A stream's messages are delivered to the inbox, too, but have the subjects that they were
  /// published to.
  ///
  /// libnats connects, reconnects, and parses; what JetStream adds to NATS is messages, which ``JetStream`` writes. The
  /// library's own functions for it block a thread for each request, and would need one for each partition.
  ///
  /// `@unchecked`: libnats locks its connections itself, and the pointers are destroyed by the last reference.
  final class NATSConnection: @unchecked Sendable {
    /// Sending blocks while the server does not read.
    private static let pool = BlockingPool(threads: 4)

    private let connection: OpaquePointer
    private let subscription: OpaquePointer
    private let inbox: String
    private let mailboxes: Mailboxes

    private init(_ connection: OpaquePointer, _ subscription: OpaquePointer, _ inbox: String, _ mailboxes: Mailboxes) {
      (self.connection, self.subscription, self.inbox, self.mailboxes) = (connection, subscription, inbox, mailboxes)
    }

    deinit {
      mailboxes.close()
      let (connection, subscription) = (UInt(bitPattern: connection), UInt(bitPattern: subscription))
      // Closing waits for the server to take what is buffered.
      Task {
        await Self.pool.run {
          natsConnection_Close(OpaquePointer(bitPattern: connection))
          natsSubscription_Destroy(OpaquePointer(bitPattern: subscription))
          natsConnection_Destroy(OpaquePointer(bitPattern: connection))
        }
      }
    }

    var isClosed: Bool { natsConnection_IsClosed(connection) }
    /// The length of the largest message that the server takes.
    var largest: Int { Int(natsConnection_GetMaxPayload(connection)) }
    /// How often the connection was lost.
    var losses: Int { mailboxes.losses }

    static func connect(_ options: NATSOptions) async throws -> NATSConnection {
      try await pool.run { Result { try open(options) } }.get()
    }

    private static func open(_ options: NATSOptions) throws -> NATSConnection {
      let mailboxes = Mailboxes()
      do {
        return try open(options, mailboxes)
      } catch {
        mailboxes.close()
        throw error
      }
    }

    private static func open(_ options: NATSOptions, _ mailboxes: Mailboxes) throws -> NATSConnection {
      let pointer = try options.make()
      defer { natsOptions_Destroy(pointer) }
      let closure = UnsafeMutableRawPointer(bitPattern: mailboxes.id)
      natsOptions_SetDisconnectedCB(pointer, { _, closure in Mailboxes.from(closure)?.disconnect() }, closure)
      var connection: OpaquePointer?
      let status = natsConnection_Connect(&connection, pointer)
      guard status == NATS_OK, let connection else {
        throw TransportError.unavailable(
          "cannot connect to \(options.url.servers.joined(separator: ", ")): \(text(status))")
      }
      let inbox = "_INBOX.\(mailboxes.name)."
      var subscription: OpaquePointer?
      let subscribed = natsConnection_Subscribe(
        &subscription, connection, inbox + "*",
        { _, _, message, closure in
          guard let message else { return }
          Mailboxes.from(closure)?.take(NATSMessage(message))
          natsMsg_Destroy(message)
        }, closure)
      guard subscribed == NATS_OK, let subscription else {
        natsConnection_Destroy(connection)
        throw TransportError.unavailable("cannot subscribe to replies: \(text(subscribed))")
      }
      // Without a limit: what is asked for is bounded, and a dropped message would be waited for in vain.
      natsSubscription_SetPendingLimits(subscription, -1, -1)
      mailboxes.watch()
      return NATSConnection(connection, subscription, inbox, mailboxes)
    }

    fileprivate static func text(_ status: natsStatus) -> String { String(cString: natsStatus_GetText(status)) }

    /// A message that is to be sent.
    struct Outgoing: Sendable {
      var subject: String
      var headers: [(name: String, value: String)] = []
      var data: [UInt8] = []
    }

    /// Sends a message, and returns the first reply. ``NATSMessage/silent`` when there is none in time, in milliseconds.
    func request(_ message: Outgoing, timeout: Int) async -> NATSMessage {
      await request([message], timeout: timeout).first ?? .silent
    }

    /// Sends messages in this order, and returns the first reply to each.
    func request(_ messages: [Outgoing], timeout: Int) async -> [NATSMessage] {
      let boxes = messages.map { _ in mailboxes.open(silence: timeout) }
      await Self.pool.run { [self] in
        for (message, box) in zip(messages, boxes) where !send(message, to: box) { box.put(.disconnected) }
      }
      var replies: [NATSMessage] = []
      for box in boxes {
        replies.append(await box.next() ?? .silent)
        mailboxes.remove(box)
      }
      return replies
    }

    /// A mailbox for any number of replies, and for the messages of a consumer (`stream.consumer`); the caller removes it.
    /// It gets ``NATSMessage/silent`` after `silence` milliseconds without one.
    func mailbox(silence: Int, consumer: String) -> Mailbox { mailboxes.open(silence: silence, consumer: consumer) }
    func remove(_ box: Mailbox) { mailboxes.remove(box) }

    /// Sends a message whose replies go to a mailbox.
    func send(_ message: Outgoing, replies box: Mailbox) async {
      await Self.pool.run { [self] in if !send(message, to: box) { box.put(.disconnected) } }
    }

    private func send(_ message: Outgoing, to box: Mailbox) -> Bool {
      guard natsConnection_Status(connection) == NATS_CONN_STATUS_CONNECTED else { return false }
      var pointer: OpaquePointer?
      let made = message.data.withUnsafeBytes { bytes in
        natsMsg_Create(
          &pointer, message.subject, inbox + String(box.token), bytes.bindMemory(to: CChar.self).baseAddress,
          Int32(clamping: bytes.count))
      }
      guard made == NATS_OK, let pointer else { return false }
      defer { natsMsg_Destroy(pointer) }
      for (name, value) in message.headers where natsMsgHeader_Add(pointer, name, value) != NATS_OK { return false }
      return natsConnection_PublishMsg(connection, pointer) == NATS_OK
    }
  }

  extension NATSMessage {
    fileprivate init(_ message: OpaquePointer) {
      subject = String(cString: natsMsg_GetSubject(message))
      if let text = natsMsg_GetReply(message) { reply = String(cString: text) }
      if let bytes = natsMsg_GetData(message) {
        data = Array(UnsafeRawBufferPointer(start: bytes, count: Int(natsMsg_GetDataLength(message))))
      }
      var keys: UnsafeMutablePointer<UnsafePointer<CChar>?>?
      var count: Int32 = 0
      let status = natsMsgHeader_Keys(message, &keys, &count)
      isUnreadable = status != NATS_OK && status != NATS_NOT_FOUND
      guard status == NATS_OK, let keys else { return }
      defer { free(keys) }
      for index in 0..<Int(count) {
        guard let key = keys[index] else { continue }
        var values: UnsafeMutablePointer<UnsafePointer<CChar>?>?
        var number: Int32 = 0
        guard natsMsgHeader_Values(message, key, &values, &number) == NATS_OK, let values else { continue }
        defer { free(values) }
        for value in UnsafeBufferPointer(start: values, count: Int(number)) {
          if let value { headers.append((String(cString: key), String(cString: value))) }
        }
      }
    }
  }
#endif

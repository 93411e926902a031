#if NATS
  import ServiceCore
  import Synchronization

  /// Where the replies to one request wait until they are taken.
  final class Mailbox: Sendable {
    let token: UInt64
    /// Whose messages it gets, besides the replies.
    let consumer: String?
    private let silence: Int
    private let state: Mutex<State>

    private struct State {
      var messages: [NATSMessage] = []
      var taken = 0
      var waiter: CheckedContinuation<NATSMessage?, Never>?
      var isCancelled = false
      /// By the monotonic clock, in milliseconds.
      var last: Int

      mutating func take() -> NATSMessage? {
        guard taken < messages.count else { return nil }
        defer {
          taken += 1
          if taken == messages.count { (messages, taken) = ([], 0) }
        }
        return messages[taken]
      }
    }

    init(token: UInt64, consumer: String?, silence: Int) {
      (self.token, self.consumer, self.silence) = (token, consumer, silence)
      state = Mutex(State(last: Deadline.now))
    }

    func put(_ message: NATSMessage) {
      let waiter = state.withLock { state -> CheckedContinuation<NATSMessage?, Never>? in
        state.last = Deadline.now
        guard let waiter = state.waiter else {
          state.messages.append(message)
          return nil
        }
        state.waiter = nil
        return waiter
      }
      waiter?.resume(returning: message)
    }

    /// Puts ``NATSMessage/silent`` in when nothing came for long.
    func check(at now: Int) {
      if state.withLock({ $0.waiter != nil && now - $0.last >= silence }) { put(.silent) }
    }

    /// A message that is there already.
    func poll() -> NATSMessage? { state.withLock { $0.take() } }

    /// Waits for a message; nil when the task is cancelled. One task at a time.
    func next() async -> NATSMessage? {
      await withTaskCancellationHandler {
        await withCheckedContinuation { continuation in
          let result = state.withLock { state -> NATSMessage?? in
            if let message = state.take() { return .some(message) }
            if state.isCancelled { return .some(nil) }
            state.waiter = continuation
            return nil
          }
          if let result { continuation.resume(returning: result) }
        }
      } onCancel: {
        let waiter = state.withLock { state -> CheckedContinuation<NATSMessage?, Never>? in
          state.isCancelled = true
          defer { state.waiter = nil }
          return state.waiter
        }
        waiter?.resume(returning: nil)
      }
    }
  }

  /// The mailboxes of a connection.
  final class Mailboxes: Sendable {
    private let state = Mutex(State())

    private struct State {
      /// By their tokens.
      var boxes: [UInt64: Mailbox] = [:]
      /// Those that get the messages of a consumer.
      var consumers: [String: Mailbox] = [:]
      var next: UInt64 = 0
      var losses = 0
      var isClosed = false
    }

    /// The mailboxes of all open connections. libnats calls back with a number and not with a pointer, so that a late call
    /// meets nothing.
    private static let all = Mutex<(last: UInt, boxes: [UInt: Mailboxes])>((0, [:]))

    let id: UInt
    /// Distinguishes the connection from those of all other processes.
    let name: String

    init() {
      var random = SystemRandomNumberGenerator()
      name = String(random.next(), radix: 36) + String(random.next(), radix: 36)
      id = Self.all.withLock { all in
        all.last += 1
        return all.last
      }
      Self.all.withLock { $0.boxes[id] = self }
    }

    static func from(_ closure: UnsafeMutableRawPointer?) -> Mailboxes? {
      all.withLock { $0.boxes[UInt(bitPattern: closure)] }
    }

    var losses: Int { state.withLock { $0.losses } }

    func open(silence: Int, consumer: String? = nil) -> Mailbox {
      state.withLock { state in
        state.next += 1
        let box = Mailbox(token: state.next, consumer: consumer, silence: silence)
        state.boxes[box.token] = box
        if let consumer { state.consumers[consumer] = box }
        return box
      }
    }

    func remove(_ box: Mailbox) {
      state.withLock { state in
        state.boxes[box.token] = nil
        if let consumer = box.consumer { state.consumers[consumer] = nil }
      }
    }

    func take(_ message: NATSMessage) {
      if let consumer = StoredMessage.consumer(message.reply) {
        state.withLock { $0.consumers[consumer] }?.put(message)
      } else if let token = message.subject.split(separator: ".").last.flatMap({ UInt64($0) }) {
        state.withLock { $0.boxes[token] }?.put(message)
      }
    }

    func disconnect() {
      let boxes = state.withLock { state in
        state.losses += 1
        return Array(state.boxes.values)
      }
      for box in boxes { box.put(.disconnected) }
    }

    func close() {
      state.withLock { $0.isClosed = true }
      _ = Self.all.withLock { $0.boxes.removeValue(forKey: id) }
      disconnect()
    }

    /// Looks after silent mailboxes until the connection is closed.
    func watch() {
      Task { [weak self] in
        while let boxes = self?.state.withLock({ $0.isClosed ? nil : Array($0.boxes.values) }) {
          let now = Deadline.now
          for box in boxes { box.check(at: now) }
          try? await Task.sleep(for: .milliseconds(100))
        }
      }
    }
  }
#endif

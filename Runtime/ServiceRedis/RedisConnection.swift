#if Redis
  import CRedis
  import ServiceCore
  import ServiceLoop

  /// A connection to Redis on one loop, which runs one script.
  ///
  /// Nobody waits for it for long: a server that does not answer in time is away until it has answered a first request of a new
  /// connection, and meanwhile a call is answered with nil at once.
  actor RedisConnection: LoopBound {
    nonisolated let loop: Loop
    private let address: RedisAddress
    private let script: String
    private let logger: Logger
    private var context: UnsafeMutablePointer<redisAsyncContext>?
    /// What the server calls the script, once it has it; nil while the server is away.
    private var digest: String?
    private var pending: [(number: Int, due: Int, continuation: CheckedContinuation<[Int]?, Never>)] = []
    private var first = 0
    private var number = 0
    private var timer: LoopEvent?
    private var retry: LoopEvent?
    private var starting: CheckedContinuation<Void, Never>?
    private var wasUp = true
    private var isStopped = false

    /// In milliseconds: how long a call may wait, and how long until a server that is away is tried again.
    private static let (patience, pause) = (40, 500)

    init(_ address: RedisAddress, loop: Loop, script: String, logger: Logger) {
      (self.address, self.loop, self.script, self.logger) = (address, loop, script, logger)
    }

    /// Connects, and waits until the server has answered or is found to be away.
    func start() async {
      await withCheckedContinuation { continuation in
        starting = continuation
        Task(executorPreference: loop) { await self.connect() }
      }
    }

    func stop() {
      isStopped = true
      retry = nil
      close()
    }

    /// Runs the script; nil where the server is away, or does not answer in time.
    func run(key: String, _ arguments: [String]) async -> [Int]? {
      guard let digest, let context else { return nil }
      return await withCheckedContinuation { continuation in
        number += 1
        pending.append((number, loop.now + Self.patience, continuation))
        if timer == nil { startTimer() }
        let isSent = send(context, ["EVALSHA", digest, "1", key] + arguments) { [number] connection, reply in
          connection.received(reply, number)
        }
        if !isSent { fail("it takes no more commands") }
      }
    }

    // MARK: connecting

    private func connect() async {
      let (host, port) = (address.host, address.port)
      let numeric = await BlockingPool.shared.run { ResolvedAddress.resolve(host: host, port: port)?.text }
      guard !isStopped, context == nil else { return }
      guard let numeric, let new = redisAsyncConnect(numeric, Int32(port)) else { return fail("it has no address") }
      guard new.pointee.err == 0 else {
        redisAsyncFree(new)
        return fail("it cannot be reached")
      }
      context = new
      RedisEvents.attach(to: new, self)
      let due = LoopEvent(loop, .once) { [weak self] in self?.assumeIsolated { $0.fail("it does not answer in time") } }
      due.add(milliseconds: 1_000)
      retry = due
      if let password = address.password { _ = send(new, ["AUTH", password]) { $0.check($1) } }
      if address.database != 0 { _ = send(new, ["SELECT", String(address.database)]) { $0.check($1) } }
      _ = send(new, ["SCRIPT", "LOAD", script]) { connection, reply in connection.loaded(reply) }
    }

    private func check(_ reply: RedisReply) { if case .error(let text) = reply { fail(text) } }

    private func loaded(_ reply: RedisReply) {
      guard case .text(let digest) = reply else { return fail(reply.fault) }
      self.digest = digest
      retry = nil
      if !wasUp { logger.log(.info, "rate limits are shared again") }
      wasUp = true
      starting?.resume()
      starting = nil
    }

    // MARK: replies

    private func send(
      _ context: UnsafeMutablePointer<redisAsyncContext>, _ words: [String],
      _ handle: @escaping (isolated RedisConnection, RedisReply) -> Void
    ) -> Bool {
      let box = Unmanaged.passRetained(Handler(handle)).toOpaque()
      let bytes = words.map { Array($0.utf8CString) }
      let lengths = bytes.map { $0.count - 1 }
      // The library copies them.
      let pointers: [UnsafePointer<CChar>?] = bytes.map { word in
        let copy = UnsafeMutablePointer<CChar>.allocate(capacity: word.count)
        copy.initialize(from: word, count: word.count)
        return UnsafePointer(copy)
      }
      defer { for pointer in pointers { pointer?.deallocate() } }
      var list = pointers
      let code = redisAsyncCommandArgv(
        context,
        { context, reply, data in
          guard let data else { return }
          let handler = Unmanaged<Handler>.fromOpaque(data).takeRetainedValue()
          nonisolated(unsafe) let handle = handler.handle
          let reply = RedisReply(reply)
          RedisEvents.of(context)?.assumeIsolated { handle($0, reply) }
        }, box, Int32(words.count), &list, lengths)
      if code != REDIS_OK { Unmanaged<Handler>.fromOpaque(box).release() }
      return code == REDIS_OK
    }

    private final class Handler {
      let handle: (isolated RedisConnection, RedisReply) -> Void
      init(_ handle: @escaping (isolated RedisConnection, RedisReply) -> Void) { self.handle = handle }
    }

    private func received(_ reply: RedisReply, _ number: Int) {
      // Replies come in the order of their commands; one that was given up has nobody who waits.
      guard first < pending.count, pending[first].number == number else { return }
      let continuation = pending[first].continuation
      first += 1
      if first == pending.count { (pending, first) = ([], 0) }
      if first > 1_024 { pending.removeFirst(first); first = 0 }
      guard case .numbers(let numbers) = reply else {
        continuation.resume(returning: nil)
        return fail(reply.fault)
      }
      continuation.resume(returning: numbers)
    }

    private func startTimer() {
      let timer = LoopEvent(loop, .once) { [weak self] in self?.assumeIsolated { $0.late() } }
      timer.add(milliseconds: max(1, pending[first].due - loop.now))
      self.timer = timer
    }

    private func late() {
      timer = nil
      guard first < pending.count else { return }
      if pending[first].due <= loop.now { fail("it does not answer in time") } else { startTimer() }
    }

    // MARK: ends

    /// Gives the connection up, and tries again later.
    private func fail(_ reason: String) {
      close()
      guard !isStopped else { return }
      if wasUp { logger.log(.warning, "rate limits are counted by each gateway for itself: Redis is away: \(reason)") }
      wasUp = false
      let retry = LoopEvent(loop, .once) { [weak self] in
        guard let self else { return }
        Task(executorPreference: loop) { await self.connect() }
      }
      retry.add(milliseconds: Self.pause)
      self.retry = retry
    }

    /// The library frees a context that was lost by itself.
    func lost(_ context: UnsafeMutablePointer<redisAsyncContext>) {
      guard self.context == context else { return }
      self.context = nil
      fail("the connection was lost")
    }

    private func close() {
      digest = nil
      timer = nil
      let (context, waiting) = (self.context, pending[first...])
      (self.context, pending, first) = (nil, [], 0)
      if let context { redisAsyncFree(context) }
      for one in waiting { one.continuation.resume(returning: nil) }
      starting?.resume()
      starting = nil
    }
  }

  /// What a server has answered.
  enum RedisReply {
    case numbers([Int])
    case text(String)
    case error(String)
    /// The connection has ended.
    case none

    init(_ pointer: UnsafeMutableRawPointer?) {
      guard let reply = pointer?.assumingMemoryBound(to: redisReply.self).pointee else {
        self = .none
        return
      }
      let text = reply.str.map { String(decoding: UnsafeRawBufferPointer(start: $0, count: reply.len), as: UTF8.self) }
      switch reply.type {
      case REDIS_REPLY_ERROR: self = .error(text ?? "")
      case REDIS_REPLY_STRING, REDIS_REPLY_STATUS: self = .text(text ?? "")
      case REDIS_REPLY_ARRAY:
        self = .numbers((0..<reply.elements).compactMap { reply.element[$0].map { Int($0.pointee.integer) } })
      default: self = .none
      }
    }

    var fault: String {
      switch self {
      case .error(let text): text
      case .numbers, .text: "it answers something else"
      case .none: "the connection was lost"
      }
    }
  }

  /// hiredis on a loop: what the library wants to know of its socket.
  ///
  /// `@unchecked`: hiredis calls it on the connection's loop only.
  final class RedisEvents: @unchecked Sendable {
    private let connection: RedisConnection
    private let context: UnsafeMutablePointer<redisAsyncContext>
    private let read: LoopEvent
    private let write: LoopEvent

    private init(_ connection: RedisConnection, _ context: UnsafeMutablePointer<redisAsyncContext>) {
      (self.connection, self.context) = (connection, context)
      nonisolated(unsafe) let context = context
      read = LoopEvent(connection.loop, descriptor: context.pointee.c.fd, .read) { redisAsyncHandleRead(context) }
      write = LoopEvent(connection.loop, descriptor: context.pointee.c.fd, .write) { redisAsyncHandleWrite(context) }
    }

    static func attach(to context: UnsafeMutablePointer<redisAsyncContext>, _ connection: RedisConnection) {
      context.pointee.ev.data = Unmanaged.passRetained(RedisEvents(connection, context)).toOpaque()
      context.pointee.ev.addRead = { RedisEvents.at($0)?.read.add() }
      context.pointee.ev.delRead = { RedisEvents.at($0)?.read.remove() }
      context.pointee.ev.addWrite = { RedisEvents.at($0)?.write.add() }
      context.pointee.ev.delWrite = { RedisEvents.at($0)?.write.remove() }
      context.pointee.ev.cleanup = { data in
        guard let data else { return }
        let events = Unmanaged<RedisEvents>.fromOpaque(data).takeRetainedValue()
        events.read.remove()
        events.write.remove()
        events.context.pointee.ev.data = nil
        nonisolated(unsafe) let context = events.context
        events.connection.assumeIsolated { $0.lost(context) }
      }
    }

    private static func at(_ data: UnsafeMutableRawPointer?) -> RedisEvents? {
      data.map { Unmanaged<RedisEvents>.fromOpaque($0).takeUnretainedValue() }
    }

    /// The connection of a context whose events have not ended.
    static func of(_ context: UnsafeMutablePointer<redisAsyncContext>?) -> RedisConnection? {
      at(context?.pointee.ev.data)?.connection
    }
  }
#endif

import ServiceCore
import ServiceLoop

/// One client's connection: reads requests one at a time, has each handled, and writes the responses in order.
actor ServerConnection: LoopBound {
  nonisolated let loop: Loop
  let shared: ListenerContext
  private let listener: Listener
  let descriptor: Int32
  var parser: MessageParser
  var readable: Event?
  var writable: Event?
  /// Bytes to be written, and how many of them have been written.
  var output: [UInt8] = []
  var written = 0
  var state = State.reading
  var exchange: Exchange?
  /// Resumed once less than ``highWater`` bytes of output are unwritten.
  var writer: CheckedContinuation<Void, Never>?
  var heartbeat: Event?
  /// Whether the last piece written to an event stream ended an event.
  var endsEvent = true
  /// Whether the client has closed its sending side.
  var isEnded = false
  private var isClosing = false
  private var isAdvancing = false
  /// Whether this connection is counted in the body budget.
  private var isCounted = false
  private var deadline = 0
  private var scheduled: (time: Int, tick: Int)?
  private var exchanges = 0
  private var random: RequestIDs

  /// The size in bytes of a buffer above which reading, or producing output, pauses until it is drained.
  static let highWater = 65_536

  enum State {
    /// Between requests or inside one.
    case reading
    /// A handler is running; further bytes from the client stay buffered.
    case handling
    /// The last response was written and the connection is closing. Incoming bytes are discarded: closing the socket
    /// with unread bytes would reset it before the client has read the response.
    case lingering
    case closed
  }

  init(listener: Listener, descriptor: Int32) {
    self.listener = listener
    shared = listener.shared
    loop = listener.loop
    self.descriptor = descriptor
    parser = MessageParser(.request, limits: listener.shared.settings.limits)
    random = RequestIDs()
  }

  var settings: HTTPServerSettings { shared.settings }
  var pendingOutput: Int { output.count - written }

  func start() {
    setDeadline(in: settings.headTimeout)
    let readable = Event(loop, descriptor: descriptor, .read) { [weak self] in self?.assumeIsolated { $0.receive() } }
    readable.add()
    self.readable = readable
  }

  // MARK: reading

  private func receive() {
    let wasIdle = parser.isIdle
    switch Socket.read(descriptor, on: loop, { bytes in if state != .lingering { parser.append(bytes) } }) {
    case .wouldBlock: return
    case .closed, .failed:
      isEnded = true
      readable?.remove()
      // A client that has closed only its sending side still waits for the response: allow time for a quick one.
      if state == .handling { setDeadline(in: 50) }
      if state != .handling && pendingOutput == 0 { close() }
    case .bytes:
      guard state != .lingering else { return }
      if wasIdle && state == .reading { setDeadline(in: settings.headTimeout) }
      advance()
      // While a handler runs, or the client does not read its responses, reading pauses at the high-water mark.
      if state != .closed && parser.buffered > Self.highWater { readable?.remove() }
    }
  }

  /// Parses what is buffered and writes the resulting responses. Not reentrant: a thousand pipelined requests in one
  /// packet, each with an immediate response, must not recurse.
  func advance() {
    guard !isAdvancing else { return }
    isAdvancing = true
    var goesOn = true
    repeat {
      while goesOn && canAdvance { goesOn = step() }
      // Parsing that paused because of unwritten responses continues if these could be written.
      flush()
    } while goesOn && canAdvance
    isAdvancing = false
    reportMemory()
    readAgain()
  }

  /// Handles the next parser event; false when the buffered bytes do not complete one.
  private func step() -> Bool {
    do throws(HTTPFault) {
      switch try parser.next() {
      case .needMore: return false
      case .head(let head): begin(head)
      case .part(let bytes): take(bytes)
      case .end: endBody()
      }
    } catch {
      refuse(error)
    }
    return true
  }

  /// A client that does not read its responses gets no further ones: they would pile up in memory.
  private var canAdvance: Bool {
    switch state {
    case .reading: pendingOutput < Self.highWater
    case .handling: exchange.map { $0.isStreamed && !$0.isComplete && $0.pieceBytes < Self.highWater } ?? false
    case .lingering, .closed: false
    }
  }

  private func readAgain() {
    if !isEnded && state != .closed && parser.buffered <= Self.highWater { readable?.add() }
  }

  // MARK: body memory

  /// Reports the memory held now to the budget. A small body that arrived in one read is not counted.
  private func reportMemory() {
    let isIncomplete = exchange.map { !$0.isComplete && $0.answer == nil } ?? false
    let bytes = exchange.map { $0.held + parser.buffered } ?? 0
    guard isCounted || bytes > (isIncomplete ? 0 : BodyBudget.countedFrom) else { return }
    isCounted = bytes > 0
    var incomplete: BodyBudget.Incomplete?
    if isIncomplete, let exchange {
      let bucket = min(
        BodyBudget.bucketCount - 1, exchange.received / max(1, exchange.expected / BodyBudget.bucketCount))
      incomplete = BodyBudget.Incomplete(connection: self, number: exchange.number, bucket: bucket)
    }
    for refused in shared.budget.hold(bytes, of: self, incomplete) {
      if refused.connection === self {
        evict(refused.number)
      } else if refused.connection.loop.isRunningHere {
        refused.connection.assumeIsolated { $0.evict(refused.number) }
      } else {
        Task(executorPreference: refused.connection.loop) { await refused.connection.evict(refused.number) }
      }
    }
  }

  /// Refuses a request whose body is incomplete, because the body budget is exceeded.
  private func evict(_ number: Int) {
    guard let exchange, exchange.number == number, !exchange.isComplete, exchange.answer == nil else { return }
    refuse(Self.budgetExceeded)
    flush()
  }

  static let budgetExceeded = HTTPFault(503, "The bodies of too many requests are being read.")

  private func begin(_ head: MessageHead) {
    guard case .request(let method, let target) = head.startLine else { return }
    let isPath = target.utf8.first == UInt8(ascii: "/") || target == "*"
    let origin = isPath ? target : PartialHead.origin(of: target)?.rest ?? target
    var path = origin
    var query: String?
    if let mark = origin.utf8.firstIndex(of: UInt8(ascii: "?")) {
      path = String(origin[..<mark])
      query = String(origin[origin.utf8.index(after: mark)...])
    }
    let now = shared.logger.clock.now()
    let request = HTTPRequest(
      method: method, path: path, query: query, headers: head.headers, id: random.id(head.headers, at: now))
    exchanges += 1
    let exchange = Exchange(
      exchanges, request, keepsAlive: head.keepsAlive && !isClosing, isHTTP10: head.isHTTP10, at: now)
    exchange.isComplete = head.framing == .none
    switch shared.handler(request) {
    case .answer(let response):
      if exchange.isComplete { _ = try? parser.next() }
      self.exchange = exchange
      answer(response)
    case .receive(let limit, let isStreamed, let timeout, let operation, let respond):
      parser.bodyLimit = limit
      exchange.operation = operation
      exchange.expected = limit
      exchange.respond = respond
      exchange.timeout = timeout
      exchange.isStreamed = isStreamed && !exchange.isComplete
      exchange.expectsContinue = head.expectsContinue
      self.exchange = exchange
      if case .length(let length) = head.framing {
        guard length <= limit else { return refuse(HTTPFault(413, "The body is larger than \(limit) bytes.")) }
        exchange.expected = length
      }
      if !exchange.isComplete && shared.budget.isFull { return refuse(Self.budgetExceeded) }
      if exchange.isStreamed { return handle() }
      if !exchange.isComplete { setDeadline(in: settings.bodyTimeout) }
      if head.expectsContinue && parser.buffered == 0 { sendContinue() }
    }
  }

  func sendContinue() {
    exchange?.expectsContinue = false
    output += Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)
    flush()
  }

  private func take(_ bytes: [UInt8]) {
    guard let exchange else { return }
    exchange.received += bytes.count
    guard exchange.isStreamed else {
      if exchange.body.isEmpty { return exchange.body = bytes }
      let count = exchange.body.count + bytes.count
      if count > exchange.body.capacity {
        // Doubled, but to no more than the expected size.
        exchange.body.reserveCapacity(max(count, min(exchange.expected, 2 * exchange.body.capacity)))
      }
      return exchange.body += bytes
    }
    // Small pieces are merged: one array per byte would take thirty times the memory.
    if let last = exchange.pieces.indices.last, exchange.pieces[last].count + bytes.count <= Self.highWater {
      exchange.pieces[last] += bytes
    } else {
      exchange.pieces.append(bytes)
    }
    exchange.pieceBytes += bytes.count
    setDeadline(in: exchange.timeout)
    resumeReader()
  }

  private func endBody() {
    exchange?.isComplete = true
    if exchange?.isStreamed == true { resumeReader() } else if exchange != nil { handle() }
  }

  // MARK: handling

  private func handle() {
    guard let exchange, let respond = exchange.respond else { return }
    var request = exchange.request
    if exchange.isStreamed {
      request.stream = body(of: exchange.number)
    } else if !exchange.body.isEmpty {
      // The handler owns the body now, and it is freed with the request.
      request.body = exchange.body
      exchange.body = []
    }
    if request.headers["content-encoding"] != nil {
      do throws(HTTPFault) {
        try Gzip.decode(&request, limit: parser.bodyLimit)
      } catch {
        answer(error.problem.response(instance: request.path, requestID: request.id))
        return
      }
    }
    exchange.handedOver = request.body.count
    exchange.respond = nil
    state = .handling
    setDeadline(in: exchange.timeout)
    let limit = exchange.isStreamed ? nil : Deadline(at: deadline)
    let task = Self.run(respond, request, limit, for: self, exchange.number)
    if self.exchange?.number == exchange.number { self.exchange?.task = task }
  }

  /// Nonisolated: each hop between the actor and nonisolated code would go through the loop's queue.
  private nonisolated static func run(
    _ respond: @escaping RequestDisposition.Respond, _ request: HTTPRequest, _ deadline: Deadline?,
    for connection: ServerConnection, _ number: Int
  ) -> Task<Void, Never> {
    Task.immediate(executorPreference: connection.loop) {
      let response = await Deadline.$current.withValue(deadline) { await respond(request) }
      guard let stream = connection.here({ $0.answered(response, number) }) else { return }
      await connection.send(stream, number)
    }
  }

  /// Writes a handler's response; returns the stream that is still to be sent.
  private func answered(_ response: HTTPResponse, _ number: Int) -> ByteStream? {
    guard state == .handling, exchange?.number == number else { return nil }
    let stream = answer(response)
    advance()
    return stream
  }

  /// Responds with an error to a request that cannot be read, and closes the connection after it.
  private func refuse(_ fault: HTTPFault) {
    if state == .handling {
      // The handler is already reading the body: its next read throws the fault.
      exchange?.fault = fault
      exchange?.isComplete = true
      exchange?.pieces = []
      exchange?.pieceBytes = 0
      return resumeReader()
    }
    if exchange == nil {
      let now = shared.logger.clock.now()
      let request = HTTPRequest(method: "-", path: "-", id: random.id(HTTPFields(), at: now))
      exchange = Exchange(0, request, keepsAlive: false, isHTTP10: false, at: now)
    }
    exchange?.isComplete = false
    answer(fault.problem.response(instance: nil, requestID: exchange?.request.id))
  }

  // MARK: deadlines

  func setDeadline(in milliseconds: Int) {
    deadline = loop.now + milliseconds
    // Most deadlines are postponed before they expire: the listener checks only the earliest one registered.
    if let scheduled, scheduled.time <= deadline { return }
    let (deadline, descriptor) = (deadline, descriptor)
    let planned = scheduled?.tick
    scheduled = (deadline, listener.assumeIsolated { $0.schedule(descriptor, at: deadline, replacing: planned) })
  }

  func checkDeadline(_ now: Int) {
    scheduled = nil
    guard now >= deadline else { return setDeadline(in: deadline - now) }
    switch state {
    case .reading where parser.isIdle && exchange == nil, .lingering, .closed: close()
    case .reading where pendingOutput > 0: close()
    case .reading: refuse(HTTPFault(408, "The request did not arrive in time."))
    case .handling: handlerTimedOut()
    }
    flush()
  }

  private func handlerTimedOut() {
    guard let exchange else { return }
    if isEnded {
      // The client has closed the connection.
      cancel(exchange)
      return setDeadline(in: exchange.timeout)
    }
    if exchange.reader != nil { return refuse(HTTPFault(408, "The body did not arrive in time.")) }
    guard exchange.answer == nil else {
      // The client does not read the stream, or the stream has produced nothing yet.
      return pendingOutput > 0 ? close() : setDeadline(in: settings.writeTimeout)
    }
    cancel(exchange)
    let problem = ProblemDetails(504, "The response took longer than \(exchange.timeout) ms.")
    answer(problem.response(instance: exchange.request.path, requestID: exchange.request.id))
    advance()
  }

  private func cancel(_ exchange: Exchange) {
    exchange.task?.cancel()
    resumeReader()
  }

  // MARK: ending

  /// Closes immediately when idle, otherwise after the current response. An event stream is ended at once: it has no
  /// natural end, and its clients reconnect.
  func finishAndClose() {
    isClosing = true
    endEvents()
    if state == .reading && parser.isIdle && exchange == nil && pendingOutput == 0 { close() }
  }

  var canContinue: Bool { !isClosing && (!isEnded || parser.buffered > 0) }

  /// Releases the last request's memory, and on a closing connection also the unparsed bytes.
  func free() {
    if isCounted { _ = shared.budget.hold(0, of: self, nil) }
    isCounted = false
    if state == .lingering || state == .closed { parser = MessageParser(.request, limits: settings.limits) }
  }

  func close() {
    guard state != .closed else { return }
    state = .closed
    readable = nil
    writable = nil
    heartbeat = nil
    output = []
    written = 0
    if let exchange { cancel(exchange) }
    exchange = nil
    free()
    resumeWriter()
    Socket.close(descriptor)
    let (descriptor, tick) = (descriptor, scheduled?.tick)
    listener.assumeIsolated { $0.remove(descriptor, scheduledAt: tick) }
  }
}

import ServiceCore
import ServiceLoop

/// One client's connection: reads requests one after another, has each answered, writes the answers in order.
actor ServerConnection: LoopBound {
  nonisolated let loop: Loop
  let shared: ListenerContext
  private let listener: Listener
  let descriptor: Int32
  var parser: MessageParser
  var readable: Event?
  var writable: Event?
  /// What is to be written, and how much of it was.
  var output: [UInt8] = []
  var written = 0
  var state = State.reading
  var exchange: Exchange?
  /// Who waits until most of the output is written.
  var writer: CheckedContinuation<Void, Never>?
  var heartbeat: Event?
  /// Whether what was written of a stream of events last is a whole one.
  var endsEvent = true
  /// Whether the client sends nothing more.
  var isEnded = false
  private var isClosing = false
  private var isAdvancing = false
  /// Whether the budget of bodies knows of this connection.
  private var isCounted = false
  private var deadline = 0
  private var lookedAt: (time: Int, tick: Int)?
  private var exchanges = 0
  private var random: RequestIDs

  /// Beyond so many bytes nothing more is taken in, or handed out, until what is there is gone.
  static let highWater = 65_536

  enum State {
    /// Between requests or inside one.
    case reading
    /// A handler is at work; what the client sends meanwhile waits.
    case handling
    /// The answer is out and the connection is ending: what still comes is thrown away, so that it can be read.
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
      // Whoever has only closed their own half still waits for the answer: a quick one goes out.
      if state == .handling { setDeadline(in: 50) }
      if state != .handling && pendingOutput == 0 { close() }
    case .bytes:
      guard state != .lingering else { return }
      if wasIdle && state == .reading { setDeadline(in: settings.headTimeout) }
      advance()
      // While a handler works, or the client does not read, little more is taken in.
      if state != .closed && parser.buffered > Self.highWater { readable?.remove() }
    }
  }

  /// Reads on as far as the bytes go, and writes what came of it. A request that is answered at once does not lead
  /// back in here: a thousand of them in one packet must not stand on the stack.
  func advance() {
    guard !isAdvancing else { return }
    isAdvancing = true
    var goesOn = true
    repeat {
      while goesOn && canAdvance { goesOn = step() }
      // What stopped for the answers so far goes on where they could be written.
      flush()
    } while goesOn && canAdvance
    isAdvancing = false
    count()
    readAgain()
  }

  /// Reads one thing from what has come; false when there is no whole one.
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

  /// Who does not read the answers so far gets no further ones: they would pile up here.
  private var canAdvance: Bool {
    switch state {
    case .reading: pendingOutput < Self.highWater
    case .handling: exchange.map { $0.isStreamed && !$0.isWhole && $0.pieceBytes < Self.highWater } ?? false
    case .lingering, .closed: false
    }
  }

  private func readAgain() {
    if !isEnded && state != .closed && parser.buffered <= Self.highWater { readable?.add() }
  }

  // MARK: what bodies take

  /// Tells the budget what is held now. A small body that came whole is none of its business.
  private func count() {
    let isComing = exchange.map { !$0.isWhole && $0.answer == nil } ?? false
    let bytes = exchange.map { $0.held + parser.buffered } ?? 0
    guard isCounted || bytes > (isComing ? 0 : BodyBudget.smallest) else { return }
    isCounted = bytes > 0
    var coming: BodyBudget.Coming?
    if isComing, let exchange {
      let part = min(BodyBudget.parts - 1, exchange.received / max(1, exchange.expected / BodyBudget.parts))
      coming = BodyBudget.Coming(connection: self, number: exchange.number, part: part)
    }
    for refused in shared.budget.hold(bytes, of: self, coming) {
      if refused.connection === self {
        giveWay(refused.number)
      } else if refused.connection.loop.isRunningHere {
        refused.connection.assumeIsolated { $0.giveWay(refused.number) }
      } else {
        Task(executorPreference: refused.connection.loop) { await refused.connection.giveWay(refused.number) }
      }
    }
  }

  /// Refuses a request whose body is still coming, for want of memory.
  private func giveWay(_ number: Int) {
    guard let exchange, exchange.number == number, !exchange.isWhole, exchange.answer == nil else { return }
    refuse(Self.noRoom)
    flush()
  }

  static let noRoom = HTTPFault(503, "The bodies of too many requests are being read.")

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
    exchange.isWhole = head.framing == .none
    switch shared.handler(request) {
    case .answer(let response):
      if exchange.isWhole { _ = try? parser.next() }
      self.exchange = exchange
      answer(response)
    case .receive(let limit, let isStreamed, let timeout, let operation, let respond):
      parser.bodyLimit = limit
      exchange.operation = operation
      exchange.expected = limit
      exchange.respond = respond
      exchange.timeout = timeout
      exchange.isStreamed = isStreamed && !exchange.isWhole
      exchange.expectsContinue = head.expectsContinue
      self.exchange = exchange
      if case .length(let length) = head.framing {
        guard length <= limit else { return refuse(HTTPFault(413, "The body is larger than \(limit) bytes.")) }
        exchange.expected = length
      }
      if !exchange.isWhole && shared.budget.isFull { return refuse(Self.noRoom) }
      if exchange.isStreamed { return handle() }
      if !exchange.isWhole { setDeadline(in: settings.bodyTimeout) }
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
        // Doubled, but to no more than will come.
        exchange.body.reserveCapacity(max(count, min(exchange.expected, 2 * exchange.body.capacity)))
      }
      return exchange.body += bytes
    }
    // Small pieces become one: a piece a byte would take thirty times the memory.
    if let last = exchange.pieces.indices.last, exchange.pieces[last].count + bytes.count <= Self.highWater {
      exchange.pieces[last] += bytes
    } else {
      exchange.pieces.append(bytes)
    }
    exchange.pieceBytes += bytes.count
    setDeadline(in: exchange.timeout)
    wakeReader()
  }

  private func endBody() {
    exchange?.isWhole = true
    if exchange?.isStreamed == true { wakeReader() } else if exchange != nil { handle() }
  }

  // MARK: handling

  private func handle() {
    guard let exchange, let respond = exchange.respond else { return }
    var request = exchange.request
    if exchange.isStreamed {
      request.stream = body(of: exchange.number)
    } else if !exchange.body.isEmpty {
      // The body is the handler's now, and freed with it.
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

  /// Outside the actor: each step between it and what is not isolated would go through the loop's queue.
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

  /// Takes a handler's answer; gives back the stream that is still to be sent.
  private func answered(_ response: HTTPResponse, _ number: Int) -> ByteStream? {
    guard state == .handling, exchange?.number == number else { return nil }
    let stream = answer(response)
    advance()
    return stream
  }

  /// Answers a request that cannot be read. The connection ends with it.
  private func refuse(_ fault: HTTPFault) {
    if state == .handling {
      // Its handler is at work on the body, and hears of it there.
      exchange?.fault = fault
      exchange?.isWhole = true
      exchange?.pieces = []
      exchange?.pieceBytes = 0
      return wakeReader()
    }
    if exchange == nil {
      let now = shared.logger.clock.now()
      let request = HTTPRequest(method: "-", path: "-", id: random.id(HTTPFields(), at: now))
      exchange = Exchange(0, request, keepsAlive: false, isHTTP10: false, at: now)
    }
    exchange?.isWhole = false
    answer(fault.problem.response(instance: nil, requestID: exchange?.request.id))
  }

  // MARK: deadlines

  func setDeadline(in milliseconds: Int) {
    deadline = loop.now + milliseconds
    // Most deadlines are moved before they come: the listener looks only at the earliest it was told of.
    if let lookedAt, lookedAt.time <= deadline { return }
    let (deadline, descriptor) = (deadline, descriptor)
    let planned = lookedAt?.tick
    lookedAt = (deadline, listener.assumeIsolated { $0.look(at: descriptor, when: deadline, insteadOf: planned) })
  }

  func lookAtDeadline(_ now: Int) {
    lookedAt = nil
    guard now >= deadline else { return setDeadline(in: deadline - now) }
    switch state {
    case .reading where parser.isIdle && exchange == nil, .lingering, .closed: close()
    case .reading where pendingOutput > 0: close()
    case .reading: refuse(HTTPFault(408, "The request did not come in time."))
    case .handling: handlerIsLate()
    }
    flush()
  }

  private func handlerIsLate() {
    guard let exchange else { return }
    if isEnded {
      // Nobody waits for the answer any more.
      cancel(exchange)
      return setDeadline(in: exchange.timeout)
    }
    if exchange.reader != nil { return refuse(HTTPFault(408, "The body did not come in time.")) }
    guard exchange.answer == nil else {
      // A stream that nobody reads, or one that waits for what is to be sent next.
      return pendingOutput > 0 ? close() : setDeadline(in: settings.writeTimeout)
    }
    cancel(exchange)
    let problem = ProblemDetails(504, "The answer took longer than \(exchange.timeout) ms.")
    answer(problem.response(instance: exchange.request.path, requestID: exchange.request.id))
    advance()
  }

  private func cancel(_ exchange: Exchange) {
    exchange.task?.cancel()
    wakeReader()
  }

  // MARK: ending

  /// Closes now if nothing is going on, otherwise after the answer. A stream of events ends at once: it has no end of
  /// its own, and whoever listens comes back.
  func finishAndClose() {
    isClosing = true
    endEvents()
    if state == .reading && parser.isIdle && exchange == nil && pendingOutput == 0 { close() }
  }

  var mayGoOn: Bool { !isClosing && (!isEnded || parser.buffered > 0) }

  /// Gives back what the last request took, and what came behind the last that is answered.
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
    wakeWriter()
    Socket.close(descriptor)
    let (descriptor, tick) = (descriptor, lookedAt?.tick)
    listener.assumeIsolated { $0.remove(descriptor, lookingAt: tick) }
  }
}

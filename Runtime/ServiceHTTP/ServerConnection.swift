import ServiceCore
import ServiceLoop

/// One client's connection: reads requests one after another, has each answered, writes the answers in order.
actor ServerConnection: LoopBound {
  nonisolated let loop: Loop
  private let descriptor: Int32
  private let deadlines: HTTPDeadlines
  private let logger: Logger
  private let handler: HTTPHandler
  private let onClose: @Sendable () -> Void
  private var parser = MessageParser(.request)
  private var readable: Event?
  private var writable: Event?
  private var output: ArraySlice<UInt8> = []
  private var state = State.reading
  private var deadline: Int
  private var request: (request: HTTPRequest, keepsAlive: Bool, respond: @Sendable (HTTPRequest) async -> HTTPResponse)?
  private var isClosing = false
  private var isEnded = false

  private enum State {
    /// Between requests or inside one.
    case reading
    /// A handler is at work; what the client sends meanwhile waits.
    case handling
    /// The answer is out and the connection is ending: what still comes is thrown away, so that it can be read.
    case lingering
    case closed
  }

  init(
    loop: Loop, descriptor: Int32, deadlines: HTTPDeadlines, logger: Logger, handler: @escaping HTTPHandler,
    onClose: @escaping @Sendable () -> Void
  ) {
    self.loop = loop
    self.descriptor = descriptor
    self.deadlines = deadlines
    self.logger = logger
    self.handler = handler
    self.onClose = onClose
    deadline = monotonicSeconds() + deadlines.head
  }

  func start() {
    let readable = Event(loop, descriptor: descriptor, .read) { [weak self] in self?.assumeIsolated { $0.receive() } }
    readable.add()
    self.readable = readable
  }

  // MARK: reading

  private func receive() {
    var chunk = [UInt8](repeating: 0, count: 16_384)
    switch Socket.read(descriptor, into: &chunk) {
    case .wouldBlock: return
    case .closed:
      isEnded = true
      readable?.remove()
      if state != .handling && output.isEmpty { close() }
    case .bytes(let count):
      if state == .lingering { return }
      let wasIdle = parser.isIdle
      parser.append(chunk[..<count])
      if wasIdle && state == .reading { deadline = monotonicSeconds() + deadlines.head }
      // While a handler works, or the client does not read, little more is taken in.
      if (state == .handling || !output.isEmpty) && parser.buffered > 65_536 { readable?.remove() }
      advance()
    }
  }

  private func advance() {
    // Who does not read the answers so far gets no further ones: they would pile up here.
    while state == .reading && output.isEmpty {
      do throws(HTTPFault) {
        switch try parser.next() {
        case .needMore: return
        case .head(let head): receive(head)
        case .end(let body): handle(body)
        }
      } catch {
        refuse(error)
      }
    }
  }

  private func receive(_ head: MessageHead) {
    guard case .request(let method, let target) = head.startLine else { return }
    let origin = target.hasPrefix("/") || target == "*" ? target : FieldParser.origin(of: target)?.rest ?? target
    let parts = origin.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    let request = HTTPRequest(
      method: method, path: String(parts[0]), query: parts.count > 1 ? String(parts[1]) : nil, headers: head.headers)
    let keepsAlive = head.keepsAlive && !isClosing
    switch handler(request) {
    case .answer(let response):
      let hasBody = head.framing != .none
      if !hasBody { _ = try? parser.next() }
      send(response, to: request, keepsAlive: keepsAlive && !hasBody)
    case .receive(let limit, let respond):
      parser.bodyLimit = limit
      if case .length(let length) = head.framing, length > limit {
        return refuse(HTTPFault(413, "The body is larger than \(limit) bytes."), request)
      }
      self.request = (request, keepsAlive, respond)
      deadline = monotonicSeconds() + deadlines.body
      if head.expectsContinue && parser.buffered == 0 { write(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)) }
    }
  }

  private func handle(_ body: [UInt8]) {
    guard let (head, keepsAlive, respond) = request else { return }
    request = nil
    state = .handling
    let complete = HTTPRequest(
      method: head.method, path: head.path, query: head.query, headers: head.headers, body: body)
    Task.immediate(executorPreference: loop) {
      let response = await respond(complete)
      self.answered(response, complete, keepsAlive)
    }
  }

  private func answered(_ response: HTTPResponse, _ request: HTTPRequest, _ keepsAlive: Bool) {
    guard state == .handling else { return }
    state = .reading
    send(response, to: request, keepsAlive: keepsAlive && !isClosing && !isEnded)
    advance()
    if !isEnded && (parser.buffered <= 65_536 || (state == .reading && output.isEmpty)) { readable?.add() }
  }

  private func refuse(_ fault: HTTPFault, _ request: HTTPRequest? = nil) {
    let request = request ?? HTTPRequest(method: "GET", path: "/")
    let problem = ProblemDetails(fault.status, fault.message).response(instance: nil, requestID: nil)
    send(problem, to: request, keepsAlive: false)
  }

  // MARK: writing

  private func send(_ response: HTTPResponse, to request: HTTPRequest, keepsAlive: Bool) {
    let bytes = MessageWriter.response(
      response, keepsAlive: keepsAlive, answersHead: request.method == "HEAD",
      date: MessageWriter.date(logger.clock.now()))
    deadline = monotonicSeconds() + (keepsAlive ? deadlines.idle : 5)
    if !keepsAlive { state = .lingering }
    write(bytes)
  }

  private func write(_ bytes: [UInt8]) {
    guard state != .closed else { return }
    if output.isEmpty { output = bytes[...] } else { output += bytes }
    flush()
  }

  private func flush() {
    while !output.isEmpty {
      switch Socket.write(descriptor, output) {
      case .bytes(let count): output = output.dropFirst(count)
      case .closed: return close()
      case .wouldBlock:
        if writable == nil {
          deadline = monotonicSeconds() + deadlines.write
          let writable = Event(loop, descriptor: descriptor, .write) { [weak self] in
            self?.assumeIsolated { $0.resume() }
          }
          writable.add()
          self.writable = writable
        }
        return
      }
    }
    writable = nil
    if state == .lingering {
      if isEnded { close() } else { Socket.shutdownWriting(descriptor) }
    }
  }

  /// Writes on, and goes on reading once all is out.
  private func resume() {
    flush()
    guard state == .reading, output.isEmpty else { return }
    if isEnded { return close() }
    deadline = monotonicSeconds() + deadlines.idle
    readable?.add()
    advance()
  }

  // MARK: ending

  /// Closes now if nothing is going on, otherwise after the answer.
  func finishAndClose() {
    isClosing = true
    if state == .reading && parser.isIdle && output.isEmpty { close() }
  }

  func closeIfOverdue(_ now: Int) {
    guard state != .handling || !output.isEmpty, now >= deadline else { return }
    if state == .reading && !parser.isIdle && output.isEmpty {
      refuse(HTTPFault(408, "The request did not come in time."))
    } else {
      close()
    }
  }

  func close() {
    guard state != .closed else { return }
    state = .closed
    readable = nil
    writable = nil
    output = []
    Socket.close(descriptor)
    onClose()
  }
}

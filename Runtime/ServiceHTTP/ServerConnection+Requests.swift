import ServiceCore
import ServiceLoop

/// Reading the body of a request, and having it handled.
extension ServerConnection {
  /// Reports the memory held now to the budget. A small body that arrived in one read is not counted.
  func reportMemory() {
    guard isCounted || exchange != nil else { return }
    var (isIncomplete, bytes) = (false, 0)
    if let exchange {
      isIncomplete = !exchange.isComplete && exchange.answer == nil
      bytes = exchange.held + parser.buffered
    }
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
        refused.connection.here { $0.evict(refused.number) }
      } else {
        Task(executorPreference: refused.connection.loop) { await refused.connection.evict(refused.number) }
      }
    }
  }

  /// Refuses a request whose body is incomplete, because the body budget is exceeded.
  func evict(_ number: Int) {
    guard let exchange, exchange.number == number, !exchange.isComplete, exchange.answer == nil else { return }
    refuse(Self.budgetExceeded)
    settle()
  }

  static let budgetExceeded = HTTPFault(503, "The bodies of too many requests are being read.")

  func begin(_ head: MessageHead) {
    let now = shared.logger.clock.now()
    let exchange = shared.takeExchange()
    exchange.request.receive(
      head.received, CallIdentity(head.received, at: now, &random), target: head.ownTarget, from: peer)
    exchanges += 1
    exchange.begin(exchanges, keepsAlive: head.keepsAlive && !isClosing, isHTTP10: head.isHTTP10, at: now)
    exchange.isComplete = head.framing == .none
    self.exchange = exchange
    // HTTP/1.0 switches to no other protocol (RFC 9110, section 7.8).
    if head.isHTTP10, exchange.request.hasHeader("upgrade") { exchange.request.headers["upgrade"] = nil }
    switch shared.handler(&exchange.request) {
    case .answer(let response):
      if exchange.isComplete { _ = try? parser.next() }
      answer(response)
    case .receive(let limit, let isStreamed, let timeout, let respond):
      exchange.respond = respond
      receive(exchange, head, limit: limit, isStreamed: isStreamed, timeout: timeout)
    case .route(let route, let pathValues, let timeout):
      exchange.route = route
      exchange.pathValues = pathValues
      receive(
        exchange, head, limit: route.operation.bodyLimit, isStreamed: route.operation.streamsBody, timeout: timeout)
    }
  }

  /// Receives the body of a request that is to be handled.
  func receive(_ exchange: Exchange, _ head: MessageHead, limit: Int, isStreamed: Bool, timeout: Int) {
    parser.bodyLimit = limit
    exchange.expected = limit
    exchange.timeout = timeout
    exchange.isStreamed = isStreamed && !exchange.isComplete
    exchange.expectsContinue = head.expectsContinue
    exchange.isWaiting = true
    if case .length(let length) = head.framing {
      guard length <= limit else { return refuse(HTTPFault(413, "The body is larger than \(limit) bytes.")) }
      exchange.expected = length
    }
    if !exchange.isComplete && shared.budget.isFull { return refuse(Self.budgetExceeded) }
    if exchange.isStreamed { return handle() }
    if !exchange.isComplete { setDeadline(in: settings.bodyTimeout) }
    if head.expectsContinue && parser.buffered == 0 { sendContinue() }
  }

  func sendContinue() {
    exchange?.expectsContinue = false
    output += Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)
    send()
  }

  func take(_ bytes: [UInt8]) {
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

  func endBody() {
    exchange?.isComplete = true
    if exchange?.isStreamed == true { resumeReader() } else if exchange != nil { handle() }
  }

  // MARK: handling

  func handle() {
    guard let exchange, exchange.isWaiting else { return }
    exchange.isWaiting = false
    if exchange.isStreamed {
      exchange.request.stream = body(of: exchange.number)
    } else if !exchange.body.isEmpty {
      // The handler owns the body now, and it is freed with the request.
      exchange.request.body = exchange.body
      exchange.body = []
    }
    if exchange.request.hasHeader("content-encoding"), exchange.route?.operation.body?.keepsCoding != true {
      do throws(HTTPFault) {
        try Gzip.decode(&exchange.request, limit: parser.bodyLimit)
      } catch {
        let problem = error.problem
        answer(problem.response(instance: exchange.request.path, requestID: exchange.request.id))
        return
      }
    }
    exchange.handedOver = exchange.request.body.count
    state = .handling
    setDeadline(in: exchange.timeout)
    exchange.deadline = exchange.isStreamed ? nil : Deadline(at: deadline).enforced
    shared.workers.handle(exchange, of: self)
  }

  /// Writes a handler's response; returns the stream that is still to be sent.
  func answered(_ response: HTTPResponse, _ number: Int) -> ByteStream? {
    guard state == .handling, exchange?.number == number else { return nil }
    let stream = answer(response)
    advance()
    return stream
  }

  /// Responds with an error to a request that cannot be read, and closes the connection after it.
  func refuse(_ fault: HTTPFault) {
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
      let unread = shared.takeExchange()
      unread.request = HTTPRequest(method: "-", path: "-")
      unread.request.identity = CallIdentity(nil, at: now, &random)
      unread.begin(0, keepsAlive: false, isHTTP10: false, at: now)
      exchange = unread
    }
    exchange?.isComplete = false
    answer(fault.problem.response(instance: nil, requestID: exchange?.request.id))
  }
}

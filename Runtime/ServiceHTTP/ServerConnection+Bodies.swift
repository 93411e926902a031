import ServiceCore
import ServiceLoop

/// Streamed request and response bodies, and the writing of responses.
extension ServerConnection {
  // MARK: the request's body

  /// The stream that gives a request's body to its handler.
  func body(of number: Int) -> ByteStream {
    ByteStream { [self] in
      // On the loop, a piece that is already buffered is returned without a hop. A handler may read the stream on any
      // thread.
      if loop.isRunningHere {
        switch try here({ try $0.nextPiece(number) }) {
        case .piece(let bytes): return bytes
        case .end: return nil
        case .wait: break
        }
      }
      return try await awaitPiece(number)
    }
  }

  private func awaitPiece(_ number: Int) async throws -> [UInt8]? {
    while true {
      switch try nextPiece(number) {
      case .piece(let bytes): return bytes
      case .end: return nil
      case .wait:
        await withCheckedContinuation { wait(for: number, $0) }
        try Task.checkCancellation()
      }
    }
  }

  enum NextPiece { case piece([UInt8]), end, wait }

  private func nextPiece(_ number: Int) throws -> NextPiece {
    guard let exchange, exchange.number == number else { throw CancellationError() }
    if let piece = exchange.pieces.first {
      exchange.pieces.removeFirst()
      exchange.pieceBytes -= piece.count
      advance()
      return .piece(piece)
    }
    if let fault = exchange.fault { throw RequestFault(fault.problem) }
    if exchange.isComplete { return .end }
    if isEnded { throw RequestFault(400, "The connection ended inside the body.") }
    if exchange.expectsContinue && parser.buffered == 0 && exchange.answer == nil { sendContinue() }
    return .wait
  }

  private func wait(for number: Int, _ continuation: CheckedContinuation<Void, Never>) {
    exchange?.reader = continuation
    setDeadline(in: settings.bodyTimeout)
    advance()
  }

  func resumeReader() {
    guard let exchange, let reader = exchange.reader else { return }
    exchange.reader = nil
    reader.resume()
  }

  // MARK: responses

  /// Writes a response. For a streamed one, writes the head and returns the stream.
  @discardableResult func answer(_ given: HTTPResponse) -> ByteStream? {
    guard let exchange else { return nil }
    // What is passed on as it came has the representation that its own server chose.
    let isPassedOn = exchange.route?.operation.body?.keepsCoding == true
    var response =
      isPassedOn ? given : Representation.of(given, for: exchange.request, compressedFrom: settings.compressedFrom)
    shared.crossOrigin?.permit(exchange.request, &response)
    if let upgrade = response.upgrade {
      switchProtocols(response, to: upgrade)
      return nil
    }
    let hasBody =
      exchange.request.method != "HEAD" && response.status >= 200 && response.status != 204
      && response.status != 304
    let keepsAlive =
      exchange.keepsAlive && exchange.isComplete && exchange.fault == nil && canContinue && !shared.isDraining
    var body = MessageWriter.Body.whole(response.stream?.length ?? response.body.count)
    if let stream = response.stream, stream.length == nil {
      // For HEAD no length is announced either: it is unknown.
      body = !hasBody || exchange.isHTTP10 ? .untilClose : .chunked
    }
    var isLast = !keepsAlive
    if case .untilClose = body, hasBody { isLast = true }
    exchange.isLast = isLast
    let now = shared.logger.clock.now()
    MessageWriter.head(
      response, requestID(of: exchange), body, connection: connectionOption(response, exchange, isLast: isLast),
      fixed: shared.fixedLines(now), to: &output)
    if hasBody { output += response.body }
    exchange.answer = (response.status, hasBody ? response.body.count : 0)
    if hasBody, let stream = response.stream {
      setDeadline(in: settings.writeTimeout)
      if stream.length == nil { startHeartbeat(response) }
      return stream
    }
    finish(isLast: isLast, at: now)
    return nil
  }

  private func connectionOption(_ response: HTTPResponse, _ exchange: Exchange, isLast: Bool) -> StaticString? {
    if isLast { return "close" }
    if exchange.isHTTP10 { return "keep-alive" }
    // It names the protocols that the server wants, in a field that is for this connection alone (RFC 9110, sections 7.8
    // and 15.5.22).
    return response.status == 426 ? "upgrade" : nil
  }

  func requestID(of exchange: Exchange) -> MessageWriter.RequestID? {
    exchange.request.identity.map { $0.givenID.map { .text($0) } ?? .uuid($0.uuid) }
  }

  /// Ends an exchange whose response is completely in the output buffer.
  private func finish(isLast: Bool, at now: Timestamp? = nil) {
    if let exchange { end(exchange, at: now ?? shared.logger.clock.now()) }
    if heartbeat != nil { heartbeat = nil }
    state = isLast ? .lingering : .reading
    free()
    setDeadline(in: isLast ? 5_000 : parser.buffered > 0 ? settings.headTimeout : settings.idleTimeout)
  }

  /// Sends the pieces of a stream, waiting for the client where it reads slowly.
  nonisolated func send(_ stream: ByteStream, _ number: Int) async {
    let isChunked = stream.length == nil && here { $0.exchange?.isHTTP10 == false }
    var left = stream.length
    do {
      for try await piece in stream {
        guard !piece.isEmpty else { continue }
        left? -= piece.count
        // Bytes beyond the announced length would be parsed as the next response.
        guard left ?? 0 >= 0, here({ $0.write(piece, isChunked, number) }) else { break }
        await waitUntilWritten()
      }
    } catch {
      left = -1
      if !(error is CancellationError) { here { $0.logFailure(error, number) } }
    }
    let isComplete = left ?? 0 == 0
    here { $0.endStream(number, isChunked, isComplete) }
  }

  private func write(_ piece: [UInt8], _ isChunked: Bool, _ number: Int) -> Bool {
    guard state == .handling, exchange?.number == number, !isEnded else { return false }
    if isChunked { MessageWriter.chunk(piece, to: &output) } else { output += piece }
    exchange?.answer?.bytes += piece.count
    endsEvent = piece.suffix(2).elementsEqual([10, 10])
    send()
    return state == .handling
  }

  private nonisolated func waitUntilWritten() async {
    guard here({ $0.pendingOutput > Self.highWater }) else { return }
    await withCheckedContinuation { continuation in here { $0.writer = continuation } }
  }

  /// Ends a streamed response. An incomplete one closes the connection, so that the client does not take it for
  /// complete.
  private func endStream(_ number: Int, _ isChunked: Bool, _ isComplete: Bool) {
    guard state == .handling, let exchange, exchange.number == number else { return }
    guard isComplete, !isEnded else {
      flush()
      end(exchange, at: shared.logger.clock.now())
      return close()
    }
    if isChunked { output += MessageWriter.lastChunk }
    finish(isLast: exchange.isLast || exchange.fault != nil || !exchange.isComplete || !canContinue)
    advance()
  }

  /// Sends comments on an event stream so that proxies do not close it as idle.
  private func startHeartbeat(_ response: HTTPResponse) {
    guard response.headers["content-type"]?.hasPrefix("text/event-stream") == true, exchange?.isHTTP10 == false else {
      return
    }
    let heartbeat = LoopEvent(loop, .timer) { [unowned self] in
      here { connection in
        // Only between events: inside one the comment would become part of it.
        if connection.pendingOutput == 0, connection.endsEvent, let number = connection.exchange?.number {
          _ = connection.write(Array(":\n\n".utf8), true, number)
        }
      }
    }
    // A client may use the operation's timeout as its idle timeout: send something before that.
    heartbeat.add(milliseconds: min(settings.heartbeat, max(500, (exchange?.timeout ?? .max) / 3)))
    self.heartbeat = heartbeat
  }

  func endEvents() {
    guard heartbeat != nil, state == .handling, let exchange else { return }
    exchange.worker?.cancel()
    output += MessageWriter.lastChunk
    finish(isLast: true)
    send()
  }

  // MARK: writing

  func flush() {
    while pendingOutput > 0 {
      switch Socket.write(descriptor, output, from: written) {
      case .bytes(let count): written += count
      case .closed, .failed: return close()
      case .wouldBlock: return waitUntilWritable()
      }
    }
    output.removeAll(keepingCapacity: output.capacity <= 16_384)
    written = 0
    if writable != nil { writable = nil }
    resumeWriter()
  }

  /// Whether the deadline is that of a handler, which no slow reader of earlier responses may postpone.
  private var isHandlerLimited: Bool {
    state == .handling && exchange?.isStreamed == false && exchange?.answer == nil
  }

  private func waitUntilWritable() {
    // Compacted only once at least as much is written as is left, so that each byte is moved at most once.
    if written > Self.highWater && written >= pendingOutput {
      output.removeFirst(written)
      written = 0
    }
    guard writable == nil else { return }
    if !isHandlerLimited { setDeadline(in: settings.writeTimeout) }
    let writable = LoopEvent(loop, descriptor: descriptor, .write) { [unowned self] in here { $0.resume() } }
    writable.add()
    self.writable = writable
  }

  /// Continues writing, and resumes the writer and parsing that waited for it.
  private func resume() {
    flush()
    guard state != .closed, pendingOutput <= Self.highWater else { return }
    if state == .handling && !isHandlerLimited { setDeadline(in: settings.writeTimeout) }
    if state == .reading && pendingOutput == 0 { setDeadline(in: settings.idleTimeout) }
    if state == .reading { advance() } else { settle() }
  }

  func resumeWriter() {
    guard let writer else { return }
    self.writer = nil
    writer.resume()
  }

  private func logFailure(_ error: any Error, _ number: Int) {
    guard let exchange, exchange.number == number else { return }
    let broken = (error as? RequestFault)?.problem.violations.map { "; \($0.name) \($0.message)" }.joined() ?? ""
    let request = exchange.request
    shared.logger.log(
      .error, "a streamed response failed: \(error)\(broken)",
      ["method": request.method, "path": request.path, "request_id": request.id])
  }

  /// Ends an exchange: those who observe calls learn of it.
  func end(_ exchange: Exchange, at now: Timestamp) {
    // A task that still waits for a part of the body is resumed, and finds none.
    resumeReader()
    self.exchange = nil
    let observers = exchange.route?.observers ?? shared.observers
    if let answer = exchange.answer, let identity = exchange.request.identity,
      shared.accessLog != nil || !observers.isEmpty
    {
      let call = CallRecord(
        exchange.request, identity, operation: exchange.route?.operation, status: answer.status, bytes: answer.bytes,
        started: exchange.started, ended: now)
      shared.accessLog?.append(call)
      for observer in observers { observer.ended(call) }
    }
    exchange.end()
    shared.giveBack(exchange)
  }
}

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
    let reader = exchange?.reader
    exchange?.reader = nil
    reader?.resume()
  }

  // MARK: responses

  /// Writes a response. For a streamed one, writes the head and returns the stream.
  @discardableResult func answer(_ given: HTTPResponse) -> ByteStream? {
    guard let exchange else { return nil }
    let response = Representation.of(given, for: exchange.request, compressedFrom: settings.compressedFrom)
    let hasBody =
      exchange.request.method != "HEAD" && response.status >= 200 && response.status != 204
      && response.status != 304
    let keepsAlive =
      exchange.keepsAlive && exchange.isComplete && exchange.fault == nil && canContinue && !shared.isDraining
    let date = shared.dateText(shared.logger.clock.now())
    var body = MessageWriter.Body.whole(response.stream?.length ?? response.body.count)
    if let stream = response.stream, stream.length == nil {
      // For HEAD no length is announced either: it is unknown.
      body = !hasBody || exchange.isHTTP10 ? .untilClose : .chunked
    }
    var isLast = !keepsAlive
    if case .untilClose = body, hasBody { isLast = true }
    exchange.isLast = isLast
    let connection = isLast ? "close" : exchange.isHTTP10 ? "keep-alive" : nil
    MessageWriter.head(response, id: exchange.request.id, body, connection: connection, date: date, to: &output)
    if hasBody { output += response.body }
    exchange.answer = (response.status, hasBody ? response.body.count : 0)
    if hasBody, let stream = response.stream {
      setDeadline(in: settings.writeTimeout)
      if stream.length == nil { startHeartbeat(response) }
      return stream
    }
    finish(isLast: isLast)
    return nil
  }

  /// Ends an exchange whose response is completely in the output buffer.
  private func finish(isLast: Bool) {
    if let exchange { log(exchange) }
    exchange = nil
    heartbeat = nil
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
    flush()
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
      log(exchange)
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
    let heartbeat = Event(loop, .timer) { [weak self] in
      self?.assumeIsolated { connection in
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
    exchange.task?.cancel()
    output += MessageWriter.lastChunk
    finish(isLast: true)
    flush()
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
    writable = nil
    resumeWriter()
    if state == .lingering {
      if isEnded { close() } else { Socket.shutdownWriting(descriptor) }
    } else if isEnded && state == .reading {
      close()
    }
  }

  private func waitUntilWritable() {
    // Compacted only once at least as much is written as is left, so that each byte is moved at most once.
    if written > Self.highWater && written >= pendingOutput {
      output.removeFirst(written)
      written = 0
    }
    guard writable == nil else { return }
    setDeadline(in: settings.writeTimeout)
    let writable = Event(loop, descriptor: descriptor, .write) { [weak self] in self?.assumeIsolated { $0.resume() } }
    writable.add()
    self.writable = writable
  }

  /// Continues writing, and resumes the writer and parsing that waited for it.
  private func resume() {
    flush()
    guard state != .closed, pendingOutput <= Self.highWater else { return }
    if state == .handling { setDeadline(in: settings.writeTimeout) }
    if state == .reading && pendingOutput == 0 { setDeadline(in: settings.idleTimeout) }
    resumeWriter()
    if state == .reading { advance() }
  }

  func resumeWriter() {
    let writer = writer
    self.writer = nil
    writer?.resume()
  }

  private func logFailure(_ error: any Error, _ number: Int) {
    guard let exchange, exchange.number == number else { return }
    let broken = (error as? RequestFault)?.problem.violations.map { "; \($0.name) \($0.message)" }.joined() ?? ""
    let request = exchange.request
    shared.logger.log(
      .error, "a streamed response failed: \(error)\(broken)",
      ["method": request.method, "path": request.path, "request_id": request.id])
  }

  private func log(_ exchange: Exchange) {
    guard shared.logsAccess, let answer = exchange.answer else { return }
    let now = shared.logger.clock.now()
    var json = JSONWriter(reservingCapacity: 256)
    json.beginObject()
    json.field("time", now)
    json.field("request_id", exchange.request.id)
    json.field("method", exchange.request.method)
    json.field("path", exchange.operation?.template ?? AccessLog.path(exchange.request.path))
    json.field("service", exchange.operation?.service)
    json.field("operation", exchange.operation?.id)
    json.field("status", answer.status)
    json.field("bytes", answer.bytes)
    json.field("microseconds", now.microseconds - exchange.started.microseconds)
    json.endObject()
    shared.log(json.bytes + [10])
  }
}

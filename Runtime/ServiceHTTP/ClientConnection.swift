import Glibc
import ServiceCore
import ServiceLoop

/// One connection to a server: one exchange at a time.
actor ClientConnection: LoopBound {
  nonisolated let loop: Loop
  private var descriptor: Int32 = -1
  /// Nil for plain TCP.
  private let peer: TLSPeer?
  /// From the connection on.
  private var tls: TLSSession?
  private var parser = MessageParser(.response)
  private var head: MessageHead?
  private var readable: LoopEvent?
  private var writable: LoopEvent?
  /// Until when an answer has to come, in the loop's milliseconds; `.max` while none is waited for.
  private var deadline = Int.max
  /// Fires at or before the deadline: to move an armed timer costs a request more than to look at the time later.
  private var timer: (event: LoopEvent, due: Int)?
  private var output: [UInt8] = []
  private var written = 0
  private var connecting: CheckedContinuation<Result<Void, ExchangeError>, Never>?
  /// Unchecked, for the speed of gateways: ``fail(_:)`` or the response resumes it, and no other exchange begins before.
  private var exchanging: UnsafeContinuation<Result<ExchangeResult, ExchangeError>, Never>?
  private var writer: CheckedContinuation<Bool, Never>?
  private var wasUsed = false
  private var hasResponseBegun = false
  /// Whether the server was asked to switch protocols. The connection is then not reused.
  private var upgrades = false
  /// Whether the request was sent completely. A connection whose server responds before that is not reused.
  private var isSent = true
  private var interim = 0
  private var body: [UInt8] = []
  private var incoming: StreamedBody?
  private var onEnd: (@Sendable (Bool) -> Void)?
  private var idleTimeout = 0
  private var sending: Task<Void, Never>?
  /// The number of the current exchange: late events of an earlier one must not affect it.
  private var number = 0

  /// A response, and the state of the connection after it.
  struct ExchangeResult: Sendable {
    let response: HTTPResponse
    /// Whether the connection can be reused now; false for a streamed response, which is still being read.
    let isReusable: Bool
  }

  /// A response body that is being streamed.
  private struct StreamedBody {
    var pieces: [[UInt8]] = []
    var bytes = 0
    var isComplete = false
    var error: ExchangeError?
    var reader: CheckedContinuation<Void, Never>?
    let keepsAlive: Bool
    let onEnd: @Sendable (_ isReusable: Bool) -> Void
  }

  /// The largest response that is buffered, and the size from which a body is streamed where the caller allows it, in
  /// bytes.
  private static let responseLimit = 64 * 1_048_576
  private static let streamedFrom = 65_536
  private static let interimLimit = 8

  init(loop: Loop, tls peer: TLSPeer?) { (self.loop, self.peer) = (loop, peer) }

  var isUsable: Bool { descriptor >= 0 && (tls?.isUsable ?? Socket.isUsable(descriptor)) }

  func connect(to address: ResolvedAddress, milliseconds: Int) async throws(ExchangeError) {
    do {
      descriptor = try Socket.connect(address)
    } catch {
      throw .refused("\(error)")
    }
    startTimeout(milliseconds)
    let number = number
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        connecting = continuation
        let writable = LoopEvent(loop, descriptor: descriptor, .write) { [weak self] in
          self?.assumeIsolated { $0.connected() }
        }
        writable.add()
        self.writable = writable
        if Task.isCancelled { fail(.cancelled) }
      }
    } onCancel: {
      Task(executorPreference: loop) { await self.cancel(number) }
    }
    try result.get()
  }

  private func connected() {
    writable = nil
    let code = Socket.pendingError(descriptor)
    if code != 0 { return fail(.refused("\(SystemError("connect", code))")) }
    guard let peer else { return established() }
    tls = TLSSession(peer, descriptor)
    shakeHands()
  }

  /// Goes on with the handshake of TLS, each time that the socket is ready. Nothing is sent to a server that is not the one
  /// that was meant.
  private func shakeHands() {
    (readable, writable) = (nil, nil)
    switch tls?.shakeHands() {
    case .done: established()
    case .needsRead: readable = handshakeEvent(.read)
    case .needsWrite: writable = handshakeEvent(.write)
    case .failed(let reason): fail(.refused(reason))
    case nil: fail(.refused("TLS cannot be used for \(peer?.host ?? "")"))
    }
  }

  private func handshakeEvent(_ readiness: LoopEvent.Readiness) -> LoopEvent {
    let event = LoopEvent(loop, descriptor: descriptor, readiness) { [weak self] in
      self?.assumeIsolated { $0.shakeHands() }
    }
    event.add()
    return event
  }

  private func established() {
    deadline = .max
    let readable = LoopEvent(loop, descriptor: descriptor, .read) { [weak self] in self?.assumeIsolated { $0.receive() }
    }
    readable.add()
    self.readable = readable
    connecting?.resume(returning: .success(()))
    connecting = nil
  }

  /// Sends a request and waits for its response.
  ///
  /// - Parameters:
  ///   - milliseconds: the time limit for the response, or for a streamed one the longest pause between pieces.
  ///   - upgrades: whether the request asks the server to switch to the WebSocket protocol.
  ///   - onEnd: if given, a large response body is streamed; called when that stream has ended.
  func exchange(
    _ request: HTTPRequest, _ bytes: [UInt8], milliseconds: Int, upgrades: Bool, onEnd: (@Sendable (Bool) -> Void)?
  ) async throws(ExchangeError) -> ExchangeResult {
    number += 1
    parser.answersHead = request.method == "HEAD"
    parser.bodyLimit = onEnd == nil ? Self.responseLimit : .max
    hasResponseBegun = false
    interim = 0
    body = []
    output = bytes
    written = 0
    isSent = request.stream == nil
    self.upgrades = upgrades
    self.onEnd = onEnd
    idleTimeout = milliseconds
    startTimeout(milliseconds)
    let number = number
    let result = await withTaskCancellationHandler {
      await withUnsafeContinuation { continuation in
        exchanging = continuation
        flush()
        if let stream = request.stream {
          sending = Task.immediate(executorPreference: loop) { await self.send(stream) }
        }
        if Task.isCancelled { fail(.cancelled) }
      }
    } onCancel: {
      Task(executorPreference: loop) { await self.cancel(number) }
    }
    wasUsed = true
    return try result.get()
  }

  private func startTimeout(_ milliseconds: Int) {
    deadline = loop.now + milliseconds
    if let timer, timer.due <= deadline { return }
    let event = LoopEvent(loop, .once) { [weak self] in self?.assumeIsolated { $0.checkDeadline() } }
    event.add(milliseconds: milliseconds)
    timer = (event, deadline)
  }

  private func checkDeadline() {
    timer = nil
    guard deadline < .max else { return }
    let left = deadline - loop.now
    if left <= 0 { fail(.timedOut) } else { startTimeout(left) }
  }

  // MARK: writing

  /// Sends a streamed request body, waiting for the server where it reads slowly.
  private func send(_ stream: ByteStream) async {
    var left = stream.length
    do {
      for try await piece in stream where !piece.isEmpty {
        left? -= piece.count
        guard left ?? 0 >= 0, descriptor >= 0 else { break }
        if stream.length == nil { MessageWriter.chunk(piece, to: &output) } else { output += piece }
        flush()
        startTimeout(idleTimeout)
        if output.count - written > ServerConnection.highWater {
          guard await withCheckedContinuation({ writer = $0 }) else { return }
        }
      }
    } catch {
      return fail(.body(error))
    }
    guard left ?? 0 == 0 else {
      return fail(.failed("the length of the request's body differs from its content-length"))
    }
    if stream.length == nil { output += MessageWriter.lastChunk }
    isSent = true
    flush()
  }

  private func flush() {
    while written < output.count {
      switch tls?.write(output, from: written) ?? Socket.write(descriptor, output, from: written) {
      case .bytes(let count): written += count
      case .closed, .failed: return ended(wasReset: true)
      case .wouldBlock:
        guard writable == nil else { return }
        let writable = LoopEvent(loop, descriptor: descriptor, .write) { [weak self] in
          self?.assumeIsolated { $0.flush() }
        }
        writable.add()
        self.writable = writable
        return
      }
    }
    output.removeAll(keepingCapacity: output.capacity <= 16_384)
    written = 0
    writable = nil
    writer?.resume(returning: true)
    writer = nil
  }

  // MARK: reading

  private func receive() {
    switch tls?.read(on: loop, { parser.append($0) }) ?? Socket.read(descriptor, on: loop, { parser.append($0) }) {
    case .wouldBlock: return
    case .closed: ended(wasReset: false)
    case .failed: ended(wasReset: true)
    case .bytes:
      // Bytes without a pending request cannot be a response.
      guard exchanging != nil || incoming != nil else { return close() }
      hasResponseBegun = true
      advance()
    }
  }

  private func advance() {
    do throws(HTTPFault) {
      while true {
        if let incoming, incoming.bytes > ServerConnection.highWater {
          readable?.remove()
          // The reader of the stream is slow: this must not count against the server's time limit.
          deadline = .max
          return
        }
        // Bytes behind a complete response belong to no request.
        if incoming?.isComplete == true { return }
        switch try parser.next() {
        case .needMore: return
        case .head(let head): begin(head)
        case .part(let bytes): take(bytes)
        case .end: if finish() { return }
        }
        if descriptor < 0 { return }
      }
    } catch {
      fail(.failed("the response is malformed: \(error.message)"))
    }
  }

  private func begin(_ head: MessageHead) {
    self.head = head
    guard case .response(let status) = head.startLine else { return }
    if status == 101 { return switchProtocols(head) }
    guard status >= 200 else {
      interim += 1
      if interim > Self.interimLimit {
        fail(.failed("the response is preceded by more than \(Self.interimLimit) interim responses"))
      }
      return
    }
    guard let onEnd, exchanging != nil else { return }
    switch head.framing {
    case .none: return
    case .length(let length) where length < Self.streamedFrom: return
    case .length, .chunked, .untilClose: break
    }
    var length: Int?
    if case .length(let count) = head.framing { length = count }
    incoming = StreamedBody(keepsAlive: head.keepsAlive, onEnd: onEnd)
    let lease = Lease(self, number)
    let stream = ByteStream(length: length) { try await lease.connection.nextPiece() }
    self.onEnd = nil
    exchanging?.resume(
      returning: .success(
        ExchangeResult(response: HTTPResponse(status: status, headers: head.headers, stream: stream), isReusable: false)
      ))
    exchanging = nil
  }

  /// Hands over the connection to a server that has switched to the protocol that it was asked for.
  private func switchProtocols(_ head: MessageHead) {
    guard upgrades, exchanging != nil, output.isEmpty, WebSocketSyntax.isUpgrade(head.headers, isList: false) else {
      return fail(.switched)
    }
    (readable, writable, timer) = (nil, nil, nil)
    var response = HTTPResponse(status: 101, headers: head.headers)
    response.upgrade = UpgradedSocket(descriptor, parser.takeRest())
    descriptor = -1
    exchanging?.resume(returning: .success(ExchangeResult(response: response, isReusable: false)))
    exchanging = nil
  }

  private func take(_ bytes: [UInt8]) {
    if incoming == nil {
      if body.isEmpty { body = bytes } else { body += bytes }
    } else {
      // Small pieces are merged: one array per byte would take thirty times the memory.
      if let last = incoming?.pieces.indices.last, let count = incoming?.pieces[last].count,
        count + bytes.count <= ServerConnection.highWater
      {
        incoming?.pieces[last] += bytes
      } else {
        incoming?.pieces.append(bytes)
      }
      incoming?.bytes += bytes.count
      startTimeout(idleTimeout)
      resumeReader()
    }
  }

  /// Delivers the response; false for an interim one (1xx), which the final response follows.
  private func finish() -> Bool {
    guard let head, case .response(let status) = head.startLine else { return true }
    self.head = nil
    if status < 200 { return false }
    deadline = .max
    if incoming != nil {
      incoming?.isComplete = true
      resumeReader()
      return true
    }
    let response = HTTPResponse(status: status, headers: head.headers, body: body)
    body = []
    exchanging?.resume(returning: .success(ExchangeResult(response: response, isReusable: isReusable(head.keepsAlive))))
    exchanging = nil
    return true
  }

  private func isReusable(_ keepsAlive: Bool) -> Bool {
    keepsAlive && isSent && !upgrades && parser.isIdle && output.isEmpty
  }

  private func nextPiece() async throws -> [UInt8]? {
    while let incoming {
      if let piece = incoming.pieces.first {
        self.incoming?.pieces.removeFirst()
        self.incoming?.bytes -= piece.count
        if deadline == .max, !incoming.isComplete { startTimeout(idleTimeout) }
        readable?.add()
        advance()
        return piece
      }
      if incoming.isComplete || incoming.error != nil {
        self.incoming = nil
        deadline = .max
        incoming.onEnd(incoming.isComplete && isReusable(incoming.keepsAlive))
        if let error = incoming.error { throw error }
        return nil
      }
      let number = number
      await withTaskCancellationHandler {
        await withCheckedContinuation { continuation in
          self.incoming?.reader = continuation
          if Task.isCancelled { fail(.cancelled) }
        }
      } onCancel: {
        Task(executorPreference: loop) { await self.cancel(number) }
      }
    }
    return nil
  }

  /// Aborts the exchange whose task was cancelled. The cancellation may arrive late, when the connection already serves
  /// another exchange.
  private func cancel(_ number: Int) {
    guard number == self.number, connecting != nil || exchanging != nil || incoming != nil else { return }
    fail(.cancelled)
  }

  /// Closes the connection of a streamed response that was dropped before its end.
  fileprivate func abandon(_ number: Int) {
    guard number == self.number, let incoming else { return }
    self.incoming = nil
    close()
    incoming.onEnd(false)
  }

  private func resumeReader() {
    let reader = incoming?.reader
    incoming?.reader = nil
    reader?.resume()
  }

  // MARK: ending

  private func ended(wasReset: Bool) {
    guard exchanging != nil || incoming?.isComplete == false else { return close() }
    let reason = tls?.failure.map { ": \($0)" } ?? ""
    if hasResponseBegun && wasReset {
      fail(.failed("the connection broke inside the response\(reason)"))
    } else if hasResponseBegun {
      do throws(HTTPFault) {
        try parser.close()
        _ = finish()
        close()
      } catch {
        fail(.failed("the connection ended inside the response"))
      }
    } else {
      fail(wasUsed ? .staleConnection : .failed("the connection ended before a response arrived\(reason)"))
    }
  }

  /// Reports an error to the waiting caller, even if the connection was closed already: the server may close it between
  /// its leaving the pool and its use.
  private func fail(_ error: ExchangeError) {
    close()
    connecting?.resume(returning: .failure(error))
    exchanging?.resume(returning: .failure(error))
    connecting = nil
    exchanging = nil
    if incoming?.isComplete == false { incoming?.error = error }
    resumeReader()
  }

  deinit {
    // A dropped pool drops its idle connections, on any thread.
    loop.release { [events = [readable, writable, timer?.event], descriptor] in
      for event in events { event?.remove() }
      if descriptor >= 0 { Socket.close(descriptor) }
    }
  }

  func close() {
    readable = nil
    writable = nil
    timer = nil
    tls?.close()
    tls = nil
    if descriptor >= 0 { Socket.close(descriptor) }
    descriptor = -1
    writer?.resume(returning: false)
    writer = nil
    sending?.cancel()
    sending = nil
  }
}

/// Owned by a streamed response: when the stream is dropped unread, its connection is closed.
private final class Lease: Sendable {
  let connection: ClientConnection
  private let number: Int

  init(_ connection: ClientConnection, _ number: Int) { (self.connection, self.number) = (connection, number) }

  deinit {
    let (connection, number) = (connection, number)
    Task(executorPreference: connection.loop) { await connection.abandon(number) }
  }
}

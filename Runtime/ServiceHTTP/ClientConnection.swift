import Glibc
import ServiceCore
import ServiceLoop

/// One connection to a server: one exchange at a time.
actor ClientConnection: LoopBound {
  nonisolated let loop: Loop
  private var descriptor: Int32 = -1
  private var parser = MessageParser(.response)
  private var head: MessageHead?
  private var readable: Event?
  private var writable: Event?
  private var timeout: Event?
  private var output: [UInt8] = []
  private var written = 0
  private var connecting: CheckedContinuation<Result<Void, ExchangeError>, Never>?
  private var exchanging: CheckedContinuation<Result<Answer, ExchangeError>, Never>?
  private var writer: CheckedContinuation<Bool, Never>?
  private var wasUsed = false
  private var hasAnswerBegun = false
  /// Whether the request is out whole: a connection whose server answers before that is not used again.
  private var isSent = true
  private var interim = 0
  private var body: [UInt8] = []
  private var incoming: Incoming?
  private var onEnd: (@Sendable (Bool) -> Void)?
  private var idleTimeout = 0
  private var sending: Task<Void, Never>?
  /// How many exchanges there were: what is left of one must not end the next.
  private var number = 0

  /// What came for a request.
  struct Answer: Sendable {
    let response: HTTPResponse
    /// Whether the connection can serve another request now; one whose answer is a stream cannot yet.
    let isReusable: Bool
  }

  /// The body of an answer that is handed on piece by piece.
  private struct Incoming {
    var pieces: [[UInt8]] = []
    var bytes = 0
    var isWhole = false
    var error: ExchangeError?
    var reader: CheckedContinuation<Void, Never>?
    let keepsAlive: Bool
    let onEnd: @Sendable (_ isReusable: Bool) -> Void
  }

  /// The largest answer that is taken in whole, and from what size on one is handed on piece by piece, in bytes.
  private static let answerLimit = 64 * 1_048_576
  private static let streamedFrom = 65_536
  private static let interimLimit = 8

  init(loop: Loop) { self.loop = loop }

  var isUsable: Bool { descriptor >= 0 && Socket.isUsable(descriptor) }

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
        let writable = Event(loop, descriptor: descriptor, .write) { [weak self] in
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
    timeout = nil
    let readable = Event(loop, descriptor: descriptor, .read) { [weak self] in self?.assumeIsolated { $0.receive() } }
    readable.add()
    self.readable = readable
    connecting?.resume(returning: .success(()))
    connecting = nil
  }

  /// Sends a request and waits for its response.
  ///
  /// - Parameters:
  ///   - milliseconds: how long the answer may take; for one that is a stream, how long it may stand still.
  ///   - onEnd: makes an answer with a large body a stream, and is called when that has ended.
  func exchange(
    _ request: HTTPRequest, _ bytes: [UInt8], milliseconds: Int, onEnd: (@Sendable (Bool) -> Void)?
  ) async throws(ExchangeError) -> Answer {
    number += 1
    parser.answersHead = request.method == "HEAD"
    parser.bodyLimit = onEnd == nil ? Self.answerLimit : .max
    hasAnswerBegun = false
    interim = 0
    body = []
    output = bytes
    written = 0
    isSent = request.stream == nil
    self.onEnd = onEnd
    idleTimeout = milliseconds
    startTimeout(milliseconds)
    let number = number
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
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
    let timeout = Event(loop, .once) { [weak self] in self?.assumeIsolated { $0.fail(.timedOut) } }
    timeout.add(milliseconds: milliseconds)
    self.timeout = timeout
  }

  // MARK: writing

  /// Sends a request's body as fast as the server reads it.
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
    guard left ?? 0 == 0 else { return fail(.failed("the request's body has another length than it was said to have")) }
    if stream.length == nil { output += MessageWriter.lastChunk }
    isSent = true
    flush()
  }

  private func flush() {
    while written < output.count {
      switch Socket.write(descriptor, output, from: written) {
      case .bytes(let count): written += count
      case .closed, .failed: return ended(wasReset: true)
      case .wouldBlock:
        guard writable == nil else { return }
        let writable = Event(loop, descriptor: descriptor, .write) { [weak self] in self?.assumeIsolated { $0.flush() }
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
    switch Socket.read(descriptor, on: loop, { parser.append($0) }) {
    case .wouldBlock: return
    case .closed: ended(wasReset: false)
    case .failed: ended(wasReset: true)
    case .bytes:
      // What comes without having been asked for cannot be an answer.
      guard exchanging != nil || incoming != nil else { return close() }
      hasAnswerBegun = true
      advance()
    }
  }

  private func advance() {
    do throws(HTTPFault) {
      while true {
        if let incoming, incoming.bytes > ServerConnection.highWater {
          readable?.remove()
          // Its reader takes its time: the server is not to blame.
          timeout = nil
          return
        }
        // What follows an answer that is still being read out belongs to no request.
        if incoming?.isWhole == true { return }
        switch try parser.next() {
        case .needMore: return
        case .head(let head): begin(head)
        case .part(let bytes): take(bytes)
        case .end: if finish() { return }
        }
        if descriptor < 0 { return }
      }
    } catch {
      fail(.failed("the answer is malformed: \(error.message)"))
    }
  }

  private func begin(_ head: MessageHead) {
    self.head = head
    guard case .response(let status) = head.startLine else { return }
    if status == 101 { return fail(.failed("the answer changes to a protocol that nobody asked for")) }
    guard status >= 200 else {
      interim += 1
      if interim > Self.interimLimit { fail(.failed("the answer is preceded by too many interim ones")) }
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
    incoming = Incoming(keepsAlive: head.keepsAlive, onEnd: onEnd)
    let lease = Lease(self, number)
    let stream = ByteStream(length: length) { try await lease.connection.nextPiece() }
    self.onEnd = nil
    exchanging?.resume(
      returning: .success(
        Answer(response: HTTPResponse(status: status, headers: head.headers, stream: stream), isReusable: false)))
    exchanging = nil
  }

  private func take(_ bytes: [UInt8]) {
    if incoming == nil {
      if body.isEmpty { body = bytes } else { body += bytes }
    } else {
      // Small pieces become one: a piece a byte would take thirty times the memory.
      if let last = incoming?.pieces.indices.last, let count = incoming?.pieces[last].count,
        count + bytes.count <= ServerConnection.highWater
      {
        incoming?.pieces[last] += bytes
      } else {
        incoming?.pieces.append(bytes)
      }
      incoming?.bytes += bytes.count
      startTimeout(idleTimeout)
      wakeReader()
    }
  }

  /// Hands out the answer; false for an interim one (1xx), behind which the real one comes.
  private func finish() -> Bool {
    guard let head, case .response(let status) = head.startLine else { return true }
    self.head = nil
    if status < 200 { return false }
    timeout = nil
    if incoming != nil {
      incoming?.isWhole = true
      wakeReader()
      return true
    }
    let response = HTTPResponse(status: status, headers: head.headers, body: body)
    body = []
    exchanging?.resume(returning: .success(Answer(response: response, isReusable: isReusable(head.keepsAlive))))
    exchanging = nil
    return true
  }

  private func isReusable(_ keepsAlive: Bool) -> Bool { keepsAlive && isSent && parser.isIdle && output.isEmpty }

  private func nextPiece() async throws -> [UInt8]? {
    while let incoming {
      if let piece = incoming.pieces.first {
        self.incoming?.pieces.removeFirst()
        self.incoming?.bytes -= piece.count
        if timeout == nil, !incoming.isWhole { startTimeout(idleTimeout) }
        readable?.add()
        advance()
        return piece
      }
      if incoming.isWhole || incoming.error != nil {
        self.incoming = nil
        timeout = nil
        incoming.onEnd(incoming.isWhole && isReusable(incoming.keepsAlive))
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

  /// Ends what a task was cancelled in. The word of it may come when the connection has gone on to another's request.
  private func cancel(_ number: Int) {
    guard number == self.number, connecting != nil || exchanging != nil || incoming != nil else { return }
    fail(.cancelled)
  }

  /// Ends an answer that nobody reads any more.
  fileprivate func abandon(_ number: Int) {
    guard number == self.number, let incoming else { return }
    self.incoming = nil
    close()
    incoming.onEnd(false)
  }

  private func wakeReader() {
    let reader = incoming?.reader
    incoming?.reader = nil
    reader?.resume()
  }

  // MARK: ending

  private func ended(wasReset: Bool) {
    guard exchanging != nil || incoming?.isWhole == false else { return close() }
    if hasAnswerBegun && wasReset {
      fail(.failed("the connection broke inside the answer"))
    } else if hasAnswerBegun {
      do throws(HTTPFault) {
        try parser.close()
        _ = finish()
        close()
      } catch {
        fail(.failed("the answer is cut off"))
      }
    } else {
      fail(wasUsed ? .staleConnection : .failed("the connection ended before an answer came"))
    }
  }

  /// Whoever waits is told, even where the connection has ended before: between being taken from the pool and being
  /// used, the server may have closed it.
  private func fail(_ error: ExchangeError) {
    close()
    connecting?.resume(returning: .failure(error))
    exchanging?.resume(returning: .failure(error))
    connecting = nil
    exchanging = nil
    if incoming?.isWhole == false { incoming?.error = error }
    wakeReader()
  }

  deinit {
    // A pool that is dropped takes its idle connections with it.
    if descriptor >= 0 { Socket.close(descriptor) }
  }

  func close() {
    readable = nil
    writable = nil
    timeout = nil
    if descriptor >= 0 { Socket.close(descriptor) }
    descriptor = -1
    writer?.resume(returning: false)
    writer = nil
    sending?.cancel()
    sending = nil
  }
}

/// An answer that is being read: whoever drops it unread gives its connection back.
private final class Lease: Sendable {
  let connection: ClientConnection
  private let number: Int

  init(_ connection: ClientConnection, _ number: Int) { (self.connection, self.number) = (connection, number) }

  deinit {
    let (connection, number) = (connection, number)
    Task(executorPreference: connection.loop) { await connection.abandon(number) }
  }
}

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
  private var output: ArraySlice<UInt8> = []
  private var connecting: CheckedContinuation<Result<Void, ExchangeError>, Never>?
  private var exchanging: CheckedContinuation<Result<(HTTPResponse, Bool), ExchangeError>, Never>?
  private var wasUsed = false
  private var hasAnswerBegun = false

  /// The largest answer that is taken in, in bytes.
  private static let answerLimit = 64 * 1_048_576

  init(loop: Loop) { self.loop = loop }

  var isUsable: Bool { descriptor >= 0 && Socket.isUsable(descriptor) }

  func connect(to address: ResolvedAddress, milliseconds: Int) async throws(ExchangeError) {
    do {
      descriptor = try Socket.connect(address)
    } catch {
      throw .refused("\(error)")
    }
    startTimeout(milliseconds)
    let result = await withCheckedContinuation { continuation in
      connecting = continuation
      let writable = Event(loop, descriptor: descriptor, .write) { [weak self] in
        self?.assumeIsolated { $0.connected() }
      }
      writable.add()
      self.writable = writable
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

  /// Sends a request and waits for its response; tells whether the connection can be used again.
  func exchange(
    _ bytes: [UInt8], answersHead: Bool, milliseconds: Int
  ) async throws(ExchangeError) -> (HTTPResponse, Bool) {
    parser.answersHead = answersHead
    parser.bodyLimit = Self.answerLimit
    hasAnswerBegun = false
    output = bytes[...]
    startTimeout(milliseconds)
    let result = await withCheckedContinuation { continuation in
      exchanging = continuation
      flush()
    }
    wasUsed = true
    return try result.get()
  }

  private func startTimeout(_ milliseconds: Int) {
    let timeout = Event(loop, .once) { [weak self] in self?.assumeIsolated { $0.fail(.timedOut) } }
    timeout.add(milliseconds: milliseconds)
    self.timeout = timeout
  }

  private func flush() {
    while !output.isEmpty {
      switch Socket.write(descriptor, output) {
      case .bytes(let count): output = output.dropFirst(count)
      case .closed: return ended()
      case .wouldBlock:
        guard writable == nil else { return }
        let writable = Event(loop, descriptor: descriptor, .write) { [weak self] in self?.assumeIsolated { $0.flush() }
        }
        writable.add()
        self.writable = writable
        return
      }
    }
    writable = nil
  }

  private func receive() {
    var chunk = [UInt8](repeating: 0, count: 16_384)
    switch Socket.read(descriptor, into: &chunk) {
    case .wouldBlock: return
    case .closed: ended()
    case .bytes(let count):
      // What comes without having been asked for cannot be an answer.
      guard exchanging != nil else { return close() }
      hasAnswerBegun = true
      parser.append(chunk[..<count])
      advance { parser throws(HTTPFault) in try parser.next() }
    }
  }

  private func advance(_ step: (inout MessageParser) throws(HTTPFault) -> MessageParser.Event) {
    do throws(HTTPFault) {
      var event = try step(&parser)
      while true {
        switch event {
        case .needMore: return
        case .head(let head): self.head = head
        case .end(let body):
          if finish(body) { return }
        }
        event = try parser.next()
      }
    } catch {
      fail(.failed("the answer is malformed: \(error.message)"))
    }
  }

  /// Hands out the answer; false for an interim one (1xx), behind which the real one comes.
  private func finish(_ body: [UInt8]) -> Bool {
    guard let head, case .response(let status) = head.startLine else { return true }
    self.head = nil
    if status < 200 { return false }
    timeout = nil
    let isReusable = head.keepsAlive && parser.isIdle && output.isEmpty
    exchanging?.resume(
      returning: .success((HTTPResponse(status: status, headers: head.headers, body: body), isReusable)))
    exchanging = nil
    return true
  }

  private func ended() {
    guard exchanging != nil else { return close() }
    if hasAnswerBegun {
      advance { parser throws(HTTPFault) in try parser.close() }
    } else {
      fail(wasUsed ? .staleConnection : .failed("the connection ended before an answer came"))
    }
  }

  private func fail(_ error: ExchangeError) {
    close()
    connecting?.resume(returning: .failure(error))
    exchanging?.resume(returning: .failure(error))
    connecting = nil
    exchanging = nil
  }

  func close() {
    readable = nil
    writable = nil
    timeout = nil
    if descriptor >= 0 { Socket.close(descriptor) }
    descriptor = -1
  }
}

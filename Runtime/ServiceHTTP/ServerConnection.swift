import ServiceCore
import ServiceLoop

/// One client's connection: reads requests one at a time, has each handled, and writes the responses in order.
///
/// The exclusivity of accesses to its state is not checked at run time, which cost a small request a tenth of its time:
/// only its loop's thread touches it, and nothing that changes a part of it in place calls back.
actor ServerConnection: LoopBound, TurnObserver {
  nonisolated let loop: Loop
  let shared: ListenerContext
  let listener: Listener
  let descriptor: Int32
  /// The client's address.
  let peer: NetworkAddress?
  @exclusivity(unchecked) var parser: MessageParser
  @exclusivity(unchecked) var readable: LoopEvent?
  @exclusivity(unchecked) var writable: LoopEvent?
  /// Bytes to be written, and how many of them have been written.
  @exclusivity(unchecked) var output: [UInt8] = []
  @exclusivity(unchecked) var written = 0
  @exclusivity(unchecked) var state = State.reading
  @exclusivity(unchecked) var exchange: Exchange?
  /// Resumed once less than ``highWater`` bytes of output are unwritten.
  @exclusivity(unchecked) var writer: CheckedContinuation<Void, Never>?
  @exclusivity(unchecked) var heartbeat: LoopEvent?
  /// Passes bytes on, once the connection has switched protocols.
  @exclusivity(unchecked) var tunnel: Tunnel?
  /// Whether the last piece written to an event stream ended an event.
  @exclusivity(unchecked) var endsEvent = true
  /// Whether the client has closed its sending side.
  @exclusivity(unchecked) var isEnded = false
  @exclusivity(unchecked) var isClosing = false
  @exclusivity(unchecked) var isAdvancing = false
  /// Whether the parser can go no further with the bytes that have arrived.
  @exclusivity(unchecked) var needsMore = false
  /// Whether the output is to be sent at the end of the loop's turn.
  @exclusivity(unchecked) var isSending = false
  /// Whether the readable event is armed.
  @exclusivity(unchecked) var isListening = false
  /// Whether this connection is counted in the body budget.
  @exclusivity(unchecked) var isCounted = false
  @exclusivity(unchecked) var deadline = 0
  @exclusivity(unchecked) var scheduled: (time: Int, tick: Int)?
  @exclusivity(unchecked) var exchanges = 0
  @exclusivity(unchecked) var random = FastRandom()

  /// The size in bytes of a buffer above which reading, or producing output, pauses until it is drained.
  static let highWater = 65_536

  enum State {
    /// Between requests or inside one.
    case reading
    /// A handler is running; further bytes from the client stay buffered.
    case handling
    /// The connection has switched protocols: see ``tunnel``.
    case tunnelling
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
    peer = Socket.peer(of: descriptor)
    parser = MessageParser(.request, limits: listener.shared.settings.limits)
  }

  var settings: HTTPServerSettings { shared.settings }
  var pendingOutput: Int { output.count - written }

  func start() {
    setDeadline(in: settings.headTimeout)
    watch()
  }

  // MARK: reading

  /// Begins to read what the client sends.
  func watch() {
    // It outlives its events: its listener retains it until it is closed, which frees them.
    readable = LoopEvent(loop, descriptor: descriptor, .read) { [unowned self] in
      here(()) { connection, _ in connection.receive() }
    }
    isListening = false
    listen()
  }

  func listen() {
    guard !isListening else { return }
    isListening = true
    readable?.add()
  }

  func pauseListening() {
    guard isListening else { return }
    isListening = false
    readable?.remove()
  }

  func receive() {
    let wasIdle = parser.isIdle
    switch Socket.read(descriptor, on: loop, { bytes in if state != .lingering { parser.append(bytes) } }) {
    case .wouldBlock: return
    case .closed, .failed:
      isEnded = true
      pauseListening()
      // A client that has closed only its sending side still waits for the response: allow time for a quick one.
      if state == .handling { setDeadline(in: 50) } else { settle() }
    case .bytes:
      guard state != .lingering else { return }
      needsMore = false
      if wasIdle && state == .reading { setDeadline(in: settings.headTimeout) }
      advance()
      // While a handler runs, or the client does not read its responses, reading pauses at the high-water mark.
      if state != .closed && parser.buffered > Self.highWater { pauseListening() }
    }
  }

  /// Parses what is buffered and handles the requests. Not reentrant: a thousand pipelined requests in one packet, each
  /// with an immediate response, must not recurse.
  func advance() {
    guard !isAdvancing else { return }
    isAdvancing = true
    while canAdvance {
      while canAdvance && !needsMore { step() }
      // Parsing that paused because of unwritten responses continues if these could be written.
      guard pendingOutput >= Self.highWater else { break }
      flush()
    }
    isAdvancing = false
    if let spare = parser.spare {
      parser.spare = nil
      shared.giveBack(spare)
    }
    settle()
  }

  /// Handles the next parser event.
  func step() {
    if exchange == nil, parser.spare == nil { parser.spare = shared.takeHead() }
    do throws(HTTPFault) {
      switch try parser.next() {
      case .needMore: needsMore = true
      case .head(let head): begin(head)
      case .part(let bytes): take(bytes)
      case .end: endBody()
      }
    } catch {
      refuse(error)
    }
  }

  /// A client that does not read its responses gets no further ones: they would pile up in memory.
  var canAdvance: Bool {
    switch state {
    case .reading: !needsMore && pendingOutput < Self.highWater
    case .handling:
      if let exchange, !needsMore {
        exchange.isStreamed && !exchange.isComplete && exchange.pieceBytes < Self.highWater
      } else {
        false
      }
    case .tunnelling, .lingering, .closed: false
    }
  }

  /// Does what is left to do after parsing: sends what was written, and reads again or closes.
  func settle() {
    guard state != .closed else { return }
    reportMemory()
    readAgain()
    if pendingOutput > 0 { return send() }
    wasDrained()
  }

  /// Continues once all output is written.
  func wasDrained() {
    switch state {
    case .lingering: if isEnded { close() } else { Socket.shutdownWriting(descriptor) }
    case .reading where canAdvance && !parser.isIdle: advance()
    case .reading where isEnded || isClosing && parser.isIdle && exchange == nil: close()
    case .reading, .handling, .tunnelling, .closed: break
    }
  }

  func readAgain() {
    if !isEnded && state != .closed && parser.buffered <= Self.highWater { listen() }
  }

  // MARK: writing

  /// Has the output sent: at the end of the loop's turn, with what other callbacks of the turn write, or at once when it
  /// is large.
  func send() {
    if pendingOutput > Self.highWater { flush() }
    guard state != .closed, !isSending, writable == nil else { return }
    isSending = true
    loop.atTurnEnd(self)
  }

  nonisolated func turnEnds() {
    here { connection in
      connection.isSending = false
      if connection.pendingOutput > 0, connection.writable == nil { connection.flush() }
      if connection.pendingOutput == 0 { connection.wasDrained() }
    }
  }

  // MARK: ending

  /// Closes immediately when idle, otherwise after the current response. An event stream and a tunnel are ended at once:
  /// they have no natural end, and their clients reconnect.
  func finishAndClose() {
    isClosing = true
    endEvents()
    endTunnel()
    guard state == .reading && parser.isIdle && exchange == nil && pendingOutput == 0 else { return }
    // A request that has come, and has not been read yet, is answered first: its client could not repeat it.
    if Socket.isUsable(descriptor) { close() }
  }

  var canContinue: Bool { !isClosing && (!isEnded || parser.buffered > 0) }

  /// Releases the last request's memory, and that of the parser where no further request is read.
  func free() {
    if isCounted {
      _ = shared.budget.hold(0, of: self, nil)
      isCounted = false
    }
    if state != .reading { parser = MessageParser(.request, limits: settings.limits) }
  }

  func close() {
    guard state != .closed else { return }
    state = .closed
    readable = nil
    writable = nil
    heartbeat = nil
    closeTunnel()
    output = []
    written = 0
    if let exchange { cancel(exchange) }
    exchange = nil
    free()
    resumeWriter()
    Socket.close(descriptor)
    let (descriptor, tick) = (descriptor, scheduled?.tick)
    listener.here { $0.remove(descriptor, scheduledAt: tick) }
  }
}

import ServiceCore
import ServiceLoop

/// One loop's share of a server: its listening socket, its connections, and what these share.
actor Listener: LoopBound {
  nonisolated let loop: Loop
  nonisolated let shared: ListenerContext
  private let descriptor: Int32
  private var readable: Event?
  private var ticking: Event?
  private var resume: Event?
  private var connections: [Int32: ServerConnection] = [:]
  private var isAccepting = false
  private var isFull = false
  /// The sockets whose deadlines may have come, by the tick at which to look.
  private var wheel: [Int: Set<Int32>] = [:]
  private var tick: Int

  /// How exactly deadlines are kept, in milliseconds.
  static let tickLength = 20

  init(
    loop: Loop, descriptor: Int32, settings: HTTPServerSettings, budget: BodyBudget, logger: Logger,
    accessLog: AccessLog?, handler: @escaping HTTPHandler
  ) {
    self.loop = loop
    self.descriptor = descriptor
    shared = ListenerContext(settings: settings, budget: budget, logger: logger, accessLog: accessLog, handler: handler)
    tick = Deadline.now / Self.tickLength
  }

  var connectionCount: Int { connections.count }

  func start() {
    isAccepting = true
    let readable = Event(loop, descriptor: descriptor, .read) { [weak self] in self?.assumeIsolated { $0.accept() } }
    readable.add()
    self.readable = readable
  }

  private func accept() {
    // A bounded share, so that those already connected are served in between.
    for _ in 0..<64 {
      guard connections.count < shared.settings.connections else {
        isFull = true
        readable?.remove()
        return
      }
      do {
        guard let socket = try Socket.accept(descriptor) else { return }
        let connection = ServerConnection(listener: self, descriptor: socket)
        connections[socket] = connection
        startTicking()
        connection.assumeIsolated { $0.start() }
      } catch {
        shared.logger.log(.error, "no connection can be accepted: \(error)")
        pause()
        return
      }
    }
  }

  /// Without descriptors the socket stays readable: waiting a moment keeps the loop from spinning.
  private func pause() {
    readable?.remove()
    let resume = Event(loop, .once) { [weak self] in self?.assumeIsolated { $0.resumeAccepting() } }
    resume.add(milliseconds: 100)
    self.resume = resume
  }

  private func resumeAccepting() {
    if isAccepting { readable?.add() }
  }

  func remove(_ socket: Int32, lookingAt tick: Int?) {
    connections[socket] = nil
    if let tick { wheel[tick]?.remove(socket) }
    if connections.isEmpty {
      shared.writeLines()
      ticking = nil
      wheel = [:]
    }
    if isFull {
      isFull = false
      resumeAccepting()
    }
  }

  // MARK: deadlines

  /// Looks at a connection's deadline once `time` has come.
  ///
  /// - Parameter planned: the later tick at which it would have; it does not then.
  /// - Returns: the tick at which it does.
  func look(at socket: Int32, when time: Int, insteadOf planned: Int?) -> Int {
    let due = max(tick + 1, time / Self.tickLength + 1)
    if let planned { wheel[planned]?.remove(socket) }
    wheel[due, default: []].insert(socket)
    return due
  }

  private func startTicking() {
    guard ticking == nil else { return }
    tick = Deadline.now / Self.tickLength
    let ticking = Event(loop, .timer) { [weak self] in self?.assumeIsolated { $0.advance() } }
    ticking.add(milliseconds: Self.tickLength)
    self.ticking = ticking
  }

  private func advance() {
    let now = Deadline.now
    while tick < now / Self.tickLength {
      tick += 1
      if tick % (250 / Self.tickLength) == 0 { shared.writeLines() }
      for socket in wheel.removeValue(forKey: tick) ?? [] {
        connections[socket]?.assumeIsolated { $0.lookAtDeadline(now) }
      }
    }
  }

  // MARK: ending

  func beginDraining() { shared.isDraining = true }

  func stopAccepting() {
    guard isAccepting else { return }
    isAccepting = false
    readable = nil
    Socket.close(descriptor)
    for connection in connections.values { connection.assumeIsolated { $0.finishAndClose() } }
  }

  func drain(until end: Deadline) async {
    while !connections.isEmpty && end.left > 0 {
      do { try await loop.sleep(milliseconds: 20) } catch { break }
    }
    for connection in connections.values { connection.here { $0.close() } }
    shared.writeLines()
  }
}

/// What the connections of one listener share.
///
/// `@unchecked`: it is touched on the listener's loop alone. As a part of the actor it would cost each request an
/// allocation a look.
final class ListenerContext: @unchecked Sendable {
  let settings: HTTPServerSettings
  let budget: BodyBudget
  let logger: Logger
  let handler: HTTPHandler
  /// Whether each answer is its connection's last.
  var isDraining = false
  private let accessLog: AccessLog?
  private var date: (second: Int, text: [UInt8]) = (-1, [])
  private var lines: [UInt8] = []

  init(
    settings: HTTPServerSettings, budget: BodyBudget, logger: Logger, accessLog: AccessLog?,
    handler: @escaping HTTPHandler
  ) {
    self.settings = settings
    self.budget = budget
    self.logger = logger
    self.accessLog = accessLog
    self.handler = handler
  }

  var logsAccess: Bool { accessLog != nil }

  /// The time as the `date` field has it, made once a second.
  func dateText(_ now: Timestamp) -> [UInt8] {
    let second = now.microseconds / 1_000_000
    if second != date.second { date = (second, Array(MessageWriter.date(now).utf8)) }
    return date.text
  }

  /// Keeps a line for the access log.
  func log(_ line: [UInt8]) {
    lines += line
    if lines.count > 32_768 { writeLines() }
  }

  func writeLines() {
    guard !lines.isEmpty else { return }
    accessLog?.write(lines)
    lines.removeAll(keepingCapacity: true)
  }
}

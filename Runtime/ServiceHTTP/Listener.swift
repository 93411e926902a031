import ServiceCore
import ServiceLoop

/// One loop's part of a server: its listening socket, its connections, and their shared state.
actor Listener: LoopBound {
  nonisolated let loop: Loop
  nonisolated let shared: ListenerContext
  private let descriptor: Int32
  private var readable: LoopEvent?
  private var ticking: LoopEvent?
  private var resume: LoopEvent?
  private var connections: [Int32: ServerConnection] = [:]
  private var isAccepting = false
  private var isFull = false
  /// A timer wheel: sockets by the tick at which their deadlines are to be checked.
  private var wheel: [Int: Set<Int32>] = [:]
  private var tick: Int

  /// The resolution of deadlines, in milliseconds.
  static let tickLength = 20

  init(loop: Loop, descriptor: Int32, _ shared: ListenerContext) {
    self.loop = loop
    self.descriptor = descriptor
    self.shared = shared
    tick = Deadline.now / Self.tickLength
  }

  var connectionCount: Int { connections.count }

  func start() {
    isAccepting = true
    let readable = LoopEvent(loop, descriptor: descriptor, .read) { [weak self] in self?.here { $0.accept() } }
    readable.add()
    self.readable = readable
  }

  private func accept() {
    // Bounded, so that existing connections are served in between.
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
        connection.here { $0.start() }
      } catch {
        shared.logger.log(.error, "cannot accept a connection: \(error)")
        pause()
        return
      }
    }
  }

  /// Without free descriptors the listening socket stays readable: a pause keeps the loop from spinning.
  private func pause() {
    readable?.remove()
    let resume = LoopEvent(loop, .once) { [weak self] in self?.here { $0.resumeAccepting() } }
    resume.add(milliseconds: 100)
    self.resume = resume
  }

  private func resumeAccepting() {
    if isAccepting { readable?.add() }
  }

  func remove(_ socket: Int32, scheduledAt tick: Int?) {
    connections[socket] = nil
    if let tick { wheel[tick]?.remove(socket) }
    if connections.isEmpty {
      shared.accessLog?.flush()
      ticking = nil
      wheel = [:]
    }
    if isFull {
      isFull = false
      resumeAccepting()
    }
  }

  // MARK: deadlines

  /// Schedules the check of a connection's deadline at `time`.
  ///
  /// - Parameter planned: the tick of the check that this one replaces.
  /// - Returns: the tick of the check.
  func schedule(_ socket: Int32, at time: Int, replacing planned: Int?) -> Int {
    let due = max(tick + 1, time / Self.tickLength + 1)
    if let planned { wheel[planned]?.remove(socket) }
    wheel[due, default: []].insert(socket)
    return due
  }

  private func startTicking() {
    guard ticking == nil else { return }
    tick = Deadline.now / Self.tickLength
    let ticking = LoopEvent(loop, .timer) { [weak self] in self?.here { $0.advance() } }
    ticking.add(milliseconds: Self.tickLength)
    self.ticking = ticking
  }

  private func advance() {
    let now = Deadline.now
    let late = now - (tick + 1) * Self.tickLength
    // While the loop stood still it read nothing: that time counts against no client.
    if late > LoopEvent.standstill { for connection in connections.values { connection.here { $0.deadline += late } } }
    while tick < now / Self.tickLength {
      tick += 1
      for socket in wheel.removeValue(forKey: tick) ?? [] {
        connections[socket]?.here { $0.checkDeadline(now) }
      }
    }
  }

  // MARK: ending

  func beginDraining() { shared.isDraining = true }

  func stopAccepting() {
    guard isAccepting else { return }
    // Whose connection the system has made already is served, too.
    accept()
    isAccepting = false
    readable = nil
    Socket.close(descriptor)
    for connection in connections.values { connection.here { $0.finishAndClose() } }
  }

  func drain(until end: Deadline) async {
    while !connections.isEmpty && end.left > 0 {
      do { try await loop.sleep(milliseconds: 20) } catch { break }
    }
    for connection in connections.values {
      connection.here {
        $0.flush()
        $0.close()
      }
    }
    shared.workers.stop()
    shared.accessLog?.flush()
  }
}

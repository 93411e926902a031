import Glibc
import ServiceCore
import ServiceLoop

/// What a server does with a request whose head has come.
public enum Reception: Sendable {
  /// Answers at once; a body is not read.
  case answer(HTTPResponse)
  /// Reads a body of at most `limit` bytes, then answers.
  case receive(limit: Int, respond: @Sendable (HTTPRequest) async -> HTTPResponse)
}

/// Decides on requests by their heads. The request has no body yet.
public typealias HTTPHandler = @Sendable (HTTPRequest) -> Reception

/// Listens on a port and serves its connections, each on the loop that accepted it.
public final class HTTPServer: Sendable {
  public let port: Int
  private let listeners: [Listener]

  /// - Throws: ``SystemError`` when the port cannot be had.
  public init(
    loops: [Loop], address: String = "0.0.0.0", port: Int, deadlines: HTTPDeadlines = HTTPDeadlines(),
    logger: Logger, handler: @escaping HTTPHandler
  ) throws {
    guard port == 0 || Socket.isFree(address: address, port: port) else {
      throw SystemError("listen on \(address):\(port)", EADDRINUSE)
    }
    var bound = port
    var listeners: [Listener] = []
    for loop in loops {
      let (descriptor, actual) = try Socket.listen(address: address, port: bound)
      bound = actual
      listeners.append(
        Listener(loop: loop, descriptor: descriptor, deadlines: deadlines, logger: logger, handler: handler))
    }
    self.port = bound
    self.listeners = listeners
  }

  /// Begins to accept.
  public func start() async {
    for listener in listeners { await listener.start() }
  }

  /// Stops accepting, lets every request that has begun finish within `seconds`, and closes.
  public func stop(within seconds: Int) async {
    for listener in listeners { await listener.stopAccepting() }
    let end = monotonicSeconds() + seconds
    for listener in listeners { await listener.drain(until: end) }
  }
}

/// How long a peer may take, in seconds, each counted from the beginning of what it limits.
public struct HTTPDeadlines: Sendable {
  public var head = 10
  public var body = 30
  public var idle = 75
  public var write = 30

  public init() {}
}

/// One loop's share of a server: its listening socket and its connections.
actor Listener: LoopBound {
  nonisolated let loop: Loop
  private let descriptor: Int32
  private let deadlines: HTTPDeadlines
  private let logger: Logger
  private let handler: HTTPHandler
  private var readable: Event?
  private var sweep: Event?
  private var resume: Event?
  private var connections: [Int32: ServerConnection] = [:]
  private var isAccepting = false

  init(loop: Loop, descriptor: Int32, deadlines: HTTPDeadlines, logger: Logger, handler: @escaping HTTPHandler) {
    self.loop = loop
    self.descriptor = descriptor
    self.deadlines = deadlines
    self.logger = logger
    self.handler = handler
  }

  func start() {
    isAccepting = true
    let readable = Event(loop, descriptor: descriptor, .read) { [weak self] in self?.assumeIsolated { $0.accept() } }
    readable.add()
    self.readable = readable
    let sweep = Event(loop, .timer) { [weak self] in self?.assumeIsolated { $0.closeOverdue() } }
    sweep.add(milliseconds: 1_000)
    self.sweep = sweep
  }

  private func accept() {
    // A bounded share, so that those already connected are served in between.
    for _ in 0..<64 {
      do {
        guard let socket = try Socket.accept(descriptor) else { return }
        let connection = ServerConnection(
          loop: loop, descriptor: socket, deadlines: deadlines, logger: logger, handler: handler
        ) { [weak self] in self?.assumeIsolated { $0.remove(socket) } }
        connections[socket] = connection
        connection.assumeIsolated { $0.start() }
      } catch {
        logger.log(.error, "no connection can be accepted: \(error)")
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

  private func remove(_ socket: Int32) { connections[socket] = nil }

  private func closeOverdue() {
    let now = monotonicSeconds()
    for connection in connections.values { connection.assumeIsolated { $0.closeIfOverdue(now) } }
  }

  func stopAccepting() {
    guard isAccepting else { return }
    isAccepting = false
    readable = nil
    Socket.close(descriptor)
    for connection in connections.values { connection.assumeIsolated { $0.finishAndClose() } }
  }

  func drain(until end: Int) async {
    while !connections.isEmpty && monotonicSeconds() < end {
      do { try await loop.sleep(milliseconds: 20) } catch { break }
    }
    sweep = nil
    closeAll()
  }

  private func closeAll() {
    for connection in connections.values { connection.assumeIsolated { $0.close() } }
  }
}

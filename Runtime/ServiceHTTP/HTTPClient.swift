import ServiceCore
import ServiceLoop

/// Calls another service over HTTP: one connection pool per loop, for one origin.
public final class HTTPClient: Transport {
  /// Timeouts in milliseconds, and the connections per loop.
  public struct Limits: Sendable {
    public var connect = 3_000
    /// The upper bound for a response; an operation's own timeout, or the caller's remaining time, may be shorter.
    public var answer = 30_000
    public var poolWait = 5_000
    /// How many connections may wait for a response at once. Those of bodies that are being sent or read, which take as long
    /// as somebody else does, come on top.
    public var connections = 512
    /// How many calls may wait for a connection; further ones fail at once. Fewer may where they would wait for long.
    public var waiting = 1_000

    public init() {}
  }

  private let pools: [ClientPool]

  /// - Parameters:
  ///   - origin: such as `http://127.0.0.1:8081` or `https://shop.example`.
  ///   - tls: for an `https` origin; nil for one that trusts the system's authorities.
  /// - Throws: ``ConfigurationError`` when the origin is malformed.
  public init(origin: String, loops: [Loop], limits: Limits = Limits(), tls: ClientTLS? = nil) throws {
    guard let (host, port, isSecure) = Self.parse(origin) else {
      throw ConfigurationError("'\(origin)' is not an origin such as http://127.0.0.1:8081 or https://shop.example")
    }
    let tls = isSecure ? try tls ?? ClientTLS.standard.get() : nil
    pools = loops.map { loop in
      ClientPool(loop: loop, host: host, port: port, limits: limits, tls: tls.map { TLSPeer(host, $0) })
    }
  }

  /// Closes what is idle, and keeps nothing from now on: for an address at which nobody is any more.
  func retire() {
    for pool in pools { Task(executorPreference: pool.loop) { await pool.retire() } }
  }

  /// Whether a text is an origin that can be called.
  package static func isOrigin(_ text: String) -> Bool { parse(text) != nil }

  private static func parse(_ origin: String) -> (host: String, port: Int, isSecure: Bool)? {
    let isSecure = origin.hasPrefix("https://")
    guard isSecure || origin.hasPrefix("http://") else { return nil }
    var rest = origin.dropFirst((isSecure ? "https://" : "http://").count)
    if rest.hasSuffix("/") { rest = rest.dropLast() }
    let parts = rest.split(separator: ":", omittingEmptySubsequences: false)
    guard !rest.contains("/"), let host = parts.first, !host.isEmpty, parts.count <= 2 else { return nil }
    guard parts.count == 2 else { return (String(host), isSecure ? 443 : 80, isSecure) }
    guard let port = Int(parts[1]), (1..<65_536).contains(port) else { return nil }
    return (String(host), port, isSecure)
  }

  public func send(_ request: HTTPRequest, _ operation: OperationDescriptor) async throws -> HTTPResponse {
    try await send(request, operation, as: operation.responses.isStreamed ? .streamed : .whole)
  }

  /// Like ``send(_:_:)``, but streams a large response body: for proxies.
  public func forward(_ request: HTTPRequest, _ operation: OperationDescriptor) async throws -> HTTPResponse {
    try await send(request, operation, as: .streamed)
  }

  /// Like ``forward(_:_:)``, but asks the server to switch to the WebSocket protocol, on a connection of its own.
  package func upgrade(_ request: HTTPRequest, _ operation: OperationDescriptor) async throws -> HTTPResponse {
    try await send(request, operation, as: .upgraded)
  }

  private func send(
    _ request: HTTPRequest, _ operation: OperationDescriptor, as form: ResponseForm
  ) async throws -> HTTPResponse {
    var sends = 1
    do throws(ExchangeError) {
      return try await attempt(request, operation, as: form, sends: &sends)
    } catch {
      throw Self.publicError(error, operation)
    }
  }

  /// Sends a request once, but for one on a reused connection that its server had just closed.
  ///
  /// - Parameters:
  ///   - milliseconds: for the response, if that is less than the operation's own time limit.
  ///   - sends: how often the request is sent with this attempt. One that was sent before goes on a new connection, which
  ///     has not just been closed.
  func attempt(
    _ request: HTTPRequest, _ operation: OperationDescriptor, within milliseconds: Int = .max, as form: ResponseForm,
    sends: inout Int
  ) async throws(ExchangeError) -> HTTPResponse {
    let index = Loop.running?.index ?? 0
    let pool = pools[index < pools.count ? index : 0]
    var response = try await pool.send(
      request, timeout: min(operation.policy.timeout, milliseconds), mayRepeat: request.mayRepeat(operation),
      as: form, sends: &sends)
    if let stream = response.stream {
      response.stream = ByteStream(length: stream.length) {
        do {
          return try await stream.makeAsyncIterator().next()
        } catch let error as ExchangeError {
          throw Self.publicError(error, operation)
        }
      }
    }
    return response
  }

  static func publicError(_ error: ExchangeError, _ operation: OperationDescriptor) -> any Error {
    switch error {
    case .timedOut: ClientError.timedOut(operation)
    case .failed(let reason), .refused(let reason), .busy(let reason): ClientError.unreachable(operation, reason)
    case .staleConnection: ClientError.unreachable(operation, "the connection ended before a response arrived")
    case .switched: ClientError.unexpected(operation, HTTPResponse(status: 101))
    case .cancelled: CancellationError()
    case .body(let error): error
    }
  }
}

/// How a caller takes a response.
enum ResponseForm {
  case whole
  /// A large body as a stream.
  case streamed
  /// The same; with the connection, where the server has switched to the WebSocket protocol.
  case upgraded
}

/// Why an exchange gave no response.
enum ExchangeError: Error {
  case timedOut
  case failed(String)
  case refused(String)
  /// It was not sent, and its address is not to blame: no connection became free, or it asks for what is not passed on.
  case busy(String)
  /// A reused connection was closed before the first byte of the response.
  case staleConnection
  /// The server has switched protocols without being asked to, or to another one: nobody knows what its bytes mean.
  case switched
  /// The caller's task was cancelled.
  case cancelled
  /// The request's body could not be read.
  case body(any Error)
}

/// One loop's connections to one origin.
actor ClientPool: LoopBound {
  nonisolated let loop: Loop
  private let host: String
  private let port: Int
  /// Host and port, as requests name them.
  private let authority: String
  /// Nil for plain TCP.
  private let tls: TLSPeer?
  private let limits: HTTPClient.Limits
  /// And since when, the one that was used last at the end.
  private var idle: [(connection: ClientConnection, since: Int)] = []
  private let slots: Bulkhead
  private var address: (value: ResolvedAddress, until: Int)?
  private var isRetired = false
  /// How long a connection may have been idle, in milliseconds, to be used for a request that must not be sent twice: a server
  /// that stops says so in its responses for longer before it closes what is idle.
  private static let freshness = 1_000

  init(loop: Loop, host: String, port: Int, limits: HTTPClient.Limits, tls: TLSPeer?) {
    self.loop = loop
    self.host = host
    self.port = port
    self.limits = limits
    self.tls = tls
    authority = port == (tls == nil ? 80 : 443) ? host : "\(host):\(port)"
    var queue = Bulkhead.Limits()
    (queue.waiting, queue.most) = (limits.waiting, 1)
    slots = Bulkhead(loop: loop, index: loop.index, slots: limits.connections, limits: queue)
  }

  func send(
    _ request: HTTPRequest, timeout: Int, mayRepeat: Bool, as form: ResponseForm, sends: inout Int
  ) async throws(ExchangeError) -> HTTPResponse {
    var request = request
    if form == .upgraded {
      // A tunnel passes the bytes of sockets on as they are.
      guard tls == nil else { throw .busy("a WebSocket is not passed on to an https origin") }
      // The writer names the protocol.
      request.headers["upgrade"] = nil
    }
    let end = Deadline(in: min(timeout, limits.answer, Deadline.current?.left ?? .max))
    guard end.left > 0 else { throw .timedOut }
    // A body takes as long as its sender and its reader do: it holds up no other request.
    var slot: Slot?
    if request.stream == nil {
      slot = slots.enterNow()
      if slot == nil { slot = await slots.enter(within: min(end.left, limits.poolWait)) }
      if slot == nil { throw Task.isCancelled ? .cancelled : .busy("no connection of the pool became free in time") }
    }
    defer { if let slot { slots.leave(slot) } }
    if Deadline.current != nil { request.headers[Deadline.header] = String(end.left) }
    guard let bytes = MessageWriter.request(request, host: authority, upgrades: form == .upgraded) else {
      throw .failed("the method is not a token, or the target has a character that must be percent-encoded")
    }
    try checkIsAwaited(until: end)
    if form != .upgraded, sends == 1, let connection = takeIdle(mayRepeat: mayRepeat) {
      do throws(ExchangeError) {
        return try await exchange(request, bytes, on: connection, end.left, form)
      } catch {
        guard case .staleConnection = error, mayRepeat else { throw error }
        sends += 1
      }
    }
    let connection = try await connect(within: end.left)
    try checkIsAwaited(until: end)
    return try await exchange(request, bytes, on: connection, end.left, form)
  }

  /// Whether the caller still waits for the response: a loop that is late learns of a connection before it learns that the
  /// caller's time has passed.
  private func checkIsAwaited(until end: Deadline) throws(ExchangeError) {
    if Task.isCancelled { throw .cancelled }
    guard end.left > 0 else { throw .timedOut }
  }

  private func exchange(
    _ request: HTTPRequest, _ bytes: [UInt8], on connection: ClientConnection, _ milliseconds: Int,
    _ form: ResponseForm
  ) async throws(ExchangeError) -> HTTPResponse {
    let onEnd: @Sendable (Bool) -> Void = { [self] isReusable in assumeIsolated { $0.end(connection, isReusable) } }
    let answer = try await connection.exchange(
      request, bytes, milliseconds: milliseconds, upgrades: form == .upgraded, onEnd: form == .whole ? nil : onEnd)
    // A stream keeps its connection until it has ended. One that has switched protocols has left the pool: it may last for
    // days.
    if answer.response.stream == nil { end(connection, answer.isReusable) }
    return answer.response
  }

  private func end(_ connection: ClientConnection, _ isReusable: Bool) {
    // A new connection may have been made though others were idle.
    if isReusable, !isRetired, idle.count + slots.used <= limits.connections {
      idle.append((connection, Deadline.now))
    } else {
      connection.assumeIsolated { $0.close() }
    }
  }

  func retire() {
    isRetired = true
    for (connection, _) in idle { connection.assumeIsolated { $0.close() } }
    idle = []
  }

  private func takeIdle(mayRepeat: Bool) -> ClientConnection? {
    while let (connection, since) = idle.popLast() {
      let isFresh = mayRepeat || Deadline.now - since <= Self.freshness
      if isFresh, connection.assumeIsolated({ $0.isUsable }) { return connection }
      connection.assumeIsolated { $0.close() }
    }
    return nil
  }

  private func connect(within milliseconds: Int) async throws(ExchangeError) -> ClientConnection {
    let connection = ClientConnection(loop: loop, tls: tls)
    let address = try await resolved()
    do throws(ExchangeError) {
      try await connection.connect(to: address, milliseconds: min(milliseconds, limits.connect))
    } catch {
      // Nothing was sent, and the caller has time left.
      if case .timedOut = error, limits.connect < milliseconds { throw .refused("connect: no answer in time") }
      throw error
    }
    return connection
  }

  private func resolved() async throws(ExchangeError) -> ResolvedAddress {
    if let address, address.until > Deadline.now { return address.value }
    let (host, port) = (host, port)
    guard let found = await BlockingPool.shared.run({ ResolvedAddress.resolve(host: host, port: port) }) else {
      throw .refused("the name \(host) has no address")
    }
    address = (found, Deadline.now + 10_000)
    return found
  }
}

import ServiceCore
import ServiceLoop

/// Reaches another service over HTTP: a pool of connections for each loop, of one origin.
public final class HTTPClient: Transport {
  /// How long each step may take, in milliseconds, and how many connections a loop keeps.
  public struct Limits: Sendable {
    public var connect = 3_000
    public var answer = 5_000
    public var poolWait = 5_000
    public var connections = 32

    public init() {}
  }

  private let pools: [ClientPool]

  /// - Parameter origin: such as `http://127.0.0.1:8081`.
  /// - Throws: ``ConfigurationError`` when the origin is not one.
  public init(origin: String, loops: [Loop], limits: Limits = Limits()) throws {
    guard let (host, port) = Self.parse(origin) else {
      throw ConfigurationError("'\(origin)' is not an origin such as http://127.0.0.1:8081")
    }
    pools = loops.map { ClientPool(loop: $0, host: host, port: port, limits: limits) }
  }

  private static func parse(_ origin: String) -> (host: String, port: Int)? {
    guard origin.hasPrefix("http://") else { return nil }
    var rest = origin.dropFirst("http://".count)
    if rest.hasSuffix("/") { rest = rest.dropLast() }
    let parts = rest.split(separator: ":", omittingEmptySubsequences: false)
    guard !rest.contains("/"), let host = parts.first, !host.isEmpty, parts.count <= 2 else { return nil }
    guard parts.count == 2 else { return (String(host), 80) }
    guard let port = Int(parts[1]), (1..<65_536).contains(port) else { return nil }
    return (String(host), port)
  }

  public func send(_ request: HTTPRequest, _ operation: OperationDescriptor) async throws -> HTTPResponse {
    let index = Loop.running?.index ?? 0
    let pool = pools[index < pools.count ? index : 0]
    let mayRepeat =
      operation.isIdempotent
      || (operation.idempotencyKey != .none && request.headers["idempotency-key"] != nil)
    do throws(ExchangeError) {
      return try await pool.send(request, mayRepeat: mayRepeat)
    } catch {
      switch error {
      case .timedOut: throw ClientError.timedOut(operation)
      case .failed(let reason): throw ClientError.unreachable(operation, reason)
      case .refused(let reason): throw ClientError.unreachable(operation, reason)
      case .staleConnection: throw ClientError.unreachable(operation, "the connection ended before an answer came")
      }
    }
  }
}

/// A setting that cannot be used; it stops the start, with these words.
public struct ConfigurationError: Error, Sendable, CustomStringConvertible {
  public let description: String

  public init(_ description: String) { self.description = description }
}

/// Why an exchange gave no response.
enum ExchangeError: Error {
  case timedOut
  case failed(String)
  case refused(String)
  /// A connection that had been used before ended before a byte of the answer came.
  case staleConnection
}

/// One loop's connections to one origin.
actor ClientPool: LoopBound {
  nonisolated let loop: Loop
  private let host: String
  private let port: Int
  private let limits: HTTPClient.Limits
  private var idle: [ClientConnection] = []
  private var open = 0
  private var waiting: [(id: Int, continuation: CheckedContinuation<Bool, Never>)] = []
  private var nextID = 0
  private var address: (value: ResolvedAddress, until: Int)?

  init(loop: Loop, host: String, port: Int, limits: HTTPClient.Limits) {
    self.loop = loop
    self.host = host
    self.port = port
    self.limits = limits
  }

  func send(_ request: HTTPRequest, mayRepeat: Bool) async throws(ExchangeError) -> HTTPResponse {
    guard await enter() else { throw .failed("no connection was free in time") }
    defer { leave() }
    let bytes = MessageWriter.request(request, host: port == 80 ? host : "\(host):\(port)")
    if let connection = takeIdle() {
      do throws(ExchangeError) {
        return try await exchange(bytes, request, on: connection)
      } catch {
        guard case .staleConnection = error, mayRepeat else { throw error }
      }
    }
    return try await exchange(bytes, request, on: try await connect())
  }

  private func exchange(
    _ bytes: [UInt8], _ request: HTTPRequest, on connection: ClientConnection
  ) async throws(ExchangeError) -> HTTPResponse {
    let (response, isReusable) = try await connection.exchange(
      bytes, answersHead: request.method == "HEAD", milliseconds: limits.answer)
    giveBack(connection, isReusable)
    return response
  }

  private func giveBack(_ connection: ClientConnection, _ isReusable: Bool) {
    if isReusable { idle.append(connection) } else { connection.assumeIsolated { $0.close() } }
  }

  private func takeIdle() -> ClientConnection? {
    while let connection = idle.popLast() {
      if connection.assumeIsolated({ $0.isUsable }) { return connection }
      connection.assumeIsolated { $0.close() }
    }
    return nil
  }

  private func connect() async throws(ExchangeError) -> ClientConnection {
    let connection = ClientConnection(loop: loop)
    try await connection.connect(to: try await resolved(), milliseconds: limits.connect)
    return connection
  }

  private func resolved() async throws(ExchangeError) -> ResolvedAddress {
    if let address, address.until > monotonicSeconds() { return address.value }
    let (host, port) = (host, port)
    guard let found = await BlockingPool.shared.run({ ResolvedAddress.resolve(host: host, port: port) }) else {
      throw .refused("the name \(host) has no address")
    }
    address = (found, monotonicSeconds() + 10)
    return found
  }

  /// Waits for a place among the pool's connections; false when none is free in time.
  private func enter() async -> Bool {
    if open < limits.connections {
      open += 1
      return true
    }
    nextID += 1
    let id = nextID
    let timeout = Event(loop, .once) { [weak self] in self?.assumeIsolated { $0.giveUp(id) } }
    timeout.add(milliseconds: limits.poolWait)
    defer { timeout.remove() }
    return await withCheckedContinuation { waiting.append((id, $0)) }
  }

  private func giveUp(_ id: Int) {
    guard let index = waiting.firstIndex(where: { $0.id == id }) else { return }
    waiting.remove(at: index).continuation.resume(returning: false)
  }

  private func leave() {
    if waiting.isEmpty { open -= 1 } else { waiting.removeFirst().continuation.resume(returning: true) }
  }
}

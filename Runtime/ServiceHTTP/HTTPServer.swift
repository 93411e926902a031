import Glibc
import ServiceCore
import ServiceLoop

/// What a server does with a request whose head has come.
public enum RequestDisposition: Sendable {
  /// Answers at once; a body is not read.
  case answer(HTTPResponse)
  /// Reads a body of at most `limit` bytes, whole or piece by piece, and answers within `timeout` milliseconds. A whole
  /// one is decompressed before it is handed over. `operation` is what the access log names instead of the path.
  case receive(
    limit: Int, isStreamed: Bool = false, timeout: Int = 30_000, operation: OperationDescriptor? = nil,
    respond: Respond)

  public typealias Respond = @Sendable (HTTPRequest) async -> HTTPResponse
}

/// Decides on requests by their heads. The request has no body yet.
public typealias HTTPHandler = @Sendable (HTTPRequest) -> RequestDisposition

/// How a server treats its connections.
public struct HTTPServerSettings: Sendable {
  /// How long a peer may take, in milliseconds, each counted from the beginning of what it limits.
  public var headTimeout = 10_000
  public var bodyTimeout = 30_000
  public var idleTimeout = 75_000
  public var writeTimeout = 30_000
  /// How long an event stream may be silent before a comment keeps it alive, in milliseconds.
  public var heartbeat = 15_000
  /// How many connections a loop holds; further ones wait to be accepted.
  public var connections = 20_000
  /// How many bytes the bodies of requests may take together, on all loops of a server. Beyond it the requests of which
  /// the smallest part has come are refused.
  public var bodies = 134_217_728
  /// The smallest body that is sent compressed, in bytes.
  public var compressedFrom = 1_024
  public var limits = HTTPLimits()

  public init() {}
}

/// Listens on a port and serves its connections, each on the loop that accepted it.
public final class HTTPServer: Sendable {
  public let port: Int
  private let listeners: [Listener]

  /// - Throws: ``SystemError`` when the port cannot be had.
  public init(
    loops: [Loop], address: String = "0.0.0.0", port: Int, settings: HTTPServerSettings = HTTPServerSettings(),
    logger: Logger, accessLog: AccessLog? = nil, handler: @escaping HTTPHandler
  ) throws {
    guard port == 0 || Socket.isFree(address: address, port: port) else {
      throw SystemError("listen on \(address):\(port)", EADDRINUSE)
    }
    var bound = port
    var listeners: [Listener] = []
    let budget = BodyBudget(limit: settings.bodies)
    for loop in loops {
      let (descriptor, actual) = try Socket.listen(address: address, port: bound)
      bound = actual
      listeners.append(
        Listener(
          loop: loop, descriptor: descriptor, settings: settings, budget: budget, logger: logger, accessLog: accessLog,
          handler: handler))
    }
    self.port = bound
    self.listeners = listeners
  }

  /// Begins to accept.
  public func start() async {
    for listener in listeners { await listener.start() }
  }

  /// Has every answer from now on say that its connection ends with it, so that clients move on to another server. New
  /// connections and requests are served as before; one that is idle stays open until ``stop(within:)``.
  public func beginDraining() async {
    for listener in listeners { await listener.beginDraining() }
  }

  /// Stops accepting, lets every request that has begun finish within `seconds`, and closes.
  public func stop(within seconds: Int) async {
    for listener in listeners { await listener.stopAccepting() }
    let end = Deadline(in: seconds * 1_000)
    for listener in listeners { await listener.drain(until: end) }
  }

  /// How many connections are open.
  public var connectionCount: Int {
    get async {
      var count = 0
      for listener in listeners { count += await listener.connectionCount }
      return count
    }
  }
}

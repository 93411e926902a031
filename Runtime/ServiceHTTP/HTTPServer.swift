import Glibc
import ServiceCore
import ServiceLoop

/// A server's decision on a request, made when its head has arrived.
public enum RequestDisposition: Sendable {
  /// Responds at once, without reading the body.
  case answer(HTTPResponse)
  /// Reads a body of at most `limit` bytes, complete or as a stream, and responds within `timeout` milliseconds. A
  /// complete body is decompressed first.
  case receive(limit: Int, isStreamed: Bool = false, timeout: Int = 30_000, respond: Respond)
  /// The same for an operation, with the values of its path's parameters.
  case route(ServiceRoute, pathValues: [String], timeout: Int)

  public typealias Respond = @Sendable (HTTPRequest) async -> HTTPResponse
}

/// Decides on requests by their heads, and may change them. The request has no body yet.
public typealias HTTPHandler = @Sendable (inout HTTPRequest) -> RequestDisposition

/// Limits and timeouts of a server's connections.
public struct HTTPServerSettings: Sendable {
  /// Timeouts in milliseconds, each counted from the start of the phase that it limits.
  public var headTimeout = 10_000
  public var bodyTimeout = 30_000
  public var idleTimeout = 75_000
  public var writeTimeout = 30_000
  /// How long a connection that has switched protocols may be silent in both directions.
  public var tunnelIdle = 600_000
  /// How long an event stream may be silent before a comment is sent to keep it alive, in milliseconds.
  public var heartbeat = 15_000
  /// The maximum number of connections per loop; further ones wait in the listen queue.
  public var connections = 20_000
  /// The memory limit for all request bodies of a server, on all loops together, in bytes. Beyond it, requests with the
  /// smallest received fraction of their body are refused.
  public var bodies = 134_217_728
  /// The smallest body that is sent compressed, in bytes.
  public var compressedFrom = 1_024
  public var limits = HTTPLimits()
  /// Fields of every response, such as `strict-transport-security`.
  public var fields = HTTPFields()
  /// The origins whose pages may call this server with their user's credentials, such as `https://shop.example`.
  public var origins: [String] = []

  public init() {}
}

/// Listens on a port and serves its connections, each on the loop that accepted it.
public final class HTTPServer: Sendable {
  public let port: Int
  private let listeners: [Listener]

  /// - Throws: ``SystemError`` when the address or port cannot be bound.
  public convenience init(
    loops: [Loop], address: String = "0.0.0.0", port: Int, settings: HTTPServerSettings = HTTPServerSettings(),
    logger: Logger, accessLog: AccessLog? = nil, handler: @escaping HTTPHandler
  ) throws {
    try self.init(
      loops: loops, address: address, port: port, settings: settings, logger: logger, accessLog: accessLog,
      observers: [], handler: handler)
  }

  /// - Parameters:
  ///   - accessLog: receives each request.
  ///   - observers: learn of the requests without a route, at their ends. Those with a route have the route's.
  /// - Throws: ``SystemError`` when the address or port cannot be bound.
  package init(
    loops: [Loop], address: String = "0.0.0.0", port: Int, settings: HTTPServerSettings = HTTPServerSettings(),
    logger: Logger, accessLog: AccessLog? = nil, observers: [any CallObserver], handler: @escaping HTTPHandler
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
          loop: loop, descriptor: descriptor,
          ListenerContext(
            loop, settings: settings, budget: budget, logger: logger, accessLog: accessLog, observers: observers,
            handler: handler)))
    }
    self.port = bound
    self.listeners = listeners
  }

  /// Starts accepting connections.
  public func start() async {
    for listener in listeners { await listener.start() }
  }

  /// From now on every response closes its connection, so that clients move on to another server. New connections and
  /// requests are still served; idle connections stay open until ``stop(within:)``.
  public func beginDraining() async {
    for listener in listeners { await listener.beginDraining() }
  }

  /// Stops accepting connections, waits up to `seconds` for running requests to finish, and closes all connections.
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

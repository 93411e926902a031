#if Redis
  import ServiceCore
  import ServiceLoop

  /// The buckets of rate limits in Redis, which all gateways share: a call costs one request, on a connection of its loop.
  ///
  /// Redis decides by its own clock. While it is away, slow or full, each gateway counts for itself.
  public final class RedisBuckets: SharedBuckets {
    private let connections: [RedisConnection]

    /// - Parameter url: such as `redis://:password@10.0.0.7:6379/0`.
    /// - Throws: ``ConfigurationError`` for another URL.
    public init(_ url: String, loops: [Loop], logger: Logger) throws {
      let address = try RedisAddress(url)
      connections = loops.map { RedisConnection(address, loop: $0, script: Self.script, logger: logger) }
    }

    /// Times are in microseconds, which a number of Lua holds exactly. A bucket is when it will be full (the generic cell rate
    /// algorithm); one that is full has no key.
    private static let script = """
      local time = redis.call('TIME')
      local now = time[1] * 1000000 + time[2]
      local full = math.max(now, tonumber(redis.call('GET', KEYS[1]) or 0))
      local interval, depth = tonumber(ARGV[1]), tonumber(ARGV[2])
      local next = full + interval
      if next - now > depth then return {0, full - now} end
      if ARGV[3] == 'look' then return {1, full - now} end
      redis.call('SET', KEYS[1], string.format('%.0f', next), 'PX', math.ceil((next - now) / 1000))
      return {1, next - now}
      """

    public func start() async {
      await withTaskGroup(of: Void.self) { group in
        for connection in connections { group.addTask { await connection.start() } }
      }
    }

    public func stop() async {
      for connection in connections { await connection.stop() }
    }

    public func take(
      _ key: String, interval: Int, depth: Int, keeps: Bool
    ) async -> (isAllowed: Bool, missing: Int)? {
      let index = Loop.running?.index ?? 0
      let reply = await connections[index < connections.count ? index : 0].run(
        key: key, [String(interval), String(depth), keeps ? "look" : "take"])
      guard let reply, reply.count == 2 else { return nil }
      return (reply[0] == 1, reply[1])
    }
  }

  /// Where a server is, and how to log in to it.
  struct RedisAddress: Sendable {
    let host: String
    let port: Int
    let password: String?
    let database: Int

    init(_ url: String) throws {
      let fault = ConfigurationError(
        "'\(url.prefix { $0 != ":" })://…' is not a URL such as redis://:password@10.0.0.7:6379/0")
      guard url.hasPrefix("redis://") else { throw fault }
      var rest = url.dropFirst("redis://".count)
      password = try rest.lastIndex(of: "@").map { at in
        defer { rest = rest[rest.index(after: at)...] }
        guard let colon = rest[..<at].firstIndex(of: ":"),
          let text = PercentCoding.decode(rest[rest.index(after: colon)..<at])
        else { throw fault }
        return text
      }
      let parts = rest.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
      let place = parts[0].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      guard let port = place.count == 1 ? 6_379 : Int(place[1]), (1...65_535).contains(port), !place[0].isEmpty,
        let database = parts.count == 1 || parts[1].isEmpty ? 0 : Int(parts[1]), (0...1_000_000).contains(database)
      else { throw fault }
      (self.host, self.port, self.database) = (String(place[0]), port, database)
    }
  }
#endif

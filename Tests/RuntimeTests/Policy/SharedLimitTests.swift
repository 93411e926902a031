#if Redis
  import Foundation
  import ServiceCore
  import ServiceLoop
  import ServiceRedis
  import TestProcesses
  import Testing

  /// Rate limits that gateways share in a real Redis: reliability E1, E3 and E4.
  @Suite(.timeLimit(.minutes(10))) struct SharedLimitTests {
    /// A gateway, as far as limits go.
    private struct Gateway {
      let loop: Loop
      let redis: RedisBuckets
      let buckets: RateLimiter.Buckets

      init(_ url: String, _ limit: RateLimit, processes: Int = 2) async throws {
        loop = try Loop()
        redis = try RedisBuckets(url, loops: [loop], logger: Logger(level: .error, sink: { _ in }))
        let limiter = RateLimiter(shared: redis, processes: processes) { Deadline.nanoseconds }
        buckets = limiter.buckets(of: limit, in: "bank")
        await redis.start()
      }

      func stop() async {
        await redis.stop()
        loop.stop()
      }
    }

    private func serving(
      _ options: [String] = [], limit: RateLimit, gateways count: Int = 2,
      _ body: (RedisServer, [Gateway]) async throws -> Void
    ) async throws {
      let server = try RedisServer(options)
      try server.start()
      var gateways: [Gateway] = []
      for _ in 0..<count { gateways.append(try await Gateway(server.url, limit)) }
      let result: Result<Void, any Error>
      do {
        try await untilShared(gateways)
        result = .success(try await body(server, gateways))
      } catch {
        result = .failure(error)
      }
      for gateway in gateways { await gateway.stop() }
      server.send(SIGCONT)
      server.end()
      try result.get()
    }

    /// Whether Redis answers: a look at a bucket takes nothing.
    private func isShared(_ gateway: Gateway) async -> Bool {
      await gateway.redis.take("probe", interval: 1, depth: 10, keeps: true) != nil
    }

    private func untilShared(_ gateways: [Gateway]) async throws {
      for gateway in gateways {
        while await !isShared(gateway) { try await gateway.loop.sleep(milliseconds: 20) }
      }
    }

    @Test(.enabled(if: RedisServer.isInstalled, "redis-server is not installed"))
    func `what two gateways let pass is what the limit says`() async throws {
      let limit = RateLimit(name: "api", requests: 100, window: 1_000, burst: 100)
      try await serving(limit: limit) { _, gateways in
        let (start, passed) = (Deadline.nanoseconds, ClientCounter())
        await withTaskGroup(of: Void.self) { group in
          for number in 0..<200 {
            group.addTask {
              for _ in 0..<20 {
                let verdict = await gateways[number % 2].buckets.share("ada")
                if verdict.isAllowed { passed.next() }
                try? await gateways[number % 2].loop.sleep(milliseconds: 50)
              }
            }
          }
        }
        let most = 100 + (Deadline.nanoseconds - start) / 10_000_000 + 1
        let count = passed.value
        #expect(count <= most && count * 100 >= (most - 2) * 90, "\(count) of \(most)")
        // Others have theirs.
        for _ in 0..<3 { _ = await gateways[0].buckets.share("bob", keeps: true) }
        #expect(await gateways[0].buckets.share("bob").remaining == 99)
        #expect(await gateways[1].buckets.share("bob").remaining >= 98)
      }
    }

    @Test(
      .enabled(if: RedisServer.isInstalled, "redis-server is not installed"),
      arguments: ["stopped", "killed", "full", "slow"])
    func `while Redis is away each gateway allows its part, and waits for nothing`(_ fault: String) async throws {
      let limit = RateLimit(name: "api", requests: 10, window: 86_400_000, burst: 10)
      try await serving(limit: limit) { server, gateways in
        for gateway in gateways { #expect(await gateway.buckets.share("ada").isAllowed) }
        switch fault {
        case "stopped": server.send(SIGSTOP)
        case "killed": server.send(SIGKILL)
        case "full": await server.command("CONFIG SET maxmemory 1")
        default: Task { await server.command("DEBUG SLEEP 2") }
        }
        // The first calls may wait until it is found to be away.
        while await gateways[0].redis.take("x", interval: 1_000_000, depth: 9_000_000, keeps: false) != nil {
          try await gateways[0].loop.sleep(milliseconds: 5)
        }
        var allowed = 0
        let start = Deadline.nanoseconds
        for _ in 0..<20 { if await gateways[0].buckets.share("eve").isAllowed { allowed += 1 } }
        if fault != "slow" { #expect(allowed == 5) }
        // On a loaded machine they take longer than the 50 ms that a call may wait.
        #expect(Deadline.nanoseconds - start < 20 * 1_000_000_000)
        switch fault {
        case "stopped": server.send(SIGCONT)
        case "killed": try server.start()
        case "full": await server.command("CONFIG SET maxmemory 0")
        default: break
        }
        try await untilShared(gateways)
        let after = await gateways[0].buckets.share("ida")
        #expect(after.isAllowed && after.remaining == 9)
      }
    }

    @Test(.enabled(if: RedisServer.isInstalled, "redis-server is not installed"))
    func `a password is asked for, and a wrong one counts by itself`() async throws {
      let limit = RateLimit(name: "api", requests: 10, window: 86_400_000)
      let server = try RedisServer(["--requirepass", "p:@ss/"])
      try server.start()
      let right = try await Gateway("redis://:p%3A%40ss%2F@127.0.0.1:\(server.port)/3", limit)
      try await untilShared([right])
      let wrong = try await Gateway(server.url, limit)
      #expect(await !isShared(wrong))
      for gateway in [right, wrong] {
        #expect(await gateway.buckets.share("ada").isAllowed)
        await gateway.stop()
      }
      server.end()
    }

    @Test(arguments: [
      "redis://", "redis://:6379", "redis://a:0", "redis://a:x", "redis://a/x", "http://a", "redis://secret@a", "",
    ])
    func `another URL stops the start, and is not repeated`(_ url: String) throws {
      let error = #expect(throws: ConfigurationError.self) {
        try RedisBuckets(url, loops: [], logger: Logger(level: .error))
      }
      #expect(error?.description.contains("secret") == false)
    }
  }
#endif

import Foundation
import OrdersAPI
import ProductsAPI
import ServiceCore
import ServiceLoop
import TestProcesses
import Testing

extension EndToEnd {
  /// What is acknowledged stays, whatever is killed.
  @Suite struct ResilienceTests {
    @Test func `what was acknowledged before a kill is there after it`() async throws {
      let data = try await Platform.preparedData()
      defer { removeData(data) }
      var acknowledged: [Uuid] = []
      for round in 0..<3 {
        acknowledged += try await withPlatform(data: data) { platform in
          await placeUntilKilled(platform, try await platform.product(stock: 1_000), count: 20 + round * 5)
        }
      }
      try await withPlatform(data: data) { platform in
        for id in acknowledged {
          #expect(try await platform.orders.getOrder(.init(orderID: id), platform.call).get().status == .pending)
        }
        #expect(!acknowledged.isEmpty)
        // Orders that were being placed are given up, and what they had reserved is free again.
        let isSettled = try await eventually(within: 60) {
          let reserved = try platform.psql("inventory", "SELECT sum(reserved_qty) FROM stock")
          let ordered = try platform.psql("orders", "SELECT count(*) FROM orders WHERE placed")
          let unfinished = try platform.psql(
            "orders", "SELECT count(*) FROM orders WHERE NOT placed OR inventory_task IS NOT NULL")
          return reserved == ordered && unfinished == "0"
        }
        #expect(isSettled)
      }
    }

    /// Places orders from several tasks, kills the platform after some, and gives the ids that were acknowledged.
    private func placeUntilKilled(_ platform: Platform, _ product: Product, count: Int) async -> [Uuid] {
      await withTaskGroup(of: [Uuid].self) { group in
        for _ in 0..<4 {
          group.addTask {
            var placed: [Uuid] = []
            while let order = try? await platform.orders.placeOrder(
              .init(body: platform.draft(product, 1)), platform.call
            ).get() {
              placed.append(order.id)
              if placed.count == count { platform.process.send(SIGKILL) }
            }
            return placed
          }
        }
        let ids = await group.reduce(into: []) { $0 += $1 }
        await platform.kill()
        return ids
      }
    }

    @Test func `a killed PostgreSQL is started again, and the host is ready again by itself`()
      async throws
    {
      try await withPlatform { platform in
        let product = try await platform.product(stock: 1_000_000)
        let host = try platform.host()
        let over = Flag()
        var acknowledged: [Uuid] = []
        try await withThrowingTaskGroup(of: [Uuid].self) { group in
          for _ in 0..<4 {
            group.addTask {
              var placed: [Uuid] = []
              while await !over.value, !Task.isCancelled {
                let answer = try await platform.orders.placeOrder(
                  .init(body: platform.draft(product, 1)), platform.call)
                switch answer {
                case .created(let order, _): placed.append(order.id)
                case .other(503, _): await Task.yield()
                default: Issue.record("\(answer)")
                }
              }
              return placed
            }
          }
          for _ in 0..<3 {
            let server = try platform.postmaster()
            Foundation.kill(server, SIGKILL)
            let isBack = try await eventually(within: 60) {
              guard let now = try? platform.postmaster(), now != server else { return false }
              return try await platform.send("GET", "/ready").status == 200
            }
            #expect(isBack)
          }
          await over.set()
          acknowledged = try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(try platform.host() == host)
        for id in acknowledged {
          #expect(try await platform.orders.getOrder(.init(orderID: id), platform.call).get().status == .pending)
        }
        #expect(!acknowledged.isEmpty)
        let said = "PostgreSQL ended unexpectedly; restarting it in 1 s"
        #expect(platform.lines.contains(said))
      }
    }

    @Test func `a backend that outlives a killed PostgreSQL does not keep it from starting again`() async throws {
      try await withPlatform { platform in
        let server = try platform.postmaster()
        let children = try String(contentsOfFile: "/proc/\(server)/task/\(server)/children", encoding: .utf8)
        // One that is stopped does not see that its server is gone.
        let backend = try #require(children.split(separator: " ").compactMap { pid_t($0) }.last)
        Foundation.kill(backend, SIGSTOP)
        Foundation.kill(server, SIGKILL)
        let isBack = try await eventually(within: 60) {
          guard let now = try? platform.postmaster(), now != server else { return false }
          return try await platform.send("GET", "/ready").status == 200
        }
        #expect(isBack)
      }
    }

    @Test func `the file of a killed PostgreSQL may bear the number of another process by now`() async throws {
      let platform = try await Platform(arguments: ["--only", "gateway,products"], environment: Platform.nowhere)
      #expect(await platform.stop() == 0)
      let file = platform.data + "/postgres/postmaster.pid"
      let lines = [
        "\(getpid())", platform.data + "/postgres", "1700000000", "5432", platform.data + "/sockets", "", "",
      ]
      try lines.joined(separator: "\n").write(toFile: file, atomically: false, encoding: .utf8)
      if getuid() == 0 { try FileManager.default.setAttributes([.ownerAccountName: "postgres"], ofItemAtPath: file) }
      let again = try await Platform(
        data: platform.data, arguments: ["--only", "gateway,products"], environment: Platform.nowhere)
      #expect(await again.stop() == 0)
      again.remove()
    }

    @Test func `the host has neither root's rights nor the passwords of the databases' owners, and shows no key`()
      async throws
    {
      try await withPlatform { platform in
        let host = try platform.host()
        let environment = try Data(contentsOf: URL(filePath: "/proc/\(host)/environ"))
        let names = environment.split(separator: 0).map { String(decoding: $0.prefix { $0 != 61 }, as: UTF8.self) }
        #expect(names.contains("ORDERS_DB_CONNECTION"))
        #expect(names.filter { $0.hasSuffix("_DB_OWNER") || $0 == "DB_CONNECTION" || $0.hasPrefix("PG") } == [])
        let key = try String(contentsOfFile: platform.data + "/secrets/cursor_keys", encoding: .utf8)
        #expect(key.utf8.count == 44 && !environment.contains(Data(key.utf8)))
        let mode = try FileManager.default.attributesOfItem(atPath: platform.data + "/secrets/cursor_keys")
        #expect(mode[.posixPermissions] as? Int == 0o600)
        let status = try String(contentsOfFile: "/proc/\(host)/status", encoding: .utf8)
        #expect(!status.contains("\nUid:\t0"))
        if getuid() == 0 {
          for field in ["CapEff", "CapPrm", "CapInh", "CapBnd", "CapAmb"] {
            #expect(status.contains("\n\(field):\t0000000000000000\n"), "\(field)")
          }
          #expect(status.contains("\nNoNewPrivs:\t1\n"))
        }
      }
    }

    @Test func `what is planted where sockets once were is not touched, nor is a link in the data folder followed`()
      async throws
    {
      let data = NSTemporaryDirectory() + "charter-e2e-\(UUID())"
      let victim = NSTemporaryDirectory() + "charter-victim-\(UUID())"
      try FileManager.default.createDirectory(
        atPath: victim, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
      let hash = data.utf8.reduce(UInt64(0xCBF2_9CE4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
      let planted = "/tmp/charter-\(getuid())-" + String(hash, radix: 36)
      try FileManager.default.createSymbolicLink(atPath: planted, withDestinationPath: victim)
      defer { for path in [planted, victim] { try? FileManager.default.removeItem(atPath: path) } }
      func owner() throws -> UInt? {
        try FileManager.default.attributesOfItem(atPath: victim)[.ownerAccountID] as? UInt
      }
      let before = try owner()
      let platform = try await Platform(data: data)
      #expect(await platform.stop() == 0)
      #expect(try owner() == before)
      try FileManager.default.createSymbolicLink(atPath: data + "/sockets", withDestinationPath: victim)
      let refused = await #expect(throws: Platform.NotStarted.self) { try await Platform(data: data) }
      #expect(
        refused?.lines.contains { $0.contains("\(data)/sockets cannot be opened as a folder") } == true,
        "\(refused as Any)")
      #expect(try owner() == before)
      platform.remove()
    }

    @Test func `a data folder whose path is too long for a socket is as good as another`() async throws {
      let data = NSTemporaryDirectory() + "charter-e2e-\(UUID())/" + String(repeating: "a, b", count: 20)
      let platform = try await Platform(data: data)
      #expect(try platform.psql("orders", "SELECT 1") == "1")
      let sockets = try platform.psql("orders", "SHOW unix_socket_directories")
      await platform.kill()
      let again = try await Platform(data: data)
      #expect(try again.psql("orders", "SHOW unix_socket_directories") == sockets)
      #expect(await again.stop() == 0)
      #expect(!FileManager.default.fileExists(atPath: sockets))
      again.remove()
      try? FileManager.default.removeItem(at: URL(filePath: data).deletingLastPathComponent())
    }

    @Test func `a PostgreSQL that does not stop is reported, with code 1`() async throws {
      let platform = try await Platform(environment: ["PGCTLTIMEOUT": "1"])
      let server = try platform.postmaster()
      Foundation.kill(server, SIGSTOP)
      #expect(await platform.stop() == 1)
      // Its last lines may be read after it has ended.
      let isReported = try await eventually(within: 60) {
        platform.lines.contains { $0.contains("could not be stopped") && $0.contains("/postgres/server.log") }
      }
      #expect(isReported && !platform.lines.contains("stopped"), "\(platform.lines)")
      Foundation.kill(server, SIGCONT)
      Foundation.kill(server, SIGQUIT)
      let isGone = try await eventually(within: 60) { Foundation.kill(server, 0) != 0 }
      #expect(isGone)
      platform.remove()
    }

    @Test func `psql takes options alone, and shows no password`() async throws {
      try await withPlatform { platform in
        #expect(try platform.psql("-Atc", "SELECT 1") == "1")
        #expect(try platform.psql("orders", "SELECT current_database()") == "orders")
        #expect(try platform.psql("--data", platform.data, "-Atc", "SELECT 2") == "2")
        let seen = try platform.psql("-Atc", #"\! tr '\0' '\n' < /proc/$PPID/cmdline; env"#)
        let password = try String(contentsOfFile: platform.data + "/secrets/admin", encoding: .utf8)
        #expect(seen.contains("dbname=") && !seen.contains(password))
        let left = try FileManager.default.contentsOfDirectory(atPath: platform.data + "/secrets")
        #expect(left.filter { $0.hasPrefix("pgpass") } == [])
        #expect(
          try platform.psql(
            "-Atc",
            "SELECT bool_or(has_database_privilege('orders_app', datname, 'CONNECT')) FROM pg_database "
              + "WHERE datname IN ('postgres', 'template1', 'products')") == "f")
      }
    }

    @Test func `a host that crashes is started again, and the supervisor says so`() async throws {
      try await withPlatform(port: try FreePorts.lasting()) { platform in
        let product = try await platform.product(stock: 10)
        let crashed = try platform.host()
        Foundation.kill(crashed, SIGKILL)
        let isBack = try await eventually(within: 60) {
          guard let response = try? await platform.send("GET", "/api/products/\(product.id)") else { return false }
          return response.status == 200
        }
        #expect(isBack)
        #expect(try platform.host() != crashed)
        #expect(platform.lines.contains("the host ended unexpectedly with signal 9; restarting it in 1 s"))
      }
    }

    @Test func `told to stop, a host says that it is not ready, goes on for a while, and ends what it has begun`()
      async throws
    {
      try await withPlatform(environment: ["CHARTER_DRAIN": "1500"]) { platform in
        let product = try await platform.product(stock: 10)
        Foundation.kill(try platform.host(), SIGTERM)
        let isDraining = try await eventually(within: 60) { try await platform.send("GET", "/ready").status == 503 }
        #expect(isDraining)
        #expect(try await platform.send("GET", "/api/products/\(product.id)").status == 200)
        #expect(try await platform.send("GET", "/health").status == 200)
        // Clients are to move on.
        #expect(try await platform.send("GET", "/health").headers["connection"] == "close")
        // The supervisor ends with its host, which ended as it was told.
        #expect(await platform.exitCode() == 0)
      }
    }

    @Test func `a key that many send at once has one effect, and its answer outlives the process`() async throws {
      let data = try await Platform.preparedData()
      defer { removeData(data) }
      let body = #"{"name": "Wool scarf", "price": 19.99, "category": "clothing", "tags": ["winter"]}"#
      let other = body.replacing("Wool", with: "Silk")
      let answers = try await withPlatform(data: data) { first in
        var answers: [String: [UInt8]] = [:]
        for round in 0..<4 {
          let key = "key-\(round)"
          let responses = try await withThrowingTaskGroup(of: HTTPResponse.self) { group in
            for _ in 0..<50 { group.addTask { try await first.send("POST", "/api/products", body, key: key) } }
            return try await group.reduce(into: [HTTPResponse]()) { $0.append($1) }
          }
          let created = responses.filter { $0.status == 201 }
          #expect(Set(responses.map(\.status)).isSubset(of: [201, 409]) && !created.isEmpty)
          #expect(Set(created.map(\.body)).count == 1)
          answers[key] = created.first?.body
          #expect(try await first.send("POST", "/api/products", other, key: key).status == 422)
        }
        #expect(try first.psql("products", "SELECT count(*) FROM products") == "4")
        await first.kill()
        return answers
      }
      try await withPlatform(data: data) { second in
        for (key, answer) in answers {
          let again = try await second.send("POST", "/api/products", body, key: key)
          #expect(again.status == 201 && again.body == answer)
        }
        #expect(try second.psql("products", "SELECT count(*) FROM products") == "4")
      }
    }

    @Test func `a statement that does not fit the live schema stops the start, with its place and column`() async throws
    {
      let data = try await Platform.preparedData()
      defer { removeData(data) }
      try await withPlatform(data: data, arguments: ["--only", "inventory,identity"]) { platform in
        _ = try platform.psql("inventory", "ALTER TABLE stock RENAME COLUMN reserved_qty TO held")
      }
      let error = await #expect(throws: Platform.NotStarted.self) {
        try await withPlatform(data: data, arguments: ["--only", "inventory,identity"]) { _ in }
      }
      let lines = error?.lines ?? []
      #expect(lines.contains { $0.contains("inventory does not fit its database's schema") }, "\(lines)")
      #expect(
        lines.contains { line in
          line.hasPrefix("Services/Shop/Inventory/Queries.sql:")
            && line.contains("error: the database refuses the query 'stock': column \"reserved_qty\" does not exist")
        }, "\(lines)")
      // Where in the statement.
      #expect(lines.contains { $0.hasSuffix("^") && $0.contains(" | ") })
    }

    @Test func `a host that cannot start says why in a line and ends with 1, with wrong settings with 2`() throws {
      let programs = try #require(ProcessInfo.processInfo.environment["CHARTER_TEST_PROGRAMS"])
      let keys = Data(repeating: 7, count: 32).base64EncodedString()
      func run(_ arguments: String...) throws -> (code: Int32, text: String) {
        let ended = try TestProcess.run(
          [programs + "/host"] + arguments,
          environment: ["CHARTER_TEST_PROGRAMS": programs, "CHARTER_CURSOR_KEYS": keys])
        return (ended.code, ended.output + ended.errors)
      }
      let lines = try run("--list").text.split(separator: "\n")
      let first = try #require(lines.first { $0.hasSuffix(" database") }?.prefix { $0 != " " })
      #expect(
        try run("--address", "here") == (
          2,
          "error: --address is 'here', which is not an IPv4 address; give one of "
            + "this machine, such as 127.0.0.1 to be reached from this machine alone, or 0.0.0.0 for all of its addresses\n"
        ))
      let database = try run("--only", String(first))
      #expect(database.code == 1 && database.text.hasPrefix("error: the service '\(first)' has no database"))
      let owner = try run("--only", String(first), "--migrate")
      #expect(owner.code == 1 && owner.text.hasPrefix("error: the service '\(first)' has no owner of its schema"))
      #expect(try run("--only", "gateway", "--migrate") == (0, ""))
    }

    @Test func `a service elsewhere is reached over HTTP, and one that is nowhere stops the start`() async throws {
      try await withPlatform(arguments: ["--only", "identity,inventory,products"]) { elsewhere in
        let urls = ["IDENTITY_URL", "INVENTORY_URL", "PRODUCTS_URL"].map { ($0, elsewhere.origin) }
        try await withPlatform(
          arguments: ["--only", "orders,gateway"], environment: Dictionary(uniqueKeysWithValues: urls)
        ) { front in
          try await order(at: front, from: elsewhere)
        }
      }
      let error = await #expect(throws: Platform.NotStarted.self) {
        try await withPlatform(arguments: ["--only", "orders"], environment: ["IDENTITY_URL": "http://127.0.0.1:1"]) {
          _ in
        }
      }
      #expect(error?.lines.contains { $0.contains("PRODUCTS_URL") } == true)
      let misspelt = await #expect(throws: Platform.NotStarted.self) {
        try await withPlatform(
          arguments: ["--only", "orders,products"], environment: ["INVENTRY_URL": "http://127.0.0.1:1"]
        ) { _ in }
      }
      #expect(misspelt?.lines.contains { $0.contains("did you mean INVENTORY_URL") } == true)
    }

    /// Orders through `front` what is elsewhere, and once more when that has ended.
    private func order(at front: Platform, from elsewhere: Platform) async throws {
      let product = try await front.product(stock: 3, as: elsewhere.call)
      let order = try await front.orders.placeOrder(.init(body: front.draft(product, 2)), elsewhere.call).get()
      #expect(try await front.stock(product).reservedQty == 2)
      let tooMany = try await front.orders.placeOrder(.init(body: front.draft(product, 2)), elsewhere.call)
      guard case .conflict = tooMany else {
        Issue.record("\(tooMany)")
        return
      }
      #expect(try await front.send("PUT", "/api/inventory/reservations/\(order.id)", "{}").status == 404)
      let health = String(decoding: try await front.send("GET", "/health/full").body, as: UTF8.self)
      #expect(health.contains(#"{"service":"inventory","status":"healthy"}"#))
      await elsewhere.stop()
      let after = String(decoding: try await front.send("GET", "/health/full").body, as: UTF8.self)
      #expect(after.contains(#"{"service":"inventory","status":"unreachable"}"#))
      #expect(try await front.send("GET", "/api/products").status == 503)
      let refused = try await front.orders.placeOrder(.init(body: front.draft(product, 1)), elsewhere.call)
      guard case .other(503, _) = refused else {
        Issue.record("\(refused)")
        return
      }
    }
  }
}

private actor Flag {
  private(set) var value = false
  func set() { value = true }
}

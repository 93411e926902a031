import Foundation
import OrdersAPI
import ProductsAPI
import ServiceCore
import ServiceLoop
import Testing

extension EndToEnd {
  /// What is acknowledged stays, whatever is killed.
  @Suite struct ResilienceTests {
    @Test func `what was acknowledged before a kill is there after it`() async throws {
      let data = Platform.newData()
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

    @Test func `while PostgreSQL is away the answer is 503, and all is well within two seconds of its return`()
      async throws
    {
      try await withPlatform { platform in
        let product = try await platform.product(stock: 1_000_000)
        let statuses = try await withThrowingTaskGroup(of: Set<Int>.self) { group in
          let isOver = Flag()
          for _ in 0..<8 {
            group.addTask {
              var seen: Set<Int> = []
              while await !isOver.value, !Task.isCancelled {
                let target = "/api/products/\(product.id)"
                seen.insert(try await platform.send("GET", target).status)
              }
              return seen
            }
          }
          group.addTask {
            try restart(platform.data, "stop", "-m", "immediate")
            let away = try await eventually(within: 5) { try await platform.send("GET", "/ready").status == 503 }
            #expect(away)
            try restart(platform.data, "start")
            let clock = ContinuousClock()
            let returned = clock.now
            let isBack = try await eventually(within: 10) {
              let read = try await platform.send("GET", "/api/products/\(product.id)").status
              let placed = try await platform.orders.placeOrder(.init(body: platform.draft(product, 1)), platform.call)
              guard case .created = placed else { return false }
              return read == 200
            }
            #expect(isBack && clock.now - returned < .seconds(2))
            await isOver.set()
            return []
          }
          return try await group.reduce(into: Set()) { $0.formUnion($1) }
        }
        #expect(statuses == [200, 503])
        #expect(try await platform.send("GET", "/ready").status == 200)
      }
    }

    @Test func `a host that crashes is started again, and the supervisor says so`() async throws {
      try await withPlatform(port: try Platform.freePort()) { platform in
        let product = try await platform.product(stock: 10)
        let crashed = try platform.host()
        Foundation.kill(crashed, SIGKILL)
        let isBack = try await eventually(within: 30) {
          guard let response = try? await platform.send("GET", "/api/products/\(product.id)") else { return false }
          return response.status == 200
        }
        #expect(isBack)
        #expect(try platform.host() != crashed)
        #expect(platform.lines.contains("the host ended by itself with signal 9; starting it again in 1 s"))
      }
    }

    @Test func `told to stop, a host says that it is not ready, goes on for a while, and ends what it has begun`()
      async throws
    {
      try await withPlatform(environment: ["CHARTER_DRAIN": "1500"]) { platform in
        let product = try await platform.product(stock: 10)
        Foundation.kill(try platform.host(), SIGTERM)
        let isDraining = try await eventually(within: 5) { try await platform.send("GET", "/ready").status == 503 }
        #expect(isDraining)
        #expect(try await platform.send("GET", "/api/products/\(product.id)").status == 200)
        #expect(try await platform.send("GET", "/health").status == 200)
        // The supervisor ends with its host, which ended as it was told.
        #expect(await platform.exitCode() == 0)
      }
    }

    @Test func `a key that many send at once has one effect, and its answer outlives the process`() async throws {
      let data = Platform.newData()
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
      let data = Platform.newData()
      defer { removeData(data) }
      try await withPlatform(data: data, arguments: ["--only", "inventory"]) { platform in
        _ = try platform.psql("inventory", "ALTER TABLE stock RENAME COLUMN reserved_qty TO held")
      }
      let error = await #expect(throws: Platform.NotStarted.self) {
        try await withPlatform(data: data, arguments: ["--only", "inventory"]) { _ in }
      }
      let lines = error?.lines ?? []
      #expect(lines.contains { $0.contains("inventory does not fit its database's schema") }, "\(lines)")
      #expect(
        lines.contains { $0.contains("InventoryStore.swift:") && $0.contains("\"reserved_qty\" does not exist") })
    }

    @Test func `a service elsewhere is reached over HTTP, and one that is nowhere stops the start`() async throws {
      try await withPlatform(arguments: ["--only", "inventory,products"]) { elsewhere in
        let urls = ["INVENTORY_URL": elsewhere.origin, "PRODUCTS_URL": elsewhere.origin]
        try await withPlatform(arguments: ["--only", "orders,gateway"], environment: urls) { front in
          try await order(at: front, from: elsewhere)
        }
      }
      let error = await #expect(throws: Platform.NotStarted.self) {
        try await withPlatform(arguments: ["--only", "orders"]) { _ in }
      }
      #expect(error?.lines.contains { $0.contains("PRODUCTS_URL") } == true)
      let misspelt = await #expect(throws: Platform.NotStarted.self) {
        try await withPlatform(environment: ["INVENTRY_URL": "http://127.0.0.1:1"]) { _ in }
      }
      #expect(misspelt?.lines.contains { $0.contains("did you mean INVENTORY_URL") } == true)
    }

    /// Orders through `front` what is elsewhere, and once more when that has ended.
    private func order(at front: Platform, from elsewhere: Platform) async throws {
      let product = try await front.product(stock: 3)
      let order = try await front.orders.placeOrder(.init(body: front.draft(product, 2)), front.call).get()
      #expect(try await front.stock(product).reservedQty == 2)
      let tooMany = try await front.orders.placeOrder(.init(body: front.draft(product, 2)), front.call)
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
      let refused = try await front.orders.placeOrder(.init(body: front.draft(product, 1)), front.call)
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

/// Stops or starts the cluster behind the platform's back, as an operator would.
private func restart(_ data: String, _ arguments: String...) throws {
  let folder = data + "/postgres"
  let options = try? String(contentsOfFile: folder + "/postmaster.opts", encoding: .utf8)
  let words = (options ?? "").split(separator: " ", maxSplits: 1).map {
    $0.trimmingCharacters(in: .whitespacesAndNewlines)
  }
  let programs = String(words[0].dropLast("/postgres".count))
  var call = [programs + "/pg_ctl"] + arguments + ["-w", "-D", folder, "-l", folder + "/server.log"]
  if arguments.first == "start" {
    let given = words[1].replacing("\"-D\" \"\(folder)\"", with: "").replacing("\"", with: "")
    call += ["-o", "\"\(given)\""]
  }
  if getuid() == 0 { call = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] + call }
  // Not by Foundation's Process, which waits for all who inherit from it: PostgreSQL would be one.
  let code = system("cd / && " + call.joined(separator: " ") + " > /dev/null 2>&1")
  guard code == 0 else { throw NotDone(call: call) }
}

private struct NotDone: Error { let call: [String] }

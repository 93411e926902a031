import RegistryAPI
import ServiceCore
import ServiceTesting
import Testing

@testable import RegistryService

@Suite struct RegistryTests {
  private static let (orders, products) = ("http://10.0.0.7:8081", "http://10.0.0.8:8081")

  @Test func `an instance registers, is listed, and learns when to register again`() async throws {
    try await withService(Registry.self) { registry in
      let now = registry.clock.now
      let registration = try await registry.register(.test(1), "orders", at: Self.orders)
      #expect(registration == Registration(heartbeat: 10, downAfter: 30))
      let instance = Instance(
        id: .test(1), service: "orders", origin: Self.orders, version: "1.0.0", registeredAt: now, seenAt: now,
        state: .up)
      #expect(try await registry.instances() == [instance])
    }
  }

  @Test func `instances are sorted by service and origin, and filtered by service`() async throws {
    try await withService(Registry.self) { registry async throws in
      let all = [
        ("products", Self.products), ("orders", Self.products), ("orders", Self.orders), ("identity", "http://a"),
      ]
      for (number, (service, origin)) in all.enumerated() {
        try await registry.register(.test(UInt64(number)), service, at: origin)
      }
      #expect(try await registry.instances().map(\.id) == [.test(3), .test(2), .test(1), .test(0)])
      #expect(try await registry.instances(of: ["orders"]).map(\.origin) == [Self.orders, Self.products])
      #expect(try await registry.instances(of: ["products", "identity"]).map(\.id) == [.test(3), .test(0)])
      #expect(try await registry.instances(of: ["inventory"]).isEmpty)
      let response = try await registry.send("GET", "/api/registry/instances?service=identity&service=products")
      #expect(response.status == 200 && response.text.contains("\"http://a\"") && !response.text.contains("orders"))
    }
  }

  @Test func `without a heartbeat an instance is down after 30 s, and up again with the next one`() async throws {
    try await withService(Registry.self) { registry in
      let start = registry.clock.now
      try await registry.register(.test(1), "orders", at: Self.orders)
      registry.clock.advance(by: .seconds(10))
      try await registry.register(.test(1), "orders", at: Self.orders)
      let renewed = registry.clock.now
      registry.clock.advance(by: .seconds(29))
      #expect(try await registry.instances().map(\.seenAt) == [renewed])
      registry.clock.advance(by: .seconds(1))
      #expect(try await registry.instances().isEmpty)
      let down = try await registry.instances(state: .all)
      #expect(down.map(\.state) == [.down] && down.map(\.registeredAt) == [start])
      try await registry.register(.test(1), "orders", at: Self.orders)
      let up = try await registry.instances()
      #expect(up.map(\.state) == [.up] && up.map(\.registeredAt) == [start] && up.map(\.seenAt) == [registry.clock.now])
      #expect(try await registry.instances(state: .all) == up)
    }
  }

  @Test func `the same id with other content replaces what was registered`() async throws {
    try await withService(Registry.self) { registry in
      let contents = [
        ("orders", Self.orders, "1.0.0"), ("orders", Self.products, "1.0.0"), ("products", Self.products, "1.0.0"),
        ("products", Self.products, "1.0.1"),
      ]
      for (service, origin, version) in contents {
        registry.clock.advance(by: .seconds(1))
        try await registry.register(.test(1), service, at: origin, version)
        let now = registry.clock.now
        let instance = Instance(
          id: .test(1), service: service, origin: origin, version: version, registeredAt: now, seenAt: now, state: .up)
        #expect(try await registry.instances(state: .all) == [instance])
      }
    }
  }

  @Test func `a process that was started again at the same origin is listed once`() async throws {
    try await withService(Registry.self) { registry async throws in
      try await registry.register(.test(1), "orders", at: Self.orders)
      try await registry.register(.test(2), "products", at: Self.orders)
      try await registry.register(.test(3), "orders", at: Self.orders)
      #expect(try await registry.instances(state: .all).map(\.id) == [.test(3), .test(2)])
      // The one that was replaced says late that it is no more.
      try await registry.deregister(.test(1))
      #expect(try await registry.instances().map(\.id) == [.test(3), .test(2)])
    }
  }

  @Test func `of registrations at the same time one is left, for an origin and for an id`() async throws {
    try await withService(Registry.self) { registry in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 1...8 as ClosedRange<UInt64> {
          group.addTask { try await registry.register(.test(number), "orders", at: Self.orders) }
          group.addTask { try await registry.register(.test(100), "products", at: "http://10.0.1.\(number)") }
        }
        try await group.waitForAll()
      }
      #expect(try await registry.instances(state: .all).map(\.service) == ["orders", "products"])
    }
  }

  @Test func `a deregistered instance is gone at once, and one that is unknown can be deregistered`() async throws {
    try await withService(Registry.self) { registry async throws in
      try await registry.register(.test(1), "orders", at: Self.orders)
      try await registry.register(.test(2), "orders", at: Self.products)
      for _ in 1...2 { try await registry.deregister(.test(1)) }
      #expect(try await registry.instances(state: .all).map(\.id) == [.test(2)])
    }
  }

  @Test func `an instance is forgotten 24 hours after it was seen`() async throws {
    try await withService(Registry.self) { registry async throws in
      try await registry.register(.test(1), "orders", at: Self.orders)
      registry.clock.advance(by: .seconds(1))
      try await registry.register(.test(2), "products", at: Self.orders)
      registry.clock.advance(by: .seconds(86_398))
      try await registry.run(task: "forget instances")
      #expect(try await registry.instances(state: .all).map(\.id) == [.test(1), .test(2)])
      registry.clock.advance(by: .seconds(1))
      try await registry.run(task: "forget instances")
      #expect(try await registry.instances(state: .all).map(\.id) == [.test(2)])
    }
  }

  @Test func `what is no origin is refused`() async throws {
    let wrong = [
      "http://10.0.0.7:8081/", "http://10.0.0.7:8081/api", "http://10.0.0.7?a=b", "http://10.0.0.7#a",
      "http://a@10.0.0.7", "http://a:b@10.0.0.7:8081", "ftp://10.0.0.7", "HTTP://10.0.0.7", "http://Orders",
      "10.0.0.7:8081", "//10.0.0.7", "http://", "http://:8081", "http://10.0.0.7:", "http://10.0.0.7:0",
      "http://10.0.0.7:65536", "http://[::1", "http://[::1:2:3:4:5:6:7:8]", "http://a b", "http://10.0.0.7:8081\\n",
      "http://.example",
    ]
    try await withService(Registry.self) { registry async throws in
      for origin in wrong {
        let response = try await registry.put(origin: origin)
        #expect(response.status == 400 && response.text.contains("/origin"), "\(origin): \(response.text)")
      }
      #expect(try await registry.instances(state: .all).isEmpty)
    }
  }

  @Test func `an origin is a scheme, a host and optionally a port`() async throws {
    let origins = [
      "http://10.0.0.7:8081", "https://10.0.0.7", "http://orders", "https://orders-1.shop.svc.cluster.local:443",
      "http://my_orders:65535", "http://[::1]:8081", "http://[fd00::7]", "http://[::ffff:10.0.0.7]:1",
    ]
    try await withService(Registry.self) { registry async throws in
      for origin in origins {
        #expect(try await registry.put(origin: origin).status == 200)
        #expect(try await registry.instances().map(\.origin) == [origin])
      }
    }
  }
}

extension TestedService<Registry> {
  fileprivate var registry: RegistryClient { client() }

  @discardableResult
  fileprivate func register(
    _ id: Uuid, _ service: String, at origin: String, _ version: String = "1.0.0"
  ) async throws -> Registration {
    let draft = InstanceDraft(service: service, origin: origin, version: version)
    return try await registry.registerInstance(.init(id: id, body: draft), call).get()
  }

  fileprivate func deregister(_ id: Uuid) async throws {
    try await registry.deregisterInstance(.init(id: id), call).get()
  }

  fileprivate func instances(
    of services: [String]? = nil, state: StateFilter = .up
  ) async throws -> [Instance] {
    try await registry.listInstances(.init(service: services, state: state), call).get().items
  }

  fileprivate func put(origin: String) async throws -> HTTPResponse {
    try await send(
      "PUT", "/api/registry/instances/\(Uuid.test(1))",
      body: #"{"service": "orders", "origin": "\#(origin)", "version": "1.0.0"}"#)
  }
}

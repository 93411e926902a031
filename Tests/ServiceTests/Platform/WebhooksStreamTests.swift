import ServiceCore
import ServiceTesting
import Testing
import WebhooksAPI

@testable import WebhooksService

/// The stream of events.
@Suite struct WebhooksStreamTests {
  private typealias Events = ItemStream<TypedEvent<PlatformEvent>>

  private static func open(
    _ service: TestedService<Webhooks>, after id: String? = nil, _ topics: [Topic]? = nil
  ) async throws -> Events.AsyncIterator {
    let input = StreamEvents.Input(topics: topics, lastEventID: id)
    return try await service.webhooks.streamEvents(input, service.admin).get().makeAsyncIterator()
  }

  private static func ids(_ events: inout Events.AsyncIterator, _ count: Int) async throws -> [String?] {
    var ids: [String?] = []
    for _ in 0..<count { ids.append(try await events.next()?.id) }
    return ids
  }

  @Test func `a stream goes on behind the last event that was read`() async throws {
    try await withService(Webhooks.self) { service in
      for number in 1...600 { try await service.emit(.orderPlaced, "e\(number)", "{\"n\": \(number)}") }
      var events = try await Self.open(service, after: "2")
      #expect(try await Self.ids(&events, 598) == (3...600).map { "\($0)" })
      try await service.emit(.inventoryLow, "e601")
      let last = try #require(try await events.next())
      #expect(last.id == "601" && last.event == "inventory-low" && last.data.type == .inventoryLow)
      var all = try await Self.open(service, after: "0")
      let first = try #require(try await all.next())
      #expect(first.data.data["n"] == .number(ExactDecimal(1)) && first.data.timestamp == TestClock.start)
    }
  }

  @Test func `without an id, and with one that is still to come, it begins now`() async throws {
    try await withService(Webhooks.self) { service in
      try await service.emit(.orderPlaced, "e1")
      for id in [nil, "", "1000", "99999999999999999999"] as [String?] {
        var events = try await Self.open(service, after: id)
        try await service.emit(.orderPlaced, "e")
        let head = try await WebhooksQueries(service.database).head()
        #expect(try await events.next()?.id == "\(head)", "after \(id ?? "none")")
      }
    }
  }

  @Test func `events come to all readers as they happen, to each those of its topics`() async throws {
    try await withService(Webhooks.self) { service in
      var all = try await Self.open(service)
      var low = try await Self.open(service, after: nil, [.inventoryLow])
      async let lowID = low.next()?.id
      for number in 1...3 {
        try await service.emit(.orderPlaced, "e\(number)")
        #expect(try await all.next()?.id == "\(number)")
      }
      try await service.emit(.inventoryLow, "e4")
      #expect(try await lowID == "4")
      #expect(try await all.next()?.data.type == .inventoryLow)
    }
  }

  @Test func `events that another process stores come within 200 milliseconds`() async throws {
    try await withService(Webhooks.self) { service in
      let other = try service.another(Receivers())
      var events = try await Self.open(service)
      async let first = events.next()?.id
      await until { await service.service.feed.isWaiting }
      try await service.store(by: other, .orderPlaced, "e1")
      let moving = Task {
        while !Task.isCancelled {
          service.clock.advance(by: .milliseconds(200))
          await Task.yield()
        }
      }
      #expect(try await first == "1")
      moving.cancel()
    }
  }

  @Test func `a reader that goes away leaves nothing behind`() async throws {
    try await withService(Webhooks.self) { service in
      let reader = Task {
        var events = try await Self.open(service)
        return try await events.next()?.id
      }
      await until { await service.service.feed.isWaiting }
      reader.cancel()
      await #expect(throws: CancellationError.self) { try await reader.value }
      await until { await !service.service.feed.isWaiting }
    }
  }

  @Test func `events are forgotten after seven days, unless one of their deliveries is pending`() async throws {
    try await withService(Webhooks.self) { service in
      let receivers = Receivers()
      service.receive(by: receivers)
      let subscription = try await service.subscribe().subscription
      try await service.emit(.orderPlaced, "e1")
      try await service.settle()
      receivers.respond(500)
      try await service.emit(.orderPlaced, "e2")
      try await service.settle()
      service.clock.advance(by: .seconds(86_400))
      try await service.emit(.orderCancelled, "e3")
      service.clock.advance(by: .seconds(6 * 86_400 + 1))
      try await service.run(task: "forget events")
      #expect(try await service.deliveries(subscription).map(\.eventID) == ["e2"])
      var events = try await Self.open(service, after: "0")
      #expect(try await Self.ids(&events, 2) == ["2", "3"])
    }
  }
}

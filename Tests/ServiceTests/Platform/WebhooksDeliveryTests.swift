import ServiceCore
import ServicePostgres
import ServiceSecurity
import ServiceTesting
import Synchronization
import Testing
import WebhooksAPI

@testable import WebhooksService

/// Deliveries: to whom, when again, and by which process.
@Suite struct WebhooksDeliveryTests {
  @Test func `an event is sent to each active subscription to its topic`() async throws {
    try await withService(Webhooks.self) { service in
      let receivers = Receivers()
      service.receive(by: receivers)
      try await service.subscribe("one.example", to: [.orderPlaced, .inventoryLow])
      try await service.subscribe("two.example")
      try await service.subscribe("other.example", to: [.orderCancelled])
      let gone = try await service.subscribe("gone.example").subscription
      try await service.webhooks.unsubscribe(.init(subscriptionID: gone.id), service.admin).get()
      try await service.emit()
      try await service.settle()
      #expect(receivers.sent.map(\.origin).sorted() == ["https://one.example", "https://two.example"])
      #expect(receivers.sent.allSatisfy { $0.request.path == "/hooks" && $0.request.method == "POST" })
      try await service.emit(.inventoryLow, "e2")
      try await service.settle()
      #expect(receivers.count(to: "one.example") == 2 && receivers.sent.count == 3)
    }
  }

  /// The receiver of the contract, as another program has it.
  private final class Receiver: WebhooksWebhookHandlers {
    let events = Mutex<[PlatformEvent]>([])

    func deliverEvent(_ input: DeliverEvent.Input, _ call: Call) async throws -> DeliverEvent.Output {
      events.withLock { $0.append(input.body) }
      return .success(status: 204)
    }
  }

  @Test func `a delivery is verified by its secret, and read by the contract`() async throws {
    try await withService(Webhooks.self) { service in
      let receiver = Receiver()
      let new = try await service.subscribe()
      func route(_ secret: String) throws -> ServiceRoute {
        let verifier = StandardWebhookVerifier(try WebhookSecret(secret), clock: service.clock.clock)
        let call = Call(requestID: "r", logger: Logger(level: .error), webhookVerifier: verifier)
        return ServiceRoute(DeliverEvent.descriptor, by: WebhooksWebhookEndpoint(receiver), at: 0, call)
      }
      let (right, wrong) = (try route(new.secret), try route(try await service.subscribe("b.example").secret))
      let statuses = Mutex<[Int]>([])
      service.receiveWebhooks { webhook in
        let request = RoutedRequest(request: webhook.request, pathValues: [])
        let refused = await wrong.respond(to: request).status
        let response = await right.respond(to: request)
        statuses.withLock { $0 += [refused, response.status] }
        return webhook.origin.contains("receiver") ? response : HTTPResponse(status: 204)
      }
      try await service.emit(.orderPlaced, "e1", #"{"order_id": "x", "total": 1.50, "deep": [null, {"ü": "\u0001"}]}"#)
      try await service.settle()
      #expect(statuses.withLock(\.self).sorted() == [204, 204, 401, 401])
      let events = receiver.events.withLock(\.self)
      let event = try #require(events.first)
      #expect(event.type == .orderPlaced && event.timestamp == TestClock.start)
      #expect(event.data["total"] == .number(ExactDecimal(scaled: 15, exponent: -1)))
      let stored = try await service.database.query("SELECT data FROM events")
      let bytes: Bytes = try #require(stored.first).get("data")
      #expect(bytes.bytes == Array(#"{"order_id": "x", "total": 1.50, "deep": [null, {"ü": "\u0001"}]}"#.utf8))
      #expect(try await service.deliveries(new.subscription).map(\.status) == [.delivered])
    }
  }

  /// The pauses of Standard Webhooks, in seconds.
  private static let pauses = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400]

  @Test func `a delivery that fails is sent again on schedule, ten times in all`() async throws {
    try await withService(Webhooks.self) { service in
      let receivers = Receivers(503)
      service.receive(by: receivers)
      let subscription = try await service.subscribe().subscription
      try await service.emit()
      try await service.settle()
      for (index, pause) in Self.pauses.enumerated() {
        let delivery = try #require(try await service.deliveries(subscription).first)
        #expect(delivery.status == .pending && delivery.attempts == index + 1)
        #expect(delivery.lastError == "the receiver responded with 503")
        service.clock.advance(by: .seconds(pause) - .milliseconds(1))
        try await service.settle()
        #expect(receivers.sent.count == index + 1)
        service.clock.advance(by: .milliseconds(1) + .seconds(pause) / 10)
        try await service.settle()
        #expect(receivers.sent.count == index + 2)
      }
      let dead = try #require(try await service.deliveries(subscription).first)
      #expect(dead.status == .dead && dead.attempts == 10 && dead.nextAttemptAt == nil)
      service.clock.advance(by: .seconds(86_400 * 3))
      try await service.settle()
      #expect(receivers.sent.count == 10 && Set(receivers.ids) == [dead.id.description])
      let times = Set(receivers.sent.map(\.request.headers["webhook-timestamp"]))
      #expect(times.count == 10)
    }
  }

  @Test func `a delivery can be started over, whatever became of it`() async throws {
    try await withService(Webhooks.self) { service in
      let receivers = Receivers()
      service.receive(by: receivers)
      let subscription = try await service.subscribe().subscription
      try await service.emit()
      try await service.settle()
      let delivery = try #require(try await service.deliveries(subscription).first)
      #expect(delivery.status == .delivered && delivery.attempts == 1)
      receivers.respond(500)
      let again = try await service.webhooks.retryDelivery(.init(deliveryID: delivery.id), service.admin).get()
      #expect(again.status == .pending && again.attempts == 0)
      try await service.settle()
      #expect(receivers.ids == [delivery.id.description, delivery.id.description])
      receivers.respond(204)
      // One that waits for its next attempt is sent at once.
      _ = try await service.webhooks.retryDelivery(.init(deliveryID: delivery.id), service.admin).get()
      try await service.settle()
      #expect(try await service.deliveries(subscription).first?.status == .delivered)
      #expect(receivers.sent.count == 3)
      let unknown = try await service.send(
        "POST", "/api/webhooks/deliveries/\(subscription.id)/retry", as: service.admin)
      #expect(unknown.status == 404)
    }
  }

  @Test func `410 ends the subscription, and its pending deliveries`() async throws {
    try await withService(Webhooks.self) { service in
      let receivers = Receivers(500)
      service.receive(by: receivers)
      let subscription = try await service.subscribe().subscription
      let other = try await service.subscribe("other.example").subscription
      try await service.emit(.orderPlaced, "e1")
      try await service.settle()
      receivers.respond { HTTPResponse(status: $0.origin.contains("other") ? 204 : 410) }
      try await service.emit(.orderPlaced, "e2")
      try await service.settle()
      let read = try await service.webhooks.getSubscription(.init(subscriptionID: subscription.id), service.admin).get()
      #expect(read.status == .ended)
      let deliveries = try await service.deliveries(subscription)
      #expect(deliveries.map(\.status) == [.dead, .dead] && deliveries.map(\.attempts) == [1, 1])
      #expect(try await service.deliveries(other).map(\.status) == [.delivered, .pending])
      let count = receivers.count(to: "receiver.example")
      try await service.emit(.orderPlaced, "e3")
      service.clock.advance(by: .seconds(86_400))
      try await service.settle()
      #expect(receivers.count(to: "receiver.example") == count)
      let id = try #require(deliveries.first).id
      #expect(try await service.send("POST", "/api/webhooks/deliveries/\(id)/retry", as: service.admin).status == 409)
    }
  }

  @Test(arguments: [
    ("120", 120), ("1", 5), ("Sat, 31 Jan 2026 12:10:00 GMT", 600), ("soon", 5), ("99999999999999999999", 86_400),
  ])
  func `Retry-After postpones the next attempt`(field: String, seconds: Int) async throws {
    try await withService(Webhooks.self) { service in
      let receivers = Receivers()
      receivers.respond(429, ["retry-after": field])
      service.receive(by: receivers)
      let subscription = try await service.subscribe().subscription
      try await service.emit()
      try await service.settle()
      let next = try #require(try await service.deliveries(subscription).first?.nextAttemptAt)
      let pause = next.microseconds - TestClock.start.microseconds
      #expect((seconds * 1_000_000...seconds * 1_100_000).contains(pause))
    }
  }

  @Test func `a redirect is a failure, and is not followed`() async throws {
    try await withService(Webhooks.self) { service in
      let receivers = Receivers()
      receivers.respond(307, ["location": "https://elsewhere.example/"])
      service.receive(by: receivers)
      let subscription = try await service.subscribe().subscription
      try await service.emit()
      try await service.settle()
      #expect(receivers.sent.count == 1)
      #expect(try await service.deliveries(subscription).first?.lastError == "the receiver responded with 307")
    }
  }

  @Test func `what a process had not recorded is sent again by another, with the same id`() async throws {
    try await withService(Webhooks.self) { service in
      let (receivers, gate) = (Receivers(), Gate())
      receivers.respond { _ in
        await gate.pass()
        return HTTPResponse(status: 500)
      }
      service.receive(by: receivers)
      let subscription = try await service.subscribe().subscription
      try await service.emit()
      await until { receivers.sent.count == 1 }
      // The first process does not come back: the second waits for its time to be over.
      let others = Receivers()
      let other = try service.another(others)
      try await other.courier.send()
      await other.courier.idle()
      #expect(others.sent.isEmpty)
      service.clock.advance(by: .seconds(30))
      try await other.courier.send()
      await other.courier.idle()
      #expect(others.ids == receivers.ids)
      // Its late outcome does not count.
      gate.open()
      await service.service.courier.idle()
      #expect(try await service.deliveries(subscription).map(\.status) == [.delivered])
      #expect(try await service.deliveries(subscription).map(\.attempts) == [1])
    }
  }

  @Test func `processes share the work, and send nothing twice`() async throws {
    try await withService(Webhooks.self) { service in
      let (gate, receivers, others) = (Gate(), Receivers(), Receivers())
      for each in [receivers, others] {
        each.respond { _ in
          await gate.pass()
          return HTTPResponse(status: 204)
        }
      }
      service.receive(by: receivers)
      let other = try service.another(others)
      for number in 0..<4 { try await service.subscribe("r\(number).example") }
      for number in 0..<10 { try await service.store(by: other, .orderPlaced, "e\(number)") }
      // As long as nobody responds, each process has as many as it may send to a subscription at once.
      await until { others.sent.count > 0 }
      try await service.service.courier.send()
      await until { receivers.sent.count > 0 }
      gate.open()
      try await until {
        try await service.settle()
        try await other.courier.send()
        await other.courier.idle()
        return receivers.sent.count + others.sent.count >= 40
      }
      let ids = receivers.ids + others.ids
      #expect(ids.count == 40 && Set(ids).count == 40)
      #expect(!receivers.sent.isEmpty && !others.sent.isEmpty)
    }
  }

  @Test func `a receiver that does not respond holds up no other`() async throws {
    try await withService(Webhooks.self) { service in
      let (receivers, gate) = (Receivers(), Gate())
      receivers.respond { webhook in
        if webhook.origin == "https://slow.example" { await gate.pass() }
        return HTTPResponse(status: 204)
      }
      service.receive(by: receivers)
      try await service.subscribe("slow.example")
      for number in 0..<50 { try await service.emit(.orderPlaced, "e\(number)") }
      await until { receivers.count(to: "slow.example") > 0 }
      try await service.subscribe("fast.example")
      for number in 50..<60 { try await service.emit(.orderPlaced, "e\(number)") }
      await until { receivers.count(to: "fast.example") == 10 }
      #expect(receivers.count(to: "slow.example") <= 8)
      gate.open()
      try await service.settle()
      #expect(receivers.count(to: "slow.example") == 60)
    }
  }
}

import ServiceCore
import ServicePostgres
import ServiceSecurity
import ServiceTesting
import Testing
import WebhooksAPI

@testable import WebhooksService

/// Subscriptions: who may subscribe, and what becomes known of a secret. And what comes in for them.
@Suite struct WebhooksTests {
  @Test func `the secret of a subscription is shown once, and never logged`() async throws {
    try await withService(Webhooks.self) { service in
      let new = try await service.subscribe()
      #expect(new.secret.hasPrefix("whsec_") && Base64(String(new.secret.dropFirst(6)))?.bytes.count == 32)
      #expect(try await service.subscribe().secret != new.secret)
      let id = new.subscription.id
      #expect(
        try await service.webhooks.getSubscription(.init(subscriptionID: id), service.admin).get() == new.subscription)
      service.receive(by: Receivers(500))
      try await service.emit()
      try await service.settle()
      for target in ["", "/\(id)", "/\(id)/deliveries"] {
        let response = try await service.send("GET", "/api/webhooks/subscriptions" + target, as: service.admin)
        #expect(response.status == 200 && !response.text.contains(new.secret), "\(response.text)")
      }
      #expect(!service.log.contains { $0.contains(new.secret.dropFirst(6)) })
    }
  }

  @Test func `subscriptions are listed newest first, and forgotten with their deliveries`() async throws {
    try await withService(Webhooks.self) { service in
      service.receive(by: Receivers())
      let (first, second) = (try await service.subscribe(), try await service.subscribe())
      try await service.emit()
      try await service.settle()
      let listed = try await service.webhooks.listSubscriptions(.init(), service.admin).get().items
      #expect(listed == [second.subscription, first.subscription])
      let id = first.subscription.id
      try await service.webhooks.unsubscribe(.init(subscriptionID: id), service.admin).get()
      for (method, ending) in [("GET", ""), ("GET", "/deliveries"), ("DELETE", "")] {
        let target = "/api/webhooks/subscriptions/\(id)" + ending
        #expect(try await service.send(method, target, as: service.admin).status == 404)
      }
      #expect(try await service.deliveries(second.subscription).count == 1)
      #expect(try await service.database.query("SELECT id FROM deliveries").count == 1)
    }
  }

  @Test(arguments: [
    "http://receiver.example/", "https://localhost/", "https://LOCALHOST./", "https://a.localhost/",
    "https://127.0.0.1/",
    "https://127.1/", "https://2130706433/", "https://0x7f000001/", "https://0177.0.0.1/", "https://10.1.2.3/",
    "https://172.31.0.1/", "https://192.168.0.1:8443/", "https://169.254.169.254/latest/meta-data", "https://0.0.0.0/",
    "https://224.0.0.1/", "https://[::1]/", "https://[::]/", "https://[fe80::1]/", "https://[fd00:ec2::254]/",
    "https://[ff02::1]/", "https://[::ffff:127.0.0.1]/", "https://[64:ff9b::7f00:1]/", "https://[2002:7f00:1::]/",
    "https://user@receiver.example/", "https://receiver.example/#part", "https://receiver.example:0/",
  ])
  func `an address that nothing can be sent to is a conflict`(url: String) async throws {
    #expect(ReceiverAddress.refusal(of: url, allowsPrivate: false) != nil)
    try await withService(Webhooks.self) { service in
      let response = try await service.send(
        "POST", "/api/webhooks/subscriptions", body: #"{"url": "\#(url)", "topics": ["order-placed"]}"#,
        as: service.admin)
      #expect(response.status == 409 && response.text.contains("/url"), "\(response.text)")
    }
  }

  @Test(arguments: [
    "https://receiver.example/", "https://receiver.example:8443/a?b=c", "https://93.184.216.34/",
    "https://[2606:2800::1]/",
    "https://1e100.net", "https://local-host.example/",
  ])
  func `an address on the public Internet is none`(url: String) {
    #expect(ReceiverAddress.refusal(of: url, allowsPrivate: false) == nil)
  }

  @Test func `a setting allows private addresses, and http`() async throws {
    try await withService(Webhooks.self, settings: ["WEBHOOKS_ALLOW_PRIVATE": "true"]) { service async throws in
      let draft = SubscriptionDraft(url: "http://127.0.0.1:9000/hooks", topics: [.orderPlaced])
      #expect(
        try await service.webhooks.subscribe(.init(body: draft), service.admin).get().subscription.url == draft.url)
    }
  }

  @Test func `an event that comes twice is stored once, as its sender wrote it`() async throws {
    try await withService(Webhooks.self) { service in
      let receivers = Receivers()
      service.receive(by: receivers)
      let subscription = try await service.subscribe(to: [.orderCancelled]).subscription
      let data =
        #"{ "order_id":"\#(subscription.id)","order_number":"ORD-20260131-001","customer_name":"Ada","#
        + #""customer_email":"ada@example.com","cancelled_at":"2026-01-31T11:59:00Z","more":1.50}"#
      for _ in 1...2 { try await Self.deliver(data, to: service) }
      await #expect(throws: (any Error).self) { try await Self.deliver("{}", to: service, "e2") }
      try await service.settle()
      let rows = try await service.database.query("SELECT id, topic, data FROM events")
      #expect(try rows.map { try $0.get("id", String.self) } == ["e1"])
      #expect(try rows.map { try $0.get("data", Bytes.self).bytes } == [Array(data.utf8)])
      #expect(receivers.sent.count == 1)
    }
  }

  private static func deliver(
    _ data: String, to service: TestedService<Webhooks>, _ id: String = "e1"
  ) async throws {
    let channel = SendOrderCancelled.descriptor.channel
    let record = EventRecord(
      id: id, source: "/orders", type: "order-cancelled", time: service.clock.now, key: id, data: Array(data.utf8))
    try await service.receive(DeliveredEvent(channel: channel, address: channel.template, record: record), at: 1)
  }
}

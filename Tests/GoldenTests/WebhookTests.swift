import ServiceCore
import ServiceHTTP
import ServiceSecurity
import Synchronization
import Testing

@testable import WebhooksGolden

/// What an API sends, from a generated sender to a generated receiver over a socket; and what follows from an answer.
@Suite struct WebhookTests {
  private final class Receiver: PetsWebhookHandlers {
    let seen = Mutex<[String]>([])

    func placeOrderDone(_ input: PlaceOrderDone.Input, _ call: Call) async throws -> PlaceOrderDone.Output {
      seen.withLock { $0.append("done \(input.body.id)") }
      return .noContent
    }

    func priceChanged(_ input: PriceChanged.Input, _ call: Call) async throws -> PriceChanged.Output {
      if seen.withLock({ $0.contains("price \(input.body.price)") }) { return .noContent }
      seen.withLock { $0.append("price \(input.body.price)") }
      // The first time it goes wrong, and is sent again.
      throw PriceChanged.problem(status: 503, "Not now.")
    }

    func closed(_ input: Closed.Input, _ call: Call) async throws -> Closed.Output {
      seen.withLock { $0.append("closed") }
      return .noContent
    }
  }

  private struct Orders: PetsHandlers {
    func placeOrder(_ input: PlaceOrder.Input, _ call: Call) async throws -> PlaceOrder.Output {
      .created(Order(id: 7), location: "/orders/7")
    }

    func readOrder(_ input: ReadOrder.Input, _ call: Call) async throws -> ReadOrder.Output { .ok(Order(id: input.id)) }

    func readInvoice(_ input: ReadInvoice.Input, _ call: Call) async throws -> ReadInvoice.Output {
      .ok("\(input.id) \(input.currency ?? "") \(input.count ?? 0) \(input.language)")
    }
  }

  private static let secret = try? WebhookSecret(bytes: Array(1...32))
  private static let time = Timestamp(microseconds: 1_700_000_000_000_000)

  private func receiving(
    at time: Timestamp = WebhookTests.time, _ body: (LiveServer, PetsWebhooks, Receiver) async throws -> Void
  ) async throws {
    let secret = try #require(Self.secret)
    let receiver = Receiver()
    let verifier = StandardWebhookVerifier(secret, clock: Clock { time })
    let call = Call(requestID: "r1", logger: LiveServer.call.logger, webhookVerifier: verifier)
    try await LiveServer.run(PetsWebhookEndpoint(receiver), PetsWebhookContract.operations, call) { server in
      let signer = StandardWebhookSigner(secret, clock: Clock { Self.time })
      let sender = WebhookSender(signer: signer) { origin in
        #expect(origin == "http://receiver.example")
        return server.transport
      }
      try await body(server, PetsWebhooks(sender), receiver)
    }
  }

  private let call = LiveServer.call

  @Test func `a callback goes where the request said, signed`() async throws {
    let input = PlaceOrder.Input(
      body: .init(items: 2, tell: "http://receiver.example/placeOrderDone"))
    let output = PlaceOrder.Output.created(Order(id: 7), location: "/orders/7")
    let address = try PlaceOrderDone.address(input, output)
    #expect(address == "http://receiver.example/placeOrderDone?order=7")
    #expect(try PlaceOrderDone.address(.init(body: .init(items: 1)), output) == nil)
    try await receiving { _, webhooks, receiver in
      // The receiver knows no parameter `order`: an address is its own affair.
      let plain = "http://receiver.example/placeOrderDone"
      guard case .noContent = try await webhooks.placeOrderDone(.init(body: Order(id: 7)), to: plain, call) else {
        Issue.record("not taken")
        return
      }
      #expect(receiver.seen.withLock { $0 } == ["done 7"])
    }
  }

  @Test func `what is not signed, or signed too long ago, is not let in`() async throws {
    try await receiving { server, webhooks, receiver in
      let answer = try await server.send(
        "POST", "/placeOrderDone", ["content-type": "application/json"], body: "{\"id\":7}")
      #expect(answer.status == 401)
      guard case .noContent = try await webhooks.closed(.init(), to: "http://receiver.example/closed", call) else {
        Issue.record("what needs no signature was refused")
        return
      }
      #expect(receiver.seen.withLock { $0 } == ["closed"])
    }
    let late = Timestamp(microseconds: Self.time.microseconds + 121_000_000)
    try await receiving(at: late) { _, webhooks, receiver in
      await #expect(throws: ClientError.self) {
        try await webhooks.placeOrderDone(
          .init(body: Order(id: 7)), to: "http://receiver.example/placeOrderDone", call)
      }
      // This one's window is five minutes.
      _ = try await webhooks.priceChanged(
        .init(body: .init(price: 2)), to: "http://receiver.example/priceChanged", call)
      #expect(receiver.seen.withLock { $0 } == ["price 2.0"])
    }
  }

  @Test func `a message that was seen is a replay, one that failed may come again`() async throws {
    let secret = try #require(Self.secret)
    var request = HTTPRequest(method: "POST", path: "/priceChanged", headers: ["content-type": "application/json"])
    request.body = Array("{\"price\":3}".utf8)
    let signed = try StandardWebhookSigner(secret, clock: Clock { Self.time }).sign(request)
    try await receiving { server, _, _ in
      let statuses = try await [0, 1, 2].asyncMap { _ in
        try await server.transport.send(signed, PriceChanged.descriptor).status
      }
      #expect(statuses == [503, 204, 401])
    }
  }

  @Test func `an address that is none is refused before anything is sent`() async throws {
    try await receiving { _, webhooks, _ in
      for address in ["", "/x", "ftp://x/y", "http://a b/", "http://u@h/", "javascript:1"] {
        await #expect(throws: ConfigurationError.self) { try await webhooks.closed(.init(), to: address, call) }
      }
      await #expect(throws: RequestFault.self) {
        try await webhooks.priceChanged(.init(body: .init(price: -1)), to: "http://receiver.example/x", call)
      }
      let unsigned = PetsWebhooks(WebhookSender { _ in throw ConfigurationError("not reached") })
      await #expect(throws: ConfigurationError.self) {
        try await unsigned.priceChanged(.init(body: .init(price: 1)), to: "http://receiver.example/x", call)
      }
    }
  }

  @Test func `a link leads to the next call`() async throws {
    try await LiveServer.run(PetsEndpoint(Orders()), PetsContract.operations) { server in
      let client = PetsClient(.remote(server.transport))
      let input = PlaceOrder.Input(body: .init(items: 4))
      let output = try await client.placeOrder(input, call)
      #expect(try await client.readOrder(PlaceOrder.Links.selfValue(input, output), call).get().id == 7)
      let invoice = try PlaceOrder.Links.invoice(input, output, language: "de")
      #expect(try await client.readInvoice(invoice, call).get() == "7 US$ 4 de")
      #expect(throws: RequestFault.self) {
        try PlaceOrder.Links.selfValue(input, .other(status: 500, JSONObject()))
      }
    }
  }

  @Test(arguments: LiveServer.lineBreakers)
  func `A12: an address or a header of an answer adds no line`(_ text: String) async throws {
    struct Hostile: PetsHandlers {
      let text: String
      func placeOrder(_ input: PlaceOrder.Input, _ call: Call) async throws -> PlaceOrder.Output {
        .created(Order(id: 7), location: text)
      }
      func readOrder(_ input: ReadOrder.Input, _ call: Call) async throws -> ReadOrder.Output { .ok(Order(id: 1)) }
      func readInvoice(_ input: ReadInvoice.Input, _ call: Call) async throws -> ReadInvoice.Output { .ok(text) }
    }
    try await LiveServer.run(PetsEndpoint(Hostile(text: text)), PetsContract.operations) { server in
      let answer = try await server.send(
        "POST", "/orders", ["content-type": "application/json"], body: "{\"items\":1}")
      #expect(answer.status == 201 && answer.headers["x-injected"] == nil && answer.headers["location"] != nil)
    }
    try await receiving { _, webhooks, receiver in
      for address in ["http://receiver.example/" + text, "http://receiver.example/closed?" + text, text] {
        _ = try? await webhooks.closed(.init(), to: address, call)
      }
      #expect(receiver.seen.withLock { $0.count } <= 1)
    }
  }
}

extension Sequence {
  fileprivate func asyncMap<Value>(_ transform: (Element) async throws -> Value) async rethrows -> [Value] {
    var values: [Value] = []
    for element in self { values.append(try await transform(element)) }
    return values
  }
}

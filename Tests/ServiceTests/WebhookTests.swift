import ServiceCore
import ServiceDefinition
import ServiceTesting
import Testing
import WebhooksGolden

/// A service whose contract has its requests signed.
@Suite struct WebhookTests {
  private struct Receiver: PetsWebhookHandlers, Service {
    typealias API = PetsWebhookContract

    init(_ resources: Resources) {}

    var endpoint: any ServiceEndpoint { PetsWebhookEndpoint(self) }

    func placeOrderDone(_ input: PlaceOrderDone.Input, _ call: Call) async throws -> PlaceOrderDone.Output {
      .noContent
    }
    func priceChanged(_ input: PriceChanged.Input, _ call: Call) async throws -> PriceChanged.Output { .noContent }
    func closed(_ input: Closed.Input, _ call: Call) async throws -> Closed.Output { .noContent }
  }

  @Test func `a request that must be signed is, unless the test signs it`() async throws {
    try await withService(Receiver.self) { receiver async throws in
      let operation = PriceChanged.descriptor
      let path = operation.path.map { if case .literal(let text) = $0 { "/" + text } else { "" } }.joined()
      let body = #"{"price": 1}"#
      #expect(try await receiver.send(operation.method, path, body: body).status == 204)
      let headers: HTTPFields = [
        "webhook-id": "msg_1", "webhook-timestamp": "1769860800", "webhook-signature": "v1,bm90IHNpZ25lZA==",
      ]
      #expect(try await receiver.send(operation.method, path, headers: headers, body: body).status == 401)
    }
  }
}

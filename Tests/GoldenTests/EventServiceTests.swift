import Foundation
import Testing

/// What the build adds to a service that receives events.
@Suite struct EventServiceTests {
  private static let head = "asyncapi: 3.0.0\ninfo: { title: T, version: \"1\" }\n"
  /// Two services that receive each other's events.
  private static let contracts = [
    "Contracts/orders.yaml": "openapi: 3.1.0\ninfo: { title: T, version: \"1\" }\npaths: {}\n",
    "Contracts/orders.events.yaml": head
      + """
      channels:
        order-placed: { address: order-placed, messages: { orderPlaced: { payload: { type: string } } } }
      operations:
        orderPlaced: { action: send, channel: { $ref: "#/channels/order-placed" } }
        onPaid: { action: receive, channel: { $ref: "payments.events.yaml#/channels/paid" }, x-emits: [orderPlaced] }
      """,
    "Contracts/payments.events.yaml": head
      + """
      channels:
        paid: { address: paid, messages: { paid: { payload: { type: integer } } } }
      operations:
        paid: { action: send, channel: { $ref: "#/channels/paid" } }
        onPlaced: { action: receive, channel: { $ref: "orders.events.yaml#/channels/order-placed" } }
        onPaid: { action: receive, channel: { $ref: "#/channels/paid" }, x-batch: 10 }
      """,
  ]

  /// Describes a service whose target depends on these APIs.
  private func describe(
    _ service: String, _ apis: [String], _ contracts: [String: String] = EventServiceTests.contracts
  ) throws -> (code: Int32, errors: String, service: String, receivers: String) {
    let folder = try ContractFolder(contracts)
    defer { folder.remove() }
    let root = folder.folder.path
    var arguments = [
      "service", service, "--root", root, "--contracts", root + "/Contracts", "--output", "Service.swift",
      "--receivers", "Receivers.swift",
    ]
    for api in apis { arguments += ["--api", api] }
    let run = try folder.run(arguments: arguments + contracts.keys.sorted().map { root + "/" + $0 })
    let text = { (file: String) in (try? folder.text(file)) ?? "" }
    return (run.code, run.errors, text("Service.swift"), text("Receivers.swift"))
  }

  @Test func `a service is held to the handlers of its events, which use the types of their senders`() throws {
    let orders = try describe("OrdersService", ["OrdersAPI", "PaymentsAPI"])
    #expect(orders.code == 0 && orders.errors.isEmpty, "\(orders.errors)")
    #expect(orders.service.contains("public let ordersService: any (Service & OrdersReceivers).Type = Orders.self"))
    #expect(orders.service.contains("struct Orders: OrdersHandlers, OrdersReceivers, Service { … }"))
    let receivers = orders.receivers
    #expect(receivers.contains("import OrdersAPI\nimport PaymentsAPI\nimport ServiceCore\n"))
    #expect(receivers.contains("public typealias Incoming = ReceivedEvent<PaymentsAPI.PaidMessage>"))
    #expect(receivers.contains("channel: PaymentsAPI.PaymentsChannels.paid"))
    #expect(
      receivers.contains(
        "func onPaid(_ event: OnPaid.Incoming, _ call: Call) async throws -> Committed<OnPaid.Effect>"))
    #expect(receivers.contains("public init(orderPlaced: [Event<OrderPlacedMessage>] = [])"))
  }

  @Test func `with one message of another API, all handlers are in the service's module`() throws {
    let payments = try describe("PaymentsService", ["OrdersAPI", "PaymentsAPI"])
    #expect(payments.code == 0, "\(payments.errors)")
    #expect(payments.receivers.contains("ReceivedEvent<OrdersAPI.OrderPlacedMessage>"))
    #expect(payments.receivers.contains("public typealias Incoming = ReceivedEvent<PaidMessage>"))
    #expect(payments.receivers.contains("func onPaid(_ events: [OnPaid.Incoming], _ call: Call)"))
  }

  @Test func `an API that the target does not depend on is an error at the operation`() throws {
    let orders = try describe("OrdersService", ["OrdersAPI"])
    #expect(orders.code == 1 && orders.receivers.isEmpty)
    #expect(
      orders.errors == """
        Contracts/orders.events.yaml:7:11: error: 'onPaid' receives messages of PaymentsAPI, which the service's target \
        does not depend on [C030]
          7 |   onPaid: { action: receive, channel: { $ref: "payments.events.yaml#/channels/paid" }, x-emits: [orderPlaced] }
            |           ^
            = help: add "Payments" to `hears` in the service's row of Package.swift

        """, "\(orders.errors)")
  }

  @Test func `handlers of an API's own events are in its module`() throws {
    var contracts = Self.contracts
    contracts["Contracts/payments.events.yaml"] = Self.contracts["Contracts/payments.events.yaml"]?.split(
      separator: "\n"
    ).filter { !$0.contains("orders.events.yaml") }.joined(separator: "\n")
    let payments = try describe("PaymentsService", ["PaymentsAPI"], contracts)
    #expect(payments.code == 0, "\(payments.errors)")
    #expect(payments.service.contains("import PaymentsAPI\n") && payments.service.contains("PaymentsReceivers"))
    #expect(!payments.receivers.contains("protocol"))
  }

  @Test func `a service without events has no more to declare than before`() throws {
    let shop = try describe(
      "OrdersService", ["OrdersAPI"], ["Contracts/orders.yaml": Self.contracts["Contracts/orders.yaml"] ?? ""])
    #expect(shop.code == 0 && shop.service.contains("public let ordersService: any Service.Type = Orders.self"))
    #expect(!shop.service.contains("Receivers"))
  }
}

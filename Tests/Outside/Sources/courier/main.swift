import InventoryAPI
import OrdersAPI
import ProductsAPI
import ReceiptsAPI
import ServiceClient
import ServiceCore

// Usage: courier ORIGIN TOKEN. Buys something in the shop at that origin with an administrator's token, and makes a receipt
// by a contract of its own.
let origin = CommandLine.arguments.dropFirst().first ?? "http://127.0.0.1:8080"
let shop = Placement.remote(try CurlTransport(origin: origin))
let (products, inventory, orders) = (ProductsClient(shop), InventoryClient(shop), OrdersClient(shop))
let call = Call().acting(with: ["user": .bearer(CommandLine.arguments.dropFirst(2).first ?? "")])

let scarf = try await products.createProduct(
  .init(body: .init(name: "Wool scarf", price: ExactDecimal(scaled: 1999, exponent: -2), category: "clothing")), call
).get()
_ = try await inventory.createStock(
  .init(body: .init(productID: scarf.id, productName: scarf.name, quantity: 3)), call
).get()

let order = PlaceOrder.Input(
  body: .init(
    customerName: "Ada Lovelace", customerEmail: "ada@example.com",
    items: [.init(productID: scarf.id, productName: scarf.name, quantity: 2, unitPrice: scarf.price)]),
  idempotencyKey: call.requestID)
let placed = try await orders.placeOrder(order, call).get()
let again = try await orders.placeOrder(order, call).get()
print("ordered once:", placed.id == again.id, "total:", placed.totalAmount)

// What the contract says about failure is a case, not an exception.
switch try await orders.getOrder(.init(orderID: scarf.id), call) {
case .notFound(let problem): print("told:", problem.status, problem.title)
case let other: print("unexpected:", other)
}

// What breaks the contract is told before anything is sent.
do {
  _ = try await products.createProduct(.init(body: .init(name: "", price: ExactDecimal(1), category: "clothing")), call)
} catch let fault as RequestFault {
  print("refused here:", fault.problem.violations.map { "\($0.name) \($0.rule)" })
}

let receipts = ReceiptsClient(
  .remote(
    MockTransport { _ in
      HTTPResponse(status: 200, json: Receipt(orderID: placed.id, pieces: 2, total: placed.totalAmount))
    }))
let receipt = try await receipts.readReceipt(.init(orderID: placed.id), call).get()
print("receipt:", receipt.total)

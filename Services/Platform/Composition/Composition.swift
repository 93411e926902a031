import CompositionAPI
import IdentityAPI
import OrdersAPI
import ProductsAPI
import ServiceCore
import ServiceDefinition
import SharedAPI

/// Answers made of those of several services, which are asked at the same time, on behalf of the caller.
struct Composition: CompositionHandlers, Service {
  private let orders: OrdersClient
  private let products: ProductsClient
  private let identity: IdentityClient

  init(_ resources: Resources) throws {
    orders = try resources.client()
    products = try resources.client()
    identity = try resources.client()
  }

  func getOrderDetails(
    _ input: GetOrderDetails.Input, _ principal: ViewerPrincipal, _ call: Call
  ) async throws -> GetOrderDetails.Output {
    let own = call.actingAsCaller(by: Self.schemes)
    let isOwner = !principal.identity.has("admin")
    async let account: Part<ShownCustomer?>? = isOwner ? await part(.customer) { try await me(own) } : nil
    let order = await part(.order, share: 0.5) { try await self.order(input.orderID, own) }
    if case .found(nil) = order { throw GetOrderDetails.notFound("There is no order \(input.orderID).") }
    guard let found = order.value.flatMap(\.self) else {
      let parts: [Part<ShownCustomer?>] = await [account].compactMap(\.self)
      return .ok(
        OrderDetails(
          order: nil, customer: parts.first?.value.flatMap(\.self), products: nil,
          warnings: [order.warning, parts.first?.warning].compactMap(\.self)))
    }
    async let catalogue = part(.products) { try await self.catalogue(of: found, own) }
    let customer =
      if let account = await account { account } else {
        await part(.customer) { try await self.customer(found.customerID, own) }
      }
    let listed = await catalogue
    return .ok(
      OrderDetails(
        order: ShownOrder(found), customer: customer.value.flatMap(\.self), products: listed.value,
        warnings: [customer.warning, listed.warning].compactMap(\.self)))
  }

  func getDashboard(
    _ input: GetDashboard.Input, _ principal: ViewerPrincipal, _ call: Call
  ) async throws -> GetDashboard.Output {
    let own = call.actingAsCaller(by: Self.schemes)
    let email = principal.identity.claims["email"]?.text ?? ""
    let isKnown = !email.isEmpty
    async let known: Part<[ShownOrder]>? = isKnown ? await part(.orders) { try await latest(email, own) } : nil
    let account = await part(.customer, share: isKnown ? Self.share : 0.5) { try await me(own) }
    let listed: Part<[ShownOrder]>
    if let known = await known {
      listed = known
    } else if let email = account.value.flatMap(\.self)?.email {
      listed = await part(.orders) { try await latest(email, own) }
    } else {
      listed = .missing(PartWarning(part: .orders, detail: "Whose orders they would be is not known."))
    }
    return .ok(
      Dashboard(
        customer: account.value.flatMap(\.self), orders: listed.value,
        warnings: [account.warning, listed.warning].compactMap(\.self)))
  }

  private static let schemes = [CompositionSecurity.user, CompositionSecurity.apiKey]

  // MARK: parts

  private enum Part<Value: Sendable>: Sendable {
    case found(Value)
    case missing(PartWarning)

    var value: Value? { if case .found(let value) = self { value } else { nil } }
    var warning: PartWarning? { if case .missing(let warning) = self { warning } else { nil } }
  }

  /// How much of the time that is left a part may take: the answer is never later than its deadline for one of them.
  private static let share = 0.8

  private func part<Value: Sendable>(
    _ name: PartName, share: Double = share, _ body: @Sendable () async throws -> Value
  ) async -> Part<Value> {
    let left = Deadline.current?.left ?? OperationPolicy.standardTimeout
    do {
      return .found(try await Deadline.$current.withValue(Deadline(in: Int(Double(left) * share))) { try await body() })
    } catch {
      return .missing(PartWarning(part: name, detail: Self.reason(error)))
    }
  }

  /// In words for callers: nothing of addresses, and nothing that a service said.
  private static func reason(_ error: any Error) -> String {
    switch error as? ClientError {
    case .timedOut(let operation): "The service '\(operation.service)' did not respond in time."
    case .unreachable(let operation, _): "The service '\(operation.service)' cannot be reached."
    case .unexpected(let operation, _), .broken(let operation, _):
      "The service '\(operation.service)' gave no usable response."
    case nil: error is CredentialError ? "It needs a user who has logged in." : "It could not be asked for."
    }
  }

  private func order(_ id: Uuid, _ call: Call) async throws -> Order? {
    switch try await orders.getOrder(.init(orderID: id), call) {
    case .notFound: nil
    case let answer: try answer.get()
    }
  }

  private func latest(_ email: String, _ call: Call) async throws -> [ShownOrder] {
    try await orders.listOrdersOfUser(.init(email: email, limit: 10), call).get().items.map(ShownOrder.init)
  }

  private func catalogue(of order: Order, _ call: Call) async throws -> [ShownProduct] {
    let ids = Set(order.items.map(\.productID)).sorted { $0.description < $1.description }
    return try await products.getProducts(.init(ids: ids), call).get().items.map(ShownProduct.init)
  }

  private func me(_ call: Call) async throws -> ShownCustomer? {
    ShownCustomer(try await identity.me(.init(), call).get())
  }

  /// The account of who has placed an order, for administrators; nil for one that is gone, and for an order of somebody who
  /// had none here.
  private func customer(_ id: String?, _ call: Call) async throws -> ShownCustomer? {
    guard let id = id.flatMap({ Uuid($0) }) else { return nil }
    switch try await identity.getUser(.init(userID: id), call) {
    case .notFound: return nil
    case let answer: return ShownCustomer(try answer.get())
    }
  }
}

extension ShownOrder {
  fileprivate init(_ order: Order) {
    self.init(
      id: order.id, orderNumber: order.orderNumber, status: order.status.rawValue,
      items: order.items.map {
        ShownItem(
          productID: $0.productID, productName: $0.productName, quantity: $0.quantity, unitPrice: $0.unitPrice)
      }, totalAmount: order.totalAmount, createdAt: order.createdAt, updatedAt: order.updatedAt)
  }
}

extension ShownProduct {
  fileprivate init(_ product: Product) {
    self.init(
      id: product.id, name: product.name, category: product.category, price: product.price, imageURL: product.imageURL)
  }
}

extension ShownCustomer {
  fileprivate init(_ user: User) { self.init(id: user.id, name: user.name, email: user.email) }
}

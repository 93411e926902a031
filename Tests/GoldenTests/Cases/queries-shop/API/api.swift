// Generated from contract.yaml. Edit the contract, not this file.
// swift-format-ignore-file
import ServiceCore

public enum ProductSort: StringEnum {
  case price
  case name
  case newest

  public var rawValue: String {
    switch self {
    case .price: "PRICE"
    case .name: "NAME"
    case .newest: "NEWEST"
    }
  }
}

public struct ProductDraft: JSONCodable, Equatable {
  public let name: String
  public let description: String
  public let price: ExactDecimal
  public let category: String
  public let tags: [String]
  public let stockQuantity: Int
  public let imageURL: String?

  public init(
    name: String,
    description: String = "",
    price: ExactDecimal,
    category: String,
    tags: [String] = [],
    stockQuantity: Int = 0,
    imageURL: String? = nil
  ) {
    self.name = name
    self.description = description
    self.price = price
    self.category = category
    self.tags = tags
    self.stockQuantity = stockQuantity
    self.imageURL = imageURL
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> ProductDraft? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var name: String?
    var description: String?
    var price: ExactDecimal?
    var category: String?
    var tags: [String]?
    var stockQuantity: Int?
    var imageURL: String?
    var keys = json.keys("name,description,price,category,tags,stock_quantity,image_url")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("name", &name)
      case 1: try json.field("description", &description)
      case 2: try json.field("price", &price)
      case 3: try json.field("category", &category)
      case 4: try json.field("tags", &tags)
      case 5: try json.field("stock_quantity", &stockQuantity)
      case 6: try json.field("image_url", &imageURL)
      default: try json.skip()
      }
    }
    json.require(name, "name", since: mark)
    json.require(price, "price", since: mark)
    json.require(category, "category", since: mark)
    guard let name, let price, let category else {
      Self.validate(&json.violations, price, imageURL)
      return nil
    }
    return ProductDraft(
      name: name,
      description: description ?? "",
      price: price,
      category: category,
      tags: tags ?? [],
      stockQuantity: stockQuantity ?? 0,
      imageURL: imageURL)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("name", self.name)
    json.field("description", self.description)
    json.field("price", self.price, scale: 2)
    json.field("category", self.category)
    json.field("tags", self.tags)
    json.field("stock_quantity", self.stockQuantity)
    json.field("image_url", self.imageURL)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    Self.validate(&check, self.price, self.imageURL)
  }

  private static func validate(_ check: inout Violations, _ price: ExactDecimal?, _ imageURL: String?) {
    check.multiple("price", price, of: ExactDecimal(scaled: 1, exponent: -2))
    check.format("image_url", imageURL, .uri)
  }
}

public struct Product: JSONCodable, Equatable {
  public let id: Uuid
  public let name: String
  public let description: String
  public let price: ExactDecimal
  public let category: String
  public let tags: [String]
  public let stockQuantity: Int
  public let imageURL: String?
  public let createdAt: Timestamp
  public let updatedAt: Timestamp

  public init(
    id: Uuid,
    name: String,
    description: String,
    price: ExactDecimal,
    category: String,
    tags: [String],
    stockQuantity: Int,
    imageURL: String? = nil,
    createdAt: Timestamp,
    updatedAt: Timestamp
  ) {
    self.id = id
    self.name = name
    self.description = description
    self.price = price
    self.category = category
    self.tags = tags
    self.stockQuantity = stockQuantity
    self.imageURL = imageURL
    self.createdAt = createdAt
    self.updatedAt = updatedAt
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Product? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var id: Uuid?
    var name: String?
    var description: String?
    var price: ExactDecimal?
    var category: String?
    var tags: [String]?
    var stockQuantity: Int?
    var imageURL: String?
    var createdAt: Timestamp?
    var updatedAt: Timestamp?
    var keys = json.keys("id,name,description,price,category,tags,stock_quantity,image_url,created_at,updated_at")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("id", &id)
      case 1: try json.field("name", &name)
      case 2: try json.field("description", &description)
      case 3: try json.field("price", &price)
      case 4: try json.field("category", &category)
      case 5: try json.field("tags", &tags)
      case 6: try json.field("stock_quantity", &stockQuantity)
      case 7: try json.field("image_url", &imageURL)
      case 8: try json.field("created_at", &createdAt)
      case 9: try json.field("updated_at", &updatedAt)
      default: try json.skip()
      }
    }
    json.require(id, "id", since: mark)
    json.require(name, "name", since: mark)
    json.require(description, "description", since: mark)
    json.require(price, "price", since: mark)
    json.require(category, "category", since: mark)
    json.require(tags, "tags", since: mark)
    json.require(stockQuantity, "stock_quantity", since: mark)
    json.require(createdAt, "created_at", since: mark)
    json.require(updatedAt, "updated_at", since: mark)
    guard let id, let name, let description, let price, let category, let tags, let stockQuantity, let createdAt,
      let updatedAt else {
      Self.validate(&json.violations, price, imageURL)
      return nil
    }
    return Product(
      id: id,
      name: name,
      description: description,
      price: price,
      category: category,
      tags: tags,
      stockQuantity: stockQuantity,
      imageURL: imageURL,
      createdAt: createdAt,
      updatedAt: updatedAt)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("id", self.id)
    json.field("name", self.name)
    json.field("description", self.description)
    json.field("price", self.price, scale: 2)
    json.field("category", self.category)
    json.field("tags", self.tags)
    json.field("stock_quantity", self.stockQuantity)
    json.field("image_url", self.imageURL)
    json.field("created_at", self.createdAt)
    json.field("updated_at", self.updatedAt)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    Self.validate(&check, self.price, self.imageURL)
  }

  private static func validate(_ check: inout Violations, _ price: ExactDecimal?, _ imageURL: String?) {
    check.multiple("price", price, of: ExactDecimal(scaled: 1, exponent: -2))
    check.format("image_url", imageURL, .uri)
  }
}

public struct Stock: JSONCodable, Equatable {
  public let productID: Uuid
  public let productName: String
  public let quantity: Int
  public let reservedQty: Int
  public let updatedAt: Timestamp

  public init(productID: Uuid, productName: String, quantity: Int, reservedQty: Int, updatedAt: Timestamp) {
    self.productID = productID
    self.productName = productName
    self.quantity = quantity
    self.reservedQty = reservedQty
    self.updatedAt = updatedAt
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Stock? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var productID: Uuid?
    var productName: String?
    var quantity: Int?
    var reservedQty: Int?
    var updatedAt: Timestamp?
    var keys = json.keys("product_id,product_name,quantity,reserved_qty,updated_at")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("product_id", &productID)
      case 1: try json.field("product_name", &productName)
      case 2: try json.field("quantity", &quantity)
      case 3: try json.field("reserved_qty", &reservedQty)
      case 4: try json.field("updated_at", &updatedAt)
      default: try json.skip()
      }
    }
    json.require(productID, "product_id", since: mark)
    json.require(productName, "product_name", since: mark)
    json.require(quantity, "quantity", since: mark)
    json.require(reservedQty, "reserved_qty", since: mark)
    json.require(updatedAt, "updated_at", since: mark)
    guard let productID, let productName, let quantity, let reservedQty, let updatedAt else { return nil }
    return Stock(
      productID: productID,
      productName: productName,
      quantity: quantity,
      reservedQty: reservedQty,
      updatedAt: updatedAt)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("product_id", self.productID)
    json.field("product_name", self.productName)
    json.field("quantity", self.quantity)
    json.field("reserved_qty", self.reservedQty)
    json.field("updated_at", self.updatedAt)
    json.endObject()
  }
}

public struct StockDraft: JSONCodable, Equatable {
  public let productID: Uuid
  public let productName: String
  public let quantity: Int

  public init(productID: Uuid, productName: String, quantity: Int) {
    self.productID = productID
    self.productName = productName
    self.quantity = quantity
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> StockDraft? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var productID: Uuid?
    var productName: String?
    var quantity: Int?
    var keys = json.keys("product_id,product_name,quantity")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("product_id", &productID)
      case 1: try json.field("product_name", &productName)
      case 2: try json.field("quantity", &quantity)
      default: try json.skip()
      }
    }
    json.require(productID, "product_id", since: mark)
    json.require(productName, "product_name", since: mark)
    json.require(quantity, "quantity", since: mark)
    guard let productID, let productName, let quantity else { return nil }
    return StockDraft(productID: productID, productName: productName, quantity: quantity)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("product_id", self.productID)
    json.field("product_name", self.productName)
    json.field("quantity", self.quantity)
    json.endObject()
  }
}

public struct ReservedItem: JSONCodable, Equatable {
  public let productID: Uuid
  public let quantity: Int

  public init(productID: Uuid, quantity: Int) {
    self.productID = productID
    self.quantity = quantity
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> ReservedItem? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var productID: Uuid?
    var quantity: Int?
    var keys = json.keys("product_id,quantity")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("product_id", &productID)
      case 1: try json.field("quantity", &quantity)
      default: try json.skip()
      }
    }
    json.require(productID, "product_id", since: mark)
    json.require(quantity, "quantity", since: mark)
    guard let productID, let quantity else { return nil }
    return ReservedItem(productID: productID, quantity: quantity)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("product_id", self.productID)
    json.field("quantity", self.quantity)
    json.endObject()
  }
}

public enum ReservationStatus: StringEnum {
  case reserved
  case shipped

  public var rawValue: String {
    switch self {
    case .reserved: "RESERVED"
    case .shipped: "SHIPPED"
    }
  }
}

public struct Reservation: JSONCodable, Equatable {
  public let orderID: Uuid
  public let status: ReservationStatus
  public let items: [ReservedItem]

  public init(orderID: Uuid, status: ReservationStatus, items: [ReservedItem]) {
    self.orderID = orderID
    self.status = status
    self.items = items
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Reservation? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var orderID: Uuid?
    var status: ReservationStatus?
    var items: [ReservedItem]?
    var keys = json.keys("order_id,status,items")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("order_id", &orderID)
      case 1: try json.field("status", &status)
      case 2: try json.field("items", &items)
      default: try json.skip()
      }
    }
    json.require(orderID, "order_id", since: mark)
    json.require(status, "status", since: mark)
    json.require(items, "items", since: mark)
    guard let orderID, let status, let items else {
      Self.validate(&json.violations, items)
      return nil
    }
    return Reservation(orderID: orderID, status: status, items: items)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("order_id", self.orderID)
    json.field("status", self.status)
    json.field("items", self.items)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    Self.validate(&check, self.items)
  }

  private static func validate(_ check: inout Violations, _ items: [ReservedItem]?) {
    check.value("items", items)
  }
}

public enum OrderStatus: StringEnum {
  case pending
  case confirmed
  case shipped
  case delivered
  case cancelled

  public var rawValue: String {
    switch self {
    case .pending: "PENDING"
    case .confirmed: "CONFIRMED"
    case .shipped: "SHIPPED"
    case .delivered: "DELIVERED"
    case .cancelled: "CANCELLED"
    }
  }
}

public struct OrderItem: JSONCodable, Equatable {
  public let productID: Uuid
  public let productName: String
  public let quantity: Int
  public let unitPrice: ExactDecimal

  public init(productID: Uuid, productName: String, quantity: Int, unitPrice: ExactDecimal) {
    self.productID = productID
    self.productName = productName
    self.quantity = quantity
    self.unitPrice = unitPrice
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> OrderItem? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var productID: Uuid?
    var productName: String?
    var quantity: Int?
    var unitPrice: ExactDecimal?
    var keys = json.keys("product_id,product_name,quantity,unit_price")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("product_id", &productID)
      case 1: try json.field("product_name", &productName)
      case 2: try json.field("quantity", &quantity)
      case 3: try json.field("unit_price", &unitPrice)
      default: try json.skip()
      }
    }
    json.require(productID, "product_id", since: mark)
    json.require(productName, "product_name", since: mark)
    json.require(quantity, "quantity", since: mark)
    json.require(unitPrice, "unit_price", since: mark)
    guard let productID, let productName, let quantity, let unitPrice else {
      Self.validate(&json.violations, unitPrice)
      return nil
    }
    return OrderItem(productID: productID, productName: productName, quantity: quantity, unitPrice: unitPrice)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("product_id", self.productID)
    json.field("product_name", self.productName)
    json.field("quantity", self.quantity)
    json.field("unit_price", self.unitPrice, scale: 2)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    Self.validate(&check, self.unitPrice)
  }

  private static func validate(_ check: inout Violations, _ unitPrice: ExactDecimal?) {
    check.multiple("unit_price", unitPrice, of: ExactDecimal(scaled: 1, exponent: -2))
  }
}

public struct Order: JSONCodable, Equatable {
  public let id: Uuid
  public let orderNumber: String
  public let customerName: String
  public let customerEmail: String
  public let items: [OrderItem]
  public let status: OrderStatus
  public let totalAmount: ExactDecimal
  public let createdAt: Timestamp
  public let updatedAt: Timestamp

  public init(
    id: Uuid,
    orderNumber: String,
    customerName: String,
    customerEmail: String,
    items: [OrderItem],
    status: OrderStatus,
    totalAmount: ExactDecimal,
    createdAt: Timestamp,
    updatedAt: Timestamp
  ) {
    self.id = id
    self.orderNumber = orderNumber
    self.customerName = customerName
    self.customerEmail = customerEmail
    self.items = items
    self.status = status
    self.totalAmount = totalAmount
    self.createdAt = createdAt
    self.updatedAt = updatedAt
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Order? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var id: Uuid?
    var orderNumber: String?
    var customerName: String?
    var customerEmail: String?
    var items: [OrderItem]?
    var status: OrderStatus?
    var totalAmount: ExactDecimal?
    var createdAt: Timestamp?
    var updatedAt: Timestamp?
    var keys = json.keys("id,order_number,customer_name,customer_email,items,status,total_amount,created_at,updated_at")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("id", &id)
      case 1: try json.field("order_number", &orderNumber)
      case 2: try json.field("customer_name", &customerName)
      case 3: try json.field("customer_email", &customerEmail)
      case 4: try json.field("items", &items)
      case 5: try json.field("status", &status)
      case 6: try json.field("total_amount", &totalAmount)
      case 7: try json.field("created_at", &createdAt)
      case 8: try json.field("updated_at", &updatedAt)
      default: try json.skip()
      }
    }
    json.require(id, "id", since: mark)
    json.require(orderNumber, "order_number", since: mark)
    json.require(customerName, "customer_name", since: mark)
    json.require(customerEmail, "customer_email", since: mark)
    json.require(items, "items", since: mark)
    json.require(status, "status", since: mark)
    json.require(totalAmount, "total_amount", since: mark)
    json.require(createdAt, "created_at", since: mark)
    json.require(updatedAt, "updated_at", since: mark)
    guard let id, let orderNumber, let customerName, let customerEmail, let items, let status, let totalAmount,
      let createdAt, let updatedAt else {
      Self.validate(&json.violations, items, totalAmount)
      return nil
    }
    return Order(
      id: id,
      orderNumber: orderNumber,
      customerName: customerName,
      customerEmail: customerEmail,
      items: items,
      status: status,
      totalAmount: totalAmount,
      createdAt: createdAt,
      updatedAt: updatedAt)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("id", self.id)
    json.field("order_number", self.orderNumber)
    json.field("customer_name", self.customerName)
    json.field("customer_email", self.customerEmail)
    json.field("items", self.items)
    json.field("status", self.status)
    json.field("total_amount", self.totalAmount, scale: 2)
    json.field("created_at", self.createdAt)
    json.field("updated_at", self.updatedAt)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    Self.validate(&check, self.items, self.totalAmount)
  }

  private static func validate(_ check: inout Violations, _ items: [OrderItem]?, _ totalAmount: ExactDecimal?) {
    check.value("items", items)
    check.multiple("total_amount", totalAmount, of: ExactDecimal(scaled: 1, exponent: -2))
  }
}

public enum ListProducts: ContractOperation {
  public struct Input: Sendable {
    public let category: String?
    public let tag: String?
    public let minPrice: ExactDecimal?
    public let maxPrice: ExactDecimal?
    public let sort: ProductSort?

    public init(
      category: String? = nil,
      tag: String? = nil,
      minPrice: ExactDecimal? = nil,
      maxPrice: ExactDecimal? = nil,
      sort: ProductSort? = nil
    ) {
      self.category = category
      self.tag = tag
      self.minPrice = minPrice
      self.maxPrice = maxPrice
      self.sort = sort
    }
  }

  public enum Output: Sendable {
    /// The products.
    case ok
    /// It did not work.
    case other(status: Int)

    /// Throws any response but the success.
    public func get() throws {
      guard case .ok = self else { throw ClientError.unexpected(ListProducts.self, self) }
    }
  }

  public static let descriptor = OperationDescriptor(
    service: "contract",
    id: "listProducts",
    method: "GET",
    path: [.literal("products")],
    responses: .init([200], hasDefault: true))
}

extension ListProducts {
  public static func decode(_ request: inout RequestReader) throws(RequestFault) -> Input? {
    let category = request.query("category", String.self)
    let tag = request.query("tag", String.self)
    let minPrice = request.query("min_price", ExactDecimal.self)
    let maxPrice = request.query("max_price", ExactDecimal.self)
    let sort = request.query("sort", ProductSort.self)
    request.closeQuery("category", "tag", "min_price", "max_price", "sort")
    return Input(category: category, tag: tag, minPrice: minPrice, maxPrice: maxPrice, sort: sort)
  }

  public static func validate(_ input: Input, _ check: inout Violations) {
    if let minPrice = input.minPrice {
      let mark = check.count
      check.multiple("min_price", minPrice, of: ExactDecimal(scaled: 1, exponent: -2))
      check.locate(since: mark, in: .query, "min_price")
    }
    if let maxPrice = input.maxPrice {
      let mark = check.count
      check.multiple("max_price", maxPrice, of: ExactDecimal(scaled: 1, exponent: -2))
      check.locate(since: mark, in: .query, "max_price")
    }
  }

  public static func encode(_ input: Input) -> HTTPRequest {
    var request = HTTPRequest(method: "GET", path: "/products")
    request.addQuery("category", input.category)
    request.addQuery("tag", input.tag)
    request.addQuery("min_price", input.minPrice)
    request.addQuery("max_price", input.maxPrice)
    request.addQuery("sort", input.sort)
    return request
  }

  public static func decode(_ response: HTTPResponse) throws -> Output? {
    switch response.status {
    case 200: return .ok
    default: return .other(status: response.status)
    }
  }

  public static func encode(_ output: Output) -> HTTPResponse {
    switch output {
    case .ok: return HTTPResponse(status: 200)
    case .other(let status): return HTTPResponse(status: status)
    }
  }

  public static func status(of output: Output) -> Int {
    switch output {
    case .ok: 200
    case .other(let status): status
    }
  }
}

extension ListProducts {
  /// It did not work.
  public static func problem(status: Int) -> OperationFailure { OperationFailure(self, status, .other(status: status)) }
}

/// Shop.
public protocol QueriesShopHandlers: Sendable {
  func listProducts(_ input: ListProducts.Input, _ call: Call) async throws -> ListProducts.Output
}

/// The contract as a service implements it and a host runs it.
public enum QueriesShopContract: ServiceCore.ServiceContract {
  public static let name = "contract"
  public static let version = "1.0.0"
  public static let types: [any ServiceCore.ContractOperation.Type] = [
    ListProducts.self,
  ]
  public static let operations = types.map { $0.descriptor }
}

/// Passes each request to the handler of its operation.
public struct QueriesShopEndpoint<Handlers: QueriesShopHandlers>: ServiceEndpoint {
  private let handlers: Handlers

  public init(_ handlers: Handlers) { self.handlers = handlers }

  public func respond(to request: RoutedRequest, operation index: Int, call: Call) async -> HTTPResponse {
    switch index {
    case 0: return await Serving.respond(ListProducts.self, request, call) { try await handlers.listProducts($0, $1) }
    default: return HTTPResponse(status: 404)
    }
  }
}

extension QueriesShopHandlers {
  public typealias API = QueriesShopContract

  public var endpoint: any ServiceCore.ServiceEndpoint { QueriesShopEndpoint(self) }
}

/// Calls the API where it runs: in this process, or over HTTP.
public struct QueriesShopClient: APIClient {
  public static let service = "contract"
  private let placement: Placement

  public init(_ placement: Placement) { self.placement = placement }

  public func listProducts(_ input: ListProducts.Input, _ call: Call) async throws -> ListProducts.Output {
    try await placement.call(ListProducts.self, input, call) {
      try await ($0 as? any QueriesShopHandlers)?.listProducts($1, $2)
    }
  }
}

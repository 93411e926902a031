// Generated from contract.yaml. Edit the contract, not this file.
// swift-format-ignore-file
import ServiceCore

public struct Order: JSONCodable, Equatable {
  public let id: Int

  public init(id: Int) {
    self.id = id
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Order? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var id: Int?
    var keys = json.keys("id")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("id", &id)
      default: try json.skip()
      }
    }
    json.require(id, "id", since: mark)
    guard let id else { return nil }
    return Order(id: id)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("id", self.id)
    json.endObject()
  }
}

public struct PlaceOrderBody: JSONCodable, Equatable {
  public let items: Int
  public let tell: String?

  public init(items: Int, tell: String? = nil) {
    self.items = items
    self.tell = tell
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> PlaceOrderBody? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var items: Int?
    var tell: String?
    var keys = json.keys("items,tell")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("items", &items)
      case 1: try json.field("tell", &tell)
      default: try json.skip()
      }
    }
    json.require(items, "items", since: mark)
    guard let items else {
      Self.validate(&json.violations, tell)
      return nil
    }
    return PlaceOrderBody(items: items, tell: tell)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("items", self.items)
    json.field("tell", self.tell)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    Self.validate(&check, self.tell)
  }

  private static func validate(_ check: inout Violations, _ tell: String?) {
    check.format("tell", tell, .uri)
  }
}

public struct PriceChangedBody: JSONCodable, Equatable {
  public let price: Double

  public init(price: Double) {
    self.price = price
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> PriceChangedBody? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var price: Double?
    var keys = json.keys("price")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("price", &price)
      default: try json.skip()
      }
    }
    json.require(price, "price", since: mark)
    guard let price else { return nil }
    return PriceChangedBody(price: price)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("price", self.price)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.range("price", self.price, min: 0)
  }
}

/// Tells a receiver when it is done
public enum PlaceOrder: ContractOperation {
  public struct Input: Sendable {
    public let body: PlaceOrderBody

    public init(body: PlaceOrderBody) {
      self.body = body
    }
  }

  public enum Output: Sendable {
    /// Placed.
    case created(Order, location: String)
    /// A problem.
    case other(status: Int, JSONObject<JSONValue>)

    /// The body of the success response; any other response is thrown.
    public func get() throws -> Order {
      guard case .created(let body, _) = self else { throw ClientError.unexpected(PlaceOrder.self, self) }
      return body
    }
  }

  public static let descriptor = OperationDescriptor(
    service: "contract",
    id: "placeOrder",
    method: "POST",
    path: [.literal("orders")],
    body: .init(),
    responses: .init([201], hasDefault: true, mediaTypes: ["application/json"]))

  /// The links of the responses: each makes the input of a further call.
  public enum Links {
    public static func selfValue(_ input: PlaceOrder.Input, _ output: PlaceOrder.Output) throws -> ReadOrder.Input {
      let exchange = try ServiceCore.LinkedExchange(PlaceOrder.self, input, output)
      return ReadOrder.Input(id: try exchange.required("$response.body#/id", Int.self))
    }

    /// Its invoice, in a language of the caller's choice.
    public static func invoice(
      _ input: PlaceOrder.Input, _ output: PlaceOrder.Output, language: String
    ) throws -> ReadInvoice.Input {
      let exchange = try ServiceCore.LinkedExchange(PlaceOrder.self, input, output)
      return ReadInvoice.Input(
        id: try exchange.required("$response.body#/id", Int.self),
        currency: exchange.value(json: "\"US$\"", String.self),
        count: exchange.value("$request.body#/items", Int.self),
        language: language)
    }
  }
}

public enum ReadOrder: ContractOperation {
  public struct Input: Sendable {
    public let id: Int

    public init(id: Int) {
      self.id = id
    }
  }

  public enum Output: Sendable {
    /// The order.
    case ok(Order)
    /// A problem.
    case other(status: Int, JSONObject<JSONValue>)

    /// The body of the success response; any other response is thrown.
    public func get() throws -> Order {
      guard case .ok(let body) = self else { throw ClientError.unexpected(ReadOrder.self, self) }
      return body
    }
  }

  public static let descriptor = OperationDescriptor(
    service: "contract",
    id: "readOrder",
    method: "GET",
    path: [.literal("orders"), .parameter("id")],
    responses: .init([200], hasDefault: true, mediaTypes: ["application/json"]))
}

public enum ReadInvoice: ContractOperation {
  public struct Input: Sendable {
    public let id: Int
    public let currency: String?
    public let count: Int?
    public let language: String

    public init(id: Int, currency: String? = nil, count: Int? = nil, language: String) {
      self.id = id
      self.currency = currency
      self.count = count
      self.language = language
    }
  }

  public enum Output: Sendable {
    /// The invoice.
    case ok(String)
    /// A problem.
    case other(status: Int, JSONObject<JSONValue>)

    /// The body of the success response; any other response is thrown.
    public func get() throws -> String {
      guard case .ok(let body) = self else { throw ClientError.unexpected(ReadInvoice.self, self) }
      return body
    }
  }

  public static let descriptor = OperationDescriptor(
    service: "contract",
    id: "readInvoice",
    method: "GET",
    path: [.literal("orders"), .parameter("id"), .literal("invoice")],
    responses: .init([200], hasDefault: true, mediaTypes: ["text/plain"]))
}

/// It is done.
public enum PlaceOrderDone: ContractOperation {
  public struct Input: Sendable {
    public let body: Order

    public init(body: Order) {
      self.body = body
    }
  }

  public enum Output: Sendable {
    /// Seen.
    case noContent
    /// Tell me no more.
    case gone

    /// Throws any response but the success.
    public func get() throws {
      guard case .noContent = self else { throw ClientError.unexpected(PlaceOrderDone.self, self) }
    }
  }

  public static let descriptor = OperationDescriptor(
    service: "contract",
    id: "placeOrder done",
    method: "POST",
    path: [.literal("placeOrderDone")],
    body: .init(),
    responses: .init([204, 410]),
    policy: .init(signature: .init(window: 120_000)))

  /// The address of this request, which the request or the response above contains.
  public static func address(_ input: PlaceOrder.Input, _ output: PlaceOrder.Output? = nil) throws -> String? {
    try ServiceCore.LinkedExchange(PlaceOrder.self, input, output).text(
      "{$request.body#/tell}?order={$response.body#/id}")
  }
}

/// A price is another now.
public enum PriceChanged: ContractOperation {
  public struct Input: Sendable {
    public let body: PriceChangedBody

    public init(body: PriceChangedBody) {
      self.body = body
    }
  }

  public enum Output: Sendable {
    /// Seen.
    case noContent
    /// A problem.
    case other(status: Int, JSONObject<JSONValue>)

    /// Throws any response but the success.
    public func get() throws {
      guard case .noContent = self else { throw ClientError.unexpected(PriceChanged.self, self) }
    }
  }

  public static let descriptor = OperationDescriptor(
    service: "contract",
    id: "priceChanged",
    method: "POST",
    path: [.literal("priceChanged")],
    body: .init(),
    responses: .init([204], hasDefault: true),
    policy: .init(signature: .init(window: 300_000)))
}

/// Nobody need know that it is us.
public enum Closed: ContractOperation {
  public struct Input: Sendable {
    public init() {}
  }

  public enum Output: Sendable {
    /// Seen.
    case noContent

    /// Throws any response but the success.
    public func get() throws {
      guard case .noContent = self else { throw ClientError.unexpected(Closed.self, self) }
    }
  }

  public static let descriptor = OperationDescriptor(
    service: "contract", id: "closed", method: "POST", path: [.literal("closed")], responses: .init([204]))
}

extension PlaceOrder {
  public static func decode(_ request: inout RequestReader) throws(RequestFault) -> Input? {
    request.closeQuery()
    let body = try request.body(PlaceOrderBody.self)
    guard let body else { return nil }
    return Input(body: body)
  }

  public static func validate(_ input: Input, _ check: inout Violations) {
    input.body.validate(&check)
  }

  public static func encode(_ input: Input) -> HTTPRequest {
    var request = HTTPRequest(method: "POST", path: "/orders")
    request.set(json: input.body, as: "application/json")
    return request
  }

  public static func decode(_ response: HTTPResponse) throws -> Output? {
    let reader = ResponseReader(response, descriptor)
    switch response.status {
    case 201:
      return try .created(
        reader.body(Order.self, "application/json"), location: reader.requiredHeader("location", String.self))
    default:
      return try .other(status: response.status, reader.body(JSONObject<JSONValue>.self, "application/problem+json"))
    }
  }

  public static func validate(_ output: Output, _ check: inout Violations) {
    if case .created(let body, _) = output {
      body.validate(&check)
    }
  }

  public static func encode(_ output: Output) -> HTTPResponse {
    switch output {
    case .created(let body, let location):
      var response = HTTPResponse(status: 201, json: body, mediaType: "application/json")
      response.headers["location"] = location.parameter
      return response
    case .other(let status, let body):
      return HTTPResponse(status: status, json: body, mediaType: "application/problem+json")
    }
  }

  public static func status(of output: Output) -> Int {
    switch output {
    case .created: 201
    case .other(let status, _): status
    }
  }
}

extension PlaceOrder: DeclaresProblem {
  /// A problem.
  public static func problem(status: Int, _ detail: String) -> OperationFailure {
    OperationFailure(self, status, detail)
  }
}

extension ReadOrder {
  public static func decode(_ request: inout RequestReader) throws(RequestFault) -> Input? {
    let id = request.path("id", Int.self)
    request.closeQuery()
    guard let id else { return nil }
    return Input(id: id)
  }

  public static func encode(_ input: Input) -> HTTPRequest {
    HTTPRequest(method: "GET", path: "/orders/\(PercentCoding.encode(input.id.parameter))")
  }

  public static func decode(_ response: HTTPResponse) throws -> Output? {
    let reader = ResponseReader(response, descriptor)
    switch response.status {
    case 200: return try .ok(reader.body(Order.self, "application/json"))
    default:
      return try .other(status: response.status, reader.body(JSONObject<JSONValue>.self, "application/problem+json"))
    }
  }

  public static func validate(_ output: Output, _ check: inout Violations) {
    if case .ok(let body) = output {
      body.validate(&check)
    }
  }

  public static func encode(_ output: Output) -> HTTPResponse {
    switch output {
    case .ok(let body): return HTTPResponse(status: 200, json: body, mediaType: "application/json")
    case .other(let status, let body):
      return HTTPResponse(status: status, json: body, mediaType: "application/problem+json")
    }
  }

  public static func status(of output: Output) -> Int {
    switch output {
    case .ok: 200
    case .other(let status, _): status
    }
  }
}

extension ReadOrder: DeclaresProblem {
  /// A problem.
  public static func problem(status: Int, _ detail: String) -> OperationFailure {
    OperationFailure(self, status, detail)
  }
}

extension ReadInvoice {
  public static func decode(_ request: inout RequestReader) throws(RequestFault) -> Input? {
    let id = request.path("id", Int.self)
    let currency = request.query("currency", String.self)
    let count = request.query("count", Int.self)
    let language = request.query("language", String.self)
    request.closeQuery("currency", "count", "language")
    request.require(language, query: "language")
    guard let id, let language else { return nil }
    return Input(id: id, currency: currency, count: count, language: language)
  }

  public static func encode(_ input: Input) -> HTTPRequest {
    var request = HTTPRequest(method: "GET", path: "/orders/\(PercentCoding.encode(input.id.parameter))/invoice")
    request.addQuery("currency", input.currency)
    request.addQuery("count", input.count)
    request.addQuery("language", input.language)
    return request
  }

  public static func decode(_ response: HTTPResponse) throws -> Output? {
    let reader = ResponseReader(response, descriptor)
    switch response.status {
    case 200:
      try reader.expect("text/plain")
      let body = try reader.text(String.self)
      return .ok(body)
    default:
      return try .other(status: response.status, reader.body(JSONObject<JSONValue>.self, "application/problem+json"))
    }
  }

  public static func encode(_ output: Output) -> HTTPResponse {
    switch output {
    case .ok(let body):
      var response = HTTPResponse(status: 200)
      response.set(text: body, as: "text/plain")
      return response
    case .other(let status, let body):
      return HTTPResponse(status: status, json: body, mediaType: "application/problem+json")
    }
  }

  public static func status(of output: Output) -> Int {
    switch output {
    case .ok: 200
    case .other(let status, _): status
    }
  }
}

extension ReadInvoice: DeclaresProblem {
  /// A problem.
  public static func problem(status: Int, _ detail: String) -> OperationFailure {
    OperationFailure(self, status, detail)
  }
}

extension PlaceOrderDone {
  public static func decode(_ request: inout RequestReader) throws(RequestFault) -> Input? {
    request.closeQuery()
    let body = try request.body(Order.self)
    guard let body else { return nil }
    return Input(body: body)
  }

  public static func validate(_ input: Input, _ check: inout Violations) {
    input.body.validate(&check)
  }

  public static func encode(_ input: Input) -> HTTPRequest {
    var request = HTTPRequest(method: "POST", path: "/placeOrderDone")
    request.set(json: input.body, as: "application/json")
    return request
  }

  public static func decode(_ response: HTTPResponse) throws -> Output? {
    switch response.status {
    case 204: return .noContent
    case 410: return .gone
    default: return nil
    }
  }

  public static func encode(_ output: Output) -> HTTPResponse {
    switch output {
    case .noContent: return HTTPResponse(status: 204)
    case .gone: return HTTPResponse(status: 410)
    }
  }

  public static func status(of output: Output) -> Int {
    switch output {
    case .noContent: 204
    case .gone: 410
    }
  }
}

extension PlaceOrderDone {
  /// Tell me no more.
  public static func gone() -> OperationFailure { OperationFailure(self, 410, .gone) }
}

extension PriceChanged {
  public static func decode(_ request: inout RequestReader) throws(RequestFault) -> Input? {
    request.closeQuery()
    let body = try request.body(PriceChangedBody.self)
    guard let body else { return nil }
    return Input(body: body)
  }

  public static func validate(_ input: Input, _ check: inout Violations) {
    input.body.validate(&check)
  }

  public static func encode(_ input: Input) -> HTTPRequest {
    var request = HTTPRequest(method: "POST", path: "/priceChanged")
    request.set(json: input.body, as: "application/json")
    return request
  }

  public static func decode(_ response: HTTPResponse) throws -> Output? {
    let reader = ResponseReader(response, descriptor)
    switch response.status {
    case 204: return .noContent
    default:
      return try .other(status: response.status, reader.body(JSONObject<JSONValue>.self, "application/problem+json"))
    }
  }

  public static func encode(_ output: Output) -> HTTPResponse {
    switch output {
    case .noContent: return HTTPResponse(status: 204)
    case .other(let status, let body):
      return HTTPResponse(status: status, json: body, mediaType: "application/problem+json")
    }
  }

  public static func status(of output: Output) -> Int {
    switch output {
    case .noContent: 204
    case .other(let status, _): status
    }
  }
}

extension PriceChanged: DeclaresProblem {
  /// A problem.
  public static func problem(status: Int, _ detail: String) -> OperationFailure {
    OperationFailure(self, status, detail)
  }
}

extension Closed {
  public static func decode(_ request: inout RequestReader) throws(RequestFault) -> Input? {
    request.closeQuery()
    return Input()
  }

  public static func encode(_ input: Input) -> HTTPRequest {
    HTTPRequest(method: "POST", path: "/closed")
  }

  public static func decode(_ response: HTTPResponse) throws -> Output? {
    switch response.status {
    case 204: return .noContent
    default: return nil
    }
  }

  public static func encode(_ output: Output) -> HTTPResponse {
    switch output {
    case .noContent: return HTTPResponse(status: 204)
    }
  }

  public static func status(of output: Output) -> Int {
    switch output {
    case .noContent: 204
    }
  }
}

/// Webhooks.
public protocol PetsHandlers: Sendable {
  /// Tells a receiver when it is done
  func placeOrder(_ input: PlaceOrder.Input, _ call: Call) async throws -> PlaceOrder.Output
  func readOrder(_ input: ReadOrder.Input, _ call: Call) async throws -> ReadOrder.Output
  func readInvoice(_ input: ReadInvoice.Input, _ call: Call) async throws -> ReadInvoice.Output
}

/// The contract as a service implements it and a host runs it.
public enum PetsContract: ServiceCore.ServiceContract {
  public static let name = "contract"
  public static let version = "1.0.0"
  public static let types: [any ServiceCore.ContractOperation.Type] = [
    PlaceOrder.self,
    ReadOrder.self,
    ReadInvoice.self,
  ]
  public static let operations = types.map { $0.descriptor }
}

/// Passes each request to the handler of its operation.
public struct PetsEndpoint<Handlers: PetsHandlers>: ServiceEndpoint {
  private let handlers: Handlers

  public init(_ handlers: Handlers) { self.handlers = handlers }

  public func respond(to request: RoutedRequest, operation index: Int, call: Call) async -> HTTPResponse {
    switch index {
    case 0: return await Serving.respond(PlaceOrder.self, request, call) { try await handlers.placeOrder($0, $1) }
    case 1: return await Serving.respond(ReadOrder.self, request, call) { try await handlers.readOrder($0, $1) }
    case 2: return await Serving.respond(ReadInvoice.self, request, call) { try await handlers.readInvoice($0, $1) }
    default: return HTTPResponse(status: 404)
    }
  }
}

extension PetsHandlers {
  public typealias API = PetsContract

  public var endpoint: any ServiceCore.ServiceEndpoint { PetsEndpoint(self) }
}

/// Handles the webhooks and callbacks of Webhooks.
public protocol PetsWebhookHandlers: Sendable {
  /// It is done.
  func placeOrderDone(_ input: PlaceOrderDone.Input, _ call: Call) async throws -> PlaceOrderDone.Output
  /// A price is another now.
  func priceChanged(_ input: PriceChanged.Input, _ call: Call) async throws -> PriceChanged.Output
  /// Nobody need know that it is us.
  func closed(_ input: Closed.Input, _ call: Call) async throws -> Closed.Output
}

/// The contract as a service implements it and a host runs it.
public enum PetsWebhookContract: ServiceCore.ServiceContract {
  public static let name = "contract"
  public static let version = "1.0.0"
  public static let types: [any ServiceCore.ContractOperation.Type] = [
    PlaceOrderDone.self,
    PriceChanged.self,
    Closed.self,
  ]
  public static let operations = types.map { $0.descriptor }
}

/// Passes each request to the handler of its operation.
public struct PetsWebhookEndpoint<Handlers: PetsWebhookHandlers>: ServiceEndpoint {
  private let handlers: Handlers

  public init(_ handlers: Handlers) { self.handlers = handlers }

  public func respond(to request: RoutedRequest, operation index: Int, call: Call) async -> HTTPResponse {
    switch index {
    case 0:
      return await Serving.respond(PlaceOrderDone.self, request, call) { try await handlers.placeOrderDone($0, $1) }
    case 1: return await Serving.respond(PriceChanged.self, request, call) { try await handlers.priceChanged($0, $1) }
    case 2: return await Serving.respond(Closed.self, request, call) { try await handlers.closed($0, $1) }
    default: return HTTPResponse(status: 404)
    }
  }
}

/// Sends the webhooks and callbacks of the contract to the addresses of their receivers.
public struct PetsWebhooks: Sendable {
  private let sender: ServiceCore.WebhookSender

  public init(_ sender: ServiceCore.WebhookSender) { self.sender = sender }

  /// It is done.
  public func placeOrderDone(
    _ input: PlaceOrderDone.Input, to address: String, _ call: Call
  ) async throws -> PlaceOrderDone.Output {
    try await sender.send(PlaceOrderDone.self, input, to: address, call)
  }

  /// A price is another now.
  public func priceChanged(
    _ input: PriceChanged.Input, to address: String, _ call: Call
  ) async throws -> PriceChanged.Output {
    try await sender.send(PriceChanged.self, input, to: address, call)
  }

  /// Nobody need know that it is us.
  public func closed(_ input: Closed.Input, to address: String, _ call: Call) async throws -> Closed.Output {
    try await sender.send(Closed.self, input, to: address, call)
  }
}

/// Calls the API where it runs: in this process, or over HTTP.
public struct PetsClient: APIClient {
  public static let service = "contract"
  private let placement: Placement

  public init(_ placement: Placement) { self.placement = placement }

  /// Tells a receiver when it is done
  public func placeOrder(_ input: PlaceOrder.Input, _ call: Call) async throws -> PlaceOrder.Output {
    try await placement.call(PlaceOrder.self, input, call) { try await ($0 as? any PetsHandlers)?.placeOrder($1, $2) }
  }

  public func readOrder(_ input: ReadOrder.Input, _ call: Call) async throws -> ReadOrder.Output {
    try await placement.call(ReadOrder.self, input, call) { try await ($0 as? any PetsHandlers)?.readOrder($1, $2) }
  }

  public func readInvoice(_ input: ReadInvoice.Input, _ call: Call) async throws -> ReadInvoice.Output {
    try await placement.call(ReadInvoice.self, input, call) { try await ($0 as? any PetsHandlers)?.readInvoice($1, $2) }
  }
}

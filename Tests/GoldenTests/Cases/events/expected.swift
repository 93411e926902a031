// Generated from contract.yaml, contract.events.yaml. Edit the contract, not this file.
// swift-format-ignore-file
import ServiceCore

public struct Order: JSONCodable, Equatable {
  public let id: Int
  public let email: String
  public let lines: [Line]?

  public init(id: Int, email: String, lines: [Line]? = nil) {
    self.id = id
    self.email = email
    self.lines = lines
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Order? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var id: Int?
    var email: String?
    var lines: [Line]?
    var keys = json.keys("id,email,lines")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("id", &id)
      case 1: try json.field("email", &email)
      case 2: try json.items("lines", &lines, max: 3)
      default: try json.skip()
      }
    }
    json.require(id, "id", since: mark)
    json.require(email, "email", since: mark)
    guard let id, let email else {
      Self.validate(&json.violations, id, email, lines)
      return nil
    }
    return Order(id: id, email: email, lines: lines)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("id", self.id)
    json.field("email", self.email)
    json.field("lines", self.lines)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    Self.validate(&check, self.id, self.email, self.lines)
  }

  private static func validate(_ check: inout Violations, _ id: Int?, _ email: String?, _ lines: [Line]?) {
    check.range("id", id, min: 1)
    check.format("email", email, .email)
    check.count("lines", lines?.count, max: 3)
    check.value("lines", lines)
  }
}

public struct Line: JSONCodable, Equatable {
  public let sku: String
  public let count: Int

  public init(sku: String, count: Int = 1) {
    self.sku = sku
    self.count = count
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Line? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var sku: String?
    var count: Int?
    var keys = json.keys("sku,count")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("sku", &sku)
      case 1: try json.field("count", &count)
      default: try json.skip()
      }
    }
    json.require(sku, "sku", since: mark)
    guard let sku else { return nil }
    return Line(sku: sku, count: count ?? 1)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("sku", self.sku)
    json.field("count", self.count)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.length("sku", self.sku, min: 2)
  }
}

/// Where the customer is.
public enum OrderLogRegion: StringEnum {
  case eu
  case usEast

  public static var brokenTypeRule: String { "enum" }

  public var rawValue: String {
    switch self {
    case .eu: "eu"
    case .usEast: "us-east"
    }
  }
}

public struct PlaceOrderOtherBody: JSONCodable, Equatable {
  public let title: String?

  public init(title: String? = nil) {
    self.title = title
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> PlaceOrderOtherBody? {
    guard try json.beginObject() else { return nil }
    var title: String?
    var keys = json.keys("title")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("title", &title)
      default: try json.skip()
      }
    }
    return PlaceOrderOtherBody(title: title)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("title", self.title)
    json.endObject()
  }
}

public struct OrderCancelled: JSONCodable, Equatable {
  public let order: Order
  public let at: Timestamp

  public init(order: Order, at: Timestamp) {
    self.order = order
    self.at = at
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> OrderCancelled? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var order: Order?
    var at: Timestamp?
    var keys = json.keys("order,at")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("order", &order)
      case 1: try json.field("at", &at)
      default: try json.skip()
      }
    }
    json.require(order, "order", since: mark)
    json.require(at, "at", since: mark)
    guard let order, let at else {
      Self.validate(&json.violations, order)
      return nil
    }
    return OrderCancelled(order: order, at: at)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("order", self.order)
    json.field("at", self.at)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    Self.validate(&check, self.order)
  }

  private static func validate(_ check: inout Violations, _ order: Order?) {
    check.value("order", order)
  }
}

public struct Price: JSONCodable, Equatable {
  public let sku: String

  public init(sku: String) {
    self.sku = sku
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Price? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var sku: String?
    var keys = json.keys("sku")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("sku", &sku)
      default: try json.skip()
      }
    }
    json.require(sku, "sku", since: mark)
    guard let sku else { return nil }
    return Price(sku: sku)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("sku", self.sku)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.length("sku", self.sku, min: 2)
  }
}

public struct Found: JSONCodable, Equatable {
  public let price: ExactDecimal

  public init(price: ExactDecimal) {
    self.price = price
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Found? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var price: ExactDecimal?
    var keys = json.keys("price")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("price", &price)
      default: try json.skip()
      }
    }
    json.require(price, "price", since: mark)
    guard let price else { return nil }
    return Found(price: price)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("price", self.price, scale: 0)
    json.endObject()
  }
}

public struct Missing: JSONCodable, Equatable {
  public let reason: String

  public init(reason: String) {
    self.reason = reason
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Missing? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var reason: String?
    var keys = json.keys("reason")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("reason", &reason)
      default: try json.skip()
      }
    }
    json.require(reason, "reason", since: mark)
    guard let reason else { return nil }
    return Missing(reason: reason)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("reason", self.reason)
    json.endObject()
  }
}

/// Place an order
public enum PlaceOrder: ContractOperation {
  public struct Input: Sendable {
    public let body: Order
    /// The key by which a request that is sent again is executed only once.
    public let idempotencyKey: String?

    public init(body: Order, idempotencyKey: String? = nil) {
      self.body = body
      self.idempotencyKey = idempotencyKey
    }
  }

  public enum Output: Sendable {
    /// The order is placed.
    case created(Order)
    /// The problem.
    case other(status: Int, PlaceOrderOtherBody)

    /// The body of the success response; any other response is thrown.
    public func get() throws -> Order {
      guard case .created(let body) = self else { throw ClientError.unexpected(PlaceOrder.self, self) }
      return body
    }
  }

  public static let descriptor = OperationDescriptor(
    service: "contract",
    id: "placeOrder",
    method: "POST",
    path: [.literal("orders")],
    body: .init(),
    responses: .init([201], hasDefault: true, mediaTypes: ["application/json"]),
    policy: .init(idempotencyKey: .optional))
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
    /// The problem.
    case other(status: Int, PlaceOrderOtherBody)

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

public enum CancelOrder: ContractOperation {
  public struct Input: Sendable {
    public let id: Int

    public init(id: Int) {
      self.id = id
    }
  }

  public enum Output: Sendable {
    /// The order is cancelled.
    case noContent
    /// The problem.
    case other(status: Int, PlaceOrderOtherBody)

    /// Throws any response but the success.
    public func get() throws {
      guard case .noContent = self else { throw ClientError.unexpected(CancelOrder.self, self) }
    }
  }

  public static let descriptor = OperationDescriptor(
    service: "contract",
    id: "cancelOrder",
    method: "DELETE",
    path: [.literal("orders"), .parameter("id")],
    responses: .init([204], hasDefault: true))
}

extension PlaceOrder {
  public static func decode(_ request: inout RequestReader) throws(RequestFault) -> Input? {
    request.closeQuery()
    let idempotencyKey = request.idempotencyKey()
    let body = try request.body(Order.self)
    guard let body else { return nil }
    return Input(body: body, idempotencyKey: idempotencyKey)
  }

  public static func validate(_ input: Input, _ check: inout Violations) {
    input.body.validate(&check)
  }

  public static func encode(_ input: Input) -> HTTPRequest {
    var request = HTTPRequest(method: "POST", path: "/orders")
    request.headers["idempotency-key"] = input.idempotencyKey
    request.set(json: input.body, as: "application/json")
    return request
  }

  public static func idempotencyKey(_ input: Input) -> String? { input.idempotencyKey }

  public static func decode(_ response: HTTPResponse) throws -> Output? {
    let reader = ResponseReader(response, descriptor)
    switch response.status {
    case 201: return try .created(reader.body(Order.self, "application/json"))
    default:
      return try .other(status: response.status, reader.body(PlaceOrderOtherBody.self, "application/problem+json"))
    }
  }

  public static func validate(_ output: Output, _ check: inout Violations) {
    switch output {
    case .created(let body): body.validate(&check)
    case .other(_, let body): body.validate(&check)
    }
  }

  public static func encode(_ output: Output) -> HTTPResponse {
    switch output {
    case .created(let body): return HTTPResponse(status: 201, json: body, mediaType: "application/json")
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

extension PlaceOrder {
  /// The problem.
  public static func problem(status: Int, _ body: PlaceOrderOtherBody) -> OperationFailure {
    OperationFailure(self, status, .other(status: status, body))
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
      return try .other(status: response.status, reader.body(PlaceOrderOtherBody.self, "application/problem+json"))
    }
  }

  public static func validate(_ output: Output, _ check: inout Violations) {
    switch output {
    case .ok(let body): body.validate(&check)
    case .other(_, let body): body.validate(&check)
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

extension ReadOrder {
  /// The problem.
  public static func problem(status: Int, _ body: PlaceOrderOtherBody) -> OperationFailure {
    OperationFailure(self, status, .other(status: status, body))
  }
}

extension CancelOrder {
  public static func decode(_ request: inout RequestReader) throws(RequestFault) -> Input? {
    let id = request.path("id", Int.self)
    request.closeQuery()
    guard let id else { return nil }
    return Input(id: id)
  }

  public static func encode(_ input: Input) -> HTTPRequest {
    HTTPRequest(method: "DELETE", path: "/orders/\(PercentCoding.encode(input.id.parameter))")
  }

  public static func decode(_ response: HTTPResponse) throws -> Output? {
    let reader = ResponseReader(response, descriptor)
    switch response.status {
    case 204: return .noContent
    default:
      return try .other(status: response.status, reader.body(PlaceOrderOtherBody.self, "application/problem+json"))
    }
  }

  public static func validate(_ output: Output, _ check: inout Violations) {
    if case .other(_, let body) = output {
      body.validate(&check)
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

extension CancelOrder {
  /// The problem.
  public static func problem(status: Int, _ body: PlaceOrderOtherBody) -> OperationFailure {
    OperationFailure(self, status, .other(status: status, body))
  }
}

/// Shop.
///
/// Orders and what happens to them.
public protocol PetsHandlers: Sendable {
  /// Place an order
  func placeOrder(_ input: PlaceOrder.Input, _ call: Call) async throws -> Committed<PlaceOrder.Effect>
  func readOrder(_ input: ReadOrder.Input, _ call: Call) async throws -> ReadOrder.Output
  func cancelOrder(_ input: CancelOrder.Input, _ call: Call) async throws -> Committed<CancelOrder.Effect>
}

/// The contract as a service implements it and a host runs it.
public enum PetsContract: ServiceCore.ServiceContract {
  public static let name = "contract"
  public static let version = "1.0.0"
  public static let types: [any ServiceCore.ContractOperation.Type] = [
    PlaceOrder.self,
    ReadOrder.self,
    CancelOrder.self,
  ]
  public static let operations = types.map { $0.descriptor }
  public static let channels: [ServiceCore.ChannelDescriptor] = [
    PetsChannels.orderPlaced, PetsChannels.orderLog, PetsChannels.price,
  ]
}

/// Passes each request to the handler of its operation.
public struct PetsEndpoint<Handlers: PetsHandlers>: ServiceEndpoint {
  private let handlers: Handlers

  public init(_ handlers: Handlers) { self.handlers = handlers }

  public func respond(to request: RoutedRequest, operation index: Int, call: Call) async -> HTTPResponse {
    switch index {
    case 0:
      return await Serving.respond(PlaceOrder.self, request, call) {
        try await handlers.placeOrder($0, $1).value.output
      }
    case 1: return await Serving.respond(ReadOrder.self, request, call) { try await handlers.readOrder($0, $1) }
    case 2:
      return await Serving.respond(CancelOrder.self, request, call) {
        try await handlers.cancelOrder($0, $1).value.output
      }
    default: return HTTPResponse(status: 404)
    }
  }
}

extension PetsHandlers {
  public typealias API = PetsContract

  public var endpoint: any ServiceCore.ServiceEndpoint { PetsEndpoint(self) }
}

/// Calls the API where it runs: in this process, or over HTTP.
public struct PetsClient: APIClient {
  public static let service = "contract"
  private let placement: Placement

  public init(_ placement: Placement) { self.placement = placement }

  /// Place an order
  public func placeOrder(_ input: PlaceOrder.Input, _ call: Call) async throws -> PlaceOrder.Output {
    try await placement.call(PlaceOrder.self, input, call) {
      try await ($0 as? any PetsHandlers)?.placeOrder($1, $2).value.output
    }
  }

  public func readOrder(_ input: ReadOrder.Input, _ call: Call) async throws -> ReadOrder.Output {
    try await placement.call(ReadOrder.self, input, call) { try await ($0 as? any PetsHandlers)?.readOrder($1, $2) }
  }

  public func cancelOrder(_ input: CancelOrder.Input, _ call: Call) async throws -> CancelOrder.Output {
    try await placement.call(CancelOrder.self, input, call) {
      try await ($0 as? any PetsHandlers)?.cancelOrder($1, $2).value.output
    }
  }
}

/// The channels of Shop.
public enum PetsChannels {
  /// Orders that have been placed.
  public static let orderPlaced = ChannelDescriptor(
    name: "order-placed", address: [.literal("order-placed")], orderingKey: "/id", partitions: 12)

  public static let orderLog = ChannelDescriptor(
    name: "order-log", address: [.literal("orders."), .parameter("region"), .literal(".log")])

  public static let price = ChannelDescriptor(name: "price", address: [.literal("price")])

  public static let priceReply = ChannelDescriptor(name: "price-reply", address: [])
}

/// An order was placed
public enum OrderPlacedMessage: JSONMessage {
  public typealias Payload = Order

  public static let descriptor = MessageDescriptor(name: "order-placed")
}

public enum OrderCancelledMessage: ContractMessage {
  public typealias Payload = OrderCancelled

  public struct Headers: Sendable, Equatable {
    public let traceID: String
    public let attempt: Int?
    public let tags: [String]?

    public init(traceID: String, attempt: Int? = nil, tags: [String]? = nil) {
      self.traceID = traceID
      self.attempt = attempt
      self.tags = tags
    }
  }

  public static let descriptor = MessageDescriptor(name: "order-cancelled")

  public static func decode(_ message: inout MessageReader) -> Event<Self>? {
    let traceID = message.header("trace-id", String.self)
    let attempt = message.header("attempt", Int.self)
    let tags = message.jsonHeader("tags", [String].self)
    message.require(traceID, header: "trace-id")
    let payload = message.json(OrderCancelled.self)
    guard let payload, let traceID else { return nil }
    return Event(payload, headers: Headers(traceID: traceID, attempt: attempt, tags: tags))
  }

  public static func validate(_ event: Event<Self>, _ check: inout Violations) {
    event.payload.validate(&check)
    var mark = check.count
    check.length("trace-id", event.headers.traceID, min: 4)
    check.locate(since: mark, in: .header, "trace-id")
    mark = check.count
    check.range("attempt", event.headers.attempt, min: 1)
    check.locate(since: mark, in: .header, "attempt")
    mark = check.count
    check.count("tags", event.headers.tags?.count, max: 2)
    check.locate(since: mark, in: .header, "tags")
  }

  public static func encode(_ event: Event<Self>) -> MessageContent {
    var content = MessageContent(json: event.payload)
    content.add("trace-id", event.headers.traceID)
    content.add("attempt", event.headers.attempt)
    content.add("tags", json: event.headers.tags)
    return content
  }
}

extension Event where Message == OrderCancelledMessage {
  /// The id by which a reply, or what follows, belongs to this message.
  public var correlationID: String { headers.traceID }
}

extension ReceivedEvent where Message == OrderCancelledMessage {
  /// The id by which a reply, or what follows, belongs to this message.
  public var correlationID: String { headers.traceID }
}

/// Deprecated by the contract.
public enum OrderNotedMessage: ContractMessage {
  public typealias Payload = String

  public static let descriptor = MessageDescriptor(name: "order-noted", contentType: "text/plain", isDeprecated: true)

  public static func decode(_ message: inout MessageReader) -> Event<Self>? {
    message.text(String.self).map { Event($0) }
  }

  public static func validate(_ event: Event<Self>, _ check: inout Violations) {
    check.length("", event.payload, max: 20)
  }

  public static func encode(_ event: Event<Self>) -> MessageContent {
    MessageContent(text: event.payload)
  }
}

public enum OrderDrawnMessage: ContractMessage {
  public typealias Payload = [UInt8]

  public static let descriptor = MessageDescriptor(name: "order-drawn", contentType: "image/png")

  public static func decode(_ message: inout MessageReader) -> Event<Self>? {
    Event(message.bytes())
  }

  public static func encode(_ event: Event<Self>) -> MessageContent {
    MessageContent(data: event.payload)
  }
}

public enum PriceMessage: ContractMessage {
  public typealias Payload = Price

  public struct Headers: Sendable, Equatable {
    public let replyTo: String?

    public init(replyTo: String? = nil) {
      self.replyTo = replyTo
    }
  }

  public static let descriptor = MessageDescriptor(name: "price")

  public static func decode(_ message: inout MessageReader) -> Event<Self>? {
    let replyTo = message.header("reply-to", String.self)
    let payload = message.json(Price.self)
    guard let payload else { return nil }
    return Event(payload, headers: Headers(replyTo: replyTo))
  }

  public static func validate(_ event: Event<Self>, _ check: inout Violations) {
    event.payload.validate(&check)
  }

  public static func encode(_ event: Event<Self>) -> MessageContent {
    var content = MessageContent(json: event.payload)
    content.add("reply-to", event.headers.replyTo)
    return content
  }
}

public enum FoundMessage: JSONMessage {
  public typealias Payload = Found

  public static let descriptor = MessageDescriptor(name: "found")
}

public enum MissingMessage: JSONMessage {
  public typealias Payload = Missing

  public static let descriptor = MessageDescriptor(name: "missing")
}

public enum OrderPlacedSend: SendOperation {
  public typealias Outgoing = Event<OrderPlacedMessage>

  public static let id = "orderPlaced"
  public static var channel: ChannelDescriptor { PetsChannels.orderPlaced }

  public static func outgoing(_ event: Outgoing) throws -> OutgoingEvent {
    try OutgoingEvent(event, on: channel)
  }
}

/// All that happens to an order
public enum OrderLogSend: SendOperation {
  public enum Message: Sendable {
    case orderCancelled(Event<OrderCancelledMessage>)
    case orderNoted(Event<OrderNotedMessage>)
    case orderDrawn(Event<OrderDrawnMessage>)
  }

  public struct Outgoing: Sendable {
    public let event: Message
    /// Where the customer is.
    public let region: OrderLogRegion

    public init(_ event: Message, region: OrderLogRegion = .eu) {
      self.event = event
      self.region = region
    }
  }

  public static let id = "orderLog"
  public static var channel: ChannelDescriptor { PetsChannels.orderLog }

  public static func outgoing(_ event: Outgoing) throws -> OutgoingEvent {
    switch event.event {
    case .orderCancelled(let message): try OutgoingEvent(message, on: channel, ["region": event.region.parameter])
    case .orderNoted(let message): try OutgoingEvent(message, on: channel, ["region": event.region.parameter])
    case .orderDrawn(let message): try OutgoingEvent(message, on: channel, ["region": event.region.parameter])
    }
  }
}

public enum AskPriceSend: SendOperation {
  public typealias Outgoing = Event<PriceMessage>

  public static let id = "askPrice"
  public static var channel: ChannelDescriptor { PetsChannels.price }

  public static func outgoing(_ event: Outgoing) throws -> OutgoingEvent {
    try OutgoingEvent(event, on: channel)
  }
}

public enum QuotePriceReplySend: SendOperation {
  public enum Message: Sendable {
    case found(Event<FoundMessage>)
    case missing(Event<MissingMessage>)
  }

  public struct Outgoing: Sendable {
    public let event: Message
    /// The address of the channel.
    public let address: String

    public init(_ event: Message, address: String) {
      self.event = event
      self.address = address
    }
  }

  public static let id = "quotePriceReply"
  public static var channel: ChannelDescriptor { PetsChannels.priceReply }

  public static func outgoing(_ event: Outgoing) throws -> OutgoingEvent {
    switch event.event {
    case .found(let message): try OutgoingEvent(message, on: channel, to: event.address)
    case .missing(let message): try OutgoingEvent(message, on: channel, to: event.address)
    }
  }
}

/// The reply to `AskPriceSend`.
public enum AskPriceReply {
  public enum Incoming: Sendable {
    case found(ReceivedEvent<FoundMessage>)
    case missing(ReceivedEvent<MissingMessage>)
  }

  /// Where it is received.
  public static var channel: ChannelDescriptor { PetsChannels.priceReply }

  /// Where the request says that its reply goes.
  public static func address(_ request: Event<PriceMessage>) -> String? {
    request.headers.replyTo
  }

  public static func decode(_ event: DeliveredEvent, _ violations: inout Violations) -> Incoming? {
    event.read(cases, &violations)
  }

  private static let cases: [MessageCase<Incoming>] = [
    MessageCase(FoundMessage.self) { .found($0) },
    MessageCase(MissingMessage.self) { .missing($0) },
  ]
}

/// Publishes the events of a program without a database: services return them from transactions.
public struct PetsPublisher: Sendable {
  private let sink: any EventSink

  public init(_ sink: any EventSink) { self.sink = sink }

  public func orderPlaced(_ event: Event<OrderPlacedMessage>) async throws {
    try await self.sink.publish([OrderPlacedSend.outgoing(event)])
  }

  /// All that happens to an order
  public func orderLog(_ event: OrderLogSend.Message, region: OrderLogRegion = .eu) async throws {
    try await self.sink.publish([OrderLogSend.outgoing(OrderLogSend.Outgoing(event, region: region))])
  }

  public func askPrice(_ event: Event<PriceMessage>) async throws {
    try await self.sink.publish([AskPriceSend.outgoing(event)])
  }

  public func quotePriceReply(_ event: QuotePriceReplySend.Message, address: String) async throws {
    try await self.sink.publish([QuotePriceReplySend.outgoing(QuotePriceReplySend.Outgoing(event, address: address))])
  }
}

extension PlaceOrder {
  /// The response, and the events that are emitted with it.
  public struct Effect: EventEffect {
    public static let operation: String? = "contract.placeOrder"

    public let output: Output
    public let orderPlaced: Event<OrderPlacedMessage>
    public let orderLog: [OrderLogSend.Outgoing]

    public init(_ output: Output, orderPlaced: Event<OrderPlacedMessage>, orderLog: [OrderLogSend.Outgoing] = []) {
      self.output = output
      self.orderPlaced = orderPlaced
      self.orderLog = orderLog
    }

    public func events() throws -> [OutgoingEvent] {
      try [OrderPlacedSend.outgoing(self.orderPlaced)] + self.orderLog.map(OrderLogSend.outgoing)
    }
  }
}

extension CancelOrder {
  /// The response, and the events that are emitted with it.
  public struct Effect: EventEffect {
    public static let operation: String? = "contract.cancelOrder"

    public let output: Output
    public let orderLog: [OrderLogSend.Outgoing]

    public init(_ output: Output, orderLog: [OrderLogSend.Outgoing] = []) {
      self.output = output
      self.orderLog = orderLog
    }

    public func events() throws -> [OutgoingEvent] {
      try self.orderLog.map(OrderLogSend.outgoing)
    }
  }
}

/// What a task of the service returns from a transaction: any of its events.
public struct PetsEffect<Output: Sendable>: EventEffect {
  public static var operation: String? { nil }

  public let output: Output
  public let orderPlaced: [Event<OrderPlacedMessage>]
  public let orderLog: [OrderLogSend.Outgoing]
  public let askPrice: [Event<PriceMessage>]
  public let quotePriceReply: [QuotePriceReplySend.Outgoing]

  public init(
    _ output: Output,
    orderPlaced: [Event<OrderPlacedMessage>] = [],
    orderLog: [OrderLogSend.Outgoing] = [],
    askPrice: [Event<PriceMessage>] = [],
    quotePriceReply: [QuotePriceReplySend.Outgoing] = []
  ) {
    self.output = output
    self.orderPlaced = orderPlaced
    self.orderLog = orderLog
    self.askPrice = askPrice
    self.quotePriceReply = quotePriceReply
  }

  public func events() throws -> [OutgoingEvent] {
    var events: [OutgoingEvent] = []
    events += try self.orderPlaced.map(OrderPlacedSend.outgoing)
    events += try self.orderLog.map(OrderLogSend.outgoing)
    events += try self.askPrice.map(AskPriceSend.outgoing)
    events += try self.quotePriceReply.map(QuotePriceReplySend.outgoing)
    return events
  }
}

extension PetsEffect where Output == Void {
  public init(
    orderPlaced: [Event<OrderPlacedMessage>] = [],
    orderLog: [OrderLogSend.Outgoing] = [],
    askPrice: [Event<PriceMessage>] = [],
    quotePriceReply: [QuotePriceReplySend.Outgoing] = []
  ) {
    self.init((), orderPlaced: orderPlaced, orderLog: orderLog, askPrice: askPrice, quotePriceReply: quotePriceReply)
  }
}

/// Count what is sold
public enum OnOrderPlaced: ReceiveOperation {
  public typealias Incoming = ReceivedEvent<OrderPlacedMessage>

  public static let descriptor = ReceiveDescriptor(
    service: "contract",
    id: "onOrderPlaced",
    channel: PetsChannels.orderPlaced,
    messages: [OrderPlacedMessage.descriptor],
    batch: 500,
    policy: .init(timeout: 5000))

  public static func decode(_ event: DeliveredEvent, _ violations: inout Violations) -> Incoming? {
    Incoming(reading: event, &violations)
  }
}

public enum OnOrderLog: ReceiveOperation {
  public enum Incoming: Sendable {
    case orderCancelled(ReceivedEvent<OrderCancelledMessage>)
    case orderNoted(ReceivedEvent<OrderNotedMessage>)
    case orderDrawn(ReceivedEvent<OrderDrawnMessage>)
  }

  public static let descriptor = ReceiveDescriptor(
    service: "contract",
    id: "onOrderLog",
    channel: PetsChannels.orderLog,
    messages: [OrderCancelledMessage.descriptor, OrderNotedMessage.descriptor, OrderDrawnMessage.descriptor],
    retry: .init(attempts: 3, delay: 100, longestDelay: 10_000),
    deadLetter: "order-placed",
    deduplicationWindow: 86_400_000)

  public static func decode(_ event: DeliveredEvent, _ violations: inout Violations) -> Incoming? {
    event.read(cases, &violations)
  }

  private static let cases: [MessageCase<Incoming>] = [
    MessageCase(OrderCancelledMessage.self) { .orderCancelled($0) },
    MessageCase(OrderNotedMessage.self) { .orderNoted($0) },
    MessageCase(OrderDrawnMessage.self) { .orderDrawn($0) },
  ]

  /// The events that are emitted.
  public struct Effect: EventEffect {
    public static let operation: String? = "contract.onOrderLog"

    public var output: Void { () }
    public let orderPlaced: [Event<OrderPlacedMessage>]

    public init(orderPlaced: [Event<OrderPlacedMessage>] = []) {
      self.orderPlaced = orderPlaced
    }

    public func events() throws -> [OutgoingEvent] {
      try self.orderPlaced.map(OrderPlacedSend.outgoing)
    }
  }
}

public enum QuotePrice: ReceiveOperation {
  public typealias Incoming = ReceivedEvent<PriceMessage>

  public static let descriptor = ReceiveDescriptor(
    service: "contract", id: "quotePrice", channel: PetsChannels.price, messages: [PriceMessage.descriptor])

  public static func decode(_ event: DeliveredEvent, _ violations: inout Violations) -> Incoming? {
    Incoming(reading: event, &violations)
  }

  /// The events that are emitted.
  public struct Effect: EventEffect {
    public static let operation: String? = "contract.quotePrice"

    public var output: Void { () }
    public let reply: [QuotePriceReplySend.Outgoing]

    public init(reply: [QuotePriceReplySend.Outgoing] = []) {
      self.reply = reply
    }

    public func events() throws -> [OutgoingEvent] {
      try self.reply.map(QuotePriceReplySend.outgoing)
    }
  }
}

/// Handles the events that Shop receives.
public protocol PetsReceivers: EventReceiver {
  /// Count what is sold
  func onOrderPlaced(_ events: [OnOrderPlaced.Incoming], _ call: Call) async throws -> Committed<Void>
  func onOrderLog(_ event: OnOrderLog.Incoming, _ call: Call) async throws -> Committed<OnOrderLog.Effect>
  func quotePrice(_ event: QuotePrice.Incoming, _ call: Call) async throws -> Committed<QuotePrice.Effect>
}

/// Passes each event to the handler of its operation.
public struct PetsReceiverEndpoint<Receivers: PetsReceivers>: EventEndpoint {
  public static var operations: [ReceiveDescriptor] {
    [OnOrderPlaced.descriptor, OnOrderLog.descriptor, QuotePrice.descriptor]
  }

  private let receivers: Receivers

  public init(_ receivers: Receivers) { self.receivers = receivers }

  public func receive(_ events: [DeliveredEvent], operation index: Int, call: Call) async throws {
    switch index {
    case 0: try await Receiving.handle(OnOrderPlaced.self, events, call) { try await receivers.onOrderPlaced($0, $1) }
    case 1: try await Receiving.handle(OnOrderLog.self, events, call) { try await receivers.onOrderLog($0, $1) }
    case 2: try await Receiving.handle(QuotePrice.self, events, call) { try await receivers.quotePrice($0, $1) }
    default: break
    }
  }
}

extension PetsReceivers {
  public var eventEndpoint: any EventEndpoint { PetsReceiverEndpoint(self) }
}

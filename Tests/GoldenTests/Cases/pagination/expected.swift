// Generated from contract.yaml. Edit the contract, not this file.
// swift-format-ignore-file
import ServiceCore

public struct Item: JSONCodable, Equatable {
  public let id: Int
  public let colour: String

  public init(id: Int, colour: String) {
    self.id = id
    self.colour = colour
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Item? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var id: Int?
    var colour: String?
    var keys = json.keys("id,colour")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("id", &id)
      case 1: try json.field("colour", &colour)
      default: try json.skip()
      }
    }
    json.require(id, "id", since: mark)
    json.require(colour, "colour", since: mark)
    guard let id, let colour else { return nil }
    return Item(id: id, colour: colour)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("id", self.id)
    json.field("colour", self.colour)
    json.endObject()
  }
}

public struct ItemPage: JSONCodable, Equatable {
  public let items: [Item]
  public let nextCursor: String?

  public init(items: [Item], nextCursor: String? = nil) {
    self.items = items
    self.nextCursor = nextCursor
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> ItemPage? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var items: [Item]?
    var nextCursor: String?
    var keys = json.keys("items,next_cursor")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("items", &items)
      case 1: try json.field("next_cursor", &nextCursor)
      default: try json.skip()
      }
    }
    json.require(items, "items", since: mark)
    guard let items else {
      Self.validate(&json.violations, items, nextCursor)
      return nil
    }
    return ItemPage(items: items, nextCursor: nextCursor)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("items", self.items)
    json.field("next_cursor", self.nextCursor)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    Self.validate(&check, self.items, self.nextCursor)
  }

  private static func validate(_ check: inout Violations, _ items: [Item]?, _ nextCursor: String?) {
    check.value("items", items)
    check.length("next_cursor", nextCursor, min: 1, max: 1000)
    check.pattern("next_cursor", nextCursor, Patterns.p0, max: 1000)
  }
}

public struct ListItemsOtherBody: JSONCodable, Equatable {
  public let detail: String?

  public init(detail: String? = nil) {
    self.detail = detail
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> ListItemsOtherBody? {
    guard try json.beginObject() else { return nil }
    var detail: String?
    var keys = json.keys("detail")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("detail", &detail)
      default: try json.skip()
      }
    }
    return ListItemsOtherBody(detail: detail)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("detail", self.detail)
    json.endObject()
  }
}

public struct SearchItemsBody: JSONCodable, Equatable {
  public let text: String?

  public init(text: String? = nil) {
    self.text = text
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> SearchItemsBody? {
    guard try json.beginObject() else { return nil }
    var text: String?
    var keys = json.keys("text")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("text", &text)
      default: try json.skip()
      }
    }
    return SearchItemsBody(text: text)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("text", self.text)
    json.endObject()
  }
}

public struct SearchItemsOkBody: JSONCodable, Equatable {
  public let goOn: String?
  public let found: [SearchItemsOkBodyFoundItem]
  @available(*, deprecated)
  public var total: Int? { _total }
  let _total: Int?

  public init(goOn: String?, found: [SearchItemsOkBodyFoundItem], total: Int? = nil) {
    self.goOn = goOn
    self.found = found
    self._total = total
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> SearchItemsOkBody? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var goOn: String??
    var found: [SearchItemsOkBodyFoundItem]?
    var total: Int?
    var keys = json.keys("go_on,found,total")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("go_on", &goOn)
      case 1: try json.items("found", &found, max: 10)
      case 2: try json.field("total", &total)
      default: try json.skip()
      }
    }
    json.require(goOn, "go_on", since: mark)
    json.require(found, "found", since: mark)
    guard let goOn, let found else {
      Self.validate(&json.violations, goOn ?? nil, found)
      return nil
    }
    return SearchItemsOkBody(goOn: goOn, found: found, total: total)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.nullable("go_on", self.goOn)
    json.field("found", self.found)
    json.field("total", self._total)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    Self.validate(&check, self.goOn, self.found)
  }

  private static func validate(_ check: inout Violations, _ goOn: String?, _ found: [SearchItemsOkBodyFoundItem]?) {
    check.length("go_on", goOn, max: 1000)
    check.count("found", found?.count, max: 10)
    check.value("found", found)
  }
}

public struct ListNamesOkBody: JSONCodable, Equatable {
  public let next: Nullable<String>
  public let items: [String]

  public init(next: Nullable<String> = .absent, items: [String]) {
    self.next = next
    self.items = items
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> ListNamesOkBody? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var next: String??
    var items: [String]?
    var keys = json.keys("next,items")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("next", &next)
      case 1: try json.field("items", &items)
      default: try json.skip()
      }
    }
    json.require(items, "items", since: mark)
    guard let items else { return nil }
    return ListNamesOkBody(next: Nullable(read: next), items: items)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.nullable("next", self.next)
    json.field("items", self.items)
    json.endObject()
  }
}

public typealias SearchItemsOkBodyFoundItem = SearchItemsBody

enum Patterns {
  static let p0 = Pattern(checked: "^[A-Za-z0-9_-]+$")
}

/// All items, oldest first
public enum ListItems: ContractOperation {
  public struct Input: Sendable {
    public let colour: String?
    public let limit: Int?
    public let cursor: String?

    public init(colour: String? = nil, limit: Int? = nil, cursor: String? = nil) {
      self.colour = colour
      self.limit = limit
      self.cursor = cursor
    }
  }

  public enum Output: Sendable {
    /// A page.
    case ok(ItemPage)
    /// It did not work.
    case other(status: Int, ListItemsOtherBody)

    /// The body of the success response; any other response is thrown.
    public func get() throws -> ItemPage {
      guard case .ok(let body) = self else { throw ClientError.unexpected(ListItems.self, self) }
      return body
    }
  }

  public static let descriptor = OperationDescriptor(
    service: "contract",
    id: "listItems",
    method: "GET",
    path: [.literal("items")],
    cursor: "cursor",
    responses: .init([200], hasDefault: true, mediaTypes: ["application/json"]))
}

extension ListItems: ServiceCore.PagedOperation {
  public static func cursor(_ input: Input) -> String? { input.cursor }

  public static func limit(_ input: Input) -> Int { input.limit ?? 20 }

  public static func input(_ input: Input, after cursor: String) -> Input {
    Input(colour: input.colour, limit: input.limit, cursor: cursor)
  }

  public static func output(_ items: [Item], next: String?) -> Output {
    .ok(ItemPage(items: items, nextCursor: next))
  }

  public static func page(_ output: Output) throws -> (items: [Item], next: String?) {
    let page = try output.get()
    return (page.items, page.nextCursor)
  }
}

/// By a text, with names of its own.
public enum SearchItems: ContractOperation {
  public struct Input: Sendable {
    public let shelf: Int
    public let body: SearchItemsBody
    public let pageSize: Int
    public let after: String?

    public init(shelf: Int, body: SearchItemsBody, pageSize: Int = 2, after: String? = nil) {
      self.shelf = shelf
      self.body = body
      self.pageSize = pageSize
      self.after = after
    }
  }

  public enum Output: Sendable {
    /// A page.
    case ok(SearchItemsOkBody, xTook: Int?)
    /// It did not work.
    case other(status: Int, ListItemsOtherBody)

    /// The body of the success response; any other response is thrown.
    public func get() throws -> SearchItemsOkBody {
      guard case .ok(let body, _) = self else { throw ClientError.unexpected(SearchItems.self, self) }
      return body
    }
  }

  public static let descriptor = OperationDescriptor(
    service: "contract",
    id: "searchItems",
    method: "POST",
    path: [.literal("shelves"), .parameter("shelf"), .literal("items"), .literal("search")],
    body: .init(),
    cursor: "after",
    responses: .init([200], hasDefault: true, mediaTypes: ["application/json"]))
}

extension SearchItems: ServiceCore.PagedOperation {
  public static func cursor(_ input: Input) -> String? { input.after }

  public static func limit(_ input: Input) -> Int { input.pageSize }

  public static func input(_ input: Input, after cursor: String) -> Input {
    Input(shelf: input.shelf, body: input.body, pageSize: input.pageSize, after: cursor)
  }

  public static func output(_ items: [SearchItemsOkBodyFoundItem], next: String?) -> Output {
    .ok(SearchItemsOkBody(goOn: next, found: items), xTook: nil)
  }

  public static func page(_ output: Output) throws -> (items: [SearchItemsOkBodyFoundItem], next: String?) {
    let page = try output.get()
    return (page.found, page.goOn)
  }
}

public enum ListNames: ContractOperation {
  public struct Input: Sendable {
    public let limit: Int
    public let cursor: String?

    public init(limit: Int, cursor: String? = nil) {
      self.limit = limit
      self.cursor = cursor
    }
  }

  public enum Output: Sendable {
    /// A page.
    case ok(ListNamesOkBody)
    /// It did not work.
    case other(status: Int, ListItemsOtherBody)

    /// The body of the success response; any other response is thrown.
    public func get() throws -> ListNamesOkBody {
      guard case .ok(let body) = self else { throw ClientError.unexpected(ListNames.self, self) }
      return body
    }
  }

  public static let descriptor = OperationDescriptor(
    service: "contract",
    id: "listNames",
    method: "GET",
    path: [.literal("names")],
    cursor: "cursor",
    responses: .init([200], hasDefault: true, mediaTypes: ["application/json"]))
}

extension ListNames: ServiceCore.PagedOperation {
  public static func cursor(_ input: Input) -> String? { input.cursor }

  public static func limit(_ input: Input) -> Int { input.limit }

  public static func input(_ input: Input, after cursor: String) -> Input {
    Input(limit: input.limit, cursor: cursor)
  }

  public static func output(_ items: [String], next: String?) -> Output {
    .ok(ListNamesOkBody(next: next.map { .value($0) } ?? .absent, items: items))
  }

  public static func page(_ output: Output) throws -> (items: [String], next: String?) {
    let page = try output.get()
    return (page.items, page.next.value)
  }
}

extension ListItems {
  public static func decode(_ request: inout RequestReader) throws(RequestFault) -> Input? {
    let colour = request.query("colour", String.self)
    let limit = request.query("limit", Int.self)
    let cursor = request.query("cursor", String.self)
    request.closeQuery("colour", "limit", "cursor")
    return Input(colour: colour, limit: limit, cursor: cursor)
  }

  public static func validate(_ input: Input, _ check: inout Violations) {
    if let limit = input.limit {
      let mark = check.count
      check.range("limit", limit, min: 1, max: 50)
      check.locate(since: mark, in: .query, "limit")
    }
    if let cursor = input.cursor {
      let mark = check.count
      check.length("cursor", cursor, min: 1, max: 1000)
      check.pattern("cursor", cursor, Patterns.p0, max: 1000)
      check.locate(since: mark, in: .query, "cursor")
    }
  }

  public static func encode(_ input: Input) -> HTTPRequest {
    var request = HTTPRequest(method: "GET", path: "/items")
    request.addQuery("colour", input.colour)
    request.addQuery("limit", input.limit)
    request.addQuery("cursor", input.cursor)
    return request
  }

  public static func decode(_ response: HTTPResponse) throws -> Output? {
    let reader = ResponseReader(response, descriptor)
    switch response.status {
    case 200: return try .ok(reader.body(ItemPage.self, "application/json"))
    default:
      return try .other(status: response.status, reader.body(ListItemsOtherBody.self, "application/problem+json"))
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

extension ListItems {
  /// It did not work.
  public static func problem(status: Int, _ body: ListItemsOtherBody) -> OperationFailure {
    OperationFailure(self, status, .other(status: status, body))
  }
}

extension SearchItems {
  public static func decode(_ request: inout RequestReader) throws(RequestFault) -> Input? {
    let shelf = request.path("shelf", Int.self)
    let pageSize = request.query("page-size", Int.self)
    let after = request.query("after", String.self)
    request.closeQuery("page-size", "after")
    let body = try request.body(SearchItemsBody.self)
    guard let shelf, let body else {
      Self.validate(&request.violations, body, pageSize, after)
      return nil
    }
    return Input(shelf: shelf, body: body, pageSize: pageSize ?? 2, after: after)
  }

  public static func validate(_ input: Input, _ check: inout Violations) {
    Self.validate(&check, input.body, input.pageSize, input.after)
  }

  private static func validate(
    _ check: inout Violations, _ body: SearchItemsBody?, _ pageSize: Int?, _ after: String?
  ) {
    if let body {
      body.validate(&check)
    }
    if let pageSize {
      let mark = check.count
      check.range("page-size", pageSize, min: 1, max: 10)
      check.locate(since: mark, in: .query, "page-size")
    }
    if let after {
      let mark = check.count
      check.length("after", after, min: 1, max: 1000)
      check.pattern("after", after, Patterns.p0, max: 1000)
      check.locate(since: mark, in: .query, "after")
    }
  }

  public static func encode(_ input: Input) -> HTTPRequest {
    var request = HTTPRequest(
      method: "POST", path: "/shelves/\(PercentCoding.encode(input.shelf.parameter))/items/search")
    request.addQuery("page-size", input.pageSize)
    request.addQuery("after", input.after)
    request.set(json: input.body, as: "application/json")
    return request
  }

  public static func decode(_ response: HTTPResponse) throws -> Output? {
    let reader = ResponseReader(response, descriptor)
    switch response.status {
    case 200:
      return try .ok(reader.body(SearchItemsOkBody.self, "application/json"), xTook: reader.header("x-took", Int.self))
    default:
      return try .other(status: response.status, reader.body(ListItemsOtherBody.self, "application/problem+json"))
    }
  }

  public static func validate(_ output: Output, _ check: inout Violations) {
    switch output {
    case .ok(let body, _): body.validate(&check)
    case .other(_, let body): body.validate(&check)
    }
  }

  public static func encode(_ output: Output) -> HTTPResponse {
    switch output {
    case .ok(let body, let xTook):
      var response = HTTPResponse(status: 200, json: body, mediaType: "application/json")
      response.headers["x-took"] = xTook?.parameter
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

extension SearchItems {
  /// It did not work.
  public static func problem(status: Int, _ body: ListItemsOtherBody) -> OperationFailure {
    OperationFailure(self, status, .other(status: status, body))
  }
}

extension ListNames {
  public static func decode(_ request: inout RequestReader) throws(RequestFault) -> Input? {
    let limit = request.query("limit", Int.self)
    let cursor = request.query("cursor", String.self)
    request.closeQuery("limit", "cursor")
    request.require(limit, query: "limit")
    guard let limit else {
      Self.validate(&request.violations, limit, cursor)
      return nil
    }
    return Input(limit: limit, cursor: cursor)
  }

  public static func validate(_ input: Input, _ check: inout Violations) {
    Self.validate(&check, input.limit, input.cursor)
  }

  private static func validate(_ check: inout Violations, _ limit: Int?, _ cursor: String?) {
    if let limit {
      let mark = check.count
      check.range("limit", limit, min: 1, max: 100)
      check.locate(since: mark, in: .query, "limit")
    }
    if let cursor {
      let mark = check.count
      check.length("cursor", cursor, min: 1, max: 1000)
      check.pattern("cursor", cursor, Patterns.p0, max: 1000)
      check.locate(since: mark, in: .query, "cursor")
    }
  }

  public static func encode(_ input: Input) -> HTTPRequest {
    var request = HTTPRequest(method: "GET", path: "/names")
    request.addQuery("limit", input.limit)
    request.addQuery("cursor", input.cursor)
    return request
  }

  public static func decode(_ response: HTTPResponse) throws -> Output? {
    let reader = ResponseReader(response, descriptor)
    switch response.status {
    case 200: return try .ok(reader.body(ListNamesOkBody.self, "application/json"))
    default:
      return try .other(status: response.status, reader.body(ListItemsOtherBody.self, "application/problem+json"))
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

extension ListNames {
  /// It did not work.
  public static func problem(status: Int, _ body: ListItemsOtherBody) -> OperationFailure {
    OperationFailure(self, status, .other(status: status, body))
  }
}

/// Pagination.
///
/// Lists that are read page by page.
public protocol PetsHandlers: Sendable {
  /// All items, oldest first
  func listItems(_ input: ListItems.Input, _ call: Call) async throws -> ListItems.Output
  /// By a text, with names of its own.
  func searchItems(_ input: SearchItems.Input, _ call: Call) async throws -> SearchItems.Output
  func listNames(_ input: ListNames.Input, _ call: Call) async throws -> ListNames.Output
}

/// The contract as a service implements it and a host runs it.
public enum PetsContract: ServiceCore.ServiceContract {
  public static let name = "contract"
  public static let version = "1.0.0"
  public static let types: [any ServiceCore.ContractOperation.Type] = [
    ListItems.self,
    SearchItems.self,
    ListNames.self,
  ]
  public static let operations = types.map { $0.descriptor }
}

/// Passes each request to the handler of its operation.
public struct PetsEndpoint<Handlers: PetsHandlers>: ServiceEndpoint {
  private let handlers: Handlers

  public init(_ handlers: Handlers) { self.handlers = handlers }

  public func respond(to request: RoutedRequest, operation index: Int, call: Call) async -> HTTPResponse {
    switch index {
    case 0: return await Serving.respond(ListItems.self, request, call) { try await handlers.listItems($0, $1) }
    case 1: return await Serving.respond(SearchItems.self, request, call) { try await handlers.searchItems($0, $1) }
    case 2: return await Serving.respond(ListNames.self, request, call) { try await handlers.listNames($0, $1) }
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

  /// All items, oldest first
  public func listItems(_ input: ListItems.Input, _ call: Call) async throws -> ListItems.Output {
    try await placement.call(ListItems.self, input, call) { try await ($0 as? any PetsHandlers)?.listItems($1, $2) }
  }

  /// By a text, with names of its own.
  public func searchItems(_ input: SearchItems.Input, _ call: Call) async throws -> SearchItems.Output {
    try await placement.call(SearchItems.self, input, call) { try await ($0 as? any PetsHandlers)?.searchItems($1, $2) }
  }

  public func listNames(_ input: ListNames.Input, _ call: Call) async throws -> ListNames.Output {
    try await placement.call(ListNames.self, input, call) { try await ($0 as? any PetsHandlers)?.listNames($1, $2) }
  }
}

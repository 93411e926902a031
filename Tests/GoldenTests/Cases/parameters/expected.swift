// Generated from contract.yaml. Edit the contract, not this file.
// swift-format-ignore-file
import ServiceCore

public struct Point: JSONCodable, Equatable {
  public let x: Int
  public let y: Int

  public init(x: Int, y: Int) {
    self.x = x
    self.y = y
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Point? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var x: Int?
    var y: Int?
    var keys = json.keys("x,y")
    while let key = try json.next(&keys) {
      switch key {
      case 0: x = try json.field("x", x)
      case 1: y = try json.field("y", y)
      default: try json.unknownField(json.unknownKey, known: "x, y", rule: "unevaluatedProperties")
      }
    }
    json.require(x, "x", since: mark)
    json.require(y, "y", since: mark)
    guard let x, let y else { return nil }
    return Point(x: x, y: y)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("x", self.x)
    json.field("y", self.y)
    json.endObject()
  }
}

public struct Span: JSONCodable, Equatable {
  public let from: Timestamp?
  public let to: Timestamp?

  public init(from: Timestamp? = nil, to: Timestamp? = nil) {
    self.from = from
    self.to = to
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Span? {
    guard try json.beginObject() else { return nil }
    var from: Timestamp?
    var to: Timestamp?
    var keys = json.keys("from,to")
    while let key = try json.next(&keys) {
      switch key {
      case 0: from = try json.field("from", from)
      case 1: to = try json.field("to", to)
      default: try json.unknownField(json.unknownKey, known: "from, to", rule: "unevaluatedProperties")
      }
    }
    return Span(from: from, to: to)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("from", self.from)
    json.field("to", self.to)
    json.endObject()
  }
}

public struct Condition: JSONCodable, Equatable {
  public let all: [Filter]

  public init(all: [Filter]) {
    self.all = all
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Condition? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var all: [Filter]?
    var keys = json.keys("all")
    while let key = try json.next(&keys) {
      switch key {
      case 0: all = try json.field("all", all)
      default: try json.skip()
      }
    }
    json.require(all, "all", since: mark)
    guard let all else { return nil }
    return Condition(all: all)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("all", self.all)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.value("all", self.all)
  }
}

public enum FindThingsOrderItem: String, StringEnum {
  case up = "up"
  case down = "down"
}

public enum FindThingsXMode: String, StringEnum {
  case fast = "fast"
  case safe = "safe"
}

public struct Filter: JSONCodable, Equatable {
  public let name: String
  public let price: ExactDecimal?
  public let old: Bool?

  public init(name: String, price: ExactDecimal? = nil, old: Bool? = nil) {
    self.name = name
    self.price = price
    self.old = old
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Filter? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var name: String?
    var price: ExactDecimal?
    var old: Bool?
    var keys = json.keys("name,price,old")
    while let key = try json.next(&keys) {
      switch key {
      case 0: name = try json.field("name", name)
      case 1: price = try json.field("price", price)
      case 2: old = try json.field("old", old)
      default: try json.skip()
      }
    }
    json.require(name, "name", since: mark)
    guard let name else {
      Self.validate(&json.violations, price)
      return nil
    }
    return Filter(name: name, price: price, old: old)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("name", self.name)
    json.field("price", self.price, scale: 0)
    json.field("old", self.old)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    Self.validate(&check, self.price)
  }

  private static func validate(_ check: inout Violations, _ price: ExactDecimal?) {
    if let price {
      check.range("price", price, min: ExactDecimal(0))
    }
  }
}

/// The servers in the contract.
public enum PetsServers {
  public static func main() throws -> ServiceCore.ServerAddress {
    try ServiceCore.ServerAddress("/v1")
  }
}

/// Every place and style
public enum FindThings: ContractOperation {
  public struct Input: Sendable {
    public let id: Int
    public let labels: [String]
    public let point: Point
    public let tags: [String]?
    public let sizes: [Int]
    public let words: [String]?
    public let pipes: [Double]?
    public let filter: Filter?
    public let span: Span?
    public let `where`: Condition?
    public let free: String?
    public let order: [FindThingsOrderItem]
    public let xTrace: [Int]?
    public let xMode: FindThingsXMode
    public let xNote: String?
    public let session: String
    public let prefs: Span?

    public init(
      id: Int,
      labels: [String],
      point: Point,
      tags: [String]? = nil,
      sizes: [Int],
      words: [String]? = nil,
      pipes: [Double]? = nil,
      filter: Filter? = nil,
      span: Span? = nil,
      where: Condition? = nil,
      free: String? = nil,
      order: [FindThingsOrderItem] = [FindThingsOrderItem.up],
      xTrace: [Int]? = nil,
      xMode: FindThingsXMode,
      xNote: String? = nil,
      session: String,
      prefs: Span? = nil
    ) {
      self.id = id
      self.labels = labels
      self.point = point
      self.tags = tags
      self.sizes = sizes
      self.words = words
      self.pipes = pipes
      self.filter = filter
      self.span = span
      self.where = `where`
      self.free = free
      self.order = order
      self.xTrace = xTrace
      self.xMode = xMode
      self.xNote = xNote
      self.session = session
      self.prefs = prefs
    }
  }

  public enum Output: Sendable {
    /// Found.
    case noContent
    /// A failure.
    case other(status: Int, JSONObject<JSONValue>)

    /// The success response; any other is thrown.
    public func get() throws {
      guard case .noContent = self else { throw ClientError.unexpected(FindThings.self, self) }
    }
  }

  public static let descriptor = OperationDescriptor(
    service: "contract",
    id: "findThings",
    method: "GET",
    path: [.literal("v1"), .literal("things"), .parameter("id"), .parameter("labels"), .parameter("point")],
    fields: ["x-trace", "x-mode", "x-note", "cookie"],
    responses: .init([204], hasDefault: true))
}

extension FindThings {
  private static let styledId = StyledParameter("id", in: .path, style: .matrix, explode: false, .primitive([.integer]))
  private static let styledLabels = StyledParameter("labels", in: .path, style: .label, explode: true, .array([.string]))
  private static let styledPoint = StyledParameter("point", in: .path, style: .simple, explode: true, .object(["x": [.integer], "y": [.integer]], others: nil))
  private static let styledTags = StyledParameter("tags", in: .query, style: .form, explode: true, .array([.string]))
  private static let styledSizes = StyledParameter("sizes", in: .query, style: .form, explode: false, .array([.integer]))
  private static let styledWords = StyledParameter("words", in: .query, style: .spaceDelimited, explode: false, .array([.string]))
  private static let styledPipes = StyledParameter("pipes", in: .query, style: .pipeDelimited, explode: false, .array([.integer, .number]))
  private static let styledFilter = StyledParameter("filter", in: .query, style: .deepObject, explode: false, .object(["name": [.string], "price": [.integer, .number], "old": [.boolean]], others: nil))
  private static let styledSpan = StyledParameter("span", in: .query, style: .form, explode: true, .object(["from": [.string], "to": [.string]], others: nil))
  private static let styledWhere = StyledParameter("where", in: .query, style: .form, explode: true, .json)
  private static let styledFree = StyledParameter("free", in: .query, style: .form, explode: true, allowReserved: true, .primitive([.string]))
  private static let styledOrder = StyledParameter("order", in: .query, style: .form, explode: true, .array([.string]))
  private static let styledXTrace = StyledParameter("X-Trace", in: .header, style: .simple, explode: false, .array([.integer]))
  private static let styledXMode = StyledParameter("X-Mode", in: .header, style: .simple, explode: false, .primitive([.string]))
  private static let styledXNote = StyledParameter("X-Note", in: .header, style: .simple, explode: false, .primitive([.string]))
  private static let styledSession = StyledParameter("session", in: .cookie, style: .form, explode: true, .primitive([.string]))
  private static let styledPrefs = StyledParameter("prefs", in: .cookie, style: .form, explode: false, .object(["from": [.string], "to": [.string]], others: nil))

  public static func decode(_ request: inout RequestReader) throws(RequestFault) -> Input? {
    let id = request.read(styledId, Int.self)
    let labels = request.read(styledLabels, [String].self)
    let point = request.read(styledPoint, Point.self)
    let tags = request.read(styledTags, [String].self)
    let sizes = request.read(styledSizes, [Int].self)
    let words = request.read(styledWords, [String].self)
    let pipes = request.read(styledPipes, [Double].self)
    let filter = request.read(styledFilter, Filter.self)
    let span = request.read(styledSpan, Span.self)
    let `where` = request.read(styledWhere, Condition.self)
    let free = request.read(styledFree, String.self)
    let order = request.read(styledOrder, [FindThingsOrderItem].self)
    let xTrace = request.read(styledXTrace, [Int].self)
    let xMode = request.read(styledXMode, FindThingsXMode.self)
    let xNote = request.read(styledXNote, String.self)
    let session = request.read(styledSession, String.self)
    let prefs = request.read(styledPrefs, Span.self)
    request.closeQuery(besides: [styledTags, styledSizes, styledWords, styledPipes, styledFilter, styledSpan, styledWhere, styledFree, styledOrder])
    request.require(sizes, styledSizes)
    request.require(xMode, styledXMode)
    request.require(session, styledSession)
    guard let id, let labels, let point, let sizes, let xMode, let session else {
      Self.validate(
        &request.violations,
        id,
        labels,
        point,
        tags,
        sizes,
        filter,
        span,
        `where`,
        xNote,
        session,
        prefs)
      return nil
    }
    return Input(
      id: id,
      labels: labels,
      point: point,
      tags: tags,
      sizes: sizes,
      words: words,
      pipes: pipes,
      filter: filter,
      span: span,
      where: `where`,
      free: free,
      order: order ?? [FindThingsOrderItem.up],
      xTrace: xTrace,
      xMode: xMode,
      xNote: xNote,
      session: session,
      prefs: prefs)
  }

  public static func validate(_ input: Input, _ check: inout Violations) {
    Self.validate(
      &check,
      input.id,
      input.labels,
      input.point,
      input.tags,
      input.sizes,
      input.filter,
      input.span,
      input.where,
      input.xNote,
      input.session,
      input.prefs)
  }

  private static func validate(
    _ check: inout Violations,
    _ id: Int?,
    _ labels: [String]?,
    _ point: Point?,
    _ tags: [String]?,
    _ sizes: [Int]?,
    _ filter: Filter?,
    _ span: Span?,
    _ `where`: Condition?,
    _ xNote: String?,
    _ session: String?,
    _ prefs: Span?
  ) {
    if let id {
      let mark = check.count
      check.range("id", id, min: 1)
      check.locate(since: mark, in: .path, "id")
    }
    if let labels {
      let mark = check.count
      check.count("labels", labels.count, max: 4)
      check.locate(since: mark, in: .path, "labels")
    }
    if let point {
      let mark = check.count
      check.value("point", point)
      check.locate(since: mark, in: .path, "point")
    }
    if let tags {
      let mark = check.count
      check.count("tags", tags.count, max: 4)
      check.locate(since: mark, in: .query, "tags")
    }
    if let sizes {
      let mark = check.count
      check.count("sizes", sizes.count, max: 3)
      check.locate(since: mark, in: .query, "sizes")
    }
    if let filter {
      let mark = check.count
      check.value("filter", filter)
      check.locate(since: mark, in: .query, "filter")
    }
    if let span {
      let mark = check.count
      check.value("span", span)
      check.locate(since: mark, in: .query, "span")
    }
    if let `where` {
      let mark = check.count
      check.value("where", `where`)
      check.locate(since: mark, in: .query, "where")
    }
    if let xNote {
      let mark = check.count
      check.length("X-Note", xNote, max: 5)
      check.locate(since: mark, in: .header, "X-Note")
    }
    if let session {
      let mark = check.count
      check.length("session", session, min: 3)
      check.locate(since: mark, in: .cookie, "session")
    }
    if let prefs {
      let mark = check.count
      check.value("prefs", prefs)
      check.locate(since: mark, in: .cookie, "prefs")
    }
  }

  public static func encode(_ input: Input) throws -> HTTPRequest {
    var request = try HTTPRequest(method: "GET", path: "/v1/things/\(styledId.written(input.id))/\(styledLabels.written(input.labels))/\(styledPoint.written(input.point))")
    try request.add(styledTags, input.tags)
    try request.add(styledSizes, input.sizes)
    try request.add(styledWords, input.words)
    try request.add(styledPipes, input.pipes)
    try request.add(styledFilter, input.filter)
    try request.add(styledSpan, input.span)
    try request.add(styledWhere, input.where)
    try request.add(styledFree, input.free)
    try request.add(styledOrder, input.order)
    try request.add(styledXTrace, input.xTrace)
    try request.add(styledXMode, input.xMode)
    try request.add(styledXNote, input.xNote)
    try request.add(styledSession, input.session)
    try request.add(styledPrefs, input.prefs)
    return request
  }

  public static func decode(_ response: HTTPResponse) throws -> Output? {
    let reader = ResponseReader(response, descriptor)
    switch response.status {
    case 204: return .noContent
    default: return try .other(status: response.status, reader.body(JSONObject<JSONValue>.self, "application/problem+json"))
    }
  }

  public static func validate(_ output: Output, _ check: inout Violations) {
    switch output {
    default: break
    }
  }

  public static func encode(_ output: Output) -> HTTPResponse {
    switch output {
    case .noContent:
      return HTTPResponse(status: 204)
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

extension FindThings: DeclaresProblem {
  /// A failure.
  public static func problem(status: Int, _ detail: String) -> OperationFailure {
    OperationFailure(self, status, detail)
  }
}

/// Parameters.
public protocol PetsHandlers: Sendable {
  /// Every place and style
  func findThings(_ input: FindThings.Input, _ call: Call) async throws -> FindThings.Output
}

/// The contract, for the service that implements it and the host that runs it.
public enum PetsContract: ServiceCore.ServiceContract {
  public static let name = "contract"
  public static let version = "1.0.0"
  public static let operations: [ServiceCore.OperationDescriptor] = [
    FindThings.descriptor,
  ]
}

/// Serves the contract's routes with handlers.
public struct PetsEndpoint<Handlers: PetsHandlers>: ServiceEndpoint {
  private let handlers: Handlers

  public init(_ handlers: Handlers) { self.handlers = handlers }

  public func respond(to request: RoutedRequest, operation index: Int, call: Call) async -> HTTPResponse {
    switch index {
    case 0:
      return await Serving.respond(FindThings.self, request, call) {
        try await handlers.findThings($0, $1)
      }
    default: return HTTPResponse(status: 404)
    }
  }
}

extension PetsHandlers {
  public typealias API = PetsContract
  public var endpoint: any ServiceCore.ServiceEndpoint { PetsEndpoint(self) }
}

/// Calls the API wherever it runs: in this process or over HTTP.
public struct PetsClient: APIClient {
  public static let service = "contract"
  public static let basePath = "/v1"
  private let placement: Placement

  public init(_ placement: Placement) { self.placement = placement }

  /// Every place and style
  public func findThings(_ input: FindThings.Input, _ call: Call) async throws -> FindThings.Output {
    try await placement.call(FindThings.self, input, call) {
      try await ($0 as? any PetsHandlers)?.findThings($1, $2)
    }
  }
}

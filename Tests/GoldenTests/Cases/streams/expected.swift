// Generated from contract.yaml. Edit the contract, not this file.
// swift-format-ignore-file
import ServiceCore

public struct Tick: JSONCodable, Equatable {
  public let number: Int

  public init(number: Int) {
    self.number = number
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Tick? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var number: Int?
    var keys = json.keys("number")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("number", &number)
      default: try json.skip()
      }
    }
    json.require(number, "number", since: mark)
    guard let number else { return nil }
    return Tick(number: number)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("number", self.number)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.range("number", self.number, min: 0)
  }
}

public enum NewsOkBodyItem: JSONCodable, Equatable {
  case added(NewsOkBodyItemAdded)
  case gone(NewsOkBodyItemGone)

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> NewsOkBodyItem? {
    switch try json.peek("event") {
    case "added"?: return try NewsOkBodyItemAdded.decode(&json).map { .added($0) }
    case "gone"?: return try NewsOkBodyItemGone.decode(&json).map { .gone($0) }
    default: return try json.refuse("oneOf", "added, gone")
    }
  }

  public func encode(_ json: inout JSONWriter) {
    switch self {
    case .added(let value): value.encode(&json)
    case .gone(let value): value.encode(&json)
    }
  }

  public func validate(_ check: inout Violations) {
    switch self {
    case .added(let value): value.validate(&check)
    case .gone(let value): value.validate(&check)
    }
  }
}

public struct NewsOkBodyItemAdded: JSONCodable, Equatable {
  public let event: NewsOkBodyItemAddedEvent
  public let data: String

  public init(event: NewsOkBodyItemAddedEvent, data: String) {
    self.event = event
    self.data = data
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> NewsOkBodyItemAdded? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var event: NewsOkBodyItemAddedEvent?
    var data: String?
    var keys = json.keys("event,data")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("event", &event)
      case 1: try json.field("data", &data)
      default: try json.skip()
      }
    }
    json.require(event, "event", since: mark)
    json.require(data, "data", since: mark)
    guard let event, let data else { return nil }
    return NewsOkBodyItemAdded(event: event, data: data)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("event", self.event)
    json.field("data", self.data)
    json.endObject()
  }
}

public struct NewsOkBodyItemGone: JSONCodable, Equatable {
  public let event: NewsOkBodyItemGoneEvent
  public let data: String

  public init(event: NewsOkBodyItemGoneEvent, data: String) {
    self.event = event
    self.data = data
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> NewsOkBodyItemGone? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var event: NewsOkBodyItemGoneEvent?
    var data: String?
    var keys = json.keys("event,data")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("event", &event)
      case 1: try json.field("data", &data)
      default: try json.skip()
      }
    }
    json.require(event, "event", since: mark)
    json.require(data, "data", since: mark)
    guard let event, let data else {
      Self.validate(&json.violations, data)
      return nil
    }
    return NewsOkBodyItemGone(event: event, data: data)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("event", self.event)
    json.field("data", self.data)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    Self.validate(&check, self.data)
  }

  private static func validate(_ check: inout Violations, _ data: String?) {
    check.length("data", data, max: 3)
  }
}

public enum NewsOkBodyItemAddedEvent: StringEnum {
  case added

  public static var brokenRule: String { "const" }
  public static var brokenTypeRule: String { "const" }

  public var rawValue: String {
    switch self {
    case .added: "added"
    }
  }
}

public enum NewsOkBodyItemGoneEvent: StringEnum {
  case gone

  public static var brokenRule: String { "const" }
  public static var brokenTypeRule: String { "const" }

  public var rawValue: String {
    switch self {
    case .gone: "gone"
    }
  }
}

public enum SequencesContent: Sendable {
  /// `application/json-seq`
  case sequence(ItemStream<Tick>)
  /// `application/json`
  case json([Tick])
}

public enum SequencesOkContent: Sendable {
  /// `application/json-seq`
  case sequence(ItemStream<Tick>)
  /// `application/x-ndjson`
  case lines(ItemStream<Tick>)
}

/// Events whose data is JSON; a caller that was cut off goes on behind the last one it saw
public enum Ticks: ContractOperation {
  public struct Input: Sendable {
    public let count: Int
    /// The id of the last event that was received: the stream resumes after it.
    public let lastEventID: String?

    public init(count: Int, lastEventID: String? = nil) {
      self.count = count
      self.lastEventID = lastEventID
    }
  }

  public enum Output: Sendable {
    /// As many as were asked for.
    case ok(ItemStream<TypedEvent<Tick>>)
    /// A problem.
    case other(status: Int, JSONObject<JSONValue>)

    /// The body of the success response; any other response is thrown.
    public func get() throws -> ItemStream<TypedEvent<Tick>> {
      guard case .ok(let body) = self else { throw ClientError.unexpected(Ticks.self, self) }
      return body
    }
  }

  public static let descriptor = OperationDescriptor(
    service: "contract",
    id: "ticks",
    method: "GET",
    path: [.literal("ticks")],
    fields: ["last-event-id"],
    responses: .init([200], hasDefault: true, mediaTypes: ["text/event-stream"], isStreamed: true))
}

/// Events told apart by their type
public enum News: ContractOperation {
  public struct Input: Sendable {
    /// The id of the last event that was received: the stream resumes after it.
    public let lastEventID: String?

    public init(lastEventID: String? = nil) {
      self.lastEventID = lastEventID
    }
  }

  public enum Output: Sendable {
    /// Until there are no more.
    case ok(ItemStream<NewsOkBodyItem>)
    /// A problem.
    case other(status: Int, JSONObject<JSONValue>)

    /// The body of the success response; any other response is thrown.
    public func get() throws -> ItemStream<NewsOkBodyItem> {
      guard case .ok(let body) = self else { throw ClientError.unexpected(News.self, self) }
      return body
    }
  }

  public static let descriptor = OperationDescriptor(
    service: "contract",
    id: "news",
    method: "GET",
    path: [.literal("news")],
    fields: ["last-event-id"],
    responses: .init([200], hasDefault: true, mediaTypes: ["text/event-stream"], isStreamed: true))
}

/// Events of which nothing is said
public enum Noise: ContractOperation {
  public struct Input: Sendable {
    /// The id of the last event that was received: the stream resumes after it.
    public let lastEventID: String?

    public init(lastEventID: String? = nil) {
      self.lastEventID = lastEventID
    }
  }

  public enum Output: Sendable {
    /// Anything.
    case ok(ItemStream<ServerSentEvent>)
    /// A problem.
    case other(status: Int, JSONObject<JSONValue>)

    /// The body of the success response; any other response is thrown.
    public func get() throws -> ItemStream<ServerSentEvent> {
      guard case .ok(let body) = self else { throw ClientError.unexpected(Noise.self, self) }
      return body
    }
  }

  public static let descriptor = OperationDescriptor(
    service: "contract",
    id: "noise",
    method: "GET",
    path: [.literal("noise")],
    fields: ["last-event-id"],
    responses: .init([200], hasDefault: true, mediaTypes: ["text/event-stream"], isStreamed: true))
}

/// Lines up, lines down
public enum Sums: ContractOperation {
  public struct Input: Sendable {
    public let body: ItemStream<Tick>

    public init(body: ItemStream<Tick>) {
      self.body = body
    }
  }

  public enum Output: Sendable {
    /// A sum for each.
    case ok(ItemStream<Int>)
    /// A problem.
    case other(status: Int, JSONObject<JSONValue>)

    /// The body of the success response; any other response is thrown.
    public func get() throws -> ItemStream<Int> {
      guard case .ok(let body) = self else { throw ClientError.unexpected(Sums.self, self) }
      return body
    }
  }

  public static let descriptor = OperationDescriptor(
    service: "contract",
    id: "sums",
    method: "POST",
    path: [.literal("sums")],
    body: .init(limit: .max, isStreamed: true),
    responses: .init([200], hasDefault: true, mediaTypes: ["application/jsonl"], isStreamed: true))
}

public enum SequencesMedia: String, CaseIterable, Sendable {
  case sequence = "application/json-seq"
  case lines = "application/x-ndjson"
}

/// A sequence of JSON texts, back as lines or as a sequence
public enum Sequences: ContractOperation {
  public struct Input: Sendable {
    public let body: SequencesContent
    /// The accepted media types of the response, best first.
    public let accept: [SequencesMedia]

    public init(body: SequencesContent, accept: [SequencesMedia] = SequencesMedia.allCases) {
      self.body = body
      self.accept = accept
    }
  }

  public enum Output: Sendable {
    /// The same.
    case ok(SequencesOkContent)
    /// A problem.
    case other(status: Int, JSONObject<JSONValue>)

    /// The body of the success response; any other response is thrown.
    public func get() throws -> SequencesOkContent {
      guard case .ok(let body) = self else { throw ClientError.unexpected(Sequences.self, self) }
      return body
    }
  }

  public static let descriptor = OperationDescriptor(
    service: "contract",
    id: "sequences",
    method: "POST",
    path: [.literal("sequences")],
    body: .init(limit: .max, isStreamed: true),
    responses: .init(
      [200], hasDefault: true, mediaTypes: ["application/json-seq", "application/x-ndjson"], isStreamed: true))
}

extension Ticks {
  public static func decode(_ request: inout RequestReader) throws(RequestFault) -> Input? {
    let count = request.query("count", Int.self)
    request.closeQuery("count")
    request.require(count, query: "count")
    let lastEventID = request.lastEventID()
    guard let count else { return nil }
    return Input(count: count, lastEventID: lastEventID)
  }

  public static func encode(_ input: Input) -> HTTPRequest {
    var request = HTTPRequest(method: "GET", path: "/ticks")
    request.addQuery("count", input.count)
    request.headers["last-event-id"] = input.lastEventID
    return request
  }

  public static func decode(_ response: HTTPResponse) async throws -> Output? {
    var reader = ResponseReader(response, descriptor)
    switch response.status {
    case 200:
      try reader.expect("text/event-stream")
      let body = reader.typedEvents(Tick.self) { $0.validate(&$1) }
      return .ok(body)
    default:
      try reader.expect("application/problem+json")
      try await reader.collect()
      let body = try reader.json(JSONObject<JSONValue>.self)
      return .other(status: response.status, body)
    }
  }

  public static func encode(_ output: Output) -> HTTPResponse {
    switch output {
    case .ok(let body):
      var response = HTTPResponse(status: 200)
      response.set(typedEvents: body) { $0.validate(&$1) }
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

extension Ticks: DeclaresProblem {
  /// A problem.
  public static func problem(status: Int, _ detail: String) -> OperationFailure {
    OperationFailure(self, status, detail)
  }
}

extension News {
  public static func decode(_ request: inout RequestReader) throws(RequestFault) -> Input? {
    request.closeQuery()
    let lastEventID = request.lastEventID()
    return Input(lastEventID: lastEventID)
  }

  public static func encode(_ input: Input) -> HTTPRequest {
    var request = HTTPRequest(method: "GET", path: "/news")
    request.headers["last-event-id"] = input.lastEventID
    return request
  }

  public static func decode(_ response: HTTPResponse) async throws -> Output? {
    var reader = ResponseReader(response, descriptor)
    switch response.status {
    case 200:
      try reader.expect("text/event-stream")
      let body = reader.items(.events, NewsOkBodyItem.self) { $0.validate(&$1) }
      return .ok(body)
    default:
      try reader.expect("application/problem+json")
      try await reader.collect()
      let body = try reader.json(JSONObject<JSONValue>.self)
      return .other(status: response.status, body)
    }
  }

  public static func encode(_ output: Output) -> HTTPResponse {
    switch output {
    case .ok(let body):
      var response = HTTPResponse(status: 200)
      response.set(items: body, .events, as: "text/event-stream") { $0.validate(&$1) }
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

extension News: DeclaresProblem {
  /// A problem.
  public static func problem(status: Int, _ detail: String) -> OperationFailure {
    OperationFailure(self, status, detail)
  }
}

extension Noise {
  public static func decode(_ request: inout RequestReader) throws(RequestFault) -> Input? {
    request.closeQuery()
    let lastEventID = request.lastEventID()
    return Input(lastEventID: lastEventID)
  }

  public static func encode(_ input: Input) -> HTTPRequest {
    var request = HTTPRequest(method: "GET", path: "/noise")
    request.headers["last-event-id"] = input.lastEventID
    return request
  }

  public static func decode(_ response: HTTPResponse) async throws -> Output? {
    var reader = ResponseReader(response, descriptor)
    switch response.status {
    case 200:
      try reader.expect("text/event-stream")
      let body = reader.events()
      return .ok(body)
    default:
      try reader.expect("application/problem+json")
      try await reader.collect()
      let body = try reader.json(JSONObject<JSONValue>.self)
      return .other(status: response.status, body)
    }
  }

  public static func encode(_ output: Output) -> HTTPResponse {
    switch output {
    case .ok(let body):
      var response = HTTPResponse(status: 200)
      response.set(events: body)
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

extension Noise: DeclaresProblem {
  /// A problem.
  public static func problem(status: Int, _ detail: String) -> OperationFailure {
    OperationFailure(self, status, detail)
  }
}

extension Sums {
  public static func decode(_ request: inout RequestReader) async throws(RequestFault) -> Input? {
    request.closeQuery()
    let body: ItemStream<Tick>?
    try request.expect("application/jsonl")
    body = request.items(.lines, Tick.self) { $0.validate(&$1) }
    guard let body else { return nil }
    return Input(body: body)
  }

  public static func encode(_ input: Input) -> HTTPRequest {
    var request = HTTPRequest(method: "POST", path: "/sums")
    request.set(items: input.body, .lines, as: "application/jsonl") { $0.validate(&$1) }
    return request
  }

  public static func decode(_ response: HTTPResponse) async throws -> Output? {
    var reader = ResponseReader(response, descriptor)
    switch response.status {
    case 200:
      try reader.expect("application/jsonl")
      let body = reader.items(.lines, Int.self) { item, check in
      check.range("", item, max: 100)
      }
      return .ok(body)
    default:
      try reader.expect("application/problem+json")
      try await reader.collect()
      let body = try reader.json(JSONObject<JSONValue>.self)
      return .other(status: response.status, body)
    }
  }

  public static func encode(_ output: Output) -> HTTPResponse {
    switch output {
    case .ok(let body):
      var response = HTTPResponse(status: 200)
      response.set(items: body, .lines, as: "application/jsonl") { item, check in
      check.range("", item, max: 100)
      }
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

extension Sums: DeclaresProblem {
  /// A problem.
  public static func problem(status: Int, _ detail: String) -> OperationFailure {
    OperationFailure(self, status, detail)
  }
}

extension Sequences {
  public static func decode(_ request: inout RequestReader) async throws(RequestFault) -> Input? {
    request.closeQuery()
    let accept = request.accepted(SequencesMedia.self)
    let body: SequencesContent?
    switch try request.expect("application/json-seq", "application/json") {
    case 0: body = .sequence(request.items(.sequence, Tick.self) { $0.validate(&$1) })
    default:
      try await request.collect()
      body = try request.json([Tick].self).map { .json($0) }
    }
    guard let body else { return nil }
    return Input(body: body, accept: accept)
  }

  public static func validate(_ input: Input, _ check: inout Violations) {
    if case .json(let body) = input.body {
      check.value("", body)
    }
  }

  public static func encode(_ input: Input) -> HTTPRequest {
    var request = HTTPRequest(method: "POST", path: "/sequences")
    request.accept(input.accept)
    switch input.body {
    case .sequence(let body): request.set(items: body, .sequence, as: "application/json-seq") { $0.validate(&$1) }
    case .json(let body): request.set(json: body, as: "application/json")
    }
    return request
  }

  public static func decode(_ response: HTTPResponse) async throws -> Output? {
    var reader = ResponseReader(response, descriptor)
    switch response.status {
    case 200:
      let body: SequencesOkContent
      switch try reader.expect("application/json-seq", "application/x-ndjson") {
      case 0: body = .sequence(reader.items(.sequence, Tick.self) { $0.validate(&$1) })
      default: body = .lines(reader.items(.lines, Tick.self) { $0.validate(&$1) })
      }
      return .ok(body)
    default:
      try reader.expect("application/problem+json")
      try await reader.collect()
      let body = try reader.json(JSONObject<JSONValue>.self)
      return .other(status: response.status, body)
    }
  }

  public static func encode(_ output: Output) -> HTTPResponse {
    switch output {
    case .ok(let body):
      var response = HTTPResponse(status: 200)
      switch body {
      case .sequence(let body): response.set(items: body, .sequence, as: "application/json-seq") { $0.validate(&$1) }
      case .lines(let body): response.set(items: body, .lines, as: "application/x-ndjson") { $0.validate(&$1) }
      }
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

extension Sequences: DeclaresProblem {
  /// A problem.
  public static func problem(status: Int, _ detail: String) -> OperationFailure {
    OperationFailure(self, status, detail)
  }
}

/// Streams.
public protocol PetsHandlers: Sendable {
  /// Events whose data is JSON; a caller that was cut off goes on behind the last one it saw
  func ticks(_ input: Ticks.Input, _ call: Call) async throws -> Ticks.Output
  /// Events told apart by their type
  func news(_ input: News.Input, _ call: Call) async throws -> News.Output
  /// Events of which nothing is said
  func noise(_ input: Noise.Input, _ call: Call) async throws -> Noise.Output
  /// Lines up, lines down
  func sums(_ input: Sums.Input, _ call: Call) async throws -> Sums.Output
  /// A sequence of JSON texts, back as lines or as a sequence
  func sequences(_ input: Sequences.Input, _ call: Call) async throws -> Sequences.Output
}

/// The contract as a service implements it and a host runs it.
public enum PetsContract: ServiceCore.ServiceContract {
  public static let name = "contract"
  public static let version = "1.0.0"
  public static let types: [any ServiceCore.ContractOperation.Type] = [
    Ticks.self,
    News.self,
    Noise.self,
    Sums.self,
    Sequences.self,
  ]
  public static let operations = types.map { $0.descriptor }
}

/// Passes each request to the handler of its operation.
public struct PetsEndpoint<Handlers: PetsHandlers>: ServiceEndpoint {
  private let handlers: Handlers

  public init(_ handlers: Handlers) { self.handlers = handlers }

  public func respond(to request: RoutedRequest, operation index: Int, call: Call) async -> HTTPResponse {
    switch index {
    case 0: return await Serving.respond(Ticks.self, request, call) { try await handlers.ticks($0, $1) }
    case 1: return await Serving.respond(News.self, request, call) { try await handlers.news($0, $1) }
    case 2: return await Serving.respond(Noise.self, request, call) { try await handlers.noise($0, $1) }
    case 3: return await Serving.respond(Sums.self, request, call) { try await handlers.sums($0, $1) }
    case 4: return await Serving.respond(Sequences.self, request, call) { try await handlers.sequences($0, $1) }
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

  /// Events whose data is JSON; a caller that was cut off goes on behind the last one it saw
  public func ticks(_ input: Ticks.Input, _ call: Call) async throws -> Ticks.Output {
    try await placement.call(Ticks.self, input, call) { try await ($0 as? any PetsHandlers)?.ticks($1, $2) }
  }

  /// Events told apart by their type
  public func news(_ input: News.Input, _ call: Call) async throws -> News.Output {
    try await placement.call(News.self, input, call) { try await ($0 as? any PetsHandlers)?.news($1, $2) }
  }

  /// Events of which nothing is said
  public func noise(_ input: Noise.Input, _ call: Call) async throws -> Noise.Output {
    try await placement.call(Noise.self, input, call) { try await ($0 as? any PetsHandlers)?.noise($1, $2) }
  }

  /// Lines up, lines down
  public func sums(_ input: Sums.Input, _ call: Call) async throws -> Sums.Output {
    try await placement.call(Sums.self, input, call) { try await ($0 as? any PetsHandlers)?.sums($1, $2) }
  }

  /// A sequence of JSON texts, back as lines or as a sequence
  public func sequences(_ input: Sequences.Input, _ call: Call) async throws -> Sequences.Output {
    try await placement.call(Sequences.self, input, call) { try await ($0 as? any PetsHandlers)?.sequences($1, $2) }
  }
}

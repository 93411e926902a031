// Generated from contract.yaml. Edit the contract, not this file.
// swift-format-ignore-file
import ServiceCore

public enum Colour: StringEnum {
  case red
  case green

  public var rawValue: String {
    switch self {
    case .red: "RED"
    case .green: "GREEN"
    }
  }
}

public enum Priority: Int, IntegerEnum {
  case value1 = 1
  case value2 = 2
}

public enum Kind: OpenStringEnum {
  case memo
  case list
  /// A value that the contract does not list.
  case other(String)

  public static let known: [(value: String, item: Kind)] = [("MEMO", .memo), ("LIST", .list)]

  public var rawValue: String {
    switch self {
    case .memo: "MEMO"
    case .list: "LIST"
    case .other(let value): value
    }
  }
}

public struct Address: JSONCodable, Equatable {
  public let street: String
  public let town: String?

  public init(street: String, town: String? = nil) {
    self.street = street
    self.town = town
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Address? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var street: String?
    var town: String?
    var keys = json.keys("street,town")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("street", &street)
      case 1: try json.field("town", &town)
      default: try json.skip()
      }
    }
    json.require(street, "street", since: mark)
    guard let street else { return nil }
    return Address(street: street, town: town)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("street", self.street)
    json.field("town", self.town)
    json.endObject()
  }
}

public struct Line: JSONCodable, Equatable {
  public let text: String
  public let colour: Colour
  public let kind: Kind?
  public let tags: [String]?

  public init(text: String, colour: Colour, kind: Kind? = nil, tags: [String]? = nil) {
    self.text = text
    self.colour = colour
    self.kind = kind
    self.tags = tags
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Line? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var text: String?
    var colour: Colour?
    var kind: Kind?
    var tags: [String]?
    var keys = json.keys("text,colour,kind,tags")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("text", &text)
      case 1: try json.field("colour", &colour)
      case 2: try json.field("kind", &kind)
      case 3: try json.field("tags", &tags)
      default: try json.skip()
      }
    }
    json.require(text, "text", since: mark)
    json.require(colour, "colour", since: mark)
    guard let text, let colour else { return nil }
    return Line(text: text, colour: colour, kind: kind, tags: tags)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("text", self.text)
    json.field("colour", self.colour)
    json.field("kind", self.kind)
    json.field("tags", self.tags)
    json.endObject()
  }
}

public struct Point: JSONCodable, Equatable {
  public let x: Double
  public let colour: Colour
  public let note: Nullable<String>
  public let place: Address?

  public init(x: Double, colour: Colour, note: Nullable<String> = .absent, place: Address? = nil) {
    self.x = x
    self.colour = colour
    self.note = note
    self.place = place
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Point? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var x: Double?
    var colour: Colour?
    var note: String??
    var place: Address?
    var keys = json.keys("x,colour,note,place")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("x", &x)
      case 1: try json.field("colour", &colour)
      case 2: try json.field("note", &note)
      case 3: try json.field("place", &place)
      default: try json.skip()
      }
    }
    json.require(x, "x", since: mark)
    json.require(colour, "colour", since: mark)
    guard let x, let colour else {
      Self.validate(&json.violations, place)
      return nil
    }
    return Point(x: x, colour: colour, note: Nullable(read: note), place: place)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("x", self.x)
    json.field("colour", self.colour)
    json.nullable("note", self.note)
    json.field("place", self.place)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    Self.validate(&check, self.place)
  }

  private static func validate(_ check: inout Violations, _ place: Address?) {
    check.value("place", place)
  }
}

public struct Note: JSONCodable, Equatable {
  public let id: Uuid
  public let order: Int
  public let colour: Colour
  public let colours: [Colour]?
  public let priority: Priority
  public let kind: Kind
  public let weight: Double?
  public let remark: Nullable<String>
  public let picture: Base64?
  public let lines: [Line]?
  public let anything: JSONValue?
  public let isDone: Bool?

  public init(
    id: Uuid,
    order: Int,
    colour: Colour,
    colours: [Colour]? = nil,
    priority: Priority,
    kind: Kind,
    weight: Double? = nil,
    remark: Nullable<String> = .absent,
    picture: Base64? = nil,
    lines: [Line]? = nil,
    anything: JSONValue? = nil,
    isDone: Bool? = nil
  ) {
    self.id = id
    self.order = order
    self.colour = colour
    self.colours = colours
    self.priority = priority
    self.kind = kind
    self.weight = weight
    self.remark = remark
    self.picture = picture
    self.lines = lines
    self.anything = anything
    self.isDone = isDone
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Note? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var id: Uuid?
    var order: Int?
    var colour: Colour?
    var colours: [Colour]?
    var priority: Priority?
    var kind: Kind?
    var weight: Double?
    var remark: String??
    var picture: Base64?
    var lines: [Line]?
    var anything: JSONValue?
    var isDone: Bool?
    var keys = json.keys("id,order,colour,colours,priority,kind,weight,remark,picture,lines,anything,isDone")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("id", &id)
      case 1: try json.field("order", &order)
      case 2: try json.field("colour", &colour)
      case 3: try json.field("colours", &colours)
      case 4: try json.field("priority", &priority)
      case 5: try json.field("kind", &kind)
      case 6: try json.field("weight", &weight)
      case 7: try json.field("remark", &remark)
      case 8: try json.field("picture", &picture)
      case 9: try json.field("lines", &lines)
      case 10: try json.field("anything", &anything)
      case 11: try json.field("isDone", &isDone)
      default: try json.skip()
      }
    }
    json.require(id, "id", since: mark)
    json.require(order, "order", since: mark)
    json.require(colour, "colour", since: mark)
    json.require(priority, "priority", since: mark)
    json.require(kind, "kind", since: mark)
    guard let id, let order, let colour, let priority, let kind else {
      Self.validate(&json.violations, lines)
      return nil
    }
    return Note(
      id: id,
      order: order,
      colour: colour,
      colours: colours,
      priority: priority,
      kind: kind,
      weight: weight,
      remark: Nullable(read: remark),
      picture: picture,
      lines: lines,
      anything: anything,
      isDone: isDone)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("id", self.id)
    json.field("order", self.order)
    json.field("colour", self.colour)
    json.field("colours", self.colours)
    json.field("priority", self.priority)
    json.field("kind", self.kind)
    json.field("weight", self.weight)
    json.nullable("remark", self.remark)
    json.field("picture", self.picture)
    json.field("lines", self.lines)
    json.field("anything", self.anything)
    json.field("isDone", self.isDone)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    Self.validate(&check, self.lines)
  }

  private static func validate(_ check: inout Violations, _ lines: [Line]?) {
    check.value("lines", lines)
  }
}

public struct Resources: JSONCodable, Equatable {
  public let bytes: Int

  public init(bytes: Int) {
    self.bytes = bytes
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Resources? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var bytes: Int?
    var keys = json.keys("bytes")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("bytes", &bytes)
      default: try json.skip()
      }
    }
    json.require(bytes, "bytes", since: mark)
    guard let bytes else { return nil }
    return Resources(bytes: bytes)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("bytes", self.bytes)
    json.endObject()
  }
}

public struct NotePatch: MergePatch, Equatable {
  public typealias Patched = Note

  public let id: Nullable<Uuid>
  public let order: Nullable<Int>
  public let colour: Nullable<Colour>
  public let colours: Nullable<[Colour]>
  public let priority: Nullable<Priority>
  public let kind: Nullable<Kind>
  public let weight: Nullable<Double>
  public let remark: Nullable<String>
  public let picture: Nullable<Base64>
  public let lines: Nullable<[Line]>
  public let anything: Nullable<JSONValue>
  public let isDone: Nullable<Bool>

  public init(
    id: Nullable<Uuid> = .absent,
    order: Nullable<Int> = .absent,
    colour: Nullable<Colour> = .absent,
    colours: Nullable<[Colour]> = .absent,
    priority: Nullable<Priority> = .absent,
    kind: Nullable<Kind> = .absent,
    weight: Nullable<Double> = .absent,
    remark: Nullable<String> = .absent,
    picture: Nullable<Base64> = .absent,
    lines: Nullable<[Line]> = .absent,
    anything: Nullable<JSONValue> = .absent,
    isDone: Nullable<Bool> = .absent
  ) {
    self.id = id
    self.order = order
    self.colour = colour
    self.colours = colours
    self.priority = priority
    self.kind = kind
    self.weight = weight
    self.remark = remark
    self.picture = picture
    self.lines = lines
    self.anything = anything
    self.isDone = isDone
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> NotePatch? {
    guard try json.beginObject() else { return nil }
    var id: Uuid??
    var order: Int??
    var colour: Colour??
    var colours: [Colour]??
    var priority: Priority??
    var kind: Kind??
    var weight: Double??
    var remark: String??
    var picture: Base64??
    var lines: [Line]??
    var anything: JSONValue??
    var isDone: Bool??
    var keys = json.keys("id,order,colour,colours,priority,kind,weight,remark,picture,lines,anything,isDone")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("id", &id)
      case 1: try json.field("order", &order)
      case 2: try json.field("colour", &colour)
      case 3: try json.field("colours", &colours)
      case 4: try json.field("priority", &priority)
      case 5: try json.field("kind", &kind)
      case 6: try json.field("weight", &weight)
      case 7: try json.field("remark", &remark)
      case 8: try json.field("picture", &picture)
      case 9: try json.field("lines", &lines)
      case 10: try json.field("anything", &anything)
      case 11: try json.field("isDone", &isDone)
      default: try json.skip()
      }
    }
    return NotePatch(
      id: Nullable(read: id),
      order: Nullable(read: order),
      colour: Nullable(read: colour),
      colours: Nullable(read: colours),
      priority: Nullable(read: priority),
      kind: Nullable(read: kind),
      weight: Nullable(read: weight),
      remark: Nullable(read: remark),
      picture: Nullable(read: picture),
      lines: Nullable(read: lines),
      anything: Nullable(read: anything),
      isDone: Nullable(read: isDone))
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.nullable("id", self.id)
    json.nullable("order", self.order)
    json.nullable("colour", self.colour)
    json.nullable("colours", self.colours)
    json.nullable("priority", self.priority)
    json.nullable("kind", self.kind)
    json.nullable("weight", self.weight)
    json.nullable("remark", self.remark)
    json.nullable("picture", self.picture)
    json.nullable("lines", self.lines)
    json.nullable("anything", self.anything)
    json.nullable("isDone", self.isDone)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.kept("id", self.id)
    check.kept("order", self.order)
    check.kept("colour", self.colour)
    check.kept("priority", self.priority)
    check.kept("kind", self.kind)
    check.value("lines", self.lines.value)
  }
}

public enum ListNotes: ContractOperation {
  public struct Input: Sendable {
    public let colour: Colour?
    public let pageSize: Int

    public init(colour: Colour? = nil, pageSize: Int = 20) {
      self.colour = colour
      self.pageSize = pageSize
    }
  }

  public enum Output: Sendable {
    /// The notes.
    case ok
    /// It did not work.
    case other(status: Int)

    /// Throws any response but the success.
    public func get() throws {
      guard case .ok = self else { throw ClientError.unexpected(ListNotes.self, self) }
    }
  }

  public static let descriptor = OperationDescriptor(
    service: "contract",
    id: "listNotes",
    method: "GET",
    path: [.literal("notes")],
    responses: .init([200], hasDefault: true))
}

public enum ChangeNote: ContractOperation {
  public struct Input: Sendable {
    public let id: Uuid
    public let body: NotePatch?

    public init(id: Uuid, body: NotePatch? = nil) {
      self.id = id
      self.body = body
    }
  }

  public enum Output: Sendable {
    /// It is changed.
    case noContent
    /// It did not work.
    case other(status: Int)

    /// Throws any response but the success.
    public func get() throws {
      guard case .noContent = self else { throw ClientError.unexpected(ChangeNote.self, self) }
    }
  }

  public static let descriptor = OperationDescriptor(
    service: "contract",
    id: "changeNote",
    method: "PATCH",
    path: [.literal("notes"), .parameter("id")],
    body: .init(),
    responses: .init([204], hasDefault: true))
}

extension ListNotes {
  public static func decode(_ request: inout RequestReader) throws(RequestFault) -> Input? {
    let colour = request.query("colour", Colour.self)
    let pageSize = request.query("page_size", Int.self)
    request.closeQuery("colour", "page_size")
    return Input(colour: colour, pageSize: pageSize ?? 20)
  }

  public static func encode(_ input: Input) -> HTTPRequest {
    var request = HTTPRequest(method: "GET", path: "/notes")
    request.addQuery("colour", input.colour)
    request.addQuery("page_size", input.pageSize)
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

extension ListNotes {
  /// It did not work.
  public static func problem(status: Int) -> OperationFailure { OperationFailure(self, status, .other(status: status)) }
}

extension ChangeNote {
  public static func decode(_ request: inout RequestReader) throws(RequestFault) -> Input? {
    let id = request.path("id", Uuid.self)
    request.closeQuery()
    let body = request.request.body.isEmpty ? nil : try request.body(NotePatch.self, as: "application/merge-patch+json")
    guard let id else {
      Self.validate(&request.violations, body)
      return nil
    }
    return Input(id: id, body: body)
  }

  public static func validate(_ input: Input, _ check: inout Violations) {
    Self.validate(&check, input.body)
  }

  private static func validate(_ check: inout Violations, _ body: NotePatch?) {
    if let body {
      body.validate(&check)
    }
  }

  public static func encode(_ input: Input) -> HTTPRequest {
    var request = HTTPRequest(method: "PATCH", path: "/notes/\(PercentCoding.encode(input.id.parameter))")
    if let body = input.body {
      request.set(json: body, as: "application/merge-patch+json")
    }
    return request
  }

  public static func decode(_ response: HTTPResponse) throws -> Output? {
    switch response.status {
    case 204: return .noContent
    default: return .other(status: response.status)
    }
  }

  public static func encode(_ output: Output) -> HTTPResponse {
    switch output {
    case .noContent: return HTTPResponse(status: 204)
    case .other(let status): return HTTPResponse(status: status)
    }
  }

  public static func status(of output: Output) -> Int {
    switch output {
    case .noContent: 204
    case .other(let status): status
    }
  }
}

extension ChangeNote {
  /// It did not work.
  public static func problem(status: Int) -> OperationFailure { OperationFailure(self, status, .other(status: status)) }
}

/// Notes.
public protocol QueriesValuesHandlers: Sendable {
  func listNotes(_ input: ListNotes.Input, _ call: Call) async throws -> ListNotes.Output
  func changeNote(_ input: ChangeNote.Input, _ call: Call) async throws -> ChangeNote.Output
}

/// The contract as a service implements it and a host runs it.
public enum QueriesValuesContract: ServiceCore.ServiceContract {
  public static let name = "contract"
  public static let version = "1.0.0"
  public static let types: [any ServiceCore.ContractOperation.Type] = [
    ListNotes.self,
    ChangeNote.self,
  ]
  public static let operations = types.map { $0.descriptor }
}

/// Passes each request to the handler of its operation.
public struct QueriesValuesEndpoint<Handlers: QueriesValuesHandlers>: ServiceEndpoint {
  private let handlers: Handlers

  public init(_ handlers: Handlers) { self.handlers = handlers }

  public func respond(to request: RoutedRequest, operation index: Int, call: Call) async -> HTTPResponse {
    switch index {
    case 0: return await Serving.respond(ListNotes.self, request, call) { try await handlers.listNotes($0, $1) }
    case 1: return await Serving.respond(ChangeNote.self, request, call) { try await handlers.changeNote($0, $1) }
    default: return HTTPResponse(status: 404)
    }
  }
}

extension QueriesValuesHandlers {
  public typealias API = QueriesValuesContract

  public var endpoint: any ServiceCore.ServiceEndpoint { QueriesValuesEndpoint(self) }
}

/// Calls the API where it runs: in this process, or over HTTP.
public struct QueriesValuesClient: APIClient {
  public static let service = "contract"
  private let placement: Placement

  public init(_ placement: Placement) { self.placement = placement }

  public func listNotes(_ input: ListNotes.Input, _ call: Call) async throws -> ListNotes.Output {
    try await placement.call(ListNotes.self, input, call) {
      try await ($0 as? any QueriesValuesHandlers)?.listNotes($1, $2)
    }
  }

  public func changeNote(_ input: ChangeNote.Input, _ call: Call) async throws -> ChangeNote.Output {
    try await placement.call(ChangeNote.self, input, call) {
      try await ($0 as? any QueriesValuesHandlers)?.changeNote($1, $2)
    }
  }
}

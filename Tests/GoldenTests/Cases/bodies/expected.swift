// Generated from contract.yaml. Edit the contract, not this file.
// swift-format-ignore-file
import ServiceCore

public struct Note: JSONCodable, Equatable {
  public let title: String
  public let stars: Int
  public let tags: [String]?
  public let range: NoteRange?
  public let extra: NoteExtra?
  public let ranges: [NoteRangesItem]?

  public init(
    title: String,
    stars: Int = 3,
    tags: [String]? = nil,
    range: NoteRange? = nil,
    extra: NoteExtra? = nil,
    ranges: [NoteRangesItem]? = nil
  ) {
    self.title = title
    self.stars = stars
    self.tags = tags
    self.range = range
    self.extra = extra
    self.ranges = ranges
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Note? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var title: String?
    var stars: Int?
    var tags: [String]?
    var range: NoteRange?
    var extra: NoteExtra?
    var ranges: [NoteRangesItem]?
    var keys = json.keys("title,stars,tags,range,extra,ranges")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("title", &title)
      case 1: try json.field("stars", &stars)
      case 2: try json.items("tags", &tags, max: 3)
      case 3: try json.field("range", &range)
      case 4: try json.field("extra", &extra)
      case 5: try json.field("ranges", &ranges)
      default:
        try json.unknownField(
          json.unknownKey, known: "title, stars, tags, range, extra, ranges", rule: "additionalProperties")
      }
    }
    json.require(title, "title", since: mark)
    guard let title else {
      Self.validate(&json.violations, title, stars, tags, range, extra, ranges)
      return nil
    }
    return Note(title: title, stars: stars ?? 3, tags: tags, range: range, extra: extra, ranges: ranges)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("title", self.title)
    json.field("stars", self.stars)
    json.field("tags", self.tags)
    json.field("range", self.range)
    json.field("extra", self.extra)
    json.field("ranges", self.ranges)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    Self.validate(&check, self.title, self.stars, self.tags, self.range, self.extra, self.ranges)
  }

  private static func validate(
    _ check: inout Violations,
    _ title: String?,
    _ stars: Int?,
    _ tags: [String]?,
    _ range: NoteRange?,
    _ extra: NoteExtra?,
    _ ranges: [NoteRangesItem]?
  ) {
    check.length("title", title, min: 1)
    check.range("stars", stars, min: 1, max: 5)
    check.count("tags", tags?.count, max: 3)
    check.value("range", range)
    check.value("extra", extra)
    check.value("ranges", ranges)
  }
}

public struct NoteRange: JSONCodable, Equatable {
  public let from: Int?
  public let to: Int?
  public let steps: [Int]?

  public init(from: Int? = nil, to: Int? = nil, steps: [Int]? = nil) {
    self.from = from
    self.to = to
    self.steps = steps
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> NoteRange? {
    guard try json.beginObject() else { return nil }
    var from: Int?
    var to: Int?
    var steps: [Int]?
    var keys = json.keys("from,to,steps")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("from", &from)
      case 1: try json.field("to", &to)
      case 2: try json.field("steps", &steps)
      default: try json.skip()
      }
    }
    return NoteRange(from: from, to: to, steps: steps)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("from", self.from)
    json.field("to", self.to)
    json.field("steps", self.steps)
    json.endObject()
  }
}

public struct NoteExtra: JSONCodable, Equatable {
  public let list: [Double]?

  public init(list: [Double]? = nil) {
    self.list = list
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> NoteExtra? {
    guard try json.beginObject() else { return nil }
    var list: [Double]?
    var keys = json.keys("list")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("list", &list)
      default: try json.skip()
      }
    }
    return NoteExtra(list: list)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("list", self.list)
    json.endObject()
  }
}

public struct NoteRangesItem: JSONCodable, Equatable {
  public let to: Int

  public init(to: Int) {
    self.to = to
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> NoteRangesItem? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var to: Int?
    var keys = json.keys("to")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("to", &to)
      default: try json.skip()
      }
    }
    json.require(to, "to", since: mark)
    guard let to else { return nil }
    return NoteRangesItem(to: to)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("to", self.to)
    json.endObject()
  }
}

public struct PutTextXSeen: JSONCodable, Equatable {
  public let first: Bool?

  public init(first: Bool? = nil) {
    self.first = first
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> PutTextXSeen? {
    guard try json.beginObject() else { return nil }
    var first: Bool?
    var keys = json.keys("first")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("first", &first)
      default: try json.skip()
      }
    }
    return PutTextXSeen(first: first)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("first", self.first)
    json.endObject()
  }
}

public struct SendAnythingXRange: JSONCodable, Equatable {
  public let from: Int?
  public let to: Int?

  public init(from: Int? = nil, to: Int? = nil) {
    self.from = from
    self.to = to
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> SendAnythingXRange? {
    guard try json.beginObject() else { return nil }
    var from: Int?
    var to: Int?
    var keys = json.keys("from,to")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("from", &from)
      case 1: try json.field("to", &to)
      default: try json.skip()
      }
    }
    return SendAnythingXRange(from: from, to: to)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("from", self.from)
    json.field("to", self.to)
    json.endObject()
  }
}

public struct DropWishesBody: JSONCodable, Equatable {
  public let all: Bool?

  public init(all: Bool? = nil) {
    self.all = all
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> DropWishesBody? {
    guard try json.beginObject() else { return nil }
    var all: Bool?
    var keys = json.keys("all")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("all", &all)
      default: try json.skip()
      }
    }
    return DropWishesBody(all: all)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("all", self.all)
    json.endObject()
  }
}

public enum DropWishesOkBody: StringEnum {
  case absent
  case nothing
  case something

  public var rawValue: String {
    switch self {
    case .absent: "absent"
    case .nothing: "nothing"
    case .something: "something"
    }
  }
}

enum Patterns {
  static let p0 = Pattern(checked: "^[^!]*$")
}

public enum MakeReportContent: Sendable {
  /// `application/json`
  case json(Note)
  /// `application/x-www-form-urlencoded`
  case form(Note)
  /// `text/*`
  case anyText(String)
  /// `application/xml`
  case xml(ByteStream)
}

public enum MakeReportOkContent: Sendable {
  /// `application/json`
  case json(Note)
  /// `text/csv`
  case csv(String)
  /// `application/pdf`
  case pdf(ByteStream)
}

/// A form
public enum AddNote: ContractOperation {
  public struct Input: Sendable {
    public let body: Note

    public init(body: Note) {
      self.body = body
    }
  }

  public enum Output: Sendable {
    /// The note as it was read.
    case ok(Note)
    /// A problem.
    case other(status: Int, JSONObject<JSONValue>)

    /// The body of the success response; any other response is thrown.
    public func get() throws -> Note {
      guard case .ok(let body) = self else { throw ClientError.unexpected(AddNote.self, self) }
      return body
    }
  }

  public static let descriptor = OperationDescriptor(
    service: "contract",
    id: "addNote",
    method: "POST",
    path: [.literal("notes")],
    body: .init(),
    responses: .init([200], hasDefault: true, mediaTypes: ["application/vnd.note+json"]))
}

/// A text
public enum PutText: ContractOperation {
  public struct Input: Sendable {
    public let name: String
    public let body: String

    public init(name: String, body: String) {
      self.name = name
      self.body = body
    }
  }

  public enum Output: Sendable {
    /// The text in capitals, and what it was like.
    case ok(String, xLength: Int, xWords: [String]?, xSeen: PutTextXSeen?)
    /// A problem.
    case other(status: Int, JSONObject<JSONValue>)

    /// The body of the success response; any other response is thrown.
    public func get() throws -> String {
      guard case .ok(let body, _, _, _) = self else { throw ClientError.unexpected(PutText.self, self) }
      return body
    }
  }

  public static let descriptor = OperationDescriptor(
    service: "contract",
    id: "putText",
    method: "PUT",
    path: [.literal("texts"), .parameter("name")],
    body: .init(),
    responses: .init([200], hasDefault: true, mediaTypes: ["text/plain"]))
}

/// Raw bytes
public enum GetFile: ContractOperation {
  public struct Input: Sendable {
    public let name: String

    public init(name: String) {
      self.name = name
    }
  }

  public enum Output: Sendable {
    /// The bytes.
    case ok(ByteStream)
    /// A problem.
    case other(status: Int, JSONObject<JSONValue>)

    /// The body of the success response; any other response is thrown.
    public func get() throws -> ByteStream {
      guard case .ok(let body) = self else { throw ClientError.unexpected(GetFile.self, self) }
      return body
    }
  }

  public static let descriptor = OperationDescriptor(
    service: "contract",
    id: "getFile",
    method: "GET",
    path: [.literal("files"), .parameter("name")],
    responses: .init([200], hasDefault: true, mediaTypes: ["application/octet-stream"], isStreamed: true))
}

/// Raw bytes
public enum PutFile: ContractOperation {
  public struct Input: Sendable {
    public let name: String
    public let body: ByteStream

    public init(name: String, body: ByteStream) {
      self.name = name
      self.body = body
    }
  }

  public enum Output: Sendable {
    /// How much came.
    case noContent(xSize: Int)
    /// A problem.
    case other(status: Int, JSONObject<JSONValue>)

    /// Throws any response but the success.
    public func get() throws {
      guard case .noContent = self else { throw ClientError.unexpected(PutFile.self, self) }
    }
  }

  public static let descriptor = OperationDescriptor(
    service: "contract",
    id: "putFile",
    method: "PUT",
    path: [.literal("files"), .parameter("name")],
    body: .init(limit: 4_000_000_000, isStreamed: true),
    responses: .init([204], hasDefault: true))
}

/// Any picture, small ones only
public enum AddPicture: ContractOperation {
  public struct Input: Sendable {
    public let body: ServiceCore.Blob

    public init(body: ServiceCore.Blob) {
      self.body = body
    }
  }

  public enum Output: Sendable {
    /// The same.
    case ok(ServiceCore.Blob)
    /// A problem.
    case internalServerError(JSONObject<JSONValue>)

    /// The body of the success response; any other response is thrown.
    public func get() throws -> ServiceCore.Blob {
      guard case .ok(let body) = self else { throw ClientError.unexpected(AddPicture.self, self) }
      return body
    }
  }

  public static let descriptor = OperationDescriptor(
    service: "contract",
    id: "addPicture",
    method: "POST",
    path: [.literal("pictures")],
    body: .init(limit: 1000, isStreamed: true),
    responses: .init([200, 500], mediaTypes: ["image/*"], isStreamed: true))
}

public enum MakeReportMedia: String, CaseIterable, Sendable {
  case json = "application/json"
  case csv = "text/csv"
  case pdf = "application/pdf"
}

/// Of several media types, in several
public enum MakeReport: ContractOperation {
  public struct Input: Sendable {
    public let body: MakeReportContent?
    /// The accepted media types of the response, best first.
    public let accept: [MakeReportMedia]

    public init(body: MakeReportContent? = nil, accept: [MakeReportMedia] = MakeReportMedia.allCases) {
      self.body = body
      self.accept = accept
    }
  }

  public enum Output: Sendable {
    /// What was wanted.
    case ok(MakeReportOkContent)
    /// A problem.
    case other(status: Int, JSONObject<JSONValue>)

    /// The body of the success response; any other response is thrown.
    public func get() throws -> MakeReportOkContent {
      guard case .ok(let body) = self else { throw ClientError.unexpected(MakeReport.self, self) }
      return body
    }
  }

  public static let descriptor = OperationDescriptor(
    service: "contract",
    id: "makeReport",
    method: "POST",
    path: [.literal("reports")],
    body: .init(limit: .max, isStreamed: true),
    responses: .init(
      [200], hasDefault: true, mediaTypes: ["application/json", "text/csv", "application/pdf"], isStreamed: true))
}

/// Of any media type, which of an object is JSON
public enum SendAnything: ContractOperation {
  public struct Input: Sendable {
    public let body: Note

    public init(body: Note) {
      self.body = body
    }
  }

  public enum Output: Sendable {
    /// The note.
    case ok(Note, xRange: SendAnythingXRange?)
    /// A problem.
    case other(status: Int, JSONObject<JSONValue>)

    /// The body of the success response; any other response is thrown.
    public func get() throws -> Note {
      guard case .ok(let body, _) = self else { throw ClientError.unexpected(SendAnything.self, self) }
      return body
    }
  }

  public static let descriptor = OperationDescriptor(
    service: "contract",
    id: "sendAnything",
    method: "POST",
    path: [.literal("anything")],
    body: .init(),
    responses: .init([200], hasDefault: true, mediaTypes: ["*/*"]))
}

/// A form of any members, and nothing but its head
public enum Count: ContractOperation {
  public struct Input: Sendable {
    public let body: JSONObject<Int>

    public init(body: JSONObject<Int>) {
      self.body = body
    }
  }

  public enum Output: Sendable {
    /// The sum.
    case ok(Int)
    /// A problem.
    case other(status: Int, JSONObject<JSONValue>)

    /// The body of the success response; any other response is thrown.
    public func get() throws -> Int {
      guard case .ok(let body) = self else { throw ClientError.unexpected(Count.self, self) }
      return body
    }
  }

  public static let descriptor = OperationDescriptor(
    service: "contract",
    id: "count",
    method: "POST",
    path: [.literal("counts")],
    body: .init(),
    responses: .init([200], hasDefault: true, mediaTypes: ["text/plain"]))
}

public enum LookAtCounts: ContractOperation {
  public struct Input: Sendable {
    public init() {}
  }

  public enum Output: Sendable {
    /// It is there.
    case noContent(xHere: Bool?)
    /// A problem.
    case other(status: Int, JSONObject<JSONValue>)

    /// Throws any response but the success.
    public func get() throws {
      guard case .noContent = self else { throw ClientError.unexpected(LookAtCounts.self, self) }
    }
  }

  public static let descriptor = OperationDescriptor(
    service: "contract",
    id: "lookAtCounts",
    method: "HEAD",
    path: [.literal("counts")],
    responses: .init([204], hasDefault: true))
}

/// A body that may be null, or not there
public enum DropWishes: ContractOperation {
  public struct Input: Sendable {
    public let body: Nullable<DropWishesBody>

    public init(body: Nullable<DropWishesBody> = .absent) {
      self.body = body
    }
  }

  public enum Output: Sendable {
    /// Which of them it was.
    case ok(DropWishesOkBody)
    /// A problem.
    case other(status: Int, JSONObject<JSONValue>)

    /// The body of the success response; any other response is thrown.
    public func get() throws -> DropWishesOkBody {
      guard case .ok(let body) = self else { throw ClientError.unexpected(DropWishes.self, self) }
      return body
    }
  }

  public static let descriptor = OperationDescriptor(
    service: "contract",
    id: "dropWishes",
    method: "DELETE",
    path: [.literal("wishes")],
    body: .init(),
    responses: .init([200], hasDefault: true, mediaTypes: ["text/plain"]))
}

extension AddNote {
  private static let requestForm = ServiceCore.FormLayout([
    StyledParameter("title", in: .body, style: .form, explode: true, .primitive([.string])),
    StyledParameter("stars", in: .body, style: .form, explode: true, .primitive([.integer])),
    StyledParameter("tags", in: .body, style: .form, explode: true, .array([.string])),
    StyledParameter(
      "range",
      in: .body,
      style: .deepObject,
      explode: true,
      .object(
        of: [("from", .primitive([.integer])), ("to", .primitive([.integer])), ("steps", .array([.integer]))],
        others: nil)),
    StyledParameter("extra", in: .body, style: .form, explode: true, .json),
    StyledParameter("ranges", in: .body, style: .form, explode: true, .jsonItems),
  ])

  public static func decode(_ request: inout RequestReader) throws(RequestFault) -> Input? {
    request.closeQuery()
    let body: Note?
    try request.expect("application/x-www-form-urlencoded")
    body = try request.form(Note.self, requestForm)
    guard let body else { return nil }
    return Input(body: body)
  }

  public static func validate(_ input: Input, _ check: inout Violations) {
    input.body.validate(&check)
  }

  public static func encode(_ input: Input) throws -> HTTPRequest {
    var request = HTTPRequest(method: "POST", path: "/notes")
    try request.set(form: input.body, requestForm)
    return request
  }

  public static func decode(_ response: HTTPResponse) throws -> Output? {
    let reader = ResponseReader(response, descriptor)
    switch response.status {
    case 200: return try .ok(reader.body(Note.self, "application/vnd.note+json"))
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
    case .ok(let body): return HTTPResponse(status: 200, json: body, mediaType: "application/vnd.note+json")
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

extension AddNote: DeclaresProblem {
  /// A problem.
  public static func problem(status: Int, _ detail: String) -> OperationFailure {
    OperationFailure(self, status, detail)
  }
}

extension PutText {
  private static let headerOkXWords = StyledParameter(
    "X-Words", in: .header, style: .simple, explode: false, .array([.string]))
  private static let headerOkXSeen = StyledParameter("X-Seen", in: .header, style: .simple, explode: false, .json)

  public static func decode(_ request: inout RequestReader) throws(RequestFault) -> Input? {
    let name = request.path("name", String.self)
    request.closeQuery()
    let body: String?
    try request.expect("text/plain")
    body = try request.text(String.self)
    guard let name, let body else {
      Self.validate(&request.violations, body)
      return nil
    }
    return Input(name: name, body: body)
  }

  public static func validate(_ input: Input, _ check: inout Violations) {
    Self.validate(&check, input.body)
  }

  private static func validate(_ check: inout Violations, _ body: String?) {
    if let body {
      check.length("", body, max: 20)
      check.pattern("", body, Patterns.p0, max: 20)
    }
  }

  public static func encode(_ input: Input) -> HTTPRequest {
    var request = HTTPRequest(method: "PUT", path: "/texts/\(PercentCoding.encode(input.name.parameter))")
    request.set(text: input.body, as: "text/plain")
    return request
  }

  public static func decode(_ response: HTTPResponse) throws -> Output? {
    let reader = ResponseReader(response, descriptor)
    switch response.status {
    case 200:
      try reader.expect("text/plain")
      let body = try reader.text(String.self)
      return try .ok(
        body,
        xLength: reader.requiredHeader("x-length", Int.self),
        xWords: reader.read(headerOkXWords, [String].self),
        xSeen: reader.read(headerOkXSeen, PutTextXSeen.self))
    default:
      return try .other(status: response.status, reader.body(JSONObject<JSONValue>.self, "application/problem+json"))
    }
  }

  public static func validate(_ output: Output, _ check: inout Violations) {
    if case .ok(_, let xLength, _, let xSeen) = output {
      check.range("X-Length", xLength, min: 0)
      check.value("X-Seen", xSeen)
    }
  }

  public static func encode(_ output: Output) throws -> HTTPResponse {
    switch output {
    case .ok(let body, let xLength, let xWords, let xSeen):
      var response = HTTPResponse(status: 200)
      response.set(text: body, as: "text/plain")
      response.headers["x-length"] = xLength.parameter
      try response.add(headerOkXWords, xWords)
      try response.add(headerOkXSeen, xSeen)
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

extension PutText: DeclaresProblem {
  /// A problem.
  public static func problem(status: Int, _ detail: String) -> OperationFailure {
    OperationFailure(self, status, detail)
  }
}

extension GetFile {
  public static func decode(_ request: inout RequestReader) throws(RequestFault) -> Input? {
    let name = request.path("name", String.self)
    request.closeQuery()
    guard let name else { return nil }
    return Input(name: name)
  }

  public static func encode(_ input: Input) -> HTTPRequest {
    HTTPRequest(method: "GET", path: "/files/\(PercentCoding.encode(input.name.parameter))")
  }

  public static func decode(_ response: HTTPResponse) async throws -> Output? {
    var reader = ResponseReader(response, descriptor)
    switch response.status {
    case 200:
      try reader.expect("application/octet-stream")
      let body = reader.bytes()
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
      response.set(bytes: body, as: "application/octet-stream")
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

extension GetFile: DeclaresProblem {
  /// A problem.
  public static func problem(status: Int, _ detail: String) -> OperationFailure {
    OperationFailure(self, status, detail)
  }
}

extension PutFile {
  public static func decode(_ request: inout RequestReader) async throws(RequestFault) -> Input? {
    let name = request.path("name", String.self)
    request.closeQuery()
    let body: ByteStream?
    try request.expect("application/octet-stream")
    body = request.bytes(limit: 4000000000)
    guard let name, let body else { return nil }
    return Input(name: name, body: body)
  }

  public static func encode(_ input: Input) -> HTTPRequest {
    var request = HTTPRequest(method: "PUT", path: "/files/\(PercentCoding.encode(input.name.parameter))")
    request.set(bytes: input.body, as: "application/octet-stream")
    return request
  }

  public static func decode(_ response: HTTPResponse) throws -> Output? {
    let reader = ResponseReader(response, descriptor)
    switch response.status {
    case 204: return try .noContent(xSize: reader.requiredHeader("x-size", Int.self))
    default:
      return try .other(status: response.status, reader.body(JSONObject<JSONValue>.self, "application/problem+json"))
    }
  }

  public static func encode(_ output: Output) -> HTTPResponse {
    switch output {
    case .noContent(let xSize):
      var response = HTTPResponse(status: 204)
      response.headers["x-size"] = xSize.parameter
      return response
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

extension PutFile: DeclaresProblem {
  /// A problem.
  public static func problem(status: Int, _ detail: String) -> OperationFailure {
    OperationFailure(self, status, detail)
  }
}

extension AddPicture {
  public static func decode(_ request: inout RequestReader) async throws(RequestFault) -> Input? {
    request.closeQuery()
    let body: ServiceCore.Blob?
    try request.expect("image/*")
    body = request.typedBytes(limit: 1000)
    guard let body else { return nil }
    return Input(body: body)
  }

  public static func encode(_ input: Input) -> HTTPRequest {
    var request = HTTPRequest(method: "POST", path: "/pictures")
    request.set(blob: input.body)
    return request
  }

  public static func decode(_ response: HTTPResponse) async throws -> Output? {
    var reader = ResponseReader(response, descriptor)
    switch response.status {
    case 200:
      try reader.expect("image/*")
      let body = reader.typedBytes()
      return .ok(body)
    case 500:
      try reader.expect("application/problem+json")
      try await reader.collect()
      let body = try reader.json(JSONObject<JSONValue>.self)
      return .internalServerError(body)
    default: return nil
    }
  }

  public static func encode(_ output: Output) -> HTTPResponse {
    switch output {
    case .ok(let body):
      var response = HTTPResponse(status: 200)
      response.set(blob: body)
      return response
    case .internalServerError(let body):
      return HTTPResponse(status: 500, json: body, mediaType: "application/problem+json")
    }
  }

  public static func status(of output: Output) -> Int {
    switch output {
    case .ok: 200
    case .internalServerError: 500
    }
  }
}

extension AddPicture {
  /// A problem.
  public static func internalServerError(_ detail: String) -> OperationFailure { OperationFailure(self, 500, detail) }
}

extension MakeReport {
  private static let requestForm = ServiceCore.FormLayout([
    StyledParameter("title", in: .body, style: .form, explode: true, .primitive([.string])),
    StyledParameter("stars", in: .body, style: .form, explode: true, .primitive([.integer])),
    StyledParameter("tags", in: .body, style: .form, explode: true, .array([.string])),
    StyledParameter("range", in: .body, style: .form, explode: true, .json),
    StyledParameter("extra", in: .body, style: .form, explode: true, .json),
    StyledParameter("ranges", in: .body, style: .form, explode: true, .jsonItems),
  ])

  public static func decode(_ request: inout RequestReader) async throws(RequestFault) -> Input? {
    request.closeQuery()
    let accept = request.accepted(MakeReportMedia.self)
    let body: MakeReportContent?
    if request.isBodyAbsent {
      body = nil
    } else {
      switch try request.expect("application/json", "application/x-www-form-urlencoded", "text/*", "application/xml") {
      case 0:
        try await request.collect()
        body = try request.json(Note.self).map { .json($0) }
      case 1:
        try await request.collect()
        body = try request.form(Note.self, requestForm).map { .form($0) }
      case 2:
        try await request.collect()
        body = try request.text(String.self).map { .anyText($0) }
      default: body = .xml(request.bytes())
      }
    }
    return Input(body: body, accept: accept)
  }

  public static func validate(_ input: Input, _ check: inout Violations) {
    if let body = input.body {
      switch body {
      case .json(let body): body.validate(&check)
      case .form(let body): body.validate(&check)
      default: break
      }
    }
  }

  public static func encode(_ input: Input) throws -> HTTPRequest {
    var request = HTTPRequest(method: "POST", path: "/reports")
    request.accept(input.accept)
    switch input.body {
    case .json(let body)?: request.set(json: body, as: "application/json")
    case .form(let body)?: try request.set(form: body, requestForm)
    case .anyText(let body)?: request.set(text: body, as: "text/plain")
    case .xml(let body)?: request.set(bytes: body, as: "application/xml")
    case nil: break
    }
    return request
  }

  public static func decode(_ response: HTTPResponse) async throws -> Output? {
    var reader = ResponseReader(response, descriptor)
    switch response.status {
    case 200:
      let body: MakeReportOkContent
      switch try reader.expect("application/json", "text/csv", "application/pdf") {
      case 0:
        try await reader.collect()
        body = try .json(reader.json(Note.self))
      case 1:
        try await reader.collect()
        body = try .csv(reader.text(String.self))
      default: body = .pdf(reader.bytes())
      }
      return .ok(body)
    default:
      try reader.expect("application/problem+json")
      try await reader.collect()
      let body = try reader.json(JSONObject<JSONValue>.self)
      return .other(status: response.status, body)
    }
  }

  public static func validate(_ output: Output, _ check: inout Violations) {
    if case .ok(let body) = output {
      if case .json(let body) = body {
        body.validate(&check)
      }
    }
  }

  public static func encode(_ output: Output) -> HTTPResponse {
    switch output {
    case .ok(let body):
      var response = HTTPResponse(status: 200)
      switch body {
      case .json(let body): response.set(json: body, as: "application/json")
      case .csv(let body): response.set(text: body, as: "text/csv")
      case .pdf(let body): response.set(bytes: body, as: "application/pdf")
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

extension MakeReport: DeclaresProblem {
  /// A problem.
  public static func problem(status: Int, _ detail: String) -> OperationFailure {
    OperationFailure(self, status, detail)
  }
}

extension SendAnything {
  private static let headerOkXRange = StyledParameter(
    "X-Range",
    in: .header,
    style: .simple,
    explode: false,
    .object(["from": [.integer], "to": [.integer]], others: nil))

  public static func decode(_ request: inout RequestReader) throws(RequestFault) -> Input? {
    request.closeQuery()
    let body: Note?
    try request.expect("*/*")
    body = try request.json(Note.self)
    guard let body else { return nil }
    return Input(body: body)
  }

  public static func validate(_ input: Input, _ check: inout Violations) {
    input.body.validate(&check)
  }

  public static func encode(_ input: Input) -> HTTPRequest {
    var request = HTTPRequest(method: "POST", path: "/anything")
    request.set(json: input.body, as: "application/json")
    return request
  }

  public static func decode(_ response: HTTPResponse) throws -> Output? {
    let reader = ResponseReader(response, descriptor)
    switch response.status {
    case 200:
      try reader.expect("*/*")
      let body = try reader.json(Note.self)
      return try .ok(body, xRange: reader.read(headerOkXRange, SendAnythingXRange.self))
    default:
      return try .other(status: response.status, reader.body(JSONObject<JSONValue>.self, "application/problem+json"))
    }
  }

  public static func validate(_ output: Output, _ check: inout Violations) {
    if case .ok(let body, let xRange) = output {
      body.validate(&check)
      check.value("X-Range", xRange)
    }
  }

  public static func encode(_ output: Output) throws -> HTTPResponse {
    switch output {
    case .ok(let body, let xRange):
      var response = HTTPResponse(status: 200, json: body, mediaType: "application/json")
      try response.add(headerOkXRange, xRange)
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

extension SendAnything: DeclaresProblem {
  /// A problem.
  public static func problem(status: Int, _ detail: String) -> OperationFailure {
    OperationFailure(self, status, detail)
  }
}

extension Count {
  private static let requestForm = ServiceCore.FormLayout([
  ], others: [.integer])

  public static func decode(_ request: inout RequestReader) throws(RequestFault) -> Input? {
    request.closeQuery()
    let body: JSONObject<Int>?
    try request.expect("application/x-www-form-urlencoded")
    body = try request.form(JSONObject<Int>.self, requestForm)
    guard let body else { return nil }
    return Input(body: body)
  }

  public static func encode(_ input: Input) throws -> HTTPRequest {
    var request = HTTPRequest(method: "POST", path: "/counts")
    try request.set(form: input.body, requestForm)
    return request
  }

  public static func decode(_ response: HTTPResponse) throws -> Output? {
    let reader = ResponseReader(response, descriptor)
    switch response.status {
    case 200:
      try reader.expect("text/plain")
      let body = try reader.text(Int.self)
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

extension Count: DeclaresProblem {
  /// A problem.
  public static func problem(status: Int, _ detail: String) -> OperationFailure {
    OperationFailure(self, status, detail)
  }
}

extension LookAtCounts {
  public static func decode(_ request: inout RequestReader) throws(RequestFault) -> Input? {
    request.closeQuery()
    return Input()
  }

  public static func encode(_ input: Input) -> HTTPRequest {
    HTTPRequest(method: "HEAD", path: "/counts")
  }

  public static func decode(_ response: HTTPResponse) throws -> Output? {
    let reader = ResponseReader(response, descriptor)
    switch response.status {
    case 204: return .noContent(xHere: reader.header("x-here", Bool.self))
    default:
      return try .other(status: response.status, reader.body(JSONObject<JSONValue>.self, "application/problem+json"))
    }
  }

  public static func encode(_ output: Output) -> HTTPResponse {
    switch output {
    case .noContent(let xHere):
      var response = HTTPResponse(status: 204)
      response.headers["x-here"] = xHere?.parameter
      return response
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

extension LookAtCounts: DeclaresProblem {
  /// A problem.
  public static func problem(status: Int, _ detail: String) -> OperationFailure {
    OperationFailure(self, status, detail)
  }
}

extension DropWishes {
  public static func decode(_ request: inout RequestReader) throws(RequestFault) -> Input? {
    request.closeQuery()
    let body = request.request.body.isEmpty ? nil : try request.body(Optional<DropWishesBody>.self)
    return Input(body: Nullable(read: body))
  }

  public static func validate(_ input: Input, _ check: inout Violations) {
    if let body = input.body.value {
      body.validate(&check)
    }
  }

  public static func encode(_ input: Input) -> HTTPRequest {
    var request = HTTPRequest(method: "DELETE", path: "/wishes")
    request.set(json: input.body, as: "application/json")
    return request
  }

  public static func decode(_ response: HTTPResponse) throws -> Output? {
    let reader = ResponseReader(response, descriptor)
    switch response.status {
    case 200:
      try reader.expect("text/plain")
      let body = try reader.text(DropWishesOkBody.self)
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

extension DropWishes: DeclaresProblem {
  /// A problem.
  public static func problem(status: Int, _ detail: String) -> OperationFailure {
    OperationFailure(self, status, detail)
  }
}

/// Bodies.
public protocol PetsHandlers: Sendable {
  /// A form
  func addNote(_ input: AddNote.Input, _ call: Call) async throws -> AddNote.Output
  /// A text
  func putText(_ input: PutText.Input, _ call: Call) async throws -> PutText.Output
  /// Raw bytes
  func getFile(_ input: GetFile.Input, _ call: Call) async throws -> GetFile.Output
  /// Raw bytes
  func putFile(_ input: PutFile.Input, _ call: Call) async throws -> PutFile.Output
  /// Any picture, small ones only
  func addPicture(_ input: AddPicture.Input, _ call: Call) async throws -> AddPicture.Output
  /// Of several media types, in several
  func makeReport(_ input: MakeReport.Input, _ call: Call) async throws -> MakeReport.Output
  /// Of any media type, which of an object is JSON
  func sendAnything(_ input: SendAnything.Input, _ call: Call) async throws -> SendAnything.Output
  /// A form of any members, and nothing but its head
  func count(_ input: Count.Input, _ call: Call) async throws -> Count.Output
  func lookAtCounts(_ input: LookAtCounts.Input, _ call: Call) async throws -> LookAtCounts.Output
  /// A body that may be null, or not there
  func dropWishes(_ input: DropWishes.Input, _ call: Call) async throws -> DropWishes.Output
}

/// The contract as a service implements it and a host runs it.
public enum PetsContract: ServiceCore.ServiceContract {
  public static let name = "contract"
  public static let version = "1.0.0"
  public static let types: [any ServiceCore.ContractOperation.Type] = [
    AddNote.self,
    PutText.self,
    GetFile.self,
    PutFile.self,
    AddPicture.self,
    MakeReport.self,
    SendAnything.self,
    Count.self,
    LookAtCounts.self,
    DropWishes.self,
  ]
  public static let operations = types.map { $0.descriptor }
}

/// Passes each request to the handler of its operation.
public struct PetsEndpoint<Handlers: PetsHandlers>: ServiceEndpoint {
  private let handlers: Handlers

  public init(_ handlers: Handlers) { self.handlers = handlers }

  public func respond(to request: RoutedRequest, operation index: Int, call: Call) async -> HTTPResponse {
    switch index {
    case 0: return await Serving.respond(AddNote.self, request, call) { try await handlers.addNote($0, $1) }
    case 1: return await Serving.respond(PutText.self, request, call) { try await handlers.putText($0, $1) }
    case 2: return await Serving.respond(GetFile.self, request, call) { try await handlers.getFile($0, $1) }
    case 3: return await Serving.respond(PutFile.self, request, call) { try await handlers.putFile($0, $1) }
    case 4: return await Serving.respond(AddPicture.self, request, call) { try await handlers.addPicture($0, $1) }
    case 5: return await Serving.respond(MakeReport.self, request, call) { try await handlers.makeReport($0, $1) }
    case 6: return await Serving.respond(SendAnything.self, request, call) { try await handlers.sendAnything($0, $1) }
    case 7: return await Serving.respond(Count.self, request, call) { try await handlers.count($0, $1) }
    case 8: return await Serving.respond(LookAtCounts.self, request, call) { try await handlers.lookAtCounts($0, $1) }
    case 9: return await Serving.respond(DropWishes.self, request, call) { try await handlers.dropWishes($0, $1) }
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

  /// A form
  public func addNote(_ input: AddNote.Input, _ call: Call) async throws -> AddNote.Output {
    try await placement.call(AddNote.self, input, call) { try await ($0 as? any PetsHandlers)?.addNote($1, $2) }
  }

  /// A text
  public func putText(_ input: PutText.Input, _ call: Call) async throws -> PutText.Output {
    try await placement.call(PutText.self, input, call) { try await ($0 as? any PetsHandlers)?.putText($1, $2) }
  }

  /// Raw bytes
  public func getFile(_ input: GetFile.Input, _ call: Call) async throws -> GetFile.Output {
    try await placement.call(GetFile.self, input, call) { try await ($0 as? any PetsHandlers)?.getFile($1, $2) }
  }

  /// Raw bytes
  public func putFile(_ input: PutFile.Input, _ call: Call) async throws -> PutFile.Output {
    try await placement.call(PutFile.self, input, call) { try await ($0 as? any PetsHandlers)?.putFile($1, $2) }
  }

  /// Any picture, small ones only
  public func addPicture(_ input: AddPicture.Input, _ call: Call) async throws -> AddPicture.Output {
    try await placement.call(AddPicture.self, input, call) { try await ($0 as? any PetsHandlers)?.addPicture($1, $2) }
  }

  /// Of several media types, in several
  public func makeReport(_ input: MakeReport.Input, _ call: Call) async throws -> MakeReport.Output {
    try await placement.call(MakeReport.self, input, call) { try await ($0 as? any PetsHandlers)?.makeReport($1, $2) }
  }

  /// Of any media type, which of an object is JSON
  public func sendAnything(_ input: SendAnything.Input, _ call: Call) async throws -> SendAnything.Output {
    try await placement.call(SendAnything.self, input, call) {
      try await ($0 as? any PetsHandlers)?.sendAnything($1, $2)
    }
  }

  /// A form of any members, and nothing but its head
  public func count(_ input: Count.Input, _ call: Call) async throws -> Count.Output {
    try await placement.call(Count.self, input, call) { try await ($0 as? any PetsHandlers)?.count($1, $2) }
  }

  public func lookAtCounts(_ input: LookAtCounts.Input, _ call: Call) async throws -> LookAtCounts.Output {
    try await placement.call(LookAtCounts.self, input, call) {
      try await ($0 as? any PetsHandlers)?.lookAtCounts($1, $2)
    }
  }

  /// A body that may be null, or not there
  public func dropWishes(_ input: DropWishes.Input, _ call: Call) async throws -> DropWishes.Output {
    try await placement.call(DropWishes.self, input, call) { try await ($0 as? any PetsHandlers)?.dropWishes($1, $2) }
  }
}

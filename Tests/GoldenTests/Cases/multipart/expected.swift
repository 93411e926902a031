// Generated from contract.yaml. Edit the contract, not this file.
// swift-format-ignore-file
import ServiceCore

public struct AddAlbumBodyPartOwner: JSONCodable, Equatable {
  public let name: String

  public init(name: String) {
    self.name = name
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> AddAlbumBodyPartOwner? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var name: String?
    var keys = json.keys("name")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("name", &name)
      default: try json.skip()
      }
    }
    json.require(name, "name", since: mark)
    guard let name else { return nil }
    return AddAlbumBodyPartOwner(name: name)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("name", self.name)
    json.endObject()
  }
}

public struct AddPapersBodyPartAbout: JSONCodable, Equatable {
  public let pages: Int?

  public init(pages: Int? = nil) {
    self.pages = pages
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> AddPapersBodyPartAbout? {
    guard try json.beginObject() else { return nil }
    var pages: Int?
    var keys = json.keys("pages")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("pages", &pages)
      default: try json.skip()
      }
    }
    return AddPapersBodyPartAbout(pages: pages)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("pages", self.pages)
    json.endObject()
  }
}

public struct RunBatchBodyPart1: JSONCodable, Equatable {
  public let count: Int

  public init(count: Int) {
    self.count = count
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> RunBatchBodyPart1? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var count: Int?
    var keys = json.keys("count")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("count", &count)
      default: try json.skip()
      }
    }
    json.require(count, "count", since: mark)
    guard let count else { return nil }
    return RunBatchBodyPart1(count: count)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("count", self.count)
    json.endObject()
  }
}

public enum AddAlbumBodyPart: ServiceCore.MultipartItem {
  case title(String)
  case year(Int)
  case owner(AddAlbumBodyPartOwner)
  case words(String)
  case notes(MultipartPart)
  case cover(MultipartPart)
  case photos(MultipartPart, xTaken: Timestamp, xStars: Int?)

  public static let layout = ServiceCore.MultipartLayout(
    subtype: "form-data",
    parts: [
      ("title", 1, 1), ("year", 0, 1), ("owner", 0, 1), ("words", 0, 2), ("notes", 0, 1), ("cover", 0, 1),
      ("photos", 1, .max),
    ],
    isClosed: true)

  public static func decode(_ reader: inout ServiceCore.PartReader) async throws -> AddAlbumBodyPart? {
    switch reader.key {
    case "title":
      let value = try await reader.text(String.self, of: ["text/plain"], [.string])
      guard let value else { return nil }
      return .title(value)
    case "year":
      let value = try await reader.text(Int.self, of: ["text/plain"], [.integer])
      guard let value else { return nil }
      return .year(value)
    case "owner":
      let value = try await reader.json(AddAlbumBodyPartOwner.self, of: ["application/json"])
      guard let value else { return nil }
      return .owner(value)
    case "words":
      let value = try await reader.text(String.self, of: ["text/plain"], [.string])
      guard let value else { return nil }
      return .words(value)
    case "notes":
      let value = reader.file(["application/octet-stream"])
      guard let value else { return nil }
      return .notes(value)
    case "cover":
      let value = reader.file(["image/png", "image/jpeg"], limit: 100)
      guard let value else { return nil }
      return .cover(value)
    case "photos":
      let xTaken = reader.requiredHeader("x-taken", Timestamp.self)
      let xStars = reader.header("x-stars", Int.self)
      let value = reader.file(["image/*"])
      guard let value, let xTaken else { return nil }
      return .photos(value, xTaken: xTaken, xStars: xStars)
    default: return nil
    }
  }

  public func validate(_ check: inout Violations) {
    switch self {
    case .title(let value): check.length("", value, min: 2)
    case .year(let value): check.range("", value, min: 1900)
    case .owner(let value): value.validate(&check)
    case .photos(_, _, let xStars): check.range("X-Stars", xStars, max: 5)
    default: break
    }
  }

  public func encode() throws -> MultipartPart {
    switch self {
    case .title(let value):
      return try MultipartPart(name: "title", text: value, contentType: "text/plain")
    case .year(let value):
      return try MultipartPart(name: "year", text: value, contentType: "text/plain")
    case .owner(let value):
      return try MultipartPart(name: "owner", json: value, contentType: "application/json")
    case .words(let value):
      return try MultipartPart(name: "words", text: value, contentType: "text/plain")
    case .notes(let value):
      return try value.named("notes", contentType: "application/octet-stream")
    case .cover(let value):
      return try value.named("cover", contentType: "image/png")
    case .photos(let value, let xTaken, let xStars):
      var part = try value.named("photos", contentType: "application/octet-stream")
      part.headers["x-taken"] = xTaken.parameter
      part.headers["x-stars"] = xStars?.parameter
      return part
    }
  }
}

public enum AddPapersBodyPartAnnexPart: ServiceCore.MultipartItem {
  case item(Int)

  public static let layout = ServiceCore.MultipartLayout(subtype: "mixed", min: 1, max: .max)

  public static func decode(_ reader: inout ServiceCore.PartReader) async throws -> AddPapersBodyPartAnnexPart? {
    let value = try await reader.text(Int.self, of: ["text/plain"], [.integer])
    guard let value else { return nil }
    return .item(value)
  }

  public func validate(_ check: inout Violations) {
    switch self {
    case .item(let value): check.range("", value, max: 9)
    }
  }

  public func encode() throws -> MultipartPart {
    switch self {
    case .item(let value):
      return try MultipartPart(name: nil, text: value, contentType: "text/plain")
    }
  }
}

public enum AddPapersBodyPartIndexPart: ServiceCore.MultipartItem {
  case word(String)
  case file(MultipartPart)
  /// A part that the contract does not list.
  case undeclared(MultipartPart)

  public static let layout = ServiceCore.MultipartLayout(
    subtype: "form-data", parts: [("word", 1, 1), ("file", 0, 1)], isClosed: false)

  public static func decode(_ reader: inout ServiceCore.PartReader) async throws -> AddPapersBodyPartIndexPart? {
    switch reader.key {
    case "word":
      let value = try await reader.text(String.self, of: ["text/plain"], [.string])
      guard let value else { return nil }
      return .word(value)
    case "file":
      let value = reader.file(["application/octet-stream"])
      guard let value else { return nil }
      return .file(value)
    default: return .undeclared(reader.part)
    }
  }

  public func encode() throws -> MultipartPart {
    switch self {
    case .word(let value):
      return try MultipartPart(name: "word", text: value, contentType: "text/plain")
    case .file(let value):
      return try value.named("file", contentType: "application/octet-stream")
    case .undeclared(let part): return part
    }
  }
}

public enum AddPapersBodyPart: ServiceCore.MultipartItem {
  case xminY(String)
  case sheets(MultipartPart)
  case about(AddPapersBodyPartAbout)
  case annex(ItemStream<AddPapersBodyPartAnnexPart>)
  case index(ItemStream<AddPapersBodyPartIndexPart>)
  /// A part that the contract does not list.
  case undeclared(MultipartPart)

  public static let layout = ServiceCore.MultipartLayout(
    subtype: "form-data",
    parts: [("xmin: y", 0, 1), ("sheets", 0, .max), ("about", 0, 1), ("annex", 0, 1), ("index", 0, 1)],
    isClosed: false)

  public static func decode(_ reader: inout ServiceCore.PartReader) async throws -> AddPapersBodyPart? {
    switch reader.key {
    case "xmin: y":
      let value = try await reader.text(String.self, of: ["text/plain"], [.string])
      guard let value else { return nil }
      return .xminY(value)
    case "sheets":
      let value = reader.file(["application/octet-stream"])
      guard let value else { return nil }
      return .sheets(value)
    case "about":
      let value = try await reader.json(AddPapersBodyPartAbout.self, of: ["application/json;charset=utf-8"])
      guard let value else { return nil }
      return .about(value)
    case "annex":
      let value = try reader.parts(AddPapersBodyPartAnnexPart.self, of: ["multipart/mixed"])
      guard let value else { return nil }
      return .annex(value)
    case "index":
      let value = try reader.parts(AddPapersBodyPartIndexPart.self, of: ["multipart/form-data"])
      guard let value else { return nil }
      return .index(value)
    default: return .undeclared(reader.part)
    }
  }

  public func validate(_ check: inout Violations) {
    if case .about(let value) = self {
      value.validate(&check)
    }
  }

  public func encode() throws -> MultipartPart {
    switch self {
    case .xminY(let value):
      return try MultipartPart(name: "xmin: y", text: value, contentType: "text/plain")
    case .sheets(let value):
      return try value.named("sheets", contentType: "application/octet-stream")
    case .about(let value):
      return try MultipartPart(name: "about", json: value, contentType: "application/json;charset=utf-8")
    case .annex(let value):
      return try MultipartPart(name: "annex", parts: value)
    case .index(let value):
      return try MultipartPart(name: "index", parts: value)
    case .undeclared(let part): return part
    }
  }
}

public enum RunBatchBodyPart: ServiceCore.MultipartItem {
  case part1(RunBatchBodyPart1)
  case item(String)

  public static let layout = ServiceCore.MultipartLayout(subtype: "mixed", min: 1, max: .max)

  public static func decode(_ reader: inout ServiceCore.PartReader) async throws -> RunBatchBodyPart? {
    switch reader.index {
    case 0:
      let value = try await reader.json(RunBatchBodyPart1.self, of: ["application/json"])
      guard let value else { return nil }
      return .part1(value)
    default:
      let value = try await reader.text(String.self, of: ["text/plain"], [.string])
      guard let value else { return nil }
      return .item(value)
    }
  }

  public func validate(_ check: inout Violations) {
    if case .part1(let value) = self {
      value.validate(&check)
    }
  }

  public func encode() throws -> MultipartPart {
    switch self {
    case .part1(let value):
      return try MultipartPart(name: nil, json: value, contentType: "application/json")
    case .item(let value):
      return try MultipartPart(name: nil, text: value, contentType: "text/plain")
    }
  }
}

public enum RunBatchOkBodyPart: ServiceCore.MultipartItem {
  case item(String)

  public static let layout = ServiceCore.MultipartLayout(subtype: "mixed", min: 0, max: .max)

  public static func decode(_ reader: inout ServiceCore.PartReader) async throws -> RunBatchOkBodyPart? {
    let value = try await reader.text(String.self, of: ["text/plain"], [.string])
    guard let value else { return nil }
    return .item(value)
  }

  public func encode() throws -> MultipartPart {
    switch self {
    case .item(let value):
      return try MultipartPart(name: nil, text: value, contentType: "text/plain")
    }
  }
}

/// Fields and files, the files as they come
public enum AddAlbum: ContractOperation {
  public struct Input: Sendable {
    public let body: ItemStream<AddAlbumBodyPart>

    public init(body: ItemStream<AddAlbumBodyPart>) {
      self.body = body
    }
  }

  public enum Output: Sendable {
    /// What came, a line a part.
    case ok(String)
    /// A problem.
    case other(status: Int, JSONObject<JSONValue>)

    /// The body of the success response; any other response is thrown.
    public func get() throws -> String {
      guard case .ok(let body) = self else { throw ClientError.unexpected(AddAlbum.self, self) }
      return body
    }
  }

  public static let descriptor = OperationDescriptor(
    service: "contract",
    id: "addAlbum",
    method: "POST",
    path: [.literal("albums")],
    body: .init(limit: .max, isStreamed: true),
    responses: .init([200], hasDefault: true, mediaTypes: ["text/plain"]))
}

/// A form that others may add to
public enum AddPapers: ContractOperation {
  public struct Input: Sendable {
    public let body: ItemStream<AddPapersBodyPart>

    public init(body: ItemStream<AddPapersBodyPart>) {
      self.body = body
    }
  }

  public enum Output: Sendable {
    /// What came.
    case ok(String)
    /// A problem.
    case other(status: Int, JSONObject<JSONValue>)

    /// The body of the success response; any other response is thrown.
    public func get() throws -> String {
      guard case .ok(let body) = self else { throw ClientError.unexpected(AddPapers.self, self) }
      return body
    }
  }

  public static let descriptor = OperationDescriptor(
    service: "contract",
    id: "addPapers",
    method: "POST",
    path: [.literal("papers")],
    body: .init(limit: .max, isStreamed: true),
    responses: .init([200], hasDefault: true, mediaTypes: ["text/plain"]))
}

/// Parts by their place
public enum RunBatch: ContractOperation {
  public struct Input: Sendable {
    public let body: ItemStream<RunBatchBodyPart>

    public init(body: ItemStream<RunBatchBodyPart>) {
      self.body = body
    }
  }

  public enum Output: Sendable {
    /// The parts again, as many as were counted.
    case ok(ItemStream<RunBatchOkBodyPart>)
    /// A problem.
    case other(status: Int, JSONObject<JSONValue>)

    /// The body of the success response; any other response is thrown.
    public func get() throws -> ItemStream<RunBatchOkBodyPart> {
      guard case .ok(let body) = self else { throw ClientError.unexpected(RunBatch.self, self) }
      return body
    }
  }

  public static let descriptor = OperationDescriptor(
    service: "contract",
    id: "runBatch",
    method: "POST",
    path: [.literal("batches")],
    body: .init(limit: .max, isStreamed: true),
    responses: .init([200], hasDefault: true, mediaTypes: ["multipart/mixed"], isStreamed: true))
}

extension AddAlbum {
  public static func decode(_ request: inout RequestReader) async throws(RequestFault) -> Input? {
    request.closeQuery()
    let body: ItemStream<AddAlbumBodyPart>?
    try request.expect("multipart/form-data")
    body = try request.parts(AddAlbumBodyPart.self)
    guard let body else { return nil }
    return Input(body: body)
  }

  public static func encode(_ input: Input) -> HTTPRequest {
    var request = HTTPRequest(method: "POST", path: "/albums")
    request.set(parts: input.body)
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

extension AddAlbum: DeclaresProblem {
  /// A problem.
  public static func problem(status: Int, _ detail: String) -> OperationFailure {
    OperationFailure(self, status, detail)
  }
}

extension AddPapers {
  public static func decode(_ request: inout RequestReader) async throws(RequestFault) -> Input? {
    request.closeQuery()
    let body: ItemStream<AddPapersBodyPart>?
    try request.expect("multipart/form-data")
    body = try request.parts(AddPapersBodyPart.self)
    guard let body else { return nil }
    return Input(body: body)
  }

  public static func encode(_ input: Input) -> HTTPRequest {
    var request = HTTPRequest(method: "POST", path: "/papers")
    request.set(parts: input.body)
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

extension AddPapers: DeclaresProblem {
  /// A problem.
  public static func problem(status: Int, _ detail: String) -> OperationFailure {
    OperationFailure(self, status, detail)
  }
}

extension RunBatch {
  public static func decode(_ request: inout RequestReader) async throws(RequestFault) -> Input? {
    request.closeQuery()
    let body: ItemStream<RunBatchBodyPart>?
    try request.expect("multipart/mixed")
    body = try request.parts(RunBatchBodyPart.self)
    guard let body else { return nil }
    return Input(body: body)
  }

  public static func encode(_ input: Input) -> HTTPRequest {
    var request = HTTPRequest(method: "POST", path: "/batches")
    request.set(parts: input.body)
    return request
  }

  public static func decode(_ response: HTTPResponse) async throws -> Output? {
    var reader = ResponseReader(response, descriptor)
    switch response.status {
    case 200:
      try reader.expect("multipart/mixed")
      let body = try reader.parts(RunBatchOkBodyPart.self)
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
      response.set(parts: body)
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

extension RunBatch: DeclaresProblem {
  /// A problem.
  public static func problem(status: Int, _ detail: String) -> OperationFailure {
    OperationFailure(self, status, detail)
  }
}

/// Multipart.
public protocol PetsHandlers: Sendable {
  /// Fields and files, the files as they come
  func addAlbum(_ input: AddAlbum.Input, _ call: Call) async throws -> AddAlbum.Output
  /// A form that others may add to
  func addPapers(_ input: AddPapers.Input, _ call: Call) async throws -> AddPapers.Output
  /// Parts by their place
  func runBatch(_ input: RunBatch.Input, _ call: Call) async throws -> RunBatch.Output
}

/// The contract as a service implements it and a host runs it.
public enum PetsContract: ServiceCore.ServiceContract {
  public static let name = "contract"
  public static let version = "1.0.0"
  public static let types: [any ServiceCore.ContractOperation.Type] = [
    AddAlbum.self,
    AddPapers.self,
    RunBatch.self,
  ]
  public static let operations = types.map { $0.descriptor }
}

/// Passes each request to the handler of its operation.
public struct PetsEndpoint<Handlers: PetsHandlers>: ServiceEndpoint {
  private let handlers: Handlers

  public init(_ handlers: Handlers) { self.handlers = handlers }

  public func respond(to request: RoutedRequest, operation index: Int, call: Call) async -> HTTPResponse {
    switch index {
    case 0: return await Serving.respond(AddAlbum.self, request, call) { try await handlers.addAlbum($0, $1) }
    case 1: return await Serving.respond(AddPapers.self, request, call) { try await handlers.addPapers($0, $1) }
    case 2: return await Serving.respond(RunBatch.self, request, call) { try await handlers.runBatch($0, $1) }
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

  /// Fields and files, the files as they come
  public func addAlbum(_ input: AddAlbum.Input, _ call: Call) async throws -> AddAlbum.Output {
    try await placement.call(AddAlbum.self, input, call) { try await ($0 as? any PetsHandlers)?.addAlbum($1, $2) }
  }

  /// A form that others may add to
  public func addPapers(_ input: AddPapers.Input, _ call: Call) async throws -> AddPapers.Output {
    try await placement.call(AddPapers.self, input, call) { try await ($0 as? any PetsHandlers)?.addPapers($1, $2) }
  }

  /// Parts by their place
  public func runBatch(_ input: RunBatch.Input, _ call: Call) async throws -> RunBatch.Output {
    try await placement.call(RunBatch.self, input, call) { try await ($0 as? any PetsHandlers)?.runBatch($1, $2) }
  }
}

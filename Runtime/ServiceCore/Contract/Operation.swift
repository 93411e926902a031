/// What the runtime must know about an operation before it reads a request's body.
public final class OperationDescriptor: Sendable {
  /// The text between two slashes of a path. Texts are percent-decoded: `%20` is a space here.
  public enum PathSegment: Sendable, Equatable {
    /// A literal text; an empty one after a trailing slash.
    case literal(String)
    case parameter(String)
    /// Texts and parameters, such as `report.{format}`. Of adjacent parameters all but the first are one character.
    case mixed([Piece])

    public enum Piece: Sendable, Equatable {
      case literal(String)
      case parameter(String)
    }

    /// The segment as the contract writes it.
    var description: String {
      switch self {
      case .literal(let text): text
      case .parameter(let name): "{\(name)}"
      case .mixed(let pieces):
        pieces.map {
          if case .parameter(let name) = $0 { "{\(name)}" } else if case .literal(let text) = $0 { text } else { "" }
        }
        .joined()
      }
    }

    /// The names of the parameters, in order.
    package var parameters: [String] {
      switch self {
      case .literal: []
      case .parameter(let name): [name]
      case .mixed(let pieces): pieces.compactMap { if case .parameter(let name) = $0 { name } else { nil } }
      }
    }
  }

  /// The body of a request.
  public struct RequestBody: Sendable {
    /// Its maximum size in bytes.
    public let limit: Int
    /// Whether the handler receives it in chunks.
    public let isStreamed: Bool
    /// Whether it is passed on as it came, in any content coding.
    package private(set) var keepsCoding = false

    /// - Parameter limit: for a body without a limit of its own, 1 MiB.
    public init(limit: Int = 1_048_576, isStreamed: Bool = false) {
      self.limit = limit
      self.isStreamed = isStreamed
    }

    /// A body of any size that is passed on as it comes.
    package static var passedOn: RequestBody {
      var body = RequestBody(limit: .max, isStreamed: true)
      body.keepsCoding = true
      return body
    }
  }

  /// The declared responses.
  public struct Responses: Sendable {
    /// The statuses that the contract declares by number.
    public let statuses: [Int]
    /// The first digits of the declared status ranges, such as `2XX`.
    public let ranges: [Int]
    /// Whether the contract declares `default`, and so allows any status.
    public let hasDefault: Bool
    /// The media types of the success responses: a client's `Accept` is matched against them.
    public let mediaTypes: [String]
    /// Whether the caller receives a body in chunks.
    public let isStreamed: Bool

    public init(
      _ statuses: [Int], ranges: [Int] = [], hasDefault: Bool = false, mediaTypes: [String] = [],
      isStreamed: Bool = false
    ) {
      self.statuses = statuses
      self.ranges = ranges
      self.hasDefault = hasDefault
      self.mediaTypes = mediaTypes
      self.isStreamed = isStreamed
    }

    public func declare(_ status: Int) -> Bool {
      hasDefault || statuses.contains(status) || ranges.contains(status / 100)
    }
  }

  public let service: String
  public let id: String
  public let method: String
  public let path: [PathSegment]
  /// The path as the contract writes it, such as `/orders/{id}`.
  package let template: String
  /// The names of the path's parameters, in order.
  let pathParameters: [String]
  /// Nil for an operation without a body.
  public let body: RequestBody?
  /// The request header fields that parameters are read from, in lower case.
  public let fields: [String]
  /// The query parameter that carries the cursor of a page; nil for an operation without `x-pagination`.
  public let cursor: String?
  public let responses: Responses
  /// Whether its connections may switch to the WebSocket protocol: a GET that declares a response 101.
  package let upgrades: Bool
  public let policy: OperationPolicy
  /// Its path, service and id as members of a JSON object: the part of its lines in the access log that is always the
  /// same.
  package let logMembers: [UInt8]
  /// Whether a call needs neither a credential nor a signature.
  @usableFromInline let isOpen: Bool

  public init(
    service: String, id: String, method: String, path: [PathSegment], body: RequestBody? = nil, fields: [String] = [],
    cursor: String? = nil, responses: Responses, policy: OperationPolicy = OperationPolicy()
  ) {
    self.service = service
    self.id = id
    self.method = method
    self.path = path
    template = path.map { "/" + $0.description }.joined()
    pathParameters = path.flatMap(\.parameters)
    self.body = body
    self.fields = fields
    self.cursor = cursor
    self.responses = responses
    upgrades = method == "GET" && responses.statuses.contains(101)
    self.policy = policy
    isOpen = policy.security.isEmpty && policy.signature == nil
    var json = JSONWriter()
    json.beginObject()
    json.field("path", template)
    json.field("service", service)
    json.field("operation", id)
    json.endObject()
    logMembers = Array(json.bytes.dropFirst().dropLast())
  }

  /// Whether its handler receives the body of a request in chunks.
  package var streamsBody: Bool { body?.isStreamed ?? false }
  /// The maximum size of a request's body in bytes. An operation without a body reads one like that of any other
  /// request, to refuse it by the contract.
  package var bodyLimit: Int { body?.limit ?? RequestBody().limit }
}

/// An operation of a contract, as the generator writes it: its types and their form on the wire.
public protocol ContractOperation: SendableMetatype {
  associatedtype Input: Sendable
  associatedtype Output: Sendable
  static var descriptor: OperationDescriptor { get }

  /// Reads a request. Nil, with violations in the reader, when the request breaks the contract.
  static func decode(_ request: inout RequestReader) async throws(RequestFault) -> Input?
  static func validate(_ input: Input, _ check: inout Violations)
  /// - Throws: ``RequestFault`` for a parameter that its style cannot express.
  static func encode(_ input: Input) throws -> HTTPRequest
  static func idempotencyKey(_ input: Input) -> String?

  /// The status that an output is sent with.
  static func status(of output: Output) -> Int
  /// Reads a response; nil when its status is not declared.
  static func decode(_ response: HTTPResponse) async throws -> Output?
  static func validate(_ output: Output, _ check: inout Violations)
  /// - Throws: ``RequestFault`` for a value that a header or a form cannot express.
  static func encode(_ output: Output) throws -> HTTPResponse
}

extension ContractOperation {
  /// Most operations constrain nothing but types.
  public static func validate(_ input: Input, _ check: inout Violations) {}
  public static func validate(_ output: Output, _ check: inout Violations) {}
  public static func idempotencyKey(_ input: Input) -> String? { nil }
  public static func status(of output: Output) -> Int { (try? encode(output))?.status ?? 500 }

  /// The path of a request of this operation, percent-encoded, without a query: the `Location` header of a resource
  /// that the operation reads (RFC 9110, section 10.2.2).
  ///
  /// - Throws: ``RequestFault`` for a parameter that its style cannot express.
  public static func location(_ input: Input) throws -> String { try encode(input).path }
}

/// A service as the runtime calls it; the generator writes one over the handlers of each contract.
public protocol ServiceEndpoint: Sendable {
  /// Serves one request. `index` is the operation's index in the API's list of descriptors.
  func respond(to request: RoutedRequest, operation index: Int, call: Call) async -> HTTPResponse
}

/// A request with the values that its path has for the route's parameters.
public struct RoutedRequest: Sendable {
  public let request: HTTPRequest
  /// The decoded values, in the order of the route's parameters.
  public let pathValues: [String]

  public init(request: HTTPRequest, pathValues: [String]) {
    self.request = request
    self.pathValues = pathValues
  }

  /// The same of a request to a known operation; nil when its path is not the operation's.
  package init?(_ request: HTTPRequest, for operation: OperationDescriptor) {
    var router = Router()
    router.add(operation)
    guard case .found(_, let pathValues) = router.match(method: request.method, path: request.path) else { return nil }
    self.init(request: request, pathValues: pathValues)
  }
}

extension HTTPRequest {
  /// Whether it may be sent again when it is unknown whether it was executed: its method is idempotent (RFC 9110,
  /// section 9.2.2), or it has a key by which the service recognises it. A streamed body cannot be sent again.
  package func mayRepeat(_ operation: OperationDescriptor) -> Bool {
    guard stream == nil else { return false }
    return switch method {
    case "GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE", "QUERY": true
    default: operation.policy.idempotencyKey != .none && headers["idempotency-key"] != nil
    }
  }
}

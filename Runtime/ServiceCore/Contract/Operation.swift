/// What the runtime must know about an operation before it reads a request's body.
public final class OperationDescriptor: Sendable {
  /// The text between two slashes of a path. Texts are percent-decoded: `%20` is a space here.
  public enum PathSegment: Sendable, Equatable {
    /// A literal text; an empty one after a trailing slash.
    case literal(String)
    case parameter(String)
    /// Texts and parameters, such as `report.{format}`. Two parameters are never adjacent.
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
    var parameters: [String] {
      switch self {
      case .literal: []
      case .parameter(let name): [name]
      case .mixed(let pieces): pieces.compactMap { if case .parameter(let name) = $0 { name } else { nil } }
      }
    }
  }

  /// Whether a request may or must carry an `Idempotency-Key`.
  public enum KeyUse: Sendable { case none, optional, required }

  public let service: String
  public let id: String
  public let method: String
  public let path: [PathSegment]
  /// The path as the contract writes it, such as `/orders/{id}`.
  package let template: String
  /// The names of the path's parameters, in order.
  let pathParameters: [String]
  /// Only other services may call it; the gateway does not route it.
  public let isInternal: Bool
  public let hasBody: Bool
  /// The maximum size of the body in bytes.
  public let bodyLimit: Int
  /// Whether the handler receives the body in chunks.
  public let streamsBody: Bool
  /// Whether the caller receives the response's body in chunks.
  public let streamsAnswer: Bool
  /// The time limit of the operation in milliseconds; for a streamed body, the longest pause between two chunks.
  public let timeout: Int
  public let idempotencyKey: KeyUse
  /// The query parameter that carries the cursor of a page; nil for an operation without `x-pagination`.
  public let cursor: String?
  /// How the sender of a request is verified by its signature; nil for requests without signatures.
  public let signature: WebhookSignature?
  /// The media types of the success responses: a client's `Accept` is matched against them.
  public let produces: [String]
  /// The request header fields that parameters are read from, in lower case.
  public let fields: [String]
  /// The statuses that the contract declares by number.
  public let statuses: [Int]
  /// The first digits of the declared status ranges, such as `2XX`.
  public let ranges: [Int]
  /// Whether the contract declares `default`, and so allows any status.
  public let hasDefault: Bool
  /// The alternative security requirements of a call; empty where anyone may call.
  public let security: [SecurityRequirement]
  /// Whether no credential is needed.
  let isOpen: Bool

  public init(
    service: String, id: String, method: String, path: [PathSegment], isInternal: Bool = false, hasBody: Bool = false,
    bodyLimit: Int = 1_048_576, streamsBody: Bool = false, streamsAnswer: Bool = false, timeout: Int = 30_000,
    idempotencyKey: KeyUse = .none, cursor: String? = nil, signature: WebhookSignature? = nil, produces: [String] = [],
    fields: [String] = [], statuses: [Int], ranges: [Int] = [], hasDefault: Bool, security: [SecurityRequirement] = []
  ) {
    self.service = service
    self.id = id
    self.method = method
    self.path = path
    template = path.map { "/" + $0.description }.joined()
    pathParameters = path.flatMap(\.parameters)
    self.isInternal = isInternal
    self.hasBody = hasBody
    self.bodyLimit = bodyLimit
    self.streamsBody = streamsBody
    self.streamsAnswer = streamsAnswer
    self.timeout = timeout
    self.idempotencyKey = idempotencyKey
    self.cursor = cursor
    self.signature = signature
    self.produces = produces
    self.fields = fields
    self.statuses = statuses
    self.ranges = ranges
    self.hasDefault = hasDefault
    self.security = security
    isOpen = security.isEmpty && signature == nil
  }

  public func declares(_ status: Int) -> Bool {
    hasDefault || statuses.contains(status) || ranges.contains(status / 100)
  }
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

  /// Reads a response; nil when its status is not declared.
  static func decode(_ response: HTTPResponse) async throws -> Output?
  static func validate(_ output: Output, _ check: inout Violations)
  /// - Throws: ``RequestFault`` for a value that a header or a form cannot express.
  static func encode(_ output: Output) throws -> HTTPResponse
}

extension ContractOperation {
  public static func idempotencyKey(_ input: Input) -> String? { nil }

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
    default: operation.idempotencyKey != .none && headers["idempotency-key"] != nil
    }
  }
}

/// What the runtime must know of an operation before it looks at a request's body.
public final class OperationDescriptor: Sendable {
  /// What stands between two slashes of a path. Texts are percent-decoded: `%20` is a space here.
  public enum PathSegment: Sendable, Equatable {
    /// A text; an empty one behind a slash that ends the path.
    case literal(String)
    case parameter(String)
    /// Texts and parameters, such as `report.{format}`. Two parameters never stand next to each other.
    case mixed([Piece])

    public enum Piece: Sendable, Equatable {
      case literal(String)
      case parameter(String)
    }

    /// The text between the slashes, as a contract writes it.
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

    /// The names of the parameters, in their order.
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
  /// The names of the path's parameters, in their order.
  let pathParameters: [String]
  /// Only other services may call it; the gateway does not know it.
  public let isInternal: Bool
  public let hasBody: Bool
  /// The largest body in bytes.
  public let bodyLimit: Int
  /// Whether the body is handed to the handler piece by piece.
  public let streamsBody: Bool
  /// Whether an answer's body is handed to the caller piece by piece.
  public let streamsAnswer: Bool
  /// How long the operation may take, in milliseconds; for a streamed body, how long it may stand still.
  public let timeout: Int
  public let idempotencyKey: KeyUse
  /// By what its requests are known to come from who they say; nil where nothing signs them.
  public let signature: WebhookSignature?
  /// The media types of the answers that mean success: what a caller's `Accept` is held against.
  public let produces: [String]
  /// The request's header fields that parameters are read from, in lower case.
  public let fields: [String]
  /// The statuses the contract declares by name.
  public let statuses: [Int]
  /// The first digits of the ranges it declares, such as `2XX`.
  public let ranges: [Int]
  /// Whether the contract declares `default`, and so any status.
  public let hasDefault: Bool
  /// The alternatives by which it may be called; none where anybody may.
  public let security: [SecurityRequirement]
  /// Whether nobody has to prove anything.
  let isOpen: Bool

  public init(
    service: String, id: String, method: String, path: [PathSegment], isInternal: Bool = false, hasBody: Bool = false,
    bodyLimit: Int = 1_048_576, streamsBody: Bool = false, streamsAnswer: Bool = false, timeout: Int = 30_000,
    idempotencyKey: KeyUse = .none, signature: WebhookSignature? = nil, produces: [String] = [],
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

/// An operation of a contract, as the generator writes it: its types and how they go over the wire.
public protocol ContractOperation: SendableMetatype {
  associatedtype Input: Sendable
  associatedtype Output: Sendable
  static var descriptor: OperationDescriptor { get }

  /// Reads a request. Nil, with violations in the reader, when it breaks the contract.
  static func decode(_ request: inout RequestReader) async throws(ProblemDetails) -> Input?
  static func validate(_ input: Input, _ check: inout Violations)
  /// - Throws: ``ProblemDetails`` for a parameter that its style has no form for.
  static func encode(_ input: Input) throws -> HTTPRequest
  static func idempotencyKey(_ input: Input) -> String?

  /// Reads a response; nil when its status is not declared.
  static func decode(_ response: HTTPResponse) async throws -> Output?
  static func validate(_ output: Output, _ check: inout Violations)
  /// - Throws: ``ProblemDetails`` for a header or a form that has no form for a value.
  static func encode(_ output: Output) throws -> HTTPResponse
}

extension ContractOperation {
  public static func idempotencyKey(_ input: Input) -> String? { nil }
}

/// A service as the runtime calls it: the generator writes one over the handlers of each contract.
public protocol ServiceEndpoint: Sendable {
  /// Answers one request. `index` is the operation's place in the API's list of descriptors.
  func respond(to request: RoutedRequest, operation index: Int, call: Call) async -> HTTPResponse
}

/// A request with the values its path has for the route's parameters.
public struct RoutedRequest: Sendable {
  public let request: HTTPRequest
  /// The decoded values, in the order of the route's parameters.
  public let pathValues: [String]

  public init(request: HTTPRequest, pathValues: [String]) {
    self.request = request
    self.pathValues = pathValues
  }
}

extension HTTPRequest {
  /// Whether it may be sent again when nobody knows whether it was executed: its method is idempotent (RFC 9110,
  /// section 9.2.2), or it has a key by which the service knows it again. A body that was streamed is gone.
  package func mayRepeat(_ operation: OperationDescriptor) -> Bool {
    guard stream == nil else { return false }
    return switch method {
    case "GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE", "QUERY": true
    default: operation.idempotencyKey != .none && headers["idempotency-key"] != nil
    }
  }
}

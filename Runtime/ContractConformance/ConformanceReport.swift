import ContractValues
import ServiceCore

/// What a run found.
public struct ConformanceReport: Sendable {
  public internal(set) var failures: [ConformanceFailure] = []
  /// What could not be checked, and why.
  public internal(set) var skipped: [String] = []
  public internal(set) var requests = 0
  /// The operations that were called, of all.
  public internal(set) var called: Set<String> = []
  public internal(set) var operations = 0
  public let seed: UInt64
  private let secrets: [String]

  init(seed: UInt64, secrets: [String]) {
    self.seed = seed
    // The longest first, since one may be in another.
    self.secrets = secrets.filter { $0.utf8.count > 3 }.sorted { $0.utf8.count > $1.utf8.count }
  }

  /// A text without secrets, in whatever form a request has them.
  func masked(_ text: String) -> String {
    secrets.reduce(text) { $0.replacing($1, with: "…").replacing(PercentCoding.encode($1), with: "…") }
  }

  /// Whether every operation was called, and everything could be checked.
  public var isWhole: Bool { skipped.isEmpty && called.count == operations }
}

/// One way in which a server breaks its contract.
public struct ConformanceFailure: Sendable {
  /// A request and what came back.
  public struct Exchange: Sendable {
    public let request: HTTPRequest
    /// Nil where no response came.
    public let response: HTTPResponse?
  }

  public let check: ConformanceCheck
  /// The id of the operation.
  public let operation: String
  /// The line of the contract that is broken: `Contracts/shop/orders.yaml:42`.
  public let at: String
  public let message: String
  /// The requests that show it, the last one being the one that failed.
  public let exchanges: [Exchange]
  /// How often it was seen.
  public internal(set) var count = 1
}

/// What is checked.
public enum ConformanceCheck: String, Sendable, CaseIterable {
  case unreachable, serverError = "server-error"
  case validRefused = "valid-refused"
  case statusUndeclared = "status-undeclared"
  case mediaType = "media-type"
  case header, body
  case hiddenProperty = "hidden-property"
  case invalidAccepted = "invalid-accepted"
  case violationReport = "violation-report"
  case methodNotAllowed = "method-not-allowed"
  case unsupportedMediaType = "unsupported-media-type"
  case notAcceptable = "not-acceptable"
  case authentication, authorization
  case credentialsRefused = "credentials-refused"
  case idempotency, paging, filter
  case createdNotFound = "created-not-found"
  case notStored = "not-stored"
  case notListed = "not-listed"
  case notDeleted = "not-deleted"
  case readOnlyTaken = "read-only-taken"
  case conditional, range, link, callback

  /// What it means that it fails, in a phrase.
  public var summary: String {
    switch self {
    case .unreachable: "no response arrived"
    case .serverError: "the server failed"
    case .validRefused: "a valid request was refused"
    case .statusUndeclared: "the contract does not declare the status"
    case .mediaType: "the contract does not declare the media type for the status"
    case .header: "a header breaks the contract"
    case .body: "the body breaks the contract"
    case .hiddenProperty: "a write-only property was sent"
    case .invalidAccepted: "an invalid request was accepted"
    case .violationReport: "the problem details do not name the violation"
    case .methodNotAllowed: "an undeclared method is not refused with 405 and Allow"
    case .unsupportedMediaType: "an undeclared media type is not refused"
    case .notAcceptable: "the Accept header is not honoured"
    case .authentication: "a caller who did not authenticate is not refused with 401"
    case .authorization: "a caller without the scopes is not refused with 403"
    case .credentialsRefused: "right credentials were refused"
    case .idempotency: "a request with an idempotency key did not take effect exactly once"
    case .paging: "the pages are not the list"
    case .filter: "a filter of the list has no effect"
    case .createdNotFound: "what was created cannot be read"
    case .notStored: "what was written is not what is read"
    case .notListed: "what was created is not listed"
    case .notDeleted: "what was deleted is still there"
    case .readOnlyTaken: "a read-only property was taken from a request"
    case .conditional: "a conditional request is not honoured"
    case .range: "a range request is not honoured"
    case .link: "a link leads to nothing"
    case .callback: "a callback breaks the contract"
    }
  }
}

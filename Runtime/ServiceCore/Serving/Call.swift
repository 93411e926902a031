/// What a handler knows about the call that it serves, and how it commits its effects.
public struct Call: Sendable {
  /// The id of the call in the logs, passed on to every service that it calls.
  public private(set) var requestID: String
  /// The credentials for calls to other services. They are never those that this call came with.
  public private(set) var credentials = Credentials()
  private(set) var answering: Answering?
  /// The slot that it holds; nil where the service has no limit on calls.
  private(set) var slot: Slot?
  private let service: Service

  /// What all calls of a service share. A call is passed by value from step to step: this is one reference.
  private final class Service: Sendable {
    let logger: Logger
    let verifier: (any CredentialVerifier)?
    let webhookVerifier: (any WebhookVerifier)?
    let transactions: (any TransactionRunner)?
    let admission: (any Admission)?
    let cursorKeys: (any CursorKeys)?

    init(
      _ logger: Logger, _ verifier: (any CredentialVerifier)?, _ webhookVerifier: (any WebhookVerifier)?,
      _ transactions: (any TransactionRunner)?, _ admission: (any Admission)?, _ cursorKeys: (any CursorKeys)?
    ) {
      (self.logger, self.verifier) = (logger, verifier)
      (self.webhookVerifier, self.transactions) = (webhookVerifier, transactions)
      (self.admission, self.cursorKeys) = (admission, cursorKeys)
    }
  }

  public var logger: Logger { service.logger }
  /// Verifies the credentials of requests to this service.
  var verifier: (any CredentialVerifier)? { service.verifier }
  /// Verifies the signatures of webhooks to this service.
  var webhookVerifier: (any WebhookVerifier)? { service.webhookVerifier }
  var transactions: (any TransactionRunner)? { service.transactions }
  /// Limits how many calls the service works on at once.
  var admission: (any Admission)? { service.admission }
  /// Seals the cursors of the service's lists.
  var cursorKeys: (any CursorKeys)? { service.cursorKeys }

  /// The operation whose response is committed together with this transaction.
  struct Answering: Sendable {
    let operation: any ContractOperation.Type
    let claim: IdempotencyClaim?

    /// Throws for a response that breaks the contract; returns the serialized response where it is to be stored. Nil
    /// for a value that is not the operation's response.
    func checked(_ value: any Sendable) throws -> HTTPResponse? {
      func check<O: ContractOperation>(_ operation: O.Type) throws -> HTTPResponse? {
        guard let output = value as? O.Output else { return nil }
        let answer = try Serving.checked(operation, output)
        return claim == nil ? nil : try Serving.encoded(operation, answer)
      }
      return try check(operation)
    }
  }

  /// A call that a program makes on its own behalf, under a new id.
  public init(logger: Logger = Logger(level: .warning)) {
    self.init(requestID: Uuid.v7(at: logger.clock.now()).description, logger: logger)
  }

  /// - Parameters:
  ///   - verifier: needed by operations whose contract requires credentials; without one they fail.
  ///   - webhookVerifier: the same for operations whose contract requires signatures.
  ///   - admission: provides the calls' slots.
  ///   - cursorKeys: the same for operations whose contract declares pagination.
  public init(
    requestID: String, logger: Logger, transactions: (any TransactionRunner)? = nil,
    verifier: (any CredentialVerifier)? = nil, webhookVerifier: (any WebhookVerifier)? = nil,
    admission: (any Admission)? = nil, cursorKeys: (any CursorKeys)? = nil
  ) {
    self.requestID = requestID
    service = Service(logger, verifier, webhookVerifier, transactions, admission, cursorKeys)
  }

  /// The same service's call for another request.
  ///
  /// - Parameter slot: the slot of that request in the service's ``Admission``.
  public func under(_ requestID: String, slot: Slot? = nil) -> Call {
    with { ($0.requestID, $0.slot) = (requestID, slot) }
  }

  /// The same call, with these credentials for calls to other services.
  ///
  /// Credentials are never forwarded automatically: schemes of two contracts may share a name, and one service must not
  /// see a token meant for another.
  public func acting(with credentials: Credentials) -> Call { with { $0.credentials = credentials } }

  /// The same call for another service in this process.
  func entering(_ service: LocalService, _ slot: Slot?) -> Call { service.call.under(requestID, slot: slot) }

  func answering(_ answering: Answering) -> Call { with { $0.answering = answering } }

  private func with(_ change: (inout Call) -> Void) -> Call {
    var call = self
    change(&call)
    return call
  }

  /// Runs `body` in one transaction of the service's database, and commits its effects together with its response.
  ///
  /// An operation with `x-idempotency-key` can respond only with the result of this method: effects and response are
  /// then stored together or not at all. Make no remote call inside.
  ///
  /// - Throws: what `body` throws, after a rollback; ``RequestFault`` when the service has no database; errors of the
  ///   database.
  public func committing<Value: Sendable>(
    _ body: (any OpenTransaction) async throws -> Value
  ) async throws -> Committed<Value> {
    guard let transactions else { throw RequestFault(.unavailable("The service has no database.")) }
    let value = try await transactions.transaction { transaction in
      let value = try await body(transaction)
      let answer = try answering?.checked(value)
      if let claim = answering?.claim, let answer {
        try await transaction.store(answer, for: claim)
      }
      return value
    }
    return Committed(value)
  }
}

/// A committed value. Only ``Call/committing(_:)`` makes one.
public struct Committed<Value: Sendable>: Sendable {
  public let value: Value

  init(_ value: Value) { self.value = value }
}

/// A transaction of a service's database, as the runtime sees it.
public protocol OpenTransaction: Sendable {
  /// Stores the response to a request with a key, to be returned again when the request is repeated.
  func store(_ answer: HTTPResponse, for claim: IdempotencyClaim) async throws
}

/// A service's database, as the runtime sees it.
public protocol TransactionRunner: Sendable {
  func transaction<Value: Sendable>(_ body: (any OpenTransaction) async throws -> Value) async throws -> Value
  /// Claims an idempotency key for one request, or returns the outcome of an earlier request with it.
  func claim(_ key: String, operation: String, request: [UInt8]) async throws -> ClaimResult
  /// Releases the key of a failed request.
  func release(_ claim: IdempotencyClaim) async
}

/// The right to execute the one request with a key.
public struct IdempotencyClaim: Sendable {
  public let operation: String
  public let key: String
  /// Distinguishes this attempt from a later one that took over after a crash.
  public let attempt: Uuid

  public init(operation: String, key: String, attempt: Uuid) {
    self.operation = operation
    self.key = key
    self.attempt = attempt
  }
}

public enum ClaimResult: Sendable {
  case claimed(IdempotencyClaim)
  case answered(HTTPResponse)
  case running
  case otherRequest
}

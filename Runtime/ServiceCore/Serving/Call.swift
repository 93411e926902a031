/// What a handler knows of the call it serves, and how it commits what it does.
public struct Call: Sendable {
  /// The id under which the call stands in the logs, passed on to every service it leads to.
  public private(set) var requestID: String
  /// What calls to other services are made with. It is never what this call came with.
  public private(set) var credentials = Credentials()
  private(set) var answering: Answering?
  private let service: Service

  /// What all calls of a service have in common. A call is handed on by value from step to step: this is one reference.
  private final class Service: Sendable {
    let logger: Logger
    let verifier: (any CredentialVerifier)?
    let webhookVerifier: (any WebhookVerifier)?
    let transactions: (any TransactionRunner)?

    init(
      _ logger: Logger, _ verifier: (any CredentialVerifier)?, _ webhookVerifier: (any WebhookVerifier)?,
      _ transactions: (any TransactionRunner)?
    ) {
      (self.logger, self.verifier) = (logger, verifier)
      (self.webhookVerifier, self.transactions) = (webhookVerifier, transactions)
    }
  }

  public var logger: Logger { service.logger }
  /// What the credentials of a request to this service are verified by.
  var verifier: (any CredentialVerifier)? { service.verifier }
  /// What the signatures of webhooks to this service are verified by.
  var webhookVerifier: (any WebhookVerifier)? { service.webhookVerifier }
  var transactions: (any TransactionRunner)? { service.transactions }

  /// Whose answer the transaction it comes from is committed with.
  struct Answering: Sendable {
    let operation: any ContractOperation.Type
    let claim: IdempotencyClaim?

    /// Throws for an answer that breaks the contract; gives what goes over the wire where that is to be stored. Nil for a
    /// value that is not the operation's answer.
    func checked(_ value: any Sendable) throws -> HTTPResponse? {
      func check<O: ContractOperation>(_ operation: O.Type) throws -> HTTPResponse? {
        guard let output = value as? O.Output else { return nil }
        let answer = try Serving.checked(operation, output)
        return claim == nil ? nil : try Serving.encoded(operation, answer)
      }
      return try check(operation)
    }
  }

  /// A call that a program makes by itself, and not for somebody who called it: under an id of its own.
  public init(logger: Logger = Logger(level: .warning)) {
    self.init(requestID: Uuid.v7(at: logger.clock.now()).description, logger: logger)
  }

  /// - Parameters:
  ///   - verifier: what operations need whose contract says who may call them; without one they fail.
  ///   - webhookVerifier: the same for what the contract says is signed.
  public init(
    requestID: String, logger: Logger, transactions: (any TransactionRunner)? = nil,
    verifier: (any CredentialVerifier)? = nil,
    webhookVerifier: (any WebhookVerifier)? = nil
  ) {
    self.requestID = requestID
    service = Service(logger, verifier, webhookVerifier, transactions)
  }

  /// The same service's call for another request.
  public func under(_ requestID: String) -> Call { with { $0.requestID = requestID } }

  /// The same call, whose calls to other services are made with these credentials.
  ///
  /// Nothing is passed on by itself: schemes of two contracts may share a name, and a token meant for one service is
  /// not for another to see.
  public func acting(with credentials: Credentials) -> Call { with { $0.credentials = credentials } }

  /// The same call as another service of this process sees it.
  func entering(_ service: LocalService) -> Call {
    Call(requestID: requestID, logger: logger, transactions: service.transactions, verifier: service.verifier)
  }

  func answering(_ answering: Answering) -> Call { with { $0.answering = answering } }

  private func with(_ change: (inout Call) -> Void) -> Call {
    var call = self
    change(&call)
    return call
  }

  /// Runs `body` in one transaction of the service's database and commits what it did, its answer with it.
  ///
  /// An operation with `x-idempotency-key` can answer only with what comes out of here: effect and
  /// answer are then stored together or not at all. Make no remote call inside.
  ///
  /// - Throws: what `body` throws, after a rollback; ``ProblemConvertible`` when the database is not there.
  public func committing<Value: Sendable>(
    _ body: (any OpenTransaction) async throws -> Value
  ) async throws -> Committed<Value> {
    guard let transactions else { throw ProblemDetails.unavailable("The service has no database.") }
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

/// A value that was committed. Only ``Call/committing(_:)`` makes one.
public struct Committed<Value: Sendable>: Sendable {
  public let value: Value

  init(_ value: Value) { self.value = value }
}

/// A transaction of a service's database, as the runtime sees it.
public protocol OpenTransaction: Sendable {
  /// Stores the answer to a keyed request, to be given again to whoever repeats it.
  func store(_ answer: HTTPResponse, for claim: IdempotencyClaim) async throws
}

/// A service's database, as the runtime sees it.
public protocol TransactionRunner: Sendable {
  func transaction<Value: Sendable>(_ body: (any OpenTransaction) async throws -> Value) async throws -> Value
  /// Takes an idempotency key for one request, or tells what became of an earlier one.
  func claim(_ key: String, operation: String, request: [UInt8]) async throws -> ClaimResult
  /// Gives a key back whose request failed.
  func release(_ claim: IdempotencyClaim) async
}

/// The right to execute the one request that has a key.
public struct IdempotencyClaim: Sendable {
  public let operation: String
  public let key: String
  /// Tells this attempt from a later one that took over after a crash.
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

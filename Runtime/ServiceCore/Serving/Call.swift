/// What a handler knows about the call that it serves, and how it commits its effects.
///
/// It is passed by value from step to step: what all calls of a service share is behind one reference.
public struct Call: Sendable {
  /// The request that it serves, or the identity of a call without one.
  private var origin: Origin
  /// The credentials for calls to other services. They are never those that this call came with.
  public private(set) var credentials = Credentials()
  @usableFromInline package private(set) var answering: Answering?
  /// The events that it handles; nil for any other call.
  package private(set) var receipt: EventReceipt?
  /// The slot that it holds; nil where the service has no limit on calls.
  package var slot: Slot?
  /// The caller's identity; nil where no credentials are required, and until they are verified.
  package var proof: Proof?
  @usableFromInline package var isSignatureVerified = false
  private let service: Service

  private enum Origin: Sendable {
    case request(HTTPRequest)
    /// With the credentials of a call from this process; nil where nobody has called.
    indirect case identity(CallIdentity, given: [(scheme: SecurityScheme, credential: Credential)]? = nil)
  }

  /// What all calls of a service share.
  private final class Service: Sendable {
    let logger: Logger
    let verifier: (any CredentialVerifier)?
    let webhookVerifier: (any WebhookVerifier)?
    let callerSeal: (any CallerSeal)?
    let transactions: (any TransactionRunner)?
    let admission: (any Admission)?
    let cursorKeys: (any CursorKeys)?
    let limiter: RateLimiter?
    let cache: ResponseCache?
    let observers: @Sendable (OperationDescriptor) -> [any CallObserver]
    let sleep: (@Sendable (_ milliseconds: Int) async throws -> Void)?
    let name: String?

    init(
      _ logger: Logger, _ verifier: (any CredentialVerifier)?, _ webhookVerifier: (any WebhookVerifier)?,
      _ callerSeal: (any CallerSeal)?, _ transactions: (any TransactionRunner)?, _ admission: (any Admission)?,
      _ cursorKeys: (any CursorKeys)?,
      _ limiter: RateLimiter?, _ cache: ResponseCache?,
      _ observers: @escaping @Sendable (OperationDescriptor) -> [any CallObserver],
      _ sleep: (@Sendable (_ milliseconds: Int) async throws -> Void)?, _ name: String?
    ) {
      (self.logger, self.verifier) = (logger, verifier)
      (self.webhookVerifier, self.callerSeal, self.transactions) = (webhookVerifier, callerSeal, transactions)
      (self.admission, self.cursorKeys, self.limiter, self.cache) = (admission, cursorKeys, limiter, cache)
      (self.observers, self.sleep, self.name) = (observers, sleep, name)
    }
  }

  /// Its id in the logs, and its position in a trace.
  package var identity: CallIdentity {
    switch origin {
    case .request(let request): request.identity ?? CallIdentity(requestID: request.id)
    case .identity(let identity, _): identity
    }
  }

  /// Whether it serves a request, or a call from this process: what it does is then on behalf of others. A task and the
  /// handling of an event serve nobody, and neither does what a program does by itself.
  package var servesCaller: Bool { if case .identity(_, given: nil) = origin { false } else { true } }

  /// The id of the call in the logs, passed on to every service that it calls.
  public var requestID: String {
    switch origin {
    case .request(let request): request.id
    case .identity(let identity, _): identity.requestID
    }
  }

  /// The address of the client whose request it serves; nil for a call from this process.
  public var clientAddress: NetworkAddress? {
    if case .request(let request) = origin { request.clientAddress } else { nil }
  }

  public var logger: Logger { service.logger }
  /// Verifies the credentials of requests to this service.
  var verifier: (any CredentialVerifier)? { service.verifier }
  /// Verifies the signatures of webhooks to this service.
  var webhookVerifier: (any WebhookVerifier)? { service.webhookVerifier }
  /// Verifies the callers that other processes name; nil where none do.
  var callerSeal: (any CallerSeal)? { service.callerSeal }
  var transactions: (any TransactionRunner)? { service.transactions }
  /// Limits how many calls the service works on at once.
  var admission: (any Admission)? { service.admission }
  /// Seals the cursors of the service's lists.
  var cursorKeys: (any CursorKeys)? { service.cursorKeys }
  /// Counts the calls of callers; nil where the limits of contracts are not enforced.
  var limiter: RateLimiter? { service.limiter }
  /// Keeps responses; nil where none are kept.
  var cache: ResponseCache? { service.cache }
  /// How a time limit is waited for; nil where time limits within this process are not enforced.
  var sleep: (@Sendable (_ milliseconds: Int) async throws -> Void)? { service.sleep }
  /// The service that it is a call of, the source of the events that its tasks emit.
  var serviceName: String? { service.name }

  /// What learns of the calls of an operation at their end.
  func observers(of operation: OperationDescriptor) -> [any CallObserver] { service.observers(operation) }

  /// The operation whose response is committed together with this transaction.
  @usableFromInline package struct Answering: Sendable {
    let operation: any ContractOperation.Type
    let claim: IdempotencyClaim?

    @usableFromInline init(operation: any ContractOperation.Type, claim: IdempotencyClaim?) {
      self.operation = operation
      self.claim = claim
    }

    /// Throws for a response that breaks the contract; returns the serialized response where it is to be stored. Nil
    /// for a value that is not the operation's response.
    func checked(_ committed: any Sendable) throws -> HTTPResponse? {
      let value = (committed as? any EventEffect).map { Self.output(of: $0) } ?? committed
      func check<O: ContractOperation>(_ operation: O.Type) throws -> HTTPResponse? {
        guard let output = value as? O.Output else { return nil }
        let answer = try Serving.checked(operation, output)
        return claim == nil ? nil : try Serving.encoded(operation, answer)
      }
      return try check(operation)
    }

    private static func output(of effect: some EventEffect) -> any Sendable { effect.output }
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
    self.init(
      requestID: requestID, logger: logger, transactions: transactions, verifier: verifier,
      webhookVerifier: webhookVerifier, admission: admission, cursorKeys: cursorKeys, observers: { _ in [] })
  }

  /// - Parameters:
  ///   - observers: makes what learns of the calls of an operation at their end.
  ///   - sleep: waits for the time limits of calls within this process.
  ///   - service: the name of the service, the source of the events that its tasks emit.
  package init(
    requestID: String, logger: Logger, transactions: (any TransactionRunner)? = nil,
    verifier: (any CredentialVerifier)? = nil, webhookVerifier: (any WebhookVerifier)? = nil,
    callerSeal: (any CallerSeal)? = nil, admission: (any Admission)? = nil,
    cursorKeys: (any CursorKeys)? = nil, limiter: RateLimiter? = nil,
    cache: ResponseCache? = nil, observers: @escaping @Sendable (OperationDescriptor) -> [any CallObserver],
    sleep: (@Sendable (_ milliseconds: Int) async throws -> Void)? = nil, service: String? = nil
  ) {
    origin = .identity(CallIdentity(requestID: requestID))
    self.service = Service(
      logger, verifier, webhookVerifier, callerSeal, transactions, admission, cursorKeys, limiter, cache, observers,
      sleep, service)
  }

  /// The same service's call, under another id and in a trace of its own.
  public func under(_ requestID: String) -> Call { under(CallIdentity(requestID: requestID)) }

  /// The same service's call, under another identity.
  package func under(_ identity: CallIdentity) -> Call { with { $0.origin = .identity(identity) } }

  /// The same service's call for a request; a request without an id has the id of this call.
  package func serving(_ request: HTTPRequest) -> Call {
    var call = self
    let hasIdentity = request.identity != nil || !request.id.isEmpty
    call.origin = hasIdentity ? .request(request) : .identity(identity, given: [])
    return call
  }

  /// The same call, with these credentials for calls to other services.
  ///
  /// Credentials are never forwarded automatically: schemes of two contracts may share a name, and one service must not
  /// see a token meant for another.
  public func acting(with credentials: Credentials) -> Call { with { $0.credentials = credentials } }

  /// The same call, with the credentials that it came with, as far as they are of these schemes: for other services of the same
  /// platform, which the caller's token or key is meant for, too.
  public func actingAsCaller(by schemes: [SecurityScheme]) -> Call {
    var credentials = Credentials()
    for scheme in schemes {
      switch origin {
      case .request(let request):
        if case .given(let credential)? = try? scheme.credential(in: request) { credentials[scheme.name] = credential }
      case .identity(_, let given):
        credentials[scheme.name] = given?.first { $0.scheme.name.utf8.elementsEqual(scheme.name.utf8) }?.credential
      }
    }
    return acting(with: credentials)
  }

  /// The same service's call, under another identity, with the credentials that its caller has chosen for it.
  func under(_ identity: CallIdentity, with given: [(scheme: SecurityScheme, credential: Credential)]) -> Call {
    with { $0.origin = .identity(identity, given: given) }
  }

  @usableFromInline package func answering(_ answering: Answering) -> Call {
    var call = self
    call.answering = answering
    return call
  }

  /// The same service's call, which handles events.
  package func receiving(_ receipt: EventReceipt) -> Call { with { $0.receipt = receipt } }

  private func with(_ change: (inout Call) -> Void) -> Call {
    var call = self
    change(&call)
    return call
  }

  /// Runs `body` in one transaction of the service's database, and commits its effects together with its response, its
  /// events, and the mark of the event that it handles.
  ///
  /// An operation with `x-idempotency-key` can respond only with the result of this method: effects and response are
  /// then stored together or not at all. Where `body` returns an ``EventEffect``, its events are stored in the same
  /// transaction, and published once it is committed. Make no remote call inside.
  ///
  /// - Throws: what `body` throws, after a rollback; ``RequestFault`` when the service has no database; ``EmissionError``
  ///   for events that break their contract, or that the operation does not declare; errors of the database.
  public func committing<Value: Sendable>(
    _ body: (any OpenTransaction) async throws -> Value
  ) async throws -> Committed<Value> {
    guard let transactions else { throw RequestFault(.unavailable("The service has no database.")) }
    try receipt?.begin()
    let (value, isEmitting) = try await transactions.transaction { transaction in
      if let receipt { try receipt.check(try await transaction.mark(receipt.marks)) }
      let value = try await body(transaction)
      let answer = try answering?.checked(value)
      if let claim = answering?.claim, let answer {
        try await transaction.store(answer, for: claim)
      }
      // The last statements: the locks of the rows that the events are about are held, so the order of the events of one
      // key is that of its changes.
      let events = try (value as? any EventEffect).map { try emission(of: $0) } ?? []
      if !events.isEmpty { try await transaction.emit(events) }
      try await CrashPoint.beforeCommit.reach()
      return (value, !events.isEmpty)
    }
    receipt?.commit()
    if isEmitting { transactions.haveEmitted() }
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
  /// Stores events, which are published in this order once the transaction is committed.
  func emit(_ events: [EmittedEvent]) async throws
  /// Marks events as handled, and returns for each what the inbox says of it. The transaction handles only fresh ones.
  func mark(_ events: [InboxMark]) async throws -> [InboxState]
}

/// A service's database, as the runtime sees it.
public protocol TransactionRunner: Sendable {
  func transaction<Value: Sendable>(_ body: (any OpenTransaction) async throws -> Value) async throws -> Value
  /// Claims an idempotency key for one request, or returns the outcome of an earlier request with it.
  func claim(_ key: String, operation: String, request: [UInt8]) async throws -> ClaimResult
  /// Releases the key of a failed request.
  func release(_ claim: IdempotencyClaim) async
  /// Learns that events were committed, which are to be published.
  func haveEmitted()
}

extension TransactionRunner {
  public func haveEmitted() {}
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

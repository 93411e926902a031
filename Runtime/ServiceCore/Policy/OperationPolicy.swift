/// What a contract says of an operation besides its data: who may call it, how long it may take, how often it takes
/// effect.
///
/// The generator writes one for each operation, and an ordered list of stages applies it: the same for a request over
/// HTTP, for a call in the same process, and at the gateway.
public struct OperationPolicy: Sendable {
  /// Whether a request may or must carry an `Idempotency-Key`.
  public enum KeyUse: Sendable { case none, optional, required }

  /// The time limit of an operation without `x-timeout`, in milliseconds.
  public static let standardTimeout = 30_000

  /// Only other services may call it; the gateway does not route it (`x-internal`).
  public let isInternal: Bool
  /// Whether a call has effects that a test must not have, such as a payment (`x-unsafe`).
  public let isUnsafe: Bool
  /// Whether callers should move away from it (`deprecated`).
  public let isDeprecated: Bool
  /// Since when they should, where the contract says so (`x-deprecation`).
  public let deprecation: Deprecation?
  /// How the sender of a request is verified by its signature; nil for requests without signatures.
  public let signature: WebhookSignature?
  /// The alternative security requirements of a call; empty where anyone may call.
  public let security: [SecurityRequirement]
  /// How often a caller may call it; nil where there is no limit (`x-rate-limit`).
  public let rateLimit: RateLimit?
  /// How long a gateway may answer with what it has kept; nil where it asks each time (`x-cache`).
  public let cache: CachePolicy?
  /// The time limit of the operation in milliseconds; for a streamed body, the longest pause between two chunks
  /// (`x-timeout`).
  public let timeout: Int
  /// How often a process elsewhere sends a request that fails and may be repeated, with the first time (`x-retry`).
  public let attempts: Int
  /// After how many milliseconds without a response another address is asked for it as well; nil for never. Only for what may
  /// be asked twice at the same time.
  public let hedge: Int?
  /// Whether a process elsewhere stops calling it for a while when it fails again and again (`x-circuit-breaker`).
  public let breaksCircuit: Bool
  /// Whether a request is executed once, however often it is sent (`x-idempotency-key`).
  public let idempotencyKey: KeyUse

  public init(
    isInternal: Bool = false, isUnsafe: Bool = false, isDeprecated: Bool = false,
    deprecation: Deprecation? = nil, signature: WebhookSignature? = nil,
    security: [SecurityRequirement] = [], rateLimit: RateLimit? = nil, cache: CachePolicy? = nil,
    timeout: Int = standardTimeout, attempts: Int = 1, hedge: Int? = nil, breaksCircuit: Bool = false,
    idempotencyKey: KeyUse = .none
  ) {
    self.isInternal = isInternal
    self.isUnsafe = isUnsafe
    self.isDeprecated = isDeprecated
    self.deprecation = deprecation
    self.signature = signature
    self.security = security
    self.rateLimit = rateLimit
    self.cache = cache
    self.timeout = timeout
    (self.attempts, self.hedge, self.breaksCircuit) = (attempts, hedge, breaksCircuit)
    self.idempotencyKey = idempotencyKey
  }

  /// The time that a call has, in milliseconds: the operation's own, or what its caller has left, if that is less.
  package func timeLimit(remaining: Int?) -> Int { min(timeout, remaining ?? .max) }
}

import ContractSource

extension Operation {
  /// What a contract says of an operation besides its data, as it says it: what it leaves out is nil, false or empty.
  public struct Policy {
    public enum KeyUse: String, CaseIterable, Sendable { case optional, required }

    public let isInternal: Bool
    /// Whether a call has effects that a test must not have.
    public let isUnsafe: Bool
    public let isDeprecated: Bool
    /// Since when, and until when it is there; nil where the contract does not say.
    public let deprecation: Deprecation?
    /// How long the signature of a message is valid, in milliseconds.
    public let replayWindow: Int?
    /// The alternatives of which a caller must satisfy one; empty when no security is required.
    public let security: [SecurityRequirement]
    /// What the contract calls those callers.
    public let principal: String?
    /// The time limit in milliseconds.
    public let timeout: Int?
    public let idempotencyKey: KeyUse?
    /// How often a caller may call it; nil where there is no limit.
    public let rateLimit: RateLimit?
    public let resilience: Resilience
    /// How long a gateway may answer with what it has kept; nil where it asks each time.
    public let cache: Cache?
    /// The send operations whose messages its handler may emit.
    public let emits: [Emission]
  }

  /// What its callers in other processes do when it fails; nil where the contract does not say.
  public struct Resilience: Sendable {
    /// With the first one.
    public var attempts: Int?
    /// After how many milliseconds without an answer another address is asked as well.
    public var hedge: Int?
    public var breaksCircuit: Bool?
  }

  /// In milliseconds.
  public struct Cache: Sendable {
    public let maxAge: Int
    /// How long after that a kept answer is given while a new one is asked for.
    public let stale: Int
  }

  /// What an operation has from its path, and a path from the document.
  struct Inherited {
    var limit: RateLimit?
    var resilience = Resilience()
    var cache: Cache?
  }

  /// In seconds since 1970.
  public struct Deprecation: Sendable {
    public let since: Int
    public let sunset: Int?
    public let link: String?
  }

  /// How often a caller may call the operations that share it.
  public struct RateLimit: Sendable {
    public enum Caller: String, CaseIterable, Sendable { case client, user, key }

    /// Of the operations: `api` for those of the document, a path for those of the path, or the operation's own id.
    public let name: String
    public let requests: Int
    /// In milliseconds.
    public let window: Int
    public let burst: Int?
    public let caller: Caller
  }
}

/// An argument of the runtime's `OperationPolicy`, by its name there.
public struct PolicySetting: Sendable {
  public enum Value: Sendable {
    case flag
    case milliseconds(Int)
    case choice(String)
    case number(Int)
    case text(String)
    case settings([PolicySetting])
    /// The security requirements of the operation.
    case security
  }

  public let name: String
  public let value: Value
}

extension Operation.Policy {
  /// What the contract sets, as the runtime takes it: nothing else of the generator lists the fields of a policy.
  public var settings: [PolicySetting] {
    let values: [(name: String, value: PolicySetting.Value?)] = [
      ("isInternal", isInternal ? .flag : nil),
      ("isUnsafe", isUnsafe ? .flag : nil),
      ("isDeprecated", isDeprecated ? .flag : nil),
      ("deprecation", deprecation.map { .settings($0.settings) }),
      ("signature", replayWindow.map { .settings([PolicySetting(name: "window", value: .milliseconds($0))]) }),
      ("security", security.isEmpty ? nil : .security),
      ("rateLimit", rateLimit.map { .settings($0.settings) }),
      ("cache", cache.map { .settings($0.settings) }),
      ("timeout", timeout.map { .milliseconds($0) }),
      ("attempts", resilience.attempts.flatMap { $0 > 1 ? .number($0) : nil }),
      ("hedge", resilience.hedge.map { .milliseconds($0) }),
      ("breaksCircuit", resilience.breaksCircuit == true ? .flag : nil),
      ("idempotencyKey", idempotencyKey.map { .choice($0.rawValue) }),
    ]
    return PolicySetting.set(values)
  }
}

extension PolicySetting {
  /// Those that have a value.
  fileprivate static func set(_ values: [(name: String, value: Value?)]) -> [PolicySetting] {
    values.compactMap { name, value in value.map { PolicySetting(name: name, value: $0) } }
  }
}

extension Operation.Deprecation {
  fileprivate var settings: [PolicySetting] {
    PolicySetting.set([
      ("since", .number(since)), ("sunset", sunset.map { .number($0) }), ("link", link.map { .text($0) }),
    ])
  }
}

extension Operation.RateLimit {
  fileprivate var settings: [PolicySetting] {
    PolicySetting.set([
      ("name", .text(name)), ("requests", .number(requests)), ("window", .milliseconds(window)),
      ("burst", burst.map { .number($0) }), ("caller", caller == .client ? nil : .choice(caller.rawValue)),
    ])
  }
}

extension Operation.Cache {
  fileprivate var settings: [PolicySetting] {
    PolicySetting.set([("maxAge", .milliseconds(maxAge)), ("stale", stale > 0 ? .milliseconds(stale) : nil)])
  }
}

/// What a contract says of an operation besides its data.
extension ContractReader {
  /// Reads an operation's policy: a line for each of its fields.
  ///
  /// - Parameters:
  ///   - outer: what its path says, or the document.
  ///   - id: what a rate limit of its own is called.
  func policy(
    _ fields: inout Fields, of kind: Operation.Kind, _ at: Location, _ method: String, else outer: Operation.Inherited,
    own id: String
  ) -> Operation.Policy {
    let isInternal = isInternal(&fields)
    let isDeprecated = fields.bool("deprecated", as: .documentation)
    let own = security(&fields, at)
    let security = own ?? (kind == .route ? defaultSecurity : [])
    let principal = principal(&fields, of: security)
    let timeout = timeout(&fields)
    return Operation.Policy(
      isInternal: isInternal,
      isUnsafe: isUnsafe(&fields),
      isDeprecated: isDeprecated,
      deprecation: deprecation(&fields, isDeprecated: isDeprecated, isServed: !isInternal && kind == .route),
      replayWindow: kind == .route ? nil : replayWindow(&fields),
      security: security,
      principal: principal ?? (own == nil && kind == .route ? defaultPrincipal : nil),
      timeout: timeout,
      idempotencyKey: idempotencyKey(&fields),
      rateLimit: rateLimit(&fields, named: id, else: outer.limit, isServed: !isInternal && kind == .route),
      resilience: resilience(
        &fields, of: method, within: timeout, else: outer.resilience, isServed: kind == .route),
      cache: cache(&fields, of: method, else: outer.cache, isServed: !isInternal && kind == .route),
      emits: emits(&fields, of: kind))
  }

  /// What a document or a path says for the operations below it.
  func inherited(
    _ fields: inout Fields, named name: String, else outer: Operation.Inherited, isServed: Bool = true
  ) -> Operation.Inherited {
    Operation.Inherited(
      limit: rateLimit(&fields, named: name, else: outer.limit, isServed: isServed),
      resilience: resilience(&fields, of: nil, else: outer.resilience, isServed: isServed),
      cache: cache(&fields, of: nil, else: outer.cache, isServed: isServed))
  }

  /// Warns of an extension that is for what a gateway serves, beside what none does.
  func warnUnserved(_ entry: Node.Entry) {
    diagnostics.warning(
      .noEffect, "'\(entry.key)' has no effect: callers outside cannot call this", at: entry.keyPosition)
  }

  private func emits(_ fields: inout Fields, of kind: Operation.Kind) -> [Emission] {
    let emissions = fields.emits()
    guard kind != .route, let first = emissions.first else { return emissions }
    diagnostics.warning(
      .noEffect, "a request that the API sends emits no events: 'x-emits' has no effect", at: first.position)
    return []
  }

  private func isInternal(_ fields: inout Fields) -> Bool {
    // An operation that was meant to be internal must not become public by a mistake in the value.
    let entry = fields.takeExtension("x-internal", shape: "true or false") { $0.entries == nil && $0.items == nil }
    return entry.map { fields.flag($0.value, $0.key) } ?? false
  }

  private func isUnsafe(_ fields: inout Fields) -> Bool {
    let entry = fields.takeExtension("x-unsafe", shape: "true or false") {
      if case .bool = $0.value { true } else { false }
    }
    return entry.map { fields.flag($0.value, $0.key) } ?? false
  }

  private func timeout(_ fields: inout Fields) -> Int? {
    fields.takeExtension("x-timeout", shape: "a time such as 2s") { $0.string != nil }
      .flatMap { fields.milliseconds($0.value, $0.key) }
  }

  private func replayWindow(_ fields: inout Fields) -> Int? {
    let entry = fields.takeExtension("x-webhook-signature", shape: "an object with a replay-window") {
      $0.entries != nil
    }
    guard let entry, var signature = Fields(entry.value, "signature", diagnostics) else { return nil }
    let window = signature.take("replay-window").map { signature.milliseconds($0, "replay-window") } ?? 300_000
    signature.finish()
    return window
  }

  private func idempotencyKey(_ fields: inout Fields) -> Operation.Policy.KeyUse? {
    let entry = fields.takeExtension("x-idempotency-key", shape: "optional or required") { $0.string != nil }
    guard let entry, let text = fields.text(entry.value, entry.key) else { return nil }
    let use = Operation.Policy.KeyUse(rawValue: text)
    if use == nil {
      diagnostics.error(
        .badValue, "'\(text)' is not a use of idempotency keys", at: entry.value.position,
        help: "valid values: optional, required")
    }
    return use
  }
}

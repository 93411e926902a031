import ServiceCore

/// A token that is kept, and when another one is fetched. Times are those of an injected clock.
struct KeptToken {
  struct Token {
    let text: String
    /// From when on another one is fetched, while this one goes on being used.
    let renewal: Timestamp
    /// From when on it is not used.
    let end: Timestamp

    /// - Parameters:
    ///   - life: for how many seconds it is good.
    ///   - asked: when it was asked for: it was issued later.
    init(_ text: String, life: Int, asked: Timestamp) {
      let (life, start) = (min(max(0, life), 31_536_000) * 1_000_000, asked.microseconds)
      self.text = text
      renewal = Timestamp(microseconds: start + life - min(life / 10, 60_000_000))
      end = Timestamp(microseconds: start + life)
    }
  }

  /// What a call does; where it `fetches`, it has another token fetched.
  enum Step {
    case use(String, fetches: Bool)
    case wait(fetches: Bool)
    /// There is none, and it is too soon to ask again.
    case fail(TokenRefusal)
  }

  private var token: Token?
  private var isFetching = false
  /// When the last fetch began or ended.
  private var tried: Timestamp?
  private var failure: TokenRefusal?

  /// The shortest time between two fetches after one that failed, or whose token a service has refused, in seconds; and
  /// after one for scopes that the client may not have, until somebody allows it them.
  private static let (pause, longPause) = (3, 60)

  /// - Parameter refused: the token that a service has refused.
  mutating func step(at now: Timestamp, refused: String? = nil) -> Step {
    let valid = token.flatMap { now < $0.end && $0.text != refused ? $0 : nil }
    let isTooSoon = (failure != nil || refused != nil) && isPausing(at: now)
    if let valid {
      let fetches = now >= valid.renewal && !isFetching && !isTooSoon
      if fetches { begin(now) }
      return .use(valid.text, fetches: fetches)
    }
    if isFetching { return .wait(fetches: false) }
    if isTooSoon { return .fail(failure ?? .early) }
    begin(now)
    return .wait(fetches: true)
  }

  private func isPausing(at now: Timestamp) -> Bool {
    let pause = failure?.isOfAlternative == true ? Self.longPause : Self.pause
    return tried.map { (0..<pause).contains(now.seconds(since: $0)) } ?? false
  }

  private mutating func begin(_ now: Timestamp) { (isFetching, tried) = (true, now) }

  /// Ends a fetch. A token that is there stays where no other one came.
  mutating func end(_ result: Result<Token, TokenRefusal>, at now: Timestamp) {
    (isFetching, tried, failure) = (false, now, nil)
    switch result {
    case .success(let token): self.token = token
    case .failure(let failure): self.failure = failure
    }
  }
}

/// Why a client has no token. It never has what the issuer was sent.
struct TokenRefusal: Error, CustomStringConvertible {
  let description: String
  /// Whether the client may have one for another alternative of the operation's `security`.
  let isOfAlternative: Bool

  static let early = TokenRefusal("a service has refused the last one, which was issued a moment ago")

  private init(_ description: String, isOfAlternative: Bool = false) {
    (self.description, self.isOfAlternative) = (description, isOfAlternative)
  }

  /// An answer of the token endpoint (RFC 6749, section 5.2).
  init(_ answer: IssuerAnswer, of endpoint: String, scope: String) {
    // Other words may repeat what was sent.
    let advice = [
      "invalid_client": "compare the client's id and secret with what the issuer knows",
      "unauthorized_client": "allow the client the grant client_credentials there",
      "unsupported_grant_type": "the issuer must know the grant client_credentials",
      "invalid_scope": "allow the client the scopes '\(scope)' there",
    ]
    let word = answer.json?["error"]?.text.flatMap { advice[$0] == nil ? nil : $0 }
    // Not every issuer says it by a word.
    let advised = (word ?? (answer.status == 401 ? "invalid_client" : nil)).flatMap { advice[$0] }
    self.init(
      "\(endpoint) answers with \(answer.status)" + (word.map { " \($0)" } ?? ", and with no bearer token") + ": "
        + (advised ?? "see the issuer's log for the reason"), isOfAlternative: word == "invalid_scope")
  }

  /// What happened on the way to the token endpoint.
  init(_ error: any Error, at issuer: String) {
    let advice =
      error is ClientError
      ? "see whether it runs, and can be reached from here at this address"
      : "compare this address with the issuer's own"
    self.init("\(issuer) cannot be asked: \(error): \(advice)")
  }

  /// A contract that does not say where to ask.
  init(withoutIssuerOf scheme: SecurityScheme, _ client: OAuthClient) {
    self.init(
      "its contract does not name the issuer of those of '\(scheme.name)': give one to \(client)", isOfAlternative: true
    )
  }
}

import IdentityAPI
import ServiceCore
import ServiceDefinition
import ServicePasswords
import ServiceSecurity
import SharedAPI

/// Logins, and the tokens that they are used by.
extension Identity {
  /// How long a session lasts without a refresh, in seconds.
  static let sessionSeconds = 30 * 86_400
  /// The time in which failed attempts count, in seconds, and how many a client has for one address and for all.
  private static let (window, attemptsForOne, attemptsForAll) = (900, 10, 300)

  func logIn(_ input: LogIn.Input, _ call: Call) async throws -> LogIn.Output {
    let (email, refresh) = (input.body.email.lowercased(), try Secret.make("cr_"))
    let attempt = try await admit(email, call, for: LogIn.self)
    switch try await prove(email, input.body.password, input.body.code, attempt, call) {
    case .wrong: throw LogIn.unauthorized("There is no account with this address and password.")
    case .lacksCode: throw LogIn.unauthorized("Give the code that the authenticator shows, too.")
    case .proved(let user, let hash):
      let begun = try await begin(user, hash, device: input.userAgent ?? "", call) { queries, session in
        try await queries.addToken(
          digest: Base64(refresh.digest), session: session, expires: now.adding(seconds: Self.sessionSeconds))
      }
      guard let begun else { throw LogIn.unauthorized("The password was changed meanwhile.") }
      return .ok(try await tokens(for: begun.user, begun.session, refresh.text), cacheControl: .noStore)
    }
  }

  /// Whether a password, and a code where the user has a second factor, are right.
  enum Proving: Sendable {
    /// The user, and the hash of the password.
    case proved(User, String)
    case wrong, lacksCode
  }

  func prove(
    _ email: String, _ password: String, _ code: String?, _ attempt: (id: Uuid, client: String), _ call: Call
  ) async throws -> Proving {
    let account = try await queries.account(email: email)
    guard try await matches(account?.hash, password, attempt), let account, !account.user.isDisabled else {
      if let account { try await queries.record(entry: entry(.loginFailed, account.user.id)) }
      return .wrong
    }
    switch try await secondFactor(of: account.user.id, code, call) {
    case .passed: break
    case .missing:
      // The page asks for it: that is no failed attempt.
      try await queries.withdraw(attempt: attempt.id)
      return .lacksCode
    case .wrong:
      try await queries.record(entry: entry(.loginFailed, account.user.id))
      return .lacksCode
    }
    try await queries.forgive(client: attempt.client, email: email)
    guard PasswordHasher.isOutdated(account.hash) else { return .proved(account.user, account.hash) }
    let hash = try await passwords.hash(password)
    let count = try await queries.replacePassword(id: account.user.id, verified: account.hash, hash: hash, now: now)
    return .proved(account.user, count == 1 ? hash : account.hash)
  }

  /// Counts an attempt to prove a password before it is judged: of many at once, no more than allowed are.
  ///
  /// Attempts count for the client that makes them, so that nobody can lock somebody else out.
  ///
  /// - Parameter email: the address; empty for what is only counted for all of them.
  /// - Returns: nil where the client has had as many as it may have.
  func attempt(_ email: String, _ call: Call) async throws -> (id: Uuid, client: String)? {
    let (client, now) = (call.clientAddress?.network ?? "", now)
    let id = Uuid.v7(at: now)
    let admitted: Committed<Int> = try await call.transaction { queries in
      try await queries.queue(client: client)
      return try await queries.attempt(
        id: id, client: client, email: email, now: now, since: now.adding(seconds: -Self.window),
        same: email.isEmpty ? Self.attemptsForAll : Self.attemptsForOne, all: Self.attemptsForAll)
    }
    return admitted.value == 1 ? (id, client) : nil
  }

  /// The same; where there are too many, the answer of an operation.
  func admit<O: TooManyAttempts>(
    _ email: String, _ call: Call, for _: O.Type
  ) async throws -> (id: Uuid, client: String) {
    if let attempt = try await attempt(email, call) { return attempt }
    throw O.tooManyRequests(
      "Too many attempts have been made from here. Try again in a quarter of an hour.", errors: nil,
      retryAfter: Self.window)
  }

  /// Judges a password; an attempt that cannot be judged does not count.
  func matches(_ hash: String?, _ password: String, _ attempt: (id: Uuid, client: String)) async throws -> Bool {
    do {
      return try await passwords.matches(hash, password)
    } catch {
      try await queries.withdraw(attempt: attempt.id)
      throw error
    }
  }

  /// Begins a session; nil where the password that was verified is not the user's any more.
  ///
  /// - Parameter store: stores what the session is used by.
  func begin(
    _ user: User, _ verified: String, device: String, _ call: Call,
    _ store: (IdentityQueries, Uuid) async throws -> Void
  ) async throws -> (user: User, session: Uuid)? {
    let (session, now) = (Uuid.v7(at: now), now)
    let begun: Committed<User?> = try await call.transaction { queries in
      guard let user = try await queries.verifiedUser(id: user.id, verified: verified) else { return nil }
      try await queries.begin(
        session: session, user: user.id, device: String(String.UnicodeScalarView(device.unicodeScalars.prefix(300))),
        now: now)
      try await store(queries, session)
      try await queries.record(entry: entry(.loggedIn, user.id))
      return user
    }
    return begun.value.map { ($0, session) }
  }

  private func tokens(for user: User, _ session: Uuid, _ refresh: String) async throws -> Tokens {
    let scope = user.scopes.joined(separator: " ")
    let token = try await tokens.token(
      subject: user.id.description, scope: scope,
      [
        ("sid", .string(session.description)), ("client_id", "platform"), ("email", .string(user.email)),
        ("email_verified", .boolean(user.emailConfirmedAt != nil)),
        ("roles", .array(user.roles.map { .string($0.rawValue) })),
      ])
    return Tokens(
      accessToken: token, tokenType: .bearer, expiresIn: AccessTokens.life, refreshToken: refresh, scope: scope)
  }

  func refreshTokens(_ input: RefreshTokens.Input, _ call: Call) async throws -> RefreshTokens.Output {
    guard let next = try await rotate(input.body.refreshToken, of: nil, call), let refresh = next.refresh else {
      throw refused
    }
    return .ok(try await tokens(for: next.user, next.session, refresh), cacheControl: .noStore)
  }

  /// Takes a refresh token for the next one; nil for one that is not valid, or that another client has.
  ///
  /// - Parameter client: of OAuth 2.0; nil for the platform itself.
  func rotate(_ text: String, of client: Uuid?, _ call: Call) async throws -> Granted? {
    let digest = Base64(try Secret.digest(of: text))
    let (next, now) = (try Secret.make("cr_"), now)
    // What a reused token ends must stay ended, though the answer is a refusal.
    let outcome: Committed<Granted?> = try await call.transaction { queries in
      guard let token = try await queries.token(digest: digest), token.clientID == client, token.endedAt == nil,
        token.expiresAt > now, let user = try await queries.user(id: token.userID), !user.isDisabled
      else { return nil }
      if token.usedAt != nil {
        _ = try await queries.end(session: token.sessionID, user: user.id, now: now)
        try await queries.record(entry: entry(.tokenReused, user.id))
        return nil
      }
      try await queries.use(digest: digest, session: token.sessionID, now: now)
      try await queries.addToken(
        digest: Base64(next.digest), session: token.sessionID, expires: now.adding(seconds: Self.sessionSeconds))
      return Granted(
        user: user, session: token.sessionID, scopes: token.scopes ?? [], refresh: next.text,
        authenticated: token.beganAt)
    }
    return outcome.value
  }

  private var refused: OperationFailure {
    RefreshTokens.unauthorized("The refresh token is not valid, or was used before. Log in again.")
  }

  func logOut(_ input: LogOut.Input, _ principal: UserPrincipal, _ call: Call) async throws -> LogOut.Output {
    let (user, session) = try await user(principal, for: LogOut.self)
    if let session, try await queries.end(session: session, user: user.id, now: now) == 1 {
      try await queries.record(entry: entry(.loggedOut, user.id))
    }
    return .noContent
  }

  func listSessions(
    _ input: ListSessions.Input, _ principal: UserPrincipal, _ call: Call
  ) async throws -> ListSessions.Output {
    let (user, session) = try await user(principal, for: ListSessions.self)
    return .ok(SessionList(items: try await queries.sessions(user: user.id, current: session)))
  }

  func endSession(
    _ input: EndSession.Input, _ principal: UserPrincipal, _ call: Call
  ) async throws -> EndSession.Output {
    let (user, _) = try await user(principal, for: EndSession.self)
    guard try await queries.end(session: input.sessionID, user: user.id, now: now) == 1 else {
      throw EndSession.notFound("You have no session \(input.sessionID) that has not ended.")
    }
    try await queries.record(entry: entry(.sessionEnded, user.id))
    return .noContent
  }
}

/// An operation that hashes passwords: it may be refused for a while.
protocol TooManyAttempts {
  static func tooManyRequests(_ detail: String, errors: [ProblemError]?, retryAfter: Int) -> OperationFailure
}

extension LogIn: TooManyAttempts {}
extension ChangePassword: TooManyAttempts {}
extension RegisterUser: TooManyAttempts {}

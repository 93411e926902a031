import IdentityAPI
import ServiceCore
import ServiceDefinition
import ServiceSecurity
import SharedAPI

/// What people do with their own accounts.
extension Identity {
  /// How long the token of a message is valid, in seconds.
  private static func seconds(_ kind: MailRequestKind) -> Int { kind == .confirmEmail ? 3 * 86_400 : 3_600 }

  func registerUser(_ input: RegisterUser.Input, _ call: Call) async throws -> Committed<RegisterUser.Effect> {
    let (draft, now) = (input.body, now)
    _ = try await admit("", call, for: RegisterUser.self)
    let hash = try await passwords.hash(draft.password)
    let user = User(
      id: .v7(at: now), email: draft.email.lowercased(), name: draft.name, roles: [.user], scopes: [],
      isDisabled: false, createdAt: now, updatedAt: now)
    return try await call.transaction { queries in
      guard try await queries.insert(user: user, hash: hash) == 1 else {
        throw RegisterUser.conflict("The address \(user.email) is registered.")
      }
      try await queries.record(entry: entry(.registered, user.id))
      let mail = try await message(.confirmEmail, to: user, queries)
      guard let mail else { throw RegisterUser.problem(status: 503, "No message can be sent at the moment.") }
      return RegisterUser.Effect(
        .created(user, location: try GetUser.location(.init(userID: user.id))), mailRequested: mail)
    }
  }

  /// The message that a user gets, with a new token; nil for one who got such a message within the last minute.
  private func message(
    _ kind: MailRequestKind, to user: User, _ queries: IdentityQueries
  ) async throws -> Event<MailRequestedMessage>? {
    let (secret, now) = (try Secret.make("cm_"), now)
    // One at a time, so that two do not both find that there is none.
    _ = try await queries.lockedUser(id: user.id)
    let expiry = now.adding(seconds: Self.seconds(kind))
    let isNew = try await queries.addMailToken(
      digest: Base64(secret.digest), user: user.id, kind: kind.rawValue, email: user.email, now: now, expires: expiry,
      since: now.adding(seconds: -60))
    guard isNew == 1 else { return nil }
    return .init(
      MailRequest(
        userID: user.id, kind: kind, to: user.email, name: user.name, token: secret.text, expiresAt: expiry))
  }

  func me(_ input: Me.Input, _ principal: UserPrincipal, _ call: Call) async throws -> Me.Output {
    .ok(try await user(principal, for: Me.self).user)
  }

  func changeMe(_ input: ChangeMe.Input, _ principal: UserPrincipal, _ call: Call) async throws -> ChangeMe.Output {
    let (user, _) = try await user(principal, for: ChangeMe.self)
    guard let changed = try await queries.rename(id: user.id, name: input.body.name, now: now) else {
      throw ChangeMe.unauthorized("The account does not exist any more.")
    }
    try await queries.record(entry: entry(.accountChanged, user.id))
    return .ok(changed)
  }

  // MARK: passwords

  func changePassword(
    _ input: ChangePassword.Input, _ principal: UserPrincipal, _ call: Call
  ) async throws -> ChangePassword.Output {
    let (user, session) = try await user(principal, for: ChangePassword.self)
    let attempt = try await admit(user.email, call, for: ChangePassword.self)
    guard let verified = try await queries.hash(id: user.id),
      try await matches(verified, input.body.current, attempt)
    else {
      try await queries.record(entry: entry(.loginFailed, user.id))
      throw ChangePassword.forbidden("This is not the current password.")
    }
    try await queries.forgive(client: attempt.client, email: user.email)
    let (hash, now) = (try await passwords.hash(input.body.new), now)
    let _: Committed<Void> = try await call.transaction { queries in
      guard try await queries.replacePassword(id: user.id, verified: verified, hash: hash, now: now) == 1 else {
        throw ChangePassword.forbidden("The password was changed meanwhile.")
      }
      _ = try await queries.endAll(user: user.id, besides: session, now: now)
      try await queries.record(entry: entry(.passwordChanged, user.id))
    }
    return .noContent
  }

  func requestReset(_ input: RequestReset.Input, _ call: Call) async throws -> Committed<RequestReset.Effect> {
    try await call.transaction { queries in
      // The answer is the same for an address that is not registered.
      guard let user = try await queries.account(email: input.body.email.lowercased())?.user, !user.isDisabled,
        let mail = try await message(.resetPassword, to: user, queries)
      else { return RequestReset.Effect(.accepted) }
      try await queries.record(entry: entry(.resetRequested, user.id))
      return RequestReset.Effect(.accepted, mailRequested: [mail])
    }
  }

  func resetPassword(_ input: ResetPassword.Input, _ call: Call) async throws -> ResetPassword.Output {
    let (digest, now, kind) = (try Secret.digest(of: input.body.token), now, MailRequestKind.resetPassword.rawValue)
    // Before the hash, which costs more than asking.
    guard try await queries.hasMailToken(digest: Base64(digest), kind: kind, now: now) else {
      throw ResetPassword.forbidden("The token is not valid, or has expired.")
    }
    let hash = try await passwords.hash(input.body.password)
    let reset: Committed<Bool> = try await call.transaction { queries in
      guard
        let token = try await queries.takeMailToken(
          digest: Base64(digest), kind: kind, now: now
        ).first,
        try await queries.setPassword(id: token.userID, hash: hash, now: now) == 1
      else { return false }
      // A registration by somebody else, before the owner of the address, leaves nothing.
      if try await queries.user(id: token.userID)?.emailConfirmedAt == nil {
        _ = try await queries.endConsents(user: token.userID)
      }
      // Who reads the message has the address.
      try await confirm(token.userID, token.email, queries)
      try await promoteFirst(token.userID, token.email, queries)
      _ = try await queries.endKeys(user: token.userID)
      _ = try await queries.endAll(user: token.userID, besides: nil, now: now)
      try await queries.record(entry: entry(.passwordReset, token.userID))
      return true
    }
    guard reset.value else { throw ResetPassword.forbidden("The token is not valid, or has expired.") }
    return .noContent
  }

  // MARK: addresses

  func requestConfirmation(
    _ input: RequestConfirmation.Input, _ principal: UserPrincipal, _ call: Call
  ) async throws -> Committed<RequestConfirmation.Effect> {
    let (user, _) = try await user(principal, for: RequestConfirmation.self)
    return try await call.transaction { queries in
      guard user.emailConfirmedAt == nil, let mail = try await message(.confirmEmail, to: user, queries) else {
        return RequestConfirmation.Effect(.accepted)
      }
      return RequestConfirmation.Effect(.accepted, mailRequested: [mail])
    }
  }

  func confirmEmail(_ input: ConfirmEmail.Input, _ call: Call) async throws -> ConfirmEmail.Output {
    let (digest, now) = (try Secret.digest(of: input.body.token), now)
    let confirmed: Committed<Bool> = try await call.transaction { queries in
      guard
        let token = try await queries.takeMailToken(
          digest: Base64(digest), kind: MailRequestKind.confirmEmail.rawValue, now: now
        ).first
      else { return false }
      return try await confirm(token.userID, token.email, queries)
    }
    guard confirmed.value else { throw ConfirmEmail.forbidden("The token is not valid, or has expired.") }
    return .noContent
  }

  @discardableResult
  private func confirm(_ user: Uuid, _ email: String, _ queries: IdentityQueries) async throws -> Bool {
    guard let user = try await queries.confirm(id: user, email: email, now: now) else { return false }
    try await queries.record(entry: entry(.emailConfirmed, user.id))
    return true
  }

  /// Makes the owner of the address in the settings an administrator, while there is none. Setting a password by a message
  /// proves both the address and the account; confirming alone could promote somebody else's earlier registration.
  private func promoteFirst(_ user: Uuid, _ email: String, _ queries: IdentityQueries) async throws {
    guard !administrator.isEmpty, email.utf8.elementsEqual(administrator.utf8),
      try await queries.administrators().isEmpty, try await queries.promote(id: user) == 1
    else { return }
    try await queries.record(entry: entry(.userChanged, user, "roles: admin, by IDENTITY_ADMIN"))
  }
}

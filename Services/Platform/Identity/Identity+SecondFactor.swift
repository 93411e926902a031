import IdentityAPI
import ServiceCore
import ServiceDefinition
import ServiceSecurity
import SharedAPI

/// Authenticators as a second factor (RFC 6238), and the codes for the day when one is lost.
extension Identity {
  private static let recoveryCount = 10
  /// How many wrong codes an account may have, and within how many seconds.
  private static let (mostCodes, codeWindow) = (10, 900)

  func beginSecondFactor(
    _ input: BeginSecondFactor.Input, _ principal: UserPrincipal, _ call: Call
  ) async throws -> BeginSecondFactor.Output {
    let (user, _) = try await user(principal, for: BeginSecondFactor.self)
    // Somebody who registers another person's address could otherwise lock its owner out.
    guard user.emailConfirmedAt != nil else { throw BeginSecondFactor.conflict("Confirm your address first.") }
    let attempt = try await admit(user.email, call, for: BeginSecondFactor.self)
    guard try await matches(try await queries.hash(id: user.id), input.body.password, attempt) else {
      throw BeginSecondFactor.forbidden("This is not the current password.")
    }
    try await queries.forgive(client: attempt.client, email: user.email)
    let secret = OneTimeCode.newSecret()
    guard try await queries.addFactor(user: user.id, secret: Base64(secret)) == 1 else {
      throw BeginSecondFactor.conflict("You have an authenticator. Remove it first.")
    }
    let text = OneTimeCode.base32(secret)
    let label = "Charter:" + user.email.replacing("@", with: "%40")
    return .created(
      SecondFactor(secret: text, uri: "otpauth://totp/\(label)?secret=\(text)&issuer=Charter"), cacheControl: .noStore)
  }

  func confirmSecondFactor(
    _ input: ConfirmSecondFactor.Input, _ principal: UserPrincipal, _ call: Call
  ) async throws -> ConfirmSecondFactor.Output {
    let (user, _) = try await user(principal, for: ConfirmSecondFactor.self)
    _ = try await admit(user.email, call, for: ConfirmSecondFactor.self)
    let codes = (0..<Self.recoveryCount).map { _ in OneTimeCode.base32(OneTimeCode.newSecret()).prefix(16).lowercased()
    }
    let now = now
    let _: Committed<Void> = try await call.transaction { queries in
      guard let factor = try await queries.factor(user: user.id) else {
        throw ConfirmSecondFactor.forbidden("Begin with an authenticator first.")
      }
      guard factor.confirmedAt == nil else { throw ConfirmSecondFactor.conflict("Your authenticator is in use.") }
      guard let step = try OneTimeCode.step(of: input.body.code, factor.secret.bytes, at: now) else {
        throw ConfirmSecondFactor.forbidden("This is not what the authenticator shows.")
      }
      try await queries.useFactor(user: user.id, step: step, now: now)
      for code in codes { try await queries.addRecovery(user: user.id, digest: Base64(try Secret.digest(of: code))) }
      try await queries.record(entry: entry(.secondFactorAdded, user.id))
    }
    return .ok(RecoveryCodes(codes: codes), cacheControl: .noStore)
  }

  func removeSecondFactor(
    _ input: RemoveSecondFactor.Input, _ principal: UserPrincipal, _ call: Call
  ) async throws -> RemoveSecondFactor.Output {
    let (user, _) = try await user(principal, for: RemoveSecondFactor.self)
    let attempt = try await admit(user.email, call, for: RemoveSecondFactor.self)
    guard try await secondFactor(of: user.id, input.body.code, call) == .passed,
      try await queries.removeFactor(user: user.id) == 1
    else { throw RemoveSecondFactor.forbidden("This is not what the authenticator shows.") }
    try await queries.forgive(client: attempt.client, email: user.email)
    try await queries.record(entry: entry(.secondFactorRemoved, user.id))
    return .noContent
  }

  enum FactorResult: Sendable { case passed, missing, wrong }

  /// Whether a user has no second factor, or has given a code of it, which counts no more from now on.
  func secondFactor(of user: Uuid, _ code: String?, _ call: Call) async throws -> FactorResult {
    let now = now
    let result: Committed<FactorResult> = try await call.transaction { queries in
      guard let factor = try await queries.factor(user: user), factor.confirmedAt != nil else { return .passed }
      guard let code else { return .missing }
      // They count for the account, wherever they come from: only who knows the password gets so far.
      let (counted, email) = ("second factor " + user.description, user.description)
      try await queries.queue(client: counted)
      let admitted = try await queries.attempt(
        id: .v7(at: now), client: counted, email: email, now: now, since: now.adding(seconds: -Self.codeWindow),
        same: Self.mostCodes, all: Self.mostCodes)
      guard admitted == 1, try await passes(code, factor, user, queries) else { return .wrong }
      try await queries.forgive(client: counted, email: email)
      return .passed
    }
    return result.value
  }

  private func passes(
    _ code: String, _ factor: IdentityQueries.Factor, _ user: Uuid, _ queries: IdentityQueries
  ) async throws -> Bool {
    let now = now
    if let step = try OneTimeCode.step(of: code, factor.secret.bytes, at: now) {
      guard step > factor.lastStep else { return false }
      try await queries.useFactor(user: user, step: step, now: now)
      return true
    }
    let digest = Base64(try Secret.digest(of: code.lowercased().filter { $0 != " " && $0 != "-" }))
    return try await queries.useRecovery(user: user, digest: digest) == 1
  }
}

extension BeginSecondFactor: TooManyAttempts {}
extension ConfirmSecondFactor: TooManyAttempts {}
extension RemoveSecondFactor: TooManyAttempts {}

import IdentityAPI
import ServiceCore
import ServiceDefinition
import ServiceSecurity
import SharedAPI

/// API keys: what programs prove themselves by.
extension Identity {
  private static let mostKeys = 50

  func listKeys(_ input: ListKeys.Input, _ principal: UserPrincipal, _ call: Call) async throws -> ListKeys.Output {
    let (user, _) = try await user(principal, for: ListKeys.self)
    return .ok(ApiKeyList(items: try await queries.keys(user: user.id, now: now)))
  }

  func makeKey(_ input: MakeKey.Input, _ principal: UserPrincipal, _ call: Call) async throws -> MakeKey.Output {
    let (user, _) = try await user(principal, for: MakeKey.self)
    let lacking = input.body.scopes.filter { !user.may($0) }
    guard lacking.isEmpty else {
      throw MakeKey.forbidden("You do not have the scopes \(lacking.joined(separator: ", ")) yourself.")
    }
    let (secret, now) = (try Secret.make("ck_"), now)
    let key = ApiKey(
      id: .v7(at: now), name: input.body.name, scopes: input.body.scopes, createdAt: now,
      expiresAt: input.body.expiresAt)
    let _: Committed<Void> = try await call.transaction { queries in
      _ = try await queries.lockedUser(id: user.id)
      let count = try await queries.addKey(
        user: user.id, key: key, digest: Base64(secret.digest), most: Self.mostKeys, now: now)
      guard count == 1 else { throw MakeKey.conflict("You have \(Self.mostKeys) keys. End one first.") }
      try await queries.record(entry: entry(.keyMade, user.id, key.name))
    }
    return .created(NewApiKey(key: secret.text, apiKey: key), cacheControl: .noStore)
  }

  func endKey(_ input: EndKey.Input, _ principal: UserPrincipal, _ call: Call) async throws -> EndKey.Output {
    let (user, _) = try await user(principal, for: EndKey.self)
    guard try await queries.endKey(id: input.keyID, user: user.id) == 1 else {
      throw EndKey.notFound("You have no key \(input.keyID).")
    }
    try await queries.record(entry: entry(.keyEnded, user.id))
    return .noContent
  }

  func verifyKey(_ input: VerifyKey.Input, _ call: Call) async throws -> VerifyKey.Output {
    let now = now
    let digest = try Secret.digest(of: input.body.key)
    guard let holder = try await queries.holder(digest: Base64(digest), now: now) else {
      throw VerifyKey.notFound("There is no such key.")
    }
    // To a minute: a key that is used all the time does not change its row each time.
    if holder.usedAt.map({ $0 < now.adding(seconds: -60) }) ?? true {
      try await queries.useKey(id: holder.id, now: now)
    }
    // What its user has lost since, the key has lost, too.
    let scopes = holder.keyScopes.filter { scope in
      holder.scopes.contains(scope) || holder.roles.contains { $0.rawValue == scope }
    }
    return .ok(
      KeyHolder(
        id: holder.id, userID: holder.userID, email: holder.email, isEmailConfirmed: holder.confirmedAt != nil,
        scopes: scopes))
  }
}

extension User {
  fileprivate func may(_ scope: String) -> Bool {
    scopes.contains(scope) || roles.contains { $0.rawValue == scope }
  }
}

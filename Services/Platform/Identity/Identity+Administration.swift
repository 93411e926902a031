import IdentityAPI
import ServiceCore
import ServiceDefinition
import SharedAPI

/// What administrators do with the accounts of others.
extension Identity {
  func listUsers(
    _ input: ListUsers.Input, _ principal: UserOrApiKeyPrincipal, _ call: Call
  ) async throws -> ListUsers.Output {
    try await ListUsers.page(input, call, key: \.id) { before, limit in
      try await queries.users(email: input.email?.lowercased(), before: before, limit: limit)
    }
  }

  func getUser(
    _ input: GetUser.Input, _ principal: UserOrApiKeyPrincipal, _ call: Call
  ) async throws -> GetUser.Output {
    guard let user = try await queries.user(id: input.userID) else {
      throw GetUser.notFound("No user has the id \(input.userID).")
    }
    return .ok(user)
  }

  func changeUser(
    _ input: ChangeUser.Input, _ principal: UserOrApiKeyPrincipal, _ call: Call
  ) async throws -> ChangeUser.Output {
    let (change, now) = (input.body, now)
    let changed: Committed<User> = try await call.transaction { queries in
      // Before the user's own row, so that two administrators who demote each other wait for one another.
      let administrators = try await queries.administrators()
      guard try await isAdministrator(principal, queries) else {
        throw ChangeUser.forbidden("You are no administrator, or are none any more.")
      }
      guard let user = try await queries.lockedUser(id: input.userID) else {
        throw ChangeUser.notFound("No user has the id \(input.userID).")
      }
      let roles = change.roles ?? user.roles
      let isDisabled = change.isDisabled ?? user.isDisabled
      guard administrators != [user.id] || roles.contains(.admin) && !isDisabled else {
        throw ChangeUser.conflict("This is the last administrator.")
      }
      if change.secondFactor == .removed, try await queries.removeFactor(user: user.id) == 1 {
        try await queries.record(entry: entry(.secondFactorRemoved, user.id, by: principal.id))
      }
      if isDisabled, !user.isDisabled { _ = try await queries.endAll(user: user.id, besides: nil, now: now) }
      try await queries.record(entry: entry(.userChanged, user.id, by: principal.id, change.summary))
      return try await queries.change(
        id: user.id, roles: roles, scopes: change.scopes ?? user.scopes, disabled: isDisabled, now: now)
    }
    return .ok(changed.value)
  }

  func listAudit(
    _ input: ListAudit.Input, _ principal: UserOrApiKeyPrincipal, _ call: Call
  ) async throws -> ListAudit.Output {
    try await ListAudit.page(input, call, key: \.id) { before, limit in
      try await queries.audit(user: input.userID, before: before, limit: limit)
    }
  }
}

extension UserOrApiKeyPrincipal {
  fileprivate var id: Uuid? { Uuid(identity.subject) }
}

extension UserChange {
  /// What is changed, for the audit.
  fileprivate var summary: String {
    let parts = [
      roles.map { "roles: " + $0.map(\.rawValue).joined(separator: ", ") },
      scopes.map { "scopes: " + $0.joined(separator: ", ") }, isDisabled.map { $0 ? "disabled" : "enabled" },
    ]
    return String(parts.compactMap(\.self).joined(separator: "; ").prefix(500))
  }
}

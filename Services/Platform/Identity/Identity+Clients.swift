import IdentityAPI
import ServiceCore
import ServiceDefinition
import ServiceSecurity
import SharedAPI

/// Programs that users log in to, or that act for themselves (RFC 6749, section 2).
extension Identity {
  private static let mostClients = 1_000

  func listClients(
    _ input: ListClients.Input, _ principal: UserOrApiKeyPrincipal, _ call: Call
  ) async throws -> ListClients.Output {
    .ok(ClientList(items: try await queries.clients()))
  }

  func registerClient(
    _ input: RegisterClient.Input, _ principal: UserOrApiKeyPrincipal, _ call: Call
  ) async throws -> RegisterClient.Output {
    let (draft, now) = (input.body, now)
    if let wrong = draft.redirectUris.first(where: { !RedirectAddress.isAllowed($0) }) {
      throw RegisterClient.conflict("\(wrong) is no address to send users back to: \(RedirectAddress.rule).")
    }
    if draft.grants.contains(.authorizationCode), draft.redirectUris.isEmpty {
      throw RegisterClient.conflict("A client of the code flow needs an address in redirect_uris.")
    }
    if draft.grants.contains(.clientCredentials), !draft.isConfidential {
      throw RegisterClient.conflict("A client that acts for itself must keep a secret: it cannot be public.")
    }
    let secret = draft.isConfidential ? try Secret.make("cs_") : nil
    let client = Client(
      id: .v7(at: now), name: draft.name, grants: draft.grants, redirectUris: draft.redirectUris, scopes: draft.scopes,
      isConfidential: draft.isConfidential, isTrusted: draft.isTrusted,
      idTokenSignedResponseAlg: draft.idTokenSignedResponseAlg, createdAt: now)
    let _: Committed<Void> = try await call.transaction { queries in
      guard try await isAdministrator(principal, queries) else {
        throw RegisterClient.forbidden("You are no administrator, or are none any more.")
      }
      let digest = secret.map { Base64($0.digest) }
      guard try await queries.addClient(client: client, secret: digest, most: Self.mostClients) == 1 else {
        throw RegisterClient.conflict("There are \(Self.mostClients) clients. End one first.")
      }
      try await queries.record(entry: entry(.clientAdded, by: principal, client.name))
    }
    return .created(NewClient(client: client, clientSecret: secret?.text), cacheControl: .noStore)
  }

  func endClient(
    _ input: EndClient.Input, _ principal: UserOrApiKeyPrincipal, _ call: Call
  ) async throws -> EndClient.Output {
    let _: Committed<Void> = try await call.transaction { queries in
      guard try await isAdministrator(principal, queries) else {
        throw EndClient.forbidden("You are no administrator, or are none any more.")
      }
      guard let client = try await queries.client(id: input.clientID)?.client,
        try await queries.endClient(id: input.clientID) == 1
      else { throw EndClient.notFound("No client has the id \(input.clientID).") }
      try await queries.record(entry: entry(.clientEnded, by: principal, client.name))
    }
    return .noContent
  }

  /// Whether the caller is an administrator now: a token says what was true when it was issued, and a client that outlives it must
  /// not be made by one that has ended, or by another client.
  func isAdministrator(_ principal: UserOrApiKeyPrincipal, _ queries: IdentityQueries) async throws -> Bool {
    let identity = principal.identity
    guard !identity.isOfClient else { return false }
    // Somebody without an account has a token for development.
    guard let id = Uuid(identity.subject), let user = try await queries.user(id: id) else { return true }
    guard user.roles.contains(.admin), !user.isDisabled else { return false }
    guard let session = identity.session else { return true }
    return try await queries.isOpen(session: session, user: id)
  }

  private func entry(_ kind: AuditKind, by principal: UserOrApiKeyPrincipal, _ detail: String) -> AuditEntry {
    entry(kind, Uuid(principal.identity.subject) ?? .v7(at: now), detail)
  }

  func verifyClient(_ input: VerifyClient.Input, _ call: Call) async throws -> VerifyClient.Output {
    guard try await client(input.body.clientID, secret: input.body.clientSecret) != nil else {
      throw VerifyClient.notFound("There is no such client.")
    }
    return .noContent
  }

  /// A client that has a secret, or that has none where none is given; nil for any other.
  private func client(_ id: Uuid, secret: String?) async throws -> Client? {
    guard let row = try await queries.client(id: id) else { return nil }
    guard let secret, !secret.isEmpty else { return row.client.isConfidential ? nil : row.client }
    // Digests of 256 random bits: the time of a comparison tells nothing.
    return try row.secret?.bytes == Secret.digest(of: secret) ? row.client : nil
  }

  /// The client that sends a request of its own.
  ///
  /// - Parameter id: its id in the form, which may stand in for one in the `Authorization` header.
  /// - Throws: ``OAuthRefusal``.
  func client(_ principal: ClientOrAnonymousPrincipal, id: String?, secret: String?) async throws -> Client {
    let given = id.flatMap { Uuid($0) }
    let client: Client?
    switch principal {
    case .client(let identity):
      guard let proved = Uuid(identity.subject), id == nil || given == proved else { throw OAuthRefusal.client }
      client = try await queries.client(id: proved)?.client
    case .anonymous:
      guard let given else { throw OAuthRefusal.client }
      client = try await self.client(given, secret: secret)
    }
    guard let client else { throw OAuthRefusal.client }
    return client
  }
}

/// Why a request of a client is refused (RFC 6749, section 5.2).
struct OAuthRefusal: Error {
  let error: String
  let reason: String

  static let client = OAuthRefusal("invalid_client", "The client is not known, or did not prove itself.")

  init(_ error: String, _ reason: String) { (self.error, self.reason) = (error, reason) }

  var body: OAuthError { OAuthError(error: error, errorDescription: reason) }
}

extension Client {
  /// Whether users may be sent back to an address. The port of a program on their own machine is not known before (RFC
  /// 8252, section 7.3).
  func allows(_ address: String) -> Bool {
    RedirectAddress.isAllowed(address)
      && redirectUris.contains { known in
        known.utf8.elementsEqual(address.utf8)
          || RedirectAddress.withoutLoopbackPort(known).map { $0 == RedirectAddress.withoutLoopbackPort(address) }
            ?? false
      }
  }

  /// The scopes of a request, or all that the client may ask for where it asks for none in particular.
  ///
  /// - Throws: ``OAuthRefusal`` for one that the client may not ask for.
  func scopes(of text: String?) throws -> [String] {
    let wanted = (text ?? "").split(separator: " ").map(String.init)
    if let wrong = wanted.first(where: { scope in !scopes.contains { $0.utf8.elementsEqual(scope.utf8) } }) {
      throw OAuthRefusal("invalid_scope", "The client may not ask for '\(wrong)'.")
    }
    return wanted.isEmpty ? scopes : scopes.filter(wanted.contains)
  }
}

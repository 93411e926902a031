import ServiceCore
import Synchronization

/// Gets tokens for a program that acts for itself (client credentials: RFC 6749, section 4.4), when its calls need
/// them.
///
/// Those are calls of operations whose contract asks for OAuth 2.0 with the flow `clientCredentials`, OpenID Connect or
/// a bearer token; the scopes are those of the operation's `security`. A token is fetched once, however many calls wait
/// for it, and used until shortly before its end. While the issuer is away, one that is valid goes on; without one,
/// calls fail and nothing is sent. A token that a service refuses as not valid is replaced once.
///
/// ```swift
/// let connect = try CurlTransport.sharing(.init())
/// let client = try OAuthClient(id: "…", secret: "…", issuer: "https://id.example")
/// let tokens = ClientTokens(of: client) { try connect($0) }
/// let orders = OrdersClient(.authorized(.remote(try connect("https://shop.example")), by: tokens))
/// ```
public final class ClientTokens: CredentialSource {
  private enum Issuer: Hashable {
    /// One with metadata.
    case named(String)
    case endpoint(String)

    var text: String {
      switch self {
      case .named(let text), .endpoint(let text): text
      }
    }
  }

  /// What a token is for.
  private struct Kind: Hashable {
    let issuer: Issuer
    /// With spaces between them.
    let scope: String
  }

  private typealias Outcome = Result<String, any Error>

  private struct Entry {
    var kept = KeptToken()
    /// The calls that wait for the token that is being fetched.
    var waiting: [AsyncStream<Outcome>.Continuation] = []
  }

  private let client: OAuthClient
  private let actsForCallers: Bool
  private let logger: Logger
  private let connect: @Sendable (_ origin: String) throws -> any Transport
  private let entries = Mutex<[Kind: Entry]>([:])
  /// For how many seconds a token is good whose issuer does not say so.
  private static let standardLife = 300

  /// - Parameters:
  ///   - actsForCallers: whether calls have its tokens, too, that are made while somebody is served: for an API that
  ///     knows this program, and none of those that it serves. Otherwise what these may not do would be done in the
  ///     program's own name.
  ///   - connect: makes what sends requests to an origin of an issuer.
  public init(
    of client: OAuthClient, actsForCallers: Bool = true, logger: Logger = Logger(level: .warning),
    by connect: @escaping @Sendable (_ origin: String) throws -> any Transport
  ) {
    (self.client, self.actsForCallers, self.logger, self.connect) = (client, actsForCallers, logger, connect)
  }

  public func credentials(
    for operation: OperationDescriptor, of call: Call
  ) async throws -> OwnCredentials? {
    guard actsForCallers || !call.servesCaller else { return nil }
    var refusal: TokenRefusal?
    for (scheme, scopes) in call.credentials.lacking(for: operation.policy.security) {
      guard scheme.takesOwnTokens else { continue }
      let complete = { @Sendable (token: String) in
        var credentials = call.credentials
        credentials[scheme.name] = .bearer(token)
        return credentials
      }
      do {
        let kind = Kind(issuer: try issuer(of: scheme), scope: scopes.sorted().joined(separator: " "))
        let token = try await token(kind, for: operation)
        return OwnCredentials(complete(token)) { [self] in
          (try? await self.token(kind, for: operation, refused: token)).map(complete)
        }
      } catch let reason as TokenRefusal {
        refusal = reason
        if !reason.isOfAlternative { break }
      }
    }
    if let refusal { throw ClientError.unreachable(operation, "it needs a token, and there is none: \(refusal)") }
    return nil
  }

  private func issuer(of scheme: SecurityScheme) throws(TokenRefusal) -> Issuer {
    if let issuer = client.issuer { return .named(issuer) }
    switch scheme.kind {
    case .oauth2(let flows):
      if let url = flows.first(where: { $0.kind == .clientCredentials })?.tokenURL { return .endpoint(url) }
    case .openIDConnect(let url):
      let suffix = "/.well-known/openid-configuration"
      if url.hasSuffix(suffix) { return .named(String(url.dropLast(suffix.count))) }
    case .http, .apiKey, .mutualTLS: break
    }
    throw TokenRefusal(withoutIssuerOf: scheme, client)
  }

  // MARK: tokens

  /// - Parameter refused: the token that a service has refused.
  /// - Throws: ``TokenRefusal``; ``ClientError`` where the time of the call is over; `CancellationError`.
  private func token(
    _ kind: Kind, for operation: OperationDescriptor, refused: String? = nil
  ) async throws -> String {
    let now = logger.clock.now()
    var line: (stream: AsyncStream<Outcome>, continuation: AsyncStream<Outcome>.Continuation)?
    let step = entries.withLock { entries in
      let step = entries[kind, default: Entry()].kept.step(at: now, refused: refused)
      if case .wait = step {
        let new = AsyncStream.makeStream(of: Outcome.self)
        entries[kind]?.waiting.append(new.continuation)
        line = new
      }
      return step
    }
    switch step {
    case .fail(let reason): throw reason
    case .use(let token, let fetches):
      if fetches { fetch(kind) }
      return token
    case .wait(let fetches): if fetches { fetch(kind) }
    }
    guard let (outcomes, source) = line else { throw CancellationError() }
    let limit = operation.policy.timeLimit(remaining: Deadline.current?.left)
    let timer = Task { [clock = logger.clock] in
      try await clock.sleep(limit)
      source.yield(.failure(ClientError.timedOut(operation)))
    }
    defer { timer.cancel() }
    for await outcome in outcomes { return try outcome.get() }
    throw CancellationError()
  }

  /// Fetches a token for all calls that wait for it. It goes on when they have gone.
  private func fetch(_ kind: Kind) {
    Task.detached { [self] in
      let result: Result<KeptToken.Token, TokenRefusal>
      do throws(TokenRefusal) {
        result = .success(try await fetched(kind))
      } catch {
        result = .failure(error)
        logger.log(.warning, "no token: \(error)", ["client": client.id, "scope": kind.scope])
      }
      let now = logger.clock.now()
      let waiting = entries.withLock { entries in
        entries[kind]?.kept.end(result, at: now)
        defer { entries[kind]?.waiting = [] }
        return entries[kind]?.waiting ?? []
      }
      let outcome = result.map(\.text).mapError { $0 as any Error }
      for call in waiting { call.yield(outcome) }
    }
  }

  private func fetched(_ kind: Kind) async throws(TokenRefusal) -> KeptToken.Token {
    let asked = logger.clock.now()
    let (endpoint, answer): (String, IssuerAnswer)
    do {
      (endpoint, answer) = try await self.answer(for: kind)
    } catch {
      throw TokenRefusal(error, at: kind.issuer.text)
    }
    guard answer.status == 200, let text = answer.json?["access_token"]?.text, !text.isEmpty,
      answer.json?["token_type"]?.text?.lowercased() == "bearer"
    else { throw TokenRefusal(answer, of: endpoint, scope: kind.scope) }
    let life = answer.json?["expires_in"]
    return KeptToken.Token(
      text, life: life?.seconds ?? life?.text.flatMap { Int($0) } ?? Self.standardLife, asked: asked)
  }

  private func answer(for kind: Kind) async throws -> (endpoint: String, IssuerAnswer) {
    let discovery = IssuerDiscovery(kind.issuer.text, by: connect)
    var (endpoint, isInForm) = (kind.issuer.text, false)
    if case .named = kind.issuer {
      let metadata = try await discovery.metadata()
      endpoint = try discovery.endpoint("token_endpoint", of: metadata)
      isInForm = discovery.takesSecretsInForms(metadata)
    }
    let scope = kind.scope.isEmpty ? [] : [("scope", kind.scope)]
    let answer = try await discovery.answer(
      to: [("grant_type", "client_credentials")] + scope, of: (client.id, client.secret), at: endpoint,
      isInForm: isInForm)
    return (endpoint, answer)
  }
}

extension SecurityScheme {
  /// Whether it takes the tokens of a program that acts for itself.
  fileprivate var takesOwnTokens: Bool {
    switch kind {
    case .oauth2(let flows): flows.contains { $0.kind == .clientCredentials }
    case .openIDConnect, .http(scheme: "bearer"): true
    case .http, .apiKey, .mutualTLS: false
    }
  }
}

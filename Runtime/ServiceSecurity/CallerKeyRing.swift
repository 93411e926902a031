import ServiceCore

/// Keys by which processes of a platform prove the caller to each other: the first signs, all of them verify, so that
/// keys can be changed one after the other. No description shows them.
///
/// What is proved is a token (RFC 7519, HS256) for one operation and a minute, which services in other languages read by any
/// library: `iss` is `gateway` or the calling service, `aud` the service that is called, `op` its operation, and `callers`
/// has the `sub`, the `scopes` and the `claims` of the caller by the contract's names of the security schemes.
public struct CallerKeyRing: Sendable {
  private let keys: [SecretKey]
  private static let type = "charter-caller+jwt"
  /// How long a token passes, and how far clocks may differ, in seconds.
  private static let (age, leeway) = (60, 30)

  /// - Parameter text: base64 of 32 bytes for each key, with commas between them.
  /// - Throws: ``ConfigurationError`` for anything else; it does not show the text.
  public init(_ text: String) throws(ConfigurationError) { keys = try SecretKey.all(text, for: "caller") }
}

extension CallerKeyRing: CallerSeal {
  package func seal(_ caller: SealedCaller, for operation: OperationDescriptor, at now: Timestamp) throws -> String {
    let second = now.microseconds / 1_000_000
    let callers = caller.identities.map { ($0.scheme, $0.identity.json) }
    let claims: JSONValue = [
      "iss": .string(caller.from), "aud": .string(operation.service), "op": .string(operation.id),
      "iat": .number(ExactDecimal(second)), "exp": .number(ExactDecimal(second + Self.age)),
      "callers": .object(JSONObject(callers)),
    ]
    let token = keys.first.flatMap { key in
      JSONWebToken.text(["alg": "HS256", "typ": .string(Self.type), "kid": .string(Self.name(key))], claims) {
        OpenSSL.hmacSHA256($0, key: key.bytes)
      }
    }
    guard let token else { throw RequestFault(.unavailable("Callers cannot be passed on at the moment.")) }
    return token
  }

  package func open(_ text: String, for operation: OperationDescriptor, at now: Timestamp) -> SealedCaller? {
    guard let token = JSONWebToken(text), token.header["typ"]?.isText(Self.type) == true else { return nil }
    let (claims, second) = (token.claims, now.microseconds / 1_000_000)
    guard let key = keys.first(where: { token.header["kid"]?.isText(Self.name($0)) == true }), token.isSigned(by: key),
      claims["aud"]?.isText(operation.service) == true, claims["op"]?.isText(operation.id) == true,
      let from = claims["iss"]?.text, let expiry = claims["exp"]?.seconds, let issued = claims["iat"]?.seconds,
      expiry > second - Self.leeway, issued <= second + Self.leeway, case .object(let callers)? = claims["callers"]
    else { return nil }
    var identities: [(scheme: String, identity: VerifiedIdentity)] = []
    for member in callers {
      guard let identity = VerifiedIdentity(member.value) else { return nil }
      identities.append((member.key, identity))
    }
    return SealedCaller(from: from, identities: identities)
  }

  private static func name(_ key: SecretKey) -> String { Base64(Array(key.id), isURLSafe: true).text }
}

extension VerifiedIdentity {
  fileprivate var json: JSONValue {
    ["sub": .string(subject), "scopes": .array(scopes.sorted().map(JSONValue.string)), "claims": .object(claims)]
  }

  fileprivate init?(_ json: JSONValue) {
    guard let subject = json["sub"]?.text, case .array(let scopes)? = json["scopes"],
      case .object(let claims)? = json["claims"]
    else { return nil }
    self.init(subject: subject, scopes: Set(scopes.compactMap(\.text)), claims: claims)
  }
}

extension CallerKeyRing: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  public var description: String { "\(keys.count) caller keys" }
  public var debugDescription: String { description }
  public var customMirror: Mirror { Mirror(self, children: []) }
}

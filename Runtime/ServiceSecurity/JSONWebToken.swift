import ServiceCore

/// A signed token (RFC 7519) in the compact form of RFC 7515, read and not yet verified.
struct JSONWebToken {
  let header: JSONValue
  let claims: JSONValue
  /// What is signed.
  private let content: ArraySlice<UInt8>
  private let signature: [UInt8]

  /// The longest token that is read, in bytes: a request's header fields are as long at most.
  private static let limit = 16_384

  /// Nil for a text that is no such token: every part must be canonical base64url, and both JSON texts objects without a
  /// key that is there twice.
  init?(_ text: String) {
    let bytes = Array(text.utf8.prefix(Self.limit + 1))
    let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard bytes.count <= Self.limit, parts.count == 3, let header = Self.object(parts[0]),
      let claims = Self.object(parts[1]), let signature = Self.bytes(parts[2])
    else { return nil }
    (self.header, self.claims, self.signature) = (header, claims, signature)
    content = bytes[..<parts[1].endIndex]
  }

  private static func bytes(_ part: ArraySlice<UInt8>) -> [UInt8]? {
    Base64(String(decoding: part, as: UTF8.self), isURLSafe: true)?.bytes
  }

  private static func object(_ part: ArraySlice<UInt8>) -> JSONValue? {
    guard let value = bytes(part).flatMap({ JSONValue.read($0) }), case .object = value else { return nil }
    return value
  }

  /// Whether a key has signed it. The key decides on the algorithm, and the token must say the same (RFC 8725, section
  /// 3.1).
  func isSigned(by key: JSONWebKey) -> Bool {
    header["alg"]?.isText(key.algorithm.rawValue) == true && key.key.verify(signature, of: content)
  }

  /// Whether one who has the secret has signed it (HS256, RFC 7518, section 3.2).
  func isSigned(by secret: SecretKey) -> Bool {
    guard header["alg"]?.isText("HS256") == true else { return false }
    return OpenSSL.hmacSHA256(Array(content), key: secret.bytes).map { OpenSSL.areEqual($0, signature) } ?? false
  }

  /// A token in its compact form; nil where it cannot be signed.
  static func text(_ header: JSONValue, _ claims: JSONValue, _ sign: ([UInt8]) -> [UInt8]?) -> String? {
    let content = [header, claims].map { Base64($0.json, isURLSafe: true).text }.joined(separator: ".")
    return sign(Array(content.utf8)).map { content + "." + Base64($0, isURLSafe: true).text }
  }
}

extension SigningKey {
  /// A token with these claims.
  ///
  /// - Parameter type: what kind of token it is, such as `at+jwt` (RFC 8725, section 3.11): no other is taken for it.
  /// - Throws: 503 when OpenSSL cannot sign.
  public func token(_ type: String, _ claims: JSONValue) throws(RequestFault) -> String {
    let header: JSONValue = ["alg": .string(algorithm.rawValue), "typ": .string(type), "kid": .string(id)]
    guard let token = JSONWebToken.text(header, claims, sign) else {
      throw RequestFault(.unavailable("Tokens cannot be signed at the moment."))
    }
    return token
  }
}

/// What a valid token must say (RFC 7519, section 4.1; RFC 8725).
public struct TokenRules: Sendable {
  /// Who has issued it: the exact text of `iss`.
  public var issuer: String
  /// The audience that it must name: one of the texts of `aud`; nil for any.
  public var audience: String?
  /// What kinds of token pass, in lower case and without `application/`; nil is a token without `typ`.
  public var types: [String?]
  /// Whether they are ID tokens (OpenID Connect Core 1.0, section 2), which as access tokens are refused.
  public var areIDTokens: Bool
  /// How far clocks may differ, in seconds.
  public var leeway = 60

  public init(issuer: String, audience: String?, types: [String?], areIDTokens: Bool = false) {
    (self.issuer, self.audience, self.types, self.areIDTokens) = (issuer, audience, types, areIDTokens)
  }

  /// Header parameters that name a key other than the issuer's, or change what is signed (RFC 7515, sections 4.1.2 to
  /// 4.1.11; RFC 7797; RFC 7516): such a token is refused whatever they say.
  private static let refusedParameters = ["jku", "jwk", "x5u", "x5c", "crit", "b64", "zip", "enc", "cty"]

  func allow(header: JSONValue) -> Bool {
    guard Self.refusedParameters.allSatisfy({ header[$0] == nil }) else { return false }
    guard let type = header["typ"] else { return types.contains(nil) }
    guard let name = type.text?.lowercased() else { return false }
    let prefix = "application/"
    let short = name.utf8.starts(with: prefix.utf8) ? String(name.utf8.dropFirst(prefix.utf8.count)) ?? name : name
    return types.contains { $0?.utf8.elementsEqual(short.utf8) ?? false }
  }

  /// Whether a token that its header does not mark as an access token is of another kind: an ID token (OpenID Connect Core
  /// 1.0, section 2), one of a log-out, or one that says so as Keycloak and Cognito do.
  func isOfAnotherKind(header: JSONValue, _ claims: JSONValue) -> Bool {
    if areIDTokens { return false }
    if header["typ"]?.text.map({ $0.lowercased().utf8.elementsEqual("at+jwt".utf8) }) == true { return false }
    let isMarked = ["nonce", "at_hash", "c_hash", "events"].contains { claims[$0] != nil }
    let kinds = [claims["typ"], claims["token_use"]].compactMap { $0?.text?.lowercased() }
    return isMarked
      || kinds.contains { kind in ["id", "refresh", "logout"].contains { $0.utf8.elementsEqual(kind.utf8) } }
  }

  /// - Returns: until when the token is valid, in seconds since 1970; nil for one that is not.
  func allow(_ claims: JSONValue, at now: Timestamp) -> Int? {
    let second = now.microseconds / 1_000_000
    guard claims["iss"]?.isText(issuer) == true, isForAudience(claims["aud"]),
      let subject = claims["sub"]?.text, !subject.isEmpty,
      let expiry = claims["exp"]?.seconds, expiry > second - leeway
    else { return nil }
    if let id = claims["jti"] { guard id.text != nil else { return nil } }
    for name in ["nbf", "iat"] {
      guard let claim = claims[name] else { continue }
      guard let time = claim.seconds, time <= second + leeway else { return nil }
    }
    return expiry
  }

  private func isForAudience(_ claim: JSONValue?) -> Bool {
    guard let audience else { return true }
    guard case .array(let list)? = claim else { return claim?.isText(audience) ?? false }
    return list.allSatisfy { $0.text != nil } && list.contains { $0.isText(audience) }
  }
}

extension JSONValue {
  /// A time in whole seconds since 1970, of up to the year 9999; nil for anything else.
  var seconds: Int? {
    guard case .number(let number) = self, let value = number.integer, (0...253_402_300_799).contains(value) else {
      return nil
    }
    return value
  }
}

import ServiceCore

/// A public key by which tokens are verified (RFC 7517): of P-256 for ES256, of RSA for RS256, and nothing else.
public struct JSONWebKey: Sendable {
  /// Its id, which is in the header of the tokens that it verifies; nil where the issuer gives none.
  public let id: String?
  public let algorithm: SignatureAlgorithm
  let key: AsymmetricKey

  init(id: String?, _ key: AsymmetricKey) { (self.id, algorithm, self.key) = (id, key.algorithm, key) }

  /// Reads a key of an issuer's set; nil for one that is not for verifying tokens by a supported algorithm, which the set
  /// may contain (RFC 7517, section 5), and for one that is malformed.
  public init?(_ json: JSONValue) {
    guard Self.isForVerifying(json), let type = json["kty"]?.text else { return nil }
    let (algorithm, names): (SignatureAlgorithm, [String])
    switch ByteKey(type) {
    case "EC": (algorithm, names) = (.es256, ["x", "y"])
    case "RSA": (algorithm, names) = (.rs256, ["n", "e"])
    default: return nil
    }
    // An algorithm is fixed for each key (RFC 8725, section 3.1).
    if let named = json["alg"] { guard named.isText(algorithm.rawValue) else { return nil } }
    if algorithm == .es256 { guard json["crv"]?.isText("P-256") == true else { return nil } }
    let numbers = names.compactMap { json[$0]?.text.flatMap { Base64($0, isURLSafe: true)?.bytes } }
    guard let key = AsymmetricKey.publicKey(algorithm, numbers) else { return nil }
    if let id = json["kid"] { guard id.text != nil else { return nil } }
    self.init(id: json["kid"]?.text, key)
  }

  private static func isForVerifying(_ json: JSONValue) -> Bool {
    if let use = json["use"] { guard use.isText("sig") else { return false } }
    guard let operations = json["key_ops"] else { return true }
    guard case .array(let list) = operations else { return false }
    return list.contains { $0.isText("verify") }
  }

  /// The keys of a set (RFC 7517, section 5); nil for what is not one.
  public static func set(_ json: JSONValue) -> [JSONWebKey]? {
    guard case .array(let keys)? = json["keys"] else { return nil }
    return keys.compactMap { JSONWebKey($0) }
  }

  /// What tells it from every other key (RFC 7638), by SHA-256; nil when OpenSSL cannot compute that.
  public var thumbprint: String? {
    let texts = key.numbers.map { Base64($0, isURLSafe: true).text }
    let members =
      switch algorithm {
      case .es256: "{\"crv\":\"P-256\",\"kty\":\"EC\",\"x\":\"\(texts[0])\",\"y\":\"\(texts[1])\"}"
      case .rs256: "{\"e\":\"\(texts[1])\",\"kty\":\"RSA\",\"n\":\"\(texts[0])\"}"
      }
    return OpenSSL.sha256(Array(members.utf8)).map { Base64($0, isURLSafe: true).text }
  }

  /// The key as an issuer publishes it.
  public var json: JSONValue {
    let texts = key.numbers.map { Base64($0, isURLSafe: true).text }
    var members: [(String, JSONValue)] =
      switch algorithm {
      case .es256: [("kty", "EC"), ("crv", "P-256")]
      case .rs256: [("kty", "RSA")]
      }
    members += zip(algorithm == .es256 ? ["x", "y"] : ["n", "e"], texts).map { ($0, .string($1)) }
    members += [("use", "sig"), ("alg", .string(algorithm.rawValue))]
    if let id { members.append(("kid", .string(id))) }
    return .object(JSONObject(members))
  }
}

/// A private key by which an issuer signs tokens. No description shows it.
public struct SigningKey: Sendable {
  /// Its thumbprint (RFC 7638).
  public let id: String
  private let key: AsymmetricKey

  private init?(_ key: AsymmetricKey?) {
    guard let key else { return nil }
    guard let id = JSONWebKey(id: nil, key).thumbprint else { return nil }
    (self.id, self.key) = (id, key)
  }

  /// Makes a new key; nil where OpenSSL cannot.
  public static func generate(_ algorithm: SignatureAlgorithm) -> SigningKey? {
    SigningKey(AsymmetricKey.generate(algorithm))
  }

  /// A key as ``der`` writes it; nil for anything else.
  public init?(_ algorithm: SignatureAlgorithm, der: [UInt8]) {
    self.init(AsymmetricKey.privateKey(algorithm, der: der))
  }

  /// The private key, for storing it where nobody else reads.
  public var der: [UInt8] { key.der }
  public var algorithm: SignatureAlgorithm { key.algorithm }
  public var publicKey: JSONWebKey { JSONWebKey(id: id, key) }

  func sign(_ message: [UInt8]) -> [UInt8]? { key.sign(message) }
}

extension SigningKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  public var description: String { "the signing key \(id)" }
  public var debugDescription: String { description }
  public var customMirror: Mirror { Mirror(self, children: []) }
}

extension JSONValue {
  /// Whether it is this text, byte for byte.
  func isText(_ text: String) -> Bool { self.text?.utf8.elementsEqual(text.utf8) ?? false }
}

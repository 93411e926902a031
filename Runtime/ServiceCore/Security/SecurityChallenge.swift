extension ProblemDetails {
  /// 401: no alternative is satisfied.
  ///
  /// - Parameter refused: the names of the schemes whose credentials were given and are invalid.
  static func unproven(
    _ alternatives: [SecurityRequirement], refused: Set<ByteKey>, realm: String
  ) -> ProblemDetails {
    let schemes = alternatives.flatMap { $0.schemes.map(\.scheme) }
    let wrong = distinct(schemes.filter { refused.contains(ByteKey($0.name)) }.map { "'\($0.name)'" })
    let ways = distinct(
      alternatives.filter { !$0.isAnonymous }.map { alternative in
        distinct(alternative.schemes.map(\.scheme.demand)).joined(separator: " and ")
      })
    let finding = wrong.isEmpty ? "" : "The credential for \(wrong.joined(separator: " and ")) is not valid. "
    let isTokenWrong = schemes.contains { $0.isBearer && refused.contains(ByteKey($0.name)) }
    return ProblemDetails(
      401, finding + "Send \(ways.joined(separator: ", or ")).",
      headers: challenges(alternatives, realm: realm, isTokenWrong: isTokenWrong))
  }

  /// The challenges of a 401, one for each scheme; empty where anyone may call.
  ///
  /// - Parameter isTokenWrong: whether a token was given that is not, or no more, valid.
  static func challenges(_ alternatives: [SecurityRequirement], realm: String, isTokenWrong: Bool) -> HTTPFields {
    fields(alternatives.flatMap(\.schemes).map { $0.scheme.challenge(realm, isTokenWrong: isTokenWrong) })
  }

  /// 403: the caller is authenticated, but lacks permission.
  static func insufficientScope(_ lacking: [(scheme: SecurityScheme, scopes: [String])]) -> ProblemDetails {
    let needs = lacking.map {
      "The credential for '\($0.scheme.name)' needs the scopes: \($0.scopes.joined(separator: ", "))."
    }
    let challenges = lacking.filter(\.scheme.isBearer).map { demand in
      "Bearer error=\"insufficient_scope\", scope=\(FieldSyntax.quote(demand.scopes.joined(separator: " ")))"
    }
    return ProblemDetails(403, needs.joined(separator: " "), headers: fields(challenges))
  }

  private static func fields(_ challenges: [String]) -> HTTPFields {
    var fields = HTTPFields()
    for challenge in distinct(challenges) { fields.append("www-authenticate", challenge) }
    return fields
  }

  private static func distinct(_ texts: [String]) -> [String] {
    var seen: Set<ByteKey> = []
    return texts.filter { seen.insert(ByteKey($0)).inserted }
  }
}

extension SecurityScheme {
  var isBearer: Bool { authorization == "bearer" }

  /// The credential that is to be sent, and where.
  var demand: String {
    switch (kind, authorization) {
    case (.apiKey(.query, let name), _): "the API key in the query parameter \(name)"
    case (.apiKey(let location, let name), _): "the API key in the \(location.rawValue) \(name)"
    case (_, "basic"): "a user and a password (Basic) in the header Authorization"
    case (_, "bearer"): "a bearer token in the header Authorization"
    case (_, let scheme?): "a credential of the scheme \(scheme) in the header Authorization"
    case (_, nil): "a client certificate when connecting"
    }
  }

  /// A challenge (RFC 9110, section 11.6.1; RFC 6750, section 3; RFC 7617, section 2).
  ///
  /// API keys and certificates have no registered scheme. They are named all the same, since a 401 must have a
  /// challenge.
  func challenge(_ realm: String, isTokenWrong: Bool) -> String {
    let realm = "realm=" + FieldSyntax.quote(realm)
    return switch (kind, authorization) {
    case (.apiKey(let location, let name), _):
      "ApiKey \(realm), in=\"\(location.rawValue)\", name=\(FieldSyntax.quote(name))"
    case (_, "basic"): "Basic \(realm), charset=\"UTF-8\""
    case (_, "bearer"): "Bearer \(realm)" + (isTokenWrong ? ", error=\"invalid_token\"" : "")
    case (_, let scheme?): "\(scheme) \(realm)"
    case (_, nil): "MutualTLS \(realm)"
    }
  }
}

extension FieldSyntax {
  /// A quoted string (RFC 9110, section 5.6.4); control characters, which it cannot contain, are omitted.
  static func quote(_ text: String) -> String {
    var bytes: [UInt8] = []
    for byte in text.utf8 where isAllowed(byte) {
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { bytes.append(UInt8(ascii: "\\")) }
      bytes.append(byte)
    }
    return "\"" + String(decoding: bytes, as: UTF8.self) + "\""
  }

  static func isToken68(_ text: String) -> Bool {
    var text = text
    return text.withUTF8 { isToken68($0) }
  }

  /// RFC 9110, section 11.2.
  static func isToken68(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    // Letters, digits and -._~+/ as one bit each: a token has some hundred bytes.
    let end = text.firstIndex { byte in
      let bits: UInt64 = byte < 64 ? 0x03FF_E800_0000_0000 : 0x47FF_FFFE_87FF_FFFE
      return byte > 127 || bits >> UInt64(byte & 63) & 1 == 0
    }
    guard let end else { return !text.isEmpty }
    return end > 0 && text[end...].allSatisfy { $0 == UInt8(ascii: "=") }
  }

  /// Whether a text has no control character, including tab.
  static func isPlainText(_ text: String) -> Bool { text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F } }
}

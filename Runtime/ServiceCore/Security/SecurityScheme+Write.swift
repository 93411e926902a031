/// Why a request cannot be given credentials. It names schemes, and never contains a secret.
public struct CredentialError: Error, Sendable, CustomStringConvertible {
  public let description: String

  init(_ description: String) { self.description = description }
}

extension HTTPRequest {
  /// Adds the credentials of the first complete alternative, or none where anyone may call.
  ///
  /// A client certificate is up to the transport: it is assumed to be present, after the alternatives that need no such
  /// assumption.
  ///
  /// - Throws: where no alternative is complete, or a scheme cannot express a credential.
  public mutating func authorize(
    _ alternatives: [SecurityRequirement], with credentials: Credentials
  ) throws(CredentialError) {
    for (scheme, credential) in try credentials.chosen(for: alternatives) {
      switch try scheme.carrier(of: credential) {
      case .header(let name, let value): headers[name] = value
      case .query(let pair): query = query.map { $0 + "&" + pair } ?? pair
      case .cookie(let pair): headers["cookie"] = headers["cookie"].map { $0 + "; " + pair } ?? pair
      case .connection: break
      }
    }
  }
}

extension Credentials {
  /// The checked credentials of the chosen alternative; none for a certificate, which only the transport has.
  func chosen(
    for alternatives: [SecurityRequirement]
  ) throws(CredentialError) -> [(scheme: SecurityScheme, credential: Credential)] {
    let demanding = alternatives.filter { !$0.isAnonymous }
    let complete =
      demanding.first(where: isComplete)
      ?? demanding.first { missing(for: $0).isEmpty }
    guard let complete else {
      if alternatives.isEmpty || demanding.count < alternatives.count { return [] }
      let missing = demanding.map { self.missing(for: $0).map { "'\($0.scheme.name)'" }.joined(separator: " and ") }
      throw CredentialError(
        "The call needs credentials that it lacks: give those of \(missing.joined(separator: ", or of ")).")
    }
    var chosen: [(scheme: SecurityScheme, credential: Credential)] = []
    var fields: Set<String> = []
    for (scheme, _) in complete.schemes {
      guard let credential = self[scheme.name] else { continue }
      if case .header(let name, _) = try scheme.carrier(of: credential), !fields.insert(name).inserted {
        throw CredentialError("'\(scheme.name)' needs the header \(name), which another credential of the call takes.")
      }
      chosen.append((scheme, credential))
    }
    return chosen
  }

  /// The schemes of which one more credential completes an alternative, each with its scopes; none where nothing is
  /// lacking, or anyone may call.
  package func lacking(
    for alternatives: [SecurityRequirement]
  ) -> [(scheme: SecurityScheme, scopes: [String])] {
    // That without schemes, which anyone satisfies, is complete, too.
    if alternatives.contains(where: isComplete) { return [] }
    return alternatives.map(missing).filter { $0.count == 1 }.flatMap(\.self)
  }

  private func isComplete(_ alternative: SecurityRequirement) -> Bool {
    alternative.schemes.allSatisfy { self[$0.scheme.name] != nil }
  }

  private func missing(for alternative: SecurityRequirement) -> [(scheme: SecurityScheme, scopes: [String])] {
    alternative.schemes.filter { scheme, _ in
      if case .mutualTLS = scheme.kind { return false }
      return self[scheme.name] == nil
    }
  }
}

extension SecurityScheme {
  /// The part of a request that carries a credential.
  enum Carrier {
    case header(String, String)
    case query(String)
    case cookie(String)
    /// The certificate of the connection.
    case connection
  }

  func carrier(of credential: Credential) throws(CredentialError) -> Carrier {
    switch (kind, authorization, credential) {
    case (.apiKey(let location, let name), _, .apiKey(let key)): return try carrier(of: key, in: location, name)
    case (_, "basic", .basic(let user, let password)):
      guard FieldSyntax.isPlainText(user + password), !user.utf8.contains(UInt8(ascii: ":")) else {
        throw unfit("a user has no colon, and neither it nor a password has a control character")
      }
      return .header("authorization", "Basic " + Base64(Array("\(user):\(password)".utf8)).text)
    case (_, "bearer", .bearer(let token)):
      guard FieldSyntax.isToken68(token) else {
        throw unfit("a bearer token is made of letters, digits and -._~+/, with = at the end only")
      }
      return .header("authorization", "Bearer " + token)
    case (_, let wanted?, .other(let scheme, let text))
    where wanted != "basic" && wanted != "bearer" && scheme.lowercased().utf8.elementsEqual(wanted.utf8):
      guard Self.isFieldText(text) else { throw unfit("it has a character that a header cannot hold, or is empty") }
      return .header("authorization", "\(wanted) \(text)")
    case (.mutualTLS, _, .certificate): return .connection
    default: throw CredentialError("The scheme '\(name)' needs \(demand); it was given \(credential).")
    }
  }

  private func carrier(of key: String, in location: Location, _ name: String) throws(CredentialError) -> Carrier {
    switch location {
    case .header:
      guard Self.isFieldText(key) else { throw unfit("it has a character that a header cannot hold, or is empty") }
      return .header(name.lowercased(), key)
    case .query:
      guard !key.isEmpty, FieldSyntax.isPlainText(key) else { throw unfit("it is empty, or has a control character") }
      return .query(PercentCoding.encode(name) + "=" + PercentCoding.encode(key))
    case .cookie:
      // `cookie-octet` (RFC 6265, section 4.1.1).
      guard !key.isEmpty, key.utf8.allSatisfy({ (0x21...0x7E).contains($0) && !"\",;\\".utf8.contains($0) }) else {
        throw unfit("it has a character that a cookie cannot hold, or is empty")
      }
      return .cookie("\(name)=\(key)")
    }
  }

  /// White space around a field's value is not part of it (RFC 9110, section 5.5).
  private static func isFieldText(_ text: String) -> Bool {
    !text.isEmpty && FieldSyntax.isPlainText(text)
      && FieldSyntax.trimmed(text[...]).utf8.count == text.utf8.count
  }

  private func unfit(_ reason: String) -> CredentialError {
    CredentialError("The credential for '\(name)' cannot be sent: \(reason).")
  }
}

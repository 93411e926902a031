extension SecurityScheme {
  /// The credential of a request for the scheme. An empty key counts as absent.
  ///
  /// - Throws: 400 for a duplicated credential: readers differ in which of the two they use.
  func credential(in request: HTTPRequest) throws(RequestFault) -> PresentedCredential {
    switch kind {
    case .apiKey(let location, let name): try Self.key(name, in: location, of: request)
    case .http, .oauth2, .openIDConnect: try authorization(of: request)
    case .mutualTLS: request.peerCertificate.map { $0.isEmpty ? .absent : .given(.certificate($0)) } ?? .absent
    }
  }

  // MARK: API keys

  private static func key(
    _ name: String, in location: Location, of request: HTTPRequest
  ) throws(RequestFault) -> PresentedCredential {
    let keys: [String?]
    do throws(CodecError) {
      keys =
        switch location {
        case .header: request.headers.values(name.lowercased())
        case .query: try FormEncoding.values(name, of: request.query ?? "")
        case .cookie:
          try ParameterCodec.cookies(request.headers.values("cookie"))
            .filter { $0.name.utf8.elementsEqual(name.utf8) }.map { String($0.value) }
        }
    } catch {
      throw RequestFault(error.problem)
    }
    guard keys.count <= 1 else { throw repeated(name, Violation.Location(rawValue: location.rawValue) ?? .header) }
    guard let given = keys.first else { return .absent }
    guard let key = given, FieldSyntax.isPlainText(key) else { return .malformed }
    return key.isEmpty ? .absent : .given(.apiKey(key))
  }

  private static func repeated(_ name: String, _ location: Violation.Location) -> RequestFault {
    RequestFault(.badRequest([.repeated(location, name)]))
  }

  // MARK: the header Authorization

  /// A field of another scheme counts as absent for this one.
  private func authorization(of request: HTTPRequest) throws(RequestFault) -> PresentedCredential {
    let fields = request.headers.values("authorization")
    guard fields.count <= 1 else { throw Self.repeated("Authorization", .header) }
    guard var field = fields.first, let wanted = authorization else { return .absent }
    return field.withUTF8 { field in
      let end = field.firstIndex { !FieldSyntax.isToken($0) } ?? field.count
      guard Self.isSame(UnsafeBufferPointer(rebasing: field[..<end]), wanted) else { return .absent }
      guard end < field.count, field[end] == 0x20 else { return .malformed }
      let start = field[end...].firstIndex { $0 != 0x20 } ?? field.count
      return Self.credential(of: wanted, UnsafeBufferPointer(rebasing: field[start...]))
    }
  }

  /// - Parameter scheme: in lower case.
  private static func isSame(_ text: UnsafeBufferPointer<UInt8>, _ scheme: String) -> Bool {
    text.count == scheme.utf8.count
      && zip(text, scheme.utf8).allSatisfy { ((65...90).contains($0) ? $0 | 0x20 : $0) == $1 }
  }

  private static func credential(of scheme: String, _ rest: UnsafeBufferPointer<UInt8>) -> PresentedCredential {
    let text = String(decoding: rest, as: UTF8.self)
    switch scheme {
    case "basic": return basic(text)
    case "bearer": return FieldSyntax.isToken68(rest) ? .given(.bearer(text)) : .malformed
    default: return text.isEmpty || !FieldSyntax.isValue(text) ? .malformed : .given(.other(scheme: scheme, text))
    }
  }

  /// RFC 7617, section 2: the user is the text before the first colon.
  private static func basic(_ text: String) -> PresentedCredential {
    guard let bytes = Base64(text)?.bytes, let pair = String(validating: bytes, as: UTF8.self),
      FieldSyntax.isPlainText(pair), let colon = pair.utf8.firstIndex(of: UInt8(ascii: ":"))
    else { return .malformed }
    let password = Substring(pair.utf8[colon...].dropFirst())
    return .given(.basic(user: String(Substring(pair.utf8[..<colon])), password: String(password)))
  }
}

extension FormEncoding {
  /// The values of a name in a query; nil for a value that is not percent-encoded UTF-8.
  static func values(_ name: String, of query: String) throws(CodecError) -> [String?] {
    try pairs(query).filter { names($0, name) }.map { PercentCoding.decode($0.value, plusIsSpace: true) }
  }

  /// Whether a pair of a query has the name.
  static func names(_ pair: RawPair, _ name: String) -> Bool {
    PercentCoding.decode(pair.name, plusIsSpace: true)?.utf8.elementsEqual(name.utf8) ?? false
  }
}

extension OperationDescriptor {
  /// The header fields that carry credentials and signatures, in lower case: a gateway must pass them on.
  package var credentialFields: Set<String> {
    let fields = policy.security.flatMap(\.schemes).compactMap { scheme, _ -> String? in
      switch scheme.kind {
      case .apiKey(.header, let name): name.lowercased()
      case .apiKey(.cookie, _): "cookie"
      case .http, .oauth2, .openIDConnect: "authorization"
      case .apiKey(.query, _), .mutualTLS: nil
      }
    }
    return Set(fields).union(policy.signature == nil ? [] : WebhookSignature.fields)
  }

  /// Whether a query pair is a credential, and not a parameter.
  func takesKey(_ pair: RawPair) -> Bool {
    policy.security.contains { alternative in
      alternative.schemes.contains { scheme, _ in
        if case .apiKey(.query, let name) = scheme.kind { FormEncoding.names(pair, name) } else { false }
      }
    }
  }
}

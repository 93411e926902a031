import ContractModel

extension ExportPlanner {
  /// Declares the credentials that a caller passes to a client; nil where no operation requires any.
  mutating func credentials(_ contract: Contract, named name: String) -> String? {
    let used = Set(
      contract.operations.filter { $0.kind == .route }.flatMap(\.policy.security).flatMap(\.schemes).map(\.scheme.name))
    let fields = contract.securitySchemes.filter { used.contains($0.name) }.compactMap(field)
    guard !fields.isEmpty else { return nil }
    let name = claim(name)
    let doc = Doc(text: ["What a caller proves itself by, under the names of the contract's security schemes."])
    declare(name, doc, .record(fields, rest: nil))
    return name
  }

  /// Nil for a client certificate.
  private func field(_ scheme: SecurityScheme) -> ExportField? {
    let (type, words): (ExportType, String)
    switch scheme.kind {
    case .mutualTLS, .broker: return nil
    case .apiKey("cookie", let name):
      (type, words) = (
        .union([.text, .literals([.boolean(true)])]),
        "The cookie '\(name)'; true where the transport has it, as a browser does."
      )
    case .apiKey("query", let name): (type, words) = (.text, "The query parameter '\(name)'.")
    case .apiKey(let location, let name): (type, words) = (.text, "The \(location) '\(name)'.")
    case .http("basic"): (type, words) = (.named("BasicCredentials"), "A user and a password.")
    case .http("bearer"), .oauth2, .openIDConnect: (type, words) = (.text, "A bearer token.")
    case .http(let scheme): (type, words) = (.text, "What stands behind '\(scheme)' in the header Authorization.")
    }
    let doc = Doc(text: [scheme.description, words].compactMap { $0 })
    return ExportField(name: scheme.name, type: type, isRequired: false, doc: doc)
  }
}

extension SchemeExport {
  init(_ scheme: SecurityScheme) {
    name = scheme.name
    switch scheme.kind {
    case .apiKey(let location, let key): (self.location, self.key, prefix) = (location, key, nil)
    case .mutualTLS, .broker: (location, key, prefix) = ("connection", "", nil)
    case .http("basic"): (location, key, prefix) = ("header", "Authorization", "Basic")
    case .http("bearer"), .oauth2, .openIDConnect: (location, key, prefix) = ("header", "Authorization", "Bearer")
    case .http(let scheme): (location, key, prefix) = ("header", "Authorization", scheme)
    }
  }
}

extension Server {
  /// The address cut after its authority, with its variables replaced; a server with only a path has no origin.
  func parts(_ value: (Variable) -> String) -> (origin: String?, path: String) {
    let text = variables.reduce(url) { $0.replacing("{\($1.name)}", with: value($1)) }
    let scheme = text.firstRange(of: "://")
    let authority = (scheme ?? (text.hasPrefix("//") ? text.firstRange(of: "//") : nil))?.upperBound
    let start = authority.map { text[$0...].firstIndex(of: "/") ?? text.endIndex } ?? text.startIndex
    return (scheme == nil ? nil : String(text[..<start]), String(text[start...]))
  }

  /// Scheme and authority, with variables at their defaults; nil for a server with only a path.
  var origin: String? { parts(\.usual).origin }
}

extension [Server] {
  /// The origin of the first server that has one, of those with the base path of the operations.
  var origin: String? { lazy.filter { $0.basePath == first?.basePath }.compactMap(\.origin).first }
}

import ContractModel

extension ExportPlanner {
  /// Declares what a caller gives a client to prove who it is; nil where no operation asks for that.
  mutating func credentials(_ contract: Contract, named name: String) -> String? {
    let used = Set(
      contract.operations.filter { $0.kind == .route }.flatMap(\.security).flatMap(\.schemes).map(\.scheme.name))
    let fields = contract.securitySchemes.filter { used.contains($0.name) }.compactMap(field)
    guard !fields.isEmpty else { return nil }
    let name = claim(name)
    let doc = Doc(text: ["What a caller proves itself by, under the names of the contract's security schemes."])
    declare(name, doc, .record(fields, rest: nil))
    return name
  }

  /// Nil for what the transport proves.
  private func field(_ scheme: SecurityScheme) -> ExportField? {
    let (type, words): (ExportType, String)
    switch scheme.kind {
    case .mutualTLS: return nil
    case .apiKey("cookie", let name):
      (type, words) = (
        .union([.text, .literals([.boolean(true)])]),
        "The cookie '\(name)'; true where the transport has it, as a browser does."
      )
    case .apiKey("query", let name): (type, words) = (.text, "The query parameter '\(name)'.")
    case .apiKey(let place, let name): (type, words) = (.text, "The \(place) '\(name)'.")
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
    case .apiKey(let place, let key): (self.place, self.key, prefix) = (place, key, nil)
    case .mutualTLS: (place, key, prefix) = ("connection", "", nil)
    case .http("basic"): (place, key, prefix) = ("header", "Authorization", "Basic")
    case .http("bearer"), .oauth2, .openIDConnect: (place, key, prefix) = ("header", "Authorization", "Bearer")
    case .http(let scheme): (place, key, prefix) = ("header", "Authorization", scheme)
    }
  }
}

extension Server {
  /// The address cut behind its authority, each variable replaced; a server that is only a path has no origin.
  func parts(_ value: (Variable) -> String) -> (origin: String?, path: String) {
    let text = variables.reduce(url) { $0.replacing("{\($1.name)}", with: value($1)) }
    let scheme = text.firstRange(of: "://")
    let authority = (scheme ?? (text.hasPrefix("//") ? text.firstRange(of: "//") : nil))?.upperBound
    let start = authority.map { text[$0...].firstIndex(of: "/") ?? text.endIndex } ?? text.startIndex
    return (scheme == nil ? nil : String(text[..<start]), String(text[start...]))
  }

  /// Scheme and authority, variables at their defaults; nil for a server that is only a path.
  var origin: String? { parts(\.usual).origin }
}

extension [Server] {
  /// The origin of the first that has one, of those whose path is the one that operations stand behind.
  var origin: String? { lazy.filter { $0.basePath == first?.basePath }.compactMap(\.origin).first }
}

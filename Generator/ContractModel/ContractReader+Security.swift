import ContractSource
import ContractValues

/// Security schemes and requirements (OpenAPI 3.1, sections 4.8.27 to 4.8.30).
extension ContractReader {
  func securityScheme(_ given: Location, name: String) -> SecurityScheme? {
    guard case (var fields, let at)? = referenced(given, "Security Scheme Object") else { return nil }
    let description = fields.documentation("description")
    if version == .v32 { _ = fields.bool("deprecated", as: .documentation) }
    let kind = fields.requiredString("type").flatMap { schemeKind($0, &fields, at) }
    if kind != nil { ignoreOtherKinds(&fields) } else { for name in Self.kindFields { fields.document(name) } }
    fields.finish()
    return kind.map { SecurityScheme(position: at.node.position, name: name, kind: $0, description: description) }
  }

  /// The fields of a security scheme that depend on its type.
  private static let kindFields: Set<String> = [
    "name", "in", "scheme", "bearerFormat", "flows", "openIdConnectUrl", "oauth2MetadataUrl",
  ]

  /// Warns of fields that belong to another type of security scheme: they contradict nothing.
  private func ignoreOtherKinds(_ fields: inout Fields) {
    for entry in fields.node.entries ?? []
    where Self.kindFields.contains(entry.key) && !fields.taken.contains(entry.key) {
      fields.ignore(entry.key, because: "OpenAPI 3.1, section 4.8.27: applies to other types")
      diagnostics.warning(
        .noEffect, "'\(entry.key)' has no effect: it belongs to another type of security scheme", at: entry.keyPosition)
    }
  }

  private func schemeKind(_ type: String, _ fields: inout Fields, _ at: Location) -> SecurityScheme.Kind? {
    switch type {
    case "apiKey":
      let name = fields.requiredString("name")
      guard let node = fields.require("in"), let location = fields.text(node, "in") else { return nil }
      guard ["header", "query", "cookie"].contains(location) else {
        diagnostics.error(
          .badValue, "'\(location)' is not a location of an API key", at: node.position,
          help: "valid values: header, query, cookie")
        return nil
      }
      if let name, location == "header" { checkFieldName(name, at: at.node.position) }
      if let name, location == "cookie" { checkCookieName(name, at: at.node.position) }
      return name.map { .apiKey(location: location, name: $0) }
    case "http":
      fields.document("bearerFormat")
      guard let node = fields.require("scheme"), let scheme = fields.text(node, "scheme") else { return nil }
      if !Self.isToken(scheme) {
        diagnostics.error(
          .badValue, "'\(scheme)' is not a scheme (RFC 9110, section 11.1)", at: node.position,
          help: "write it as basic or bearer")
      }
      return .http(scheme: scheme.lowercased())
    case "oauth2":
      if version == .v32 { fields.document("oauth2MetadataUrl") }
      guard let node = fields.require("flows"), var flows = Fields(node, "OAuth Flows Object", diagnostics) else {
        return nil
      }
      let names =
        ["implicit", "password", "clientCredentials", "authorizationCode"]
        + (version == .v32 ? ["deviceAuthorization"] : [])
      let read = names.compactMap { name in flows.take(name).flatMap { flow($0, name) } }
      flows.finish()
      return .oauth2(read)
    case "openIdConnect": return fields.requiredString("openIdConnectUrl").map { .openIDConnect(url: $0) }
    case "mutualTLS" where version != .v30: return .mutualTLS
    default:
      let types = ["apiKey", "http", "oauth2", "openIdConnect"] + (version == .v30 ? [] : ["mutualTLS"])
      diagnostics.error(
        .badValue, "'\(type)' is not a type of security scheme", at: at.node.position,
        help: nearest(type, among: types).map { "did you mean '\($0)'?" }
          ?? "valid values: \(types.joined(separator: ", "))"
      )
      return nil
    }
  }

  /// The addresses that each flow requires (OpenAPI 3.2, section 4.29).
  private static let flowURLs = [
    "implicit": ["authorizationUrl"], "password": ["tokenUrl"], "clientCredentials": ["tokenUrl"],
    "authorizationCode": ["authorizationUrl", "tokenUrl"],
    "deviceAuthorization": ["deviceAuthorizationUrl", "tokenUrl"],
  ]

  private func flow(_ node: Node, _ name: String) -> SecurityScheme.Flow? {
    guard var fields = Fields(node, "OAuth Flow Object", diagnostics) else { return nil }
    var urls: [(field: String, url: String)] = []
    for field in Self.flowURLs[name] ?? [] { if let url = fields.requiredString(field) { urls.append((field, url)) } }
    if let url = fields.string("refreshUrl") { urls.append(("refreshUrl", url)) }
    _ = fields.require("scopes")
    let scopes = fields.map("scopes").map(\.key)
    fields.finish()
    return SecurityScheme.Flow(name: name, urls: urls, scopes: scopes)
  }

  /// The requirements of a document or an operation; nil when it does not specify any. `[{}]` requires as little as `[]`.
  func security(_ fields: inout Fields, _ at: Location) -> [SecurityRequirement]? {
    guard fields.node["security"] != nil else { return nil }
    let requirements = fields.list("security").compactMap { node -> SecurityRequirement? in
      guard let entries = node.entries else {
        diagnostics.error(
          .wrongType, "the Security Requirement Object must be an object, and this is \(node.kind)", at: node.position)
        return nil
      }
      var schemes: [(scheme: SecurityScheme, scopes: [String])] = []
      for entry in entries {
        guard let scheme = scheme(entry, at) else { return nil }
        schemes.append((scheme, scopes(entry, of: scheme)))
      }
      return SecurityRequirement(schemes: schemes)
    }
    return requirements.allSatisfy(\.schemes.isEmpty) ? [] : requirements
  }

  private func scheme(_ entry: Node.Entry, _ at: Location) -> SecurityScheme? {
    if let known = securitySchemes[entry.key] { return known }
    // One that could not be read was reported where it is.
    if brokenSchemes.contains(ByteKey(entry.key)) { return nil }
    // A name may also be the URI of a scheme (OpenAPI 3.2, section 4.30).
    if version == .v32, entry.key.utf8.contains(where: { "/#.:".utf8.contains($0) }) {
      return referredScheme(entry, at)
    }
    diagnostics.error(
      .brokenReference, "there is no security scheme '\(entry.key)'", at: entry.keyPosition,
      help: nearest(entry.key, among: securitySchemes.all.map(\.name)).map { "did you mean '\($0)'?" }
        ?? "declare it under components/securitySchemes")
    return nil
  }

  /// The scheme at a URI: one of the document's, or another, which becomes one of them under the last word of the URI.
  private func referredScheme(_ entry: Node.Entry, _ at: Location) -> SecurityScheme? {
    guard let target = resolver.resolve(entry.key, from: at, at: entry.keyPosition) else { return nil }
    let last = target.pointer.isEmpty ? target.path : target.pointer
    var name = last.split(separator: "/").last.map(Node.unescaped) ?? entry.key
    if target.pointer.isEmpty, let dot = name.firstIndex(of: "."), dot > name.startIndex { name = String(name[..<dot]) }
    guard let scheme = securityScheme(target, name: name) else { return nil }
    return securitySchemes.one(at: scheme.position) ?? securitySchemes.addRenamed(scheme)
  }

  private func scopes(_ entry: Node.Entry, of scheme: SecurityScheme) -> [String] {
    guard let items = entry.value.items else {
      diagnostics.error(
        .wrongType, "the scopes of '\(entry.key)' must be a list, and this is \(entry.value.kind)",
        at: entry.value.position, help: "write '\(entry.key): []' for none")
      return []
    }
    let scopes = items.compactMap { item -> String? in
      if item.string == nil { diagnostics.error(.wrongType, "a scope must be a string", at: item.position) }
      return item.string
    }
    switch scheme.kind {
    case .oauth2:
      let known = securitySchemes.scopes(of: scheme)
      for scope in scopes where !known.contains(scope) {
        diagnostics.warning(
          .noEffect, "no flow of '\(entry.key)' has the scope '\(scope)': nobody can be granted it by them",
          at: entry.value.position, help: nearest(scope, among: known).map { "did you mean '\($0)'?" })
      }
    case .openIDConnect: break
    default:
      if version == .v30, !scopes.isEmpty {
        diagnostics.error(
          .badValue, "only oauth2 and openIdConnect have scopes (OpenAPI 3.0.4, section 4.7.30)",
          at: entry.value.position)
      }
    }
    return scopes
  }

  /// The name of the callers of an operation, or of those of all operations without `security` of their own.
  func principal(_ fields: inout Fields, of security: [SecurityRequirement]) -> String? {
    let entry = fields.takeExtension("x-principal", shape: "a name such as Customer") { $0.string != nil }
    guard let entry, let text = fields.text(entry.value, entry.key) else { return nil }
    if security.isEmpty {
      diagnostics.warning(
        .noEffect, "'\(entry.key)' has no effect: callers need no credentials here", at: entry.keyPosition,
        help: "write it beside 'security'")
    }
    if !text.utf8.allSatisfy(Self.isNameByte) || text.utf8.first.map({ (48...57).contains($0) }) ?? true {
      diagnostics.error(
        .badValue, "'\(text)' is not a name of callers", at: entry.value.position,
        help: "write a word of letters and digits, such as Customer")
    }
    return text
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
  }
}

/// The security schemes of a contract, in order, found by name and by position.
struct SecuritySchemes {
  private(set) var all: [SecurityScheme] = []
  private var byName: [ByteKey: Int] = [:]
  private var byPosition: [ByteKey: Int] = [:]
  /// The scopes of each scheme that was asked for them, by its index.
  private var scopes: [Int: Set<String>] = [:]
  /// The number that the next scheme of a name gets.
  private var numbers: [ByteKey: Int] = [:]

  subscript(_ name: String) -> SecurityScheme? { byName[ByteKey(name)].map { all[$0] } }

  func one(at position: SourcePosition) -> SecurityScheme? { byPosition[Self.key(position)].map { all[$0] } }

  mutating func add(_ scheme: SecurityScheme) {
    byName[ByteKey(scheme.name)] = byName[ByteKey(scheme.name)] ?? all.count
    byPosition[Self.key(scheme.position)] = byPosition[Self.key(scheme.position)] ?? all.count
    all.append(scheme)
  }

  /// Adds a scheme under its name, or that with the first number that makes it unique.
  mutating func addRenamed(_ scheme: SecurityScheme) -> SecurityScheme {
    var (name, number) = (scheme.name, numbers[ByteKey(scheme.name)] ?? 2)
    while self[name] != nil { (name, number) = (scheme.name + String(number), number + 1) }
    numbers[ByteKey(scheme.name)] = number
    add(SecurityScheme(position: scheme.position, name: name, kind: scheme.kind, description: scheme.description))
    return all[all.count - 1]
  }

  /// The scopes that the flows of one of the schemes have.
  mutating func scopes(of scheme: SecurityScheme) -> Set<String> {
    guard let index = byName[ByteKey(scheme.name)], case .oauth2(let flows) = scheme.kind else { return [] }
    if let known = scopes[index] { return known }
    let found = Set(flows.flatMap(\.scopes))
    scopes[index] = found
    return found
  }

  private static func key(_ position: SourcePosition) -> ByteKey {
    ByteKey("\(position.file.path):\(position.line):\(position.column)")
  }
}

import ContractSource
import ContractValues

/// Security schemes and requirements, as OpenAPI and AsyncAPI have them.
extension DescriptionReader {
  func readSecuritySchemes(_ root: Location) {
    guard let components = root.node["components"], let schemes = components["securitySchemes"] else { return }
    let at = root.child(components, "components").child(schemes, "securitySchemes")
    for entry in schemes.entries ?? [] {
      if let scheme = securityScheme(at.child(entry.value, entry.key), name: entry.key) {
        securitySchemes.add(scheme)
      } else {
        brokenSchemes.insert(ByteKey(entry.key))
      }
    }
  }

  /// Takes the fields of a security scheme that depend on its type and do not belong to it: they contradict nothing, and
  /// are warned of where the type is known.
  func ignoreOtherKinds(_ fields: inout Fields, isKnown: Bool, section: String) {
    guard isKnown else {
      for name in kindFields { fields.document(name) }
      return
    }
    for entry in fields.node.entries ?? [] where kindFields.contains(entry.key) && !fields.taken.contains(entry.key) {
      fields.ignore(entry.key, because: section + ": applies to other types")
      diagnostics.warning(
        .noEffect, "'\(entry.key)' has no effect: it belongs to another type of security scheme", at: entry.keyPosition)
    }
  }

  /// - Parameter scopes: the field that lists the scopes.
  func flow(_ node: Node, _ name: String, scopes: String) -> SecurityScheme.Flow? {
    guard var fields = Fields(node, "OAuth Flow Object", diagnostics) else { return nil }
    var urls: [(field: String, url: String)] = []
    for field in flowURLs[name] ?? [] { if let url = fields.requiredString(field) { urls.append((field, url)) } }
    if let url = fields.string("refreshUrl") { urls.append(("refreshUrl", url)) }
    _ = fields.require(scopes)
    let names = fields.map(scopes).map(\.key)
    fields.finish()
    return SecurityScheme.Flow(name: name, urls: urls, scopes: names)
  }

  /// The requirements of a document or an operation; nil when it does not specify any. `[{}]` requires as little as `[]`.
  func security(_ fields: inout Fields, _ at: Location) -> [SecurityRequirement]? {
    guard fields.node["security"] != nil else { return nil }
    let requirements = fields.list("security").compactMap { node -> SecurityRequirement? in
      guard let entries = node.entries else {
        diagnostics.error(
          .wrongType, "the Security Requirement Object must be an object, and this is \(node.kind)", at: node.position,
          help: node.string.map { "write { \($0): [] }" })
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
    if hasSchemesByURI, entry.key.utf8.contains(where: { "/#.:".utf8.contains($0) }) {
      return referredScheme(entry, at)
    }
    if entry.key == "$ref" {
      let name = entry.value.string?.split(separator: "/").last ?? "NAME"
      diagnostics.error(
        .unknownField, "a Security Requirement Object names its schemes, and has no '$ref'", at: entry.keyPosition,
        help: "write { \(name): [] }")
      return nil
    }
    diagnostics.error(
      .brokenReference, "there is no security scheme '\(entry.key)'", at: entry.keyPosition,
      help: diagnostics.nearest(entry.key, among: securitySchemes.all.lazy.map(\.name)).map { "did you mean '\($0)'?" }
        ?? "declare it under components/securitySchemes")
    return nil
  }

  /// The scheme at a URI: one of the document's, or another, which becomes one of them under the last word of the URI.
  private func referredScheme(_ entry: Node.Entry, _ at: Location) -> SecurityScheme? {
    guard let target = resolver.resolve(entry.key, from: at, at: entry.keyPosition) else { return nil }
    return referredScheme(target, name: entry.key)
  }

  /// The scheme at a location.
  ///
  /// - Parameter name: what it is called where its location gives it no name.
  func referredScheme(_ target: Location, name: String) -> SecurityScheme? {
    let name = SecuritySchemes.name(of: target) ?? name
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
      if hasScopesOfOAuthOnly, !scopes.isEmpty {
        diagnostics.error(
          .badValue, "only oauth2 and openIdConnect have scopes (OpenAPI 3.0.4, section 4.7.30)",
          at: entry.value.position)
      }
    }
    return scopes
  }
}

/// The fields of a security scheme that depend on its type.
private let kindFields: Set<String> = [
  "name", "in", "scheme", "bearerFormat", "flows", "openIdConnectUrl", "oauth2MetadataUrl",
]

/// The addresses that each flow requires (OpenAPI 3.2, section 4.29).
private let flowURLs = [
  "implicit": ["authorizationUrl"], "password": ["tokenUrl"], "clientCredentials": ["tokenUrl"],
  "authorizationCode": ["authorizationUrl", "tokenUrl"],
  "deviceAuthorization": ["deviceAuthorizationUrl", "tokenUrl"],
]

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

  /// The name of a scheme that is only known by where it is: the last word of that.
  static func name(of target: Location) -> String? {
    let last = target.pointer.isEmpty ? target.path : target.pointer
    guard let name = last.split(separator: "/").last.map(Node.unescaped) else { return nil }
    if target.pointer.isEmpty, let dot = name.firstIndex(of: "."), dot > name.startIndex { return String(name[..<dot]) }
    return name
  }

  private static func key(_ position: SourcePosition) -> ByteKey {
    ByteKey("\(position.file.path):\(position.line):\(position.column)")
  }
}

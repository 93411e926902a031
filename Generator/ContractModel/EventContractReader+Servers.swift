import ContractSource
import ContractValues

/// Servers and what their clients prove themselves by (AsyncAPI 3.0, Server Object and Security Scheme Object).
extension EventContractReader {
  func readServers(_ fields: inout Fields, _ root: Location) -> [EventServer] {
    fields.map("servers").compactMap { server(root.child($0.value, "servers", $0.key), $0) }
  }

  func server(_ given: Location, _ entry: Node.Entry) -> EventServer? {
    guard case (var fields, let at)? = referenced(given, "Server Object") else { return nil }
    let address = version == .v2 ? url(&fields) : host(&fields)
    let name = fields.requiredString("protocol")
    fields.document("protocolVersion")
    if version != .v2 { fields.document("title", "summary") }
    let description = fields.documentation("description")
    let variables = fields.map("variables").compactMap {
      serverVariable(at.child($0.value, "variables", $0.key), $0)
    }
    let security = requirements(&fields, at)
    _ = tags(&fields, at)
    if version != .v2 { externalDocs(&fields, at) }
    let bindings = self.bindings(&fields, at, .server)
    fields.finish()
    guard let address, let name else { return nil }
    check(address.text, variables, at: address.position)
    return EventServer(
      position: at.node.position, name: entry.key, host: address.host, path: address.path, protocol: name,
      description: description, variables: variables, security: security, bindings: bindings)
  }

  /// The text is the address as the contract has it.
  private typealias Address = (text: String, host: String, path: String?, position: SourcePosition)

  private func host(_ fields: inout Fields) -> Address? {
    let path = fields.string("pathname")
    guard let node = fields.require("host"), let host = fields.text(node, "host") else { return nil }
    if let scheme = host.firstRange(of: "://") {
      diagnostics.warning(
        .badValue, "the host of a server has no protocol: it is in the field 'protocol'", at: node.position,
        help: "write it as \(host[scheme.upperBound...])")
    }
    return (host + (path ?? ""), host, path, node.position)
  }

  /// The address of a server of AsyncAPI 2, whose URL may leave the protocol to its own field.
  private func url(_ fields: inout Fields) -> Address? {
    guard let node = fields.require("url"), let url = fields.text(node, "url") else { return nil }
    let rest = url.firstRange(of: "://").map { url[$0.upperBound...] } ?? url[...]
    let slash = rest.utf8.firstIndex(of: UInt8(ascii: "/")) ?? rest.endIndex
    return (url, String(rest[..<slash]), slash == rest.endIndex ? nil : String(rest[slash...]), node.position)
  }

  /// Checks that every variable of an address is declared.
  private func check(_ address: String, _ variables: [Server.Variable], at position: SourcePosition) {
    guard let names = ContractReader.templateNames(address[...]) else {
      diagnostics.error(.badValue, "the braces of '\(address)' do not match", at: position)
      return
    }
    let declared = variables.map(\.name)
    for name in names where !declared.contains(name) {
      diagnostics.error(
        .missingField, "the variable '\(name)' is not declared", at: position,
        help: nearest(name, among: declared).map { "did you mean '\($0)'?" } ?? "declare it under 'variables'")
    }
    for variable in variables where !names.contains(variable.name) {
      diagnostics.warning(
        .noEffect, "'\(variable.name)' is not used in the address \(address), and has no effect", at: variable.position)
    }
  }

  /// A variable of an address. Without `default` it is the first of its choices, or empty.
  func serverVariable(_ given: Location, _ entry: Node.Entry) -> Server.Variable? {
    guard case (var fields, let at)? = referenced(given, "Server Variable Object") else { return nil }
    let choices = listedChoices(&fields)
    let usual = fields.string("default")
    let description = fields.documentation("description")
    fields.checkExamples()
    fields.finish()
    checkDefault(usual, among: choices, at: at.node.position)
    return Server.Variable(
      position: entry.keyPosition, name: entry.key, choices: choices, usual: usual ?? choices.first ?? "",
      description: description)
  }

  /// Checks that the default of a variable or a parameter is one of its choices, where it has any.
  func checkDefault(_ usual: String?, among choices: [String], at position: SourcePosition) {
    guard let usual, !choices.isEmpty, !choices.contains(usual) else { return }
    diagnostics.error(
      .badValue, "the default '\(usual)' is not one of the values that 'enum' lists", at: position,
      help: "valid values: \(choices.joined(separator: ", "))")
  }

  // MARK: security

  /// The alternatives of which a client must satisfy one: Security Scheme Objects, or in AsyncAPI 2 their names.
  func requirements(_ fields: inout Fields, _ at: Location) -> [SecurityRequirement] {
    if version == .v2 { return security(&fields, at) ?? [] }
    return fields.list("security").enumerated().compactMap { index, node in
      let given = at.child(node, "security", String(index))
      if let name = schemeName(node) {
        diagnostics.error(
          .wrongType, "AsyncAPI refers to security schemes since 3.0, and this is the name of one", at: node.position,
          help: "write { $ref: '#/components/securitySchemes/\(Violations.escaped(name))' }")
        return nil
      }
      guard let end = referenced(given, "Security Scheme Object")?.at else { return nil }
      // An inline scheme has no name.
      let isInline = end.key == given.key
      let name = isInline ? end.node["type"]?.string ?? "" : SecuritySchemes.name(of: end) ?? ""
      let known = securitySchemes.one(at: end.node.position)
      guard let scheme = known ?? securityScheme(end, name: name).map({ securitySchemes.addRenamed($0) }) else {
        return nil
      }
      let scopes = end.node["scopes"]?.items?.compactMap(\.string) ?? []
      return SecurityRequirement(schemes: [(scheme, scopes)])
    }
  }

  /// The scheme that a requirement of AsyncAPI 2 names.
  private func schemeName(_ requirement: Node) -> String? {
    let name = requirement.string ?? requirement.entries?.first?.key
    return name.flatMap { securitySchemes[$0] != nil || brokenSchemes.contains(ByteKey($0)) ? $0 : nil }
  }

  func securityScheme(_ given: Location, name: String) -> SecurityScheme? {
    guard case (var fields, let at)? = referenced(given, "Security Scheme Object") else { return nil }
    let description = fields.documentation("description")
    let type = fields.require("type")
    let kind = type.flatMap { node in fields.text(node, "type").flatMap { self.kind($0, &fields, node.position) } }
    ignoreOtherKinds(&fields, isKnown: kind != nil, section: "\(Self.specification), Security Scheme Object")
    fields.finish()
    return kind.map { SecurityScheme(position: at.node.position, name: name, kind: $0, description: description) }
  }

  /// The types of schemes that have no fields of their own, and `apiKey`.
  private static let brokerTypes = [
    "userPassword", "apiKey", "X509", "symmetricEncryption", "asymmetricEncryption", "plain", "scramSha256",
    "scramSha512", "gssapi",
  ]

  private func kind(_ type: String, _ fields: inout Fields, _ position: SourcePosition) -> SecurityScheme.Kind? {
    switch type {
    case "apiKey":
      _ = choice(&fields, "in", of: ["user", "password"])
      return .broker(type)
    case "httpApiKey":
      let name = fields.requiredString("name")
      let location = choice(&fields, "in", of: ["header", "query", "cookie"])
      guard let name, let location else { return nil }
      return .apiKey(location: location, name: name)
    case "http":
      fields.document("bearerFormat")
      return fields.requiredString("scheme").map { .http(scheme: $0.lowercased()) }
    case "oauth2":
      if version != .v2 { _ = fields.strings("scopes") }
      return flows(&fields).map { .oauth2($0) }
    case "openIdConnect":
      if version != .v2 { _ = fields.strings("scopes") }
      return fields.requiredString("openIdConnectUrl").map { .openIDConnect(url: $0) }
    case _ where Self.brokerTypes.contains(type): return .broker(type)
    default:
      let types = Self.brokerTypes + ["httpApiKey", "http", "oauth2", "openIdConnect"]
      diagnostics.error(
        .badValue, "'\(type)' is not a type of security scheme", at: position,
        help: nearest(type, among: types).map { "did you mean '\($0)'?" }
          ?? "valid values: \(types.joined(separator: ", "))")
      return nil
    }
  }

  private func flows(_ fields: inout Fields) -> [SecurityScheme.Flow]? {
    guard let node = fields.require("flows"), var flows = Fields(node, "OAuth Flows Object", diagnostics) else {
      return nil
    }
    let read = ["implicit", "password", "clientCredentials", "authorizationCode"].compactMap { name in
      flows.take(name).flatMap { flow($0, name, scopes: version == .v2 ? "scopes" : "availableScopes") }
    }
    flows.finish()
    return read
  }

  /// A required field with one of a few values.
  func choice(_ fields: inout Fields, _ name: String, of values: [String]) -> String? {
    guard let node = fields.require(name), let text = fields.text(node, name) else { return nil }
    if values.contains(text) { return text }
    diagnostics.error(
      .badValue, "'\(text)' is not a value of '\(name)'", at: node.position,
      help: "valid values: \(values.joined(separator: ", "))")
    return nil
  }
}

import ContractSource
import ContractValues

/// Security schemes and requirements (OpenAPI 3.1, sections 4.8.27 to 4.8.30).
extension ContractReader {
  func securityScheme(_ given: Location, name: String) -> SecurityScheme? {
    guard case (var fields, let at)? = referenced(given, "Security Scheme Object") else { return nil }
    let description = fields.documentation("description")
    if version == .v32 { _ = fields.bool("deprecated", as: .documentation) }
    let kind = fields.requiredString("type").flatMap { schemeKind($0, &fields, at) }
    ignoreOtherKinds(&fields, isKnown: kind != nil, section: "OpenAPI 3.1, section 4.8.27")
    fields.finish()
    return kind.map { SecurityScheme(position: at.node.position, name: name, kind: $0, description: description) }
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
      let read = names.compactMap { name in flows.take(name).flatMap { flow($0, name, scopes: "scopes") } }
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

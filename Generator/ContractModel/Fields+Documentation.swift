import ContractSource
import ContractValues

/// Objects that are only documentation. What is required of them is an error where it is missing; what a reader can make
/// sense of all the same is a warning.
extension Fields {
  /// The Contact Object (OpenAPI 3.1, section 4.8.3).
  mutating func contact() {
    guard var contact = object("contact", "Contact Object") else { return }
    _ = contact.documentation("name")
    contact.address("url")
    if let node = contact.take("email", as: .documentation), let text = contact.text(node, "email"),
      !Format.email.matches(text)
    {
      diagnostics.warning(.badValue, "'\(text)' is not an email address", at: node.position)
    }
    contact.finish(isHarmless: true)
  }

  /// The License Object (OpenAPI 3.1, section 4.8.4).
  mutating func license(hasIdentifier: Bool) {
    guard var license = object("license", "License Object") else { return }
    _ = license.requiredString("name")
    license.address("url")
    if hasIdentifier, let node = license.take("identifier", as: .documentation),
      license.text(node, "identifier") != nil, license.node["url"] != nil
    {
      diagnostics.warning(
        .contradiction, "a license has either 'identifier' or 'url'", at: node.position, help: "remove one of the two")
    }
    license.finish(isHarmless: true)
  }

  /// The External Documentation Object (OpenAPI 3.1, section 4.8.11).
  mutating func externalDocs() {
    guard let node = take("externalDocs", as: .documentation) else { return }
    Self.checkExternalDocs(node, diagnostics)
  }

  static func checkExternalDocs(_ node: Node, _ diagnostics: Diagnostics) {
    guard var fields = Fields(node, "External Documentation Object", diagnostics) else { return }
    _ = fields.documentation("description")
    if fields.require("url") != nil { fields.address("url") }
    fields.finish(isHarmless: true)
  }

  /// A field that must hold a URI or a reference to one.
  mutating func address(_ name: String) {
    guard let node = take(name, as: .documentation), let text = text(node, name) else { return }
    if text.isEmpty || !Format.uriReference.matches(text) {
      diagnostics.warning(.badValue, "'\(text)' is not a URL", at: node.position)
    }
  }

  private mutating func object(_ name: String, _ kind: String) -> Fields? {
    take(name, as: .documentation).flatMap { Fields($0, kind, diagnostics) }
  }
}

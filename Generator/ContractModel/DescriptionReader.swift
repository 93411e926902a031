import ContractSource
import ContractValues

/// What the readers of OpenAPI and AsyncAPI documents have in common.
protocol DescriptionReader: AnyObject {
  var diagnostics: Diagnostics { get }
  var resolver: ReferenceResolver { get }
  /// One for both: a schema that documents of both refer to is one.
  var schemas: SchemaReader { get }
  var securitySchemes: SecuritySchemes { get set }
  /// The names of those that could not be read.
  var brokenSchemes: Set<ByteKey> { get set }
  /// Whether only schemes of OAuth and OpenID Connect may be required with scopes.
  var hasScopesOfOAuthOnly: Bool { get }
  /// Whether a requirement may name a scheme by its URI (OpenAPI 3.2, section 4.30).
  var hasSchemesByURI: Bool { get }

  func securityScheme(_ given: Location, name: String) -> SecurityScheme?
  /// Takes what is beside a `$ref` in a Reference Object.
  func readSiblings(_ reference: inout Fields)
}

extension DescriptionReader {
  /// Follows Reference Objects to their target.
  func referenced(_ given: Location, _ kind: String) -> (fields: Fields, at: Location)? {
    var at = given
    // A longer chain of references is considered circular.
    for _ in 0..<32 {
      guard let reference = at.node["$ref"] else { return Fields(at.node, kind, diagnostics).map { ($0, at) } }
      guard var fields = Fields(at.node, "Reference Object", diagnostics) else { return nil }
      _ = fields.take("$ref")
      readSiblings(&fields)
      fields.finish()
      guard let text = fields.text(reference, "$ref"),
        let target = resolver.resolve(text, from: at, at: reference.position)
      else { return nil }
      at = target
    }
    diagnostics.error(.brokenReference, "a circular $ref", at: given.node.position)
    return nil
  }

  /// The texts that `enum` lists, each once.
  func choices(_ fields: inout Fields) -> [String] {
    var seen: Set<ByteKey> = []
    return fields.strings("enum").filter { text, position in
      if seen.insert(ByteKey(text)).inserted { return true }
      diagnostics.warning(.duplicate, "'\(text)' is duplicated in 'enum'", at: position)
      return false
    }.map(\.text)
  }
}

import ContractModel
import ContractValues

/// What a schema says of content that is not JSON.
extension SchemaSet {
  /// How content is written and read: an object with any media type means JSON.
  public func kind(of media: MediaType) -> MediaKind {
    let name = media.parsed
    return name.isAny && isStructured(media.schema) ? .json : name.kind
  }

  /// Whether content has a structure that raw bytes cannot have.
  private func isStructured(_ schema: Int?) -> Bool { schema.map { !types($0).contains(.string) } ?? false }

  /// The maximum size of raw bytes: `maxLength` counts octets there (OpenAPI 3.1, section 4.8.14.1).
  public func sizeLimit(_ schema: Int) -> Int? { keywords(resolved(schema)).maxLength }

  /// The schema of JSON in a text, where the text's schema declares it.
  public func embedded(_ schema: Int) -> Int? {
    let text = self[resolved(schema)]
    guard let type = text.contentMediaType, MediaTypeName(type).isJSON else { return nil }
    return text.contentSchema
  }

  /// The content of a part of a multipart body: each item of a list is a part of its own (RFC 7578, section 4.3).
  public func part(_ schema: Int) -> Int {
    let keywords = keywords(resolved(schema))
    return keywords.types.map { $0.subtracting(.null) == .array } ?? true ? keywords.items ?? schema : schema
  }

  /// Whether a part is raw bytes, by its media type or else its schema (OpenAPI 3.1, section 4.8.15.1).
  public func isFile(_ schema: Int, _ contentType: MediaTypeName?) -> Bool {
    if let contentType { return !contentType.isJSON && contentType.base != "text/plain" }
    let target = self[resolved(schema)]
    guard target.keywords.types != nil else { return isBinary(schema) }
    guard target.keywords.types?.subtracting(.null) == .string, target.keywords.encoding == nil else { return false }
    return hasBinaryFormat(schema) || target.contentMediaType != nil
  }
}

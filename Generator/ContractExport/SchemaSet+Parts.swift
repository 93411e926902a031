import ContractModel
import ContractValues

extension SchemaSet {
  /// The content of a part of a multipart body: each item of a list is a part of its own (RFC 7578, section 4.3).
  func part(_ schema: Int) -> Int {
    let keywords = keywords(resolved(schema))
    return keywords.types.map { $0.subtracting(.null) == .array } ?? true ? keywords.items ?? schema : schema
  }

  /// Whether a part is raw bytes, by its media type or else its schema (OpenAPI 3.1, section 4.8.15.1).
  func isFile(_ schema: Int, _ contentType: String?) -> Bool {
    if let contentType { return !BodyKind.isJSON(contentType) && BodyKind.base(contentType) != "text/plain" }
    let target = self[resolved(schema)]
    guard target.keywords.types != nil else { return isBinary(schema) }
    guard target.keywords.types?.subtracting(.null) == .string, target.keywords.encoding == nil else { return false }
    return hasBinaryFormat(schema) || target.contentMediaType != nil
  }
}

/// The language that a schema is in, by the media type in `schemaFormat` (AsyncAPI 3.0, Multi Format Schema Object).
public enum SchemaFormat: Equatable, Sendable {
  case dialect(Dialect)
  /// JSON Schema or OpenAPI in a version that Charter does not read.
  case unsupported
  /// A language that Charter has no codec for.
  case foreign

  public init(_ text: String) {
    let parts = text.lowercased().split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" && $0 != "\"" } }
    let version = parts.dropFirst().first { $0.hasPrefix("version=") }.map { $0.dropFirst("version=".count) } ?? ""
    switch (parts.first ?? "").split(separator: "+").first ?? "" {
    case "application/vnd.aai.asyncapi": self = .dialect(.asyncAPI)
    case "application/schema": self = Self.jsonSchema(version)
    case "application/vnd.oai.openapi":
      self =
        version.hasPrefix("3.0") || version.isEmpty || version == "3"
        ? .dialect(.openAPI30) : version.hasPrefix("3.") ? .dialect(.draft2020) : .unsupported
    default: self = .foreign
    }
  }

  private static func jsonSchema(_ version: some StringProtocol) -> SchemaFormat {
    switch version.hasPrefix("draft-") ? String(version.dropFirst("draft-".count)) : String(version) {
    case "07", "7", "": .dialect(.draft7)
    case "06", "6": .dialect(.draft6)
    case "04", "4": .dialect(.draft4)
    case "2019-09": .dialect(.draft2019)
    case "2020-12": .dialect(.draft2020)
    default: .unsupported
    }
  }

  /// Nil for a language that is not read.
  public var dialect: Dialect? { if case .dialect(let dialect) = self { dialect } else { nil } }

  /// The language of a schema in a file of its own, by the file's name; nil for YAML, JSON and unknown ones.
  static func ofFile(_ reference: String) -> String? {
    let path = Reference.split(reference).resource.lowercased()
    return [
      (".avsc", "application/vnd.apache.avro"), (".avro", "application/vnd.apache.avro"),
      (".proto", "application/vnd.google.protobuf"), (".raml", "application/raml+yaml;version=1.0"),
      (".xsd", "application/xml"),
    ].first { path.hasSuffix($0.0) }?.1
  }
}

import ContractModel
import ContractSource

/// The kinds of members in an OpenAPI document, as the bundler sees them, and the targets of references.
enum BundleReference {
  enum Meaning {
    /// A value without references.
    case value
    case one(OpenAPIBundler.Kind)
    /// An object whose keys are names.
    case names(OpenAPIBundler.Kind)
    case components
    /// The Discriminator Object's `mapping`.
    case mapping
    /// The default schema of a discriminator (OpenAPI 3.2).
    case defaultMapping
    /// Security requirements, whose members are names of security schemes.
    case security
    case anchor
  }

  static func meaning(of key: String, _ value: Node, in kind: OpenAPIBundler.Kind) -> Meaning {
    switch key {
    case "example", "default", "enum", "const", "tags", "info", "servers", "externalDocs": .value
    case "value" where kind == .examples: .value
    case "dataValue" where kind == .examples: .value
    case "security" where kind == .pathItems || kind == .callbacks: .security
    case "parameters" where kind == .links: .value
    case "requestBody" where kind == .links: .value
    case "examples": value.entries == nil ? .value : .names(.examples)
    case "properties", "patternProperties", "dependentSchemas", "$defs", "definitions": .names(.schemas)
    case "responses": .names(.responses)
    case "headers": .names(.headers)
    case "links": .names(.links)
    case "callbacks": .names(.callbacks)
    case "paths", "webhooks": .names(.pathItems)
    case "content": .names(.mediaTypes)
    case "encoding": .names(.mediaTypes)
    case "components": .components
    case "mapping" where kind == .schemas: .mapping
    case "defaultMapping" where kind == .schemas: value.string == nil ? .one(kind) : .defaultMapping
    case "parameters": .one(.parameters)
    case "requestBody": .one(.requestBodies)
    case "schema", "itemSchema": .one(.schemas)
    case "$id", "$anchor", "$dynamicAnchor", "$dynamicRef": value.string == nil ? .one(kind) : .anchor
    default: .one(kind)
    }
  }

  /// The file that a reference points to, and the decoded fragment; nil for a file outside the folder.
  static func resolve(_ reference: String, from path: String) -> (file: String, fragment: String)? {
    let parts = reference.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let file = parts[0]
    let fragment = parts.count > 1 ? Reference.decoded(parts[1]) : ""
    if file.isEmpty { return (path, fragment) }
    if file.contains(":") || file.hasPrefix("/") || file.contains("\\") { return nil }
    var segments = path.split(separator: "/").dropLast().map(String.init)
    for segment in Reference.decoded(file).split(separator: "/") where segment != "." {
      if segment != ".." {
        segments.append(String(segment))
      } else if segments.popLast() == nil {
        return nil
      }
    }
    return (segments.joined(separator: "/"), fragment)
  }

  /// A key as a segment of a JSON pointer (RFC 6901, section 3).
  static func escaped(_ key: String) -> String {
    key.unicodeScalars.reduce(into: "") { $0 += $1 == "~" ? "~0" : $1 == "/" ? "~1" : String($1) }
  }

  /// A pointer as the fragment of a URI.
  static func encoded(_ text: String) -> String {
    text.utf8.reduce(into: "") { result, byte in
      switch byte {
      case 48...57, 65...90, 97...122: result.unicodeScalars.append(Unicode.Scalar(byte))
      case _ where "-._~!$&'()*+,;=:@/".utf8.contains(byte): result.unicodeScalars.append(Unicode.Scalar(byte))
      default: result += "%" + ExportText.hex(UInt32(byte), 2).uppercased()
      }
    }
  }
}

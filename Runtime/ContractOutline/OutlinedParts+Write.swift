import ContractValues
import ServiceCore

extension OutlinedParts {
  /// A name that no part of the layout has.
  var undeclaredName: String {
    var name = "undeclared"
    while parts.contains(where: { $0.name.map { $0.utf8.elementsEqual(name.utf8) } ?? false }) { name += "1" }
    return name
  }

  func write(_ values: [PartValues], boundary: String) throws -> [UInt8] {
    var writer = MultipartWriter(boundary: boundary)
    var bytes: [UInt8] = []
    for values in values {
      let (headers, content) = try written(values, boundary)
      bytes += try writer.part(headers) + content
    }
    return bytes + writer.end()
  }

  private func written(_ values: PartValues, _ boundary: String) throws -> (HTTPFields, [UInt8]) {
    guard parts.indices.contains(values.part) else {
      let content = try OutlinedPart.text(of: values.value)
      return (try Self.headers(isPositional ? nil : undeclaredName, nil, "text/plain", HTTPFields()), content)
    }
    let part = parts[values.part]
    var fields = HTTPFields()
    for (index, header) in part.headers.enumerated() {
      guard let value = values.headers[index] else { continue }
      fields[header.name.lowercased()] = try header.style?.written(value) ?? StyledParameter.text(value)
    }
    var type = values.mediaType ?? part.sentMediaType
    if part.kind == .multipart { type += "; boundary=n" + boundary }
    // Readers take content with a file name for a file.
    let filename = part.kind == .bytes && part.name != nil ? "file" : nil
    let content = try part.write(values.value, boundary: "n" + boundary)
    return (try Self.headers(part.name, filename, type, fields), content)
  }

  /// In the order in which generated code writes them.
  private static func headers(
    _ name: String?, _ filename: String?, _ contentType: String, _ fields: HTTPFields
  ) throws(CodecError) -> HTTPFields {
    let part = try MultipartPart(name: name, filename: filename, contentType: contentType, content: ByteStream([]))
    return fields.list.reduce(into: part.headers) { $0.append($1.name, $1.value) }
  }
}

extension OutlinedPart {
  var sentMediaType: String {
    contentTypes.first { !$0.utf8.contains(UInt8(ascii: "*")) }
      ?? contentTypes.first.map { MediaTypes.one(of: $0, "application/octet-stream") } ?? "application/octet-stream"
  }

  fileprivate func write(_ value: BodyValues.Value, boundary: String) throws -> [UInt8] {
    switch (kind, value) {
    case (_, .bytes(let bytes)): return bytes
    case (.json, .json(let value)): return value.json
    case (.text, _), (.bytes, _): return try Self.text(of: value)
    case (.multipart, .parts(let parts)):
      guard let nested else { break }
      return try nested.write(parts, boundary: boundary)
    default: break
    }
    throw CodecError("the part '\(name ?? "")' is not written from such a value")
  }

  fileprivate static func text(of value: BodyValues.Value) throws(CodecError) -> [UInt8] {
    switch value {
    case .bytes(let bytes): return bytes
    case .json(let value): return Array(try StyledParameter.text(value).utf8)
    case .items, .parts: throw CodecError("a part's text is no list")
    }
  }
}

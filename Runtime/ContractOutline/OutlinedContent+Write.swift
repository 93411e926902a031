import ContractValues
import ServiceCore

extension OutlinedContent {
  /// The boundary of multipart bodies that are given no other.
  public static let boundary = "charter7eU0mQ2bVx9LkT4sYd1RwN"

  /// The `Content-Type` of a body.
  ///
  /// - Parameter boundary: that of its parts, if it has any.
  public func contentType(of body: BodyValues, boundary: String = OutlinedContent.boundary) -> String {
    let type = body.mediaType ?? sentMediaType
    return switch kind {
    case .multipart: "\(type); boundary=\(boundary)"
    case .text: type.utf8.contains(UInt8(ascii: ";")) ? type : type + "; charset=utf-8"
    default: type
    }
  }

  /// The media type, or one of its range.
  public var sentMediaType: String {
    switch kind {
    case .json: MediaTypes.one(of: mediaType, "application/json")
    case .text: MediaTypes.one(of: mediaType, "text/plain")
    default: MediaTypes.one(of: mediaType, "application/octet-stream")
    }
  }

  /// The bytes of a value, as generated code writes them.
  ///
  /// - Parameter boundary: that of its parts, if it has any; nested bodies have others, which begin with an `n`.
  /// - Throws: ``CodecError`` for a value that the media type cannot express.
  public func write(
    _ value: BodyValues.Value, boundary: String = OutlinedContent.boundary
  ) throws -> [UInt8] {
    switch value {
    case .bytes(let bytes): bytes
    case .json(let value): try write(value)
    case .items(let items): try items.flatMap(record)
    case .parts(let parts):
      if let layout = self.parts {
        try layout.write(parts, boundary: boundary)
      } else {
        throw CodecError("\(mediaType) has no parts")
      }
    }
  }

  private func write(_ value: JSONValue) throws(CodecError) -> [UInt8] {
    switch kind {
    case .json: value.json
    case .text: Array(try StyledParameter.text(value).utf8)
    case .form: try form.written(value)
    case .bytes: value.text.map { Array($0.utf8) } ?? value.json
    case .multipart, .events, .lines, .sequence: throw CodecError("\(mediaType) is not written from one value")
    }
  }

  private func record(_ item: JSONValue) throws(CodecError) -> [UInt8] {
    switch kind {
    case .lines: return JSONFraming.lines.record(item.json)
    case .sequence: return JSONFraming.sequence.record(item.json)
    case .events:
      if data != nil {
        return try ServerSentEvent(data: String(decoding: item.json, as: UTF8.self)).encoded()
      }
      var reader = JSONReader(item.json)
      let event = try? ServerSentEvent.decode(&reader)
      guard let event, reader.violations.isEmpty else { throw CodecError("is no server-sent event") }
      return try event.encoded()
    default: throw CodecError("\(mediaType) is no sequence of items")
    }
  }
}

enum MediaTypes {
  /// A media type, or one of a range: another one where the range allows it.
  static func one(of range: String, _ other: String) -> String {
    let pieces = range.utf8.split(separator: UInt8(ascii: "/"), maxSplits: 1).map { String(Substring($0)) }
    guard pieces.count == 2, let subtype = pieces.last, subtype.utf8.first == UInt8(ascii: "*") else { return range }
    if pieces[0] == "*" || other.utf8.starts(with: (pieces[0] + "/").utf8) { return other }
    return switch pieces[0] {
    case "image": "image/png"
    case "audio": "audio/mpeg"
    case "video": "video/mp4"
    case "text": "text/plain"
    case "font": "font/woff2"
    case "multipart": "multipart/mixed"
    default: "\(pieces[0])/octet-stream"
    }
  }
}

/// Writes the parts of a multipart body (RFC 2046, section 5.1; RFC 7578): what it returns is sent in that order, the
/// content of each part after its head.
public struct MultipartWriter: Sendable {
  public let boundary: String
  private var isFirst = true

  /// - Parameter boundary: one that no content contains.
  package init(boundary: String) { self.boundary = boundary }

  /// Chooses a boundary that content can only contain if its author knows it: 178 bits of `random`.
  public init(using random: inout some RandomNumberGenerator) {
    let characters = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)
    let bytes = (0..<30).map { _ in characters[Int.random(in: 0..<characters.count, using: &random)] }
    boundary = String(decoding: bytes, as: UTF8.self)
  }

  /// The body's `Content-Type`.
  public func contentType(_ subtype: String = "form-data") -> String { "multipart/\(subtype); boundary=\(boundary)" }

  /// The head of a part with these headers.
  ///
  /// - Throws: for headers that contain a line end.
  public mutating func part(_ headers: HTTPFields) throws(CodecError) -> [UInt8] {
    var head = (isFirst ? "--" : "\r\n--") + boundary + "\r\n"
    for (name, value) in headers.list {
      guard FieldSyntax.isToken(name), FieldSyntax.isValue(value) else {
        throw CodecError("a part's header that has a control character, or whose name is no token")
      }
      head += "\(name): \(value)\r\n"
    }
    isFirst = false
    return Array((head + "\r\n").utf8)
  }

  /// The head of a part that is a form field (RFC 7578, section 4.2).
  public mutating func field(
    _ name: String, filename: String? = nil, contentType: String? = nil
  ) throws(CodecError) -> [UInt8] {
    var headers = HTTPFields()
    headers.append("content-disposition", try ContentDisposition(name: name, filename: filename).field())
    if let contentType { headers.append("content-type", contentType) }
    return try part(headers)
  }

  /// The end of the body, after the last part or in a body without parts.
  public func end() -> [UInt8] { Array(((isFirst ? "--" : "\r\n--") + boundary + "--\r\n").utf8) }
}

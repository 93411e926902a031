import ServiceCore
import ServiceHTTP

/// A response as far as it is compared.
package struct ComparedResponse: Sendable {
  let status: Int
  /// In lower case, without parameters.
  let mediaType: String
  private let coding: String
  /// The body as it was sent; nil for HEAD.
  private let bytes: [UInt8]?

  /// The largest body that is compared, in bytes, and the largest after decompression.
  static let limit = 1 << 20
  private static let decompressedLimit = 2 << 20

  package init(_ response: HTTPResponse, body: [UInt8]?) {
    status = response.status
    mediaType = Self.mediaType(of: response)
    coding = Self.coding(of: response)
    bytes = body
  }

  private static func mediaType(of response: HTTPResponse) -> String {
    let type = (response.headers["content-type"] ?? "").utf8.prefix { $0 != UInt8(ascii: ";") }
    return FieldSyntax.trimmed(Substring(type)).lowercased()
  }

  private static func coding(of response: HTTPResponse) -> String {
    response.headers.values("content-encoding").joined(separator: ",").lowercased()
  }

  /// Whether a response can be compared: an event stream has no end, and other codings than gzip are not read.
  static func isComparable(_ response: HTTPResponse) -> Bool {
    (response.stream?.length ?? 0) <= limit && response.body.count <= limit
      && mediaType(of: response) != "text/event-stream" && ["", "identity", "gzip"].contains(coding(of: response))
  }

  /// The body without its coding.
  var body: [UInt8]? {
    guard let bytes, coding == "gzip" else { return bytes }
    return (try? Gzip.decompress(bytes, limit: Self.decompressedLimit)) ?? bytes
  }

  /// Nil for a body that is not JSON, or that has what ``JSONValue`` has not, such as a key twice.
  func json(_ body: [UInt8]?) -> JSONValue? {
    guard let body, mediaType.hasSuffix("json") else { return nil }
    return JSONValue.read(body)
  }
}

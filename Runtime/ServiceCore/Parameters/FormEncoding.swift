/// A name and a value of a query, a form or a `Cookie` field, before decoding.
public typealias RawPair = (name: Substring, value: Substring)

/// `application/x-www-form-urlencoded` (WHATWG URL, section 5), strictly: broken percent-encodings and bytes that are
/// not UTF-8, which that section replaces or retains, are rejected, and so is U+0000.
public enum FormEncoding {
  /// The maximum number of pairs in a query, a form or a `Cookie` field.
  public static let pairLimit = 1_000

  /// The pairs of a query or a form. A pair without `=` has an empty value; empty pairs are skipped.
  public static func pairs(_ text: some StringProtocol) throws(CodecError) -> [RawPair] {
    var pairs: [RawPair] = []
    var rest = Substring(text).utf8
    while !rest.isEmpty {
      let pair = rest.prefix { $0 != UInt8(ascii: "&") }
      rest = rest[pair.endIndex...].dropFirst()
      if pair.isEmpty { continue }
      guard pairs.count < pairLimit else { throw CodecError(tooLarge: "There are more than \(pairLimit) pairs.") }
      pairs.append(cut(Substring(pair)))
    }
    return pairs
  }

  /// The names and values of a form.
  public static func decode(_ body: [UInt8]) throws(CodecError) -> [(name: String, value: String)] {
    try pairs(body).map { pair throws(CodecError) in (try decode(pair.name), try decode(pair.value)) }
  }

  /// The pairs of a form, not decoded.
  static func pairs(_ body: [UInt8]) throws(CodecError) -> [RawPair] {
    guard let text = String(validating: body, as: UTF8.self) else { throw CodecError("the form is not UTF-8") }
    return try pairs(text)
  }

  /// A form of names and values; spaces become plus signs.
  public static func encode(_ pairs: [(name: String, value: String)]) -> String {
    pairs.map { encode($0.name) + "=" + encode($0.value) }.joined(separator: "&")
  }

  /// The text before and after the first `=`.
  static func cut(_ text: Substring) -> RawPair {
    let name = text.utf8.prefix { $0 != UInt8(ascii: "=") }
    return (Substring(name), Substring(text.utf8[name.endIndex...].dropFirst()))
  }

  static func decode(_ text: Substring) throws(CodecError) -> String {
    guard let text = PercentCoding.decode(text, plusIsSpace: true), !text.utf8.contains(0) else {
      throw CodecError("the form is not percent-encoded UTF-8, or encodes U+0000")
    }
    return text
  }

  private static func encode(_ text: String) -> String {
    let encoded = PercentCoding.encode(text) { byte in
      PercentCoding.isUnreserved(byte) && byte != UInt8(ascii: "~") || byte == UInt8(ascii: "*") || byte == 0x20
    }
    return String(decoding: encoded.utf8.map { $0 == 0x20 ? UInt8(ascii: "+") : $0 }, as: UTF8.self)
  }
}

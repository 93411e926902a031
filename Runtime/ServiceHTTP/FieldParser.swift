import ServiceCore

/// Parses header field lines.
enum FieldParser {
  /// Parses `token ":" OWS value OWS` (RFC 9112, section 5). The name is returned in lower case.
  static func field(_ bytes: [UInt8], _ line: Range<Int>) throws(HTTPFault) -> (name: String, value: String) {
    let result = bytes.withUnsafeBufferPointer { read(UnsafeBufferPointer(rebasing: $0[line])) }
    return try result.get()
  }

  private static func read(_ line: UnsafeBufferPointer<UInt8>) -> Result<(name: String, value: String), HTTPFault> {
    var colon = 0
    while colon < line.count, FieldSyntax.isToken(line[colon]) { colon += 1 }
    guard colon < line.count, line[colon] == UInt8(ascii: ":"), colon > 0 else {
      return .failure(HTTPFault(400, "a header has no name that is a token followed by a colon"))
    }
    var start = colon + 1
    var end = line.count
    while start < end, line[start] == 0x20 || line[start] == 9 { start += 1 }
    while end > start, line[end - 1] == 0x20 || line[end - 1] == 9 { end -= 1 }
    var isASCII = true
    for index in start..<end {
      let byte = line[index]
      if byte >= 0x80 { isASCII = false }
      if byte < 0x20 && byte != 9 || byte == 0x7F {
        return .failure(HTTPFault(400, "a header's value has a control character"))
      }
    }
    let bytes = UnsafeBufferPointer(rebasing: line[start..<end])
    let text = isASCII ? String(decoding: bytes, as: UTF8.self) : String(validating: bytes, as: UTF8.self)
    guard let text else { return .failure(HTTPFault(400, "a header's value is not UTF-8")) }
    let name = String(unsafeUninitializedCapacity: colon) { lowered in
      for index in 0..<colon {
        let byte = line[index]
        lowered[index] = (65...90).contains(byte) ? byte | 0x20 : byte
      }
      return colon
    }
    // Some servers treat an underscore as a hyphen: a length that only they see would allow request smuggling.
    guard name != "content_length" && name != "transfer_encoding" else {
      return .failure(HTTPFault(400, "the header \(name) could be read as the message's length by another server"))
    }
    return .success((name, text))
  }
}

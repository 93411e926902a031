import ServiceCore

/// Parses header field lines.
enum FieldParser {
  struct Field {
    let name: Range<Int>
    let value: Range<Int>
  }

  /// Parses `token ":" OWS value OWS` (RFC 9112, section 5). The name is changed to lower case where it is.
  static func field(_ bytes: UnsafeMutableBufferPointer<UInt8>, _ line: Range<Int>) -> Result<Field, HTTPFault> {
    var colon = line.lowerBound
    while colon < line.upperBound, FieldSyntax.isToken(bytes[colon]) {
      if (65...90).contains(bytes[colon]) { bytes[colon] |= 0x20 }
      colon += 1
    }
    guard colon < line.upperBound, bytes[colon] == UInt8(ascii: ":"), colon > line.lowerBound else {
      return .failure(HTTPFault(400, "a header has no name that is a token followed by a colon"))
    }
    var (start, end) = (colon + 1, line.upperBound)
    while start < end, bytes[start] == 0x20 || bytes[start] == 9 { start += 1 }
    while end > start, bytes[end - 1] == 0x20 || bytes[end - 1] == 9 { end -= 1 }
    if !TextScan.isVisible(bytes, start..<end) {
      let value = UnsafeBufferPointer(rebasing: bytes[start..<end])
      guard value.allSatisfy(FieldSyntax.isAllowed) else {
        return .failure(HTTPFault(400, "a header's value has a control character"))
      }
      guard String(validating: value, as: UTF8.self) != nil else {
        return .failure(HTTPFault(400, "a header's value is not UTF-8"))
      }
    }
    let name = UnsafeBufferPointer(rebasing: bytes[line.lowerBound..<colon])
    // Some servers treat an underscore as a hyphen: a length that only they see would allow request smuggling.
    guard !name.isSame(as: "content_length") && !name.isSame(as: "transfer_encoding") else {
      return .failure(
        HTTPFault(
          400,
          "the header \(String(decoding: name, as: UTF8.self)) could be read as the message's length by another server")
      )
    }
    return .success(Field(name: line.lowerBound..<colon, value: start..<end))
  }
}

/// Searches text eight bytes at a time.
enum TextScan {
  private static let ones: UInt64 = 0x0101_0101_0101_0101
  private static let tops: UInt64 = 0x8080_8080_8080_8080

  /// The position of the first CR or LF, from `start` on; the end when there is none.
  static func lineEnd(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    var index = start
    let raw = UnsafeRawBufferPointer(bytes)
    while index + 8 <= bytes.count {
      let word = raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)
      // Bytes below 0x0E, as top bits. The lowest is exact; those above it may be set by its borrow.
      let found = (word &- ones &* 0x0E) & ~word & tops
      if found == 0 {
        index += 8
        continue
      }
      index += found.littleEndian.trailingZeroBitCount / 8
      if bytes[index] == 13 || bytes[index] == 10 { return index }
      index += 1
    }
    while index < bytes.count, bytes[index] != 13, bytes[index] != 10 { index += 1 }
    return index
  }

  /// Whether all bytes are visible ASCII or spaces.
  static func isVisible(_ bytes: UnsafeMutableBufferPointer<UInt8>, _ range: Range<Int>) -> Bool {
    var index = range.lowerBound
    let raw = UnsafeRawBufferPointer(bytes)
    while index + 8 <= range.upperBound {
      let word = raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)
      // Bytes below 0x20, of 0x7F, and above it: adding 1 carries the last two into the top bit.
      let below = (word &- ones &* 0x20) & ~word
      let above = word | ((word & ~tops) &+ ones)
      if (below | above) & tops != 0 { return false }
      index += 8
    }
    while index < range.upperBound {
      if bytes[index] < 0x20 || bytes[index] >= 0x7F { return false }
      index += 1
    }
    return true
  }
}

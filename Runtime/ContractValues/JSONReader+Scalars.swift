extension JSONReader {
  mutating func scanKey() throws(JSONSyntaxError) -> JSONKey {
    let start = position + 1
    if let end = try plainStringEnd() {
      position = end + 1
      return JSONKey(bytes: bytes, range: start..<end)
    }
    let unescaped = try scanEscapedString()
    return JSONKey(bytes: unescaped, range: 0..<unescaped.count)
  }

  /// Reads a string and its quotes.
  public mutating func scanString() throws(JSONSyntaxError) -> String {
    let start = position + 1
    if let end = try plainStringEnd() {
      position = end + 1
      guard let text = String(validating: bytes[start..<end], as: UTF8.self) else {
        throw JSONSyntaxError(message: "a string that is not UTF-8", offset: start)
      }
      return text
    }
    return String(decoding: try scanEscapedString(), as: UTF8.self)
  }

  /// The offset of the closing quote of a string without escapes; nil when it has some.
  private func plainStringEnd() throws(JSONSyntaxError) -> Int? {
    var index = position + 1
    while index < bytes.count {
      switch bytes[index] {
      case UInt8(ascii: "\""): return index
      case UInt8(ascii: "\\"): return nil
      case 0..<0x20: throw JSONSyntaxError(message: "a control character inside a string", offset: index)
      default: index += 1
      }
    }
    throw JSONSyntaxError(message: "a string that does not end", offset: bytes.count)
  }

  private mutating func scanEscapedString() throws(JSONSyntaxError) -> [UInt8] {
    let start = position
    var result: [UInt8] = []
    position += 1
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard String(validating: result, as: UTF8.self) != nil else {
          throw JSONSyntaxError(message: "a string that is not UTF-8", offset: start)
        }
        return result
      case UInt8(ascii: "\\"): try scanEscape(into: &result)
      case 0..<0x20: throw JSONSyntaxError(message: "a control character inside a string", offset: position - 1)
      default: result.append(byte)
      }
    }
    throw JSONSyntaxError(message: "a string that does not end", offset: bytes.count)
  }

  private mutating func scanEscape(into result: inout [UInt8]) throws(JSONSyntaxError) {
    let escape = current
    position += 1
    switch escape {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): result.append(escape)
    case UInt8(ascii: "b"): result.append(0x08)
    case UInt8(ascii: "f"): result.append(0x0C)
    case UInt8(ascii: "n"): result.append(0x0A)
    case UInt8(ascii: "r"): result.append(0x0D)
    case UInt8(ascii: "t"): result.append(0x09)
    case UInt8(ascii: "u"): result.append(contentsOf: UTF8.encode(try scanUnicodeEscape()).map { Array($0) } ?? [])
    default: throw JSONSyntaxError(message: "an unknown escape", offset: position - 1)
    }
  }

  private mutating func scanUnicodeEscape() throws(JSONSyntaxError) -> Unicode.Scalar {
    let start = position
    let first = try scanHex4()
    var value = first
    if (0xD800..<0xDC00).contains(first), current == UInt8(ascii: "\\"), position + 1 < bytes.count,
      bytes[position + 1] == UInt8(ascii: "u")
    {
      position += 2
      let second = try scanHex4()
      guard (0xDC00..<0xE000).contains(second) else {
        throw JSONSyntaxError(message: "a lone surrogate", offset: start)
      }
      value = 0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)
    }
    guard let scalar = Unicode.Scalar(value) else {
      throw JSONSyntaxError(message: "a lone surrogate", offset: start)
    }
    return scalar
  }

  private mutating func scanHex4() throws(JSONSyntaxError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let digit = Character(Unicode.Scalar(current)).hexDigitValue else { throw unexpected("a hex digit") }
      value = value << 4 | UInt32(digit)
      position += 1
    }
    return value
  }

  /// Reads a number by RFC 8259's grammar and returns its text, so that no digit is lost.
  public mutating func scanNumber() throws(JSONSyntaxError) -> ArraySlice<UInt8> {
    let start = position
    if current == UInt8(ascii: "-") { position += 1 }
    if current == UInt8(ascii: "0") { position += 1 } else { try scanDigits() }
    if current == UInt8(ascii: ".") {
      position += 1
      try scanDigits()
    }
    if current | 0x20 == UInt8(ascii: "e") {
      position += 1
      if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { position += 1 }
      try scanDigits()
    }
    return bytes[start..<position]
  }

  private mutating func scanDigits() throws(JSONSyntaxError) {
    guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(current) else { throw unexpected("a digit") }
    while (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(current) { position += 1 }
  }
}

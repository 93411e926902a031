extension JSONReader {
  mutating func scanKey() throws(JSONSyntaxError) -> JSONKey {
    let start = position + 1
    if let (end, isASCII) = try plainStringEnd() {
      position = end + 1
      if !isASCII { _ = try text(start..<end, isASCII: false) }
      return JSONKey(bytes: bytes, range: start..<end)
    }
    let unescaped = try scanEscapedString()
    return JSONKey(bytes: unescaped, range: 0..<unescaped.count)
  }

  /// Reads a string in ASCII without escapes, as most are. Where anything else begins, it reads nothing and returns nil.
  mutating func scanPlainString() -> String? {
    skipSpace()
    guard current == UInt8(ascii: "\"") else { return nil }
    let start = position + 1
    let text: String? = bytes.withUnsafeBufferPointer { bytes in
      guard let base = bytes.baseAddress, let end = ByteWord.quote(base, bytes.count, from: start) else { return nil }
      return String(decoding: UnsafeBufferPointer(start: base + start, count: end - start), as: UTF8.self)
    }
    if let text { position = start + text.utf8.count + 1 }
    return text
  }

  /// Reads a string including its quotes.
  public mutating func scanString() throws(JSONSyntaxError) -> String {
    let start = position + 1
    if let (end, isASCII) = try plainStringEnd() {
      position = end + 1
      return try text(start..<end, isASCII: isASCII)
    }
    return String(decoding: try scanEscapedString(), as: UTF8.self)
  }

  /// Reads a string including its quotes, and passes its bytes, which are valid UTF-8, to a closure.
  mutating func scanBytes<Value>(
    _ make: (UnsafeBufferPointer<UInt8>) -> Value
  ) throws(JSONSyntaxError) -> Value {
    let start = position + 1
    if let (end, isASCII) = try plainStringEnd() {
      position = end + 1
      if !isASCII { _ = try text(start..<end, isASCII: false) }
      return bytes.withUnsafeBufferPointer { make(UnsafeBufferPointer(rebasing: $0[start..<end])) }
    }
    return try scanEscapedString().withUnsafeBufferPointer { make($0) }
  }

  private func text(_ range: Range<Int>, isASCII: Bool) throws(JSONSyntaxError) -> String {
    let text = bytes.withUnsafeBufferPointer { bytes in
      let part = UnsafeBufferPointer(rebasing: bytes[range])
      return isASCII ? String(decoding: part, as: UTF8.self) : String(validating: part, as: UTF8.self)
    }
    guard let text else { throw JSONSyntaxError(message: "a string that is not UTF-8", offset: range.lowerBound) }
    return text
  }

  /// The offset of the closing quote of a string without escapes, and whether it is ASCII; nil when it has escapes.
  private func plainStringEnd() throws(JSONSyntaxError) -> (end: Int, isASCII: Bool)? {
    let (end, isASCII) = bytes.withUnsafeBufferPointer { ByteWord.plainEnd($0, from: position + 1) }
    guard end < bytes.count else { throw JSONSyntaxError(message: "an unterminated string", offset: bytes.count) }
    switch bytes[end] {
    case UInt8(ascii: "\""): return (end, isASCII)
    case UInt8(ascii: "\\"): return nil
    default: throw JSONSyntaxError(message: "a control character inside a string", offset: end)
    }
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
    throw JSONSyntaxError(message: "an unterminated string", offset: bytes.count)
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

  /// Reads a UUID without escapes. Where anything else begins, it reads nothing and returns nil.
  mutating func scanUuid() -> Uuid? {
    skipSpace()
    guard bytes.count - position >= 38, bytes[position] == UInt8(ascii: "\""),
      bytes[position + 37] == UInt8(ascii: "\"")
    else { return nil }
    let id = bytes.withUnsafeBufferPointer { $0.baseAddress.flatMap { Uuid(digits: $0 + (position + 1)) } }
    if id != nil { position += 38 }
    return id
  }

  /// Reads a number that fits 64 bits, as nearly all do. Where anything else begins, it reads nothing and returns nil.
  mutating func scanShortNumber() -> ShortNumber? {
    skipSpace()
    guard let (number, length) = bytes.withUnsafeBufferPointer({ ShortNumber.parse($0, position) }) else { return nil }
    position += length
    return number
  }

  /// Like ``scanShortNumber()``, for a number without a fraction.
  mutating func scanShortInteger() -> Int? {
    let start = position
    guard let number = scanShortNumber() else { return nil }
    guard number.scale == 0 else {
      position = start
      return nil
    }
    return number.isNegative ? -Int(number.significand) : Int(number.significand)
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
    let start = position
    position = bytes.withUnsafeBufferPointer { bytes in
      var index = start
      while index < bytes.count, bytes[index] &- 48 < 10 { index += 1 }
      return index
    }
    if position == start { throw unexpected("a digit") }
  }
}

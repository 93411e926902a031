/// Classes and escapes.
extension RegexSyntax {
  /// An element of a class; only single characters can bound a range.
  enum Member {
    case single(UInt32)
    case set
  }

  mutating func isClass() -> Bool {
    _ = take("^")
    while !take("]") {
      guard let first = member() else { return false }
      guard current == "-", position + 1 < scalars.count, scalars[position + 1] != "]" else { continue }
      position += 1
      guard case .single(let low) = first, case .single(let high)? = member(), low <= high else { return false }
    }
    return true
  }

  private mutating func member() -> Member? {
    guard let scalar = next() else { return nil }
    guard scalar == "\\" else { return .single(scalar.value) }
    if take("b") { return .single(8) }
    if take("-") { return .single(45) }
    return escape()
  }

  /// Reads an escape that is valid both inside and outside a class, after its `\`.
  mutating func escape() -> Member? {
    guard let scalar = next() else { return nil }
    switch scalar {
    case "d", "D", "s", "S", "w", "W": return .set
    case "p", "P": return isProperty() ? .set : nil
    case "t": return .single(9)
    case "n": return .single(10)
    case "v": return .single(11)
    case "f": return .single(12)
    case "r": return .single(13)
    case "0": return current.map(ScalarSet.digit.contains) == true ? nil : .single(0)
    case "c":
      guard let letter = next(), ByteSet.letters.unicodeScalars.contains(letter) else { return nil }
      return .single(letter.value % 32)
    case "x": return hex(2).map(Member.single)
    case "u": return unicodeEscape().map(Member.single)
    case "^", "$", "\\", ".", "*", "+", "?", "(", ")", "[", "]", "{", "}", "|", "/": return .single(scalar.value)
    default: return nil
    }
  }

  private mutating func isProperty() -> Bool {
    guard take("{"), let end = scalars[position...].firstIndex(of: "}") else { return false }
    let name = scalars[position..<end]
    position = end + 1
    // Swift's string comparison equates the Kelvin sign and K.
    return name.allSatisfy(\.isASCII) && UnicodeProperty.exists(String(String.UnicodeScalarView(name)))
  }

  /// Reads the part after `\u`: `{1F600}`, or four digits; two such escapes may form a surrogate pair.
  mutating func unicodeEscape() -> UInt32? {
    if take("{") {
      var value: UInt32?
      while let digit = hexDigit() { value = min((value ?? 0) << 4 | digit, 0x11_0000) }
      return take("}") && value != 0x11_0000 ? value : nil
    }
    guard let lead = hex(4) else { return nil }
    let start = position
    if (0xD800...0xDBFF).contains(lead), take("\\"), take("u"), let trail = hex(4), (0xDC00...0xDFFF).contains(trail) {
      return 0x1_0000 + (lead - 0xD800) << 10 + (trail - 0xDC00)
    }
    position = start
    return lead
  }

  private mutating func hex(_ count: Int) -> UInt32? {
    var value: UInt32 = 0
    for _ in 0..<count {
      guard let digit = hexDigit() else { return nil }
      value = value << 4 | digit
    }
    return value
  }

  private mutating func hexDigit() -> UInt32? {
    guard let scalar = current, scalar.isASCII, let digit = Character(scalar).hexDigitValue else { return nil }
    position += 1
    return UInt32(digit)
  }
}

@_spi(_Unicode) import Swift

/// A label of an internationalized host name (IDNA2008: RFC 5890 to 5893, without the rule for bidirectional labels).
struct InternationalLabel {
  private let scalars: [Unicode.Scalar]

  init(_ scalars: [Unicode.Scalar]) { self.scalars = scalars }

  /// RFC 5891, section 4.2: whether it may be registered as a U-label.
  var isValid: Bool {
    guard let first = scalars.first, first != "-", scalars.last != "-", !hasReservedHyphens, !first.isMark,
      Array(String(String.UnicodeScalarView(scalars))._nfc) == scalars
    else { return false }
    return scalars.indices.allSatisfy(isAllowed) && Punycode.encoded(scalars).map { $0.count <= 59 } ?? false
  }

  /// Whether an A-label, after its `xn--`, encodes a U-label that is encoded just so.
  static func isEncoded(_ bytes: ArraySlice<UInt8>) -> Bool {
    let lower = bytes.map { ByteSet.letter.contains($0) ? $0 | 0x20 : $0 }
    guard let scalars = Punycode.decoded(lower), scalars.contains(where: { !$0.isASCII }) else { return false }
    return InternationalLabel(scalars).isValid && Punycode.encoded(scalars) == lower
  }

  private var hasReservedHyphens: Bool { scalars.count >= 4 && scalars[2] == "-" && scalars[3] == "-" }

  private func isAllowed(_ index: Int) -> Bool {
    let scalar = scalars[index]
    if let isAllowed = isAllowedInContext(index) { return isAllowed }
    return scalar == "-" || scalar.isProtocolValid
  }

  /// RFC 5892, appendix A; nil for a character without such a rule.
  private func isAllowedInContext(_ index: Int) -> Bool? {
    let before = index > 0 ? scalars[index - 1] : nil
    let after = index + 1 < scalars.count ? scalars[index + 1] : nil
    switch scalars[index].value {
    case 0x200C: return before.map(\.isVirama) ?? false || isBetweenJoining(index)
    case 0x200D: return before.map(\.isVirama) ?? false
    case 0xB7: return before == "l" && after == "l"
    case 0x375: return after.map(IDNATables.greek.contains) ?? false
    case 0x5F3, 0x5F4: return before.map(IDNATables.hebrew.contains) ?? false
    case 0x30FB: return hasJapanese
    case 0x660...0x669: return !hasExtendedDigits
    case 0x6F0...0x6F9: return !hasArabicDigits
    default: return nil
    }
  }

  // A label has at most 63 characters in Punycode, so that looking through it for each is bounded.
  private var hasJapanese: Bool { scalars.contains { $0 != "\u{30FB}" && IDNATables.japanese.contains($0) } }
  private var hasArabicDigits: Bool { scalars.contains { (0x660...0x669).contains($0.value) } }
  private var hasExtendedDigits: Bool { scalars.contains { (0x6F0...0x6F9).contains($0.value) } }

  /// RFC 5892, appendix A.1: between letters that join over it.
  private func isBetweenJoining(_ index: Int) -> Bool {
    let before = scalars[..<index].last { !$0.isTransparent }
    let after = scalars[(index + 1)...].first { !$0.isTransparent }
    return before.map(IDNATables.joinsForward.contains) ?? false
      && after.map(IDNATables.joinsBackward.contains) ?? false
  }
}

extension Unicode.Scalar {
  fileprivate var isVirama: Bool { properties.canonicalCombiningClass == .virama }

  fileprivate var isMark: Bool {
    [.nonspacingMark, .spacingMark, .enclosingMark].contains(properties.generalCategory)
  }

  /// Joining_Type T.
  fileprivate var isTransparent: Bool {
    [.nonspacingMark, .enclosingMark, .format].contains(properties.generalCategory) && value != 0x200C
      && value != 0x200D
  }

  /// RFC 5892, section 3: whether the derived property is PVALID.
  fileprivate var isProtocolValid: Bool {
    switch value {
    case 0xDF, 0x3C2, 0x6FD, 0x6FE, 0xF0B, 0x3007: return true
    case 0x640, 0x7FA, 0x302E, 0x302F, 0x3031...0x3035, 0x303B: return false
    // Conjoining jamo, and combining marks for symbols and for musical symbols.
    case 0x1100...0x11FF, 0xA960...0xA97C, 0xD7B0...0xD7FB, 0x20D0...0x20FF, 0x1D100...0x1D1FF, 0x1D200...0x1D24F:
      return false
    default: break
    }
    if isASCII { return "0"..."9" ~= self || "a"..."z" ~= self }
    let letters: [Unicode.GeneralCategory] = [
      .lowercaseLetter, .uppercaseLetter, .otherLetter, .modifierLetter, .decimalNumber, .nonspacingMark, .spacingMark,
    ]
    return letters.contains(properties.generalCategory) && !properties.changesWhenNFKCCaseFolded
      && !properties.isDefaultIgnorableCodePoint
  }
}

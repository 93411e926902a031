/// The values of JSON Schema's `format` that stay text in Swift and are checked as such.
public enum Format: String, Sendable, CaseIterable {
  case email
  case uri
  case date

  /// Whether `text` has the format.
  public func matches(_ text: String) -> Bool {
    switch self {
    case .email: Self.isEmail(text)
    case .uri: Self.isURI(text)
    case .date: Self.isDate(text)
    }
  }

  /// RFC 5321's mailbox without quoted local parts and address literals: what mail systems deliver to.
  private static func isEmail(_ text: String) -> Bool {
    let parts = text.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
    guard parts.count == 2, (1...64).contains(parts[0].count), parts[1].count <= 253 else { return false }
    let atoms = parts[0].split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    let special = "!#$%&'*+-/=?^_`{|}~".utf8
    guard atoms.allSatisfy({ !$0.isEmpty && $0.allSatisfy { isAlphanumeric($0) || special.contains($0) } }) else {
      return false
    }
    let labels = parts[1].split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    return labels.allSatisfy { label in
      (1...63).contains(label.count) && label.first != UInt8(ascii: "-") && label.last != UInt8(ascii: "-")
        && label.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "-") }
    }
  }

  /// RFC 3986: a scheme, a colon, and only the characters of section 2 with whole percent-encodings.
  private static func isURI(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), colon > 0, isLetter(bytes[0]) else { return false }
    guard bytes[..<colon].allSatisfy({ isAlphanumeric($0) || "+-.".utf8.contains($0) }) else { return false }
    let allowed = "-._~:/?#[]@!$&'()*+,;=%".utf8
    for (index, byte) in bytes.enumerated().dropFirst(colon + 1) {
      guard isAlphanumeric(byte) || allowed.contains(byte) else { return false }
      if byte == UInt8(ascii: "%") {
        let digits = bytes.dropFirst(index + 1).prefix(2)
        guard digits.count == 2, digits.allSatisfy({ $0 < 0x80 && Character(Unicode.Scalar($0)).isHexDigit }) else {
          return false
        }
      }
    }
    return true
  }

  private static func isDate(_ text: String) -> Bool {
    var scan = DigitScanner(text)
    return scan.date() != nil && scan.isAtEnd
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (97...122).contains(byte | 0x20) }
  private static func isAlphanumeric(_ byte: UInt8) -> Bool { isLetter(byte) || (48...57).contains(byte) }
}

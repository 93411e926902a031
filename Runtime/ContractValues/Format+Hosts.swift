extension Format {
  /// RFC 1123, section 2.1, with A-labels that encode what IDNA2008 allows (RFC 5890, section 2.3.2.1).
  static func isHostname(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard isDomain(bytes) else { return false }
    // Only few names have a label that may begin with `xn--`.
    guard zip(bytes, bytes.dropFirst()).contains(where: { $0 == UInt8(ascii: "-") && $1 == $0 }) else { return true }
    return bytes.split(separator: UInt8(ascii: ".")).allSatisfy { label in
      let prefix = label.prefix(4).map { ByteSet.letter.contains($0) ? $0 | 0x20 : $0 }
      return !prefix.elementsEqual("xn--".utf8) || InternationalLabel.isEncoded(label.dropFirst(4))
    }
  }

  /// Labels of letters, digits and inner hyphens, of RFC 1035's lengths.
  private static func isDomain(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard bytes.count <= 253 else { return false }
    return bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { label in
      let hyphen = UInt8(ascii: "-")
      return (1...63).contains(label.count) && label.first != hyphen && label.last != hyphen
        && label.allSatisfy { ByteSet.alphanumeric.contains($0) || $0 == hyphen }
    }
  }

  /// RFC 2673, section 3.2: four decimal numbers. A leading zero is refused, since many read it as octal.
  static func isIPv4(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard bytes.count <= 15 else { return false }
    let numbers = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    return numbers.count == 4
      && numbers.allSatisfy { digits in
        guard (1...3).contains(digits.count), digits.allSatisfy(ByteSet.digit.contains) else { return false }
        guard digits.count == 1 || digits.first != UInt8(ascii: "0") else { return false }
        return digits.reduce(0) { $0 * 10 + Int($1 - 48) } <= 255
      }
  }

  /// RFC 4291, section 2.2: eight groups, or fewer around one `::`.
  static func isIPv6(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard bytes.count <= 45 else { return false }
    let colon = UInt8(ascii: ":")
    let gap = zip(bytes.indices, bytes.indices.dropFirst()).first { bytes[$0] == colon && bytes[$1] == colon }
    guard let gap else { return groups(bytes, mayEndInIPv4: true) == 8 }
    guard let before = groups(bytes[..<gap.0], mayEndInIPv4: false),
      let after = groups(bytes[(gap.1 + 1)...], mayEndInIPv4: true)
    else { return false }
    return before + after <= 7
  }

  /// The number of 16-bit groups between colons; nil when one is malformed.
  private static func groups(_ bytes: ArraySlice<UInt8>, mayEndInIPv4: Bool) -> Int? {
    if bytes.isEmpty { return 0 }
    var groups = bytes.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    var count = 0
    if mayEndInIPv4, let last = groups.last, isIPv4(last) {
      groups.removeLast()
      count = 2
    }
    guard groups.allSatisfy({ (1...4).contains($0.count) && $0.allSatisfy(ByteSet.hexDigit.contains) }) else {
      return nil
    }
    return count + groups.count
  }

  /// RFC 5321, section 4.1.2: Mailbox, within the lengths of section 4.5.3.1.
  static func isMailbox(_ bytes: ArraySlice<UInt8>) -> Bool {
    // A quoted local part may contain '@', a domain may not.
    guard let at = bytes.lastIndex(of: UInt8(ascii: "@")) else { return false }
    let (local, domain) = (bytes[..<at], bytes[(at + 1)...])
    guard local.count <= 64, isDotString(local) || isQuotedString(local) else { return false }
    return isDomain(domain) || isAddressLiteral(domain)
  }

  private static let atomCharacters = ByteSet(ByteSet.letters + "0123456789!#$%&'*+-/=?^_`{|}~")

  static func isDotString(_ bytes: ArraySlice<UInt8>) -> Bool {
    bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { atom in
      !atom.isEmpty && atom.allSatisfy(atomCharacters.contains)
    }
  }

  static func isQuotedString(_ bytes: ArraySlice<UInt8>) -> Bool {
    let quote = UInt8(ascii: "\"")
    guard bytes.count >= 2, bytes.first == quote, bytes.last == quote else { return false }
    var isEscaped = false
    for byte in bytes.dropFirst().dropLast() {
      guard (32...126).contains(byte), isEscaped || byte != quote else { return false }
      isEscaped = !isEscaped && byte == UInt8(ascii: "\\")
    }
    return !isEscaped
  }

  /// RFC 5321, section 4.1.3: `[127.0.0.1]` or `[IPv6:::1]`; no other tag is registered.
  static func isAddressLiteral(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard bytes.first == UInt8(ascii: "["), bytes.last == UInt8(ascii: "]") else { return false }
    let address = bytes.dropFirst().dropLast()
    let tag = address.prefix(5).map { ByteSet.letter.contains($0) ? $0 | 0x20 : $0 }
    return isIPv4(address) || (tag.elementsEqual("ipv6:".utf8) && isIPv6(address.dropFirst(5)))
  }
}

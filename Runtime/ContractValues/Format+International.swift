extension Format {
  /// RFC 5890: labels in Unicode or as A-labels, between full stops of any width (RFC 3490, section 3.1).
  static func isInternationalHostname(_ text: String) -> Bool {
    // A label has at most 63 characters, and a name 253 bytes as it is sent.
    guard text.utf8.count <= 4 * 253 else { return false }
    let labels = text.unicodeScalars.split(omittingEmptySubsequences: false) {
      $0 == "." || $0 == "\u{3002}" || $0 == "\u{FF0E}" || $0 == "\u{FF61}"
    }
    var length = labels.count - 1
    for label in labels.map(Array.init) {
      if label.allSatisfy(\.isASCII) {
        guard isHostname(ArraySlice(label.map { UInt8($0.value) })) else { return false }
        length += label.count
      } else {
        guard InternationalLabel(label).isValid else { return false }
        length += 4 + (Punycode.encoded(label)?.count ?? 0)
      }
    }
    return length <= 253
  }

  /// RFC 6531, section 3.3: a mailbox whose local part and domain may be in Unicode.
  static func isInternationalMailbox(_ text: String) -> Bool {
    let bytes = ArraySlice(Array(text.utf8))
    guard let at = bytes.lastIndex(of: UInt8(ascii: "@")) else { return false }
    let (local, domain) = (bytes[..<at], bytes[(at + 1)...])
    // What is not ASCII stands for a letter: what counts is where it may stand.
    let letters = ArraySlice(local.map { $0 < 128 ? $0 : UInt8(ascii: "a") })
    guard local.count <= 64, isDotString(letters) || isQuotedString(letters) else { return false }
    return isAddressLiteral(domain) || isInternationalHostname(String(decoding: domain, as: UTF8.self))
  }

  /// RFC 3987, section 2.2: an IRI is a URI whose characters beyond ASCII are in `ucschar`, or in `iprivate` within the
  /// query; all of them may stand where a percent-encoding may.
  static func isIRI(_ text: String, isReference: Bool) -> Bool {
    guard !text.utf8.allSatisfy({ $0 < 128 }) else {
      let bytes = ArraySlice(Array(text.utf8))
      return isReference ? isURIReference(bytes) : isURI(bytes)
    }
    var ascii: [UInt8] = []
    var (isInQuery, isInFragment) = (false, false)
    for scalar in text.unicodeScalars {
      if scalar == "?", !isInFragment { isInQuery = true }
      if scalar == "#" { (isInQuery, isInFragment) = (false, true) }
      if scalar.isASCII {
        ascii.append(UInt8(scalar.value))
      } else {
        guard isIRICharacter(scalar) || isInQuery && isPrivateCharacter(scalar) else { return false }
        ascii += "%41".utf8
      }
    }
    return isReference ? isURIReference(ascii[...]) : isURI(ascii[...])
  }

  /// `ucschar`: all but controls, surrogates, private use and noncharacters.
  static func isIRICharacter(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0xA0...0xD7FF, 0xF900...0xFDCF, 0xFDF0...0xFFEF: true
    case 0x1_0000...0xDFFFF: scalar.value & 0xFFFF <= 0xFFFD
    case 0xE1000...0xEFFFD: true
    default: false
    }
  }

  /// `iprivate`.
  static func isPrivateCharacter(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0xE000...0xF8FF, 0xF0000...0xFFFFD, 0x100000...0x10FFFD: true
    default: false
    }
  }
}

/// A `traceparent` header, and the rules for the `tracestate` beside it (W3C Trace Context, level 2).
package struct TraceParent: Sendable {
  /// The 16 bytes of the trace id.
  package let trace: (high: UInt64, low: UInt64)
  /// The span of the call that sends it.
  package let span: UInt64
  /// Bit 0 is set for a trace that is sampled, and bit 1 for one whose id is random.
  package let flags: UInt8

  package init(trace: (high: UInt64, low: UInt64), span: UInt64, flags: UInt8) {
    (self.trace, self.span, self.flags) = (trace, span, flags)
  }

  /// Nil for an invalid header, which is to be ignored. Of a version after 00 the fields that are known are read
  /// (section 3.2.4).
  package init?(_ text: UnsafeBufferPointer<UInt8>) {
    let hyphen = UInt8(ascii: "-")
    guard text.count >= 55, text[2] == hyphen, text[35] == hyphen, text[52] == hyphen,
      let version = Self.number(text[0..<2]), version != 0xFF,
      text.count == 55 || (version > 0 && text[55] == hyphen),
      let high = Self.number(text[3..<19]), let low = Self.number(text[19..<35]), high | low != 0,
      let span = Self.number(text[36..<52]), span != 0, let flags = Self.number(text[53..<55])
    else { return nil }
    // Flags that are not defined are not passed on.
    self.init(trace: (high, low), span: span, flags: UInt8(truncatingIfNeeded: flags & 0x03))
  }

  /// Nil for an invalid header.
  package init?(_ text: String) {
    var text = text
    guard let parsed = text.withUTF8({ TraceParent($0) }) else { return nil }
    self = parsed
  }

  /// The number that at most 16 hexadecimal digits in lower case are.
  private static func number(_ digits: Slice<UnsafeBufferPointer<UInt8>>) -> UInt64? {
    var number: UInt64 = 0
    for byte in digits {
      switch byte {
      case 48...57: number = number << 4 | UInt64(byte - 48)
      case 97...102: number = number << 4 | UInt64(byte - 87)
      default: return nil
      }
    }
    return number
  }

  /// The header, as version 00.
  package var text: String {
    String(unsafeUninitializedCapacity: 55) { text in
      guard let start = text.baseAddress else { return 0 }
      write(start)
      return 55
    }
  }

  /// Writes the header's 55 bytes.
  package func write(_ start: UnsafeMutablePointer<UInt8>) {
    start.update(repeating: UInt8(ascii: "-"), count: 55)
    HexDigits.write(0, count: 2, to: start)
    HexDigits.write(trace.high, count: 16, to: start + 3)
    HexDigits.write(trace.low, count: 16, to: start + 19)
    HexDigits.write(span, count: 16, to: start + 36)
    HexDigits.write(UInt64(flags), count: 2, to: start + 53)
  }

  /// The lines of a `tracestate` as one, to be passed on with a valid `traceparent`; nil for none, or one that is
  /// malformed, or larger than 512 bytes or 32 members.
  package static func state(_ lines: [String]) -> String? {
    let members = lines.flatMap { $0.split(separator: ",") }.map(FieldSyntax.trimmed).filter { !$0.isEmpty }
    guard (1...32).contains(members.count), members.allSatisfy(isMember) else { return nil }
    let text = members.joined(separator: ",")
    return text.utf8.count <= 512 ? text : nil
  }

  /// `key=value` of visible characters and spaces (section 3.3.1.3).
  private static func isMember(_ text: Substring) -> Bool {
    let parts = text.utf8.split(separator: UInt8(ascii: "="), omittingEmptySubsequences: false)
    return parts.count == 2 && parts.allSatisfy { !$0.isEmpty }
      && text.utf8.allSatisfy { (0x20...0x7E).contains($0) }
  }
}

extension Format {
  /// RFC 3339, section 5.6: full-date.
  static func isDate(_ text: String) -> Bool {
    var scan = DigitScanner(text)
    return scan.date() != nil && scan.isAtEnd
  }

  /// RFC 3339, section 5.6: full-time, whose offset is not optional.
  static func isTime(_ text: String) -> Bool {
    var scan = DigitScanner(text)
    return scan.time() != nil
  }

  /// RFC 3339, appendix A: units are contiguous, with none left out in between, and weeks cannot be combined.
  static func isDuration(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard bytes.first == UInt8(ascii: "P") else { return false }
    let halves = bytes.dropFirst().split(separator: UInt8(ascii: "T"), maxSplits: 1, omittingEmptySubsequences: false)
    guard let days = halves.first.flatMap(units) else { return false }
    let isDays = ["Y", "YM", "YMD", "M", "MD", "D"].contains(days)
    guard halves.count == 2 else { return isDays || days == "W" }
    guard let hours = units(halves[1]) else { return false }
    return (isDays || days.isEmpty) && ["H", "HM", "HMS", "M", "MS", "S"].contains(hours)
  }

  /// The letters of `12H30M` without their numbers; nil for a letter without a number or a number without a letter.
  private static func units(_ bytes: ArraySlice<UInt8>) -> String? {
    var letters: [UInt8] = []
    var hasNumber = false
    for byte in bytes {
      if ByteSet.digit.contains(byte) {
        hasNumber = true
      } else {
        guard hasNumber, ByteSet.letter.contains(byte) else { return nil }
        letters.append(byte)
        hasNumber = false
      }
    }
    return hasNumber ? nil : String(decoding: letters, as: UTF8.self)
  }
}

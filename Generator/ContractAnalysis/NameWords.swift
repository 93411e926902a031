/// The words that a name consists of. Each language joins them in its own way.
public enum NameWords {
  /// The parts between characters other than letters and digits, as they are written: `Order` and `item` of
  /// `Order-item`.
  public static func pieces(_ text: String) -> [String] {
    text.unicodeScalars.split { !isWord($0) }.map { String(Substring($0)) }
  }

  /// The words in lower case: split at characters other than letters and digits, and before capitals.
  public static func words(_ text: String) -> [String] {
    var words: [String] = []
    var word = ""
    var previous: Unicode.Scalar?
    let scalars = Array(text.unicodeScalars)
    for (index, scalar) in scalars.enumerated() {
      guard isWord(scalar) else {
        if !word.isEmpty { words.append(word) }
        (word, previous) = ("", nil)
        continue
      }
      let next = index + 1 < scalars.count ? scalars[index + 1] : nil
      if !word.isEmpty, begins(scalar, after: previous, before: next) {
        words.append(word)
        word = ""
      }
      word += String(scalar).lowercased()
      previous = scalar
    }
    if !word.isEmpty { words.append(word) }
    return words
  }

  /// Whether a letter begins a word within letters and digits: `I` in `orderItem`, in `line2Item` and in `HTTPItem`.
  private static func begins(
    _ scalar: Unicode.Scalar, after previous: Unicode.Scalar?, before next: Unicode.Scalar?
  ) -> Bool {
    guard isUppercase(scalar), let previous else { return false }
    return isLowercase(previous) || isNumeric(previous) || (isUppercase(previous) && next.map(isLowercase) == true)
  }

  /// Whether it is a letter or a digit, in any script.
  public static func isWord(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII { return isUppercase(scalar) || isLowercase(scalar) || isNumeric(scalar) }
    return scalar.properties.isAlphabetic || isNumeric(scalar)
  }

  // Nearly all names are ASCII, and a look-up of a property takes longer.

  private static func isUppercase(_ scalar: Unicode.Scalar) -> Bool {
    scalar.isASCII ? ("A"..."Z").contains(scalar) : scalar.properties.isUppercase
  }

  /// Whether it is a letter in lower case, in any script.
  public static func isLowercase(_ scalar: Unicode.Scalar) -> Bool {
    scalar.isASCII ? ("a"..."z").contains(scalar) : scalar.properties.isLowercase
  }

  private static func isNumeric(_ scalar: Unicode.Scalar) -> Bool {
    scalar.isASCII ? ("0"..."9").contains(scalar) : scalar.properties.numericType != nil
  }
}

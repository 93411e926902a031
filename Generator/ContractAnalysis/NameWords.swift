/// The words that a name consists of. Each language joins them in its own way.
public enum NameWords {
  /// The parts between characters other than letters and digits, as they are written: `Order` and `item` of
  /// `Order-item`.
  public static func pieces(_ text: String) -> [String] {
    text.unicodeScalars.split { !isWord($0) }.map { String(String.UnicodeScalarView($0)) }
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
    guard scalar.properties.isUppercase, let previous else { return false }
    return previous.properties.isLowercase || previous.properties.numericType != nil
      || (previous.properties.isUppercase && next?.properties.isLowercase == true)
  }

  /// Whether it is a letter or a digit, in any script.
  public static func isWord(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isAlphabetic || scalar.properties.numericType != nil
  }
}

/// Makes the names in exported code: of ASCII only, since languages normalise other letters differently.
enum ExportName {
  /// `order_item` as a type: `OrderItem`.
  static func type(_ text: String) -> String {
    let pieces = pieces(text)
    // A name that is one word keeps its capitals; in ORDER_ITEM they mean nothing.
    let shouts = pieces.count > 1 && !text.utf8.contains { (97...122).contains($0) }
    let name = pieces.map { capitalized(shouts ? $0.lowercased() : $0) }.joined()
    return name.isEmpty ? "Type" : startsWithDigit(name) ? "N" + name : name
  }

  /// `list_products` as a method of TypeScript: `listProducts`.
  static func camel(_ text: String) -> String {
    let words = words(text)
    guard let first = words.first else { return "call" }
    let name = first + words.dropFirst().map(capitalized).joined()
    return startsWithDigit(name) ? "call" + name : name
  }

  /// `listProducts` as a method of Python: `list_products`.
  static func snake(_ text: String) -> String {
    let name = words(text).joined(separator: "_")
    return name.isEmpty ? "call" : startsWithDigit(name) ? "call_" + name : name
  }

  /// Whether a text is a plain name in every language: a letter, then letters, digits and underscores.
  static func isPlain(_ text: String) -> Bool {
    guard let first = text.utf8.first, isLetter(first) else { return false }
    return text.utf8.allSatisfy { isLetter($0) || (48...57).contains($0) || $0 == UInt8(ascii: "_") }
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (97...122).contains(byte | 0x20) }

  private static func startsWithDigit(_ name: String) -> Bool {
    name.utf8.first.map { (48...57).contains($0) } ?? false
  }

  private static func capitalized(_ word: String) -> String { word.prefix(1).uppercased() + word.dropFirst() }

  /// Letters and digits; a letter that is not ASCII by its code point, so that distinct letters stay distinct.
  private static func pieces(_ text: String) -> [String] {
    var pieces: [String] = []
    var piece = ""
    for scalar in text.unicodeScalars {
      let isWord = scalar.properties.isAlphabetic || scalar.properties.numericType != nil || scalar.value > 0x2FFF
      if isWord {
        piece += scalar.isASCII ? String(scalar) : "U" + ExportText.hex(scalar.value, 4)
      } else if !piece.isEmpty {
        pieces.append(piece)
        piece = ""
      }
    }
    return piece.isEmpty ? pieces : pieces + [piece]
  }

  /// The words in lower case: split at characters other than letters and digits, and before capitals.
  private static func words(_ text: String) -> [String] {
    pieces(text).flatMap { piece in
      var words: [String] = []
      var word = ""
      let bytes = Array(piece.unicodeScalars)
      for (index, scalar) in bytes.enumerated() {
        let wasUpper = index > 0 && bytes[index - 1].properties.isUppercase
        let isNextLower = index + 1 < bytes.count && bytes[index + 1].properties.isLowercase
        if scalar.properties.isUppercase, !word.isEmpty, !wasUpper || isNextLower {
          words.append(word)
          word = ""
        }
        word += String(scalar).lowercased()
      }
      return word.isEmpty ? words : words + [word]
    }
  }
}

/// The assigned names, which are unique.
struct ExportNameTable {
  private var taken: Set<String>
  private let reserved: Set<String>

  init(reserved: Set<String> = []) {
    taken = []
    self.reserved = reserved
  }

  /// The name, or the first free one after it: `Pet`, `Pet2`; a reserved one gets `mark` at its end.
  mutating func claim(_ name: String, mark: String = "_") -> String {
    let base = reserved.contains(name) ? name + mark : name
    var candidate = base
    var number = 2
    while !taken.insert(candidate).inserted {
      candidate = base + (base.last?.isNumber == true ? "_" : "") + String(number)
      number += 1
    }
    return candidate
  }
}

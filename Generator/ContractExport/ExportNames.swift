import ContractAnalysis

/// Makes the names in exported code: of ASCII only, since languages normalise other letters differently.
enum ExportName {
  /// `order_item` as a type: `OrderItem`.
  static func type(_ text: String) -> String {
    let pieces = NameWords.pieces(ascii(text))
    // A name that is one word keeps its capitals; in ORDER_ITEM they mean nothing.
    let shouts = pieces.count > 1 && !text.utf8.contains { (97...122).contains($0) }
    let name = pieces.map { capitalized(shouts ? $0.lowercased() : $0) }.joined()
    return name.isEmpty ? "Type" : startsWithDigit(name) ? "N" + name : name
  }

  /// `list_products` as a method of TypeScript: `listProducts`.
  static func camel(_ text: String) -> String {
    let words = NameWords.words(ascii(text))
    guard let first = words.first else { return "call" }
    let name = first + words.dropFirst().map(capitalized).joined()
    return startsWithDigit(name) ? "call" + name : name
  }

  /// `listProducts` as a method of Python: `list_products`.
  static func snake(_ text: String) -> String {
    let name = NameWords.words(ascii(text)).joined(separator: "_")
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

  /// The name with each letter and digit that is not ASCII as its code point, so that distinct letters stay distinct.
  private static func ascii(_ text: String) -> String {
    text.unicodeScalars.reduce(into: "") { result, scalar in
      let isWord = NameWords.isWord(scalar) || scalar.value > 0x2FFF
      if scalar.isASCII {
        result.unicodeScalars.append(scalar)
      } else {
        result += isWord ? "U" + ExportText.hex(scalar.value, 4) : " "
      }
    }
  }
}

/// The assigned names, which are unique.
struct ExportNameTable {
  private var taken: Set<String>
  private let reserved: Set<String>
  /// The number that the next name with the same beginning gets.
  private var numbers: [String: Int] = [:]

  init(reserved: Set<String> = [], taken: [String] = []) {
    self.taken = Set(taken)
    self.reserved = reserved
  }

  /// The name, or the first free one after it: `Pet`, `Pet2`; a reserved one gets `mark` at its end.
  mutating func claim(_ name: String, mark: String = "_") -> String {
    let base = reserved.contains(name) ? name + mark : name
    var candidate = base
    var number = numbers[base] ?? 2
    while !taken.insert(candidate).inserted {
      candidate = base + (base.last?.isNumber == true ? "_" : "") + String(number)
      number += 1
    }
    numbers[base] = number
    return candidate
  }
}

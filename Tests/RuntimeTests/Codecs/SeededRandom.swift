import ContractSamples

/// The same numbers each time.
typealias SeededRandom = SplitMix64

extension SplitMix64 {
  /// A text of up to so many of the characters.
  mutating func text(_ characters: String, upTo count: Int) -> String {
    let all = Array(characters.unicodeScalars)
    var text = String.UnicodeScalarView()
    for _ in 0..<Int.random(in: 0...count, using: &self) {
      text.append(all[Int.random(in: 0..<all.count, using: &self)])
    }
    return String(text)
  }

  /// The bytes in pieces of random lengths.
  mutating func pieces(_ bytes: [UInt8], upTo most: Int) -> [[UInt8]] {
    var pieces: [[UInt8]] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      let piece = rest.prefix(Int.random(in: 1...most, using: &self))
      pieces.append(Array(piece))
      rest = rest.dropFirst(piece.count)
    }
    return pieces
  }
}

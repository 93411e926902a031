import ContractValues
import Testing

/// Tokens and the white space between them (RFC 8259, section 2).
extension JSONTable {
  static let sample = ["[", "1", ",", "{", "\"a\"", ":", "null", ",", "\"b\"", ":", "-2.0", "}", "]"]
  static let sampleValue: JSONValue = [1, ["a": .null, "b": -2]]

  /// The sample with something before, between or behind its tokens: once at each place, and at all of them.
  static func spaced(_ space: String) -> [[UInt8]] {
    let once = (0...sample.count).map { (sample[..<$0] + [space] + sample[$0...]).joined() }
    return (once + [space + sample.joined(separator: space) + space]).map { Array($0.utf8) }
  }

  static let spaces = JSONTable(
    "white space",
    [" ", "\t", "\n", "\r", "\r\n", " \t\n\r  "].flatMap { (space: String) -> [Text] in
      spaced(space).map { ($0, .value(sampleValue)) } + [
        (Array("[\(space)]".utf8), .value([])), (Array("{\(space)}".utf8), .value([:])),
        (Array("\(space)0\(space)".utf8), .value(0)), (Array("\(space)\"\"\(space)".utf8), .value("")),
        (Array("\"\"\(space)".utf8), .value("")), (Array("\(space)null\(space)".utf8), .value(.null)),
      ]
    })

  static let notSpaces = JSONTable(
    "what is not white space",
    refused: [
      "\u{0}", "\u{1}", "\u{8}", "\u{B}", "\u{C}", "\u{1C}", "\u{1F}", "\u{7F}", "\u{85}", "\u{A0}", "\u{1680}",
      "\u{2003}", "\u{200B}", "\u{2028}", "\u{2029}", "\u{3000}", "\u{FEFF}", "\\n", "\\u0020", "&nbsp;", "/**/",
      "//\n", "#\n",
    ].flatMap(spaced))

  static let tokens = JSONTable(
    "a token missing, twice, or in its neighbour's place",
    refused: sample.indices.flatMap { place in
      var (missing, twice, swapped) = (sample, sample, sample)
      missing.remove(at: place)
      twice.insert(sample[place], at: place)
      swapped.swapAt(place, place == 0 ? sample.count - 1 : place - 1)
      return [missing, twice, swapped].map { $0.joined(separator: " ") }
    })

  /// A token of another kind at the place of each.
  static let misplaced = JSONTable(
    "a token of another kind",
    refused: sample.indices.flatMap { place in
      ["[", "]", "{", "}", ",", ":"].filter { $0 != sample[place] }.map { other in
        var tokens = sample
        tokens[place] = other
        return tokens.joined()
      }
    })

  static let document = Array(
    #"{"a\u00e9\ud83d\ude00é€😀":[-12.5e+3,true,false,null,"\n\"x\\"],"b":{"c":{},"d":[[0],""]}}"#.utf8)

  static let prefixes = JSONTable("every start of a document", refused: document.indices.map { Array(document[..<$0]) })

  static let bytesAlone = JSONTable(
    "every byte alone",
    (0...UInt8.max).map { byte in
      let digit = (0x30...0x39).contains(byte) ? Int(byte) - 0x30 : nil
      return ([byte], digit.map { .value(.number(ExactDecimal($0))) } ?? .refused)
    })

  static let bytesAfterValue = JSONTable(
    "every byte behind a value",
    (0...UInt8.max).flatMap { byte -> [Text] in
      let isSpace = [0x20, 0x09, 0x0A, 0x0D].contains(byte)
      let digit = (0x30...0x39).contains(byte) ? Int(byte) - 0x30 : nil
      return [
        ([0x31, byte], isSpace ? .value(1) : digit.map { .value(.number(ExactDecimal(10 + $0))) } ?? .refused),
        ([0x5B, 0x5D, byte], isSpace ? .value([]) : .refused),
        (Array("null".utf8) + [byte], isSpace ? .value(.null) : .refused),
      ]
    })
}

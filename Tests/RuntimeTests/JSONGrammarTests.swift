import ContractValues
import Testing

/// What the reader makes of a text.
enum JSONReading: Sendable, Equatable {
  case value(JSONValue)
  /// The rule and the pointer of each violation of a text that is JSON, but beyond what this reader holds.
  case violations([String])
  case refused

  var isValue: Bool { if case .value = self { true } else { false } }
}

/// Texts of one kind, and what the reader has to make of each.
struct JSONTable: Sendable, CustomTestStringConvertible {
  typealias Text = (bytes: [UInt8], reading: JSONReading)

  let name: String
  let texts: [Text]

  var testDescription: String { name }

  init(_ name: String, _ texts: [Text]) {
    self.name = name
    self.texts = texts
  }

  init(_ name: String, accepted texts: [(String, JSONValue)]) {
    self.init(name, texts.map { (Array($0.0.utf8), .value($0.1)) })
  }

  init(_ name: String, refused texts: [String]) { self.init(name, refused: texts.map { Array($0.utf8) }) }

  init(_ name: String, refused texts: [[UInt8]]) { self.init(name, texts.map { ($0, .refused) }) }

  static let all: [JSONTable] = [
    literals, containers, numbers, longNumbers, depths, depthsBeyond, escapes, brokenEscapes, scalars, notUTF8,
    bytesInStrings, bytesEscaped, bytesAsHexDigit, spaces, notSpaces, tokens, misplaced, prefixes, bytesAlone,
    bytesAfterValue, notNumbers, notLiterals, notContainers, notJSON, encodings, duplicateNames, numbersBeyondLimits,
    nulEscapes,
  ]

  static let accepted: [JSONTable] = all.compactMap { $0.only { $0.isValue } }
  static let refused: [JSONTable] = all.compactMap { $0.only { $0 == .refused } }
  static let leftOpen: [JSONTable] = all.compactMap { $0.only { !$0.isValue && $0 != .refused } }

  private func only(_ isWanted: (JSONReading) -> Bool) -> JSONTable? {
    let wanted = texts.filter { isWanted($0.reading) }
    return wanted.isEmpty ? nil : JSONTable(name, wanted)
  }

  /// A text for a person: what is not printable ASCII in hexadecimal, and not all of a long one.
  static func shown(_ bytes: [UInt8]) -> String {
    let start = bytes.prefix(80).map { byte in
      (0x20...0x7E).contains(byte) ? String(Unicode.Scalar(byte)) : "<" + String(byte, radix: 16) + ">"
    }
    return start.joined() + (bytes.count > 80 ? "... of \(bytes.count) bytes" : "")
  }
}

/// Objects, arrays, numbers and literals (RFC 8259, sections 3 to 6).
extension JSONTable {
  static let literals = JSONTable(
    "literals",
    accepted: [
      ("null", .null), ("true", true), ("false", false), ("[null]", [.null]), ("[true,false]", [true, false]),
      ("\"null\"", "null"), ("{\"true\":true}", ["true": true]),
    ])

  static let containers = JSONTable(
    "containers",
    accepted: [
      ("[]", []), ("{}", [:]), ("[[]]", [[]]), ("[{}]", [[:]]), ("{\"a\":[]}", ["a": []]), ("{\"a\":{}}", ["a": [:]]),
      ("[[],[]]", [[], []]), ("[[],1]", [[], 1]), ("[{},1]", [[:], 1]), ("[1,[2],{\"a\":3}]", [1, [2], ["a": 3]]),
      ("[[[1],[2]],[[3]]]", [[[1], [2]], [[3]]]), ("[\"a\",\"a\"]", ["a", "a"]), ("{\"\":0}", ["": 0]),
      ("{\"a\":1,\"b\":2}", ["a": 1, "b": 2]), ("{\"b\":1,\"a\":2}", ["b": 1, "a": 2]),
      ("{\"a\":{\"a\":{\"a\":1}}}", ["a": ["a": ["a": 1]]]), ("{\"a\":1,\"A\":2}", ["a": 1, "A": 2]),
      ("{\"a\":1,\"a \":2}", ["a": 1, "a ": 2]), ("{\"\\\"\":1,\"\\\\\":2}", ["\"": 1, "\\": 2]),
      // The same to a reader, and two names to JSON.
      ("{\"\u{E9}\":1,\"e\u{301}\":2}", ["\u{E9}": 1, "e\u{301}": 2]),
      ("{\"\u{212A}\":1,\"K\":2}", ["\u{212A}": 1, "K": 2]), ("[\"a,b\",\"]\",\"{\",\":\"]", ["a,b", "]", "{", ":"]),
      ("\"/* text */\"", "/* text */"), ("[\"//\",\"#\"]", ["//", "#"]),
    ])

  /// Numbers as significand and power of ten.
  static let numbers = JSONTable(
    "numbers",
    [
      ("0", 0, 0), ("-0", 0, 0), ("0.0", 0, 0), ("-0.0", 0, 0), ("0e0", 0, 0), ("-0E-0", 0, 0), ("0e+5", 0, 0),
      ("0.000e-9", 0, 0), ("1", 1, 0), ("-1", -1, 0), ("9", 9, 0), ("10", 1, 1), ("-10", -1, 1),
      ("1234567890", 123_456_789, 1), ("1.0", 1, 0), ("1.5", 15, -1), ("1.50", 15, -1), ("-1.5", -15, -1),
      ("0.5", 5, -1), ("-0.5", -5, -1), ("0.05", 5, -2), ("10.01", 1_001, -2), ("100.00", 1, 2), ("1e2", 1, 2),
      ("1E2", 1, 2), ("1e+2", 1, 2), ("1E+2", 1, 2), ("1e-2", 1, -2), ("1E-2", 1, -2), ("1e0", 1, 0), ("1e00", 1, 0),
      ("1e02", 1, 2), ("1e+02", 1, 2), ("1e-02", 1, -2), ("-1e2", -1, 2), ("-1.5E-3", -15, -4), ("0.1e-7", 1, -8),
      ("0.1e1", 1, 0), ("1.25e2", 125, 0), ("120e-1", 12, 0), ("0e1", 0, 0),
      // Within the limits, however many digits the exponent is written in.
      ("1e0000002", 1, 2), ("1e00000002", 1, 2), ("1E-00000000000000000000002", 1, -2), ("0e9999999", 0, 0),
      ("0e99999999", 0, 0), ("0e-99999999999999999999", 0, 0),
      // Around what 32, 53 and 64 bits, binary floating point and 34 digits hold.
      ("2147483647", 2_147_483_647, 0), ("-2147483648", -2_147_483_648, 0), ("4294967296", 4_294_967_296, 0),
      ("9007199254740991", 9_007_199_254_740_991, 0), ("9007199254740993", 9_007_199_254_740_993, 0),
      ("999999999999999999", 999_999_999_999_999_999, 0), ("1000000000000000001", 1_000_000_000_000_000_001, 0),
      ("0.123456789012345678", 123_456_789_012_345_678, -18), ("9223372036854775807", 9_223_372_036_854_775_807, 0),
      ("9223372036854775808", 9_223_372_036_854_775_808, 0), ("-9223372036854775808", -9_223_372_036_854_775_808, 0),
      ("-9223372036854775809", -9_223_372_036_854_775_809, 0), ("18446744073709551615", 18_446_744_073_709_551_615, 0),
      ("18446744073709551616", 18_446_744_073_709_551_616, 0), ("1.7976931348623157e308", 17_976_931_348_623_157, 292),
      ("5e-324", 5, -324), ("1E400", 1, 400),
      ("1234567890123456789012345678901234", 1_234_567_890_123_456_789_012_345_678_901_234, 0),
      ("9999999999999999999999999999999999", 9_999_999_999_999_999_999_999_999_999_999_999, 0),
      ("-9999999999999999999999999999999999", -9_999_999_999_999_999_999_999_999_999_999_999, 0),
      ("0.1234567890123456789012345678901234", 1_234_567_890_123_456_789_012_345_678_901_234, -34),
      ("12345678901234567.89012345678901234", 1_234_567_890_123_456_789_012_345_678_901_234, -17),
      ("12345678901234567890123456789012340000", 1_234_567_890_123_456_789_012_345_678_901_234, 4),
      ("1.234567890123456789012345678901234000", 1_234_567_890_123_456_789_012_345_678_901_234, -33),
      ("1e6144", 1, 6_144), ("1e-6144", 1, -6_144), ("-9.5e-6143", -95, -6_144),
    ].map { (text: String, significand: Int128, exponent: Int) in
      (Array(text.utf8), .value(.number(ExactDecimal(scaled: significand, exponent: exponent))))
    })

  /// Numbers whose texts are long.
  static let longNumbers = JSONTable(
    "long texts of numbers",
    accepted: [
      ("1" + zeros(100), .number(ExactDecimal(scaled: 1, exponent: 100))), ("1." + zeros(100_000), 1),
      ("0." + zeros(100_000), 0), ("-0." + zeros(100_000), 0),
      ("0." + zeros(99) + "1", .number(ExactDecimal(scaled: 1, exponent: -100))), ("1" + zeros(50) + "e-50", 1),
      ("0." + zeros(49) + "1e50", 1),
    ])

  static func zeros(_ count: Int) -> String { String(repeating: "0", count: count) }

  static let depths = JSONTable("nesting up to the limit", [1, 2, 63, 64].flatMap(nestings) + siblings)

  private static func nestings(_ depth: Int) -> [Text] {
    var (arrays, objects, both): (JSONValue, JSONValue, JSONValue) = (0, 0, 0)
    for _ in 0..<depth { (arrays, objects) = (.array([arrays]), ["a": objects]) }
    for _ in 0..<depth / 2 { both = .array([["a": both]]) }
    return [
      (nested("[", "]", depth), .value(arrays)), (nested(" [ ", "\n]\t", depth), .value(arrays)),
      (nested("{\"a\":", "}", depth), .value(objects)), (nested("[{\"a\":", "}]", depth / 2), .value(both)),
    ]
  }

  /// More containers than the limit, but not one in the other.
  private static let siblings: [Text] = [("[[]]", [[]]), ("{\"a\":{}}", ["a": [:]])].map {
    (text: String, value: JSONValue) in
    let texts = Array(repeating: text, count: 100).joined(separator: ",")
    return (Array("[\(texts)]".utf8), .value(.array(Array(repeating: value, count: 100))))
  }

  static let depthsBeyond = JSONTable(
    "nesting beyond the limit",
    refused: [
      nested("[", "]", 65), nested("{\"a\":", "}", 65), nested("[{\"a\":", "}]", 33), nested("[", "", 65),
      nested("{\"a\":", "", 65), nested("[0,", "]", 65), nested("[", "]", 66), nested("[", "]", 1_000),
      nested("[", "]", 100_000), nested("{\"a\":", "}", 100_000), nested("[", "", 100_000),
      nested("{\"a\":", "", 100_000), nested("[{\"a\":", "", 100_000), nested("", "]", 100_000),
      nested("", "}", 100_000), nested("[\n", "", 100_000), nested("[0,", "", 100_000),
    ])

  private static func nested(_ open: String, _ close: String, _ depth: Int) -> [UInt8] {
    Array((String(repeating: open, count: depth) + "0" + String(repeating: close, count: depth)).utf8)
  }
}

/// Strings (RFC 8259, sections 7 and 8).
extension JSONTable {
  /// The same content in a string and a name, and behind an escape, since plain ones are read in another way.
  private static func inStrings(_ content: [UInt8], _ text: String?) -> [Text] {
    let content = (plain: content, escaped: Array("\\n".utf8) + content)
    return [
      ([0x22] + content.plain + [0x22], text.map { .value(.string($0)) } ?? .refused),
      ([0x22] + content.escaped + [0x22], text.map { .value(.string("\n" + $0)) } ?? .refused),
      (Array("{\"".utf8) + content.plain + Array("\":[]}".utf8), text.map { .value([$0: []]) } ?? .refused),
      (Array("{\"".utf8) + content.escaped + Array("\":[]}".utf8), text.map { .value(["\n" + $0: []]) } ?? .refused),
    ]
  }

  static let escapes = JSONTable(
    "escapes",
    [
      ("", ""), ("\\\"", "\""), ("\\\\", "\\"), ("\\/", "/"), ("/", "/"), ("\\b", "\u{8}"), ("\\f", "\u{C}"),
      ("\\n", "\n"), ("\\r", "\r"), ("\\t", "\t"), ("\\r\\n", "\r\n"),
      ("\\\"\\\\\\/\\b\\f\\n\\r\\t", "\"\\/\u{8}\u{C}\n\r\t"), ("\\u0041", "A"), ("\\u004a", "J"), ("\\u004A", "J"),
      ("\\u0022", "\""), ("\\u005c", "\\"), ("\\u005C\\u0022", "\\\""), ("\\u002f", "/"), ("\\\\u0041", "\\u0041"),
      ("\\\\n", "\\n"), ("\\\\\\n", "\\\n"), ("\\\\\\\\", "\\\\"), ("\\u00e9", "\u{E9}"), ("\\u00E9", "\u{E9}"),
      ("e\\u0301", "e\u{301}"), ("\\u20aC", "\u{20AC}"), ("\\u00411", "A1"), ("\\u0041\\u0042", "AB"),
      ("a\\u0042c", "aBc"), ("\u{E9}\\u00e9\u{E9}", "\u{E9}\u{E9}\u{E9}"), ("\\ud834\\udd1e", "\u{1D11E}"),
      ("\\uD834\\uDD1E", "\u{1D11E}"), ("\\uD834\\udd1E", "\u{1D11E}"), ("\\ud800\\udc00", "\u{10000}"),
      ("\\ud800\\udfff", "\u{103FF}"), ("\\udbff\\udc00", "\u{10FC00}"), ("\\udbff\\udfff", "\u{10FFFF}"),
      ("\\ud83d\\ude00\\ud83d\\ude01", "\u{1F600}\u{1F601}"), ("a\\ud83d\\ude00b", "a\u{1F600}b"),
      ("\u{1F600}\\ud83d\\ude00", "\u{1F600}\u{1F600}"), ("\\\\ud800", "\\ud800"), ("\\ufeff", "\u{FEFF}"),
      ("\\u2028\\u2029", "\u{2028}\u{2029}"), ("'", "'"), ("a'b`c", "a'b`c"), ("<&>%", "<&>%"),
    ].flatMap { inStrings(Array($0.0.utf8), $0.1) })

  static let scalars = JSONTable(
    "code points",
    boundaries.compactMap { Unicode.Scalar($0) }.flatMap { scalar in
      inStrings(Array(String(scalar).utf8), String(scalar)) + inStrings(escaped(scalar), String(scalar))
    } + controls.flatMap { inStrings(escaped($0), String($0)) })

  /// Each side of where the number of UTF-8's bytes and the rule for its first byte change, line ends and marks, and
  /// code points that are no characters.
  private static let boundaries: [UInt32] = [
    0x20, 0x21, 0x23, 0x5B, 0x5D, 0x7E, 0x7F, 0x80, 0x85, 0xA0, 0xFF, 0x7FF, 0x800, 0xFFF, 0x1000, 0x200B, 0x2028,
    0x2029, 0x202E, 0xCFFF, 0xD000, 0xD7FF, 0xE000, 0xF8FF, 0xFDD0, 0xFDEF, 0xFEFF, 0xFFFD, 0xFFFE, 0xFFFF, 0x1_0000,
    0x1_FFFE, 0x1_FFFF, 0x3_FFFF, 0x4_0000, 0xE_0001, 0xF_FFFF, 0x10_0000, 0x10_FFFE, 0x10_FFFF,
  ]

  /// The control characters, which have to be escaped; what becomes of NUL stands below.
  private static let controls: [Unicode.Scalar] = (0x01...0x1F).map { Unicode.Scalar($0 as UInt8) }

  private static func escaped(_ scalar: Unicode.Scalar) -> [UInt8] {
    String(scalar).utf16.flatMap { unit in
      let digits = String(unit, radix: 16)
      return Array("\\u".utf8) + Array((zeros(4 - digits.utf8.count) + digits).utf8)
    }
  }

  static let brokenEscapes = JSONTable(
    "broken escapes",
    [
      "\\", "\\\\\\", "\\u", "\\u0", "\\u00", "\\u004", "\\u004g", "\\u00g1", "\\u0g41", "\\ug041", "\\u 041",
      "\\u004 ", "\\u+041", "\\u-041", "\\u0x41", "\\u{41}", "\\u\\u0041", "\\u00\\u0041", "\\U0041", "\\U00000041",
      "\\x41", "\\x", "\\0", "\\00", "\\101", "\\1", "\\'", "\\`", "\\a", "\\e", "\\v", "\\B", "\\F", "\\N", "\\R",
      "\\T", "\\ ", "\\\n", "\\\r\n", "\\\t", "\\\u{0}", "\\\u{E9}", "\\\u{2028}", "\\\u{1F600}", "\\&", "\\%41",
      "\\u00\u{E9}", "\\u00\u{FF14}\u{FF11}", "\\u004\u{FF21}", "\\u004\u{0}",
      // Halves of surrogate pairs.
      "\\ud800", "\\uD800", "\\udbff", "\\udc00", "\\uDFFF", "\\udfff", "\\ud800a", "a\\udc00", "\\ud800\\udbff",
      "\\ud800\\ud800", "\\udc00\\ud800", "\\ude00\\ud83d", "\\udc00\\udc00", "\\ud800\\u0041", "\\ud800\\ue000",
      "\\ud800\\n", "\\ud800\\\\", "\\ud800\\\\udc00", "\\ud800 \\udc00", "\\ud800\\", "\\ud800\\u", "\\ud800\\ud",
      "\\ud800\\udc0", "\\ud800\\udc0g", "\\ud800\\Udc00", "\\ud800udc00", "\\ud800\\ud800\\udc00",
      "\\ud800\\udc00\\ud800", "\\ud800\\udc00\\udc00", "\\ud800\u{1F600}", "\u{1F600}\\ude00", "\\ud800\\u0000",
      // Characters that have to be escaped.
      "\n", "\r\n", "\t", "a\nb", "a\u{0}", "\u{0}", "\u{1B}[0m", "\u{1F}", "\"", "a\"b",
    ].flatMap { inStrings(Array($0.utf8), nil) })

  static let notUTF8 = JSONTable(
    "strings that are not UTF-8",
    ([
      // More bytes than the code point needs.
      [0xC0, 0x80], [0xC0, 0xAF], [0xC0, 0xA2], [0xC1, 0x81], [0xC1, 0xBF], [0xE0, 0x80, 0x80], [0xE0, 0x80, 0xAF],
      [0xE0, 0x82, 0xA9], [0xE0, 0x9F, 0xBF], [0xF0, 0x80, 0x80, 0x80], [0xF0, 0x82, 0x82, 0xAC],
      [0xF0, 0x8F, 0xBF, 0xBF], [0xF8, 0x80, 0x80, 0x80, 0x80], [0xFC, 0x80, 0x80, 0x80, 0x80, 0x80],
      // Surrogates, alone and in pairs.
      [0xED, 0xA0, 0x80], [0xED, 0xAD, 0xBF], [0xED, 0xAE, 0x80], [0xED, 0xAF, 0xBF], [0xED, 0xB0, 0x80],
      [0xED, 0xBE, 0x80], [0xED, 0xBF, 0xBF], [0xED, 0xA0, 0x80, 0xED, 0xB0, 0x80],
      [0xED, 0xA0, 0xBD, 0xED, 0xB8, 0x80], [0xED, 0xAF, 0xBF, 0xED, 0xBF, 0xBF],
      Array("\\ud800".utf8) + [0xED, 0xB0, 0x80],
      // Beyond U+10FFFF, and of five and six bytes.
      [0xF4, 0x90, 0x80, 0x80], [0xF4, 0xBF, 0xBF, 0xBF], [0xF5, 0x80, 0x80, 0x80], [0xF7, 0xBF, 0xBF, 0xBF],
      [0xF8, 0x88, 0x80, 0x80, 0x80], [0xFB, 0xBF, 0xBF, 0xBF, 0xBF], [0xFC, 0x84, 0x80, 0x80, 0x80, 0x80],
      [0xFD, 0xBF, 0xBF, 0xBF, 0xBF, 0xBF], [0xFE], [0xFF], [0xFE, 0xFF], [0xFF, 0xFE], [0xFE, 0xFE, 0xFF, 0xFF],
      // Bytes that are missing, and ones that follow nothing.
      [0xC2], [0xDF], [0xE0, 0xA0], [0xE2], [0xE2, 0x82], [0xEF, 0xBF], [0xF0], [0xF0, 0x90], [0xF0, 0x9F, 0x98],
      [0xF4, 0x8F], [0xF4, 0x8F, 0xBF], [0xC3, 0x28], [0xE2, 0x28, 0xA1], [0xE2, 0x82, 0x28], [0xF0, 0x28, 0x8C, 0xBC],
      [0xF0, 0x90, 0x28, 0xBC], [0xF0, 0x90, 0x8C, 0x28], [0xC3, 0xC3, 0xA9], [0xE2, 0x82, 0xC3, 0xA9], [0x80], [0xBF],
      [0x80, 0x80], [0xC3, 0xA9, 0xA9], [0xE2, 0x82, 0xAC, 0x80], [0xF0, 0x9F, 0x98, 0x80, 0x80], [0x41, 0x80, 0x42],
      [0xC2, 0x0A], [0xC3] + Array("\\u00a9".utf8), [0xE9], [0x93, 0x61, 0x94], [0x81, 0x40], [0xC3, 0x22, 0xA9],
    ] as [[UInt8]]).flatMap { inStrings($0, nil) })

  static let bytesInStrings = JSONTable(
    "every byte inside a string",
    (0...UInt8.max).flatMap { byte in
      let isPlain = (0x20...0x7F).contains(byte) && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
      return inStrings([byte], isPlain ? String(Unicode.Scalar(byte)) : nil)
    })

  static let bytesEscaped = JSONTable(
    "every byte behind a backslash",
    (0...UInt8.max).map { byte in
      let known = ["\"": "\"", "\\": "\\", "/": "/", "b": "\u{8}", "f": "\u{C}", "n": "\n", "r": "\r", "t": "\t"]
      let text = byte < 0x80 ? known[String(Unicode.Scalar(byte))] : nil
      return ([0x22, 0x5C, byte, 0x22], text.map { .value(.string($0)) } ?? .refused)
    })

  static let bytesAsHexDigit = JSONTable(
    "every byte as a digit of an escape",
    (0...UInt8.max).map { byte in
      let digit =
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        default: nil as UInt8?
        }
      let text = digit.map { String(Unicode.Scalar(0x40 + $0)) }
      return (Array("\"\\u004".utf8) + [byte, 0x22], text.map { .value(.string($0)) } ?? .refused)
    })
}

/// Tokens and the white space between them (RFC 8259, section 2).
extension JSONTable {
  private static let sample = ["[", "1", ",", "{", "\"a\"", ":", "null", ",", "\"b\"", ":", "-2.0", "}", "]"]
  private static let sampleValue: JSONValue = [1, ["a": .null, "b": -2]]

  /// The sample with something before, between or behind its tokens: once at each place, and at all of them.
  private static func spaced(_ space: String) -> [[UInt8]] {
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

  private static let document = Array(
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

/// What looks like JSON to many a reader.
extension JSONTable {
  static let notNumbers = JSONTable(
    "what is not a number",
    refused: [
      "+1", "+0", "+", "-", "--1", "-+1", "+-1", "- 1", "-a", "-]", "-\"1\"", "01", "-01", "00", "-00", "007", "0123",
      "08", "00.5", "-01.5", "01e1", "1.", "-1.", "0.", "-0.", ".5", "-.5", "+.5", ".", "-.", "1..2", "1.2.3", "1.e3",
      "1.E", "1.-5", "1.+5", ".e1", "1e", "1E", "1e+", "1e-", "1E+", "0e", "0e+", "0E-", "0.0e", "e1", "E1", "-e1",
      "1e1.5", "1e.5", "1e1e1", "1ee2", "1eE2", "1e+-2", "1e--2", "1e++2", "1 e2", "1e 2", "1e+ 2", "1. 5", "1 .5",
      "0 1", "1 000", "0x1", "0X1F", "-0x1", "0x", "0xg", "0b1", "0o7", "0c", "1a", "1f", "1d", "1L", "1n", "1u", "1i",
      "0f", "1_000", "1,000", "[1,000]", "1'000", "1/2", "1:2", "50%", "$1", "1$", "#1", "(1)", "1+1", "1-1", "2-",
      "1*2", "NaN", "nan", "NAN", "-NaN", "+NaN", "Infinity", "-Infinity", "+Infinity", "infinity", "Inf", "inf",
      "-inf", "1#INF", "1e1_0", "1e0x1", "\u{221E}", "\u{BD}", "1\u{B2}", "\u{B2}", "\u{FF11}", "\u{663}", "1\u{663}",
      "1.\u{663}", "1e\u{663}", "\u{2212}1", "1\u{FF0E}5", "1\u{66B}5", "1\u{A0}000", "1\u{0}", "1\u{0}2", "-\u{0}",
      "1.\u{0}", "1e\u{0}", "[1.]", "[.5]", "[1e]", "[-]", "[01]", "[+1]", "{\"a\":01}", "{\"a\":1.}", "{\"a\":-}",
      "{\"a\":+1}", "{\"a\":.1}", "{\"a\":1e}", "{\"a\":0x1}", "{\"a\":NaN}",
    ])

  static let notLiterals = JSONTable(
    "what is not a literal",
    refused: [
      "True", "TRUE", "tRUE", "truE", "False", "FALSE", "Null", "NULL", "nulL", "nil", "none", "None", "undefined",
      "yes", "no", "on", "off", "t", "tr", "tru", "f", "fa", "fal", "fals", "n", "nu", "nul", "truee", "falsee",
      "nulll", "true1", "null0", "truefalse", "nullnull", "true_", "true\u{0}", "null\u{0}", "t\u{0}", "nul\u{0}",
      "t rue", "nu ll", "nul\n", "tru ", "trux", "fa1se", "nu11", "-true", "+null", "!true", "(null)", "[nul]", "[tru]",
      "[fals,1]", "[nul,1]", "{\"a\":tru}", "{\"a\":nul}", "[True]", "\\u006eull", "n\\u0075ll", "\u{FF4E}ull",
      "nul\u{2113}", "true\u{301}", "null\u{200B}", "[nullnull]", "[true false]", "[null null]", "{\"a\":null null}",
      "NULL\n", "*", "a", "abc", "new Date()", "x:1",
    ])

  static let notContainers = JSONTable(
    "what is not an array or object",
    refused: [
      "[", "]", "{", "}", "[[]", "[]]", "{{}", "{}}", "[}", "{]", "(]", "[)", "<>", "()", "[1}", "{\"a\":1]", "[{]}",
      "[{\"a\":1]}", "{\"a\":[}", "{\"a\":[1}]", "[1", "[1,", "[1,2", "[\"a\"", "[\"a", "[,", "[,]", "[,1]", "[1,]",
      "[1,2,]", "[1, ]", "[1,,2]", "[1,,]", "[,,]", "[[],]", "[{},]", "[1 2]", "[\"a\" \"b\"]", "[\"a\"\"b\"]",
      "[[] []]", "[[][]]", "[{}{}]", "[1;2]", "[1:2]", "[1|2]", "[\"a\":1]", "[\"a\":]", "[:]", "[1:]", "[=]", "[a]",
      "[a,b]", "['a']", "[1...3]", "[...]", "[1,...]", "{,}", "{,\"a\":1}", "{\"a\"", "{\"a\"}", "{\"a\":", "{\"a\":}",
      "{\"a\":1", "{\"a\":1,", "{\"a\":1,}", "{\"a\":1, }", "{\"a\":1,,}", "{\"a\":1,,\"b\":2}", "{\"a\":1 \"b\":2}",
      "{\"a\":1\"b\":2}", "{\"a\":1;\"b\":2}", "{\"a\":1:\"b\":2}", "{\"a\" 1}", "{\"a\"1}", "{\"a\"=1}", "{\"a\"=>1}",
      "{\"a\"->1}", "{\"a\"::1}", "{\"a\":1:2}", "{\"a\":=1}", "{\"a\":,\"b\":2}", "{\"a\",\"b\":2}", "{:1}", "{:}",
      "{\"a\",1}", "{\"a\",\"b\"}", "{\"a\":\"b\",\"c\"}", "{a:1}", "{a}", "{a:\"b\"}", "{'a':1}", "{`a`:1}",
      "{\u{201C}a\u{201D}:1}", "{1:1}", "{-1:1}", "{null:1}", "{null:null}", "{true:1}", "{[]:1}", "{{}:1}",
      "{[\"a\"]:1}", "{$a:1}", "{_:1}", "{@:1}", "{\"a:1}", "{a\":1}", "{\"a\":'b'}", "{\"a\":b}", "{\"a\":1 2}",
      "{\"a\":1}{", "{\"a\":1},", "{\"a\" \"b\":1}", "{\"a\"\"b\":1}", "{1}", "{[]}", "{{}}", "{\"a\":1,b:2}",
      "{\"a\":1,2}", "{\"a\":1,\"b\"}", "{\"a\":1,\"b\":}", "{\"a\":{}", "{\"a\":[]", "{...}", "{\"a\":...}",
      "[1,[2,]]", "[{\"a\":1,}]", "{\"a\":[1,]}", "{\"a\":{\"b\":1,}}", "{\"a\":1,\"a\":2", "[\"\\u0000\"", "[1e9999",
      "{\"a\":1,\"a\":2,}", "[\"\\u0000\",]", "[1e9999,]",
    ])

  static let notJSON = JSONTable(
    "what is not one JSON text",
    refused: [
      "", " ", "\t", "\n", "\r", " \t\r\n", ",", ":", ",1", "1,", ":1", "1:", "1;", ";", "1.,", "1 2", "1\n2", "1,2",
      "\"a\" \"b\"", "\"a\"\"b\"", "\"a\",\"b\"", "\"a\"+\"b\"", "\"a\":1", "\"a\":", "null null", "null,null", "true,",
      "[],[]", "[][]", "[] []", "{}{}", "{} {}", "{},{}", "{}\n{}", "[]{}", "{}1", "1{}", "[]1", "1[]", "[]\"\"",
      "\"\"[]", "1\"\"", "\"\"1", "null1", "\"", "\"a", "a\"", "\"a\"b\"", "\"\"\"", "\"\"a", "'a'", "'a", "'", "''",
      "`a`", "\"a'", "'a\"", "\"a\u{201D}", "\u{201C}a\u{201D}", "\u{AB}a\u{BB}", "\"\"\"a\"\"\"", "@\"a\"", "r\"a\"",
      "&quot;a&quot;", "%22a%22", "\\\"a\\\"", "\\", "\\n", "\\u0031", "\\u0022a\\u0022", "\\u005b\\u005d", "//",
      "// a\n1", "1// a", "1 //", "/**/", "/**/1", "/* */ 1", "1/**/", "1 /* a */", "/1/", "/a/g", "[1/**/]",
      "[/* a */1]", "[1,//a\n2]", "[1 # a\n]", "{/**/\"a\":1}", "{\"a\"/**/:1}", "{\"a\":/**/1}", "{\"a\":1/**/}",
      "{\"a\":1//\n}", "# a\n1", "1# a", "#", "-- a\n1", "<!---->1", "<a/>", "<1>", "a=b", "a: b", "- a", "--- 1",
      "1...", "---\n1\n...", "!!int 1", "&a 1", "*a", "~", "=1", "(1)", "(null)", "data: 1", ")]}',\n1", "while(1);1",
      "callback(1)", "f([])", "[];", "var a=1", "@1", "^", "|", "?", "!", "%", "&", "\u{E9}", "\u{1F600}", "[\u{E9}]",
      "\u{0}", "\u{0}1", "1\u{0}", "[]\u{0}", "[\u{0}]", "{\u{0}}", "{\"a\":\u{0}}", "\u{1E}1\n", "\u{1A}", "[]\u{1A}",
      "1\u{4}",
    ])

  static let encodings = JSONTable(
    "other encodings and byte order marks",
    refused: ["1", "[]", "{\"a\":1}", "\"\u{E9}\"", "null", "\"\""].flatMap { text -> [[UInt8]] in
      let units = Array(text.utf16)
      let big = units.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
      let little = units.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
      let wide = text.unicodeScalars.flatMap { [0, 0, UInt8($0.value >> 8), UInt8($0.value & 0xFF)] }
      return [
        [0xEF, 0xBB, 0xBF] + Array(text.utf8), Array(text.utf8) + [0xEF, 0xBB, 0xBF], big, [0xFE, 0xFF] + big, little,
        [0xFF, 0xFE] + little, wide, [0x00, 0x00, 0xFE, 0xFF] + wide, wide.reversed(),
        [0x2B, 0x2F, 0x76, 0x38] + Array(text.utf8),
      ]
    } + [
      [0xEF, 0xBB, 0xBF], [0xEF, 0xBB], [0xEF], [0xFE, 0xFF], [0xFF, 0xFE], [0x00, 0x00, 0xFE, 0xFF],
      [0x22, 0xE9, 0x22], [0x22, 0x80, 0x22], [0x5B, 0x22, 0xFC, 0x22, 0x5D], [0x5B, 0xE9, 0x5D], [0x5B, 0xFF, 0x5D],
      [0x0E, 0x31, 0x0F], [0x80], [0x61, 0x80], [0x80, 0x31], [0x31, 0x80], [0xC3, 0xA9], [0xC0, 0xB1],
      [0xC1, 0x9B, 0xC1, 0x9D],
    ])
}

/// What RFC 8259 leaves to the reader: it reads on and records a violation.
extension JSONTable {
  private init(_ name: String, violations texts: [(String, [String])]) {
    self.init(name, texts.map { (Array($0.0.utf8), .violations($0.1)) })
  }

  static let duplicateNames = JSONTable(
    "duplicate names",
    violations: [
      ("{\"a\":1,\"a\":2}", ["uniqueKeys /a"]), ("{\"a\":1,\"a\":1}", ["uniqueKeys /a"]),
      ("{\"a\":1,\"b\":2,\"a\":3}", ["uniqueKeys /a"]), ("{\"\":1,\"\":2}", ["uniqueKeys /"]),
      ("{\"a\":null,\"a\":null}", ["uniqueKeys /a"]), ("{\"a\":{},\"a\":[]}", ["uniqueKeys /a"]),
      ("{\"a\":1,\"\\u0061\":2}", ["uniqueKeys /a"]), ("{\"\\/\":1,\"/\":2}", ["uniqueKeys /~1"]),
      ("{\"\\u00e9\":1,\"\u{E9}\":2}", ["uniqueKeys /\u{E9}"]),
      ("{\"\\ud83d\\ude00\":1,\"\u{1F600}\":2}", ["uniqueKeys /\u{1F600}"]),
      ("{\"a\":1,\"a\":2,\"a\":3}", ["uniqueKeys /a", "uniqueKeys /a"]),
      ("{\"a\":1,\"b\":1,\"a\":2,\"b\":2}", ["uniqueKeys /a", "uniqueKeys /b"]),
      ("[{\"a\":1,\"a\":2}]", ["uniqueKeys /0/a"]), ("[0,{\"b\":{\"a\":1,\"a\":2}}]", ["uniqueKeys /1/b/a"]),
    ])

  /// More than 34 digits, and powers of ten beyond 6144.
  static let numbersBeyondLimits = JSONTable(
    "numbers beyond the limits",
    violations: [
      ("12345678901234567890123456789012345", ["type "]), ("-12345678901234567890123456789012345", ["type "]),
      ("0.12345678901234567890123456789012345", ["type "]), ("1.2345678901234567890123456789012345e9", ["type "]),
      ("1" + zeros(34) + "1", ["type "]), ("1" + zeros(33) + ".1", ["type "]), ("1." + zeros(33) + "1", ["type "]),
      ("1e6145", ["type "]), ("-1E+6145", ["type "]), ("1e-6145", ["type "]), ("10e6144", ["type "]),
      ("0.1e-6144", ["type "]), ("1e9999999", ["type "]), ("1e-9999999", ["type "]), ("1e99999999", ["type "]),
      ("-1e-99999999999999999999", ["type "]), ("1e9223372036854775808", ["type "]), ("1" + zeros(100_000), ["type "]),
      ("0." + zeros(100_000) + "1", ["type "]), ("1e" + String(repeating: "9", count: 100_000), ["type "]),
      (String(repeating: "9", count: 100_000), ["type "]), ("[0,1e6145]", ["type /1"]),
      ("{\"a\":[1e6145,1e-6145]}", ["type /a/0", "type /a/1"]),
    ])

  static let nulEscapes = JSONTable(
    "escapes of NUL",
    violations: [
      ("\"\\u0000\"", ["type "]), ("\"a\\u0000b\"", ["type "]), ("\"\\u0000\\u0000\"", ["type "]),
      ("\"\u{E9}\\u0000\"", ["type "]), ("[\"\\u0000\"]", ["type /0"]),
      ("[\"\\u0000\",1,\"\\u0000\"]", ["type /0", "type /2"]), ("{\"a\":\"\\u0000\"}", ["type /a"]),
      ("{\"\\u0000\":1}", ["type /\u{0}"]), ("{\"a\\u0000\":1}", ["type /a\u{0}"]),
      ("[\"\\u0000\",1e6145,{\"a\":1,\"a\":2}]", ["type /0", "type /1", "uniqueKeys /2/a"]),
      // A report has an end.
      (
        "[" + Array(repeating: "\"\\u0000\"", count: 60).joined(separator: ",") + "]",
        (0..<Violations.limit).map { "type /\($0)" }
      ),
    ])
}

/// RFC 8259, text by text: all that its grammar has is read, and nothing else is.
@Suite struct JSONGrammarTests {
  private func read(_ bytes: [UInt8]) -> JSONReading {
    var json = JSONReader(bytes)
    do {
      let value = try JSONValue.decode(&json)
      try json.finish()
      if let value, json.violations.isEmpty { return .value(value) }
      return .violations(json.violations.list.map { "\($0.rule) \($0.location)" })
    } catch {
      #expect((0...bytes.count).contains(error.offset), "\(JSONTable.shown(bytes)): \(error)")
      return .refused
    }
  }

  @Test(arguments: JSONTable.accepted)
  func `a text that is JSON is read as its value`(_ table: JSONTable) {
    for text in table.texts { #expect(read(text.bytes) == text.reading, "\(JSONTable.shown(text.bytes))") }
  }

  @Test(arguments: JSONTable.refused)
  func `a text that is not JSON is refused`(_ table: JSONTable) {
    for text in table.texts { #expect(read(text.bytes) == .refused, "\(JSONTable.shown(text.bytes))") }
  }

  @Test(arguments: JSONTable.leftOpen)
  func `what RFC 8259 leaves open is a violation`(_ table: JSONTable) {
    for text in table.texts { #expect(read(text.bytes) == text.reading, "\(JSONTable.shown(text.bytes))") }
  }

  @Test(arguments: JSONTable.accepted)
  func `a value that is written reads as the same value`(_ table: JSONTable) {
    for text in table.texts {
      guard case .value(let value) = text.reading else { continue }
      let written = value.json
      #expect(read(written) == .value(value), "\(JSONTable.shown(text.bytes)) as \(JSONTable.shown(written))")
    }
  }

  @Test(arguments: JSONTable.all)
  func `a value that is skipped is held to the same grammar`(_ table: JSONTable) {
    for text in table.texts {
      var json = JSONReader(text.bytes)
      do {
        try json.skip()
        try json.finish()
        #expect(text.reading != .refused && json.violations.isEmpty, "\(JSONTable.shown(text.bytes))")
      } catch {
        #expect(text.reading == .refused, "\(JSONTable.shown(text.bytes)): \(error)")
        #expect((0...text.bytes.count).contains(error.offset), "\(JSONTable.shown(text.bytes)): \(error)")
      }
    }
  }

  @Test func `the tables have three hundred texts that are JSON and three hundred that are not`() {
    let (accepted, refused) = (count(JSONTable.accepted), count(JSONTable.refused))
    #expect(accepted >= 300 && refused >= 300 && count(JSONTable.leftOpen) >= 40)
    #expect(accepted + refused + count(JSONTable.leftOpen) == count(JSONTable.all), "a text has two readings")
    #expect(Set(JSONTable.all.map(\.name)).count == JSONTable.all.count)
    #expect(JSONTable.all.allSatisfy { !$0.texts.isEmpty })
  }

  /// How many different texts the tables have.
  private func count(_ tables: [JSONTable]) -> Int { Set(tables.flatMap { $0.texts.map { $0.bytes } }).count }
}

import ContractValues
import Testing

/// Strings (RFC 8259, sections 7 and 8).
extension JSONTable {
  /// The same content in a string and a name, and behind an escape, since plain ones are read in another way.
  static func inStrings(_ content: [UInt8], _ text: String?) -> [Text] {
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
  static let boundaries: [UInt32] = [
    0x20, 0x21, 0x23, 0x5B, 0x5D, 0x7E, 0x7F, 0x80, 0x85, 0xA0, 0xFF, 0x7FF, 0x800, 0xFFF, 0x1000, 0x200B, 0x2028,
    0x2029, 0x202E, 0xCFFF, 0xD000, 0xD7FF, 0xE000, 0xF8FF, 0xFDD0, 0xFDEF, 0xFEFF, 0xFFFD, 0xFFFE, 0xFFFF, 0x1_0000,
    0x1_FFFE, 0x1_FFFF, 0x3_FFFF, 0x4_0000, 0xE_0001, 0xF_FFFF, 0x10_0000, 0x10_FFFE, 0x10_FFFF,
  ]

  /// The control characters, which have to be escaped; what becomes of NUL stands below.
  static let controls: [Unicode.Scalar] = (0x01...0x1F).map { Unicode.Scalar($0 as UInt8) }

  static func escaped(_ scalar: Unicode.Scalar) -> [UInt8] {
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

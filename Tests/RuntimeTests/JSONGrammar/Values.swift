import ContractValues
import Testing

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

  static func nestings(_ depth: Int) -> [Text] {
    var (arrays, objects, both): (JSONValue, JSONValue, JSONValue) = (0, 0, 0)
    for _ in 0..<depth { (arrays, objects) = (.array([arrays]), ["a": objects]) }
    for _ in 0..<depth / 2 { both = .array([["a": both]]) }
    return [
      (nested("[", "]", depth), .value(arrays)), (nested(" [ ", "\n]\t", depth), .value(arrays)),
      (nested("{\"a\":", "}", depth), .value(objects)), (nested("[{\"a\":", "}]", depth / 2), .value(both)),
    ]
  }

  /// More containers than the limit, but not one in the other.
  static let siblings: [Text] = [("[[]]", [[]]), ("{\"a\":{}}", ["a": [:]])].map {
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

  static func nested(_ open: String, _ close: String, _ depth: Int) -> [UInt8] {
    Array((String(repeating: open, count: depth) + "0" + String(repeating: close, count: depth)).utf8)
  }
}

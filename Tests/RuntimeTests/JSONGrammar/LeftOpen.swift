import ContractValues
import Testing

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

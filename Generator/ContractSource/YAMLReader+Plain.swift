/// What text without quotes stands for.
extension YAMLReader {
  /// The value of a plain scalar by YAML 1.2's core schema.
  static func plain(_ text: String, at position: SourcePosition) throws(Fault) -> Node.Value {
    switch text {
    case "", "~", "null", "Null", "NULL": return .null
    case "true", "True", "TRUE": return .bool(true)
    case "false", "False", "FALSE": return .bool(false)
    case ".nan", ".NaN", ".NAN", ".inf", ".Inf", ".INF", "-.inf", "-.Inf", "-.INF", "+.inf":
      throw Fault(
        code: .badValue, message: "\(text) is not a JSON number", position: position, help: "quote it if it is text")
    default: return number(text).map { .number($0) } ?? .string(text)
    }
  }

  private static func number(_ text: String) -> String? {
    if text.hasPrefix("0x"), let value = Int(text.dropFirst(2), radix: 16) { return String(value) }
    if text.hasPrefix("0o"), let value = Int(text.dropFirst(2), radix: 8) { return String(value) }
    var rest = Substring(text)
    let isNegative = rest.hasPrefix("-")
    if isNegative || rest.hasPrefix("+") { rest = rest.dropFirst() }
    let whole = rest.prefix { $0.isASCII && $0.isNumber }
    rest = rest.dropFirst(whole.count)
    var fraction: Substring = ""
    if rest.hasPrefix(".") {
      fraction = rest.dropFirst().prefix { $0.isASCII && $0.isNumber }
      rest = rest.dropFirst(1 + fraction.count)
    }
    guard !(whole.isEmpty && fraction.isEmpty), isExponent(rest) else { return nil }
    let digits = whole.drop { $0 == "0" }
    return (isNegative ? "-" : "") + (digits.isEmpty ? "0" : digits) + (fraction.isEmpty ? "" : "." + fraction) + rest
  }

  private static func isExponent(_ text: Substring) -> Bool {
    guard let first = text.first else { return true }
    guard first == "e" || first == "E" else { return false }
    let digits = text.dropFirst().drop { $0 == "+" || $0 == "-" }
    return !digits.isEmpty && text.count - digits.count <= 2 && digits.allSatisfy { $0.isASCII && $0.isNumber }
  }
}

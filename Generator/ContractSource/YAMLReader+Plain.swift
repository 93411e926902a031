/// The value of a scalar, by its tag or, where it has none, by its plain text.
extension YAMLReader {
  /// What the names of YAML's own tags begin with: `!!int` is `tag:yaml.org,2002:int`.
  static let tagPrefix = "tag:yaml.org,2002:"

  static func scalar(
    _ text: String, _ isPlain: Bool, _ tag: String?, at position: SourcePosition
  ) throws(Fault) -> Node.Value {
    guard let tag else { return isPlain ? try plain(text, at: position) : .string(text) }
    let kind = String(tag.dropFirst(tagPrefix.count))
    guard ["null", "bool", "int", "float"].contains(kind) else { return .string(text) }
    let value = try plain(text, at: position)
    switch (kind, value) {
    case ("null", .null), ("bool", .bool), ("int", .number), ("float", .number): return value
    default:
      throw Fault(
        code: .badValue, message: "'\(YAMLProblem.shortened(text))' is not what its tag !!\(kind) says",
        position: position, help: "remove the tag")
    }
  }

  /// The value of a plain scalar by YAML 1.2's core schema (section 10.3.2).
  static func plain(_ text: String, at position: SourcePosition) throws(Fault) -> Node.Value {
    switch text {
    case "", "~", "null", "Null", "NULL": return .null
    case "true", "True", "TRUE": return .bool(true)
    case "false", "False", "FALSE": return .bool(false)
    case ".nan", ".NaN", ".NAN", ".inf", ".Inf", ".INF", "-.inf", "-.Inf", "-.INF",
      "+.inf", "+.Inf", "+.INF":
      throw Fault(
        code: .badValue, message: "\(text) is not a JSON number", position: position, help: "quote it if it is text")
    default:
      let prefixed = try integer(text, position)
      return (prefixed ?? number(text)).map { .number($0) } ?? .string(text)
    }
  }

  /// A hexadecimal or octal integer in decimal. It has no sign: `0x+1` and `-0x1` are strings.
  private static func integer(_ text: String, _ position: SourcePosition) throws(Fault) -> String? {
    guard let radix = ["0x": 16, "0o": 8][text.prefix(2)] else { return nil }
    let digits = text.dropFirst(2)
    guard !digits.isEmpty, digits.allSatisfy({ $0.isASCII && ($0.hexDigitValue ?? radix) < radix }) else { return nil }
    let significant = digits.drop { $0 == "0" }
    guard significant.count <= 42, let value = UInt128(significant.isEmpty ? "0" : significant, radix: radix) else {
      throw Fault(code: .limit, message: "an integer of more than 34 digits", position: position)
    }
    return String(value)
  }

  private static func number(_ text: String) -> String? {
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

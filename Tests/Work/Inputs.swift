/// Texts of about `size` bytes that were, or could be, expensive to read.
enum Inputs {
  /// Four combining marks: Swift compares strings with many of them in quadratic time.
  static let marks = "\u{301}\u{323}\u{338}\u{327}"

  static func repeated(_ text: String, _ size: Int, _ separator: String = "") -> String {
    let count = max(1, size / max(1, text.utf8.count + separator.utf8.count))
    return Array(repeating: text, count: count).joined(separator: separator)
  }

  /// Joins `make` of 0, 1, 2, … up to the size.
  static func numbered(_ size: Int, _ separator: String = ",", _ make: @Sendable (Int) -> String) -> String {
    var parts: [String] = []
    var length = 0
    while length < size {
      parts.append(make(parts.count))
      length += parts[parts.count - 1].utf8.count + separator.utf8.count
    }
    return parts.joined(separator: separator)
  }

  /// JSON values, by the element that is repeated in them.
  static let values: [(name: String, make: @Sendable (Int) -> String)] = [
    ("empty objects", { "[" + repeated("{}", $0, ",") + "]" }),
    ("empty lists", { "[" + repeated("[]", $0, ",") + "]" }),
    ("lists of one", { "[" + repeated("[1]", $0, ",") + "]" }),
    ("wrong items", { "[" + repeated("null,\"\",1.5", $0, ",") + "]" }),
    ("numbers", { "[" + repeated("7", $0, ",") + "]" }),
    ("large exponents", { "[" + repeated("1e6144", $0, ",") + "]" }),
    ("unequal empty values", { "[" + numbered($0) { "[" + emptyValues($0) + "]" } + "]" }),
    ("unknown keys", { "{" + numbered($0) { "\"k\($0)\":1" } + "}" }),
    (
      "duplicate keys",
      { size in
        let keys = numbered(size / 2) { "\"k\($0)\":1" }
        return "{" + keys + "," + keys + "}"
      }
    ),
    (
      "invalid duplicate members",
      { size in
        let count = size / 20
        let keys = (0..<count).map { "\"k\($0)\":1" } + (0..<count).map { "\"k\($0)\":\"x\"" }
        return "{" + keys.joined(separator: ",") + "}"
      }
    ),
    ("a key of marks", { "{\"" + repeated(marks, $0) + "\":1}" }),
    ("a text of marks", { "\"" + repeated(marks, $0) + "\"" }),
    ("a long text", { "\"" + repeated("a", $0) + "\"" }),
    ("escapes", { "\"" + repeated("\\u0041", $0) + "\"" }),
    ("digits", { repeated("7", $0) }),
    ("spaces", { repeated(" ", $0) + "1" }),
    (
      "deep lists",
      { "[" + repeated(String(repeating: "[", count: 40) + String(repeating: "]", count: 40), $0, ",") + "]" }
    ),
    ("texts", { "[" + numbered($0) { "\"t\($0)\"" } + "]" }),
  ]

  /// Lists of null, [] and {} in different orders.
  private static func emptyValues(_ number: Int) -> String {
    var rest = number
    return (0..<7).map { _ in
      defer { rest /= 3 }
      return ["null", "[]", "{}"][rest % 3]
    }.joined(separator: ",")
  }
}

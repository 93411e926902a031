/// An error or warning about a contract: what is wrong, where, and what would be right.
public struct Diagnostic: Sendable {
  public enum Severity: String, Sendable { case error, warning }

  public let severity: Severity
  /// Stays the same when the message's wording changes.
  public let code: Code
  public let position: SourcePosition
  public let message: String
  public let help: String?

  /// The kind of problem. A code is never given a new meaning.
  public enum Code: String, Sendable {
    case syntax = "C001"
    case unreadable = "C002"
    case limit = "C003"
    case wrongType = "C010"
    case missingField = "C011"
    case unknownField = "C012"
    case badValue = "C013"
    case unsupported = "C020"
    case brokenReference = "C030"
    case referenceOutside = "C031"
    case duplicate = "C040"
    case contradiction = "C041"
    case undeclaredFailure = "C050"
    case unused = "C060"
    case badExample = "C061"
    case noEffect = "C062"
    case impliedType = "C063"
    case untyped = "C064"
  }

  /// The text to print: a line in the format that editors parse, the line of the contract, a caret, and the help.
  public func rendered() -> String {
    let text = listing()
    // Text from a contract may contain characters that would move the cursor or hide what follows.
    guard text.unicodeScalars.contains(where: Self.isHidden) else { return text }
    return String(String.UnicodeScalarView(text.unicodeScalars.map { Self.isHidden($0) ? "\u{FFFD}" : $0 }))
  }

  private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.value < 0x80 { return (scalar.value < 0x20 && scalar != "\n" && scalar != "\t") || scalar.value == 0x7F }
    return [.control, .format, .lineSeparator, .paragraphSeparator].contains(scalar.properties.generalCategory)
  }

  /// Replaces line breaks, so that a name with one cannot imitate another diagnostic.
  private static func oneLine(_ text: String) -> String {
    guard text.utf8.contains(UInt8(ascii: "\n")) else { return text }
    return String(String.UnicodeScalarView(text.unicodeScalars.map { $0 == "\n" ? "\u{FFFD}" : $0 }))
  }

  private func listing() -> String {
    let head = Self.oneLine(
      "\(position.file.path):\(position.line):\(position.column): \(severity.rawValue): \(message) [\(code.rawValue)]")
    let help = help.map(Self.oneLine)
    let line = position.file.line(position.line)
    guard !line.isEmpty, line.unicodeScalars.count <= 400 else { return head + (help.map { "\n  help: \($0)" } ?? "") }
    let number = String(position.line)
    let gutter = String(repeating: " ", count: number.utf8.count)
    // Tabs are preserved, so that the caret is below its character for any tab width.
    let lead = String(
      String.UnicodeScalarView(line.unicodeScalars.prefix(max(0, position.column - 1)).map { $0 == "\t" ? "\t" : " " }))
    return "\(head)\n  \(number) | \(line)\n  \(gutter) | \(lead)^" + (help.map { "\n  \(gutter) = help: \($0)" } ?? "")
  }
}

/// How one keyword of a contract was handled: each has exactly one of the four fates.
public struct LedgerEntry: Sendable {
  public enum Fate: String, Sendable, CaseIterable { case enforced, documentation, ignored, refused }

  public let keyword: String
  public let position: SourcePosition
  public var fate: Fate
  /// The section of the specification that allows it to be ignored.
  public let reason: String?
}

/// Collects the diagnostics of a run, so that all are reported at once.
public final class Diagnostics {
  public private(set) var list: [Diagnostic] = []
  /// How each keyword was handled, if the ledger was requested.
  public private(set) var ledger: [LedgerEntry] = []
  private let keepsLedger: Bool

  public init(keepsLedger: Bool = false) { self.keepsLedger = keepsLedger }

  /// Records how a keyword was handled.
  public func note(
    _ keyword: String, _ fate: LedgerEntry.Fate, at position: SourcePosition, because reason: String? = nil
  ) {
    guard keepsLedger else { return }
    ledger.append(LedgerEntry(keyword: keyword, position: position, fate: fate, reason: reason))
  }

  public func error(_ code: Diagnostic.Code, _ message: String, at position: SourcePosition, help: String? = nil) {
    list.append(Diagnostic(severity: .error, code: code, position: position, message: message, help: help))
  }

  public func warning(_ code: Diagnostic.Code, _ message: String, at position: SourcePosition, help: String? = nil) {
    list.append(Diagnostic(severity: .warning, code: code, position: position, message: message, help: help))
  }

  /// The ledger sorted by position, each keyword once; a keyword on a line with an error counts as refused.
  public var settledLedger: [LedgerEntry] {
    let refused = Set(list.filter { $0.severity == .error }.map { "\($0.position.file.path):\($0.position.line)" })
    var last: [String: LedgerEntry] = [:]
    for var entry in ledger {
      if refused.contains("\(entry.position.file.path):\(entry.position.line)") { entry.fate = .refused }
      last["\(entry.position.file.path):\(entry.position.line):\(entry.position.column)"] = entry
    }
    return last.values.sorted {
      ($0.position.file.path, $0.position.line, $0.position.column) < (
        $1.position.file.path, $1.position.line, $1.position.column
      )
    }
  }

  public var hasErrors: Bool { list.contains { $0.severity == .error } }

  /// All diagnostics sorted by file, line and column, without duplicates.
  public var sorted: [Diagnostic] {
    var seen: Set<String> = []
    return list.sorted {
      ($0.position.file.path, $0.position.line, $0.position.column, $0.message)
        < ($1.position.file.path, $1.position.line, $1.position.column, $1.message)
    }.filter {
      seen.insert("\($0.position.file.path):\($0.position.line):\($0.position.column):\($0.message)").inserted
    }
  }
}

/// The candidate that was probably meant by `name`; nil when none is similar.
public func nearest(_ name: String, among candidates: some Sequence<String>) -> String? {
  let limit = max(1, min(3, name.unicodeScalars.count / 3))
  var best: (name: String, distance: Int)?
  for candidate in candidates.sorted() {
    let distance = editDistance(Array(name.unicodeScalars), Array(candidate.unicodeScalars), atMost: limit)
    if let distance, distance < best?.distance ?? .max { best = (candidate, distance) }
  }
  return best?.name
}

/// The number of insertions, deletions, substitutions and swaps of neighbours between two names; nil above `limit`.
private func editDistance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar], atMost limit: Int) -> Int? {
  guard abs(left.count - right.count) <= limit, left.count < 100 else { return nil }
  var rows = [Array(0...right.count)]
  for (row, scalar) in left.enumerated() {
    var next = [row + 1]
    for (column, other) in right.enumerated() {
      var cost = min(next[column] + 1, rows[row][column + 1] + 1, rows[row][column] + (scalar == other ? 0 : 1))
      if row > 0, column > 0, scalar == right[column - 1], left[row - 1] == other {
        cost = min(cost, rows[row - 1][column - 1] + 1)
      }
      next.append(cost)
    }
    rows.append(next)
  }
  let distance = rows[left.count][right.count]
  return distance <= limit ? distance : nil
}

/// A fault of a contract: what, where, and what would be right.
public struct Diagnostic: Sendable {
  public enum Severity: String, Sendable { case error, warning }

  public let severity: Severity
  /// Stays the same when the words change.
  public let code: Code
  public let place: Place
  public let message: String
  public let help: String?

  /// What kind of fault it is. A code is never given a new meaning.
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

  /// One line that editors understand, the line of the contract, a caret, and the help.
  public func rendered() -> String {
    let text = listing()
    // A contract's own text may hold what would move the cursor or hide what follows.
    guard text.unicodeScalars.contains(where: Self.isHidden) else { return text }
    return String(String.UnicodeScalarView(text.unicodeScalars.map { Self.isHidden($0) ? "\u{FFFD}" : $0 }))
  }

  private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.value < 0x80 { return (scalar.value < 0x20 && scalar != "\n" && scalar != "\t") || scalar.value == 0x7F }
    return [.control, .format, .lineSeparator, .paragraphSeparator].contains(scalar.properties.generalCategory)
  }

  /// The text with no line's end in it: a name that has one cannot pass for another diagnostic.
  private static func oneLine(_ text: String) -> String {
    guard text.utf8.contains(UInt8(ascii: "\n")) else { return text }
    return String(String.UnicodeScalarView(text.unicodeScalars.map { $0 == "\n" ? "\u{FFFD}" : $0 }))
  }

  private func listing() -> String {
    let head = Self.oneLine(
      "\(place.file.path):\(place.line):\(place.column): \(severity.rawValue): \(message) [\(code.rawValue)]")
    let help = help.map(Self.oneLine)
    let line = place.file.line(place.line)
    guard !line.isEmpty, line.unicodeScalars.count <= 400 else { return head + (help.map { "\n  help: \($0)" } ?? "") }
    let number = String(place.line)
    let gutter = String(repeating: " ", count: number.utf8.count)
    // A tab stays a tab, so that the caret stands under its character wherever tabs stop.
    let lead = String(
      String.UnicodeScalarView(line.unicodeScalars.prefix(max(0, place.column - 1)).map { $0 == "\t" ? "\t" : " " }))
    return "\(head)\n  \(number) | \(line)\n  \(gutter) | \(lead)^" + (help.map { "\n  \(gutter) = help: \($0)" } ?? "")
  }
}

/// What became of one keyword of a contract. There is no fifth fate.
public struct LedgerEntry: Sendable {
  public enum Fate: String, Sendable, CaseIterable { case enforced, documentation, ignored, refused }

  public let keyword: String
  public let place: Place
  public var fate: Fate
  /// The section of the specification by which it is ignored.
  public let reason: String?
}

/// Collects the faults of a run, so that all are told at once.
public final class Diagnostics {
  public private(set) var list: [Diagnostic] = []
  /// What became of each keyword, when that was asked for.
  public private(set) var ledger: [LedgerEntry] = []
  private let keepsLedger: Bool

  public init(keepsLedger: Bool = false) { self.keepsLedger = keepsLedger }

  /// Notes what became of a keyword.
  public func note(_ keyword: String, _ fate: LedgerEntry.Fate, at place: Place, because reason: String? = nil) {
    guard keepsLedger else { return }
    ledger.append(LedgerEntry(keyword: keyword, place: place, fate: fate, reason: reason))
  }

  public func error(_ code: Diagnostic.Code, _ message: String, at place: Place, help: String? = nil) {
    list.append(Diagnostic(severity: .error, code: code, place: place, message: message, help: help))
  }

  public func warning(_ code: Diagnostic.Code, _ message: String, at place: Place, help: String? = nil) {
    list.append(Diagnostic(severity: .warning, code: code, place: place, message: message, help: help))
  }

  /// The ledger by place, each keyword once; one that an error stands at is refused.
  public var settledLedger: [LedgerEntry] {
    let refused = Set(list.filter { $0.severity == .error }.map { "\($0.place.file.path):\($0.place.line)" })
    var last: [String: LedgerEntry] = [:]
    for var entry in ledger {
      if refused.contains("\(entry.place.file.path):\(entry.place.line)") { entry.fate = .refused }
      last["\(entry.place.file.path):\(entry.place.line):\(entry.place.column)"] = entry
    }
    return last.values.sorted {
      ($0.place.file.path, $0.place.line, $0.place.column) < ($1.place.file.path, $1.place.line, $1.place.column)
    }
  }

  public var hasErrors: Bool { list.contains { $0.severity == .error } }

  /// All faults by file, line and column, one reported twice told once.
  public var sorted: [Diagnostic] {
    var seen: Set<String> = []
    return list.sorted {
      ($0.place.file.path, $0.place.line, $0.place.column, $0.message)
        < ($1.place.file.path, $1.place.line, $1.place.column, $1.message)
    }.filter { seen.insert("\($0.place.file.path):\($0.place.line):\($0.place.column):\($0.message)").inserted }
  }
}

/// The candidate that `name` was probably meant to be; nil when none is near.
public func nearest(_ name: String, among candidates: some Sequence<String>) -> String? {
  let limit = max(1, min(3, name.unicodeScalars.count / 3))
  var best: (name: String, distance: Int)?
  for candidate in candidates.sorted() {
    let distance = editDistance(Array(name.unicodeScalars), Array(candidate.unicodeScalars), atMost: limit)
    if let distance, distance < best?.distance ?? .max { best = (candidate, distance) }
  }
  return best?.name
}

/// Insertions, deletions, substitutions and swaps of neighbours that make one name the other.
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

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

  /// The longest message and help that are printed: a contract's own text in them may have any length.
  private static let messageLimit = 600

  private static func shortened(_ text: String) -> String {
    guard text.utf8.count > messageLimit else { return text }
    return String(String.UnicodeScalarView(text.unicodeScalars.prefix(messageLimit))) + "…"
  }

  private func listing() -> String {
    let head = Self.oneLine(
      "\(position.file.path):\(position.line):\(position.column): \(severity.rawValue): "
        + "\(Self.shortened(message)) [\(code.rawValue)]")
    let help = help.map { Self.oneLine(Self.shortened($0)) }
    guard let excerpt = Excerpt(of: position) else { return head + (help.map { "\n  help: \($0)" } ?? "") }
    let number = String(position.line)
    let gutter = String(repeating: " ", count: number.utf8.count)
    return "\(head)\n  \(number) | \(excerpt.text)\n  \(gutter) | \(excerpt.lead)^"
      + (help.map { "\n  \(gutter) = help: \($0)" } ?? "")
  }
}

extension [Diagnostic] {
  /// The text of all, in their order: `limit` of them at most, errors before warnings, and how many more there are.
  public func rendered(limit: Int = 200) -> String {
    let warningLimit = Swift.max(0, limit - count { $0.severity == .error })
    var (errors, warnings) = (0, 0)
    var lines: [String] = []
    for diagnostic in self {
      let isError = diagnostic.severity == .error
      if isError { errors += 1 } else { warnings += 1 }
      if isError ? errors <= limit : warnings <= warningLimit { lines.append(diagnostic.rendered()) }
    }
    let more = [(errors - limit, "error"), (warnings - warningLimit, "warning")].filter { $0.0 > 0 }
      .map { "\($0.0) more \($0.1)\($0.0 == 1 ? "" : "s")" }
    if !more.isEmpty { lines.append("\(more.joined(separator: " and ")); check --json lists all of them") }
    return lines.joined(separator: "\n")
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
  /// How many names were compared for suggestions.
  private var compared = 0

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

  /// The candidate that was probably meant by `name`, among names of a document; nil when none is similar. A document may
  /// have thousands of faults, each with thousands of candidates: there are suggestions for the first ones only.
  public func nearest(_ name: String, among candidates: some Collection<String>) -> String? {
    guard compared < 200_000 else { return nil }
    compared += candidates.count
    return ContractSource.nearest(name, among: candidates)
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
  let wanted = Array(name.unicodeScalars)
  guard wanted.count < 100 else { return nil }
  let limit = max(1, min(3, wanted.count / 3))
  var best: (name: String, distance: Int)?
  for candidate in candidates where candidate.utf8.count <= 4 * (wanted.count + limit) {
    let distance = editDistance(wanted, Array(candidate.unicodeScalars), atMost: best?.distance ?? limit)
    guard let distance, best.map({ distance < $0.distance || candidate < $0.name }) ?? true else { continue }
    best = (candidate, distance)
  }
  return best?.name
}

/// The number of insertions, deletions, substitutions and swaps of neighbours between two names; nil above `limit`,
/// beyond which nothing is computed.
private func editDistance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar], atMost limit: Int) -> Int? {
  guard abs(left.count - right.count) <= limit else { return nil }
  let far = limit + 1
  var (before, last) = ([Int](), (0...right.count).map { min($0, far) })
  for (row, scalar) in left.enumerated() {
    var next = [Int](repeating: far, count: right.count + 1)
    next[0] = min(row + 1, far)
    for column in max(0, row - limit)..<max(0, row - limit, min(right.count, row + limit + 1)) {
      var cost = min(next[column] + 1, last[column + 1] + 1, last[column] + (scalar == right[column] ? 0 : 1))
      if row > 0, column > 0, scalar == right[column - 1], left[row - 1] == right[column] {
        cost = min(cost, before[column - 1] + 1)
      }
      next[column + 1] = min(cost, far)
    }
    if next.allSatisfy({ $0 > limit }) { return nil }
    (before, last) = (last, next)
  }
  return last[right.count] <= limit ? last[right.count] : nil
}

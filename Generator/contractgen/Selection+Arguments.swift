import ContractModel
import ContractSource

extension Selection {
  /// The selection that `--include` and `--exclude` of a command line make.
  ///
  /// - Throws: ``UsageError`` for one that is not `KIND:NAME`.
  init(_ call: Arguments) throws(UsageError) {
    self.init()
    included = try Self.names(call, "include")
    excluded = try Self.names(call, "exclude")
  }

  private static func names(_ call: Arguments, _ option: String) throws(UsageError) -> [Name] {
    var names: [Name] = []
    for text in call.lists[option] ?? [] {
      let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      let kinds = Kind.allCases.map(\.rawValue)
      guard parts.count == 2 else {
        throw UsageError(
          message: "--\(option) \(text) does not say what it names",
          help: "write " + kinds.map { "\($0):NAME" }.joined(separator: ", "))
      }
      guard let kind = Kind(rawValue: parts[0]) else { throw Arguments.unknown("kind", parts[0], kinds) }
      let file = SourceFile(path: "--\(option)", bytes: Array(text.utf8))
      let column = parts[0].unicodeScalars.count + 2
      names.append(Name(kind, parts[1], at: SourcePosition(file: file, line: 1, column: column)))
    }
    return names
  }
}

/// Why bytes or a text are not of the format they are said to be of, or why a format cannot hold a value.
public struct CodecError: Error, Sendable, CustomStringConvertible {
  /// What is wrong, for a person; whoever sent it may see it.
  public let reason: String
  /// Whether a limit was passed, and nothing else is known to be wrong.
  public let isTooLarge: Bool

  public init(_ reason: String) {
    self.reason = reason
    isTooLarge = false
  }

  init(tooLarge reason: String) {
    self.reason = reason
    isTooLarge = true
  }

  public var description: String { reason }

  /// What a caller is told whose request was at fault: 413 beyond a limit, 400 otherwise.
  public var problem: ProblemDetails { ProblemDetails(isTooLarge ? 413 : 400, reason) }
}

/// Why bytes or a text are not in the expected format, or why a format cannot represent a value.
public struct CodecError: Error, Sendable, CustomStringConvertible {
  /// What is wrong, for people; the sender of the data may see it.
  public let reason: String
  /// Whether a limit was exceeded, and nothing else is known to be wrong.
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

  /// The response to a client whose request was at fault: 413 beyond a limit, 400 otherwise.
  public var problem: ProblemDetails { ProblemDetails(isTooLarge ? 413 : 400, reason) }
}

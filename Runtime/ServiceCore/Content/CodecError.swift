/// Why bytes or a text are not in the expected format, or why a format cannot represent a value.
public struct CodecError: Error, Sendable, CustomStringConvertible {
  /// On the heap: an error is rare, and what may throw one is called for each part of a request.
  private final class Content: Sendable {
    let reason: String
    let isTooLarge: Bool
    let rule: String
    let pointer: String

    init(_ reason: String, isTooLarge: Bool = false, rule: String = "style", pointer: String = "") {
      (self.reason, self.isTooLarge, self.rule, self.pointer) = (reason, isTooLarge, rule, pointer)
    }
  }

  private let content: Content

  /// What is wrong, for people; the sender of the data may see it.
  public var reason: String { content.reason }
  /// Whether a limit was exceeded, and nothing else is known to be wrong.
  public var isTooLarge: Bool { content.isTooLarge }

  public init(_ reason: String) { content = Content(reason) }

  /// - Parameter rule: what a parameter or a member of a form violates with it.
  init(_ reason: String, rule: String) { content = Content(reason, rule: rule) }

  init(tooLarge reason: String) { content = Content(reason, isTooLarge: true, rule: "maxItems") }

  private init(_ content: Content) { self.content = content }

  public var description: String { reason }

  /// The response to a client whose request was at fault: 413 beyond a limit, 400 otherwise.
  public var problem: ProblemDetails { ProblemDetails(isTooLarge ? 413 : 400, reason) }

  /// A name that is given more than once, where it has one value.
  static var repeated: CodecError { CodecError("is given more than once", rule: "uniqueKeys") }

  static var notEncoded: CodecError {
    CodecError("is not percent-encoded UTF-8, or encodes U+0000", rule: "encoding")
  }

  /// The same, where it is below a key.
  func below(_ key: String) -> CodecError {
    var check = Violations()
    check.add(violation(.body, ""))
    check.prefix(since: 0, segment: key)
    let pointer = check.list.first?.name ?? ""
    return CodecError(Content(reason, isTooLarge: isTooLarge, rule: content.rule, pointer: pointer))
  }

  /// What of a parameter, or a member of a form, is violated.
  package func violation(_ location: Violation.Location, _ name: String) -> Violation {
    Violation(location: location, name: name + content.pointer, rule: content.rule, message: reason)
  }
}

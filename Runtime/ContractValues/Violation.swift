/// One violation of a contract by a value.
public struct Violation: Sendable, Equatable {
  /// The part of a request or message that a value is in.
  public enum Location: String, Sendable { case body, path, query, header, cookie }

  public var location: Location
  /// A JSON pointer (RFC 6901) in a body, else the parameter's name.
  public var name: String
  /// The violated keyword of the contract: `minLength`, `required`, `type`.
  public let rule: String
  /// What is wrong and what is valid, for people.
  public let message: String

  public init(location: Location = .body, name: String = "", rule: String, message: String) {
    self.location = location
    self.name = name
    self.rule = rule
    self.message = message
  }
}

/// Collects the violations of one value, up to a limit, so that all of them are reported at once.
///
/// Pointers are built only on failure: a check reports at the empty pointer, and its caller prepends its own key to the
/// new violations (``prefix(since:_:)``).
public struct Violations: Sendable {
  /// The maximum number of violations in one response; further ones are dropped.
  @inlinable public static var limit: Int { 50 }

  public private(set) var list: [Violation] = []
  /// How many were found, including those beyond the limit and those not recorded.
  public internal(set) var failures = 0
  /// Whether violations are only counted, where only the verdict is needed.
  var isQuiet = false
  /// Whether the values were just read from JSON: constraints checked while reading are not checked again.
  public var isChecked = false

  public init() {}

  public init(isChecked: Bool) { self.isChecked = isChecked }

  @inlinable public var isEmpty: Bool { list.isEmpty }
  @inlinable public var count: Int { list.count }
  /// Whether the limit is reached, so that looking for further violations is pointless.
  @inlinable public var isFull: Bool { list.count >= Self.limit }

  public mutating func add(_ rule: String, _ message: @autoclosure () -> String) {
    if isQuiet || isFull { return failures &+= 1 }
    add(Violation(rule: rule, message: message()))
  }

  public mutating func add(_ violation: Violation) {
    failures &+= 1
    guard !isQuiet, !isFull else { return }
    list.append(violation)
  }

  /// Prepends `key` to the pointers of all violations added since there were `mark` of them.
  @inlinable public mutating func prefix(since mark: Int, _ key: StaticString) {
    if count > mark { prefix(since: mark, name: key) }
  }

  @usableFromInline mutating func prefix(since mark: Int, name: StaticString) {
    // An empty key stands for the value itself: a list that is the body, a list in a list.
    if name.utf8CodeUnitCount > 0 { prefix(since: mark, segment: name.description) }
  }

  @inlinable public mutating func prefix(since mark: Int, _ index: Int) {
    if count > mark { prefix(since: mark, position: index) }
  }

  @usableFromInline mutating func prefix(since mark: Int, position: Int) {
    prefix(since: mark, segment: String(position))
  }

  /// Records that a key occurs twice in an object.
  @usableFromInline mutating func duplicate() { add("uniqueKeys", "the key is duplicated") }

  public mutating func prefix(since mark: Int, segment: String) {
    guard count > mark else { return }
    let segment = "/" + Self.escaped(Self.shortened(segment))
    for index in list.indices.dropFirst(mark) {
      list[index].name = segment + Self.shortened(list[index].name)
    }
  }

  /// Truncates to 1,000 bytes: the sender chooses keys and nesting depth, and each level copies the pointer.
  private static func shortened(_ text: String) -> String {
    text.utf8.count > 1_000 ? String(decoding: text.utf8.prefix(1_000), as: UTF8.self) : text
  }

  /// Changes the location and name of violations to those of the parameter that the value was sent in.
  public mutating func locate(since mark: Int, in location: Violation.Location, _ name: String) {
    for index in list.indices.dropFirst(mark) {
      list[index].location = location
      // A pointer below the value itself follows the name: `filter/price`.
      let below = list[index].name.utf8.dropFirst().drop { $0 != UInt8(ascii: "/") }
      list[index].name = name + String(Substring(below))
    }
  }

  /// Whether a violation added since `mark` is at `key` or below it.
  public func holds(_ key: StaticString, since mark: Int) -> Bool {
    let pointer = ("/" + Self.escaped(key.description)).utf8
    return list.dropFirst(mark).contains { violation in
      violation.name.utf8.starts(with: pointer)
        && (violation.name.utf8.count == pointer.count
          || violation.name.utf8.dropFirst(pointer.count).first == UInt8(ascii: "/"))
    }
  }

  /// A name escaped as a segment of a JSON pointer (RFC 6901, section 3).
  package static func escaped(_ segment: String) -> String {
    guard segment.utf8.contains(where: { $0 == UInt8(ascii: "~") || $0 == UInt8(ascii: "/") }) else { return segment }
    var result = ""
    for scalar in segment.unicodeScalars {
      switch scalar {
      case "~": result += "~0"
      case "/": result += "~1"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

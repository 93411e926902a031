/// One way in which a value breaks its contract.
public struct Violation: Sendable, Equatable {
  /// Where a value stands in a request or message.
  public enum Place: String, Sendable { case body, path, query, header, cookie }

  public var place: Place
  /// A JSON pointer (RFC 6901) when `place` is `body`, otherwise the parameter's name.
  public var location: String
  /// The keyword of the contract that is broken: `minLength`, `required`, `type`.
  public let rule: String
  /// What is wrong and what would be right, for a person.
  public let message: String

  public init(place: Place = .body, location: String = "", rule: String, message: String) {
    self.place = place
    self.location = location
    self.rule = rule
    self.message = message
  }
}

/// Collects the violations of one value, up to a limit, so that a caller hears of all of them at once.
///
/// Pointers are built only on failure: a check reports at the empty pointer and whoever called it
/// puts its own key before what was added (``prefix(since:_:)``).
public struct Violations: Sendable {
  /// How many violations one answer carries; further ones are dropped.
  public static let limit = 50

  public private(set) var list: [Violation] = []
  /// How many were found, those beyond the limit and those not recorded included.
  public internal(set) var failures = 0
  /// Whether violations are only counted: where nothing but the verdict is asked.
  var isQuiet = false
  /// Whether the values were read from JSON just now: what is checked while reading is not checked again.
  public var isChecked = false

  public init() {}

  public init(isChecked: Bool) { self.isChecked = isChecked }

  public var isEmpty: Bool { list.isEmpty }
  public var count: Int { list.count }
  /// Whether further violations are dropped: to look for them is work for nothing.
  public var isFull: Bool { list.count >= Self.limit }

  public mutating func add(_ rule: String, _ message: @autoclosure () -> String) {
    if isQuiet || isFull { return failures &+= 1 }
    add(Violation(rule: rule, message: message()))
  }

  public mutating func add(_ violation: Violation) {
    failures &+= 1
    guard !isQuiet, !isFull else { return }
    list.append(violation)
  }

  /// Puts `key` before the pointers of all violations added since the collector held `mark` of them.
  @inlinable public mutating func prefix(since mark: Int, _ key: StaticString) {
    // An empty key is the value itself: a list that is the body, a list in a list.
    if count > mark && key.utf8CodeUnitCount > 0 { prefix(since: mark, segment: key.description) }
  }

  @inlinable public mutating func prefix(since mark: Int, _ index: Int) {
    if count > mark { prefix(since: mark, segment: String(index)) }
  }

  public mutating func prefix(since mark: Int, segment: String) {
    guard count > mark else { return }
    let segment = "/" + Self.escape(Self.shortened(segment))
    for index in list.indices.dropFirst(mark) {
      list[index].location = segment + Self.shortened(list[index].location)
    }
  }

  /// The first 1,000 bytes: a sender chooses keys and how deep they nest, and each level copies the pointer.
  private static func shortened(_ text: String) -> String {
    text.utf8.count > 1_000 ? String(decoding: text.utf8.prefix(1_000), as: UTF8.self) : text
  }

  /// Moves violations of a value that was given as a parameter to that parameter.
  public mutating func place(since mark: Int, in place: Violation.Place, _ name: String) {
    for index in list.indices.dropFirst(mark) {
      list[index].place = place
      // What stands below the value itself is told behind its name: `filter/price`.
      let below = list[index].location.utf8.dropFirst().drop { $0 != UInt8(ascii: "/") }
      list[index].location = name + String(Substring(below))
    }
  }

  /// Whether a violation added since `mark` stands at `key` or below it.
  public func holds(_ key: StaticString, since mark: Int) -> Bool {
    let pointer = ("/" + Self.escape(key.description)).utf8
    return list.dropFirst(mark).contains { violation in
      violation.location.utf8.starts(with: pointer)
        && (violation.location.utf8.count == pointer.count
          || violation.location.utf8.dropFirst(pointer.count).first == UInt8(ascii: "/"))
    }
  }

  private static func escape(_ segment: String) -> String {
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

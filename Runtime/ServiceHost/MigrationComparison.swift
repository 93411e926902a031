import ServiceCore

/// A difference between two responses to one request, in words that have no value of either.
package struct MigrationDifference: Sendable, Equatable {
  package enum Aspect: String, Sendable {
    case status, body
    case mediaType = "media type"
  }

  package let what: Aspect
  /// A JSON pointer into the body; names that may be data in it are `*`.
  package var pointer = ""
  /// The status, the media type, or the kind of a JSON value; `missing` where there is none, and `differs` for two
  /// values of one kind.
  package let old: String
  package let new: String
}

/// Compares two responses to one request.
package struct MigrationComparison {
  private let ignored: [PointerPattern]
  private var found: [MigrationDifference] = []

  /// The most differences that one comparison reports.
  private static let limit = 10
  /// The most members of an object whose names are shown.
  private static let largestRecord = 32

  /// The differences in the status, or else in the media type, or else in the body.
  ///
  /// - Parameter ignored: what of JSON bodies is not compared.
  package static func differences(
    old: ComparedResponse, new: ComparedResponse, ignoring ignored: [PointerPattern]
  ) -> [MigrationDifference] {
    guard old.status == new.status else {
      return [MigrationDifference(what: .status, old: String(old.status), new: String(new.status))]
    }
    let (oldBody, newBody) = (old.body, new.body)
    // An empty body has no type that matters.
    guard old.mediaType.utf8.elementsEqual(new.mediaType.utf8) || oldBody == [] && newBody == [] else {
      return [MigrationDifference(what: .mediaType, old: shown(old.mediaType), new: shown(new.mediaType))]
    }
    guard oldBody != newBody else { return [] }
    guard let oldValue = old.json(oldBody), let newValue = new.json(newBody) else { return [differs("")] }
    var comparison = MigrationComparison(ignored: ignored)
    comparison.compare(oldValue, newValue, at: [])
    return comparison.found
  }

  private static func differs(_ pointer: String) -> MigrationDifference {
    MigrationDifference(what: .body, pointer: pointer, old: "differs", new: "differs")
  }

  private init(ignored: [PointerPattern]) { self.ignored = ignored }

  // MARK: JSON

  private mutating func compare(_ old: JSONValue?, _ new: JSONValue?, at steps: [PointerPattern.Step]) {
    guard found.count < Self.limit, !ignored.contains(where: { $0.matches(steps) }) else { return }
    switch (old, new) {
    case (.object(let old)?, .object(let new)?):
      // Names of a large object are rather data, such as those of users.
      let areNames = max(old.keys.count, new.keys.count) <= Self.largestRecord
      func step(_ name: String) -> [PointerPattern.Step] { steps + [.member(name, isShown: areNames)] }
      for member in old { compare(member.value, new[member.key], at: step(member.key)) }
      for member in new where old[member.key] == nil { compare(nil, member.value, at: step(member.key)) }
    case (.array(let old)?, .array(let new)?):
      for index in 0..<max(old.count, new.count) {
        compare(
          index < old.count ? old[index] : nil, index < new.count ? new[index] : nil, at: steps + [.item(index)])
      }
    default: if old != new { add(old, new, at: steps) }
    }
  }

  private mutating func add(_ old: JSONValue?, _ new: JSONValue?, at steps: [PointerPattern.Step]) {
    let pointer = steps.map { "/" + Self.shown($0) }.joined()
    let (oldKind, newKind) = (Self.kind(old), Self.kind(new))
    found.append(
      oldKind == newKind
        ? Self.differs(pointer) : MigrationDifference(what: .body, pointer: pointer, old: oldKind, new: newKind))
  }

  private static func kind(_ value: JSONValue?) -> String {
    switch value {
    case nil: "missing"
    case .null?: "null"
    case .boolean?: "boolean"
    case .number?: "number"
    case .string?: "string"
    case .array?: "array"
    case .object?: "object"
    }
  }

  // MARK: words

  private static func shown(_ step: PointerPattern.Step) -> String {
    switch step {
    case .item(let index): String(index)
    case .member(let name, let isShown): isShown && isWord(name) ? name : "*"
    }
  }

  /// Whether the name of a member is a word, as those of contracts are, and not a key such as an address or a number:
  /// letters, `_`, `-` and `$`, at most 40, and up to two digits.
  private static func isWord(_ name: String) -> Bool {
    name.utf8.count <= 40 && !name.isEmpty
      && name.utf8.allSatisfy {
        PercentCoding.isUnreserved($0) && $0 != UInt8(ascii: ".") && $0 != UInt8(ascii: "~") || $0 == UInt8(ascii: "$")
      } && name.utf8.count { (48...57).contains($0) } <= 2
  }

  private static func shown(_ mediaType: String) -> String {
    if mediaType.isEmpty { return "missing" }
    return mediaType.utf8.count <= 80 ? mediaType : "a long one"
  }
}

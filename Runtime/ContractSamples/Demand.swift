import ContractValues

/// Something that a value must be.
indirect enum Requirement: Sendable {
  /// The schema resources entered so far, outermost first, which `$dynamicRef` depends on; empty without any.
  typealias Scope = [Int]

  case schema(Int, Scope)
  case fails(Int, Scope)
  /// One keyword of a schema is violated, or one of its parts.
  case broken(Int, Keyword, part: Int, Scope)
  case values([JSONValue])
  case present(String)
  case absent(String)
  case member(String, [Requirement])
  case item(Int, [Requirement])
  /// A text.
  case text
}

extension Requirement {
  /// A number that is the same for the same requirement of one schema.
  var key: Int {
    switch self {
    case .schema(let index, _): 4 * index
    case .fails(let index, _): 4 * index + 1
    case .broken(let index, _, let part, _): 4 * (index &+ part << 32) + 2
    default: 3
    }
  }
}

/// All that one value must be at once, collected from the schemas that apply to it, and what is still to be chosen.
struct Demand {
  struct Bound {
    var value: ExactDecimal
    var isOpen: Bool
  }

  /// One schema's keywords for the items of an array.
  struct ItemRule {
    let prefix: [Int]
    let rest: Int?
    let scope: Requirement.Scope
  }

  struct ContainsRule {
    let schema: Int
    let scope: Requirement.Scope
    let least: Int
    let most: Int?
  }

  /// One schema's keywords for the members of an object.
  struct MemberRule {
    let properties: JSONObject<Int>
    let patterns: [(pattern: Pattern, schema: Int)]
    let additional: Int?
    let scope: Requirement.Scope

    /// The schemas that apply to a member of a name.
    func schemas(for name: String) -> [Int] {
      let listed = [properties[name]].compactMap { $0 } + patterns.filter { $0.pattern.matches(name) }.map(\.schema)
      return listed.isEmpty ? [additional].compactMap { $0 } : listed
    }
  }

  struct Choice {
    let alternatives: [[Requirement]]
    /// Whether the alternatives are ways to violate a schema.
    let isNegation: Bool
  }

  struct Visit: Hashable {
    let schema: Int
    let scope: Requirement.Scope
    let isNegated: Bool
  }

  /// With `integer` wherever `number` is; `number` alone stands for numbers with a fraction.
  var types = JSONTypes.all
  /// Types that the schemas have keywords for.
  var hinted: JSONTypes = []
  var values: [JSONValue]?
  var excluded: [JSONValue] = []
  /// Defaults and examples, which are values to begin with.
  var suggested: [JSONValue] = []

  var lower: Bound?
  var upper: Bound?
  var steps: [ExactDecimal] = []
  var brokenSteps: [ExactDecimal] = []
  var numberFormats: [NumberFormat] = []
  var brokenNumberFormats: [NumberFormat] = []

  var minLength = 0
  var maxLength = Int.max
  var patterns: [Pattern] = []
  var brokenPatterns: [Pattern] = []
  var formats: [Format] = []
  var brokenFormats: [Format] = []
  var encodings: [String] = []
  var brokenEncodings: [String] = []

  var minItems = 0
  var maxItems = Int.max
  var isUnique = false
  var hasDuplicate = false
  var itemRules: [ItemRule] = []
  var items: [(index: Int, requirements: [Requirement])] = []
  var contains: [ContainsRule] = []
  var unevaluatedItems: [Requirement] = []

  var required = JSONObject<Bool>()
  var absent = JSONObject<Bool>()
  /// Whether a property is required and must be absent.
  var isContradictory = false
  var memberRules: [MemberRule] = []
  var members: [(name: String, requirements: [Requirement])] = []
  var nameRules: [Requirement] = []
  /// A name that may violate `propertyNames`, since it is to.
  var wrongName: String?
  var minProperties = 0
  var maxProperties = Int.max
  var dependencies: [(name: String, needed: String)] = []
  var unevaluatedProperties: [Requirement] = []

  var choices: [Choice] = []
  /// Selects the alternatives where edges are enumerated: each choice takes its share, a digit of mixed radix.
  var cursor = 0
  var radix = 1
  /// Whether a value that is built may still break a requirement, so that it has to be validated.
  var isUncertain = false
  var seen: Set<Visit> = []

  mutating func limit(_ wanted: JSONTypes) { types.formIntersection(wanted.expanded) }

  mutating func exclude(_ unwanted: JSONTypes) {
    types.subtract(unwanted.contains(.number) ? [.number, .integer] : unwanted)
  }

  mutating func admitOnly(_ wanted: [JSONValue]) {
    let known = Set(wanted)
    values = (values.map { $0.filter(known.contains) } ?? wanted).filter { admitsType(of: $0) }
  }

  mutating func require(_ name: String) {
    required[name] = true
    if absent[name] != nil { isContradictory = true }
  }

  mutating func forbid(_ name: String) {
    absent[name] = true
    if required[name] != nil { isContradictory = true }
  }

  /// About how much is copied where alternatives are tried.
  var size: Int { memberRules.count + itemRules.count + required.count + absent.count + seen.count + choices.count }

  mutating func raise(_ value: ExactDecimal, isOpen: Bool) {
    if let lower, lower.value > value || lower.value == value && (lower.isOpen || !isOpen) { return }
    lower = Bound(value: value, isOpen: isOpen)
  }

  mutating func lessen(_ value: ExactDecimal, isOpen: Bool) {
    if let upper, upper.value < value || upper.value == value && (upper.isOpen || !isOpen) { return }
    upper = Bound(value: value, isOpen: isOpen)
  }

  /// Removes the types that no value can have; false where none is left.
  mutating func isPossible() -> Bool {
    if let lower, let upper,
      lower.value > upper.value || lower.value == upper.value && (lower.isOpen || upper.isOpen)
    {
      types.subtract([.integer, .number])
    }
    if minLength > maxLength { types.remove(.string) }
    if minItems > maxItems || isUnique && hasDuplicate { types.remove(.array) }
    if minProperties > maxProperties || required.count > maxProperties || isContradictory { types.remove(.object) }
    if let values, values.count <= 64, !values.contains(where: { admitsType(of: $0) && !excluded.contains($0) }) {
      return false
    }
    return !types.isEmpty
  }

  func admitsType(of value: JSONValue) -> Bool {
    guard case .number(let number) = value else { return !types.isDisjoint(with: value.types) }
    return types.contains(number.scale == 0 ? .integer : .number)
  }

  /// Whether a number satisfies all that is known of numbers.
  func fits(_ number: ExactDecimal) -> Bool {
    if !types.contains(number.scale == 0 ? .integer : .number) { return false }
    if let lower, number < lower.value || lower.isOpen && number == lower.value { return false }
    if let upper, number > upper.value || upper.isOpen && number == upper.value { return false }
    return steps.allSatisfy(number.isMultiple) && !brokenSteps.contains(where: number.isMultiple)
      && numberFormats.allSatisfy { $0.holds(number) } && !brokenNumberFormats.contains { $0.holds(number) }
      && !excluded.contains(.number(number))
  }

  /// Whether a text satisfies all that is known of texts.
  func fits(_ text: String) -> Bool {
    let length = text.unicodeScalars.count
    guard length >= minLength, length <= maxLength else { return false }
    return patterns.allSatisfy { $0.matches(text) } && !brokenPatterns.contains { $0.matches(text) }
      && formats.allSatisfy { $0.matches(text) } && !brokenFormats.contains { $0.matches(text) }
      && encodings.allSatisfy { Self.isEncoded(text, $0) } && !brokenEncodings.contains { Self.isEncoded(text, $0) }
      && !excluded.contains(.string(text))
  }

  private static func isEncoded(_ text: String, _ encoding: String) -> Bool {
    Base64(text, isURLSafe: encoding == "base64url") != nil
  }
}

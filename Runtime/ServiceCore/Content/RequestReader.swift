/// Reads a request's parameters and body by the contract, collecting every violation.
public struct RequestReader: Sendable {
  public internal(set) var request: HTTPRequest
  public var violations = Violations(isChecked: true)
  private let descriptor: OperationDescriptor
  private let pathValues: [String]
  /// The raw query, split once for all parameters that have a style. It excludes credentials, which a parameter that
  /// accepts any name would otherwise include.
  let pairs: Result<[RawPair], CodecError>
  private var query: [(raw: Substring, name: String, value: String)] = []
  /// The pairs of the query that cannot be decoded; the name where it can.
  private var broken: [(raw: Substring, name: String?)] = []

  public init(_ routed: RoutedRequest, _ descriptor: OperationDescriptor) {
    request = routed.request
    pathValues = routed.pathValues
    self.descriptor = descriptor
    let text = request.query
    let all = Result { () throws(CodecError) in
      try text.map { text throws(CodecError) in try FormEncoding.pairs(text) } ?? []
    }
    pairs = descriptor.policy.security.isEmpty ? all : all.map { $0.filter { !descriptor.takesKey($0) } }
    do throws(CodecError) {
      for pair in try all.get() {
        let name = PercentCoding.decode(pair.name, plusIsSpace: true)
        guard let name, let value = PercentCoding.decode(pair.value, plusIsSpace: true) else {
          broken.append((pair.name, name))
          continue
        }
        query.append((pair.name, name, value))
      }
    } catch {
      violations.add(error.violation(.query, ""))
    }
  }

  /// A parameter of the path.
  public mutating func path<Value: ParameterValue>(_ name: StaticString, _ type: Value.Type) -> Value? {
    let index = descriptor.pathParameters.firstIndex { name ~= ByteKey($0) }
    guard let index, index < pathValues.count else { return nil }
    return parse(pathValues[index], .path, name, type)
  }

  /// A query parameter; nil when it is absent, or invalid, which is recorded.
  ///
  /// - Parameter allowsEmpty: whether a name without a value counts as absent (`allowEmptyValue`).
  public mutating func query<Value: ParameterValue>(
    _ name: StaticString, _ type: Value.Type, allowsEmpty: Bool = false
  ) -> Value? {
    var found: String?
    for (_, other, value) in query where name ~= ByteKey(other) {
      if found != nil {
        violations.add(.repeated(.query, name.description))
        return nil
      }
      found = value
    }
    guard let found, !allowsEmpty || !found.isEmpty else { return nil }
    return parse(found, .query, name, type)
  }

  /// Records that a required parameter is missing, unless another violation of it is recorded.
  public mutating func require<Value>(_ value: Value?, query name: StaticString) {
    let name = name.description
    guard value == nil,
      !violations.list.contains(where: { $0.location == .query && $0.name.utf8.elementsEqual(name.utf8) })
    else {
      return
    }
    violations.add(Violation(location: .query, name: name, rule: "required", message: "is required"))
  }

  /// The raw text of a path parameter: a segment, or a part of one.
  func rawSegment(of name: String) -> Substring { descriptor.rawValue(of: name, in: request.path) ?? "" }

  /// Records every query parameter that cannot be decoded, or that the contract does not declare. Parameters that carry
  /// credentials are declared.
  public mutating func closeQuery(_ known: String..., besides styled: [StyledParameter] = []) {
    // What is wrong with a styled parameter was recorded as it was read.
    for (raw, name) in broken where !styled.contains(where: { $0.takes(raw) }) {
      violations.add(CodecError.notEncoded.violation(.query, name ?? ""))
    }
    for (raw, name, _) in query where !known.contains(where: { $0.utf8.elementsEqual(name.utf8) }) {
      if styled.contains(where: { $0.takes(raw) }) || descriptor.takesKey((raw, "")) { continue }
      let names = known + styled.map(\.codec.name)
      let help = names.isEmpty ? "this operation has none" : "valid names: \(names.joined(separator: ", "))"
      violations.add(
        Violation(location: .query, name: name, rule: "unknown", message: "no such parameter; \(help)"))
    }
  }

  /// The `Idempotency-Key` header: 1 to 255 visible characters.
  public mutating func idempotencyKey() -> String? {
    let keys = request.headers.values("idempotency-key")
    guard let key = keys.first else {
      if descriptor.policy.idempotencyKey == .required {
        violations.add(Violation(location: .header, name: "Idempotency-Key", rule: "required", message: "is required"))
      }
      return nil
    }
    guard keys.count == 1 else {
      violations.add(.repeated(.header, "Idempotency-Key"))
      return nil
    }
    guard (1...255).contains(key.utf8.count), key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      violations.add(
        Violation(
          location: .header, name: "Idempotency-Key", rule: "pattern", message: "must be 1 to 255 visible characters"))
      return nil
    }
    return key
  }

  /// The body as a value of the contract, validated against a schema first where no type can express it.
  public mutating func body<Value: JSONCodable>(
    _ type: Value.Type, as wanted: StaticString = "application/json", _ program: SchemaProgram? = nil,
    _ schema: Int = 0
  ) throws(RequestFault) -> Value? {
    if !hasContentType(wanted) { _ = try expected([wanted.description]) }
    return violations.read(type, request.body, program, schema)
  }

  /// Whether the content type is written exactly like the contract's, as most are; it needs no parsing then.
  private func hasContentType(_ wanted: StaticString) -> Bool {
    var isSame = false
    var count = 0
    for (name, value) in request.headers.list where "content-type" ~= ByteKey(name) {
      isSame = wanted ~= ByteKey(value)
      count += 1
    }
    return isSame && count == 1
  }

  private mutating func parse<Value: ParameterValue>(
    _ text: String, _ location: Violation.Location, _ name: StaticString, _ type: Value.Type
  ) -> Value? {
    if !text.utf8.contains(0), let value = Value(parameter: text) { return value }
    violations.add(.unreadable(text, as: type, location, name.description))
    return nil
  }
}

extension Violation {
  /// A value that is given more than once.
  static func repeated(_ location: Location, _ name: String) -> Violation {
    Violation(location: location, name: name, rule: "uniqueKeys", message: "is given more than once")
  }

  /// A text that is no value of a type.
  static func unreadable<Value: ParameterValue>(
    _ text: String, as type: Value.Type, _ location: Location = .body, _ name: String = "", _ what: String = ""
  ) -> Violation {
    let rule = text.utf8.contains(0) ? "type" : Value.rule(against: text)
    return Violation(location: location, name: name, rule: rule, message: what + "expected \(Value.parameterKind)")
  }
}

/// A value that a parameter can carry as text.
public protocol ParameterValue {
  init?(parameter text: String)
  var parameter: String { get }
  /// What is expected, for messages: `an integer`.
  static var parameterKind: String { get }
  /// The keyword that a text violates which is no such value: the same as in a body.
  static func rule(against text: String) -> String
}

extension ParameterValue {
  public static func rule(against text: String) -> String { "type" }
}

extension String: ParameterValue {
  public init?(parameter text: String) { self = text }
  public var parameter: String { self }
  public static var parameterKind: String { "text" }
}

extension Int: ParameterValue {
  public init?(parameter text: String) {
    // Int(_:) accepts a plus sign, which JSON numbers do not have.
    guard text.utf8.first != UInt8(ascii: "+"), let value = Int(text) else { return nil }
    self = value
  }
  public var parameter: String { String(self) }
  public static var parameterKind: String { "an integer of at most 64 bits" }
}

extension Double: ParameterValue {
  public init?(parameter text: String) {
    guard ExactDecimal(text) != nil, let value = Double(text), value.isFinite else { return nil }
    self = value
  }
  public var parameter: String { "\(self)" }
  public static var parameterKind: String { "a number" }
}

extension Bool: ParameterValue {
  public init?(parameter text: String) {
    switch ByteKey(text) {
    case "true": self = true
    case "false": self = false
    default: return nil
    }
  }
  public var parameter: String { self ? "true" : "false" }
  public static var parameterKind: String { "true or false" }
}

extension Uuid: ParameterValue {
  public init?(parameter text: String) { self.init(text) }
  public var parameter: String { description }
  public static var parameterKind: String { "a UUID such as 0190f3d2-7c5e-7a3b-9c1d-2e4f6a8b0c1d" }
  public static func rule(against text: String) -> String { "format" }
}

extension Timestamp: ParameterValue {
  public init?(parameter text: String) { self.init(text) }
  public var parameter: String { description }
  public static var parameterKind: String { "an RFC 3339 date-time such as 2026-01-31T12:00:00Z" }
  public static func rule(against text: String) -> String { "format" }
}

extension ExactDecimal: ParameterValue {
  public init?(parameter text: String) { self.init(text) }
  public var parameter: String { description }
  public static var parameterKind: String { "a number" }
}

/// The violation of a value that is none of those a contract lists.
public protocol ListedValue {
  /// The keyword that lists the values: `enum`, `const`, or the choice of which they are branches.
  static var brokenRule: String { get }
  /// The keyword that a value of another type violates.
  static var brokenTypeRule: String { get }
}

extension ListedValue {
  public static var brokenRule: String { "enum" }
  public static var brokenTypeRule: String { "type" }
}

extension ListedValue where Self: ParameterValue {
  /// Whether the next value is of this kind; one of another kind is recorded and skipped.
  static func comes(_ kind: JSONReader.Kind, _ json: inout JSONReader) throws(JSONSyntaxError) -> Bool {
    if try json.kind() == kind { return true }
    let _: Self? = try json.refuse(brokenTypeRule, parameterKind)
    return false
  }
}

/// A text from the contract's list of values, compared byte for byte, not by canonical equivalence.
public protocol StringEnum: JSONCodable, ListedValue, ParameterValue, CaseIterable, Hashable, RawRepresentable
where RawValue == String {}

extension StringEnum {
  public init?(rawValue text: String) {
    guard let match = Self.allCases.first(where: { $0.rawValue.utf8.elementsEqual(text.utf8) }) else { return nil }
    self = match
  }

  public init?(parameter text: String) { self.init(rawValue: text) }

  public var parameter: String { rawValue }
  public static var parameterKind: String { "one of " + allCases.map(\.rawValue).joined(separator: ", ") }
  public static func rule(against text: String) -> String { brokenRule }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Self? {
    guard try comes(.string, &json) else { return nil }
    return try json.decodeText(brokenRule, parameterKind) { Self(parameter: $0) }
  }

  public func encode(_ json: inout JSONWriter) { json.string(rawValue) }
}

/// A whole number from the contract's list of values.
public protocol IntegerEnum: JSONCodable, ListedValue, ParameterValue, CaseIterable, Hashable, RawRepresentable
where RawValue == Int {}

extension IntegerEnum {
  public init?(parameter text: String) {
    guard let value = Int(parameter: text), let match = Self(rawValue: value) else { return nil }
    self = match
  }

  public var parameter: String { String(rawValue) }
  public static var parameterKind: String { "one of " + allCases.map { String($0.rawValue) }.joined(separator: ", ") }
  public static func rule(against text: String) -> String { Int(parameter: text) == nil ? brokenTypeRule : brokenRule }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Self? {
    guard try comes(.number, &json), let value = try Int.decode(&json) else { return nil }
    guard let match = Self(rawValue: value) else {
      json.violations.add(brokenRule, "expected \(parameterKind)")
      return nil
    }
    return match
  }

  public func encode(_ json: inout JSONWriter) { rawValue.encode(&json) }
}

/// A text of which the contract lists some values: unlisted values, which may be added later, are accepted unchanged.
public protocol OpenStringEnum: JSONCodable, ListedValue, ParameterValue, Hashable {
  /// The values that the contract lists.
  static var known: [(value: String, item: Self)] { get }
  static func other(_ value: String) -> Self
  var rawValue: String { get }
}

extension OpenStringEnum {
  /// The item for a value, listed or not.
  public init(rawValue: String) {
    self = Self.known.first { $0.value.utf8.elementsEqual(rawValue.utf8) }?.item ?? .other(rawValue)
  }

  public init?(parameter text: String) { self.init(rawValue: text) }
  public var parameter: String { rawValue }
  public static var parameterKind: String { "text" }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Self? {
    guard try comes(.string, &json) else { return nil }
    return try String.decode(&json).map { Self(rawValue: $0) }
  }

  public func encode(_ json: inout JSONWriter) { json.string(rawValue) }
}

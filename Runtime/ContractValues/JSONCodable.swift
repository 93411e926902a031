/// A value described by a contract: it can be read from JSON, written as JSON, and validated.
public protocol JSONCodable: Sendable {
  /// Reads one value. A value of the wrong type is recorded in `json.violations`, and nil is returned.
  static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Self?
  func encode(_ json: inout JSONWriter)
  /// Adds the violations of the contract's constraints, at pointers relative to this value.
  func validate(_ check: inout Violations)
}

extension JSONCodable {
  public func validate(_ check: inout Violations) {}

  /// This value as JSON text.
  public var json: [UInt8] {
    var writer = JSONWriter()
    encode(&writer)
    return writer.bytes
  }

  /// The value of a JSON text; nil for one that is not JSON, or does not fit the type. Constraints of a contract do not
  /// count.
  package static func read(_ json: [UInt8]) -> Self? {
    var reader = JSONReader(json)
    guard let value = try? decode(&reader), (try? reader.finish()) != nil, reader.violations.isEmpty else { return nil }
    return value
  }
}

extension JSONReader {
  /// Reads the value of the key that was just read; that it was read before is recorded.
  @inlinable public mutating func field<Value: JSONCodable>(
    _ key: StaticString, _ value: inout Value?
  ) throws(JSONSyntaxError) {
    let mark = violations.count
    if value != nil { violations.duplicate() }
    value = try Value.decode(&self)
    violations.prefix(since: mark, key)
  }

  /// Reads the value of the key that was just read, after validating it against a schema.
  public mutating func field<Value: JSONCodable>(
    _ key: StaticString, _ value: inout Value?, _ program: SchemaProgram, _ schema: Int
  ) throws(JSONSyntaxError) {
    let mark = violations.count
    if value != nil { violations.duplicate() }
    value = try satisfies(program, schema) ? Value.decode(&self) : nil
    violations.prefix(since: mark, key)
  }

  /// Records that a value matches none of the alternatives, and skips it.
  public mutating func refuse<Value>(
    _ rule: String, _ known: String, property: StaticString = ""
  ) throws(JSONSyntaxError) -> Value? {
    let mark = violations.count
    switch rule {
    case "discriminator":
      guard try kind() == .object else {
        try mismatch("an object")
        return nil
      }
      violations.add(rule, "must be one of \(known)")
      violations.prefix(since: mark, property)
    case "type": violations.add(rule, "expected \(known)")
    default: violations.add(rule, "fits none of the alternatives: \(known)")
    }
    try skip()
    return nil
  }

  /// Records a key that the contract does not define, and skips its value.
  public mutating func unknownField(_ key: JSONKey, known: String, rule: String) throws(JSONSyntaxError) {
    if !violations.isFull {
      let mark = violations.count
      violations.add(rule, "no such property here; valid properties: \(known)")
      violations.prefix(since: mark, segment: key.description)
    }
    try skip()
  }

  /// Records that a required key is missing, unless its value was recorded as invalid.
  @inlinable public mutating func require<Value>(_ value: Value?, _ key: StaticString, since mark: Int) {
    if value == nil { miss(key, since: mark) }
  }

  @usableFromInline mutating func miss(_ key: StaticString, since mark: Int) {
    if !violations.isFull, !violations.holds(key, since: mark) { violations.fail(key, "required", "is required") }
  }
}

extension JSONWriter {
  @inlinable public mutating func field<Value: JSONCodable>(_ key: StaticString, _ value: Value) {
    self.key(key)
    value.encode(&self)
  }

  @inlinable public mutating func field<Value: JSONCodable>(_ key: StaticString, _ value: Value?) {
    if let value { field(key, value) }
  }
}

extension String: JSONCodable {
  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> String? {
    if let text = json.scanPlainString() { return text }
    guard try json.kind() == .string else {
      try json.mismatch("a string")
      return nil
    }
    // Only an escape can produce it: unescaped, it is an invalid control character.
    let start = json.position
    let text = try json.scanString()
    guard json.position - start == text.utf8.count + 2 || !text.utf8.contains(0) else {
      json.violations.add("type", "U+0000 is not allowed in text")
      return nil
    }
    return text
  }

  public func encode(_ json: inout JSONWriter) { json.string(self) }
}

extension Bool: JSONCodable {
  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Bool? {
    guard try json.kind() == .boolean else {
      try json.mismatch("true or false")
      return nil
    }
    return try json.scanBoolean()
  }

  public func encode(_ json: inout JSONWriter) { json.word(self ? "true" : "false") }
}

extension Int: JSONCodable {
  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Int? {
    if let number = json.scanShortInteger() { return number }
    guard try json.kind() == .number else {
      try json.mismatch("an integer")
      return nil
    }
    let text = try json.scanNumber()
    if let value = Int(ascii: text) { return value }
    guard let decimal = ExactDecimal(ascii: text), let value = decimal.integer else {
      json.violations.add("type", "expected an integer of at most 64 bits, found another number")
      return nil
    }
    return value
  }

  /// Parses decimal digits with an optional minus; nil for anything else and beyond 64 bits.
  init?(ascii text: ArraySlice<UInt8>) {
    let isNegative = text.first == UInt8(ascii: "-")
    var value = 0
    for byte in isNegative ? text.dropFirst() : text {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
      let (shifted, overflow) = value.multipliedReportingOverflow(by: 10)
      let digit = Int(byte - UInt8(ascii: "0"))
      let (sum, carry) =
        isNegative ? shifted.subtractingReportingOverflow(digit) : shifted.addingReportingOverflow(digit)
      guard !overflow, !carry else { return nil }
      value = sum
    }
    self = value
  }

  public func encode(_ json: inout JSONWriter) { json.integer(self) }
}

extension UInt: JSONCodable {
  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> UInt? {
    let start = json.position
    if let number = json.scanShortInteger(), number >= 0 { return UInt(number) }
    json.position = start
    guard try json.kind() == .number else {
      try json.mismatch("a non-negative integer")
      return nil
    }
    let number = ExactDecimal(ascii: try json.scanNumber())
    guard let value = number?.unsigned else {
      let isWhole = number.map { $0.scale == 0 } ?? false
      json.violations.add(
        isWhole ? "format" : "type", "expected a non-negative integer of at most 64 bits, found another number")
      return nil
    }
    return value
  }

  public func encode(_ json: inout JSONWriter) { json.raw(String(self).utf8) }
}

extension Double: JSONCodable {
  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Double? {
    let start = json.position
    if let value = json.scanShortNumber()?.double { return value }
    json.position = start
    guard try json.kind() == .number else {
      try json.mismatch("a number")
      return nil
    }
    let text = try json.scanNumber()
    guard let value = Double(String(decoding: text, as: UTF8.self)), value.isFinite else {
      json.violations.add("type", "the number does not fit 64 bits of floating point")
      return nil
    }
    return text.count > 17 || value.isZero ? value.rounded(towards: text) : value
  }

  /// The value, or its neighbour towards the decimal text that it was rounded from, so that a text above or below a
  /// bound stays on that side of it.
  private func rounded(towards text: ArraySlice<UInt8>) -> Double {
    guard let exact = ExactDecimal(ascii: text), let shortest = ExactDecimal("\(self)"), exact != shortest else {
      return self
    }
    let own = whole ?? shortest
    return exact == own ? self : own < exact ? nextUp : nextDown
  }

  /// All digits of a whole number: the shortest text has only those that tell it from other doubles.
  private var whole: ExactDecimal? {
    magnitude < 0x1p127 && self == rounded() ? ExactDecimal(String(Int128(self))) : nil
  }

  public func encode(_ json: inout JSONWriter) { json.raw((isFinite ? "\(self)" : "null").utf8) }
}

extension Array: JSONCodable where Element: JSONCodable {
  @inlinable public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> [Element]? {
    try decode(&json, min: 0, max: .max) { _, _ in }
  }

  @inlinable public func encode(_ json: inout JSONWriter) {
    json.beginArray()
    let start = json.bytes.count
    for index in indices {
      self[index].encode(&json)
      if index == 0 { json.reserve(items: count - 1, since: start) }
    }
    json.endArray()
  }

  @inlinable public func validate(_ check: inout Violations) {
    for index in indices where !check.isFull {
      let mark = check.count
      self[index].validate(&check)
      check.prefix(since: mark, index)
    }
  }
}

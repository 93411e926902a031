/// The constraints of JSON Schema that generated `validate` functions call. A pointer is built only on failure.
extension Violations {
  /// `minLength` and `maxLength`, counted in Unicode scalars (JSON Schema validation, section 6.3).
  @inlinable public mutating func length(_ key: StaticString, _ text: String?, min: Int = 0, max: Int = .max) {
    guard let text else { return }
    // A scalar has one to four bytes: most texts are decided by their byte count alone.
    let bytes = text.utf8.count
    if bytes <= max && bytes / 4 >= min { return }
    let count = text.unicodeScalars.count
    if count < min || count > max { tooLongOrShort(key, count, min: min, max: max) }
  }

  @usableFromInline mutating func tooLongOrShort(_ key: StaticString, _ count: Int, min: Int, max: Int) {
    if count < min {
      fail(key, "minLength", "has \(count) characters, at least \(min) are needed")
    } else {
      fail(key, "maxLength", "has \(count) characters, at most \(max) are allowed")
    }
  }

  /// `minimum`, `maximum` and their exclusive forms.
  @inlinable public mutating func range<Value: Comparable>(
    _ key: StaticString, _ value: Value?, min: Value? = nil, max: Value? = nil, above: Value? = nil,
    below: Value? = nil
  ) {
    guard let value else { return }
    if let min, value < min { fail(key, "minimum", "must be at least \(min)") }
    if let max, value > max { fail(key, "maximum", "must be at most \(max)") }
    if let above, value <= above { fail(key, "exclusiveMinimum", "must be greater than \(above)") }
    if let below, value >= below { fail(key, "exclusiveMaximum", "must be less than \(below)") }
  }

  /// `multipleOf`, in exact decimal arithmetic.
  @inlinable public mutating func multiple(_ key: StaticString, _ value: ExactDecimal?, of step: ExactDecimal) {
    if let value, !value.isMultiple(of: step) { fail(key, "multipleOf", "must be a multiple of \(step)") }
  }

  @inlinable public mutating func multiple(_ key: StaticString, _ value: Int?, of step: Int) {
    if let value, !value.isMultiple(of: step) { fail(key, "multipleOf", "must be a multiple of \(step)") }
  }

  /// `multipleOf` for binary floating point, checked on the shortest decimal form of the number.
  public mutating func multiple(_ key: StaticString, _ value: Double?, of step: ExactDecimal) {
    guard let value else { return }
    if let decimal = ExactDecimal("\(value)"), decimal.isMultiple(of: step) { return }
    fail(key, "multipleOf", "must be a multiple of \(step)")
  }

  /// `x-decimal-places`: how many digits a decimal may have after the point.
  @inlinable public mutating func scale(_ key: StaticString, _ value: ExactDecimal?, max: Int) {
    if let value, value.scale > max { fail(key, "x-decimal-places", "has more than \(max) decimal places") }
  }

  /// `pattern`. A text longer than `max` characters is not matched, since it already violates `maxLength`.
  public mutating func pattern(_ key: StaticString, _ text: String?, _ pattern: Pattern, max: Int = .max) {
    guard let text, text.utf8.count / 4 <= max else { return }
    if !pattern.matches(text) { fail(key, "pattern", "must match \(pattern.source)") }
  }

  public mutating func format(_ key: StaticString, _ text: String?, _ format: Format) {
    if let text, !format.matches(text) { fail(key, "format", "is not of the format \(format.rawValue)") }
  }

  /// The range of a number format.
  public mutating func format(_ key: StaticString, _ value: Int?, _ format: NumberFormat) {
    if let value, !format.holds(ExactDecimal(value)) { fail(key, "format", "is not of the format \(format.rawValue)") }
  }

  /// `minItems` and `maxItems`.
  @inlinable public mutating func count(_ key: StaticString, _ count: Int?, min: Int = 0, max: Int = .max) {
    guard let count else { return }
    if count < min { fail(key, "minItems", "has \(count) items, at least \(min) are needed") }
    if count > max { fail(key, "maxItems", "has \(count) items, at most \(max) are allowed") }
  }

  /// `minProperties` and `maxProperties`.
  @inlinable public mutating func members(_ key: StaticString, _ count: Int?, min: Int = 0, max: Int = .max) {
    guard let count else { return }
    if count < min { fail(key, "minProperties", "has \(count) properties, at least \(min) are needed") }
    if count > max { fail(key, "maxProperties", "has \(count) properties, at most \(max) are allowed") }
  }

  /// `uniqueItems`, comparing items by their JSON bytes.
  public mutating func unique(_ key: StaticString, _ items: [some JSONCodable]?) {
    guard let items else { return }
    var seen: Set<[UInt8]> = []
    for (index, item) in items.enumerated() where !seen.insert(item.json).inserted {
      fail(key, "uniqueItems", "item \(index) is a duplicate")
      return
    }
  }

  /// The constraints of a value's own type.
  @inlinable public mutating func value<Value: JSONCodable>(_ key: StaticString, _ value: Value?) {
    guard let value else { return }
    let mark = count
    value.validate(&self)
    prefix(since: mark, key)
  }

  /// The constraints that a list puts on each of its items.
  @inlinable public mutating func each<Item>(
    _ key: StaticString, _ items: [Item]?, _ check: (inout Violations, Item) -> Void
  ) {
    guard let items else { return }
    for index in items.indices where !isFull {
      let mark = count
      check(&self, items[index])
      if count > mark {
        prefix(since: mark, index)
        prefix(since: mark, key)
      }
    }
  }

  /// The constraints that a map puts on each of its values.
  public mutating func each<Item>(
    _ key: StaticString, _ items: JSONObject<Item>?, _ check: (inout Violations, Item) -> Void
  ) {
    guard let items else { return }
    for member in items where !isFull {
      let mark = count
      check(&self, member.value)
      if count > mark {
        prefix(since: mark, segment: member.key)
        prefix(since: mark, key)
      }
    }
  }

  /// Records a failure at `key`, or at the value itself when `key` is empty.
  public mutating func fail(_ key: StaticString, _ rule: String, _ message: @autoclosure () -> String) {
    let mark = count
    add(rule, message())
    if key.utf8CodeUnitCount > 0 { prefix(since: mark, key) }
  }
}

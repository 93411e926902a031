/// A list or a map, whose items are read one at a time.
public protocol JSONContainer: JSONCodable {
  associatedtype Item: JSONCodable

  /// Reads a list or a map; nil when it has more than `max` items or one of them is invalid.
  ///
  /// In that case the valid items are validated here, because no container is returned that could be validated later:
  /// `each` has the constraints that the contract adds to those of the item type. Items beyond `max`, and items after
  /// the limit of reported violations is reached, are skipped.
  static func decode(
    _ json: inout JSONReader, min: Int, max: Int, each: (inout Violations, Item) -> Void
  ) throws(JSONSyntaxError) -> Self?
}

extension JSONContainer {
  @inlinable public static func decode(
    _ json: inout JSONReader, min: Int = 0, max: Int = .max, _ each: (inout Violations, Item) -> Void = { _, _ in }
  ) throws(JSONSyntaxError) -> Self? {
    try decode(&json, min: min, max: max, each: each)
  }
}

extension Optional: JSONContainer where Wrapped: JSONContainer {
  @inlinable public static func decode(
    _ json: inout JSONReader, min: Int, max: Int, each: (inout Violations, Wrapped.Item) -> Void
  ) throws(JSONSyntaxError) -> Wrapped?? {
    guard try json.kind() == .null else {
      return try Wrapped.decode(&json, min: min, max: max, each: each).map { .some($0) }
    }
    try json.scanNull()
    return .some(nil)
  }
}

extension JSONReader {
  /// Reads the list or map of the key that was just read; `each` has the contract's constraints on its items.
  @inlinable public mutating func items<Container: JSONContainer>(
    _ key: StaticString, _ value: inout Container?, min: Int = 0, max: Int = .max,
    each: (inout Violations, Container.Item) -> Void = { _, _ in }
  ) throws(JSONSyntaxError) {
    let mark = violations.count
    if value != nil { violations.duplicate() }
    value = try Container.decode(&self, min: min, max: max, each: each)
    violations.prefix(since: mark, key)
  }
}

extension Array: JSONContainer where Element: JSONCodable {
  @inlinable public static func decode(
    _ json: inout JSONReader, min: Int, max: Int, each: (inout Violations, Element) -> Void
  ) throws(JSONSyntaxError) -> [Element]? {
    guard try json.beginArray() else { return nil }
    var result: [Element] = []
    var gaps: [Int] = []
    var count = 0
    while try json.nextElement() {
      defer { count += 1 }
      if count >= max || json.violations.isFull {
        try json.skip()
        continue
      }
      try json.charge(MemoryLayout<Element>.stride)
      let (mark, start) = (json.violations.count, json.position)
      if let element = try Element.decode(&json) {
        if result.isEmpty { result.reserveCapacity(json.expectedItems(MemoryLayout<Element>.stride, start, max)) }
        result.append(element)
      } else {
        gaps.append(count)
      }
      json.violations.prefix(since: mark, count)
    }
    if result.count == count { return result }
    json.violations.count("", count, min: min, max: max)
    json.violations.incomplete(result, gaps, each: each)
    return nil
  }
}

extension Violations {
  /// Validates the readable items of a list with unreadable ones, whose positions are in `gaps`.
  @usableFromInline mutating func incomplete<Item: JSONCodable>(
    _ items: [Item], _ gaps: [Int], each: (inout Violations, Item) -> Void
  ) {
    var gaps = gaps[...]
    var position = 0
    for item in items {
      while gaps.first == position {
        gaps.removeFirst()
        position += 1
      }
      if isFull { return }
      let mark = self.count
      item.validate(&self)
      each(&self, item)
      prefix(since: mark, position)
      position += 1
    }
  }
}

/// The members of a JSON object in their order, with keys compared by bytes.
///
/// Swift's `Dictionary` would treat two encodings of é as one key, and would write keys in a different order in each
/// run.
public struct JSONObject<Value: Sendable>: Sendable {
  public struct Member: Sendable {
    public let key: String
    public var value: Value
  }

  private var members: [Member] = []
  /// The position of each key, once there are `indexedFrom` members; with fewer, a scan is faster.
  private var index: [ByteKey: Int] = [:]
  private static var indexedFrom: Int { 16 }

  public init() {}

  public init(_ members: some Sequence<(String, Value)>) {
    for (key, value) in members { self[key] = value }
  }

  /// The value of a key. A new key is appended.
  public subscript(_ key: String) -> Value? {
    get { position(of: key).map { members[$0].value } }
    set {
      switch (position(of: key), newValue) {
      case (let position?, let value?): members[position].value = value
      case (nil, let value?):
        members.append(Member(key: key, value: value))
        if members.count > Self.indexedFrom { indexLast() }
      case (let position?, nil):
        members.remove(at: position)
        index = [:]
        if members.count > Self.indexedFrom { indexLast() }
      case (nil, nil): break
      }
    }
  }

  public var keys: [String] { members.map(\.key) }

  private func position(of key: String) -> Int? {
    if members.count > Self.indexedFrom { return index[ByteKey(key)] }
    let key = ByteKey(key)
    return members.firstIndex { ByteKey($0.key) == key }
  }

  private mutating func indexLast() {
    for position in index.count..<members.count { index[ByteKey(members[position].key)] = position }
  }
}

/// Text that is compared and hashed by its bytes.
///
/// Swift compares strings by canonical equivalence, which takes quadratic time in a run of combining marks: text from
/// outside must never be compared that way.
public struct ByteKey: Hashable, Sendable {
  public let text: String

  public init(_ text: String) { self.text = text }

  public static func == (left: ByteKey, right: ByteKey) -> Bool {
    var (left, right) = (left.text, right.text)
    guard left.utf8.count == right.utf8.count else { return false }
    return left.withUTF8 { left in right.withUTF8 { ByteWord.areEqual(left, $0) } }
  }

  public static func ~= (pattern: StaticString, key: ByteKey) -> Bool {
    guard pattern.utf8CodeUnitCount == key.text.utf8.count else { return false }
    let isSame = key.text.utf8.withContiguousStorageIfAvailable { text in
      ByteWord.areEqual(UnsafeBufferPointer(start: pattern.utf8Start, count: pattern.utf8CodeUnitCount), text)
    }
    return isSame ?? pattern.withUTF8Buffer { $0.elementsEqual(key.text.utf8) }
  }

  public func hash(into hasher: inout Hasher) {
    var text = text
    text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    // A terminator, so that "a", "bc" and "ab", "c" hash differently: otherwise collisions could be constructed at
    // will.
    hasher.combine(0xFF as UInt8)
  }
}

extension JSONObject<JSONValue> {
  /// Like the subscript. Compiled here for this type, it takes a fifth of what the generic one takes elsewhere.
  package func member(_ key: String) -> JSONValue? { self[key] }
}

extension JSONObject: RandomAccessCollection {
  public var startIndex: Int { members.startIndex }
  public var endIndex: Int { members.endIndex }
  public subscript(_ position: Int) -> Member { members[position] }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
  public init(dictionaryLiteral elements: (String, Value)...) { self.init(elements) }
}

extension JSONObject: Equatable where Value: Equatable {
  /// Objects are equal when they have the same members in any order (JSON Schema, section 4.2.2).
  public static func == (left: JSONObject, right: JSONObject) -> Bool {
    left.count == right.count && left.members.allSatisfy { right[$0.key] == $0.value }
  }
}

extension JSONObject: Hashable where Value: Hashable {
  public func hash(into hasher: inout Hasher) {
    var sum = 0
    for member in members {
      var own = Hasher()
      ByteKey(member.key).hash(into: &own)
      member.value.hash(into: &own)
      // A sum, because it does not depend on the order.
      sum &+= own.finalize()
    }
    hasher.combine(sum)
  }
}

extension JSONObject: JSONCodable where Value: JSONCodable {
  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> JSONObject? {
    try decode(&json, min: 0, max: .max) { _, _ in }
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.members(self)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    for member in members where !check.isFull {
      let mark = check.count
      member.value.validate(&check)
      check.prefix(since: mark, segment: member.key)
    }
  }
}

extension JSONObject: JSONContainer where Value: JSONCodable {
  public static func decode(
    _ json: inout JSONReader, min: Int, max: Int, each: (inout Violations, Value) -> Void
  ) throws(JSONSyntaxError) -> JSONObject? {
    guard try json.beginObject() else { return nil }
    var result = JSONObject()
    var count = 0
    var isWhole = true
    while let key = try json.nextKey() {
      count += 1
      if count > max {
        try json.skip()
        isWhole = false
      } else if !(try json.member(key, into: &result)) {
        isWhole = false
      }
    }
    if isWhole { return result }
    json.violations.members("", count, min: min, max: max)
    result.validate(&json.violations)
    json.violations.each("", result, each)
    return nil
  }
}

extension JSONReader {
  /// Reads the value of a key into an object; records an invalid value or a duplicate key, and returns false.
  public mutating func member<Value: JSONCodable>(
    _ key: JSONKey, into object: inout JSONObject<Value>, _ program: SchemaProgram? = nil, _ schema: Int = 0
  ) throws(JSONSyntaxError) -> Bool {
    if violations.isFull {
      try skip()
      return false
    }
    try charge(MemoryLayout<JSONObject<Value>.Member>.stride)
    let mark = violations.count
    let name = key.description
    if name.utf8.contains(0) { violations.add("type", "U+0000 is not allowed in a key") }
    if object[name] != nil { violations.duplicate() }
    var isAdmitted = true
    if let program { isAdmitted = try satisfies(program, schema) }
    let value = isAdmitted ? try Value.decode(&self) : nil
    if violations.count > mark { violations.prefix(since: mark, segment: name) }
    // An invalid duplicate leaves the earlier value in place: removing each of many would move all others.
    if let value { object[name] = value }
    return value != nil && violations.count == mark
  }
}

extension JSONWriter {
  /// Writes members into the open object, except those named in `names`, which are written as properties and must not
  /// be duplicated.
  public mutating func members(_ object: JSONObject<some JSONCodable>, besides names: StaticString...) {
    for member in object where !names.contains(where: { $0.description.utf8.elementsEqual(member.key.utf8) }) {
      key(escaping: member.key)
      member.value.encode(&self)
    }
  }
}

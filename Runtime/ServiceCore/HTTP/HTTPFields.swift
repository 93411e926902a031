@_exported import ContractValues

/// Header fields in the order of receiving or sending; names are in lower case.
public struct HTTPFields: Sendable, Equatable, ExpressibleByDictionaryLiteral {
  /// The received fields, which stay bytes, and a bit for each that is left.
  private var head: ReceivedHead?
  private var kept: UInt64 = 0
  /// Those that were added: they come behind the received ones.
  package private(set) var added: [(name: String, value: String)] = []

  public init() {}

  public init(dictionaryLiteral elements: (String, String)...) {
    added = elements.map { (name: $0.0, value: $0.1) }
  }

  package init(_ head: ReceivedHead) {
    if head.count <= 64 {
      (self.head, kept) = (head, head.count == 64 ? .max : 1 << UInt64(head.count) - 1)
    } else {
      added = (0..<head.count).map { head.field($0) }
    }
  }

  /// All fields, as text.
  public var list: [(name: String, value: String)] {
    guard let head, kept != 0 else { return added }
    return (0..<head.count).compactMap { keeps($0) ? head.field($0) : nil } + added
  }

  /// The number of fields.
  package var count: Int { kept.nonzeroBitCount + added.count }

  /// At most as many bytes as all fields take in a message, with a colon, a space and the end of the line for each.
  package var capacity: Int {
    added.reduce(head.map { $0.size + $0.count } ?? 0) { $0 + $1.name.utf8.count + $1.value.utf8.count + 4 }
  }

  private func keeps(_ index: Int) -> Bool { kept >> UInt64(index) & 1 == 1 }

  /// The first value of a field; `name` must be in lower case.
  public subscript(_ name: String) -> String? {
    get {
      if kept != 0, let head, let index = head.index(of: name, among: kept) { return head.value(at: index) }
      return added.first { Self.isSame($0.name, name) }?.value
    }
    set {
      if kept != 0, let head {
        while let index = head.index(of: name, among: kept) { kept &= ~(1 << UInt64(index)) }
      }
      if added.contains(where: { Self.isSame($0.name, name) }) { added.removeAll { Self.isSame($0.name, name) } }
      if let newValue { append(name, newValue) }
    }
  }

  public func values(_ name: String) -> [String] {
    var values: [String] = []
    if let head {
      var left = kept
      while left != 0, let index = head.index(of: name, among: left) {
        values.append(head.value(at: index))
        left &= ~(1 << UInt64(index))
      }
    }
    for field in added where Self.isSame(field.name, name) { values.append(field.value) }
    return values
  }

  /// Whether there is a field of the name, which must be in lower case.
  package func has(_ name: StaticString) -> Bool {
    if kept != 0, let head, head.index(of: name, among: kept) != nil { return true }
    return added.contains { field in
      field.name.utf8.count == name.utf8CodeUnitCount && name.withUTF8Buffer { $0.elementsEqual(field.name.utf8) }
    }
  }

  /// Whether there may be a field with one of these names: no for almost every request, at the price of one comparison.
  package func mayHave(_ names: FieldNames) -> Bool {
    head.map { $0.lengths & names.lengths != 0 } ?? false || !added.isEmpty
  }

  /// Swift's `==` is canonical equivalence, which for two texts of equal length, one of them ASCII, is equality of
  /// bytes.
  private static func isSame(_ left: String, _ right: String) -> Bool {
    left.utf8.count == right.utf8.count && left == right
  }

  /// Adds a field; `name` must be in lower case.
  public mutating func append(_ name: String, _ value: String) {
    // Few are added, but seldom only one.
    if added.isEmpty { added.reserveCapacity(4) }
    added.append((name, value))
  }

  /// Calls with the names and values of the received fields that are left: they are valid, and no text is made of them.
  package func withReceived(_ body: (UnsafeBufferPointer<UInt8>, UnsafeBufferPointer<UInt8>) -> Void) {
    guard kept != 0, let head else { return }
    head.withFields { index, name, value in if keeps(index) { body(name, value) } }
  }

  /// Removes all fields but those with these names.
  package mutating func keep(only names: FieldNames) {
    if let head {
      var kept: UInt64 = 0
      head.withFields { index, name, _ in if names.contains(name) { kept |= 1 << UInt64(index) } }
      self.kept &= kept
    }
    added.removeAll { field in
      var name = field.name
      return !name.withUTF8(names.contains)
    }
  }

  public static func == (left: HTTPFields, right: HTTPFields) -> Bool {
    left.list.elementsEqual(right.list) { $0.name == $1.name && $0.value == $1.value }
  }
}

/// A few names of fields, in lower case, that received ones are compared with.
package struct FieldNames: Sendable {
  private let names: [[UInt8]]
  /// See ``ReceivedHead/lengths``.
  let lengths: UInt64

  package init(_ names: some Sequence<String>) {
    self.names = names.map { Array($0.utf8) }
    lengths = self.names.reduce(0) { $0 | ReceivedHead.bit($1.count) }
  }

  package func contains(_ name: UnsafeBufferPointer<UInt8>) -> Bool {
    names.contains { $0.count == name.count && name.elementsEqual($0) }
  }
}

extension HTTPFields {
  /// What `Connection` names, in lower case: options, and fields that are for this connection alone (RFC 9110, section 7.6.1).
  package var connectionOptions: Set<String> {
    // Other text is never lower-cased: that takes more than linear time in runs of combining marks.
    Set(values("connection").flatMap { FieldSyntax.list($0) }.filter(FieldSyntax.isToken).map { $0.lowercased() })
  }
}

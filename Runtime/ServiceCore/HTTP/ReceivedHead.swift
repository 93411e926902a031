/// The head of a received message: its bytes, and where its parts are in them. A string is made only of what is asked
/// for.
///
/// `@unchecked`: it is filled by the parser while it has the only reference, and not changed once it is shared. So the
/// exclusivity of its properties, which would be checked at each access, need not be.
package final class ReceivedHead: @unchecked Sendable {
  /// The ranges of a field's name, which is in lower case, and value.
  package struct Field {
    let name: Range<UInt32>
    let value: Range<UInt32>

    @inlinable package init(name: Range<Int>, value: Range<Int>) {
      self.name = UInt32(name.lowerBound)..<UInt32(name.upperBound)
      self.value = UInt32(value.lowerBound)..<UInt32(value.upperBound)
    }
  }

  @exclusivity(unchecked) private var bytes: [UInt8] = []
  @exclusivity(unchecked) private var fields: [Field] = []
  /// A bit for each length of a name, modulo 64: most fields that are asked for are absent.
  @exclusivity(unchecked) private(set) var lengths: UInt64 = 0
  @exclusivity(unchecked) private var methodEnd = 0
  /// See ``word(_:)``.
  @exclusivity(unchecked) private(set) var methodWord: UInt64 = 0
  @exclusivity(unchecked) private var target = 0..<0
  /// The position of the target's question mark, or else its end.
  @exclusivity(unchecked) private var pathEnd = 0

  package init() {}

  /// Becomes another head.
  ///
  /// - Parameters:
  ///   - fields: exchanged with those of the last head, whose memory is used again.
  ///   - methodEnd: the length of a request's method, with which the head begins.
  package func fill(
    _ head: UnsafeBufferPointer<UInt8>, fields: inout [Field], methodEnd: Int, target: Range<Int>
  ) {
    bytes.removeAll(keepingCapacity: true)
    bytes.append(contentsOf: head)
    swap(&self.fields, &fields)
    fields.removeAll(keepingCapacity: true)
    self.methodEnd = methodEnd
    methodWord = methodEnd > 8 ? 0 : head[..<methodEnd].reduce(0) { $0 << 8 | UInt64($1) }
    self.target = target
    pathEnd = bytes[target].firstIndex(of: UInt8(ascii: "?")) ?? target.upperBound
    lengths = 0
    for field in self.fields { lengths |= Self.bit(field.name.count) }
  }

  /// Whether it takes little memory, and so can be retained for the next message.
  package var isSmall: Bool { bytes.capacity <= 4_096 }

  static func bit(_ length: Int) -> UInt64 { 1 << UInt64(length & 63) }

  // MARK: the request line

  /// The method. Of a known one no string is made.
  package var method: String {
    switch methodWord {
    case 0x47_4554: "GET"
    case 0x504F_5354: "POST"
    case 0x50_5554: "PUT"
    case 0x4845_4144: "HEAD"
    case 0x50_4154_4348: "PATCH"
    case 0x4445_4C45_5445: "DELETE"
    default: text(0..<methodEnd)
    }
  }

  /// A method of at most eight letters as a number, which is compared in one step; 0 for a longer one.
  static func word(_ method: String) -> UInt64 {
    method.utf8.count > 8 ? 0 : method.utf8.reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// The request's target, as received.
  package var targetText: String { text(target) }

  /// Whether the target is a path, or `*`.
  package var hasPathTarget: Bool {
    !target.isEmpty && (bytes[target.lowerBound] == UInt8(ascii: "/") || bytes[target.lowerBound] == UInt8(ascii: "*"))
  }

  /// The target up to its question mark.
  var path: String { text(target.lowerBound..<pathEnd) }
  /// The target behind its question mark.
  var query: String? { pathEnd == target.upperBound ? nil : text(pathEnd + 1..<target.upperBound) }

  /// Calls with the bytes of the path.
  @inline(__always) func withPath<Value>(_ body: (UnsafeBufferPointer<UInt8>) -> Value) -> Value {
    bytes.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[target.lowerBound..<pathEnd])) }
  }

  /// Calls with the bytes of the target.
  func withTarget(_ body: (UnsafeBufferPointer<UInt8>) -> Void) {
    bytes.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[target])) }
  }

  // MARK: fields

  var count: Int { fields.count }

  /// In bytes.
  var size: Int { bytes.count }

  func field(_ index: Int) -> (name: String, value: String) {
    (text(fields[index].name), text(fields[index].value))
  }

  func value(at index: Int) -> String { text(fields[index].value) }

  /// Calls with the position, name and value of each field.
  func withFields(_ body: (Int, UnsafeBufferPointer<UInt8>, UnsafeBufferPointer<UInt8>) -> Void) {
    bytes.withUnsafeBufferPointer { bytes in
      for index in fields.indices {
        body(
          index, UnsafeBufferPointer(rebasing: bytes[range(fields[index].name)]),
          UnsafeBufferPointer(rebasing: bytes[range(fields[index].value)]))
      }
    }
  }

  /// The position of the first field of a name in lower case, among those with a set bit.
  func index(of name: String, among kept: UInt64) -> Int? {
    guard lengths & Self.bit(name.utf8.count) != 0 else { return nil }
    var name = name
    return name.withUTF8 { index(of: $0, among: kept) }
  }

  func index(of name: StaticString, among kept: UInt64) -> Int? {
    guard lengths & Self.bit(name.utf8CodeUnitCount) != 0 else { return nil }
    return index(of: Self.buffer(name), among: kept)
  }

  private func index(of name: UnsafeBufferPointer<UInt8>, among kept: UInt64) -> Int? {
    var start = 0
    while let index = index(of: name, from: start) {
      if kept >> UInt64(index) & 1 == 1 { return index }
      start = index + 1
    }
    return nil
  }

  /// Whether there is a field of the name.
  func has(_ name: StaticString) -> Bool {
    lengths & Self.bit(name.utf8CodeUnitCount) != 0 && index(of: Self.buffer(name), from: 0) != nil
  }

  /// Calls with the value of the first field of a name; nil where there is none.
  ///
  /// - Parameter isOnly: whether there must be no other field of the name.
  func withFirst<Value>(
    _ name: StaticString, isOnly: Bool = false, _ body: (UnsafeBufferPointer<UInt8>) -> Value?
  ) -> Value? {
    let name = Self.buffer(name)
    guard lengths & Self.bit(name.count) != 0, let index = index(of: name, from: 0),
      !isOnly || self.index(of: name, from: index + 1) == nil
    else { return nil }
    return bytes.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[range(fields[index].value)])) }
  }

  private static func buffer(_ name: StaticString) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
  }

  private func index(of name: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
    bytes.withUnsafeBufferPointer { bytes in
      var index = start
      while index < fields.count {
        let own = range(fields[index].name)
        if own.count == name.count, UnsafeBufferPointer(rebasing: bytes[own]).elementsEqual(name) { return index }
        index += 1
      }
      return nil
    }
  }

  @inline(__always) private func range(_ range: Range<UInt32>) -> Range<Int> {
    Int(range.lowerBound)..<Int(range.upperBound)
  }

  private func text(_ range: Range<UInt32>) -> String { text(self.range(range)) }

  /// The parser has checked that it is UTF-8.
  private func text(_ range: Range<Int>) -> String {
    bytes.withUnsafeBufferPointer { String(decoding: UnsafeBufferPointer(rebasing: $0[range]), as: UTF8.self) }
  }
}

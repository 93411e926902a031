import ServiceCore

extension SQL {
  /// A statement's parameter. It is sent in PostgreSQL's binary format where the server inferred the value's own type
  /// for it, and otherwise as text, which the server reads as any type.
  public enum Parameter: Sendable {
    case null
    case text(String)
    case integer(Int)
    case double(Double)
    case bool(Bool)
    case uuid(Uuid)
    case timestamp(Timestamp)
    case bytes([UInt8])
    case array([Parameter])

    /// The value in PostgreSQL's text format; nil is NULL.
    var text: String? {
      switch self {
      case .null: nil
      case .text(let value): value
      case .integer(let value): value.postgresText
      case .double(let value): value.postgresText
      case .bool(let value): value.postgresText
      case .uuid(let value): value.postgresText
      case .timestamp(let value): value.postgresText
      case .bytes(let value): Bytes(value).postgresText
      case .array(let items): Self.text(items)
      }
    }

    /// Every element quoted, quotes and backslashes escaped.
    private static func text(_ items: [Parameter]) -> String {
      let (quote, backslash, comma) = (UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: ","))
      var bytes = [UInt8(ascii: "{")]
      for (index, item) in items.enumerated() {
        if index > 0 { bytes.append(comma) }
        guard let text = item.text else {
          bytes += "NULL".utf8
          continue
        }
        bytes.append(quote)
        for byte in text.utf8 {
          if byte == quote || byte == backslash { bytes.append(backslash) }
          bytes.append(byte)
        }
        bytes.append(quote)
      }
      bytes.append(UInt8(ascii: "}"))
      return String(decoding: bytes, as: UTF8.self)
    }
  }
}

/// The parameters of one statement as libpq takes them. A connection reuses it: most statements then allocate nothing.
struct ParameterBuffer {
  private var bytes: [UInt8] = []
  private var values: [Value] = []

  private struct Value {
    /// Where it begins in `bytes`; nil for NULL.
    var start: Int?
    var length: Int32
    /// 0 for text, 1 for the binary format.
    var format: Int32
  }

  /// Replaces the content.
  ///
  /// - Parameter types: the parameters' types as the server inferred them; empty before it has said so.
  /// - Returns: false for a text with U+0000, which PostgreSQL cannot store.
  mutating func fill(_ parameters: [SQL.Parameter], _ types: [UInt32]) -> Bool {
    bytes.removeAll(keepingCapacity: true)
    values.removeAll(keepingCapacity: true)
    for index in parameters.indices {
      var value = Value(start: bytes.count, length: 0, format: 1)
      if !appendBinary(parameters[index], index < types.count ? types[index] : 0) {
        value.format = 0
        if let text = parameters[index].text {
          guard append(text) else { return false }
        } else {
          value.start = nil
        }
      }
      value.length = Int32(truncatingIfNeeded: bytes.count - (value.start ?? bytes.count))
      values.append(value)
    }
    // An empty value has an address too: without one it would be NULL.
    bytes.append(0)
    return true
  }

  /// Calls `body` with the number of parameters, their values, lengths and formats.
  func withValues<Result>(
    _ body: (Int32, UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?) -> Result
  ) -> Result {
    let count = values.count
    return bytes.withUnsafeBytes { buffer in
      withUnsafeTemporaryAllocation(of: UnsafePointer<CChar>?.self, capacity: count) { pointers in
        withUnsafeTemporaryAllocation(of: Int32.self, capacity: 2 * count) { numbers in
          for (index, value) in values.enumerated() {
            let pointer = value.start.flatMap { buffer.baseAddress?.advanced(by: $0) }
            pointers.initializeElement(at: index, to: pointer?.assumingMemoryBound(to: CChar.self))
            numbers.initializeElement(at: index, to: value.length)
            numbers.initializeElement(at: count + index, to: value.format)
          }
          let lengths = UnsafePointer(numbers.baseAddress)
          return body(Int32(truncatingIfNeeded: count), pointers.baseAddress, lengths, lengths.map { $0 + count })
        }
      }
    }
  }

  /// Appends a text that ends with a zero, which is not counted in the binary format.
  private mutating func append(_ text: String) -> Bool {
    guard appendContent(text) else { return false }
    bytes.append(0)
    return true
  }

  private mutating func appendContent(_ text: String) -> Bool {
    var text = text
    return text.withUTF8 { utf8 in
      if utf8.contains(0) { return false }
      bytes.append(contentsOf: utf8)
      return true
    }
  }

  private mutating func append(bigEndian value: some FixedWidthInteger) {
    withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
  }

  private mutating func appendBinary(_ parameter: SQL.Parameter, _ type: UInt32) -> Bool {
    switch (parameter, type) {
    case (.integer(let value), PostgresType.int8): append(bigEndian: value)
    case (.integer(let value), PostgresType.int4):
      guard let value = Int32(exactly: value) else { return false }
      append(bigEndian: value)
    case (.integer(let value), PostgresType.int2):
      guard let value = Int16(exactly: value) else { return false }
      append(bigEndian: value)
    case (.double(let value), PostgresType.float8): append(bigEndian: value.bitPattern)
    case (.bool(let value), PostgresType.bool): bytes.append(value ? 1 : 0)
    case (.uuid(let value), PostgresType.uuid):
      append(bigEndian: value.high)
      append(bigEndian: value.low)
    case (.timestamp(let value), PostgresType.timestamptz):
      guard let microseconds = value.postgresMicroseconds else { return false }
      append(bigEndian: microseconds)
    case (.bytes(let value), PostgresType.bytea): bytes.append(contentsOf: value)
    case (.text(let value), PostgresType.text), (.text(let value), PostgresType.varchar): return appendContent(value)
    case (.array(let items), _): return PostgresType.elements[type].map { append(items, $0) } ?? false
    default: return false
    }
    return true
  }

  /// Appends an array of one dimension; leaves no part of it where an element has no binary format.
  private mutating func append(_ items: [SQL.Parameter], _ element: UInt32) -> Bool {
    let start = bytes.count
    let hasNull = items.contains { if case .null = $0 { true } else { false } }
    for number in [items.isEmpty ? 0 : 1, hasNull ? 1 : 0] as [Int32] { append(bigEndian: number) }
    append(bigEndian: element)
    if !items.isEmpty { for number in [Int32(truncatingIfNeeded: items.count), 1] { append(bigEndian: number) } }
    for item in items {
      let place = bytes.count
      append(bigEndian: Int32(-1))
      if case .null = item { continue }
      guard appendBinary(item, element) else {
        bytes.removeLast(bytes.count - start)
        return false
      }
      let length = Int32(truncatingIfNeeded: bytes.count - place - 4)
      withUnsafeBytes(of: length.bigEndian) { bytes.replaceSubrange(place..<place + 4, with: $0) }
    }
    return true
  }
}

extension Timestamp {
  /// Microseconds between 1970 and 2000, from where PostgreSQL counts.
  private static let epoch = 946_684_800_000_000
  /// The years 0 to 9999: others, and infinity, cannot be expressed on the wire.
  private static let years = -63_113_904_000_000_000..<252_455_616_000_000_000

  /// Microseconds since 2000; nil for a time that the wire cannot express.
  var postgresMicroseconds: Int? {
    guard microseconds > .min + Self.epoch, case let value = microseconds - Self.epoch, Self.years ~= value else {
      return nil
    }
    return value
  }

  /// Nil for a time that the wire cannot express.
  init?(postgresMicroseconds value: Int) {
    guard Self.years ~= value else { return nil }
    self.init(microseconds: value + Self.epoch)
  }
}

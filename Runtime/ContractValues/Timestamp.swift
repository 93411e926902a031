/// A time in UTC with microsecond precision, written by RFC 3339.
public struct Timestamp: Sendable, Hashable, Comparable {
  /// Microseconds since 1970-01-01T00:00:00Z.
  public let microseconds: Int

  public init(microseconds: Int) { self.microseconds = microseconds }

  public static func < (left: Timestamp, right: Timestamp) -> Bool { left.microseconds < right.microseconds }

  /// Parses an RFC 3339 date-time with any offset (section 5.6); nil for anything else.
  public init?(_ text: some StringProtocol) {
    var scan = DigitScanner(text)
    guard let days = scan.date(), scan.any("T", "t"), let time = scan.time() else { return nil }
    // Without leap seconds, a leap second becomes the last moment before midnight. An offset may move the time outside
    // the years that can be written.
    let seconds = days * 86_400 + time.seconds
    guard (-62_167_219_200..<253_402_300_800).contains(seconds) else { return nil }
    microseconds = seconds * 1_000_000 + time.microseconds
  }

  /// The day in UTC as `YYYYMMDD`.
  public var compactDay: String {
    let (year, month, day) = Self.civil(days: Self.floorDivide(microseconds, 86_400_000_000))
    return Self.padded(year, 4) + Self.padded(month, 2) + Self.padded(day, 2)
  }

  static func civil(days: Int) -> (year: Int, month: Int, day: Int) {
    // Howard Hinnant's civil_from_days algorithm, in eras of 400 years that begin in March.
    let shifted = days + 719_468
    let era = floorDivide(shifted, 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
  }

  static func days(year: Int, month: Int, day: Int) -> Int {
    let shiftedYear = month <= 2 ? year - 1 : year
    let era = floorDivide(shiftedYear, 400)
    let yearOfEra = shiftedYear - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  static func floorDivide(_ value: Int, _ divisor: Int) -> Int {
    value >= 0 ? value / divisor : -((-value + divisor - 1) / divisor)
  }

  static func padded(_ value: Int, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
  }
}

extension Timestamp: CustomStringConvertible {
  public var description: String {
    // A time outside the years of RFC 3339 is shown as its number.
    guard isWritable else { return "\(microseconds) microseconds since 1970" }
    return String(unsafeUninitializedCapacity: 27) { text in text.baseAddress.map(write) ?? 0 }
  }

  private var isWritable: Bool { (-62_167_219_200_000_000..<253_402_300_800_000_000).contains(microseconds) }

  /// Writes a time in the years 0 to 9999, in at most 27 characters.
  private func write(_ text: UnsafeMutablePointer<UInt8>) -> Int {
    let days = Self.floorDivide(microseconds, 86_400_000_000)
    let (year, month, day) = Self.civil(days: days)
    let rest = microseconds - days * 86_400_000_000
    let (seconds, micros) = (rest / 1_000_000, rest % 1_000_000)
    var end = 0
    func put(_ value: Int, _ width: Int, _ mark: Unicode.Scalar) {
      var value = value
      for index in (end..<end + width).reversed() {
        text[index] = UInt8(truncatingIfNeeded: 48 + value % 10)
        value /= 10
      }
      text[end + width] = UInt8(ascii: mark)
      end += width + 1
    }
    put(year, 4, "-")
    put(month, 2, "-")
    put(day, 2, "T")
    put(seconds / 3_600, 2, ":")
    put(seconds / 60 % 60, 2, ":")
    put(seconds % 60, 2, micros == 0 ? "Z" : ".")
    if micros != 0 { put(micros, 6, "Z") }
    return end
  }
}

extension Timestamp: JSONCodable {
  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Timestamp? {
    try json.decodeText("format", "an RFC 3339 date-time such as 2026-01-31T12:00:00Z") { Timestamp($0) }
  }

  public func encode(_ json: inout JSONWriter) {
    if isWritable { json.ascii(27) { write($0) } } else { json.string(description) }
  }
}

extension JSONReader {
  /// Reads a string as bytes and converts it by `make`; if that returns nil, a violation of `rule` is recorded.
  mutating func decodeBytes<Value>(
    _ rule: String, _ wanted: StaticString, _ make: (UnsafeBufferPointer<UInt8>) -> Value?
  ) throws(JSONSyntaxError) -> Value? {
    guard try kind() == .string else {
      try mismatch("a string")
      return nil
    }
    guard let value = try scanBytes(make) else {
      violations.add(rule, "expected \(wanted)")
      return nil
    }
    return value
  }

  /// Reads a string and converts it by `make`; if that returns nil, a violation of `rule` is recorded.
  public mutating func decodeText<Value>(
    _ rule: String, _ wanted: @autoclosure () -> String, _ make: (String) -> Value?
  ) throws(JSONSyntaxError) -> Value? {
    guard let text = try String.decode(&self) else { return nil }
    guard let value = make(text) else {
      violations.add(rule, "expected \(wanted())")
      return nil
    }
    return value
  }
}

/// Parses the fixed-width numbers of dates and times.
struct DigitScanner {
  private var rest: ArraySlice<UInt8>

  init(_ text: some StringProtocol) { rest = ArraySlice(Array(text.utf8)) }

  var isAtEnd: Bool { rest.isEmpty }

  mutating func any(_ candidates: Unicode.Scalar...) -> Bool {
    guard let byte = rest.first, candidates.contains(Unicode.Scalar(byte)) else { return false }
    rest.removeFirst()
    return true
  }

  mutating func number(_ width: Int) -> Int? {
    guard rest.count >= width, rest.prefix(width).allSatisfy({ (48...57).contains($0) }) else { return nil }
    defer { rest.removeFirst(width) }
    return rest.prefix(width).reduce(0) { $0 * 10 + Int($1 - 48) }
  }

  /// `YYYY-MM-DD` as days since 1970-01-01; nil for a date that does not exist.
  mutating func date() -> Int? {
    guard let year = number(4), any("-"), let month = number(2), any("-"), let day = number(2),
      (1...12).contains(month), day >= 1
    else { return nil }
    let days = Timestamp.days(year: year, month: month, day: day)
    guard Timestamp.civil(days: days) == (year, month, day) else { return nil }
    return days
  }

  /// The rest of the text as RFC 3339's full-time (section 5.6), in seconds of UTC since midnight. A leap second must
  /// be the last second of a UTC day (section 5.7).
  mutating func time() -> (seconds: Int, microseconds: Int)? {
    guard let hour = number(2), hour < 24, any(":"), let minute = number(2), minute < 60, any(":"),
      let second = number(2), second <= 60
    else { return nil }
    var fraction = 0
    if any(".") {
      guard let micros = self.fraction() else { return nil }
      fraction = micros
    }
    guard let offset = offset(), isAtEnd else { return nil }
    let seconds = hour * 3_600 + minute * 60 + min(second, 59) - offset
    guard second == 60 else { return (seconds, fraction) }
    return (seconds + 1) % 86_400 == 0 ? (seconds, 999_999) : nil
  }

  /// The digits after the point as microseconds; further digits are truncated.
  mutating func fraction() -> Int? {
    var value = 0
    var count = 0
    while let byte = rest.first, (48...57).contains(byte) {
      if count < 6 { value = value * 10 + Int(byte - 48) }
      count += 1
      rest.removeFirst()
    }
    guard count > 0 else { return nil }
    for _ in 0..<max(0, 6 - count) { value *= 10 }
    return value
  }

  /// `Z` or `+hh:mm`, as seconds east of UTC.
  mutating func offset() -> Int? {
    if any("Z", "z") { return 0 }
    let isWest = rest.first == UInt8(ascii: "-")
    guard any("+", "-"), let hours = number(2), hours < 24, any(":"), let minutes = number(2), minutes < 60 else {
      return nil
    }
    return (isWest ? -1 : 1) * (hours * 3_600 + minutes * 60)
  }
}

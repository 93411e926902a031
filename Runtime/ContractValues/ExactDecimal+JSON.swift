extension ExactDecimal: JSONCodable {
  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> ExactDecimal? {
    if let number = json.scanShortNumber() { return ExactDecimal(number) }
    guard try json.kind() == .number else {
      try json.mismatch("a number")
      return nil
    }
    guard let value = ExactDecimal(ascii: try json.scanNumber()) else {
      json.violations.add("type", "a decimal has at most \(digitLimit) significant digits")
      return nil
    }
    return value
  }

  public func encode(_ json: inout JSONWriter) { write(to: &json, scale: 0) }

  fileprivate func write(to json: inout JSONWriter, scale: Int) {
    // In plain notation the six bytes 1e6144 would become six thousand.
    if abs(exponent) > 40 { return json.raw("\(significand)e\(exponent)".utf8) }
    guard let short, (-18...0).contains(exponent), (0...18).contains(scale),
      let padded = Self.scaled(short, max(0, scale + exponent))
    else { return json.raw(text(scale: scale).utf8) }
    json.number(21) { buffer in
      var start = buffer
      if padded < 0 {
        buffer[0] = UInt8(ascii: "-")
        start += 1
      }
      return start - buffer + Digits(padded.magnitude).write(to: start, scale: max(-exponent, scale))
    }
  }
}

extension JSONWriter {
  /// Writes a decimal with at least `scale` digits after the point: money as `12.50`.
  public mutating func field(_ key: StaticString, _ value: ExactDecimal?, scale: Int) {
    guard let value else { return }
    self.key(key)
    value.write(to: &self, scale: scale)
  }
}

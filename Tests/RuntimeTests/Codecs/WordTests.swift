import ContractValues
import Testing

/// What is read and written several bytes at a time, with the bytes that matter at each offset.
@Suite struct WordTests {
  @Test func `a string is read and written whatever its length, and wherever an escape stands`() throws {
    for length in 0..<40 {
      let plain = String(repeating: "x", count: length)
      for special in ["", "\"", "\\", "\u{1}", "\u{1F}", "\n", "é", "😀", "\u{7F}"] {
        for offset in special.isEmpty ? 0...0 : 0...length {
          let text = String(plain.prefix(offset)) + special + String(plain.dropFirst(offset))
          var json = JSONReader(text.json)
          #expect(try String.decode(&json) == text)
          try json.finish()
        }
      }
    }
  }

  @Test func `what a string cannot hold is refused wherever it stands`() throws {
    for length in 0..<24 {
      for offset in 0...length {
        for bytes: [UInt8] in [[0], [0x1F], [0x80], [0xC3], [0xFF], [0x5C, 0x78]] {
          var text = [UInt8](repeating: 0x78, count: length)
          text.insert(contentsOf: bytes, at: offset)
          var json = JSONReader([0x22] + text + [0x22])
          #expect(throws: JSONSyntaxError.self) { try String.decode(&json) }
        }
      }
      var json = JSONReader([0x22] + [UInt8](repeating: 0x78, count: length))
      #expect(throws: JSONSyntaxError.self) { try String.decode(&json) }
    }
  }

  @Test func `a UUID has hexadecimal digits and hyphens, each in its place`() throws {
    let id = Uuid(high: 0x0190_F3D2_7C5E_7A3B, low: 0x9C1D_2E4F_6A8B_0CFD)
    let text = Array("0190f3d2-7c5e-7a3b-9c1d-2e4f6a8b0cfd".utf8)
    #expect(id.json == [0x22] + text + [0x22])
    for offset in text.indices {
      for byte in UInt8.min...127 {
        var changed = text
        changed[offset] = byte
        let isHyphen = [8, 13, 18, 23].contains(offset)
        let isDigit = Character(Unicode.Scalar(byte)).isHexDigit
        let id = Uuid(String(decoding: changed, as: UTF8.self))
        #expect((id != nil) == (isHyphen ? byte == 0x2D : isDigit))
        if let id { #expect(id.description.utf8.elementsEqual(changed.map { $0 < 0x61 && $0 > 0x40 ? $0 + 32 : $0 })) }
      }
    }
    #expect(Uuid("0190f3d2-7c5e-7a3b-9c1d-2e4f6a8b0cf") == nil && Uuid("0190f3d2-7c5e-7a3b-9c1d-2e4f6a8b0cfd0") == nil)
    #expect(Uuid("0190f3d2-7c5e-7a3b-9c1d-2e4f6a8b0cé") == nil)
  }

  @Test func `a UUID in JSON may have escapes, and white space before it`() throws {
    var json = JSONReader(
      Array(#"[ "\u0030190f3d2-7c5e-7a3b-9c1d-2e4f6a8b0cfd","0190F3D2-7C5E-7A3B-9C1D-2E4F6A8B0CFD"]"#.utf8))
    let ids = try [Uuid].decode(&json)
    #expect(ids?.map(\.description) == [String](repeating: "0190f3d2-7c5e-7a3b-9c1d-2e4f6a8b0cfd", count: 2))
  }

  @Test(arguments: [
    ("0", "0"), ("-0", "0"), ("10.00", "10"), ("0.000000000000000001", "0.000000000000000001"),
    ("999999999999999999", "999999999999999999"), ("9999999999999999999", "9999999999999999999"),
    ("99999999999999999.99", "99999999999999999.99"), ("-999999999999999999.9", "-999999999999999999.9"),
    ("1e3", "1000"), ("1.5E+2", "150"),
  ])
  func `a number is read whatever its length`(_ text: String, _ plain: String) throws {
    var json = JSONReader(Array("[ \(text) ,\(text)]".utf8))
    #expect(try [ExactDecimal].decode(&json)?.map(\.description) == [plain, plain])
    try json.finish()
  }

  @Test(arguments: ["01", "-01", "1.", "-", ".5", "1.5.5", "00", "1.e5", "-.5", "1..5", "1-1"])
  func `what is no number is refused`(_ text: String) {
    #expect(throws: JSONSyntaxError.self) {
      var json = JSONReader(Array("[\(text)]".utf8))
      _ = try [ExactDecimal].decode(&json)
      try json.finish()
    }
  }

  @Test func `a short number is the nearest of floating point`() throws {
    var random = SeededRandom(11)
    for _ in 0..<10_000 {
      let digits = String(Int.random(in: 1..<1_000_000_000_000_000, using: &random))
      let places = Int.random(in: 0...14, using: &random)
      let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
      let text = places == 0 ? digits : "\(padded.dropLast(places)).\(padded.suffix(places))"
      var json = JSONReader(Array(text.utf8))
      #expect(try Double.decode(&json) == Double(text))
    }
  }

  /// The shortest digits of a double are not all of its digits.
  @Test(arguments: ["9223372036854775808", "-9223372036854775808", "18446744073709551616", "123456789012345680000"])
  func `a whole number that a double holds is read as itself`(_ text: String) throws {
    var json = JSONReader(Array(text.utf8))
    #expect(try Double.decode(&json) == Double(text))
  }

  @Test func `a number between two doubles is read as the one on its side`() throws {
    var json = JSONReader(Array("9223372036854775809".utf8))
    #expect(try Double.decode(&json) == 0x1p63.nextUp)
  }

  @Test func `a decimal is computed alike within 64 bits and beyond`() throws {
    let most = ExactDecimal(Int.max)
    #expect(try (most + most).description == "18446744073709551614")
    let prime = ExactDecimal(10_000_000_019)
    #expect(try (prime * prime).description == "100000000380000000361")
    #expect(try ExactDecimal(Int.min) + ExactDecimal(Int.min) + most + most == ExactDecimal(-2))
    let small = ExactDecimal(scaled: 1, exponent: -30)
    #expect(ExactDecimal(-1) < small && small < ExactDecimal(1) && .zero < small && !(small < .zero))
    #expect(most < ExactDecimal(scaled: 1, exponent: 30) && ExactDecimal(scaled: -1, exponent: 30) < most)
    #expect(ExactDecimal(Int.min).isMultiple(of: ExactDecimal(-1)))
    #expect(most.isMultiple(of: ExactDecimal(scaled: 7, exponent: 0)) && !small.isMultiple(of: ExactDecimal(1)))
  }

  @Test func `numbers are written in full`() {
    for value in [0, 9, 10, 99, 100, 12_345, -1, -10, Int.max, Int.min] {
      #expect(String(decoding: value.json, as: UTF8.self) == String(value))
    }
    for (scale, text) in [(0, "-12.5"), (1, "-12.5"), (2, "-12.50"), (20, "-12.50000000000000000000")] {
      var json = JSONWriter()
      json.field("a", ExactDecimal(scaled: -125, exponent: -1), scale: scale)
      #expect(String(decoding: json.bytes, as: UTF8.self) == #""a":"# + text)
    }
    #expect(String(decoding: ExactDecimal(scaled: 5, exponent: -3).json, as: UTF8.self) == "0.005")
  }

  /// A pattern whose table would have too many states, and texts that no table is for.
  @Test(arguments: [
    ("^[ab]*a[ab]{8}$", "bbabbbbbbbb", true), ("^[ab]*a[ab]{8}$", "bbbbbbbbbbb", false), ("b$", "ab", true),
    ("b$", "ba", false), ("^(a|b$)", "b", true), ("^(a|b$)", "bc", false), ("a$|^b", "xa", true), ("x*", "", true),
    ("^[a-z]+$", "aé", false), ("^[^a]+$", "é", true), ("[^a]", "aaaa", false), ("a.c", "a\nc a-c", true),
  ])
  func `a pattern matches text in ASCII like any other`(_ source: String, _ text: String, _ isMatch: Bool) throws {
    #expect(try Pattern(source).matches(text) == isMatch)
  }
}

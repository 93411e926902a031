import ContractValues
import Testing

/// What the reader makes of a text.
enum JSONReading: Sendable, Equatable {
  case value(JSONValue)
  /// The rule and the pointer of each violation of a text that is JSON, but beyond what this reader holds.
  case violations([String])
  case refused

  var isValue: Bool { if case .value = self { true } else { false } }
}

/// Texts of one kind, and what the reader has to make of each.
struct JSONTable: Sendable, CustomTestStringConvertible {
  typealias Text = (bytes: [UInt8], reading: JSONReading)

  let name: String
  let texts: [Text]

  var testDescription: String { name }

  init(_ name: String, _ texts: [Text]) {
    self.name = name
    self.texts = texts
  }

  init(_ name: String, accepted texts: [(String, JSONValue)]) {
    self.init(name, texts.map { (Array($0.0.utf8), .value($0.1)) })
  }

  init(_ name: String, refused texts: [String]) { self.init(name, refused: texts.map { Array($0.utf8) }) }

  init(_ name: String, refused texts: [[UInt8]]) { self.init(name, texts.map { ($0, .refused) }) }

  static let all: [JSONTable] = [
    literals, containers, numbers, longNumbers, depths, depthsBeyond, escapes, brokenEscapes, scalars, notUTF8,
    bytesInStrings, bytesEscaped, bytesAsHexDigit, spaces, notSpaces, tokens, misplaced, prefixes, bytesAlone,
    bytesAfterValue, notNumbers, notLiterals, notContainers, notJSON, encodings, duplicateNames, numbersBeyondLimits,
    nulEscapes,
  ]

  static let accepted: [JSONTable] = all.compactMap { $0.only { $0.isValue } }
  static let refused: [JSONTable] = all.compactMap { $0.only { $0 == .refused } }
  static let leftOpen: [JSONTable] = all.compactMap { $0.only { !$0.isValue && $0 != .refused } }

  func only(_ isWanted: (JSONReading) -> Bool) -> JSONTable? {
    let wanted = texts.filter { isWanted($0.reading) }
    return wanted.isEmpty ? nil : JSONTable(name, wanted)
  }

  /// A text for a person: what is not printable ASCII in hexadecimal, and not all of a long one.
  static func shown(_ bytes: [UInt8]) -> String {
    let start = bytes.prefix(80).map { byte in
      (0x20...0x7E).contains(byte) ? String(Unicode.Scalar(byte)) : "<" + String(byte, radix: 16) + ">"
    }
    return start.joined() + (bytes.count > 80 ? "... of \(bytes.count) bytes" : "")
  }
}

/// RFC 8259, text by text: all that its grammar has is read, and nothing else is.
@Suite struct JSONGrammarTests {
  func read(_ bytes: [UInt8]) -> JSONReading {
    var json = JSONReader(bytes)
    do {
      let value = try JSONValue.decode(&json)
      try json.finish()
      if let value, json.violations.isEmpty { return .value(value) }
      return .violations(json.violations.list.map { "\($0.rule) \($0.name)" })
    } catch {
      #expect((0...bytes.count).contains(error.offset), "\(JSONTable.shown(bytes)): \(error)")
      return .refused
    }
  }

  @Test(arguments: JSONTable.accepted)
  func `a text that is JSON is read as its value`(_ table: JSONTable) {
    for text in table.texts { #expect(read(text.bytes) == text.reading, "\(JSONTable.shown(text.bytes))") }
  }

  @Test(arguments: JSONTable.refused)
  func `a text that is not JSON is refused`(_ table: JSONTable) {
    for text in table.texts { #expect(read(text.bytes) == .refused, "\(JSONTable.shown(text.bytes))") }
  }

  @Test(arguments: JSONTable.leftOpen)
  func `what RFC 8259 leaves open is a violation`(_ table: JSONTable) {
    for text in table.texts { #expect(read(text.bytes) == text.reading, "\(JSONTable.shown(text.bytes))") }
  }

  @Test(arguments: JSONTable.accepted)
  func `a value that is written reads as the same value`(_ table: JSONTable) {
    for text in table.texts {
      guard case .value(let value) = text.reading else { continue }
      let written = value.json
      #expect(read(written) == .value(value), "\(JSONTable.shown(text.bytes)) as \(JSONTable.shown(written))")
    }
  }

  @Test(arguments: JSONTable.all)
  func `a value that is skipped is held to the same grammar`(_ table: JSONTable) {
    for text in table.texts {
      var json = JSONReader(text.bytes)
      do {
        try json.skip()
        try json.finish()
        #expect(text.reading != .refused && json.violations.isEmpty, "\(JSONTable.shown(text.bytes))")
      } catch {
        #expect(text.reading == .refused, "\(JSONTable.shown(text.bytes)): \(error)")
        #expect((0...text.bytes.count).contains(error.offset), "\(JSONTable.shown(text.bytes)): \(error)")
      }
    }
  }

  @Test func `the tables have three hundred texts that are JSON and three hundred that are not`() {
    let (accepted, refused) = (count(JSONTable.accepted), count(JSONTable.refused))
    #expect(accepted >= 300 && refused >= 300 && count(JSONTable.leftOpen) >= 40)
    #expect(accepted + refused + count(JSONTable.leftOpen) == count(JSONTable.all), "a text has two readings")
    #expect(Set(JSONTable.all.map(\.name)).count == JSONTable.all.count)
    #expect(JSONTable.all.allSatisfy { !$0.texts.isEmpty })
  }

  /// How many different texts the tables have.
  func count(_ tables: [JSONTable]) -> Int { Set(tables.flatMap { $0.texts.map { $0.bytes } }).count }
}

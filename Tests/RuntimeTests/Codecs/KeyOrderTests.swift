import ContractValues
import Testing

/// A record as the generator writes it, with names of lengths around a word's, one of them the beginning of another.
private struct Sample: JSONCodable, Equatable {
  var values: [Int?]

  static let names = ["a", "seven77", "eight888", "eight8889", "a,b", "q\"", "é\\", "", "line\nbreak", "last"]

  static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Sample? {
    guard try json.beginObject() else { return nil }
    var values = [Int?](repeating: nil, count: names.count)
    var keys = json.keys("a,seven77,eight888,eight8889,a\\u002cb,q\\u0022,é\\u005c,,line\\u000abreak,last")
    while let key = try json.next(&keys) {
      if values.indices.contains(key) {
        try json.field("value", &values[key])
      } else {
        try json.unknownField(json.unknownKey, known: "none", rule: "unevaluatedProperties")
      }
    }
    return Sample(values: values)
  }

  func encode(_ json: inout JSONWriter) {
    json.beginObject()
    for (name, value) in zip(Self.names, values) {
      guard let value else { continue }
      json.key(escaping: name)
      json.integer(value)
    }
    json.endObject()
  }
}

@Suite struct KeyOrderTests {
  private func read(_ text: String) throws -> (values: [Int?]?, violations: [Violation]) {
    var json = JSONReader(Array(text.utf8))
    let value = try Sample.decode(&json)
    try json.finish()
    return (value?.values, json.violations.list)
  }

  private func text(_ order: [Int], comma: String = ",", colon: String = ":") -> String {
    let members = order.map { String(decoding: Sample.names[$0].json, as: UTF8.self) + colon + String($0) }
    return "{" + members.joined(separator: comma) + "}"
  }

  @Test(arguments: [(",", ":"), (", ", ": "), (" ,\n\t", " : "), (",  ", ":")])
  func `keys are read in the order of the contract and in any other`(_ comma: String, _ colon: String) throws {
    var random = SeededRandom(7)
    let all = Array(Sample.names.indices)
    let expected: [Int?] = all
    for order in [all, all.reversed()] + (0..<50).map({ _ in all.shuffled(using: &random) }) {
      let (values, violations) = try read(text(order, comma: comma, colon: colon))
      #expect(values == expected && violations.isEmpty)
    }
  }

  @Test func `a missing key is skipped, and those after it are found`() throws {
    for absent in Sample.names.indices {
      let (values, violations) = try read(text(Sample.names.indices.filter { $0 != absent }))
      let expected: [Int?] = Sample.names.indices.map { $0 == absent ? nil : $0 }
      #expect(values == expected && violations.isEmpty)
    }
  }

  @Test func `a repeated key is recorded, right behind the first and later`() throws {
    #expect(try read(#"{"a":1,"a":1}"#).violations.map(\.rule) == ["uniqueKeys"])
    #expect(try read(#"{"a":1,"seven77":2,"\u0061":1,"seven77":3}"#).violations.map(\.rule).count == 2)
  }

  @Test(arguments: ["b", "aa", "eight88", "eight88890", "a,", "q", "q\\", "é", "e\u{301}\\", "last\0", "a,b,q\""])
  func `any other key is unknown, wherever it stands`(_ name: String) throws {
    let key = String(decoding: name.json, as: UTF8.self)
    for start in ["{", #"{"a":0,"#, #"{"last":9,"#] {
      let (values, violations) = try read(start + key + #":[{}],"seven77":1}"#)
      #expect(values?[1] == 1)
      #expect(violations.map(\.rule) == ["unevaluatedProperties"])
      #expect(violations.first?.name == "/" + name.replacing("/", with: "~1"))
    }
  }

  @Test func `a key is the same with its characters escaped`() throws {
    let escaped = #"{"\u0061":0,"sev\u0065n77":1,"a\u002cb":4,"q\u0022":5,"\u00e9\u005C":6,"line\nbreak":8}"#
    #expect(try read(escaped).values == [0, 1, nil, nil, 4, 5, 6, nil, 8, nil])
  }

  @Test func `a text that ends within a key is refused`() throws {
    let whole = text(Array(Sample.names.indices))
    for length in 1..<whole.utf8.count {
      var json = JSONReader(Array(whole.utf8.prefix(length)))
      #expect(throws: JSONSyntaxError.self) { try Sample.decode(&json) }
    }
  }
}

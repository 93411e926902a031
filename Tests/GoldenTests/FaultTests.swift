import ArraysGolden
import PetsGolden
import ServiceCore
import Testing

/// One answer names every fault of a body: each once, at its own pointer, whatever else is wrong.
@Suite struct FaultTests {
  private func faults<Value: JSONCodable>(_ text: String, _ type: Value.Type) -> [String] {
    ValuesTests.violations(of: Array(text.utf8), as: type).map { $0.name + " " + $0.rule }
  }

  @Test func `of many items without what they need each is named at its own pointer, up to the limit`() {
    let items = Array(repeating: "{}", count: 200).joined(separator: ",")
    #expect(
      faults("{\"list\":[\(items)]}", ItemsOfRecords.self)
        == (0..<Violations.limit).map { "/list/\($0)/name required" })
  }

  @Test func `faults of type and presence hide no faults of value`() {
    #expect(
      faults(#"{"list":[{"name":"long"},{},{"name":7},{"name":"abcd"}]}"#, ItemsOfRecords.self).sorted() == [
        "/list/0/name maxLength", "/list/1/name required", "/list/2/name type", "/list/3/name maxLength",
      ])
    #expect(
      faults(#"{"kind":3,"name":"","weight":0,"tags":["a","bb",7,"c"],"owner":{"home_url":"a b"}}"#, Pet.self).sorted()
        == [
          "/kind type", "/name minLength", "/owner/email required", "/owner/home_url format",
          "/tags maxItems", "/tags/0 minLength", "/tags/2 type", "/weight minimum",
        ])
  }

  @Test func `a list is not read beyond the items it may have`() {
    let items = Array(repeating: "7", count: 10_000).joined(separator: ",")
    #expect(
      faults("{\"name\":\"Rex\",\"kind\":\"CAT\",\"parents\":[\(items)]}", Pet.self)
        == ["/parents/0 type", "/parents/1 type", "/parents maxItems"])
  }
}

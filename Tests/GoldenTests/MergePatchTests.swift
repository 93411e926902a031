import MergePatchGolden
import ServiceCore
import Testing

/// `application/merge-patch+json` bodies (RFC 7396).
@Suite struct MergePatchTests {
  private let user = UserInput(
    name: "Ada", email: "ada@example.com", tags: ["a"], address: Address(city: "London", street: "St James's"))

  private func patched(_ text: String) throws -> UserInput {
    var json = JSONReader(Array(text.utf8))
    let patch = try #require(try UserPatch.decode(&json))
    #expect(json.violations.isEmpty)
    return try patch.applied(to: user)
  }

  @Test func `what is absent stays, null removes and a value replaces`() throws {
    let changed = try patched(#"{"email": null, "tags": ["x", "y"], "address": {"street": null}}"#)
    #expect(changed == UserInput(name: "Ada", email: nil, tags: ["x", "y"], address: Address(city: "London")))
    #expect(try patched("{}") == user)
    #expect(try patched(#"{"id": 9, "name": "Grace"}"#).name == "Grace")
  }

  @Test func `a patch is made of its three states`() throws {
    let patch = UserPatch(email: .null, address: .value(AddressPatch(city: .value("Paris"))))
    #expect(String(decoding: patch.json, as: UTF8.self) == #"{"email":null,"address":{"city":"Paris"}}"#)
    #expect(try patch.applied(to: user).address == Address(city: "Paris", street: "St James's"))
  }

  @Test(arguments: [
    (#"{"name": null}"#, "/name", "required"), (#"{"name": ""}"#, "/name", "minLength"),
    (#"{"nam": "x"}"#, "/nam", "additionalProperties"), (#"{"tags": [1]}"#, "/tags/0", "type"),
    (#"{"tags": ["a", "b", "c"]}"#, "/tags", "maxItems"),
    (#"{"address": {"city": null}}"#, "/address/city", "required"),
  ])
  func `a patch that cannot be right is refused`(_ text: String, _ pointer: String, _ rule: String) {
    let violations = ValuesTests.violations(of: Array(text.utf8), as: UserPatch.self)
    #expect(violations.map(\.name) == [pointer])
    #expect(violations.map(\.rule) == [rule])
  }

  @Test func `what a patch makes of a value is held against the contract`() {
    let patch = UserPatch(address: .value(AddressPatch(street: .value("Rue de Rivoli"))))
    #expect(throws: RequestFault.self) { try patch.applied(to: UserInput(name: "Ada")) }
  }

  @Test func `the request has the media type of the contract`() {
    let request = ChangeUser.encode(ChangeUser.Input(id: 1, body: UserPatch(name: .value("Grace"))))
    #expect(request.headers["content-type"] == "application/merge-patch+json")
  }
}

import ContractValues
import DirectionsGolden
import ExternalGolden
import ObjectsGolden
import ServiceCore
import Testing

/// Read-only properties are no part of a request, write-only ones none of a response (OpenAPI 3.1, section 4.8.24).
@Suite struct DirectionTests {
  @Test func `a request has no read-only properties, and one that comes is read past`() throws {
    let input = UserInput(name: "Ada", password: "correct horse")
    #expect(String(decoding: input.json, as: UTF8.self) == #"{"name":"Ada","password":"correct horse"}"#)
    let violations = { (text: String) in
      ValuesTests.violations(of: Array(text.utf8), as: UserInput.self).map(\.name)
    }
    #expect(violations(#"{"id": 7, "name": "Ada", "password": "correct horse"}"#) == [])
    #expect(violations(#"{"name": "Ada", "password": "short"}"#) == ["/password"])
    #expect(violations(#"{"name": "Ada"}"#) == ["/password"])
  }

  @Test func `a response has no write-only properties, and one that comes is read past`() throws {
    let user = User(id: 7, name: "Ada")
    #expect(String(decoding: user.json, as: UTF8.self) == #"{"id":7,"name":"Ada"}"#)
    let violations = { (text: String) in ValuesTests.violations(of: Array(text.utf8), as: User.self).map(\.name) }
    #expect(violations(#"{"id": 7, "name": "Ada", "password": "x"}"#) == [])
    #expect(violations(#"{"name": "Ada"}"#) == ["/id"])
  }

  @Test func `a body that may be left out is nil when it is`() throws {
    let read = { (body: String) throws -> PostPlain.Input? in
      let request = HTTPRequest(
        method: "POST", path: "/plains", headers: ["content-type": "application/json"], body: Array(body.utf8))
      var reader = RequestReader(RoutedRequest(request: request, pathValues: []), PostPlain.descriptor)
      let input = try PostPlain.decode(&reader)
      if !reader.violations.isEmpty { throw RequestFault(.badRequest(reader.violations.list)) }
      return input
    }
    #expect(try read("")?.body == nil)
    #expect(try read(#"{"text": "a"}"#)?.body == Plain(text: "a"))
    #expect(throws: RequestFault.self) { try read("{") }
    #expect(PostPlain.encode(PostPlain.Input()).headers["content-type"] == nil)
    #expect(PostPlain.encode(PostPlain.Input(body: Plain(text: "a"))).body == Plain(text: "a").json)
    var check = Violations()
    PostPlain.validate(PostPlain.Input(body: Plain(text: "")), &check)
    #expect(check.list.map(\.name) == ["/text"])
  }

  @Test func `what holds such a value differs too, and what does not hold one is one type`() throws {
    let input = GroupInput(members: [UserInput(name: "Ada", password: "correct horse")], plain: Plain(text: "a"))
    let group = Group(members: [User(id: 7, name: "Ada")], plain: input.plain)
    #expect(CreateUser.Input(body: input.members[0]).body == input.members[0])
    let violations = ValuesTests.violations(of: input.json, as: GroupInput.self)
    #expect(violations.isEmpty)
    #expect(ValuesTests.violations(of: group.json, as: Group.self).isEmpty)
    #expect(ValuesTests.violations(of: group.json, as: GroupInput.self).map(\.name) == ["/members/0/password"])
  }
}

/// What a record keeps of the properties that its contract does not list.
@Suite struct AdditionalPropertiesTests {
  @Test func `a listed name among them is not written a second time`() {
    let value = UnevaluatedSchema(a: "x", additionalProperties: ["a": 1, "b": 2])
    #expect(String(decoding: value.json, as: UTF8.self) == #"{"a":"x","b":2}"#)
  }
}

/// Path items, parameters, responses and schemas that stand in other files, YAML and JSON.
@Suite struct ExternalTests {
  @Test func `what stands in other files is compiled as if it stood here`() {
    #expect(ListPets.Input().limit == 20)
    let pet = Pet(id: 1, friend: Pet(id: 2))
    #expect(ValuesTests.violations(of: pet.json, as: Pet.self).isEmpty)
    #expect(
      ValuesTests.violations(of: Array(#"{"id": 1, "friend": {"id": 0}}"#.utf8), as: Pet.self).map(\.name) == [
        "/friend/id"
      ])
    guard case .other(_, let problem) = GetPet.Output.other(status: 404, Problem(status: 404)) else { return }
    #expect(problem.status == 404)
  }
}

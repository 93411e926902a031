import ContractMock
import ContractOutline
import ServiceCore
import Testing

@Suite struct RefusalTests {
  @Test(arguments: contracts)
  func `an invalid request gets the problem of the rule that it breaks`(_ name: String) async throws {
    let outline = try outline(name)
    let mock = Mock(outline)
    var sampler = RequestSampler(outline, seed: 3)
    for operation in mock.operations {
      for sample in sampler.invalid(operation) {
        var request = try operation.write(sample.values)
        request.authorize(operation)
        let response = await mock.respond(to: request)
        if response.status == 415, sample.location == .body { continue }
        #expect(response.status == 400, "\(operation.id): \(sample.words): \(response.text)")
        guard case .array(let errors)? = response.json["errors"] else { continue }
        let isReported = errors.contains { error in
          (error["name"] ?? error["pointer"])?.text == sample.name && error["rule"]?.text == sample.rule
        }
        #expect(isReported, "\(operation.id): \(sample.words): \(response.text)")
      }
    }
  }

  @Test func `what no operation takes is refused as by a server`() async throws {
    let mock = Mock(try outline("pets"))
    #expect(await mock.send("GET", "/v1/nothing").status == 404)
    let post = await mock.send("POST", "/v1/pets")
    #expect(post.status == 405)
    #expect(post.headers["allow"] == "GET, HEAD, OPTIONS")
    let address = "/v1/pets/0190f3d2-7c5e-7a3b-9c1d-2e4f6a8b0c1d"
    #expect(await mock.send("PUT", address, "<a/>", headers: ["content-type": "text/xml"]).status == 415)
    #expect(await mock.send("GET", "/v1/pets?min_age=1", headers: ["accept": "text/html"]).status == 406)
    #expect(await mock.send("PUT", address, String(repeating: " ", count: 1_048_577)).status == 413)
  }

  @Test func `a caller without a credential is refused`() async throws {
    let outline = try outline("security")
    let mock = Mock(outline)
    var sampler = RequestSampler(outline, seed: 3)
    var refused = 0
    for operation in mock.operations {
      let alternatives = operation.descriptor.policy.security
      if alternatives.isEmpty || alternatives.contains(where: \.schemes.isEmpty) { continue }
      let values = try #require(sampler.valid(operation, count: 1).first)
      let response = await mock.respond(to: try operation.write(values))
      #expect(response.status == 401, "\(operation.id): \(response.text)")
      #expect(response.headers["www-authenticate"] != nil)
      refused += 1
    }
    #expect(refused > 0)
  }

  @Test func `a repeated key has the first response, and another request none`() async throws {
    let mock = Mock(try outline("pets"))
    let address = "/v1/pets/0190f3d2-7c5e-7a3b-9c1d-2e4f6a8b0c1d/payments"
    let first = await mock.send("POST", address, #"{"amount": 5}"#, headers: ["idempotency-key": "k"])
    #expect(first.status == 201, "\(first.text)")
    #expect(first.headers["idempotent-replay"] == nil)
    let second = await mock.send("POST", address, #"{"amount": 5}"#, headers: ["idempotency-key": "k"])
    #expect(second.body == first.body)
    #expect(second.headers["idempotent-replay"] == "true")
    let other = await mock.send("POST", address, #"{"amount": 10}"#, headers: ["idempotency-key": "k"])
    #expect(other.status == 422)
  }
}

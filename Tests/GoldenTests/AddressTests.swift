import ServiceCore
import Testing

@testable import Openapi32Golden

/// Paths, methods, servers and tags, from a generated client to a generated server over a socket.
@Suite struct AddressTests {
  private struct Cats: PetsCatsHandlers {
    func listCats(_ input: ListCats.Input, _ call: Call) async throws -> ListCats.Output { .noContent }
    func queryCats(_ input: QueryCats.Input, _ call: Call) async throws -> QueryCats.Output {
      .ok(.init(name: input.body.name + "!"))
    }
    func copyCats(_ input: CopyCats.Input, _ call: Call) async throws -> CopyCats.Output {
      throw NotImplemented()
    }
  }

  private struct Dogs: PetsDogsHandlers {
    func readDog(_ input: ReadDog.Input, _ call: Call) async throws -> ReadDog.Output {
      .ok("\(input.name) as \(input.format.rawValue)")
    }
    func byName(_ input: ByName.Input, _ call: Call) async throws -> ByName.Output {
      input.pair.a == 1 && input.pair.b == "x y" ? .noContent : .other(status: 404, JSONObject())
    }
    func root(_ input: Root.Input, _ call: Call) async throws -> Root.Output {
      input.page == nil ? .noContent : .other(status: 404, JSONObject())
    }
  }

  private struct Walks: PetsOtherHandlers {
    func walk(_ input: Walk.Input, _ call: Call) async throws -> Walk.Output {
      input.from == "a.b" && input.to == 7 && input.rest?.slow == true ? .noContent : .other(status: 404, JSONObject())
    }
  }

  private let call = LiveServer.call

  private func run(_ body: (LiveServer, PetsClient) async throws -> Void) async throws {
    let pets = PetsComposition(cats: Cats(), dogs: Dogs(), other: Walks())
    try await LiveServer.run(PetsEndpoint(pets), PetsContract.operations) { server in
      try await body(server, PetsClient(.remote(server.transport)))
    }
  }

  @Test func `a slash at the end, QUERY and other methods are routes of their own`() async throws {
    try await run { server, client async throws in
      try await client.listCats(.init(), call).get()
      #expect(try await client.queryCats(.init(body: .init(name: "Tom")), call).get().name == "Tom!")
      guard case .other(501, _) = try await client.copyCats(.init(), call) else {
        Issue.record("not 501")
        return
      }
      let wrong = try await server.send("GET", "/v1/cats")
      #expect(wrong.status == 405 && wrong.headers["allow"] == "COPY, OPTIONS, QUERY")
    }
  }

  @Test func `parameters may be parts of a segment`() async throws {
    try await run { server, client async throws in
      #expect(try await client.readDog(.init(name: "Rex. II", format: .json), call).get() == "Rex. II as json")
      #expect(try await server.send("GET", "/v1/dogs/a.b.txt").text == "a.b as txt")
      #expect(try await server.send("GET", "/v1/dogs/a").status == 404)
      let wrong = try await server.send("GET", "/v1/dogs/a.gif")
      #expect(wrong.status == 400 && wrong.text.contains(#""in":"path","name":"format""#))
    }
  }

  @Test func `a query may be one value`() async throws {
    try await run { server, client async throws in
      try await client.walk(.init(from: "a.b", to: 7, rest: .init(slow: true)), call).get()
      #expect(try await server.send("GET", "/v2/walks/a.b...7", query: "%7B%22slow%22:true%7D").status == 204)
      let wrong = try await server.send("GET", "/v2/walks/a.b...7", query: "%7B%22slow%22:1%7D")
      #expect(wrong.status == 400 && wrong.text.contains(#""in":"query","name":"rest/slow""#), "\(wrong.text)")
      try await client.byName(.init(pair: .init(a: 1, b: "x y")), call).get()
      #expect(try await server.send("GET", "/v1/by%20name", query: "b=x+y&a=1").status == 204)
    }
  }

  @Test func `a name without a value stands for none where the contract lets it`() async throws {
    try await run { server, client async throws in
      try await client.root(.init(), call).get()
      for query in ["page", "page="] { #expect(try await server.send("GET", "/v1/", query: query).status == 204) }
      #expect(try await server.send("GET", "/v1/", query: "page=x").status == 400)
    }
  }

  private struct Paths: Transport {
    let tell: @Sendable (String) -> Void

    func send(_ request: HTTPRequest, _ operation: OperationDescriptor) async throws -> HTTPResponse {
      tell(request.path)
      return HTTPResponse(status: 204)
    }
  }

  @Test func `a client calls the server it is given, wherever its paths begin`() async throws {
    for (address, path) in [
      (try PetsServers.live(), "/v1/cats/"), (try PetsServers.live(version: "v3"), "/v3/cats/"),
      (try ServerAddress("https://x.example"), "/cats/"),
    ] {
      try await confirmation(expectedCount: 2) { seen in
        let client = PetsClient(
          at: address,
          Paths {
            #expect($0 == path || $0 == "/v2/walks/a...1")
            seen()
          })
        try await client.listCats(.init(), call).get()
        // This operation has a server of its own.
        _ = try? await client.walk(.init(from: "a", to: 1), call)
      }
    }
  }

  @Test func `servers are where the contract says, with their variables`() throws {
    #expect(PetsClient.server == "https://eu.example")
    #expect(try PetsServers.live().text == "https://eu.example/v1")
    #expect(try PetsServers.live(region: .us, version: "v3").basePath == "/v3")
    #expect(try PetsServers.local().origin == "http://localhost:8080")
    #expect(try Walk.Servers.main().basePath == "/v2")
    #expect(throws: CodecError.self) { try PetsServers.live(version: "a?b") }
  }
}

import ServiceCore
import ServiceSecurity
import Synchronization
import Testing

@testable import PaginationGolden

/// Lists that are read page by page, from a generated client to a generated server over a socket and in process.
@Suite struct PaginationTests {
  private final class Shelf: PetsHandlers {
    let items = Mutex((1...7).map { Item(id: $0, colour: $0 % 2 == 0 ? "red" : "blue") })
    let limits = Mutex<[Int]>([])

    func listItems(_ input: ListItems.Input, _ call: Call) async throws -> ListItems.Output {
      try await ListItems.page(input, call, key: \.id) { after, limit in
        limits.withLock { $0.append(limit) }
        let all = items.withLock(\.self).filter { input.colour == nil || $0.colour == input.colour }
        return Array(all.filter { $0.id > after ?? 0 }.prefix(limit))
      }
    }

    func searchItems(_ input: SearchItems.Input, _ call: Call) async throws -> SearchItems.Output {
      try await SearchItems.page(
        input, call, key: { (row: Item) in (row.colour, row.id) },
        item: { SearchItemsOkBodyFoundItem(text: "\($0.colour) \($0.id)") }
      ) { after, limit in
        let all = items.withLock(\.self).sorted { ($0.colour, $0.id) < ($1.colour, $1.id) }
        let rows: [Item] = Array(all.filter { isBehind($0, after) }.prefix(limit))
        return rows
      }
    }

    private func isBehind(_ item: Item, _ key: (String, Int)?) -> Bool {
      key.map { (item.colour, item.id) > $0 } ?? true
    }

    func listNames(_ input: ListNames.Input, _ call: Call) async throws -> ListNames.Output {
      try await ListNames.page(input, call, key: \.self) { after, limit in
        Array(["é", "e\u{301}", "ü", "z"].sorted().filter { after == nil || $0 > after ?? "" }.prefix(limit))
      }
    }
  }

  private func calling(_ body: (PetsClient, LiveServer, Call, Shelf) async throws -> Void) async throws {
    let shelf = Shelf()
    let keys = try CursorKeyRing(Base64(Array(1...32)).text)
    let call = Call(requestID: "r1", logger: LiveServer.call.logger, cursorKeys: keys)
    try await LiveServer.run(PetsEndpoint(shelf), PetsContract.operations, call) { server in
      try await body(PetsClient(.remote(server.transport)), server, LiveServer.call, shelf)
      let local = LocalService(
        name: "contract", handlers: shelf, call: Call(requestID: "", logger: Logger(level: .error), cursorKeys: keys))
      shelf.items.withLock { $0 = Shelf().items.withLock(\.self) }
      try await body(PetsClient(.local { local }), server, LiveServer.call, shelf)
    }
  }

  @Test func `all items come page by page, with names and types of the contract's own`() async throws {
    try await calling { client, _, call, shelf in
      var ids: [Int] = []
      for try await item in ListItems.items(.init(colour: "blue", limit: 3), { try await client.listItems($0, call) }) {
        ids.append(item.id)
      }
      #expect(ids == [1, 3, 5, 7])
      var found: [String?] = []
      let search = SearchItems.Input(shelf: 7, body: SearchItemsBody(text: "a"))
      for try await item in SearchItems.items(search, { try await client.searchItems($0, call) }) {
        found.append(item.text)
      }
      #expect(found == ["blue 1", "blue 3", "blue 5", "blue 7", "red 2", "red 4", "red 6"])
      let last = try await client.searchItems(.init(shelf: 7, body: SearchItemsBody(), pageSize: 10), call).get()
      #expect(last.goOn == nil && last.found.count == 7)
      let names = try await client.listNames(.init(limit: 100), call).get()
      #expect(names.next == .absent && names.items.count == 4)
    }
  }

  @Test func `a limit that the contract leaves open is 20, and one more is asked for`() async throws {
    try await calling { client, _, call, shelf in
      shelf.limits.withLock { $0 = [] }
      _ = try await client.listItems(.init(), call).get()
      _ = try await client.listItems(.init(limit: 50), call).get()
      #expect(shelf.limits.withLock(\.self) == [21, 51])
    }
  }

  @Test func `a list goes on behind an item that is gone`() async throws {
    try await calling { client, _, call, shelf in
      let page = try await client.listItems(.init(limit: 3), call).get()
      shelf.items.withLock { $0.removeAll { $0.id == 3 || $0.id == 4 } }
      let next = try await client.listItems(.init(limit: 3, cursor: page.nextCursor), call).get()
      #expect(page.items.map(\.id) == [1, 2, 3] && next.items.map(\.id) == [5, 6, 7] && next.nextCursor == nil)
    }
  }

  @Test func `a cursor of another list is refused by its parameter's name, and ends an iteration`() async throws {
    try await calling { client, server, call, _ in
      let cursor = try #require(try await client.listItems(.init(limit: 3), call).get().nextCursor)
      let search = SearchItems.Input(shelf: 7, body: SearchItemsBody(), after: cursor)
      guard case .other(let status, let problem) = try await client.searchItems(search, call) else {
        Issue.record("a cursor of another list was taken")
        return
      }
      #expect(status == 400 && problem.detail?.contains("1 place") == true)
      await #expect(throws: ClientError.self) {
        for try await _ in SearchItems.items(search, { try await client.searchItems($0, call) }) {}
      }
      let (code, _, text) = try await server.send("GET", "/names", query: "limit=1&cursor=" + cursor)
      #expect(code == 400)
      #expect(
        text.contains(#"{"in":"query","name":"cursor","rule":"cursor","message":"is not a cursor of this list"}"#))
    }
  }
}

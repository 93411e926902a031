import ServiceCore
import ServiceSecurity
import Synchronization
import Testing

/// Cursors of lists that are read page by page: what is in one, and what is not taken for one.
@Suite struct PagingTests {
  struct Page {
    let items: [Int]
    let next: String?
  }

  struct Query {
    var limit = 2
    var cursor: String?
  }

  /// Lists numbers.
  enum ListNumbers: PagedOperation {
    static let descriptor = OperationDescriptor(
      service: "numbers", id: "listNumbers", method: "GET", path: [.literal("numbers")], cursor: "after",
      responses: .init([200], hasDefault: true))

    static func decode(_ request: inout RequestReader) throws(RequestFault) -> Query? { Query() }
    static func validate(_ input: Query, _ check: inout Violations) {}
    static func encode(_ input: Query) throws -> HTTPRequest { HTTPRequest(method: "GET", path: "/numbers") }
    static func decode(_ response: HTTPResponse) throws -> Page? { nil }
    static func validate(_ output: Page, _ check: inout Violations) {}
    static func encode(_ output: Page) -> HTTPResponse { HTTPResponse(status: 200) }
    static func cursor(_ input: Query) -> String? { input.cursor }
    static func limit(_ input: Query) -> Int { input.limit }
    static func input(_ input: Query, after cursor: String) -> Query { Query(limit: input.limit, cursor: cursor) }
    static func output(_ items: [Int], next: String?) -> Page { Page(items: items, next: next) }
    static func page(_ output: Page) throws -> (items: [Int], next: String?) { (output.items, output.next) }
  }

  private static let first = Base64(Array(1...32)).text
  private static let second = Base64(Array(2...33)).text

  private func call(_ keys: String = PagingTests.first) throws -> Call {
    Call(requestID: "r1", logger: Logger(level: .error, sink: { _ in }), cursorKeys: try CursorKeyRing(keys))
  }

  private func cursor(_ keys: String = PagingTests.first, key: some CursorValue) async throws -> String {
    let page = try await ListNumbers.page(Query(), try call(keys), key: { _ in key }) { _, _ in [1, 2, 3] }
    return try #require(page.next)
  }

  /// The key that a cursor is opened as; nil where it is refused in the words of the contract.
  private func opened<Key: CursorValue>(
    _ cursor: String, _ keys: String = PagingTests.first, as type: Key.Type = Uuid.self
  ) async throws -> Key? {
    var key: Key?
    do {
      _ = try await ListNumbers.page(Query(cursor: cursor), try call(keys), key: { _ -> Key? in nil }) { after, _ in
        key = after ?? nil
        return []
      }
    } catch let error as any ProblemConvertible {
      #expect(error.problem.status == 400)
      let violation = try #require(error.problem.violations.first)
      #expect(violation.location == .query && violation.name == "after" && violation.rule == "cursor")
      return nil
    }
    if key == nil { Issue.record("the cursor holds no key") }
    return key
  }

  private func isOpened<Key: CursorValue & Equatable>(_ key: Key) async throws -> Bool {
    try await opened(try await cursor(key: key), as: Key.self) == key
  }

  @Test func `a page begins behind the key that the one before ended with, of every type`() async throws {
    for number in [0, 1, -1, .max, .min] { #expect(try await isOpened(number)) }
    #expect(try await isOpened(true))
    #expect(try await isOpened(false))
    for text in ["", "a", "\0", "e\u{301}", "é", "👩‍👩‍👧", String(repeating: "ü", count: 70_000)] {
      #expect(try await opened(try await cursor(key: text), as: String.self)?.utf8.elementsEqual(text.utf8) == true)
    }
    #expect(try await isOpened(Uuid(high: .max, low: 0)))
    #expect(try await isOpened(Uuid(high: 0, low: .max)))
    for moment in [0, .max, .min, 1_700_000_000_000_001] {
      #expect(try await isOpened(Timestamp(microseconds: moment)))
    }
    for text in ["0", "-12.50", "9999999999999999999999999999999999", "1e6000", "-1e-6000"] {
      #expect(try await isOpened(try #require(ExactDecimal(text))))
    }
  }

  @Test func `a key may be a tuple, and parts of it nil`() async throws {
    let call = try call()
    let id = Uuid(high: 1, low: 2)
    let keys: [(Timestamp?, ExactDecimal?, Uuid)] = [
      (nil, nil, id), (Timestamp(microseconds: 7), nil, id), (nil, ExactDecimal(3), id),
    ]
    for key in keys {
      let page = try await ListNumbers.page(Query(), call, key: { _ in key }) { _, _ in [1, 2, 3] }
      let next = try await ListNumbers.page(Query(cursor: page.next), call, key: { _ in key }) { after, _ in
        let after = try #require(after)
        #expect(after == key)
        return []
      }
      #expect(next.next == nil)
    }
    let pair = try await ListNumbers.page(Query(), call, key: { ($0, "text") }) { _, _ in [1, 2, 3] }
    _ = try await ListNumbers.page(Query(cursor: pair.next), call, key: { ($0, "text") }) { after, _ in
      #expect(after?.0 == 2 && after?.1 == "text")
      return []
    }
  }

  @Test func `one item more than the page holds says that there is a next page`() async throws {
    let call = try call()
    for (count, shown, hasNext) in [(0, 0, false), (1, 1, false), (2, 2, false), (3, 2, true)] {
      let page = try await ListNumbers.page(Query(), call, key: \.self) { after, limit in
        #expect(after == nil && limit == 3)
        return Array(0..<count)
      }
      #expect(page.items == Array(0..<shown) && (page.next != nil) == hasNext)
    }
    let rows = try await ListNumbers.page(Query(), call, key: { ($0.key, $0.value) }, item: \.value) { after, _ in
      [(key: after?.0 ?? "a", value: after?.1 ?? 1), (key: "b", value: 2)]
    }
    #expect(rows.items == [1, 2])
  }

  @Test(arguments: [Int.min, -1, 0, .max]) func `a limit that no contract allows does no harm`(_ limit: Int)
    async throws
  {
    let page = try await ListNumbers.page(Query(limit: limit), try call(), key: \.self) { _, limit in
      #expect((2...1_000_001).contains(limit))
      return [1]
    }
    #expect(page.items == [1] && page.next == nil)
  }

  @Test func `every byte of a cursor is proved`() async throws {
    let id = Uuid(high: 0x0190_f3d2_7c5e_7a3b, low: 0x9c1d_2e4f_6a8b_0c1d)
    let cursor = try await cursor(key: id)
    #expect(cursor.utf8.count <= 64)
    #expect(try await opened(cursor) == id)
    let bytes = try #require(Base64(cursor, isURLSafe: true)?.bytes)
    for index in bytes.indices {
      for bit in 0..<8 {
        var changed = bytes
        changed[index] ^= 1 << bit
        #expect(try await opened(Base64(changed, isURLSafe: true).text) == nil, "byte \(index), bit \(bit)")
      }
    }
    for count in 0..<bytes.count {
      #expect(try await opened(Base64(Array(bytes.prefix(count)), isURLSafe: true).text) == nil)
      #expect(try await opened(Base64(Array(bytes.suffix(count)), isURLSafe: true).text) == nil)
    }
    for byte in 0...UInt8.max {
      #expect(try await opened(Base64(bytes + [byte], isURLSafe: true).text) == nil)
      #expect(try await opened(Base64([byte] + bytes, isURLSafe: true).text) == nil)
    }
  }

  @Test(arguments: [
    "", "A", "AAAA", "!", "abc=", "-_-_", " ", "é", "0190f3d2-7c5e-7a3b-9c1d-2e4f6a8b0c1d", "\0",
    String(repeating: "A", count: 1_000), String(repeating: "A", count: 999_999),
  ])
  func `a cursor that is made up is refused`(_ text: String) async throws {
    #expect(try await opened(text) == nil)
  }

  @Test func `white space or padding makes another text of a cursor, which is none`() async throws {
    let cursor = try await cursor(key: Uuid(high: 1, low: 2))
    for text in [cursor + "=", cursor + "==", cursor + "\n", " " + cursor, cursor + "A", cursor + cursor] {
      #expect(try await opened(text) == nil)
    }
  }

  @Test func `a cursor is good for its service's own operation alone`() async throws {
    let ring = try CursorKeyRing(Self.first)
    let key = Array(try #require(Base64(try await cursor(key: true), isURLSafe: true)?.bytes))
    let payload = try #require(try ring.open(key, for: Array("numbers\0listNumbers".utf8)))
    #expect(payload == [2, 1, 1])
    for purpose in ["numbers\0listNumber", "number\0slistNumbers", "numbers\0listNumbers2", "", "others\0listNumbers"] {
      #expect(try ring.open(key, for: Array(purpose.utf8)) == nil)
      let foreign = Base64(try ring.seal(payload, for: Array(purpose.utf8)), isURLSafe: true).text
      #expect(try await opened(foreign, as: Bool.self) == nil)
    }
    // Nothing moves from what a cursor is good for into what it holds.
    let moved = try ring.seal(Array("Numbers".utf8) + payload, for: Array("numbers\0list".utf8))
    #expect(try await opened(Base64(moved, isURLSafe: true).text, as: Bool.self) == nil)
  }

  @Test func `keys are changed one after the other`() async throws {
    let id = Uuid(high: 1, low: 2)
    let both = Self.second + "," + Self.first
    let old = try await cursor(key: id)
    #expect(try await opened(old, both) == id)
    #expect(try await opened(old, Self.second) == nil)
    let new = try await cursor(both, key: id)
    #expect(try await opened(new, Self.second) == id)
    #expect(try await opened(new, Self.first) == nil)
    #expect(try await opened(old, Self.first + "," + Self.second) == id)
  }

  @Test func `a cursor of an earlier version of the list is refused where its key is of another type`() async throws {
    let id = Uuid(high: 1, low: 2)
    #expect(try await opened(try await cursor(key: 7)) == nil)
    #expect(try await opened(try await cursor(key: id), as: Int.self) == nil)
    #expect(try await opened(try await cursor(key: Timestamp(microseconds: 7)), as: Int.self) == nil)
    #expect(try await opened(try await cursor(key: "7"), as: ExactDecimal.self) == nil)
    let call = try call()
    let pair = try #require(try await ListNumbers.page(Query(), call, key: { ($0, $0) }) { _, _ in [1, 2, 3] }.next)
    #expect(try await opened(pair, as: Int.self) == nil)
    let single = try await cursor(key: 7)
    await #expect(throws: (any Error).self) {
      _ = try await ListNumbers.page(Query(cursor: single), call, key: { ($0, $0) }) { _, _ in [] }
    }
  }

  /// What no service seals, should its key ever be known.
  @Test func `no bytes that a cursor could hold do harm`() async throws {
    let ring = try CursorKeyRing(Self.first)
    func refused(_ payload: [UInt8]) async throws {
      let text = Base64(try ring.seal(payload, for: Array("numbers\0listNumbers".utf8)), isURLSafe: true).text
      #expect(try await opened(text, as: String.self) == nil, "\(payload.prefix(20))")
      #expect(try await opened(text, as: Uuid.self) == nil)
      #expect(try await opened(text, as: Int.self) == nil)
      #expect(try await opened(text, as: Bool.self) == nil)
      #expect(try await opened(text, as: ExactDecimal.self) == nil)
      #expect(try await opened(text, as: Timestamp.self) == nil)
    }
    try await refused([])
    for type in UInt8(0)...8 {
      try await refused([type])
      try await refused([type, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255])
      try await refused([type, 127])
      try await refused([type, 128, 128, 128, 128, 128])
      try await refused([type, 4, 1, 2, 3])
      try await refused([type, 2, 1, 2, 3])
      try await refused([type, 9] + Array("9e9999999".utf8) + [type])
      try await refused([type] + [UInt8](repeating: 255, count: 10_000))
    }
    try await refused([3, 1, 0xFF])
    try await refused([3, 3, 0xED, 0xA0, 0x80])
    for text in ["1e99999999999999999999", "", "e", "1e", "--1e1", "1e6145"] {
      try await refused([6, UInt8(text.utf8.count)] + Array(text.utf8))
    }
  }

  @Test func `a list without keys for its cursors says so where one is needed`() async throws {
    let call = Call(requestID: "r1", logger: Logger(level: .error, sink: { _ in }))
    #expect(try await ListNumbers.page(Query(), call, key: \.self) { _, _ in [1] }.items == [1])
    for (query, items) in [(Query(), [1, 2, 3]), (Query(cursor: "a"), [])] {
      let error = await #expect(throws: ConfigurationError.self) {
        try await ListNumbers.page(query, call, key: \.self) { _, _ in items }
      }
      #expect(error?.description.contains("numbers.listNumbers") == true)
    }
  }

  @Test func `all items of a list are its pages' one after the other, from a cursor on`() async throws {
    let call = try call()
    let asked = Mutex<[String?]>([])
    let items = { (query: Query) in
      ListNumbers.items(query) { query in
        asked.withLock { $0.append(query.cursor) }
        return try await ListNumbers.page(query, call, key: \.self) { after, limit in
          Array((1...7).filter { $0 > after ?? 0 }.prefix(limit))
        }
      }
    }
    var seen: [Int] = []
    for try await item in items(Query()) { seen.append(item) }
    #expect(seen == [1, 2, 3, 4, 5, 6, 7])
    let cursors = asked.withLock(\.self)
    #expect(cursors.count == 4 && cursors[0] == nil && Set(cursors).count == 4)
    seen = []
    for try await item in items(Query(limit: 3, cursor: cursors[1])) { seen.append(item) }
    #expect(seen == [3, 4, 5, 6, 7])
    // Pages are asked for as they are needed.
    asked.withLock { $0 = [] }
    for try await item in items(Query()) where item == 2 { break }
    #expect(asked.withLock(\.count) == 1)
  }

  @Test func `an empty page need not be the last one, and a failure ends a list`() async throws {
    struct Lost: Error {}
    let pages = Mutex<[Page]>([Page(items: [], next: "a"), Page(items: [1], next: "b")])
    var items = ListNumbers.items(Query()) { _ in
      guard let page = pages.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) else { throw Lost() }
      return page
    }.makeAsyncIterator()
    #expect(try await items.next() == 1)
    await #expect(throws: Lost.self) { try await items.next() }
    #expect(try await items.next() == nil)
  }
}

@Suite struct CursorKeyRingTests {
  @Test(arguments: [
    "", ",", "AAAA", "not base64", Base64(Array(1...31)).text, Base64(Array(1...33)).text,
    Base64(Array(1...32)).text + ",", Base64(Array(1...32)).text + " ", "," + Base64(Array(1...32)).text,
    Base64(Array(1...32), isURLSafe: true).text,
  ])
  func `what is not a list of keys is refused, and not shown`(_ text: String) {
    let error = #expect(throws: ConfigurationError.self) { try CursorKeyRing(text) }
    #expect(error?.description.contains("openssl rand -base64 32") == true)
    #expect(text.utf8.count < 10 || error?.description.contains(text) == false)
  }

  @Test func `no description shows a key`() throws {
    let text = Base64(Array(1...32)).text
    let ring = try CursorKeyRing(text)
    for shown in ["\(ring)", String(reflecting: ring), String(describing: [ring])] {
      #expect(shown.contains("1 cursor keys") && !shown.contains(text))
    }
    #expect(Mirror(reflecting: ring).children.isEmpty)
  }

  @Test func `a cursor is sealed by HMAC-SHA256 over the length of its purpose, the purpose and what it holds`() throws
  {
    // By Python: hmac.new(bytes(range(1, 33)), b"\0" * 7 + b"\1" + b"p" + b"value", "sha256").digest()[:16]
    let sealed = try CursorKeyRing(Base64(Array(1...32)).text).seal(Array("value".utf8), for: Array("p".utf8))
    #expect(
      sealed.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        == "2366450276616c75652517335e20ca86ba41362895fe4b9830")
  }
}

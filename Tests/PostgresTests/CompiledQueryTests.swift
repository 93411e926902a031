import Foundation
import QueriesShopAPI
import QueriesValuesAPI
import ServiceCore
import ServicePostgres
import Testing

@testable import QueriesShopGolden
@testable import QueriesValuesGolden

/// Queries as contractgen compiles them (Tests/GoldenTests/Cases/queries-…), run against what their migrations make.
@Suite(.timeLimit(.minutes(10))) struct CompiledQueryTests {
  private static let cases = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "GoldenTests/Cases")

  private let id = Uuid.v7(at: Timestamp(microseconds: 1_700_000_000_000_000))
  private let other = Uuid.v7(at: Timestamp(microseconds: 1_700_000_001_000_000))
  private let now = Timestamp(microseconds: 1_700_000_000_123_456)

  /// Runs `body` on a database that has the schema of a case.
  private func with(_ name: String, _ body: (TestDatabase) async throws -> Void) async throws {
    let test = try await TestDatabase()
    do {
      let folder = Self.cases.appending(path: "\(name)/Migrations")
      let migrations = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().map {
        Migration(name: $0, sql: try String(contentsOf: folder.appending(path: $0), encoding: .utf8))
      }
      _ = try await Database.migrate(test.address, migrations)
      try await body(test)
    } catch {
      await test.end()
      throw error
    }
    await test.end()
  }

  private func withShop(_ body: (ShopQueries, Database) async throws -> Void) async throws {
    try await with("queries-shop") { test in
      try await test.database.checkQueries(ShopQueries.checks)
      try await body(ShopQueries(test.database), test.database)
    }
  }

  private func withValues(_ body: (ValuesQueries, Database) async throws -> Void) async throws {
    try await with("queries-values") { test in
      try await test.database.checkQueries(ValuesQueries.checks)
      try await body(ValuesQueries(test.database), test.database)
    }
  }

  private func decimal(_ text: String) throws -> ExactDecimal { try #require(ExactDecimal(text)) }

  // MARK: the shop

  @Test func `records are written and read as columns, with every combination of lines`() async throws {
    try await withShop { queries, _ in
      let evil = "é\"\"\"\\' $1 :id {} 🦀 -- if :x"
      let draft = ProductDraft(
        name: evil, price: try decimal("9999999999.99"), category: "a", tags: [evil, "", "NULL", "{}", "\\", "\""],
        stockQuantity: Int(Int32.max), imageURL: nil)
      let product = try await queries.insert(id: id, draft: draft, now: now)
      #expect(product.name == evil && product.tags == draft.tags && product.price == draft.price)
      #expect(product.stockQuantity == Int(Int32.max) && product.imageURL == nil && product.createdAt == now)
      #expect(try await queries.product(id: id) == product)
      #expect(try await queries.product(id: other) == nil)
      let cheap = ProductDraft(name: "b", price: try decimal("0.00"), category: "b", imageURL: "https://a.b/c")
      let second = try await queries.insert(id: other, draft: cheap, now: now)

      let all = try await queries.list(filter: .init(), before: nil, limit: 10)
      #expect(all == [second, product])
      #expect(try await queries.list(filter: .init(), before: other, limit: 10) == [product])
      #expect(try await queries.list(filter: .init(), before: nil, limit: 1) == [second])
      #expect(try await queries.list(filter: .init(category: "a"), before: nil, limit: 10) == [product])
      #expect(try await queries.list(filter: .init(tag: evil), before: nil, limit: 10) == [product])
      #expect(try await queries.list(filter: .init(tag: "none"), before: nil, limit: 10) == [])
      #expect(try await queries.list(filter: .init(minPrice: try decimal("0.01")), before: nil, limit: 10) == [product])
      #expect(try await queries.list(filter: .init(maxPrice: try decimal("0.01")), before: nil, limit: 10) == [second])
      for (sort, first) in [(ProductSort.price, second), (.name, second), (.newest, second)] {
        #expect(try await queries.list(filter: .init(sort: sort), before: nil, limit: 10).first == first, "\(sort)")
      }
      let every = ListProducts.Input(
        category: "a", tag: evil, minPrice: try decimal("1"), maxPrice: try decimal("1e10"), sort: .name)
      #expect(try await queries.list(filter: every, before: other, limit: 10) == [product])

      let changed = ProductDraft(name: "red chair", price: try decimal("1.5"), category: "c")
      #expect(try await queries.replace(id: id, draft: changed, now: now)?.name == "red chair")
      #expect(try await queries.replace(id: .v7(at: now), draft: changed, now: now) == nil)
      let found = try await queries.search(words: "chairs", rank: nil, id: nil, limit: 10)
      #expect(found.map(\.product.id) == [id])
      let rank = try #require(found.first?.rank)
      #expect(try await queries.search(words: "chairs", rank: rank, id: id, limit: 10).isEmpty)
      #expect(try await queries.search(words: "chairs", rank: rank, id: other, limit: 10).count == 1)
      #expect(try await queries.delete(id: id) == 1)
      #expect(try await queries.delete(id: id) == 0)
      await #expect(throws: PostgresError.self) {
        try await queries.insert(
          id: id, draft: ProductDraft(name: "a", price: ExactDecimal(1), category: "a", tags: ["a\u{0}b"]), now: now)
      }
    }
  }

  @Test func `lists of records are arrays, and child rows are JSON`() async throws {
    try await withShop { queries, database in
      let stock = try await queries.addStock(draft: .init(productID: id, productName: "a", quantity: 5), now: now)
      #expect(stock?.quantity == 5 && stock?.reservedQty == 0)
      #expect(try await queries.addStock(draft: .init(productID: id, productName: "a", quantity: 5), now: now) == nil)
      _ = try await queries.addStock(draft: .init(productID: other, productName: "b", quantity: 5), now: now)
      #expect(try await queries.lock(ids: []).isEmpty)
      #expect(try await queries.lock(ids: [other, id, id]).map(\.productID) == [id, other])
      #expect(try await queries.change(id: id, quantity: -1, reserved: 2, now: now).quantity == 4)
      await #expect(throws: PostgresError.self) {
        try await queries.change(id: .v7(at: now), quantity: 1, reserved: 1, now: now)
      }

      let order = Uuid.v7(at: now)
      #expect(try await queries.begin(orderID: order, status: .reserved, now: now) == 1)
      #expect(try await queries.begin(orderID: order, status: .reserved, now: now) == 0)
      try await queries.reserve(orderID: order, items: [], now: now)
      let items = [ReservedItem(productID: id, quantity: 1), ReservedItem(productID: other, quantity: 2)]
      try await queries.reserve(orderID: order, items: items.reversed(), now: now)
      #expect(try await queries.lock(ids: [id, other]).map(\.reservedQty) == [3, 2])
      #expect(
        try await queries.reservation(orderID: order) == Reservation(orderID: order, status: .reserved, items: items))
      #expect(try await queries.reservation(orderID: id) == nil)
      #expect(try await queries.status(orderID: order) == .reserved)
      #expect(try await queries.status(orderID: id) == nil)
      // The database knows a value that the contract does not.
      try await database.execute("UPDATE reservations SET status = 'RELEASED'")
      await #expect(throws: PostgresError.self) { try await queries.status(orderID: order) }

      _ = try await queries.insert(id: id, draft: .init(name: "a", price: ExactDecimal(1), category: "a"), now: now)
      _ = try await queries.insert(id: order, draft: .init(name: "b", price: ExactDecimal(1), category: "a"), now: now)
      let reserved = try await queries.reserved(ids: [id, order])
      #expect(reserved.first { $0.product.id == id }?.reserved == items[0])
      #expect(reserved.count == 2 && reserved.contains { $0.product.id == order && $0.reserved == nil })
    }
  }

  @Test func `items keep their order, and counters count`() async throws {
    try await withShop { queries, database in
      #expect(try await queries.oldest() == nil)
      #expect(try await queries.nextNumber(day: "d") == 1)
      #expect(try await queries.nextNumber(day: "d") == 2)
      let items = [(other, "é\"\\"), (id, ""), (other, "{}")].map { id, name in
        OrderItem(productID: id, productName: name, quantity: 1, unitPrice: ExactDecimal(2))
      }
      let order = Order(
        id: id, orderNumber: "1", customerName: "a", customerEmail: "A@b", items: items, status: .pending,
        totalAmount: try decimal("123456789012345678901234567890.123"), createdAt: now, updatedAt: now)
      try await queries.place(order: order, writer: "w")
      let empty = Order(
        id: other, orderNumber: "2", customerName: "a", customerEmail: "a@b", items: [], status: .shipped,
        totalAmount: ExactDecimal(0), createdAt: now, updatedAt: now)
      try await queries.place(order: empty, writer: "w")
      #expect(try await queries.oldest() == now)
      #expect(try await queries.orders(email: "a@B", before: nil, limit: 10).isEmpty)
      let unfinished = try await queries.unfinished()
      #expect(unfinished.map(\.id) == [id, other] && unfinished.allSatisfy { $0.task == nil })
      try await database.execute("UPDATE orders SET placed = true, inventory_task = 'SHIP' WHERE id = \(id)")
      #expect(try await queries.orders(email: "a@B", before: nil, limit: 10) == [order])
      #expect(try await queries.orders(email: "a@B", before: id, limit: 10).isEmpty)
      #expect(try await queries.tasks(status: nil).sorted { ($0 ?? "") < ($1 ?? "") } == [nil, "SHIP"])
      #expect(try await queries.tasks(status: .pending) == ["SHIP"])
      #expect(try await queries.tasks(status: .delivered).isEmpty)
      // Rows without items have NULL where their list is required.
      try await database.execute("UPDATE orders SET placed = true")
      await #expect(throws: PostgresError.self) { try await queries.orders(email: "a@b", before: nil, limit: 10) }
    }
  }

  // MARK: values

  private func note(_ id: Uuid, _ remark: Nullable<String> = .null) -> Note {
    Note(id: id, order: 1, colour: .red, priority: .value1, kind: .memo, remark: remark)
  }

  private func full(_ id: Uuid) -> Note {
    let lines = [
      Line(text: "é\"\\\n\u{1}🦀", colour: .green, kind: .other("\"x\\"), tags: ["", "\"", "\\"]),
      Line(text: "", colour: .red),
    ]
    return Note(
      id: id, order: Int(Int32.min), colour: .green, colours: [.red, .green], priority: .value2, kind: .other("a,b"),
      weight: -0.1, remark: .value("'; DROP TABLE notes; --"), picture: Base64([0, 255, 92, 39]), lines: lines,
      anything: ["a": [1, true, .null, "é"], "\\": [:]], isDone: false)
  }

  @Test func `every type comes back as it went`() async throws {
    try await withValues { queries, _ in
      await #expect(throws: PostgresError.self) { try await queries.note(id: id) }
      for note in [note(id), full(id), note(id, .value(""))] {
        #expect(try await queries.put(note: note) == note)
        #expect(try await queries.note(id: id) == note)
      }
      try await queries.add(note: full(other))
      #expect(try await queries.done().map(\.isDone) == [false, true])
      for number in [0.0, -0.0, .greatestFiniteMagnitude, .leastNonzeroMagnitude, 0.1] {
        let note = Note(
          id: id, order: 1, colour: .red, colours: [], priority: .value1, kind: .list, weight: number, remark: .null,
          picture: Base64([]), lines: [], anything: .null)
        #expect(try await queries.put(note: note) == note, "\(number)")
      }
      await #expect(throws: PostgresError.self) { try await queries.add(note: note(.v7(at: now), .value("\u{0}"))) }
      // In JSON it is an escape, which PostgreSQL has no text for.
      let nul = Note(
        id: .v7(at: now), order: 1, colour: .red, priority: .value1, kind: .memo,
        lines: [Line(text: "\u{0}", colour: .red)])
      await #expect(throws: PostgresError.self) { try await queries.add(note: nul) }
    }
  }

  @Test func `a merge patch leaves, empties and replaces`() async throws {
    try await withValues { queries, _ in
      let before = full(id)
      try await queries.add(note: before)
      #expect(try await queries.change(id: id, patch: NotePatch()) == before)
      #expect(try await queries.change(id: other, patch: NotePatch()) == nil)
      let emptied = NotePatch(
        colours: .null, weight: .null, remark: .null, picture: .null, lines: .null, anything: .null, isDone: .null)
      let after = Note(
        id: id, order: before.order, colour: .green, priority: .value2, kind: before.kind, remark: .null)
      #expect(try await queries.change(id: id, patch: emptied) == after)
      await #expect(throws: PostgresError.self) { try await queries.change(id: id, patch: NotePatch(colour: .null)) }
      let filled = NotePatch(
        id: .value(other), order: .value(7), colour: .value(.red), colours: .value([.green]),
        priority: .value(.value1), kind: .value(.list), weight: .value(2), remark: .value("r"),
        picture: .value(Base64([1])), lines: .value([]), anything: .value(.null), isDone: .value(true))
      let note = try await queries.change(id: id, patch: filled)
      #expect(note?.id == other && note?.order == 7 && note?.colours == [.green] && note?.kind == .list)
      #expect(note?.remark.value == "r" && note?.lines == [] && note?.anything == .null && note?.isDone == true)
      #expect(try await queries.cleared(kind: .list, isDone: false) == 0)
      #expect(try await queries.cleared(kind: .list, isDone: true) == 1)
      #expect(try await queries.cleared(kind: .list, isDone: nil) == 1)
    }
  }

  /// What `find` gives: the ids of the notes.
  private func found(
    _ queries: ValuesQueries, _ filter: ListNotes.Input = .init(), address: Address? = nil, colour: Colour? = nil,
    like: String? = nil, kinds: [Kind] = [.memo, .other("x")], bytes: Bytes? = nil
  ) async throws -> [Uuid] {
    try await queries.find(filter: filter, address: address, in: colour, query: like, kinds: kinds, session: bytes)
      .map(\.note.id)
  }

  @Test func `lines of optional records and scalars are sent where they are there`() async throws {
    try await withValues { queries, _ in
      for (id, colour) in [(id, Colour.red), (other, .green)] {
        try await queries.add(
          note: Note(
            id: id, order: 1, colour: colour, priority: .value1, kind: .memo, remark: .value("r"),
            picture: Base64([1])))
      }
      let all = try await queries.find(
        filter: .init(), address: nil, in: nil, query: nil, kinds: [.memo], session: nil)
      #expect(all.map(\.note.id) == [id, other] && all.map(\.numbers) == [[1], [1]])
      #expect(all.map(\.home) == [Address(street: "r"), Address(street: "r")])
      #expect(all.map(\.homeTown) == ["ré\"\"\"\\", "ré\"\"\"\\"])
      #expect(try await found(queries, kinds: []).isEmpty)
      #expect(try await found(queries, .init(colour: .green)) == [other])
      #expect(try await found(queries, .init(pageSize: 1)) == [id])
      #expect(try await found(queries, address: Address(street: "x", town: "r")) == [id, other])
      #expect(try await found(queries, address: Address(street: "x")).isEmpty)
      #expect(try await found(queries, colour: .red) == [id])
      #expect(try await found(queries, like: "r%") == [id, other])
      #expect(try await found(queries, like: "").isEmpty)
      #expect(try await found(queries, bytes: Bytes([1])) == [id, other])
      let one = try await found(
        queries, .init(colour: .red), address: Address(street: "r"), colour: .red, like: "%", bytes: Bytes([1]))
      #expect(one == [id])
    }
  }

  @Test func `optional parameters, and lists of enums`() async throws {
    try await withValues { queries, _ in
      let note = full(id)
      try await queries.add(note: note)
      #expect(try await queries.street(address: nil, is: nil) == false)
      #expect(try await queries.street(address: Address(street: note.remark.value ?? ""), is: nil))
      #expect(try await queries.street(address: nil, is: false))
      #expect(
        try await queries.colours(kind: nil, priority: .value1, any: .null, price: ExactDecimal(1)).isEmpty)
      let (any, price) = (note.anything ?? .null, try decimal("-0.0999"))
      let colours = try await queries.colours(kind: note.kind, priority: .value2, any: any, price: price)
      #expect(colours == [[.red, .green]])
      #expect(try await queries.withColours(colours: [.red], kinds: [note.kind, nil], priorities: [.value2]) == [id])
      #expect(try await queries.withColours(colours: [], kinds: [note.kind], priorities: [.value2]).isEmpty)
    }
  }

  @Test func `a merge updates and deletes`() async throws {
    try await withValues { queries, _ in
      try await queries.add(note: note(id))
      #expect(try await queries.merge(id: id, remark: "m") == 1)
      #expect(try await queries.note(id: id).remark.value == "m")
      #expect(try await queries.merge(id: other, remark: nil) == 0)
      #expect(try await queries.merge(id: id, remark: nil) == 1)
      await #expect(throws: PostgresError.self) { try await queries.note(id: id) }
    }
  }

  @Test func `records of lists, and statements in statements`() async throws {
    try await withValues { queries, _ in
      let points = [
        Point(x: 1.5, colour: .red, note: .value("\"\\{},é"), place: Address(street: "'", town: nil)),
        Point(x: 2, colour: .green, note: .null),
      ]
      try await queries.addPoints(id: id, points: [])
      try await queries.addPoints(id: id, points: points)
      #expect(try await queries.points(id: id) == points)
      try await queries.add(note: note(other))
      let moved = try await queries.move(id: id, to: other, x: 2)
      #expect(moved.map(\.point) == [points[1]] && moved[0].placeNumber == 1 && moved[0].other == nil)
      #expect(try await queries.move(id: id, to: other, x: nil).map(\.other) == [other])
      #expect(try await queries.points(id: other) == points)
    }
  }

  @Test func `names of Swift's and signs of SQL's are what they were`() async throws {
    try await withValues { queries, _ in
      func row(_ statement: Int?, _ colour: Colour?) async throws -> [ValuesQueries.Default] {
        try await queries.default(
          query: 1, statement: statement, sql: 10, session: 100, body: 1_000, row: 7, checks: 10_000, selfValue: 8,
          filter: .init(colour: colour), filterColour: .green, colour: .green)
      }
      let found = try await row(nil, nil)
      #expect(found.map(\.query) == [11_111] && found[0].row == 7 && found[0].selfValue == 8)
      #expect(found[0].home?.street == "a" && found[0].session == .green && found[0].isHomeThere == 1)
      #expect(try await row(1, nil).isEmpty)
      #expect(try await row(2, .red).count == 1)
      #expect(try await row(2, .green).isEmpty)
      #expect(try await queries.session().bytes == 1)
      let resources = Resources(bytes: 5)
      #expect(try await queries.resources(resources: resources).resources == [resources])
      #expect(try await queries.resultRow(bytes: Bytes([0, 1])).bytes.bytes == [0, 1])
      let signs = try await queries.operators(json: ["a": 1], key: "a", low: 2)
      #expect(signs.has && signs.value == "1" && signs.slice == [2, 3] && signs.contains)
      #expect(signs.quoted == "'\\:low:key -- if :low:lowé")
    }
  }

  // MARK: the check at the start

  @Test(arguments: [
    ("DROP COLUMN image_url", "4:8", "column \"image_url\" does not exist", "SELECT :Product FROM products WHERE id"),
    ("RENAME COLUMN category TO kind", "4:8", "column \"category\" does not exist", "SELECT :Product FROM products"),
    (
      "ALTER COLUMN image_url TYPE integer USING 1", "4:8", "the column 'image_url' has the type integer",
      "SELECT :Product"
    ),
    ("ALTER COLUMN description DROP NOT NULL", "4:8", "the column 'description' may be NULL", "SELECT :Product"),
  ])
  func `what changed behind the queries is found at the start`(
    _ change: String, _ position: String, _ message: String, _ line: String
  ) async throws {
    try await with("queries-shop") { test in
      try await test.database.execute(SQL(compiled: "ALTER TABLE products \(change)"))
      let error = try await #require(throws: SchemaMismatch.self) {
        try await test.database.checkQueries(ShopQueries.checks)
      }
      let first = error.description.split(separator: "\n", omittingEmptySubsequences: false)
      #expect(first[0].hasPrefix("Queries.sql:\(position): error: ") && first[0].contains(message), "\(error)")
      #expect(first[1].contains(line) && first[2].hasSuffix("|        ^"), "\(error)")
    }
  }
}

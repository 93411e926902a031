/// An operation that returns a list page by page (`x-pagination`), as the generator writes it.
public protocol PagedOperation: ContractOperation {
  associatedtype PageItem: Sendable

  /// The cursor after which a page begins; nil for the first page.
  static func cursor(_ input: Input) -> String?
  /// The maximum number of items in the page.
  static func limit(_ input: Input) -> Int
  /// The same input for the page after a cursor.
  static func input(_ input: Input, after cursor: String) -> Input
  static func output(_ items: [PageItem], next: String?) -> Output
  /// The page in a response.
  ///
  /// - Throws: ``ClientError`` for a response that is not a page.
  static func page(_ output: Output) throws -> (items: [PageItem], next: String?)
}

/// Serves a page: a handler's `return try await ListProducts.page(input, call, key: \.id) { after, limit in … }`.
///
/// - `key` is what the list is sorted by, including a unique last component: a ``CursorValue``, or a tuple of two or
///   three. Clients can read it in the cursor, and cannot change it.
/// - `item` makes the item of a row, where `fetch` returns rows that hold more than the item.
/// - `fetch` returns the items after a key, or the first ones, at most `limit`: one more than the page holds, to detect
///   whether there is a next page. It must not look up the item with the key, which may have been deleted meanwhile.
///
/// Swift infers the type of the rows from the result of `fetch`, where that is a query's result or a value of a known
/// type; elsewhere write it: `key: { (row: Row) in … }`.
///
/// They throw what `fetch` throws. The response to a cursor that the service did not make for this operation is 400.
extension PagedOperation {
  public static func page<Key: CursorValue>(
    _ input: Input, _ call: Call, key: (PageItem) -> Key,
    _ fetch: (_ after: Key?, _ limit: Int) async throws -> [PageItem]
  ) async throws -> Output {
    try await page(input, call, key: key, item: { $0 }, fetch)
  }

  public static func page<A: CursorValue, B: CursorValue>(
    _ input: Input, _ call: Call, key: (PageItem) -> (A, B),
    _ fetch: (_ after: (A, B)?, _ limit: Int) async throws -> [PageItem]
  ) async throws -> Output {
    try await page(input, call, key: key, item: { $0 }, fetch)
  }

  public static func page<A: CursorValue, B: CursorValue, C: CursorValue>(
    _ input: Input, _ call: Call, key: (PageItem) -> (A, B, C),
    _ fetch: (_ after: (A, B, C)?, _ limit: Int) async throws -> [PageItem]
  ) async throws -> Output {
    try await page(input, call, key: key, item: { $0 }, fetch)
  }

  public static func page<Row, Key: CursorValue>(
    _ input: Input, _ call: Call, key: (Row) -> Key, item: (Row) -> PageItem,
    _ fetch: (_ after: Key?, _ limit: Int) async throws -> [Row]
  ) async throws -> Output {
    let after = try opened(input, call) { try Key.read(&$0) }
    return try made(try await fetch(after, count(input) + 1), input, call, item) { key($0).write(&$1) }
  }

  public static func page<Row, A: CursorValue, B: CursorValue>(
    _ input: Input, _ call: Call, key: (Row) -> (A, B), item: (Row) -> PageItem,
    _ fetch: (_ after: (A, B)?, _ limit: Int) async throws -> [Row]
  ) async throws -> Output {
    let after = try opened(input, call) { (try A.read(&$0), try B.read(&$0)) }
    return try made(try await fetch(after, count(input) + 1), input, call, item) { row, cursor in
      let (first, second) = key(row)
      first.write(&cursor)
      second.write(&cursor)
    }
  }

  public static func page<Row, A: CursorValue, B: CursorValue, C: CursorValue>(
    _ input: Input, _ call: Call, key: (Row) -> (A, B, C), item: (Row) -> PageItem,
    _ fetch: (_ after: (A, B, C)?, _ limit: Int) async throws -> [Row]
  ) async throws -> Output {
    let after = try opened(input, call) { (try A.read(&$0), try B.read(&$0), try C.read(&$0)) }
    return try made(try await fetch(after, count(input) + 1), input, call, item) { row, cursor in
      let (first, second, third) = key(row)
      first.write(&cursor)
      second.write(&cursor)
      third.write(&cursor)
    }
  }

  /// The limit, such that one more than it does not overflow: a handler may be called with an unvalidated input.
  private static func count(_ input: Input) -> Int { min(max(1, limit(input)), 1_000_000) }

  /// The purpose that a cursor is bound to: it is valid for this operation only.
  private static var purpose: [UInt8] { Array("\(descriptor.service)\0\(descriptor.id)".utf8) }

  /// The key after which the page begins.
  private static func opened<Key>(
    _ input: Input, _ call: Call, _ read: (inout CursorReader) throws -> Key
  ) throws -> Key? {
    guard let cursor = cursor(input) else { return nil }
    let keys = try keys(call)
    do {
      guard let sealed = Base64(cursor, isURLSafe: true)?.bytes, let payload = try keys.open(sealed, for: purpose)
      else {
        throw CursorError()
      }
      var reader = CursorReader(rest: payload[...])
      let key = try read(&reader)
      guard reader.rest.isEmpty else { throw CursorError() }
      return key
    } catch is CursorError {
      throw RequestFault(
        ofRequest: .badRequest([
          Violation(
            location: .query, name: descriptor.cursor ?? "cursor", rule: "cursor",
            message: "is not a cursor of this list")
        ]))
    }
  }

  private static func made<Row>(
    _ rows: [Row], _ input: Input, _ call: Call, _ item: (Row) -> PageItem, _ write: (Row, inout CursorWriter) -> Void
  ) throws -> Output {
    let shown = rows.prefix(count(input))
    guard shown.count < rows.count, let last = shown.last else { return output(shown.map(item), next: nil) }
    var cursor = CursorWriter()
    write(last, &cursor)
    let sealed = try keys(call).seal(cursor.bytes, for: purpose)
    return output(shown.map(item), next: Base64(sealed, isURLSafe: true).text)
  }

  private static func keys(_ call: Call) throws(ConfigurationError) -> any CursorKeys {
    if let keys = call.cursorKeys { return keys }
    throw ConfigurationError("\(descriptor.name) gives a list page by page, and its calls have no keys for cursors")
  }
}

/// Makes cursors tamper-evident. Their content is not secret.
public protocol CursorKeys: Sendable {
  /// The content of a cursor, with its authentication code.
  ///
  /// - Parameter purpose: what the cursor is valid for.
  /// - Throws: when the code cannot be computed.
  func seal(_ payload: [UInt8], for purpose: [UInt8]) throws -> [UInt8]
  /// The content of a cursor that was sealed for this purpose; nil for anything else.
  ///
  /// - Throws: when the code cannot be computed.
  func open(_ sealed: [UInt8], for purpose: [UInt8]) throws -> [UInt8]?
}

extension PagedOperation {
  /// All items of a list, page by page, starting at the input's cursor:
  ///
  ///     for try await product in ListProducts.items(.init(category: "hats"), { try await client.listProducts($0, call) }) { … }
  ///
  /// - Parameter call: calls the operation. A response that is not a page is thrown, as ``ClientError/unexpected(_:_:)``.
  public static func items(
    _ input: Input, _ call: @escaping @Sendable (Input) async throws -> Output
  ) -> PagedItems<Self> {
    PagedItems(input: input, call: call)
  }
}

/// The items of a list whose pages are fetched, one after the other, while they are read.
public struct PagedItems<O: PagedOperation>: AsyncSequence, Sendable {
  let input: O.Input
  let call: @Sendable (O.Input) async throws -> O.Output

  public func makeAsyncIterator() -> Iterator { Iterator(input: input, call: call) }

  public struct Iterator: AsyncIteratorProtocol {
    /// The input of the next page; nil after the last one.
    private var input: O.Input?
    private let call: @Sendable (O.Input) async throws -> O.Output
    private var items: ArraySlice<O.PageItem> = []

    init(input: O.Input, call: @escaping @Sendable (O.Input) async throws -> O.Output) {
      self.input = input
      self.call = call
    }

    public mutating func next() async throws -> O.PageItem? {
      // A page may be empty without being the last.
      while items.isEmpty, let asked = input {
        input = nil
        let page = try O.page(try await call(asked))
        items = page.items[...]
        input = page.next.map { O.input(asked, after: $0) }
      }
      return items.popFirst()
    }
  }
}

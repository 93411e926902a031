// Generated from contract.yaml. Edit the contract, not this file.
// swift-format-ignore-file
import ServiceCore

public struct All: JSONCodable, Equatable {
  public let name: String
  public let count: Int?
  public let odd: Int?
  public let parts: [AllPartsItem]

  public init(name: String, count: Int? = nil, odd: Int? = nil, parts: [AllPartsItem]) {
    self.name = name
    self.count = count
    self.odd = odd
    self.parts = parts
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> All? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var name: String?
    var count: Int?
    var odd: Int?
    var parts: [AllPartsItem]?
    var keys = json.keys("name,count,odd,parts")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("name", &name)
      case 1: try json.field("count", &count)
      case 2: try json.field("odd", &odd, Schemas.program, 0)
      case 3: try json.field("parts", &parts)
      default: try json.unknownField(json.unknownKey, known: "name, count, odd, parts", rule: "additionalProperties")
      }
    }
    json.require(name, "name", since: mark)
    json.require(parts, "parts", since: mark)
    guard let name, let parts else {
      Self.validate(&json.violations, name, count, odd, parts)
      return nil
    }
    return All(name: name, count: count, odd: odd, parts: parts)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("name", self.name)
    json.field("count", self.count)
    json.field("odd", self.odd)
    json.field("parts", self.parts)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    Self.validate(&check, self.name, self.count, self.odd, self.parts)
  }

  private static func validate(
    _ check: inout Violations, _ name: String?, _ count: Int?, _ odd: Int?, _ parts: [AllPartsItem]?
  ) {
    check.pattern("name", name, Patterns.p0)
    check.range("count", count, min: 1)
    check.satisfies("odd", odd, Schemas.program, 0)
    check.value("parts", parts)
  }
}

public struct AllPartsItem: JSONCodable, Equatable {
  public let size: Int
  public let word: String?

  public init(size: Int, word: String? = nil) {
    self.size = size
    self.word = word
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> AllPartsItem? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var size: Int?
    var word: String?
    var keys = json.keys("size,word")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("size", &size)
      case 1: try json.field("word", &word)
      default: try json.skip()
      }
    }
    json.require(size, "size", since: mark)
    guard let size else {
      Self.validate(&json.violations, size, word)
      return nil
    }
    return AllPartsItem(size: size, word: word)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("size", self.size)
    json.field("word", self.word)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    Self.validate(&check, self.size, self.word)
  }

  private static func validate(_ check: inout Violations, _ size: Int?, _ word: String?) {
    check.range("size", size, max: 9)
    check.length("word", word, min: 2)
  }
}

public struct Point: JSONCodable, Equatable {
  public let x: Int
  public let y: Int

  public init(x: Int, y: Int) {
    self.x = x
    self.y = y
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Point? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var x: Int?
    var y: Int?
    var keys = json.keys("x,y")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("x", &x)
      case 1: try json.field("y", &y)
      default: try json.unknownField(json.unknownKey, known: "x, y", rule: "unevaluatedProperties")
      }
    }
    json.require(x, "x", since: mark)
    json.require(y, "y", since: mark)
    guard let x, let y else { return nil }
    return Point(x: x, y: y)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("x", self.x)
    json.field("y", self.y)
    json.endObject()
  }
}

public struct Order: JSONCodable, Equatable {
  public let lines: [OrderLinesItem]?
  public let meta: JSONObject<String>?
  public var sub: Order? { _sub.value }
  let _sub: Indirect<Order?>

  public init(lines: [OrderLinesItem]? = nil, meta: JSONObject<String>? = nil, sub: Order? = nil) {
    self.lines = lines
    self.meta = meta
    self._sub = Indirect(sub)
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Order? {
    guard try json.beginObject() else { return nil }
    var lines: [OrderLinesItem]?
    var meta: JSONObject<String>?
    var sub: Order?
    var keys = json.keys("lines,meta,sub")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("lines", &lines)
      case 1: try json.field("meta", &meta)
      case 2: try json.field("sub", &sub)
      default: try json.skip()
      }
    }
    return Order(lines: lines, meta: meta, sub: sub)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("lines", self.lines)
    json.field("meta", self.meta)
    json.field("sub", self._sub.value)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.value("lines", self.lines)
    check.value("sub", self._sub.value)
  }
}

public struct OrderLinesItem: JSONCodable, Equatable {
  public let price: Int
  public let tags: [String]?

  public init(price: Int, tags: [String]? = nil) {
    self.price = price
    self.tags = tags
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> OrderLinesItem? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var price: Int?
    var tags: [String]?
    var keys = json.keys("price,tags")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("price", &price)
      case 1: try json.field("tags", &tags)
      default: try json.skip()
      }
    }
    json.require(price, "price", since: mark)
    guard let price else { return nil }
    return OrderLinesItem(price: price, tags: tags)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("price", self.price)
    json.field("tags", self.tags)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.range("price", self.price, min: 1)
  }
}

public struct Filter: JSONCodable, Equatable {
  public let name: String
  public let price: ExactDecimal?
  public let old: Bool?

  public init(name: String, price: ExactDecimal? = nil, old: Bool? = nil) {
    self.name = name
    self.price = price
    self.old = old
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Filter? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var name: String?
    var price: ExactDecimal?
    var old: Bool?
    var keys = json.keys("name,price,old")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("name", &name)
      case 1: try json.field("price", &price)
      case 2: try json.field("old", &old)
      default: try json.skip()
      }
    }
    json.require(name, "name", since: mark)
    guard let name else {
      Self.validate(&json.violations, price)
      return nil
    }
    return Filter(name: name, price: price, old: old)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("name", self.name)
    json.field("price", self.price, scale: 0)
    json.field("old", self.old)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    Self.validate(&check, self.price)
  }

  private static func validate(_ check: inout Violations, _ price: ExactDecimal?) {
    check.range("price", price, min: ExactDecimal(0))
  }
}

public struct Span: JSONCodable, Equatable {
  public let from: Timestamp?
  public let to: Timestamp?

  public init(from: Timestamp? = nil, to: Timestamp? = nil) {
    self.from = from
    self.to = to
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Span? {
    guard try json.beginObject() else { return nil }
    var from: Timestamp?
    var to: Timestamp?
    var keys = json.keys("from,to")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("from", &from)
      case 1: try json.field("to", &to)
      default: try json.unknownField(json.unknownKey, known: "from, to", rule: "unevaluatedProperties")
      }
    }
    return Span(from: from, to: to)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("from", self.from)
    json.field("to", self.to)
    json.endObject()
  }
}

public struct Condition: JSONCodable, Equatable {
  public let all: [Filter]

  public init(all: [Filter]) {
    self.all = all
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Condition? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var all: [Filter]?
    var keys = json.keys("all")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("all", &all)
      default: try json.skip()
      }
    }
    json.require(all, "all", since: mark)
    guard let all else { return nil }
    return Condition(all: all)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("all", self.all)
    json.endObject()
  }

  public func validate(_ check: inout Violations) {
    check.value("all", self.all)
  }
}

public enum FindThingsOrderItem: StringEnum {
  case up
  case down

  public var rawValue: String {
    switch self {
    case .up: "up"
    case .down: "down"
    }
  }
}

public enum FindThingsXMode: StringEnum {
  case fast
  case safe

  public var rawValue: String {
    switch self {
    case .fast: "fast"
    case .safe: "safe"
    }
  }
}

public enum SearchId: JSONCodable, Equatable {
  case string(String)
  case array([String])

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> SearchId? {
    switch try json.kind() {
    case .string: return try String.decode(&json).map { .string($0) }
    case .array: return try [String].decode(&json, max: 3).map { .array($0) }
    default: return try json.refuse("type", "string, array")
    }
  }

  public func encode(_ json: inout JSONWriter) {
    switch self {
    case .string(let value): value.encode(&json)
    case .array(let value): value.encode(&json)
    }
  }

  public func validate(_ check: inout Violations) {
    switch self {
    case .string(let value): check.length("", value, min: 2)
    case .array(let value): check.count("", value.count, max: 3)
    }
  }
}

public enum SearchSize: JSONCodable, Equatable {
  case integer(Int)
  case array([Double])

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> SearchSize? {
    switch try json.kind() {
    case .number: return try Int.decode(&json).map { .integer($0) }
    case .array: return try [Double].decode(&json).map { .array($0) }
    default: return try json.refuse("type", "number, array")
    }
  }

  public func encode(_ json: inout JSONWriter) {
    switch self {
    case .integer(let value): value.encode(&json)
    case .array(let value): value.encode(&json)
    }
  }

  public func validate(_ check: inout Violations) {
    if case .integer(let value) = self {
      check.range("", value, min: 1)
    }
  }
}

public enum SearchCreated: JSONCodable, Equatable {
  case integer(Int)
  case object(SearchCreatedObject)

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> SearchCreated? {
    switch try json.kind() {
    case .number: return try Int.decode(&json).map { .integer($0) }
    case .object: return try SearchCreatedObject.decode(&json).map { .object($0) }
    default: return try json.refuse("type", "number, object")
    }
  }

  public func encode(_ json: inout JSONWriter) {
    switch self {
    case .integer(let value): value.encode(&json)
    case .object(let value): value.encode(&json)
    }
  }

  public func validate(_ check: inout Violations) {
    if case .object(let value) = self {
      value.validate(&check)
    }
  }
}

public enum CheckAllKind: StringEnum {
  case a
  case b

  public var rawValue: String {
    switch self {
    case .a: "a"
    case .b: "b"
    }
  }
}

public struct SearchCreatedObject: JSONCodable, Equatable {
  public let gt: Int?
  public let lt: Int?

  public init(gt: Int? = nil, lt: Int? = nil) {
    self.gt = gt
    self.lt = lt
  }

  public static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> SearchCreatedObject? {
    guard try json.beginObject() else { return nil }
    var gt: Int?
    var lt: Int?
    var keys = json.keys("gt,lt")
    while let key = try json.next(&keys) {
      switch key {
      case 0: try json.field("gt", &gt)
      case 1: try json.field("lt", &lt)
      default: try json.skip()
      }
    }
    return SearchCreatedObject(gt: gt, lt: lt)
  }

  public func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("gt", self.gt)
    json.field("lt", self.lt)
    json.endObject()
  }
}

enum Patterns {
  static let p0 = Pattern(checked: "^[a-z]+$")
}

/// The schemas that values are validated against where types cannot express them.
enum Schemas {
  static let program = SchemaProgram(
    checked: "[{\"type\":4,\"not\":1},{\"multipleOf\":2},{\"type\":16,\"not\":3},{\"const\":\"none\"}]")
}

/// The servers that the contract names.
public enum PetsServers {
  public static func main() throws -> ServiceCore.ServerAddress { try ServiceCore.ServerAddress("/v1") }
}

/// Every place and style
public enum FindThings: ContractOperation {
  public struct Input: Sendable {
    public let id: Int
    public let labels: [String]
    public let point: Point
    public let tags: [String]?
    public let sizes: [Int]
    public let words: [String]?
    public let pipes: [Double]?
    public let filter: Filter?
    public let span: Span?
    public let `where`: Condition?
    public let free: String?
    public let order: [FindThingsOrderItem]
    public let xTrace: [Int]?
    public let xMode: FindThingsXMode
    public let xNote: String?
    public let session: String
    public let prefs: Span?

    public init(
      id: Int,
      labels: [String],
      point: Point,
      tags: [String]? = nil,
      sizes: [Int],
      words: [String]? = nil,
      pipes: [Double]? = nil,
      filter: Filter? = nil,
      span: Span? = nil,
      where: Condition? = nil,
      free: String? = nil,
      order: [FindThingsOrderItem] = [FindThingsOrderItem.up],
      xTrace: [Int]? = nil,
      xMode: FindThingsXMode,
      xNote: String? = nil,
      session: String,
      prefs: Span? = nil
    ) {
      self.id = id
      self.labels = labels
      self.point = point
      self.tags = tags
      self.sizes = sizes
      self.words = words
      self.pipes = pipes
      self.filter = filter
      self.span = span
      self.where = `where`
      self.free = free
      self.order = order
      self.xTrace = xTrace
      self.xMode = xMode
      self.xNote = xNote
      self.session = session
      self.prefs = prefs
    }
  }

  public enum Output: Sendable {
    /// Found.
    case noContent
    /// A failure.
    case other(status: Int, JSONObject<JSONValue>)

    /// Throws any response but the success.
    public func get() throws {
      guard case .noContent = self else { throw ClientError.unexpected(FindThings.self, self) }
    }
  }

  public static let descriptor = OperationDescriptor(
    service: "contract",
    id: "findThings",
    method: "GET",
    path: [.literal("v1"), .literal("things"), .parameter("id"), .parameter("labels"), .parameter("point")],
    fields: ["x-trace", "x-mode", "x-note", "cookie"],
    responses: .init([204], hasDefault: true))
}

/// Values of several structures, and structures in each other
public enum Search: ContractOperation {
  public struct Input: Sendable {
    public let path: [Int]
    public let id: SearchId?
    public let size: SearchSize?
    public let created: SearchCreated?
    public let expand: [String]?
    public let order: Order?
    public let limit: Int?
    public let others: JSONObject<Int>?
    public let xSaid: String?

    public init(
      path: [Int],
      id: SearchId? = nil,
      size: SearchSize? = nil,
      created: SearchCreated? = nil,
      expand: [String]? = nil,
      order: Order? = nil,
      limit: Int? = nil,
      others: JSONObject<Int>? = nil,
      xSaid: String? = nil
    ) {
      self.path = path
      self.id = id
      self.size = size
      self.created = created
      self.expand = expand
      self.order = order
      self.limit = limit
      self.others = others
      self.xSaid = xSaid
    }
  }

  public enum Output: Sendable {
    /// Found.
    case noContent(xTold: String)
    /// A failure.
    case other(status: Int, JSONObject<JSONValue>)

    /// Throws any response but the success.
    public func get() throws {
      guard case .noContent = self else { throw ClientError.unexpected(Search.self, self) }
    }
  }

  public static let descriptor = OperationDescriptor(
    service: "contract",
    id: "search",
    method: "GET",
    path: [.literal("v1"), .literal("searches"), .parameter("path")],
    fields: ["x-said"],
    responses: .init([204], hasDefault: true))
}

/// What is wrong in every place
public enum CheckAll: ContractOperation {
  public struct Input: Sendable {
    public let id: Int
    public let body: All
    public let size: Int
    public let kind: CheckAllKind?
    public let when: Timestamp?
    public let tag: String?
    public let xLevel: Int
    public let mark: String?

    public init(
      id: Int,
      body: All,
      size: Int,
      kind: CheckAllKind? = nil,
      when: Timestamp? = nil,
      tag: String? = nil,
      xLevel: Int,
      mark: String? = nil
    ) {
      self.id = id
      self.body = body
      self.size = size
      self.kind = kind
      self.when = when
      self.tag = tag
      self.xLevel = xLevel
      self.mark = mark
    }
  }

  public enum Output: Sendable {
    /// Nothing is wrong.
    case noContent
    /// A failure.
    case other(status: Int, JSONObject<JSONValue>)

    /// Throws any response but the success.
    public func get() throws {
      guard case .noContent = self else { throw ClientError.unexpected(CheckAll.self, self) }
    }
  }

  public static let descriptor = OperationDescriptor(
    service: "contract",
    id: "checkAll",
    method: "POST",
    path: [.literal("v1"), .literal("all"), .parameter("id")],
    body: .init(),
    fields: ["x-level", "cookie"],
    responses: .init([204], hasDefault: true))
}

extension FindThings {
  private static let styledId = StyledParameter("id", in: .path, style: .matrix, explode: false, .primitive([.integer]))
  private static let styledLabels = StyledParameter(
    "labels", in: .path, style: .label, explode: true, .array([.string]))
  private static let styledPoint = StyledParameter(
    "point", in: .path, style: .simple, explode: true, .object(["x": [.integer], "y": [.integer]], others: nil))
  private static let styledTags = StyledParameter("tags", in: .query, style: .form, explode: true, .array([.string]))
  private static let styledSizes = StyledParameter(
    "sizes", in: .query, style: .form, explode: false, .array([.integer]))
  private static let styledWords = StyledParameter(
    "words", in: .query, style: .spaceDelimited, explode: false, .array([.string]))
  private static let styledPipes = StyledParameter(
    "pipes", in: .query, style: .pipeDelimited, explode: false, .array([.integer, .number]))
  private static let styledFilter = StyledParameter(
    "filter",
    in: .query,
    style: .deepObject,
    explode: false,
    .object(["name": [.string], "price": [.integer, .number], "old": [.boolean]], others: nil))
  private static let styledSpan = StyledParameter(
    "span", in: .query, style: .form, explode: true, .object(["from": [.string], "to": [.string]], others: nil))
  private static let styledWhere = StyledParameter("where", in: .query, style: .form, explode: true, .json)
  private static let styledFree = StyledParameter(
    "free", in: .query, style: .form, explode: true, allowReserved: true, .primitive([.string]))
  private static let styledOrder = StyledParameter("order", in: .query, style: .form, explode: true, .array([.string]))
  private static let styledXTrace = StyledParameter(
    "X-Trace", in: .header, style: .simple, explode: false, .array([.integer]))
  private static let styledXMode = StyledParameter(
    "X-Mode", in: .header, style: .simple, explode: false, .primitive([.string]))
  private static let styledXNote = StyledParameter(
    "X-Note", in: .header, style: .simple, explode: false, .primitive([.string]))
  private static let styledSession = StyledParameter(
    "session", in: .cookie, style: .form, explode: true, .primitive([.string]))
  private static let styledPrefs = StyledParameter(
    "prefs", in: .cookie, style: .form, explode: false, .object(["from": [.string], "to": [.string]], others: nil))

  public static func decode(_ request: inout RequestReader) throws(RequestFault) -> Input? {
    let id = request.read(styledId, Int.self)
    let labels = request.read(styledLabels, [String].self)
    let point = request.read(styledPoint, Point.self)
    let tags = request.read(styledTags, [String].self)
    let sizes = request.read(styledSizes, [Int].self)
    let words = request.read(styledWords, [String].self)
    let pipes = request.read(styledPipes, [Double].self)
    let filter = request.read(styledFilter, Filter.self)
    let span = request.read(styledSpan, Span.self)
    let `where` = request.read(styledWhere, Condition.self)
    let free = request.read(styledFree, String.self)
    let order = request.read(styledOrder, [FindThingsOrderItem].self)
    let xTrace = request.read(styledXTrace, [Int].self)
    let xMode = request.read(styledXMode, FindThingsXMode.self)
    let xNote = request.read(styledXNote, String.self)
    let session = request.read(styledSession, String.self)
    let prefs = request.read(styledPrefs, Span.self)
    request.closeQuery(besides: [
      styledTags, styledSizes, styledWords, styledPipes, styledFilter, styledSpan, styledWhere, styledFree, styledOrder,
    ])
    request.require(sizes, styledSizes)
    request.require(xMode, styledXMode)
    request.require(session, styledSession)
    guard let id, let labels, let point, let sizes, let xMode, let session else {
      Self.validate(&request.violations, id, labels, point, tags, sizes, filter, span, `where`, xNote, session, prefs)
      return nil
    }
    return Input(
      id: id,
      labels: labels,
      point: point,
      tags: tags,
      sizes: sizes,
      words: words,
      pipes: pipes,
      filter: filter,
      span: span,
      where: `where`,
      free: free,
      order: order ?? [FindThingsOrderItem.up],
      xTrace: xTrace,
      xMode: xMode,
      xNote: xNote,
      session: session,
      prefs: prefs)
  }

  public static func validate(_ input: Input, _ check: inout Violations) {
    Self.validate(
      &check,
      input.id,
      input.labels,
      input.point,
      input.tags,
      input.sizes,
      input.filter,
      input.span,
      input.where,
      input.xNote,
      input.session,
      input.prefs)
  }

  private static func validate(
    _ check: inout Violations,
    _ id: Int?,
    _ labels: [String]?,
    _ point: Point?,
    _ tags: [String]?,
    _ sizes: [Int]?,
    _ filter: Filter?,
    _ span: Span?,
    _ `where`: Condition?,
    _ xNote: String?,
    _ session: String?,
    _ prefs: Span?
  ) {
    if let id {
      let mark = check.count
      check.range("id", id, min: 1)
      check.locate(since: mark, in: .path, "id")
    }
    if let labels {
      let mark = check.count
      check.count("labels", labels.count, max: 4)
      check.locate(since: mark, in: .path, "labels")
    }
    if let point {
      let mark = check.count
      check.value("point", point)
      check.locate(since: mark, in: .path, "point")
    }
    if let tags {
      let mark = check.count
      check.count("tags", tags.count, max: 4)
      check.locate(since: mark, in: .query, "tags")
    }
    if let sizes {
      let mark = check.count
      check.count("sizes", sizes.count, max: 3)
      check.locate(since: mark, in: .query, "sizes")
    }
    if let filter {
      let mark = check.count
      check.value("filter", filter)
      check.locate(since: mark, in: .query, "filter")
    }
    if let span {
      let mark = check.count
      check.value("span", span)
      check.locate(since: mark, in: .query, "span")
    }
    if let `where` {
      let mark = check.count
      check.value("where", `where`)
      check.locate(since: mark, in: .query, "where")
    }
    if let xNote {
      let mark = check.count
      check.length("X-Note", xNote, max: 5)
      check.locate(since: mark, in: .header, "X-Note")
    }
    if let session {
      let mark = check.count
      check.length("session", session, min: 3)
      check.locate(since: mark, in: .cookie, "session")
    }
    if let prefs {
      let mark = check.count
      check.value("prefs", prefs)
      check.locate(since: mark, in: .cookie, "prefs")
    }
  }

  public static func encode(_ input: Input) throws -> HTTPRequest {
    var request = try HTTPRequest(
      method: "GET",
      path: """
        /v1/things/\(styledId.written(input.id))/\(styledLabels.written(input.labels))/\
        \(styledPoint.written(input.point))
        """)
    try request.add(styledTags, input.tags)
    try request.add(styledSizes, input.sizes)
    try request.add(styledWords, input.words)
    try request.add(styledPipes, input.pipes)
    try request.add(styledFilter, input.filter)
    try request.add(styledSpan, input.span)
    try request.add(styledWhere, input.where)
    try request.add(styledFree, input.free)
    try request.add(styledOrder, input.order)
    try request.add(styledXTrace, input.xTrace)
    try request.add(styledXMode, input.xMode)
    try request.add(styledXNote, input.xNote)
    try request.add(styledSession, input.session)
    try request.add(styledPrefs, input.prefs)
    return request
  }

  public static func decode(_ response: HTTPResponse) throws -> Output? {
    let reader = ResponseReader(response, descriptor)
    switch response.status {
    case 204: return .noContent
    default:
      return try .other(status: response.status, reader.body(JSONObject<JSONValue>.self, "application/problem+json"))
    }
  }

  public static func encode(_ output: Output) -> HTTPResponse {
    switch output {
    case .noContent: return HTTPResponse(status: 204)
    case .other(let status, let body):
      return HTTPResponse(status: status, json: body, mediaType: "application/problem+json")
    }
  }

  public static func status(of output: Output) -> Int {
    switch output {
    case .noContent: 204
    case .other(let status, _): status
    }
  }
}

extension FindThings: DeclaresProblem {
  /// A failure.
  public static func problem(status: Int, _ detail: String) -> OperationFailure {
    OperationFailure(self, status, detail)
  }
}

extension Search {
  private static let styledPath = StyledParameter(
    "path", in: .path, style: .dottedLabel, explode: false, .array([.integer]))
  private static let styledId = StyledParameter(
    "id", in: .query, style: .form, explode: true, .either(.primitive([.string]), .array([.string])))
  private static let styledSize = StyledParameter(
    "size", in: .query, style: .form, explode: false, .either(.primitive([.integer]), .array([.integer, .number])))
  private static let styledCreated = StyledParameter(
    "created",
    in: .query,
    style: .deepObject,
    explode: false,
    .either(.primitive([.integer]), .object(["gt": [.integer], "lt": [.integer]], others: nil)))
  private static let styledExpand = StyledParameter(
    "expand", in: .query, style: .deepObject, explode: false, .array([.string]))
  private static let styledOrder = StyledParameter(
    "order",
    in: .query,
    style: .deepObject,
    explode: false,
    .object(
      of: [
        ("lines",
          .array(of: .object(of: [("price", .primitive([.integer])), ("tags", .array([.string]))], others: nil))),
        ("meta", .object([:], others: [.string])),
        ("sub",
          .object(
            of: [
              ("lines",
                .array(of: .object(of: [("price", .primitive([.integer])), ("tags", .array([.string]))], others: nil))),
              ("meta", .object([:], others: [.string])),
              ("sub",
                .object(
                  of: [
                    ("lines",
                      .array(
                        of: .object(
                          of: [("price", .primitive([.integer])), ("tags", .array([.string]))], others: nil))),
                    ("meta", .object([:], others: [.string])),
                    ("sub",
                      .object(
                        of: [
                          ("lines",
                            .array(
                              of: .object(
                                of: [("price", .primitive([.integer])), ("tags", .array([.string]))], others: nil))),
                          ("meta", .object([:], others: [.string])),
                          ("sub",
                            .object(
                              of: [
                                ("lines",
                                  .array(
                                    of: .object(
                                      of: [("price", .primitive([.integer])), ("tags", .array([.string]))],
                                      others: nil))),
                                ("meta", .object([:], others: [.string])),
                                ("sub",
                                  .object(
                                    of: [
                                      ("lines", .array(of: .object(["price": [.integer], "tags": []], others: nil))),
                                      ("meta", .object([:], others: [.string])),
                                      ("sub",
                                        .object(
                                          of: [
                                            ("lines", .array([])),
                                            ("meta", .object([:], others: [.string])),
                                            ("sub", .object(["lines": [], "meta": [], "sub": []], others: nil)),
                                          ],
                                          others: nil)),
                                    ],
                                    others: nil)),
                              ],
                              others: nil)),
                        ],
                        others: nil)),
                  ],
                  others: nil)),
            ],
            others: nil)),
      ],
      others: nil))
  private static let styledOthers = StyledParameter(
    "others",
    in: .query,
    style: .form,
    explode: true,
    besides: ["id", "size", "created", "created[", "expand", "expand[", "order", "order[", "limit"],
    .object([:], others: [.integer]))
  private static let styledXSaid = StyledParameter(
    "X-Said", in: .header, style: .simple, explode: false, .primitive([.string]))
  private static let headerNoContentXTold = StyledParameter(
    "X-Told", in: .header, style: .simple, explode: false, .primitive([.string]))

  public static func decode(_ request: inout RequestReader) throws(RequestFault) -> Input? {
    let _path = request.read(styledPath, [Int].self)
    let id = request.read(styledId, SearchId.self)
    let size = request.read(styledSize, SearchSize.self)
    let created = request.read(styledCreated, SearchCreated.self)
    let expand = request.read(styledExpand, [String].self)
    let order = request.read(styledOrder, Order.self)
    let limit = request.query("limit", Int.self)
    let others = request.read(styledOthers, JSONObject<Int>.self)
    let xSaid = request.read(styledXSaid, String.self)
    request.closeQuery("limit", besides: [styledId, styledSize, styledCreated, styledExpand, styledOrder, styledOthers])
    guard let _path else {
      Self.validate(&request.violations, id, size, created, expand, order, xSaid)
      return nil
    }
    return Input(
      path: _path,
      id: id,
      size: size,
      created: created,
      expand: expand,
      order: order,
      limit: limit,
      others: others,
      xSaid: xSaid)
  }

  public static func validate(_ input: Input, _ check: inout Violations) {
    Self.validate(&check, input.id, input.size, input.created, input.expand, input.order, input.xSaid)
  }

  private static func validate(
    _ check: inout Violations,
    _ id: SearchId?,
    _ size: SearchSize?,
    _ created: SearchCreated?,
    _ expand: [String]?,
    _ order: Order?,
    _ xSaid: String?
  ) {
    if let id {
      let mark = check.count
      check.value("id", id)
      check.locate(since: mark, in: .query, "id")
    }
    if let size {
      let mark = check.count
      check.value("size", size)
      check.locate(since: mark, in: .query, "size")
    }
    if let created {
      let mark = check.count
      check.value("created", created)
      check.locate(since: mark, in: .query, "created")
    }
    if let expand {
      let mark = check.count
      check.each("expand", expand) { check, item in
        check.length("", item, max: 9)
      }
      check.locate(since: mark, in: .query, "expand")
    }
    if let order {
      let mark = check.count
      check.value("order", order)
      check.locate(since: mark, in: .query, "order")
    }
    if let xSaid {
      let mark = check.count
      check.length("X-Said", xSaid, max: 9)
      check.locate(since: mark, in: .header, "X-Said")
    }
  }

  public static func encode(_ input: Input) throws -> HTTPRequest {
    var request = try HTTPRequest(method: "GET", path: "/v1/searches/\(styledPath.written(input.path))")
    try request.add(styledId, input.id)
    try request.add(styledSize, input.size)
    try request.add(styledCreated, input.created)
    try request.add(styledExpand, input.expand)
    try request.add(styledOrder, input.order)
    request.addQuery("limit", input.limit)
    try request.add(styledOthers, input.others)
    try request.add(styledXSaid, input.xSaid)
    return request
  }

  public static func decode(_ response: HTTPResponse) throws -> Output? {
    let reader = ResponseReader(response, descriptor)
    switch response.status {
    case 204: return try .noContent(xTold: reader.required(headerNoContentXTold, String.self))
    default:
      return try .other(status: response.status, reader.body(JSONObject<JSONValue>.self, "application/problem+json"))
    }
  }

  public static func encode(_ output: Output) throws -> HTTPResponse {
    switch output {
    case .noContent(let xTold):
      var response = HTTPResponse(status: 204)
      try response.add(headerNoContentXTold, xTold)
      return response
    case .other(let status, let body):
      return HTTPResponse(status: status, json: body, mediaType: "application/problem+json")
    }
  }

  public static func status(of output: Output) -> Int {
    switch output {
    case .noContent: 204
    case .other(let status, _): status
    }
  }
}

extension Search: DeclaresProblem {
  /// A failure.
  public static func problem(status: Int, _ detail: String) -> OperationFailure {
    OperationFailure(self, status, detail)
  }
}

extension CheckAll {
  private static let styledXLevel = StyledParameter(
    "X-Level", in: .header, style: .simple, explode: false, .primitive([.integer]))
  private static let styledMark = StyledParameter(
    "mark", in: .cookie, style: .form, explode: true, .primitive([.string]))

  public static func decode(_ request: inout RequestReader) throws(RequestFault) -> Input? {
    let id = request.path("id", Int.self)
    let size = request.query("size", Int.self)
    let kind = request.query("kind", CheckAllKind.self)
    let when = request.query("when", Timestamp.self)
    let tag = request.query("tag", String.self)
    let xLevel = request.read(styledXLevel, Int.self)
    let _mark = request.read(styledMark, String.self)
    request.closeQuery("size", "kind", "when", "tag")
    request.require(size, query: "size")
    request.require(xLevel, styledXLevel)
    let body = try request.body(All.self)
    guard let id, let body, let size, let xLevel else {
      Self.validate(&request.violations, id, body, size, tag, xLevel, _mark)
      return nil
    }
    return Input(id: id, body: body, size: size, kind: kind, when: when, tag: tag, xLevel: xLevel, mark: _mark)
  }

  public static func validate(_ input: Input, _ check: inout Violations) {
    Self.validate(&check, input.id, input.body, input.size, input.tag, input.xLevel, input.mark)
  }

  private static func validate(
    _ check: inout Violations, _ id: Int?, _ body: All?, _ size: Int?, _ tag: String?, _ xLevel: Int?, _ _mark: String?
  ) {
    if let id {
      let mark = check.count
      check.range("id", id, min: 1)
      check.locate(since: mark, in: .path, "id")
    }
    if let body {
      body.validate(&check)
    }
    if let size {
      let mark = check.count
      check.range("size", size, max: 5)
      check.locate(since: mark, in: .query, "size")
    }
    if let tag {
      let mark = check.count
      check.written("tag", tag, Schemas.program, 2)
      check.locate(since: mark, in: .query, "tag")
    }
    if let xLevel {
      let mark = check.count
      check.range("X-Level", xLevel, max: 3)
      check.locate(since: mark, in: .header, "X-Level")
    }
    if let _mark {
      let mark = check.count
      check.length("mark", _mark, min: 3)
      check.locate(since: mark, in: .cookie, "mark")
    }
  }

  public static func encode(_ input: Input) throws -> HTTPRequest {
    var request = HTTPRequest(method: "POST", path: "/v1/all/\(PercentCoding.encode(input.id.parameter))")
    request.addQuery("size", input.size)
    request.addQuery("kind", input.kind)
    request.addQuery("when", input.when)
    request.addQuery("tag", input.tag)
    try request.add(styledXLevel, input.xLevel)
    try request.add(styledMark, input.mark)
    request.set(json: input.body, as: "application/json")
    return request
  }

  public static func decode(_ response: HTTPResponse) throws -> Output? {
    let reader = ResponseReader(response, descriptor)
    switch response.status {
    case 204: return .noContent
    default:
      return try .other(status: response.status, reader.body(JSONObject<JSONValue>.self, "application/problem+json"))
    }
  }

  public static func encode(_ output: Output) -> HTTPResponse {
    switch output {
    case .noContent: return HTTPResponse(status: 204)
    case .other(let status, let body):
      return HTTPResponse(status: status, json: body, mediaType: "application/problem+json")
    }
  }

  public static func status(of output: Output) -> Int {
    switch output {
    case .noContent: 204
    case .other(let status, _): status
    }
  }
}

extension CheckAll: DeclaresProblem {
  /// A failure.
  public static func problem(status: Int, _ detail: String) -> OperationFailure {
    OperationFailure(self, status, detail)
  }
}

/// Parameters.
public protocol PetsHandlers: Sendable {
  /// Every place and style
  func findThings(_ input: FindThings.Input, _ call: Call) async throws -> FindThings.Output
  /// Values of several structures, and structures in each other
  func search(_ input: Search.Input, _ call: Call) async throws -> Search.Output
  /// What is wrong in every place
  func checkAll(_ input: CheckAll.Input, _ call: Call) async throws -> CheckAll.Output
}

/// The contract as a service implements it and a host runs it.
public enum PetsContract: ServiceCore.ServiceContract {
  public static let name = "contract"
  public static let version = "1.0.0"
  public static let types: [any ServiceCore.ContractOperation.Type] = [
    FindThings.self,
    Search.self,
    CheckAll.self,
  ]
  public static let operations = types.map { $0.descriptor }
}

/// Passes each request to the handler of its operation.
public struct PetsEndpoint<Handlers: PetsHandlers>: ServiceEndpoint {
  private let handlers: Handlers

  public init(_ handlers: Handlers) { self.handlers = handlers }

  public func respond(to request: RoutedRequest, operation index: Int, call: Call) async -> HTTPResponse {
    switch index {
    case 0: return await Serving.respond(FindThings.self, request, call) { try await handlers.findThings($0, $1) }
    case 1: return await Serving.respond(Search.self, request, call) { try await handlers.search($0, $1) }
    case 2: return await Serving.respond(CheckAll.self, request, call) { try await handlers.checkAll($0, $1) }
    default: return HTTPResponse(status: 404)
    }
  }
}

extension PetsHandlers {
  public typealias API = PetsContract

  public var endpoint: any ServiceCore.ServiceEndpoint { PetsEndpoint(self) }
}

/// Calls the API where it runs: in this process, or over HTTP.
public struct PetsClient: APIClient {
  public static let service = "contract"
  public static let basePath = "/v1"
  private let placement: Placement

  public init(_ placement: Placement) { self.placement = placement }

  /// Every place and style
  public func findThings(_ input: FindThings.Input, _ call: Call) async throws -> FindThings.Output {
    try await placement.call(FindThings.self, input, call) { try await ($0 as? any PetsHandlers)?.findThings($1, $2) }
  }

  /// Values of several structures, and structures in each other
  public func search(_ input: Search.Input, _ call: Call) async throws -> Search.Output {
    try await placement.call(Search.self, input, call) { try await ($0 as? any PetsHandlers)?.search($1, $2) }
  }

  /// What is wrong in every place
  public func checkAll(_ input: CheckAll.Input, _ call: Call) async throws -> CheckAll.Output {
    try await placement.call(CheckAll.self, input, call) { try await ($0 as? any PetsHandlers)?.checkAll($1, $2) }
  }
}

import ContractValues

/// Makes values from schemas: valid ones, and ones that violate a single keyword.
///
/// Every value has been validated against the program before it is given out. The same seed makes the same values on
/// every machine. Work and memory are limited for each value (``Limits``), whatever the schemas are.
public struct SchemaSampler: Sendable {
  /// What one value may cost.
  public struct Limits: Sendable {
    /// From this depth on, values have only what they must have.
    public var depth = 5
    /// The number of items beyond the least.
    public var items = 8
    /// The number of characters of a text.
    public var text = 10_000
    /// The number of parts of a value beyond which only what must be there is added.
    public var parts = 500
    /// The number of steps of the search for one value.
    public var steps = 40_000

    public init() {}
  }

  /// What is known of a schema besides its assertions.
  public struct Annotations: Sendable {
    /// Its default and examples. They are tried among the first values.
    public var values: [JSONValue]
    public var isReadOnly: Bool
    public var isWriteOnly: Bool

    public init(values: [JSONValue] = [], isReadOnly: Bool = false, isWriteOnly: Bool = false) {
      (self.values, self.isReadOnly, self.isWriteOnly) = (values, isReadOnly, isWriteOnly)
    }
  }

  /// Who sends the values: without optional members that are read-only in requests, or write-only in responses.
  public enum Direction: Sendable { case request, response }

  /// A keyword of a schema.
  public struct KeywordLocation: Sendable, Equatable, CustomStringConvertible {
    /// The schema's index in the program.
    public let schema: Int
    public let keyword: String
    /// The JSON pointer from the schema that was asked for, with references followed, as in `/properties/a/$ref/enum`.
    public let pointer: String

    public var description: String { pointer }
  }

  /// Why there are no values, or fewer than asked for.
  public struct Failure: Sendable, Equatable {
    public enum Reason: Sendable { case unsatisfiable, tooHard }

    /// `unsatisfiable` only where the search was complete.
    public let reason: Reason
    /// Where the search last found that no value is possible; the schema itself where nothing excluded one.
    public let location: KeywordLocation
  }

  private let seed: UInt64
  private let heights: SchemaHeights
  var search: Search

  /// - Parameters:
  ///   - annotations: what is known of schemas by their index in the program.
  ///   - assertsFormat: as of ``SchemaProgram/violations(of:schema:assertsFormat:)``.
  public init(
    _ program: SchemaProgram, seed: UInt64, limits: Limits = Limits(), annotations: [Int: Annotations] = [:],
    direction: Direction? = nil, assertsFormat: Bool = true
  ) {
    self.seed = seed
    heights = SchemaHeights(program)
    search = Search(
      program: program, limits: limits, annotations: annotations, direction: direction, assertsFormat: assertsFormat,
      heights: heights.values, count: program.count)
  }

  /// The number of edges that are made before random values.
  private static let edgeLimit = 512

  /// Up to `count` valid values: the smallest, then each edge, then random ones, which may be repeated.
  ///
  /// More values of the same seed begin with those of fewer.
  public mutating func valid(_ schema: Int, count: Int) -> (values: [JSONValue], failure: Failure?) {
    start(schema)
    var values: [JSONValue] = []
    var seen: Set<JSONValue> = []
    var failure: Failure?
    guard count > 0 else { return ([], nil) }
    if let value = next(schema, .minimal, 0) {
      values.append(value)
      seen.insert(value)
    } else {
      failure = lastFailure(schema)
      if failure?.reason == .unsatisfiable { return ([], failure) }
    }
    search.radix = 1
    var (cursor, misses) = (0, 0)
    while values.count < count, cursor < min(search.radix, Self.edgeLimit), misses < 16 {
      let value = next(schema, .edges, cursor)
      if let value, seen.insert(value).inserted { values.append(value) }
      if value == nil { misses += 1 }
      cursor += 1
    }
    misses = values.isEmpty ? 0 : -16
    while values.count < count, misses < 8 {
      if let value = next(schema, .random, 0) { values.append(value) } else { misses += 1 }
    }
    return (values, values.count < count ? failure ?? lastFailure(schema) : nil)
  }

  /// Begins anew, so that values do not depend on what was made before.
  mutating func start(_ schema: Int) { search.random = SplitMix64(seed ^ UInt64(truncatingIfNeeded: schema) << 32) }

  private mutating func next(_ schema: Int, _ mode: Search.Mode, _ cursor: Int) -> JSONValue? {
    search.steps = search.limits.steps
    guard let value = made(schema, mode, cursor) else { return nil }
    return search.program.admits(value, schema: schema, assertsFormat: search.assertsFormat) ? value : nil
  }

  /// A value as the search makes it, within the steps that are left.
  mutating func made(_ schema: Int, _ mode: Search.Mode, _ cursor: Int) -> JSONValue? {
    search.parts = search.limits.parts
    search.blocked = nil
    search.failures = [:]
    search.isCut = false
    return search.make([.schema(schema, [])], Search.Place(mode: mode, cursor: cursor))
  }

  private func lastFailure(_ schema: Int) -> Failure {
    let (blocked, keyword) = search.blocked ?? (schema, .reference)
    let pointer = SchemaWalk(search.program, from: schema, isWhole: true).pointer(of: blocked) ?? ""
    let location = KeywordLocation(
      schema: blocked, keyword: search.blocked == nil ? "" : keyword.rawValue,
      pointer: search.blocked == nil ? "" : pointer + "/" + keyword.rawValue)
    let isEndless = heights.isSettled && search.height([.schema(schema, [])]) >= SchemaHeights.endless
    let isProven = isEndless || !search.isCut && search.blocked != nil
    return Failure(reason: isProven ? .unsatisfiable : .tooHard, location: location)
  }
}

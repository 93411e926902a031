/// A part of a multipart body whose contract is known: an enum with a case for each part that there may be.
public protocol MultipartItem: Sendable {
  /// What parts there are.
  static var layout: MultipartLayout { get }
  /// Reads a part. What breaks its contract is recorded in `reader`, and nil is returned; nil and no record leaves the
  /// part out.
  static func decode(_ reader: inout PartReader) async throws -> Self?
  /// Adds what breaks the contract's constraints, at pointers relative to the part's value.
  func validate(_ check: inout Violations)
  /// The part as it goes; with a name where the layout has names.
  func encode() throws -> MultipartPart
}

/// What parts a multipart body has, and how many.
public struct MultipartLayout: Sendable {
  /// What stands behind `multipart/`: `form-data`, `mixed`.
  public let subtype: String
  let parts: [(name: String, min: Int, max: Int)]
  let isClosed: Bool
  /// Whether parts are told apart by name, not by their place.
  let isNamed: Bool
  let min: Int
  let max: Int

  /// Parts told apart by their names, as in `multipart/form-data`.
  ///
  /// - Parameters:
  ///   - parts: how often each name stands, at least and at most.
  ///   - isClosed: whether parts of other names are refused.
  public init(
    subtype: String = "form-data", parts: [(name: String, min: Int, max: Int)], isClosed: Bool = false
  ) {
    self.subtype = subtype
    self.parts = parts
    self.isClosed = isClosed
    (isNamed, min, max) = (true, 0, .max)
  }

  /// Parts told apart by their place (`prefixEncoding` and `itemEncoding` of OpenAPI 3.2), as in `multipart/mixed`.
  ///
  /// - Parameters:
  ///   - min: how many parts there are in all, at least.
  ///   - max: how many at most.
  public init(subtype: String = "mixed", min: Int = 0, max: Int = .max) {
    self.subtype = subtype
    (parts, isClosed, isNamed) = ([], false, false)
    (self.min, self.max) = (min, max)
  }
}

/// Counts the parts of a body against its layout.
struct PartCounts: Sendable {
  let layout: MultipartLayout
  private var counts: [Int]
  private var total = 0

  init(_ layout: MultipartLayout) {
    self.layout = layout
    counts = Array(repeating: 0, count: layout.parts.count)
  }

  /// The next part: its name, empty where parts have none, and the segment of a pointer that it stands under.
  ///
  /// - Throws: for a part that has no name where it needs one.
  func place(of part: MultipartPart) throws(CodecError) -> (name: String, segment: String) {
    guard layout.isNamed else { return (part.name ?? "", String(total)) }
    let disposition = try part.headers["content-disposition"].map { field throws(CodecError) in
      try ContentDisposition(field)
    }
    guard let disposition, disposition.type == "form-data", let name = disposition.name else {
      throw CodecError("a part without a name: each needs 'Content-Disposition: form-data; name=\"...\"'")
    }
    return (name, name)
  }

  /// Counts a part; what is wrong with there being one more of it.
  mutating func add(_ name: String) -> [Violation] {
    var check = Violations()
    total += 1
    if total > layout.max { check.add("maxItems", "has more than \(layout.max) parts") }
    if layout.isNamed { count(name, &check) }
    return check.list
  }

  private mutating func count(_ name: String, _ check: inout Violations) {
    if let index = layout.parts.firstIndex(where: { $0.name.utf8.elementsEqual(name.utf8) }) {
      counts[index] += 1
      let max = layout.parts[index].max
      if counts[index] > max { check.add("maxItems", "is given more than \(max == 1 ? "once" : "\(max) times")") }
    } else if layout.isClosed {
      let known = layout.parts.map(\.name).joined(separator: ", ")
      check.add("additionalProperties", "no such part here; there is \(known.isEmpty ? "none" : known)")
    }
    check.prefix(since: 0, segment: name)
  }

  /// What is missing, once there are no more parts.
  var missing: [Violation] {
    var check = Violations()
    if total < layout.min { check.add("minItems", "has \(total) parts, at least \(layout.min) are needed") }
    for (part, count) in zip(layout.parts, counts) where count < part.min {
      let mark = check.count
      if count == 0 {
        check.add("required", "is required")
      } else {
        check.add("minItems", "is given \(count) times, at least \(part.min) are needed")
      }
      check.prefix(since: mark, segment: part.name)
    }
    return check.list
  }
}

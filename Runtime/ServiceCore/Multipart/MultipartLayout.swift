/// A part of a multipart body with a contract: an enum with a case for each kind of part.
public protocol MultipartItem: Sendable {
  /// The parts that a body may have.
  static var layout: MultipartLayout { get }
  /// Reads a part. Violations of its contract are recorded in `reader`, and nil is returned; nil without a violation
  /// omits the part.
  static func decode(_ reader: inout PartReader) async throws -> Self?
  /// Adds the violations of the contract's constraints, at pointers relative to the part's value.
  func validate(_ check: inout Violations)
  /// The part to send; with a name where the layout has names.
  func encode() throws -> MultipartPart
}

extension MultipartItem {
  /// Most parts constrain nothing but types.
  public func validate(_ check: inout Violations) {}
}

/// The parts of a multipart body, and how many of each.
public struct MultipartLayout: Sendable {
  /// The subtype after `multipart/`: `form-data`, `mixed`.
  public let subtype: String
  let parts: [(name: String, min: Int, max: Int)]
  let isClosed: Bool
  /// Whether parts are distinguished by name, not by position.
  let isNamed: Bool
  let min: Int
  let max: Int

  /// Parts distinguished by name, as in `multipart/form-data`.
  ///
  /// - Parameters:
  ///   - parts: the minimum and maximum number of parts with each name.
  ///   - isClosed: whether parts with other names are rejected.
  public init(
    subtype: String = "form-data", parts: [(name: String, min: Int, max: Int)], isClosed: Bool = false
  ) {
    self.subtype = subtype
    self.parts = parts
    self.isClosed = isClosed
    (isNamed, min, max) = (true, 0, .max)
  }

  /// Parts distinguished by position (`prefixEncoding` and `itemEncoding` of OpenAPI 3.2), as in `multipart/mixed`.
  ///
  /// - Parameters:
  ///   - min: the minimum number of parts.
  ///   - max: the maximum number of parts.
  public init(subtype: String = "mixed", min: Int = 0, max: Int = .max) {
    self.subtype = subtype
    (parts, isClosed, isNamed) = ([], false, false)
    (self.min, self.max) = (min, max)
  }
}

/// Counts the parts of a body against its layout.
package struct PartCounts: Sendable {
  let layout: MultipartLayout
  private var counts: [Int]
  private var total = 0

  package init(_ layout: MultipartLayout) {
    self.layout = layout
    counts = Array(repeating: 0, count: layout.parts.count)
  }

  /// The key of the next part: its name, empty where parts have none, and the segment that it has in a pointer.
  ///
  /// - Throws: for a part without a required name.
  package func key(of part: MultipartPart) throws(CodecError) -> (name: String, segment: String) {
    guard layout.isNamed else { return (part.name ?? "", String(total)) }
    let disposition = try part.headers["content-disposition"].map { field throws(CodecError) in
      try ContentDisposition(field)
    }
    guard let disposition, disposition.type == "form-data", let name = disposition.name else {
      throw CodecError("a part without a name: each needs 'Content-Disposition: form-data; name=\"...\"'")
    }
    return (name, name)
  }

  /// Counts a part, and returns the violations of its being one too many.
  package mutating func add(_ name: String) -> [Violation] {
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
      check.add("additionalProperties", "no such part here; valid names: \(known.isEmpty ? "none" : known)")
    }
    check.prefix(since: 0, segment: name)
  }

  /// The violations of missing parts, at the end of the body.
  package var missing: [Violation] {
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

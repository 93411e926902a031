/// Since when callers should move away from an operation, and until when it is there (`x-deprecation`). Times are in
/// seconds since 1970.
public struct Deprecation: Sendable, Equatable {
  public let since: Int
  /// Nil where its end is not known.
  public let sunset: Int?
  /// What says more.
  public let link: String?

  public init(since: Int, sunset: Int? = nil, link: String? = nil) {
    (self.since, self.sunset, self.link) = (since, sunset, link)
  }
}

/// Tells callers of an operation that they should move away from it (RFC 9745; RFC 8594).
package struct DeprecationStage: Stage {
  package static let kind = StageKind.deprecation
  private let fields: [(name: String, value: String)]

  /// Nil for an operation of which the contract does not say since when.
  package init?(_ operation: OperationDescriptor, _ template: Call) {
    guard let deprecation = operation.policy.deprecation else { return nil }
    var fields = [("deprecation", "@\(deprecation.since)")]
    if let sunset = deprecation.sunset {
      fields.append(("sunset", Timestamp(microseconds: sunset * 1_000_000).httpDate))
    }
    if let link = deprecation.link { fields.append(("link", "<\(link)>; rel=\"deprecation\"; type=\"text/html\"")) }
    self.fields = fields
  }

  package func enter(_ passage: inout Passage) throws -> StageResult {
    for (name, value) in fields { passage.answerHeaders[name] = value }
    return .passes
  }
}

extension Timestamp {
  /// As a date in HTTP (RFC 9110, section 5.6.7), of 1970 or later.
  package var httpDate: String {
    let text = description
    let names = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    let days = max(0, microseconds / 86_400_000_000)
    let month = Int(text.dropFirst(5).prefix(2)) ?? 1
    return "\(names[days % 7]), \(text.dropFirst(8).prefix(2)) \(months[month - 1]) \(text.prefix(4)) "
      + "\(text.dropFirst(11).prefix(8)) GMT"
  }
}

import ContractOutline
import ServiceCore

/// What a client asks for by `Prefer` (RFC 7240): `code=404`, `example=name`, `dynamic=true`, `delay=500`.
struct Preference: Sendable {
  private(set) var code: Int?
  private(set) var example: String?
  /// Whether the body is made, and another one each time.
  private(set) var isDynamic = false
  /// In milliseconds.
  private(set) var delay: Int?
  /// The value of `Preference-Applied`; nil where nothing is asked for.
  private(set) var applied: String?

  static let delayLimit = 60_000

  /// - Throws: 400 for a value that the preference does not have. Other preferences are ignored, as RFC 7240 says.
  init(_ headers: HTTPFields) throws(RequestFault) {
    var given: [String] = []
    for item in headers.values("prefer").flatMap(FieldSyntax.list) {
      // Only preferences of one token may have parameters, so that all of them are read as one list.
      guard let pairs = try? FieldSyntax.parameters(";" + item).parameters else { continue }
      for pair in pairs where try take(pair.name, pair.value) {
        given.append(pair.name + "=" + (FieldSyntax.isToken(pair.value) ? pair.value : Self.quoted(pair.value)))
      }
    }
    applied = given.isEmpty ? nil : given.joined(separator: ", ")
  }

  /// False for a preference that is not one of the mock's.
  private mutating func take(_ name: String, _ value: String) throws(RequestFault) -> Bool {
    switch name {
    case "code":
      guard let number = Int(value), (200...599).contains(number) else {
        throw Self.refused("code=\(value)", "a status from 200 to 599")
      }
      code = number
    case "example": example = value
    case "dynamic":
      guard let flag = Bool(value.lowercased()) else { throw Self.refused("dynamic=\(value)", "true or false") }
      isDynamic = flag
    case "delay":
      guard let number = Int(value), (0...Self.delayLimit).contains(number) else {
        throw Self.refused("delay=\(value)", "0 to \(Self.delayLimit) milliseconds")
      }
      delay = number
    default: return false
    }
    return true
  }

  private static func quoted(_ text: String) -> String {
    "\"" + text.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : "\($0)" }.joined() + "\""
  }

  /// 400 that lists what could be preferred.
  static func refused(_ preference: String, _ valid: String) -> RequestFault {
    RequestFault(
      .badRequest([
        Violation(
          location: .header, name: "Prefer", rule: "preference",
          message: "the mock has no '\(preference)'; valid: \(valid)")
      ]))
  }
}

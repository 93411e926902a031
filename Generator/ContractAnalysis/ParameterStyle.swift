import ContractModel

/// How the value of a parameter, a header or a member of a form becomes text (OpenAPI 3.1, section 4.8.12.2; `cookie` is
/// from OpenAPI 3.2).
public enum ParameterStyle: String, Sendable {
  case simple, label, matrix, form, spaceDelimited, pipeDelimited, deepObject, cookie

  /// The style of a location where the contract declares none.
  public static func usual(in location: Parameter.Location) -> ParameterStyle {
    switch location {
    case .path, .header: .simple
    case .query, .querystring, .cookie: .form
    }
  }

  /// All styles that a location allows.
  public static func allowed(in location: Parameter.Location) -> [ParameterStyle] {
    switch location {
    case .path: [.simple, .label, .matrix]
    case .query, .querystring: [.form, .spaceDelimited, .pipeDelimited, .deepObject]
    case .header: [.simple]
    case .cookie: [.form, .cookie]
    }
  }

  /// Whether each item and member is written by itself, where the contract does not say so.
  public var explodes: Bool { self == .form || self == .cookie }
}

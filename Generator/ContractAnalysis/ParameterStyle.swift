import ContractModel

/// How the value of a parameter, a header or a member of a form becomes text (OpenAPI 3.1, section 4.8.12.2; `cookie` is
/// from OpenAPI 3.2).
public enum ParameterStyle: String, Sendable {
  case simple, label, matrix, form, spaceDelimited, pipeDelimited, deepObject, cookie
  /// `label` without `explode` in OpenAPI 3.0.0 to 3.0.3 and 3.1.0, where it is delimited by dots as with `explode`. No
  /// contract names it.
  case dottedLabel

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

extension Parameter {
  /// How it is written: as the contract declares, or else as is usual in its location.
  public var styling: (style: ParameterStyle, explode: Bool) {
    let style = style.flatMap(ParameterStyle.init) ?? .usual(in: location)
    let explode = explode ?? style.explodes
    return (style == .label && !explode && dotsLabels ? .dottedLabel : style, explode)
  }
}

/// How a parameter is written (OpenAPI 3.1, section 4.8.12; `cookie` is OpenAPI 3.2's).
public enum ParameterStyle: String, Sendable, CaseIterable {
  case matrix, label, simple, form, spaceDelimited, pipeDelimited, deepObject, cookie
}

/// A parameter's value as texts, its structure kept.
public enum StyledValue: Sendable {
  case primitive(String)
  case array([String])
  case object([(key: String, value: String)])

  public enum Shape: Sendable { case primitive, array, object }
}

/// Writes and reads a parameter by its style (OpenAPI 3.1, section 4.8.12; RFC 6570).
///
/// What the specification leaves undefined, and what is done here:
/// - The empty list and the empty object are written as the empty value in the table of styles (`color=`, `;color`,
///   `.`), and that is read as them. A list of one empty text looks the same and is refused; so is an object whose one
///   member is empty and has the parameter's name, where members are pairs. `deepObject` has no empty value: no pair is
///   written, and no pair is read as no value.
/// - `;R` is a member without content, as RFC 6570, section 3.2.7, writes it; `;R=` is read as the same.
/// - Delimiters are split before anything is decoded: an encoded comma is data. But `%20` and `%7C` are delimiters of
///   their styles, as `%5B` and `%5D` are of `deepObject`: items that hold them are refused.
/// - `spaceDelimited` and `pipeDelimited` with `explode` are written as `form` is.
/// - `label` with `explode` delimits by a dot, which RFC 6570 does not encode in items: here it is.
/// - `form` with `explode` writes each pair as a cookie of its own in a cookie, where `&` would not delimit. Without
///   `explode` the comma is written that the table of OpenAPI 3.1 has, though RFC 6265 knows none in a cookie.
/// - `allowReserved` keeps a reserved character only where it neither delimits nor ends what the parameter stands in.
///   A whole percent-encoding is kept, and so is read as what it encodes.
/// - Nested lists and objects have no form: the generator refuses them.
public struct ParameterCodec: Sendable {
  public let name: String
  public let place: Violation.Place
  public let style: ParameterStyle
  public let explode: Bool
  public let allowReserved: Bool

  /// - Parameters:
  ///   - place: `body` for a field of a form, which is written as a parameter of the query is.
  ///   - style: one that the specification allows there.
  public init(
    _ name: String, in place: Violation.Place, style: ParameterStyle, explode: Bool, allowReserved: Bool = false
  ) {
    self.name = name
    self.place = place
    self.style = style
    self.explode = explode
    self.allowReserved = allowReserved
  }

  /// Whether each item of a list is written with the parameter's name.
  var repeatsName: Bool { explode && style != .simple && style != .label }

  /// Whether each member of an object is written as a pair.
  var hasPairs: Bool { explode || style == .deepObject }

  /// Whether nothing is percent-encoded: OpenAPI 3.2 has it so in headers, and cookies of their own style.
  var isPlain: Bool { place == .header || style == .cookie }

  /// Whether it stands in `application/x-www-form-urlencoded`, where a plus sign is a space.
  var isForm: Bool { place == .query || place == .body }

  /// Throws where the style has no form for a value of the shape.
  func demand(_ shape: StyledValue.Shape) throws(CodecError) {
    switch style {
    case .matrix, .label, .simple, .form, .cookie: return
    case .spaceDelimited, .pipeDelimited: if shape != .primitive { return }
    case .deepObject: if shape == .object { return }
    }
    throw CodecError("the style \(style.rawValue) has no form for it")
  }
}

/// How a parameter is written (OpenAPI 3.1, section 4.8.12; `cookie` is from OpenAPI 3.2).
public enum ParameterStyle: String, Sendable, CaseIterable {
  case matrix, label, simple, form, spaceDelimited, pipeDelimited, deepObject, cookie
  /// `label` without `explode` as OpenAPI 3.0.0 to 3.0.3 and 3.1.0 define it: delimited by dots, not by commas.
  case dottedLabel
}

/// A parameter's value as texts, with its structure.
public enum StyledValue: Sendable {
  case primitive(String)
  case array([String])
  case object([(key: String, value: String)])

  public enum Shape: Sendable { case primitive, array, object }
}

/// Writes and reads a parameter by its style (OpenAPI 3.1, section 4.8.12; RFC 6570).
///
/// Behaviour where the specification leaves it undefined:
/// - The empty list and the empty object are written as the empty value in the table of styles (`color=`, `;color`,
///   `.`), and read from it. A list of one empty text would look the same and is rejected; so is an object whose one
///   member is empty and has the parameter's name, where members are pairs. `deepObject` has no empty value: no pair is
///   written, and the absence of pairs is read as no value.
/// - `;R` is a member without content, as RFC 6570, section 3.2.7, writes it; `;R=` is read as the same.
/// - Values are split at delimiters before decoding: an encoded comma is data. But `%20` and `%7C` are the delimiters
///   of their styles, as `%5B` and `%5D` are of `deepObject`: items that contain them are rejected.
/// - `spaceDelimited` and `pipeDelimited` with `explode` are written as `form` is.
/// - `label` with `explode` delimits by dots, which RFC 6570 does not encode in items: here they are encoded.
/// - `form` with `explode` in a cookie writes each pair as a cookie of its own, since `&` does not delimit cookies.
///   Without `explode` it writes the comma of OpenAPI 3.1's table, although RFC 6265 does not allow one in a cookie.
/// - `allowReserved` leaves a reserved character unencoded only where it neither delimits nor ends the text that the
///   parameter is in. A complete percent-encoding is not encoded again, and so is read as the character that it
///   encodes.
/// - Nested lists and objects can be expressed in `deepObject` alone (``StyledParameter``); elsewhere the generator
///   rejects them.
public struct ParameterCodec: Sendable {
  public let name: String
  public let location: Violation.Location
  public let style: ParameterStyle
  public let explode: Bool
  public let allowReserved: Bool

  /// - Parameters:
  ///   - location: `body` for a field of a form, which is written like a query parameter.
  ///   - style: one that the specification allows for the location.
  public init(
    _ name: String, in location: Violation.Location, style: ParameterStyle, explode: Bool, allowReserved: Bool = false
  ) {
    self.name = name
    self.location = location
    self.style = style
    self.explode = explode
    self.allowReserved = allowReserved
  }

  /// Whether each item of a list is written with the parameter's name.
  var repeatsName: Bool { explode && style != .simple && style != .label }

  /// Whether each member of an object is written as a pair.
  var hasPairs: Bool { explode || style == .deepObject }

  /// Whether nothing is percent-encoded: OpenAPI 3.2 requires so for headers, and for cookies of the style `cookie`.
  var isPlain: Bool { location == .header || style == .cookie }

  /// Whether it is in `application/x-www-form-urlencoded`, where a plus sign is a space.
  var isForm: Bool { location == .query || location == .body }

  /// Throws where the style cannot express a value of this shape.
  func demand(_ shape: StyledValue.Shape) throws(CodecError) {
    switch style {
    case .matrix, .label, .dottedLabel, .simple, .form, .cookie: return
    case .spaceDelimited, .pipeDelimited: if shape != .primitive { return }
    case .deepObject: if shape == .object { return }
    }
    throw CodecError("the style \(style.rawValue) cannot express it")
  }
}

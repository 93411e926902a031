import ContractModel
import ContractSource
import ContractValues

/// How the value of a parameter, a header or a member of a form is written.
public struct StylePlan: Sendable, Hashable {
  /// How many pairs of brackets a name has at most, and how many schemas the shape of one value is made of.
  static let (depthLimit, roomLimit) = (8, 500)

  /// Nil for a member of a form.
  public let location: Parameter.Location?
  public let style: ParameterStyle
  public let explode: Bool
  public let allowReserved: Bool
  public let shape: Shape

  /// Whether the whole value is one JSON text.
  public var isJSON: Bool { if case .json = shape { true } else { false } }
}

/// Why there is no way to write a value.
public enum StyleFault: Error {
  /// The location does not allow the style.
  case style(String, in: Parameter.Location)
  case mediaType(String)
  /// The style does not express such a value (OpenAPI 3.1, section 4.8.12.3).
  case unexpressed(ParameterStyle)
  /// The style writes a list and an object alike.
  case ambiguous(ParameterStyle)
  /// The object would take all other cookies as its members.
  case unbounded
}

extension SchemaAnalysis {
  public mutating func style(of parameter: Parameter) throws(StyleFault) -> StylePlan {
    let location = parameter.location
    if let name = parameter.style {
      guard let own = ParameterStyle(rawValue: name), ParameterStyle.allowed(in: location).contains(own) else {
        throw .style(name, in: location)
      }
    }
    var (style, explode) = parameter.styling
    let shape = try shape(of: parameter, style, explode)
    // A text has nothing to put into brackets or to delimit: it is written as without the style.
    if [.deepObject, .spaceDelimited, .pipeDelimited].contains(style), shape.isText {
      style = .form
      explode = parameter.explode ?? style.explodes
    }
    return StylePlan(
      location: location, style: style, explode: explode, allowReserved: parameter.allowReserved, shape: shape)
  }

  private mutating func shape(
    of parameter: Parameter, _ style: ParameterStyle, _ explode: Bool
  ) throws(StyleFault) -> StylePlan.Shape {
    if let name = parameter.mediaType { return try shape(of: parameter, MediaTypeName(name)) }
    guard let shape = layout(parameter.schema, style) else { return nested(parameter.schema, style, explode) }
    try check(shape, style, explode)
    if parameter.location == .cookie, explode, shape.object?.isOpen ?? false { throw .unbounded }
    return shape
  }

  /// Lists and objects inside others, for which OpenAPI defines no style but inside JSON: each item of a list where items
  /// are written by themselves, otherwise the whole.
  private mutating func nested(_ schema: Int, _ style: ParameterStyle, _ explode: Bool) -> StylePlan.Shape {
    if style == .form, explode, case .list = form(of: set.resolved(schema)) { return .array(.json) }
    return .json
  }

  /// Whether the style can express each of the structures, and tells them apart.
  private func check(_ shape: StylePlan.Shape, _ style: ParameterStyle, _ explode: Bool) throws(StyleFault) {
    if style == .spaceDelimited || style == .pipeDelimited, shape.hasText, !shape.isText { throw .unexpressed(style) }
    if shape.hasList, shape.object != nil, style != .deepObject, !explode { throw .ambiguous(style) }
  }

  private mutating func shape(
    of parameter: Parameter, _ type: MediaTypeName
  ) throws(StyleFault) -> StylePlan.Shape {
    switch type.kind {
    case .json: return .json
    case .text, .events:
      if let types = set.textTypes(parameter.schema) { return .primitive(types) }
    case .form where parameter.location == .querystring:
      if case .object(let members, let others)? = layout(parameter.schema, .form) {
        return .object(members, others: others)
      }
    default: break
    }
    throw .mediaType(parameter.mediaType ?? "")
  }

  /// How a header of a response or of a part is written.
  public mutating func style(of header: Header) throws(StyleFault) -> StylePlan {
    var shape = StylePlan.Shape.json
    if let type = header.mediaType {
      switch MediaTypeName(type).kind {
      case .json: break
      case .text:
        guard let types = set.textTypes(header.schema) else { throw .mediaType(type) }
        shape = .primitive(types)
      default: throw .mediaType(type)
      }
    } else {
      if let layout = layout(header.schema, .simple) {
        try check(layout, .simple, header.explode)
        shape = layout
      }
    }
    return StylePlan(location: .header, style: .simple, explode: header.explode, allowReserved: false, shape: shape)
  }

  /// How a property of a form is written (OpenAPI 3.1, section 4.8.15.1); nil where it cannot be.
  public mutating func style(ofMember schema: Int, _ encoding: Encoding?) -> StylePlan? {
    let style = encoding?.style.flatMap(ParameterStyle.init) ?? .form
    let isStyled = encoding?.style != nil || encoding?.explode != nil || encoding?.allowReserved != nil
    let plan = { (shape: StylePlan.Shape) in
      StylePlan(
        location: nil, style: style, explode: encoding?.explode ?? style.explodes,
        allowReserved: encoding?.allowReserved ?? false, shape: shape)
    }
    if !isStyled, let type = encoding?.contentType, MediaTypeName(type).isJSON { return plan(.json) }
    guard let shape = layout(schema, style) else {
      // Without a style an object is JSON, and a list has a pair for each of its items (OpenAPI 3.1.1, section 4.8.15).
      switch form(of: set.resolved(schema)) {
      case .record where !isStyled, .map where !isStyled: return plan(.json)
      case .list where !isStyled: return plan(.array(.json))
      default: return nil
      }
    }
    if case .object = shape, !isStyled { return plan(.json) }
    let explode = encoding?.explode ?? style.explodes
    guard isStyled || shape.object == nil, (try? check(shape, style, explode)) != nil else { return nil }
    return plan(shape)
  }
}

import ContractModel
import ContractSource
import ContractValues

/// How the value of a parameter, a header or a member of a form is written.
public struct StylePlan: Sendable {
  public enum Shape: Sendable {
    /// One text, of a value of one of these types.
    case primitive(JSONTypes)
    case array(JSONTypes)
    /// The listed members, and the types of all others where there may be others.
    case object([(name: String, types: JSONTypes)], others: JSONTypes?)
    case json
    /// A list whose items are each JSON.
    case jsonItems
  }

  /// Nil for a member of a form.
  public let location: Parameter.Location?
  public let style: ParameterStyle
  public let explode: Bool
  public let allowReserved: Bool
  public let shape: Shape
}

/// Why there is no way to write a value.
public enum StyleFault: Error {
  /// The location does not allow the style.
  case style(String, in: Parameter.Location)
  case mediaType(String)
  /// No style defines nested lists or objects.
  case nested
  /// The style does not express such a value (OpenAPI 3.1, section 4.8.12.3).
  case unexpressed(ParameterStyle)
  /// The object would take all other parameters as its members.
  case unbounded
}

extension SchemaAnalysis {
  public mutating func style(of parameter: Parameter) throws(StyleFault) -> StylePlan {
    let location = parameter.location
    var style = ParameterStyle.usual(in: location)
    if let name = parameter.style {
      guard let own = ParameterStyle(rawValue: name), ParameterStyle.allowed(in: location).contains(own) else {
        throw .style(name, in: location)
      }
      style = own
    }
    let explode = parameter.explode ?? style.explodes
    return StylePlan(
      location: location, style: style, explode: explode, allowReserved: parameter.allowReserved,
      shape: try shape(of: parameter, style, explode))
  }

  private mutating func shape(
    of parameter: Parameter, _ style: ParameterStyle, _ explode: Bool
  ) throws(StyleFault) -> StylePlan.Shape {
    if let name = parameter.mediaType { return try shape(of: parameter, MediaTypeName(name)) }
    guard let shape = layout(parameter.schema) else { throw .nested }
    switch (style, shape) {
    case (.deepObject, .primitive), (.deepObject, .array), (.spaceDelimited, .primitive), (.pipeDelimited, .primitive):
      throw .unexpressed(style)
    case (.form, .object(_, .some)) where explode, (.cookie, .object(_, .some)) where explode: throw .unbounded
    default: return shape
    }
  }

  private mutating func shape(
    of parameter: Parameter, _ type: MediaTypeName
  ) throws(StyleFault) -> StylePlan.Shape {
    switch type.kind {
    case .json: return .json
    case .text, .events:
      if let types = set.textTypes(parameter.schema) { return .primitive(types) }
    case .form where parameter.location == .querystring:
      if case .object(let members, let others)? = layout(parameter.schema) { return .object(members, others: others) }
    default: break
    }
    throw .mediaType(parameter.mediaType ?? "")
  }

  /// How a header of a response or of a part is written.
  public mutating func style(of header: Header) throws(StyleFault) -> StylePlan {
    var shape = StylePlan.Shape.json
    if let type = header.mediaType {
      guard MediaTypeName(type).isJSON else { throw .mediaType(type) }
    } else {
      guard let layout = layout(header.schema) else { throw .nested }
      shape = layout
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
    guard let shape = layout(schema) else {
      // Without a style an object is JSON, and a list has a pair for each of its items (OpenAPI 3.1.1, section 4.8.15).
      switch form(of: set.resolved(schema)) {
      case .record where !isStyled, .map where !isStyled: return plan(.json)
      case .list where !isStyled: return plan(.jsonItems)
      default: return nil
      }
    }
    if case .object = shape, !isStyled { return plan(.json) }
    return plan(shape)
  }

  /// The layout of a value as text; nil for nested lists and objects.
  private mutating func layout(_ schema: Int) -> StylePlan.Shape? {
    switch form(of: schema) {
    case .alias(let other): return layout(other)
    case .scalar, .enumeration, .any: return set.textTypes(schema).map { .primitive($0) }
    case .choice:
      // Where all branches are texts, the types determine the branch of a text.
      return set.types(schema).isDisjoint(with: [.array, .object]) ? set.textTypes(schema).map { .primitive($0) } : nil
    case .list(let items):
      guard let item = items.first else { return .array(.texts) }
      return set.textTypes(item).map { .array($0) }
    case .map(let values):
      guard let value = values.first else { return .object([], others: .texts) }
      return set.textTypes(value).map { .object([], others: $0) }
    case .record:
      var members: [(name: String, types: JSONTypes)] = []
      for property in shape(schema).properties {
        guard let first = property.value.first, let types = set.textTypes(first) else { return nil }
        members.append((property.key, types))
      }
      return .object(members, others: nil)
    }
  }
}

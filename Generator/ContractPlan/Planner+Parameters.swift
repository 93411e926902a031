import ContractModel
import ContractSource
import ContractValues

extension OperationPlanner {
  /// How a parameter is written; nil for a plain text in a path or a query.
  mutating func style(of parameter: Parameter, _ type: TypePlan) -> StylePlan? {
    let (usual, allowed) = Self.styles(parameter.location)
    let name = parameter.style ?? usual
    guard allowed.contains(name) else {
      diagnostics.error(
        .badValue, "'\(name)' is not a style of a parameter in \(parameter.location.rawValue)", at: parameter.position,
        help: "valid values: \(allowed.joined(separator: ", ")) (OpenAPI 3.1, section 4.8.12.2)")
      return nil
    }
    let explode = parameter.explode ?? (name == "form" || name == "cookie")
    guard let shape = layout(of: parameter, name, explode) else { return nil }
    let isPlain = name == "simple" && parameter.location == .path || name == "form" && parameter.location == .query
    if case .primitive = shape, isPlain, !parameter.allowReserved, isText(type, parameter.schema) { return nil }
    return StylePlan(
      location: parameter.location.rawValue, style: name, explode: explode, allowReserved: parameter.allowReserved,
      shape: shape)
  }

  /// How a header of a response is written; nil for a plain text.
  mutating func style(of header: Header, _ type: TypePlan) -> StylePlan? {
    if header.mediaType == nil, isText(type, header.schema) { return nil }
    let plan = { (shape: StylePlan.Shape) in
      StylePlan(location: "header", style: "simple", explode: header.explode, allowReserved: false, shape: shape)
    }
    if let mediaType = header.mediaType {
      if Self.isJSON(mediaType) { return plan(.json) }
      diagnostics.error(
        .unsupported, "a header of the media type '\(mediaType)' is not supported here", at: header.position,
        help: "give it 'schema' instead of 'content'")
      return nil
    }
    guard let shape = layout(header.schema) else {
      diagnostics.error(
        .unsupported, "a header cannot hold nested lists or objects: no style defines how they are written",
        at: header.position, help: "give it 'content: application/json' instead of 'schema'")
      return nil
    }
    return plan(shape)
  }

  /// The default style of a location, and all that it allows (OpenAPI 3.1, section 4.8.12.2; `cookie` is from OpenAPI
  /// 3.2).
  private static func styles(_ location: Parameter.Location) -> (usual: String, allowed: [String]) {
    switch location {
    case .path: ("simple", ["simple", "label", "matrix"])
    case .query, .querystring: ("form", ["form", "spaceDelimited", "pipeDelimited", "deepObject"])
    case .header: ("simple", ["simple"])
    case .cookie: ("form", ["form", "cookie"])
    }
  }

  private mutating func layout(of parameter: Parameter, _ style: String, _ explode: Bool) -> StylePlan.Shape? {
    if let mediaType = parameter.mediaType {
      if Self.isJSON(mediaType) { return .json }
      if mediaType.hasPrefix("text/"), let kinds = kinds(parameter.schema) { return .primitive(kinds) }
      if mediaType == "application/x-www-form-urlencoded", parameter.location == .querystring,
        case .object(let members, let others)? = layout(parameter.schema)
      {
        return .object(members, others: others)
      }
      diagnostics.error(
        .unsupported, "a parameter of the media type '\(mediaType)' is not supported here", at: parameter.position,
        help: "valid media types: application/json"
          + (parameter.location == .querystring ? ", and application/x-www-form-urlencoded of a flat object" : ""))
      return nil
    }
    guard let shape = layout(parameter.schema) else {
      diagnostics.error(
        .unsupported, "a parameter cannot hold nested lists or objects: no style defines how they are written",
        at: parameter.position, help: "give it 'content: application/json' instead of 'schema'")
      return nil
    }
    switch (style, shape) {
    case ("deepObject", .primitive), ("deepObject", .array), ("spaceDelimited", .primitive),
      ("pipeDelimited", .primitive):
      diagnostics.error(
        .badValue, "the style \(style) cannot express this type (OpenAPI 3.1, section 4.8.12.3)",
        at: parameter.position)
    case ("form", .object(_, .some)) where explode, ("cookie", .object(_, .some)) where explode:
      diagnostics.error(
        .unsupported, "an object with any members would include all other parameters too", at: parameter.position,
        help: "list its properties, or write 'style: deepObject'")
    default: return shape
    }
    return nil
  }

  /// The layout of a parameter's value; nil for nested lists and objects.
  mutating func layout(_ schema: Int) -> StylePlan.Shape? {
    switch form(of: schema) {
    case .alias(let other): return layout(other)
    case .scalar, .enumeration, .any: return kinds(schema).map { .primitive($0) }
    case .choice:
      // Where all branches are texts, the kinds determine the branch of a text.
      return set.types(schema).isDisjoint(with: [.array, .object]) ? kinds(schema).map { .primitive($0) } : nil
    case .list(let items):
      guard let item = items.first else { return .array(Self.scalars.names) }
      return kinds(item).map { .array($0) }
    case .map(let values):
      guard let value = values.first else { return .object([], others: Self.scalars.names) }
      return kinds(value).map { .object([], others: $0) }
    case .record:
      var members: [(name: String, kinds: [String])] = []
      for property in shape(schema).properties {
        guard let first = property.value.first, let kinds = kinds(first) else { return nil }
        members.append((property.key, kinds))
      }
      return .object(members, others: nil)
    }
  }

  private static let scalars: JSONTypes = [.string, .number, .integer, .boolean]

  /// The kinds of text of a schema's values; nil for lists and objects.
  mutating func kinds(_ schema: Int) -> [String]? {
    let types = set.types(schema)
    // Without a type it is one text, not a list.
    if types != .all, !types.isDisjoint(with: [.array, .object]) { return nil }
    return types.intersection(Self.scalars).names
  }

  /// Whether a value can be written as the text of a parameter.
  mutating func isText(_ type: TypePlan, _ schema: Int) -> Bool {
    switch type {
    case .string, .integer, .double, .boolean, .uuid, .timestamp, .decimal: return true
    case .named:
      if case .enumeration = form(of: set.resolved(schema)) { return true }
      return false
    default: return false
    }
  }
}

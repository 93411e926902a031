import ContractAnalysis

/// The texts of an example in the style of a parameter or of a form's member (OpenAPI 3.1, section 4.8.12.2). Postman
/// percent-encodes them.
struct PostmanStyle {
  let style: ParameterStyle
  let explode: Bool
  let isJSON: Bool

  /// The pairs of a query, a form or cookies.
  func pairs(_ name: String, _ value: JSONTree) -> [(name: String, value: String)] {
    if isJSON { return [(name, value.inline())] }
    if style == .deepObject { return Self.nested(name, value) }
    switch value {
    case .array(let items) where explode: return items.map { (name, $0.plain) }
    case .array(let items):
      let delimiter = style == .spaceDelimited ? " " : style == .pipeDelimited ? "|" : ","
      return [(name, items.map(\.plain).joined(separator: delimiter))]
    case .mapping where explode: return value.members.map { ($0.key, $0.value.plain) }
    case .mapping: return [(name, Self.alternating(value).joined(separator: ","))]
    default: return [(name, value.plain)]
    }
  }

  /// The text in a segment of a path, or in a header.
  func text(_ name: String, _ value: JSONTree) -> String {
    if isJSON { return value.inline() }
    let isMatrix = style == .matrix
    let lead = isMatrix ? ";" : [.label, .dottedLabel].contains(style) ? "." : ""
    let delimiter = style == .dottedLabel || style == .label && explode ? "." : ","
    switch value {
    case .array(let items) where isMatrix && explode: return items.map { ";\(name)=\($0.plain)" }.joined()
    case .array(let items): return lead + (isMatrix ? name + "=" : "") + items.map(\.plain).joined(separator: delimiter)
    case .mapping where explode:
      let pairs = value.members.map { "\($0.key)=\($0.value.plain)" }
      return lead + pairs.joined(separator: isMatrix ? ";" : delimiter)
    case .mapping: return lead + (isMatrix ? name + "=" : "") + Self.alternating(value).joined(separator: delimiter)
    default: return lead + (isMatrix ? name + "=" : "") + value.plain
    }
  }

  /// Each name followed by its value.
  private static func alternating(_ value: JSONTree) -> [String] {
    value.members.flatMap { [$0.key, $0.value.plain] }
  }

  /// `a[b][c]` for a member, `a[b][]` for each text of a list, `a[b][0]` for another item.
  private static func nested(_ name: String, _ value: JSONTree) -> [(name: String, value: String)] {
    let pairs: [(name: String, value: String)]
    switch value {
    case .array(let items):
      let isTexts = items.allSatisfy { item in
        switch item {
        case .array, .mapping: false
        default: true
        }
      }
      pairs = items.enumerated().flatMap { nested("\(name)[\(isTexts ? "" : String($0))]", $1) }
    case .mapping(let members): pairs = members.flatMap { nested("\(name)[\($0.key)]", $0.value) }
    default: return [(name, value.plain)]
    }
    return pairs.isEmpty ? [(name, "")] : pairs
  }
}

import ContractModel
import ContractValues

extension StylePlan {
  public indirect enum Shape: Sendable, Hashable {
    /// One text, of a value of one of these types.
    case primitive(JSONTypes)
    case array(Shape)
    /// The listed members, and all others where there may be others.
    case object([Member], others: Shape?)
    case json
    /// One of several, of which at most one is a text, one a list and one an object.
    case either([Shape])
  }

  public struct Member: Sendable, Hashable {
    public let name: String
    public fileprivate(set) var shape: Shape
  }

  /// Whether each member of an object is a pair of its own, with the member's name.
  private var spreads: Bool { explode && style == .form }

  /// Whether it takes pairs of any name.
  public var takesOthers: Bool { spreads && shape.object?.isOpen ?? false }

  /// The names that the pairs of a value have; one that ends in `[` is the beginning of names.
  public func names(_ own: String) -> [String] {
    [own] + (style == .deepObject ? [own + "["] : spreads ? shape.object?.members.map(\.name) ?? [] : [])
  }

  /// Whether it has lists or objects where OpenAPI defines none: inside `deepObject`, or in place of it.
  public var isConvention: Bool {
    guard style == .deepObject else { return false }
    switch shape {
    case .object(let members, let others):
      return !(members.map(\.shape) + [others].compactMap { $0 }).allSatisfy(\.isText)
    default: return true
    }
  }
}

extension StylePlan.Shape {
  public var isText: Bool { if case .primitive = self { true } else { false } }

  /// Whether its texts are JSON.
  public var holdsJSON: Bool {
    switch self {
    case .json: true
    case .array(let items): items.holdsJSON
    default: false
    }
  }

  fileprivate var alternatives: [StylePlan.Shape] { if case .either(let shapes) = self { shapes } else { [self] } }

  var hasList: Bool { alternatives.contains { if case .array = $0 { true } else { false } } }
  var hasText: Bool { alternatives.contains(where: \.isText) }
  /// The object, and whether it has members of any name.
  var object: (members: [StylePlan.Member], isOpen: Bool)? {
    for case .object(let members, let others) in alternatives { return (members, others != nil) }
    return nil
  }

  /// One shape for values that have one of several; nil where their texts could not be read as one.
  static func combined(_ shapes: [StylePlan.Shape]) -> StylePlan.Shape? {
    var result: [StylePlan.Shape] = []
    for shape in shapes.flatMap(\.alternatives) {
      if let index = result.firstIndex(where: { $0.isLike(shape) }) {
        guard let both = merged(result[index], shape) else { return nil }
        result[index] = both
      } else {
        result.append(shape)
      }
    }
    return result.count == 1 ? result[0] : .either(result)
  }

  private func isLike(_ other: StylePlan.Shape) -> Bool {
    switch (self, other) {
    case (.primitive, .primitive), (.array, .array), (.object, .object): true
    // JSON in a text cannot be told from a text.
    case (.json, _), (_, .json): true
    default: false
    }
  }

  private static func merged(_ one: StylePlan.Shape, _ other: StylePlan.Shape) -> StylePlan.Shape? {
    switch (one, other) {
    case (.primitive(let own), .primitive(let others)): return .primitive(own.union(others))
    case (.array(let own), .array(let others)): return combined([own, others]).map { .array($0) }
    case (.object(var members, let own), .object(let more, let others)):
      for member in more {
        guard let index = members.firstIndex(where: { $0.name.utf8.elementsEqual(member.name.utf8) }) else {
          members.append(member)
          continue
        }
        guard let both = combined([members[index].shape, member.shape]) else { return nil }
        members[index].shape = both
      }
      let open = [own, others].compactMap { $0 }
      if open.isEmpty { return .object(members, others: nil) }
      return combined(open).map { .object(members, others: $0) }
    default: return nil
    }
  }
}

extension SchemaAnalysis {
  /// The shape of a value as text; nil for nested lists and objects where the style defines none.
  mutating func layout(_ schema: Int, _ style: ParameterStyle) -> StylePlan.Shape? {
    var room = StylePlan.roomLimit
    return layout(schema, depth: style == .deepObject ? StylePlan.depthLimit : 1, isNested: style == .deepObject, &room)
  }

  /// - Parameters:
  ///   - depth: how many lists and objects may be in each other.
  ///   - isNested: whether what is deeper is left out, which no request can hold, instead of refused.
  ///   - room: how many schemas may be visited: a recursive one has no end.
  private mutating func layout(
    _ schema: Int, depth: Int, isNested: Bool, _ room: inout Int
  ) -> StylePlan.Shape? {
    room -= 1
    if room < 0 { return nil }
    let form = form(of: schema)
    switch form {
    case .list, .map, .record: if depth == 0 { return isNested ? .primitive([]) : nil }
    default: break
    }
    switch form {
    case .alias(let other): return layout(other, depth: depth, isNested: isNested, &room)
    case .scalar, .enumeration, .any: return set.textTypes(schema).map { .primitive($0) }
    case .choice(let branches, _, _):
      // Where all branches are texts, the types determine the branch of a text.
      if set.types(schema).isDisjoint(with: [.array, .object]) { return set.textTypes(schema).map { .primitive($0) } }
      var shapes: [StylePlan.Shape] = []
      for branch in branches {
        guard let shape = layout(branch, depth: depth, isNested: isNested, &room) else { return nil }
        shapes.append(shape)
      }
      return .combined(shapes)
    case .list(let items):
      guard let item = items.first else { return .array(.primitive(.texts)) }
      return layout(item, depth: depth - 1, isNested: isNested, &room).map { .array($0) }
    case .map(let values):
      guard let value = values.first else { return .object([], others: .primitive(.texts)) }
      return layout(value, depth: depth - 1, isNested: isNested, &room).map { .object([], others: $0) }
    case .record:
      var members: [StylePlan.Member] = []
      for property in shape(schema).properties {
        guard let first = property.value.first,
          let shape = layout(first, depth: depth - 1, isNested: isNested, &room)
        else { return nil }
        members.append(StylePlan.Member(name: property.key, shape: shape))
      }
      return .object(members, others: nil)
    }
  }
}

extension StyledParameter {
  /// The structures that a parameter's value can have, and the kinds of its texts. Of several kinds, a text is a number
  /// or boolean where it can be read as one.
  public struct Shape: Sendable {
    /// The kinds of a text; none where the value is never one.
    let texts: JSONTypes
    /// Whether a text is JSON.
    let isJSON: Bool
    /// The items of a list; empty where the value is never one.
    private let item: [Shape]
    /// The listed members of an object; nil where the value is never one.
    let members: JSONObject<Shape>?
    /// All other members, where others are allowed.
    private let other: [Shape]

    private init(
      texts: JSONTypes = [], isJSON: Bool = false, items: Shape? = nil, members: JSONObject<Shape>? = nil,
      others: Shape? = nil
    ) {
      self.texts = texts
      self.isJSON = isJSON
      item = items.map { [$0] } ?? []
      self.members = members
      other = others.map { [$0] } ?? []
    }

    var items: Shape? { item.first }
    var others: Shape? { other.first }

    /// A text of these kinds.
    public static func primitive(_ texts: JSONTypes) -> Shape { Shape(texts: texts) }

    /// A list of texts of these kinds.
    public static func array(_ texts: JSONTypes) -> Shape { array(of: .primitive(texts)) }

    public static func array(of items: Shape) -> Shape { Shape(items: items) }

    /// An object of texts: the kinds of the listed members, and of all others where others are allowed.
    public static func object(_ members: JSONObject<JSONTypes>, others: JSONTypes?) -> Shape {
      object(of: members.map { ($0.key, .primitive($0.value)) }, others: others.map { .primitive($0) })
    }

    public static func object(of members: [(String, Shape)], others: Shape? = nil) -> Shape {
      Shape(members: JSONObject(members), others: others)
    }

    /// JSON in the text (`content: application/json`).
    public static let json = Shape(isJSON: true)
    /// A list whose items are each JSON in their text.
    public static let jsonItems = array(of: .json)

    /// One of several structures, at most one of which is a text, one a list and one an object.
    public static func either(_ shapes: Shape...) -> Shape { either(shapes) }

    package static func either(_ shapes: [Shape]) -> Shape {
      Shape(
        texts: shapes.reduce(into: []) { $0.formUnion($1.texts) }, items: shapes.lazy.compactMap(\.items).first,
        members: shapes.lazy.compactMap(\.members).first, others: shapes.lazy.compactMap(\.others).first)
    }

    /// The structure, where there is but one.
    var only: StyledValue.Shape? {
      switch (isJSON || !texts.isEmpty, items != nil, members != nil) {
      case (true, false, false): .primitive
      case (false, true, false): .array
      case (false, false, true): .object
      default: nil
      }
    }

    /// The shape of a member; nil for one that is not listed where others are not allowed.
    func member(_ name: String) -> Shape? { members?[name] ?? others }

    /// Whether a text can be read as one of the kinds.
    func admits(_ text: String) -> Bool {
      texts.contains(.string) || !texts.isDisjoint(with: [.number, .integer]) && Self.isNumber(text)
        || texts.contains(.boolean) && Bool(parameter: text) != nil
    }

    // MARK: texts as JSON

    /// Writes a text as a JSON value of the first of the kinds that it can be read as.
    package static func write(_ text: String, _ texts: JSONTypes, _ writer: inout JSONWriter) {
      if !texts.isDisjoint(with: [.number, .integer]), isNumber(text) {
        writer.raw(text.utf8)
      } else if texts.contains(.boolean), Bool(parameter: text) != nil {
        writer.raw(text.utf8)
      } else {
        writer.string(text)
      }
    }

    /// Writes a text as a JSON value of this shape. One that is not exactly one JSON value must not become several: it
    /// stays a text, which its type rejects.
    func write(_ text: String, _ writer: inout JSONWriter) {
      if isJSON, Self.isJSON(text) { writer.raw(text.utf8) } else { Self.write(text, texts, &writer) }
    }

    private static func isJSON(_ text: String) -> Bool {
      var reader = JSONReader(Array(text.utf8))
      return (try? reader.skip()) != nil && (try? reader.finish()) != nil
    }

    /// Whether the text is a JSON number (RFC 8259, section 6).
    private static func isNumber(_ text: String) -> Bool {
      guard let first = text.utf8.first, let last = text.utf8.last, (48...57).contains(last),
        first == UInt8(ascii: "-") || (48...57).contains(first)
      else { return false }
      var reader = JSONReader(Array(text.utf8))
      guard let value = try? JSONValue.decode(&reader), (try? reader.finish()) != nil, case .number = value else {
        return false
      }
      return true
    }
  }
}

import ContractPlan
import ContractQueries

/// What a service keeps, such as reviews: its properties, and the schemas that a contract has of it.
struct NewItem {
  /// A property as its author gives it: `rating:integer`, or `text` for one that is a string.
  struct Property {
    let name: String
    fileprivate let kind: Kind

    /// As SQL writes it.
    var column: String { QueryCompiler.quoted(name) }
    var columnType: String { kind.column }
    /// A value of it in JSON.
    var sample: String { kind.quotes ? "\"\(kind.example(words))\"" : kind.example(words) }
    fileprivate var words: String { name.replacing("_", with: " ") }
  }

  fileprivate struct Kind {
    let name: String
    let schema: [String]
    let column: String
    let quotes: Bool
    let example: @Sendable (_ words: String) -> String

    static let all = [
      Kind(name: "string", schema: ["type: string", "minLength: 1", "maxLength: 200"], column: "text", quotes: true) {
        "The \($0)"
      },
      Kind(
        name: "integer", schema: ["type: integer", "minimum: 0", "maximum: 1000000000"], column: "integer",
        quotes: false
      ) { _ in "1" },
      Kind(
        name: "decimal",
        schema: ["type: number", "format: decimal", "multipleOf: 0.01", "minimum: 0", "maximum: 9999999999.99"],
        column: "numeric(12, 2)", quotes: false
      ) { _ in "19.99" },
      Kind(name: "boolean", schema: ["type: boolean"], column: "boolean", quotes: false) { _ in "true" },
      Kind(name: "uuid", schema: ["type: string", "format: uuid"], column: "uuid", quotes: true) { _ in uuid },
      Kind(name: "date-time", schema: ["type: string", "format: date-time"], column: "timestamptz", quotes: true) { _ in
        time
      },
    ]
    static let string = all[0]
  }

  static let uuid = "0190f3d2-7c5e-7a3b-9c1d-2e4f6a8b0c1d"
  private static let time = "2026-01-31T12:00:00Z"

  let name: NewName
  let properties: [Property]

  /// - Throws: ``UsageError`` for a property that cannot be one.
  init(_ name: NewName, properties: [String] = []) throws(UsageError) {
    self.name = name
    var result: [Property] = []
    for text in properties.isEmpty ? ["name"] : properties {
      let property = try Self.property(text)
      if result.contains(where: { $0.name == property.name }) {
        throw UsageError(message: "the property '\(property.name)' is given twice", help: "give it once")
      }
      result.append(property)
    }
    self.properties = result
  }

  private static func property(_ text: String) throws(UsageError) -> Property {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let name = parts[0]
    guard name.utf8.first.map({ (97...122).contains($0) }) ?? false, name.utf8.count <= 40,
      name.utf8.allSatisfy({ (97...122).contains($0) || (48...57).contains($0) || $0 == 95 })
    else {
      throw UsageError(
        message: "'\(name)' is not a name of a property",
        help: "write NAME or NAME:TYPE, the name in lower case with '_' between its words, such as product_id:uuid")
    }
    guard !["id", "created_at"].contains(name) else {
      throw UsageError(message: "every item has the property '\(name)' already", help: "leave it out")
    }
    guard let kind = parts.count == 1 ? Kind.string : Kind.all.first(where: { $0.name == parts[1] }) else {
      throw Arguments.unknown("type", parts[1], Kind.all.map(\.name))
    }
    return Property(name: name, kind: kind)
  }

  // MARK: its schemas

  /// The schema of one that is not in a list, and so has no id.
  var plain: String { object("", "\(a).", required: []) + properties.map(text).joined() }

  /// The schema of a name that ends as one of an item's does; nil for another.
  func schema(_ name: String) -> String? {
    let item = self.name.type
    switch name {
    case item + "Id":
      return """
        \(item)Id:
          type: string
          format: uuid
          description: \(owner) id, a UUID of version 7.
          examples: [\(Self.uuid)]

        """
    case item + "Draft":
      return object("Draft", "\(a) as it is added.", required: []) + properties.map(text).joined()
    case item:
      return object("", "\(a).", required: ["id"]) + "    id: { $ref: \"#/components/schemas/\(item)Id\" }\n"
        + properties.map(text).joined() + """
              created_at:
                type: string
                format: date-time
                description: When it was added.
                examples: ["\(Self.time)"]

          """
    case item + "Page":
      return """
        \(item)Page:
          type: object
          description: One page of a list.
          required: [items]
          properties:
            items:
              type: array
              maxItems: 100
              description: The items of this page.
              items: { $ref: "#/components/schemas/\(item)" }
            next_cursor:
              $ref: "../shared/paging.yaml#/components/schemas/PageCursor"

        """
    default: return nil
    }
  }

  /// `A review`, and `The review's`.
  private var a: String { name.indefinite.prefix(1).uppercased() + name.indefinite.dropFirst() }
  private var owner: String { "The \(name.words)'s" }

  private func object(_ ending: String, _ description: String, required: [String]) -> String {
    let names = required + properties.map(\.name) + (required.isEmpty ? [] : ["created_at"])
    return """
      \(name.type)\(ending):
        type: object
        description: \(description)
        required: [\(names.joined(separator: ", "))]
      \(required.isEmpty ? "  unevaluatedProperties: false\n" : "")  properties:

      """
  }

  private func text(_ property: Property) -> String {
    let example = property.kind.quotes ? property.sample : property.kind.example("")
    let lines = property.kind.schema + ["description: \(owner) \(property.words).", "examples: [\(example)]"]
    return "    \(property.name):\n" + lines.map { "      \($0)\n" }.joined()
  }
}

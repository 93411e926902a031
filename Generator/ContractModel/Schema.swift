import ContractSource

/// Where a schema stands, whoever refers to it: a file below the contracts' folder and a JSON pointer in it.
public struct SchemaKey: Hashable, Sendable {
  public let path: String
  public let pointer: String

  /// The last segment of the pointer: the name a component has in its contract.
  public var name: String { pointer.split(separator: "/").last.map(String.init) ?? "" }
}

/// A schema in JSON Schema's own words (2020-12): one field a keyword, nothing decided yet.
public final class Schema {
  public enum TypeName: String, CaseIterable, Sendable { case object, array, string, integer, number, boolean }

  public struct Property {
    public let name: String
    public let place: Place
    public let schema: Schema
  }

  public let place: Place
  /// The component this schema is, when it is one.
  public let key: SchemaKey?
  public var reference: SchemaKey?
  public var type: TypeName?
  public var format: String?
  public var title: String?
  public var description: String?
  public var isDeprecated = false
  public var defaultValue: Node?
  public var cases: [String]?
  public var properties: [Property] = []
  public var required: Set<String> = []
  /// Whether a property that is not listed is an error.
  public var isClosed = false
  public var items: Schema?
  public var uniqueItems = false
  public var minItems: Int?
  public var maxItems: Int?
  public var minLength: Int?
  public var maxLength: Int?
  public var pattern: String?
  public var minimum: String?
  public var maximum: String?
  public var exclusiveMinimum: String?
  public var exclusiveMaximum: String?
  public var multipleOf: String?
  public var decimalPlaces: Int?

  init(at place: Place, key: SchemaKey?) {
    self.place = place
    self.key = key
  }
}

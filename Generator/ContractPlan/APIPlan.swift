import ContractAnalysis
import ContractValues

/// The plan of the code of one API: every name is chosen and every decision made.
public struct APIPlan: Sendable {
  /// The name in Swift without a suffix: `Orders`.
  public var name: String
  /// The service's name in URLs and settings: `orders`.
  public var service: String
  /// The contracts, as diagnostics print their paths.
  public var sources: [String]
  public var title: String
  public var version: String
  public var doc: [String]
  /// The prefix of every path.
  public var basePath: String
  public var servers: [ServerPlan]
  public var schemes: [SchemePlan]
  public var principals: [PrincipalPlan]
  /// The modules of other APIs whose types are used.
  public var imports: [String]
  public var types: [DeclarationPlan]
  /// The types that are declared exactly like another, by their names, with the name of the one that is written out.
  public var alike: [String: String]
  /// The components without a type of their own, by their names, with the types that they are written as.
  public var aliases: [String: TypePlan]
  /// The types of content that is one of several media types, and of parts.
  public var bodies: [BodyPlan]
  public var multiparts: [MultipartPlan]
  /// The groups of handlers, one per tag; empty where there is only one.
  public var groups: [GroupPlan]
  public var operations: [OperationPlan]
  /// The requests that the API itself sends: webhooks and callbacks.
  public var webhooks: [OperationPlan]
  public var events: EventsPlan
  /// The patterns that values must match; a rule refers to one by its index.
  public var patterns: [String]
  /// The schemas that whole values are validated against, as JSON; empty when there are none.
  public var program: String
}

/// The operations of a tag.
public struct GroupPlan: Sendable {
  /// The protocol of its handlers, and the name of its implementation among others.
  public let type: String
  public let member: String
  public let doc: [String]
}

public indirect enum TypePlan: Sendable, Hashable {
  case string, integer, unsigned, double, boolean, uuid, timestamp, base64, json
  /// Written with at least `scale` digits after the point.
  case decimal(scale: Int)
  case named(String)
  case array(TypePlan)
  case map(TypePlan)
  /// A value that may be null.
  case optional(TypePlan)

  /// The type as Swift writes it.
  public var swift: String {
    switch self {
    case .string: "String"
    case .integer: "Int"
    case .unsigned: "UInt"
    case .double: "Double"
    case .boolean: "Bool"
    case .uuid: "Uuid"
    case .timestamp: "Timestamp"
    case .base64: "Base64"
    case .json: "JSONValue"
    case .decimal: "ExactDecimal"
    case .named(let name): name
    case .array(let element): "[\(element.swift)]"
    case .map(let value): "JSONObject<\(value.swift)>"
    case .optional(let value): "\(value.swift)?"
    }
  }

  /// Whether a value may be null.
  public var isOptional: Bool { if case .optional = self { true } else { false } }

  /// Whether it is a list or a map, perhaps null.
  public var isContainer: Bool {
    switch self {
    case .array, .map: true
    case .optional(let value): value.isContainer
    default: false
    }
  }

  /// The declared type that a value of this one contains inline, not on the heap.
  var inPlace: String? {
    switch self {
    case .named(let name): name
    case .optional(let value): value.inPlace
    default: nil
    }
  }

  /// Whether two values that are written alike were read from equal JSON.
  var isExact: Bool {
    switch self {
    case .string, .integer, .unsigned, .double, .boolean, .uuid, .timestamp, .base64, .decimal: true
    case .array(let element), .optional(let element): element.isExact
    case .named, .json, .map: false
    }
  }
}

public enum Presence: Sendable, Hashable {
  case required
  case optional
  /// Absent, null and a value are distinct.
  case nullable
  /// A value absent on the wire is this Swift expression.
  case defaulted(String)
}

/// One constraint of a value, with its bounds as Swift expressions.
public indirect enum RulePlan: Sendable, Hashable {
  case length(min: Int?, max: Int?)
  /// A text longer than `max` characters is not matched: it violates another rule.
  case pattern(Int, max: Int?)
  case format(Format)
  case numberFormat(NumberFormat)
  case range(min: String?, max: String?, above: String?, below: String?)
  case scale(Int)
  case multiple(of: String)
  case count(min: Int?, max: Int?)
  case members(min: Int?, max: Int?)
  case unique
  case each([RulePlan])
  /// The value is null, or these hold.
  case present([RulePlan])
  /// The value is validated against a schema of the program.
  case schema(Int)
  /// The same for a value that was read from text without that validation.
  case written(Int)
  /// A patch may not remove it.
  case kept
  /// The value's type has constraints of its own.
  case value
}

public struct FieldPlan: Sendable, Hashable {
  /// Where a value holds a field.
  public enum Place: Sendable, Hashable {
    /// In itself.
    case inline
    /// On the heap.
    case heap
    /// On the heap, together with all other fields that are there.
    case parts
  }

  /// The name in Swift, with backticks where needed.
  public var name: String
  /// The name on the wire.
  public internal(set) var wireName: String
  public internal(set) var type: TypePlan
  public var presence: Presence
  public let rules: [RulePlan]
  public var doc: [String]
  public var isDeprecated = false
  public var place = Place.inline
  /// How a parameter is written, unless it is simply one text under its name.
  public var style: StylePlan?
  /// Whether a parameter name without a value means no value.
  public var allowsEmpty = false

  public init(
    name: String, wireName: String, type: TypePlan, presence: Presence, rules: [RulePlan], doc: [String]
  ) {
    self.name = name
    self.wireName = wireName
    self.type = type
    self.presence = presence
    self.rules = rules
    self.doc = doc
  }

  /// The schema that the value is validated against while it is read.
  public var schema: Int? { rules.schema }
}

extension FieldPlan {
  /// The same for a text: a header cannot carry null, so a nullable value is either present or absent.
  var present: FieldPlan {
    var field = FieldPlan(
      name: name, wireName: wireName, type: type.present, presence: presence == .required ? .required : .optional,
      rules: rules.flattened(when: true), doc: doc)
    field.isDeprecated = isDeprecated
    return field
  }

  /// The same for a value that is read from text without that validation.
  var written: FieldPlan {
    var field = FieldPlan(
      name: name, wireName: wireName, type: type, presence: presence,
      rules: rules.map { if case .schema(let index) = $0 { .written(index) } else { $0 } }, doc: doc)
    (field.style, field.isDeprecated, field.allowsEmpty) = (style, isDeprecated, allowsEmpty)
    return field
  }
}

extension [RulePlan] {
  /// The schema among them that the whole value is validated against.
  public var schema: Int? {
    for case .schema(let index) in self { return index }
    return nil
  }
}

extension UsePlan {
  /// The same, where it is known not to be null.
  var present: UsePlan { UsePlan(type: type.present, rules: rules.flattened(when: true)) }
}

/// The type of a value with the constraints that are checked where it is used.
public struct UsePlan: Sendable {
  public let type: TypePlan
  public let rules: [RulePlan]

  public var schema: Int? { rules.schema }
}

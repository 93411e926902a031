import ContractValues

/// What will be generated for one API, every name chosen and every decision made.
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
  /// What stands before every path.
  public var basePath: String
  public var servers: [ServerPlan]
  public var schemes: [SchemePlan]
  public var principals: [PrincipalPlan]
  /// Modules of other APIs whose types are used.
  public var imports: [String]
  public var types: [DeclarationPlan]
  /// What has a type because it is one of several media types, or a part.
  public var bodies: [BodyPlan]
  public var multiparts: [MultipartPlan]
  /// The groups of handlers, one a tag; empty where there is but one.
  public var groups: [GroupPlan]
  public var operations: [OperationPlan]
  /// What the API calls itself: webhooks and callbacks.
  public var webhooks: [OperationPlan]
  /// The patterns that values are matched against; a rule names one by its index.
  public var patterns: [String]
  /// The schemas that values are held against whole, as JSON; empty when there are none.
  public var program: String
}

/// The operations of a tag.
public struct GroupPlan: Sendable {
  /// The protocol of its handlers, and what an implementation of it is called among others.
  public let type: String
  public let member: String
  /// The generic parameter that stands for that implementation.
  public let part: String
  public let doc: [String]
}

/// A type that is declared.
public enum DeclarationPlan: Sendable {
  case record(RecordPlan)
  case enumeration(EnumPlan)
  case choice(ChoicePlan)
  case wrapper(WrapperPlan)

  public var name: String {
    switch self {
    case .record(let plan): plan.name
    case .enumeration(let plan): plan.name
    case .choice(let plan): plan.name
    case .wrapper(let plan): plan.name
    }
  }
}

public indirect enum TypePlan: Sendable, Equatable {
  case string, integer, unsigned, double, boolean, uuid, timestamp, base64, json
  /// Written with at least `places` digits after the point.
  case decimal(places: Int)
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

  /// Whether it is a list or a map, perhaps null.
  public var isContainer: Bool {
    switch self {
    case .array, .map: true
    case .optional(let value): value.isContainer
    default: false
    }
  }

  /// The declared type that a value of this one holds in place, not on the heap.
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

public enum Presence: Sendable, Equatable {
  case required
  case optional
  /// Absent, null and a value are three states.
  case nullable
  /// Absent on the wire means this Swift expression.
  case defaulted(String)
}

/// One constraint of a value, its bounds already Swift expressions.
public indirect enum RulePlan: Sendable, Equatable {
  case length(min: Int?, max: Int?)
  /// A text longer than `max` characters is not matched: it breaks another rule.
  case pattern(Int, max: Int?)
  case format(String)
  case range(min: String?, max: String?, above: String?, below: String?)
  case places(Int)
  case multiple(of: String)
  case count(min: Int?, max: Int?)
  case members(min: Int?, max: Int?)
  case unique
  case each([RulePlan])
  /// The value is not null, or these hold.
  case present([RulePlan])
  /// The value is held against a schema of the program.
  case schema(Int)
  /// The same of a value that was read from text, and not held against it there.
  case written(Int)
  /// A patch may not remove it.
  case kept
  /// The value's type has constraints of its own.
  case value
}

public struct FieldPlan: Sendable {
  /// The name in Swift, with backticks where needed.
  public var name: String
  /// The name on the wire.
  public let wireName: String
  public let type: TypePlan
  public var presence: Presence
  public let rules: [RulePlan]
  public var doc: [String]
  public var isDeprecated = false
  /// Whether the value is held on the heap.
  public var isIndirect = false
  /// How a parameter is written that is not simply one text under its name.
  public var style: StylePlan?
  /// Whether a parameter that is named without a value has none.
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

  /// The schema that the value is held against while it is read.
  public var schema: Int? { rules.schema }
}

extension FieldPlan {
  /// The same of a text: null has no form there, and a value that may be null is there or not.
  var present: FieldPlan {
    var field = FieldPlan(
      name: name, wireName: wireName, type: type.present, presence: presence == .required ? .required : .optional,
      rules: rules.flattened(when: true), doc: doc)
    field.isDeprecated = isDeprecated
    return field
  }

  /// The same of a value that is read from text, and not held against its schema there.
  var written: FieldPlan {
    var field = FieldPlan(
      name: name, wireName: wireName, type: type, presence: presence,
      rules: rules.map { if case .schema(let index) = $0 { .written(index) } else { $0 } }, doc: doc)
    (field.style, field.isDeprecated, field.allowsEmpty) = (style, isDeprecated, allowsEmpty)
    return field
  }
}

/// How a parameter is written.
public struct StylePlan: Sendable {
  public enum Shape: Sendable {
    /// The kinds of its texts, in JSON's words.
    case primitive([String])
    case array([String])
    case object([(name: String, kinds: [String])], others: [String]?)
    case json
    /// A list of which each item is JSON.
    case jsonItems
  }

  public let place: String
  public let style: String
  public let explode: Bool
  public let allowReserved: Bool
  public let shape: Shape
}

extension [RulePlan] {
  /// The schema among them that the value is held against whole.
  public var schema: Int? {
    for case .schema(let index) in self { return index }
    return nil
  }
}

public struct RecordPlan: Sendable {
  /// What becomes of properties that are not listed.
  public enum Rest: Sendable {
    /// They are refused, by this keyword.
    case refused(String)
    case ignored
    /// They are kept in a property of this name.
    case kept(name: String, type: TypePlan, rules: [RulePlan])
  }

  public let name: String
  public let doc: [String]
  public let isDeprecated: Bool
  public var fields: [FieldPlan]
  /// Properties that are read past: read-only ones in a request, write-only ones in a response.
  public let skipped: [String]
  public let rest: Rest
  /// The schema that stands for all rules, where typed ones cannot.
  public let schema: Int?
  /// The type that this one is a merge patch of.
  public let patched: String?
}

public struct EnumPlan: Sendable {
  public let name: String
  public let doc: [String]
  public let isDeprecated: Bool
  /// Each value as a Swift literal.
  public let cases: [(name: String, value: String)]
  public let isInteger: Bool
  /// Whether values that are not listed are taken too.
  public let isOpen: Bool
  /// The keyword that another value breaks, and the one that a value of another type does.
  public let rule: String
  public let typeRule: String
}

/// One of several: an enum with a value in each case.
public struct ChoicePlan: Sendable {
  public struct Branch: Sendable {
    public var name: String
    public let type: TypePlan
    public let rules: [RulePlan]
    public let doc: [String]
  }

  public enum Dispatch: Sendable {
    /// The kinds of JSON value each branch is read from.
    case kinds([[String]])
    /// The texts of a property, each with the branch it names; the branch of an object without it.
    case property(name: String, values: [(value: String, branch: Int)], fallback: Int?)
    /// Each branch is tried; JSON Schema's count decides.
    case tried(Int)
  }

  public let name: String
  public let doc: [String]
  public let isDeprecated: Bool
  /// The keyword that is broken when no branch fits.
  public let rule: String
  public var branches: [Branch]
  public let dispatch: Dispatch
  /// Whether a Discriminator Object names the branches.
  public let isDiscriminated: Bool
  public let schema: Int?
  public var isIndirect = false
}

/// A list or map that holds itself: it needs a type of its own.
public struct WrapperPlan: Sendable {
  public let name: String
  public let doc: [String]
  public let type: TypePlan
  public let rules: [RulePlan]

  public var schema: Int? { rules.schema }
}

extension UsePlan {
  /// The same where it is known not to be null.
  var present: UsePlan { UsePlan(type: type.present, rules: rules.flattened(when: true)) }
}

/// A value's type with the constraints that are checked where it is used.
public struct UsePlan: Sendable {
  public let type: TypePlan
  public let rules: [RulePlan]

  public var schema: Int? { rules.schema }
}

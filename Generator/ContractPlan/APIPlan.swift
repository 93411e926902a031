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

/// A declared type.
public enum DeclarationPlan: Sendable, Hashable {
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

  public var doc: [String] {
    switch self {
    case .record(let plan): plan.doc
    case .enumeration(let plan): plan.doc
    case .choice(let plan): plan.doc
    case .wrapper(let plan): plan.doc
    }
  }

  public var isDeprecated: Bool {
    switch self {
    case .record(let plan): plan.isDeprecated
    case .enumeration(let plan): plan.isDeprecated
    case .choice(let plan): plan.isDeprecated
    case .wrapper: false
    }
  }
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
  /// The name in Swift, with backticks where needed.
  public var name: String
  /// The name on the wire.
  public internal(set) var wireName: String
  public internal(set) var type: TypePlan
  public var presence: Presence
  public let rules: [RulePlan]
  public var doc: [String]
  public var isDeprecated = false
  /// Whether the value is held on the heap.
  public var isIndirect = false
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

public struct RecordPlan: Sendable, Hashable {
  /// What happens to properties that are not listed.
  public enum Rest: Sendable, Hashable {
    /// They are rejected, by this keyword.
    case refused(RuleName)
    case ignored
    /// They are stored in a property of this name.
    case kept(name: String, type: TypePlan, rules: [RulePlan])
  }

  public internal(set) var name: String
  public internal(set) var doc: [String]
  public let isDeprecated: Bool
  public var fields: [FieldPlan]
  /// Properties that are ignored: read-only ones in a request, write-only ones in a response.
  public internal(set) var skipped: [String]
  public internal(set) var rest: Rest
  /// The schema that replaces all rules, where typed ones cannot express them.
  public let schema: Int?
  /// The type that this one is a merge patch of.
  public let patched: String?
}

public struct EnumPlan: Sendable, Hashable {
  public struct Case: Sendable, Hashable {
    public let name: String
    /// A Swift literal.
    public let value: String
  }

  public internal(set) var name: String
  public internal(set) var doc: [String]
  public let isDeprecated: Bool
  public let cases: [Case]
  public let isInteger: Bool
  /// Whether unlisted values are accepted too.
  public let isOpen: Bool
  /// The keyword that another value violates, and the one that a value of another type violates.
  public let rule: RuleName
  public let typeRule: RuleName
}

/// One of several types: an enum with an associated value in each case.
public struct ChoicePlan: Sendable, Hashable {
  public struct Branch: Sendable, Hashable {
    public var name: String
    public internal(set) var type: TypePlan
    public let rules: [RulePlan]
    public internal(set) var doc: [String]
  }

  /// The text of a property that selects a branch.
  public struct Text: Sendable, Hashable {
    public internal(set) var value: String
    public let branch: Int
  }

  public enum Dispatch: Sendable, Hashable {
    /// The kinds of JSON value that each branch is read from.
    case kinds([[JSONReader.Kind]])
    /// The texts of a property, each with the branch that it selects; the branch of an object without the property.
    case property(name: String, values: [Text], fallback: Int?)
    /// Each branch is tried; the number that fit decides, as in JSON Schema.
    case tried(Int)
  }

  public internal(set) var name: String
  public internal(set) var doc: [String]
  public let isDeprecated: Bool
  /// The keyword that is violated when the property that selects a branch has another value.
  public let unmatched: RuleName
  public var branches: [Branch]
  public internal(set) var dispatch: Dispatch
  /// Whether a Discriminator Object selects the branches.
  public let isDiscriminated: Bool
  public let schema: Int?
  public var isIndirect = false
}

/// A list or map that contains itself: it needs a type of its own.
public struct WrapperPlan: Sendable, Hashable {
  public let name: String
  public let doc: [String]
  public let type: TypePlan
  public let rules: [RulePlan]

  public var schema: Int? { rules.schema }
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

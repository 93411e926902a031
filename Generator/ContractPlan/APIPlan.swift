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
  public var basePath: String
  /// Modules of other APIs whose types are used.
  public var imports: [String]
  public var records: [RecordPlan]
  public var enums: [EnumPlan]
  public var operations: [OperationPlan]
  /// The patterns that values are matched against; a rule names one by its index.
  public var patterns: [String]
}

public indirect enum TypePlan: Sendable, Equatable {
  case string, integer, double, boolean, uuid, timestamp
  /// Written with at least `places` digits after the point.
  case decimal(places: Int)
  case named(String)
  case array(TypePlan)

  /// The type as Swift writes it.
  public var swift: String {
    switch self {
    case .string: "String"
    case .integer: "Int"
    case .double: "Double"
    case .boolean: "Bool"
    case .uuid: "Uuid"
    case .timestamp: "Timestamp"
    case .decimal: "ExactDecimal"
    case .named(let name): name
    case .array(let element): "[\(element.swift)]"
    }
  }
}

public enum Presence: Sendable, Equatable {
  case required
  case optional
  /// Absent on the wire means this Swift expression.
  case defaulted(String)
}

/// One constraint of a value, its bounds already Swift expressions.
public indirect enum RulePlan: Sendable, Equatable {
  case length(min: Int?, max: Int?)
  case pattern(Int)
  case format(String)
  case range(min: String?, max: String?, above: String?, below: String?)
  case places(Int)
  case multiple(of: String)
  case count(min: Int?, max: Int?)
  case unique
  case each([RulePlan])
  /// The value's type has constraints of its own.
  case value
}

public struct FieldPlan: Sendable {
  /// The name in Swift, with backticks where needed.
  public let name: String
  /// The name on the wire.
  public let wireName: String
  public let type: TypePlan
  public let presence: Presence
  public let rules: [RulePlan]
  public let doc: [String]
}

public struct RecordPlan: Sendable {
  public let name: String
  public let doc: [String]
  public let fields: [FieldPlan]
  public let isClosed: Bool
}

public struct EnumPlan: Sendable {
  public let name: String
  public let doc: [String]
  public let cases: [(name: String, value: String)]
}

public struct OperationPlan: Sendable {
  public let typeName: String
  public let methodName: String
  public let operationID: String
  public let method: String
  /// The whole path, with the base path before it.
  public let path: [PathSegment]
  public let doc: [String]
  public let isInternal: Bool
  /// `optional` or `required` where a key makes a repeated request safe.
  public let idempotencyKey: String?
  public let pathFields: [FieldPlan]
  public let queryFields: [FieldPlan]
  public let body: (type: TypePlan, rules: [RulePlan])?
  public let responses: [ResponsePlan]

  public enum PathSegment: Sendable, Equatable {
    case literal(String)
    case parameter(String)
  }

  /// Whether an answer can only come out of a transaction.
  public var isCommitted: Bool { idempotencyKey != nil }

  /// All that a caller gives, in the order of the initializer: path, body, query, key.
  public var inputFields: [FieldPlan] {
    var fields = pathFields
    if let body {
      fields.append(
        FieldPlan(name: "body", wireName: "", type: body.type, presence: .required, rules: body.rules, doc: []))
    }
    fields += queryFields
    if let idempotencyKey {
      fields.append(
        FieldPlan(
          name: "idempotencyKey", wireName: "Idempotency-Key", type: .string,
          presence: idempotencyKey == "required" ? .required : .optional, rules: [],
          doc: ["Makes it safe to send the request again: it is executed once."]))
    }
    return fields
  }
}

public struct ResponsePlan: Sendable {
  public let caseName: String
  /// Nil for the answer of any other status.
  public let status: Int?
  public let doc: [String]
  public let headers: [FieldPlan]
  public let body: (type: TypePlan, rules: [RulePlan], mediaType: String)?

  public var isSuccess: Bool { status.map { $0 < 300 } ?? false }
}

import ContractAnalysis
import ContractValues

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

  public enum Dispatch: Sendable, Hashable {
    /// The kinds of JSON value that each branch is read from.
    case kinds([[JSONReader.Kind]])
    /// The texts of a property, each with the branch that it selects; the branch of an object without the property.
    case property(name: String, values: [Discrimination.Text], fallback: Int?)
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

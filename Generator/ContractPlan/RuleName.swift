import ContractAnalysis

/// The keyword that a violation names where a type decides what is valid.
public enum RuleName: String, Sendable {
  case type, const, anyOf, oneOf, discriminator, additionalProperties, unevaluatedProperties
  case enumeration = "enum"
}

extension RuleName {
  init(_ rule: ChoiceRule) {
    switch rule {
    case .anyOf: self = .anyOf
    case .oneOf: self = .oneOf
    case .type: self = .type
    }
  }
}

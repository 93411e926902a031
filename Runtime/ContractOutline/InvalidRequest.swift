import ContractSamples
import ContractValues

/// A request that differs from a valid one by one change, which a service must refuse.
public struct InvalidRequest: Sendable {
  public let values: RequestValues
  public let location: Violation.Location
  /// A JSON pointer in a body; else the parameter's name, with the pointer of a member behind it: `filter/price`.
  public let name: String
  /// The keyword that is violated. `required` of a whole body: without a content type it may be refused with 415.
  public let rule: String
  /// The file and line of the contract.
  public let at: String
  /// What was changed, in a phrase.
  public let words: String
}

/// The same of a body.
public struct InvalidBody: Sendable {
  public let body: BodyValues
  /// A JSON pointer.
  public let name: String
  public let rule: String
  public let at: String
  public let words: String
}

/// A value that could not be made.
public struct SamplingFailure: Sendable, Equatable {
  /// The file and line of what needs the value.
  public let at: String
  /// The parameter, or the media type and what of it.
  public let name: String
  /// Nil where there are values, but none that can be written there.
  public let reason: SchemaSampler.Failure?
}

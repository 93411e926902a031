/// A failure that an operation declares, and the factory with which its handler throws it.
public struct FailurePlan: Sendable {
  /// The name of the response's case; `problem` for `default`.
  public let name: String
  public let response: ResponsePlan
  /// Nil where the body is not problem details: body and headers are then those of the response's case.
  public let problem: ProblemPlan?
  /// The headers, with parameter names that are not members of the problem.
  public let headers: [(parameter: String, field: FieldPlan)]
  /// The runtime's protocol of operations that declare the status; nil where the failure needs more than a detail.
  public let conformance: String?
}

/// Problem details (RFC 9457) as a contract declares them.
public struct ProblemPlan: Sendable {
  public let mediaType: String
  /// The members that the runtime cannot fill in.
  public let members: [FieldPlan]
  /// The members that the runtime would fill in, and that the schema forbids.
  public let omitted: [String]

  /// Whether the runtime can make the body from a detail, without generated code.
  public var isStandard: Bool { mediaType == "application/problem+json" && omitted.isEmpty }
}

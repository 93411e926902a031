/// A failure that an operation's contract declares: a handler throws it, and the operation's callers receive it.
///
/// The generator writes a factory for each declared status, so that no other can be thrown: `throw
/// GetProduct.notFound("No product has the id \(id).")`. Members that a contract's problem details add to RFC 9457 are
/// parameters of the factory; the runtime fills in the rest. A handler that throws the failure of another operation, or
/// one that breaks the contract, fails with a logged 500.
public struct OperationFailure: Error, CustomStringConvertible {
  private let operation: any ContractOperation.Type
  /// The response status.
  public let status: Int
  private let content: Content
  private var members: [(name: String, json: [UInt8])] = []
  private var headers = HTTPFields()
  /// A header value that cannot be expressed on the wire.
  private var fault: RequestFault?

  private enum Content: Sendable {
    case problem(ProblemDetails, mediaType: String, omitted: Set<String>)
    case output(any Sendable)
  }

  /// A failure whose body is problem details (RFC 9457). Generated code calls this.
  ///
  /// - Parameters:
  ///   - detail: what happened this time and what would be right. The caller sees it: no secrets, no stack traces.
  ///   - mediaType: the media type of the body in the contract.
  ///   - omitted: members that the contract's schema forbids.
  public init<O: ContractOperation>(
    _ operation: O.Type, _ status: Int, _ detail: String, as mediaType: String = "application/problem+json",
    omitting omitted: Set<String> = []
  ) {
    self.operation = operation
    self.status = status
    content = .problem(ProblemDetails(status, detail), mediaType: mediaType, omitted: omitted)
  }

  /// A failure with any other body, or without one. Generated code calls this.
  public init<O: ContractOperation>(_ operation: O.Type, _ status: Int, _ output: O.Output) {
    self.operation = operation
    self.status = status
    content = .output(output)
  }

  /// The same with one more member in its problem details; without a value it is omitted.
  public func adding(_ name: String, _ value: (some JSONCodable)?) -> OperationFailure {
    with { failure in
      if let value { failure.members.append((name, value.json)) }
    }
  }

  /// The same with a header; without a value it is omitted.
  public func adding(header name: String, _ value: (some ParameterValue)?) -> OperationFailure {
    with { failure in
      if let value { failure.headers.append(name, value.parameter) }
    }
  }

  /// The same with a header that has a style.
  public func adding(header parameter: StyledParameter, _ value: (some JSONCodable)?) -> OperationFailure {
    with { failure in
      guard let value else { return }
      do throws(RequestFault) {
        failure.headers.append(parameter.codec.name.lowercased(), try parameter.written(value))
      } catch {
        failure.fault = error
      }
    }
  }

  private func with(_ change: (inout OperationFailure) -> Void) -> OperationFailure {
    var failure = self
    change(&failure)
    return failure
  }

  /// The response of the operation; nil when it is another operation's failure, or a status that is not declared.
  ///
  /// - Throws: ``ClientError`` when it breaks the contract; ``RequestFault`` for a header that cannot be expressed.
  func output<O: ContractOperation>(
    _ operation: O.Type, instance: String?, requestID: String
  ) async throws -> O.Output? {
    guard self.operation == operation, (400..<600).contains(status), O.descriptor.responses.declare(status) else {
      return nil
    }
    if let fault { throw fault }
    switch content {
    case .output(let output): return output as? O.Output
    case .problem(let problem, let mediaType, let omitted):
      var json = JSONWriter()
      json.beginObject()
      let own = omitted.union(members.map(\.name))
      problem.encodeMembers(&json, instance: instance, requestID: requestID, omitting: own)
      for member in members {
        json.key(escaping: member.name)
        json.raw(member.json)
      }
      json.endObject()
      var headers = headers
      headers["content-type"] = mediaType
      // Read through the contract as a caller reads it: the contract's own type has exactly the members of its schema.
      return try await O.decode(HTTPResponse(status: status, headers: headers, body: json.bytes))
    }
  }

  public var description: String {
    let detail = if case .problem(let problem, _, _) = content { ": \(problem.detail)" } else { "" }
    return "\(operation.descriptor.name): \(status) \(reasonPhrase(status))\(detail)"
  }
}

// Code shared by several operations throws failures that each of them declares: `func move<O: DeclaresNotFound &
// DeclaresConflict>(_ id: Uuid, for operation: O.Type) throws { throw O.notFound("…") }`. The generator conforms an
// operation for each status whose response is plain problem details.

/// An operation that declares 400 (Bad Request).
public protocol DeclaresBadRequest: ContractOperation {
  static func badRequest(_ detail: String) -> OperationFailure
}

/// An operation that declares 401 (Unauthorized).
public protocol DeclaresUnauthorized: ContractOperation {
  static func unauthorized(_ detail: String) -> OperationFailure
}

/// An operation that declares 403 (Forbidden).
public protocol DeclaresForbidden: ContractOperation {
  static func forbidden(_ detail: String) -> OperationFailure
}

/// An operation that declares 404 (Not Found).
public protocol DeclaresNotFound: ContractOperation {
  static func notFound(_ detail: String) -> OperationFailure
}

/// An operation that declares 409 (Conflict).
public protocol DeclaresConflict: ContractOperation {
  static func conflict(_ detail: String) -> OperationFailure
}

/// An operation that declares 410 (Gone).
public protocol DeclaresGone: ContractOperation {
  static func gone(_ detail: String) -> OperationFailure
}

/// An operation that declares 412 (Precondition Failed).
public protocol DeclaresPreconditionFailed: ContractOperation {
  static func preconditionFailed(_ detail: String) -> OperationFailure
}

/// An operation that declares 422 (Unprocessable Content).
public protocol DeclaresUnprocessableContent: ContractOperation {
  static func unprocessableContent(_ detail: String) -> OperationFailure
}

/// An operation that declares 429 (Too Many Requests).
public protocol DeclaresTooManyRequests: ContractOperation {
  static func tooManyRequests(_ detail: String) -> OperationFailure
}

/// An operation that declares 503 (Service Unavailable).
public protocol DeclaresServiceUnavailable: ContractOperation {
  static func serviceUnavailable(_ detail: String) -> OperationFailure
}

/// An operation that declares `default`, and so allows any status.
public protocol DeclaresProblem: ContractOperation {
  static func problem(status: Int, _ detail: String) -> OperationFailure
}

extension DeclaresBadRequest {
  public static func badRequest(_ detail: String) -> OperationFailure { OperationFailure(self, 400, detail) }
}

extension DeclaresUnauthorized {
  public static func unauthorized(_ detail: String) -> OperationFailure { OperationFailure(self, 401, detail) }
}

extension DeclaresForbidden {
  public static func forbidden(_ detail: String) -> OperationFailure { OperationFailure(self, 403, detail) }
}

extension DeclaresNotFound {
  public static func notFound(_ detail: String) -> OperationFailure { OperationFailure(self, 404, detail) }
}

extension DeclaresConflict {
  public static func conflict(_ detail: String) -> OperationFailure { OperationFailure(self, 409, detail) }
}

extension DeclaresGone {
  public static func gone(_ detail: String) -> OperationFailure { OperationFailure(self, 410, detail) }
}

extension DeclaresPreconditionFailed {
  public static func preconditionFailed(_ detail: String) -> OperationFailure { OperationFailure(self, 412, detail) }
}

extension DeclaresUnprocessableContent {
  public static func unprocessableContent(_ detail: String) -> OperationFailure { OperationFailure(self, 422, detail) }
}

extension DeclaresTooManyRequests {
  public static func tooManyRequests(_ detail: String) -> OperationFailure { OperationFailure(self, 429, detail) }
}

extension DeclaresServiceUnavailable {
  public static func serviceUnavailable(_ detail: String) -> OperationFailure { OperationFailure(self, 503, detail) }
}

extension DeclaresProblem {
  public static func problem(status: Int, _ detail: String) -> OperationFailure {
    OperationFailure(self, status, detail)
  }
}

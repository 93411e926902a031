/// Has credentials of a program's own, for calls that lack those that their operation requires; see
/// ``Placement/authorized(_:by:)``.
public protocol CredentialSource: Sendable {
  /// Nil for a call that lacks none, and for one that it has none for: that goes on as it is.
  ///
  /// - Throws: ``ClientError`` where they cannot be had at the moment, and nothing is sent; `CancellationError`.
  func credentials(for operation: OperationDescriptor, of call: Call) async throws -> OwnCredentials?
}

/// The credentials of a call, completed by a program's own.
public struct OwnCredentials: Sendable {
  public typealias Renew = @Sendable () async -> Credentials?

  public let credentials: Credentials
  /// Makes others in the place of those that the service has refused as invalid; nil where there are none.
  let renewed: Renew

  public init(_ credentials: Credentials, renewed: @escaping Renew) {
    (self.credentials, self.renewed) = (credentials, renewed)
  }
}

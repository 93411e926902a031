/// The caller on whose behalf a process of the platform calls an operation of another one.
package struct SealedCaller: Sendable {
  /// Who calls: `gateway`, or a service's name.
  package let from: String
  /// The caller's identities that have been verified, by the contract's names of their schemes.
  package let identities: [(scheme: String, identity: VerifiedIdentity)]

  package static let gateway = "gateway"
  /// The header field that says so, which the gateway takes from nobody.
  package static let header = "x-charter-caller"

  /// The scheme of the challenge to one who says it wrongly.
  package static let challenge = "Charter"
  /// A longer one is not sent, since header fields have limits: the service then verifies the caller itself.
  package static let longest = 7_168

  package init(from: String, identities: [(scheme: String, identity: VerifiedIdentity)] = []) {
    (self.from, self.identities) = (from, identities)
  }

  /// - Returns: nil for a scheme by which nobody was verified.
  func identity(for scheme: SecurityScheme) -> VerifiedIdentity? {
    identities.first { $0.scheme.utf8.elementsEqual(scheme.name.utf8) }?.identity
  }
}

/// Proves the caller to another process of the platform, by a secret that both have.
package protocol CallerSeal: Sendable {
  /// - Throws: when it cannot be sealed at the moment.
  func seal(_ caller: SealedCaller, for operation: OperationDescriptor, at now: Timestamp) throws -> String
  /// Nil for what was not sealed for this operation, or too long ago.
  func open(_ text: String, for operation: OperationDescriptor, at now: Timestamp) -> SealedCaller?
}

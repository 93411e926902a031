/// Verifies the signature of a webhook, and lets each delivery pass once.
package struct SignatureStage: Stage {
  package static let kind = StageKind.signature
  private let window: Int
  private let verifier: (any WebhookVerifier)?
  /// The response to a delivery that was processed before: its sender did not receive the first one.
  private let repeated: Int

  /// Nil for an operation whose requests are not signed.
  package init?(_ operation: OperationDescriptor, _ template: Call) {
    guard let signature = operation.policy.signature else { return nil }
    window = signature.window
    verifier = template.webhookVerifier
    repeated = operation.responses.statuses.first { (200..<300).contains($0) } ?? 204
  }

  package func enter(_ passage: inout Passage) throws -> StageResult { .waits }

  package func wait(_ passage: inout Passage) async throws -> StageResult {
    guard let verifier else {
      throw ConfigurationError("the contract requires a signature, and no verifier of signatures is configured")
    }
    guard case .request(let routed) = passage.arrival else {
      throw ConfigurationError("a signed request is sent to an address, and never called in its own process")
    }
    guard try await verifier.verify(routed.request, within: window) else {
      return .responds(HTTPResponse(status: repeated))
    }
    passage.call.isSignatureVerified = true
    return .passes
  }

  package func leave(_ passage: Passage, status: Int) -> Bool { !passage.call.isSignatureVerified }

  /// A delivery that failed may be sent again, and is then no replay.
  package func waitToLeave(_ passage: Passage, status: Int) async {
    guard let verifier, case .request(let routed) = passage.arrival else { return }
    await cleanUp { await verifier.finish(routed.request, wasDone: status < 300) }
  }
}

/// Verifies the credentials of a call. The caller's identity is determined before its input is read.
package struct AuthenticationStage: Stage {
  package static let kind = StageKind.authentication
  private let alternatives: [SecurityRequirement]
  private let verifier: (any CredentialVerifier)?
  private let realm: String

  /// Nil for an operation that anyone may call.
  package init?(_ operation: OperationDescriptor, _ template: Call) {
    guard !operation.policy.security.allSatisfy(\.isAnonymous) else { return nil }
    alternatives = operation.policy.security
    verifier = template.verifier
    realm = operation.service
  }

  package func enter(_ passage: inout Passage) throws -> StageResult { .waits }

  package func wait(_ passage: inout Passage) async throws -> StageResult {
    guard let verifier else {
      throw ConfigurationError("the contract requires credentials, and the service has no verifier of them")
    }
    let arrival = passage.arrival
    passage.call.proof = try await SecurityRequirement.prove(alternatives, by: verifier, realm: realm) {
      scheme throws(RequestFault) in try arrival.credential(for: scheme)
    }
    return .passes
  }
}

extension Passage {
  /// Whether the caller gave any that its operation asks for, right or wrong.
  var hasCredentials: Bool {
    operation.policy.security.flatMap(\.schemes).contains { need in
      if case .absent? = try? arrival.credential(for: need.scheme) { false } else { true }
    }
  }
}

extension Passage.Arrival {
  fileprivate func credential(for scheme: SecurityScheme) throws(RequestFault) -> PresentedCredential {
    switch self {
    case .request(let routed): return try scheme.credential(in: routed.request)
    case .local(let credentials):
      let own = credentials.first { $0.scheme.name.utf8.elementsEqual(scheme.name.utf8) }
      return own.map { .given($0.credential) } ?? .absent
    case .events: return .absent
    }
  }
}

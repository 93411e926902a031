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
///
/// Where processes prove themselves to each other, it believes what another one has verified, and an internal operation can
/// be called by them alone.
package struct AuthenticationStage: Stage {
  package static let kind = StageKind.authentication
  private let alternatives: [SecurityRequirement]
  private let verifier: (any CredentialVerifier)?
  private let seal: (any CallerSeal)?
  private let isInternal: Bool
  private let realm: String

  /// Nil for an operation that anyone may call.
  package init?(_ operation: OperationDescriptor, _ template: Call) {
    let isOpen = operation.policy.security.allSatisfy(\.isAnonymous)
    isInternal = operation.policy.isInternal && template.callerSeal != nil
    guard isInternal || !isOpen else { return nil }
    alternatives = isOpen ? [] : operation.policy.security
    (verifier, seal) = (template.verifier, template.callerSeal)
    realm = operation.service
  }

  package func enter(_ passage: inout Passage) throws -> StageResult {
    let sealed = try sealedCaller(passage)
    if alternatives.isEmpty { return .passes }
    guard let verifier else { return .waits }
    let arrival = passage.arrival
    let proof = try SecurityRequirement.recall(alternatives, by: verifier, sealed) { scheme throws(RequestFault) in
      try arrival.credential(for: scheme)
    }
    guard let proof else { return .waits }
    passage.call.proof = proof
    return .passes
  }

  package func wait(_ passage: inout Passage) async throws -> StageResult {
    let sealed = try sealedCaller(passage)
    guard let verifier else {
      throw ConfigurationError("the contract requires credentials, and the service has no verifier of them")
    }
    let arrival = passage.arrival
    passage.call.proof = try await SecurityRequirement.prove(alternatives, by: verifier, sealed, realm: realm) {
      scheme throws(RequestFault) in try arrival.credential(for: scheme)
    }
    return .passes
  }

  /// - Throws: 401 for a seal that is not valid, and for an internal operation without one.
  private func sealedCaller(_ passage: Passage) throws -> SealedCaller? {
    guard let seal, case .request(let routed) = passage.arrival else { return nil }
    let texts = routed.request.headers.values(SealedCaller.header)
    guard let text = texts.first else {
      guard isInternal else { return nil }
      throw refusal("Only services of the platform may call this, and they say so in the header")
    }
    // Of two, nobody could say which one counts.
    let caller =
      texts.count == 1 ? seal.open(text, for: passage.operation, at: passage.call.logger.clock.now()) : nil
    guard let caller, !isInternal || caller.from != SealedCaller.gateway else {
      throw refusal("What a service of the platform says of its caller is not valid, or too old, in the header")
    }
    return caller
  }

  private func refusal(_ reason: String) -> VerificationError {
    .unproved(
      reason + " \(SealedCaller.header).", challenge: "\(SealedCaller.challenge) realm=\(FieldSyntax.quote(realm))")
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

import ContractOutline
import ContractValues
import ServiceCore

/// Who may call.
extension Conformance {
  mutating func checkSecurity(of operation: OutlinedOperation) async {
    let alternatives = operation.descriptor.policy.security
    guard !alternatives.isEmpty else { return }
    guard let sample = valid(operation, count: 2).last else { return }
    let values = world.filled(sample, for: operation, outline.program)
    // Who may call is only seen where there is something to call (RFC 9110, section 15.5.4).
    if let right = await exchange(operation, renewed(values, operation)), right.response.status == 404 { return }
    if alternatives.contains(where: \.schemes.isEmpty) { return await checkOptional(operation, values) }
    await checkAbsent(operation, values)
    for alternative in alternatives {
      await checkWrong(operation, values, alternative)
      await checkScheme(operation, values, alternative)
      if alternative.schemes.count > 1 { await checkParts(operation, values, alternative) }
      await checkRight(operation, values, alternative)
      await checkScopes(operation, values, alternative)
    }
  }

  private mutating func respond(
    _ operation: OutlinedOperation, _ values: RequestValues, _ alternatives: [SecurityRequirement],
    _ credentials: Credentials
  ) async -> Exchange? {
    guard var request = try? operation.write(renewed(values, operation)) else { return nil }
    if !alternatives.isEmpty {
      guard (try? request.authorize(alternatives, with: credentials)) != nil else { return nil }
    }
    return await send(operation, request).map { Exchange(request: request, response: $0) }
  }

  private mutating func checkAbsent(_ operation: OutlinedOperation, _ values: RequestValues) async {
    guard let exchange = await respond(operation, values, [], Credentials()), let response = exchange.response else {
      return
    }
    if response.status != 401 {
      fail(
        .authentication, operation, operation.at,
        "without credentials it was answered with \(response.status), not 401", [exchange])
    } else if response.headers["www-authenticate"] == nil {
      fail(
        .authentication, operation, operation.at, "401 without WWW-Authenticate (RFC 9110, section 15.5.2)", [exchange])
    } else {
      fail(ResponseCheck(outline, operation, response).breaches, operation, [exchange])
    }
  }

  /// Where credentials are optional, none are needed.
  private mutating func checkOptional(_ operation: OutlinedOperation, _ values: RequestValues) async {
    guard let exchange = await respond(operation, values, [], Credentials()), let response = exchange.response else {
      return
    }
    if response.status == 401 || response.status == 403 {
      fail(
        .credentialsRefused, operation, operation.at,
        "credentials are optional, and without them it was answered with \(response.status)", [exchange])
    }
  }

  /// A right secret with the name of another scheme is none.
  private mutating func checkScheme(
    _ operation: OutlinedOperation, _ values: RequestValues, _ alternative: SecurityRequirement
  ) async {
    guard operation.method != "DELETE", var request = try? operation.write(renewed(values, operation)),
      (try? request.authorize([alternative], with: options.credentials)) != nil,
      let field = request.headers["authorization"], let space = field.firstIndex(of: " ")
    else { return }
    request.headers["authorization"] = "Conform" + field[space...]
    guard let response = await send(operation, request) else { return }
    if !response.isRefusedCaller {
      fail(
        .authentication, operation, operation.at,
        "with the secret of \(alternative.names) and another scheme it was answered with \(response.status), not 401",
        [Exchange(request: request, response: response)])
    }
  }

  private mutating func checkWrong(
    _ operation: OutlinedOperation, _ values: RequestValues, _ alternative: SecurityRequirement
  ) async {
    var wrong = Credentials()
    for (scheme, _) in alternative.schemes { wrong[scheme.name] = scheme.madeUp }
    guard let exchange = await respond(operation, values, [alternative], wrong), let response = exchange.response else {
      return
    }
    if response.status != 401, response.status != 403 {
      fail(
        .authentication, operation, operation.at,
        "with \(alternative.names) made up it was answered with \(response.status), not 401", [exchange])
    }
  }

  /// Each scheme of a combination alone is not enough.
  private mutating func checkParts(
    _ operation: OutlinedOperation, _ values: RequestValues, _ alternative: SecurityRequirement
  ) async {
    for part in alternative.schemes where options.credentials[part.scheme.name] != nil {
      let alone = SecurityRequirement(schemes: [part])
      let isEnough = operation.descriptor.policy.security.contains { other in
        other.schemes.count == 1 && other.schemes[0].scheme.name.utf8.elementsEqual(part.scheme.name.utf8)
      }
      guard !isEnough, let exchange = await respond(operation, values, [alone], options.credentials),
        let response = exchange.response
      else { continue }
      if !response.isRefusedCaller {
        fail(
          .authentication, operation, operation.at,
          "with '\(part.scheme.name)' alone, of \(alternative.names), it was answered with \(response.status)",
          [exchange])
      }
    }
  }

  private mutating func checkRight(
    _ operation: OutlinedOperation, _ values: RequestValues, _ alternative: SecurityRequirement
  ) async {
    guard alternative.schemes.allSatisfy({ options.credentials[$0.scheme.name] != nil }) else {
      return skip(operation, "the credentials of \(alternative.names) are not given")
    }
    guard operation.method != "DELETE",
      let exchange = await respond(operation, values, [alternative], options.credentials),
      let response = exchange.response
    else { return }
    if response.status == 401 || response.status == 403 {
      fail(
        .credentialsRefused, operation, operation.at,
        "with \(alternative.names) it was answered with \(response.status)", [exchange])
    }
  }

  private mutating func checkScopes(
    _ operation: OutlinedOperation, _ values: RequestValues, _ alternative: SecurityRequirement
  ) async {
    guard let insufficient = options.insufficient, alternative.schemes.contains(where: { !$0.scopes.isEmpty }),
      alternative.schemes.allSatisfy({ insufficient[$0.scheme.name] != nil }),
      let exchange = await respond(operation, values, [alternative], insufficient), let response = exchange.response
    else { return }
    if response.status != 403 {
      fail(
        .authorization, operation, operation.at,
        "without the scopes of \(alternative.names) it was answered with \(response.status), not 403", [exchange])
    }
  }
}

extension SecurityRequirement {
  fileprivate var names: String { schemes.map { "'\($0.scheme.name)'" }.joined(separator: " and ") }
}

extension SecurityScheme {
  /// A credential that nobody was given.
  fileprivate var madeUp: Credential? {
    switch kind {
    case .apiKey: .apiKey("conform-made-up")
    case .http("basic"): .basic(user: "conform", password: "made-up")
    case .http("bearer"), .oauth2, .openIDConnect: .bearer("conform-made-up")
    case .http(let scheme): .other(scheme: scheme, "conform-made-up")
    case .mutualTLS: nil
    }
  }
}

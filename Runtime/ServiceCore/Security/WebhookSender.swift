/// Sends webhooks and callbacks to the addresses of their receivers.
///
/// A receiver's address is untrusted input: `transport` decides which origins may be reached at all.
public struct WebhookSender: Sendable {
  private let transport: @Sendable (_ origin: String) throws -> any Transport
  private let signer: (any WebhookSigner)?

  /// - Parameters:
  ///   - signer: signs requests whose contract requires a signature; without a signer they are not sent.
  ///   - transport: makes the transport to an origin such as `https://receiver.example`.
  public init(
    signer: (any WebhookSigner)? = nil, transport: @escaping @Sendable (_ origin: String) throws -> any Transport
  ) {
    self.signer = signer
    self.transport = transport
  }

  /// Sends one request of an operation to an address; a generated method is this one call.
  ///
  /// - Throws: ``ClientError``; ``ConfigurationError`` for an invalid address or a missing signer; ``RequestFault`` for
  ///   an input that breaks the contract.
  public func send<O: ContractOperation>(
    _ operation: O.Type, _ input: O.Input, to address: String, _ call: Call
  ) async throws -> O.Output {
    let parts = address.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    guard let server = try? ServerAddress(String(parts[0])), let origin = server.origin else {
      throw ConfigurationError("a webhook's address is one such as https://receiver.example/hooks")
    }
    let path = server.text.dropFirst(origin.utf8.count)
    let receiver = Receiver(
      transport: try transport(origin), signer: signer, path: path.isEmpty ? "/" : String(path),
      query: parts.count > 1 ? String(parts[1]) : nil)
    return try await Placement.remote(receiver).call(operation, input, call) { _, _, _ in nil }
  }
}

/// The transport to one address: a request for the contract's path is sent there instead, signed.
private struct Receiver: Transport {
  let transport: any Transport
  let signer: (any WebhookSigner)?
  let path: String
  let query: String?

  func send(_ request: HTTPRequest, _ operation: OperationDescriptor) async throws -> HTTPResponse {
    var request = request
    request.path = path
    let queries = [query, request.query].compactMap(\.self).filter { !$0.isEmpty }
    request.query = queries.isEmpty ? nil : queries.joined(separator: "&")
    if operation.policy.signature != nil {
      guard let signer else {
        throw ConfigurationError("the contract requires a signature for \(operation.id): give a signer")
      }
      request = try signer.sign(request)
    }
    return try await transport.send(request, operation)
  }
}

import ServiceClient
import ServiceCore
import ServiceDefinition
import ServiceSecurity

/// The webhooks that services send.
extension Host {
  /// Makes what sends a service's webhooks; see ``ServiceDefinition/Resources/webhooks(allowsPrivate:)``.
  func webhooks(allowsPrivate: Bool) throws -> WebhookSenders {
    var options = CurlTransport.Options()
    options.allowsPrivateAddresses = allowsPrivate
    options.connections = 256
    // The service itself decides when a webhook is sent again.
    options.retries.count = 0
    let transport = try CurlTransport.sharing(options)
    let clock = logger.clock
    return { secret, id in
      let signer = StandardWebhookSigner(try WebhookSecret(secret), clock: clock) { _ in id }
      return WebhookSender(signer: signer) { HeadTransport(transport: try transport($0)) }
    }
  }
}

/// Receives a response without its body: a receiver's body says nothing, and may be endless.
private struct HeadTransport: Transport {
  let transport: CurlTransport

  func send(_ request: HTTPRequest, _ operation: OperationDescriptor) async throws -> HTTPResponse {
    // Streamed, a long response comes as soon as its head is there. To drop the stream ends the transfer.
    let response = try await transport.forward(request, operation)
    return HTTPResponse(status: response.status, headers: response.headers)
  }
}

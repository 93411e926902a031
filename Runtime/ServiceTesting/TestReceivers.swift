import ServiceCore
import ServiceDefinition
import ServiceSecurity
import Synchronization

/// A webhook that the service under test has sent.
public struct SentWebhook: Sendable {
  /// Where it was sent: `https://receiver.example`.
  public let origin: String
  /// The request with its signature.
  public let request: HTTPRequest

  public init(origin: String, request: HTTPRequest) { (self.origin, self.request) = (origin, request) }
}

/// The receivers of webhooks, as the service under test sees them.
final class TestReceivers: Sendable {
  typealias Respond = @Sendable (SentWebhook) async throws -> HTTPResponse
  private let record: TestRecord
  private let respond = Mutex<Respond?>(nil)

  init(_ record: TestRecord) { self.record = record }

  func respond(by respond: @escaping Respond) { self.respond.withLock { $0 = respond } }

  var senders: WebhookSenders {
    let clock = record.clock.clock
    return { [self] secret, id in
      let signer = StandardWebhookSigner(try WebhookSecret(secret), clock: clock) { _ in id }
      return WebhookSender(signer: signer) { TestReceiver(origin: $0, all: self) }
    }
  }

  fileprivate func receive(_ webhook: SentWebhook, _ operation: OperationDescriptor) async throws -> HTTPResponse {
    guard let respond = respond.withLock(\.self) else {
      record.add(failure: "a webhook was sent to \(webhook.origin), and the test has no receiver for it")
      throw ClientError.unreachable(operation, "the test has no receiver for it")
    }
    return try await respond(webhook)
  }
}

private struct TestReceiver: Transport {
  let origin: String
  let all: TestReceivers

  func send(_ request: HTTPRequest, _ operation: OperationDescriptor) async throws -> HTTPResponse {
    try await all.receive(SentWebhook(origin: origin, request: request), operation)
  }
}

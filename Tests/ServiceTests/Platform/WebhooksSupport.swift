import ServiceCore
import ServiceDefinition
import ServiceSecurity
import ServiceTesting
import Synchronization
import WebhooksAPI

@testable import WebhooksService

/// The receivers of a test: what came, and what they respond.
final class Receivers: Sendable {
  typealias Respond = @Sendable (SentWebhook) async -> HTTPResponse
  private let state: Mutex<(sent: [SentWebhook], respond: Respond)>

  /// - Parameter status: what they respond until the test says otherwise.
  init(_ status: Int = 204) { state = Mutex(([], { _ in HTTPResponse(status: status) })) }

  func respond(by respond: @escaping Respond) { state.withLock { $0.respond = respond } }
  func respond(_ status: Int, _ headers: HTTPFields = [:]) {
    respond { _ in HTTPResponse(status: status, headers: headers) }
  }

  var sent: [SentWebhook] { state.withLock(\.sent) }
  var ids: [String?] { sent.map(\.request.headers["webhook-id"]) }
  func count(to host: String) -> Int { sent.count { $0.origin == "https://" + host } }

  func receive(_ webhook: SentWebhook) async -> HTTPResponse {
    let respond = state.withLock { state in
      state.sent.append(webhook)
      return state.respond
    }
    return await respond(webhook)
  }

  /// What another process of the service sends with.
  func senders(_ clock: Clock) -> WebhookSenders {
    { [self] secret, id in
      let signer = StandardWebhookSigner(try WebhookSecret(secret), clock: clock) { _ in id }
      return WebhookSender(signer: signer) { OtherTransport(origin: $0, receivers: self) }
    }
  }
}

private struct OtherTransport: Transport {
  let origin: String
  let receivers: Receivers

  func send(_ request: HTTPRequest, _ operation: OperationDescriptor) async throws -> HTTPResponse {
    await receivers.receive(SentWebhook(origin: origin, request: request))
  }
}

/// Is closed until it is opened.
final class Gate: Sendable {
  private let state = Mutex<(isOpen: Bool, waiting: [CheckedContinuation<Void, Never>])>((false, []))

  func pass() async {
    await withCheckedContinuation { continuation in
      let isOpen = state.withLock { state in
        if !state.isOpen { state.waiting.append(continuation) }
        return state.isOpen
      }
      if isOpen { continuation.resume() }
    }
  }

  func open() {
    let waiting = state.withLock { state in
      defer { state = (true, []) }
      return state.waiting
    }
    for continuation in waiting { continuation.resume() }
  }
}

/// Waits for what other tasks bring about; a test's time limit ends it.
func until(_ isTrue: () async throws -> Bool) async rethrows {
  while try await !isTrue() { await Task.yield() }
}

extension TestedService where S == Webhooks {
  var webhooks: WebhooksClient { client() }

  func receive(by receivers: Receivers) { receiveWebhooks { await receivers.receive($0) } }

  @discardableResult func subscribe(
    _ host: String = "receiver.example", to topics: [Topic] = [.orderPlaced]
  ) async throws -> NewSubscription {
    try await webhooks.subscribe(.init(body: .init(url: "https://\(host)/hooks", topics: topics)), admin).get()
  }

  /// Has the service receive an event.
  func emit(_ topic: Topic = .orderPlaced, _ id: String = "e1", _ data: String = "{}") async throws {
    try await store(by: service, topic, id, data)
  }

  /// Has another process of the service receive an event.
  func store(by service: Webhooks, _ topic: Topic, _ id: String, _ data: String = "{}") async throws {
    let call = Call(requestID: id, logger: Logger(level: .error), transactions: try database)
    _ = try await service.store(topic, id, at: clock.now, Array(data.utf8), call)
  }

  /// Waits until what is due has been sent.
  func settle() async throws {
    try await service.courier.send()
    await service.courier.idle()
  }

  /// Another process of the service.
  func another(_ receivers: Receivers) throws -> Webhooks {
    let clock = clock.clock
    return try Webhooks(
      Resources(
        for: "webhooks", database: database, clock: clock, logger: Logger(level: .error),
        settings: SettingValues(Webhooks.settings, from: [:]), receivers: { _ in receivers.senders(clock) },
        placement: { _ in throw ConfigurationError("it calls nobody") }))
  }

  func deliveries(_ subscription: Subscription) async throws -> [Delivery] {
    try await webhooks.listDeliveries(.init(subscriptionID: subscription.id), admin).get().items
  }
}

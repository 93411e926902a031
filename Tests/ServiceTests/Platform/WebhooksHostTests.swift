import Foundation
import InventoryAPI
import ServiceCore
import ServiceEvents
import ServiceHTTP
import ServiceHost
import ServiceLoop
import ServicePostgres
import ServiceSecurity
import Synchronization
import Testing
import WebhooksAPI

@testable import WebhooksService

/// A host of the service, with a receiver over HTTP on this machine.
@Suite(.timeLimit(.minutes(10))) struct WebhooksHostTests {
  /// A receiver on a port of its own. It accepts what it can verify.
  private final class Receiver: WebhooksWebhookHandlers {
    let events: AsyncStream<PlatformEvent>
    private let came: AsyncStream<PlatformEvent>.Continuation
    private let route = Mutex<ServiceRoute?>(nil)

    init() { (events, came) = AsyncStream.makeStream() }

    func deliverEvent(_ input: DeliverEvent.Input, _ call: Call) async throws -> DeliverEvent.Output {
      came.yield(input.body)
      return .success(status: 200)
    }

    func trust(_ secret: String) throws {
      let call = Call(
        requestID: "r", logger: WebhooksHostTests.logger,
        webhookVerifier: StandardWebhookVerifier(try WebhookSecret(secret)))
      let route = ServiceRoute(DeliverEvent.descriptor, by: WebhooksWebhookEndpoint(self), at: 0, call)
      self.route.withLock { $0 = route }
    }

    func respond(to request: HTTPRequest) async -> HTTPResponse {
      guard request.path == "/hooks", let route = route.withLock(\.self) else { return HTTPResponse(status: 404) }
      return await route.respond(to: RoutedRequest(request: request, pathValues: []))
    }
  }

  private static let logger = Logger(level: .error, sink: { _ in })

  /// Runs a host of the service, on a database of its own, with a log of events in another.
  private static func hosting(
    _ body: (_ host: ServiceHost.Host, _ port: Int, _ log: PostgresLog, _ loop: Loop) async throws -> Void
  ) async throws {
    let server = try #require(ProcessInfo.processInfo.environment["CHARTER_TEST_DATABASE"], "run ./charter test")
    let name = "test_" + UUID().uuidString.lowercased().replacing("-", with: "")
    let names = [name, name + "_log"]
    defer { for name in names { try? Database.drop(server, name, roles: [name + "_owner", name + "_app"]) } }
    for name in names { try Database.provision(server, name: name, passwords: (owner: "o", app: "a")) }
    let events = try Database.url(server, database: names[1], user: names[1] + "_owner", password: "o")
    let settings = try Settings(
      arguments: ["--port", "0", "--only", "webhooks"],
      environment: [
        "WEBHOOKS_DB_CONNECTION": try Database.address(server, database: name, user: name + "_app", password: "a"),
        "WEBHOOKS_DB_OWNER": try Database.address(server, database: name, user: name + "_owner", password: "o"),
        "WEBHOOKS_ALLOW_PRIVATE": "true", "CHARTER_DRAIN": "0", "EVENTS_URL": events,
        "CHARTER_CURSOR_KEYS": Base64(Array(repeating: 7, count: 32)).text,
      ], services: [Webhooks.self])
    let host = try ServiceHost.Host(
      settings: settings, services: [Webhooks.self], verifier: { _ in Administrators() },
      gateway: { _ in { _ in .answer(HTTPResponse(status: 404)) } },
      transports: ["postgres": { url, loops, logger in PostgresLog(url, loops: loops, logger: logger) }], loops: 1,
      logger: logger)
    let loop = try Loop()
    defer { loop.stop() }
    let log = PostgresLog(events, loops: [loop], logger: logger)
    var failure: (any Error)?
    do { try await body(host, try await host.start { _ in }, log, loop) } catch { failure = error }
    await host.stop(within: 0)
    await log.close()
    if let failure { throw failure }
  }

  @Test func `an event of the log goes to a receiver and to a stream over HTTP, until the host stops`() async throws {
    try await Self.hosting { host, port, log, loop in
      let receiver = Receiver()
      let server = try HTTPServer(loops: [loop], address: "127.0.0.1", port: 0, logger: Self.logger) { _ in
        .receive(limit: 65_536) { await receiver.respond(to: $0) }
      }
      await server.start()
      let transport = try HTTPClient(origin: "http://127.0.0.1:\(port)", loops: [loop])
      let client = WebhooksClient(.remote(transport))
      let call = Call(logger: Self.logger).acting(with: ["user": .bearer("administrator")])
      let draft = SubscriptionDraft(url: "http://127.0.0.1:\(server.port)/hooks", topics: [.inventoryLow])
      let new = try await client.subscribe(.init(body: draft), call).get()
      try receiver.trust(new.secret)
      var stream = try await client.streamEvents(.init(lastEventID: "0"), call).get().makeAsyncIterator()
      let stock = InventoryLow(
        productID: new.subscription.id, productName: "Scarf", available: 7, threshold: 10,
        noticedAt: Clock.system.now())
      let content = InventoryLowMessage.encode(Event(stock))
      let record = EventRecord(
        id: "e1", source: "/inventory", type: "inventory-low", time: Clock.system.now(),
        key: stock.productID.description, data: content.data)
      let channel = SendInventoryLow.descriptor.channel
      try await log.publish([AddressedRecord(channel: channel, address: channel.template, record: record)])
      let delivered = await receiver.events.first { _ in true }
      #expect(delivered?.type == .inventoryLow && delivered?.data["product_name"]?.text == "Scarf")
      let streamed = try #require(try await stream.next())
      #expect(streamed.id == "1" && streamed.data == delivered)
      let input = ListDeliveries.Input(subscriptionID: new.subscription.id)
      try await until { try await client.listDeliveries(input, call).get().items.map(\.status) == [.delivered] }
      async let stopped: Void = host.stop(within: 20)
      #expect(try await stream.next() == nil)
      await stopped
      await server.stop(within: 0)
    }
  }
}

/// Takes every token for an administrator's.
private struct Administrators: CredentialVerifier {
  func verify(_ credential: Credential, for scheme: SecurityScheme) -> VerifiedIdentity? {
    guard case .bearer = credential else { return nil }
    return VerifiedIdentity(subject: "admin", scopes: ["admin"])
  }
}

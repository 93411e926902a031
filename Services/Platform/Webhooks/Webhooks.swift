import ServiceCore
import ServiceDefinition
import SharedAPI
import WebhooksAPI

/// Sends the platform's events to its subscribers, and streams them to its readers.
struct Webhooks: WebhooksHandlers, WebhooksReceivers, Service {
  static let allowPrivate = Setting(
    "WEBHOOKS_ALLOW_PRIVATE", default: false,
    "Whether webhooks may be sent by http, and to addresses that are not on the public Internet. For development.")
  static var settings: [any ServiceSetting] { [allowPrivate] }

  static var tasks: [RepeatingTask<Webhooks>] {
    [
      // What this process stores is sent at once: this finds what is due again, and what other processes have left.
      RepeatingTask("send webhooks", every: .seconds(1)) { webhooks, _ in try await webhooks.courier.send() },
      RepeatingTask("forget events", every: .seconds(600)) { webhooks, _ in try await webhooks.forget() },
    ]
  }

  let queries: WebhooksQueries
  let courier: Courier
  let feed: EventFeed
  let clock: Clock
  private let allowsPrivate: Bool

  init(_ resources: Resources) throws {
    queries = try WebhooksQueries(resources)
    clock = resources.clock
    allowsPrivate = try resources[Self.allowPrivate]
    courier = Courier(
      queries, clock, resources.logger, process: resources.process,
      senders: try resources.webhooks(allowsPrivate: allowsPrivate))
    feed = EventFeed(queries, clock)
  }

  // MARK: subscriptions

  func listSubscriptions(
    _ input: ListSubscriptions.Input, _ principal: UserOrApiKeyPrincipal, _ call: Call
  ) async throws -> ListSubscriptions.Output {
    try await ListSubscriptions.page(input, call, key: \.id) { before, limit in
      try await queries.subscriptions(before: before, limit: limit)
    }
  }

  func subscribe(
    _ input: Subscribe.Input, _ principal: UserOrApiKeyPrincipal, _ call: Call
  ) async throws -> Committed<Subscribe.Output> {
    let draft = input.body
    if let refusal = ReceiverAddress.refusal(of: draft.url, allowsPrivate: allowsPrivate) {
      throw Subscribe.conflict(
        "No delivery can be sent to this address.",
        errors: [ProblemError(in: .body, pointer: "/url", rule: "address", message: refusal)])
    }
    var random = SystemRandomNumberGenerator()
    let secret = "whsec_" + Base64((0..<32).map { _ in UInt8.random(in: .min ... .max, using: &random) }).text
    let now = clock.now()
    let subscription = Subscription(
      id: .v7(at: now), url: draft.url, topics: draft.topics, status: .active, createdAt: now)
    return try await call.transaction { queries in
      try await queries.subscribe(subscription: subscription, secret: secret)
      return .created(
        NewSubscription(subscription: subscription, secret: secret),
        location: try GetSubscription.location(.init(subscriptionID: subscription.id)))
    }
  }

  func getSubscription(
    _ input: GetSubscription.Input, _ principal: UserOrApiKeyPrincipal, _ call: Call
  ) async throws -> GetSubscription.Output {
    .ok(try await subscription(input.subscriptionID, for: GetSubscription.self))
  }

  func unsubscribe(
    _ input: Unsubscribe.Input, _ principal: UserOrApiKeyPrincipal, _ call: Call
  ) async throws -> Unsubscribe.Output {
    guard try await queries.unsubscribe(id: input.subscriptionID) == 1 else {
      throw missing(input.subscriptionID, for: Unsubscribe.self)
    }
    return .noContent
  }

  private func subscription<O: DeclaresNotFound>(_ id: Uuid, for operation: O.Type) async throws -> Subscription {
    guard let subscription = try await queries.subscription(id: id) else { throw missing(id, for: operation) }
    return subscription
  }

  private func missing<O: DeclaresNotFound>(_ id: Uuid, for _: O.Type) -> OperationFailure {
    O.notFound("No subscription has the id \(id).")
  }

  // MARK: deliveries

  func listDeliveries(
    _ input: ListDeliveries.Input, _ principal: UserOrApiKeyPrincipal, _ call: Call
  ) async throws -> ListDeliveries.Output {
    _ = try await subscription(input.subscriptionID, for: ListDeliveries.self)
    return try await ListDeliveries.page(input, call, key: \.id) { before, limit in
      try await queries.deliveries(
        subscription: input.subscriptionID, status: input.status, before: before, limit: limit)
    }
  }

  func retryDelivery(
    _ input: RetryDelivery.Input, _ principal: UserOrApiKeyPrincipal, _ call: Call
  ) async throws -> RetryDelivery.Output {
    let isPending = try await queries.retry(id: input.deliveryID, now: clock.now()) == 1
    guard let delivery = try await queries.delivery(id: input.deliveryID) else {
      throw RetryDelivery.notFound("No delivery has the id \(input.deliveryID).")
    }
    guard isPending else { throw RetryDelivery.conflict("The subscription of this delivery has ended.") }
    courier.wake()
    return .ok(delivery)
  }

  // MARK: events

  func sendOrderPlaced(_ event: SendOrderPlaced.Incoming, _ call: Call) async throws -> Committed<Void> {
    try await store(.orderPlaced, event.id, at: event.time, event.data, call)
  }

  func sendOrderCancelled(_ event: SendOrderCancelled.Incoming, _ call: Call) async throws -> Committed<Void> {
    try await store(.orderCancelled, event.id, at: event.time, event.data, call)
  }

  func sendInventoryLow(_ event: SendInventoryLow.Incoming, _ call: Call) async throws -> Committed<Void> {
    try await store(.inventoryLow, event.id, at: event.time, event.data, call)
  }

  /// Stores an event, with a delivery for each active subscription to its topic, in one transaction.
  ///
  /// - Parameter data: the payload as its sender wrote it.
  /// - Throws: ``CodecError`` for one that is not JSON; errors of the database.
  func store(
    _ topic: Topic, _ id: String, at time: Timestamp, _ data: [UInt8], _ call: Call
  ) async throws -> Committed<Void> {
    // What cannot be sent on must not be stored: all readers of the stream would stop at it.
    _ = try PlatformEvent(topic, at: time, Base64(data))
    let now = clock.now()
    let stored: Committed<Void> = try await call.transaction { queries in
      try await queries.store(
        position: queries.advance(), id: id, topic: topic, happened: time, data: Base64(data),
        prefix: String(Uuid.v7(at: now).description.prefix(18)), now: now)
    }
    courier.wake()
    feed.wake()
    return stored
  }

  func streamEvents(
    _ input: StreamEvents.Input, _ principal: UserOrApiKeyPrincipal, _ call: Call
  ) async throws -> StreamEvents.Output {
    let head = try await queries.head()
    // An id of more than 18 digits is of no event, nor is one that is still to come.
    let last = input.lastEventID.flatMap { $0.isEmpty ? nil : min(Int($0) ?? head, head) } ?? head
    return .ok(ItemStream(EventStream(feed: feed, start: last, topics: input.topics)))
  }

  /// Forgets the events of more than seven days ago.
  ///
  /// In batches, not as a whole partition: an event stays while one of its deliveries, perhaps started over, is pending.
  private func forget() async throws {
    let before = Timestamp(microseconds: clock.now().microseconds - 7 * 86_400_000_000)
    while try await queries.forget(before: before, limit: 1_000) == 1_000 { try Task.checkCancellation() }
  }
}

extension PlatformEvent {
  /// - Parameter data: the payload as its sender wrote it.
  /// - Throws: for one that is not JSON.
  init(_ topic: Topic, at time: Timestamp, _ data: Base64) throws {
    var json = JSONReader(data.bytes)
    guard let value = try JSONValue.decode(&json) else { throw CodecError("the payload is not JSON") }
    self.init(type: topic, timestamp: time, data: value)
  }
}

import ServiceCore
import ServiceDefinition
import ServiceEvents
import ServicePostgres

extension Service {
  /// Whether it sends or handles events.
  static var hasEvents: Bool { !contract.channels.isEmpty || self is any EventReceiver.Type }
}

/// The events of services: what they emit is published, and what they hear is handled.
extension Host {
  /// Checks that a service has what its events require.
  func checkEvents(_ type: any Service.Type) throws {
    guard type.database == nil, type is any EventReceiver.Type else { return }
    let name = type.contract.name
    throw ConfigurationError(
      "the contract of \(name) receives events, and the service has no database to mark them as handled in: add a "
        + "migration to its folder Migrations")
  }

  /// Connects to the broker; nil where no service has events.
  ///
  /// - Throws: ``ConfigurationError`` where there is no broker, or one of an unknown kind.
  func transport(for services: [RunningService]) async throws -> (any EventTransport)? {
    guard let first = services.first(where: { type(of: $0.service).hasEvents && $0.database != nil }) else {
      return nil
    }
    for operation in services.flatMap(\.receiveOperations)
    where operation.deduplicationWindow > InboxRing.longestWindow {
      throw ConfigurationError(
        "\(operation.operation.name) has an x-deduplication-window of more than "
          + "\(InboxRing.longestWindow / 86_400_000) days, which are the most")
    }
    guard let url = settings.events else {
      throw ConfigurationError(
        "\(first.name) has events, and there is no broker: set \(Settings.eventsVariable), such as postgres://…, or run it by "
          + "./charter up")
    }
    let transport = try await transports.connect(url, loops, logger)
    state.withLock { $0.transport = transport }
    return transport
  }

  /// Publishes and consumes the events of services, until the host stops.
  func carryEvents(of services: [RunningService], over transport: any EventTransport) {
    for service in services where type(of: service.service).hasEvents {
      guard let database = service.database else { continue }
      publish(service, database, over: transport)
      consume(service, database, over: transport)
    }
  }

  private func publish(_ service: RunningService, _ database: Database, over transport: any EventTransport) {
    let channels =
      type(of: service.service).contract.channels + service.receiveOperations.map(\.deadLetterChannel)
    let relay = Relay(database, of: service.name, channels, over: transport, logger: logger, sleep: sleep)
    let task = Task(executorPreference: mainLoop) { await relay.run() }
    state.withLock { $0.relays.append(task) }
  }

  private func consume(_ service: RunningService, _ database: Database, over transport: any EventTransport) {
    guard let (endpoint, call) = service.receiving else { return }
    let slots = ConsumerSlots(connections: settings.connections(of: service.name))
    let tasks = service.receiveOperations.indices.map { index in
      let consumer = Consumer(
        index, of: endpoint, call, database, over: transport, slots: slots, process: process, sleep: sleep)
      return Task(executorPreference: loops[index % loops.count]) { await consumer.run() }
    }
    state.withLock { $0.background += tasks }
  }

  /// The state of a service's events; nil for a service without any, and where its database does not respond.
  func eventState(of service: RunningService) async -> EventState? {
    guard type(of: service.service).hasEvents, let database = service.database,
      let status = try? await EventStatus(of: database, at: logger.clock.now())
    else { return nil }
    let groups = Set(service.receiveOperations.map(\.operation.name))
    let lag = groups.isEmpty ? [] : try? await state.withLock(\.transport)?.lag()
    return EventState(status: status, lag: lag?.filter { groups.contains($0.group) })
  }
}

/// The state of a service's events in its health.
struct EventState: Sendable {
  let status: EventStatus
  /// Nil where the broker does not respond.
  let lag: [GroupLag]?

  func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("unpublished", status.unpublished)
    json.field("unpublished_ms", status.age)
    json.field("parked", status.parked)
    json.field("dead_letters", status.deadLetters)
    if let lag {
      json.key("lag")
      json.beginArray()
      for group in lag {
        json.beginObject()
        json.field("consumer", group.group)
        json.field("channel", group.channel)
        json.field("events", group.events)
        json.field("age_ms", group.age)
        json.endObject()
      }
      json.endArray()
    }
    json.endObject()
  }
}

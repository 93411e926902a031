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

  /// Publishes and consumes the events of services, until the host stops.
  ///
  /// - Throws: ``ConfigurationError`` where there is no broker, or one of an unknown kind.
  func carryEvents(of services: [RunningService]) async throws {
    let all = services.filter { type(of: $0.service).hasEvents && $0.database != nil }
    guard let first = all.first else { return }
    let transport = try await transport(for: first.name)
    state.withLock { $0.transport = transport }
    for service in all { try carryEvents(of: service, over: transport) }
  }

  private func carryEvents(of service: RunningService, over transport: any EventTransport) throws {
    guard let database = service.database else { return }
    let operations = service.receiving.map { type(of: $0.endpoint).operations } ?? []
    if let long = operations.first(where: { $0.deduplicationWindow > InboxRing.longestWindow }) {
      throw ConfigurationError(
        "\(long.operation.name) has an x-deduplication-window of more than \(InboxRing.longestWindow / 86_400_000) days"
      )
    }
    let channels = type(of: service.service).contract.channels + operations.map(\.deadLetterChannel)
    let relay = Relay(database, of: service.name, channels, over: transport, logger: logger, sleep: sleep)
    let slots = ConsumerSlots(connections: settings.connections(of: service.name))
    let consumers = service.receiving.map { endpoint, call in
      operations.indices.map {
        Consumer(
          $0, of: endpoint, call, database, over: transport, slots: slots, process: process, sleep: sleep)
      }
    }
    let publishing = Task(executorPreference: mainLoop) { await relay.run() }
    let consuming = (consumers ?? []).enumerated().map { index, consumer in
      Task(executorPreference: loops[index % loops.count]) { await consumer.run() }
    }
    state.withLock { state in
      state.relays.append(publishing)
      state.background += consuming
    }
  }

  private func transport(for service: String) async throws -> any EventTransport {
    let variable = Settings.eventsVariable
    guard let url = settings.events else {
      throw ConfigurationError(
        "\(service) has events, and there is no broker: set \(variable), such as postgres://…, or run it by "
          + "./charter up")
    }
    let scheme = url.split(separator: ":", maxSplits: 1).first.map(String.init) ?? ""
    guard let make = transports[scheme] else {
      let known = transports.keys.sorted().joined(separator: ", ")
      throw ConfigurationError(
        "\(variable) has the scheme '\(scheme)'; this build has \(known.isEmpty ? "none" : known)")
    }
    do {
      return try await make(url, loops, logger)
    } catch {
      throw ConfigurationError("\(variable): \(error)")
    }
  }

  /// The state of a service's events; nil for a service without any, and where its database does not respond.
  func eventState(of service: RunningService) async -> EventState? {
    guard type(of: service.service).hasEvents, let database = service.database,
      let status = try? await EventStatus(of: database, at: logger.clock.now())
    else { return nil }
    let groups = service.receiving.map { Set(type(of: $0.endpoint).operations.map(\.operation.name)) } ?? []
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

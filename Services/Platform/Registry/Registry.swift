import RegistryAPI
import ServiceCore
import ServiceDefinition

/// Which processes serve which services, and where: each process registers, and renews that by heartbeats.
struct Registry: RegistryHandlers, Service {
  static var tasks: [RepeatingTask<Registry>] {
    [RepeatingTask("forget instances", every: .seconds(600)) { registry, _ in try await registry.forget() }]
  }

  /// In seconds: one heartbeat can be lost, and the next one late.
  private static let registration = Registration(heartbeat: 10, downAfter: 30)

  private let queries: RegistryQueries
  private let clock: Clock

  init(_ resources: Resources) throws {
    queries = try RegistryQueries(resources)
    clock = resources.clock
  }

  func registerInstance(_ input: RegisterInstance.Input, _ call: Call) async throws -> RegisterInstance.Output {
    let (id, draft, now) = (input.id, input.body, clock.now())
    // A heartbeat waits for no other registration.
    if try await queries.renew(id: id, draft: draft, now: now) == 1 { return .ok(Self.registration) }
    return try await call.transaction { queries in
      try await queries.queue()
      try await queries.displace(id: id, draft: draft)
      try await queries.insert(id: id, draft: draft, now: now)
      return .ok(Self.registration)
    }.value
  }

  func deregisterInstance(_ input: DeregisterInstance.Input, _ call: Call) async throws -> DeregisterInstance.Output {
    try await queries.deregister(id: input.id)
    return .noContent
  }

  func listInstances(_ input: ListInstances.Input, _ call: Call) async throws -> ListInstances.Output {
    let instances = try await queries.list(filter: input, down: before(seconds: Self.registration.downAfter))
    return .ok(InstanceList(items: instances))
  }

  /// Forgets the instances that have not registered for 24 hours.
  private func forget() async throws { try await queries.forget(before: before(seconds: 86_400)) }

  private func before(seconds: Int) -> Timestamp {
    Timestamp(microseconds: clock.now().microseconds - seconds * 1_000_000)
  }
}

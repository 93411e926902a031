import RegistryAPI
import ServiceCore
import ServiceDefinition
import ServiceHost

/// Finds services by the platform's registry.
struct PlatformDirectory: ServiceDirectory {
  static let service = DirectoryService(RegistryClient.service) {
    PlatformDirectory(registry: try $0.client(), call: Call(logger: $0.logger), clock: $0.clock)
  }

  private let registry: RegistryClient
  private let call: Call
  private let clock: Clock

  private init(registry: RegistryClient, call: Call, clock: Clock) {
    (self.registry, self.call, self.clock) = (registry, call, clock)
  }

  private func ask() -> Call { call.under(Uuid.v7(at: clock.now()).description) }

  func register(_ instance: ServiceInstance) async throws -> Int {
    let draft = InstanceDraft(service: instance.service, origin: instance.origin, version: instance.version)
    return try await registry.registerInstance(.init(id: instance.id, body: draft), ask()).get().heartbeat
  }

  func deregister(_ id: Uuid) async throws { try await registry.deregisterInstance(.init(id: id), ask()).get() }

  func origins(of services: [String]) async throws -> [String: [String]] {
    let list = try await registry.listInstances(.init(service: services), ask()).get()
    return Dictionary(grouping: list.items, by: \.service).mapValues { $0.map(\.origin) }
  }
}

import ContractModel
import ContractSource

/// The handlers of events whose messages are of other APIs: they are declared in the module of the service.
public struct ReceiversPlan: Sendable {
  /// The name of the API: `Inventory`.
  public let name: String
  public let service: String
  public let title: String
  public let sources: [String]
  /// The modules whose types are used.
  public let imports: [String]
  public let receives: [ReceivePlan]

  /// - Parameters:
  ///   - plan: the service's own API, which is in the module `module`.
  ///   - others: the other APIs that the service's target depends on, by their modules.
  /// - Returns: nil, with diagnostics, where the message of another API is in none of the modules.
  public init?(
    _ plan: APIPlan, in module: String, others: [(module: String, plan: APIPlan)],
    owner: (_ path: String) -> String?, _ diagnostics: Diagnostics
  ) {
    (name, service, title, sources) = (plan.name, plan.service, plan.events.title, plan.events.sources)
    var known: [SchemaKey: (module: String, type: String)] = [:]
    var channels: [SchemaKey: (module: String, channel: String)] = [:]
    for (module, api) in [(module, plan)] + others {
      for message in api.events.messages { known[message.key] = known[message.key] ?? (module, message.typeName) }
      for channel in api.events.channels {
        channels[channel.key] = channels[channel.key] ?? (module, "\(api.name)Channels.\(channel.name)")
      }
    }
    var imports: Set<String> = ["ServiceCore", module]
    var isComplete = true
    receives = plan.events.foreign.map { receive in
      var receive = receive
      let used = receive.messages.map { known[$0.key]?.module } + [channels[receive.channelKey]?.module]
      for index in receive.messages.indices {
        guard let found = known[receive.messages[index].key] else { continue }
        receive.messages[index].type = found.module == module ? found.type : "\(found.module).\(found.type)"
      }
      if let found = channels[receive.channelKey] {
        receive.channel = found.module == module ? found.channel : "\(found.module).\(found.channel)"
      }
      imports.formUnion(used.compactMap { $0 })
      guard used.contains(nil) else { return receive }
      isComplete = false
      let missing = (receive.messages.map(\.key) + [receive.channelKey]).first { known[$0] == nil && channels[$0] == nil }
      let other = missing.flatMap { owner($0.path) } ?? "another API"
      diagnostics.error(
        .brokenReference, "'\(receive.id)' receives messages of \(other), which the service's target does not depend on",
        at: receive.position, help: "add \"\(other.dropLast("API".count))\" to `hears` in the service's row of Package.swift")
      return receive
    }
    self.imports = imports.sorted()
    guard isComplete else { return nil }
  }
}

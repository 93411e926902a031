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
  ///   - owner: the module that a file's messages are of.
  /// - Returns: nil, with diagnostics, where the message of another API is in none of the modules.
  public init?(
    _ plan: APIPlan, in module: String, others: [(module: String, plan: APIPlan)], owner: (_ path: String) -> String,
    _ diagnostics: Diagnostics
  ) {
    (name, service, title, sources) = (plan.name, plan.service, plan.events.title, plan.events.sources)
    let table = TypeTable(plan, in: module, others)
    var isComplete = true
    receives = plan.events.foreign.map { receive in
      guard let missing = table.missing(receive) else { return table.resolved(receive) }
      isComplete = false
      let other = owner(missing.path)
      diagnostics.error(
        .brokenReference,
        "'\(receive.id)' receives messages of \(other), which the service's target does not depend on",
        at: receive.position,
        help: "add \"\(other.dropLast("API".count))\" to `hears` in the service's row of Package.swift")
      return receive
    }
    imports = Set(["ServiceCore", module] + receives.flatMap(table.modules)).sorted()
    guard isComplete else { return nil }
  }
}

/// Where the types of messages and the channels of several APIs are declared.
private struct TypeTable {
  private typealias Entry = (module: String, name: String)

  private let module: String
  private var messages: [SchemaKey: Entry] = [:]
  private var channels: [SchemaKey: Entry] = [:]
  /// The names that are types of other modules.
  private let taken: Set<String>

  init(_ plan: APIPlan, in module: String, _ others: [(module: String, plan: APIPlan)]) {
    self.module = module
    taken = Set(others.flatMap(\.plan.typeNames))
    for (module, api) in [(module, plan)] + others {
      for message in api.events.messages {
        messages[message.key] = messages[message.key] ?? (module, message.typeName)
      }
      for channel in api.events.channels {
        channels[channel.key] = channels[channel.key] ?? (module, "\(api.name)Channels.\(channel.name)")
      }
    }
  }

  /// A message or channel that is in none of the modules.
  func missing(_ receive: ReceivePlan) -> SchemaKey? {
    receive.messages.map(\.key).first { messages[$0] == nil }
      ?? (channels[receive.channelKey] == nil ? receive.channelKey : nil)
  }

  func modules(of receive: ReceivePlan) -> [String] {
    (receive.messages.map { messages[$0.key] } + [channels[receive.channelKey]]).compactMap { $0?.module }
  }

  /// The operation with the names of the types of its messages, its channel and what it emits.
  func resolved(_ receive: ReceivePlan) -> ReceivePlan {
    var receive = receive
    receive.messages = receive.messages.map { message in
      var message = message
      if let found = messages[message.key] { message.type = name(found) }
      return message
    }
    if let found = channels[receive.channelKey] { receive.channel = name(found) }
    for index in receive.effect?.events.indices ?? 0..<0 {
      guard var send = receive.effect?.events[index].send else { continue }
      send.typeName = name((module, send.typeName))
      for index in send.messages.indices { send.messages[index].type = name((module, send.messages[index].type)) }
      receive.effect?.events[index].send = send
    }
    return receive
  }

  /// A name as the module of the service writes it: with its module, where it is of another API or of two.
  private func name(_ entry: Entry) -> String {
    entry.module == module && !taken.contains(entry.name) ? entry.name : "\(entry.module).\(entry.name)"
  }
}

extension APIPlan {
  /// The names of what it declares that the handlers of events refer to, and of all other types.
  fileprivate var typeNames: [String] {
    types.map(\.name) + operations.map(\.typeName) + events.messages.map(\.typeName) + events.sends.map(\.typeName)
      + events.receives.map(\.typeName) + events.replies.map(\.typeName)
  }
}

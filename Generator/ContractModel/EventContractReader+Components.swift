import ContractSource
import ContractValues

/// The reusable parts of a document. Each is read where something refers to it, and once here, so that unused ones are
/// checked too.
extension EventContractReader {
  func readComponents(
    _ components: inout Fields?, _ root: Location
  ) -> [(name: String, position: SourcePosition, schema: Int)] {
    isReadingComponents = true
    let named = entries(&components, "schemas", root).compactMap { entry, at in
      componentSchema(at).map { (name: entry.key, position: entry.keyPosition, schema: $0) }
    }
    isReadingComponents = false
    // Traits before what they are applied to: their schemas are known by where they are, not by who uses them.
    for (_, at) in entries(&components, "messageTraits", root) { readMessageTrait(at) }
    for (_, at) in entries(&components, "operationTraits", root) { readOperationTrait(at) }
    for (entry, at) in entries(&components, "messages", root) {
      if version == .v2 { _ = messages(at, entry.key) } else { _ = message(at, name: entry.key) }
    }
    for (_, at) in entries(&components, "parameters", root) { _ = parameter(at, name: "") }
    for (_, at) in entries(&components, "correlationIds", root) { _ = correlationID(at) }
    for (entry, at) in entries(&components, "servers", root) { _ = server(at, entry) }
    for (entry, at) in entries(&components, "serverVariables", root) { _ = serverVariable(at, entry) }
    for kind in BindingKind.allCases {
      for (_, at) in entries(&components, kind.rawValue + "Bindings", root) { _ = readBindings(at, kind) }
    }
    for (entry, at) in entries(&components, "channels", root) {
      if version == .v2 { _ = channelItem(at, name: entry.key) } else { _ = channel(at, name: entry.key) }
    }
    if version != .v2 {
      for (_, at) in entries(&components, "tags", root) { _ = tag(at) }
      for (_, at) in entries(&components, "externalDocs", root) { externalDocs(at) }
    }
    _ = components?.map("securitySchemes")
    return named
  }

  /// The components that refer to channels, which have their names by then.
  func readOperationComponents(_ components: inout Fields?, _ root: Location) {
    for (entry, at) in entries(&components, "operations", root) { _ = operation(at, id: entry.key) }
    for (_, at) in entries(&components, "replies", root) { _ = reply(at) }
    for (_, at) in entries(&components, "replyAddresses", root) { _ = replyAddress(at) }
  }

  private func entries(
    _ components: inout Fields?, _ kind: String, _ root: Location
  ) -> [(entry: Node.Entry, at: Location)] {
    (components?.map(kind) ?? []).map { ($0, root.child($0.value, "components", kind, $0.key)) }
  }

  /// A schema under `components`; nil for one in a language that is not read.
  private func componentSchema(_ at: Location) -> Int? {
    if version == .v2 { return schema(at) }
    if case .schema(let index)? = formatted(at) { return index }
    return nil
  }
}

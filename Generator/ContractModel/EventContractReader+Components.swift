import ContractSource
import ContractValues

/// The reusable parts of a document. Each is read where something refers to it, and once here, so that unused ones are
/// checked too.
extension EventContractReader {
  func readComponents(
    _ fields: inout Fields, _ root: Location
  ) -> [(name: String, position: SourcePosition, schema: Int)] {
    guard let node = fields.take("components"), var components = Fields(node, "Components Object", diagnostics) else {
      return []
    }
    let at = root.child(node, "components")
    let each = { (components: inout Fields, kind: String) in
      components.map(kind).map { (entry: $0, at: at.child($0.value, kind, $0.key)) }
    }
    isReadingComponents = true
    let named = each(&components, "schemas").compactMap { entry, at in
      componentSchema(at).map { (name: entry.key, position: entry.keyPosition, schema: $0) }
    }
    isReadingComponents = false
    // Traits before what they are applied to: their schemas are known by where they are, not by who uses them.
    for (_, at) in each(&components, "messageTraits") { readMessageTrait(at) }
    for (_, at) in each(&components, "operationTraits") { readOperationTrait(at) }
    for (entry, at) in each(&components, "messages") { _ = message(at, name: entry.key) }
    for (_, at) in each(&components, "parameters") { _ = parameter(at, name: "") }
    for (_, at) in each(&components, "correlationIds") { _ = correlationID(at) }
    for (entry, at) in each(&components, "servers") { _ = server(at, entry) }
    for (entry, at) in each(&components, "serverVariables") { _ = serverVariable(at, entry) }
    for kind in BindingKind.allCases {
      for (_, at) in each(&components, kind.rawValue + "Bindings") { _ = readBindings(at, kind) }
    }
    if version == .v2 {
      for (entry, at) in each(&components, "channels") { _ = channelItem(at, name: entry.key) }
    } else {
      readLaterComponents(&components, at)
    }
    _ = components.map("securitySchemes")
    components.finish()
    return named
  }

  /// The kinds of components since AsyncAPI 3.0.
  private func readLaterComponents(_ components: inout Fields, _ at: Location) {
    let each = { (components: inout Fields, kind: String) in
      components.map(kind).map { (entry: $0, at: at.child($0.value, kind, $0.key)) }
    }
    for (entry, at) in each(&components, "channels") { _ = channel(at, name: entry.key) }
    for (entry, at) in each(&components, "operations") { _ = operation(at, id: entry.key) }
    for (_, at) in each(&components, "replies") { _ = reply(at) }
    for (_, at) in each(&components, "replyAddresses") { _ = replyAddress(at) }
    for (_, at) in each(&components, "tags") { _ = tag(at) }
    for (_, at) in each(&components, "externalDocs") { externalDocs(at) }
  }

  /// A schema under `components`; nil for one in a language that is not read.
  private func componentSchema(_ at: Location) -> Int? {
    if version == .v2 { return schema(at) }
    if case .schema(let index)? = formatted(at) { return index }
    return nil
  }
}

import ContractSource
import ContractValues

extension Fields {
  /// Takes the send operations whose messages the handler of an operation may emit (`x-emits`): a list of their ids, of
  /// which each is optional, or an object that says `required` or `optional` of each id.
  mutating func emits() -> [Emission] {
    let entry = takeExtension("x-emits", shape: "a list of ids, or an object of required and optional by id") {
      $0.items != nil || $0.entries != nil
    }
    guard let entry else { return [] }
    if let items = entry.value.items { return distinct(items.compactMap { emission($0, entry.key) }) }
    if let entries = entry.value.entries { return entries.compactMap(emission) }
    diagnostics.error(
      .wrongType, "'\(entry.key)' must be a list or an object, and this is \(entry.value.kind)",
      at: entry.value.position, help: "write it as [orderPlaced], or as { orderPlaced: required }")
    return []
  }

  private func emission(_ item: Node, _ name: String) -> Emission? {
    text(item, name).map { Emission(position: item.position, operation: $0, isRequired: false) }
  }

  private func emission(_ entry: Node.Entry) -> Emission? {
    guard let use = text(entry.value, entry.key) else { return nil }
    guard ["required", "optional"].contains(use) else {
      diagnostics.error(
        .badValue, "'\(use)' does not say whether '\(entry.key)' must be emitted", at: entry.value.position,
        help: "valid values: required, optional")
      return nil
    }
    diagnostics.note(entry.key, .enforced, at: entry.keyPosition)
    return Emission(position: entry.keyPosition, operation: entry.key, isRequired: use == "required")
  }

  private func distinct(_ emissions: [Emission]) -> [Emission] {
    var seen: Set<ByteKey> = []
    return emissions.filter { emission in
      if seen.insert(ByteKey(emission.operation)).inserted { return true }
      diagnostics.error(.duplicate, "'\(emission.operation)' is emitted twice", at: emission.position)
      return false
    }
  }
}

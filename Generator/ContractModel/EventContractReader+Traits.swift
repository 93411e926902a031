import ContractSource
import ContractValues

extension EventContractReader {
  /// The traits of an operation or a message, each checked as it is.
  func readTraits(_ given: Fields, _ at: Location, _ kind: String, _ check: (Location) -> Void) -> [Location] {
    var fields = given
    return fields.list("traits").enumerated().compactMap { index, node in
      let trait = at.child(node, "traits", String(index))
      check(trait)
      return referenced(trait, kind)?.at
    }
  }

  /// An object with its traits applied, at its own location.
  func merged(_ at: Location, with traits: [Location]) -> Location {
    guard !traits.isEmpty else { return at }
    let node = self.traits.applied(traits, to: at, traitsWin: version == .v2) { reference in
      self.referenced(reference, "Reference Object")?.at
    }
    if version == .v2 { noteReplaced(at.node, by: node) }
    return Location(node: node, path: at.path, pointer: at.pointer, base: at.base)
  }

  /// Reports the fields of an object that its traits replace, which AsyncAPI 2 lets win.
  private func noteReplaced(_ own: Node, by merged: Node) {
    let positions = Dictionary((merged.entries ?? []).map { (ByteKey($0.key), $0.keyPosition) }) { first, _ in first }
    for entry in own.entries ?? [] {
      guard let position = positions[ByteKey(entry.key)], !position.isSame(as: entry.keyPosition) else { continue }
      // Objects are merged.
      guard entry.value.entries == nil else {
        diagnostics.note(entry.key, .enforced, at: entry.keyPosition)
        continue
      }
      diagnostics.note(entry.key, .ignored, at: entry.keyPosition, because: "AsyncAPI 2.6, traits")
      diagnostics.warning(
        .noEffect, "'\(entry.key)' has no effect: a trait's value replaces it in AsyncAPI 2", at: entry.keyPosition)
    }
  }
}

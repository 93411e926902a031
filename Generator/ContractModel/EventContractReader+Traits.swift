import ContractSource

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
    return Location(node: node, path: at.path, pointer: at.pointer, base: at.base)
  }
}

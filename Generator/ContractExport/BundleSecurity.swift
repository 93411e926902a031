/// Security schemes of a bundle: what several contracts declare in the same way is one scheme.
extension JSONTree {
  func withUnitedSecurity() -> JSONTree {
    let schemes = self["components"]?["securitySchemes"]?.members ?? []
    var names: [String: String] = [:]
    var kept: [Member] = []
    for (name, scheme) in schemes {
      let whole = resolved(scheme, schemes)
      if let same = kept.first(where: { $0.value.inline() == whole.inline() }) {
        names[name] = same.key
      } else {
        kept.append((name, whole))
      }
    }
    guard !names.isEmpty else { return self }
    return mapped(as: .document) { object, kind in
      .object(
        object.members.map { key, value in
          switch (kind, key) {
          case (.components, "securitySchemes"): (key, .object(kept))
          case (.document, "security"), (.operations, "security"): (key, value.renamed(names))
          default: (key, value)
          }
        })
    }
  }

  /// A scheme, or the one of the bundle that it refers to.
  private func resolved(_ scheme: JSONTree, _ schemes: [Member]) -> JSONTree {
    var scheme = scheme
    for _ in schemes {
      let prefix = "#/components/securitySchemes/"
      guard let reference = scheme["$ref"]?.stringValue, reference.hasPrefix(prefix),
        let next = schemes.first(where: { prefix + $0.key == reference })
      else { break }
      scheme = next.value
    }
    return scheme
  }

  /// Requirements by other names.
  private func renamed(_ names: [String: String]) -> JSONTree {
    guard case .array(let items) = self else { return self }
    return .array(items.map { .object($0.members.map { (names[$0.key] ?? $0.key, $0.value) }) })
  }
}

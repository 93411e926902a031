import ContractSource

/// Examples. Nothing depends on them: most of what is wrong with one is a warning.
extension ContractReader {
  /// - Parameter schema: the schema that the examples must be valid against.
  func takeExamples(_ fields: inout Fields, _ at: Location, of schema: Int?) -> [Example] {
    let example = fields.take("example", as: .documentation)
    let examples = fields.take("examples", as: .documentation)
    if example != nil, let examples {
      diagnostics.warning(
        .contradiction, "'example' and 'examples' exclude each other", at: examples.position,
        help: "put the one example under 'examples' too")
    }
    if let examples, examples.entries == nil {
      diagnostics.warning(
        .wrongType, "'examples' must be an object, and this is \(examples.kind)", at: examples.position,
        help: "give each a name: 'examples: { first: { value: … } }'")
    }
    let named = (examples?.entries ?? []).compactMap { entry in
      self.example(at.child(entry.value, "examples", entry.key)).map { Example(name: entry.key, value: $0) }
    }
    let all = [example].compactMap { $0.map { Example(name: nil, value: $0) } } + named
    if let schema { samples += all.map { ($0.value, schema) } }
    return all
  }

  /// Reads an Example Object (OpenAPI 3.1, section 4.8.19; 3.2, section 4.19): its value, if it is in the contract.
  func example(_ given: Location) -> Node? {
    guard given.node.entries != nil else {
      diagnostics.warning(
        .wrongType, "the Example Object must be an object, and this is \(given.node.kind)", at: given.node.position,
        help: "put it under 'value'")
      return nil
    }
    // Other files are documentation here: a reader opens them, the generator does not.
    if let reference = given.node["$ref"]?.string, !reference.hasPrefix("#") { return nil }
    guard case (var fields, _)? = referenced(given, "Example Object") else { return nil }
    fields.document("summary", "description")
    let value = fields.take("value", as: .documentation)
    if let node = fields.take("externalValue", as: .documentation) { _ = fields.text(node, "externalValue") }
    var data: Node?
    if version == .v32 {
      data = fields.take("dataValue", as: .documentation)
      if let node = fields.take("serializedValue", as: .documentation) { _ = fields.text(node, "serializedValue") }
      exclude(["value", "dataValue"], fields)
      exclude(["value", "serializedValue"], fields)
      exclude(["externalValue", "serializedValue"], fields)
    }
    exclude(["value", "externalValue"], fields)
    fields.finish(isHarmless: true)
    return data ?? value
  }

  private func exclude(_ names: [String], _ fields: Fields) {
    let both = names.compactMap { name in fields.node.entries?.first { $0.key == name } }
    guard both.count == names.count, let last = both.last else { return }
    diagnostics.warning(
      .contradiction, "'\(names[0])' and '\(names[1])' of an example exclude each other", at: last.keyPosition)
  }
}

import ContractAnalysis
import ContractModel
import ContractSource
import ContractValues

/// Makes values that fit schemas: the contract's own examples where there are any, otherwise simple ones.
struct SampleMaker {
  private let set: SchemaSet
  private let program: SchemaProgram
  private var samples: [Int: Node] = [:]

  init(_ set: SchemaSet, _ contracts: [NamedContract]) {
    self.set = set
    program = set.program
    for sample in contracts.flatMap(\.contract.samples) where samples[sample.schema] == nil {
      samples[sample.schema] = sample.node
    }
  }

  /// A value, and whether it fits its schema: one that satisfies `pattern` or `not` is not always found.
  func sample(_ index: Int) -> (value: JSONTree, isSound: Bool) {
    if let node = samples[index] { return (JSONTree(node), true) }
    let value = make(index, depth: 0)
    return (JSONTree(value), program.admits(value, schema: index))
  }

  private func make(_ index: Int, depth: Int) -> JSONValue {
    let (schema, keywords) = (set[index], set.keywords(index))
    let given = schema.examples + [samples[index], schema.defaultValue].compactMap { $0 }
    if let value = given.lazy.compactMap(\.json).first(where: { program.admits($0, schema: index) }) { return value }
    if let value = keywords.constant ?? keywords.enumeration?.first { return value }
    guard depth < 12 else { return .null }
    let shape = Shape(index, set)
    if shape.isRecord(set), !set.isPlainReference(index) { return object(shape, depth) }
    if let target = keywords.reference ?? keywords.oneOf.first ?? keywords.anyOf.first ?? keywords.allOf.first {
      return tagged(make(target, depth: depth + 1), keywords)
    }
    return plain(keywords, depth)
  }

  /// The required members, and others up to a limited depth.
  private func object(_ shape: Shape, _ depth: Int) -> JSONValue {
    var object: JSONObject<JSONValue> = [:]
    for property in shape.properties where depth < 3 || shape.requires(property.key) {
      guard !set.isSkipped(property.value, .request) else { continue }
      object[property.key] = make(property.value[0], depth: depth + 1)
    }
    return .object(object)
  }

  private func tagged(_ value: JSONValue, _ keywords: SchemaKeywords) -> JSONValue {
    guard case .object(var object) = value, let tag = keywords.discriminator,
      let name = tag.branches.first(where: { $0.value == 0 })?.key
    else { return value }
    object[tag.property] = .string(name)
    return .object(object)
  }

  private func plain(_ keywords: SchemaKeywords, _ depth: Int) -> JSONValue {
    let types = keywords.types ?? (keywords.items == nil ? .string : .array)
    if types.contains(.string) { return .string(text(keywords)) }
    if !types.isDisjoint(with: [.integer, .number]) { return .number(number(keywords)) }
    if types.contains(.boolean) { return .boolean(true) }
    if types.contains(.array) {
      let first = keywords.prefixItems.map { make($0, depth: depth + 1) }
      let more = max(0, min(keywords.minItems ?? 1, 16) - first.count)
      return .array(first + (keywords.items.map { item in (0..<more).map { _ in make(item, depth: depth + 1) } } ?? []))
    }
    return types.contains(.object) ? .object([:]) : .null
  }

  private func number(_ keywords: SchemaKeywords) -> ExactDecimal {
    let candidates = [
      ExactDecimal(1), keywords.minimum, keywords.multipleOf, keywords.maximum, .zero,
      keywords.exclusiveMinimum.flatMap { $0.integer }.flatMap { $0 < .max ? ExactDecimal($0 + 1) : nil },
    ]
    let program = SchemaProgram([keywords.renumbered { _ in 0 }])
    return candidates.compactMap { $0 }.first { program.admits(.number($0), schema: 0) } ?? ExactDecimal(1)
  }

  private func text(_ keywords: SchemaKeywords) -> String {
    let formats = [
      "uuid": "0190f3d2-7c5e-7a3b-9c1d-2e4f6a8b0c1d", "date-time": "2026-01-31T12:00:00Z", "date": "2026-01-31",
      "time": "12:00:00Z", "duration": "PT1H", "email": "ada@example.com", "uri": "https://example.com/",
      "uri-reference": "/example", "hostname": "example.com", "ipv4": "192.0.2.1", "ipv6": "2001:db8::1",
      "byte": "QQ==", "json-pointer": "/a", "regex": "^a$",
      "relative-json-pointer": "0#", "uri-template": "/pets/{id}", "iri": "https://example.com/",
      "iri-reference": "/example", "idn-hostname": "example.com", "idn-email": "ada@example.com",
    ]
    if let known = keywords.format.flatMap({ formats[$0] }) { return known }
    if keywords.encoding != nil { return "QUFB" }
    let least = min(keywords.minLength ?? 0, 1_000)
    let most = min(keywords.maxLength ?? 1_000, 1_000)
    let word = "text"
    let candidates = [word, "a", "1", "A", "abc-1"].map { candidate in
      let padded = candidate + String(repeating: candidate.last ?? "a", count: max(0, least - candidate.utf8.count))
      return String(padded.prefix(most))
    }
    return candidates.first { keywords.pattern?.matches($0) ?? true } ?? candidates[0]
  }
}

import ContractSamples
import ContractValues
import ServiceCore

/// Parts that are invalid by one change.
struct InvalidParts {
  var parts: [PartValues]
  /// A JSON pointer from the body that the parts make.
  var name: String
  let rule: String
  let at: String
  let words: String
}

extension BodySampler {
  /// Bodies of parts that are each invalid by one change of a valid one.
  mutating func parts(_ layout: OutlinedParts, _ at: String) -> [InvalidParts] {
    guard let smallest = parts(layout, 1).first else { return [] }
    var result: [InvalidParts] = []
    if layout.isPositional {
      result += positionalCounts(layout, smallest, at)
    } else {
      for index in layout.parts.indices { result += counts(layout, index, smallest) }
      if layout.isClosed {
        result.append(
          InvalidParts(
            parts: smallest + [PartValues(part: layout.parts.count, .json("text"))],
            name: "/" + layout.undeclaredName, rule: "additionalProperties", at: at,
            words: "a part that is not declared"))
      }
    }
    for index in layout.parts.indices {
      // A body in which the part is the last, and what must be before it.
      var with = smallest
      if !with.contains(where: { $0.part == index }) {
        guard let some = parts(layout, layout.parts.count + 2).first(where: { $0.contains { $0.part == index } })
        else { continue }
        with = some
      }
      guard let position = with.firstIndex(where: { $0.part == index }) else { continue }
      let segment = layout.parts[index].name.map(Violations.escaped) ?? String(position)
      for changed in invalid(layout.parts[index], with[position]) {
        var parts = with
        parts[position] = changed.values
        result.append(
          InvalidParts(
            parts: parts, name: "/" + segment + changed.pointer, rule: changed.rule, at: changed.at,
            words: changed.words))
      }
    }
    return result
  }

  // MARK: numbers of parts

  private func counts(_ layout: OutlinedParts, _ index: Int, _ smallest: [PartValues]) -> [InvalidParts] {
    let part = layout.parts[index]
    let name = part.name ?? ""
    func change(_ parts: [PartValues], _ rule: String, _ words: String) -> InvalidParts {
      InvalidParts(parts: parts, name: "/" + Violations.escaped(name), rule: rule, at: part.at, words: words)
    }
    let others = smallest.filter { $0.part != index }
    let own = smallest.filter { $0.part == index }
    var result: [InvalidParts] = []
    if part.min > 0 { result.append(change(others, "required", "without the part '\(name)'")) }
    if part.min > 1 { result.append(change(others + own.dropLast(), "minItems", "too few parts '\(name)'")) }
    if let max = part.max, (0..<100).contains(max), let one = own.first {
      result.append(change(others + Array(repeating: one, count: max + 1), "maxItems", "too many parts '\(name)'"))
    }
    return result
  }

  private func positionalCounts(_ layout: OutlinedParts, _ smallest: [PartValues], _ at: String) -> [InvalidParts] {
    var result: [InvalidParts] = []
    if layout.parts.contains(where: { $0.min > 0 }) {
      result.append(
        InvalidParts(
          parts: Array(smallest.dropLast()), name: "", rule: "minItems", at: at, words: "a part too few"))
    }
    let maxima = layout.parts.compactMap(\.max)
    let most = maxima.reduce(0) { $0 &+ $1 }
    let isBounded = layout.isClosed || maxima.last != 1
    if isBounded, maxima.count == layout.parts.count, (0..<100).contains(most),
      smallest.count == layout.parts.count || layout.parts.count == 1,
      let last = smallest.last
    {
      let more = Array(repeating: last, count: max(0, most + 1 - smallest.count))
      result.append(
        InvalidParts(parts: smallest + more, name: "", rule: "maxItems", at: at, words: "a part too many"))
    }
    return result
  }

  // MARK: one part

  private static func words(_ part: OutlinedPart) -> String { part.name.map { "a part '\($0)'" } ?? "a part" }

  /// A text that is of none of the types, and reported as such.
  func wrongText(_ types: JSONTypes, _ schema: Int) -> JSONValue? {
    let text = "not-a-value"
    let found = types.violations(of: text, outline.program, schema)
    return found.count == 1 && found[0].rule == "type" ? .string(text) : nil
  }

  private struct InvalidPart {
    let values: PartValues
    /// From the part on.
    let pointer: String
    let rule: String
    let at: String
    let words: String
  }

  private mutating func invalid(_ part: OutlinedPart, _ valid: PartValues) -> [InvalidPart] {
    let name = Self.words(part)
    var result: [InvalidPart] = []
    func change(_ value: BodyValues.Value, _ pointer: String, _ rule: String, _ at: String, _ words: String) {
      var values = valid
      values.value = value
      result.append(InvalidPart(values: values, pointer: pointer, rule: rule, at: at, words: words))
    }
    switch part.kind {
    case .json:
      change(.bytes(Array("{\"".utf8)), "", "json", part.at, "\(name) that is malformed JSON")
      for sample in invalid(part.schema) {
        guard let report = sample.reports.first else { continue }
        change(
          .json(sample.value), report.pointer, report.rule, position(of: sample.keyword.schema) ?? part.at,
          "\(name) that violates \(sample.keyword.keyword)")
      }
    case .text:
      if let wrong = wrongText(part.texts, part.schema) {
        change(
          .json(wrong), "", "type", position(of: part.schema) ?? part.at, "\(name) that is a text of another type")
      }
      for sample in invalid(part.schema) {
        guard let text = try? StyledParameter.text(sample.value),
          let report = part.texts.violations(of: text, outline.program, part.schema).first
        else { continue }
        change(
          .json(sample.value), report.name, report.rule, position(of: sample.keyword.schema) ?? part.at,
          "\(name) that violates \(sample.keyword.keyword)")
      }
    case .multipart:
      guard let nested = part.nested else { break }
      for inner in parts(nested, part.at) { change(.parts(inner.parts), inner.name, inner.rule, inner.at, inner.words) }
    default: break
    }
    return result + headers(part, valid) + mediaTypes(part, valid)
  }

  private func mediaTypes(_ part: OutlinedPart, _ valid: PartValues) -> [InvalidPart] {
    guard part.kind != .multipart, part.contentTypes.allSatisfy({ $0 != "application/octet-stream" && $0 != "*/*" })
    else { return [] }
    var values = valid
    values.mediaType = "application/x-other"
    return [
      InvalidPart(
        values: values, pointer: "", rule: "contentType", at: part.at,
        words: "\(Self.words(part)) of another media type")
    ]
  }

  private mutating func headers(_ part: OutlinedPart, _ valid: PartValues) -> [InvalidPart] {
    var result: [InvalidPart] = []
    for (index, header) in part.headers.enumerated() where header.isRequired && valid.headers[index] != nil {
      var values = valid
      values.headers[index] = nil
      result.append(
        InvalidPart(
          values: values, pointer: "", rule: "required", at: header.at,
          words: "\(Self.words(part)) without the header '\(header.name)'"))
    }
    return result
  }
}

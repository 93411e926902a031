import ContractSamples
import ContractValues
import ServiceCore

/// The parts of multipart bodies.
extension BodySampler {
  /// The number of parts of one name beyond which no body is made.
  private static let partLimit = 1_000

  /// Bodies of parts: only what is required, each optional part alone, all of them, then each value of each part.
  mutating func parts(_ layout: OutlinedParts, _ count: Int) -> [[PartValues]] {
    let choices = layout.parts.indices.map { values(ofPart: layout.parts[$0], $0, max(2, min(count, 8))) }
    let least = layout.parts.map { max(0, $0.min) }
    for (number, own) in zip(least, choices) where own.isEmpty && number > 0 || number > Self.partLimit { return [] }
    var counts = [least]
    for (index, part) in layout.parts.enumerated() where part.max ?? .max > least[index] && !choices[index].isEmpty {
      var more = least
      // What comes before a position must be there.
      if layout.isPositional { for earlier in 0..<index { more[earlier] = max(1, more[earlier]) } }
      more[index] = least[index] + 1
      counts.append(more)
    }
    counts.append(
      layout.parts.indices.map { index in
        choices[index].isEmpty ? 0 : max(0, min(layout.parts[index].max ?? least[index] + 2, least[index] + 3))
      })
    var bodies: [[PartValues]] = []
    let most = choices.map(\.count).max() ?? 0
    for (number, counts) in (counts + Array(repeating: counts[counts.count - 1], count: most)).enumerated() {
      let turn = max(0, number - layout.parts.count)
      let body = choices.indices.flatMap { index in
        (0..<counts[index]).compactMap { copy in
          choices[index].isEmpty ? nil : choices[index][(turn + copy) % choices[index].count]
        }
      }
      if !bodies.contains(body) { bodies.append(body) }
    }
    return Array(bodies.prefix(max(count, layout.parts.count + 2)))
  }

  /// Values of a part, each with its headers.
  private mutating func values(ofPart part: OutlinedPart, _ index: Int, _ count: Int) -> [PartValues] {
    var values: [BodyValues.Value]
    switch part.kind {
    case .bytes: values = bytes(limit: part.limit, part.sentMediaType).map { .bytes($0) }
    case .multipart: values = (part.nested.map { parts($0, count) } ?? []).map { .parts($0) }
    default: values = self.values(of: part, count).map { .json($0) }
    }
    var headers: [[JSONValue]] = []
    for header in part.headers {
      headers.append(self.values(header.schema, count: 8).values.filter { (try? header.style?.written($0)) != nil })
      guard header.isRequired, headers.last?.isEmpty ?? true else { continue }
      add(SamplingFailure(at: header.at, name: header.name, reason: nil))
      return []
    }
    // The smallest has the required headers alone.
    if values.count == 1, part.headers.contains(where: { !$0.isRequired }) { values.append(values[0]) }
    return values.enumerated().map { turn, value in
      var result = PartValues(part: index, value)
      for (number, own) in headers.enumerated() where !own.isEmpty && (turn > 0 || part.headers[number].isRequired) {
        result.headers[number] = own[turn % own.count]
      }
      return result
    }
  }

  private mutating func values(of part: OutlinedPart, _ count: Int) -> [JSONValue] {
    let (values, failure) = values(part.schema, count: count)
    let program = outline.program
    let fitting = values.filter { value in
      guard part.kind == .text else { return true }
      guard let text = try? StyledParameter.text(value) else { return false }
      return part.texts.violations(of: text, program, part.schema).isEmpty
    }
    if fitting.isEmpty {
      add(SamplingFailure(at: part.at, name: part.name ?? "part", reason: values.isEmpty ? failure : nil))
    }
    return fitting
  }
}

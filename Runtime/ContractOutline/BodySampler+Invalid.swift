import ContractSamples
import ContractValues
import ServiceCore

extension BodySampler {
  /// Bodies that are each invalid by one change.
  public mutating func invalid(_ contents: [OutlinedContent]) -> [InvalidBody] {
    contents.indices.flatMap { invalid(contents[$0], $0) }
  }

  private mutating func invalid(_ content: OutlinedContent, _ index: Int) -> [InvalidBody] {
    func bytes(_ text: [UInt8], _ rule: String, _ words: String, name: String = "") -> InvalidBody {
      InvalidBody(body: BodyValues(content: index, .bytes(text)), name: name, rule: rule, at: content.at, words: words)
    }
    switch content.kind {
    case .json:
      let malformed = bytes(Array("{\"".utf8), "json", "a body that is malformed JSON")
      guard let schema = content.schema else { return [malformed] }
      if content.isPatch { return [malformed] + patches(schema, content, index) }
      return [malformed] + invalid(schema).map { body($0, content, index) { .json($0) } }
    case .form: return (content.schema.map { invalid($0) } ?? []).map { body($0, content, index) { .json($0) } }
    case .text:
      let wrong = content.schema.flatMap { wrongText(content.texts, $0)?.text }
      return [bytes([0xFF], "encoding", "a body that is not UTF-8")]
        + [wrong].compactMap { $0.map { bytes(Array($0.utf8), "type", "a body that is a text of another type") } }
        + (content.schema.map { invalid($0) } ?? []).map { body($0, content, index) { .json($0) } }
    case .lines, .sequence, .events: return items(content, index)
    case .multipart:
      return (content.parts.map { parts($0, content.at) } ?? []).map { change in
        InvalidBody(
          body: BodyValues(content: index, .parts(change.parts)), name: change.name, rule: change.rule, at: change.at,
          words: change.words)
      }
    case .bytes: return []
    }
  }

  private func body(
    _ sample: SchemaSampler.InvalidSample, _ content: OutlinedContent, _ index: Int, below prefix: String = "",
    _ value: (JSONValue) -> BodyValues.Value
  ) -> InvalidBody {
    InvalidBody(
      body: BodyValues(content: index, value(sample.value)), name: prefix + (sample.reports.first?.pointer ?? ""),
      rule: sample.reports.first?.rule ?? "", at: position(of: sample.keyword.schema) ?? content.at,
      words: "a body that violates \(sample.keyword.keyword)")
  }

  /// Patches that replace a member by an invalid value; as a whole they may be incomplete.
  private mutating func patches(_ schema: Int, _ content: OutlinedContent, _ index: Int) -> [InvalidBody] {
    invalid(schema).compactMap { sample in
      guard sample.isExact, let report = sample.reports.first, case .object(let members) = sample.value,
        Self.memberRules.contains(report.rule), report.pointer.utf8.count(where: { $0 == UInt8(ascii: "/") }) == 1,
        let member = members.first(where: { ("/" + Violations.escaped($0.key)).utf8.elementsEqual(report.pointer.utf8) }
        ),
        member.value != .null
      else { return nil }
      return body(sample, content, index) { _ in .json(.object([member.key: member.value])) }
    }
  }

  private static let memberRules = [
    "type", "enum", "const", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength",
    "maxLength", "pattern", "format", "minItems", "maxItems", "uniqueItems",
  ]

  private mutating func items(_ content: OutlinedContent, _ index: Int) -> [InvalidBody] {
    guard let schema = content.data ?? content.schema else { return [] }
    let first = Array(values(schema, count: 1).values)
    let prefix = "/\(first.count)" + (content.data == nil ? "" : "/data")
    return invalid(schema).compactMap { sample in
      let invalid = body(sample, content, index, below: prefix) { .items(first + [$0]) }
      return (try? content.write(invalid.body.value)) == nil ? nil : invalid
    }
  }
}

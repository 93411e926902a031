import ContractSamples
import ContractValues
import ServiceCore

/// Makes bodies of requests or responses: valid ones, and ones that are invalid by a single change.
public struct BodySampler: Sendable {
  let outline: Outline
  var sampler: SchemaSampler
  var random: SplitMix64
  private var made: [Int: (asked: Int, values: [JSONValue], failure: SchemaSampler.Failure?)] = [:]
  private var broken: [Int: [SchemaSampler.InvalidSample]] = [:]
  /// The values that could not be made so far.
  public private(set) var failures: [SamplingFailure] = []

  /// - Parameter direction: who sends the bodies.
  public init(_ outline: Outline, seed: UInt64, direction: SchemaSampler.Direction) {
    self.outline = outline
    sampler = outline.sampler(seed: seed, direction: direction)
    random = SplitMix64(seed)
  }

  /// Up to `count` valid bodies: the smallest of each content first.
  public mutating func valid(_ contents: [OutlinedContent], count: Int) -> [BodyValues] {
    let lists = contents.enumerated().map { index, content in
      values(of: content, max(1, count / max(1, contents.count))).map { BodyValues(content: index, $0) }
    }
    let longest = lists.map(\.count).max() ?? 0
    return Array((0..<longest).flatMap { number in lists.compactMap { $0.dropFirst(number).first } }.prefix(count))
  }

  // MARK: schemas

  /// Up to `count` values of a schema: the smallest, the examples that it admits, then others.
  mutating func values(
    _ schema: Int, count: Int, examples: [OutlinedExample] = []
  ) -> (values: [JSONValue], failure: SchemaSampler.Failure?) {
    if made[schema].map({ $0.asked < count }) ?? true {
      let (values, failure) = sampler.valid(schema, count: count)
      made[schema] = (count, values, failure)
    }
    guard let (_, values, failure) = made[schema] else { return ([], nil) }
    let fitting = examples.map(\.value).filter { outline.program.admits($0, schema: schema) }
    var result = Array(values.prefix(1))
    for value in fitting + values.dropFirst() where result.count < count && !result.contains(value) {
      result.append(value)
    }
    return (result, failure)
  }

  mutating func invalid(_ schema: Int) -> [SchemaSampler.InvalidSample] {
    if let known = broken[schema] { return known }
    let samples = sampler.invalid(schema).samples.filter { !$0.reports.isEmpty }
    broken[schema] = samples
    return samples
  }

  mutating func add(_ failure: SamplingFailure) {
    if !failures.contains(failure) { failures.append(failure) }
  }

  /// Some value of a schema that can be written; a failure is recorded where there is none.
  mutating func values(
    of content: OutlinedContent, _ schema: Int?, _ count: Int, where fits: (JSONValue) -> Bool = { _ in true }
  ) -> [JSONValue] {
    guard let schema else { return [.object([:])] }
    let (values, failure) = values(schema, count: count, examples: content.examples)
    let fitting = values.filter(fits)
    if fitting.isEmpty {
      add(SamplingFailure(at: content.at, name: content.mediaType, reason: values.isEmpty ? failure : nil))
    }
    return fitting
  }

  /// An idempotency key.
  mutating func key() -> String { "key-" + String(random.next(), radix: 36) }

  func position(of schema: Int) -> String? {
    outline.schemas.indices.contains(schema) ? outline.schemas[schema].at : nil
  }

  // MARK: content

  private mutating func values(of content: OutlinedContent, _ count: Int) -> [BodyValues.Value] {
    switch content.kind {
    case .json where content.isPatch: patches(values(of: content, content.schema, count)).map { .json($0) }
    case .json, .form: values(of: content, content.schema, count).map { .json($0) }
    case .text: texts(content, count)
    case .bytes: bytes(limit: content.limit, content.mediaType).map { .bytes($0) }
    case .multipart:
      content.parts.map { parts($0, count).map { .parts($0) } } ?? bytes(limit: content.limit, "").map { .bytes($0) }
    case .lines, .sequence, .events: items(content, count)
    }
  }

  private mutating func texts(_ content: OutlinedContent, _ count: Int) -> [BodyValues.Value] {
    guard let schema = content.schema else { return [.json("text"), .json("a\nb")] }
    let (types, program) = (content.texts, outline.program)
    return values(of: content, schema, count) { value in
      guard let text = try? StyledParameter.text(value), !text.utf8.contains(0) else { return false }
      return types.violations(of: text, program, schema).isEmpty
    }.map { .json($0) }
  }

  /// Patches of a value: nothing, each member alone, and all of them (RFC 7396).
  private func patches(_ values: [JSONValue]) -> [JSONValue] {
    var patches: [JSONValue] = [.object([:])]
    for value in values {
      guard case .object(let members) = value else { continue }
      for member in members where member.value != .null {
        let patch = JSONValue.object([member.key: member.value])
        if !patches.contains(patch) { patches.append(patch) }
      }
      if !patches.contains(value) { patches.append(value) }
    }
    return patches
  }

  /// Contents of no described type, within a limit.
  mutating func bytes(limit: Int?, _ mediaType: String) -> [[UInt8]] {
    if mediaType.hasSuffix("xml") { return [Array("<charter/>".utf8)] }
    let sizes = [1, 64, 4_096].filter { $0 <= limit ?? .max } + [limit].compactMap { $0 }.filter { $0 <= 65_536 }
    return sizes.map { size in
      (0..<size).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    }
  }

  private mutating func items(_ content: OutlinedContent, _ count: Int) -> [BodyValues.Value] {
    let values = values(of: content, content.data ?? content.schema, max(count, 4)) { value in
      content.kind != .events || content.data != nil || (try? content.write(.items([value]))) != nil
    }
    guard let first = values.first else { return [] }
    let events: [JSONValue] =
      content.kind == .events && content.schema == nil && content.data == nil
      ? [["data": "text"], ["data": "a\nb", "event": "named", "id": "1", "retry": 5]] : values
    return [.items([events.first ?? first]), .items(events)] + events.dropFirst().map { .items([$0]) }
  }
}

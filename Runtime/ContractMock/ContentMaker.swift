import ContractOutline
import ServiceCore

/// Makes the values of content of any kind.
struct ContentMaker: Sendable {
  private let values: ValueMaker

  init(_ values: ValueMaker) { self.values = values }

  private static let itemCount: UInt64 = 3
  private static let depthLimit = 4
  private static let partLimit = 100

  /// A value; nil where none is found.
  func value(_ content: OutlinedContent, _ variation: UInt64) -> BodyValues.Value? {
    switch content.kind {
    case .json:
      guard let schema = content.schema else { return .json(.object([:])) }
      return values.value(schema, variation).map { .json($0) }
    case .text:
      guard let schema = content.schema else { return .json("A text.") }
      return values.value(schema, variation).map { .json($0) }
    case .form:
      guard let schema = content.schema else { return .json(.object([:])) }
      return values.value(schema, variation).map { .json($0) }
    case .bytes: return .bytes(bytes(content.limit))
    case .multipart: return content.parts.map { parts($0, variation, 0) } ?? .bytes([])
    case .events, .lines, .sequence:
      let items = (0..<Self.itemCount).compactMap { item(content, variation &+ $0 &* 0x9E37) }
      return .items(items)
    }
  }

  private func item(_ content: OutlinedContent, _ variation: UInt64) -> JSONValue? {
    if let schema = content.data ?? content.schema { return values.value(schema, variation) }
    return content.kind == .events ? ["data": "An event."] : .object([:])
  }

  private func bytes(_ limit: Int?) -> [UInt8] { Array("Bytes of the mock.".utf8.prefix(max(0, limit ?? .max))) }

  private func parts(_ layout: OutlinedParts, _ variation: UInt64, _ depth: Int) -> BodyValues.Value? {
    var result: [PartValues] = []
    for (index, part) in layout.parts.enumerated() {
      let count = min(max(part.min, min(1, part.max ?? 1)), Self.partLimit)
      for number in 0..<count {
        let variation = variation &+ UInt64(truncatingIfNeeded: index &* 101 &+ number)
        if let value = self.part(part, variation, depth) {
          result.append(PartValues(part: index, value, headers: headers(part, variation)))
        } else if part.min > 0 {
          return nil
        }
      }
    }
    return .parts(result)
  }

  private func part(_ part: OutlinedPart, _ variation: UInt64, _ depth: Int) -> BodyValues.Value? {
    switch part.kind {
    case .multipart:
      guard let nested = part.nested, depth < Self.depthLimit else { return nil }
      return parts(nested, variation, depth + 1)
    case .bytes: return .bytes(bytes(part.limit))
    default: return values.value(part.schema, variation).map { .json($0) }
    }
  }

  private func headers(_ part: OutlinedPart, _ variation: UInt64) -> [Int: JSONValue] {
    var result: [Int: JSONValue] = [:]
    for (index, header) in part.headers.enumerated() { result[index] = values.value(header.schema, variation) }
    return result
  }

  // MARK: examples

  /// The value of an example; nil for one that is not valid.
  func value(_ content: OutlinedContent, example: JSONValue) -> BodyValues.Value? {
    switch content.kind {
    case .json, .text, .form:
      return isValid(example, content.schema) ? .json(values.shown(example, content.schema)) : nil
    case .events, .lines, .sequence:
      guard case .array(let items) = example else { return nil }
      return items.allSatisfy { isValid($0, content.data ?? content.schema) } ? .items(items) : nil
    case .bytes:
      guard let text = example.text, text.utf8.count <= content.limit ?? .max else { return nil }
      return .bytes(Array(text.utf8))
    case .multipart: return nil
    }
  }

  private func isValid(_ value: JSONValue, _ schema: Int?) -> Bool { schema.map { values.admits(value, $0) } ?? true }
}

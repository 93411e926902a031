import ContractValues

/// A value of a YAML or JSON document with its position.
public final class Node: Sendable {
  public enum Value: Sendable {
    case null
    case bool(Bool)
    /// A number as text in JSON's notation.
    case number(String)
    case string(String)
    case sequence([Node])
    case mapping([Entry])
  }

  public struct Entry: Sendable {
    public let key: String
    public let keyPosition: SourcePosition
    public let value: Node

    public init(key: String, keyPosition: SourcePosition, value: Node) {
      (self.key, self.keyPosition, self.value) = (key, keyPosition, value)
    }
  }

  public let position: SourcePosition
  public let value: Value
  /// The number of nodes in this subtree, including itself; used to limit alias expansion.
  let size: Int

  /// The position of each key in large objects, where a scan per reference would be quadratic.
  private let index: [ByteKey: Int]

  public init(_ value: Value, at position: SourcePosition) {
    self.position = position
    self.value = value
    if case .mapping(let entries) = value, entries.count > 64 {
      index = Dictionary(entries.enumerated().map { (ByteKey($1.key), $0) }) { first, _ in first }
    } else {
      index = [:]
    }
    switch value {
    case .sequence(let items): size = items.reduce(1) { $0 &+ $1.size }
    case .mapping(let entries): size = entries.reduce(1) { $0 &+ 1 &+ $1.value.size }
    default: size = 1
    }
  }

  public var entries: [Entry]? {
    if case .mapping(let entries) = value { entries } else { nil }
  }

  public var items: [Node]? {
    if case .sequence(let items) = value { items } else { nil }
  }

  public var string: String? {
    if case .string(let text) = value { text } else { nil }
  }

  public subscript(_ key: String) -> Node? {
    guard case .mapping(let entries) = value else { return nil }
    if !index.isEmpty { return index[ByteKey(key)].map { entries[$0].value } }
    return entries.first { $0.key.utf8.elementsEqual(key.utf8) }?.value
  }

  /// The advice for a text that was meant as an object, such as `type:string`; nil for another value.
  public var missingSpace: String? { string.flatMap(YAMLProblem.missingSpace) }

  /// The kind of this value, for messages.
  public var kind: String {
    switch value {
    case .null: "null"
    case .bool: "a boolean"
    case .number: "a number"
    case .string: "a string"
    case .sequence: "a list"
    case .mapping: "an object"
    }
  }

  /// The node under a JSON pointer (RFC 6901), `~0` and `~1` unescaped; nil when there is none.
  public func at(pointer: String) -> Node? {
    if pointer.isEmpty { return self }
    guard pointer.hasPrefix("/") else { return nil }
    var node = self
    for segment in pointer.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
      guard let next = node.child(Self.unescaped(segment)) else { return nil }
      node = next
    }
    return node
  }

  /// The value that one token of a JSON pointer refers to: a member, or an item by digits without a leading zero (RFC
  /// 6901, section 4).
  public func child(_ token: String) -> Node? {
    guard let items else { return self[token] }
    let isIndex = token == "0" || token.utf8.first != UInt8(ascii: "0") && token.utf8.allSatisfy { (48...57) ~= $0 }
    guard isIndex, let index = Int(token), items.indices.contains(index) else { return nil }
    return items[index]
  }
}

extension Node {
  /// A segment of a JSON pointer with `~0` and `~1` unescaped (RFC 6901, section 4).
  public static func unescaped(_ segment: Substring) -> String {
    guard segment.utf8.contains(UInt8(ascii: "~")) else { return String(segment) }
    var result = ""
    var escaped = false
    for scalar in segment.unicodeScalars {
      if escaped {
        result += scalar == "1" ? "/" : scalar == "0" ? "~" : "~\(scalar)"
        escaped = false
      } else if scalar == "~" {
        escaped = true
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

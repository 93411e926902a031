/// The pairs of a parameter of the style `deepObject` as a tree: `a[b][c]=1` is a text of `c` in `b` in `a`.
///
/// OpenAPI leaves lists and objects inside such an object undefined. Here they are written as Stripe and Kong do:
/// - `a[b][c]=1` is a member of a member.
/// - `a[b][]=1&a[b][]=2` is a list of texts, and so is a name that is given several times. `a[b]=` is an empty list, or
///   an empty object.
/// - `a[b][0][c]=1&a[b][1][c]=2` is a list of objects or lists, by positions from 0 on without gaps, in any order.
/// - A name has at most ``depthLimit`` pairs of brackets.
struct NestedPairs {
  static let depthLimit = 8

  private(set) var texts: [String] = []
  private(set) var children: [Child] = []
  private var positions: [ByteKey: Int] = [:]

  struct Child {
    let key: String
    var pairs: NestedPairs
  }

  var isEmpty: Bool { texts.isEmpty && children.isEmpty }

  /// Adds a text at the end of a path of keys.
  mutating func add(_ text: String, at path: ArraySlice<String>) {
    guard let key = path.first else { return texts.append(text) }
    let position = positions[ByteKey(key)] ?? children.count
    if position == children.count {
      positions[ByteKey(key)] = position
      children.append(Child(key: key, pairs: NestedPairs()))
    }
    children[position].pairs.add(text, at: path.dropFirst())
  }

  /// The keys in the brackets of a name, from the first bracket on.
  static func keys(_ brackets: Substring.UTF8View, of name: String) throws(CodecError) -> [String] {
    var keys: [String] = []
    var rest = brackets
    while !rest.isEmpty {
      let key = rest.dropFirst().prefix { $0 != UInt8(ascii: "]") && $0 != UInt8(ascii: "[") }
      guard rest.first == UInt8(ascii: "["), rest[key.endIndex...].first == UInt8(ascii: "]") else {
        throw CodecError("give its members as \(name)[key]=value")
      }
      guard keys.count < depthLimit else { throw CodecError("is nested deeper than \(depthLimit) pairs of brackets") }
      keys.append(String(Substring(key)))
      rest = rest[key.endIndex...].dropFirst()
    }
    return keys
  }

  // MARK: as JSON

  /// Writes the value that the pairs stand for as JSON.
  func write(_ shape: StyledParameter.Shape, _ writer: inout JSONWriter) throws(CodecError) {
    if children.isEmpty { return try writeTexts(shape, &writer) }
    guard texts.isEmpty else { throw CodecError("is given both as a text and with members") }
    if let items = shape.items, shape.members == nil || children.allSatisfy({ Self.isPosition($0.key) }) {
      return try writeList(items, &writer)
    }
    writer.beginObject()
    for child in children {
      guard !child.key.isEmpty else { throw CodecError("is no list: give its members as [key]=value") }
      writer.key(escaping: child.key)
      try Self.telling(child.key) { () throws(CodecError) in
        try child.pairs.write(shape.member(child.key) ?? .primitive(.string), &writer)
      }
    }
    writer.endObject()
  }

  private func writeTexts(_ shape: StyledParameter.Shape, _ writer: inout JSONWriter) throws(CodecError) {
    if let text = texts.first, texts.count == 1 {
      if shape.isJSON || shape.admits(text) || shape.items == nil && (shape.members == nil || !text.isEmpty) {
        return shape.write(text, &writer)
      }
      if shape.items == nil {
        writer.beginObject()
        return writer.endObject()
      }
    }
    guard let items = shape.items else { throw .repeated }
    writer.beginArray()
    // One empty text under the list's own name is the empty list.
    if texts.count > 1 || texts.first?.isEmpty == false { for text in texts { items.write(text, &writer) } }
    writer.endArray()
  }

  private func writeList(_ items: StyledParameter.Shape, _ writer: inout JSONWriter) throws(CodecError) {
    writer.beginArray()
    if let own = children.first, own.key.isEmpty, children.count == 1 {
      guard own.pairs.children.isEmpty else {
        throw CodecError("give each item that is no text its position: [0][key]=value")
      }
      for text in own.pairs.texts { items.write(text, &writer) }
    } else {
      var ordered = [NestedPairs?](repeating: nil, count: children.count)
      for child in children {
        guard Self.isPosition(child.key), let position = Int(child.key), ordered.indices.contains(position) else {
          throw CodecError("is a list: give the positions of its items from 0 on, without gaps")
        }
        ordered[position] = child.pairs
      }
      for (position, pairs) in ordered.enumerated() {
        try Self.telling(String(position)) { () throws(CodecError) in try pairs?.write(items, &writer) }
      }
    }
    writer.endArray()
  }

  /// Whether a key is empty, or a number as positions are written.
  private static func isPosition(_ key: String) -> Bool {
    key.utf8.allSatisfy { (48...57).contains($0) } && (key.utf8.count == 1 || key.utf8.first != 48)
  }

  /// Adds a key to where an error is.
  static func telling<Value>(
    _ key: String, _ body: () throws(CodecError) -> Value
  ) throws(CodecError) -> Value {
    do { return try body() } catch { throw error.below(key) }
  }

  // MARK: from JSON

  /// The pairs of a value, each with its keys.
  static func pairs(of value: JSONValue) throws(CodecError) -> [(path: [String], text: String)] {
    var pairs: [(path: [String], text: String)] = []
    try add(value, [], to: &pairs)
    return pairs
  }

  private static func add(
    _ value: JSONValue, _ path: [String], to pairs: inout [(path: [String], text: String)]
  ) throws(CodecError) {
    guard path.count <= depthLimit else { throw CodecError("is nested deeper than \(depthLimit) pairs of brackets") }
    switch value {
    case .object(let members) where !members.isEmpty:
      for member in members {
        guard !member.key.isEmpty, !member.key.utf8.contains(where: { "[]".utf8.contains($0) }) else {
          throw CodecError("has a key that no pair of brackets can hold: '\(member.key)'")
        }
        try add(member.value, path + [member.key], to: &pairs)
      }
    case .array(let items) where !items.isEmpty:
      let hasOnlyTexts = items.allSatisfy { (try? StyledParameter.text($0)) != nil }
      for (index, item) in items.enumerated() {
        try add(item, path + [hasOnlyTexts ? "" : String(index)], to: &pairs)
      }
    case .object, .array: if !path.isEmpty { pairs.append((path, "")) }
    default: pairs.append((path, try StyledParameter.text(value)))
    }
  }
}

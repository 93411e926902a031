extension ParameterCodec {
  /// The value in a path segment, percent-encoded as received.
  public func read(path text: Substring, as shape: StyledValue.Shape) throws(CodecError) -> StyledValue {
    try demand(shape)
    switch style {
    case .matrix:
      guard text.utf8.first == UInt8(ascii: ";") else { throw CodecError("must begin with ';\(name)'") }
      let pairs = split(Substring(text.utf8.dropFirst()), at: ";").map(FormEncoding.cut)
      if shape == .object, explode { return isEmpty(pairs) ? .object([]) : try object(pairs) }
      guard pairs.allSatisfy({ takes($0.name) }) else { throw CodecError("expected ';\(name)=' before each value") }
      return try value(pairs.map(\.value), shape)
    case .label, .dottedLabel:
      guard text.utf8.first == UInt8(ascii: ".") else { throw CodecError("must begin with '.'") }
      return try unnamed(Substring(text.utf8.dropFirst()), shape)
    default: return try unnamed(text, shape)
    }
  }

  /// The value of a header field, given once or several times; nil when it is absent.
  public func read(header values: [String], as shape: StyledValue.Shape) throws(CodecError) -> StyledValue? {
    try demand(shape)
    if values.isEmpty { return nil }
    guard shape == .primitive else { return try unnamed(values.joined(separator: ",")[...], shape) }
    guard values.count == 1 else { throw .repeated }
    return .primitive(try decode(values[0][...]))
  }

  /// The value among the pairs of a query or of cookies; nil when the parameter has none.
  ///
  /// - Parameter isKey: which pairs are members of an object that has a pair for each of its members: all that belong
  ///   to no other parameter, or those that the contract names.
  public func read(
    pairs: [RawPair], as shape: StyledValue.Shape, isKey: (String) -> Bool = { _ in true }
  ) throws(CodecError) -> StyledValue? {
    try demand(shape)
    if style == .deepObject { return try deepObject(pairs) }
    let own = pairs.filter { takes($0.name) }
    if shape == .object, explode {
      let members = members(pairs, isKey)
      if isEmpty(own), members.allSatisfy({ takes($0.name) }) { return .object([]) }
      // Other sites of the same domain may have set a cookie of that name.
      guard location == .cookie || own.allSatisfy({ unescaped($0.name).map(isKey) ?? false }) else {
        throw CodecError("gives its members as pairs of their own, not under its name")
      }
      return members.isEmpty ? nil : try object(members)
    }
    return own.isEmpty ? nil : try value(own.map(\.value), shape)
  }

  /// Whether a pair of a query or of cookies has a name of the parameter.
  public func takes(_ pairName: Substring) -> Bool { unescaped(pairName).map(takes(decoded:)) ?? false }

  /// Whether a pair, percent-decoded, has a name of the parameter.
  func takes(decoded pairName: String) -> Bool {
    guard pairName.utf8.starts(with: name.utf8) else { return false }
    let rest = pairName.utf8.dropFirst(name.utf8.count)
    return rest.isEmpty || style == .deepObject && rest.first == UInt8(ascii: "[")
  }

  /// The pairs of a request's `Cookie` fields (RFC 6265, section 4.2). Those without a name are skipped: other sites of
  /// the same domain may have set them.
  public static func cookies(_ fields: [String]) throws(CodecError) -> [RawPair] {
    var pairs: [RawPair] = []
    for field in fields {
      for item in field.utf8.split(separator: UInt8(ascii: ";")) {
        let text = FieldSyntax.trimmed(Substring(item))
        let pair = FormEncoding.cut(text)
        if pair.name.isEmpty || pair.name.endIndex == text.endIndex { continue }
        guard pairs.count < FormEncoding.pairLimit else {
          throw CodecError(tooLarge: "There are more than \(FormEncoding.pairLimit) cookies.")
        }
        pairs.append(pair)
      }
    }
    return pairs
  }

  // MARK: taking apart

  /// Whether the pairs are the one that means an empty list or object.
  func isEmpty(_ pairs: [RawPair]) -> Bool {
    pairs.count == 1 && pairs[0].value.isEmpty && takes(pairs[0].name)
  }

  /// The pairs that are members. One whose name cannot be decoded is none: a cookie may come from another site, and what
  /// is left of a query is recorded.
  private func members(_ pairs: [RawPair], _ isKey: (String) -> Bool) -> [RawPair] {
    pairs.filter { unescaped($0.name).map(isKey) ?? false }
  }

  /// The text after the parameter's name, once or several times.
  private func value(_ values: [Substring], _ shape: StyledValue.Shape) throws(CodecError) -> StyledValue {
    if shape == .array, repeatsName, values.count > 1 || values.first?.isEmpty == false {
      return .array(try decoded(values))
    }
    guard let first = values.first, values.count == 1 else { throw .repeated }
    return try unnamed(first, shape)
  }

  private func unnamed(_ text: Substring, _ shape: StyledValue.Shape) throws(CodecError) -> StyledValue {
    if shape == .primitive { return .primitive(try decode(text)) }
    if text.isEmpty { return shape == .array ? .array([]) : .object([]) }
    let items = items(text)
    if shape == .array { return .array(try decoded(items)) }
    if explode {
      guard items.allSatisfy({ $0.utf8.contains(UInt8(ascii: "=")) }) else { throw CodecError("a member without '='") }
      return try object(items.map(FormEncoding.cut))
    }
    guard items.count.isMultiple(of: 2) else { throw CodecError("a key without a value") }
    return try object(stride(from: 0, to: items.count, by: 2).map { (items[$0], items[$0 + 1]) })
  }

  func items(_ text: Substring) -> [Substring] {
    switch style {
    case .label where explode, .dottedLabel: split(text, at: ".")
    case .spaceDelimited: split(text, at: "+", orEncoded: " ")
    case .pipeDelimited: split(text, at: "|", orEncoded: "|")
    default: split(text, at: ",")
    }
  }

  private func split(_ text: Substring, at delimiter: Unicode.Scalar) -> [Substring] {
    text.utf8.split(separator: UInt8(ascii: delimiter), omittingEmptySubsequences: false).map(Substring.init)
  }

  private func split(
    _ text: Substring, at delimiter: Unicode.Scalar, orEncoded encoded: Unicode.Scalar
  ) -> [Substring] {
    var items: [Substring] = []
    var rest = text.utf8
    var start = rest.startIndex
    while let byte = rest.first {
      let end = rest.startIndex
      let digits = byte == UInt8(ascii: "%") ? rest.dropFirst().prefix(2).compactMap(PercentCoding.hexValue) : []
      let isEncoded = digits.count == 2 && digits[0] << 4 | digits[1] == UInt8(ascii: encoded)
      rest = rest.dropFirst(isEncoded ? 3 : 1)
      guard isEncoded || byte == UInt8(ascii: delimiter) else { continue }
      items.append(text[start..<end])
      start = rest.startIndex
    }
    return items + [text[start...]]
  }

  private func deepObject(_ pairs: [RawPair]) throws(CodecError) -> StyledValue? {
    let nested = try nested(pairs)
    if nested.isEmpty { return nil }
    guard nested.texts.isEmpty,
      nested.children.allSatisfy({ !$0.key.isEmpty && $0.pairs.children.isEmpty && $0.pairs.texts.count == 1 })
    else { throw CodecError("is no object of texts, each given as \(name)[key]=value") }
    return .object(nested.children.map { ($0.key, $0.pairs.texts[0]) })
  }

  /// The pairs of the style `deepObject`.
  func nested(_ pairs: [RawPair]) throws(CodecError) -> NestedPairs {
    var nested = NestedPairs()
    for pair in pairs {
      guard let full = unescaped(pair.name), takes(decoded: full) else { continue }
      let keys = try NestedPairs.keys(full[...].utf8.dropFirst(name.utf8.count), of: name)
      let text: String
      do { text = try decode(pair.value) } catch { throw keys.reversed().reduce(error) { $0.below($1) } }
      nested.add(text, at: keys[...])
    }
    return nested
  }

  private func object(_ pairs: [RawPair]) throws(CodecError) -> StyledValue {
    .object(
      try unique(
        pairs.map { pair throws(CodecError) in
          let key = try decode(pair.name)
          return (key, try NestedPairs.telling(key) { () throws(CodecError) in try decode(pair.value) })
        }))
  }

  private func unique(
    _ members: [(key: String, value: String)]
  ) throws(CodecError) -> [(key: String, value: String)] {
    var seen: Set<ByteKey> = []
    for member in members where !seen.insert(ByteKey(member.key)).inserted {
      throw CodecError.repeated.below(member.key)
    }
    return members
  }

  // MARK: decoding

  func unescaped(_ text: Substring) -> String? {
    if isPlain { return String(text) }
    guard let text = PercentCoding.decode(text, plusIsSpace: isForm), !text.utf8.contains(0) else { return nil }
    return text
  }

  private func decoded(_ items: [Substring]) throws(CodecError) -> [String] {
    try items.map { item throws(CodecError) in try decode(item) }
  }

  func decode(_ text: Substring) throws(CodecError) -> String {
    if location == .header { return String(FieldSyntax.trimmed(text)) }
    guard let text = unescaped(text) else { throw .notEncoded }
    return text
  }
}

extension ParameterCodec {
  /// The value as it is appended to a path segment, a query, a header value or a `Cookie` field, including its name and
  /// a leading delimiter (`;`, `.`), but no `?`, `&` or `; `. It is empty where there is no pair to append.
  ///
  /// - Throws: for a value that its style or its location cannot express.
  public func write(_ value: StyledValue) throws(CodecError) -> String {
    let text = try text(value)
    // White space around a field's value is not part of it (RFC 9110, section 5.5).
    if location == .header, FieldSyntax.trimmed(text[...]).utf8.count != text.utf8.count { throw misfit }
    return text
  }

  private func text(_ value: StyledValue) throws(CodecError) -> String {
    switch value {
    case .primitive(let text):
      try demand(.primitive)
      return named(try encode(text, .primitive))
    case .array(let items):
      try demand(.array)
      let items = try items.map { item throws(CodecError) in try encode(item, .item) }
      guard repeatsName else { return named(try list(items)) }
      let name = encodedName
      return try joined(items.map { (name, $0) })
    case .object(let members) where hasPairs:
      return try joined(
        members.map { member throws(CodecError) in
          (try key(member.key), try encode(member.value, style == .deepObject ? .primitive : .item))
        })
    case .object(let members):
      var items: [String] = []
      for (key, value) in members { items += [try encode(key, .item), try encode(value, .item)] }
      return named(try list(items))
    }
  }

  /// A value of the style `deepObject`, of any depth.
  func write(nested value: JSONValue) throws(CodecError) -> String {
    try NestedPairs.pairs(of: value).map { pair throws(CodecError) in
      let keys = try pair.path.map { key throws(CodecError) in "%5B\(try encode(key, .key))%5D" }
      return "\(encodedName)\(keys.joined())=\(try encode(pair.text, .primitive))"
    }.joined(separator: "&")
  }

  // MARK: putting together

  private func named(_ text: String) -> String {
    switch style {
    case .matrix: ";" + encodedName + (text.isEmpty ? "" : "=" + text)
    case .label, .dottedLabel: "." + text
    case .simple: text
    default: encodedName + "=" + text
    }
  }

  private func list(_ items: [String]) throws(CodecError) -> String {
    if items.count == 1, items[0].isEmpty { throw CodecError("a list of one empty text looks like an empty one") }
    return switch style {
    case .label where explode, .dottedLabel: items.joined(separator: ".")
    case .spaceDelimited: items.joined(separator: "%20")
    case .pipeDelimited: items.joined(separator: "%7C")
    default: items.joined(separator: ",")
    }
  }

  private func joined(_ pairs: [(name: String, value: String)]) throws(CodecError) -> String {
    switch style {
    case .matrix:
      return try unlessEmpty(pairs.map { ";" + $0.name + ($0.value.isEmpty ? "" : "=" + $0.value) }.joined())
    case .label: return "." + pairs.map { "\($0.name)=\($0.value)" }.joined(separator: ".")
    case .simple: return pairs.map { "\($0.name)=\($0.value)" }.joined(separator: ",")
    default:
      let text = pairs.map { "\($0.name)=\($0.value)" }.joined(separator: location == .cookie ? "; " : "&")
      return style == .deepObject ? text : try unlessEmpty(text)
    }
  }

  /// Pairs, or the empty value where there are none; pairs that would look like the empty value are rejected.
  private func unlessEmpty(_ text: String) throws(CodecError) -> String {
    let empty = named("")
    guard text != empty else { throw CodecError("one empty text looks like an empty list or object") }
    return text.isEmpty ? empty : text
  }

  // MARK: encoding

  /// The role of a text, which determines the characters that it may contain.
  private enum Role { case primitive, item, key }

  private var misfit: CodecError {
    CodecError("has a character that a \(location.rawValue) parameter of the style \(style.rawValue) cannot hold")
  }
  private var encodedName: String { isPlain ? name : PercentCoding.encode(name) }

  private func key(_ key: String) throws(CodecError) -> String {
    // A cookie without a name is ignored by readers.
    if location == .cookie, key.isEmpty { throw misfit }
    guard style == .deepObject else { return try encode(key, .key) }
    guard !key.isEmpty, !key.utf8.contains(where: { "[]".utf8.contains($0) }) else { throw misfit }
    return "\(encodedName)%5B\(try encode(key, .key))%5D"
  }

  private func encode(_ text: String, _ role: Role) throws(CodecError) -> String {
    if isPlain {
      guard location == .header ? isHeaderText(text, role) : isCookieText(text, role) else { throw misfit }
      return text
    }
    guard !text.utf8.contains(0), explode || !text.utf8.contains(where: { $0 == encodedDelimiter }) else {
      throw misfit
    }
    let keepsEncodings = allowReserved && role != .key && encodedDelimiter == nil
    return PercentCoding.encode(text, keepingEncodings: keepsEncodings) { isKept($0, role) }
  }

  /// The delimiter that is percent-encoded in a query, so that encoding cannot distinguish it from data.
  private var encodedDelimiter: UInt8? {
    switch style {
    case .spaceDelimited: 0x20
    case .pipeDelimited: UInt8(ascii: "|")
    default: nil
    }
  }

  private func isKept(_ byte: UInt8, _ role: Role) -> Bool {
    if style == .label && explode || style == .dottedLabel, role != .primitive, byte == UInt8(ascii: ".") {
      return false
    }
    if PercentCoding.isUnreserved(byte) { return true }
    guard allowReserved, role == .primitive || role == .item && byte != UInt8(ascii: ",") && byte != UInt8(ascii: "=")
    else { return false }
    return switch location {
    case .query, .body: ":/?@!$'()*,;=".utf8.contains(byte)
    case .cookie: ":/?#[]@!$&'()*+=".utf8.contains(byte)
    default: ":@!$&'()*+,=".utf8.contains(byte)
    }
  }

  private func isHeaderText(_ text: String, _ role: Role) -> Bool {
    guard FieldSyntax.isValue(text), role != .primitive else { return FieldSyntax.isValue(text) }
    return FieldSyntax.trimmed(text[...]).utf8.count == text.utf8.count && !text.utf8.contains(UInt8(ascii: ","))
      && (role == .item || !text.utf8.contains(UInt8(ascii: "=")))
  }

  /// `cookie-octet`, and a token for a cookie's name (RFC 6265, section 4.1.1).
  private func isCookieText(_ text: String, _ role: Role) -> Bool {
    if role == .key { return FieldSyntax.isToken(text) }
    return text.utf8.allSatisfy { (0x21...0x7E).contains($0) && !"\",;\\".utf8.contains($0) }
  }
}

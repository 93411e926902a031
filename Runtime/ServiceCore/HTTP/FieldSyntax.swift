/// The syntax that header fields share (RFC 9110, section 5.6).
package enum FieldSyntax {
  /// RFC 9110, section 5.6.2: letters, digits and some punctuation, one bit each. They are literals, since a constant
  /// that is computed at its first use is checked for that at each use.
  @inlinable package static func isToken(_ byte: UInt8) -> Bool {
    let bits: UInt64 = byte < 64 ? 0x03FF_6CFA_0000_0000 : 0x57FF_FFFF_C7FF_FFFE
    return byte < 128 && bits >> UInt64(byte & 63) & 1 == 1
  }

  /// Whether a value may contain the byte: any but control characters other than tab.
  @inlinable package static func isAllowed(_ byte: UInt8) -> Bool { byte >= 0x20 && byte != 0x7F || byte == 9 }

  package static func isToken(_ text: String) -> Bool { isToken(text[...]) }

  package static func isToken(_ text: Substring) -> Bool {
    var text = text
    return text.withUTF8 { !$0.isEmpty && $0.allSatisfy { isToken($0) } }
  }

  /// Whether a field can carry the text: it has no control character other than tab.
  package static func isValue(_ text: String) -> Bool {
    var text = text
    return text.withUTF8 { $0.allSatisfy { isAllowed($0) } }
  }

  static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 9 }

  /// A text without leading and trailing spaces and tabs.
  package static func trimmed(_ text: Substring) -> Substring {
    let front = text.utf8.drop(while: isSpace)
    guard let last = front.lastIndex(where: { !isSpace($0) }) else { return Substring(front.prefix(0)) }
    return Substring(front[...last])
  }

  /// `token ":" OWS value OWS` (RFC 9112, section 5); the name in lower case.
  package static func field(_ line: [UInt8]) throws(CodecError) -> (name: String, value: String) {
    guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > 0, line[..<colon].allSatisfy(isToken) else {
      throw CodecError("a header without a name that is a token and a colon")
    }
    guard let text = String(validating: line[(colon + 1)...], as: UTF8.self) else {
      throw CodecError("a header's value is not UTF-8")
    }
    guard isValue(text) else { throw CodecError("a header's value has a control character") }
    return (String(decoding: line[..<colon], as: UTF8.self).lowercased(), String(trimmed(text[...])))
  }

  /// The items of a list field, split at commas outside of quoted strings (RFC 9110, section 5.6.1).
  package static func list(_ field: String) -> [Substring] {
    var items: [Substring] = []
    var rest = field.utf8[...]
    var index = rest.startIndex
    var isQuoted = false
    while index < rest.endIndex {
      switch rest[index] {
      case UInt8(ascii: "\""): isQuoted.toggle()
      case UInt8(ascii: "\\") where isQuoted:
        index = rest.index(after: index)
        if index == rest.endIndex { continue }
      case UInt8(ascii: ",") where !isQuoted:
        items.append(trimmed(Substring(rest[..<index])))
        rest = rest[rest.index(after: index)...]
      default: break
      }
      index = rest.index(after: index)
    }
    return (items + [trimmed(Substring(rest))]).filter { !$0.isEmpty }
  }

  /// The part of a field before its parameters, in lower case, and the parameters (RFC 9110, section 5.6.6), their
  /// names in lower case. Duplicates are rejected: readers differ in which of the two they use.
  package static func parameters(
    _ field: String
  ) throws(CodecError) -> (item: String, parameters: [(name: String, value: String, isQuoted: Bool)]) {
    var rest = field.utf8[...]
    let item = rest.prefix { $0 != UInt8(ascii: ";") }
    rest = rest[item.endIndex...]
    var parameters: [(name: String, value: String, isQuoted: Bool)] = []
    while rest.popFirst() != nil {
      rest = rest.drop(while: isSpace)
      let name = Substring(rest.prefix(while: isToken)).lowercased()
      rest = rest.dropFirst(name.utf8.count)
      if name.isEmpty, rest.first == nil || rest.first == UInt8(ascii: ";") { continue }
      guard !name.isEmpty, rest.popFirst() == UInt8(ascii: "=") else {
        throw CodecError("a header's parameter without a name that is a token and '='")
      }
      guard parameters.count < 100, !parameters.contains(where: { $0.name == name }) else {
        throw CodecError("a header gives a parameter twice, or more than 100 of them")
      }
      let isQuoted = rest.first == UInt8(ascii: "\"")
      parameters.append((name, isQuoted ? try quoted(&rest) : try token(&rest), isQuoted))
      rest = rest.drop(while: isSpace)
      guard rest.first == nil || rest.first == UInt8(ascii: ";") else {
        throw CodecError("a header's parameter that is neither a token nor a quoted string")
      }
    }
    return (trimmed(Substring(item)).lowercased(), parameters)
  }

  private static func token(_ rest: inout Substring.UTF8View) throws(CodecError) -> String {
    let token = rest.prefix(while: isToken)
    guard !token.isEmpty else { throw CodecError("a header's parameter without a value") }
    rest = rest[token.endIndex...]
    return String(Substring(token))
  }

  /// A quoted string (RFC 9110, section 5.6.4). A backslash is literal unless a quote or a backslash follows: browsers
  /// send it so in file names.
  private static func quoted(_ rest: inout Substring.UTF8View) throws(CodecError) -> String {
    rest = rest.dropFirst()
    var bytes: [UInt8] = []
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: bytes, as: UTF8.self)
      case UInt8(ascii: "\\") where rest.first == UInt8(ascii: "\"") || rest.first == UInt8(ascii: "\\"):
        if let escaped = rest.popFirst() { bytes.append(escaped) }
      default: bytes.append(byte)
      }
    }
    throw CodecError("a header's quoted string has no end")
  }
}

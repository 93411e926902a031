extension JSONDocumentReader {
  /// What is expected at a position.
  enum Wanted: String {
    case value = "a value"
    case key = "a key in double quotes"
    case colon = "':'"
    case entryEnd = "',' or '}'"
    case itemEnd = "',' or ']'"
    case end = "the end of the file"
  }

  /// The fault that something else than `wanted` was found; `opening` is the position of the innermost open bracket.
  func unexpected(_ wanted: Wanted, since opening: SourcePosition? = nil) -> Fault {
    guard position < bytes.count else {
      let help = opening.map { "the bracket of line \($0.line) is not closed" }
      return Fault(
        message: "not JSON: the file ends where \(wanted.rawValue) was expected", offset: position, help: help)
    }
    return Fault(
      message: "not JSON: expected \(wanted.rawValue), found \(shown(at: position))", offset: position,
      help: help(wanted, since: opening))
  }

  func help(_ wanted: Wanted, since opening: SourcePosition?) -> String? {
    switch (wanted, current) {
    case _ where file.conflict != nil: "there is a mark of a merge that was not finished"
    case _ where isComment: "JSON has no comments: remove it, or write the contract in YAML"
    case _ where isOtherQuote: "JSON has keys and text in straight double quotes"
    case (.colon, _): "a key is followed by ':' and its value"
    case (.key, UInt8(ascii: ",")), (.value, UInt8(ascii: ",")): "remove the extra comma"
    case (.key, _) where wordEnd(from: position) > position: "put the key in double quotes"
    case (.end, UInt8(ascii: "}")), (.end, UInt8(ascii: "]")): "remove the extra closing bracket"
    case (.end, _): "a file has exactly one contract"
    case (_, UInt8(ascii: "}")), (_, UInt8(ascii: "]")):
      opening.map { "the bracket of line \($0.line) is not closed" }
    case (.entryEnd, _), (.itemEnd, _): "put a comma between two entries"
    default: nil
    }
  }

  var isComment: Bool { current == UInt8(ascii: "/") || current == UInt8(ascii: "#") }

  /// Whether a quotation mark is at the position that is not valid in JSON: ', `, or one of U+2018 to U+201F.
  var isOtherQuote: Bool {
    switch current {
    case UInt8(ascii: "'"), UInt8(ascii: "`"): true
    case 0xE2: byte(at: position + 1) == 0x80 && 0x98...0x9F ~= byte(at: position + 2)
    default: false
    }
  }

  func notValue() -> Fault {
    if bytes[byteOrderMarkEnd..<position].allSatisfy({ " \t\r\n".utf8.contains($0) }) {
      return notValue(help: "a JSON document begins with '{'; name a file of YAML .yaml")
    }
    let word = text(position..<min(wordEnd(from: position), position + 40))
    switch word.lowercased() {
    case "": return unexpected(.value)
    case "true", "false", "null": return notValue(help: "JSON writes it \(word.lowercased())")
    case "none", "nil", "undefined": return notValue(help: "JSON writes it null")
    case let name where ["nan", "inf", "infinity"].contains(name.drop { $0 == "-" || $0 == "+" }):
      return Fault(
        code: .badValue, message: "\(word) is not a JSON number", offset: position, help: "quote it if it is text")
    case let name where name.utf8.first.map { $0 < UInt8(ascii: "A") && $0 != UInt8(ascii: "$") } ?? false:
      return Fault(
        message: "not JSON: \(word) is not a number", offset: position,
        help: "numbers are written like -12.5e3; put text in double quotes")
    default: return notValue(help: "put text in double quotes")
    }
  }

  func notValue(help: String) -> Fault {
    var fault = unexpected(.value)
    fault.help = help
    return fault
  }

  func duplicate(_ key: String, at offset: Int, among entries: [Node.Entry]) -> Fault {
    let first = entries.first { KeySet.areSame($0.key, key) }
    return Fault(
      code: .duplicate, message: "the key '\(key)' is duplicated in this object", offset: offset,
      help: first.map { "its first occurrence is in line \($0.keyPosition.line)" })
  }

  func unterminated() -> Fault {
    Fault(
      message: "not JSON: a string that is not closed", offset: position,
      help: "write '\"' at its end; inside a string a quote is written \\\"")
  }

  func controlCharacter(at offset: Int) -> Fault {
    switch bytes[offset] {
    case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
      return Fault(
        message: "not JSON: a line break inside a string", offset: offset,
        help: "close the string with '\"', or write the line break as \\n")
    case UInt8(ascii: "\t"):
      return Fault(message: "not JSON: a tab inside a string", offset: offset, help: "write it as \\t")
    default:
      return Fault(
        message: "not JSON: \(shown(at: offset)) inside a string", offset: offset,
        help: "write it as \\u\(hexadecimal(UInt32(bytes[offset])))")
    }
  }

  func refuseOtherEncodings() throws(Fault) {
    // JSON begins with an ASCII character (RFC 8259): in UTF-16 and UTF-32 one of the first two bytes is zero, or the
    // text begins with a byte order mark.
    guard bytes.count > 1, bytes[0] == 0 || bytes[1] == 0 || bytes[0] >= 0xFE else { return }
    throw Fault(message: "not JSON: the file is not in UTF-8", offset: 0, help: "save it in UTF-8")
  }

  /// The fault at the first byte of a string that is not valid UTF-8.
  func notUTF8(_ range: Range<Int>) -> Fault {
    var parser = Unicode.UTF8.ForwardParser()
    var rest = bytes[range].makeIterator()
    var offset = range.lowerBound
    while case .valid(let character) = parser.parseScalar(from: &rest) { offset += character.count }
    return Fault(message: "not JSON: a byte that is not UTF-8", offset: offset, help: "save the file in UTF-8")
  }

  /// The text at an offset, for messages: a word, a character, or the code point of an invisible one.
  func shown(at offset: Int) -> String {
    let end = min(wordEnd(from: offset), offset + 40)
    if end > offset { return "'\(text(offset..<end))'" }
    var parser = Unicode.UTF8.ForwardParser()
    var rest = bytes[offset...].makeIterator()
    guard case .valid(let character) = parser.parseScalar(from: &rest) else { return "a byte that is not UTF-8" }
    let scalar = Unicode.UTF8.decode(character)
    switch scalar.properties.generalCategory {
    case .control, .format, .spaceSeparator, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned:
      return "the character U+\(hexadecimal(scalar.value))"
    default: return "'\(scalar)'"
    }
  }

  func hexadecimal(_ value: UInt32) -> String {
    let digits = String(value, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits
  }
}

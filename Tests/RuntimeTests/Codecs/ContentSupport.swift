import ServiceCore

/// What these tests have thrown for content that does not fit, as a server or a client has its own error.
struct Refusal: Error, CustomStringConvertible {
  let failure: ContentFailure

  /// `malformed`, or where each violation stands and the rule that it breaks.
  var description: String {
    switch failure {
    case .malformed: "malformed"
    case .invalid(let violations): violations.map { "\($0.name) \($0.rule)" }.joined(separator: ", ")
    }
  }
}

/// An item that is an event too: its data has at least one character.
struct Note: JSONCodable, Equatable {
  var data: String
  var id: String?

  static func decode(_ json: inout JSONReader) throws(JSONSyntaxError) -> Note? {
    guard try json.beginObject() else { return nil }
    let mark = json.violations.count
    var data: String?
    var id: String?
    while let key = try json.nextKey() {
      switch key {
      case "data": try json.field("data", &data)
      case "id": try json.field("id", &id)
      default: try json.unknownField(key, known: "data, id", rule: "additionalProperties")
      }
    }
    guard json.violations.count == mark else { return nil }
    if data == nil { json.violations.fail("data", "required", "is required") }
    return data.map { Note(data: $0, id: id) }
  }

  func encode(_ json: inout JSONWriter) {
    json.beginObject()
    json.field("data", data)
    json.field("id", id)
    json.endObject()
  }

  func validate(_ check: inout Violations) { check.length("data", data, min: 1) }
}

extension ByteStream {
  /// A body of these pieces.
  init(pieces: [[UInt8]]) { self.init(encoding: ItemStream(pieces)) { $0 } }

  init(_ text: String) { self.init(Array(text.utf8)) }

  /// The bytes as bodies: whole, in two pieces for every place where they can be cut, and in single bytes.
  static func cuts(_ bytes: [UInt8]) -> [ByteStream] {
    (0...bytes.count).map { ByteStream(pieces: [Array(bytes[..<$0]), Array(bytes[$0...])]) }
      + [ByteStream(pieces: bytes.map { [$0] })]
  }

  /// All of it as a text.
  var text: String {
    get async throws { String(decoding: try await collect(limit: 1_000_000), as: UTF8.self) }
  }
}

extension ItemStream {
  /// The elements up to the end, and what ended them: empty for the end itself.
  func all() async -> (elements: [Element], end: String) {
    var elements: [Element] = []
    do {
      for try await element in self { elements.append(element) }
      return (elements, "")
    } catch {
      return (elements, "\(error)")
    }
  }
}

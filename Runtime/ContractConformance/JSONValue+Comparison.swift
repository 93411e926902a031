import ContractValues
import ServiceCore

/// Values that were sent, and values that were read.
extension JSONValue {
  /// The members of this object that another one has with another value.
  func differences(from other: JSONValue) -> [(name: String, sent: JSONValue, read: JSONValue)] {
    guard case .object(let own) = self, case .object(let others) = other else { return [] }
    return own.compactMap { member in
      guard let read = others[member.key], !member.value.isEqual(to: read) else { return nil }
      return (member.key, member.value, read)
    }
  }

  /// Whether a value that was read is one that was sent: what a service adds to an object is not a difference, nor how a
  /// text is spaced or written in capitals, nor the notation of a time.
  func isEqual(to read: JSONValue) -> Bool {
    switch (self, read) {
    case (.object(let own), .object(let others)):
      own.allSatisfy { member in others[member.key].map { member.value.isEqual(to: $0) } ?? true }
    case (.array(let own), .array(let others)):
      own.count == others.count && zip(own, others).allSatisfy { $0.isEqual(to: $1) }
    case (.string(let own), .string(let other)):
      own.utf8.elementsEqual(other.utf8) || own.plainWords == other.plainWords
        || Timestamp(parameter: own).map { $0 == Timestamp(parameter: other) } ?? false
    // A reader may keep a number as a double (RFC 8259, section 6).
    case (.number(let own), .number(let other)):
      own == other || Double(own.description).map { $0 == Double(other.description) } ?? false
    default: self == read
    }
  }

  /// Whether it can be told from what a service would have chosen by itself.
  var isTelling: Bool {
    switch self {
    case .null, .boolean: false
    case .number(let number): number != .zero && number != ExactDecimal(1)
    case .string(let text): text.utf8.count > 2
    case .array(let items): !items.isEmpty
    case .object(let members): !members.isEmpty
    }
  }

  /// Whether an item is the thing with an id.
  func isKnown(by id: JSONValue, _ collection: Collection) -> Bool {
    guard case .object(let members) = self else { return self.plainText == id.plainText }
    return members.contains { member in
      (member.key == "id" || collection.names.contains(World.plain(member.key)) || member.key == collection.parameter)
        && member.value.plainText == id.plainText
    }
  }

  private var plainText: String? {
    switch self {
    case .string(let text): text
    case .number: String(decoding: json, as: UTF8.self)
    default: nil
    }
  }
}

extension String {
  fileprivate var plainWords: String { lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ") }
}

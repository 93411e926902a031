import ContractModel
import ContractValues

/// A part of a channel's address.
public enum AddressPiece: Sendable, Equatable {
  case text(String)
  case parameter(String)
}

extension Channel {
  /// The address, split at its parameters; empty where only a message says it. A topic of Kafka is the address where it
  /// differs (Kafka bindings 0.5, Channel Binding Object).
  public var pieces: [AddressPiece] {
    var rest = (bindings.topic ?? address ?? "")[...].unicodeScalars
    var pieces: [AddressPiece] = []
    var text = ""
    while let first = rest.first {
      if first == "{", let end = rest.firstIndex(of: "}") {
        if !text.isEmpty { pieces.append(.text(text)) }
        text = ""
        pieces.append(.parameter(String(rest[..<end].dropFirst())))
        rest = rest[end...].dropFirst()
      } else {
        text.unicodeScalars.append(first)
        rest = rest.dropFirst()
      }
    }
    return text.isEmpty ? pieces : pieces + [.text(text)]
  }
}

extension EventOperation {
  /// The names of the channel's messages that are not the operation's, each once.
  public var others: [String] {
    var seen = Set(messages.map { ByteKey($0.name) })
    return channel.messages.map(\.message.name).filter { seen.insert(ByteKey($0)).inserted }
  }
}

extension Message {
  /// How its payload is written: what has no codec is bytes.
  public var kind: MediaKind {
    if case .foreign = payload { return .bytes }
    let kind = MediaTypeName(contentType).kind
    return [.json, .text].contains(kind) ? kind : .bytes
  }
}

/// An event of a `text/event-stream` (WHATWG HTML, section 9.2).
public struct ServerSentEvent: Sendable {
  /// The id that a client sends as `Last-Event-ID` when it reconnects; an empty one makes it send none.
  public var id: String?
  /// The event's type; nil means `message`.
  public var event: String?
  /// Without data an event carries only its id, its `retry` and its comment, and a client's program does not see it.
  public var data: String?
  /// How long a client waits before it reconnects, in milliseconds.
  public var retry: Int?
  /// Ignored by readers, and never seen by a client's program.
  public var comment: String?

  public init(
    data: String? = nil, event: String? = nil, id: String? = nil, retry: Int? = nil, comment: String? = nil
  ) {
    self.id = id
    self.event = event
    self.data = data
    self.retry = retry
    self.comment = comment
  }

  /// The event on the wire. Every line end in the data is read as a line feed.
  ///
  /// - Throws: for an id or a type that contains a line end or U+0000, or a negative `retry`.
  public func encoded() throws(CodecError) -> [UInt8] {
    var bytes: [UInt8] = []
    if let comment { Self.write(comment, as: "", to: &bytes) }
    for (name, text) in [("event", event), ("id", id)] {
      guard let text else { continue }
      guard !text.utf8.contains(where: { $0 == 0 || $0 == 10 || $0 == 13 }) else {
        throw CodecError("an event's \(name) has a line end or U+0000")
      }
      Self.write(text, as: name, to: &bytes)
    }
    if let retry {
      guard retry >= 0 else { throw CodecError("an event's retry is negative") }
      Self.write(String(retry), as: "retry", to: &bytes)
    }
    if let data { Self.write(data, as: "data", to: &bytes) }
    bytes.append(10)
    return bytes
  }

  /// Writes each line of a text as a line of a field.
  private static func write(_ text: String, as name: String, to bytes: inout [UInt8]) {
    var previous: UInt8 = 0
    bytes.append(contentsOf: "\(name): ".utf8)
    for byte in text.utf8 {
      switch byte {
      case 10 where previous == 13: break
      case 10, 13: bytes.append(contentsOf: "\n\(name): ".utf8)
      default: bytes.append(byte)
      }
      previous = byte
    }
    bytes.append(10)
  }
}

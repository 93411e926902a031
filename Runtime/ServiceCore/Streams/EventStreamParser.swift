/// Reads the events of a `text/event-stream` (WHATWG HTML, section 9.2.6): bytes in, events out, no I/O.
///
/// Only events with data are returned, with the `id` and `retry` of their own lines. Comments, unknown fields and an
/// event cut off by the end of the stream are dropped, and bytes that are not UTF-8 are replaced, as that section
/// requires.
public struct EventStreamParser: IncrementalParser {
  /// The id that a client sends as `Last-Event-ID` when it reconnects, including ids of events without data.
  public private(set) var lastEventID = ""
  /// The latest `retry`, in milliseconds.
  public private(set) var retry: Int?
  private let limit: Int
  private var lines: LineSplitter
  private var isFirstLine = true
  private var event = ServerSentEvent()
  private var data: [UInt8]?
  private var size = 0

  /// - Parameter limit: the maximum bytes of one event, and of one line.
  public init(limit: Int = 1_048_576) {
    self.limit = limit
    lines = LineSplitter(.anyEnd, limit: limit)
  }

  public mutating func append(_ bytes: some Collection<UInt8>) { lines.append(bytes) }

  public mutating func next() throws(CodecError) -> ServerSentEvent? {
    while let whole = try lines.next() {
      let isMarked = isFirstLine && whole.starts(with: [0xEF, 0xBB, 0xBF])
      isFirstLine = false
      let line = whole.dropFirst(isMarked ? 3 : 0)
      if line.isEmpty {
        if let event = dispatch() { return event }
      } else if line.first != UInt8(ascii: ":") {
        size += line.count
        guard size <= limit else { throw CodecError(tooLarge: "An event has more than \(limit) bytes.") }
        read(line)
      }
    }
    return nil
  }

  public mutating func finish() throws(CodecError) -> ServerSentEvent? { nil }

  private mutating func read(_ line: ArraySlice<UInt8>) {
    let name = line.prefix { $0 != UInt8(ascii: ":") }
    var value = line.dropFirst(name.count + 1)
    if value.first == 0x20 { value = value.dropFirst() }
    guard name.count <= 5 else { return }
    switch String(decoding: name, as: UTF8.self) {
    case "data":
      if data == nil { data = [] } else { data?.append(10) }
      data?.append(contentsOf: value)
    case "event": event.event = value.isEmpty ? nil : String(decoding: value, as: UTF8.self)
    case "id" where !value.contains(0):
      event.id = String(decoding: value, as: UTF8.self)
      lastEventID = event.id ?? ""
    case "retry":
      guard value.allSatisfy({ (48...57).contains($0) }), let time = Int(String(decoding: value, as: UTF8.self)) else {
        return
      }
      event.retry = time
      retry = time
    default: break
    }
  }

  private mutating func dispatch() -> ServerSentEvent? {
    defer {
      event = ServerSentEvent()
      data = nil
      size = 0
    }
    guard let data else { return nil }
    event.data = String(decoding: data, as: UTF8.self)
    return event
  }
}

import ServiceCore
import ServiceLoop

/// One loop's lines for an access log that are not written yet.
///
/// `@unchecked`: used on its loop only.
final class AccessLogBuffer: LoopLocal, @unchecked Sendable {
  private let log: AccessLog
  private let loop: Loop
  @exclusivity(unchecked) private var lines: [UInt8] = []
  private var timer: LoopEvent?
  /// The current second in the format of RFC 3339, without the zone.
  @exclusivity(unchecked) private var second: (number: Int, text: [UInt8]) = (.min, [])

  /// Lines are written once they take so many bytes, or after so many milliseconds.
  private static let size = 32_768
  private static let delay = 250

  init(_ log: AccessLog, _ loop: Loop) {
    (self.log, self.loop) = (log, loop)
  }

  func append(_ call: CallRecord) {
    if lines.isEmpty { startTimer() }
    AccessLog.append(call, time: secondText(call.ended), to: &lines)
    if lines.count > Self.size { flush() }
  }

  func flush() {
    guard !lines.isEmpty else { return }
    log.write(lines)
    lines.removeAll(keepingCapacity: true)
    timer?.remove()
  }

  func loopEnds() {
    flush()
    timer = nil
  }

  private func startTimer() {
    let timer = timer ?? LoopEvent(loop, .once) { [unowned self] in flush() }
    timer.add(milliseconds: Self.delay)
    self.timer = timer
  }

  /// A time up to its second, formatted once a second.
  private func secondText(_ time: Timestamp) -> [UInt8] {
    let number = AccessLog.second(of: time)
    if number != second.number { second = (number, AccessLog.text(ofSecond: number)) }
    return second.text
  }
}

/// The access log as an observer of calls, on any thread.
extension AccessLog: CallObserver {
  package func ended(_ call: CallRecord) {
    if let loop = Loop.running { return buffer(on: loop).append(call) }
    var line: [UInt8] = []
    Self.append(call, time: Self.text(ofSecond: Self.second(of: call.ended)), to: &line)
    write(line)
  }

  /// The buffer of the loop whose thread this is.
  func buffer(on loop: Loop) -> AccessLogBuffer {
    loop.local(of: self) { AccessLogBuffer(self, loop) }
  }
}

/// The format of a line.
extension AccessLog {
  static func second(of time: Timestamp) -> Int {
    time.microseconds / 1_000_000 - (time.microseconds % 1_000_000 < 0 ? 1 : 0)
  }

  /// `2026-01-31T12:00:00`.
  static func text(ofSecond number: Int) -> [UInt8] {
    Array(Timestamp(microseconds: number * 1_000_000).description.utf8.dropLast())
  }

  /// Appends a call's line.
  ///
  /// - Parameter time: the time of its end, up to the second.
  static func append(_ call: CallRecord, time: [UInt8], to lines: inout [UInt8]) {
    let operation = call.operation
    let method = call.method
    let path = operation == nil ? Self.path(call.path) : ""
    var capacity = 384 + time.count + 6 * (path.utf8.count + method.utf8.count) + (operation?.logMembers.count ?? 0)
    if let id = call.identity.givenID { capacity += 6 * id.utf8.count }
    ByteSink.append(capacity, to: &lines) { sink in
      sink.put("{\"time\":\"")
      sink.put(time)
      let fraction = call.ended.microseconds - second(of: call.ended) * 1_000_000
      if fraction > 0 {
        sink.put(UInt8(ascii: "."))
        sink.put(fraction, digits: 6)
      }
      sink.put("Z\",\"request_id\":\"")
      if let id = call.identity.givenID { sink.put(escaping: id) } else { sink.put(call.identity.uuid) }
      sink.put("\",\"trace_id\":\"")
      sink.put(hex: call.identity.trace.high, digits: 16)
      sink.put(hex: call.identity.trace.low, digits: 16)
      sink.put("\",\"method\":\"")
      sink.put(escaping: method)
      sink.put("\",")
      if let operation {
        sink.put(operation.logMembers)
      } else {
        sink.put("\"path\":\"")
        sink.put(escaping: path)
        sink.put("\"")
      }
      sink.put(",\"status\":")
      sink.put(max(0, call.status))
      sink.put(",\"bytes\":")
      sink.put(max(0, call.bytes))
      sink.put(",\"microseconds\":")
      sink.put(max(0, call.ended.microseconds - call.started.microseconds))
      sink.put("}\n")
    }
  }
}

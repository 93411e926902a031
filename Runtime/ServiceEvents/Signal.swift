/// Wakes one task that waits; several calls before it does count as one.
struct Signal: Sendable {
  private let stream: AsyncStream<Void>
  private let continuation: AsyncStream<Void>.Continuation

  init() { (stream, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1)) }

  func raise() { continuation.yield() }

  /// - Throws: `CancellationError` when the task is cancelled; the signal is then of no more use.
  func wait() async throws {
    var iterator = stream.makeAsyncIterator()
    if await iterator.next() == nil { throw CancellationError() }
  }

  /// Raises it again and again until the task is cancelled: what no one reported is then found by looking.
  func tick(every milliseconds: Int, _ sleep: EventSleep) async {
    while (try? await sleep(milliseconds)) != nil { raise() }
  }
}

/// Waits for this many milliseconds; throws when the task is cancelled.
public typealias EventSleep = @Sendable (_ milliseconds: Int) async throws -> Void

/// Growing pauses between attempts that fail.
struct Backoff: Sendable {
  private var next = Self.first
  private static let first = 100
  private static let longest = 10_000
  /// Whether the last attempt failed.
  private(set) var isFailing = false

  /// The milliseconds until the next attempt.
  mutating func failed() -> Int {
    isFailing = true
    defer { next = min(next * 2, Self.longest) }
    return next
  }

  /// True when the attempt before this one failed.
  mutating func succeeded() -> Bool {
    defer { self = Backoff() }
    return isFailing
  }
}

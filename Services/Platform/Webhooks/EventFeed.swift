import ServiceCore
import WebhooksAPI

/// The events of the service, as they come, for all readers in this process.
///
/// While readers wait, one query at a time looks for new events on behalf of all: as soon as this process has stored one,
/// and otherwise every 200 milliseconds, for those of other processes. A reader that is behind reads pages of its own. As
/// a reader takes events only when it can send them, a slow one holds no more than a page.
actor EventFeed {
  struct Item: Sendable {
    let position: Int
    let event: PlatformEvent
  }

  private static let period = 200
  /// How many events a page has, and how many are retained.
  private static let page = 256

  private let queries: WebhooksQueries
  private let clock: Clock
  /// The last events up to the head, without a gap.
  private var recent: [Item] = []
  /// The position up to which events were looked for; nil before the first time.
  private var head: Int?
  private var waiting: [Int: (position: Int, continuation: CheckedContinuation<Void, any Error>)] = [:]
  private var count = 0
  private var timer: Task<Void, Never>?
  private var isPolling = false
  private var mustPollAgain = false

  init(_ queries: WebhooksQueries, _ clock: Clock) { (self.queries, self.clock) = (queries, clock) }

  /// Whether a reader waits for an event.
  var isWaiting: Bool { !waiting.isEmpty }

  /// Looks for new events at once.
  nonisolated func wake() { Task.detached { [self] in await poll() } }

  /// The next events after a position, at least one; waits for them.
  ///
  /// - Throws: errors of the database; `CancellationError`.
  func events(after position: Int) async throws -> [Item] {
    while true {
      try Task.checkCancellation()
      if let first = recent.first, first.position <= position + 1 {
        let rest = recent.drop { $0.position <= position }
        if !rest.isEmpty { return Array(rest) }
      } else {
        let page = try await items(after: position)
        if !page.isEmpty { return page }
      }
      try await wait(after: position)
    }
  }

  private func items(after position: Int) async throws -> [Item] {
    try await queries.events(after: position, limit: Self.page).map {
      Item(position: $0.position, event: try PlatformEvent($0.topic, at: $0.happenedAt, $0.data))
    }
  }

  // MARK: waiting

  private func wait(after position: Int) async throws {
    count += 1
    let number = count
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
        guard !Task.isCancelled else { return continuation.resume(throwing: CancellationError()) }
        waiting[number] = (position, continuation)
        if waiting.count == 1 { startPolling(after: position) }
        // It was found between the look of this reader and now.
        if let head, head > position { release() }
      }
    } onCancel: {
      Task.detached { [self] in await cancel(number) }
    }
  }

  private func cancel(_ number: Int) {
    waiting.removeValue(forKey: number)?.continuation.resume(throwing: CancellationError())
    stopIfUnused()
  }

  private func release() {
    guard let head else { return }
    for (number, reader) in waiting where reader.position < head {
      waiting[number] = nil
      reader.continuation.resume()
    }
    stopIfUnused()
  }

  // MARK: polling

  private func startPolling(after position: Int) {
    // Nothing was looked for while nobody waited: this reader knows better.
    if head ?? -1 < position { (head, recent) = (position, []) }
    timer?.cancel()
    timer = Task.detached { [self, clock] in
      // At once, since an event may have come between the look of its reader and now.
      repeat { await poll() } while (try? await clock.sleep(Self.period)) != nil
    }
  }

  private func stopIfUnused() {
    guard waiting.isEmpty else { return }
    timer?.cancel()
    timer = nil
  }

  private func poll() async {
    mustPollAgain = true
    guard !isPolling else { return }
    isPolling = true
    defer { isPolling = false }
    while mustPollAgain, let head, !waiting.isEmpty {
      mustPollAgain = false
      do {
        let found = try await items(after: head)
        guard let last = found.last, self.head == head else { continue }
        recent = (recent + found).suffix(Self.page)
        self.head = last.position
        mustPollAgain = mustPollAgain || found.count == Self.page
        release()
      } catch {
        // Its readers come again, with the id of the last event that they have.
        for reader in waiting.values { reader.continuation.resume(throwing: error) }
        waiting = [:]
        stopIfUnused()
      }
    }
  }
}

/// The events after a position, of some topics or all, without an end.
struct EventStream: AsyncSequence, Sendable {
  let feed: EventFeed
  let start: Int
  let topics: [Topic]?

  struct AsyncIterator: AsyncIteratorProtocol {
    let feed: EventFeed
    var position: Int
    let topics: [Topic]?
    var page: ArraySlice<EventFeed.Item> = []

    mutating func next() async throws -> TypedEvent<PlatformEvent>? {
      while true {
        while let item = page.popFirst() {
          position = item.position
          guard topics?.contains(item.event.type) ?? true else { continue }
          return TypedEvent(data: item.event, event: item.event.type.rawValue, id: String(item.position))
        }
        page = try await feed.events(after: position)[...]
      }
    }
  }

  func makeAsyncIterator() -> AsyncIterator { AsyncIterator(feed: feed, position: start, topics: topics) }
}

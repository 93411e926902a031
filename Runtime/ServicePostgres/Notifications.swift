import ServiceCore
import ServiceLoop

/// What a listener hears.
public enum PostgresNotification: Sendable, Equatable {
  /// From here on nothing is missed. It comes first, and again whenever the connection had to be opened anew: what was
  /// notified in between is lost, so look for yourself.
  case listening
  /// What was notified.
  case message(String)
}

extension Database {
  /// What is notified on a channel (`NOTIFY`), by a connection of its own that is opened again when it breaks.
  ///
  /// It ends when its reader's task is cancelled. A reader that falls 10,000 notifications behind loses the oldest.
  public func notifications(on channel: String) -> AsyncStream<PostgresNotification> {
    let (stream, continuation) = AsyncStream<PostgresNotification>.makeStream(bufferingPolicy: .bufferingNewest(10_000))
    let loop = Loop.running ?? loops[0]
    let listener = Listener(loop: loop, address: address, channel: channel, continuation: continuation)
    let task = Task(executorPreference: loop) { await listener.run() }
    continuation.onTermination = { _ in task.cancel() }
    return stream
  }
}

/// Holds one connection open that listens.
private actor Listener: LoopBound {
  nonisolated let loop: Loop
  private let address: String
  private let statement: SQL
  private let continuation: AsyncStream<PostgresNotification>.Continuation

  init(loop: Loop, address: String, channel: String, continuation: AsyncStream<PostgresNotification>.Continuation) {
    self.loop = loop
    self.address = address
    self.continuation = continuation
    // The name of a channel is an identifier, which no parameter can be.
    let name = channel.unicodeScalars.map { $0 == "\"" ? "\"\"" : String($0) }.joined()
    statement = SQL(compiled: "LISTEN \"\(name)\"", parameters: [])
  }

  func run() async {
    var pause = 100
    while !Task.isCancelled {
      let (ended, end) = AsyncStream<Void>.makeStream()
      let connection = Connection(loop: loop) { _ in end.finish() }
      do {
        try await connection.connect(address, milliseconds: 3_000)
        await connection.hear { [continuation] in continuation.yield(.message($1)) }
        _ = try await connection.query(statement)
        continuation.yield(.listening)
        pause = 100
        for await _ in ended {}
      } catch {
        try? await loop.sleep(milliseconds: pause)
        pause = min(pause * 2, 10_000)
      }
      await connection.close()
    }
  }
}

import ServiceCore
import ServiceLoop

/// An event of a listener.
public enum PostgresNotification: Sendable, Equatable {
  /// From here on no notification is missed. It comes first, and again whenever the connection was reopened:
  /// notifications in between are lost, so check the state yourself.
  case listening
  /// A notification.
  case message(String)
}

extension Database {
  /// The notifications of a channel (`NOTIFY`), through a dedicated connection that is reopened when it breaks.
  ///
  /// It ends when its reader's task is cancelled. A reader that falls 10,000 notifications behind loses the oldest.
  public func notifications(on channel: String) -> AsyncStream<PostgresNotification> {
    let (stream, continuation) = AsyncStream<PostgresNotification>.makeStream(bufferingPolicy: .bufferingNewest(10_000))
    let loop = Loop.running ?? loops[0]
    let listener = Listener(loop: loop, address: address, share: share, channel: channel, continuation: continuation)
    let task = Task(executorPreference: loop) { await listener.run() }
    continuation.onTermination = { _ in task.cancel() }
    return stream
  }
}

/// Keeps one listening connection open.
private actor Listener: LoopBound {
  nonisolated let loop: Loop
  private let address: String
  private let share: ConnectionShare
  private let statement: SQL
  private let continuation: AsyncStream<PostgresNotification>.Continuation

  init(
    loop: Loop, address: String, share: ConnectionShare, channel: String,
    continuation: AsyncStream<PostgresNotification>.Continuation
  ) {
    self.loop = loop
    self.address = address
    self.share = share
    self.continuation = continuation
    // The name of a channel is an identifier, which cannot be a parameter.
    let name = channel.unicodeScalars.map { $0 == "\"" ? "\"\"" : String($0) }.joined()
    statement = SQL(compiled: "LISTEN \"\(name)\"", parameters: [])
  }

  func run() async {
    share.listen()
    defer { share.endListening() }
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
